"""Records as rows of the tables, and back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    delete,
    insert,
    select,
    type_coerce,
)
from sqlalchemy.sql.elements import ColumnElement

from ..clients.enums import SessionStatus, StopReason
from ..clients.model import Interval, Money
from .model import EndSource, SessionRecord
from .schema import EPOCH, INTERVALS, OPEN_END, SESSIONS, UtcTime

type Value = object

# What has the same name and value in the record and in the table.
PLAIN = tuple(
    name
    for name in SessionRecord.__struct_fields__
    if name in SESSIONS.c
    and name not in {"cost", "status", "stop_reason", "end_source"}
)
TIMES = tuple(c.name for c in SESSIONS.c if isinstance(c.type, UtcTime))

# What is read, in the order of the record's fields: numbers for times, which are made
# faster of all rows together. The currency is part of the cost.
NAMES = (*(n for n in SessionRecord.__struct_fields__ if n != "intervals"), "currency")
PLACE = {name: number for number, name in enumerate(NAMES)}
SESSION_ID = PLACE["session_id"]
READ = tuple(
    type_coerce(SESSIONS.c[name], BigInteger).label(name)
    if name in TIMES
    else SESSIONS.c[name]
    for name in NAMES
)

# Databases bound how many values a statement may have.
IDS_AT_ONCE = 1000

# A newer version may have written other words; those become None.
STATUSES = {word.value: word for word in SessionStatus}
STOP_REASONS = {word.value: word for word in StopReason}
END_SOURCES = {word.value: word for word in EndSource}


def row_of(record: SessionRecord) -> dict[str, Value]:
    """Return a record as it stands in the table of sessions."""
    row: dict[str, Value] = {name: getattr(record, name) for name in PLAIN}
    row["began_at"] = record.began_at
    row["until"] = record.until if record.is_over else OPEN_END
    row["status"] = record.status
    row["stop_reason"] = record.stop_reason
    row["end_source"] = record.end_source
    row["cost"] = None if record.cost is None else record.cost.minor
    row["currency"] = None if record.cost is None else record.cost.currency
    return row


def select_records(
    connection: Connection,
    account_id: str,
    conditions: Iterable[ColumnElement[bool]],
    *,
    order: Iterable[ColumnElement[Any]] = (),
    limit: int | None = None,
    offset: int = 0,
    intervals: bool = True,
) -> tuple[SessionRecord, ...]:
    """Return an account's sessions that meet conditions."""
    conditions = (SESSIONS.c.account_id == account_id, *conditions)
    wanted = select(*READ).where(*conditions).order_by(*order)
    if limit is not None:
        wanted = wanted.limit(limit).offset(offset)
    rows = connection.execute(wanted).all()
    found: dict[str, list[Interval]] = {}
    if intervals and limit is None:
        ids = select(SESSIONS.c.session_id).where(*conditions)
        found = _select_intervals(connection, account_id, ids)
    elif intervals:
        # MariaDB bounds no list that is asked for inside a question.
        for some in batched(rows, IDS_AT_ONCE, strict=False):
            known = [row[SESSION_ID] for row in some]
            found |= _select_intervals(connection, account_id, known)
    return _records(rows, found)


def read_records(
    connection: Connection, account_id: str, session_ids: Iterable[str]
) -> dict[str, SessionRecord]:
    """Return those of an account's sessions that the database has, by their ids."""
    found: dict[str, SessionRecord] = {}
    for some in batched(session_ids, IDS_AT_ONCE, strict=False):
        meant = (SESSIONS.c.session_id.in_(some),)
        records = select_records(connection, account_id, meant)
        found.update((record.session_id, record) for record in records)
    return found


def write_intervals(
    connection: Connection, account_id: str, records: Sequence[SessionRecord]
) -> None:
    """Put the intervals of an account's sessions in the place of those they had."""
    for some in batched(records, IDS_AT_ONCE, strict=False):
        connection.execute(
            delete(INTERVALS).where(
                INTERVALS.c.account_id == account_id,
                INTERVALS.c.session_id.in_([record.session_id for record in some]),
            )
        )
    rows = [
        {
            "account_id": account_id,
            "session_id": record.session_id,
            "start": interval.start,
            "end": interval.end,
            "energy": interval.energy,
        }
        for record in records
        for interval in record.intervals
    ]
    if rows:
        connection.execute(insert(INTERVALS), rows)


def _select_intervals(
    connection: Connection,
    account_id: str,
    session_ids: Sequence[str] | Select[tuple[str]],
) -> dict[str, list[Interval]]:
    """Return the intervals of sessions in their order, by the sessions' ids."""
    found: dict[str, list[Interval]] = {}
    columns = INTERVALS.c
    for session_id, start, end, energy in connection.execute(
        select(
            columns.session_id,
            type_coerce(columns.start, BigInteger),
            type_coerce(columns.end, BigInteger),
            columns.energy,
        )
        .where(columns.account_id == account_id, columns.session_id.in_(session_ids))
        .order_by(columns.session_id, columns.start)
    ):
        found.setdefault(session_id, []).append(
            Interval(_moment(start), _moment(end), energy)
        )
    return found


def _records(
    rows: Iterable[Sequence[Any]], intervals: Mapping[str, Sequence[Interval]]
) -> tuple[SessionRecord, ...]:
    """Return the sessions of rows; what is done for each is done for thousands."""
    times = tuple(PLACE[name] for name in NAMES if name in TIMES)
    status, stop_reason, end_source, cost = (
        PLACE[name] for name in ("status", "stop_reason", "end_source", "cost")
    )
    records: list[SessionRecord] = []
    for row in rows:
        *values, currency = row
        for place in times:
            if (moment := values[place]) is not None:
                values[place] = EPOCH + timedelta(0, 0, moment)
        values[status] = STATUSES.get(values[status])
        values[stop_reason] = STOP_REASONS.get(values[stop_reason])
        values[end_source] = END_SOURCES.get(values[end_source])
        if values[cost] is not None:
            values[cost] = Money(values[cost], currency)
        values.append(tuple(intervals.get(values[SESSION_ID], ())))
        records.append(SessionRecord(*values))
    return tuple(records)


def _moment(microseconds: int) -> datetime:
    return EPOCH + timedelta(0, 0, microseconds)
