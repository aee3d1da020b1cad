"""Totals of sessions by month, driver and currency: pure functions.

A session belongs to the month in which it began, by the clock on the wall; each session
to one month, whatever the clocks do. Costs in two currencies are never added together.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, tzinfo
from operator import itemgetter
from typing import NamedTuple

from msgspec import Struct

from .merge import DECIMALS
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
    groups: dict[tuple[date, str, str], _Sums] = {}
    for entry in entries:
        month = entry.began_at.astimezone(zone).date().replace(day=1)
        group = (month, entry.driver or "", entry.currency or "")
        sums = groups.get(group)
        if sums is None:
            sums = groups[group] = _Sums()
        sums.add(entry)
    return [
        Total(
            month=month,
            driver=driver or None,
            currency=currency or None,
            sessions=sums.sessions,
            energy=round(sums.energy, DECIMALS),
            cost=round(sums.cost, DECIMALS) if currency else None,
            co2=None if sums.co2 is None else round(sums.co2, DECIMALS),
        )
        for (month, driver, currency), sums in sorted(groups.items(), key=itemgetter(0))
    ]


class _Sums:
    """What was added up so far."""

    __slots__ = ("co2", "cost", "energy", "sessions")

    def __init__(self) -> None:
        self.sessions = 0
        self.energy = 0.0
        self.cost = 0.0
        self.co2: float | None = None

    def add(self, entry: Entry) -> None:
        self.sessions += 1
        self.energy += entry.energy or 0.0
        self.cost += entry.cost or 0.0
        if entry.co2 is not None:
            self.co2 = (self.co2 or 0.0) + entry.co2


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
