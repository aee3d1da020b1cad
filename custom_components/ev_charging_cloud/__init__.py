"""The EV Charging Cloud integration: accounts at EV charging clouds."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from . import binary_sensor, sensor
from .const import CONF_LOCATIONS, CONF_VENDOR, DOMAIN
from .coordinator import LiveCoordinator, SlowCoordinator
from .devices import DeviceTree
from .planner import EntityPlanner
from .runtime import ChargingConfigEntry, ChargingRuntimeData
from .vendors import VENDORS

TABLES = {
    Platform.BINARY_SENSOR: binary_sensor.TABLE,
    Platform.SENSOR: sensor.TABLE,
}


async def async_setup_entry(hass: HomeAssistant, entry: ChargingConfigEntry) -> bool:
    """Set up an account."""
    vendor = VENDORS[entry.data[CONF_VENDOR]]
    client = vendor.create_client(async_get_clientsession(hass), entry.data)
    slow = SlowCoordinator(hass, entry, client, vendor)
    live = LiveCoordinator(
        hass,
        entry,
        client,
        vendor,
        slow,
        location_ids=entry.options.get(CONF_LOCATIONS) or None,
    )
    await slow.async_config_entry_first_refresh()
    await live.async_config_entry_first_refresh()
    devices = DeviceTree(hass, entry, vendor)
    devices.async_update(live.data, live.changes)
    planner = EntityPlanner(
        hass, live, devices, tables=TABLES, capabilities=client.capabilities
    )
    entry.runtime_data = ChargingRuntimeData(
        vendor=vendor,
        client=client,
        slow=slow,
        live=live,
        devices=devices,
        planner=planner,
    )
    await hass.config_entries.async_forward_entry_setups(entry, TABLES)
    _follow(hass, entry)
    return True


def _follow(hass: HomeAssistant, entry: ChargingConfigEntry) -> None:
    """Keep devices and entities in step with what the vendor lists."""
    runtime = entry.runtime_data

    @callback
    def follow() -> None:
        if not runtime.live.last_update_success:
            return
        changes = runtime.live.changes
        gone = runtime.devices.async_update(runtime.live.data, changes)
        runtime.planner.async_forget(gone)
        runtime.planner.async_grow(changes.came)
        _report_empty(hass, entry)

    follow()
    entry.async_on_unload(runtime.live.async_add_listener(follow))
    # What changes rarely is read as long as somebody listens to it.
    entry.async_on_unload(runtime.slow.async_add_listener(lambda: None))


def _report_empty(hass: HomeAssistant, entry: ChargingConfigEntry) -> None:
    issue_id = f"no_stations_{entry.entry_id}"
    if entry.runtime_data.live.data.stations:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="no_stations",
        translation_placeholders={
            "account": entry.title,
            "vendor": entry.runtime_data.vendor.name,
        },
    )


async def async_unload_entry(hass: HomeAssistant, entry: ChargingConfigEntry) -> bool:
    """Unload an account."""
    return await hass.config_entries.async_unload_platforms(entry, TABLES)


async def async_remove_entry(hass: HomeAssistant, entry: ChargingConfigEntry) -> None:
    """Take back what was said of a removed account."""
    for issue in ("entity_limit", "no_stations"):
        ir.async_delete_issue(hass, DOMAIN, f"{issue}_{entry.entry_id}")


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: ChargingConfigEntry, device: dr.AnyDeviceEntry
) -> bool:
    """Let a device be removed by hand once the vendor does not list it any more."""
    runtime = entry.runtime_data
    listed = {runtime.devices.identifier(ref) for ref in runtime.live.data.refs()}
    return device.identifiers.isdisjoint(listed)
