"""What is known of one account's sessions in memory, so that nothing new costs nothing."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from .lifetime import Lifetimes, metered_by
from .merge import closed_at_last_sight, merge, record_of
from .model import Change, SessionRecord, Sighting, Source, Subject
from .queries import AccountState

# Beyond this many, sessions that are over are forgotten here; the database has them.
MOST_KNOWN = 10_000


class Known(Struct, gc=False):
    """A session, with what was last told of it and when; nothing of it leads back here."""

    record: SessionRecord
    last_seen: datetime
    sighting: Sighting | None = None


class AccountBook:
    """The running sessions of an account, those seen lately, and its meters."""

    def __init__(self, account_id: str) -> None:
        """Know nothing yet."""
        self.account_id = account_id
        self.is_loaded = False
        self.last: Mapping[Subject, SessionRecord] = {}
        # Whether a correction took away a last session, so that another one is it.
        self.is_last_stale = False
        self.lifetimes = Lifetimes({}, {})
        self.readings: Mapping[Subject, float] = {}
        self._known: dict[str, Known] = {}

    @property
    def records(self) -> tuple[SessionRecord, ...]:
        """Return all sessions that are known."""
        return tuple(known.record for known in self._known.values())

    @property
    def running(self) -> tuple[SessionRecord, ...]:
        """Return the sessions that are not over, as last seen."""
        return tuple(
            replace(known.record, last_seen=known.last_seen)
            for known in self._known.values()
            if not known.record.is_over
        )

    @property
    def unwritten_sights(self) -> dict[str, datetime]:
        """Return when running sessions were last seen, where it is not written."""
        return {
            session_id: known.last_seen
            for session_id, known in self._known.items()
            if not known.record.is_over and known.last_seen > known.record.last_seen
        }

    def find(self, session_ids: Iterable[str]) -> dict[str, SessionRecord]:
        """Return those of the sessions that are known, by their ids."""
        return {
            session_id: known.record
            for session_id in session_ids
            if (known := self._known.get(session_id)) is not None
        }

    def load(self, state: AccountState) -> None:
        """Take what the database knows; what was seen meanwhile is kept."""
        for record in (*state.last.values(), *state.running):
            known = self._known.get(record.session_id)
            if known is None:
                self._known[record.session_id] = Known(record, record.last_seen)
            else:
                known.record = merge(record, known.record)
        self.set_last(state.last)
        self.set_lifetimes(state.lifetimes)
        self.is_loaded = True

    def news(
        self, sightings: Iterable[Sighting], source: Source, seen_at: datetime
    ) -> dict[str, SessionRecord]:
        """Return what sightings tell that is not known, by the ids of the sessions."""
        found: dict[str, SessionRecord] = {}
        for sighting in sightings:
            session_id = sighting.session.id
            known = self._known.get(session_id)
            if known is not None:
                known.last_seen = max(known.last_seen, seen_at)
                if known.sighting == sighting:
                    continue
                known.sighting = sighting
            record = record_of(self.account_id, sighting, source, seen_at)
            if known is None or merge(known.record, record) is not known.record:
                # A session can be listed twice.
                found[session_id] = merge(found.get(session_id), record)
        return found

    def missing(
        self, seen_ids: Collection[str], now: datetime, grace: timedelta
    ) -> dict[str, SessionRecord]:
        """Return the running sessions that were not seen for a while, as closed."""
        return {
            session_id: closed_at_last_sight(
                replace(known.record, last_seen=known.last_seen)
            )
            for session_id, known in self._known.items()
            if not known.record.is_over
            and session_id not in seen_ids
            and now - known.last_seen >= grace
        }

    def take(
        self,
        records: Iterable[SessionRecord],
        changes: Iterable[Change],
        *,
        remember: bool,
    ) -> None:
        """Take what was written.

        Args:
            records: the sessions as the database has them.
            changes: what is new in them.
            remember: know those too that are over; of the history there are too many.
        """
        for record in records:
            if remember or not record.is_over or record.session_id in self._known:
                self._know(record)
        self._forget()
        self._follow(changes)

    def hold(self, records: Iterable[SessionRecord]) -> tuple[Change, ...]:
        """Take what cannot be written yet, and return what is new in it."""
        changes: list[Change] = []
        for record in records:
            known = self._known.get(record.session_id)
            before = None if known is None else known.record
            after = merge(before, record)
            if after is not before:
                changes.append(Change(before=before, after=after))
                self._know(after)
        # Whether the meters have an old session already, only the database knows.
        counted = [
            change
            for change in changes
            if change.before is not None or not change.after.is_over
        ]
        if self.is_loaded:
            self.set_lifetimes(self.lifetimes.after(counted))
        self._forget()
        self._follow(changes)
        return tuple(changes)

    def forget(self, session_id: str) -> None:
        """Forget a session, so that it is news when it is seen again."""
        self._known.pop(session_id, None)

    def set_last(self, last: Mapping[Subject, SessionRecord]) -> None:
        """Take what the database has of the last sessions."""
        self.last = last
        self.is_last_stale = False

    def set_lifetimes(self, lifetimes: Lifetimes) -> None:
        """Take new meters; none shows less than it did."""
        self.lifetimes = lifetimes
        shown = self.readings
        self.readings = {
            **shown,
            **{
                subject: max(energy, shown.get(subject, 0.0))
                for subject, energy in lifetimes.readings().items()
            },
        }

    def _know(self, record: SessionRecord) -> None:
        known = self._known.get(record.session_id)
        if known is None:
            self._known[record.session_id] = Known(record, record.last_seen)
        else:
            known.record = record
            known.last_seen = max(known.last_seen, record.last_seen)
            # What was told before may be news again, as of a session that was closed.
            known.sighting = None

    def _forget(self) -> None:
        """Forget what is over, the longest known first, if there is too much."""
        excess = len(self._known) - MOST_KNOWN
        if excess <= 0:
            return
        # More than needed, so as not to look through all of them every time.
        excess += MOST_KNOWN // 10
        over = [id_ for id_, known in self._known.items() if known.record.is_over]
        for session_id in over[:excess]:
            del self._known[session_id]

    def _follow(self, changes: Iterable[Change]) -> None:
        """Keep track of which sessions ended last."""
        last = dict(self.last)
        for change in changes:
            after = change.after
            for subject in change.before.subjects if change.before else ():
                known = last.get(subject)
                # It may run again, be somebody else's, or have ended earlier.
                if known is not None and known.key == after.key:
                    if after.until < known.until or not after.is_over:
                        self.is_last_stale = True
                    self.is_last_stale |= subject not in after.subjects
            for subject in metered_by(after) if after.is_over else ():
                known = last.get(subject)
                if known is None or after.until >= known.until:
                    last[subject] = after
        self.last = last
