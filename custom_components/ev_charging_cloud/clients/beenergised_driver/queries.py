"""Every document that is sent to be.ENERGISED for drivers once somebody is signed in.

Source: the vendor's pages for operations, arguments and fields of sessions, cards,
starts, stops and documents; the schema, where it is told, for stations and for what of
the documented fields an operator really has. Without a schema the documented core is
sent as it is documented; a paged list of sessions follows the documented one of
documents.

Values stand in documents as literals: the types of arguments are not documented, and a
variable needs its type.
"""

from collections.abc import Collection, Mapping

from msgspec import Struct

from ..reading.words import plain
from ..search import Around, Favourites, Listed, StationChoice
from ..transport.graphql import Literal, Word, arguments
from . import names
from .arguments import ListArguments
from .recognise import Meaning, Node, Recogniser, Recognition, documented, selection
from .schema import LEAVES, Field, Schema

CPS_PAGED = "cpsPaged"
# Other names for what the getting-started page calls so.
STATION_LISTS = frozenset(
    {
        "chargepointspaged",
        "chargingpointspaged",
        "chargingstationspaged",
        "cpspaged",
        "evsespaged",
        "stationspaged",
    }
)
CHARGELOG, CHARGELOGS = "chargelog", "chargelogsPaged"
CARDS, DOCUMENTS = "availableCardsForChargingProcess", "accountDocumentsPaged"
ATTEMPT_START, ATTEMPT_STATUS = "attemptRemoteStart", "remoteStartAttemptStatus"
START, STOP = "remoteStart", "remoteStop"
AUTO = Word("AUTO")
CHOICES: Mapping[type[StationChoice], StationChoice] = {
    Around: Around(latitude=0.5, longitude=0.5, radius=1000),
    Favourites: Favourites(),
    Listed: Listed(text="a"),
}


class Operation(Struct, frozen=True, kw_only=True):
    """A field of Query or Mutation, and what is selected of it.

    ``node`` is None where nothing is selected: the answer is a scalar.
    """

    kind: str
    field: str
    children: tuple[Node, ...] | None = ()

    def document(self, values: Mapping[str, Literal] | None = None) -> str:
        """Return the document that asks for it, with these arguments."""
        given = f"({arguments(values)})" if values else ""
        chosen = ""
        if self.children is not None:
            chosen = (
                f" {selection(self.children)}" if self.children else " { __typename }"
            )
        return f"{self.kind} {{ {self.field}{given}{chosen} }}"

    def node(self, *path: str) -> Node | None:
        """Return what is selected, by our names."""
        return Node("", "", self.children or ()).child(*path)


class Documents:
    """The documents that one operator's schema allows."""

    def __init__(
        self, schema: Schema | None, missing: Collection[tuple[str, str]] = ()
    ) -> None:
        """Prepare all documents.

        Args:
            schema: what the operator has; None if it does not tell.
            missing: what turned out not to be there where no schema is told: each
                field with the operation that it was asked in.
        """
        self.schema = schema
        self.missing = frozenset(missing)
        self._recogniser = Recogniser(schema) if schema else None
        self._operations: dict[str, Operation] = {}
        self._lists: dict[str, ListArguments] = {}
        chargelogs = names.paged(names.CHARGELOG)
        for kind, name, table in (
            ("query", CHARGELOGS, chargelogs),
            ("query", CHARGELOG, names.CHARGELOG),
            ("query", CARDS, names.CARD),
            ("query", DOCUMENTS, names.paged(names.DOCUMENT)),
            ("query", ATTEMPT_STATUS, names.ATTEMPT),
            ("mutation", ATTEMPT_START, names.ATTEMPT),
            ("mutation", START, names.START_RESULT),
            ("mutation", STOP, names.RESULT),
        ):
            if (operation := self._operation(kind, name, table)) is not None:
                self._operations[name] = operation
        self._arguments: ListArguments | None = None
        self.stations: Operation | None = self._stations()

    @property
    def recognition(self) -> Recognition:
        """Return what was found in the schema, and what it was taken for."""
        return self._recogniser.recognition if self._recogniser else Recognition()

    def __contains__(self, name: object) -> bool:
        """Tell whether an operation can be sent."""
        return name in self._operations

    def operation(self, name: str) -> Operation | None:
        """Return an operation; None if the operator has not got it."""
        return self._operations.get(name)

    # ---- stations

    def station_page(
        self, choice: StationChoice, *, limit: int, offset: int
    ) -> str | None:
        """Return what asks for a page of stations; None if they cannot be asked for."""
        if self.stations is None or self._arguments is None:
            return None
        values = self._arguments.build(choice, limit=limit, offset=offset)
        return None if values is None else self.stations.document(values)

    @property
    def choices(self) -> frozenset[type[StationChoice]]:
        """Return by what stations can be found; ``Listed`` stands for a text."""
        return frozenset(
            kind
            for kind, example in CHOICES.items()
            if self.station_page(example, limit=1, offset=0)
        )

    @property
    def stations_are_paged(self) -> bool:
        """Tell whether more than the first page can be asked for."""
        return self._arguments is not None and self._arguments.is_paged

    @property
    def has_connectors(self) -> bool:
        """Tell whether stations come with their connectors."""
        return self.station_node("connectors") is not None

    def station_node(self, *path: str) -> Node | None:
        """Return what is selected of a station."""
        if self.stations is None:
            return None
        item = self.stations.node("data") or Node("", "", self.stations.children or ())
        return item.child(*path)

    # ---- sessions and documents

    def chargelog_page(self, *, limit: int, offset: int) -> str | None:
        """Return what asks for a page of the driver's sessions."""
        return self._page(CHARGELOGS, limit, offset)

    def document_page(self, *, limit: int, offset: int) -> str | None:
        """Return what asks for a page of the driver's documents."""
        return self._page(DOCUMENTS, limit, offset)

    def chargelog(self, session_id: str) -> str | None:
        """Return what asks for a session."""
        return self._document(CHARGELOG, {"id": session_id})

    # ---- commands: their arguments are documented

    def cards(self, connector_id: str) -> str | None:
        """Return what asks for the cards that may charge on a connector."""
        return self._document(CARDS, {"connectorId": connector_id})

    def attempt_start(self, connector_id: str, tag: str) -> str | None:
        """Return what starts a session and can be followed."""
        wanted: Mapping[str, Literal] = {"connectorId": connector_id, "tagId": tag}
        return self._document(ATTEMPT_START, {"input": wanted})

    def attempt_status(self, attempt_id: str) -> str | None:
        """Return what asks how far a start got."""
        return self._document(ATTEMPT_STATUS, {"id": attempt_id})

    def start(self, connector_id: str, tag: str) -> str | None:
        """Return what starts a session, without a way to follow it."""
        authorization: Mapping[str, Literal] = {"identifier": tag, "type": AUTO}
        return self._document(
            START, {"authorization": authorization, "connector": connector_id}
        )

    def stop(self, session_id: str) -> str | None:
        """Return what stops a session."""
        return self._document(STOP, {"transaction": session_id})

    # ---- inside

    def _document(self, name: str, values: Mapping[str, Literal]) -> str | None:
        operation = self._operations.get(name)
        return operation.document(values) if operation else None

    def _page(self, name: str, limit: int, offset: int) -> str | None:
        page: Mapping[str, Literal] = {"limit": limit, "offset": offset}
        if (known := self._lists.get(name)) is None:
            return self._document(name, {"pagination": page})
        values = known.page(limit=limit, offset=offset)
        return None if values is None else self._document(name, values)

    def _operation(
        self, kind: str, name: str, table: tuple[Meaning, ...]
    ) -> Operation | None:
        if self.schema is None or self._recogniser is None:
            missing = {field for asked, field in self.missing if asked == name}
            if name in missing:
                return None
            return Operation(kind=kind, field=name, children=documented(table, missing))
        root = self.schema.type(
            self.schema.query if kind == "query" else self.schema.mutation
        )
        field = root.field(name) if root else None
        if field is None:
            return None
        if any(meaning.name == "data" for meaning in table):
            self._lists[name] = ListArguments(self.schema, field)
        return self._of_schema(kind, field, table)

    def _of_schema(
        self, kind: str, field: Field, table: tuple[Meaning, ...], prefixes: str = ""
    ) -> Operation | None:
        """Return an operation on a field of the schema."""
        if self._recogniser is None:
            return None
        if field.type.named.kind in LEAVES:
            return Operation(kind=kind, field=field.name, children=None)
        data = next((each for each in table if each.name == "data"), None)
        if data is not None and field.type.is_list:
            # A list without pages around it.
            table, prefixes = data.fields, data.prefixes
        children = self._recogniser.select(field.type.type_name, table, prefixes)
        if data is not None and not any(
            child.name == "data" or field.type.is_list for child in children
        ):
            return None
        return Operation(kind=kind, field=field.name, children=children)

    def _stations(self) -> Operation | None:
        """Return the query of stations: nothing of it is documented but a name."""
        if self.schema is None or self._recogniser is None:
            return None
        root = self.schema.type(self.schema.query)
        fields = (root.fields if root else None) or ()
        field = next(
            (
                field
                for field in sorted(fields, key=lambda field: field.name != CPS_PAGED)
                if plain(field.name) in STATION_LISTS
            ),
            None,
        )
        if field is None:
            return None
        found = self._of_schema(
            "query",
            field,
            names.paged(names.STATION, names.STATION_PREFIXES),
        )
        if found is None or found.children is None:
            return None
        self._arguments = ListArguments(self.schema, field)
        self._note_arguments(field)
        item = found.node("data") or Node("", "", found.children)
        if item.child("id") is None:
            self._recogniser.assumptions.append("stations without an id are not read")
            return None
        return found

    def _note_arguments(self, field: Field) -> None:
        if self._recogniser is None or self._arguments is None:
            return
        place = f"{self.schema.query if self.schema else 'Query'}.{field.name}"
        for leaf in self._arguments.leaves:
            self._recogniser.found[f"{place}({'.'.join(leaf.path)})"] = leaf.type_name
        for wanted, leaf in self._arguments.known.items():
            key = f"{place}({'.'.join(leaf.path)})"
            self._recogniser.recognised[key] = f"{wanted} (recognised)"
        self._recogniser.assumptions += self._arguments.assumptions
        units = {"maxPower": "maximum power is in kW below 1000, else in W"}
        units["perMinute"] = "a price for time is per minute"
        for recognised in self._recogniser.recognised.values():
            if (text := units.pop(recognised.partition(" ")[0], None)) is not None:
                self._recogniser.assumptions.append(text)
