"""What the ledger keeps of a charging session, and the words for asking about it.

Units are the model's: Wh, W, g, per cent, minor units of money; times are aware and in
UTC. ``None`` means that nobody has told, never "zero" or "no".
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from ..clients.enums import SessionStatus, StopReason
from ..clients.model import ChargingSession, Interval, Money

type SessionKey = tuple[str, str]
"""The account's id and the vendor's id of the session."""


class Source(StrEnum):
    """Where the vendor showed a session."""

    LIVE = "live"
    HISTORY = "history"


class EndSource(StrEnum):
    """How the end of a session is known.

    ``VENDOR``: a poll showed it. ``HISTORY``: a listing of past sessions did.
    ``LAST_SEEN``: the vendor never told; it is when the session was last seen.
    """

    VENDOR = "vendor"
    HISTORY = "history"
    LAST_SEEN = "last_seen"


class Sighting(Struct, frozen=True, kw_only=True, gc=False):
    """What a poll or a listing tells of one session.

    The names are for people who read the ledger when the things are gone. ``driver`` is
    an alias, such as the name of a card; never the token that a station is shown.
    ``meter_start`` and ``meter_stop`` are the station's readings in Wh. ``intervals``
    are None where the vendor has none, in any order.
    """

    session: ChargingSession
    location_id: str | None = None
    location_name: str | None = None
    station_name: str | None = None
    connector_name: str | None = None
    vehicle_name: str | None = None
    driver: str | None = None
    meter_start: float | None = None
    meter_stop: float | None = None
    intervals: tuple[Interval, ...] | None = None


class SubjectKind(StrEnum):
    """The kinds of things that sessions are counted for."""

    CONNECTOR = "connector"
    STATION = "station"
    LOCATION = "location"
    VEHICLE = "vehicle"
    DRIVER = "driver"


class Subject(Struct, frozen=True, order=True, gc=False):
    """What sessions are counted for, inside an account.

    A connector's id is unique only in its station: ``station_id`` is set for connectors
    and empty for all else. A driver's id is the alias.
    """

    kind: SubjectKind
    id: str
    station_id: str = ""


# There are many, and they refer to nothing that refers to them: no rubbish to look for.
class SessionRecord(Struct, frozen=True, gc=False):
    """A charging session as the ledger keeps it.

    ``first_started_at`` is the start as it was first told, whatever was corrected since:
    what counts from a session's start must not begin anew. ``first_seen`` and
    ``last_seen`` are when the vendor showed the session. ``state_of_charge`` is the last
    one. ``intervals`` are in order; empty where the vendor has none.
    """

    account_id: str
    session_id: str
    first_seen: datetime
    last_seen: datetime
    location_id: str | None = None
    location_name: str | None = None
    station_id: str | None = None
    station_name: str | None = None
    connector_id: str | None = None
    connector_name: str | None = None
    vehicle_id: str | None = None
    vehicle_name: str | None = None
    driver: str | None = None
    status: SessionStatus | None = None
    stop_reason: StopReason | None = None
    first_started_at: datetime | None = None
    started_at: datetime | None = None
    charging_started_at: datetime | None = None
    charging_ended_at: datetime | None = None
    ended_at: datetime | None = None
    end_source: EndSource | None = None
    energy: float | None = None
    average_power: float | None = None
    peak_power: float | None = None
    initial_state_of_charge: float | None = None
    state_of_charge: float | None = None
    meter_start: float | None = None
    meter_stop: float | None = None
    cost: Money | None = None
    co2: float | None = None
    intervals: tuple[Interval, ...] = ()

    @property
    def key(self) -> SessionKey:
        """Return what sets the session apart from all others."""
        return self.account_id, self.session_id

    @property
    def is_over(self) -> bool:
        """Tell whether the session has ended, however that is known."""
        return self.status is SessionStatus.COMPLETED or self.ended_at is not None

    @property
    def began_at(self) -> datetime:
        """Return when the session began, or else the earliest that is known of it."""
        return self.started_at or self.charging_started_at or self.first_seen

    @property
    def until(self) -> datetime:
        """Return when the session ended, or else the latest that is known of it.

        Never before the session began, whatever the vendor said.
        """
        if not self.is_over:
            return max(self.last_seen, self.began_at)
        end = self.ended_at or self.charging_ended_at
        if end is None and self.intervals:
            end = self.intervals[-1].end
        return max(end or self.began_at, self.began_at)

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Return all that the session counts for."""
        found: list[Subject] = []
        if self.station_id is not None:
            if self.connector_id is not None:
                found.append(
                    Subject(SubjectKind.CONNECTOR, self.connector_id, self.station_id)
                )
            found.append(Subject(SubjectKind.STATION, self.station_id))
        for kind, id_ in (
            (SubjectKind.LOCATION, self.location_id),
            (SubjectKind.VEHICLE, self.vehicle_id),
            (SubjectKind.DRIVER, self.driver),
        ):
            if id_ is not None:
                found.append(Subject(kind, id_))
        return tuple(found)


class Change(Struct, frozen=True, kw_only=True, gc=False):
    """What became of a session; ``before`` is None where it was not known."""

    before: SessionRecord | None
    after: SessionRecord


class Recorded(Struct, frozen=True, kw_only=True):
    """What came of recording.

    ``changes`` are the sessions that differ from what was known. ``stored`` tells
    whether they are in the database; if not, they wait in memory.
    """

    changes: tuple[Change, ...] = ()
    stored: bool = True


class SessionQuery(Struct, frozen=True, kw_only=True):
    """Which sessions of an account are asked for.

    A session is found if it overlaps the time from ``start`` until ``end`` (not
    included); with ``by_start`` only if it began in it, so that each session belongs to
    one month. A running session has no end yet and overlaps all that comes after its
    start. Sessions come by their start; pages by ``limit`` and ``offset``. To leave out
    their ``intervals`` is faster.
    """

    account_id: str
    start: datetime | None = None
    end: datetime | None = None
    by_start: bool = False
    location_id: str | None = None
    station_id: str | None = None
    connector_id: str | None = None
    vehicle_id: str | None = None
    driver: str | None = None
    is_over: bool | None = None
    newest_first: bool = True
    limit: int | None = None
    offset: int = 0
    intervals: bool = True


class SessionPage(Struct, frozen=True, kw_only=True):
    """Some sessions, and how many there are on all pages."""

    sessions: tuple[SessionRecord, ...]
    total: int
