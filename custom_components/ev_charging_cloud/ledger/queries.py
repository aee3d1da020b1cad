"""Questions that the ledger answers from its tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Connection, distinct, func, select
from sqlalchemy.sql.elements import ColumnElement

from .lifetime import Lifetimes, metered_by, read_lifetimes
from .model import SessionPage, SessionQuery, SessionRecord, Subject
from .rows import read_records, select_records
from .schema import FAULTS, OPEN_END, PROGRESS, SESSIONS
from .totals import Entry

COLUMNS = SESSIONS.c


class AccountState(Struct, frozen=True, kw_only=True):
    """What is known of an account before anything is polled.

    ``running`` are the sessions that are not over; ``last`` is what ended last of each
    connector, vehicle and driver.
    """

    running: tuple[SessionRecord, ...]
    last: Mapping[Subject, SessionRecord]
    lifetimes: Lifetimes


def read_state(connection: Connection, account_id: str) -> AccountState:
    """Return what is known of an account; of one that is new, nothing."""
    return AccountState(
        running=select_records(connection, account_id, [COLUMNS.until == OPEN_END]),
        last=read_last(connection, account_id),
        lifetimes=read_lifetimes(connection, account_id),
    )


def read_last(connection: Connection, account_id: str) -> dict[Subject, SessionRecord]:
    """Return the session that ended last of each connector, vehicle and driver."""
    ids: set[str] = set()
    for columns in (
        (COLUMNS.station_id, COLUMNS.connector_id),
        (COLUMNS.vehicle_id,),
        (COLUMNS.driver,),
    ):
        ids.update(_ended_last(connection, account_id, columns))
    found: dict[Subject, SessionRecord] = {}
    records = read_records(connection, account_id, ids).values()
    for record in sorted(records, key=lambda record: record.until):
        found.update((subject, record) for subject in metered_by(record))
    return found


def _ended_last(
    connection: Connection,
    account_id: str,
    columns: Sequence[ColumnElement[str | None]],
) -> Iterable[str]:
    """Return the ids of the sessions that ended last of each thing."""
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
    pairs = zip(newest.c, (*columns, COLUMNS.until), strict=True)
    return connection.scalars(
        select(COLUMNS.session_id).where(
            COLUMNS.account_id == account_id, *(mine == other for other, mine in pairs)
        )
    )


def read_sessions(connection: Connection, query: SessionQuery) -> SessionPage:
    """Return one page of the sessions that are asked for."""
    conditions = _conditions(query)
    order = (COLUMNS.began_at, COLUMNS.session_id)
    found = select_records(
        connection,
        query.account_id,
        conditions,
        order=[column.desc() for column in order] if query.newest_first else order,
        limit=query.limit,
        offset=query.offset,
        intervals=query.intervals,
    )
    if query.limit is None:
        return SessionPage(sessions=found, total=len(found))
    total = connection.scalar(
        select(func.count()).select_from(SESSIONS).where(*conditions)
    )
    return SessionPage(sessions=found, total=total or 0)


def read_entries(connection: Connection, query: SessionQuery) -> Iterator[Entry]:
    """Yield what totals are made of, of all sessions that are asked for."""
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
    for some in rows.partitions(1000):
        yield from (Entry(*row) for row in some)


def read_slice(
    connection: Connection, account_id: str, after: str, limit: int
) -> tuple[SessionRecord, ...]:
    """Return some of an account's sessions, by their ids.

    Args:
        connection: to read with.
        account_id: whose sessions.
        after: the last id of the slice before; empty for the first.
        limit: how many at most.
    """
    return select_records(
        connection,
        account_id,
        [COLUMNS.session_id > after],
        order=[COLUMNS.session_id],
        limit=limit,
    )


def read_progress(connection: Connection, account_id: str) -> dict[str, str]:
    """Return the cursors of an account's history, by their names."""
    rows = connection.execute(
        select(PROGRESS.c.name, PROGRESS.c.cursor).where(
            PROGRESS.c.account_id == account_id
        )
    )
    return dict(rows.tuples().all())


def read_accounts(connection: Connection) -> frozenset[str]:
    """Return the ids of the accounts that have sessions or faults."""
    return frozenset(
        account_id
        for table in (SESSIONS, FAULTS)
        for account_id in connection.scalars(select(distinct(table.c.account_id)))
    )


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
