"""Every operation that is sent to be.ENERGISED for drivers once somebody is signed in.

Source: the vendor's pages for operations, arguments and fields of sessions, cards,
starts, stops and documents; the schema, where it is told, for stations and for what of
the documented fields an operator really has. Without a schema the documented core is
sent as it is documented; a paged list of sessions follows the documented one of
documents.

Values stand in operations as literals: the types of arguments are not documented, and a
variable needs its type.
"""

from collections.abc import Collection, Mapping

from msgspec import Struct

from ..search import Around, Favourites, Listed, StationChoice
from ..transport.graphql import Word, arguments
from . import names
from .arguments import ListArguments, Page, Values
from .favourites import Mutation, find_mutations, is_about_favourites
from .recognise import (
    Meaning,
    Node,
    Recogniser,
    Recognition,
    documented,
    flat,
    selection,
)
from .schema import LEAVES, Schema

STATIONS = "cpsPaged"
CHARGELOG, CHARGELOGS = "chargelog", "chargelogsPaged"
CARDS, DOCUMENTS = "availableCardsForChargingProcess", "accountDocumentsPaged"
ATTEMPT_START, ATTEMPT_STATUS = "attemptRemoteStart", "remoteStartAttemptStatus"
START, STOP = "remoteStart", "remoteStop"
TABLES: Mapping[str, tuple[Meaning, ...]] = {
    STATIONS: names.paged(names.STATION),
    CHARGELOGS: names.paged(names.CHARGELOG),
    CHARGELOG: names.CHARGELOG,
    CARDS: names.CARD,
    DOCUMENTS: names.paged(names.DOCUMENT),
    ATTEMPT_STATUS: names.ATTEMPT,
    ATTEMPT_START: names.ATTEMPT,
    START: names.START_RESULT,
    STOP: names.RESULT,
}
MUTATIONS = frozenset({ATTEMPT_START, START, STOP})
LISTS = frozenset({STATIONS, CHARGELOGS, DOCUMENTS})
AUTO = Word("AUTO")
EXAMPLES: tuple[StationChoice, ...] = (
    Around(latitude=0.5, longitude=0.5, radius=1000),
    Favourites(),
    Listed(text="a"),
)


def is_wanted(name: str) -> bool:
    """Tell whether a root field may be one that we use."""
    return name in TABLES or is_about_favourites(name)


class Operation(Struct, frozen=True, kw_only=True):
    """A field of Query or Mutation, and what is selected of it; of a leaf, nothing."""

    field: str
    children: tuple[Node, ...] = ()
    is_leaf: bool = False

    def render(self, values: Values) -> str:
        """Return the field as a document has it, with these arguments."""
        given = f"({arguments(values)})" if values else ""
        if self.is_leaf:
            return self.field + given
        chosen = selection(self.children) if self.children else "{ __typename }"
        return f"{self.field}{given} {chosen}"

    @property
    def item(self) -> Node:
        """What is selected of a thing: of an item of a list, or of the answer itself."""
        return item_of(self.children)


def item_of(children: tuple[Node, ...]) -> Node:
    """Return what is selected of a thing: of an item of a list, or of the answer itself."""
    whole = Node("", "", children)
    return whole.child("data") or whole.child("edges", "node") or whole


class Operations:
    """The operations that one operator's schema allows."""

    def __init__(
        self, schema: Schema | None, missing: Collection[tuple[str, str]] = ()
    ) -> None:
        """Prepare all operations.

        Args:
            schema: what the operator has; None if it does not tell.
            missing: what turned out not to be there where no schema is told: each
                field with the operation that it was asked in.
        """
        self.schema = schema
        self.missing = frozenset(missing)
        self._recogniser = Recogniser(schema) if schema else None
        self._lists: dict[str, ListArguments] = {}
        self._known: dict[str, Operation] = {}
        for name, table in TABLES.items():
            found = self._children(name, table)
            if found is not None:
                self._known[name] = Operation(field=name, children=found)
        self._favourites: Mapping[bool, Mutation] = {}
        if schema and self.node(STATIONS, "isFavourite"):
            self._favourites = find_mutations(schema)
        for mutation in self._favourites.values():
            if self._recogniser:
                self._recogniser.recognised[mutation.field.name] = (
                    "favourites (recognised)"
                )
        for name, field in schema.roots().items() if schema else ():
            if self._recogniser and name not in self._known:
                self._recogniser.see(name, field)

    @property
    def recognition(self) -> Recognition:
        """What was found in the schema, and what it was taken for."""
        return self._recogniser.recognition if self._recogniser else Recognition()

    def __contains__(self, name: object) -> bool:
        """Tell whether an operation can be sent."""
        return name in self._known

    def node(self, name: str, *path: str) -> Node | None:
        """Return what an operation selects of a thing, by our names."""
        operation = self._known.get(name)
        return operation.item.child(*path) if operation else None

    def is_paged(self, name: str) -> bool:
        """Tell whether more than the first page of a list can be asked for."""
        known = self._lists.get(name)
        return self.schema is None if known is None else known.is_paged

    def has_offset(self, name: str) -> bool:
        """Tell whether pages of a list can be asked for by their place."""
        known = self._lists.get(name)
        return self.schema is None if known is None else "offset" in known.known

    def document(self, name: str, values: Values | None) -> str | None:
        """Return what asks for an operation; None if it cannot be asked for so."""
        if name not in self._known or values is None:
            return None
        kind = "mutation" if name in MUTATIONS else "query"
        return f"{kind} {{ {self._known[name].render(values)} }}"

    @property
    def marks_favourites(self) -> bool:
        """Whether favourites can be marked and unmarked, and are told."""
        return bool(self._favourites)

    def favourite(self, station_id: str, *, on: bool) -> str | None:
        """Return what marks a station as a favourite, or no longer; None without a way."""
        mutation = self._favourites.get(on)
        values = mutation.values(station_id, on=on) if mutation else None
        if mutation is None or values is None or self._recogniser is None:
            return None
        children = self._recogniser.select(mutation.field.type_name, names.RESULT)
        operation = Operation(
            field=mutation.field.name, children=children, is_leaf=mutation.is_leaf
        )
        return f"mutation {{ {operation.render(values)} }}"

    def stations(self, choice: StationChoice, page: Page) -> str | None:
        """Return what asks for a page of stations; None if they cannot be asked for."""
        known = self._lists.get(STATIONS)
        return self.document(STATIONS, known.stations(choice, page) if known else None)

    @property
    def choices(self) -> frozenset[type[StationChoice]]:
        """By what stations can be found; ``Listed`` stands for a text."""
        first = Page(limit=1)
        return frozenset(type(it) for it in EXAMPLES if self.stations(it, first))

    def page(self, name: str, page: Page, *, running: bool = False) -> str | None:
        """Return what asks for a page of the driver's own sessions or documents.

        Args:
            name: of the list.
            page: the part that is wanted.
            running: whether to ask in the same go for those that are not over, where
                the list can tell them apart.
        """
        known, operation = self._lists.get(name), self._known.get(name)
        if known is None or operation is None:
            wanted: Values = {"limit": page.limit, "offset": page.offset}
            return self.document(name, {"pagination": wanted})
        asked = [
            known.page(page),
            *(known.page(page, {}, it) for it in known.running()),
        ]
        roots = [operation.render(values) for values in asked if values is not None]
        more = [f"running{index}: {it}" for index, it in enumerate(roots[1:])]
        shown = [*roots[:1], *(more if running else ())]
        return f"query {{ {' '.join(shown)} }}" if asked[0] is not None else None

    def _children(
        self, name: str, table: tuple[Meaning, ...]
    ) -> tuple[Node, ...] | None:
        """Return what is selected of an operation; None if it cannot be asked for."""
        schema, recogniser = self.schema, self._recogniser
        if schema is None or recogniser is None:
            missing = {field for asked, field in self.missing if asked == name}
            is_there = name not in missing and name != STATIONS
            return documented(table, missing) if is_there else None
        field = schema.roots().get(name)
        if field is None or field.kind in LEAVES:
            return None
        if name not in LISTS:
            return recogniser.select(field.type_name, table)
        if field.is_list:
            # A list without pages around it.
            table = next(it for it in table if it.name == "data").fields
        children = recogniser.select(field.type_name, table)
        if any(node.name == "data" for node in flat(children)):
            children = tuple(node for node in children if node.name != "edges")
        if item_of(children).child("id") is None:
            recogniser.notes.append(f"{name}: things without an id are not read")
            return None
        self._keep(name, ListArguments(schema, field), recogniser)
        return children

    def _keep(self, name: str, known: ListArguments, recogniser: Recogniser) -> None:
        self._lists[name] = known
        for leaf in known.leaves:
            recogniser.see(f"{name}({leaf.place})", leaf.field)
        for wanted, leaf in known.known.items():
            recogniser.recognised[f"{name}({leaf.place})"] = f"{wanted} (recognised)"
        if known.radius_unit == "":
            recogniser.notes.append(f"{name}: the radius has no unit, and is sent as m")
