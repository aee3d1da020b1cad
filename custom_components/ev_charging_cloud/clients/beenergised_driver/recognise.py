"""Finding what we want in a schema that nobody documents.

A table (:mod:`.names`) says which names a meaning may have. The
recogniser looks for them among the fields of a type, in the table's order, and makes a
selection of those that it finds. An alias gives each its name in the table, so that an
answer reads the same whatever the operator calls things.
"""

from collections.abc import Collection, Iterable, Sequence
from enum import Enum, auto

from msgspec import Struct

from ..reading.words import plain
from .schema import LEAVES, OBJECTS, Field, Schema, SchemaType

NUMBERS = frozenset({"Int", "Float"})
BOOLEAN = "Boolean"


class Kind(Enum):
    """What a field must be to have a meaning."""

    # Any scalar but yes and no.
    TEXT = auto()
    # A text and no number, such as a price in words.
    WORDS = auto()
    NUMBER = auto()
    FLAG = auto()
    # A scalar of whatever kind.
    LEAF = auto()
    # An object, or a list of objects, with meanings of its own.
    ONE = auto()
    MANY = auto()


class Meaning(Struct, frozen=True):
    """Something that we want, and how its field may be called.

    ``names`` are the variants without case and underscores, the best first, separated
    by spaces. ``documented`` tells that the vendor documents ``name`` itself.
    ``boxed`` are the names of the leaf to take where the field is an object.
    ``prefixes`` are what the names of ``fields`` may begin with and mean the same.
    """

    name: str
    names: str = ""
    kind: Kind = Kind.TEXT
    documented: bool = False
    fields: tuple[Meaning, ...] = ()
    boxed: str = ""
    prefixes: str = ""

    @property
    def variants(self) -> Sequence[str]:
        """Return the names it may have, the best first."""
        own = plain(self.name)
        return (own, *(name for name in self.names.split() if name != own))


class Node(Struct, frozen=True):
    """A field of a selection, under the name that the answer is to have."""

    name: str
    field: str
    children: tuple[Node, ...] = ()
    # The words of an enum, where it is one; None for any other type.
    words: tuple[str, ...] | None = None

    def child(self, *path: str) -> Node | None:
        """Return what is selected below, by our names."""
        found: Node | None = self
        for name in path:
            children = found.children if found else ()
            found = next((node for node in children if node.name == name), None)
        return found

    def render(self) -> str:
        """Return the field as a document has it."""
        field = self.field if self.name == self.field else f"{self.name}: {self.field}"
        return field + (f" {selection(self.children)}" if self.children else "")


class Recognition(Struct, frozen=True, kw_only=True):
    """What was found in a schema, for diagnostics: names only.

    ``found`` are the fields and arguments that were looked at, each with its type.
    ``recognised`` says what they were taken for, and on what ground. ``left_out`` is
    what nobody knows, ``assumptions`` what had to be assumed.
    """

    found: dict[str, str] = {}
    recognised: dict[str, str] = {}
    left_out: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()


def selection(nodes: Iterable[Node]) -> str:
    """Return a selection as a document has it."""
    return "{ " + " ".join(node.render() for node in nodes) + " }"


def documented(
    table: Iterable[Meaning], missing: Collection[str] = (), *, nested: bool = False
) -> tuple[Node, ...]:
    """Return what the documents name, but for fields that the schema turned out to lack.

    Only their names are known, so what is called the same elsewhere goes along; but for
    the id of the thing itself, without which there is no thing.
    """
    nodes: list[Node] = []
    for meaning in table:
        if not meaning.documented or (
            meaning.name in missing and (nested or meaning.name != "id")
        ):
            continue
        inside = nested or meaning.name != "data"
        children = documented(meaning.fields, missing, nested=inside)
        if children or not meaning.fields:
            nodes.append(Node(meaning.name, meaning.name, children))
    return tuple(nodes)


class Recogniser:
    """Looks for meanings in one schema, and keeps what it saw."""

    def __init__(self, schema: Schema) -> None:
        """Begin with nothing seen."""
        self.schema = schema
        self.found: dict[str, str] = {}
        self.recognised: dict[str, str] = {}
        self.assumptions: list[str] = []

    @property
    def recognition(self) -> Recognition:
        """Return what was seen so far."""
        return Recognition(
            found=dict(self.found),
            recognised=dict(self.recognised),
            left_out=tuple(name for name in self.found if name not in self.recognised),
            assumptions=tuple(self.assumptions),
        )

    def select(
        self, type_name: str, table: Iterable[Meaning], prefixes: str = ""
    ) -> tuple[Node, ...]:
        """Return the selection of what is recognised in a type."""
        owner = self.schema.type(type_name)
        if owner is None:
            return ()
        for field in owner.fields or ():
            self.found.setdefault(f"{type_name}.{field.name}", self._spell(field))
        taken: set[str] = set()
        nodes: list[Node] = []
        for meaning in table:
            for field in _candidates(owner, meaning, prefixes):
                if field.name in taken or not field.is_plain:
                    continue
                if (node := self._node(field, meaning)) is not None:
                    taken.add(field.name)
                    nodes.append(node)
                    self._keep(f"{type_name}.{field.name}", meaning, field.name)
                    break
        return tuple(nodes)

    def _spell(self, field: Field) -> str:
        """Return a field's type as people write it, with the words of an enum."""
        name = field.type.type_name
        if words := self.schema.words(name):
            name = f"{name}: {' | '.join(words)}"
        return f"[{name}]" if field.type.is_list else name

    def _keep(self, place: str, meaning: Meaning, name: str) -> None:
        ground = (
            "documented"
            if meaning.documented and name == meaning.name
            else "recognised"
        )
        self.recognised[place] = f"{meaning.name} ({ground})"

    def _node(self, field: Field, meaning: Meaning) -> Node | None:
        """Return the selection of a field; None if it is not what the meaning needs."""
        inner = field.type.named
        type_name = field.type.type_name
        if meaning.kind in {Kind.ONE, Kind.MANY}:
            if inner.kind not in OBJECTS or field.type.is_list is not (
                meaning.kind is Kind.MANY
            ):
                return None
            children = self.select(type_name, meaning.fields, meaning.prefixes)
            return Node(meaning.name, field.name, children) if children else None
        if field.type.is_list:
            return None
        if inner.kind in OBJECTS and meaning.boxed:
            box = Meaning("value", meaning.boxed)
            children = self.select(type_name, (box,))
            return Node(meaning.name, field.name, children) if children else None
        if inner.kind not in LEAVES or not _fits(type_name, meaning.kind):
            return None
        return Node(meaning.name, field.name, words=self.schema.words(type_name))


def _fits(type_name: str, kind: Kind) -> bool:
    """Tell whether a scalar or an enum can have a kind; a custom scalar can have most."""
    match kind:
        case Kind.LEAF:
            return True
        case Kind.FLAG:
            return type_name == BOOLEAN
        case Kind.NUMBER:
            return type_name not in {BOOLEAN, "ID"}
        case Kind.WORDS:
            return type_name not in NUMBERS | {BOOLEAN, "ID"}
        case _:
            return type_name != BOOLEAN


def _candidates(owner: SchemaType, meaning: Meaning, prefixes: str) -> Iterable[Field]:
    """Yield the fields that a meaning may have, the best first."""
    fields = owner.fields or ()
    for variant in meaning.variants:
        yield from (field for field in fields if plain(field.name) == variant)
    for variant in meaning.variants:
        yield from (
            field
            for field in fields
            if any(plain(field.name) == prefix + variant for prefix in prefixes.split())
        )
