"""Whether the ledger's database can be used, and when it is worth another try."""

from collections.abc import Callable
from datetime import datetime
import logging
import time

from msgspec import Struct

from .errors import LedgerError, Problem

_LOGGER = logging.getLogger(__name__)

# The first wait after a failure, and the longest, in seconds.
FIRST_WAIT = 5.0
LONGEST_WAIT = 300.0


class LedgerStatus(Struct, frozen=True, kw_only=True):
    """How the ledger is.

    ``problem`` says why the database cannot be used, ``detail`` in its own words, and
    ``since`` when that began; None while all is well. ``waiting`` sessions are in
    memory, to be written later; ``dropped`` were lost because too many waited;
    ``refused`` are those that the database does not take. ``moved_aside`` is where a
    damaged file was put before a new one was begun.
    """

    problem: Problem | None = None
    detail: str | None = None
    since: datetime | None = None
    waiting: int = 0
    dropped: int = 0
    refused: int = 0
    moved_aside: str | None = None


class Availability:
    """Remembers what failed, and waits longer after each failure."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Be hopeful at first.

        Args:
            clock: counts seconds.
        """
        self._clock = clock
        self._failures = 0
        self._next_try = clock()
        self.error: LedgerError | None = None
        self.since: datetime | None = None

    @property
    def problem(self) -> Problem | None:
        """Return what is wrong; None while all is well."""
        return None if self.error is None else self.error.problem

    @property
    def is_due(self) -> bool:
        """Tell whether to try now."""
        return self.error is None or self._clock() >= self._next_try

    def failed(self, err: LedgerError, now: datetime) -> None:
        """Remember a failure; the first one of several is logged."""
        if self.problem is not err.problem:
            _LOGGER.warning(
                "The charging sessions cannot be kept in the database (%s); "
                "what is seen waits in memory",
                err,
            )
        self.since = self.since or now
        self.error = err
        wait = min(FIRST_WAIT * 2**self._failures, LONGEST_WAIT)
        self._failures = min(self._failures + 1, 10)
        self._next_try = self._clock() + wait

    def worked(self) -> None:
        """Remember that all is well."""
        if self.error is not None:
            _LOGGER.warning("The charging sessions are kept in the database again")
        self._failures = 0
        self.error = self.since = None

    def try_soon(self) -> None:
        """Do not wait any longer."""
        self._next_try = 0.0
