"""Tests of snapshots: totals, what changed, and what was picked."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from custom_components.ev_charging_cloud.clients.changes import compare
from custom_components.ev_charging_cloud.clients.enums import (
    ConnectorStatus,
    SessionStatus,
)
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
from custom_components.ev_charging_cloud.clients.refs import (
    ACCOUNT,
    DRIVER,
    MAINTENANCE,
    POLL,
    SUPPLY,
    ConnectorRef,
    LocationRef,
    Ref,
    StationRef,
    VehicleRef,
)
from custom_components.ev_charging_cloud.clients.snapshot import (
    LiveState,
    Maintenance,
    Poll,
    Skipped,
    SlowState,
    Snapshot,
    build_snapshot,
)
from custom_components.ev_charging_cloud.clients.totals import Fleet

POLL_FACTS = Poll(taken_at=datetime(2026, 1, 1, tzinfo=UTC))
RUNNING = ChargingSession(id="s", status=SessionStatus.ACTIVE)

NORTH = Station(id="n", location_id="north", online=True, power=50000)
SOUTH = Station(id="s", location_id="south", online=True)
LONE = Station(id="l", online=False, power=9000)

CONNECTORS = (
    Connector(station_id="n", id="1", status=ConnectorStatus.CHARGING, session=RUNNING),
    Connector(station_id="n", id="2", status=ConnectorStatus.AVAILABLE),
    Connector(station_id="s", id="1", status=ConnectorStatus.CHARGING, power=7000),
    Connector(station_id="l", id="1", status=ConnectorStatus.AVAILABLE, online=False),
    Connector(
        station_id="l",
        id="2",
        status=ConnectorStatus.FAULTED,
        online=False,
        session=RUNNING,
    ),
)
LIVE = LiveState(
    stations=(NORTH, SOUTH, LONE),
    connectors=CONNECTORS,
    locations={"north": Location(id="north", name="told by a station")},
)


def _snapshot(live: LiveState = LIVE, **options: object) -> Snapshot:
    picked = options.get("location_ids")
    return build_snapshot(
        live,
        SlowState(locations={"south": Location(id="south", name="South")}),
        poll=POLL_FACTS,
        location_ids=picked if isinstance(picked, list) else None,
    )


def test_totals() -> None:
    """Offline stations count as stations, and among the connectors only if faulted."""
    totals = _snapshot().totals
    assert (totals.stations, totals.connectors) == (3, 5)
    assert (totals.available, totals.charging, totals.faulted) == (1, 2, 1)
    assert totals.running_sessions == 1
    assert totals.power == 57000


def test_totals_of_a_location() -> None:
    """A location counts its own; power falls back to the connectors'."""
    totals = _snapshot().location_totals["south"]
    assert (totals.stations, totals.connectors, totals.charging) == (1, 1, 1)
    assert totals.power == 7000


def test_locations_are_named_by_whoever_knows() -> None:
    """The vendor's list goes first, then what stations say."""
    locations = _snapshot().locations
    assert locations["south"].name == "South"
    assert locations["north"].name == "told by a station"


def test_picked_locations() -> None:
    """Only stations of the picked locations are kept, with their connectors."""
    snapshot = _snapshot(location_ids=["north"])
    assert list(snapshot.stations) == ["n"]
    assert set(snapshot.connectors) == {("n", "1"), ("n", "2")}
    assert list(snapshot.locations) == ["north"]
    assert snapshot.totals.stations == 1


def test_nothing_changed() -> None:
    """A later poll that saw the same is no change."""
    later = build_snapshot(
        LIVE,
        SlowState(locations={"south": Location(id="south", name="South")}),
        poll=msgspec.structs.replace(POLL_FACTS, requests_last_hour=7),
    )
    assert not compare(_snapshot(), later).all()


def test_first_snapshot_comes_whole() -> None:
    """Without an earlier one, everything came."""
    changes = compare(None, _snapshot())
    assert {ACCOUNT, POLL, StationRef("n"), LocationRef("north")} <= changes.came
    assert not changes.changed
    assert not changes.went


def test_only_what_changed_is_named() -> None:
    """A connector that changed alone is told alone."""
    other = msgspec.structs.replace(CONNECTORS[1], name="Nozzle")
    live = msgspec.structs.replace(
        LIVE, connectors=(*CONNECTORS[:1], other, *CONNECTORS[2:])
    )
    changes = compare(_snapshot(), _snapshot(live))
    assert changes.changed == {ConnectorRef("n", "2")}
    assert not changes.came | changes.went


def test_totals_change_with_their_connectors() -> None:
    """A connector that begins to charge changes its location and the account."""
    busy = msgspec.structs.replace(CONNECTORS[1], status=ConnectorStatus.CHARGING)
    live = msgspec.structs.replace(
        LIVE, connectors=(*CONNECTORS[:1], busy, *CONNECTORS[2:])
    )
    changes = compare(_snapshot(), _snapshot(live))
    assert changes.changed == {ConnectorRef("n", "2"), LocationRef("north"), ACCOUNT}


def test_coming_and_going() -> None:
    """A station comes and goes with its connectors and, if it is the last, its location."""
    fewer = msgspec.structs.replace(LIVE, stations=(NORTH, LONE))
    gone = {StationRef("s"), ConnectorRef("s", "1"), LocationRef("south")}
    assert compare(_snapshot(), _snapshot(fewer)).went == gone
    assert compare(_snapshot(fewer), _snapshot()).came == gone


def test_skipped_items_make_a_listing_incomplete() -> None:
    """A listing that skipped something proves no absence."""
    assert _snapshot().is_complete
    live = msgspec.structs.replace(LIVE, skipped=(Skipped("station x", "odd"),))
    assert not _snapshot(live).is_complete


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ConnectorRef("a", "b/c"), ConnectorRef("a/b", "c")),
        (StationRef("a/b"), ConnectorRef("a", "b")),
        (StationRef("x"), LocationRef("x")),
    ],
)
def test_paths_never_meet(
    one: StationRef | ConnectorRef | LocationRef,
    other: StationRef | ConnectorRef | LocationRef,
) -> None:
    """Whatever ids a vendor makes up, two objects have two paths."""
    assert one.path != other.path
    assert one != other


SUPPLIED = Supply(tariff="day")
DRIVEN = Driver(waiting=True)
CAR = Vehicle(id="v", plugged_in=True)
WINDOW = MaintenanceWindow(
    id="w",
    station_id="n",
    start=POLL_FACTS.taken_at,
    end=POLL_FACTS.taken_at + timedelta(hours=1),
)


@pytest.mark.parametrize(
    ("before", "after", "ref"),
    [
        ({"driver": Driver()}, {"driver": DRIVEN}, DRIVER),
        ({"supply": Supply()}, {"supply": SUPPLIED}, SUPPLY),
        (
            {"vehicles": {"v": Vehicle(id="v")}},
            {"vehicles": {"v": CAR}},
            VehicleRef("v"),
        ),
        (
            {"maintenance": Maintenance(())},
            {"maintenance": Maintenance((WINDOW,))},
            MAINTENANCE,
        ),
    ],
)
def test_each_part_changes_by_itself(
    before: dict[str, object], after: dict[str, object], ref: Ref
) -> None:
    """Whoever follows a part is told when that changed, and nobody else."""
    old, new = (
        msgspec.structs.replace(_snapshot(), **parts) for parts in (before, after)
    )
    assert compare(old, new).changed == {ref}
    assert not compare(old, old).all()


@pytest.mark.parametrize(
    ("parts", "ref"),
    [
        ({"driver": DRIVEN}, DRIVER),
        ({"supply": SUPPLIED}, SUPPLY),
        ({"vehicles": {"v": CAR}}, VehicleRef("v")),
    ],
)
def test_each_part_comes_and_goes(parts: dict[str, object], ref: Ref) -> None:
    """A part that was not there before comes, and goes when it is there no more."""
    without, with_it = _snapshot(), msgspec.structs.replace(_snapshot(), **parts)
    assert compare(without, with_it).came == {ref}
    assert compare(with_it, without).went == {ref}
    assert ref not in compare(without, with_it).changed


@pytest.mark.parametrize("stations_known", [True, False])
@pytest.mark.parametrize("connectors_known", [True, False])
@pytest.mark.parametrize("has_sessions", [None, True, False])
def test_what_could_not_be_read_is_no_zero(
    stations_known: bool, connectors_known: bool, has_sessions: bool | None
) -> None:
    """Counts of connectors need both lists; a driver's sessions need neither."""
    driver = None if has_sessions is None else Driver(has_sessions=has_sessions)
    connectors = {(it.station_id, it.id): it for it in CONNECTORS[:2]}
    totals = Fleet({NORTH.id: NORTH}, connectors).all.totals(
        driver,
        stations_known=stations_known,
        connectors_known=connectors_known,
    )
    both = stations_known and connectors_known
    assert totals.stations == (1 if stations_known else None)
    assert totals.connectors == (2 if both else None)
    assert totals.available == (1 if both else None)
    assert totals.charging == (1 if both else None)
    assert totals.faulted == (0 if both else None)
    expected = (
        (1 if both else None) if driver is None else (0 if has_sessions else None)
    )
    assert totals.running_sessions == expected
    assert totals.power == 50000
