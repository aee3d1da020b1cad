"""What becomes of sessions, told to the entities of events.

It is read from the ledger, which knows what was known before a restart: nothing is told
twice, and a session that ended while nobody looked has its end from the history.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
from homeassistant.util.signal_type import SignalType

from ..clients.enums import ConnectorStatus, StopReason
from ..clients.money import to_major
from ..clients.refs import DRIVER, ConnectorRef
from ..const import DOMAIN
from ..coordinator import LiveCoordinator
from ..ledger import Change, Ledger, SessionRecord, SubjectKind
from .ledger import account_id_of
from .places import place_of, ref_of

# A session that was never seen running is news for so long after its end.
NEWS_FOR = timedelta(hours=1)

# A fault that is there so soon after an end is its reason.
FAULT_WITHIN = timedelta(minutes=5)

# Of so many sessions' starts and ends it is known that they were told.
MOST_TOLD = 5000

# Reasons for an end that nobody wanted.
INTERRUPTIONS = frozenset(
    {
        StopReason.EMERGENCY_STOP,
        StopReason.GROUND_FAULT,
        StopReason.IMMEDIATE_RESET,
        StopReason.OVERCURRENT_FAULT,
        StopReason.POWER_LOSS,
    }
)

type EventData = dict[str, str | float]


class SessionEvent(StrEnum):
    """What becomes of a session."""

    STARTED = "session_started"
    FINISHED = "session_finished"
    INTERRUPTED = "session_interrupted"


class SessionNews(Struct, frozen=True):
    """What became of a session, and what is known of it."""

    event: SessionEvent
    record: SessionRecord

    @property
    def data(self) -> EventData:
        """Return what is known, in kWh, whole currency and seconds."""
        record = self.record
        told: dict[str, str | float | None] = {
            "session_id": record.session_id,
            # The driver of a driver's account is called as the account is.
            "card": None if record.driver == record.account_id else record.driver,
            "place": place_of(record),
            "started_at": _iso(record.started_at),
        }
        if self.event is not SessionEvent.STARTED:
            cost = record.cost
            told |= {
                "ended_at": _iso(record.ended_at),
                "duration": _seconds(record),
                "energy": None if record.energy is None else record.energy / 1000,
                "cost": to_major(cost),
                "currency": cost.currency if cost else None,
                "stop_reason": record.stop_reason and record.stop_reason.value,
            }
        return {key: value for key, value in told.items() if value is not None}


def signal(entry_id: str, path: str) -> SignalType[SessionNews]:
    """Return the signal for news of the sessions of what a reference leads to."""
    return SignalType(f"{DOMAIN}_session_{entry_id}_{path}")


class Newsroom:
    """Tells what is new in an account's sessions from now on."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        ledger: Ledger,
        live: LiveCoordinator,
    ) -> None:
        """Tell nothing of what happened before."""
        self._hass = hass
        self._entry = entry
        self._live = live
        self._account_id = account_id_of(entry)
        self._ledger = ledger
        self._since = dt_util.utcnow()
        # What was told, the latest last: a session that runs after all ends once more.
        self._told: dict[tuple[str, bool], None] = {}

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the ledger, until what is returned is called."""
        return self._ledger.add_change_listener(self.async_tell)

    @callback
    def async_tell(self, changes: tuple[Change, ...]) -> None:
        """Tell what is new in sessions, and was not told before."""
        for change in changes:
            if change.after.account_id != self._account_id:
                continue
            for event in self._events(change):
                key = change.after.session_id, event is SessionEvent.STARTED
                if key not in self._told:
                    self._told[key] = None
                    self._tell(SessionNews(event, change.after))
        while len(self._told) > MOST_TOLD:
            del self._told[next(iter(self._told))]

    def _events(self, change: Change) -> Iterator[SessionEvent]:
        before, after = change.before, change.after
        if before is not None and before.is_over:
            return
        if before is None and self._is_new(after.began_at, after):
            yield SessionEvent.STARTED
        if not after.is_over or after.until < self._since:
            return
        if before is not None or self._is_new(after.until, after):
            yield self._ending(after)

    def _ending(self, record: SessionRecord) -> SessionEvent:
        """Tell an end that nobody wanted from others.

        Where the vendor gives no reason, a fault of the connector is one.
        """
        reason = record.stop_reason
        if reason in INTERRUPTIONS or (reason is None and self._is_cut_off(record)):
            return SessionEvent.INTERRUPTED
        return SessionEvent.FINISHED

    def _is_cut_off(self, record: SessionRecord) -> bool:
        """Tell whether a session has ended just now at a connector that is faulted."""
        if dt_util.utcnow() - record.until > FAULT_WITHIN:
            return False
        for subject in record.subjects:
            ref = ref_of(subject)
            if isinstance(ref, ConnectorRef):
                found = ref.find(self._live.data)
                return found is not None and found.status is ConnectorStatus.FAULTED
        return False

    def _is_new(self, moment: datetime, record: SessionRecord) -> bool:
        """Tell whether something happened here and now, and is not of the history."""
        if moment < self._since:
            return False
        return not record.is_over or dt_util.utcnow() - record.until <= NEWS_FOR

    @callback
    def _tell(self, news: SessionNews) -> None:
        # Where there is an entity for the driver, all sessions are the driver's.
        paths = {DRIVER.path}
        for subject in news.record.subjects:
            if subject.kind in {SubjectKind.CONNECTOR, SubjectKind.VEHICLE}:
                if ref := ref_of(subject):
                    paths.add(ref.path)
        for path in sorted(paths):
            async_dispatcher_send(self._hass, signal(self._entry.entry_id, path), news)


def _seconds(record: SessionRecord) -> float | None:
    if record.started_at is None or record.ended_at is None:
        return None
    return max((record.ended_at - record.started_at).total_seconds(), 0.0)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else dt_util.as_local(moment).isoformat()
