"""What tests of sessions in Home Assistant share."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.ev_charging_cloud.clients.enums import SessionStatus
from custom_components.ev_charging_cloud.clients.model import ChargingSession, Money
from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.ledger import Interval, Sighting, Source
from custom_components.ev_charging_cloud.sessions.ledger import (
    account_id_of,
    async_get_ledger,
)
from homeassistant.components.recorder.statistics import (
    list_statistic_ids,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util

HOUR = timedelta(hours=1)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def session(
    station_id: str,
    connector_id: str,
    start: datetime,
    *,
    hours: float | None = 2.0,
    energy: float | None = 10_000.0,
    id_: str = "s1",
    **more: Any,
) -> ChargingSession:
    """Return a session; one without ``hours`` runs. Energy is in Wh."""
    return ChargingSession(
        id=id_,
        status=SessionStatus.ACTIVE if hours is None else SessionStatus.COMPLETED,
        station_id=station_id,
        connector_id=connector_id,
        started_at=start,
        ended_at=None if hours is None else start + hours * HOUR,
        energy=energy,
        **more,
    )


def sighting(found: ChargingSession, **more: Any) -> Sighting:
    """Return what a poll tells of a session: at the depot, with Anna's card."""
    told = Sighting(
        session=found,
        location_id="depot",
        location_name="Depot",
        station_name="Charger",
        connector_name="Left",
        driver="Anna",
    )
    return replace(told, **more)


async def async_record(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    sightings: Iterable[Sighting],
    *,
    seen_at: datetime | None = None,
    source: Source = Source.LIVE,
) -> None:
    """Let sessions be seen, and wait until that is known everywhere."""
    ledger = await async_get_ledger(hass)
    recorded = await ledger.async_record(
        account_id_of(entry), sightings, source, seen_at or dt_util.utcnow()
    )
    assert recorded.stored
    await hass.async_block_till_done(wait_background_tasks=True)


async def async_write_statistics(
    hass: HomeAssistant, *, after: timedelta = timedelta(minutes=11)
) -> None:
    """Let the time pass until statistics are written, and have them written."""
    async_fire_time_changed(hass, dt_util.utcnow() + after)
    await hass.async_block_till_done(wait_background_tasks=True)
    await async_wait_recording_done(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


async def async_statistics(hass: HomeAssistant) -> dict[str, dict[str, Any]]:
    """Return what the recorder knows of our statistics, by their names."""
    found = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
    return {each["name"]: each for each in found if each["source"] == DOMAIN}


async def async_changes(hass: HomeAssistant, name: str) -> dict[datetime, float]:
    """Return what a statistic rose by, by hour."""
    id_ = (await async_statistics(hass))[name]["statistic_id"]
    rows = await get_instance(hass).async_add_executor_job(
        lambda: statistics_during_period(
            hass, EARLIEST, None, {id_}, "hour", None, {"change"}
        )
    )
    return {
        datetime.fromtimestamp(row["start"], UTC): round(row["change"] or 0.0, 6)
        for row in rows.get(id_, [])
    }


def device_id(hass: HomeAssistant, entry: MockConfigEntry, path: str) -> str:
    """Return the id of an object's device."""
    registry = dr.async_get(hass)
    identifier = (DOMAIN, f"{entry.unique_id}/{path}")
    device = registry.async_get_child_device_by_identifier(
        identifier, entry.entry_id
    ) or registry.async_get_device_by_identifier(identifier, entry.entry_id)
    assert device is not None
    return device.id


__all__ = [
    "HOUR",
    "Interval",
    "Money",
    "async_changes",
    "async_record",
    "async_statistics",
    "async_write_statistics",
    "device_id",
    "session",
    "sighting",
]
