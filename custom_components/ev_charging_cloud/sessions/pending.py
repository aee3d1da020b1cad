"""What statistics still lack, in memory and over a restart."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypedDict

from homeassistant.util import dt as dt_util

from ..ledger import Measure, Series, Subject, SubjectKind


class Row(TypedDict):
    """From which hour on a statistic is to be written; without a measure all are."""

    kind: str
    id: str
    station_id: str
    measure: str | None
    currency: str
    since: str | None


class Content(TypedDict):
    """What is kept; ``in_order`` tells that Home Assistant stopped after keeping it."""

    in_order: bool
    pending: list[Row]


class Pending:
    """By subject the first hours of its statistics that are to be written."""

    def __init__(self) -> None:
        """Lack nothing."""
        self._hours: dict[Subject, Mapping[Series, datetime] | None] = {}
        # Of those that are looked through whole, what has changed since they were added.
        self._since: dict[Subject, dict[Series, datetime]] = {}

    def __bool__(self) -> bool:
        """Tell whether anything is to be written."""
        return bool(self._hours)

    def items(self) -> tuple[tuple[Subject, Mapping[Series, datetime] | None], ...]:
        """Return what is to be written by now; None stands for all of a subject's."""
        return tuple(self._hours.items())

    def add(self, first: Mapping[Series, datetime]) -> None:
        """Have statistics written from certain hours on."""
        for series, hour in first.items():
            known = self._hours.get(series.subject, {})
            if known is None:
                hours = self._since.setdefault(series.subject, {})
                hours[series] = min(hour, hours.get(series, hour))
            else:
                hours = {**known, series: min(hour, known.get(series, hour))}
                self._hours[series.subject] = hours

    def add_whole(self, subjects: Iterable[Subject]) -> None:
        """Have all statistics of subjects looked through."""
        self._hours.update(dict.fromkeys(subjects))

    def done(self, subject: Subject, hours: Mapping[Series, datetime] | None) -> None:
        """Take away what was written, unless more was added meanwhile."""
        if self._hours.get(subject) is not hours:
            return
        self._hours.pop(subject, None)
        if (since := self._since.pop(subject, None)) is not None:
            self._hours[subject] = since

    @staticmethod
    def none_in_order() -> Content:
        """Return what is kept while Home Assistant runs."""
        return Content(in_order=False, pending=[])

    def content(self) -> Content:
        """Return what is to be kept for the next start."""
        return Content(in_order=True, pending=list(self._rows()))

    def restore(self, content: Content | None) -> bool:
        """Take what was kept; tell whether it is all."""
        if content is None or not content["in_order"]:
            return False
        for row in content["pending"]:
            subject = Subject(SubjectKind(row["kind"]), row["id"], row["station_id"])
            since = dt_util.parse_datetime(row["since"]) if row["since"] else None
            if row["measure"] is None or since is None:
                self.add_whole([subject])
            else:
                measure = Measure(row["measure"])
                self.add({Series(subject, measure, row["currency"]): since})
        return True

    def _rows(self) -> Iterator[Row]:
        for subject, hours in self._hours.items():
            firsts: Iterable[tuple[Series | None, datetime | None]] = (
                [(None, None)] if hours is None else hours.items()
            )
            for series, since in firsts:
                yield Row(
                    kind=subject.kind,
                    id=subject.id,
                    station_id=subject.station_id,
                    measure=series.measure if series else None,
                    currency=series.currency if series else "",
                    since=since.isoformat() if since else None,
                )
