"""Tests of the entity planner: counted first, never more than Home Assistant takes."""

from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from simulator import Simulator

from .common import async_poll, async_set_up, value_of

LIMIT = "custom_components.ev_charging_cloud.planner.MOST_ENTITIES"


def _enabled(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the keys of the enabled entities, each after its kind of object."""
    registry = er.async_get(hass)
    return {
        f"{found.unique_id.split('/')[1]} {found.unique_id.rsplit('/', 1)[1]}"
        for found in er.async_entries_for_config_entry(registry, entry.entry_id)
        if not found.disabled
    }


def _count(hass: HomeAssistant, entry: MockConfigEntry) -> int:
    registry = er.async_get(hass)
    return sum(
        not found.disabled
        for found in er.async_entries_for_config_entry(registry, entry.entry_id)
    )


def _issues(issue_registry: ir.IssueRegistry) -> set[str | None]:
    return {issue.translation_key for issue in issue_registry.issues.values()}


ESSENTIAL = {
    "station status",
    "station power",
    "connector status",
    "connector power",
    "connector session_energy",
}


@pytest.mark.parametrize(
    ("limit", "issue"),
    [(9000, None), (60, "entity_limit_essential"), (30, "entity_limit_totals")],
)
async def test_level_of_detail(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    limit: int,
    issue: str | None,
) -> None:
    """The highest level that fits is shown, and a lower one is said aloud."""
    with patch(LIMIT, limit):
        await async_set_up(hass, entry)
    assert _count(hass, entry) <= limit
    assert _issues(issue_registry) == ({issue} if issue else set())
    enabled = _enabled(hass, entry)
    assert {"account stations", "location power"} <= enabled
    assert (enabled >= ESSENTIAL) is (issue != "entity_limit_totals")
    assert ("connector plug" in enabled) is (issue is None)


async def test_lower_level_takes_finer_entities_away(
    hass: HomeAssistant, entry: MockConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    """What no longer fits is removed, not left behind dead; later it comes back."""
    await async_set_up(hass, entry)
    full = _enabled(hass, entry)
    with patch(LIMIT, 60):
        await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
    assert _count(hass, entry) <= 60
    assert "connector plug" not in _enabled(hass, entry)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert _enabled(hass, entry) == full
    assert not issue_registry.issues


async def test_what_the_user_switched_counts(
    hass: HomeAssistant, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    """Entities switched off make room for others."""
    await async_set_up(hass, entry)
    everything = _count(hass, entry)
    for found in er.async_entries_for_config_entry(entity_registry, entry.entry_id):
        if found.unique_id.endswith("/plug"):
            entity_registry.async_update_entity(
                found.entity_id, disabled_by=er.RegistryEntryDisabler.USER
            )
    with patch(LIMIT, everything - 8):
        await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
    assert _count(hass, entry) == everything - 8
    assert "station online" in _enabled(hass, entry)


async def test_growth_stops_at_the_limit(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """New stations are shown while there is room; then it is said that they are not."""
    await async_set_up(hass, entry)
    room = _count(hass, entry) + 20
    location_id = next(iter(sim.world.locations))
    with patch(LIMIT, room):
        sim.world.add_station(location_id)
        await async_poll(hass, freezer)
        assert not issue_registry.issues
        for _ in range(3):
            sim.world.add_station(location_id)
        await async_poll(hass, freezer)
    assert _count(hass, entry) <= room
    assert value_of(hass, entry, "account", "stations") == "8"
    (issue,) = issue_registry.issues.values()
    assert (issue.domain, issue.translation_key) == (DOMAIN, "entity_limit_new")


async def test_all_platforms_are_whole(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """Every connector has the same enabled entities; none is lost."""
    await async_set_up(hass, entry)
    for view in sim.world.stations():
        for connector in view.connectors:
            path = f"connector/{view.id}/{connector.spec.id}"
            for key in ("status", "power", "plug", "charging", "session_energy"):
                value_of(hass, entry, path, key)
