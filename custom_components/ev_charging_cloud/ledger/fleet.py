"""How much connectors are used: pure functions over the sessions of some days."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from .faults import Fault
from .hours import energy_between
from .model import SessionRecord, Subject, SubjectKind

type Span = tuple[datetime, datetime]

NOTHING = timedelta(0)


class Place(Struct, frozen=True, kw_only=True):
    """A connector that is counted, whether it had sessions or not."""

    station_id: str
    connector_id: str
    location_id: str | None = None

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Return what the connector counts for."""
        found = [
            Subject(SubjectKind.CONNECTOR, self.connector_id, self.station_id),
            Subject(SubjectKind.STATION, self.station_id),
        ]
        if self.location_id is not None:
            found.append(Subject(SubjectKind.LOCATION, self.location_id))
        return tuple(found)


class Figures(Struct, frozen=True, kw_only=True):
    """How much a connector, or all connectors of a station or a location, were used.

    ``sessions`` is how many took place at least in part; ``energy`` is what flowed in
    the time, in Wh. The times are added over all ``connectors``, of which each has
    ``period``. ``charging`` is None where the vendor does not tell when energy flowed.
    ``faults`` is how many there were at least in part, ``faulted`` how long they lasted,
    and ``watched`` for how long somebody looked for them; None where nobody did.
    """

    connectors: int
    period: timedelta
    sessions: int
    energy: float
    occupied: timedelta
    charging: timedelta | None
    faults: int | None = None
    faulted: timedelta | None = None
    watched: timedelta | None = None

    @property
    def between_faults(self) -> timedelta | None:
        """Return the mean time between faults: what was without, for each fault.

        None where there was no fault, or nobody looked.
        """
        if not self.faults or self.watched is None or self.faulted is None:
            return None
        return (self.watched - self.faulted) / self.faults

    @property
    def occupied_share(self) -> float:
        """Return the part of the time with a session, from 0 to 1."""
        return self.occupied / (self.period * self.connectors)

    @property
    def charging_share(self) -> float | None:
        """Return the part of the time in which energy flowed, from 0 to 1."""
        if self.charging is None:
            return None
        return self.charging / (self.period * self.connectors)

    @property
    def idle(self) -> timedelta | None:
        """Return how long vehicles were plugged in without charging."""
        return None if self.charging is None else self.occupied - self.charging


def figures(
    records: Iterable[SessionRecord],
    places: Iterable[Place],
    start: datetime,
    end: datetime,
    *,
    faults: Iterable[Fault] = (),
    watched_since: datetime | None = None,
) -> dict[Subject, Figures]:
    """Return the figures of connectors, their stations and their locations.

    Args:
        records: the sessions that overlap the time; others do not matter.
        places: the connectors that there are, each once.
        start: the time's beginning.
        end: its end; later than the beginning.
        faults: when connectors were faulted; others than those that overlap the time
            do not matter.
        watched_since: since when somebody looks for faults; None if nobody does.
    """
    by_faulted: dict[Subject, list[Span]] = {}
    for fault in faults:
        by_faulted.setdefault(fault.connector, []).append((fault.began_at, fault.until))
    watch_start = None if watched_since is None else max(start, watched_since)
    by_connector: dict[Subject, list[SessionRecord]] = {}
    for record in records:
        for subject in record.subjects:
            if subject.kind is SubjectKind.CONNECTOR:
                by_connector.setdefault(subject, []).append(record)
    sums: dict[Subject, Figures] = {}
    for place in places:
        connector = place.subjects[0]
        found = _connector(by_connector.get(connector, []), start, end)
        if watch_start is not None and watch_start < end:
            spans = by_faulted.get(connector, [])
            found = _with_faults(found, spans, watch_start, end)
        for subject in place.subjects:
            known = sums.get(subject)
            sums[subject] = found if known is None else _added(known, found)
    return sums


def _connector(
    records: Iterable[SessionRecord], start: datetime, end: datetime
) -> Figures:
    occupied: list[Span] = []
    charging: list[Span] = []
    is_charging_known = True
    sessions = 0
    energy = 0.0
    for record in records:
        if record.began_at >= end or record.until <= start:
            continue
        sessions += 1
        energy += energy_between(record, start, end)
        occupied.append((record.began_at, record.until))
        spans = charging_spans(record)
        if spans is None:
            is_charging_known = False
        else:
            charging.extend(spans)
    occupied_time = _length(occupied, start, end)
    return Figures(
        connectors=1,
        period=end - start,
        sessions=sessions,
        energy=round(energy, 3),
        occupied=occupied_time,
        charging=min(_length(charging, start, end), occupied_time)
        if is_charging_known
        else None,
    )


def _with_faults(
    figures: Figures, spans: Iterable[Span], start: datetime, end: datetime
) -> Figures:
    """Return a connector's figures with its faults, since they are looked for."""
    inside = [
        (begin, until) for begin, until in spans if begin < end and until >= start
    ]
    return replace(
        figures,
        faults=len(inside),
        faulted=_length(inside, start, end),
        watched=end - start,
    )


def charging_spans(record: SessionRecord) -> list[Span] | None:
    """Return when energy flowed; None where the vendor does not tell."""
    flowed = [(i.start, i.end) for i in record.intervals if i.energy > 0]
    if flowed:
        return flowed
    if record.charging_started_at is not None:
        return [(record.charging_started_at, record.charging_ended_at or record.until)]
    return [] if record.energy == 0 else None


def _added(one: Figures, other: Figures) -> Figures:
    charging = None
    if one.charging is not None and other.charging is not None:
        charging = one.charging + other.charging
    return Figures(
        connectors=one.connectors + other.connectors,
        period=one.period,
        sessions=one.sessions + other.sessions,
        energy=round(one.energy + other.energy, 3),
        occupied=one.occupied + other.occupied,
        charging=charging,
        faults=_sum(one.faults, other.faults),
        faulted=_sum(one.faulted, other.faulted),
        watched=_sum(one.watched, other.watched),
    )


def _sum[AmountT: (int, timedelta)](
    one: AmountT | None, other: AmountT | None
) -> AmountT | None:
    return None if one is None or other is None else one + other


def _length(spans: Iterable[Span], start: datetime, end: datetime) -> timedelta:
    """Return how much of the time the spans cover; what they share counts once."""
    length = NOTHING
    covered_until = start
    for begin, until in sorted(spans):
        begin, until = max(begin, covered_until), min(until, end)
        if until > begin:
            length += until - begin
            covered_until = until
    return length
