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
from ..errors import ClientError, MaintenanceRuleError, NotPermittedError, ResponseError
from ..model import MaintenanceDraft, MaintenanceWindow
from ..reading.items import ItemReader, ReadingReport, utc
from ..transport.auth import BearerMiddleware
from ..transport.http import HttpClient
from . import wire
from .pages import Filters, Pages

LIST = "/maintenance_windows/"
# Windows that began longer ago are asked for only when a calendar shows such a time.
LOOK_BACK = timedelta(days=90)
# A little less than the quarter of an hour between two polls, which are spread.
FRESH = timedelta(minutes=12)
NEVER = datetime.min.replace(tzinfo=UTC)
# To this a time may be cut on its way through the vendor's cloud.
PRECISION = timedelta(seconds=1)


class CpoMaintenance:
    """The maintenance windows of one account."""

    def __init__(
        self,
        http: HttpClient,
        bearer: BearerMiddleware,
        pages: Pages,
        report: ReadingReport,
    ) -> None:
        """Begin with no window known."""
        self._http = http
        self._bearer = bearer
        self._pages = pages
        self._report = report
        self._reader = self._new_reader()
        self._windows: tuple[MaintenanceWindow, ...] = ()
        self._since = datetime.max.replace(tzinfo=UTC)
        self._read_at = NEVER
        self._refusal: ClientError | None = None
        self._older: dict[tuple[datetime, datetime], tuple[MaintenanceWindow, ...]] = {}
        self._lock = asyncio.Lock()

    def planned(self, moment: datetime) -> tuple[MaintenanceWindow, ...]:
        """Return the windows that are not over at a moment, the earliest first."""
        return tuple(window for window in self._windows if window.end > moment)

    async def async_refresh(self) -> None:
        """Read the windows, unless that was done just now, or refused just now."""
        now = datetime.now(UTC)
        if now - self._read_at < FRESH:
            if self._refusal:
                raise self._refusal
            return
        self._refusal = None
        try:
            await self._async_read()
        except (NotPermittedError, ResponseError) as err:
            self._read_at, self._refusal = now, err
            raise

    async def async_get_windows(
        self, start: datetime, end: datetime
    ) -> tuple[MaintenanceWindow, ...]:
        """Return the windows that overlap a time; a time long ago is asked for."""
        if start >= self._since:
            return _overlapping(self._windows, start, end)
        # All calendars of a page ask for the same time at once.
        async with self._lock:
            if (start, end) not in self._older:
                self._older[start, end] = await self._async_list(
                    self._new_reader(),
                    [
                        ("filter[startDate]", _iso(start)),
                        ("filter[endDate]", _iso(end)),
                    ],
                )
            return _overlapping(self._older[start, end], start, end)

    async def async_create(self, draft: MaintenanceDraft) -> MaintenanceWindow | None:
        """Plan a window (``POST charging_stations/{uuid}/maintenance_windows/``)."""
        _check(draft)
        before = {window.id for window in self._windows}
        await self._async_write(
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
        return next(
            (
                window
                for window in self._windows
                if window.id not in before and _is_as_drafted(window, draft)
            ),
            None,
        )

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
        await self._async_write(hdrs.METH_PUT, f"{_path(window)}{window.id}", body)
        return next((read for read in self._windows if read.id == window.id), None)

    async def async_delete(self, window: MaintenanceWindow) -> None:
        """Take a window back; the path is by analogy."""
        await self._async_write(hdrs.METH_DELETE, f"{_path(window)}{window.id}", None)

    async def _async_write(
        self, method: str, path: str, body: wire.WindowBody | None
    ) -> None:
        """Write, and read what has become of it: what a write answers is not documented."""
        await self._http.send(method, path, json=body, bearer=self._bearer)
        self._older.clear()
        self._read_at = NEVER
        # The write is done, whether or not it can be seen at once.
        with suppress(ClientError):
            await self._async_read()

    async def _async_read(self) -> None:
        now = datetime.now(UTC)
        since = now - LOOK_BACK
        self._windows = await self._async_list(
            self._reader, [("filter[startDate]", _iso(since))]
        )
        self._since, self._read_at = since, now
        self._older.clear()

    async def _async_list(
        self, reader: ItemReader[wire.WindowItem, MaintenanceWindow], filters: Filters
    ) -> tuple[MaintenanceWindow, ...]:
        listing = await self._pages.by_offset(LIST, filters)
        windows, _ = reader.read(listing.items)
        return tuple(sorted(windows, key=lambda window: (window.start, window.id)))

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
        connector_id=told.connector_id or None,
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
    return (window.station_id, window.connector_id) == (
        draft.station_id,
        draft.connector_id,
    ) and abs(window.start - draft.start) <= PRECISION


def _overlapping(
    windows: Iterable[MaintenanceWindow], start: datetime, end: datetime
) -> tuple[MaintenanceWindow, ...]:
    return tuple(
        window for window in windows if window.start < end and window.end > start
    )


def _path(draft: MaintenanceDraft) -> str:
    return f"/charging_stations/{draft.station_id}/maintenance_windows/"


def _iso(moment: datetime) -> str:
    """Return a time as the vendor writes it."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
