"""Sessions as hourly sums of energy, cost and CO₂: pure functions, hours in UTC.

Energy goes to the hours in which it flowed as far as the vendor's intervals tell, else
evenly over the charging time, else evenly from start to end. Cost and CO₂ follow the
energy; without energy they are spread evenly from start to end. The hours of a session
add up to what the session has.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
import math

from msgspec import Struct

from .model import Change, SessionRecord, Subject, SubjectKind

HOUR = timedelta(hours=1)

# What has statistics: a station is its connectors.
KINDS = frozenset(
    {
        SubjectKind.CONNECTOR,
        SubjectKind.LOCATION,
        SubjectKind.VEHICLE,
        SubjectKind.DRIVER,
    }
)

# Intervals may lag behind a session by this share, or this many Wh, by rounding alone.
TOLERANCE = 0.005
TOLERANCE_WH = 1.0


class Measure(StrEnum):
    """What is summed: Wh, minor units of a currency, g."""

    ENERGY = "energy"
    COST = "cost"
    CO2 = "co2"


class Series(Struct, frozen=True):
    """One statistic; ``currency`` is set for costs and empty for all else."""

    subject: Subject
    measure: Measure
    currency: str = ""


type Hours = Mapping[datetime, float]

type Kind = tuple[Measure, str]
"""A measure and its currency."""


def hourly(
    records: Iterable[SessionRecord],
    start: datetime | None = None,
    end: datetime | None = None,
    subjects: Container[Subject] | None = None,
) -> dict[Series, dict[datetime, float]]:
    """Return the sums of sessions, by statistic and by hour.

    What each hour of a session has is computed once, for all that the session counts
    for.

    Args:
        records: the sessions, each once.
        start: leave out the hours before this one.
        end: leave out this hour and those after it.
        subjects: leave out all others.
    """
    sums: dict[Series, dict[datetime, float]] = {}
    for record in records:
        counted = [
            subject
            for subject in subjects_of(record)
            if subjects is None or subject in subjects
        ]
        if not counted:
            continue
        for (measure, currency), hours in amounts_of(record).items():
            inside = [
                (hour, amount)
                for hour, amount in hours.items()
                if (start is None or hour >= start) and (end is None or hour < end)
            ]
            for subject in counted if inside else ():
                target = sums.setdefault(Series(subject, measure, currency), {})
                for hour, amount in inside:
                    target[hour] = target.get(hour, 0.0) + amount
    return sums


def subjects_of(record: SessionRecord) -> tuple[Subject, ...]:
    """Return those for whom a session adds to statistics."""
    return tuple(subject for subject in record.subjects if subject.kind in KINDS)


def amounts_of(record: SessionRecord) -> dict[Kind, Hours]:
    """Return what one session adds to the statistics of each whom it counts for."""
    found: dict[Kind, Hours] = {}
    by_energy = energy_by_hour(record)
    if by_energy:
        found[Measure.ENERGY, ""] = by_energy
    has_cost = record.cost is not None and record.cost.minor
    if not has_cost and not record.co2:
        return found
    shares = _shares(record, by_energy)
    if record.cost is not None and has_cost:
        cost = record.cost
        found[Measure.COST, cost.currency] = _split(cost.minor, shares)
    if record.co2:
        found[Measure.CO2, ""] = _split(record.co2, shares)
    return found


def series_of(record: SessionRecord) -> dict[Series, Hours]:
    """Return what one session adds to the statistics."""
    amounts = amounts_of(record)
    return {
        Series(subject, *kind): hours
        for subject in subjects_of(record)
        for kind, hours in amounts.items()
    }


def first_changed_hours(changes: Iterable[Change]) -> dict[Series, datetime]:
    """Return, for each statistic that changed, the first hour that did.

    Sums that run on have to be computed anew from there.
    """
    first: dict[Series, datetime] = {}
    for change in changes:
        for series, hour in _changed_hours(change):
            first[series] = min(hour, first.get(series, hour))
    return first


def _changed_hours(change: Change) -> Iterator[tuple[Series, datetime]]:
    """Yield which statistics one session has changed, and from which hour on."""
    old = amounts_of(change.before) if change.before else {}
    new = amounts_of(change.after)
    was = set(subjects_of(change.before)) if change.before else set()
    now = set(subjects_of(change.after))
    for subjects, before, after in (
        (was & now, old, new),
        (was - now, old, {}),
        (now - was, {}, new),
    ):
        if not subjects:
            continue
        for kind in before.keys() | after.keys():
            hour = _first_difference(before.get(kind, {}), after.get(kind, {}))
            if hour is not None:
                yield from ((Series(subject, *kind), hour) for subject in subjects)


def energy_by_hour(record: SessionRecord) -> dict[datetime, float]:
    """Return a session's energy by hour, in Wh; nothing where it has none."""
    pieces = _pieces(record)
    amounts: dict[datetime, float] = {}
    for start, end, energy in pieces:
        for hour, amount in _spread(start, end, energy).items():
            amounts[hour] = amounts.get(hour, 0.0) + amount
    return {hour: amount for hour, amount in sorted(amounts.items()) if amount}


def energy_between(record: SessionRecord, start: datetime, end: datetime) -> float:
    """Return how much of a session's energy flowed from start until end, in Wh."""
    return math.fsum(
        energy * _overlap(since, until, start, end)
        for since, until, energy in _pieces(record)
    )


def _overlap(since: datetime, until: datetime, start: datetime, end: datetime) -> float:
    """Return which part of the one time is in the other."""
    if until <= since:
        return 1.0 if start <= since < end else 0.0
    inside = min(until, end) - max(since, start)
    return max(inside / (until - since), 0.0)


def _pieces(record: SessionRecord) -> list[tuple[datetime, datetime, float]]:
    """Return when how much of a session's energy flowed."""
    told = math.fsum(interval.energy for interval in record.intervals)
    energy = told if record.energy is None else record.energy
    if not energy:
        return []
    if not told:
        start = record.charging_started_at or record.began_at
        end = record.charging_ended_at or record.until
        return [(start, end, energy)]
    pieces = [(i.start, i.end, i.energy) for i in record.intervals]
    lacking = energy - told
    covered_until = pieces[-1][1]
    flows_until = record.charging_ended_at if record.is_over else record.until
    if (
        lacking > max(TOLERANCE_WH, TOLERANCE * energy)
        and flows_until is not None
        and flows_until > covered_until
    ):
        return [*pieces, (covered_until, flows_until, lacking)]
    return [(start, end, amount * energy / told) for start, end, amount in pieces]


def _spread(start: datetime, end: datetime, amount: float) -> dict[datetime, float]:
    """Return an amount that came evenly from start until end, by hour."""
    first = hour_of(start)
    if end <= first + HOUR:
        return {first: amount}
    whole = (end - start) / HOUR
    amounts: dict[datetime, float] = {}
    hour = first
    while hour < end:
        share = (min(end, hour + HOUR) - max(start, hour)) / HOUR / whole
        amounts[hour] = amount * share
        hour += HOUR
    return amounts


def _shares(record: SessionRecord, by_energy: Hours) -> Hours:
    """Return which part of a session each hour has; the parts add up to 1."""
    if not by_energy:
        return _spread(record.began_at, record.until, 1.0)
    total = math.fsum(by_energy.values())
    return {hour: amount / total for hour, amount in by_energy.items()}


def _split(amount: float, shares: Hours) -> dict[datetime, float]:
    return {hour: amount * share for hour, share in shares.items()}


def _first_difference(before: Hours, after: Hours) -> datetime | None:
    return min(
        (
            hour
            for hour in before.keys() | after.keys()
            if not math.isclose(
                before.get(hour, 0.0), after.get(hour, 0.0), rel_tol=0, abs_tol=1e-6
            )
        ),
        default=None,
    )


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour in which a moment is."""
    return moment.replace(minute=0, second=0, microsecond=0)
