"""The homes of the world: driven by hand, and living by themselves."""

from datetime import datetime, timedelta

import pytest

from simulator import Simulator, World
from simulator.homes import Link, Mode
from simulator.world.model import NotInWorldError, WorldError

from .common import still


def test_same_seed_same_homes() -> None:
    """How often somebody looked does not matter, nor does anything but the seed."""
    one, other, third = still(), still(), still(seed=2)
    for _ in range(50):
        one.clock.advance(timedelta(hours=1))
        list(one.homes.sessions())
    other.clock.advance(timedelta(hours=50))
    third.clock.advance(timedelta(hours=50))
    assert list(one.homes.sessions()) == list(other.homes.sessions())
    assert list(one.homes.sessions()) != list(third.homes.sessions())
    for charger in one.homes.charger_ids():
        assert one.homes.charger(charger) == other.homes.charger(charger)
    for car in one.homes.car_ids():
        assert one.homes.car(car) == other.homes.car(car)


def test_a_week() -> None:
    """Cars come and go, are charged by morning, meters and odometers never go back."""
    world = still()
    homes = world.homes
    charger, car = homes.charger_ids()[0], homes.car_ids()[0]
    begun = len(list(homes.sessions()))
    meters, distances = [], []
    for _ in range(7 * 24 * 4):
        world.clock.advance(timedelta(minutes=15))
        meters.append(homes.charger(charger).meter_wh)
        distances.append(homes.car(car).odometer_km)
    assert meters == sorted(meters)
    assert distances == sorted(distances)
    assert distances[-1] > distances[0]
    assert len(list(homes.sessions())) >= begun + 4 * 6
    for session in homes.sessions():
        if session.end is not None and session.start > world.clock.now() - timedelta(
            days=6
        ):
            assert session.soc_at(session.end) == pytest.approx(80, abs=6)


def test_reports_agree_with_the_past() -> None:
    """What is read of a moment later is what was read then."""
    world = still()
    homes = world.homes
    charger, car = homes.charger_ids()[0], homes.car_ids()[1]
    world.clock.advance(timedelta(hours=3))
    then = (homes.charger(charger), homes.car(car))
    moment = world.clock.now()
    world.clock.advance(timedelta(days=2))
    now = (homes.charger(charger, moment), homes.car(car, moment))
    for index in range(2):
        assert then[index].sampled == now[index].sampled
        assert then[index].power_w == now[index].power_w
    assert then[0].meter_wh == pytest.approx(now[0].meter_wh)
    assert then[1].soc == pytest.approx(now[1].soc)


def test_by_hand() -> None:
    """A quiet home does what it is told."""
    world = World(still().clock, quiet=True, stations=0)
    homes = world.homes
    charger, car = homes.charger_ids()[0], homes.car_ids()[0]
    assert homes.charger(charger).session is None
    session = homes.plug_in(charger, soc=40)
    assert session.parts[-1].mode is Mode.SMART
    assert homes.charger(charger).sampled == world.clock.now()
    assert homes.charger(charger).power_w == 0
    homes.start_charging(charger)
    assert homes.charger(charger).power_w == 7_360
    before = homes.charger(charger).meter_wh
    world.clock.advance(timedelta(hours=1))
    homes.stop_charging(charger)
    assert homes.charger(charger).power_w == 0
    assert homes.charger(charger).meter_wh == pytest.approx(before + 7_360)
    assert homes.car(car).soc == pytest.approx(40 + 736 / 77)
    ended = homes.unplug(charger)
    assert ended.end == world.clock.now()
    world.clock.advance(timedelta(days=3))
    assert homes.charger(charger).session is None
    assert next(homes.sessions()).id == ended.id


def test_impossible() -> None:
    """What cannot be done raises and changes nothing."""
    world = World(still().clock, quiet=True, stations=0)
    homes = world.homes
    one, two = homes.charger_ids()[:2]
    for action in (
        homes.unplug,
        homes.start_charging,
        homes.stop_charging,
        homes.boost_start,
    ):
        with pytest.raises(WorldError):
            action(one)
    homes.plug_in(one)
    with pytest.raises(WorldError):
        homes.plug_in(one)
    with pytest.raises(WorldError):
        homes.plug_in(two, car_id=homes.car_ids()[0])
    with pytest.raises(WorldError):
        homes.plug_in(two, soc=101)
    homes.set_fault(two)
    with pytest.raises(WorldError):
        homes.plug_in(two)
    for missing in (homes.charger, homes.car, homes.home):
        with pytest.raises(NotInWorldError):
            missing("nothing")
    with pytest.raises(ValueError, match="household"):
        still(home_chargers=-1)


def test_offline_and_fault() -> None:
    """An offline charger stays as it was seen last; a fault pauses the charging."""
    world = still()
    homes = world.homes
    charger = homes.charger_ids()[0]
    homes.set_offline(charger)
    seen = homes.charger(charger)
    world.clock.advance(timedelta(hours=1))
    assert homes.charger(charger) == seen
    homes.set_online(charger)
    assert homes.charger(charger).meter_wh > seen.meter_wh + 7_000
    homes.set_fault(charger)
    view = homes.charger(charger)
    assert (view.fault, view.power_w) == ("Earth leakage", 0)
    homes.clear_fault(charger)
    assert homes.charger(charger).fault is None


async def test_the_other_clouds_do_not_see_homes(sim: Simulator) -> None:
    """Homes are no stations of an operator."""
    assert len(sim.world.station_ids) == 6
    assert sim.world.homes.car(sim.world.homes.car_ids()[0]).link is Link.ACTIVE
    assert isinstance(sim.world.homes.charger("HC00001").sampled, datetime)
