"""What one poll saw."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import is_

from msgspec import Struct
from msgspec.structs import astuple, replace

from .home_energy import HomeEnergy
from .model import (
    ChargingSession,
    Connector,
    Driver,
    Location,
    MaintenanceWindow,
    Notification,
    Station,
    Supply,
    Vehicle,
)
from .totals import ConnectorKey, Fleet, Totals

#: What is listed on its own.
type Kind = type[Location | Station | Connector | Vehicle | HomeEnergy]


class Skipped(Struct, frozen=True, gc=False):
    """An object of a listing that could not be read, and why."""

    name: str
    reason: str


class SlowState(Struct, frozen=True, kw_only=True):
    """What changes rarely: the vendor's own list of locations, prices, carbon."""

    locations: Mapping[str, Location]
    supply: Supply | None = None
    notifications: tuple[Notification, ...] = ()


class LiveState(Struct, frozen=True, kw_only=True):
    """What a vendor's live listing told; ``locations`` only as stations name them.

    ``unlisted`` are the kinds that may not be read: their absence proves nothing.
    ``is_steady`` tells that nothing in it changes by itself from minute to minute,
    ``is_fresh`` that the stations were listed anew, and are not those of before,
    ``is_empty_by_choice`` that nobody wants to see any. ``retry_after`` are the seconds
    that the vendor asked for before the next look, though it answered some of this one.
    ``sessions`` are those that the vendor lists by themselves, in any order; None where
    sessions could not be read at all, so that none proves nothing. ``uncertain`` are the
    kinds of which there may be more, and that show no sessions.
    """

    stations: tuple[Station, ...]
    connectors: tuple[Connector, ...]
    locations: Mapping[str, Location]
    vehicles: tuple[Vehicle, ...] = ()
    home_energy: tuple[HomeEnergy, ...] = ()
    sessions: tuple[ChargingSession, ...] | None = ()
    unlisted: frozenset[Kind] = frozenset()
    uncertain: frozenset[Kind] = frozenset()
    skipped: tuple[Skipped, ...] = ()
    is_steady: bool = False
    is_fresh: bool = True
    is_empty_by_choice: bool = False
    driver: Driver | None = None
    retry_after: float | None = None


def is_same(one: LiveState, other: LiveState) -> bool:
    """Tell whether two listings are of the very same objects; cheap at any size."""
    return one is other or all(
        map(_are_same, astuple(one), astuple(other), strict=True)
    )


def _are_same(one: object, other: object) -> bool:
    if one is other:
        return True
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(is_, one, other, strict=True))
    return one == other


class Poll(Struct, frozen=True, kw_only=True):
    """How the poll that took a snapshot went; it differs at every poll.

    ``skipped`` is how many objects could not be read, ``parts_failing`` how many of the
    vendor's parts are not fresh, but for those that were never permitted.
    """

    taken_at: datetime
    next_at: datetime | None = None
    requests_last_hour: int = 0
    requests_left: int | None = None
    skipped: int = 0
    parts_failing: int = 0


class Maintenance(Struct, frozen=True):
    """The maintenance windows of an account that are not over, the earliest first."""

    windows: tuple[MaintenanceWindow, ...]


class Snapshot(Struct, frozen=True, kw_only=True):
    """What one poll saw.

    ``skipped`` lists what could not be read. Only a snapshot that skipped nothing
    proves that an object is gone. ``hidden`` are the stations that are there, at
    locations which nobody wants to see. ``sessions``, ``unlisted`` and ``uncertain`` are
    as in :class:`LiveState`.
    """

    poll: Poll
    locations: Mapping[str, Location]
    stations: Mapping[str, Station]
    connectors: Mapping[ConnectorKey, Connector]
    vehicles: Mapping[str, Vehicle]
    home_energy: Mapping[str, HomeEnergy]
    supply: Supply | None
    maintenance: Maintenance
    driver: Driver | None
    totals: Totals
    location_totals: Mapping[str, Totals]
    sessions: tuple[ChargingSession, ...] | None = ()
    notifications: tuple[Notification, ...] = ()
    unlisted: frozenset[Kind] = frozenset()
    uncertain: frozenset[Kind] = frozenset()
    skipped: tuple[Skipped, ...] = ()
    is_fresh: bool = True
    is_empty_by_choice: bool = False
    hidden: frozenset[str] = frozenset()

    @property
    def is_complete(self) -> bool:
        """Tell whether all was listed anew, and every listed object could be read."""
        return self.is_fresh and not self.skipped


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
        slow: what changes rarely; what it lacks of a location, the stations may say.
        poll: how the poll went.
        location_ids: the locations to keep; None keeps all, and stations without one.
    """
    return build_with_fleet(live, slow, poll=poll, location_ids=location_ids)[0]


def build_with_fleet(
    live: LiveState,
    slow: SlowState,
    *,
    poll: Poll,
    location_ids: Iterable[str] | None,
) -> tuple[Snapshot, Fleet]:
    """Return a snapshot, and what its totals come from; see :func:`build_snapshot`."""
    wanted = None if location_ids is None else frozenset(location_ids)
    stations = {
        station.id: station
        for station in live.stations
        if wanted is None or station.location_id in wanted
    }
    connectors = {
        (connector.station_id, connector.id): connector
        for connector in live.connectors
        if connector.station_id in stations
    }
    used = {station.location_id for station in stations.values()} - {None}
    locations = {
        id_: location_of(id_, live, slow)
        for id_ in sorted(id_ for id_ in used if id_ is not None)
    }
    fleet = Fleet(stations, connectors)
    snapshot = Snapshot(
        poll=poll,
        locations=locations,
        stations=stations,
        connectors=connectors,
        vehicles={vehicle.id: vehicle for vehicle in live.vehicles},
        home_energy={system.id: system for system in live.home_energy},
        supply=slow.supply,
        maintenance=maintenance_of(stations.values()),
        driver=live.driver,
        totals=totals_of(fleet, live),
        location_totals={id_: location_totals(fleet, id_, live) for id_ in locations},
        sessions=live.sessions,
        notifications=slow.notifications,
        unlisted=live.unlisted,
        uncertain=live.uncertain,
        skipped=live.skipped,
        is_fresh=live.is_fresh,
        is_empty_by_choice=live.is_empty_by_choice,
        hidden=frozenset(
            station.id for station in live.stations if station.id not in stations
        ),
    )
    return snapshot, fleet


def totals_of(fleet: Fleet, live: LiveState) -> Totals:
    """Return the totals of an account."""
    return fleet.all.totals(
        live.driver,
        stations_known=Station not in live.unlisted,
        connectors_known=Connector not in live.unlisted,
    )


def location_totals(fleet: Fleet, id_: str, live: LiveState) -> Totals:
    """Return the totals of a location that has stations."""
    return fleet.by_location[id_].totals(
        connectors_known=Connector not in live.unlisted
    )


def location_of(id_: str, live: LiveState, slow: SlowState) -> Location:
    """Return what is known of a location: from the list of them, else from stations."""
    listed, told = slow.locations.get(id_), live.locations.get(id_)
    if listed is None or told is None:
        return listed or told or Location(id=id_)
    lacking = {
        field: value
        for field in Location.__struct_fields__
        if getattr(listed, field) is None
        and (value := getattr(told, field)) is not None
    }
    return replace(listed, **lacking) if lacking else listed


def maintenance_of(stations: Iterable[Station]) -> Maintenance:
    """Return the windows of stations."""
    windows = (window for station in stations for window in station.maintenance)
    return Maintenance(
        tuple(sorted(windows, key=lambda found: (found.start, found.id)))
    )
