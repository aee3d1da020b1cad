"""Reads an account's sessions of the past in the background, the newest first.

At first all of it, as far as the vendor goes or :data:`~.progress.REACH`; it goes on
where it was after a restart. From then on, at every start, once a day, and some time
after a session has ended, only the newest pages, until one brings nothing new: that is
how the end of a session comes that nobody saw, and a cost that came late.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
import logging

from msgspec import Struct, structs

from homeassistant.components import persistent_notification
from homeassistant.core import HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.translation import async_get_exception_message
from homeassistant.util import dt as dt_util

from ..clients.client import Capability
from ..clients.errors import (
    ClientError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
)
from ..clients.history import HistoryPage
from ..clients.model import ChargingSession
from ..const import DOMAIN
from ..ledger import Change, Ledger, LedgerError, Source
from ..runtime import ChargingConfigEntry
from .progress import REACH, REFUSED, Progress
from .sightings import sightings_of

_LOGGER = logging.getLogger(__name__)

# In seconds: polls and entities come first at a start, and between two pages. Where the
# past has not been read yet, meters and the energy dashboard wait for it.
FIRST_AFTER = 180.0
SOON_AFTER = 20.0
PAGE_EVERY = 5.0
# By then a vendor has made up its mind about a session that is over.
AFTER_A_SESSION = 900.0
DAY = 86_400.0
# While it cannot be read or kept, each wait is twice the one before.
FIRST_WAIT, LONGEST_WAIT = 60.0, 3600.0


class _Refusal(Struct, frozen=True):
    """For how many seconds nothing is to be asked, and whether it is for good."""

    seconds: float
    is_lasting: bool = False


class SessionHistory:
    """Reads the past of one account, as long as the account is loaded."""

    def __init__(
        self, hass: HomeAssistant, entry: ChargingConfigEntry, ledger: Ledger
    ) -> None:
        """Begin nothing yet."""
        runtime = entry.runtime_data
        self._hass = hass
        self._entry = entry
        self._ledger = ledger
        self._client = runtime.client
        self._live = runtime.live
        self._vendor_name = runtime.vendor.name
        self._account_id = runtime.recorder.account_id
        self._state = runtime.recorder.history
        # Whether the newest sessions are known since the start, and until then where
        # they are being read.
        self._is_up_to_date = False
        self._newest: str | None = None
        self._failures = 0
        self._due = 0.0
        self._cancel: Callable[[], None] | None = None
        self._is_reading = False

    @callback
    def async_start(self) -> None:
        """Read from now on, until the account is unloaded."""
        self._entry.async_on_unload(self._async_stop)
        self._entry.async_on_unload(
            self._ledger.add_change_listener(self._async_on_changes)
        )
        self._schedule(SOON_AFTER if self._state.is_awaited else FIRST_AFTER)

    @callback
    def _async_on_changes(self, changes: tuple[Change, ...]) -> None:
        """Look at what the vendor makes of sessions that have just ended."""
        if self._is_reading or not self._is_at_rest:
            return
        if any(
            change.after.account_id == self._account_id
            and change.after.is_over
            and change.before is not None
            and not change.before.is_over
            for change in changes
        ):
            self._schedule(AFTER_A_SESSION)

    @property
    def _is_at_rest(self) -> bool:
        progress = self._state.progress
        return progress is not None and progress.is_done and not self._failures

    @callback
    def _schedule(self, seconds: float) -> None:
        """Read on after some time, if that was not to be sooner."""
        due = self._hass.loop.time() + seconds
        if self._cancel is not None:
            if self._due <= due:
                return
            self._cancel()
        self._due = due
        self._cancel = async_call_later(
            self._hass, seconds, HassJob(self._on_time, cancel_on_shutdown=True)
        )

    @callback
    def _on_time(self, _: datetime) -> None:
        self._cancel = None
        self._is_reading = True
        _task = self._entry.async_create_background_task(
            self._hass, self._async_read(), f"{self._entry.title} history"
        )

    @callback
    def _async_stop(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    async def _async_read(self) -> None:
        try:
            wait = await self._async_step()
        finally:
            self._is_reading = False
        self._schedule(wait)

    async def _async_step(self) -> float:
        """Read a page; return the seconds until the next one."""
        if (wait := self._client.wait_before_history()) > 0:
            return wait
        if not await self._async_is_ready():
            return FIRST_WAIT
        progress = self._state.progress
        if progress is None:
            now = dt_util.utcnow()
            progress = Progress(since=(now - REACH).timestamp(), began=now.timestamp())
            # The past begins with the newest sessions.
            self._is_up_to_date = True
        reads_newest = progress.is_done or not self._is_up_to_date
        cursor = self._newest if reads_newest else progress.cursor
        found = await self._async_ask(cursor)
        if isinstance(found, _Refusal):
            return await self._async_refused(found, cursor, progress)
        if reads_newest:
            return await self._async_keep_newest(found, progress)
        return await self._async_keep(found, progress)

    async def _async_is_ready(self) -> bool:
        """Tell whether it is known how far it has come, and whose sessions they are."""
        if not self._live.last_update_success:
            return False
        is_driver = Capability.DRIVER_SESSIONS in self._client.capabilities
        if is_driver and self._live.data.driver is None:
            return False
        if self._state.progress is None:
            try:
                self._state.async_load(
                    await self._ledger.async_progress(self._account_id)
                )
            except LedgerError:
                return False
        return True

    async def _async_ask(self, cursor: str | None) -> HistoryPage | _Refusal:
        try:
            page = await self._client.async_read_history(cursor)
        except RateLimitedError as err:
            return _Refusal(err.retry_after or LONGEST_WAIT)
        except (NotPermittedError, ResponseError) as err:
            _LOGGER.debug("The past of %s: %s", self._entry.title, err)
            refuses = isinstance(err, NotPermittedError)
            lasts = refuses or err.status == HTTPStatus.NOT_FOUND
            return _Refusal(DAY if lasts else LONGEST_WAIT, lasts)
        except ClientError as err:
            _LOGGER.debug("The past of %s: %s", self._entry.title, err)
            return _Refusal(
                min(FIRST_WAIT * 2.0 ** min(self._failures, 10), LONGEST_WAIT)
            )
        return page or HistoryPage(sessions=(), cursor=None)

    async def _async_refused(
        self, refusal: _Refusal, cursor: str | None, progress: Progress
    ) -> float:
        self._failures += 1
        if refusal.is_lasting:
            self._state.async_give_up()
            # After a restart meters do not wait for it either.
            now = dt_util.utcnow()
            await self._ledger.async_record(
                self._account_id, (), Source.HISTORY, now, {REFUSED: now.isoformat()}
            )
        if cursor is not None and refusal.seconds >= LONGEST_WAIT:
            # It may be the place in the list that there is no more.
            if self._newest is None:
                self._state.async_take(structs.replace(progress, cursor=None))
            self._newest = None
        return min(max(refusal.seconds, FIRST_WAIT), DAY)

    async def _async_keep(self, page: HistoryPage, progress: Progress) -> float:
        """Keep a page, and how far it reaches."""
        sessions = [each for each in page.sessions if _is_since(each, progress.since)]
        is_beyond = page.is_ordered and len(sessions) < len(page.sessions)
        starts = [each.started_at.timestamp() for each in sessions if each.started_at]
        reached = min([*starts, progress.reached or progress.began])
        progress = structs.replace(
            progress,
            cursor=None if is_beyond else page.cursor,
            reached=reached if page.is_ordered else progress.reached,
            sessions=progress.sessions + len(sessions),
            is_done=is_beyond or page.cursor is None,
        )
        changes = await self._async_record(sessions, progress)
        if changes is None:
            return FIRST_WAIT
        self._state.async_take(progress)
        if not progress.is_done:
            return PAGE_EVERY
        self._notify(progress)
        return DAY

    async def _async_keep_newest(self, page: HistoryPage, progress: Progress) -> float:
        """Keep a page of the newest sessions; read on only if it brought something."""
        sessions = [each for each in page.sessions if _is_since(each, progress.since)]
        changes = await self._async_record(sessions, progress)
        if changes is None:
            return FIRST_WAIT
        is_known = page.is_ordered and not changes
        if page.cursor is not None and not is_known and sessions:
            self._newest = page.cursor
            return PAGE_EVERY
        self._newest, self._is_up_to_date = None, True
        return DAY if progress.is_done else PAGE_EVERY

    async def _async_record(
        self, sessions: Sequence[ChargingSession], progress: Progress
    ) -> tuple[Change, ...] | None:
        """Keep sessions and how far they reach; None where that is not possible now."""
        recorded = await self._ledger.async_record(
            self._account_id,
            sightings_of(sessions, self._live.data, self._account_id),
            Source.HISTORY,
            dt_util.utcnow(),
            progress.kept,
        )
        self._failures = 0 if recorded.stored else self._failures + 1
        return recorded.changes if recorded.stored else None

    @callback
    def _notify(self, progress: Progress) -> None:
        """Say that the past has been read."""
        if not progress.sessions:
            return
        reached = dt_util.utc_from_timestamp(progress.reached or progress.since)
        persistent_notification.async_create(
            self._hass,
            async_get_exception_message(
                DOMAIN,
                "history_read",
                {
                    "account": self._entry.title,
                    "sessions": str(progress.sessions),
                    "since": dt_util.as_local(reached).date().isoformat(),
                },
            ),
            self._vendor_name,
            f"{DOMAIN}_{self._entry.entry_id}_history",
        )


def _is_since(session: ChargingSession, since: float) -> bool:
    """Tell whether a session is not too old; one without times cannot be placed."""
    end = session.ended_at or session.started_at
    return end is not None and end.timestamp() >= since
