"""The rate limit: so many requests in a rolling hour of simulated time."""

from collections import deque
from datetime import timedelta
from math import ceil

from simulator.world.clock import Clock

WINDOW = timedelta(hours=1)


class RateLimit:
    """Count requests by application and user."""

    def __init__(self, clock: Clock) -> None:
        """Begin with none."""
        self._clock = clock
        self._seen: dict[str, deque[float]] = {}

    def left(self, bucket: str | None, limit: int) -> int:
        """Return how many requests are left."""
        return max(0, limit - (len(self._recent(bucket)) if bucket else 0))

    def count(self, bucket: str, limit: int) -> int | None:
        """Count a request; return the seconds to wait if it is one too many, which is not counted."""
        recent = self._recent(bucket)
        if len(recent) >= limit:
            if not recent:
                return int(WINDOW.total_seconds())
            oldest = recent[len(recent) - limit] if limit else recent[-1]
            now = self._clock.now().timestamp()
            return max(1, ceil(oldest + WINDOW.total_seconds() - now))
        recent.append(self._clock.now().timestamp())
        return None

    def clear(self) -> None:
        """Forget everything."""
        self._seen.clear()

    def _recent(self, bucket: str) -> deque[float]:
        """Return the times of the requests of the last hour."""
        recent = self._seen.setdefault(bucket, deque())
        horizon = (self._clock.now() - WINDOW).timestamp()
        while recent and recent[0] <= horizon:
            recent.popleft()
        return recent
