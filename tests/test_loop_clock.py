"""Tests of the clock that the event loop has in all other tests."""

import asyncio
from datetime import timedelta
import time

from freezegun.api import FrozenDateTimeFactory
import pytest


async def _spin() -> None:
    """Never end, nor wait for anything."""
    while True:  # noqa: ASYNC110 - that it spins is the point
        await asyncio.sleep(0)


async def test_work_takes_no_time() -> None:
    """A time-out does not end while the loop is busy, however long that takes."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(0.05):
        time.sleep(0.1)  # noqa: ASYNC251 - work, as a slow machine does it
        await asyncio.sleep(0)
    assert loop.time() - began < 0.05


async def test_waiting_takes_time() -> None:
    """A time-out ends when nothing happens for so long, and also under who spins."""
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await asyncio.Event().wait()
    assert time.monotonic() - began > 0.04
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(_spin(), 0.05)


async def test_frozen_time(freezer: FrozenDateTimeFactory) -> None:
    """Where time is frozen, the loop's is too."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.sleep(0)
    assert loop.time() == began
    freezer.tick(timedelta(minutes=1))
    assert loop.time() == began + 60
