"""Tests of the store itself: all rows, the files around it, and what it says when it fails."""

from datetime import datetime, timedelta, timezone
import errno
import logging
from pathlib import Path
import sqlite3

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.ledger import (
    Change,
    Fault,
    Ledger,
    LedgerError,
    Problem,
    Source,
    engine as engine_module,
    sqlite_url,
)
from custom_components.ev_charging_cloud.ledger.store import Store

from .common import (
    ACCOUNT,
    CONNECTOR,
    DRIVER,
    HOUR,
    START,
    VEHICLE,
    async_see,
    ended,
    record,
    running,
)
from .test_ledger import FULL

TABLES = ("faults", "intervals", "meters", "progress", "sessions")
T0 = 1_772_476_200_000_000  # START, in microseconds since 1970
H = 3_600_000_000
FAULT = Fault(
    station_id="station", connector_id="1", began_at=START, last_seen=START + HOUR
)


def rows_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of a file, as SQLite has them, but for the schema's version."""
    connection = sqlite3.connect(path)
    found = {
        name: sorted(connection.execute(f"SELECT * FROM ev_charging_{name}").fetchall())  # noqa: S608 - our own names
        for name in TABLES
    }
    connection.close()
    return found


def files_in(path: Path) -> list[str]:
    """Return what is in the folder of a file."""
    return sorted(found.name for found in path.parent.iterdir())


@pytest.fixture
def store(path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Return a store in a file that is open, and waits for nobody."""
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.01)
    found = Store(sqlite_url(path))
    found.open()
    return found


async def test_all_rows(file_ledger: Ledger, path: Path) -> None:
    """Every value of a session is in its own column, and nothing is anywhere else."""
    await file_ledger.async_record(
        ACCOUNT, [FULL], Source.HISTORY, START + 5 * HOUR, {"history": "2"}
    )
    await file_ledger.async_raise_meters(ACCOUNT, {CONNECTOR: 99999.5})
    await async_see(file_ledger, running(), driver=None)
    await file_ledger.async_keep_faults(ACCOUNT, [FAULT], START)
    await file_ledger.async_stop()
    assert rows_of(path) == {
        "faults": [(ACCOUNT, "station", "1", T0, T0 + H, None)],
        "intervals": [
            (ACCOUNT, "Ünïcode 🚗/1", T0, T0 + H // 2, 6000.0),
            (ACCOUNT, "Ünïcode 🚗/1", T0 + H // 2, T0 + H, 6345.678),
        ],
        "meters": [(ACCOUNT, "connector", "station", "1", 99999.5)],
        "progress": [
            (ACCOUNT, "faults_watched_since", "2026-03-02T18:30:00+00:00"),
            (ACCOUNT, "history", "2"),
        ],
        "sessions": [
            (
                *(ACCOUNT, "s1", T0, 253_402_214_400_000_000),
                *(None, None, "station", None, "1", None, "car", None, None),
                *("active", None, T0, T0, None, None, None, None),
                *(None, None, None, None, None, None, None, None, None, None),
                *(T0 + H, T0 + H),
            ),
            (
                *(ACCOUNT, "Ünïcode 🚗/1", T0 + 1, T0 + 2 * H),
                *("depot", "Depot, Straße 1", "station", "Left", "1", "A"),
                *("car", "Van", "Anna", "completed", "soc_limit_reached"),
                *(T0 + 1, T0 + 1, T0 + 123457, T0 + H, T0 + 2 * H, "history"),
                *(12345.678, 7000.1, 11000.0, 12.5, 80.0, 100000.0, 112345.678),
                *(456.789, "EUR", 321.5, T0 + 5 * H, T0 + 5 * H),
            ),
        ],
    }


async def test_an_account_leaves_nothing(file_ledger: Ledger, path: Path) -> None:
    """All of its rows go, and none of another's; it can come again as new."""
    one = record(ended(1000.0))
    for account in (ACCOUNT, "other"):
        await file_ledger.async_record(
            account, [FULL], Source.HISTORY, START + 5 * HOUR, {"history": account}
        )
        await file_ledger.async_raise_meters(account, {CONNECTOR: 99999.5})
        await file_ledger.async_keep_faults(account, [FAULT], START)
    before = rows_of(path)
    assert {name: len(rows) for name, rows in before.items()} == {
        "faults": 2,
        "intervals": 4,
        "meters": 2,
        "progress": 4,
        "sessions": 2,
    }
    assert await file_ledger.async_remove_account(ACCOUNT)
    assert rows_of(path) == {
        name: [row for row in rows if row[0] == "other"]
        for name, rows in before.items()
    }
    await file_ledger.async_record(ACCOUNT, [], Source.LIVE, START)
    assert file_ledger.lifetimes(ACCOUNT) == {}
    (change,) = await async_see(file_ledger, ended(1000.0))
    assert change == Change(before=None, after=one)
    expected = dict.fromkeys([CONNECTOR, VEHICLE, DRIVER], 1000.0)
    assert file_ledger.lifetimes(ACCOUNT) == expected


def test_when_a_session_was_seen_is_its_own(store: Store, path: Path) -> None:
    """It is written of the sessions that are named, of this account alone."""
    one = record(running(1.0))
    for account in (ACCOUNT, "other"):
        for id_ in ("a", "b"):
            store.record(account, [replace(one, account_id=account, session_id=id_)])
    store.touch(ACCOUNT, {"a": START + 7 * HOUR})
    store.close()
    assert [
        (row[0], row[1], row[-2], row[-1]) for row in rows_of(path)["sessions"]
    ] == [
        (ACCOUNT, "a", T0 + H, T0 + 7 * H),
        (ACCOUNT, "b", T0 + H, T0 + H),
        ("other", "a", T0 + H, T0 + H),
        ("other", "b", T0 + H, T0 + H),
    ]


def test_a_store_that_is_not_open(path: Path) -> None:
    """It says so, and can be closed all the same."""
    store = Store(sqlite_url(path))
    assert not store.is_open
    with pytest.raises(LedgerError) as err:
        store.load(ACCOUNT)
    assert (err.value.problem, err.value.detail) == (
        Problem.UNREACHABLE,
        "the database is not open",
    )
    store.close()
    store.open()
    assert store.is_open
    store.close()
    assert not store.is_open
    assert files_in(path) == [path.name]


def test_a_file_that_is_too_new_is_let_go(path: Path) -> None:
    """Nobody holds it any more, although its error is still looked at."""
    store = Store(sqlite_url(path))
    store.open()
    store.close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE ev_charging_meta SET value = '99'")
    connection.commit()
    connection.close()
    with pytest.raises(LedgerError) as err:
        store.open()
    assert err.value.problem is Problem.NEWER_VERSION
    assert not store.is_open
    assert files_in(path) == [path.name]


def test_only_a_file_that_was_not_closed_is_looked_through(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """For a large one that takes a while."""
    caplog.set_level(logging.INFO, "sqlalchemy.engine")
    log = path.with_name(f"{path.name}-wal")
    words = "PRAGMA quick_check(1)"
    store = Store(sqlite_url(path))
    store.open()
    store.close()
    assert words not in caplog.messages
    log.write_bytes(b"")
    store.open()
    assert words not in caplog.messages
    store.record(ACCOUNT, [record(running(1.0))])
    crashed = Store(sqlite_url(path))
    crashed.open()
    assert words in caplog.messages
    crashed.close()
    store.close()


def test_what_a_damaged_file_says(path: Path) -> None:
    """The first of what SQLite finds, on one line."""
    store = Store(sqlite_url(path))
    store.open()
    store.record(
        ACCOUNT, [record(ended(1.0, id_=f"{number:04}")) for number in range(500)]
    )
    store.checkpoint()
    store.record(ACCOUNT, [record(running(2.0))])
    with path.open("r+b") as file:
        file.seek(4096 * 12)
        file.write(b"\x5a" * 4096 * 4)
    crashed = Store(sqlite_url(path))
    with pytest.raises(LedgerError) as err:
        crashed.open()
    assert err.value.problem is Problem.DAMAGED
    assert err.value.detail
    assert "\n" not in err.value.detail
    assert err.value.detail != "ok"
    assert not crashed.is_open
    store.close()


def test_a_damaged_file_and_what_is_beside_it(path: Path) -> None:
    """All of it is moved, under the name of the time in UTC."""
    for suffix in ("", "-wal", "-shm", "-other"):
        path.with_name(f"{path.name}{suffix}").write_text(suffix)
    now = datetime(2026, 3, 2, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
    aside = Store(sqlite_url(path)).move_aside(now)
    stamp = "ev_charging_cloud.db.damaged-20260301T230203Z"
    assert aside == path.with_name(stamp)
    assert files_in(path) == [
        "ev_charging_cloud.db-other",
        stamp,
        f"{stamp}-shm",
        f"{stamp}-wal",
    ]
    assert path.with_name(f"{stamp}-wal").read_text() == "-wal"


@pytest.mark.parametrize("url", ["postgresql://db.example/x", "sqlite://"])
def test_what_is_no_file_is_not_moved(url: str) -> None:
    """There is nothing to be renamed."""
    with pytest.raises(LedgerError) as err:
        Store(url).move_aside(START)
    assert (err.value.problem, err.value.detail) == (
        Problem.DAMAGED,
        "the database is not a file",
    )


def test_a_damaged_file_that_cannot_be_moved(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays where it is, and the error says why."""

    def refuse(_: Path, __: Path) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "rename", refuse)
    path.write_text("x")
    with pytest.raises(LedgerError) as err:
        Store(sqlite_url(path)).move_aside(START)
    assert (err.value.problem, err.value.detail) == (
        Problem.DAMAGED,
        "Read-only file system",
    )


def test_a_copy_that_cannot_be_written(store: Store, path: Path) -> None:
    """Nothing is left of it, and what was there before stays."""
    copy = path.with_name("copy.db")
    store.back_up_to(copy)
    before = copy.read_bytes()
    copy.with_name("copy.db.unfinished").write_text("of no use" * 1000)
    with pytest.raises(LedgerError) as err:
        store.back_up_to(copy)
    assert (err.value.problem, err.value.detail) == (
        Problem.FAILING,
        "file is not a database",
    )
    assert copy.read_bytes() == before
    store.close()
    assert files_in(path) == ["copy.db", path.name]


def test_who_reads_keeps_the_log(store: Store, path: Path) -> None:
    """As long as another program does, the file is not whole by itself."""
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM ev_charging_sessions").fetchall()
    store.record(ACCOUNT, [record(running(1.0))])
    with pytest.raises(LedgerError) as err:
        store.checkpoint()
    assert (err.value.problem, err.value.detail) == (
        Problem.LOCKED,
        "another program reads the file",
    )
    reader.close()
    store.checkpoint()
    assert path.with_name(f"{path.name}-wal").stat().st_size == 0
    store.close()
