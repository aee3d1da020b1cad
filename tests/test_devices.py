"""Tests of the device tree: its shape, what comes, what goes, what is renamed."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud import async_remove_config_entry_device
from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from simulator import Simulator

from .common import async_poll, async_set_up, entity_id_of, value_of

# As long as a station must be missing before it is gone.
AN_HOUR = timedelta(hours=1)


def _device(
    registry: dr.DeviceRegistry, entry: MockConfigEntry, path: str
) -> dr.DeviceEntry | None:
    return registry.async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}/{path}"), entry.entry_id
    )


def _connector(
    registry: dr.DeviceRegistry, entry: MockConfigEntry, path: str
) -> dr.ChildDeviceEntry | None:
    return registry.async_get_child_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}/{path}"), entry.entry_id
    )


async def test_tree(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    device_registry: dr.DeviceRegistry,
) -> None:
    """Account, location, station, connector: each knows where it belongs."""
    await async_set_up(hass, entry)
    world_station = sim.world.station(station_id)
    account = _device(device_registry, entry, "account")
    location = _device(device_registry, entry, f"location/{world_station.location_id}")
    station = _device(device_registry, entry, f"station/{station_id}")
    connector = _connector(
        device_registry, entry, f"connector/{station_id}/{connector_id}"
    )
    assert account and location and station and connector
    assert account.name == "Kempower Depots"
    assert account.entry_type is dr.DeviceEntryType.SERVICE
    assert account.configuration_url == "https://kempower.io"
    assert location.via_device_id == account.id
    assert location.entry_type is dr.DeviceEntryType.SERVICE
    assert location.name == sim.world.locations[world_station.location_id].name
    assert station.via_device_id == location.id
    assert station.entry_type is None
    assert station.manufacturer == "Kempower"
    assert station.name == world_station.name
    assert connector.parent_device_id == station.id
    assert connector.name == f"{station.name} 1.1"
    entity = er.async_get(hass).async_get(
        entity_id_of(
            hass, entry, f"connector/{station_id}/{connector_id}", "state_of_charge"
        )
    )
    assert entity is not None
    assert entity.device_id == connector.id


async def test_new_station_appears(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A station that comes is there at the next poll, without a reload."""
    await async_set_up(hass, entry)
    known = set(sim.world.station_ids)
    sim.world.add_station(next(iter(sim.world.locations)))
    (new,) = set(sim.world.station_ids) - known
    await async_poll(hass, freezer)
    assert value_of(hass, entry, f"station/{new}", "status") == "operative"
    for connector in sim.world.station(new).connectors:
        path = f"connector/{new}/{connector.spec.id}"
        assert value_of(hass, entry, path, "status") == "available"
    assert value_of(hass, entry, "account", "stations") == "5"


async def test_vanished_station_goes_after_an_hour(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Neither one listing without a station proves anything nor three in a minute."""
    await async_set_up(hass, entry)
    path = f"station/{station_id}"
    entity_id = entity_id_of(hass, entry, path, "status")
    sim.world.remove_station(station_id)
    for _ in range(5):
        await async_poll(hass, freezer)
        assert value_of(hass, entry, path, "status") == STATE_UNAVAILABLE
        assert _device(device_registry, entry, path)
    await async_poll(hass, freezer, AN_HOUR)
    assert _device(device_registry, entry, path) is None
    connector = f"connector/{station_id}/{connector_id}"
    assert _connector(device_registry, entry, connector) is None
    assert entity_registry.async_get(entity_id) is None
    assert hass.states.get(entity_id) is None
    assert value_of(hass, entry, "account", "stations") == "3"


async def test_station_that_returns_in_time_stays(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A hiccup of the listing costs nothing, however often it happens."""
    await async_set_up(hass, entry)
    path = f"station/{station_id}"
    for _ in range(3):
        sim.kempower.faults.add("/stations", remove=["stations.0"])
        await async_poll(hass, freezer)
        await async_poll(hass, freezer)
        assert value_of(hass, entry, path, "status") == STATE_UNAVAILABLE
        sim.kempower.faults.clear()
        await async_poll(hass, freezer)
        assert value_of(hass, entry, path, "status") == "operative"


async def test_station_that_returns_later_is_new(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    device_registry: dr.DeviceRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A station that was removed and comes back has its entities again."""
    await async_set_up(hass, entry)
    sim.kempower.faults.add("/stations", remove=["stations.0"])
    for _ in range(4):
        await async_poll(hass, freezer, AN_HOUR)
    assert value_of(hass, entry, "account", "stations") == "3"
    assert _device(device_registry, entry, f"station/{station_id}") is None
    sim.kempower.faults.clear()
    await async_poll(hass, freezer)
    assert value_of(hass, entry, f"station/{station_id}", "status") == "operative"
    connector = f"connector/{station_id}/{connector_id}"
    assert value_of(hass, entry, connector, "status") == "available"


async def test_malformed_station_is_not_gone(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    device_registry: dr.DeviceRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A listing that cannot be read whole removes nothing; the rest works on."""
    await async_set_up(hass, entry)
    other = sim.world.station_ids[1]
    sim.kempower.faults.add("/stations", replace={"stations.0.stationId": None})
    for _ in range(5):
        await async_poll(hass, freezer, AN_HOUR)
    path = f"station/{station_id}"
    assert value_of(hass, entry, path, "status") == STATE_UNAVAILABLE
    assert _device(device_registry, entry, path)
    assert value_of(hass, entry, f"station/{other}", "status") == "operative"


async def test_gone_while_home_assistant_was_off(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    device_registry: dr.DeviceRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What an earlier run knew and no listing has any more goes too."""
    await async_set_up(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    sim.world.remove_station(station_id)
    await async_set_up(hass, entry)
    assert _device(device_registry, entry, f"station/{station_id}")
    for _ in range(2):
        await async_poll(hass, freezer, AN_HOUR)
    assert _device(device_registry, entry, f"station/{station_id}") is None


async def test_renamed_station(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    device_registry: dr.DeviceRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A new name at the vendor is the device's new name, under the same ids."""
    await async_set_up(hass, entry)
    before = _device(device_registry, entry, f"station/{station_id}")
    sim.world.rename_station(station_id, "Bus lane 7")
    await async_poll(hass, freezer)
    after = _device(device_registry, entry, f"station/{station_id}")
    assert before and after
    assert after.id == before.id
    assert after.name == "Bus lane 7"


async def test_removal_by_hand(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    device_registry: dr.DeviceRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A device can be removed by hand only when the vendor does not list it."""
    await async_set_up(hass, entry)
    device = _device(device_registry, entry, f"station/{station_id}")
    assert device
    assert not await async_remove_config_entry_device(hass, entry, device)
    sim.world.remove_station(station_id)
    await async_poll(hass, freezer)
    assert await async_remove_config_entry_device(hass, entry, device)
