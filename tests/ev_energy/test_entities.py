"""Tests of what entities show: chargers, vehicles and sessions."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
from simulator import Simulator
from tests.common import async_set_up, entity_id_of, state_of, value_of

from .common import async_pass


async def test_devices(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger: str,
    connector: str,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    """A charger and its only connector are one device; a vehicle is another."""
    await async_set_up(hass, account)
    names = {
        device.name
        for device in dr.async_entries_for_config_entry(
            device_registry, account.entry_id
        )
    }
    assert names == {
        "ev.energy Home",
        "Wall Charger 2",
        "Hearth Socket 11",
        "Family car",
        "Second car",
    }
    assert not dr.async_child_entries_for_config_entry(
        device_registry, account.entry_id
    )
    energy = entity_registry.async_get(entity_id_of(hass, account, charger, "energy"))
    status = entity_registry.async_get(entity_id_of(hass, account, connector, "status"))
    assert energy and status
    assert energy.device_id == status.device_id
    device = device_registry.async_get(str(energy.device_id))
    assert isinstance(device, dr.DeviceEntry)
    assert device.manufacturer == "Example Charge"
    assert device.model == "Wall Charger 2"
    assert device.serial_number == "SIM673943"


async def test_unique_ids_never_change(
    hass: HomeAssistant,
    account: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    """Users keep their history, dashboards and automations only if these stay."""
    await async_set_up(hass, account)
    found = er.async_entries_for_config_entry(entity_registry, account.entry_id)
    assert snapshot == sorted(f"{one.domain} {one.unique_id}" for one in found)


async def test_few_entities_are_enabled(
    hass: HomeAssistant,
    account: MockConfigEntry,
    connector: str,
    vehicle: str,
    entity_registry: er.EntityRegistry,
) -> None:
    """A connector and a vehicle show few at first, beside their buttons and events."""
    await async_set_up(hass, account)
    for path in (connector, vehicle):
        enabled = [
            found.unique_id
            for found in er.async_entries_for_config_entry(
                entity_registry, account.entry_id
            )
            if f"/{path}/" in found.unique_id
            and not found.disabled
            and found.domain not in {"button", "event"}
        ]
        assert len(enabled) == 8


async def test_session_from_plug_to_plug(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger_id: str,
    charger: str,
    connector: str,
    vehicle: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Charger and vehicle show the session, its energy and its cost, as it goes on."""
    homes = sim.world.homes
    homes.set_smart(homes.car_ids()[0], False)
    await async_set_up(hass, account)
    assert value_of(hass, account, connector, "status") == "available"
    assert value_of(hass, account, connector, "plug") == STATE_OFF
    meter = float(value_of(hass, account, charger, "energy"))

    homes.plug_in(charger_id, soc=30)
    await async_pass(hass, freezer, sim)
    await async_pass(hass, freezer, sim, timedelta(minutes=10))
    assert value_of(hass, account, connector, "status") == "charging"
    assert value_of(hass, account, vehicle, "charging") == STATE_ON
    seen = homes.charger(charger_id)
    assert float(value_of(hass, account, connector, "power")) == pytest.approx(
        seen.power_w / 1000, abs=0.1
    )
    energy = float(value_of(hass, account, connector, "session_energy"))
    assert energy > 0.5
    cost = state_of(hass, account, connector, "session_cost")
    assert cost is not None
    assert cost.attributes["unit_of_measurement"] == "GBP"
    assert 0 < float(cost.state) < 5
    assert value_of(hass, account, connector, "session_mode") == "unmanaged_home"
    assert float(value_of(hass, account, charger, "energy")) > meter
    full = dt_util.parse_datetime(value_of(hass, account, vehicle, "full_at"))
    assert full is not None
    assert full > dt_util.utcnow()

    homes.unplug(charger_id)
    await async_pass(hass, freezer, sim, timedelta(minutes=6))
    assert value_of(hass, account, connector, "status") == "available"
    assert value_of(hass, account, connector, "power") == "0.0"
    assert value_of(hass, account, connector, "session_mode") == STATE_UNKNOWN
    assert float(value_of(hass, account, connector, "session_energy")) >= energy


async def test_account_shows_price_and_carbon(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """The price is in whole currency per kWh, the carbon in grams."""
    await async_set_up(hass, account)
    price = state_of(hass, account, "account", "tariff_price")
    assert price is not None
    assert price.attributes["unit_of_measurement"] == "GBP/kWh"
    assert 0.01 < float(price.state) < 1
    assert float(value_of(hass, account, "account", "carbon_intensity")) > 0


async def test_silent_charger_is_offline(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger_id: str,
    charger: str,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A charger whose last report is older than 15 minutes is not online."""
    await async_set_up(hass, account)
    assert value_of(hass, account, charger, "online") == STATE_ON
    sim.world.homes.set_offline(charger_id)
    await async_pass(hass, freezer, sim, timedelta(minutes=10))
    assert value_of(hass, account, charger, "online") == STATE_ON
    await async_pass(hass, freezer, sim, timedelta(minutes=10))
    assert value_of(hass, account, charger, "online") == STATE_OFF
    assert value_of(hass, account, connector, "power") == STATE_UNAVAILABLE
    sim.world.homes.set_online(charger_id)
    await async_pass(hass, freezer, sim, timedelta(minutes=6))
    assert value_of(hass, account, charger, "online") == STATE_ON


async def test_faulted_charger(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger_id: str,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The control pilot tells of a fault."""
    await async_set_up(hass, account)
    sim.world.homes.set_fault(charger_id)
    await async_pass(hass, freezer, sim, timedelta(minutes=6))
    assert value_of(hass, account, connector, "status") == "faulted"
    assert value_of(hass, account, "account", "connectors_faulted") == "1"
