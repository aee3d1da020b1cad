"""How much connectors are used: pure functions over the sessions of some days."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

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
    """

    connectors: int
    period: timedelta
    sessions: int
    energy: float
    occupied: timedelta
    charging: timedelta | None

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
) -> dict[Subject, Figures]:
    """Return the figures of connectors, their stations and their locations.

    Args:
        records: the sessions that overlap the time; others do not matter.
        places: the connectors that there are, each once.
        start: the time's beginning.
        end: its end; later than the beginning.
    """
    by_connector: dict[Subject, list[SessionRecord]] = {}
    for record in records:
        for subject in record.subjects:
            if subject.kind is SubjectKind.CONNECTOR:
                by_connector.setdefault(subject, []).append(record)
    sums: dict[Subject, Figures] = {}
    for place in places:
        connector = place.subjects[0]
        found = _connector(by_connector.get(connector, []), start, end)
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
    )


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
