"""be.ENERGISED for drivers: the GraphQL API of one operator, for one driver's account.

Source: the vendor's getting-started page and its pages on sessions, commands and
documents. What a station is called and has is documented nowhere: it is read from the
schema, see :mod:`.queries`. Where an operator does not tell its
schema, sessions, cards, documents, starts and stops are there all the same, and
connectors whose ids somebody enters.

A look is one request for the driver's sessions and one for each page of stations.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import override

from aiohttp import ClientSession
import msgspec
from msgspec import structs
from yarl import URL

from ..client import Account, Capability, ChargingClient
from ..commands import ChargingCommands, FavouriteCommands
from ..documents import DocumentArchive
from ..errors import ClientError, NotPermittedError, SchemaChangedError
from ..history import HistoryPage
from ..model import Connector, Driver, Station
from ..reading.families import Family, FamilyKind, FamilyState
from ..reading.items import Items
from ..reading.same import Made
from ..search import StationChoice, StationSearch
from ..snapshot import LiveState, SlowState
from ..transport.requests import RequestLog
from ..transport.tokens import TokenSource
from . import wire
from .about import NAME
from .api import DriverApi
from .ask import Asker
from .capabilities import of_driver, of_stations
from .chargelogs import SessionList
from .commands import DriverCommands
from .connectors import KnownConnectors, with_ids
from .documents import DriverDocuments, Invoices
from .driver import driver_of
from .history import History
from .lists import StationList
from .mapping import Read, with_session
from .queries import CHARGELOGS, DOCUMENTS, Operations
from .recognise import Recognition
from .sessions import LatestSessions, SessionMapping

DOMAIN = "v2.api.htb.services"
# Without its sessions a driver would seem to charge nowhere, so they stand for a while.
# Whether an operator tells its schema is no news to a person.
FAMILIES: Mapping[str, FamilyKind] = {
    "sessions": FamilyKind(is_primary=True, keep=timedelta(minutes=10)),
    "stations": FamilyKind(is_primary=True),
    "documents": FamilyKind(keep=timedelta(days=1)),
    "introspection": FamilyKind(is_optional=True),
}


class BeenergisedDriverClient(ChargingClient):
    """One driver's account at one operator."""

    def __init__(
        self,
        session: ClientSession,
        *,
        server: URL,
        tokens: TokenSource,
        account_hint: str,
        choice: StationChoice | None = None,
        connector_ids: Sequence[str] = (),
        requests: RequestLog | None = None,
    ) -> None:
        """Prepare to read an account; nothing is requested yet.

        Args:
            session: the caller's session.
            server: the operator's address.
            tokens: the account's tokens.
            account_hint: what tells the driver apart at this operator and stays the
                same: the user name, or Auth0's subject.
            choice: which stations to show; None for no list of stations.
            connector_ids: connectors that somebody entered by hand.
            requests: counts the requests; None for a count of its own.
        """
        super().__init__(NAME, requests)
        self.driver: Driver | None = None
        self._server = server
        self._hint = account_hint
        self._connector_ids = tuple(dict.fromkeys(connector_ids))
        self._api = DriverApi(
            session, server, tokens, report=self.report, requests=self.requests
        )
        self._asker = Asker(self._api, self._family("introspection"))
        self._stations = (
            StationList(self._asker, self.report, choice) if choice else None
        )
        self._sessions = SessionList(self._asker, self.report)
        self._latest = LatestSessions()
        self._history = History(self._asker, self.report)
        self._plugs: Mapping[str, Connector] = {}
        self._session_family: Family[Sequence[wire.Chargelog]] = self._family(
            "sessions"
        )
        self._station_family: Family[Items[Read] | None] = self._family("stations")
        self._documents = DriverDocuments(
            self._asker, self.report, lambda: tokens.secrets
        )
        self._invoice_family: Family[Invoices] = self._family("documents")
        self._mapping = SessionMapping(self.report)
        self._names: dict[str, str] = {}
        self._connectors = KnownConnectors()
        self._commands = DriverCommands(
            self._asker, self._connectors, watch=self._sessions.watch
        )
        self._problem: str | None = None
        self._capabilities = Made[Capability]()
        self._live = Made[LiveState]()

    def _family[AnswerT](self, name: str) -> Family[AnswerT]:
        return Family(self.families, name, FAMILIES[name])

    @property
    def recognition(self) -> Recognition:
        """What was found in the operator's schema, and what it was taken for."""
        return self._asker.operations.recognition

    @property
    def has_schema(self) -> bool:
        """Whether the operator tells its schema."""
        return self._asker.operations.schema is not None

    @property
    @override
    def diagnostics(self) -> Mapping[str, object]:
        """Names of what the schema has, and what was made of them; no values."""
        return {
            "has_schema": self.has_schema,
            "units": self.units,
            "stations": self._stations.note if self._stations else None,
            "partial_errors": self.partial_errors,
            "recognition": msgspec.to_builtins(self.recognition),
        }

    @property
    def units(self) -> dict[str, str | None]:
        """The units that sessions gave away, None for what stays unknown without one."""
        units = self._mapping.units
        money = "whole currency" if units.has_whole_currency else None
        return {**units.energy, "cost": money}

    @property
    def partial_errors(self) -> dict[str, str]:
        """What could not be resolved of answers so far, by field; for diagnostics."""
        return dict(self._api.partial)

    @property
    @override
    def schema_problem(self) -> str | None:
        """Why a list cannot be had though it should; None where all is well."""
        broken = self._asker.broken
        if broken:
            name, reason = next(iter(broken.items()))
            return f"{name}: {reason}"
        if self.has_schema and CHARGELOGS not in self._asker.operations:
            return "the schema has no list of sessions"
        return self._problem

    @property
    def choices(self) -> frozenset[type[StationChoice]]:
        """By what stations can be found here; ``Listed`` stands for a text."""
        return self._asker.operations.choices

    @property
    @override
    def search(self) -> StationSearch:
        """What finds stations at this operator: the client itself."""
        return self

    @property
    @override
    def documents(self) -> DocumentArchive | None:
        """Where the driver's documents are; None where the operator tells of none."""
        return self._documents if DOCUMENTS in self._asker.operations else None

    @property
    @override
    def favourites(self) -> FavouriteCommands | None:
        """What marks favourites; None where that cannot be done."""
        return self._commands if Capability.FAVOURITES in self.capabilities else None

    @property
    @override
    def charging(self) -> ChargingCommands | None:
        """What starts and stops sessions; None where that cannot be done."""
        return self._commands if Capability.REMOTE_START in self.capabilities else None

    @property
    @override
    def capabilities(self) -> Capability:
        """What this operator can give: more once its schema was read."""
        operations = self._asker.operations
        return self._capabilities.of(
            (operations,), lambda: self._capabilities_of(operations)
        )

    def _capabilities_of(self, operations: Operations) -> Capability:
        found = of_driver(operations)
        if self._connector_ids:
            found |= Capability.CONNECTORS
        return found | of_stations(operations) if self._stations else found

    @override
    async def async_identify(self) -> Account:
        """Return whose account it is, once it has answered.

        Nothing that is documented names the account, so its id is a digest of the
        server and of who signed in.

        Raises:
            ClientError: nothing of the account can be read.
        """
        self.families.begin()
        await self._read_sessions()
        error = self._session_family.error
        if error is not None and not _is_answer(error):
            raise error
        who = f"{self._server.host}\n{self._hint.strip().casefold()}"
        return Account(
            id=sha256(who.encode()).hexdigest()[:32],
            name=self._hint if "@" in self._hint else None,
        )

    async def async_search(self, choice: StationChoice) -> tuple[Station, ...]:
        """Return the stations of a choice, the nearest first; none where it cannot be.

        Raises:
            ClientError: one of its subclasses.
        """
        found = await StationList(self._asker, self.report, choice).read()
        return tuple(
            sorted(
                (read.station for read in found.read) if found else (),
                key=lambda each: (
                    each.distance is None,
                    each.distance or 0,
                    each.name or "",
                ),
            )
        )

    @override
    async def async_get_slow(self) -> SlowState:
        """Return nothing of its own; the driver's documents are read meanwhile."""
        self.families.begin()
        self._asker.forgive(anew=self.schema_problem is not None)
        await self._invoice_family.read(self._documents.read_invoices)
        return SlowState(locations={})

    @override
    async def async_get_live(self, location_id: str | None = None) -> LiveState:
        """Return stations and connectors, and what concerns the driver.

        Args:
            location_id: without effect: there are no locations.

        Raises:
            ClientError: neither sessions nor stations can be read.
        """
        self.families.begin()
        logs = await self._read_sessions()
        stations = self._stations
        listed = await self._station_family.read(stations.read) if stations else None
        if not self._has_documents_only():
            self.families.check()
            # A list that cannot be asked for proves nothing of the account.
            if listed is None and self._session_family.error is not None:
                raise self._session_family.error
        is_listed = stations is None or (
            listed is not None and self._station_family.state is FamilyState.FRESH
        )
        self._problem = (
            "stations cannot be asked for in this way"
            if self._station_family.state is FamilyState.FRESH
            and listed is None
            and self.has_schema
            else None
        )
        return self._live.of(
            (logs, listed, is_listed, self._invoice_family.answer, self.has_schema),
            lambda: self._put_together(
                logs, listed or Items([], []), is_listed=is_listed
            ),
        )

    @override
    async def async_read_history(self, cursor: str | None) -> HistoryPage | None:
        """Return a page of the driver's sessions that are over.

        Raises:
            ClientError: one of its subclasses.
        """
        page = await self._history.read(cursor)
        if page is None:
            return None
        sessions = self._mapping.read(
            page.logs, self._plugs, has_schema=self.has_schema
        )
        return HistoryPage(
            sessions=tuple(each for each in sessions if not each.is_running),
            cursor=page.cursor,
            is_ordered=page.is_ordered,
        )

    def _has_documents_only(self) -> bool:
        """Tell whether the account may read its documents, and nothing else is asked."""
        return (
            self._stations is None
            and self._session_family.state is FamilyState.DENIED
            and self._invoice_family.state is FamilyState.FRESH
        )

    async def _read_sessions(self) -> Sequence[wire.Chargelog] | None:
        """Return the driver's newest sessions; None where they cannot be told now."""
        return await self._session_family.read(self._sessions.read)

    def _put_together(
        self,
        logs: Sequence[wire.Chargelog] | None,
        listed: Items[Read],
        *,
        is_listed: bool,
    ) -> LiveState:
        connectors = with_ids(each for read in listed.read for each in read.connectors)
        plugs = {each.id: each for each in connectors if each.has_own_id}
        entered = [
            Connector(station_id=id_, id=id_)
            for id_ in self._connector_ids
            if id_ not in plugs
        ]
        plugs |= {each.id: each for each in entered}
        if is_listed:
            self._connectors.learn_stations(listed.read, connectors)
        self._plugs = plugs
        self._connectors.learn_sessions(logs or ())
        sessions = self._mapping.read(logs or (), plugs, has_schema=self.has_schema)
        self.driver = driver_of(
            None if logs is None else sessions,
            self._invoice_family.answer,
            {read.station.id: read.station.name for read in listed.read},
        )
        latest = {} if logs is None else self._latest.of_each_connector(sessions)
        for session in latest.values():
            if session.connector_id and session.connector_name:
                self._names[session.connector_id] = session.connector_name
        return LiveState(
            stations=(
                *(read.station for read in listed.read),
                *(
                    Station(
                        id=each.id,
                        name=self._names.get(each.id),
                        connectors_identified=False,
                    )
                    for each in entered
                ),
            ),
            connectors=tuple(
                with_session(self._named(each), latest.get(each.id))
                if each.has_own_id
                else each
                for each in (*connectors, *entered)
            ),
            locations={},
            sessions=None if logs is None else sessions,
            driver=self.driver,
            is_empty_by_choice=self._stations is None and not self._connector_ids,
            unlisted=frozenset() if is_listed else frozenset({Station, Connector}),
            skipped=tuple(listed.skipped),
        )

    def _named(self, connector: Connector) -> Connector:
        """Return a connector with the name that sessions tell, if it tells none."""
        name = self._names.get(connector.id)
        if connector.name is not None or name is None:
            return connector
        return structs.replace(connector, name=name)


def _is_answer(err: ClientError) -> bool:
    """Tell whether somebody answered who knows the account, if only with a refusal."""
    return isinstance(err, SchemaChangedError) or (
        isinstance(err, NotPermittedError) and err.status != HTTPStatus.UNAUTHORIZED
    )
