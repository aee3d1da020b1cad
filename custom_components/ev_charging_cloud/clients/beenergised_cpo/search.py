"""Asking many stations of be.ENERGISED for their connectors, a few at a time."""

from asyncio import TaskGroup, sleep
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
import logging

from ..errors import AuthenticationError, ClientError, RateLimitedError

_LOGGER = logging.getLogger(__name__)

# Fewer than the ten that the vendor permits for its own remote commands.
AT_ONCE = 4
# What to wait where the vendor asks to slow down: what it says, within these bounds.
PAUSE = 30.0
LONGEST_PAUSE = 3600.0
# So many pauses in a row bring no answer, then the rest is left to the next search.
PATIENCE = 5
# So many stations in a row that give no answer say that no other will.
FAILURES_IN_A_ROW = 8


class Search:
    """Asks station by station, each once."""

    def __init__(
        self, ask: Callable[[str], Awaitable[None]], *, patience: int = PATIENCE
    ) -> None:
        """Prepare to ask.

        Args:
            ask: asks a station, by its id.
            patience: how many pauses to make in a row where the vendor wants them.
        """
        self._ask = ask
        self._patience = patience
        self._needed: deque[str] = deque()
        self._others: deque[str] = deque()
        self._goes_on: Callable[[], bool] = lambda: True
        self._limit: RateLimitedError | None = None
        self._error: ClientError | None = None
        self._is_over = False
        self._failures = 0
        self._answers = 0

    async def run(
        self,
        needed: Iterable[str],
        others: Iterable[str] = (),
        goes_on: Callable[[], bool] = lambda: True,
    ) -> None:
        """Ask stations.

        Args:
            needed: these, in any case.
            others: after them these, as long as that is of use.
            goes_on: tells whether it is.

        Raises:
            ClientError: why the rest was not asked, or why no station answered at all.
        """
        self._needed, self._others = deque(needed), deque(others)
        self._goes_on = goes_on
        pauses = 0
        while not self._is_over:
            before = self._answers
            limit = await self._ask_on()
            if limit is None:
                break
            pauses = 1 if self._answers > before else pauses + 1
            if pauses > self._patience:
                self._give_up(limit)
            else:
                await sleep(_pause(limit))
        if self._error is not None and (self._is_over or not self._answers):
            raise self._error

    async def _ask_on(self) -> RateLimitedError | None:
        """Ask until nobody is left, or until the vendor wants a pause, and return why."""
        self._limit = None
        async with TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._work())
        return self._limit

    async def _work(self) -> None:
        while (station_id := self._next()) is not None:
            await self._ask_one(station_id)

    def _next(self) -> str | None:
        """Return whom to ask; None where all were, or there is no use in it now."""
        if self._is_over or self._limit is not None:
            return None
        if self._needed:
            return self._needed.popleft()
        return self._others.popleft() if self._others and self._goes_on() else None

    async def _ask_one(self, station_id: str) -> None:
        try:
            await self._ask(station_id)
        except RateLimitedError as err:
            self._needed.append(station_id)
            if self._limit is None or _pause(err) > _pause(self._limit):
                self._limit = err
        except AuthenticationError as err:
            self._give_up(err)
        except ClientError as err:
            _LOGGER.debug("No connectors of station %s: %s", station_id, err)
            self._error = err
            self._failures += 1
            if self._failures >= FAILURES_IN_A_ROW:
                self._give_up(err)
        else:
            self._failures = 0
            self._answers += 1

    def _give_up(self, err: ClientError) -> None:
        """Leave the rest to the next search."""
        if self._is_over:
            return
        self._is_over = True
        self._error = err
        _LOGGER.info(
            "%d stations told their connectors; the others are asked later: %s",
            self._answers,
            err,
        )


def _pause(err: RateLimitedError) -> float:
    return min(max(err.retry_after or 0.0, PAUSE), LONGEST_PAUSE)
