"""Tests of lists that only a customer's own file describes: past sessions, and how stations were made."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.kempower import KempowerClient
from custom_components.ev_charging_cloud.clients.model import ChargingSession, Money
from custom_components.ev_charging_cloud.const import CONF_OPERATIONS, DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from simulator import Simulator
from simulator.kempower.payment import payment
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
