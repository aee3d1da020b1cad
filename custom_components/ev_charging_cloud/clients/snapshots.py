"""The snapshots of an account, one after the other.

A poll that shows a few objects otherwise costs what these few cost: what did not change
is the very same object as before, see :mod:`.reading.same`, and is passed over in
comparing and in summing up.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from .changes import Changes, compare
from .home_energy import HomeEnergy
from .model import Connector, Location, Station, Vehicle
from .reading.same import differing
from .refs import (
    ACCOUNT,
    DRIVER,
    MAINTENANCE,
    SUPPLY,
    ConnectorRef,
    HomeEnergyRef,
    LocationRef,
    Ref,
    StationRef,
    VehicleRef,
)
from .snapshot import (
    LiveState,
    Maintenance,
    Poll,
    SlowState,
    Snapshot,
    build_with_fleet,
    is_same,
    location_of,
    location_totals,
    maintenance_of,
    totals_of,
)
from .totals import ConnectorKey, Fleet, Totals

# What must not change, or objects come and go.
STATION_PLACE = attrgetter("id", "location_id")
CONNECTOR_KEY = attrgetter("station_id", "id")
ID = attrgetter("id")


class _Base(Struct, frozen=True):
    """What the latest snapshot was made of, and what its totals come from."""

    live: LiveState
    slow: SlowState
    fleet: Fleet


class _News(Struct, frozen=True):
    """What is otherwise than in the latest snapshot, where nothing came or went."""

    stations: Mapping[str, Station]
    connectors: Mapping[ConnectorKey, Connector]
    vehicles: Mapping[str, Vehicle]
    home_energy: Mapping[str, HomeEnergy]
    locations: Mapping[str, Location]


class Snapshots:
    """Puts one snapshot after the other together, and tells how each differs."""

    def __init__(self, location_ids: Iterable[str] | None = None) -> None:
        """Begin with none.

        Args:
            location_ids: the locations to keep; None keeps all, and stations without
                one.
        """
        self._location_ids = location_ids
        self._latest: Snapshot | None = None
        # None where all has to be put together anew.
        self._base: _Base | None = None

    def begin_with(self, snapshot: Snapshot) -> Changes:
        """Go on after a snapshot that was seen earlier; all that it has came."""
        self._latest, self._base = snapshot, None
        return compare(None, snapshot)

    def next(
        self, live: LiveState, slow: SlowState, poll: Poll
    ) -> tuple[Snapshot, Changes]:
        """Return the next snapshot, and how it differs from the one before.

        Args:
            live: what the poll saw; objects that did not change are those of before.
            slow: what changes rarely.
            poll: how the poll went.
        """
        latest, base = self._latest, self._base
        news = None
        if latest is not None and base is not None:
            if base.slow is slow and is_same(base.live, live):
                self._latest = replace(latest, poll=poll)
                return self._latest, Changes.none()
            news = _news(latest, base, live, slow)
        if latest is None or base is None or news is None:
            snapshot, fleet = build_with_fleet(
                live, slow, poll=poll, location_ids=self._location_ids
            )
            changes = compare(latest, snapshot)
            self._base = _Base(live, slow, fleet) if _are_unique(live) else None
        else:
            self._base = _Base(live, slow, base.fleet)
            snapshot, changes = _after(latest, news, self._base, poll)
        self._latest = snapshot
        return snapshot, changes


def _are_unique(live: LiveState) -> bool:
    """Tell whether nothing is listed twice, so that the place in a list stands for it."""
    return all(
        len(set(map(key, listed))) == len(listed)
        for listed, key in (
            (live.stations, ID),
            (live.connectors, CONNECTOR_KEY),
            (live.vehicles, ID),
            (live.home_energy, ID),
        )
    )


def _news(
    latest: Snapshot, base: _Base, live: LiveState, slow: SlowState
) -> _News | None:
    """Return what is otherwise than before; None where something came or went."""
    before = base.live
    stations = _other(before.stations, live.stations, STATION_PLACE)
    connectors = _other(before.connectors, live.connectors, CONNECTOR_KEY)
    vehicles = _other(before.vehicles, live.vehicles, ID)
    home_energy = _other(before.home_energy, live.home_energy, ID)
    if stations is None or connectors is None:
        return None
    if vehicles is None or home_energy is None:
        return None
    if (latest.supply is None) is not (slow.supply is None):
        return None
    if (latest.driver is None) is not (live.driver is None):
        return None
    are_located_anew = base.slow is not slow or before.locations != live.locations
    return _News(
        _known_otherwise(latest.stations, ((it.id, it) for it in stations)),
        _known_otherwise(
            latest.connectors, (((it.station_id, it.id), it) for it in connectors)
        ),
        _known_otherwise(latest.vehicles, ((it.id, it) for it in vehicles)),
        _known_otherwise(latest.home_energy, ((it.id, it) for it in home_energy)),
        _known_otherwise(
            latest.locations,
            ((id_, location_of(id_, live, slow)) for id_ in latest.locations),
        )
        if are_located_anew
        else {},
    )


def _other[ObjectT](
    before: Sequence[ObjectT], now: Sequence[ObjectT], key: attrgetter[Hashable]
) -> list[ObjectT] | None:
    """Return the objects that are not those of before; None where others are listed."""
    where = differing(before, now)
    if where is None or any(key(before[it]) != key(now[it]) for it in where):
        return None
    return [now[it] for it in where]


def _known_otherwise[KeyT, ObjectT](
    known: Mapping[KeyT, ObjectT], found: Iterable[tuple[KeyT, ObjectT]]
) -> dict[KeyT, ObjectT]:
    """Return what is known otherwise; what is not known is not wanted."""
    return {
        key: object_ for key, object_ in found if key in known and known[key] != object_
    }


def _after(
    latest: Snapshot, news: _News, base: _Base, poll: Poll
) -> tuple[Snapshot, Changes]:
    """Return the latest snapshot with some objects as they are now, and what differs."""
    live, slow, fleet = base.live, base.slow, base.fleet
    stations = _with(latest.stations, news.stations)
    connectors = _with(latest.connectors, news.connectors)
    touched = dict.fromkeys((*news.stations, *(key[0] for key in news.connectors)))
    added_up: Iterable[str] = fleet.change(touched, stations, connectors)
    if (Connector in live.unlisted) is not (Connector in latest.unlisted):
        added_up = latest.locations
    totals = _known_otherwise(
        latest.location_totals,
        ((id_, location_totals(fleet, id_, live)) for id_ in added_up),
    )
    snapshot = Snapshot(
        poll=poll,
        locations=_with(latest.locations, news.locations),
        stations=stations,
        connectors=connectors,
        vehicles=_with(latest.vehicles, news.vehicles),
        home_energy=_with(latest.home_energy, news.home_energy),
        supply=slow.supply,
        maintenance=_maintenance(latest, news, stations),
        driver=live.driver,
        totals=totals_of(fleet, live),
        location_totals=_with(latest.location_totals, totals),
        sessions=live.sessions,
        notifications=slow.notifications,
        unlisted=live.unlisted,
        uncertain=live.uncertain,
        skipped=live.skipped,
        is_fresh=live.is_fresh,
        is_empty_by_choice=live.is_empty_by_choice,
        hidden=latest.hidden,
    )
    changed = frozenset(_changed(latest, snapshot, news, totals))
    return snapshot, Changes(changed=changed, came=frozenset(), went=frozenset())


def _with[KeyT, ObjectT](
    known: Mapping[KeyT, ObjectT], news: Mapping[KeyT, ObjectT]
) -> Mapping[KeyT, ObjectT]:
    """Return what is known with the news in it; the very same where there is none."""
    return {**known, **news} if news else known


def _maintenance(
    latest: Snapshot, news: _News, stations: Mapping[str, Station]
) -> Maintenance:
    if all(
        station.maintenance == latest.stations[station.id].maintenance
        for station in news.stations.values()
    ):
        return latest.maintenance
    return maintenance_of(stations.values())


def _changed(
    latest: Snapshot, snapshot: Snapshot, news: _News, totals: Mapping[str, Totals]
) -> Iterator[Ref]:
    if latest.totals != snapshot.totals:
        yield ACCOUNT
    yield from map(LocationRef, {**totals, **news.locations})
    yield from map(StationRef, news.stations)
    yield from (ConnectorRef(*key) for key in news.connectors)
    yield from map(VehicleRef, news.vehicles)
    yield from map(HomeEnergyRef, news.home_energy)
    if latest.supply != snapshot.supply:
        yield SUPPLY
    if latest.maintenance != snapshot.maintenance:
        yield MAINTENANCE
    if latest.driver != snapshot.driver:
        yield DRIVER
