"""Counts had units once, worded in the language of the day; they have none any more."""

from homeassistant.components.recorder.const import DOMAIN as RECORDER
from homeassistant.components.recorder.statistics import (
    async_update_statistics_metadata,
    get_metadata,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance

COUNTS = frozenset(
    {
        "connectors",
        "connectors_available",
        "connectors_charging",
        "connectors_faulted",
        "invoices",
        "maintenance_planned",
        "parts_failing",
        "requests_last_hour",
        "requests_left",
        "running_sessions",
        "skipped_objects",
        "stations",
    }
)


async def async_drop_units(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take the units out of the statistics of an account's counts.

    Otherwise Home Assistant asks for each of them what is to be done.
    """
    if RECORDER not in hass.config.components:
        return
    counts = {
        entity.entity_id
        for entity in er.async_entries_for_config_entry(
            er.async_get(hass), entry.entry_id
        )
        if entity.translation_key in COUNTS
    }
    if not counts:
        return
    kept = await get_instance(hass).async_add_executor_job(_with_units, hass, counts)
    for statistic_id in kept:
        async_update_statistics_metadata(
            hass, statistic_id, new_unit_class=None, new_unit_of_measurement=None
        )


def _with_units(hass: HomeAssistant, counts: set[str]) -> list[str]:
    return [
        statistic_id
        for statistic_id, (_, known) in get_metadata(hass, statistic_ids=counts).items()
        if known["unit_of_measurement"] is not None
    ]
