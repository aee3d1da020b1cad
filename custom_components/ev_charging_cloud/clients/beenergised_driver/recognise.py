"""Finding what we want in a schema that nobody documents.

A table (:mod:`.names`) says what a meaning is called, and what its field must be. The
recogniser looks for it among the fields of a type and makes a selection of what it finds.
An alias gives each its name in the table, with its unit where it has one, so that an
answer reads the same whatever the operator calls things.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import Enum, auto
from itertools import islice
import re

from msgspec import Struct

from ..reading.words import plain
from .schema import ABSTRACT, BUILT_IN, LEAVES, OBJECTS, Field, Schema, SchemaType

MOST_NOTED, LONGEST_NOTE = 300, 160
MOST_POSSIBLE_TYPES = 10
type Units = Mapping[str, str]
# How a unit is told in words, by what an alias has of it.
ENERGY: Units = {"Kwh": r"\bkwh\b|kilowatt.?hour", "Wh": r"\bwh\b|\bwatt.?hour"}
POWER: Units = {
    "Kw": r"\bkw\b|kilowatts?\b(?!.?hour)",
    "W": r"\bw\b|\bwatts?\b(?!.?hour)",
}
LENGTH: Units = {"Km": r"\bkm\b|kilomet", "M": r"\bm\b|\bmet(er|re)[ns]?\b"}
MINOR = r"\b(euro)?cents?\b|\bct\b|¢|\bpence\b|\bminor\b"
NO_NUMBERS = frozenset({"Boolean", "ID"})


class Kind(Enum):
    """What a field must be; a text is any scalar but yes and no."""

    TEXT = auto()
    FLAG = auto()
    NUMBER = auto()
    # Of whole currency.
    AMOUNT = auto()
    NUMBERS = auto()
    # An object, or a list of objects, with meanings of its own.
    ONE = auto()
    MANY = auto()


class Meaning(Struct, frozen=True):
    """Something that we want, and what its field is called.

    ``names`` are other names, the best first; one that means a certain unit has it behind
    a colon. ``documented`` tells that the vendor documents ``name`` itself. One of
    ``units`` must be told, but for what is documented. ``demands`` must stand in the name
    or a description, ``words`` among those of an enum of another name.
    """

    name: str
    names: str = ""
    kind: Kind = Kind.TEXT
    documented: bool = False
    fields: tuple[Meaning, ...] = ()
    units: Units = {}
    demands: str = ""
    words: frozenset[str] = frozenset()

    def variants(self) -> Iterator[tuple[str, str]]:
        """Yield the names that it may have, the best first, each with its unit."""
        own, others = plain(self.name), self.names.split()
        for name in others if own in others else (own, *others):
            variant, _, unit = name.partition(":")
            yield variant, unit
            yield from ((variant + plain(unit), unit) for unit in self.units)


class Node(Struct, frozen=True):
    """A field of a selection, under the name that the answer is to have.

    Without a name it is a fragment, for one of several types. ``spelled`` is its type,
    ``words`` those of an enum. A ``unit`` is the end of the name.
    """

    name: str
    field: str
    children: tuple[Node, ...] = ()
    spelled: str = ""
    words: tuple[str, ...] = ()
    unit: str = ""

    def child(self, *path: str) -> Node | None:
        """Return what is selected below, by our names without units."""
        found: Node | None = self
        for name in path:
            below = flat(found.children) if found else ()
            found = next((it for it in below if it.name == name + it.unit), None)
        return found


class Recognition(Struct, frozen=True, kw_only=True):
    """What was found in a schema, for diagnostics: names only.

    ``recognised`` says what fields and arguments were taken for, and on what ground.
    ``left_out`` is what was not, with its type and description.
    """

    recognised: dict[str, str] = {}
    left_out: dict[str, str] = {}
    notes: list[str] = []


def selection(nodes: Iterable[Node]) -> str:
    """Return a selection as a document has it."""
    return "{ " + " ".join(map(_render, nodes)) + " }"


def _render(node: Node) -> str:
    alias = f"{node.name}: " if node.name not in {"", node.field} else ""
    return (
        alias + node.field + (f" {selection(node.children)}" if node.children else "")
    )


def flat(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield nodes, those of fragments too."""
    for node in nodes:
        yield from (flat(node.children) if not node.name else (node,))


def unit_of(texts: Iterable[str | None], units: Units) -> str:
    """Return the only unit that the first text with any tells; nothing without one."""
    told = (
        [unit for unit, words in units.items() if _says(text, words)] for text in texts
    )
    found = next(filter(None, told), [])
    return found[0] if len(found) == 1 else ""


def documented(
    table: Iterable[Meaning], missing: Collection[str] = (), *, nested: bool = False
) -> tuple[Node, ...]:
    """Return what the documents name, but for fields that the schema turned out to lack.

    Only their names are known, so what is called the same elsewhere goes along; but for
    the id of the thing itself, without which there is no thing.
    """
    nodes: list[Node] = []
    for it in table:
        is_missing = it.name in missing and (nested or it.name != "id")
        if it.documented and not is_missing:
            inside = nested or it.name != "data"
            children = documented(it.fields, missing, nested=inside)
            if children or not it.fields:
                nodes.append(Node(it.name, it.name, children))
    return tuple(nodes)


class Recogniser:
    """Looks for meanings in one schema, and keeps what it saw."""

    def __init__(self, schema: Schema) -> None:
        """Begin with nothing seen."""
        self.schema = schema
        self.recognised: dict[str, str] = {}
        self.notes: list[str] = []
        self._seen: dict[str, str] = {}

    @property
    def recognition(self) -> Recognition:
        """What was seen so far."""
        left_out = (it for it in self._seen.items() if it[0] not in self.recognised)
        return Recognition(
            recognised=dict(self.recognised),
            left_out=dict(islice(left_out, MOST_NOTED)),
            notes=list(self.notes),
        )

    def see(self, place: str, field: Field) -> None:
        """Keep a field or an argument that was looked at, as people would write it."""
        parts = (
            str(field.type),
            " | ".join(self.schema.words(field.type_name)),
            " ".join((field.description or "").split()),
        )
        self._seen.setdefault(place, ": ".join(filter(None, parts))[:LONGEST_NOTE])

    def select(self, type_name: str, table: tuple[Meaning, ...]) -> tuple[Node, ...]:
        """Return the selection of what is recognised in a type.

        Of an interface or a union, what only some of its types have goes into fragments;
        there, what has one name must be of one type (October 2021, 5.3.2).
        """
        owner = self.schema.types.get(type_name)
        if owner is None:
            return ()
        nodes = own = self._select(owner, table)
        kinds = owner.possible_types if owner.kind in ABSTRACT else None
        for kind in (kinds or ())[:MOST_POSSIBLE_TYPES]:
            known = {node.name: node.spelled for node in flat(nodes)}
            more = tuple(
                node
                for node in self.select(kind.name, table)
                if node.name not in {each.name for each in own}
                and known.get(node.name, node.spelled) == node.spelled
            )
            nodes += (Node("", f"... on {kind.name}", more),) if more else ()
        return nodes

    def _select(
        self, owner: SchemaType, table: tuple[Meaning, ...]
    ) -> tuple[Node, ...]:
        fields = sorted(owner.fields or (), key=lambda field: field.is_deprecated)
        for field in fields:
            self.see(f"{owner.name}.{field.name}", field)
        nodes: dict[str, Node] = {}
        for meaning in table:
            for field, unit in _candidates(fields, meaning):
                node = self._node(owner, field, meaning, unit)
                if node is not None and field.name not in nodes:
                    nodes[field.name] = node
                    ground = meaning.documented and field.name == meaning.name
                    self.recognised[f"{owner.name}.{field.name}"] = (
                        f"{node.name} ({'documented' if ground else 'recognised'})"
                    )
                    break
        return tuple(nodes.values())

    def _node(
        self, owner: SchemaType, field: Field, meaning: Meaning, unit: str
    ) -> Node | None:
        """Return the selection of a field; None if it is not what the meaning needs."""
        texts = (field.description, owner.description)
        said = " ".join(filter(None, (field.name, *texts)))
        words = self.schema.words(field.type_name)
        spelled = str(field.type)
        if not _says(said, meaning.demands) or not _fits(field, meaning, said, words):
            return None
        if meaning.fields and field.kind in OBJECTS:
            children = self.select(field.type_name, meaning.fields)
            return (
                Node(meaning.name, field.name, children, spelled) if children else None
            )
        unit = unit or unit_of(texts, meaning.units)
        if meaning.units and not unit and not meaning.documented:
            return None
        return Node(meaning.name + unit, field.name, (), spelled, words, unit)


def _candidates(fields: list[Field], meaning: Meaning) -> Iterator[tuple[Field, str]]:
    """Yield the fields that may have a meaning, the best first, each with its unit.

    What a deprecated field names as its successor means the same.
    """
    plain_fields = [
        it for it in fields if not any(argument.is_required for argument in it.args)
    ]
    for is_deprecated in (False, True):
        for variant, unit in meaning.variants():
            for it in plain_fields:
                if it.is_deprecated is is_deprecated and plain(it.name) == variant:
                    yield from ((new, "") for new in plain_fields if new.succeeds(it))
                    yield it, unit


def _fits(field: Field, meaning: Meaning, said: str, words: tuple[str, ...]) -> bool:
    """Tell whether a field can have a meaning; an operator's own scalar can have most."""
    name, is_leaf = field.type_name, field.kind in LEAVES
    if field.is_list is not (meaning.kind in {Kind.NUMBERS, Kind.MANY}):
        return False
    match meaning.kind:
        case Kind.ONE | Kind.MANY:
            # GeoJSON can be a scalar of its own.
            is_point = is_leaf and name not in BUILT_IN and _says(name, "geo|point")
            return field.kind in OBJECTS or is_point
        case Kind.FLAG:
            return name == "Boolean"
        case Kind.TEXT:
            has_words = meaning.words <= set(map(plain, words))
            is_own = plain(field.name) == plain(meaning.name)
            return is_leaf and name != "Boolean" and (is_own or has_words)
        case Kind.AMOUNT if name == "Int" or _says(said, MINOR):
            # It counts hundredths, or may do so.
            return False
    return field.kind == "SCALAR" and name not in NO_NUMBERS


def _says(text: str | None, pattern: str) -> bool:
    return re.search(pattern, text or "", re.IGNORECASE) is not None
