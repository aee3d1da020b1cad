"""The simulated time of a world: it can run fast, stand still and be moved on by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import time


class Clock:
    """Tell the simulated time: start + speed x elapsed real time + what was advanced by hand.

    Time never runs backwards. With speed 0 it stands still until `advance` moves it.
    """

    def __init__(
        self,
        start: datetime | None = None,
        speed: float = 1.0,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start at `start`.

        Args:
            start: first simulated moment, aware; None is the present whole second.
            speed: simulated seconds per real second, 0 or more.
            monotonic: gives elapsed real seconds. A test which freezes time can put its own here.

        Raises:
            ValueError: if `start` is naive or `speed` is negative.
        """
        if start is None:
            start = datetime.now(UTC).replace(microsecond=0)
        if start.tzinfo is None:
            raise ValueError(
                "the clock needs an aware start, for example datetime(..., tzinfo=UTC)"
            )
        self._monotonic = monotonic
        self._base = start.astimezone(UTC)
        self._speed = _checked_speed(speed)
        self._base_at = monotonic()

    @property
    def speed(self) -> float:
        """Return the simulated seconds per real second."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        """Change the speed from now on; the present moment stays the same."""
        speed = _checked_speed(speed)
        self._rebase()
        self._speed = speed

    def now(self) -> datetime:
        """Return the simulated moment, in UTC."""
        # with speed 0 nothing may depend on how long a float operation took
        if not self._speed:
            return self._base
        elapsed = max(0.0, self._monotonic() - self._base_at)
        return self._base + timedelta(seconds=elapsed * self._speed)

    def advance(self, step: timedelta) -> datetime:
        """Move the time on by `step` and return the new moment.

        Raises:
            ValueError: if `step` is negative.
        """
        if step < timedelta(0):
            raise ValueError("time does not run backwards")
        self._rebase()
        self._base += step
        return self._base

    def _rebase(self) -> None:
        """Take the present moment as the new base."""
        self._base, self._base_at = self.now(), self._monotonic()


def _checked_speed(speed: float) -> float:
    """Return the speed if it is 0 or more."""
    if not 0 <= speed < float("inf"):
        raise ValueError("speed must be 0 or more")
    return speed
