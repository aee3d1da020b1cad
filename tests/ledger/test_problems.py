"""Tests of what is made of a database's own errors: the reason, in its words without the rest."""

import sqlite3

import pytest
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    ResourceClosedError,
    StatementError,
)

from custom_components.ev_charging_cloud.ledger.errors import (
    BackupError,
    LedgerError,
    NewerSchemaError,
    Problem,
    problem_of,
)

STATEMENT = "INSERT INTO sessions (secret) VALUES (?)"


def sqlite(code: int, name: str = "no\nmore") -> sqlite3.OperationalError:
    """Return an error of SQLite's driver."""
    error = sqlite3.OperationalError(name)
    error.sqlite_errorcode = code
    return error


class ServerError(Exception):
    """An error of a server's driver, with the code that PostgreSQL's drivers give."""

    def __init__(self, *args: object, pgcode: str | None = None) -> None:
        """Keep the code."""
        super().__init__(*args)
        self.pgcode = pgcode


class NewServerError(Exception):
    """An error of a newer driver, which names the code as the standard does."""

    sqlstate = "57014"


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (5, Problem.LOCKED),
        (6, Problem.LOCKED),
        (8, Problem.READ_ONLY),
        (11, Problem.DAMAGED),
        (13, Problem.DISK_FULL),
        (14, Problem.UNREACHABLE),
        (26, Problem.DAMAGED),
        (14 | 3 << 8, Problem.UNREACHABLE),  # SQLITE_CANTOPEN_FULLPATH
        (1, Problem.FAILING),
        (12, Problem.FAILING),
    ],
)
def test_codes_of_sqlite(code: int, problem: Problem) -> None:
    """The primary code counts, whatever more it says."""
    found = problem_of(OperationalError(STATEMENT, (), sqlite(code)))
    assert (found.problem, found.detail, found.is_about_values) == (
        problem,
        "no",
        False,
    )
    assert str(found) == f"{problem}: no"


@pytest.mark.parametrize(
    ("origin", "problem"),
    [
        (ServerError("x", pgcode="25006"), Problem.READ_ONLY),
        (ServerError("x", pgcode="53100"), Problem.DISK_FULL),
        (ServerError("x", pgcode="55P03"), Problem.LOCKED),
        (ServerError("x", pgcode="57014"), Problem.TOO_SLOW),
        (ServerError("x", pgcode="40001"), Problem.LOCKED),
        (ServerError("x", pgcode="40P01"), Problem.LOCKED),
        (ServerError("x", pgcode="42P01"), Problem.FAILING),
        (NewServerError("x"), Problem.TOO_SLOW),
        (ServerError(1021, "x"), Problem.DISK_FULL),
        (ServerError(1114, "x"), Problem.DISK_FULL),
        (ServerError(1205, "x"), Problem.LOCKED),
        (ServerError(1213, "x"), Problem.LOCKED),
        (ServerError(1290, "x"), Problem.READ_ONLY),
        (ServerError(1146, "x"), Problem.FAILING),
        (ServerError(), Problem.FAILING),
    ],
)
def test_codes_of_servers(origin: Exception, problem: Problem) -> None:
    """PostgreSQL's codes by their beginning, MariaDB's by their number."""
    assert problem_of(DBAPIError(STATEMENT, (), origin)).problem is problem


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (OperationalError(STATEMENT, (), ServerError("x")), Problem.UNREACHABLE),
        (
            InterfaceError(
                STATEMENT, (), ServerError("x"), connection_invalidated=True
            ),
            Problem.UNREACHABLE,
        ),
        (InterfaceError(STATEMENT, (), ServerError("x")), Problem.FAILING),
    ],
)
def test_a_server_without_a_code(error: DBAPIError, problem: Problem) -> None:
    """A connection that is gone is no fault of what was asked."""
    assert problem_of(error).problem is problem


@pytest.mark.parametrize(
    "error",
    [
        DataError(STATEMENT, (), ServerError("too long")),
        IntegrityError(STATEMENT, (), ServerError("too long")),
        StatementError("x", STATEMENT, (), ValueError("too long")),
        ValueError("too long"),
    ],
)
def test_values_that_are_refused(error: Exception) -> None:
    """What was to be written is the reason; other rows would be taken."""
    found = problem_of(error)
    assert (found.problem, found.detail, found.is_about_values) == (
        Problem.FAILING,
        "too long",
        True,
    )


@pytest.mark.parametrize(
    ("error", "problem", "detail"),
    [
        (
            ArgumentError("postgresql://me:secret@x"),
            Problem.MISSING_DRIVER,
            "the address cannot be read",
        ),
        (NoSuchModuleError("no x\nmore"), Problem.MISSING_DRIVER, "no x"),
        (ImportError("no x"), Problem.MISSING_DRIVER, "no x"),
        (
            ResourceClosedError("over\nmore"),
            Problem.FAILING,
            "ResourceClosedError: over",
        ),
        (RuntimeError("r" * 300), Problem.FAILING, f"RuntimeError: {'r' * 200}"),
    ],
)
def test_other_errors(error: Exception, problem: Problem, detail: str) -> None:
    """Each has its own words, on one line and no longer than that."""
    found = problem_of(error)
    assert (found.problem, found.detail, found.is_about_values) == (
        problem,
        detail,
        False,
    )


def test_what_is_a_reason_already() -> None:
    """Our own errors stay what they are, and say what is wrong."""
    newer = NewerSchemaError(9, 2)
    assert problem_of(newer) is newer
    assert (newer.problem, newer.detail) == (
        Problem.NEWER_VERSION,
        "the tables have version 9, this version knows 2",
    )
    backup = BackupError()
    assert isinstance(backup, LedgerError)
    assert (backup.problem, backup.detail) == (
        Problem.FAILING,
        "the ledger is not kept in a file",
    )


def test_what_problems_are_called() -> None:
    """Each has a repair of that name, and words in all languages."""
    codes = (13, 5, 11, 8, 14, 1)
    found = [problem_of(OperationalError("", (), sqlite(code))) for code in codes]
    found += [
        NewerSchemaError(9, 2),
        problem_of(ImportError()),
        problem_of(DBAPIError("", (), NewServerError())),
    ]
    assert [str(error.problem) for error in found] == [
        "disk_full",
        "locked",
        "damaged",
        "read_only",
        "unreachable",
        "failing",
        "newer_version",
        "missing_driver",
        "too_slow",
    ]
    assert len(set(found)) == len(Problem)
