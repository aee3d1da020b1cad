"""The ledger as the rest of the integration knows it: asynchronous, and never failing.

What was seen is in the database when a call returns, or else it waits in memory and is
written as soon as the database can be used again. Only questions fail.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from pathlib import Path

from .availability import LedgerStatus
from .copying import Copied, copy_all
from .errors import LedgerError
from .faults import WATCHED_SINCE, Fault
from .keeping import BATCH, ChangeListener, Keeper, StatusListener
from .model import Change, Recorded, SessionRecord, Sighting, Source, Subject
from .store import Store

# A backup that never says that it is over must not stop the writing for good.
LONGEST_PAUSE = 3600.0

NOTHING = timedelta(0)


class Ledger(Keeper):
    """Sessions of all accounts, for keeps."""

    @property
    def status(self) -> LedgerStatus:
        """Return how the ledger is."""
        err = self._database.availability.error
        return LedgerStatus(
            problem=None if err is None else err.problem,
            detail=None if err is None else err.detail,
            since=self._database.availability.since,
            waiting=len(self._waiting),
            dropped=self._waiting.dropped,
            refused=self._refused,
            moved_aside=self._moved_aside,
        )

    def lifetimes(self, account_id: str) -> Mapping[Subject, float] | None:
        """Return the meters of connectors, vehicles and drivers, in Wh.

        They never fall. None as long as nothing could be read of the account.
        """
        book = self._books.get(account_id)
        return book.readings if book is not None and book.is_loaded else None

    def last_sessions(self, account_id: str) -> Mapping[Subject, SessionRecord]:
        """Return what ended last of each connector, vehicle and driver."""
        book = self._books.get(account_id)
        return {} if book is None else book.last

    def running_sessions(self, account_id: str) -> tuple[SessionRecord, ...]:
        """Return the sessions that are not over, as last seen."""
        book = self._books.get(account_id)
        return () if book is None else book.running

    def add_change_listener(self, listener: ChangeListener) -> Callable[[], None]:
        """Be told of every change once it is in the database; return how to stop."""
        self._change_listeners.append(listener)
        return partial(self._change_listeners.remove, listener)

    def add_status_listener(self, listener: StatusListener) -> Callable[[], None]:
        """Be told when a problem comes, changes or goes; return how to stop."""
        self._status_listeners.append(listener)
        return partial(self._status_listeners.remove, listener)

    async def async_load(self, account_id: str) -> bool:
        """Read what is kept of an account; tell whether that was possible."""
        return await self._async_shielded(self._async_load(account_id))

    async def async_record(
        self,
        account_id: str,
        sightings: Iterable[Sighting],
        source: Source,
        seen_at: datetime,
        progress: Mapping[str, str] | None = None,
    ) -> Recorded:
        """Keep what a poll or a listing showed.

        Args:
            account_id: whose sessions.
            sightings: what was shown; a session may be among them twice.
            source: where it was shown.
            seen_at: when.
            progress: cursors of the history, kept once all the sessions are; where
                ``stored`` is false, they are not.

        Returns:
            What is new, and whether it is in the database.
        """
        return await self._async_shielded(
            self._async_record(
                account_id, tuple(sightings), source, seen_at, progress or {}
            )
        )

    async def async_close_missing(
        self,
        account_id: str,
        seen_ids: Collection[str],
        now: datetime,
        *,
        listing_is_complete: bool,
        grace: timedelta = NOTHING,
    ) -> Recorded:
        """Close running sessions that a listing lacks, at the time they were last seen.

        If the vendor tells the end later, that is taken; if it shows the session running
        again, it is open again.

        Args:
            account_id: whose sessions.
            seen_ids: the vendor's ids of the sessions that the listing has.
            now: when it was read.
            listing_is_complete: whether it has all sessions that run. If not, nothing
                is closed.
            grace: how long a session must not have been seen.
        """
        if not listing_is_complete:
            return Recorded()
        return await self._async_shielded(
            self._async_close_missing(account_id, seen_ids, now, grace)
        )

    async def async_raise_meters(
        self, account_id: str, readings: Mapping[Subject, float]
    ) -> None:
        """Let meters show no less than they are known to have shown, in Wh.

        Raises:
            LedgerError: it cannot be kept.
        """
        raised = await self._database.async_run(
            lambda store: store.raise_meters(account_id, readings)
        )
        self._book(account_id).set_lifetimes(raised)

    async def async_keep_faults(
        self, account_id: str, faults: Iterable[Fault], watched_since: datetime
    ) -> bool:
        """Keep when connectors were faulted; tell whether that was possible.

        Args:
            account_id: whose connectors.
            faults: what is new of them.
            watched_since: since when somebody looks for faults, if it is not kept yet.
        """
        return await self._async_shielded(
            self._async_keep_faults(account_id, tuple(faults), watched_since)
        )

    async def async_remove_account(self, account_id: str) -> bool:
        """Delete all that is kept of an account.

        Returns:
            Whether it is gone. If not, it will be once the database can be used again.
        """
        self._books.pop(account_id, None)
        self._waiting.forget(account_id)
        self._to_remove.add(account_id)
        await self.async_flush()
        return account_id not in self._to_remove

    async def async_flush(self) -> bool:
        """Try now to write what waits; tell whether nothing waits any more."""
        self._database.availability.try_soon()
        return await self._async_shielded(self._async_flush())

    async def async_stop(self, seconds: float = 10.0) -> None:
        """Write what can be written, and let the database go.

        Args:
            seconds: how long to wait for it.
        """
        self._paused_until = 0.0
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.async_flush()
                await self._async_keep_sights()
                await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._database.async_stop(seconds)

    async def async_pause(self) -> None:
        """Make the file whole by itself and write nothing to it: it is being copied.

        What is seen meanwhile waits in memory, for an hour at most.
        """
        async with self._lock:
            with suppress(LedgerError):
                await self._async_write_waiting()
                await self._database.async_run(Store.checkpoint)
            self._paused_until = self._clock() + LONGEST_PAUSE

    async def async_resume(self) -> None:
        """Write again; the copy is made."""
        self._paused_until = 0.0
        await self.async_flush()

    async def async_checkpoint(self) -> None:
        """Make the file whole by itself.

        Raises:
            LedgerError: it cannot be done.
        """
        await self._database.async_run(Store.checkpoint)

    async def async_backup_to(self, path: Path) -> None:
        """Write a copy of the file that is whole.

        Raises:
            BackupError: the ledger is not in a file.
            LedgerError: it cannot be done.
        """
        await asyncio.to_thread(Store(self._url).back_up_to, path)

    async def async_copy_to(self, url: str) -> Copied:
        """Take all sessions along to another database.

        Raises:
            LedgerError: one of the databases cannot be used.
        """
        await self.async_flush()
        return await asyncio.to_thread(copy_all, self._url, url)

    async def _async_load(self, account_id: str) -> bool:
        async with self._lock:
            return await self._async_loaded(account_id)

    async def _async_record(
        self,
        account_id: str,
        sightings: Iterable[Sighting],
        source: Source,
        seen_at: datetime,
        progress: Mapping[str, str],
    ) -> Recorded:
        async with self._lock:
            await self._async_loaded(account_id)
            book = self._book(account_id)
            changes: list[Change] = []
            for some in batched(sightings, BATCH, strict=False):
                news = book.news(some, source, seen_at).values()
                # What polls show, they show again; the history does not.
                remember = source is Source.LIVE
                changes += await self._async_keep(book, news, remember=remember)
                await asyncio.sleep(0)
            if self._waiting or self._to_raise or self._to_remove:
                await self._async_write_quietly()
            is_stored = not self._waiting.of_account(account_id)
            if is_stored and progress:
                is_stored = await self._async_keep_progress(account_id, progress)
            return Recorded(changes=tuple(changes), stored=is_stored)

    async def _async_keep_faults(
        self, account_id: str, faults: Iterable[Fault], watched_since: datetime
    ) -> bool:
        async with self._lock:
            if not self._can_write:
                return False
            try:
                known = await self.async_progress(account_id)
                if WATCHED_SINCE not in known:
                    since = {WATCHED_SINCE: watched_since.isoformat()}
                    await self._database.async_run(
                        lambda store: store.set_progress(account_id, since)
                    )
                await self._database.async_run(
                    lambda store: store.keep_faults(account_id, faults)
                )
            except LedgerError as err:
                # What the database does not take now, it will not take later either.
                return err.is_about_values
            return True

    async def _async_keep_progress(
        self, account_id: str, progress: Mapping[str, str]
    ) -> bool:
        if not self._can_write:
            return False
        try:
            await self._database.async_run(
                lambda store: store.set_progress(account_id, progress)
            )
        except LedgerError:
            return False
        return True

    async def _async_close_missing(
        self,
        account_id: str,
        seen_ids: Collection[str],
        now: datetime,
        grace: timedelta,
    ) -> Recorded:
        async with self._lock:
            if not await self._async_loaded(account_id):
                return Recorded()
            book = self._book(account_id)
            missing = book.missing(seen_ids, now, grace).values()
            changes = await self._async_keep(book, missing, remember=True)
            is_stored = not self._waiting.of_account(account_id)
            return Recorded(changes=changes, stored=is_stored)

    async def _async_flush(self) -> bool:
        async with self._lock:
            await self._async_write_quietly()
            return not (self._waiting or self._to_raise or self._to_remove)
