"""Tests of lists that only a customer's own file describes: past sessions, and how stations were made."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.kempower import KempowerClient
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Money,
    Vehicle,
)
from custom_components.ev_charging_cloud.const import CONF_OPERATIONS, DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
from simulator import Simulator
from simulator.kempower.fleet import TARGET
from simulator.kempower.payment import payment
from simulator.world.model import Vehicle as SimulatedVehicle
from tests.common import async_poll, async_set_up, value_of

from .acts import Upload, async_set_up_with


async def _async_read_all(entry: MockConfigEntry) -> list[ChargingSession]:
    """Return all pages of an account's past."""
    client = entry.runtime_data.client
    assert isinstance(client, KempowerClient)
    sessions: list[ChargingSession] = []
    cursor: str | None = None
    while (page := await client.async_read_history(cursor)) is not None:
        sessions += page.sessions
        if (cursor := page.cursor) is None:
            break
    return sessions


async def test_past_sessions(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, upload: Upload
) -> None:
    """All pages are read, each session once, with energy, cost and where it was."""
    station_id = sim.world.station_ids[0]
    connector_id = sim.world.station(station_id).connectors[0].spec.id
    sim.world.plug_in(station_id, connector_id, soc=20)
    await async_set_up_with(hass, sim, entry, upload)
    sim.kempower.requests.clear()
    found = {each.id: each for each in await _async_read_all(entry)}
    past = {
        session.id: session
        for id_ in sim.world.station_ids
        for session in sim.world.sessions(id_)
        if session.end is not None
    }
    assert found.keys() == past.keys()
    for id_, session in past.items():
        each = found[id_]
        assert each.station_id == session.station_id
        assert each.connector_id == session.connector.id
        assert each.energy is not None
        assert abs(each.energy - session.energy_wh) < 0.01
        # Only what was paid by card has a cost.
        cents = session.cost_cents if payment(session) else None
        assert each.cost == (None if cents is None else Money(cents, "EUR"))
    assert any(each.cost for each in found.values())
    asked = sim.kempower.requests.matching("/transactions")
    assert len(asked) == -(-(len(past) + 1) // sim.kempower.options.page_size)


async def test_without_a_file(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """Nothing is asked for that no file says where it is."""
    await async_set_up(hass, entry)
    client = entry.runtime_data.client
    assert await client.async_read_history(None) is None
    paths = {record.path for record in sim.kempower.requests}
    assert paths == {"/auth/refreshAccessToken", "/locations", "/stations"}


async def test_how_stations_were_made(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    upload: Upload,
    station_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A station's device has model, serial number and firmware; polls ask no more for it."""
    await async_set_up_with(hass, sim, entry, upload)
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}/station/{station_id}"), entry.entry_id
    )
    assert device is not None
    spec = sim.world.station(station_id).spec
    assert device.model == f"{spec.product} {spec.product_id}"
    assert device.model_id == spec.product_id
    assert device.serial_number == spec.serial
    assert device.sw_version == spec.firmware
    sim.kempower.requests.clear()
    before = entry.runtime_data.live.data.stations[station_id]
    await async_poll(hass, freezer)
    assert entry.runtime_data.live.data.stations[station_id] is before
    asked = {record.path for record in sim.kempower.requests}
    assert asked - {"/transactions"} == {"/stations"}


async def test_inventory_that_may_not_be_read(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    upload: Upload,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It costs its own values, and nothing else."""
    sim.kempower.deny("/locations/*/stations", 403)
    await async_set_up_with(hass, sim, entry, upload)
    assert CONF_OPERATIONS in entry.options
    assert value_of(hass, entry, "account", "stations") == "4"
    await async_poll(hass, freezer, timedelta(hours=2))
    assert value_of(hass, entry, "account", "stations") == "4"


# ---- the fleet


def _bus(sim: Simulator) -> SimulatedVehicle:
    """Return the first bus of the fleet."""
    return next(view.vehicle for view in sim.world.vehicles() if view.vehicle.model.bus)


@pytest.mark.parametrize("file", ["alpha", "beta"])
async def test_vehicles(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    upload: Upload,
    freezer: FrozenDateTimeFactory,
    file: str,
) -> None:
    """Vehicles are devices with what they are, when they leave, and how they charge."""
    await async_set_up_with(hass, sim, entry, upload, file=file)
    bus = _bus(sim)
    path = f"vehicle/{bus.id}"
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}/{path}"), entry.entry_id
    )
    assert device is not None
    assert (device.name, device.model) == (bus.name, bus.model.name)
    known = entry.runtime_data.live.data.vehicles
    assert known.keys() == {view.vehicle.id for view in sim.world.vehicles()}
    assert known[bus.id].battery_size == bus.model.battery_wh
    assert known[bus.id].max_power == bus.model.max_dc_w
    assert known[bus.id].consumption == bus.model.wh_per_km
    assert known[bus.id].target_state_of_charge == TARGET
    now = sim.clock.now()
    at = dt_util.parse_datetime(value_of(hass, entry, path, "next_departure"))
    assert at is not None
    assert now < at <= now + timedelta(days=1)
    assert value_of(hass, entry, path, "plug") == "off"
    assert "odometer" not in {
        it.unique_id.rpartition("/")[2]
        for it in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    }
    sim.kempower.requests.clear()
    before = entry.runtime_data.live.data.vehicles
    await async_poll(hass, freezer)
    after = entry.runtime_data.live.data.vehicles
    assert all(after[id_] is before[id_] for id_ in before)
    paths = {record.path for record in sim.kempower.requests}
    assert not [path for path in paths if "vehicles" in path or "plans" in path]


async def test_vehicle_that_charges(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, upload: Upload
) -> None:
    """A session that follows a plan says where its vehicle is, and how full."""
    await async_set_up_with(hass, sim, entry, upload)
    client = entry.runtime_data.client
    station_id = sim.world.station_ids[0]
    connector_id = sim.world.station(station_id).connectors[0].spec.id
    bus = _bus(sim)
    sim.world.plug_in(station_id, connector_id, soc=30, vehicle=bus)
    sim.world.start_charging(station_id, connector_id)
    sim.clock.advance(timedelta(minutes=5))
    live = await client.async_get_live()
    (vehicle,) = (it for it in live.vehicles if it.id == bus.id)
    (connector,) = (
        it
        for it in live.connectors
        if (it.station_id, it.id) == (station_id, connector_id)
    )
    assert vehicle.plugged_in is vehicle.charging is True
    assert vehicle.power == connector.power
    assert vehicle.state_of_charge is not None
    assert vehicle.state_of_charge > 30


async def test_power_group(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    upload: Upload,
) -> None:
    """A station knows what its group may draw; one without a group has no limit."""
    await async_set_up_with(hass, sim, entry, upload)
    stations = entry.runtime_data.live.data.stations
    limits = {station.group_current for station in stations.values()}
    assert limits - {None} <= {630 + 70 * n for n in range(len(sim.world.locations))}
    assert limits - {None}


async def test_past_station_by_station(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, upload: Upload
) -> None:
    """Where a file has no list of all sessions, each station's is read to its end."""
    await async_set_up_with(hass, sim, entry, upload, file="beta")
    found = {each.id: each for each in await _async_read_all(entry)}
    past = {
        session.id: session
        for id_ in sim.world.station_ids
        for session in sim.world.sessions(id_)
        if session.end is not None
    }
    assert found.keys() == past.keys()
    assert all(found[id_].station_id == past[id_].station_id for id_ in past)


@pytest.mark.parametrize("path", ["/vehicles", "/locations/*/schedules"])
async def test_fleet_that_may_not_be_read(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    upload: Upload,
    path: str,
) -> None:
    """Each of the fleet's lists costs its own values, and nothing else."""
    sim.kempower.deny(path, 403)
    await async_set_up_with(hass, sim, entry, upload)
    live = entry.runtime_data.live.data
    assert value_of(hass, entry, "account", "stations") == "4"
    assert bool(live.vehicles) is (path != "/vehicles")
    assert (Vehicle in live.uncertain) is (path == "/vehicles")
    assert not live.unlisted


async def test_fleet_without_a_list(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, upload: Upload
) -> None:
    """The file that leaves out half brings no vehicles, and none is asked for."""
    await async_set_up_with(hass, sim, entry, upload, file="half")
    assert not entry.runtime_data.live.data.vehicles
    paths = {record.path for record in sim.kempower.requests}
    known = {"/auth/refreshAccessToken", "/locations", "/stations", "/transactions"}
    assert paths <= known
