"""What one poll saw, and what changed between two polls.

Everything that can change on its own has a reference (:class:`AccountRef`,
:class:`LocationRef`, :class:`StationRef`, :class:`ConnectorRef`). A reference is an id
that knows where to look in a snapshot, so that its holder never keeps an old object.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol
from urllib.parse import quote

from msgspec import Struct

from .model import (
    Connector,
    Driver,
    Location,
    MaintenanceWindow,
    Station,
    Supply,
    Vehicle,
)
from .totals import Totals, sum_up

#: What is listed on its own.
type Kind = type[Location | Station | Connector | Vehicle]


class Skipped(Struct, frozen=True):
    """An object of a listing that could not be read, and why."""

    name: str
    reason: str


class SlowState(Struct, frozen=True, kw_only=True):
    """What changes rarely: the vendor's own list of locations, prices, carbon."""

    locations: Mapping[str, Location]
    supply: Supply | None = None


class LiveState(Struct, frozen=True, kw_only=True):
    """What a vendor's live listing told; ``locations`` only as stations name them.

    ``unlisted`` are the kinds that may not be read: their absence proves nothing.
    ``is_steady`` tells that nothing in it changes by itself from minute to minute,
    ``is_fresh`` that the stations were listed anew, and are not those of before,
    ``is_empty_by_choice`` that nobody wants to see any.
    """

    stations: tuple[Station, ...]
    connectors: tuple[Connector, ...]
    locations: Mapping[str, Location]
    vehicles: tuple[Vehicle, ...] = ()
    unlisted: frozenset[Kind] = frozenset()
    skipped: tuple[Skipped, ...] = ()
    is_steady: bool = False
    is_fresh: bool = True
    is_empty_by_choice: bool = False
    driver: Driver | None = None


class Poll(Struct, frozen=True, kw_only=True):
    """How the poll that took a snapshot went; it differs at every poll."""

    taken_at: datetime
    next_at: datetime | None = None
    requests_last_hour: int = 0
    requests_left: int | None = None
    skipped: int = 0


class Maintenance(Struct, frozen=True):
    """The maintenance windows of an account that are not over, the earliest first."""

    windows: tuple[MaintenanceWindow, ...]


class AccountRef(Struct, frozen=True):
    """Refers to the account as a whole."""

    @property
    def path(self) -> str:
        """Return what sets the object apart in its account; it must never change."""
        return "account"

    def find(self, snapshot: Snapshot) -> Totals | None:
        """Return the account's totals."""
        return snapshot.totals


class PollRef(Struct, frozen=True):
    """Refers to how the latest poll went."""

    @property
    def path(self) -> str:
        """Return the account's path: the poll has no device of its own."""
        return ACCOUNT.path

    def find(self, snapshot: Snapshot) -> Poll | None:
        """Return the facts of the poll."""
        return snapshot.poll


class LocationRef(Struct, frozen=True):
    """Refers to a location."""

    location_id: str

    @property
    def path(self) -> str:
        """Return what sets the object apart in its account; it must never change."""
        return f"location/{_safe(self.location_id)}"

    def find(self, snapshot: Snapshot) -> Totals | None:
        """Return the location's totals; None if the snapshot lacks the location."""
        return snapshot.location_totals.get(self.location_id)


class StationRef(Struct, frozen=True):
    """Refers to a station."""

    station_id: str

    @property
    def path(self) -> str:
        """Return what sets the object apart in its account; it must never change."""
        return f"station/{_safe(self.station_id)}"

    def find(self, snapshot: Snapshot) -> Station | None:
        """Return the station; None if the snapshot lacks it."""
        return snapshot.stations.get(self.station_id)


class ConnectorRef(Struct, frozen=True):
    """Refers to a connector, whose id is unique only inside its station."""

    station_id: str
    connector_id: str

    @property
    def path(self) -> str:
        """Return what sets the object apart in its account; it must never change."""
        return f"connector/{_safe(self.station_id)}/{_safe(self.connector_id)}"

    def find(self, snapshot: Snapshot) -> Connector | None:
        """Return the connector; None if the snapshot lacks it."""
        return snapshot.connectors.get(self)


class VehicleRef(Struct, frozen=True):
    """Refers to a vehicle."""

    vehicle_id: str

    @property
    def path(self) -> str:
        """Return what sets the object apart in its account; it must never change."""
        return f"vehicle/{_safe(self.vehicle_id)}"

    def find(self, snapshot: Snapshot) -> Vehicle | None:
        """Return the vehicle; None if the snapshot lacks it."""
        return snapshot.vehicles.get(self.vehicle_id)


class SupplyRef(Struct, frozen=True):
    """Refers to the energy that the account is supplied with."""

    @property
    def path(self) -> str:
        """Return the account's path: supply has no device of its own."""
        return ACCOUNT.path

    def find(self, snapshot: Snapshot) -> Supply | None:
        """Return what is known of the supply."""
        return snapshot.supply


class MaintenanceRef(Struct, frozen=True):
    """Refers to the maintenance windows of the whole account."""

    @property
    def path(self) -> str:
        """Return the account's path: the windows have no device of their own."""
        return ACCOUNT.path

    def find(self, snapshot: Snapshot) -> Maintenance | None:
        """Return the windows."""
        return snapshot.maintenance


class DriverRef(Struct, frozen=True):
    """Refers to the person whose account it is, wherever the charging happens."""

    @property
    def path(self) -> str:
        """Return the account's path: a driver has no device but the account's."""
        return ACCOUNT.path

    def find(self, snapshot: Snapshot) -> Driver | None:
        """Return the driver; None where the account is no driver's."""
        return snapshot.driver


type Ref = (
    AccountRef
    | PollRef
    | SupplyRef
    | MaintenanceRef
    | DriverRef
    | LocationRef
    | StationRef
    | ConnectorRef
    | VehicleRef
)


class Finder[ObjectT](Protocol):
    """A reference whose object has a certain type."""

    @property
    def path(self) -> str:
        """Return what sets the object apart in its account."""

    def find(self, snapshot: Snapshot) -> ObjectT | None:
        """Return the object as the snapshot has it; None if it lacks it."""


ACCOUNT = AccountRef()
POLL = PollRef()
SUPPLY = SupplyRef()
MAINTENANCE = MaintenanceRef()
DRIVER = DriverRef()
# What is shown on the account's device, and has none of its own.
OF_ACCOUNT = (PollRef, SupplyRef, MaintenanceRef, DriverRef)


class Snapshot(Struct, frozen=True, kw_only=True):
    """What one poll saw.

    ``skipped`` lists what could not be read. Only a snapshot that skipped nothing
    proves that an object is gone.
    """

    poll: Poll
    locations: Mapping[str, Location]
    stations: Mapping[str, Station]
    connectors: Mapping[ConnectorRef, Connector]
    vehicles: Mapping[str, Vehicle]
    supply: Supply | None
    maintenance: Maintenance
    driver: Driver | None
    totals: Totals
    location_totals: Mapping[str, Totals]
    unlisted: frozenset[Kind] = frozenset()
    skipped: tuple[Skipped, ...] = ()
    is_fresh: bool = True
    is_empty_by_choice: bool = False

    @property
    def is_complete(self) -> bool:
        """Tell whether all was listed anew, and every listed object could be read."""
        return self.is_fresh and not self.skipped

    def refs(self) -> Iterator[Ref]:
        """Yield a reference to everything in the snapshot, parents first."""
        yield ACCOUNT
        yield POLL
        if self.supply is not None:
            yield SUPPLY
        yield MAINTENANCE
        if self.driver is not None:
            yield DRIVER
        yield from map(LocationRef, self.locations)
        yield from map(StationRef, self.stations)
        yield from self.connectors
        yield from map(VehicleRef, self.vehicles)


class Changes(Struct, frozen=True, kw_only=True):
    """What differs between two snapshots."""

    changed: frozenset[Ref]
    came: frozenset[Ref]
    went: frozenset[Ref]

    @classmethod
    def none(cls) -> Changes:
        """Return the difference between a snapshot and itself."""
        return cls(changed=frozenset(), came=frozenset(), went=frozenset())

    def all(self) -> frozenset[Ref]:
        """Return everything that differs in any way."""
        return self.changed | self.came | self.went


def build_snapshot(
    live: LiveState,
    slow: SlowState,
    *,
    poll: Poll,
    location_ids: Iterable[str] | None = None,
) -> Snapshot:
    """Put a live listing and what changes rarely together.

    Args:
        live: the vendor's live listing.
        slow: what changes rarely; where it lacks a location, what the stations say
            of it stands in.
        poll: how the poll went.
        location_ids: the locations to keep; None keeps all, and stations without one.
    """
    wanted = None if location_ids is None else frozenset(location_ids)
    stations = {
        station.id: station
        for station in live.stations
        if wanted is None or station.location_id in wanted
    }
    connectors = {
        ConnectorRef(connector.station_id, connector.id): connector
        for connector in live.connectors
        if connector.station_id in stations
    }
    used = {station.location_id for station in stations.values()} - {None}
    locations = {
        id_: slow.locations.get(id_) or live.locations.get(id_) or Location(id=id_)
        for id_ in sorted(id_ for id_ in used if id_ is not None)
    }
    by_location: dict[str, list[Station]] = {id_: [] for id_ in locations}
    for station in stations.values():
        if station.location_id is not None:
            by_location[station.location_id].append(station)
    by_station: dict[str, list[Connector]] = {id_: [] for id_ in stations}
    for connector in connectors.values():
        by_station[connector.station_id].append(connector)
    return Snapshot(
        poll=poll,
        locations=locations,
        stations=stations,
        connectors=connectors,
        vehicles={vehicle.id: vehicle for vehicle in live.vehicles},
        supply=slow.supply,
        maintenance=_maintenance(stations.values()),
        driver=live.driver,
        totals=sum_up(stations.values(), by_station, live.driver),
        location_totals={
            id_: sum_up(members, by_station) for id_, members in by_location.items()
        },
        unlisted=live.unlisted,
        skipped=live.skipped,
        is_fresh=live.is_fresh,
        is_empty_by_choice=live.is_empty_by_choice,
    )


def compare(old: Snapshot | None, new: Snapshot) -> Changes:
    """Tell what changed, came and went from one snapshot to the next.

    That a poll took place is no change: :class:`Poll` is left out.
    """
    if old is None:
        return Changes(
            changed=frozenset(), came=frozenset(new.refs()), went=frozenset()
        )
    changed: set[Ref] = set()
    if old.totals != new.totals:
        changed.add(ACCOUNT)
    for location_id, location_totals in new.location_totals.items():
        if old.location_totals.get(location_id) != location_totals or old.locations.get(
            location_id
        ) != new.locations.get(location_id):
            changed.add(LocationRef(location_id))
    changed.update(
        StationRef(station_id)
        for station_id, station in new.stations.items()
        if old.stations.get(station_id) != station
    )
    changed.update(
        ref
        for ref, connector in new.connectors.items()
        if old.connectors.get(ref) != connector
    )
    changed.update(
        VehicleRef(vehicle_id)
        for vehicle_id, vehicle in new.vehicles.items()
        if old.vehicles.get(vehicle_id) != vehicle
    )
    if old.supply != new.supply:
        changed.add(SUPPLY)
    if old.maintenance != new.maintenance:
        changed.add(MAINTENANCE)
    if old.driver != new.driver:
        changed.add(DRIVER)
    before, after = frozenset(old.refs()), frozenset(new.refs())
    return Changes(
        changed=frozenset(changed & before),
        came=after - before,
        went=before - after,
    )


def _maintenance(stations: Iterable[Station]) -> Maintenance:
    windows = (window for station in stations for window in station.maintenance)
    return Maintenance(
        tuple(sorted(windows, key=lambda found: (found.start, found.id)))
    )


def _safe(id_: str) -> str:
    """Return an id that holds no slash."""
    return quote(id_, safe="")
