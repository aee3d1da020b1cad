"""Counts had units once: their statistics go on without them."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.models import (
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    async_import_statistics,
    get_metadata,
)
from homeassistant.core import HomeAssistant

from .common import async_set_up, entity_id_of


@pytest.fixture
def entry(recorder_mock: Recorder, entry: MockConfigEntry) -> MockConfigEntry:
    """Return an account in a Home Assistant that has a recorder."""
    return entry


def unit_of(hass: HomeAssistant, statistic_id: str) -> str | None:
    """Return the unit that the recorder knows of a statistic."""
    (_, known) = get_metadata(hass, statistic_ids={statistic_id})[statistic_id]
    return known["unit_of_measurement"]


async def test_units_of_counts(
    recorder_mock: Recorder, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """A count's unit goes, in whichever language it was; a power's stays."""
    await async_set_up(hass, entry)
    stations = entity_id_of(hass, entry, "account", "stations")
    power = entity_id_of(hass, entry, "account", "power")
    for entity_id, unit, kind in (
        (stations, "Stationen", None),
        (power, "kW", "power"),
    ):
        about = StatisticMetaData(
            source="recorder",
            statistic_id=entity_id,
            name=None,
            mean_type=StatisticMeanType.ARITHMETIC,
            has_sum=False,
            unit_class=kind,
            unit_of_measurement=unit,
        )
        async_import_statistics(hass, about, [])
    await async_wait_recording_done(hass)
    kept = await recorder_mock.async_add_executor_job(unit_of, hass, stations)
    assert kept == "Stationen"

    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await async_wait_recording_done(hass)
    kept = await recorder_mock.async_add_executor_job(unit_of, hass, stations)
    assert kept is None
    kept = await recorder_mock.async_add_executor_job(unit_of, hass, power)
    assert kept == "kW"
