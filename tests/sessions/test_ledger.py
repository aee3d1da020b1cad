"""Tests of the one ledger that all accounts share."""

import asyncio
from pathlib import Path

from custom_components.ev_charging_cloud.ledger import Source
from custom_components.ev_charging_cloud.sessions.ledger import (
    async_close_ledger,
    async_get_ledger,
    ledger_of,
)
from homeassistant.core import HomeAssistant

from ..ledger.common import ACCOUNT, HOUR, START, async_all, ended, sighting


async def test_there_is_one_ledger(hass: HomeAssistant) -> None:
    """Whoever asks at the same time gets the same ledger."""
    first, second = await asyncio.gather(async_get_ledger(hass), async_get_ledger(hass))
    assert first is second is ledger_of(hass)


async def test_nobody_has_opened_it(hass: HomeAssistant) -> None:
    """Who only looks does not open it."""
    assert ledger_of(hass) is None


async def test_what_is_kept_outlives_closing(hass: HomeAssistant) -> None:
    """Sessions are in a file of the configuration, and there again once it is opened."""
    ledger = await async_get_ledger(hass)
    await ledger.async_record(
        ACCOUNT, [sighting(ended(1000.0))], Source.LIVE, START + 3 * HOUR
    )
    await async_close_ledger(hass)
    assert ledger_of(hass) is None
    file = Path(hass.config.path("ev_charging_cloud.db"))
    assert await hass.async_add_executor_job(file.is_file)
    again = await async_get_ledger(hass)
    assert [record.energy for record in await async_all(again)] == [1000.0]


async def test_it_is_closed_when_home_assistant_stops(hass: HomeAssistant) -> None:
    """No file is left open."""
    await async_get_ledger(hass)
    await hass.async_stop(force=True)
    assert ledger_of(hass) is None
