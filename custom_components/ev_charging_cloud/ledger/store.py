"""The ledger's database: everything here blocks, and runs in the ledger's own thread."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
import sqlite3

from msgspec import Struct
from sqlalchemy import Connection, Engine, bindparam, delete, insert, update
from sqlalchemy.exc import SQLAlchemyError

from ..clients.model import Interval
from .engine import file_of, open_engine, outside_transactions, reading, writing
from .errors import BackupError, LedgerError, Problem, problem_of
from .faults import Fault, write_faults
from .lifetime import Lifetimes, read_lifetimes, write_marks
from .merge import merge
from .migrations import prepare, version_of
from .model import Change, SessionRecord, Subject
from .queries import AccountState, read_state
from .rows import read_records, row_of, write_intervals
from .schema import FAULTS, INTERVALS, METERS, PROGRESS, SCHEMA_VERSION, SESSIONS

type Writer = Callable[[Connection, str, Sequence[SessionRecord]], list[Change]]

# A file, and what SQLite puts beside it.
BESIDE = ("", "-wal", "-shm")

KEY = ("account_id", "session_id")
UPDATE = (
    update(SESSIONS)
    .where(*(SESSIONS.c[name] == bindparam(f"old_{name}") for name in KEY))
    .values({c.name: bindparam(c.name) for c in SESSIONS.c if c.name not in KEY})
)


class Written(Struct, frozen=True, kw_only=True):
    """What came of writing.

    ``records`` are the sessions as they are now, ``changes`` what is new in them, and
    ``lifetimes`` the meters after it. A session that is missing among the records is
    one that the database does not take.
    """

    records: tuple[SessionRecord, ...]
    changes: tuple[Change, ...]
    lifetimes: Lifetimes


class Store:
    """One database with the sessions of all accounts.

    Every method may raise a :class:`LedgerError`, and has then changed nothing.
    """

    def __init__(self, url: str) -> None:
        """Open nothing yet.

        Args:
            url: SQLAlchemy's address of the database.
        """
        self._url = url
        self._engine: Engine | None = None
        self._lifetimes: dict[str, Lifetimes] = {}

    @property
    def is_open(self) -> bool:
        """Tell whether the database could be opened."""
        return self._engine is not None

    def open(self) -> None:
        """Connect, check a file that was not closed well, and bring the tables about."""
        engine = open_engine(self._url)
        try:
            self._check(engine)
            with reading(engine) as connection:
                found = version_of(connection)
            if found != SCHEMA_VERSION:
                with writing(engine) as connection:
                    prepare(connection)
        except LedgerError:
            engine.dispose()
            raise
        self._engine = engine

    def close(self) -> None:
        """Let the database go; SQLite then folds its log into the file."""
        engine, self._engine = self._engine, None
        self._lifetimes.clear()
        if engine is not None:
            engine.dispose()

    def read[ResultT](self, question: Callable[[Connection], ResultT]) -> ResultT:
        """Return the answer to a question."""
        with reading(self._opened()) as connection:
            return question(connection)

    def load(self, account_id: str) -> AccountState:
        """Return what is known of an account."""
        state = self.read(lambda connection: read_state(connection, account_id))
        self._lifetimes[account_id] = state.lifetimes
        return state

    def record(self, account_id: str, records: Sequence[SessionRecord]) -> Written:
        """Merge sessions with what the database has of them, in one transaction.

        Args:
            account_id: whose sessions.
            records: what was seen of each session; each once.
        """
        try:
            return self._record(account_id, records, _write_all)
        except LedgerError as err:
            if not err.is_about_values:
                raise
        # One session that the database does not take must not cost the others.
        return self._record(account_id, records, _write_singly)

    def touch(self, account_id: str, seen: Mapping[str, datetime]) -> None:
        """Keep when sessions were last seen, of which there was no other news."""
        with writing(self._opened()) as connection:
            connection.execute(
                update(SESSIONS)
                .where(
                    SESSIONS.c.account_id == bindparam("of_account"),
                    SESSIONS.c.session_id == bindparam("of_session"),
                )
                .values(last_seen=bindparam("seen_at")),
                [
                    {"of_account": account_id, "of_session": id_, "seen_at": moment}
                    for id_, moment in seen.items()
                ],
            )

    def remove_account(self, account_id: str) -> None:
        """Delete all that is kept of an account."""
        with writing(self._opened()) as connection:
            for table in (SESSIONS, INTERVALS, PROGRESS, METERS, FAULTS):
                connection.execute(
                    delete(table).where(table.c.account_id == account_id)
                )
        self._lifetimes.pop(account_id, None)

    def raise_meters(
        self, account_id: str, readings: Mapping[Subject, float]
    ) -> Lifetimes:
        """Let lifetime meters show no less than this, in Wh; return how they are now."""
        with writing(self._opened()) as connection:
            old = read_lifetimes(connection, account_id)
            new = old.raised(readings)
            write_marks(connection, account_id, old, new)
        self._lifetimes[account_id] = new
        return new

    def keep_faults(self, account_id: str, faults: Iterable[Fault]) -> None:
        """Keep when connectors were faulted."""
        with writing(self._opened()) as connection:
            write_faults(connection, account_id, faults)

    def set_progress(self, account_id: str, progress: Mapping[str, str]) -> None:
        """Keep cursors of the history."""
        with writing(self._opened()) as connection:
            _write_progress(connection, account_id, progress)

    def move_aside(self, now: datetime) -> Path:
        """Move a damaged file aside, so that the next time another one is begun.

        Args:
            now: what the file is renamed with.

        Returns:
            Where it is now.

        Raises:
            LedgerError: it cannot be moved, or is not a file.
        """
        path = file_of(self._url)
        if path is None:
            raise LedgerError(Problem.DAMAGED, "the database is not a file")
        self.close()
        return _move_aside(path, now)

    def checkpoint(self) -> None:
        """Fold SQLite's log into the file, which then holds everything by itself."""
        engine = self._opened()
        if engine.dialect.name != "sqlite":
            return
        with outside_transactions(engine) as connection:
            done = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        if done[0]:
            raise LedgerError(Problem.LOCKED, "another program reads the file")

    def back_up_to(self, path: Path) -> None:
        """Write a copy of the file that is whole, whatever is written meanwhile.

        Raises:
            BackupError: the database is not a file.
            LedgerError: it cannot be read, or the copy cannot be written.
        """
        if (source := file_of(self._url)) is None:
            raise BackupError
        unfinished = path.with_name(f"{path.name}.unfinished")
        try:
            with (
                closing(sqlite3.connect(source)) as old,
                closing(sqlite3.connect(unfinished)) as new,
            ):
                old.backup(new)
            unfinished.replace(path)
        except (OSError, sqlite3.Error) as err:
            raise LedgerError(Problem.FAILING, str(err)) from err
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)

    def _opened(self) -> Engine:
        if self._engine is None:
            raise LedgerError(Problem.UNREACHABLE, "the database is not open")
        return self._engine

    def _check(self, engine: Engine) -> None:
        """Look through a file that was not closed well.

        Raises:
            LedgerError: it is damaged.
        """
        path = file_of(self._url)
        if path is None:
            return
        log = path.with_name(f"{path.name}-wal")
        if not log.exists() or not log.stat().st_size:
            return
        with reading(engine) as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            raise LedgerError(Problem.DAMAGED, str(found).partition("\n")[0])

    def _record(
        self, account_id: str, records: Sequence[SessionRecord], write: Writer
    ) -> Written:
        with writing(self._opened()) as connection:
            old = self._lifetimes.get(account_id)
            if old is None:
                old = read_lifetimes(connection, account_id)
            merged = write(connection, account_id, records)
            changes = tuple(c for c in merged if c.after is not c.before)
            new = old.after(changes)
            write_marks(connection, account_id, old, new)
        self._lifetimes[account_id] = new
        return Written(
            records=tuple(change.after for change in merged),
            changes=changes,
            lifetimes=new,
        )


def _write_all(
    connection: Connection, account_id: str, records: Sequence[SessionRecord]
) -> list[Change]:
    """Write what is new of sessions; return what each was and is."""
    ids = [record.session_id for record in records]
    known = read_records(connection, account_id, ids)
    merged = [
        Change(before=(before := known.get(r.session_id)), after=merge(before, r))
        for r in records
    ]
    changes = [change for change in merged if change.after is not change.before]
    new = [row_of(change.after) for change in changes if change.before is None]
    if new:
        connection.execute(insert(SESSIONS), new)
    changed = [row_of(change.after) for change in changes if change.before]
    if changed:
        connection.execute(UPDATE, [_renamed(row) for row in changed])
    moved = [c.after for c in changes if c.after.intervals != _intervals(c.before)]
    write_intervals(connection, account_id, moved)
    return merged


def _write_singly(
    connection: Connection, account_id: str, records: Sequence[SessionRecord]
) -> list[Change]:
    """Do the same for those sessions that the database takes."""
    merged: list[Change] = []
    for record in records:
        try:
            with connection.begin_nested():
                merged.extend(_write_all(connection, account_id, [record]))
        except (SQLAlchemyError, ValueError) as err:
            if not problem_of(err).is_about_values:
                raise
    return merged


def _write_progress(
    connection: Connection, account_id: str, progress: Mapping[str, str]
) -> None:
    for name, cursor in progress.items():
        connection.execute(
            delete(PROGRESS).where(
                PROGRESS.c.account_id == account_id, PROGRESS.c.name == name
            )
        )
        connection.execute(
            insert(PROGRESS).values(account_id=account_id, name=name, cursor=cursor)
        )


def _intervals(record: SessionRecord | None) -> tuple[Interval, ...]:
    return () if record is None else record.intervals


def _renamed(row: Mapping[str, object]) -> dict[str, object]:
    """Return a row whose key has the names that the update looks for."""
    renamed = dict(row)
    for name in KEY:
        renamed[f"old_{name}"] = renamed.pop(name)
    return renamed


def _move_aside(path: Path, now: datetime) -> Path:
    """Rename a file and what is beside it; return where it is now.

    Raises:
        LedgerError: it cannot be renamed.
    """
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    try:
        for suffix in BESIDE:
            part = path.with_name(f"{path.name}{suffix}")
            if part.exists():
                part.rename(aside.with_name(f"{aside.name}{suffix}"))
    except OSError as err:
        raise LedgerError(Problem.DAMAGED, str(err.strerror)) from err
    return aside
