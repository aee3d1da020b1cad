"""The EV Charging Cloud integration: accounts at EV charging clouds."""

import logging

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.typing import ConfigType

from .clients.client import SWITCHED_ON, Capability
from .clients.errors import ClientError
from .clients.refs import refs_of
from .commands import async_forget_commands, async_guard_of
from .const import CONF_LOCATIONS, CONF_VENDOR, DOMAIN
from .coordinator import LiveCoordinator
from .dashboard import async_setup_dashboard
from .devices import DeviceTree
from .former import async_remember
from .issues import AccountIssues, async_remove_issues
from .maintenance import MaintenanceClock
from .oauth import async_entry_access
from .planner import EntityPlanner
from .restore import LastSeen
from .runtime import ChargingConfigEntry, ChargingRuntimeData
from .services import async_setup_services
from .sessions.follow import async_follow_sessions, async_forget_statistics
from .sessions.ledger import account_id_of, async_release_ledger, async_use_ledger
from .sessions.recorder import SessionRecorder
from .sign_in import forget_refusals, refusals_of
from .slow import SlowCoordinator
from .storage import StoredMemory, TokenStore
from .switched_off import async_drop_switched_off
from .tables import TABLES
from .units import async_drop_units
from .vendors import VENDORS, Access, log_name
from .wanted import wanted_of

_LOGGER = logging.getLogger(__name__)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up the actions and the dashboard, once for all accounts."""
    async_setup_services(hass)
    await async_setup_dashboard(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ChargingConfigEntry) -> bool:
    """Set up an account."""
    vendor = VENDORS[entry.data[CONF_VENDOR]]
    memory = StoredMemory(hass, entry.entry_id)
    tokens = TokenStore(hass, entry)
    await tokens.async_restore()
    client = vendor.create_client(await _async_access(hass, entry, tokens, memory))
    slow = SlowCoordinator(hass, entry, client, vendor)
    live = LiveCoordinator(
        hass,
        entry,
        client,
        vendor,
        slow,
        guard=await async_guard_of(hass, entry),
        location_ids=entry.options.get(CONF_LOCATIONS) or None,
    )
    recorder = SessionRecorder(hass, live, await async_use_ledger(hass, entry))
    await recorder.async_load()
    last_seen = LastSeen(hass, entry.entry_id)
    capabilities = await _async_first_look(entry, live, slow, last_seen)
    if not live.is_restored:
        await recorder.async_keep_first()
    async_drop_switched_off(hass, entry, TABLES, capabilities)
    devices = DeviceTree(hass, entry, vendor)
    planner = EntityPlanner(
        hass,
        live,
        devices,
        tables=TABLES,
        capabilities=capabilities,
        wanted=wanted_of(entry.options),
        most_detail=await memory.async_load_detail()
        if vendor.reads_structure_later
        else None,
    )
    await planner.async_plan()
    entry.runtime_data = ChargingRuntimeData(
        vendor=vendor,
        client=client,
        slow=slow,
        live=live,
        devices=devices,
        planner=planner,
        recorder=recorder,
        last_seen=last_seen,
    )
    await hass.config_entries.async_forward_entry_setups(entry, TABLES)
    _follow(hass, entry, memory)
    await async_follow_sessions(hass, entry)
    _ = entry.async_create_background_task(
        hass, async_drop_units(hass, entry), f"{log_name(entry, vendor)} units"
    )
    return True


async def _async_first_look(
    entry: ChargingConfigEntry,
    live: LiveCoordinator,
    slow: SlowCoordinator,
    last_seen: LastSeen,
) -> Capability:
    """Poll for the first time, and return what the vendor can give.

    With the cloud away, or the sign-in refused, the account goes on with what was last
    seen of it: what is kept can be shown, and the rest comes with the first answer.

    Raises:
        ConfigEntryNotReady: nothing was ever seen.
    """
    if not live.vendor.reads_structure_later:
        # One primary family is all that set-up needs; this is none.
        await slow.async_refresh()
    try:
        await live.async_config_entry_first_refresh()
    except ConfigEntryNotReady as err:
        if (seen := await last_seen.async_load()) is None:
            raise
        slow.async_restore(seen.slow)
        live.async_restore(seen.snapshot(entry.options.get(CONF_LOCATIONS) or None))
        _LOGGER.warning(
            "%s starts with what was last seen of it at %s: %s",
            log_name(entry, live.vendor),
            seen.at.isoformat(timespec="seconds"),
            err,
        )
        return live.client.capabilities | seen.capability & ~SWITCHED_ON
    return live.client.capabilities


async def _async_access(
    hass: HomeAssistant,
    entry: ChargingConfigEntry,
    tokens: TokenStore,
    memory: StoredMemory | None = None,
) -> Access:
    """Return what the account's client is made of."""
    return Access(
        session=async_get_clientsession(hass),
        data=entry.data,
        options=entry.options,
        home=(hass.config.latitude, hass.config.longitude),
        save_token=tokens.async_save,
        oauth=await async_entry_access(hass, entry, tokens),
        memory=memory,
        refusals=refusals_of(hass, entry),
    )


def _follow(
    hass: HomeAssistant, entry: ChargingConfigEntry, memory: StoredMemory
) -> None:
    """Keep devices and entities in step with what the vendor lists."""
    runtime = entry.runtime_data
    issues = AccountIssues(hass, entry)
    capabilities: Capability | None = None
    is_whole = not (runtime.vendor.reads_structure_later or runtime.live.is_restored)

    @callback
    def complete() -> None:
        nonlocal is_whole
        if is_whole or runtime.live.is_restored:
            return
        is_whole = True
        _ = entry.async_create_background_task(
            hass,
            _async_read_later(runtime, memory),
            f"{log_name(entry, runtime.vendor)} slow",
        )

    @callback
    def follow() -> None:
        if not runtime.live.last_update_success:
            return
        nonlocal capabilities
        changes, before = runtime.live.changes, capabilities
        capabilities = runtime.client.capabilities
        devices, planner = runtime.devices, runtime.planner
        if changes or capabilities is not before or devices.awaits_listings:
            fresh = planner.async_admit(changes.came, capabilities)
            gone = devices.async_update(runtime.live.data, changes, planner.shows)
            planner.async_forget(gone)
            planner.async_add(fresh)
        issues.async_update()
        complete()

    issues.async_update()
    entry.async_on_unload(runtime.live.async_add_listener(follow))
    runtime.recorder.async_start()
    # What changes rarely is read as long as somebody listens to it.
    entry.async_on_unload(runtime.slow.async_add_listener(lambda: None))
    entry.async_on_unload(MaintenanceClock(hass, runtime.live).async_start())
    entry.async_on_unload(runtime.last_seen.async_follow(runtime.live, runtime.client))
    complete()


async def _async_read_later(runtime: ChargingRuntimeData, memory: StoredMemory) -> None:
    """Read what changes rarely, and show it at once."""
    await runtime.slow.async_refresh()
    await runtime.live.async_refresh()
    if runtime.vendor.reads_structure_later:
        await memory.async_save_detail(await runtime.planner.async_settle())


async def async_unload_entry(hass: HomeAssistant, entry: ChargingConfigEntry) -> bool:
    """Unload an account."""
    if not await hass.config_entries.async_unload_platforms(entry, TABLES):
        return False
    await entry.runtime_data.recorder.async_stop()
    await entry.runtime_data.last_seen.async_flush()
    await async_release_ledger(hass, entry)
    return True


async def async_remove_entry(hass: HomeAssistant, entry: ChargingConfigEntry) -> None:
    """Take back what was said of a removed account, and its tokens at the vendor."""
    await async_remember(hass, entry)
    ledger = await async_use_ledger(hass, entry)
    await ledger.async_remove_account(account_id_of(entry))
    await async_release_ledger(hass, entry)
    async_remove_issues(hass, entry)
    forget_refusals(hass, entry)
    await async_forget_commands(hass, entry)
    store = TokenStore(hass, entry)
    await StoredMemory(hass, entry.entry_id).async_remove()
    await LastSeen(hass, entry.entry_id).async_remove()
    await async_forget_statistics(hass, entry)
    await store.async_remove()
    vendor = VENDORS[entry.data[CONF_VENDOR]]
    revoke = vendor.revoke
    if revoke is None or CONF_TOKEN not in entry.data:
        return
    tokens = {
        kind: entry.data[CONF_TOKEN][kind]
        for kind in ("refresh_token", "access_token")
        if kind in entry.data[CONF_TOKEN]
    }
    try:
        await revoke(await _async_access(hass, entry, store), tokens)
    except (ClientError, ConfigEntryError, ConfigEntryNotReady) as err:
        # The account goes all the same; the tokens end by themselves.
        _LOGGER.warning(
            "The tokens of %s could not be revoked: %s", log_name(entry, vendor), err
        )


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: ChargingConfigEntry, device: dr.AnyDeviceEntry
) -> bool:
    """Let a device be removed by hand once the vendor does not list it any more."""
    if entry.state is not ConfigEntryState.LOADED:
        # It comes back if it is there after all.
        return True
    runtime = entry.runtime_data
    listed = {runtime.devices.identifier(ref) for ref in refs_of(runtime.live.data)}
    if not device.identifiers.isdisjoint(listed):
        return False
    runtime.planner.async_forget(runtime.devices.async_forget(device))
    return True
