"""The ledger's database as seen from the event loop: one thread, and no surprises."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
import logging
from pathlib import Path
import time

from .availability import Availability
from .errors import LedgerError, Problem, problem_of
from .store import Store
from .worker import Worker

_LOGGER = logging.getLogger(__name__)

# How long anybody waits for an answer; longer than the drivers' own time-outs.
JOB_SECONDS = 20.0


class Database:
    """Runs work with the store, and tells all failures as :class:`LedgerError`.

    A damaged file is moved aside and the work done with a new one.
    """

    def __init__(
        self,
        url: str,
        *,
        on_anew: Callable[[Path], None],
        on_status: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open nothing yet.

        Args:
            url: SQLAlchemy's address of the database.
            on_anew: is told where a damaged file is now, as a new one is begun.
            on_status: is told that the database failed, or works again.
            clock: counts seconds.
        """
        self._store = Store(url)
        self._worker = Worker("ev_charging_cloud ledger")
        self._on_anew = on_anew
        self._on_status = on_status
        self.availability = Availability(clock)
        self._is_stuck = False
        self._is_over = False
        self._files = 0

    async def async_run[ResultT](self, work: Callable[[Store], ResultT]) -> ResultT:
        """Return what comes of some work with the store.

        Raises:
            LedgerError: nothing does.
        """
        before = self.availability.problem
        try:
            result = await self._async_mended(work)
        except LedgerError as err:
            self.availability.failed(err, datetime.now(UTC))
            raise
        else:
            self.availability.worked()
            return result
        finally:
            if self.availability.problem is not before:
                self._on_status()

    async def async_stop(self, seconds: float) -> None:
        """Close the database and end the thread.

        Args:
            seconds: how long to wait for that.
        """
        # A poll that is late must not begin a thread that nobody ends.
        self._is_over = True
        if not self._worker.is_busy:
            closing = asyncio.ensure_future(self._worker.async_run(self._store.close))
            closing.add_done_callback(_forget)
            await asyncio.wait({closing}, timeout=seconds)
        if not await self._worker.async_stop(seconds):
            _LOGGER.warning("The database of charging sessions does not answer")

    async def _async_mended[ResultT](self, work: Callable[[Store], ResultT]) -> ResultT:
        files = self._files
        try:
            return await self._async_once(work)
        except LedgerError as err:
            if err.problem is not Problem.DAMAGED:
                raise
            # Unless somebody else has begun a new file meanwhile.
            if files == self._files:
                await self._async_begin_anew(err)
        return await self._async_once(work)

    async def _async_begin_anew(self, err: LedgerError) -> None:
        self._files += 1
        now = datetime.now(UTC)
        aside = await self._async_once(
            lambda store: store.move_aside(now), opened=False
        )
        _LOGGER.error(
            "The file of charging sessions is damaged (%s). It was moved to %s, and a "
            "new one is begun",
            err.detail,
            aside,
        )
        self._on_anew(aside)
        self._on_status()

    async def _async_once[ResultT](
        self, work: Callable[[Store], ResultT], *, opened: bool = True
    ) -> ResultT:
        self._is_stuck = self._is_stuck and self._worker.is_busy
        if self._is_stuck:
            raise LedgerError(Problem.TOO_SLOW, "the database does not answer")
        if self._is_over:
            raise LedgerError(Problem.UNREACHABLE, "the ledger is closed")

        def job() -> ResultT:
            try:
                if opened and not self._store.is_open:
                    self._store.open()
                return work(self._store)
            except Exception as err:
                # Whatever it is, those who saw a session must be able to go on.
                raise problem_of(err) from err

        running = asyncio.ensure_future(self._worker.async_run(job))
        done, _ = await asyncio.wait({running}, timeout=JOB_SECONDS)
        if not done:
            self._is_stuck = True
            running.add_done_callback(_forget)
            raise LedgerError(Problem.TOO_SLOW, "the database does not answer in time")
        return running.result()


def _forget[ResultT](job: asyncio.Future[ResultT]) -> None:
    """Look at what came of a job that nobody waits for any more."""
    if not job.cancelled() and (err := job.exception()) is not None:
        _LOGGER.debug("A late answer of the database: %s", err)
