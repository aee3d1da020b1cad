"""Hourly statistics of sessions in the recorder, kept in step with the ledger.

Energy, cost and CO₂ stand in the hours in which they came about, from the first session
in the ledger on. What the ledger learns later corrects them from the first hour that it
changes. Everything is done in the background: sums in worker threads, rows in the
recorder's.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
import logging

from sqlalchemy.exc import SQLAlchemyError

from homeassistant.components.recorder.const import DOMAIN as RECORDER
from homeassistant.components.recorder.statistics import async_add_external_statistics
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
    SessionQuery,
    SessionRecord,
    Subject,
    SubjectKind,
    first_changed_hours,
    hourly,
)
from .ledger import account_id_of
from .pending import Content, Pending
from .places import async_name, place_of, query_of
from .series import in_units, metadata, new_rows, rows, statistic_id
from .texts import async_texts

_LOGGER = logging.getLogger(__name__)

VERSION = 1
# Changes come in groups, and several polls may bring some.
DELAY = 15.0
LONGEST_DELAY = 600.0
# While there is much to write, most of the time is others'.
PAUSE_SHARE = 10
# What a vendor says of a session's parts may reach beyond its end.
MARGIN = timedelta(days=1)
# After a stop in good order, only what came at the very end may be missing.
RECENT = timedelta(days=1)

type Amounts = Mapping[datetime, float]


class SessionStatistics:
    """Keeps the statistics of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        ledger: Ledger,
        kinds: frozenset[SubjectKind],
    ) -> None:
        """Begin nothing yet.

        Args:
            hass: Home Assistant.
            entry: the account.
            ledger: has its sessions.
            kinds: what of the account is the user's own, and so has statistics.
        """
        self._hass = hass
        self._entry = entry
        self._ledger = ledger
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

    async def async_start(self) -> None:
        """Follow the ledger until the account is unloaded."""
        entry = self._entry
        was_in_order = self._pending.restore(await self._store.async_load())
        # Should Home Assistant be killed, all is looked through.
        await self._store.async_save(Pending.none_in_order())
        await self._ledger.async_load(self._account_id)
        self._pending.add_whole(self._subjects(was_in_order=was_in_order))
        entry.async_on_unload(self._ledger.add_change_listener(self._on_changes))
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
        written = 0
        for each in sorted(self._subjects(was_in_order=False)):
            if subject is not None and subject not in {each, _station_of(each)}:
                continue
            async with self._lock:
                written += await self._async_rebuild_subject(each)
        return written

    async def _async_rebuild_subject(self, subject: Subject) -> int:
        records = await self._async_records(subject, None)
        sums = await self._async_sums(records, subject, None)
        name = await self._async_names(subject, records)
        recorder = get_instance(self._hass)
        if sums:
            recorder.async_clear_statistics(
                [statistic_id(self._account_id, series) for series in sums]
            )
        for series, amounts in sums.items():
            async_add_external_statistics(
                self._hass,
                metadata(self._account_id, series, name(series)),
                new_rows(amounts),
            )
        await recorder.async_block_till_done()
        return len(sums)

    def _subjects(self, *, was_in_order: bool) -> set[Subject]:
        """Return whose statistics may not be what the ledger says."""
        ledger, account_id = self._ledger, self._account_id
        last = ledger.last_sessions(account_id)
        records = [*last.values(), *ledger.running_sessions(account_id)]
        found: set[Subject] = set()
        if was_in_order:
            oldest = dt_util.utcnow() - RECENT
            records = [record for record in records if record.until >= oldest]
        else:
            found.update(ledger.lifetimes(account_id) or ())
        for record in records:
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
            self._cancel = async_call_later(self._hass, self._delay, self._on_time)

    @callback
    def _on_time(self, now: datetime) -> None:
        self._cancel = None
        self._is_writing = True
        _ = self._entry.async_create_background_task(
            self._hass, self._async_write(), f"{self._entry.title} statistics"
        )

    async def _async_write(self) -> None:
        loop = self._hass.loop
        began = loop.time()
        try:
            for subject, hours in self._pending.items():
                async with self._lock:
                    await self._async_write_subject(subject, hours)
                self._pending.done(subject, hours)
        except (LedgerError, SQLAlchemyError) as err:
            _LOGGER.debug("The statistics wait for a database: %s", err)
        finally:
            self._is_writing = False
        took = loop.time() - began
        self._delay = min(max(DELAY, PAUSE_SHARE * took), LONGEST_DELAY)
        self._schedule()

    async def _async_write_subject(
        self, subject: Subject, hours: Mapping[Series, datetime] | None
    ) -> None:
        """Write the statistics of a subject from certain hours on; None for all."""
        since = min(hours.values()) if hours else None
        records = await self._async_records(subject, since)
        sums = await self._async_sums(records, subject, since)
        first = hours or {series: min(amounts) for series, amounts in sums.items()}
        name = await self._async_names(subject, records)
        recorder = get_instance(self._hass)
        for series, hour in first.items():
            amounts = {
                when: amount
                for when, amount in sums.get(series, {}).items()
                if when >= hour
            }
            id_ = statistic_id(self._account_id, series)
            changed = await recorder.async_add_executor_job(
                rows, self._hass, id_, hour, amounts
            )
            if changed:
                async_add_external_statistics(
                    self._hass,
                    metadata(self._account_id, series, name(series)),
                    changed,
                )
        # What was written is read when there is more to write.
        await recorder.async_block_till_done()

    async def _async_records(
        self, subject: Subject, since: datetime | None
    ) -> tuple[SessionRecord, ...]:
        query = SessionQuery(
            account_id=self._account_id,
            start=since - MARGIN if since else None,
            newest_first=False,
        )
        return (await self._ledger.async_sessions(query_of(query, subject))).sessions

    async def _async_sums(
        self,
        records: Iterable[SessionRecord],
        subject: Subject,
        since: datetime | None,
    ) -> dict[Series, Amounts]:
        return await self._hass.async_add_executor_job(_sums, records, subject, since)

    async def _async_names(
        self, subject: Subject, records: Iterable[SessionRecord]
    ) -> Callable[[Series], str]:
        """Return what names a subject's statistics, in the system's language."""
        known = _known_name(subject, records)
        name = async_name(self._hass, self._entry, subject, known)
        texts = await async_texts(self._hass, self._hass.config.language)
        return lambda series: texts[f"statistic_{series.measure}"].format(
            name=name, currency=series.currency
        )

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


def _sums(
    records: Iterable[SessionRecord], subject: Subject, since: datetime | None
) -> dict[Series, Amounts]:
    """Return a subject's sums by hour, in the units of its statistics."""
    return {
        series: {hour: in_units(series, amount) for hour, amount in amounts.items()}
        for series, amounts in hourly(records, since).items()
        if series.subject == subject and amounts
    }


def _known_name(subject: Subject, records: Iterable[SessionRecord]) -> str | None:
    """Return what the newest session calls a subject."""
    for record in reversed(tuple(records)):
        match subject.kind:
            case SubjectKind.LOCATION:
                name = record.location_name
            case SubjectKind.VEHICLE:
                name = record.vehicle_name
            case _:
                name = place_of(record)
        if name:
            return name
    return None
