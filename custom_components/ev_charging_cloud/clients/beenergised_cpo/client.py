"""be.ENERGISED CPO API: an operator's stations, connectors, locations and maintenance.

Source: the vendor's quickstart guide and the reference of the API. It is about what is
installed: no document shows a session, a meter value or a command that changes how a
station charges, so none is offered. What a tenant sends beyond the documents is used
where its name is plain, see :mod:`.names`.

Stations and connectors are read every hour; but at every poll once something in them
changes by itself. Maintenance windows are read every quarter of an hour.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import override

from aiohttp import ClientSession
import msgspec
from msgspec.structs import replace
from yarl import URL

from ..client import Account, Capability, ChargingClient, Memory
from ..commands import MaintenanceCommands
from ..errors import (
    MissingScopeError,
    NotPermittedError,
    ResponseError,
    UnexpectedAnswerError,
    UnknownTenantError,
)
from ..model import Connector, Location, MaintenanceWindow, Station
from ..reading.items import ItemReader
from ..snapshot import Kind, LiveState, Skipped, SlowState
from ..transport import address
from ..transport.auth import BearerMiddleware
from ..transport.http import HttpClient
from ..transport.tokens import TokenSource
from . import wire
from .about import NAME
from .auth import SignIn
from .connectors import CpoConnectors
from .maintenance import CpoMaintenance
from .mapping import CpoMapping, LocationRead
from .pages import Pages
from .tenant import capabilities, is_live

API_PATH = "/api/cpoapi/v1"
DOMAIN = "beenergised.cloud"
# The quickstart guide has the first, its samples have the second.
SPELLINGS = ("Bearer {token}", "{token}")
# A little less than an hour, as polls are spread.
STRUCTURE_FRESH = timedelta(minutes=52)


def parse_tenant(text: str) -> URL:
    """Return the address of a tenant, who is named by a word or by an address.

    Raises:
        AddressError: it is neither.
    """
    return address.parse_tenant(text, DOMAIN)


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
    ) -> None:
        """Prepare to read an account; nothing is requested yet.

        Args:
            session: the caller's session.
            tenant: the tenant's address, from :func:`parse_tenant`.
            server: where tokens are fetched.
            client_id: made in be.ENERGISED's system settings, under CPO API.
            client_secret: shown there once.
            memory: keeps which station a connector belongs to; None keeps nothing.
        """
        super().__init__(NAME)
        self._tenant = tenant
        self._client_id = client_id
        sign_in = SignIn(
            session,
            server=server,
            client_id=client_id,
            client_secret=client_secret,
            requests=self.requests,
        )
        tokens = TokenSource(sign_in.async_fetch)
        http = HttpClient(
            session,
            tenant.with_path(API_PATH),
            read_error=_read_error,
            secrets=lambda: (*sign_in.secrets, *tokens.secrets),
            requests=self.requests,
        )
        bearer = BearerMiddleware(tokens, spellings=SPELLINGS)
        mapping = CpoMapping(self.report)
        self._pages = Pages(http, bearer)
        self._station_reader = ItemReader(
            "station", "id", wire.ITEM, mapping.station, self.report
        )
        self._location_reader = ItemReader(
            "location", "id", wire.ITEM, mapping.location, self.report
        )
        self._maintenance = CpoMaintenance(http, bearer, self._pages, self.report)
        self._connectors = CpoConnectors(self._pages, mapping, self.report, memory)
        self._stations: dict[str, Station] = {}
        self._stations_read_at = datetime.min.replace(tzinfo=UTC)
        self._skipped: tuple[Skipped, ...] = ()
        self._locations: dict[str, LocationRead] = {}
        self._seen = Capability(0)

    @property
    @override
    def capabilities(self) -> Capability:
        """What this tenant has sent so far."""
        return self._seen

    @property
    @override
    def maintenance(self) -> MaintenanceCommands | None:
        """What plans maintenance; None where the credential does not permit it."""
        return self._maintenance if Capability.MAINTENANCE in self._seen else None

    @override
    async def async_identify(self) -> Account:
        """Return the tenant: the API tells nowhere who is asking.

        The id changes with the client id; whether two are the same account, the
        stations that they see can tell.
        """
        origin = str(self._tenant.origin())
        digest = sha256(f"{origin} {self._client_id}".encode()).hexdigest()[:16]
        host = self._tenant.host or ""
        return Account(
            id=digest,
            name=f"{NAME} {host.removesuffix(f'.{DOMAIN}')}",
            is_named_by_vendor=False,
        )

    @override
    async def async_get_slow(self) -> SlowState:
        """Return the locations (``locations/``, paged by cursor)."""
        try:
            listing = await self._pages.by_link("/locations/")
        except (NotPermittedError, ResponseError) as err:
            self.report.deny("locations", err.message)
        else:
            self.report.denied.pop("locations", None)
            reads, _ = self._location_reader.read(listing.items)
            self._locations = {read.location.id: read for read in reads}
        return SlowState(
            locations={id_: read.location for id_, read in self._locations.items()}
        )

    @override
    async def async_read_details(self) -> None:
        """Read the connectors, and find out which station each belongs to."""
        await self._connectors.async_refresh()
        await self._connectors.async_find_stations(self._stations)

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
        is_due = not self._is_steady() or (
            datetime.now(UTC) - self._stations_read_at >= STRUCTURE_FRESH
        )
        if is_due:
            await self._async_read_stations()
        if self._connectors.is_read and is_live((), self._connectors):
            await self._connectors.async_refresh()
        await self._async_read_maintenance()
        return self._assemble(is_fresh=is_due)

    async def _async_read_stations(self) -> None:
        try:
            listing = await self._pages.by_offset("/charging_stations/")
        except NotPermittedError as err:
            raise MissingScopeError(err.message) from err
        except ResponseError as err:
            if err.status == HTTPStatus.NOT_FOUND:
                raise UnknownTenantError(err.message, err.status) from err
            raise
        stations, skipped = self._station_reader.read(listing.items)
        if skipped and not stations:
            raise UnexpectedAnswerError(
                f"none of {len(skipped)} stations could be read: {skipped[0].reason}"
            )
        if listing.missing:
            skipped.append(
                Skipped("stations", f"{listing.missing} of {listing.announced} lack")
            )
        self._stations = {station.id: station for station in stations}
        self._skipped = tuple(skipped)
        self._stations_read_at = datetime.now(UTC)

    async def _async_read_maintenance(self) -> None:
        try:
            await self._maintenance.async_refresh()
        except (NotPermittedError, ResponseError) as err:
            self.report.deny("maintenance windows", err.message)
            self._seen &= ~Capability.MAINTENANCE
            return
        self.report.denied.pop("maintenance windows", None)
        self._seen |= Capability.MAINTENANCE

    def _is_steady(self) -> bool:
        return not is_live(self._stations.values(), self._connectors)

    def _assemble(self, *, is_fresh: bool) -> LiveState:
        """Put together what was read at different times."""
        windows: dict[str, list[MaintenanceWindow]] = {}
        for window in self._maintenance.planned(datetime.now(UTC)):
            windows.setdefault(window.station_id, []).append(window)
        homes = {
            station_id: read.location.id
            for read in self._locations.values()
            for station_id in read.station_ids
        }
        stations = tuple(
            replace(
                station,
                maintenance=tuple(windows.get(station.id, ())),
                location_id=station.location_id or homes.get(station.id),
            )
            if station.id in windows or station.id in homes
            else station
            for station in self._stations.values()
        )
        connectors = tuple(
            self._complete(connector, windows.get(connector.station_id, ()))
            for connector in self._connectors
            if connector.station_id in self._stations
        )
        self._seen |= capabilities(stations, connectors)
        unlisted: set[Kind] = set()
        if self._connectors.is_read:
            self._seen |= Capability.CONNECTORS
        else:
            unlisted.add(Connector)
        if not self._locations:
            unlisted.add(Location)
        return LiveState(
            stations=stations,
            connectors=connectors,
            locations={id_: read.location for id_, read in self._locations.items()},
            unlisted=frozenset(unlisted),
            skipped=(*self._skipped, *self._connectors.skipped),
            is_steady=self._is_steady(),
            is_fresh=is_fresh,
        )

    def _complete(
        self, connector: Connector, windows: tuple[()] | list[MaintenanceWindow]
    ) -> Connector:
        """Return a connector with what its station tells of it."""
        online = self._stations[connector.station_id].online
        own = tuple(
            window for window in windows if window.connector_id in {None, connector.id}
        )
        if not own and online is None:
            return connector
        return replace(connector, online=online, maintenance=own)


def _read_error(body: bytes) -> str | None:
    try:
        told = wire.PROBLEMS.decode(body)
    except msgspec.MsgspecError, UnicodeDecodeError:
        return None
    problem = next(iter(told.errors), wire.Problem())
    return problem.detail or problem.title or told.message or told.error
