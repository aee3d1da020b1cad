"""Opening databases: SQLite files as safe as they can be, servers that do not hang us."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from .errors import problem_of

# How long another program may hold a file before it counts as locked.
BUSY_SECONDS = 3
CONNECT_SECONDS = 5
ANSWER_SECONDS = 15

SERVER_ARGUMENTS: dict[str, dict[str, str | int]] = {
    "psycopg2": {
        "connect_timeout": CONNECT_SECONDS,
        "options": f"-c statement_timeout={ANSWER_SECONDS}s",
        "tcp_user_timeout": ANSWER_SECONDS * 1000,
    },
    "psycopg": {
        "connect_timeout": CONNECT_SECONDS,
        "options": f"-c statement_timeout={ANSWER_SECONDS}s",
        "tcp_user_timeout": ANSWER_SECONDS * 1000,
    },
    "pymysql": {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": ANSWER_SECONDS,
        "write_timeout": ANSWER_SECONDS,
        "charset": "utf8mb4",
    },
    "mysqldb": {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": ANSWER_SECONDS,
        "write_timeout": ANSWER_SECONDS,
        "charset": "utf8mb4",
    },
}

# What a connection is lent for.
WRITES = "ledger_writes"
PLAIN = "ledger_plain"


def open_engine(url: str) -> Engine:
    """Return an engine for a database; nothing is connected yet.

    Raises:
        LedgerError: it is no address, or nothing is installed for such a database.
    """
    try:
        parsed = make_url(url)
        driver = parsed.get_dialect()().driver
        if parsed.get_backend_name() == "sqlite":
            if file_of(url) is None:
                # What is kept in memory is gone with the next restart.
                raise ArgumentError
            return _open_sqlite(parsed)
        return create_engine(
            parsed,
            connect_args=SERVER_ARGUMENTS.get(driver, {}),
            hide_parameters=True,
            pool_pre_ping=True,
        )
    except ValueError:
        raise problem_of(ArgumentError()) from None
    except (SQLAlchemyError, ImportError) as err:
        raise problem_of(err) from None


def file_of(url: str) -> Path | None:
    """Return the file that an address names; None for a server's."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in {
        None,
        "",
        ":memory:",
    }:
        return None
    return Path(str(parsed.database))


def shown_address(url: str) -> str:
    """Return an address that can be shown: without its password.

    Raises:
        LedgerError: it is no address.
    """
    try:
        parsed = make_url(url)
    except (SQLAlchemyError, ValueError) as err:
        raise problem_of(ArgumentError()) from err
    query = {
        key: "***" if "pass" in key.casefold() else value
        for key, value in parsed.query.items()
    }
    return parsed.set(query=query).render_as_string(hide_password=True)


def sqlite_url(path: Path) -> str:
    """Return the address of a file."""
    return URL.create("sqlite", database=str(path)).render_as_string()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Lend a connection that sees one state of the database.

    Raises:
        LedgerError: it cannot be read.
    """
    with _translated(), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Lend a connection whose writes are kept all or not at all.

    Raises:
        LedgerError: it cannot be written.
    """
    with (
        _translated(),
        engine.connect().execution_options(**{WRITES: True}) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def outside_transactions(engine: Engine) -> Iterator[Connection]:
    """Lend a connection for what SQLite does only when no transaction is open.

    Raises:
        LedgerError: it cannot be done.
    """
    with (
        _translated(),
        engine.connect().execution_options(**{PLAIN: True}) as connection,
    ):
        yield connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, ValueError) as err:
        raise problem_of(err) from err


def _open_sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _: Any) -> None:
        # Python would begin transactions late and end them before changes of the schema.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        # What was acknowledged outlives a power cut too; there are few commits.
        cursor.execute("PRAGMA synchronous = FULL")
        # Nothing of a removed account stays readable in the file.
        cursor.execute("PRAGMA secure_delete = ON")
        # A file that once grew is cut back, so that backups stay small.
        cursor.execute("PRAGMA journal_size_limit = 4194304")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        purpose = connection.get_execution_options()
        if not purpose.get(PLAIN):
            words = "BEGIN IMMEDIATE" if purpose.get(WRITES) else "BEGIN"
            connection.exec_driver_sql(words)

    return engine
