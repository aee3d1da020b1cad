"""Questions that the ledger answers from its tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, RowMapping, Select, distinct, func, select
from sqlalchemy.sql.elements import ColumnElement

from .lifetime import Lifetimes, read_lifetimes
from .model import SessionPage, SessionQuery, SessionRecord, Subject, SubjectKind
from .rows import records_of
from .schema import OPEN_END, PROGRESS, SESSIONS
from .totals import Entry

COLUMNS = SESSIONS.c


class AccountState(Struct, frozen=True, kw_only=True):
    """What is known of an account before anything is polled.

    ``running`` are the sessions that are not over; ``last`` is what ended last of each
    connector, vehicle and driver; ``progress`` holds the cursors of the history.
    """

    running: tuple[SessionRecord, ...]
    last: Mapping[Subject, SessionRecord]
    lifetimes: Lifetimes
    progress: Mapping[str, str]


def read_state(connection: Connection, account_id: str) -> AccountState:
    """Return what is known of an account; of one that is new, nothing."""
    rows = connection.execute(
        select(SESSIONS).where(
            COLUMNS.account_id == account_id, COLUMNS.until == OPEN_END
        )
    ).mappings()
    return AccountState(
        running=records_of(connection, account_id, rows.all()),
        last=read_last(connection, account_id),
        lifetimes=read_lifetimes(connection, account_id),
        progress=read_progress(connection, account_id),
    )


def read_last(connection: Connection, account_id: str) -> dict[Subject, SessionRecord]:
    """Return the session that ended last of each connector, vehicle and driver."""
    found: dict[Subject, SessionRecord] = {}
    for kind, columns in (
        (SubjectKind.CONNECTOR, (COLUMNS.station_id, COLUMNS.connector_id)),
        (SubjectKind.VEHICLE, (COLUMNS.vehicle_id,)),
        (SubjectKind.DRIVER, (COLUMNS.driver,)),
    ):
        rows = _ended_last(connection, account_id, columns)
        for record in records_of(connection, account_id, rows):
            found.update((s, record) for s in record.subjects if s.kind is kind)
    return found


def _ended_last(
    connection: Connection,
    account_id: str,
    columns: Sequence[ColumnElement[str | None]],
) -> Sequence[RowMapping]:
    newest = (
        select(*columns, func.max(COLUMNS.until).label("newest"))
        .where(
            COLUMNS.account_id == account_id,
            COLUMNS.until < OPEN_END,
            *(column.is_not(None) for column in columns),
        )
        .group_by(*columns)
        .subquery()
    )
    pairs = zip(newest.c, columns, strict=False)
    return (
        connection.execute(
            select(SESSIONS)
            .join(newest, COLUMNS.until == newest.c.newest)
            .where(
                COLUMNS.account_id == account_id,
                *(mine == other for mine, other in pairs),
            )
        )
        .mappings()
        .all()
    )


def read_sessions(connection: Connection, query: SessionQuery) -> SessionPage:
    """Return one page of the sessions that are asked for."""
    conditions = _conditions(query)
    total = connection.scalar(
        select(func.count()).select_from(SESSIONS).where(*conditions)
    )
    order = (COLUMNS.began_at, COLUMNS.session_id)
    wanted = (
        select(SESSIONS)
        .where(*conditions)
        .order_by(*(c.desc() if query.newest_first else c for c in order))
    )
    if query.limit is not None:
        wanted = wanted.limit(query.limit).offset(query.offset)
    rows = connection.execute(wanted).mappings().all()
    return SessionPage(
        sessions=records_of(connection, query.account_id, rows), total=total or 0
    )


def read_entries(connection: Connection, query: SessionQuery) -> list[Entry]:
    """Return what totals are made of, of all sessions that are asked for."""
    rows = connection.execute(
        select(
            COLUMNS.began_at,
            COLUMNS.driver,
            COLUMNS.currency,
            COLUMNS.energy,
            COLUMNS.cost,
            COLUMNS.co2,
        ).where(*_conditions(query))
    )
    return [Entry(*row) for row in rows]


def read_slice(
    connection: Connection,
    account_id: str,
    since: datetime | None,
    after: str,
    limit: int,
) -> tuple[SessionRecord, ...]:
    """Return some of the sessions that were not over at a time, by their ids.

    Args:
        connection: to read with.
        account_id: whose sessions.
        since: the time; None for all sessions.
        after: the last id of the slice before; empty for the first.
        limit: how many at most.
    """
    wanted: Select[tuple[object, ...]] = (
        select(SESSIONS)
        .where(COLUMNS.account_id == account_id, COLUMNS.session_id > after)
        .order_by(COLUMNS.session_id)
        .limit(limit)
    )
    if since is not None:
        wanted = wanted.where(COLUMNS.until >= since)
    rows = connection.execute(wanted).mappings().all()
    return records_of(connection, account_id, rows)


def read_progress(connection: Connection, account_id: str) -> dict[str, str]:
    """Return the cursors of an account's history, by their names."""
    rows = connection.execute(
        select(PROGRESS.c.name, PROGRESS.c.cursor).where(
            PROGRESS.c.account_id == account_id
        )
    )
    return dict(rows.tuples().all())


def read_accounts(connection: Connection) -> frozenset[str]:
    """Return the ids of the accounts that have sessions."""
    return frozenset(connection.scalars(select(distinct(COLUMNS.account_id))))


def _conditions(query: SessionQuery) -> list[ColumnElement[bool]]:
    conditions = [COLUMNS.account_id == query.account_id]
    for column, wanted in (
        (COLUMNS.location_id, query.location_id),
        (COLUMNS.station_id, query.station_id),
        (COLUMNS.connector_id, query.connector_id),
        (COLUMNS.vehicle_id, query.vehicle_id),
        (COLUMNS.driver, query.driver),
    ):
        if wanted is not None:
            conditions.append(column == wanted)
    if query.end is not None:
        conditions.append(COLUMNS.began_at < query.end)
    if query.start is not None:
        conditions.append(
            COLUMNS.began_at >= query.start
            if query.by_start
            else COLUMNS.until > query.start
        )
    if query.is_over is not None:
        conditions.append(
            COLUMNS.until < OPEN_END if query.is_over else COLUMNS.until == OPEN_END
        )
    return conditions
