"""Maintenance windows of be.ENERGISED: read, planned, changed, taken back.

Source: the CPO API's reference, maintenance windows. A window is read under other names
than it is written. One cannot begin in the past, and one that is over cannot be changed.
Deleting is documented, its path is not: it is taken to be that of changing.

Which windows the filter by dates means exactly (those that overlap a time, or lie in it)
is not documented; what comes is filtered here once more.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from aiohttp import hdrs
import msgspec

from ..enums import MaintenanceRule
from ..errors import (
    ClientError,
    MaintenanceRuleError,
    RateLimitedError,
    UnavailableError,
)
from ..model import MaintenanceDraft, MaintenanceWindow
from ..reading.families import Family
from ..reading.items import ItemReader
from ..reading.moments import utc
from ..reading.report import ReadingReport
from ..reading.values import text
from ..snapshot import Skipped
from ..transport.address import path_to
from ..transport.http import HttpClient
from . import wire
from .pages import Filters, Pages

LIST = "/maintenance_windows/"
# Windows that began longer ago are asked for only when a calendar shows such a time.
LOOK_BACK = timedelta(days=90)
# A little less than the quarter of an hour between two polls, which are spread.
FRESH = timedelta(minutes=12)
# To this a time may be cut on its way through the vendor's cloud.
PRECISION = timedelta(seconds=1)

type Windows = tuple[MaintenanceWindow, ...]


class CpoMaintenance:
    """The maintenance windows of one account.

    Reads are numbered as they begin: one that began before a change was over is not
    kept, and neither is one that ends after a later one.
    """

    def __init__(
        self,
        http: HttpClient,
        pages: Pages,
        report: ReadingReport,
        family: Family[Windows],
    ) -> None:
        """Begin with no window known."""
        self._http = http
        self._pages = pages
        self._report = report
        self._family = family
        self._reader = self._new_reader()
        self._windows: Windows = ()
        # Whether the list ended where it should: only then is a window gone that it lacks.
        self._is_whole = True
        # What was returned last, as it is while no window ends.
        self._planned: Windows = ()
        self._since = datetime.max.replace(tzinfo=UTC)
        self._begun = self._kept = 0
        self._needed = 1
        self._older: dict[tuple[datetime, datetime], Windows] = {}
        self._lock = asyncio.Lock()

    @property
    def is_known(self) -> bool:
        """Whether the windows could be read, and that still stands."""
        return self._family.answer is not None

    @property
    def has_outage(self) -> bool:
        """Whether they could not be read for a reason that may concern everything."""
        return isinstance(self._family.error, UnavailableError)

    def planned(self, moment: datetime) -> Windows:
        """Return the windows that are not over at a moment, the earliest first."""
        if not self.is_known:
            return ()
        found = tuple(window for window in self._windows if window.end > moment)
        if found != self._planned:
            self._planned = found
        return self._planned

    async def async_refresh(self) -> None:
        """Read the windows, unless that was done just now."""
        if self._is_due():
            await self._family.read(self._read)

    def _is_due(self) -> bool:
        read_at = self._family.answered_at
        return (
            self._is_overtaken
            or read_at is None
            or datetime.now(UTC) - read_at >= FRESH
        )

    @property
    def _is_overtaken(self) -> bool:
        """Whether something was written since the windows were read."""
        return self._kept < self._needed

    async def async_get_windows(self, start: datetime, end: datetime) -> Windows:
        """Return the windows that overlap a time; a time long ago is asked for."""
        if start >= self._since:
            if self._is_overtaken:
                await self.async_refresh()
            return _overlapping(self._windows, start, end)
        # All calendars of a page ask for the same time at once.
        async with self._lock:
            if (start, end) in self._older:
                return _overlapping(self._older[start, end], start, end)
            needed = self._needed
            windows, _ = await self._list(
                self._new_reader(),
                [("filter[startDate]", _iso(start)), ("filter[endDate]", _iso(end))],
            )
            if needed == self._needed:
                self._older[start, end] = windows
            return _overlapping(windows, start, end)

    async def async_create(self, draft: MaintenanceDraft) -> MaintenanceWindow | None:
        """Plan a window (``POST charging_stations/{uuid}/maintenance_windows/``)."""
        _check(draft)
        before = {window.id for window in self._windows}
        failure = await self._write(
            hdrs.METH_POST,
            _path(draft),
            wire.WindowBody(
                start_date=_iso(draft.start),
                end_date=_iso(draft.end),
                comment=draft.comment,
                cp_uuid=draft.station_id,
                connector_uuid=draft.connector_id,
            ),
        )
        made = next(
            (
                window
                for window in self._windows
                if window.id not in before and _is_as_drafted(window, draft)
            ),
            None,
        )
        self._check_outcome(failure, is_seen=made is not None)
        return made

    async def async_change(
        self, window: MaintenanceWindow, draft: MaintenanceDraft
    ) -> MaintenanceWindow | None:
        """Change a window; what stays as it is, is not sent."""
        if window.end <= datetime.now(UTC):
            raise MaintenanceRuleError(MaintenanceRule.IS_OVER)
        _check(draft, start_was=window.start)
        body = wire.WindowBody(
            start_date=None if draft.start == window.start else _iso(draft.start),
            end_date=None if draft.end == window.end else _iso(draft.end),
            comment=None if draft.comment == window.comment else draft.comment,
        )
        if body == wire.WindowBody():
            return window
        failure = await self._write(hdrs.METH_PUT, _path(window, window.id), body)
        found = next((read for read in self._windows if read.id == window.id), None)
        self._check_outcome(
            failure,
            is_seen=found is not None
            and _is_as_drafted(found, draft)
            and found.comment == draft.comment,
        )
        return found

    async def async_delete(self, window: MaintenanceWindow) -> None:
        """Take a window back; the path is by analogy."""
        failure = await self._write(hdrs.METH_DELETE, _path(window, window.id), None)
        self._check_outcome(
            failure,
            is_seen=self._is_whole
            and all(read.id != window.id for read in self._windows),
        )

    async def _write(
        self, method: str, path: str, body: wire.WindowBody | None
    ) -> ClientError | None:
        """Write once, and read what has come of it, whatever was answered.

        Returns:
            Why it may not have been carried out.
        """
        failure: ClientError | None = None
        try:
            await self._http.send(method, path, json=body)
        except ClientError as err:
            failure = err
        finally:
            # Also where nobody waits for the answer any more: the next poll reads.
            self._needed = self._begun + 1
            self._older.clear()
        if not isinstance(failure, RateLimitedError):
            self._family.forgive()
            with suppress(ClientError):
                await self._family.read(self._read)
        return failure

    def _check_outcome(self, failure: ClientError | None, *, is_seen: bool) -> None:
        """Raise why a change failed, unless it is there to be seen all the same."""
        if failure is None:
            return
        if failure.is_certain or not is_seen or self._is_overtaken:
            raise failure

    async def _read(self) -> Windows:
        """Read the windows, and return what is known of them now."""
        self._begun += 1
        number = self._begun
        since = datetime.now(UTC) - LOOK_BACK
        windows, is_whole = await self._list(
            self._reader, [("filter[startDate]", _iso(since))]
        )
        if number >= self._needed and number > self._kept:
            self._kept = number
            self._windows, self._since, self._is_whole = windows, since, is_whole
            self._older.clear()
        return self._windows

    async def _list(
        self, reader: ItemReader[wire.WindowItem, MaintenanceWindow], filters: Filters
    ) -> tuple[Windows, bool]:
        """Return the windows of a list, and whether there can be no others."""
        listing = await self._pages.by_offset(LIST, filters)
        if listing.missing:
            self._report.skipped(Skipped("maintenance windows", listing.missing))
        found = reader.read(listing.items)
        windows = sorted(found.read, key=lambda window: (window.start, window.id))
        return tuple(windows), not (listing.missing or found.skipped)

    def _new_reader(self) -> ItemReader[wire.WindowItem, MaintenanceWindow]:
        return ItemReader(
            "maintenance window", "id", wire.WINDOW, _to_window, self._report
        )


def _to_window(item: wire.WindowItem) -> MaintenanceWindow:
    told = item.attributes
    start, end = utc(told.start_date), utc(told.end_date)
    if start is None or end is None:
        raise msgspec.ValidationError("a maintenance window without times")
    return MaintenanceWindow(
        id=str(item.id),
        station_id=told.cp_id,
        connector_id=text(told.connector_id),
        start=start,
        end=end,
        comment=told.comment or "",
    )


def _check(draft: MaintenanceDraft, *, start_was: datetime | None = None) -> None:
    now = datetime.now(UTC)
    if draft.end <= draft.start:
        raise MaintenanceRuleError(MaintenanceRule.ENDS_BEFORE_START)
    if draft.start != start_was and draft.start < now:
        raise MaintenanceRuleError(MaintenanceRule.STARTS_IN_PAST)
    if draft.end <= now:
        raise MaintenanceRuleError(MaintenanceRule.IS_OVER)


def _is_as_drafted(window: MaintenanceWindow, draft: MaintenanceDraft) -> bool:
    return (
        (window.station_id, window.connector_id)
        == (draft.station_id, draft.connector_id)
        and abs(window.start - draft.start) <= PRECISION
        and abs(window.end - draft.end) <= PRECISION
    )


def _overlapping(
    windows: Iterable[MaintenanceWindow], start: datetime, end: datetime
) -> tuple[MaintenanceWindow, ...]:
    return tuple(
        window for window in windows if window.start < end and window.end > start
    )


def _path(draft: MaintenanceDraft, window_id: str = "") -> str:
    return path_to(
        "/charging_stations/{}/maintenance_windows/{}", draft.station_id, window_id
    )


def _iso(moment: datetime) -> str:
    """Return a time as the vendor writes it."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
