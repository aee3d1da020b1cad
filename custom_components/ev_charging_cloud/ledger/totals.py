"""Totals of sessions by month, driver and currency: pure functions.

A session belongs to the month in which it began, by the clock on the wall; each session
to one month, whatever the clocks do. Costs in two currencies are never added together.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, tzinfo
import math
from typing import NamedTuple

from msgspec import Struct

from .model import SessionRecord


class Entry(NamedTuple):
    """What of a session goes into totals: Wh, minor units of the currency, g."""

    began_at: datetime
    driver: str | None
    currency: str | None
    energy: float | None
    cost: float | None
    co2: float | None


class Total(Struct, frozen=True, kw_only=True):
    """The sums of some sessions.

    ``month`` is its first day. ``energy`` is in Wh, ``co2`` in g; ``cost`` is in minor
    units of ``currency``, and None with it: these sessions have no known cost.
    """

    month: date
    driver: str | None
    currency: str | None
    sessions: int
    energy: float
    cost: float | None
    co2: float | None


def entry_of(record: SessionRecord) -> Entry:
    """Return what of a session goes into totals."""
    cost = record.cost
    return Entry(
        record.began_at,
        record.driver,
        None if cost is None else cost.currency,
        record.energy,
        None if cost is None else cost.minor,
        record.co2,
    )


def add_up(entries: Iterable[Entry], zone: tzinfo) -> list[Total]:
    """Return the totals of sessions, by month, driver and currency in this order.

    Args:
        entries: of the sessions, in any order.
        zone: where the months are those of the clock on the wall.
    """
    groups: dict[tuple[date, str, str], list[Entry]] = {}
    for entry in entries:
        month = entry.began_at.astimezone(zone).date().replace(day=1)
        group = (month, entry.driver or "", entry.currency or "")
        groups.setdefault(group, []).append(entry)
    return [
        Total(
            month=month,
            driver=driver or None,
            currency=currency or None,
            sessions=len(members),
            energy=_sum(entry.energy for entry in members) or 0.0,
            cost=_sum(entry.cost for entry in members) if currency else None,
            co2=_sum(entry.co2 for entry in members),
        )
        for (month, driver, currency), members in sorted(groups.items())
    ]


def months(start: datetime, end: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield in UTC when the months begin that a time touches, and when the last ends.

    Args:
        start: the time's beginning.
        end: its end, not included.
        zone: where the months are those of the clock on the wall.
    """
    month = start.astimezone(zone).date().replace(day=1)
    while True:
        begin = midnight(month, zone)
        yield begin
        if begin >= end:
            return
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return in UTC when a day begins by the clock on the wall."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(math.fsum(known), 3) if known else None
