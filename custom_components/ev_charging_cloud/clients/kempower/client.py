"""Kempower ChargEye: REST API with a refresh token.

Source: the vendor's quickstart guide (authentication, errors) and API reference
(``GET /locations``, ``GET /stations``). Charger commands exist, but no public document
gives their paths: they are used where the customer's own OpenAPI file has them, see
:mod:`.openapi`, and somebody switched them on.

A 401 means "not permitted" once a fresh token is refused; only the token endpoint's own
refusal says that the refresh token is bad (API reference, security).
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import override

from aiohttp import ClientSession, hdrs
from yarl import URL

from ..client import Account, Capability, ChargingClient
from ..commands import OperatorCommands
from ..history import HistoryPage
from ..model import Location
from ..reading.families import Family, FamilyKind
from ..reading.items import ItemReader, Items
from ..snapshot import LiveState, SlowState
from ..transport.auth import TokenAuthorization
from ..transport.http import HttpClient
from ..transport.tokens import Refusals, TokenSource
from . import wire
from .about import NAME
from .assembly import Assembly
from .auth import SignIn, read_error
from .capabilities import capabilities_of
from .commands import KempowerCommands
from .fleet import Fleet
from .lists import Inventory, PastByStation, past_of
from .mapping import KempowerMapping, Make, StationRead, to_location
from .openapi import COMMANDS, Findings, Kind

# Names of locations come with the stations too; the list only adds to them.
FAMILIES: Mapping[str, FamilyKind] = {
    "stations": FamilyKind(is_primary=True),
    "locations": FamilyKind(keep=timedelta(days=1)),
    "inventory": FamilyKind(keep=timedelta(days=1)),
}


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
        self._assembly = Assembly()
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
            self._assembly.take_makes(makes or {})
        await self._fleet.read(found)
        self._assembly.take_limits(self._fleet.seen.limits)
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
        return self._assembly.of(found, self._fleet.seen)

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
