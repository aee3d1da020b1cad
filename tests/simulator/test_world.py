"""The simulated world: deterministic, physical, and movable by hand."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from simulator import Clock, World
from simulator.model import (
    ConnectorStatus,
    Limiter,
    NotInWorldError,
    Phase,
    StationView,
    StopReason,
    WorldError,
)

from .conftest import START

MINUTE = timedelta(minutes=1)


def still(**choices: int | bool | None) -> World:
    """Return a world whose clock stands still."""
    return World(Clock(START, 0), **choices)  # type: ignore[arg-type] # each test passes its own mix


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
    energy: dict[str, float] = {}
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
                    energy[session.id] = (
                        energy.get(session.id, 0.0)
                        + (power + session.power_w) / 2 * step / 3600
                    )
                last[session.id] = (
                    session.energy_wh,
                    session.battery_soc,
                    session.power_w,
                )
        world.clock.advance(timedelta(seconds=step))
    assert charging > 1000
    assert len(energy) > 8


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


def test_two_vehicles_share_a_station() -> None:
    """Connectors which want more than the station has share it, and get their own back afterwards."""
    world = still(stations=2, quiet=True)
    heavy = next(
        view.vehicle
        for view in still(stations=60).vehicles()
        if view.vehicle.model.name == "Touring saloon 93"
    )
    for connector in ("11", "12"):
        world.plug_in("CS00001", connector, vehicle=heavy, soc=10)
    alone = world.start_charging("CS00001", "11")
    assert alone.power_w == 199_500
    assert alone.limiter is Limiter.CHARGER
    world.start_charging("CS00001", "12")
    for connector in world.station("CS00001").connectors:
        assert connector.power_w == 120_000
        assert connector.session is not None
        assert connector.session.limiter is Limiter.SHARED
    world.stop_charging("CS00001", "12")
    assert world.connector("CS00001", "11").power_w == 199_500


def test_a_session_by_hand() -> None:
    """A connector goes through every state, and the finished session is kept."""
    world = still(stations=1, quiet=True)
    where = ("CS00001", "11")
    before = len(list(world.sessions("CS00001")))
    assert world.connector(*where).status is ConnectorStatus.AVAILABLE
    opened = world.plug_in(*where, soc=30)
    assert opened.phase is Phase.PLUGGED_IN
    assert world.connector(*where).status is ConnectorStatus.PREPARING
    world.clock.advance(timedelta(hours=1))
    assert world.connector(*where).status is ConnectorStatus.PREPARING
    assert (
        world.start_charging(*where, insulation_test=timedelta(seconds=20)).phase
        is Phase.INSULATION_TEST
    )
    world.clock.advance(timedelta(seconds=19))
    assert world.connector(*where).power_w == 0
    world.clock.advance(timedelta(seconds=1))
    assert world.connector(*where).status is ConnectorStatus.CHARGING
    world.clock.advance(timedelta(minutes=3))
    stopped = world.stop_charging(*where)
    assert stopped.phase is Phase.FINISHED
    assert stopped.power_w == 0
    assert stopped.charging_seconds == 180
    assert world.connector(*where).status is ConnectorStatus.FINISHING
    ended = world.unplug(*where)
    assert ended.id == opened.id
    assert ended.end == world.clock.now()
    assert ended.stop_reason is StopReason.REMOTE
    assert ended.energy_wh == stopped.energy_wh > 0
    assert world.connector(*where).status is ConnectorStatus.AVAILABLE
    assert world.connector(*where).session == ended
    assert next(world.sessions("CS00001")) == ended
    assert len(list(world.sessions("CS00001"))) == before + 1


def test_what_is_impossible_is_refused() -> None:
    """Actions which make no sense raise, and change nothing."""
    world = still(stations=1, quiet=True)
    where = ("CS00001", "11")
    for action in (world.start_charging, world.stop_charging, world.unplug):
        with pytest.raises(WorldError):
            action(*where)
    world.plug_in(*where)
    with pytest.raises(WorldError, match="occupied"):
        world.plug_in(*where)
    with pytest.raises(WorldError):
        world.stop_charging(*where)
    with pytest.raises(NotInWorldError):
        world.plug_in("CS00001", "99")
    with pytest.raises(NotInWorldError):
        world.station("CS99999")
    with pytest.raises(WorldError, match="state of charge"):
        world.plug_in("CS00001", "12", soc=90, soc_limit=80)


def test_fault_ends_charging() -> None:
    """A fault ends what charges; repaired, the connector is what it was."""
    world = still(stations=1, quiet=True)
    world.plug_in("CS00001", "11")
    world.start_charging("CS00001", "11")
    world.clock.advance(MINUTE)
    world.set_fault("CS00001", "11", "Fan failed")
    connector = world.connector("CS00001", "11")
    assert connector.status is ConnectorStatus.FAULTED
    assert connector.session is not None
    assert connector.session.alarms == ("Fan failed",)
    assert connector.power_w == 0
    assert not world.station("CS00001").faulted
    world.set_fault("CS00001")
    assert world.station("CS00001").faulted
    with pytest.raises(WorldError, match="out of order"):
        world.plug_in("CS00001", "12")
    world.clear_fault("CS00001")
    assert [c.status for c in world.station("CS00001").connectors] == [
        ConnectorStatus.FINISHING,
        ConnectorStatus.AVAILABLE,
    ]


def test_offline_station_shows_what_was_known_last() -> None:
    """While the link is lost nothing new is known, the charging goes on, and comes to light afterwards."""
    world = still(stations=1, quiet=True)
    world.plug_in("CS00001", "11", soc=20)
    world.start_charging("CS00001", "11")
    world.clock.advance(MINUTE)
    before = world.connector("CS00001", "11")
    world.set_offline("CS00001")
    world.clock.advance(5 * MINUTE)
    assert not world.station("CS00001").online
    assert world.connector("CS00001", "11") == before
    ended = world.unplug("CS00001", "11")
    newest = next(world.sessions("CS00001"))
    assert newest.id == ended.id
    assert newest.end is None
    world.set_online("CS00001")
    assert world.station("CS00001").online
    assert world.connector("CS00001", "11").session == ended
    assert next(world.sessions("CS00001")) == ended


def test_stations_and_locations_come_go_and_change_names() -> None:
    """Stations and locations can be added, removed and renamed; ids stay and are not used again."""
    world = still(stations=2, quiet=True)
    place = world.add_location("New yard")
    assert world.locations[place.id].name == "New yard"
    added = world.add_station(place.id, name="Gate", connectors=3)
    assert [station.id for station in world.stations(place.id)] == [added.id]
    assert added.name == "Gate"
    assert [connector.session for connector in added.connectors] == [None] * 3
    world.rename_station(added.id, "Barn")
    world.rename_location(place.id, "Old yard")
    assert world.station(added.id).name == "Barn"
    assert world.locations[place.id].name == "Old yard"
    world.remove_station(added.id)
    assert added.id not in world.station_ids
    assert world.add_station(place.id).id != added.id
    world.set_in_service("CS00001", False)
    assert {c.status for c in world.station("CS00001").connectors} == {
        ConnectorStatus.UNAVAILABLE
    }


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
