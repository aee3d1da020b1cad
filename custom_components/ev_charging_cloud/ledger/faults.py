"""When connectors were faulted (OCPP's ``Faulted``), as far as somebody was looking."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Connection, Row, delete, insert, or_, select

from .model import Subject, SubjectKind
from .schema import FAULTS

COLUMNS = FAULTS.c

# Figures look back a month; more than a year of it is of no use to anybody.
KEPT_FOR = timedelta(days=400)
# Of an account; a connector that flickers must not fill the disk.
MOST_KEPT = 20_000

# By this name the ledger keeps since when somebody looks for faults, with the cursors.
WATCHED_SINCE = "faults_watched_since"


class Fault(Struct, frozen=True, kw_only=True):
    """A time in which a connector was faulted.

    ``last_seen`` is when it was last seen so, ``ended_at`` when it was first seen well
    again. A fault whose end nobody saw is over when it was last seen.
    """

    station_id: str
    connector_id: str
    began_at: datetime
    last_seen: datetime
    ended_at: datetime | None = None

    @property
    def connector(self) -> Subject:
        """Return whose fault it is."""
        return Subject(SubjectKind.CONNECTOR, self.connector_id, self.station_id)

    @property
    def until(self) -> datetime:
        """Return when it was over, or until when it is known to have lasted."""
        return self.ended_at or self.last_seen


def write_faults(
    connection: Connection, account_id: str, faults: Iterable[Fault]
) -> None:
    """Keep faults, each in the place of what was known of it; forget the oldest."""
    latest: datetime | None = None
    for fault in faults:
        key = {
            "account_id": account_id,
            "station_id": fault.station_id,
            "connector_id": fault.connector_id,
            "began_at": fault.began_at,
        }
        connection.execute(
            delete(FAULTS).where(
                *(COLUMNS[name] == value for name, value in key.items())
            )
        )
        connection.execute(
            insert(FAULTS).values(
                **key, last_seen=fault.last_seen, ended_at=fault.ended_at
            )
        )
        latest = max(fault.last_seen, latest or fault.last_seen)
    if latest is not None:
        _forget(connection, account_id, latest - KEPT_FOR)


def read_open_faults(connection: Connection, account_id: str) -> tuple[Fault, ...]:
    """Return the faults whose end nobody saw, the oldest first."""
    return tuple(
        _fault(row)
        for row in connection.execute(
            select(FAULTS)
            .where(COLUMNS.account_id == account_id, COLUMNS.ended_at.is_(None))
            .order_by(COLUMNS.began_at)
        )
    )


def read_faults(
    connection: Connection, account_id: str, start: datetime | None = None
) -> tuple[Fault, ...]:
    """Return the faults that were not over at a time, the oldest first; None for all."""
    conditions = [COLUMNS.account_id == account_id]
    if start is not None:
        conditions.append(or_(COLUMNS.ended_at > start, COLUMNS.last_seen > start))
    return tuple(
        _fault(row)
        for row in connection.execute(
            select(FAULTS).where(*conditions).order_by(COLUMNS.began_at)
        )
    )


def _forget(connection: Connection, account_id: str, oldest: datetime) -> None:
    beyond = connection.scalar(
        select(COLUMNS.began_at)
        .where(COLUMNS.account_id == account_id)
        .order_by(COLUMNS.began_at.desc())
        .offset(MOST_KEPT)
        .limit(1)
    )
    is_too_old = COLUMNS.last_seen < oldest
    connection.execute(
        delete(FAULTS).where(
            COLUMNS.account_id == account_id,
            is_too_old
            if beyond is None
            else or_(is_too_old, COLUMNS.began_at <= beyond),
        )
    )


def _fault(
    row: Row[tuple[str, str, str, datetime, datetime, datetime | None]],
) -> Fault:
    return Fault(
        station_id=row.station_id,
        connector_id=row.connector_id,
        began_at=row.began_at,
        last_seen=row.last_seen,
        ended_at=row.ended_at,
    )
