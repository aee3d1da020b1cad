"""Tests of the ledger when its database cannot be used: polling goes on, all is kept."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
import sqlite3
import threading
import time

import pytest
from sqlalchemy import text

from custom_components.ev_charging_cloud.clients.model import ChargingSession
from custom_components.ev_charging_cloud.ledger import (
    Change,
    Ledger,
    LedgerError,
    Problem,
    Recorded,
    SessionQuery,
    Source,
    database,
    sqlite_url,
)
from custom_components.ev_charging_cloud.ledger.availability import (
    FIRST_WAIT,
    LONGEST_WAIT,
)
from custom_components.ev_charging_cloud.ledger.store import Store

from .common import (
    ACCOUNT,
    CONNECTOR,
    HOUR,
    MINUTE,
    START,
    async_all,
    ended,
    running,
    sighting,
)
from .servers import PostgresServer


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        """Begin somewhere."""
        self.seconds = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


async def async_see(
    ledger: Ledger, *sessions: ChargingSession, minutes: float = 0
) -> Recorded:
    """Let a poll show sessions."""
    seen = [sighting(session) for session in sessions]
    at = START + HOUR + minutes * MINUTE
    return await ledger.async_record(ACCOUNT, seen, Source.LIVE, at)


def lock(path: Path) -> sqlite3.Connection:
    """Hold a file as another program may."""
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    return holder


async def async_limit(ledger: Ledger, pages: int) -> None:
    """Let SQLite find the disk full beyond so many pages; 0 for as it is now."""

    def limit(store: Store) -> None:
        engine = store._engine
        assert engine is not None
        with engine.connect() as connection:
            now = connection.scalar(text("PRAGMA page_count"))
            connection.execute(text(f"PRAGMA max_page_count = {pages or now}"))

    await ledger._database.async_run(limit)


def size(path: Path) -> int:
    """Return how large a file is."""
    return path.stat().st_size


def overwrite(path: Path, start: int, end: int) -> None:
    """Damage a file, as a failing card does."""
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\x5a" * (end - start))


def aside_of(ledger: Ledger) -> Path:
    """Return where the damaged file is now."""
    assert ledger.status.moved_aside is not None
    return Path(ledger.status.moved_aside)


def content(path: Path) -> bytes:
    """Return the bytes of a file."""
    return path.read_bytes()


async def test_locked_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another program holds the file, sessions wait; then they are written."""
    monkeypatch.setattr(
        "custom_components.ev_charging_cloud.ledger.engine.BUSY_SECONDS", 0.1
    )
    clock = Clock()
    ledger = Ledger(sqlite_url(path), clock=clock)
    told: list[Problem | None] = []
    stored: list[Change] = []
    ledger.add_status_listener(lambda: told.append(ledger.status.problem))
    await async_see(ledger, running(1000.0))
    ledger.add_change_listener(stored.extend)
    holder = lock(path)
    first = await async_see(ledger, running(1500.0), running(5.0, id_="s2"), minutes=1)
    assert not first.stored
    assert [change.after.energy for change in first.changes] == [1500.0, 5.0]
    assert ledger.status.problem is Problem.LOCKED
    assert ledger.status.waiting == 2
    # Not every poll waits for the lock: the next try is due later.
    began = time.monotonic()
    second = await async_see(ledger, ended(1600.0), running(5.0, id_="s2"), minutes=2)
    assert time.monotonic() - began < 0.1
    assert [change.after.energy for change in second.changes] == [1600.0]
    assert second.changes[0].before == first.changes[0].after
    # What is shown goes on as if nothing had happened.
    readings = ledger.lifetimes(ACCOUNT)
    assert readings is not None
    assert readings[CONNECTOR] == 1605.0
    assert ledger.last_sessions(ACCOUNT)[CONNECTOR].energy == 1600.0
    assert stored == []
    holder.close()
    clock.seconds += FIRST_WAIT
    third = await async_see(ledger, running(5.0, id_="s2"), minutes=3)
    assert third == Recorded()
    assert ledger.status.problem is None
    assert ledger.status.waiting == 0
    assert [change.after.energy for change in stored] == [1600.0, 5.0]
    assert [session.energy for session in await async_all(ledger)] == [1600.0, 5.0]
    assert ledger.lifetimes(ACCOUNT) == readings
    assert told == [Problem.LOCKED, None]
    await ledger.async_stop()


async def test_full_disk(path: Path) -> None:
    """A full disk loses nothing and breaks nothing."""
    clock = Clock()
    ledger = Ledger(sqlite_url(path), clock=clock)
    await async_see(ledger, ended(1.0, id_="before"))
    await async_limit(ledger, 0)
    sessions = [ended(float(number + 1), id_=f"{number:03}") for number in range(300)]
    recorded = await async_see(ledger, *sessions)
    assert not recorded.stored
    assert len(recorded.changes) == 300
    assert ledger.status.problem is Problem.DISK_FULL
    assert ledger.status.waiting == 300
    # Reading goes on.
    assert len(await async_all(ledger)) == 1
    await async_limit(ledger, 100_000)
    assert await ledger.async_flush()
    assert ledger.status.problem is None
    assert len(await async_all(ledger)) == 301
    await ledger.async_stop()
    check = sqlite3.connect(path)
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    check.close()


async def test_what_waits_is_bounded(path: Path) -> None:
    """Of too many sessions the newest are kept, and the status counts the others."""
    ledger = Ledger(sqlite_url(path.parent / "missing" / "file.db"), most_waiting=100)
    told: list[int] = []
    ledger.add_status_listener(lambda: told.append(ledger.status.dropped))
    sessions = [
        ended(
            1.0,
            id_=f"{number:03}",
            start=START + number * HOUR,
            end=START + (number + 1) * HOUR,
        )
        for number in range(150)
    ]
    await async_see(ledger, running(1.0, id_="now", start=START - 9 * HOUR))
    await async_see(ledger, *sessions)
    status = ledger.status
    assert status.problem is Problem.UNREACHABLE
    assert status.waiting <= 100
    assert status.waiting + status.dropped == 151
    assert told == [0, status.dropped]
    path.parent.joinpath("missing").mkdir()
    assert await ledger.async_flush()
    kept = {session.session_id for session in await async_all(ledger)}
    newest = {session.id for session in sessions[-status.waiting + 1 :]}
    assert kept == {"now", *newest}
    # What was dropped is new when the vendor shows it again.
    await async_see(ledger, *sessions)
    assert len(await async_all(ledger)) == 151
    await ledger.async_stop()


@pytest.mark.parametrize("part", ["header", "tables", "everything"])
async def test_damaged_file(path: Path, part: str) -> None:
    """A damaged file is kept beside a new one, which has what memory knew."""
    ledger = Ledger(sqlite_url(path))
    sessions = [ended(10.0, id_=f"{number:04}") for number in range(2000)]
    for number in range(0, 2000, 500):
        some = [sighting(session) for session in sessions[number : number + 500]]
        await ledger.async_record(ACCOUNT, some, Source.HISTORY, START + 3 * HOUR)
    await async_see(ledger, running(700.0))
    await ledger.async_checkpoint()
    shown = ledger.lifetimes(ACCOUNT)
    assert shown is not None
    assert shown[CONNECTOR] == 20700.0
    end = size(path)
    start = {"header": 0, "tables": 8192, "everything": 0}[part]
    await ledger._database.async_run(Store.close)
    overwrite(path, start, 100 if part == "header" else end)
    damaged = content(path)
    recorded = await async_see(ledger, running(800.0), minutes=1)
    # To those who look at changes it is the session that they know.
    (change,) = recorded.changes
    assert change.before is not None
    assert change.before.energy == 700.0
    assert recorded.stored
    aside = aside_of(ledger)
    assert aside.name.startswith("ev_charging_cloud.db.damaged-")
    assert aside.parent == path.parent
    assert content(aside) == damaged
    assert ledger.status.problem is None
    left = [session.session_id for session in await async_all(ledger)]
    assert "s1" in left
    await ledger.async_stop()
    # The meters never fall, although most sessions are gone.
    again = Ledger(sqlite_url(path))
    await again.async_load(ACCOUNT)
    readings = again.lifetimes(ACCOUNT)
    assert readings is not None
    assert readings[CONNECTOR] >= shown[CONNECTOR]
    assert again.status.moved_aside is None
    await again.async_stop()


async def test_damaged_at_the_start(path: Path) -> None:
    """A file that is no database at all is moved aside before anything is known."""
    fill(path, b"not a database, but long enough to be taken for one" * 100)
    ledger = Ledger(sqlite_url(path))
    assert await ledger.async_load(ACCOUNT)
    assert content(aside_of(ledger)).startswith(b"not a database")
    assert (await async_see(ledger, running(1.0))).stored
    await ledger.async_stop()


def fill(path: Path, found: bytes) -> None:
    """Put something into a file."""
    path.write_bytes(found)


async def test_unclean_end_is_looked_through(path: Path) -> None:
    """After a crash a file is checked as a whole, not only where it is read."""
    ledger = Ledger(sqlite_url(path))
    sessions = [ended(10.0, id_=f"{number:04}") for number in range(2000)]
    await async_see(ledger, *sessions)
    await ledger.async_checkpoint()
    # Another one that has the file open keeps its log from being folded in.
    holder = sqlite3.connect(path)
    holder.execute("SELECT * FROM ev_charging_meta").fetchone()
    await async_see(ledger, running(1.0))
    await ledger.async_stop()
    assert size(path.with_name(f"{path.name}-wal")) > 0
    overwrite(path, size(path) - 4096 * 20, size(path) - 4096 * 10)
    again = Ledger(sqlite_url(path))
    await again.async_load(ACCOUNT)
    assert aside_of(again).exists()
    holder.close()
    await again.async_stop()


async def test_slow_database(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that does not answer holds up nobody; its late work does no harm."""
    await async_see(ledger, running(1.0))
    monkeypatch.setattr(database, "JOB_SECONDS", 0.2)
    go_on = threading.Event()
    inner = Store.record

    def slow(store: Store, *arguments: object) -> object:
        go_on.wait(10)
        work: Callable[..., object] = inner
        return work(store, *arguments)

    monkeypatch.setattr(Store, "record", slow)
    assert not (await async_see(ledger, running(2.0), minutes=1)).stored
    assert ledger.status.problem is Problem.TOO_SLOW
    ledger._database.availability.try_soon()
    began = time.monotonic()
    assert not (await async_see(ledger, running(3.0), minutes=2)).stored
    assert time.monotonic() - began < 0.15
    with pytest.raises(LedgerError):
        await ledger.async_sessions(SessionQuery(account_id=ACCOUNT))
    monkeypatch.setattr(database, "JOB_SECONDS", 20)
    go_on.set()
    # Work comes after the late work.
    await ledger._database._worker.async_run(lambda: None)
    assert await ledger.async_flush()
    (stored,) = await async_all(ledger)
    assert stored.energy == 3.0
    assert ledger.lifetimes(ACCOUNT) is not None
    assert (ledger.lifetimes(ACCOUNT) or {})[CONNECTOR] == 3.0


async def test_cancelled_poll(ledger: Ledger) -> None:
    """Who is cancelled while a session is written leaves it written."""
    task = asyncio.create_task(async_see(ledger, running(1.0)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await ledger.async_flush()
    assert len(await async_all(ledger)) == 1


async def test_waits_grow(path: Path) -> None:
    """A database that stays away is asked less and less often, but never given up."""
    clock = Clock()
    missing = path.parent / "missing"
    ledger = Ledger(sqlite_url(missing / "file.db"), clock=clock)
    await async_see(ledger, running(0.0))
    tries = 0
    for minute in range(60 * 24):
        clock.seconds += 60
        before = ledger._database.availability._next_try
        await async_see(ledger, running(float(minute)), minutes=minute)
        tries += ledger._database.availability._next_try != before
    day = timedelta(days=1).total_seconds()
    assert day / LONGEST_WAIT - 5 <= tries <= day / LONGEST_WAIT + 10
    assert ledger.status.waiting == 1
    await ledger.async_stop()


async def test_late_removal(path: Path) -> None:
    """An account that is removed while the database is away is gone once it is back."""
    ledger = Ledger(sqlite_url(path))
    await async_see(ledger, ended(1.0))
    holder = lock(path)
    assert not await ledger.async_remove_account(ACCOUNT)
    holder.close()
    assert await ledger.async_flush()
    assert await ledger.async_accounts() == frozenset()
    await ledger.async_stop()


async def test_server_that_is_away(postgres: PostgresServer) -> None:
    """What is seen while a server is away is written when it is back."""
    clock = Clock()
    ledger = Ledger(postgres.create_database(), clock=clock)
    await async_see(ledger, running(1000.0))
    postgres.stop()
    try:
        recorded = await async_see(ledger, ended(2000.0), minutes=1)
        assert not recorded.stored
        assert ledger.status.problem is Problem.UNREACHABLE
        with pytest.raises(LedgerError):
            await async_all(ledger)
        progress = await ledger.async_record(
            ACCOUNT, [], Source.HISTORY, START, {"history": "2"}
        )
        assert not progress.stored
    finally:
        postgres.start()
    clock.seconds += LONGEST_WAIT
    assert (await async_see(ledger, ended(2000.0), minutes=2)).stored
    assert ledger.status.problem is None
    (stored,) = await async_all(ledger)
    assert stored.energy == 2000.0
    assert await ledger.async_progress(ACCOUNT) == {}
    await ledger.async_stop()


async def test_server_that_was_away(postgres: PostgresServer) -> None:
    """That it was restarted while nobody asked it anything, nobody notices."""
    ledger = Ledger(postgres.create_database())
    told: list[Problem | None] = []
    ledger.add_status_listener(lambda: told.append(ledger.status.problem))
    await async_see(ledger, running(1000.0))
    postgres.stop()
    postgres.start()
    assert (await async_see(ledger, running(1500.0), minutes=1)).stored
    assert told == []
    await ledger.async_stop()


async def test_server_that_is_away_at_the_start(postgres: PostgresServer) -> None:
    """A start without the server knows nothing yet, and loses nothing either."""
    url = postgres.create_database()
    first = Ledger(url)
    await async_see(first, ended(1000.0, id_="s0"), running(500.0))
    await first.async_stop()
    postgres.stop()
    clock = Clock()
    ledger = Ledger(url, clock=clock)
    try:
        assert not await ledger.async_load(ACCOUNT)
        assert ledger.lifetimes(ACCOUNT) is None
        assert not (await async_see(ledger, running(600.0), minutes=1)).stored
        # Whether a session is missing, nobody can tell now.
        closed = await ledger.async_close_missing(
            ACCOUNT, set(), START + 9 * HOUR, listing_is_complete=True
        )
        assert closed == Recorded()
    finally:
        postgres.start()
    clock.seconds += LONGEST_WAIT
    await async_see(ledger, running(600.0), minutes=2)
    assert ledger.status.waiting == 0
    readings = ledger.lifetimes(ACCOUNT)
    assert readings is not None
    assert readings[CONNECTOR] == 1600.0
    assert len(await async_all(ledger)) == 2
    await ledger.async_stop()
