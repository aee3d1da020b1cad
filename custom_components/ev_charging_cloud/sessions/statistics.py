"""Hourly statistics of sessions in the recorder, kept in step with the ledger.

Energy, cost and CO₂ stand in the hours in which they came about, from the first session
in the ledger on. What the ledger learns later corrects them from the first hour that it
changes. Everything is done in the background: sums in worker threads, rows in the
recorder's.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
import logging

from sqlalchemy.exc import SQLAlchemyError

from homeassistant.components.recorder.const import DOMAIN as RECORDER
from homeassistant.components.recorder.statistics import get_metadata
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.recorder import get_instance
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..ledger import (
    Change,
    Ledger,
    LedgerError,
    Series,
    SessionRecord,
    Subject,
    SubjectKind,
    first_changed_hours,
    series_of,
)
from .ledger import account_id_of
from .pending import Content, Pending
from .progress import HistoryState
from .series import id_prefix
from .writing import Pass, Wanted

_LOGGER = logging.getLogger(__name__)

VERSION = 1
# Changes come in groups, and several polls may bring some.
DELAY = 15.0
LONGEST_DELAY = 600.0
# The past comes the newest first, and sums run on from the oldest: whatever is written
# while it is read has to be corrected later, so each wait is twice the one before.
FIRST_OF_PAST, LONGEST_OF_PAST = 120.0, 3600.0
# While there is much to write, most of the time is others'.
PAUSE_SHARE = 10
# After a stop in good order, only what came at the very end may be missing.
RECENT = timedelta(days=1)


class SessionStatistics:
    """Keeps the statistics of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        ledger: Ledger,
        history: HistoryState,
        kinds: frozenset[SubjectKind],
    ) -> None:
        """Begin nothing yet.

        Args:
            hass: Home Assistant.
            entry: the account.
            ledger: has its sessions.
            history: tells whether the past is still being read.
            kinds: what of the account is the user's own, and so has statistics.
        """
        self._hass = hass
        self._entry = entry
        self._ledger = ledger
        self._history = history
        self._kinds = kinds
        self._account_id = account_id_of(entry)
        self._store = Store[Content](hass, VERSION, store_key(entry))
        self._pending = Pending()
        # Changes whose hours are not known yet, by a number.
        self._unread: dict[int, list[Change]] = {}
        self._changes_seen = 0
        self._cancel: Callable[[], None] | None = None
        self._is_writing = False
        self._lock = asyncio.Lock()
        self._delay = DELAY
        self._past_delay = FIRST_OF_PAST

    async def async_start(self) -> None:
        """Follow the ledger until the account is unloaded."""
        entry = self._entry
        was_in_order = self._pending.restore(await self._store.async_load())
        # Should Home Assistant be killed, all is looked through.
        await self._store.async_save(Pending.none_in_order())
        await self._ledger.async_load(self._account_id)
        self._add_whatever_lacks(was_in_order=was_in_order)
        entry.async_on_unload(self._ledger.add_change_listener(self._on_changes))
        entry.async_on_unload(self._history.async_follow(self._on_history))
        entry.async_on_unload(self._async_stop)
        entry.async_on_unload(
            self._hass.bus.async_listen(
                EVENT_HOMEASSISTANT_FINAL_WRITE, self._async_on_final_write
            )
        )
        self._schedule()

    async def async_rebuild(self, subject: Subject | None) -> int:
        """Write the statistics of a subject anew; None for all of the account.

        Returns:
            How many statistics there are.

        Raises:
            LedgerError: the sessions cannot be read.
        """
        subjects = {
            each
            for each in self._all_subjects()
            if subject is None or subject in {each, _station_of(each)}
        }
        # Nothing is deleted that cannot be written again.
        await self._ledger.async_stretch(self._account_id, dt_util.utcnow(), subjects)
        async with self._lock:
            self._pending.add_whole(subjects)
            await self._async_clear(subjects)
            return await self._async_pass(
                {
                    each: hours
                    for each, hours in self._pending.items()
                    if each in subjects
                }
            )

    async def _async_clear(self, subjects: Iterable[Subject]) -> None:
        """Delete all statistics of subjects, also of a currency that is no more."""
        recorder = get_instance(self._hass)
        known = await recorder.async_add_executor_job(
            partial(get_metadata, self._hass, statistic_source=DOMAIN)
        )
        prefixes = tuple(id_prefix(self._account_id, subject) for subject in subjects)
        if found := [id_ for id_ in known if id_.startswith(prefixes)]:
            recorder.async_clear_statistics(found)

    def _add_whatever_lacks(self, *, was_in_order: bool) -> None:
        """Have all written that may not be what the ledger says."""
        if not was_in_order:
            self._pending.add_whole(self._all_subjects())
            return
        oldest = dt_util.utcnow() - RECENT
        for record in self._known_sessions():
            if record.until >= oldest:
                self._note({series: min(h) for series, h in series_of(record).items()})

    def _known_sessions(self) -> tuple[SessionRecord, ...]:
        """Return the sessions that run, and those that ended last."""
        ledger, account_id = self._ledger, self._account_id
        last = ledger.last_sessions(account_id).values()
        return (*last, *ledger.running_sessions(account_id))

    def _all_subjects(self) -> set[Subject]:
        """Return whose statistics there may be."""
        found = set(self._ledger.lifetimes(self._account_id) or ())
        for record in self._known_sessions():
            found.update(record.subjects)
        return {subject for subject in found if subject.kind in self._kinds}

    @callback
    def _on_changes(self, changes: tuple[Change, ...]) -> None:
        own = [c for c in changes if c.after.account_id == self._account_id]
        if not own:
            return
        self._changes_seen += 1
        self._unread[self._changes_seen] = own
        _ = self._entry.async_create_background_task(
            self._hass,
            self._async_read(self._changes_seen),
            f"{self._entry.title} statistics",
        )

    async def _async_read(self, number: int) -> None:
        """Find which hours some changes concern."""
        first = await self._hass.async_add_executor_job(
            first_changed_hours, self._unread[number]
        )
        if self._unread.pop(number, None) is not None:
            self._note(first)
            self._schedule()

    def _note(self, first: Mapping[Series, datetime]) -> None:
        self._pending.add(
            {
                series: hour
                for series, hour in first.items()
                if series.subject.kind in self._kinds
            }
        )

    @callback
    def _schedule(self) -> None:
        if self._pending and self._cancel is None and not self._is_writing:
            self._cancel = async_call_later(self._hass, self._wait, self._on_time)

    @property
    def _wait(self) -> float:
        if self._history.is_awaited:
            return max(self._past_delay, self._delay)
        return self._delay

    @callback
    def _on_history(self) -> None:
        """Write what the past has brought as soon as all of it is there."""
        if self._cancel is not None and not self._history.is_awaited:
            self._cancel()
            self._cancel = None
            self._schedule()

    @callback
    def _on_time(self, now: datetime) -> None:
        self._cancel = None
        self._is_writing = True
        if self._history.is_awaited:
            self._past_delay = min(2 * self._past_delay, LONGEST_OF_PAST)
        _ = self._entry.async_create_background_task(
            self._hass, self._async_write(), f"{self._entry.title} statistics"
        )

    async def _async_write(self) -> None:
        loop = self._hass.loop
        began = loop.time()
        try:
            async with self._lock:
                await self._async_pass(dict(self._pending.items()))
        except (LedgerError, SQLAlchemyError) as err:
            _LOGGER.debug("The statistics wait for a database: %s", err)
        finally:
            self._is_writing = False
        took = loop.time() - began
        self._delay = min(max(DELAY, PAUSE_SHARE * took), LONGEST_DELAY)
        self._schedule()

    async def _async_pass(self, wanted: Wanted) -> int:
        """Write what is wanted; return how many statistics that were."""
        written = await Pass(self._hass, self._entry, self._ledger, wanted).async_run()
        for subject, hours in wanted.items():
            self._pending.done(subject, hours)
        return written

    async def _async_on_final_write(self, _: Event) -> None:
        await self._async_stop()

    async def _async_stop(self) -> None:
        """Keep what is still to be written."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        # Who finds their hours may have been ended before.
        while self._unread:
            self._note(first_changed_hours(self._unread.popitem()[1]))
        await self._store.async_save(self._pending.content())


def _station_of(subject: Subject) -> Subject:
    """Return the station of a connector; of all else nothing that there is."""
    return Subject(SubjectKind.STATION, subject.station_id)


def store_key(entry: ConfigEntry) -> str:
    """Return the name of the file of what an account's statistics still lack."""
    return f"{DOMAIN}.statistics.{entry.entry_id}"


def is_recorded(hass: HomeAssistant) -> bool:
    """Tell whether there is a recorder that keeps statistics."""
    return RECORDER in hass.config.components
