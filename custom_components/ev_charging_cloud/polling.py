"""When to poll next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from operator import attrgetter
from random import uniform
from time import monotonic

from .clients.enums import ConnectorStatus
from .clients.errors import (
    ClientError,
    RateLimitedError,
    UnavailableError,
    UnconfirmedRefusalError,
)
from .clients.snapshot import LiveState

STATUS = attrgetter("status")
JITTER = 0.1
# Seconds after a command: its effect shows at once, after a moment, or in minutes.
AFTER_COMMAND = (5.0, 15.0, 35.0, 75.0, 150.0)
# A vendor's wait beyond this is not taken at its word: one try does no harm.
LONGEST_WAIT = 3600.0


def wanted_wait(err: ClientError) -> float | None:
    """Return the seconds that a vendor asks for with an error; None where it does not."""
    if isinstance(err, RateLimitedError | UnavailableError):
        return err.retry_after
    return None


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
    a cloud in step. What follows a command ends with time, whatever the polls find.
    """

    def __init__(
        self,
        intervals: Intervals,
        spread: Callable[[float, float], float] = uniform,
    ) -> None:
        """Start without any command to follow."""
        self._intervals = intervals
        self._spread = spread
        self._command_at: float | None = None

    def follow_command(self) -> None:
        """Have the next polls come soon, at growing distances."""
        self._command_at = monotonic()

    def next(
        self, *, charging: bool, steady: bool = False, wait: float | None = None
    ) -> timedelta:
        """Return how long to wait until the next poll.

        Args:
            charging: whether something charges.
            steady: whether the vendor sends nothing that changes by itself.
            wait: seconds that the vendor asks for; never less than the usual interval,
                and never more than an hour.
        """
        seconds = self._usual(charging=charging, steady=steady)
        if wait is not None and wait > seconds:
            return timedelta(seconds=min(wait, max(LONGEST_WAIT, seconds)))
        if wait is None and (soon := self._after_command()) is not None:
            seconds = min(soon, seconds)
        return timedelta(seconds=seconds * self._spread(1 - JITTER, 1 + JITTER))

    def after_failure(self, err: ClientError) -> timedelta:
        """Return how long to wait until the next poll where one failed.

        A refusal that is to be confirmed is asked about as soon as it may be: earlier
        polls are in vain, and a person waits to hear of it.
        """
        if isinstance(err, UnconfirmedRefusalError):
            # Home Assistant counts from the last whole second.
            seconds = (err.confirm_after + 1) * self._spread(1, 1 + JITTER)
            return timedelta(seconds=seconds)
        return self.next(charging=False, wait=wanted_wait(err))

    def _usual(self, *, charging: bool, steady: bool) -> float:
        if steady and self._intervals.steady is not None:
            return self._intervals.steady
        return self._intervals.charging if charging else self._intervals.idle

    def _after_command(self) -> float | None:
        """Return the seconds until a command is looked at again; None once it is not."""
        if self._command_at is None:
            return None
        passed = monotonic() - self._command_at
        # A poll that comes a little early is the one that was meant.
        due = (moment for moment in AFTER_COMMAND if moment * (1 - JITTER) > passed + 1)
        following = next(due, None)
        return None if following is None else following - passed


def is_charging(live: LiveState) -> bool:
    """Tell whether something charges that is the user's own."""
    # At public stations somebody else charges nearly always.
    if live.driver is not None:
        return live.driver.running is not None
    # Of thousands of connectors, without a step in Python for each.
    return ConnectorStatus.CHARGING in map(STATUS, live.connectors) or any(
        vehicle.charging for vehicle in live.vehicles
    )
