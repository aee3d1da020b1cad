"""Records as rows of the tables, and back."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import batched

from sqlalchemy import Connection, RowMapping, delete, insert, select

from ..clients.enums import SessionStatus, StopReason
from ..clients.model import Money
from .model import EndSource, Interval, SessionRecord
from .schema import INTERVALS, OPEN_END, SESSIONS

type Value = object

# What is the same in both.
PLAIN = tuple(
    name
    for name in SessionRecord.__struct_fields__
    if name in SESSIONS.c
    and name not in {"cost", "status", "stop_reason", "end_source"}
)
# Databases bound how many values a statement may have.
IDS_AT_ONCE = 400


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


def records_of(
    connection: Connection, account_id: str, rows: Sequence[RowMapping]
) -> tuple[SessionRecord, ...]:
    """Return the sessions of an account's rows, in the same order, with intervals."""
    ids = [str(row["session_id"]) for row in rows]
    intervals = _intervals_of(connection, account_id, ids)
    return tuple(
        record_of_row(row, intervals.get(session_id, ()))
        for row, session_id in zip(rows, ids, strict=True)
    )


def record_of_row(
    row: RowMapping, intervals: tuple[Interval, ...] = ()
) -> SessionRecord:
    """Return the session of a row."""
    cost, currency = row["cost"], row["currency"]
    return SessionRecord(
        **{name: row[name] for name in PLAIN},
        status=_word(SessionStatus, row["status"]),
        stop_reason=_word(StopReason, row["stop_reason"]),
        end_source=_word(EndSource, row["end_source"]),
        cost=None if cost is None or currency is None else Money(cost, currency),
        intervals=intervals,
    )


def read_records(
    connection: Connection, account_id: str, session_ids: Iterable[str]
) -> dict[str, SessionRecord]:
    """Return those of an account's sessions that the database has, by their ids."""
    found: dict[str, SessionRecord] = {}
    for some in batched(session_ids, IDS_AT_ONCE, strict=False):
        rows = (
            connection.execute(
                select(SESSIONS).where(
                    SESSIONS.c.account_id == account_id, SESSIONS.c.session_id.in_(some)
                )
            )
            .mappings()
            .all()
        )
        records = records_of(connection, account_id, rows)
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


def _intervals_of(
    connection: Connection, account_id: str, session_ids: Iterable[str]
) -> Mapping[str, tuple[Interval, ...]]:
    found: dict[str, list[Interval]] = {}
    columns = INTERVALS.c
    for some in batched(session_ids, IDS_AT_ONCE, strict=False):
        for session_id, start, end, energy in connection.execute(
            select(columns.session_id, columns.start, columns.end, columns.energy)
            .where(columns.account_id == account_id, columns.session_id.in_(some))
            .order_by(columns.start)
        ):
            found.setdefault(session_id, []).append(Interval(start, end, energy))
    return {session_id: tuple(intervals) for session_id, intervals in found.items()}


def _word[WordT: StrEnum](words: type[WordT], value: str | None) -> WordT | None:
    """Return a word that is known; a newer version may have written others."""
    try:
        return None if value is None else words(value)
    except ValueError:
        return None
