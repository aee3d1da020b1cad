"""What things are called: no two alike, none too long, in any language."""

from collections import Counter
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud import const
from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from simulator import Simulator

from .common import async_poll, async_set_up

TRANSLATIONS = Path(const.__file__).parent / "translations"
LANGUAGES = sorted(path.stem for path in TRANSLATIONS.glob("*.json"))
LONGEST = 40


def names_of(hass: HomeAssistant) -> list[str]:
    """Return what the entities are called that are enabled at first."""
    registry = er.async_get(hass)
    return [
        state.name
        for state in hass.states.async_all()
        if (entity := registry.async_get(state.entity_id)) is not None
        and entity.platform == DOMAIN
    ]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_names(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    four_accounts: list[MockConfigEntry],
    language: str,
) -> None:
    """With four accounts no two entities have the same name, and none is cut off."""
    hass.config.language = language
    # The first one takes all the others along.
    await async_set_up(hass, four_accounts[0])
    await async_poll(hass, freezer)

    names = names_of(hass)
    assert len(names) > 400
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [name for name in names if len(name) > LONGEST] == []


async def test_devices_after_a_restart(
    hass: HomeAssistant, four_accounts: list[MockConfigEntry]
) -> None:
    """Who had a name keeps it, in whatever order accounts are set up."""
    await async_set_up(hass, four_accounts[0])
    before = device_names(hass, four_accounts)
    assert len(set(before.values())) == len(before) > 70

    for account in four_accounts:
        await hass.config_entries.async_unload(account.entry_id)
    for account in reversed(four_accounts):
        await async_set_up(hass, account)
    assert device_names(hass, four_accounts) == before


def device_names(
    hass: HomeAssistant, accounts: list[MockConfigEntry]
) -> dict[str, str | None]:
    """Return what devices are called, by their ids."""
    registry = dr.async_get(hass)
    return {
        device.id: device.name
        for account in accounts
        for device in (
            *dr.async_entries_for_config_entry(registry, account.entry_id),
            *dr.async_child_entries_for_config_entry(registry, account.entry_id),
        )
    }


async def test_stations_of_the_same_name(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """Stations that are called alike are told apart by their locations."""
    first, *_, last = sim.world.station_ids
    assert sim.world.station(first).location_id != sim.world.station(last).location_id
    for station_id in (first, last):
        sim.world.rename_station(station_id, "Charger 1")
    await async_set_up(hass, entry)

    names = set(device_names(hass, [entry]).values())
    assert {"Lahti Depot Charger 1", "Helsinki Harbour Charger 1"} <= names
    assert "Charger 1" not in names


async def test_ids_of_a_connector(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """An entity's id has the station's name once, although its device has it too."""
    await async_set_up(hass, entry)
    for entity_id in ("sensor.bay_1_1_1_status", "event.bay_1_1_1_events"):
        assert hass.states.get(entity_id), entity_id
    assert not [one for one in hass.states.async_entity_ids() if "bay_1_bay" in one]


@pytest.mark.parametrize(
    ("language", "entity_id", "name"),
    [
        ("de", "binary_sensor.bay_1_1_1_stecker", "Bay 1 1.1 Stecker"),
        # Home Assistant has ids of its own letters for some languages, not for this one.
        ("el", "binary_sensor.bay_1_1_1_plug", "Bay 1 1.1 Βύσμα"),
    ],
)
async def test_ids_in_other_languages(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    language: str,
    entity_id: str,
    name: str,
) -> None:
    """A connector's entities have ids in the language that Home Assistant has for them."""
    hass.config.language = language
    await async_set_up(hass, entry)
    state = hass.states.get(entity_id)
    assert state is not None
    assert state.name == name


async def test_connectors_follow_their_station(
    hass: HomeAssistant,
    sim: Simulator,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    station_id: str,
) -> None:
    """A station that gets another name takes its connectors along."""
    await async_set_up(hass, entry)
    assert "Bay 1 1.1" in device_names(hass, [entry]).values()

    sim.world.rename_station(station_id, "Gate")
    await async_poll(hass, freezer)
    names = device_names(hass, [entry]).values()
    assert {"Gate", "Gate 1.1", "Gate 1.2"} <= {*names}
    assert not any(name and name.startswith("Bay 1") for name in names)


async def test_a_name_of_ones_own(
    hass: HomeAssistant, entry: MockConfigEntry, station_id: str
) -> None:
    """Connectors are called after their station as a person named it."""
    await async_set_up(hass, entry)
    registry = dr.async_get(hass)
    station = registry.async_get_device_by_identifier(
        (DOMAIN, f"kempower_test/station/{station_id}"), entry.entry_id
    )
    assert station is not None
    registry.async_update_device(station.id, name_by_user="Front yard")

    await hass.config_entries.async_reload(entry.entry_id)
    assert "Front yard 1.1" in device_names(hass, [entry]).values()
