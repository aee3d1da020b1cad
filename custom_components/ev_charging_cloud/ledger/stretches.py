"""The hourly sums of an account's sessions, one stretch of time after the other.

However many sessions there are, only those of one stretch are in memory, and between two
of them others may have the ledger's thread.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Connection, and_, or_, select
from sqlalchemy.sql.elements import ColumnElement

from .hours import HOUR, Series, hour_of, hourly
from .model import Subject, SubjectKind
from .rows import select_records
from .schema import SESSIONS

COLUMNS = SESSIONS.c

# So many sessions begin in a stretch, and a few more reach into it.
SESSIONS_AT_ONCE = 2000
# To ask for more subjects than this by their names takes longer than to ask for all.
MOST_NAMED = 50
# What a vendor says of a session's parts may reach beyond its start and its end.
MARGIN = timedelta(days=1)


class Stretch(Struct, frozen=True):
    """Sums by statistic and by hour, from the start that was asked for.

    ``end`` is where the next stretch begins; None where there is no other.
    """

    sums: Mapping[Series, Mapping[datetime, float]]
    end: datetime | None


def read_stretch(
    connection: Connection,
    account_id: str,
    start: datetime | None,
    subjects: Collection[Subject] | None,
) -> Stretch:
    """Return the sums of the stretch that begins at an hour.

    Args:
        connection: to read with.
        account_id: whose sessions.
        start: the first hour; None for the first of all.
        subjects: for whom the sums are wanted; None for all.
    """
    meant = [] if subjects is None else list(_conditions(subjects))
    end = _end(connection, [COLUMNS.account_id == account_id, *meant], start)
    if start is not None:
        meant.append(COLUMNS.until > start - MARGIN)
    if end is not None:
        meant.append(COLUMNS.began_at < end + MARGIN)
    records = select_records(connection, account_id, meant)
    return Stretch(hourly(records, start, end, subjects), end)


def _end(
    connection: Connection,
    conditions: list[ColumnElement[bool]],
    start: datetime | None,
) -> datetime | None:
    """Return the hour after which there are enough sessions; None if there are not."""
    if start is not None:
        conditions = [*conditions, COLUMNS.began_at >= start]
    last = connection.scalar(
        select(COLUMNS.began_at)
        .where(*conditions)
        .order_by(COLUMNS.began_at)
        .offset(SESSIONS_AT_ONCE)
        .limit(1)
    )
    return None if last is None else hour_of(last) + HOUR


def _conditions(subjects: Collection[Subject]) -> Iterator[ColumnElement[bool]]:
    """Yield what is true of the sessions of subjects, if that is of use."""
    if len(subjects) <= MOST_NAMED:
        yield or_(*(_WHOSE[subject.kind](subject) for subject in subjects))


_WHOSE: Mapping[SubjectKind, Callable[[Subject], ColumnElement[bool]]] = {
    SubjectKind.CONNECTOR: lambda subject: and_(
        COLUMNS.station_id == subject.station_id, COLUMNS.connector_id == subject.id
    ),
    SubjectKind.STATION: lambda subject: COLUMNS.station_id == subject.id,
    SubjectKind.LOCATION: lambda subject: COLUMNS.location_id == subject.id,
    SubjectKind.VEHICLE: lambda subject: COLUMNS.vehicle_id == subject.id,
    SubjectKind.DRIVER: lambda subject: COLUMNS.driver == subject.id,
}
