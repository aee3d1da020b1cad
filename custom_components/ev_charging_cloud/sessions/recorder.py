"""Follows the polls of an account, and has the ledger keep what they show."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback

from ..clients.client import Capability
from ..clients.model import ChargingSession
from ..clients.reading.same import new_keys
from ..clients.snapshot import Snapshot
from ..coordinator import LiveCoordinator
from ..ledger import (
    Change,
    Ledger,
    LedgerError,
    Recorded,
    SessionRecord,
    Sighting,
    Source,
    Subject,
)
from .faults import FaultWatch
from .ledger import account_id_of
from .progress import HistoryState
from .sightings import SessionsIn, shows_the_same, sightings_of

# A session that a poll lacks may be back in the next one.
GRACE = timedelta(minutes=10)
# Longer than this, nobody waits for the database at start-up.
PATIENCE = 5.0

type NewsListener = Callable[[tuple[Change, ...]], None]


class SessionRecorder:
    """Keeps the sessions of one account.

    A poll that shows no session otherwise than the one before costs the ledger nothing.
    Whoever follows a connector, a vehicle or a driver is told when its last session or
    its meter may have changed.
    """

    def __init__(
        self, hass: HomeAssistant, live: LiveCoordinator, ledger: Ledger
    ) -> None:
        """Know of nothing yet.

        Args:
            hass: Home Assistant.
            live: polls the account.
            ledger: keeps the sessions.
        """
        self.account_id = account_id_of(live.config_entry)
        self.ledger = ledger
        self.history = HistoryState(
            is_awaited=Capability.HISTORY in live.client.capabilities
        )
        # Other people's connectors are no concern of a driver's.
        self._faults = (
            FaultWatch(hass, live, ledger, self.account_id)
            if Capability.DRIVER_SESSIONS not in live.client.capabilities
            else None
        )
        self._hass = hass
        self._live = live
        self._snapshot: Snapshot | None = None
        self._sessions_in = SessionsIn()
        self._sessions: Mapping[str, ChargingSession] = {}
        # Sessions that ran and are not shown any more, and when they were last seen.
        self._missing: dict[str, datetime] = {}
        self._knows_running = False
        self._is_first = True
        self._keeping = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stops: tuple[CALLBACK_TYPE, ...] = ()
        self._followers: dict[Subject, list[CALLBACK_TYPE]] = {}
        self._news_listeners: list[NewsListener] = []

    @property
    def is_loaded(self) -> bool:
        """Tell whether it is known what the ledger has of the account."""
        return self.ledger.lifetimes(self.account_id) is not None

    def lifetime(self, subject: Subject) -> float | None:
        """Return a meter in Wh; None as long as it is not known what it shows.

        So it is until the ledger could be read, and the past of a vendor that has one:
        a meter is not to jump by the energy of two years.
        """
        if self.history.is_awaited:
            return None
        readings = self.ledger.lifetimes(self.account_id)
        return None if readings is None else readings.get(subject, 0.0)

    def last_session(self, subject: Subject) -> SessionRecord | None:
        """Return the session that ended last; None where there was none."""
        return self.ledger.last_sessions(self.account_id).get(subject)

    @callback
    def async_follow(self, subject: Subject, follower: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Be told when something of a subject may have changed; return how to stop."""
        followers = self._followers.setdefault(subject, [])
        followers.append(follower)
        return partial(followers.remove, follower)

    @callback
    def async_add_news_listener(self, listener: NewsListener) -> CALLBACK_TYPE:
        """Be told what polls bring that is new; return how to stop.

        The first poll is only for bearings: what happened before it is no news.
        """
        self._news_listeners.append(listener)
        return partial(self._news_listeners.remove, listener)

    async def async_load(self) -> None:
        """Read what is kept of the account, unless that takes long."""
        loading = self._run(self._async_load(), "load charging sessions")
        await asyncio.wait({loading}, timeout=PATIENCE)

    async def async_keep_first(self) -> None:
        """Keep what the first poll shows, so that meters begin with it."""
        if (work := self._look()) is not None:
            keeping = self._run(work, "keep first charging sessions")
            await asyncio.wait({keeping}, timeout=PATIENCE)

    @callback
    def async_start(self) -> None:
        """Follow the polls."""
        self._stops = (
            self._live.async_add_listener(self._async_polled),
            self.ledger.add_change_listener(self._async_changed),
            self.ledger.add_status_listener(self._async_tell_all),
            self.history.async_follow(self._async_tell_all),
            self._hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._async_ending),
        )
        if self._faults is not None:
            self._stops += (self._faults.async_start(),)

    async def async_stop(self) -> None:
        """Follow no more, and have the ledger know until when sessions were seen."""
        for stop in self._stops:
            stop()
        self._stops = ()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._async_sight()

    @callback
    def _async_ending(self, event: Event) -> None:
        """Have the ledger know until when sessions were seen, before it is closed."""
        _ = self._run(self._async_sight(), "keep charging sessions")

    async def _async_sight(self) -> None:
        if self._faults is not None:
            await self._faults.async_keep()
        async with self._keeping:
            if self._snapshot is not None:
                await self._async_see(
                    [each for each in self._sessions.values() if each.is_running],
                    self._snapshot,
                )

    @callback
    def _async_polled(self) -> None:
        if self._live.last_update_success and (work := self._look()) is not None:
            _ = self._run(work, "keep charging sessions")

    async def _async_load(self) -> None:
        if not await self.ledger.async_load(self.account_id):
            return
        if self.history.is_awaited:
            with suppress(LedgerError):
                self.history.async_load(
                    await self.ledger.async_progress(self.account_id)
                )
        self._async_tell_all()

    def _run(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = self._hass.async_create_task(work, name)
        if not task.done():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return task

    def _look(self) -> Coroutine[Any, Any, None] | None:
        """Return how to keep what the latest poll shows; None if it shows nothing new."""
        snapshot, before = self._live.data, self._snapshot
        if snapshot is before:
            return None
        # A poll that saw nothing new hands on what the one before it had.
        is_same = before is not None and shows_the_same(before, snapshot)
        if is_same and self._is_settled:
            self._snapshot = snapshot
            return None
        if not self.is_loaded:
            # It may be possible by now; what is shown otherwise stands until then.
            _ = self._run(self._async_load(), "load charging sessions")
        known = self._sessions
        sessions = known if is_same else self._sessions_in.of(snapshot)
        news: list[ChargingSession] = []
        gone: list[ChargingSession] = []
        if not is_same:
            news += (
                sessions[id_]
                for id_ in new_keys(known, sessions)
                if known.get(id_) != sessions[id_]
            )
            gone += (
                known[id_]
                for id_ in sorted(known.keys() - sessions.keys())
                if known[id_].is_running
            )
        self._snapshot, self._sessions = snapshot, sessions
        if before is not None:
            self._missing |= dict.fromkeys(
                (each.id for each in gone), before.poll.taken_at
            )
        if not self._knows_running and self.is_loaded:
            self._knows_running = True
            self._missing |= {
                record.session_id: record.last_seen
                for record in self.ledger.running_sessions(self.account_id)
            }
        for session_id in self._missing.keys() & sessions.keys():
            del self._missing[session_id]
        closes = self._is_due(snapshot)
        if not (news or gone or closes or self._is_first):
            return None
        return self._async_keep(news, gone, before, snapshot, closes=closes)

    @property
    def _is_settled(self) -> bool:
        """Whether only a poll that shows something new has anything to keep."""
        return (
            self._knows_running
            and self.is_loaded
            and not (self._missing or self._is_first)
        )

    def _is_due(self, snapshot: Snapshot) -> bool:
        """Tell whether sessions are missing for so long that they must be over."""
        now = snapshot.poll.taken_at
        return (
            snapshot.is_complete
            and not snapshot.unlisted
            and snapshot.sessions is not None
            and any(now - seen >= GRACE for seen in self._missing.values())
        )

    async def _async_keep(
        self,
        news: Iterable[ChargingSession],
        gone: Iterable[ChargingSession],
        before: Snapshot | None,
        snapshot: Snapshot,
        *,
        closes: bool,
    ) -> None:
        """Have the ledger keep what a poll showed; one poll after the other."""
        is_first, self._is_first = self._is_first, False
        async with self._keeping:
            changes: list[Change] = []
            if before is not None:
                changes += (await self._async_see(gone, before)).changes
            changes += (await self._async_see(news, snapshot)).changes
            if closes:
                changes += (await self._async_close(snapshot)).changes
        # Those that wait for the database are no less news.
        self._async_changed(changes)
        if changes and not is_first:
            for listener in tuple(self._news_listeners):
                listener(tuple(changes))

    async def _async_see(
        self, sessions: Iterable[ChargingSession], snapshot: Snapshot
    ) -> Recorded:
        sightings: tuple[Sighting, ...] = sightings_of(
            sessions, snapshot, self.account_id
        )
        if not sightings:
            return Recorded()
        return await self.ledger.async_record(
            self.account_id, sightings, Source.LIVE, snapshot.poll.taken_at
        )

    async def _async_close(self, snapshot: Snapshot) -> Recorded:
        now = snapshot.poll.taken_at
        for session_id, seen in tuple(self._missing.items()):
            if now - seen >= GRACE:
                del self._missing[session_id]
        return await self.ledger.async_close_missing(
            self.account_id,
            self._sessions.keys(),
            now,
            listing_is_complete=True,
            grace=GRACE,
        )

    @callback
    def _async_changed(self, changes: Iterable[Change]) -> None:
        subjects = {
            subject
            for change in changes
            for record in (change.before, change.after)
            if record is not None and record.account_id == self.account_id
            for subject in record.subjects
        }
        for subject in subjects:
            self._tell(self._followers.get(subject, ()))

    @callback
    def _async_tell_all(self) -> None:
        """Tell all who follow something: the ledger can be read again, or no more."""
        for followers in tuple(self._followers.values()):
            self._tell(followers)

    def _tell(self, followers: Iterable[CALLBACK_TYPE]) -> None:
        for follower in tuple(followers):
            follower()
