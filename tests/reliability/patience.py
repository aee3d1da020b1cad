"""Time that goes by while the simulator keeps a client waiting, though time stands still."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.ev_charging_cloud.clients.transport import http
from custom_components.ev_charging_cloud.coordinator import LiveCoordinator
from custom_components.ev_charging_cloud.ledger import database
from custom_components.ev_charging_cloud.sessions import recorder
from custom_components.ev_charging_cloud.slow import SlowCoordinator
from simulator.server.sending import Sleep

# A little longer than any client waits, in seconds.
LONGEST = (http.TIMEOUT.total or 0.0) + 1
# So often the event loop looks around until all that can be answered is; before each of
# many short waits a few times are enough.
TURNS, FEW_TURNS = 200, 20
FOR_EVER = 1e9


def serialize(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have one coordinator poll at a time, and whatever runs in threads take no time.

    A jump of time makes several polls due at the same moment; which of their requests
    comes first would be a matter of luck, so those of the live ones do. And no thread is
    quick enough for a jump.
    """
    polling = asyncio.Lock()
    for kind, turns in ((LiveCoordinator, 0), (SlowCoordinator, FEW_TURNS)):
        monkeypatch.setattr(kind, "_async_update_data", _alone(kind, polling, turns))
    monkeypatch.setattr(database, "JOB_SECONDS", FOR_EVER)
    monkeypatch.setattr(recorder, "PATIENCE", FOR_EVER)


def _alone(
    kind: type[LiveCoordinator | SlowCoordinator], polling: asyncio.Lock, turns: int
) -> Callable[[Any], Awaitable[object]]:
    """Return how a coordinator polls once others had some turns of the event loop."""
    update = kind._async_update_data

    async def alone(coordinator: Any) -> object:
        for _ in range(turns):
            await asyncio.sleep(0)
        async with polling:
            return await update(coordinator)

    return alone


def waiting(tick: Callable[[timedelta], object]) -> Sleep:
    """Return how a simulated cloud waits: time makes a jump, and the client gives up.

    Other answers that are under way come first, as they would in no time at all. Of
    several waits at the same time the first makes the jump for all.

    Args:
        tick: lets time pass.
    """

    async def wait(seconds: float) -> None:
        until = datetime.now(UTC) + timedelta(seconds=min(seconds, LONGEST))
        is_short = seconds <= 1
        for _ in range(FEW_TURNS if is_short else TURNS):
            await asyncio.sleep(0)
        if (rest := until - datetime.now(UTC)) > timedelta(0):
            tick(rest)
        await asyncio.sleep(0 if is_short else seconds)

    return wait
