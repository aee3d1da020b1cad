"""What can be wrong with the ledger's database."""

from enum import StrEnum

from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    StatementError,
)


class Problem(StrEnum):
    """Why the ledger cannot be read or written; each wants something else done.

    ``DAMAGED``: a file that cannot be moved aside. ``NEWER_VERSION``: made by a newer
    version of the integration. ``UNREACHABLE``: a server that is away or says no, a file
    that cannot be opened. ``MISSING_DRIVER``: the address names a database that nothing
    is installed for, or it is no address. ``TOO_SLOW``: no answer in time.
    """

    DISK_FULL = "disk_full"
    LOCKED = "locked"
    DAMAGED = "damaged"
    READ_ONLY = "read_only"
    UNREACHABLE = "unreachable"
    NEWER_VERSION = "newer_version"
    MISSING_DRIVER = "missing_driver"
    TOO_SLOW = "too_slow"
    FAILING = "failing"


class LedgerError(Exception):
    """The database cannot be read or written.

    Attributes:
        problem: the kind of reason.
        detail: the database's own words, without the address and its password.
        is_about_values: it is what was to be written that is refused; other rows
            would be taken.
    """

    def __init__(
        self, problem: Problem, detail: str, *, is_about_values: bool = False
    ) -> None:
        """Say why, and in what words."""
        super().__init__(f"{problem}: {detail}")
        self.problem = problem
        self.detail = detail
        self.is_about_values = is_about_values


class NewerSchemaError(LedgerError):
    """The tables were made by a newer version, and are left as they are."""

    def __init__(self, found: int, known: int) -> None:
        """Say which version was found and which one is known."""
        super().__init__(
            Problem.NEWER_VERSION,
            f"the tables have version {found}, this version knows {known}",
        )


class BackupError(LedgerError):
    """A copy of the file was asked for, but the ledger is kept on a server."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(Problem.FAILING, "the ledger is not kept in a file")


# SQLite's primary result codes (https://sqlite.org/rescode.html).
SQLITE_PROBLEMS = {
    5: Problem.LOCKED,  # SQLITE_BUSY
    6: Problem.LOCKED,  # SQLITE_LOCKED
    8: Problem.READ_ONLY,  # SQLITE_READONLY
    11: Problem.DAMAGED,  # SQLITE_CORRUPT
    13: Problem.DISK_FULL,  # SQLITE_FULL
    14: Problem.UNREACHABLE,  # SQLITE_CANTOPEN
    26: Problem.DAMAGED,  # SQLITE_NOTADB
}

# PostgreSQL's codes (its manual, appendix A); a class stands for all that begin so.
POSTGRESQL_PROBLEMS = {
    "25006": Problem.READ_ONLY,  # read_only_sql_transaction
    "53100": Problem.DISK_FULL,  # disk_full
    "55P03": Problem.LOCKED,  # lock_not_available
    "57014": Problem.TOO_SLOW,  # query_canceled: the statement's time was up
    "40": Problem.LOCKED,  # transaction rollback, such as a deadlock
}

# MariaDB's error numbers (its knowledge base, "MariaDB Error Codes").
MARIADB_PROBLEMS = {
    1021: Problem.DISK_FULL,  # ER_DISK_FULL
    1114: Problem.DISK_FULL,  # ER_RECORD_FILE_FULL
    1205: Problem.LOCKED,  # ER_LOCK_WAIT_TIMEOUT
    1213: Problem.LOCKED,  # ER_LOCK_DEADLOCK
    1290: Problem.READ_ONLY,  # ER_OPTION_PREVENTS_STATEMENT
}


def problem_of(err: Exception) -> LedgerError:
    """Return what an error of SQLAlchemy or of a driver means."""
    if isinstance(err, LedgerError):
        return err
    if isinstance(err, ArgumentError) and not isinstance(err, NoSuchModuleError):
        # Its words may quote the address, and with it the password.
        return LedgerError(Problem.MISSING_DRIVER, "the address cannot be read")
    if isinstance(err, (ImportError, NoSuchModuleError)):
        return LedgerError(Problem.MISSING_DRIVER, _first_line(err))
    origin = (err.orig if isinstance(err, StatementError) else None) or err
    if isinstance(err, (DataError, IntegrityError)) or isinstance(origin, ValueError):
        return LedgerError(Problem.FAILING, _first_line(origin), is_about_values=True)
    if isinstance(err, DBAPIError):
        return LedgerError(_database_problem(err, origin), _first_line(origin))
    return LedgerError(Problem.FAILING, f"{type(err).__name__}: {_first_line(err)}")


def _database_problem(err: DBAPIError, origin: BaseException) -> Problem:
    code: object = getattr(origin, "sqlite_errorcode", None)
    if isinstance(code, int):
        return SQLITE_PROBLEMS.get(code & 0xFF, Problem.FAILING)
    state: object = getattr(origin, "pgcode", None) or getattr(origin, "sqlstate", None)
    if isinstance(state, str):
        for known, problem in POSTGRESQL_PROBLEMS.items():
            if state.startswith(known):
                return problem
    number = origin.args[0] if origin.args else None
    if isinstance(number, int) and number in MARIADB_PROBLEMS:
        return MARIADB_PROBLEMS[number]
    if isinstance(err, OperationalError) or err.connection_invalidated:
        return Problem.UNREACHABLE
    return Problem.FAILING


def _first_line(err: BaseException) -> str:
    """Return an error's own words, without what was sent to the database."""
    return str(err).partition("\n")[0][:200]
