"""be.ENERGISED CPO API: an operator's stations, connectors, locations and maintenance.

Source: the vendor's quickstart guide and the reference of the API. It is about what is
installed: no document shows a session, a meter value or a command that changes how a
station charges, so none is offered. What a tenant sends beyond the documents is used
where its name is plain, see :mod:`.names`.

Stations and connectors are read every hour; but at every poll once something in them
changes by itself. Maintenance windows are read every quarter of an hour.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import override

from aiohttp import ClientSession
import msgspec
from msgspec import Struct
from msgspec.structs import replace
from yarl import URL

from ..client import Account, Capability, ChargingClient, Memory
from ..commands import MaintenanceCommands
from ..errors import (
    MissingScopeError,
    NotPermittedError,
    ResponseError,
    UnknownTenantError,
)
from ..model import Connector, Location, MaintenanceWindow, Station
from ..reading.families import Family, FamilyKind, FamilyState
from ..reading.items import ItemReader
from ..reading.same import Made
from ..snapshot import Kind, LiveState, Skipped, SlowState
from ..transport import address
from ..transport.auth import TokenAuthorization
from ..transport.http import HttpClient
from ..transport.pages import PageItems
from ..transport.tokens import Refusals, TokenSource
from . import wire
from .about import NAME
from .assembly import Assembly
from .auth import SignIn
from .connectors import CpoConnectors, Placed
from .maintenance import CpoMaintenance
from .mapping import CpoMapping, LocationRead
from .pages import Pages
from .tenant import Tenant

# Only stations are needed. Which connectors, locations and windows there are hardly
# changes, so what is known of them stands for a day.
FAMILIES: Mapping[str, FamilyKind] = {
    "stations": FamilyKind(is_primary=True),
    "connectors": FamilyKind(keep=timedelta(days=1), is_optional=True),
    "connectors of stations": FamilyKind(),
    "locations": FamilyKind(keep=timedelta(days=1)),
    "maintenance windows": FamilyKind(keep=timedelta(days=1)),
}
API_PATH = "/api/cpoapi/v1"
DOMAIN = "beenergised.cloud"
# The quickstart guide has the first, its samples have the second.
SPELLINGS = ("Bearer {token}", "{token}")
STATIONS = "/charging_stations/"
# A little less than an hour, as polls are spread.
STRUCTURE_FRESH = timedelta(minutes=52)


def parse_tenant(text: str) -> URL:
    """Return the address of a tenant, who is named by a word or by an address.

    Raises:
        AddressError: it is neither.
    """
    return address.parse_tenant(text, DOMAIN)


class StationList(Struct, frozen=True):
    """The stations by their ids, and what could not be read of their list."""

    stations: Mapping[str, Station]
    skipped: Sequence[Skipped]


class LocationList(Struct, frozen=True):
    """The locations, and whether there can be no others."""

    reads: Sequence[LocationRead]
    is_whole: bool


NO_STATIONS = StationList({}, ())
NO_LOCATIONS = LocationList((), is_whole=False)


class BeenergisedCpoClient(ChargingClient):
    """One operator's account, seen through one client id."""

    def __init__(
        self,
        session: ClientSession,
        *,
        tenant: URL,
        server: URL,
        client_id: str,
        client_secret: str,
        memory: Memory | None = None,
        refusals: Refusals | None = None,
    ) -> None:
        """Prepare to read an account; nothing is requested yet.

        Args:
            session: the caller's session.
            tenant: the tenant's address, from :func:`parse_tenant`.
            server: where tokens are fetched.
            client_id: made in be.ENERGISED's system settings, under CPO API.
            client_secret: shown there once.
            memory: keeps which station a connector belongs to; None keeps nothing.
            refusals: of this client so far; None while a person waits.
        """
        super().__init__(NAME)
        self._tenant_address = tenant
        self._client_id = client_id
        sign_in = SignIn(
            session,
            server=server,
            client_id=client_id,
            client_secret=client_secret,
            requests=self.requests,
        )
        http = HttpClient(
            session,
            tenant.with_path(API_PATH),
            read_error=_read_error,
            auth=TokenAuthorization(
                TokenSource(sign_in.async_fetch, refusals=refusals),
                spellings=SPELLINGS,
            ),
            secrets=lambda: (client_secret,),
            requests=self.requests,
        )
        self._tenant = Tenant()
        self._assembly = Assembly()
        self._listed = Made[StationList]()
        self._capabilities = Made[Capability]()
        self._live = Made[LiveState]()
        self._located = Made[Mapping[str, str]]()
        self._whole = Made[tuple[tuple[Station, ...], tuple[Connector, ...]]]()
        self._pages = Pages(http, self.report)
        self._items = PageItems(STATIONS)
        mapping = CpoMapping(self.report)
        self._station_reader = ItemReader(
            "station",
            "id",
            wire.ITEM,
            lambda item: self._tenant.note_station(mapping.station(item)),
            self.report,
        )
        self._location_reader = ItemReader(
            "location", "id", wire.ITEM, mapping.location, self.report
        )
        self._stations: Family[StationList] = self._join("stations")
        self._locations: Family[LocationList] = self._join("locations")
        self._maintenance = CpoMaintenance(
            http, self._pages, self.report, self._join("maintenance windows")
        )
        self._connectors = CpoConnectors(
            self._pages,
            lambda: ItemReader(
                "connector",
                "id",
                wire.ITEM,
                lambda item: self._tenant.note_connector(mapping.connector(item)),
                self.report,
            ),
            listed=self._join("connectors"),
            told=self._join("connectors of stations"),
            memory=memory,
        )

    def _join[AnswerT](self, name: str) -> Family[AnswerT]:
        return Family(self.families, name, FAMILIES[name])

    @property
    @override
    def capabilities(self) -> Capability:
        """What this tenant has sent so far."""
        return self._capabilities.of(
            (self._tenant.seen, self._connectors.is_read, self._maintenance.is_known),
            self._capabilities_now,
        )

    def _capabilities_now(self) -> Capability:
        found = self._tenant.seen
        if self._connectors.is_read:
            found |= Capability.CONNECTORS
        if self._maintenance.is_known:
            found |= Capability.MAINTENANCE
        return found

    @property
    @override
    def maintenance(self) -> MaintenanceCommands | None:
        """What plans maintenance; None where the credential does not permit it."""
        return self._maintenance if self._maintenance.is_known else None

    @override
    async def async_identify(self) -> Account:
        """Return the tenant: the API tells nowhere who is asking.

        The id changes with the client id; whether two are the same account, the
        stations that they see can tell.
        """
        origin = str(self._tenant_address.origin())
        digest = sha256(f"{origin} {self._client_id}".encode()).hexdigest()[:16]
        host = self._tenant_address.host or ""
        return Account(
            id=digest,
            name=f"{NAME} {host.removesuffix(f'.{DOMAIN}')}",
            is_named_by_vendor=False,
        )

    @override
    async def async_get_slow(self) -> SlowState:
        """Return the locations (``locations/``, paged by cursor)."""
        listed = await self._locations.read(self._list_locations) or NO_LOCATIONS
        return SlowState(locations=_locations(listed.reads))

    @override
    async def async_read_details(self) -> None:
        """Read the connectors, and find out which station each belongs to."""
        await self._connectors.async_complete(self._listed_stations())

    @override
    async def async_get_live(self, location_id: str | None = None) -> LiveState:
        """Return stations and connectors with their maintenance windows.

        Args:
            location_id: not used: the API has no such filter.

        Raises:
            UnknownTenantError: no be.ENERGISED answers at the tenant's address.
            MissingScopeError: the credential has no scope of this API.
            UnexpectedAnswerError: not a single station of the list could be read.
            ClientError: any other of its subclasses.
        """
        self.families.begin()
        is_fresh = self._are_stations_due()
        if is_fresh:
            await self._stations.read(self._list_stations)
        self.families.check()
        if self._connectors.is_read and self._tenant.has_live_connectors:
            await self._connectors.async_refresh(self._listed_stations())
        await self._maintenance.async_refresh()
        if self._maintenance.has_outage and not is_fresh:
            # It may be one of the whole cloud.
            is_fresh = True
            await self._stations.read(self._list_stations)
            self.families.check()
        return self._assemble(is_fresh=is_fresh)

    def _are_stations_due(self) -> bool:
        read_at = self._stations.answered_at
        return (
            self._tenant.is_live
            or self._stations.state is not FamilyState.FRESH
            or read_at is None
            or datetime.now(UTC) - read_at >= STRUCTURE_FRESH
        )

    def _listed_stations(self) -> Mapping[str, Station]:
        return (self._stations.answer or NO_STATIONS).stations

    async def _list_stations(self) -> StationList:
        try:
            listing = await self._pages.by_offset(STATIONS, items=self._items)
        except NotPermittedError as err:
            raise MissingScopeError(err.message, err.status) from err
        except ResponseError as err:
            if err.status == HTTPStatus.NOT_FOUND:
                raise UnknownTenantError(err.message, err.status) from err
            raise
        found = await self._station_reader.async_read_some(listing.items)
        missing = listing.missing
        return self._listed.of(
            (found, missing),
            lambda: StationList(
                {station.id: station for station in found.read},
                (
                    *found.skipped,
                    *([Skipped("stations", missing)] if missing else ()),
                ),
            ),
        )

    async def _list_locations(self) -> LocationList:
        listing = await self._pages.by_link("/locations/")
        if listing.missing:
            self.report.skipped(Skipped("locations", listing.missing))
        reads = self._location_reader.read_some(listing.items).read
        if any(read.station_ids for read in reads):
            self._tenant.note(Capability.LOCATIONS)
        return LocationList(reads, is_whole=listing.missing is None)

    def _assemble(self, *, is_fresh: bool) -> LiveState:
        """Put together what was read at different times."""
        listed = self._stations.answer or NO_STATIONS
        reads = (self._locations.answer or NO_LOCATIONS).reads
        windows = self._maintenance.planned(datetime.now(UTC))
        placed = self._connectors.placed(listed.stations)
        stations, connectors = self._whole.of(
            (listed, reads, placed, windows),
            lambda: self._assemble_all(listed, reads, placed, windows),
        )
        are_located = self._are_located()
        is_steady = not self._tenant.is_live
        found = self._live.of(
            (
                *(stations, connectors, listed, reads, placed),
                *(are_located, is_steady, is_fresh),
            ),
            lambda: LiveState(
                stations=stations,
                connectors=connectors,
                locations=_locations(reads),
                unlisted=frozenset(_unlisted(placed, are_located=are_located)),
                skipped=(*listed.skipped, *placed.skipped),
                is_steady=is_steady,
                is_fresh=is_fresh,
            ),
        )
        limit = self.families.limit
        return replace(found, retry_after=limit.retry_after) if limit else found

    def _assemble_all(
        self,
        listed: StationList,
        reads: Sequence[LocationRead],
        placed: Placed,
        windows: Sequence[MaintenanceWindow],
    ) -> tuple[tuple[Station, ...], tuple[Connector, ...]]:
        by_station: dict[str, list[MaintenanceWindow]] = {}
        for window in windows:
            by_station.setdefault(window.station_id, []).append(window)
        self._assembly.plan(by_station)
        at = self._located.of(
            (reads,),
            lambda: {it: read.location.id for read in reads for it in read.station_ids},
        )
        return (
            self._assembly.stations([*listed.stations.values()], at),
            self._assembly.connectors(placed.connectors, listed.stations),
        )

    def _are_located(self) -> bool:
        """Tell whether all locations are known."""
        listed = self._locations.answer or NO_LOCATIONS
        is_fresh = self._locations.state is FamilyState.FRESH
        return is_fresh and bool(listed.reads) and listed.is_whole


def _unlisted(placed: Placed, *, are_located: bool) -> Iterator[Kind]:
    """Yield the kinds of which there may be more than are known."""
    if not placed.is_whole:
        yield Connector
    if not are_located:
        yield Location


def _locations(reads: Iterable[LocationRead]) -> dict[str, Location]:
    return {read.location.id: read.location for read in reads}


def _read_error(body: bytes) -> str | None:
    try:
        told = wire.PROBLEMS.read(body)
    except msgspec.MsgspecError:
        return None
    problem = next(iter(told.errors), wire.Problem())
    return problem.detail or problem.title
