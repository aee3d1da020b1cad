"""Measure many sessions from the first page to the last row of the statistics.

usage: python -m pytest -p no:cacheprovider --timeout 3000 -s tests/sessions/measure.py

The environment's SESSIONS says how many, if not 100,000.
"""

import gc
from itertools import batched
from pathlib import Path

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.ledger import Source
from custom_components.ev_charging_cloud.sessions.follow import statistics_of
from custom_components.ev_charging_cloud.sessions.ledger import account_id_of
from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.common import async_set_up
from tests.ledger.measure import COUNT, async_timed, make, memory, say

from .common import opened
from .records import async_statistics, async_write_statistics

# As many as a vendor's page has.
PAGE = 100


@pytest.fixture
def recorder_db_url(tmp_path: Path) -> str:
    """Have the recorder use a file, as in a house."""
    return f"sqlite:///{tmp_path / 'recorder.db'}"


@pytest.mark.usefixtures("nobody_charged")
async def test_measure(
    recorder_mock: Recorder, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Read a long past, and write its statistics."""
    await async_set_up(hass, entry)
    # What asyncio does to help with debugging takes longer than what is measured.
    hass.loop.set_debug(False)
    ledger = opened(hass)
    statistics = statistics_of(hass, entry)
    assert statistics is not None
    pages = [
        tuple(map(make, some)) for some in batched(range(COUNT), PAGE, strict=True)
    ]
    # They are not ours; who looks for rubbish need not look there.
    gc.freeze()
    say(f"\nmemory before: {memory():.0f} MiB (the made-up sessions included)")

    async def fill() -> None:
        for page in pages:
            recorded = await ledger.async_record(
                account_id_of(entry), page, Source.HISTORY, dt_util.utcnow()
            )
            assert recorded.stored
        await hass.async_block_till_done(wait_background_tasks=True)

    async def write() -> None:
        while statistics._pending:
            await async_write_statistics(hass)

    await async_timed(f"{COUNT:,} sessions in pages of {PAGE}", fill)
    say(f"memory after: {memory():.0f} MiB")
    await async_timed("all of their statistics", write)
    say(f"memory in the end: {memory():.0f} MiB")
    say(f"{len(await async_statistics(hass))} statistics")
