"""A clock for event loops under test, which stands still while the loop works."""

import asyncio
from selectors import BaseSelector, SelectorKey
import time
from typing import cast

# What a wait for a socket may count for, in seconds: the machine may have slept meanwhile.
MOST = 0.1
# What a turn of the loop may count for: who spins until a time is over gets there all the same.
TURN = 0.0002


class LoopClock:
    """Counts the time for which a loop waits, but not the time that work takes.

    So no time-out ends, and no poll begins, because a machine is slow or has other things to do. Where time is
    frozen, it is frozen here too.
    """

    # In the class, where whoever freezes time does not find it.
    _monotonic = staticmethod(time.monotonic)

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Become the clock of a loop."""
        selector = cast("BaseSelector", vars(loop)["_selector"])
        self._select = selector.select
        self._now = self._ended = self._monotonic()
        vars(selector)["select"] = self.select
        vars(loop)["time"] = self.time

    def time(self) -> float:
        """Return the loop's time, in seconds."""
        frozen = time.monotonic is not self._monotonic
        return time.monotonic() if frozen else self._now

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Wait as selectors do, and count it: whole if nothing but the end of the wait came of it."""
        began = self._monotonic()
        events = self._select(timeout)
        worked, self._ended = began - self._ended, self._monotonic()
        waited = min(self._ended - began, MOST)
        self._now += min(worked, TURN) + (waited if events else timeout or 0)
        return events
