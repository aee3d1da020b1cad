"""What system health says of the accounts."""

from datetime import timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_system_health_info,
)

from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.vendors import VENDORS
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from simulator import Simulator

from .common import ENGLISH, async_poll, async_set_up, entity_id_of, value_of


async def async_health(hass: HomeAssistant) -> dict[str, Any]:
    """Return what is shown, all of which must have a name."""
    assert await async_setup_component(hass, "system_health", {})
    info = await get_system_health_info(hass, DOMAIN)
    named = json.loads(ENGLISH.read_text())["system_health"]["info"]
    assert info.keys() <= named.keys()
    return dict(info)


async def test_four_accounts(
    hass: HomeAssistant, demo_world: Simulator, four_accounts: list[MockConfigEntry]
) -> None:
    """Of each vendor it is told how it goes, and of nobody who it is."""
    await async_set_up(hass, four_accounts[0])
    info = await async_health(hass)
    assert info["accounts"] == 4
    vendors = {vendor.name for vendor in VENDORS.values()}
    for fact in ("cloud", "last_success", "requests_last_hour"):
        told = dict(line.split(": ", 1) for line in info[fact].split("; "))
        assert told.keys() == vendors
    assert info["cloud"].count(": ok") == 4
    assert info["requests_left"].startswith("ev.energy: ")
    assert info["parts_failing"] == "-"
    assert info["sessions"] > 0
    assert info["ledger"].endswith(" MB")
    assert "@" not in str(info)


async def test_an_account_in_trouble(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    entity_registry: er.EntityRegistry,
) -> None:
    """A cloud that is away, and since when; one that fails in part, and which part."""
    await async_set_up(hass, entry)
    entity_id = entity_id_of(hass, entry, "account", "parts_failing")
    entity_registry.async_update_entity(entity_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    last = f"{dt_util.now():%Y-%m-%d %H:%M:%S%z}"
    assert value_of(hass, entry, "account", "parts_failing") == "0"

    sim.kempower.faults.add("*", status=503)
    await async_poll(hass, freezer)
    info = await async_health(hass)
    assert info["cloud"] == "Kempower ChargEye: unreachable"
    assert info["last_success"] == f"Kempower ChargEye: {last}"
    sim.kempower.faults.clear()
    sim.kempower.faults.add("*ocations*", status=500)
    await entry.runtime_data.slow.async_refresh()
    await async_poll(hass, freezer, timedelta(minutes=20))
    info = await async_health(hass)
    assert info["cloud"] == "Kempower ChargEye: ok"
    assert info["parts_failing"].startswith("Kempower ChargEye: ")
    assert value_of(hass, entry, "account", "parts_failing") == "1"


async def test_two_accounts_of_a_vendor(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """Several accounts of one vendor are numbered; one that does not run says so."""
    other = MockConfigEntry(
        domain=DOMAIN,
        title="Secret yard",
        unique_id="kempower_other",
        data={**entry.data},
        disabled_by=ConfigEntryDisabler.USER,
    )
    other.add_to_hass(hass)
    await async_set_up(hass, entry)
    info = await async_health(hass)
    assert info["cloud"] == "Kempower ChargEye 1: ok; Kempower ChargEye 2: not_loaded"
    assert info["last_success"].startswith("Kempower ChargEye 1: ")
    assert "yard" not in str(info)
