"""Kempower ChargEye: REST API with a refresh token.

Source: the vendor's quickstart guide (authentication, errors) and API reference
(``GET /locations``, ``GET /stations``). Charger commands exist, but no public document
gives their paths: they are used where the customer's own OpenAPI file has them, see
:mod:`.openapi`, and somebody switched them on.

A 401 means "not permitted" once a fresh token is refused; only the token endpoint's own
refusal says that the refresh token is bad (API reference, security).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import chain
from operator import attrgetter
from typing import override

from aiohttp import ClientSession, hdrs
from msgspec.structs import replace
from yarl import URL

from ..client import Account, Capability, ChargingClient
from ..commands import OperatorCommands
from ..history import HistoryPage
from ..model import Connector, Location, Station, Vehicle
from ..reading.families import Family, FamilyKind
from ..reading.items import ItemReader, Items
from ..reading.same import Made, Mapped
from ..snapshot import LiveState, Skipped, SlowState
from ..transport.auth import TokenAuthorization
from ..transport.http import HttpClient
from ..transport.tokens import Refusals, TokenSource
from . import wire
from .about import NAME
from .auth import SignIn, read_error
from .capabilities import capabilities_of
from .commands import KempowerCommands
from .fleet import Fleet, vehicles_of
from .lists import Inventory, PastByStation, past_of
from .mapping import KempowerMapping, Make, StationRead, to_location
from .openapi import COMMANDS, Findings, Kind

# Names of locations come with the stations too; the list only adds to them.
FAMILIES: Mapping[str, FamilyKind] = {
    "stations": FamilyKind(is_primary=True),
    "locations": FamilyKind(keep=timedelta(days=1)),
    "inventory": FamilyKind(keep=timedelta(days=1)),
}
CONNECTORS: attrgetter[tuple[Connector, ...]] = attrgetter("connectors")
LOCATION: attrgetter[Location | None] = attrgetter("location")


class KempowerClient(ChargingClient):
    """One ChargEye account, seen through one refresh token."""

    def __init__(
        self,
        session: ClientSession,
        *,
        server: URL,
        refresh_token: str,
        refusals: Refusals | None = None,
        findings: Findings | None = None,
        commands: Collection[str] = (),
    ) -> None:
        """Prepare to read an account; nothing is requested yet.

        Args:
            session: the caller's session.
            server: base of the API, see ``DEFAULT_SERVER``.
            refresh_token: made in ChargEye's Account Administration; never rotated.
            refusals: of this token so far; None while a person waits.
            findings: what the customer's own file brought; None without one.
            commands: the kinds of commands that a person switched on.
        """
        sign_in = SignIn(session, server=server, refresh_token=refresh_token)
        super().__init__(NAME, sign_in.requests)
        self._refresh_token = refresh_token
        self._http = HttpClient(
            session,
            server,
            read_error=read_error,
            auth=TokenAuthorization(
                TokenSource(sign_in.async_fetch, refusals=refusals)
            ),
            secrets=lambda: (refresh_token,),
            requests=self.requests,
        )
        self._findings = findings or Findings()
        self._operations = self._findings.used(commands)
        self._capabilities = capabilities_of(self._operations)
        self._commands = KempowerCommands(self._http, self._operations)
        self._stations = Family[Items[StationRead]](
            self.families, "stations", FAMILIES["stations"]
        )
        self._locations = Family[Mapping[str, Location]](
            self.families, "locations", FAMILIES["locations"]
        )
        self._shown_stations = Mapped(self._station)
        self._shown_connectors = Mapped(CONNECTORS)
        self._told_locations = Mapped(LOCATION)
        self._live = Made[LiveState]()
        self._all_connectors = Made[tuple[Connector, ...]]()
        self._all_locations = Made[Mapping[str, Location]]()
        self._occupied = Made[Mapping[str, Connector]]()
        self._vehicles: tuple[Vehicle, ...] = ()
        # How stations were made, and what their groups may draw, as it was read last.
        self._taken: Mapping[str, Make] = {}
        self._limits: Mapping[str, float] = {}
        mapping = KempowerMapping(self.report)
        self._station_reader = ItemReader(
            "station", "stationId", wire.STATION, mapping.station, self.report
        )
        self._location_reader = ItemReader(
            "location", "id", wire.LOCATION, to_location, self.report
        )
        self._past = past_of(self._http, self._operations, mapping, self.report)
        self._fleet = Fleet(self._http, self._operations, self.families, self.report)
        made = self._operations.get(Kind.LOCATION_STATIONS)
        self._inventory = Inventory(self._http, made, self.report) if made else None
        self._makes = Family[Mapping[str, Make]](
            self.families, "inventory", FAMILIES["inventory"]
        )

    @property
    @override
    def capabilities(self) -> Capability:
        """What is public, and what the customer's file adds."""
        return self._capabilities

    @property
    @override
    def operator(self) -> OperatorCommands | None:
        """Return the commands that were switched on; None without any."""
        has_some = not self._operations.keys().isdisjoint(COMMANDS)
        return self._commands if has_some else None

    @property
    @override
    def diagnostics(self) -> Mapping[str, object]:
        """Return which operations the file brought, which are used, and why not others."""
        return {"operations": self._findings.summary(self._operations)}

    @override
    async def async_identify(self) -> Account:
        """Return a digest of the refresh token: ChargEye tells nowhere who is asking."""
        digest = sha256(self._refresh_token.encode()).hexdigest()[:16]
        return Account(id=digest, is_named_by_vendor=False)

    @override
    async def async_get_slow(self) -> SlowState:
        """Return the locations that the account sees (``GET /locations``)."""
        found = await self._locations.read(self._read_locations) or {}
        if (inventory := self._inventory) is not None and found:
            makes = await self._makes.read(lambda: inventory.read(found))
            self._take(makes or {}, self._limits)
        await self._fleet.read(found)
        self._take(self._taken, self._fleet.seen.limits)
        return SlowState(locations=found)

    @override
    async def async_read_history(self, cursor: str | None) -> HistoryPage | None:
        """Return a page of past transactions; None where no file says where they are."""
        if isinstance(self._past, PastByStation):
            listed = self._stations.answer
            ids = [read.station.id for read in listed.read] if listed else []
            return await self._past.read(cursor, ids)
        return None if self._past is None else await self._past.read(cursor)

    @override
    async def async_get_live(self, location_id: str | None = None) -> LiveState:
        """Return stations and connectors (``GET /stations``, one request).

        Args:
            location_id: only the stations of this location; None for all.

        Raises:
            ClientError: the stations cannot be read.
        """
        self.families.begin()
        found = await self._stations.read(lambda: self._read_stations(location_id))
        self.families.check()
        reads = found.read if found else []
        skipped = found.skipped if found else []
        vehicles = self._vehicles_now(reads)
        stations = self._shown_stations.of(reads)
        has_all = self._fleet.seen.has_all_vehicles
        return self._live.of(
            (found, stations, vehicles, has_all),
            lambda: self._put_together(reads, stations, vehicles, skipped),
        )

    def _put_together(
        self,
        reads: Sequence[StationRead],
        stations: tuple[Station, ...],
        vehicles: tuple[Vehicle, ...],
        skipped: Sequence[Skipped],
    ) -> LiveState:
        connectors = self._shown_connectors.of(reads)
        locations = self._told_locations.of(reads)
        return LiveState(
            stations=stations,
            connectors=self._all_connectors.of(
                (connectors,), lambda: tuple(chain.from_iterable(connectors))
            ),
            locations=self._all_locations.of(
                (locations,),
                lambda: {told.id: told for told in locations if told},
            ),
            vehicles=vehicles,
            uncertain=frozenset()
            if self._fleet.seen.has_all_vehicles
            else frozenset({Vehicle}),
            skipped=tuple(skipped),
        )

    def _take(self, makes: Mapping[str, Make], limits: Mapping[str, float]) -> None:
        """Give this to the stations from now on."""
        if (makes, limits) != (self._taken, self._limits):
            self._taken, self._limits = makes, limits
            self._shown_stations = Mapped(self._station)

    def _vehicles_now(self, reads: Sequence[StationRead]) -> tuple[Vehicle, ...]:
        """Return the fleet's vehicles, the very same where nothing about them changed."""
        occupied = self._occupied.of(
            (reads,),
            lambda: {id_: at for read in reads for id_, at in read.occupied.items()},
        )
        vehicles = vehicles_of(self._fleet.seen, occupied, datetime.now(UTC))
        if vehicles != self._vehicles:
            self._vehicles = vehicles
        return self._vehicles

    def _station(self, read: StationRead) -> Station:
        limit = self._limits.get(read.group_id) if read.group_id else None
        make = self._taken.get(read.station.id)
        station = make.added_to(read.station) if make else read.station
        return station if limit is None else replace(station, group_current=limit)

    async def _read_stations(self, location_id: str | None) -> Items[StationRead]:
        answer = await self._http.request(
            hdrs.METH_GET,
            "/stations",
            wire.STATIONS,
            query=[("locationUid", location_id)] if location_id else None,
            is_polled=True,
        )
        return await self._station_reader.async_read_some(answer.stations)

    async def _read_locations(self) -> Mapping[str, Location]:
        answer = await self._http.request(hdrs.METH_GET, "/locations", wire.LOCATIONS)
        found = self._location_reader.read_some(answer.locations)
        return {location.id: location for location in found.read}
