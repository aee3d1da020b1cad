"""When to poll next."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import uniform

JITTER = 0.1
# After a command the vendor's cloud needs a moment, and sometimes a longer one.
AFTER_COMMAND = (5.0, 10.0, 20.0)


@dataclass(frozen=True, kw_only=True)
class Intervals:
    """Seconds between polls while nothing charges and while something does.

    ``slow`` are the seconds between two looks at what changes rarely. ``steady`` are
    those between polls where a vendor sends nothing that changes by itself.
    """

    idle: float
    charging: float
    slow: float
    steady: float | None = None


class Cadence:
    """Polls faster while something charges and just after a command.

    Each interval is spread by a tenth, so that the accounts of many homes do not ask
    a cloud in step.
    """

    def __init__(
        self,
        intervals: Intervals,
        spread: Callable[[float, float], float] = uniform,
    ) -> None:
        """Start without any command to follow."""
        self._intervals = intervals
        self._spread = spread
        self._follow_ups: deque[float] = deque()

    def follow_command(self) -> None:
        """Have the next polls come soon, at growing distances."""
        self._follow_ups = deque(AFTER_COMMAND)

    def next(self, *, charging: bool, steady: bool = False) -> timedelta:
        """Return how long to wait until the next poll."""
        if self._follow_ups:
            seconds = self._follow_ups.popleft()
        elif steady and self._intervals.steady is not None:
            seconds = self._intervals.steady
        elif charging:
            seconds = self._intervals.charging
        else:
            seconds = self._intervals.idle
        return timedelta(seconds=seconds * self._spread(1 - JITTER, 1 + JITTER))
