"""Tests of ev.energy's thousand requests an hour, over hours and days."""

from datetime import timedelta

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.errors import ClientError
from custom_components.ev_charging_cloud.clients.ev_energy import EvEnergyClient
from custom_components.ev_charging_cloud.clients.model import Vehicle
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from simulator import Simulator
from simulator.ev_energy.context import vehicle_id
from tests.common import async_set_up, entity_id_of, value_of

from .common import async_act, async_pass, new_client

HOUR = 3600


def _pass(sim: Simulator, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    sim.clock.advance(timedelta(seconds=seconds))
    freezer.tick(timedelta(seconds=seconds))


def _car(vehicles: tuple[Vehicle, ...], car_id: str) -> Vehicle:
    (car,) = [found for found in vehicles if found.id == vehicle_id(car_id)]
    return car


def _most_in_an_hour(sim: Simulator) -> int:
    """Return how many requests came in the busiest hour, tokens aside."""
    times = [
        record.time.timestamp()
        for record in sim.ev_energy.requests
        if record.path.startswith("/v2")
    ]
    first, most = 0, 0
    for last, time in enumerate(times):
        while times[first] <= time - HOUR:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.mark.parametrize("left", [None, "10", "0"])
async def test_a_number_set_every_15_seconds(
    sim: Simulator,
    client: EvEnergyClient,
    car_id: str,
    freezer: FrozenDateTimeFactory,
    left: str | None,
) -> None:
    """Solar charging sets a limit all day long: each is sent, and shown at once."""
    car = vehicle_id(car_id)
    if left is not None:
        sim.ev_energy.faults.add("*", headers={"X-RateLimit-Remaining": left})
    await client.async_get_live()
    for step in range(240):
        limit = 50 + step % 50
        await client.vehicle.async_set_charge_limit(car, limit)
        # The coordinator reads at once, and 5 s later; both may be too soon.
        for pause in (0, 5, 10):
            _pass(sim, freezer, pause)
            if client.wait_before_poll() == 0:
                live = await client.async_get_live()
                assert _car(live.vehicles, car_id).charge_limit == limit
    assert len(sim.ev_energy.requests.matching("/v2/vehicles/*", method="PATCH")) == 240
    assert not sim.ev_energy.requests.matching(status=429)
    assert _most_in_an_hour(sim) <= (950 if left is None else 270)


async def test_who_asks_too_soon_sees_what_was_seen(
    sim: Simulator, client: EvEnergyClient, car_id: str, freezer: FrozenDateTimeFactory
) -> None:
    """A poll that has to wait costs nothing, removes nothing and ages nothing."""
    sim.ev_energy.faults.add("*", headers={"X-RateLimit-Remaining": "10"})
    seen = await client.async_get_live()
    assert seen.is_fresh
    asked = len(sim.ev_energy.requests)
    sim.world.homes.set_limit(car_id, 66)
    _pass(sim, freezer, 840)
    assert 0 < client.wait_before_poll() <= 60
    again = await client.async_get_live()
    assert not again.is_fresh
    assert again.stations == seen.stations
    assert again.vehicles == seen.vehicles
    assert len(sim.ev_energy.requests) == asked
    _pass(sim, freezer, 61)
    assert client.wait_before_poll() == 0
    live = await client.async_get_live()
    assert live.is_fresh
    assert _car(live.vehicles, car_id).charge_limit == 66


async def test_what_a_command_was_answered_is_shown_without_a_request(
    sim: Simulator, client: EvEnergyClient, car_id: str
) -> None:
    """The vendor's answer to a change is what the vehicle is now."""
    sim.ev_energy.faults.add("*", headers={"X-RateLimit-Remaining": "10"})
    await client.async_get_live()
    assert client.wait_before_poll() > 0
    car = vehicle_id(car_id)
    await client.vehicle.async_set_smart_charging(car, on=False)
    await client.vehicle.async_set_charge_limit(car, 61)
    assert client.wait_before_poll() == 0
    live = await client.async_get_live()
    found = _car(live.vehicles, car_id)
    assert (found.smart_charging, found.charge_limit) == (False, 61)
    assert found.name == "Family car"
    assert client.wait_before_poll() > 0
    assert len(sim.ev_energy.requests.matching("/v2/vehicles", method="GET")) == 1


async def test_a_failed_poll_is_not_made_up_for_by_an_old_one(
    sim: Simulator, client: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """An outage stays one while the next try has to wait."""
    sim.ev_energy.faults.add("*", headers={"X-RateLimit-Remaining": "10"})
    await client.async_get_live()
    _pass(sim, freezer, 901)
    down = sim.ev_energy.faults.add("/v2/*", status=503)
    with pytest.raises(ClientError):
        await client.async_get_live()
    struck = sim.ev_energy.faults.struck(down)
    with pytest.raises(ClientError):
        await client.async_get_live()
    assert sim.ev_energy.faults.struck(down) == struck


async def test_a_large_household(
    freezer: FrozenDateTimeFactory, socket_enabled: None
) -> None:
    """Twenty chargers and cars take as many requests as one, and are all up to date."""
    async with (
        Simulator(stations=1, home_chargers=20, speed=0, quiet=True) as sim,
        ClientSession() as session,
    ):
        client = new_client(session, sim)
        for charger_id in sim.world.homes.charger_ids():
            sim.world.homes.plug_in(charger_id, soc=20)
        await client.async_get_slow()
        for _ in range(60):
            assert client.wait_before_poll() == 0
            live = await client.async_get_live()
            assert (len(live.stations), len(live.vehicles)) == (20, 20)
            _pass(sim, freezer, 40)
        assert len(sim.ev_energy.requests) <= 60 * 5 + 5
        details = sim.ev_energy.requests.matching("*/connectivity")
        assert len({record.path for record in details}) == 20
        assert len(sim.ev_energy.requests.matching("/v2/evses")) == 60


async def test_details_wait_while_requests_are_short(
    sim: Simulator, client: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """When others use up the hour, details and prices are the first to go."""
    sim.ev_energy.faults.add("*", headers={"X-RateLimit-Remaining": "350"})
    await client.async_get_slow()
    for _ in range(20):
        await client.async_get_live()
        _pass(sim, freezer, 120)
    assert not sim.ev_energy.requests.matching("*/connectivity")
    assert not sim.ev_energy.requests.matching("*/location_logs")
    sim.ev_energy.faults.clear()
    sim.ev_energy.faults.add("*", headers={"X-RateLimit-Remaining": "10"})
    _pass(sim, freezer, 900)
    await client.async_get_live()
    asked = len(sim.ev_energy.requests)
    slow = await client.async_get_slow()
    assert slow.supply is not None
    assert len(sim.ev_energy.requests) == asked


@pytest.mark.parametrize("every", [5, 15])
async def test_commands_all_the_time(
    sim: Simulator,
    client: EvEnergyClient,
    car_id: str,
    freezer: FrozenDateTimeFactory,
    every: int,
) -> None:
    """Where commands use the hour up, reads leave as many requests as they will need."""
    given = 0
    for step in range(4500 // every):
        await client.vehicle.async_set_charge_limit(vehicle_id(car_id), 50 + step % 50)
        given += 1
        if client.wait_before_poll() == 0:
            await client.async_get_live()
        _pass(sim, freezer, every)
    times = [record.time for record in sim.ev_energy.requests]
    hour = timedelta(hours=1)
    assert max(sum(t <= u < t + hour for u in times) for t in times[::10]) <= 1000
    assert (
        len(sim.ev_energy.requests.matching("/v2/vehicles/*", method="PATCH")) == given
    )
    assert len(sim.ev_energy.requests.matching("/v2/evses")) > 10


async def test_at_home_assistants(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    car_id: str,
    vehicle: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """In Home Assistant each number that is set shows, though few requests are left."""
    sim.ev_energy.faults.add("*", headers={"X-RateLimit-Remaining": "10"})
    await async_set_up(hass, account)
    limit = entity_id_of(hass, account, vehicle, "charge_limit")
    sim.ev_energy.requests.clear()
    for step in range(40):
        value = 50 + step % 50
        await async_act(hass, "number", "set_value", limit, value=value)
        assert float(value_of(hass, account, vehicle, "charge_limit")) == value
        await async_pass(hass, freezer, sim, timedelta(seconds=15))
    assert sim.world.homes.car(car_id).limit == 50 + 39
    assert len(sim.ev_energy.requests) <= 40 + 2 * 5


async def test_command_while_reads_are_refused(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    car_id: str,
    vehicle: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A pause that the vendor wants is one from reading: a command goes through."""
    await async_set_up(hass, account)
    limit = entity_id_of(hass, account, vehicle, "charge_limit")
    sim.ev_energy.faults.add(
        "/v2/*", method="GET", status=429, headers={"Retry-After": "1800"}
    )
    await async_pass(hass, freezer, sim, timedelta(minutes=3))
    assert value_of(hass, account, vehicle, "state_of_charge") == STATE_UNAVAILABLE
    await async_act(hass, "number", "set_value", limit, value=64)
    assert sim.world.homes.car(car_id).limit == 64
    sim.ev_energy.faults.clear()
    sim.ev_energy.faults.add("/v2/*", status=503)
    await async_pass(hass, freezer, sim, timedelta(minutes=35))
    assert value_of(hass, account, vehicle, "charge_limit") == STATE_UNAVAILABLE
