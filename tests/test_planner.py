"""Tests of the entity planner: counted first, never more than Home Assistant takes."""

from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
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


async def _reload(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_what_is_enabled_by_hand_takes_nothing_away(
    hass: HomeAssistant, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    """At the limit an account is the same after each reload, whatever a person enables."""
    await async_set_up(hass, entry)
    before = _count(hass, entry)
    with patch(LIMIT, before):
        off = [
            found.entity_id
            for found in er.async_entries_for_config_entry(
                entity_registry, entry.entry_id
            )
            if found.disabled_by is er.RegistryEntryDisabler.INTEGRATION
        ]
        for entity_id in off[:5]:
            entity_registry.async_update_entity(entity_id, disabled_by=None)
        counts = []
        for _ in range(4):
            await _reload(hass, entry)
            counts.append(_count(hass, entry))
    assert counts == [before + 5] * 4


@pytest.mark.parametrize("by_hand", [False, True], ids=["untouched", "one by hand"])
@pytest.mark.parametrize("missing", [0, 1, 2, 7])
async def test_no_flip_at_the_limit(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    missing: int,
    by_hand: bool,
) -> None:
    """Near the limit the registry is the same after each of four reloads, to the entity."""

    def registered() -> frozenset[tuple[str, bool]]:
        return frozenset(
            (found.unique_id, found.disabled)
            for found in er.async_entries_for_config_entry(
                entity_registry, entry.entry_id
            )
        )

    await async_set_up(hass, entry)
    everything = _count(hass, entry)
    with patch(LIMIT, everything - missing):
        await _reload(hass, entry)
        before = registered()
        if by_hand:
            off = next(
                found
                for found in er.async_entries_for_config_entry(
                    entity_registry, entry.entry_id
                )
                if found.disabled_by is er.RegistryEntryDisabler.INTEGRATION
            )
            entity_registry.async_update_entity(off.entity_id, disabled_by=None)
            own = {(off.unique_id, True), (off.unique_id, False)}
            before = frozenset(before - own | {(off.unique_id, False)})
        seen = []
        for _ in range(4):
            await _reload(hass, entry)
            seen.append(registered())
    assert seen == [before] * 4
    assert everything - missing - 10 < sum(not off for _, off in before)


async def test_what_was_switched_on_again_takes_nothing_away(
    hass: HomeAssistant, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    """What came to be in the room that another one left stays when that one is back."""
    with patch(LIMIT, 90):
        await async_set_up(hass, entry)
        before = _enabled(hass, entry)
        some = [
            found.entity_id
            for found in er.async_entries_for_config_entry(
                entity_registry, entry.entry_id
            )
            if found.unique_id.split("/")[1] == "connector"
            and found.unique_id.endswith("/power")
        ]
        for entity_id in some[:6]:
            entity_registry.async_update_entity(
                entity_id, disabled_by=er.RegistryEntryDisabler.USER
            )
        await _reload(hass, entry)
        grown = _enabled(hass, entry)
        assert grown >= before
        for entity_id in some[:6]:
            entity_registry.async_update_entity(entity_id, disabled_by=None)
        counts = set()
        for _ in range(3):
            await _reload(hass, entry)
            assert _enabled(hass, entry) >= grown
            counts.add(_count(hass, entry))
    assert len(counts) == 1


async def test_what_is_a_persons_own_stays(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    area_registry: ar.AreaRegistry,
) -> None:
    """Thinning removes nothing that was enabled, disabled, renamed or placed by hand."""
    await async_set_up(hass, entry)
    area = area_registry.async_create("Yard")
    plugs = [
        found
        for found in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if found.unique_id.endswith("/plug")
    ]
    off = next(
        found
        for found in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if found.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    )
    entity_registry.async_update_entity(plugs[0].entity_id, name="Mine")
    entity_registry.async_update_entity(plugs[1].entity_id, area_id=area.id)
    entity_registry.async_update_entity(
        plugs[2].entity_id, disabled_by=er.RegistryEntryDisabler.USER
    )
    entity_registry.async_update_entity(
        plugs[3].entity_id, new_entity_id="binary_sensor.my_plug"
    )
    entity_registry.async_update_entity(off.entity_id, disabled_by=None)
    own = {plug.unique_id for plug in plugs[:4]} | {off.unique_id}
    with patch(LIMIT, 30):
        for _ in range(2):
            await _reload(hass, entry)
            left = {
                found.unique_id
                for found in er.async_entries_for_config_entry(
                    entity_registry, entry.entry_id
                )
            }
            assert own <= left
            assert plugs[4].unique_id not in left
            assert value_of(hass, entry, "account", "stations") == "4"
    assert hass.states.get(plugs[0].entity_id) is not None


def _of_station(entities: set[str], station_id: str) -> set[str]:
    """Return those unique ids that are of a station or its connectors."""
    return {found for found in entities if f"/{station_id}/" in f"{found}/"}


def _unique_ids(registry: er.EntityRegistry, entry: MockConfigEntry) -> set[str]:
    return {
        found.unique_id
        for found in er.async_entries_for_config_entry(registry, entry.entry_id)
    }


@pytest.mark.parametrize("how", ["placed", "named", "labelled"])
async def test_what_is_of_a_persons_own_device_stays(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    device_registry: dr.DeviceRegistry,
    area_registry: ar.AreaRegistry,
    how: str,
) -> None:
    """Thinning takes nothing from a device that a person made his own, nor from its connectors."""
    await async_set_up(hass, entry)
    mine, other = sim.world.station_ids[:2]
    device = device_registry.async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}/station/{mine}"), entry.entry_id
    )
    assert device is not None
    match how:
        case "placed":
            area = area_registry.async_create("Yard")
            device_registry.async_update_device(device.id, area_id=area.id)
        case "named":
            device_registry.async_update_device(device.id, name_by_user="Mine")
        case _:
            device_registry.async_update_device(device.id, labels={"mine"})
    before = _unique_ids(entity_registry, entry)
    with patch(LIMIT, 40):
        for _ in range(2):
            await _reload(hass, entry)
            left = _unique_ids(entity_registry, entry)
            assert _of_station(left, mine) == _of_station(before, mine)
            assert len(_of_station(left, other)) < len(_of_station(before, other))
            assert _count(hass, entry) <= 40


async def test_all_devices_are_a_persons_own(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    area_registry: ar.AreaRegistry,
) -> None:
    """Where somebody placed every device, there is still not more than there is room for."""
    await async_set_up(hass, entry)
    area = area_registry.async_create("Yard")
    for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id):
        device_registry.async_update_device(device.id, area_id=area.id)
    counts: list[int] = []
    with patch(LIMIT, 50):
        for _ in range(3):
            await _reload(hass, entry)
            counts.append(_count(hass, entry))
    assert len(set(counts)) == 1
    assert counts[0] <= 50
    assert {"account stations", "station status"} <= _enabled(hass, entry)


async def test_thinned_by_small_steps(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """The room there is gets used, and of two limits the higher one shows more."""
    shown: list[int] = []
    for limit in (40, 50, 60, 70, 80, 90):
        with patch(LIMIT, limit):
            await async_set_up(hass, entry)
        shown.append(_count(hass, entry))
        assert limit - 10 < shown[-1] <= limit
        await hass.config_entries.async_unload(entry.entry_id)
        registry = er.async_get(hass)
        for found in er.async_entries_for_config_entry(registry, entry.entry_id):
            registry.async_remove(found.entity_id)
    assert shown == sorted(set(shown))


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


@pytest.mark.parametrize("choice", ["essential", "totals"])
async def test_a_person_chooses_how_much_is_shown(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    issue_registry: ir.IssueRegistry,
    choice: str,
) -> None:
    """The count is said beforehand; what is not wanted leaves no orphan, and comes back."""
    await async_set_up(hass, entry)
    everything = _enabled(hass, entry)
    options = hass.config_entries.options
    form = await options.async_init(entry.entry_id)
    said = form["description_placeholders"]
    assert said is not None
    assert said["all"] == str(_count(hass, entry))
    await options.async_configure(form["flow_id"], {"detail": choice})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert said[choice] == str(_count(hass, entry))
    enabled = _enabled(hass, entry)
    assert (enabled >= ESSENTIAL) is (choice == "essential")
    assert "connector plug" not in enabled
    registry = er.async_get(hass)
    entities = er.async_entries_for_config_entry(registry, entry.entry_id)
    assert {found.unique_id.split("/")[1] for found in entities} == (
        {"account", "location", "station", "connector"}
        if choice == "essential"
        else {"account", "location"}
    )
    # The account, two locations, and stations only where anything of them is shown.
    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    assert len(devices) == 3 + (4 if choice == "essential" else 0)
    assert not issue_registry.issues
    form = await options.async_init(entry.entry_id)
    await options.async_configure(form["flow_id"], {"detail": "all"})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _enabled(hass, entry) == everything


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
