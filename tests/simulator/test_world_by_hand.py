"""What a test can do to the simulated world by hand."""

from datetime import timedelta

import pytest

from simulator.world.model import (
    ConnectorStatus,
    Limiter,
    NotInWorldError,
    Phase,
    StopReason,
    WorldError,
)

from .common import still

MINUTE = timedelta(minutes=1)


def test_two_vehicles_share_a_station() -> None:
    """Connectors which want more than the station has share it, and get their own back afterwards."""
    world = still(stations=2, quiet=True)
    heavy = next(
        view.vehicle
        for view in still(stations=60).vehicles()
        if view.vehicle.model.name == "Touring saloon 93"
    )
    for plug in ("11", "12"):
        world.plug_in("CS00001", plug, vehicle=heavy, soc=10)
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


def test_added_station_is_unused() -> None:
    """A station which comes later has no past, and its first vehicle comes by itself."""
    world = still(stations=3)
    added = world.add_station()
    assert not list(world.sessions(added.id))
    assert {c.status for c in added.connectors} == {ConnectorStatus.AVAILABLE}
    world.clock.advance(timedelta(days=1))
    assert list(world.sessions(added.id))
