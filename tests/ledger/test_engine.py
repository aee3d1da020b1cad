"""Tests of how databases are opened: what drivers are told, and what SQLite is."""

import logging
from pathlib import Path
import sqlite3
import sys
from typing import Any, NoReturn
from unittest.mock import MagicMock

import pytest
from sqlalchemy import insert, text
from sqlalchemy.engine.default import DefaultDialect

from custom_components.ev_charging_cloud.ledger import (
    Ledger,
    LedgerError,
    Problem,
    check_address,
    engine as engine_module,
    shown_address,
    sqlite_url,
)
from custom_components.ev_charging_cloud.ledger.engine import (
    file_of,
    open_engine,
    reading,
    writing,
)
from custom_components.ev_charging_cloud.ledger.schema import META

from .common import ACCOUNT, START, async_see, many

POSTGRESQL = {
    "host": "db.example",
    "user": "me",
    "password": "secret",
    "connect_timeout": 5,
    "options": "-c statement_timeout=15s",
    "tcp_user_timeout": 15000,
}
MARIADB = {
    "host": "db.example",
    "user": "me",
    "connect_timeout": 5,
    "read_timeout": 15,
    "write_timeout": 15,
    "charset": "utf8mb4",
}


class NotConnectedError(Exception):
    """What comes of connecting to a server that is none."""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return what drivers are told, none of which connects to anything."""
    found: list[dict[str, Any]] = []

    def connect(_: DefaultDialect, *__: object, **arguments: Any) -> NoReturn:
        found.append(arguments)
        raise NotConnectedError

    monkeypatch.setattr(DefaultDialect, "connect", connect)
    # Those that are not installed here.
    for name in ("psycopg", "psycopg.adapt", "MySQLdb"):
        module = MagicMock(__version__="3.2.1", Error=OSError)
        module.__name__ = name
        monkeypatch.setitem(sys.modules, name, module)
    return found


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ("postgresql", POSTGRESQL | {"dbname": "sessions"}),
        ("postgresql+psycopg2", POSTGRESQL | {"dbname": "sessions"}),
        ("postgresql+psycopg", POSTGRESQL | {"dbname": "sessions"}),
        ("mariadb+pymysql", MARIADB | {"password": "secret", "database": "sessions"}),
        ("mysql+pymysql", MARIADB | {"password": "secret", "database": "sessions"}),
        ("mysql+mysqldb", MARIADB | {"passwd": "secret", "db": "sessions"}),
    ],
)
def test_what_the_driver_of_a_server_is_told(
    told: list[dict[str, Any]], scheme: str, expected: dict[str, object]
) -> None:
    """Whom to ask for, how long to wait for it, and in which letters."""
    engine = open_engine(f"{scheme}://me:secret@db.example/sessions")
    with pytest.raises(NotConnectedError), engine.connect():
        pass
    [arguments] = told
    arguments.pop("client_flag", None)
    assert {
        name: value for name, value in arguments.items() if name != "context"
    } == expected
    assert engine.hide_parameters


def pragma(url: str, *names: str) -> dict[str, object]:
    """Return how a file is kept, as SQLite says it."""
    engine = open_engine(url)
    try:
        with reading(engine) as connection:
            return {name: connection.scalar(text(f"PRAGMA {name}")) for name in names}
    finally:
        engine.dispose()


def test_how_a_file_is_kept(path: Path) -> None:
    """As safe as SQLite can keep it, with nothing of what was deleted, and small."""
    names = ("journal_mode", "synchronous", "secure_delete", "journal_size_limit")
    assert pragma(sqlite_url(path), *names, "busy_timeout") == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "secure_delete": 1,
        "journal_size_limit": 4 * 1024**2,
        "busy_timeout": 3000,
    }


def test_who_writes_is_alone_from_the_start(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read to be written anew cannot be somebody else's by then."""
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.01)
    check_address(sqlite_url(path))
    engine = open_engine(sqlite_url(path))
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    has_begun = False
    with pytest.raises(LedgerError) as err, writing(engine):
        has_begun = True
    assert err.value.problem is Problem.LOCKED
    assert not has_begun
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT COUNT(*) FROM ev_charging_meta")) == 1
    holder.close()
    engine.dispose()


def test_what_was_written_is_in_no_error(path: Path) -> None:
    """An error has the statement, but not the values that people may not see."""
    check_address(sqlite_url(path))
    engine = open_engine(sqlite_url(path))
    row = {"name": "schema_version", "value": "hunter2"}
    with pytest.raises(LedgerError) as err, writing(engine) as connection:
        connection.execute(insert(META), row)
    assert err.value.is_about_values
    assert err.value.detail == "UNIQUE constraint failed: ev_charging_meta.name"
    assert "INSERT INTO ev_charging_meta" in str(err.value.__cause__)
    assert "hunter2" not in str(err.value.__cause__)
    engine.dispose()


async def test_how_often_statements_are_made(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What was asked before is not put into words anew."""
    check_address(sqlite_url(path))
    caplog.set_level(logging.INFO, "sqlalchemy.engine")
    ledger = Ledger(sqlite_url(path))
    await async_see(ledger, *many(2))
    await async_see(ledger, *many(3))
    await ledger.async_stop()
    said = "\n".join(caplog.messages)
    assert "[cached since" in said
    assert "[no key" not in said


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:////config/sessions.db", Path("/config/sessions.db")),
        ("sqlite:///sessions.db", Path("sessions.db")),
        ("sqlite://", None),
        ("sqlite:///", None),
        ("sqlite:///:memory:", None),
        ("postgresql://db.example/sessions", None),
        ("postgresql://db.example", None),
    ],
)
def test_which_file_an_address_names(url: str, file: Path | None) -> None:
    """Only SQLite's addresses name one, and not all of them."""
    assert file_of(url) == file


def test_the_address_of_a_file() -> None:
    """It names the file, whatever letters are in its name."""
    path = Path("/config/Ünder 50% - 1.db")
    assert file_of(sqlite_url(path)) == path
    assert sqlite_url(Path("/config/a.db")) == "sqlite:////config/a.db"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////config/a.db", "sqlite:////config/a.db"),
        ("postgresql://db.example/a", "postgresql://db.example/a"),
        ("postgresql://me:secret@db.example/a", "postgresql://me:***@db.example/a"),
        (
            "mariadb+pymysql://me@db.example/a?charset=utf8mb4&PassWord=secret",
            "mariadb+pymysql://me@db.example/a?PassWord=%2A%2A%2A&charset=utf8mb4",
        ),
    ],
)
def test_an_address_as_it_is_shown(url: str, shown: str) -> None:
    """Without its password, wherever that stands."""
    assert shown_address(url) == shown


@pytest.mark.parametrize("url", ["", "sessions secret", "postgresql://me:secret@x:y/z"])
def test_no_address_is_not_shown(url: str) -> None:
    """Its words may have a password anywhere."""
    with pytest.raises(LedgerError) as err:
        shown_address(url)
    assert (err.value.problem, err.value.detail) == (
        Problem.MISSING_DRIVER,
        "the address cannot be read",
    )


async def test_the_file_of_a_ledger_is_let_go(path: Path) -> None:
    """At the end SQLite's log is folded in and gone."""
    ledger = Ledger(sqlite_url(path))
    await async_see(ledger, *many(3), at=START)
    assert {found.name for found in path.parent.iterdir()} >= {f"{path.name}-wal"}
    await ledger.async_stop()
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    again = Ledger(sqlite_url(path))
    assert await again.async_accounts() == {ACCOUNT}
    await again.async_stop()
