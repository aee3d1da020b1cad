"""Keeping sessions although the database may fail: in it, or else in memory."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from functools import partial
import logging
from pathlib import Path
import time
from typing import Any, override

from sqlalchemy import Connection

from .book import AccountBook
from .database import Database
from .errors import LedgerError
from .model import Change, SessionRecord
from .queries import read_last
from .questions import Questions
from .store import Store, Written
from .waiting import MOST_WAITING, Waiting

_LOGGER = logging.getLogger(__name__)

# So much at a time, so that neither the event loop nor the database is held up.
BATCH = 500

type ChangeListener = Callable[[tuple[Change, ...]], None]
type StatusListener = Callable[[], None]


class Keeper(Questions):
    """Writes what is new, and what waited before it; one call at a time."""

    def __init__(
        self,
        url: str,
        *,
        most_waiting: int = MOST_WAITING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open nothing yet.

        Args:
            url: SQLAlchemy's address of the database.
            most_waiting: how many sessions wait in memory at most.
            clock: counts seconds.
        """
        self._url = url
        self._clock = clock
        self._database = Database(
            url, on_anew=self._begin_anew, on_status=self._tell_status, clock=clock
        )
        self._books: dict[str, AccountBook] = {}
        self._waiting = Waiting(most_waiting)
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._to_remove: set[str] = set()
        self._to_raise: set[str] = set()
        self._paused_until = 0.0
        self._refused = 0
        self._moved_aside: str | None = None
        self._change_listeners: list[ChangeListener] = []
        self._status_listeners: list[StatusListener] = []

    @override
    async def _async_read[ResultT](
        self, question: Callable[[Connection], ResultT]
    ) -> ResultT:
        return await self._database.async_run(lambda store: store.read(question))

    async def _async_shielded[ResultT](
        self, work: Coroutine[Any, Any, ResultT]
    ) -> ResultT:
        """Finish what was begun, whatever becomes of those who wait for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    @property
    def _can_write(self) -> bool:
        is_paused = self._clock() < self._paused_until
        return self._database.availability.is_due and not is_paused

    def _book(self, account_id: str) -> AccountBook:
        book = self._books.get(account_id)
        if book is None:
            book = self._books[account_id] = AccountBook(account_id)
        return book

    async def _async_loaded(self, account_id: str) -> bool:
        """Read an account, if it was not; tell whether it is by now."""
        book = self._book(account_id)
        if book.is_loaded or not self._can_write:
            return book.is_loaded
        try:
            state = await self._database.async_run(lambda s: s.load(account_id))
        except LedgerError:
            return False
        book.load(state)
        return True

    async def _async_keep(
        self, book: AccountBook, records: Iterable[SessionRecord], *, remember: bool
    ) -> tuple[Change, ...]:
        """Write sessions, or let them wait; return what is new to those who ask.

        Args:
            book: of the account.
            records: what was seen; each session once.
            remember: whether sessions that are over are likely to be seen again.
        """
        records = tuple(records)
        if not records:
            return ()
        if self._can_write:
            # To a new file all is new; to those who saw the sessions before it is not.
            before = book.find(record.session_id for record in records)
            try:
                await self._async_write_waiting()
                written = await self._async_write(book, records)
            except LedgerError:
                pass
            else:
                await self._async_take(book, records, written, remember=remember)
                return tuple(
                    Change(
                        before=before.get(c.after.session_id, c.before), after=c.after
                    )
                    for c in written.changes
                )
        changes = book.hold(records)
        self._let_wait(change.after for change in changes)
        return changes

    def _let_wait(self, records: Iterable[SessionRecord]) -> None:
        had_dropped = self._waiting.dropped
        for record in self._waiting.add(records):
            self._book(record.account_id).forget(record.session_id)
        if not had_dropped and self._waiting.dropped:
            self._tell_status()

    async def _async_write_quietly(self) -> None:
        """Write what waits, if the database can be used."""
        if self._can_write:
            with suppress(LedgerError):
                await self._async_write_waiting()

    async def _async_write_waiting(self) -> None:
        """Do what could not be done before.

        Raises:
            LedgerError: it still cannot.
        """
        for account_id in tuple(self._to_remove):
            await self._database.async_run(
                partial(Store.remove_account, account_id=account_id)
            )
            self._to_remove.discard(account_id)
        for account_id in tuple(self._to_raise):
            readings = self._book(account_id).readings
            await self._database.async_run(
                partial(Store.raise_meters, account_id=account_id, readings=readings)
            )
            self._to_raise.discard(account_id)
        for account_id in self._waiting.accounts():
            book = self._book(account_id)
            while some := self._waiting.of_account(account_id)[:BATCH]:
                written = await self._async_write(book, some)
                self._waiting.remove(some)
                await self._async_take(book, some, written, remember=True)

    async def _async_write(
        self, book: AccountBook, records: tuple[SessionRecord, ...]
    ) -> Written:
        return await self._database.async_run(
            lambda store: store.record(book.account_id, records)
        )

    async def _async_take(
        self,
        book: AccountBook,
        records: Iterable[SessionRecord],
        written: Written,
        *,
        remember: bool,
    ) -> None:
        """Take what was written into memory, and tell of it."""
        book.take(written.records, written.changes, remember=remember)
        book.set_lifetimes(written.lifetimes)
        accepted = {record.session_id for record in written.records}
        refused = [r for r in records if r.session_id not in accepted]
        if refused:
            if not self._refused:
                _LOGGER.warning("The database does not take some charging sessions")
            self._refused += len(refused)
            # They would be refused again: only what is new of them is worth a try.
            book.take(refused, (), remember=True)
        if book.is_last_stale:
            with suppress(LedgerError):
                book.set_last(
                    await self._async_read(
                        partial(read_last, account_id=book.account_id)
                    )
                )
        if written.changes:
            for listener in tuple(self._change_listeners):
                _tell(partial(listener, written.changes))

    async def _async_keep_sights(self) -> None:
        """Write when running sessions were last seen, of which there was no news."""
        async with self._lock:
            for account_id, book in self._books.items():
                if not (seen := book.unwritten_sights) or not self._can_write:
                    continue
                with suppress(LedgerError):
                    await self._database.async_run(
                        partial(Store.touch, account_id=account_id, seen=seen)
                    )

    def _begin_anew(self, aside: Path) -> None:
        """Let all that is known wait to be written into a new file."""
        self._moved_aside = str(aside)
        for account_id, book in tuple(self._books.items()):
            self._let_wait(book.records)
            if book.readings:
                self._to_raise.add(account_id)

    def _tell_status(self) -> None:
        for listener in tuple(self._status_listeners):
            _tell(listener)


def _tell(listener: Callable[[], None]) -> None:
    try:
        listener()
    except Exception:
        # One that fails must not keep sessions from being kept.
        _LOGGER.exception("Unexpected error telling of charging sessions")
