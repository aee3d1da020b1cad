"""What a schema of the file says of a value, with its references followed.

Only what can be followed to its end is understood: a reference leads inside the same
file, and a choice between schemas is one between a value and nothing.
"""

from collections.abc import Iterator, Mapping
from functools import reduce
from types import MappingProxyType
from urllib.parse import unquote

from msgspec import Struct, field

from .operation import Refusal, Refused
from .text import FileProblem, OpenApiFileError

MAX_STEPS = 20
# A small file can describe what has no end.
MAX_WORK = 100_000
# Each of these can demand more than is read here.
NOT_UNDERSTOOD = frozenset(
    {
        *("not", "if", "then", "else", "dependentRequired", "dependentSchemas"),
        *("dependencies", "minProperties", "$dynamicRef", "$recursiveRef"),
    }
)
NOTHING: Mapping[str, object] = MappingProxyType({})


class NotUnderstoodError(Exception):
    """A part of the file is not understood."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        """Keep why."""
        super().__init__(reason.value)
        self.refused = Refused(reason, plain_name(detail))


class Shape(Struct, frozen=True, kw_only=True):
    """What a value is like.

    ``type`` is None where it is not said, or not one alone; ``words`` are the values it
    is limited to, ``values`` is what an object holds under names that are not fixed. ``is_clear`` is False where more may be demanded than is known here.
    """

    type: str | None = None
    words: tuple[object, ...] | None = None
    properties: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    required: frozenset[str] = frozenset()
    items: object = None
    values: object = None
    text: str = ""
    minimum: float | None = None
    maximum: float | None = None
    multiple: float | None = None
    is_read_only: bool = False
    is_clear: bool = True


class Document:
    """A file, in which references can be followed."""

    def __init__(self, root: Mapping[str, object]) -> None:
        """Look at nothing yet."""
        self.root = root
        self._steps = 0

    def resolve(self, node: object) -> Mapping[str, object]:
        """Return an object, by way of its references.

        Raises:
            NotUnderstoodError: they lead elsewhere, nowhere or in a circle.
            OpenApiFileError: what is described has no end.
        """
        self._steps += 1
        if self._steps > MAX_WORK:
            raise OpenApiFileError(FileProblem.TOO_LARGE)
        for _ in range(MAX_STEPS):
            found = as_object(node)
            reference = found.get("$ref")
            if reference is None:
                return found
            node = self._find(reference)
        raise NotUnderstoodError(Refusal.REFERENCE)

    def _find(self, reference: object) -> object:
        if not isinstance(reference, str) or not reference.startswith("#/"):
            # Nothing is ever fetched that a file names.
            raise NotUnderstoodError(Refusal.REFERENCE)
        node: object = self.root
        for part in reference[2:].split("/"):
            name = unquote(part).replace("~1", "/").replace("~0", "~")
            node = as_object(node).get(name)
        if node is None:
            raise NotUnderstoodError(Refusal.REFERENCE)
        return node

    def shape(self, node: object) -> Shape:
        """Return what a schema says of a value.

        Raises:
            NotUnderstoodError: a reference leads elsewhere, nowhere or in a circle.
        """
        shapes: list[Shape] = []
        for part in self._parts(node):
            if len(shapes) == MAX_STEPS:
                raise NotUnderstoodError(Refusal.REFERENCE)
            shapes.append(_shape(part))
        return reduce(_merged, shapes)

    def _parts(self, node: object) -> Iterator[Mapping[str, object]]:
        """Yield the schemas that all hold of a value, without end where they are in a circle."""
        schema = self.resolve(node)
        yield schema
        for each in as_list(schema.get("allOf")):
            yield from self._parts(each)
        for choice in ("oneOf", "anyOf"):
            if choice not in schema:
                continue
            options = [
                option
                for each in as_list(schema[choice])
                if (option := self.resolve(each)).get("type") != "null"
            ]
            match options:
                case [option]:
                    yield from self._parts(option)
                case _:
                    yield {"not": NOTHING}


def json_in(content: Mapping[str, object]) -> object:
    """Return what a body or an answer is as JSON; None where it is no JSON."""
    for name, media in content.items():
        if name.partition(";")[0].strip().lower() == "application/json":
            return media
    return None


def as_object(node: object) -> Mapping[str, object]:
    """Return an object; one without anything for what is none."""
    return node if isinstance(node, dict | MappingProxyType) else NOTHING


def as_list(node: object) -> list[object]:
    """Return a list; an empty one for what is none."""
    return node if isinstance(node, list) else []


def as_text(node: object) -> str:
    """Return a text; an empty one for what is none."""
    return node if isinstance(node, str) else ""


def plain_name(name: str) -> str:
    """Return a name of the file as it can be shown: letters, digits and few others."""
    shown = "".join(
        c if c.isascii() and (c.isalnum() or c in "-._") else "-" for c in name
    )
    return shown[:40]


def _shape(schema: Mapping[str, object]) -> Shape:
    types = schema.get("type")
    listed = [types] if isinstance(types, str) else as_list(types)
    several = [each for each in listed if each != "null"]
    type_: str | None = None
    match several:
        case [str() as only]:
            type_ = only
        case [] if "properties" in schema:
            type_ = "object"
    words = as_list(schema.get("enum")) or None
    if "const" in schema:
        words = [schema["const"]]
    texts = (as_text(schema.get(key)) for key in ("title", "description"))
    return Shape(
        type=type_,
        words=None if words is None else tuple(w for w in words if w is not None),
        properties=as_object(schema.get("properties")),
        required=frozenset(
            name for name in as_list(schema.get("required")) if isinstance(name, str)
        ),
        items=schema.get("items"),
        values=as_object(schema.get("additionalProperties")) or None,
        text=" ".join(texts),
        minimum=_number(schema.get("minimum")),
        maximum=_number(schema.get("maximum")),
        multiple=_number(schema.get("multipleOf")),
        is_read_only=schema.get("readOnly") is True,
        is_clear=len(several) < 2
        and schema.keys().isdisjoint(NOT_UNDERSTOOD)
        and not isinstance(schema.get("exclusiveMinimum"), int | float)
        and not isinstance(schema.get("exclusiveMaximum"), int | float),
    )


def _merged(one: Shape, other: Shape) -> Shape:
    """Return what two schemas say of a value of which both hold."""
    type_ = one.type or other.type
    words = one.words if other.words is None else other.words
    both = one.words is not None and other.words is not None
    return Shape(
        type=type_,
        words=words,
        properties={**one.properties, **other.properties},
        required=one.required | other.required,
        items=other.items if one.items is None else one.items,
        values=other.values if one.values is None else one.values,
        text=f"{one.text} {other.text}".strip(),
        minimum=one.minimum if other.minimum is None else other.minimum,
        maximum=one.maximum if other.maximum is None else other.maximum,
        multiple=one.multiple if other.multiple is None else other.multiple,
        is_read_only=one.is_read_only or other.is_read_only,
        is_clear=one.is_clear
        and other.is_clear
        and not both
        and (other.type in (None, type_))
        and one.properties.keys().isdisjoint(other.properties),
    )


def _number(node: object) -> float | None:
    if isinstance(node, bool) or not isinstance(node, int | float):
        return None
    return float(node) if abs(node) < 1e15 else None
