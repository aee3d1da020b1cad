"""The simulated world: deterministic, physical, and movable by hand."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from simulator import Clock
from simulator.world.model import ConnectorStatus, Phase, StationView, StopReason

from .common import START, still

MINUTE = timedelta(minutes=1)


def test_clock_runs_and_is_advanced() -> None:
    """Time is start plus speed times elapsed time plus what was advanced; a change of speed moves nothing."""
    elapsed = [100.0]
    clock = Clock(START, 60, monotonic=lambda: elapsed[0])
    assert clock.now() == START
    elapsed[0] += 2
    assert clock.now() == START + timedelta(minutes=2)
    clock.advance(timedelta(hours=1))
    clock.speed = 0
    elapsed[0] += 50
    assert clock.now() == START + timedelta(hours=1, minutes=2)
    clock.speed = 1
    elapsed[0] += 5
    assert clock.now() == START + timedelta(hours=1, minutes=2, seconds=5)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="speed"):
        clock.speed = -1
    with pytest.raises(ValueError, match="aware"):
        Clock(datetime(2026, 1, 1))


def test_same_seed_same_world() -> None:
    """Seed and clock make the world; how often it was looked at does not matter."""
    often, once, other = still(seed=7), still(seed=7), still(seed=8)
    assert often.stations() == once.stations()
    assert often.stations() != other.stations()
    for _ in range(24 * 60 // 7):
        often.clock.advance(7 * MINUTE)
        often.stations()
    once.clock.advance(often.clock.now() - START)
    for seen, unseen in zip(often.stations(), once.stations(), strict=True):
        _same(seen, unseen)
    assert [s.id for s in often.sessions("CS00001")] == [
        s.id for s in once.sessions("CS00001")
    ]


def _same(one: StationView, other: StationView) -> None:
    """Compare two stations, allowing for the rounding of floats."""
    assert one.online == other.online
    for left, right in zip(one.connectors, other.connectors, strict=True):
        assert left.status == right.status
        assert left.power_w == right.power_w
        if left.session is not None and right.session is not None:
            assert left.session.id == right.session.id
            assert left.session.energy_wh == pytest.approx(right.session.energy_wh)


def test_energy_is_the_integral_of_power() -> None:
    """Energy and state of charge grow as the power says, and never fall; the station's limit holds."""
    world = still(stations=6)
    last: dict[str, tuple[float, float, float]] = {}
    step = 5
    charging = 0
    for _ in range(3600 * 2 // step):
        for station in world.stations():
            assert station.power_w <= station.spec.max_w + 1
            for connector in station.connectors:
                session = connector.session
                if connector.status is not ConnectorStatus.CHARGING or session is None:
                    assert connector.power_w == 0
                    continue
                charging += 1
                assert 0 < session.power_w <= connector.spec.max_w
                if session.id in last:
                    before, soc, power = last[session.id]
                    # the power changes at most once or twice within a step
                    low, high = sorted((power, session.power_w))
                    grown = session.energy_wh - before
                    assert 0.9 * low * step / 3600 <= grown <= 1.1 * high * step / 3600
                    assert session.battery_soc > soc
                last[session.id] = (
                    session.energy_wh,
                    session.battery_soc,
                    session.power_w,
                )
        world.clock.advance(timedelta(seconds=step))
    assert charging > 1000
    assert len(last) > 8


def test_integral_over_a_whole_session() -> None:
    """Over a whole session the sum of power over time is the energy, within half a percent."""
    world = still(stations=1, quiet=True)
    world.plug_in("CS00001", "11", soc=20, soc_limit=90)
    world.start_charging("CS00001", "11")
    total, powers = 0.0, []
    while (
        connector := world.connector("CS00001", "11")
    ).status is ConnectorStatus.CHARGING:
        powers.append(connector.power_w)
        total += connector.power_w * 10 / 3600
        world.clock.advance(timedelta(seconds=10))
    session = connector.session
    assert session is not None
    assert session.energy_wh == pytest.approx(0.7 * session.vehicle.model.battery_wh)
    assert total == pytest.approx(session.energy_wh, rel=0.005)
    assert session.soc == 90
    assert session.stop_reason is StopReason.SOC_LIMIT
    # it tapers
    assert powers[-1] < 0.7 * powers[0]
    assert all(later <= earlier for earlier, later in pairwise(powers))


def test_quiet_world_stays_quiet() -> None:
    """Nothing happens in a quiet world, for days."""
    world = still(stations=6, quiet=True)
    statuses = {c.status for station in world.stations() for c in station.connectors}
    assert statuses == {ConnectorStatus.AVAILABLE}
    before = [station.connectors for station in world.stations()]
    world.clock.advance(timedelta(days=10))
    assert [station.connectors for station in world.stations()] == before


def test_lively_world_lives() -> None:
    """Over weeks vehicles come and go, faults and lost links occur and pass."""
    world = still(stations=12)
    phases: set[Phase] = set()
    reasons: set[StopReason | None] = set()
    offline = faults = 0
    for _ in range(24 * 21):
        world.clock.advance(timedelta(hours=1, seconds=11))
        for station in world.stations():
            offline += not station.online
            for connector in station.connectors:
                faults += connector.fault is not None
                if connector.session is not None:
                    phases.add(connector.session.phase)
    for station in world.stations():
        sessions = list(world.sessions(station.id, START))
        reasons |= {session.stop_reason for session in sessions}
        assert len(sessions) > 20
        assert all(
            later.start <= earlier.start for earlier, later in pairwise(sessions)
        )
    assert phases >= {Phase.PLUGGED_IN, Phase.CHARGING, Phase.FINISHED, Phase.ENDED}
    assert reasons >= {
        StopReason.EV_STOPPED,
        StopReason.SOC_LIMIT,
        StopReason.LOCAL,
        StopReason.REMOTE,
    }
    assert offline > 24
    assert faults > 24


def test_history_does_not_overlap() -> None:
    """On one connector a session begins after the one before has ended, for about ninety days."""
    world = still(stations=4)
    for station in world.stations():
        for connector in station.connectors:
            sessions = [
                s
                for s in world.sessions(station.id)
                if s.connector.id == connector.spec.id
            ]
            for newer, older in pairwise(sessions):
                assert older.end is not None
                assert older.end < newer.start
                times = [
                    older.start,
                    older.charging_start,
                    older.charging_end,
                    older.end,
                ]
                known = [moment for moment in times if moment is not None]
                assert known == sorted(known)
            if sessions:
                assert (
                    timedelta(days=88)
                    < START - sessions[-1].start
                    <= timedelta(days=91)
                )


def test_two_thousand_stations() -> None:
    """A large world has its stations, spread over locations."""
    world = still(stations=2000, connectors_per_station=2)
    stations = world.stations()
    assert len({station.id for station in stations}) == 2000
    assert all(len(station.connectors) == 2 for station in stations)
    assert len(world.locations) == 8
    assert {len(world.stations(place)) for place in world.locations} == {250}


def test_fleet_vehicles() -> None:
    """Each connector has a fleet vehicle, which shows where it charges."""
    world = still(stations=6)
    vehicles = world.vehicles()
    assert len({view.vehicle.id for view in vehicles}) == len(vehicles)
    charging = [view for view in vehicles if view.charging]
    assert charging
    for view in charging:
        assert view.station_id is not None
        assert view.connector_id is not None
        session = world.connector(view.station_id, view.connector_id).session
        assert session is not None
        assert session.vehicle == view.vehicle
        assert session.battery_soc == view.soc
        assert session.power_w == view.power_w > 0
