"""Tests of snapshots that follow one another: in a random life of a fleet, none may differ from one made anew."""

from collections.abc import Mapping
from copy import copy
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from custom_components.ev_charging_cloud.clients.changes import Changes, compare
from custom_components.ev_charging_cloud.clients.enums import (
    ConnectorStatus,
    SessionStatus,
)
from custom_components.ev_charging_cloud.clients.home_energy import Flow, HomeEnergy
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Connector,
    Driver,
    Location,
    MaintenanceWindow,
    Station,
    Supply,
    Vehicle,
)
from custom_components.ev_charging_cloud.clients.reading.same import Mapped
from custom_components.ev_charging_cloud.clients.refs import (
    ACCOUNT,
    ConnectorRef,
    LocationRef,
    StationRef,
)
from custom_components.ev_charging_cloud.clients.snapshot import (
    Kind,
    LiveState,
    Poll,
    SlowState,
    Snapshot,
    build_snapshot,
)
from custom_components.ev_charging_cloud.clients.snapshots import Snapshots

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STATUSES = (*ConnectorStatus, None)
PLACES = ("north", "south", "west", None)
# Sums of such powers depend on their order, if they are added up as they are.
POWERS = (None, 0.0, 0.1, 0.2, 1e7 / 3, 22_000.05, 7_359.999)


def _poll(number: int) -> Poll:
    return Poll(taken_at=NOW + timedelta(minutes=number))


class _Fleet:
    """A fleet that lives: things change, come, go, come back and move."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.stations: dict[str, Station] = {}
        self.connectors: dict[tuple[str, str], Connector] = {}
        self.vehicles: dict[str, Vehicle] = {}
        self.systems: dict[str, HomeEnergy] = {}
        self._gone: list[str] = []
        self.names: dict[str, Location] = {}
        self.slow = SlowState(locations={})
        self.driver: Driver | None = None
        self.unlisted: frozenset[Kind] = frozenset()
        for number in range(12):
            self._come(f"s{number}")

    def _come(self, id_: str) -> None:
        self.stations[id_] = Station(
            id=id_, name=id_, location_id=self._random.choice(PLACES)
        )
        for number in range(self._random.randint(0, 3)):
            key = id_, str(number)
            self.connectors[key] = Connector(station_id=id_, id=str(number))

    def _station(self) -> str:
        return self._random.choice([*self.stations])

    def live(self) -> LiveState:
        """Return what a poll sees: what did not change is the very same object."""
        return LiveState(
            stations=tuple(self.stations.values()),
            connectors=tuple(self.connectors.values()),
            locations=self.names,
            vehicles=tuple(self.vehicles.values()),
            home_energy=tuple(self.systems.values()),
            driver=self.driver,
            unlisted=self.unlisted,
        )

    def step(self) -> None:
        """Have one thing happen."""
        self._random.choice(
            [self._change_station] * 3
            + [self._change_connector] * 6
            + [self._copy, self._come_back, self._go, self._move, self._name]
            + [self._maintain, self._drive, self._park, self._lose, self._price]
            + [self._shine, self._cut_off]
        )()

    def _change_station(self) -> None:
        id_ = self._station()
        known = self.stations[id_]
        self.stations[id_] = Station(
            id=id_,
            name=self._random.choice((id_, "Depot")),
            location_id=known.location_id,
            online=self._random.choice((True, False, None)),
            power=self._random.choice(POWERS),
            maintenance=known.maintenance,
        )

    def _change_connector(self) -> None:
        if not self.connectors:
            return
        key = self._random.choice([*self.connectors])
        self.connectors[key] = Connector(
            station_id=key[0],
            id=key[1],
            status=self._random.choice(STATUSES),
            online=self._random.choice((True, False, None)),
            power=self._random.choice(POWERS),
            session=self._random.choice(
                (None, ChargingSession(id="s", status=SessionStatus.ACTIVE))
            ),
        )

    def _copy(self) -> None:
        """The same is sent in other bytes."""
        id_ = self._station()
        self.stations[id_] = copy(self.stations[id_])

    def _come_back(self) -> None:
        if self._gone:
            self._come(self._gone.pop())

    def _go(self) -> None:
        if len(self.stations) > 2:
            id_ = self._station()
            self._gone.append(id_)
            del self.stations[id_]
            for key in [key for key in self.connectors if key[0] == id_]:
                del self.connectors[key]

    def _move(self) -> None:
        id_ = self._station()
        at = self._random.choice(PLACES)
        self.stations[id_] = Station(id=id_, name=id_, location_id=at)
        if self._random.random() < 0.3:
            # All stand elsewhere in the list.
            items = [*self.stations.items()]
            self._random.shuffle(items)
            self.stations = dict(items)

    def _name(self) -> None:
        place = self._random.choice(("north", "south"))
        named = Location(id=place, name=self._random.choice((None, "A", "B")))
        if self._random.random() < 0.5:
            self.names = {**self.names, place: named}
        else:
            locations = {**self.slow.locations, place: named}
            self.slow = SlowState(locations=locations, supply=self.slow.supply)

    def _maintain(self) -> None:
        id_ = self._station()
        start = NOW + timedelta(hours=self._random.randint(0, 3))
        window = MaintenanceWindow(
            id=f"w{self._random.randint(0, 3)}",
            station_id=id_,
            start=start,
            end=start + timedelta(hours=1),
        )
        self.stations[id_] = Station(
            id=id_,
            location_id=self.stations[id_].location_id,
            maintenance=self._random.choice(((), (window,))),
        )

    def _drive(self) -> None:
        id_ = f"v{self._random.randint(0, 3)}"
        self.vehicles[id_] = Vehicle(id=id_, state_of_charge=self._random.randint(0, 2))

    def _park(self) -> None:
        self.vehicles.pop(f"v{self._random.randint(0, 3)}", None)

    def _shine(self) -> None:
        id_ = f"h{self._random.randint(0, 2)}"
        power = float(self._random.randint(0, 2))
        self.systems[id_] = HomeEnergy(id=id_, power={Flow.SOLAR: power})

    def _cut_off(self) -> None:
        self.systems.pop(f"h{self._random.randint(0, 2)}", None)

    def _lose(self) -> None:
        kinds: list[Kind] = [Connector, Station]
        self.unlisted = frozenset(kinds[: self._random.randint(0, 2)])

    def _price(self) -> None:
        self.slow = SlowState(
            locations=self.slow.locations,
            supply=self._random.choice((None, Supply(carbon_intensity=1))),
        )
        running = ChargingSession(id="d", status=SessionStatus.ACTIVE)
        self.driver = self._random.choice(
            (None, Driver(sessions=(running,)), Driver(has_sessions=False))
        )


@pytest.mark.parametrize("location_ids", [None, ["north", "west"]], ids=["all", "some"])
@pytest.mark.parametrize("seed", range(12))
def test_a_random_life(seed: int, location_ids: list[str] | None) -> None:
    """What is kept up change by change is what a look at everything gives, and so is what differs."""
    random = Random(seed)
    fleet, snapshots = _Fleet(random), Snapshots(location_ids)
    before: Snapshot | None = None
    for number in range(150):
        for _ in range(random.randint(0, 4)):
            fleet.step()
        live, poll = fleet.live(), _poll(number)
        found, changes = snapshots.next(live, fleet.slow, poll)
        anew = build_snapshot(live, fleet.slow, poll=poll, location_ids=location_ids)
        assert found == anew
        assert changes == compare(before, anew)
        before = anew


def test_what_did_not_change_stays_the_same_object() -> None:
    """Whoever follows sees by that what to pass over."""
    fleet, snapshots = _Fleet(Random(1)), Snapshots()
    first, _ = snapshots.next(fleet.live(), fleet.slow, _poll(0))
    station = next(iter(fleet.stations))
    fleet.stations[station] = Station(
        id=station, location_id=fleet.stations[station].location_id, power=1.0
    )
    second, changes = snapshots.next(fleet.live(), fleet.slow, _poll(1))
    assert changes.changed >= {ACCOUNT, StationRef(station)}
    assert second.connectors is first.connectors
    assert second.locations is first.locations
    assert second.maintenance is first.maintenance
    assert second.stations is not first.stations
    assert second.poll != first.poll


def test_listed_twice() -> None:
    """Of what is listed twice the last counts, at every poll."""
    snapshots = Snapshots()
    slow = SlowState(locations={})
    one, other = Station(id="a", power=1.0), Station(id="a", power=2.0)
    for number, power in enumerate((3.0, 4.0)):
        live = LiveState(
            stations=(one, other, Station(id="b", power=power)),
            connectors=(),
            locations={},
        )
        found, _ = snapshots.next(live, slow, _poll(number))
        assert found == build_snapshot(live, slow, poll=_poll(number))
        assert found.totals.power == 2.0 + power


def test_after_a_restored_snapshot() -> None:
    """What was seen before the start is what the first poll is compared with."""
    fleet, snapshots = _Fleet(Random(2)), Snapshots()
    seen = build_snapshot(fleet.live(), fleet.slow, poll=_poll(0))
    assert snapshots.begin_with(seen) == compare(None, seen)
    _, changes = snapshots.next(fleet.live(), fleet.slow, _poll(1))
    assert changes == Changes.none()


def test_a_location_that_only_one_station_has() -> None:
    """A connector that changes concerns its station's location and no other."""
    stations = tuple(Station(id=id_, location_id=id_) for id_ in ("a", "b"))
    connectors: Mapping[str, Connector] = {
        id_: Connector(station_id=id_, id="1") for id_ in ("a", "b")
    }
    snapshots, slow = Snapshots(), SlowState(locations={})
    live = LiveState(
        stations=stations, connectors=tuple(connectors.values()), locations={}
    )
    snapshots.next(live, slow, _poll(0))
    changed = Connector(station_id="b", id="1", status=ConnectorStatus.CHARGING)
    later = LiveState(
        stations=stations, connectors=(connectors["a"], changed), locations={}
    )
    _, changes = snapshots.next(later, slow, _poll(1))
    assert changes.changed == {ACCOUNT, LocationRef("b"), ConnectorRef("b", "1")}


def test_mapped_items() -> None:
    """Only new items are made; what comes out equal leaves the list the very same."""
    asked: list[str] = []

    def make(item: str) -> str:
        asked.append(item)
        return item.strip()

    mapped = Mapped(make)
    first, second, padded = "a1", "b2", " a1"
    made = mapped.of([first, second])
    assert mapped.of([first, second]) is made
    assert mapped.of([padded, second]) is made
    assert asked == [first, second, padded]
    assert mapped.of([second, padded, "c3"]) == ("b2", "a1", "c3")
    assert asked == [first, second, padded, "c3"]
