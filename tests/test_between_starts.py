"""What changed while an account was not loaded shows at its next start, and nothing else does."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.refs import ConnectorRef, StationRef
from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from simulator import Simulator

from .common import async_set_up, entity_id_of

UPDATES = (dr.EVENT_DEVICE_REGISTRY_UPDATED, er.EVENT_ENTITY_REGISTRY_UPDATED)


async def async_restart(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an account up again."""
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


def station_of(
    hass: HomeAssistant, entry: MockConfigEntry, station_id: str
) -> dr.DeviceEntry:
    """Return a station's device."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}/station/{station_id}"), entry.entry_id
    )
    assert device is not None
    return device


def connector_of(
    hass: HomeAssistant, entry: MockConfigEntry, station_id: str, connector_id: str
) -> dr.ChildDeviceEntry:
    """Return a connector's device."""
    device = dr.async_get(hass).async_get_child_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}/connector/{station_id}/{connector_id}"),
        entry.entry_id,
    )
    assert device is not None
    return device


def plug_of(
    hass: HomeAssistant, entry: MockConfigEntry, station_id: str, connector_id: str
) -> er.RegistryEntry:
    """Return an entity of a connector."""
    path = f"connector/{station_id}/{connector_id}"
    entity = er.async_get(hass).async_get(entity_id_of(hass, entry, path, "plug"))
    assert entity is not None
    return entity


async def test_nothing(
    hass: HomeAssistant, four_accounts: list[MockConfigEntry]
) -> None:
    """Where nothing changed, nothing is written into the registries."""
    await async_set_up(hass, four_accounts[0])
    for account in four_accounts:
        await async_restart(hass, account)
    seen: list[Event[Any]] = []

    @callback
    def note(event: Event[Any]) -> None:
        seen.append(event)

    for name in UPDATES:
        hass.bus.async_listen(name, note)
    for account in four_accounts:
        await async_restart(hass, account)
    assert [(event.event_type, event.data) for event in seen] == []


async def test_another_name_at_the_vendor(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
) -> None:
    """A station's new name goes to its connectors, and to what their ids could be."""
    await async_set_up(hass, entry)
    before = plug_of(hass, entry, station_id, connector_id)
    await hass.config_entries.async_unload(entry.entry_id)
    sim.world.rename_station(station_id, "Gate 7")
    await async_set_up(hass, entry)

    assert station_of(hass, entry, station_id).name == "Gate 7"
    assert connector_of(hass, entry, station_id, connector_id).name == "Gate 7 1.1"
    after = plug_of(hass, entry, station_id, connector_id)
    assert after.entity_id == before.entity_id
    assert before.suggested_object_id == "bay_1_1_1_plug"
    assert after.suggested_object_id == "gate_7_1_1_plug"
    new_id = er.async_get(hass).async_regenerate_entity_id(after)
    assert new_id == "binary_sensor.gate_7_1_1_plug"


async def test_another_name_of_a_person(
    hass: HomeAssistant, entry: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """A name that a person gave stays, and counts for what is called after it."""
    await async_set_up(hass, entry)
    registry = dr.async_get(hass)
    connector = connector_of(hass, entry, station_id, connector_id)
    registry.async_update_child_device(connector.id, name_by_user="Left side")
    other = station_of(hass, entry, station_id)
    registry.async_update_device(other.id, name_by_user="Front yard")
    await async_restart(hass, entry)

    station = station_of(hass, entry, station_id)
    assert (station.name, station.name_by_user) == ("Bay 1", "Front yard")
    connector = connector_of(hass, entry, station_id, connector_id)
    assert (connector.name, connector.name_by_user) == ("Front yard 1.1", "Left side")
    plug = plug_of(hass, entry, station_id, connector_id)
    assert plug.entity_id == "binary_sensor.bay_1_1_1_plug"
    assert plug.suggested_object_id == "left_side_plug"

    registry.async_update_child_device(connector.id, name_by_user=None)
    await async_restart(hass, entry)
    plug = plug_of(hass, entry, station_id, connector_id)
    assert plug.suggested_object_id == "front_yard_1_1_plug"


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("name", "Another"),
        ("sw_version", "0.0.1"),
        ("serial_number", "other"),
        ("model", "Other"),
        ("model_id", "other"),
        ("manufacturer", "Other"),
        ("configuration_url", "https://other.example"),
    ],
)
async def test_what_the_vendor_says_otherwise(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    station_id: str,
    field: str,
    other: str,
) -> None:
    """Each value is the vendor's again after a start, as new firmware would be."""
    await async_set_up(hass, entry)
    station = station_of(hass, entry, station_id)
    changes: dict[str, Any] = {field: other}
    dr.async_get(hass).async_update_device(station.id, **changes)
    assert getattr(station_of(hass, entry, station_id), field) == other

    await async_restart(hass, entry)
    again = station_of(hass, entry, station_id)
    assert again.id == station.id
    assert getattr(again, field) == getattr(station, field) != other


async def test_a_device_that_somebody_else_removed(
    hass: HomeAssistant, entry: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """What the registry lacks is not there, and comes back with the next start."""
    await async_set_up(hass, entry)
    devices = entry.runtime_data.devices
    station = station_of(hass, entry, station_id)
    refs = StationRef(station_id), ConnectorRef(station_id, connector_id)
    found = [devices.device(ref) for ref in refs]
    assert found == [station, connector_of(hass, entry, station_id, connector_id)]

    dr.async_get(hass).async_remove_device(station.id)
    assert [devices.device(ref) for ref in refs] == [None, None]
    await async_restart(hass, entry)
    assert station_of(hass, entry, station_id).id == station.id
    assert plug_of(hass, entry, station_id, connector_id).device_id == (
        connector_of(hass, entry, station_id, connector_id).id
    )


async def test_a_device_that_changed_is_the_present_one(
    hass: HomeAssistant, entry: MockConfigEntry, station_id: str
) -> None:
    """An object's device is as the registry has it now, not as it was made."""
    await async_set_up(hass, entry)
    station = station_of(hass, entry, station_id)
    dr.async_get(hass).async_update_device(station.id, name_by_user="Mine")
    found = entry.runtime_data.devices.device(StationRef(station_id))
    assert found is not None
    assert found.name_by_user == "Mine"
