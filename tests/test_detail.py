"""Choosing how much of an account is shown: at set-up and later, for all of it and for locations."""

from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import (
    CONF_DETAIL,
    CONF_DETAIL_AT,
    CONF_LOCATIONS,
    CONF_VENDOR,
    DOMAIN,
)
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResult, FlowResultType
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from simulator import Simulator

from .common import async_configure, async_set_up
from .kempower.common import async_choose, form_of

LIMIT = "custom_components.ev_charging_cloud.flows.base.MOST_ENTITIES"


def _entries(hass: HomeAssistant, entry: ConfigEntry) -> list[er.RegistryEntry]:
    return er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)


def _count(hass: HomeAssistant, entry: ConfigEntry) -> int:
    return sum(not found.disabled for found in _entries(hass, entry))


def _of_connectors(hass: HomeAssistant, sim: Simulator, entry: ConfigEntry) -> set[str]:
    """Return what connectors have for entities, each with the number of its location."""
    places = {
        station_id: number
        for number, location_id in enumerate(sim.world.locations)
        for station_id in (station.id for station in sim.world.stations(location_id))
    }
    return {
        f"{places[path[2]]} {path[-1]}"
        for found in _entries(hass, entry)
        if not found.disabled and (path := found.unique_id.split("/"))[1] == "connector"
    }


def _said(result: FlowResult[Any, Any], key: str) -> int:
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    return int(placeholders[key])


async def _async_choose_later(
    hass: HomeAssistant, entry: ConfigEntry, choice: dict[str, Any]
) -> FlowResult[Any, Any]:
    """Fill in the options, and wait for what comes of it."""
    options = hass.config_entries.options
    form = await options.async_init(entry.entry_id)
    result = await options.async_configure(form["flow_id"], choice)
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


@pytest.mark.parametrize("choice", ["all", "essential", "totals"])
async def test_chosen_at_set_up(
    hass: HomeAssistant, sim: Simulator, choice: str
) -> None:
    """The form says how many entities each choice has, and that many there are."""
    form = await async_configure(hass, await async_choose(hass), form_of(sim))
    assert form["step_id"] == "locations"
    result = await async_configure(hass, form, {CONF_DETAIL: choice})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert result["options"] == ({} if choice == "all" else {CONF_DETAIL: choice})
    assert _count(hass, result["result"]) == _said(form, choice)


async def test_chosen_for_a_location_at_set_up(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """A location can show another level than the rest; its count is said before."""
    first, second = sim.world.locations
    at = {CONF_DETAIL_AT: {"all": [second]}}
    form = await async_configure(hass, await async_choose(hass), form_of(sim))
    twice = {CONF_DETAIL_AT: {"all": [second], "totals": [first, second]}}
    form = await async_configure(hass, form, twice)
    assert form["errors"] == {CONF_DETAIL_AT: "location_twice"}
    menu = await async_configure(hass, form, {CONF_DETAIL: "totals", **at})
    assert (menu["type"], menu["step_id"]) == (FlowResultType.MENU, "confirm")
    result = await async_configure(hass, menu, {"next_step_id": "locations"})
    assert result["step_id"] == "locations"
    menu = await async_configure(hass, result, {CONF_DETAIL: "totals", **at})
    result = await async_configure(hass, menu, {"next_step_id": "keep"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"] == {CONF_DETAIL: "totals", **at}
    await hass.async_block_till_done(wait_background_tasks=True)
    entry = result["result"]
    assert _count(hass, entry) == _said(menu, "entities")
    shown = _of_connectors(hass, sim, entry)
    assert "1 plug" in shown
    assert not any(each.startswith("0 ") for each in shown)


async def test_large_account_of_one_location(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    """Where there are no locations to pick, how much is shown is asked of a large account."""
    async with Simulator(stations=1, speed=0, quiet=True) as sim:
        with patch(LIMIT, 5):
            form = await async_configure(hass, await async_choose(hass), form_of(sim))
            assert form["step_id"] == "detail"
            result = await async_configure(hass, form, {CONF_DETAIL: "totals"})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done(wait_background_tasks=True)
        assert result["options"] == {CONF_DETAIL: "totals"}
        assert _count(hass, result["result"]) == _said(form, "totals")


async def test_chosen_for_a_location_later(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """What is chosen for one location changes nothing at the other; the count is said."""
    await async_set_up(hass, entry)
    before = _of_connectors(hass, sim, entry)
    first, _ = sim.world.locations
    choice = {CONF_DETAIL_AT: {"essential": [first]}}
    menu = await _async_choose_later(hass, entry, choice)
    assert (menu["type"], menu["step_id"]) == (FlowResultType.MENU, "confirm")
    assert entry.options == {}
    options = hass.config_entries.options
    again = await options.async_configure(menu["flow_id"], {"next_step_id": "again"})
    assert again["step_id"] == "init"
    menu = await options.async_configure(menu["flow_id"], choice)
    await options.async_configure(menu["flow_id"], {"next_step_id": "keep"})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.options == choice
    assert _count(hass, entry) == _said(menu, "entities")
    after = _of_connectors(hass, sim, entry)
    assert {each for each in after if each[0] == "1"} == {
        each for each in before if each[0] == "1"
    }
    assert {each for each in after if each[0] == "0"} == {
        "0 status",
        "0 power",
        "0 session_energy",
    }
    await _async_choose_later(hass, entry, {})
    assert entry.options == {}
    assert _of_connectors(hass, sim, entry) == before


async def test_picked_locations_are_counted(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """The options say how many entities there are of the locations that are shown."""
    await async_set_up(hass, entry)
    first, _ = sim.world.locations
    await _async_choose_later(hass, entry, {CONF_LOCATIONS: [first]})
    form = await hass.config_entries.options.async_init(entry.entry_id)
    # What is not shown any more stays registered until it was missing for an hour.
    shown = [
        state
        for found in _entries(hass, entry)
        if (state := hass.states.get(found.entity_id)) is not None
        and not state.attributes.get("restored")
    ]
    assert _said(form, "all") == len(shown) < _count(hass, entry)


async def test_back_and_forth_leaves_no_orphan(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    area_registry: ar.AreaRegistry,
) -> None:
    """From everything to totals and back all is as before, and a person's own was always there."""

    def devices() -> set[tuple[str, str]]:
        return {
            identifier
            for device in (
                *dr.async_entries_for_config_entry(device_registry, entry.entry_id),
                *dr.async_child_entries_for_config_entry(
                    device_registry, entry.entry_id
                ),
            )
            for identifier in device.identifiers
        }

    await async_set_up(hass, entry)
    registry = er.async_get(hass)
    plugs = [each for each in _entries(hass, entry) if each.unique_id.endswith("/plug")]
    off = next(each for each in _entries(hass, entry) if each.disabled)
    area = area_registry.async_create("Yard")
    registry.async_update_entity(plugs[0].entity_id, name="Mine")
    registry.async_update_entity(plugs[1].entity_id, area_id=area.id)
    registry.async_update_entity(off.entity_id, disabled_by=None)
    registry.async_update_entity(
        plugs[2].entity_id, disabled_by=er.RegistryEntryDisabler.USER
    )
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    own = {each.unique_id for each in (*plugs[:3], off)}
    before = {each.unique_id for each in _entries(hass, entry)}
    before_devices = devices()
    await _async_choose_later(hass, entry, {CONF_DETAIL: "totals"})
    left = _entries(hass, entry)
    assert own <= {each.unique_id for each in left}
    assert all(
        each.unique_id in own or each.unique_id.split("/")[1] in {"account", "location"}
        for each in left
    )
    # A device is there because something is on it, or because of what is below it.
    used = {each.device_id for each in left}
    below = {
        child.parent_device_id
        for child in dr.async_child_entries_for_config_entry(
            device_registry, entry.entry_id
        )
        if child.id in used
    }
    for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id):
        assert device.id in used | below
    assert len(devices()) < len(before_devices)
    await _async_choose_later(hass, entry, {CONF_DETAIL: "all"})
    assert {each.unique_id for each in _entries(hass, entry)} == before
    assert devices() == before_devices
    kept = registry.async_get(plugs[0].entity_id)
    assert kept is not None
    assert kept.name == "Mine"


@pytest.mark.parametrize("choice", ["essential", "totals"])
async def test_chosen_without_locations(
    hass: HomeAssistant, four_accounts: list[MockConfigEntry], choice: str
) -> None:
    """Where there are no locations, the options have the choice for the whole account."""
    without = {"ev_energy": {}, "beenergised_driver": {"stations": "around"}}
    seen = 0
    for entry in four_accounts:
        if (others := without.get(entry.data[CONF_VENDOR])) is None:
            continue
        if entry.state is ConfigEntryState.NOT_LOADED:
            await async_set_up(hass, entry)
        everything = {each.unique_id for each in _entries(hass, entry)}
        form = await hass.config_entries.options.async_init(entry.entry_id)
        assert _said(form, "all") == _count(hass, entry)
        hass.config_entries.options.async_abort(form["flow_id"])
        result = await _async_choose_later(hass, entry, {CONF_DETAIL: choice, **others})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert entry.options[CONF_DETAIL] == choice
        assert _count(hass, entry) == _said(form, choice) < _said(form, "all")
        await _async_choose_later(hass, entry, {CONF_DETAIL: "all", **others})
        assert CONF_DETAIL not in entry.options
        assert {each.unique_id for each in _entries(hass, entry)} == everything
        seen += 1
    assert seen == len(without)
    assert len(hass.config_entries.async_entries(DOMAIN)) == 4
