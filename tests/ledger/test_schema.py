"""Tests of the tables, their versions and what leads from one to the next."""

from collections.abc import Callable
from pathlib import Path
import sqlite3

import pytest
from sqlalchemy import Connection, make_url, text
from sqlalchemy.schema import BaseDDLElement, CreateIndex, CreateTable

from custom_components.ev_charging_cloud.ledger import (
    Ledger,
    LedgerError,
    NewerSchemaError,
    Problem,
    Source,
    check_address,
    sqlite_url,
)
from custom_components.ev_charging_cloud.ledger.engine import (
    open_engine,
    reading,
    writing,
)
from custom_components.ev_charging_cloud.ledger.migrations import (
    STEPS,
    prepare,
    version_of,
)
from custom_components.ev_charging_cloud.ledger.schema import METADATA, SCHEMA_VERSION
from custom_components.ev_charging_cloud.ledger.store import Store

from .common import ACCOUNT, START, async_all, ended, record, sighting

# Files as released versions made them, one for each version of the schema.
FILES = Path(__file__).parent / "schemas"
# The newest tables in the words of the servers.
TABLES = Path(__file__).parent / "tables"


def make(path: Path, version: int) -> None:
    """Make a file as it was made when the schema had a certain version."""
    connection = sqlite3.connect(path)
    connection.executescript((FILES / f"version_{version}.sql").read_text())
    connection.close()


def make_empty(path: Path) -> None:
    """Make a file with nothing in it."""
    path.touch()


def content(path: Path) -> bytes:
    """Return the bytes of a file."""
    return path.read_bytes()


def dump(path: Path) -> str:
    """Return the tables of a file, as SQLite describes them."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL")
    found = sorted(" ".join(row[0].split()) for row in rows)
    connection.close()
    return "\n".join(found)


def use(path: Path) -> None:
    """Have the tables of a new file made, and look into each of them."""
    store = Store(sqlite_url(path))
    store.open()
    store.remove_account(ACCOUNT)
    store.close()


def test_every_version_has_a_file_and_a_step() -> None:
    """A new version of the schema comes with what leads to it and with its file."""
    assert {path.name for path in FILES.iterdir()} == {
        f"version_{number}.sql" for number in range(1, SCHEMA_VERSION + 1)
    }
    assert set(STEPS) == set(range(2, SCHEMA_VERSION + 1))


def test_schema_does_not_change_unnoticed(tmp_path: Path) -> None:
    """New tables are those of the newest version's file, to the letter."""
    new, released = tmp_path / "new.db", tmp_path / "released.db"
    use(new)
    make(released, SCHEMA_VERSION)
    assert dump(new) == dump(released)


@pytest.mark.parametrize("kind", ["postgresql", "mariadb", "mysql"])
def test_tables_of_servers(path: Path, kind: str) -> None:
    """They are as long, as exact and as particular about letters as they were."""
    use(path)
    dialect = make_url(f"{kind}://").get_dialect()()
    words: list[BaseDDLElement] = []
    for table in METADATA.sorted_tables:
        words += [CreateTable(table), *map(CreateIndex, table.indexes)]
    made = [str(one.compile(dialect=dialect)) for one in words]
    expected = (TABLES / f"{kind}.sql").read_text().rstrip(";\n").split(";\n")
    assert sorted(map(flat, made)) == sorted(map(flat, expected))


def flat(words: str) -> str:
    """Return a statement on one line."""
    return " ".join(words.split())


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION + 1))
async def test_old_files_are_read(path: Path, version: int) -> None:
    """What a released version wrote is read, and can be added to."""
    make(path, version)
    ledger = Ledger(sqlite_url(path))
    (old,) = await async_all(ledger)
    assert old.session_id == "kept"
    assert old.energy == 12345.678
    assert old.cost is not None
    assert old.cost.currency == "EUR"
    assert len(old.intervals) == 2
    assert await ledger.async_progress(ACCOUNT) == {"history": "2025-01"}
    await ledger.async_record(ACCOUNT, [sighting(ended(1.0))], Source.LIVE, START)
    assert len(await async_all(ledger)) == 2
    await ledger.async_stop()
    assert ledger.status.problem is None
    new = path.with_name("new.db")
    check_address(sqlite_url(new))
    assert dump(path) == dump(new)


async def test_empty_file(path: Path) -> None:
    """A file of no length, as a crash at the very first start leaves it, is filled."""
    make_empty(path)
    ledger = Ledger(sqlite_url(path))
    recorded = await ledger.async_record(
        ACCOUNT, [sighting(ended(1.0))], Source.LIVE, START
    )
    assert recorded.stored
    await ledger.async_stop()


def add_column(connection: Connection) -> None:
    """Do what a version to come may do."""
    connection.execute(text("ALTER TABLE ev_charging_sessions ADD COLUMN fee FLOAT"))


def fail_halfway(connection: Connection) -> None:
    """Do it, and fail then."""
    add_column(connection)
    connection.execute(text("SELECT no_such_column FROM ev_charging_sessions"))


def columns(url: str) -> tuple[int | None, bool]:
    """Return the version of a database, and whether it has the new column."""
    engine = open_engine(url)
    try:
        with reading(engine) as connection:
            rows = connection.execute(text("SELECT * FROM ev_charging_sessions"))
            return version_of(connection), "fee" in rows.keys()  # noqa: SIM118 - no dict
    finally:
        engine.dispose()


def migrate(url: str, step: Callable[[Connection], None], known: int) -> None:
    """Bring a database to a version to come."""
    engine = open_engine(url)
    try:
        with writing(engine) as connection:
            prepare(connection, steps={SCHEMA_VERSION + 1: step}, known=known)
    finally:
        engine.dispose()


async def test_migration(url: str) -> None:
    """A step is taken whole or not at all, and once; rows stay."""
    ledger = Ledger(url)
    await ledger.async_record(ACCOUNT, [sighting(ended(1.0))], Source.LIVE, START)
    await ledger.async_stop()
    with pytest.raises(LedgerError):
        migrate(url, fail_halfway, SCHEMA_VERSION + 1)
    if url.startswith("mariadb"):
        # It cannot undo changes of tables: there, a step must bear to be begun anew.
        assert columns(url) == (SCHEMA_VERSION, True)
        return
    assert columns(url) == (SCHEMA_VERSION, False)
    migrate(url, add_column, SCHEMA_VERSION + 1)
    assert columns(url) == (SCHEMA_VERSION + 1, True)
    # Were it taken again, there would be a second such column.
    migrate(url, add_column, SCHEMA_VERSION + 1)
    assert columns(url) == (SCHEMA_VERSION + 1, True)
    # Who goes back to this version finds that the tables are too new, and unharmed.
    with pytest.raises(NewerSchemaError):
        check_address(url)
    ledger = Ledger(url)
    recorded = await ledger.async_record(
        ACCOUNT, [sighting(ended(2.0))], Source.LIVE, START
    )
    assert not recorded.stored
    assert ledger.status.problem is Problem.NEWER_VERSION
    assert ledger.status.detail is not None
    assert str(SCHEMA_VERSION + 1) in ledger.status.detail
    with pytest.raises(LedgerError):
        await async_all(ledger)
    await ledger.async_stop()
    assert columns(url) == (SCHEMA_VERSION + 1, True)


async def test_newer_file_is_not_touched(path: Path) -> None:
    """Not a byte of a file changes that a newer version has made."""
    make(path, SCHEMA_VERSION)
    migrate(sqlite_url(path), add_column, SCHEMA_VERSION + 1)
    before = content(path)
    ledger = Ledger(sqlite_url(path))
    assert not await ledger.async_load(ACCOUNT)
    await ledger.async_record(ACCOUNT, [sighting(ended(2.0))], Source.LIVE, START)
    await ledger.async_stop()
    assert content(path) == before


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", Problem.MISSING_DRIVER),
        ("nonsense", Problem.MISSING_DRIVER),
        ("nosuch://user:hunter2@localhost/db", Problem.MISSING_DRIVER),
        ("postgresql://user:hunter2@localhost:none/db", Problem.MISSING_DRIVER),
        ("postgresql://user:hunter2@127.0.0.1:9/db", Problem.UNREACHABLE),
        ("sqlite:////no/such/folder/file.db", Problem.UNREACHABLE),
        # Sessions are not for keeps in memory.
        ("sqlite://", Problem.MISSING_DRIVER),
        ("sqlite:///", Problem.MISSING_DRIVER),
        ("sqlite:///:memory:", Problem.MISSING_DRIVER),
    ],
)
def test_addresses_that_do_not_work(url: str, problem: Problem) -> None:
    """An address is tried before it is taken; no error quotes its password."""
    with pytest.raises(LedgerError) as err:
        check_address(url)
    assert err.value.problem is problem
    assert "hunter2" not in str(err.value)
    assert "hunter2" not in str(err.value.__cause__)


def test_a_file_that_was_only_begun(path: Path) -> None:
    """Tables without a version are those of a first start that was cut short."""
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE ev_charging_meta (name VARCHAR(64) PRIMARY KEY, value TEXT)"
    )
    connection.close()
    for _ in range(2):
        store = Store(sqlite_url(path))
        store.open()
        assert store.record(ACCOUNT, [record(ended(1.0))]).records
        store.close()
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT * FROM ev_charging_meta").fetchall()
    connection.close()
    assert rows == [("schema_version", "2")]


def test_a_step_that_was_half_done(path: Path) -> None:
    """Where changes of tables cannot be undone, it has to bear what is there."""
    make(path, 1)
    new = path.with_name("new.db")
    check_address(sqlite_url(new))
    connection = sqlite3.connect(path)
    (faults,) = [
        words for words in dump(new).splitlines() if "TABLE ev_charging_faults" in words
    ]
    connection.execute(faults)
    connection.close()
    check_address(sqlite_url(path))
    assert dump(path) == dump(new)


def test_steps_come_one_after_the_other(path: Path) -> None:
    """Each once, from the version that there is to the one that is known."""
    check_address(sqlite_url(path))
    taken: list[int] = []

    def step(version: int) -> Callable[[Connection], None]:
        return lambda _: taken.append(version)

    steps = {version: step(version) for version in range(1, 9)}
    engine = open_engine(sqlite_url(path))
    for known in (SCHEMA_VERSION, SCHEMA_VERSION + 1, SCHEMA_VERSION + 3):
        with writing(engine) as connection:
            prepare(connection, steps=steps, known=known)
    assert taken == [SCHEMA_VERSION + 1, SCHEMA_VERSION + 2, SCHEMA_VERSION + 3]
    with pytest.raises(NewerSchemaError) as err, writing(engine) as connection:
        prepare(connection, steps=steps, known=SCHEMA_VERSION)
    assert err.value.detail == "the tables have version 5, this version knows 2"
    with reading(engine) as connection:
        assert version_of(connection) == SCHEMA_VERSION + 3
    engine.dispose()
