"""Tests of copies: for backups, and to another database."""

from datetime import timedelta
from pathlib import Path
import shutil
import sqlite3

import pytest

from custom_components.ev_charging_cloud.clients.model import ChargingSession
from custom_components.ev_charging_cloud.ledger import (
    BackupError,
    Ledger,
    LedgerError,
    Problem,
    Source,
    copy_all,
    sqlite_url,
)
from custom_components.ev_charging_cloud.ledger.keeper import LONGEST_PAUSE

from .common import (
    ACCOUNT,
    CONNECTOR,
    HOUR,
    START,
    VEHICLE,
    async_all,
    ended,
    running,
    sighting,
)
from .servers import PostgresServer


async def async_see(
    ledger: Ledger, *sessions: ChargingSession, account_id: str = ACCOUNT
) -> bool:
    """Let a poll show sessions; tell whether they are stored."""
    seen = [sighting(session) for session in sessions]
    at = START + 3 * HOUR
    return (await ledger.async_record(account_id, seen, Source.LIVE, at)).stored


def ids_in(path: Path) -> set[str]:
    """Return the sessions of a file, which must be whole and by itself."""
    alone = path.with_name("alone.db")
    shutil.copy(path, alone)
    connection = sqlite3.connect(alone)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    rows = connection.execute("SELECT session_id FROM ev_charging_sessions").fetchall()
    connection.close()
    alone.unlink()
    return {row[0] for row in rows}


async def test_file_is_whole_while_it_is_copied(
    file_ledger: Ledger, path: Path
) -> None:
    """Home Assistant copies the file as it is: between pause and resume it is whole."""
    assert await async_see(file_ledger, ended(1.0, id_="a"), running(1.0, id_="b"))
    await file_ledger.async_pause()
    before = set(ids_in(path))
    assert not await async_see(file_ledger, ended(1.0, id_="c"), running(2.0, id_="b"))
    assert ids_in(path) == before == {"a", "b"}
    # It is no trouble, and questions are answered.
    assert file_ledger.status.problem is None
    assert file_ledger.status.waiting == 2
    assert len(await async_all(file_ledger)) == 2
    assert (file_ledger.lifetimes(ACCOUNT) or {})[CONNECTOR] == 3.0
    await file_ledger.async_resume()
    assert file_ledger.status.waiting == 0
    assert {s.session_id for s in await async_all(file_ledger)} == {"a", "b", "c"}


async def test_pause_that_nobody_ends(path: Path) -> None:
    """A backup that never says that it is over stops the writing for an hour only."""
    seconds = [0.0]
    ledger = Ledger(sqlite_url(path), clock=lambda: seconds[0])
    await ledger.async_pause()
    assert not await async_see(ledger, running(1.0))
    seconds[0] += LONGEST_PAUSE
    assert await async_see(ledger, running(2.0))
    await ledger.async_stop()


async def test_stop_during_a_pause(path: Path) -> None:
    """What waits for the end of a backup is not lost when Home Assistant stops."""
    ledger = Ledger(sqlite_url(path))
    await ledger.async_pause()
    assert not await async_see(ledger, running(1.0))
    await ledger.async_stop()
    assert ids_in(path) == {"s1"}


async def test_copy_of_the_file(file_ledger: Ledger, path: Path) -> None:
    """A copy is whole although the log was not folded in; it replaces an older one."""
    await async_see(file_ledger, ended(1.0, id_="a"))
    copy = path.with_name("copy.db")
    await file_ledger.async_backup_to(copy)
    assert ids_in(copy) == {"a"}
    await async_see(file_ledger, ended(1.0, id_="b"))
    await file_ledger.async_backup_to(copy)
    assert ids_in(copy) == {"a", "b"}
    with pytest.raises(LedgerError):
        await file_ledger.async_backup_to(path.parent / "missing" / "copy.db")
    # The log can be folded in at any time.
    await file_ledger.async_checkpoint()
    assert ids_in(path) == {"a", "b"}


async def test_checkpoint_while_somebody_reads(file_ledger: Ledger, path: Path) -> None:
    """Who reads the file with another program keeps it from being made whole."""
    await async_see(file_ledger, ended(1.0, id_="a"))
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM ev_charging_sessions").fetchall()
    await async_see(file_ledger, ended(1.0, id_="b"))
    with pytest.raises(LedgerError) as err:
        await file_ledger.async_checkpoint()
    assert err.value.problem is Problem.LOCKED
    reader.close()
    await file_ledger.async_checkpoint()


async def test_server_has_backups_of_its_own(postgres: PostgresServer) -> None:
    """A pause does no harm to a server; a copy of its file cannot be had."""
    ledger = Ledger(postgres.create_database())
    await ledger.async_pause()
    assert not await async_see(ledger, running(1.0))
    await ledger.async_resume()
    assert len(await async_all(ledger)) == 1
    with pytest.raises(BackupError):
        await ledger.async_backup_to(Path("copy.db"))
    await ledger.async_stop()


@pytest.fixture
def other_url(url: str, path: Path, request: pytest.FixtureRequest) -> str:
    """Return the address of a database of the other kind."""
    if not url.startswith("sqlite"):
        return sqlite_url(path)
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create_database()


async def test_moving(ledger: Ledger, url: str, other_url: str) -> None:
    """All that is kept is taken along; again and again, without doubling anything."""
    sessions = [ended(10.0, id_=f"{number:04}") for number in range(1234)]
    await async_see(ledger, *sessions)
    await async_see(ledger, running(5.0), account_id="other")
    await ledger.async_record("other", [], Source.HISTORY, START, {"history": "3"})
    await ledger.async_raise_meters(ACCOUNT, {VEHICLE: 99999.0})
    copied = await ledger.async_copy_to(other_url)
    assert (copied.accounts, copied.sessions) == (2, 1235)
    moved = Ledger(other_url)
    for account in (ACCOUNT, "other"):
        assert await moved.async_load(account)
        assert await async_all(moved, account) == await async_all(ledger, account)
        assert moved.lifetimes(account) == ledger.lifetimes(account)
    assert await moved.async_progress("other") == {"history": "3"}
    assert (await ledger.async_copy_to(other_url)).sessions == 0
    # Once the new one is in use, what it knows better is not undone.
    await moved.async_record(
        ACCOUNT,
        [sighting(ended(12.0, id_="0000"))],
        Source.HISTORY,
        START + timedelta(days=1),
    )
    await moved.async_record("other", [], Source.HISTORY, START, {"history": "4"})
    await async_see(ledger, ended(7.0, id_="late"))
    assert (await ledger.async_copy_to(other_url)).sessions == 1
    found = {s.session_id: s.energy for s in await async_all(moved)}
    assert found["0000"] == 12.0
    assert found["late"] == 7.0
    assert await moved.async_progress("other") == {"history": "4"}
    await moved.async_stop()
    # And back.
    await ledger.async_stop()
    assert copy_all(other_url, url).sessions == 1
    assert copy_all(other_url, url).sessions == 0
