"""Tests of references: how each is called for ever, what it finds, and in which order they come."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import msgspec
import pytest

from custom_components.ev_charging_cloud.clients.changes import Changes, compare
from custom_components.ev_charging_cloud.clients.home_energy import HomeEnergy
from custom_components.ev_charging_cloud.clients.model import (
    Connector,
    Driver,
    Location,
    MaintenanceWindow,
    Notification,
    Station,
    Supply,
    Vehicle,
)
from custom_components.ev_charging_cloud.clients.refs import (
    ACCOUNT,
    DRIVER,
    MAINTENANCE,
    OF_ACCOUNT,
    POLL,
    SUPPLY,
    ConnectorRef,
    HomeEnergyRef,
    LocationRef,
    Ref,
    StationRef,
    VehicleRef,
    parents_first,
    refs_of,
)
from custom_components.ev_charging_cloud.clients.snapshot import (
    LiveState,
    Maintenance,
    Poll,
    SlowState,
    Snapshot,
    build_snapshot,
)
from custom_components.ev_charging_cloud.clients.totals import Totals

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TAKEN = Poll(taken_at=NOW, requests_last_hour=3)
WINDOW = MaintenanceWindow(
    id="w", station_id="s/1", start=NOW, end=NOW + timedelta(hours=1)
)
STATION = Station(id="s/1", location_id="l 1", maintenance=(WINDOW,))
CONNECTOR = Connector(station_id="s/1", id="c#1")
CAR, HOME = Vehicle(id="vé"), HomeEnergy(id="h%1")
SUPPLIED, DRIVEN = Supply(tariff="day"), Driver(invoices=1)
SNAPSHOT = build_snapshot(
    LiveState(
        stations=(STATION,),
        connectors=(CONNECTOR,),
        locations={},
        vehicles=(CAR,),
        home_energy=(HOME,),
        driver=DRIVEN,
    ),
    SlowState(locations={}, supply=SUPPLIED),
    poll=TAKEN,
)
BARE = build_snapshot(
    LiveState(stations=(), connectors=(), locations={}),
    SlowState(locations={}),
    poll=TAKEN,
)
ONE = Totals(
    stations=1,
    connectors=1,
    available=0,
    charging=0,
    faulted=0,
    running_sessions=0,
)
NONE = Totals(
    stations=0,
    connectors=0,
    available=0,
    charging=0,
    faulted=0,
    running_sessions=0,
)
# Each with what it is called, what it finds, and what it finds where there is nothing.
ALL: list[tuple[Ref, str, object, object]] = [
    (
        ACCOUNT,
        "account",
        ONE,
        NONE,
    ),
    (POLL, "account", TAKEN, TAKEN),
    (SUPPLY, "account", SUPPLIED, None),
    (MAINTENANCE, "account", Maintenance((WINDOW,)), Maintenance(())),
    (DRIVER, "account", DRIVEN, None),
    (LocationRef("l 1"), "location/l%201", ONE, None),
    (StationRef("s/1"), "station/s%2F1", STATION, None),
    (ConnectorRef("s/1", "c#1"), "connector/s%2F1/c%231", CONNECTOR, None),
    (VehicleRef("vé"), "vehicle/v%C3%A9", CAR, None),
    (HomeEnergyRef("h%1"), "home_energy/h%251", HOME, None),
]


@pytest.mark.parametrize(("ref", "path", "found", "otherwise"), ALL)
def test_each_reference(ref: Ref, path: str, found: object, otherwise: object) -> None:
    """A reference is called so for ever, and finds its object as long as there is one."""
    assert ref.path == path
    assert ref.find(SNAPSHOT) == found
    assert ref.find(BARE) == otherwise


def test_all_references() -> None:
    """Everything has one, parents first; of what is not there, there is none."""
    assert [*refs_of(SNAPSHOT)] == [ref for ref, *_ in ALL]
    assert [*refs_of(BARE)] == [ACCOUNT, POLL, MAINTENANCE]
    assert [ref for ref, *_ in ALL if isinstance(ref, OF_ACCOUNT)] == [
        POLL,
        SUPPLY,
        MAINTENANCE,
        DRIVER,
    ]


def test_parents_come_first() -> None:
    """However they are mixed; those of a kind by what they are called."""
    known = [ref for ref, *_ in ALL]
    for pair in permutations(known, 2):
        assert parents_first(pair) == sorted(pair, key=known.index)
    stations = [StationRef(id_) for id_ in ("10", "2", "b", "a")]
    assert parents_first([*stations, ACCOUNT]) == [
        ACCOUNT,
        StationRef("10"),
        StationRef("2"),
        StationRef("a"),
        StationRef("b"),
    ]


# ---- what differs from one snapshot to the next


def test_everything_comes_and_goes() -> None:
    """What was not there before comes, with what it changes of the account."""
    came: set[Ref] = {
        SUPPLY,
        DRIVER,
        LocationRef("l 1"),
        StationRef("s/1"),
        ConnectorRef("s/1", "c#1"),
        VehicleRef("vé"),
        HomeEnergyRef("h%1"),
    }
    assert compare(BARE, SNAPSHOT) == Changes(
        changed=frozenset({ACCOUNT, MAINTENANCE}),
        came=frozenset(came),
        went=frozenset(),
    )
    # What goes is told as what changed too, where it is a part of the account.
    went = compare(SNAPSHOT, BARE)
    assert not went.came
    assert went.went == came
    assert {ACCOUNT, MAINTENANCE} <= went.changed <= {ACCOUNT, MAINTENANCE, *came}
    assert compare(None, SNAPSHOT) == Changes(
        changed=frozenset(),
        came=frozenset(ref for ref, *_ in ALL),
        went=frozenset(),
    )
    assert compare(SNAPSHOT, SNAPSHOT) == Changes.none()
    assert Changes.none().all() == frozenset()
    everything = Changes(
        changed=frozenset({ACCOUNT}),
        came=frozenset({POLL}),
        went=frozenset({SUPPLY}),
    )
    assert everything.all() == {ACCOUNT, POLL, SUPPLY}


@pytest.mark.parametrize(
    ("part", "ref"),
    [
        ({"totals": NONE}, ACCOUNT),
        ({"location_totals": {"l 1": NONE}}, LocationRef("l 1")),
        ({"locations": {"l 1": Location(id="l 1", name="x")}}, LocationRef("l 1")),
        ({"stations": {"s/1": Station(id="s/1")}}, StationRef("s/1")),
        (
            {
                "connectors": {
                    ("s/1", "c#1"): Connector(station_id="s/1", id="c#1", name="x")
                }
            },
            ConnectorRef("s/1", "c#1"),
        ),
        ({"vehicles": {"vé": Vehicle(id="vé", name="x")}}, VehicleRef("vé")),
        (
            {"home_energy": {"h%1": HomeEnergy(id="h%1", battery_level=1)}},
            HomeEnergyRef("h%1"),
        ),
        ({"supply": Supply()}, SUPPLY),
        ({"maintenance": Maintenance(())}, MAINTENANCE),
        ({"driver": Driver()}, DRIVER),
        ({"poll": Poll(taken_at=NOW + timedelta(1))}, None),
        ({"notifications": (Notification(id="n", title="x"),)}, None),
    ],
)
def test_each_part_is_told_alone(part: dict[str, object], ref: Ref | None) -> None:
    """Whoever follows an object is called when that one changed, and never else."""
    other: Snapshot = msgspec.structs.replace(SNAPSHOT, **part)
    told = frozenset() if ref is None else frozenset({ref})
    for one, two in ((SNAPSHOT, other), (other, SNAPSHOT)):
        assert compare(one, two) == Changes(
            changed=told, came=frozenset(), went=frozenset()
        )
