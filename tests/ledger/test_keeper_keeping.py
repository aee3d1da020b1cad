"""Tests of how the ledger keeps on: in batches, in pauses and while its file is locked."""

import asyncio
from pathlib import Path
import sqlite3

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.ledger import (
    Change,
    EndSource,
    Ledger,
    LedgerStatus,
    Problem,
    Recorded,
    Source,
    sqlite_url,
)

from .common import ACCOUNT, HOUR, START, async_all, async_see, ended, running, sighting
from .shown import FAULT, async_show, statements_of
from .test_resilience import Clock, lock
from .test_store_rows import rows_of


@pytest.fixture
def ledger(quick_ledger: Ledger) -> Ledger:
    """Return a ledger in a file, which waits for nobody."""
    return quick_ledger


async def test_a_status_from_beginning_to_end(ledger: Ledger, path: Path) -> None:
    """All is well, then it is locked, then it is well again; each is told once."""
    told: list[LedgerStatus] = []
    stop = ledger.add_status_listener(lambda: told.append(ledger.status))
    assert ledger.status == LedgerStatus(
        problem=None,
        detail=None,
        since=None,
        waiting=0,
        dropped=0,
        refused=0,
        moved_aside=None,
    )
    await async_see(ledger, running(1.0))
    holder = lock(path)
    for energy in (2.0, 3.0):
        await async_show(ledger, running(energy))
    since = ledger.status.since
    assert since is not None
    locked = LedgerStatus(
        problem=Problem.LOCKED, detail="database is locked", since=since, waiting=1
    )
    assert ledger.status == locked
    holder.close()
    assert await ledger.async_flush()
    assert ledger.status == LedgerStatus()
    assert told == [replace(locked, waiting=0), replace(told[1], problem=None)]
    stop()
    holder = lock(path)
    await async_show(ledger, running(4.0))
    holder.close()
    assert len(told) == 2


async def test_batches(ledger: Ledger, path: Path) -> None:
    """Five hundred at a time, when they are seen and when they have waited."""
    heard: list[int] = []
    ledger.add_change_listener(lambda changes: heard.append(len(changes)))
    some = [ended(1.0, id_=f"{number:04}") for number in range(501)]
    recorded = await async_show(ledger, *some)
    assert (len(recorded.changes), heard) == (501, [500, 1])
    holder = lock(path)
    others = [ended(1.0, id_=f"x{number:04}") for number in range(501)]
    await async_show(ledger, *others)
    holder.close()
    assert await ledger.async_flush()
    assert heard == [500, 1, 500, 1]
    # What has waited is known as if it had been written at once.
    statements = statements_of(ledger)
    assert (await async_show(ledger, *some, *others)) == Recorded()
    assert statements == []


async def test_others_have_their_turn(ledger: Ledger) -> None:
    """However much is shown, the loop is held up for one batch at a time only."""
    some = [running(1.0, id_=f"{number:04}") for number in range(1100)]
    await async_show(ledger, *some)
    turns = 0
    is_over = False

    async def count() -> None:
        nonlocal turns
        while not is_over:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    assert (await async_show(ledger, *some)) == Recorded()
    is_over = True
    await counting
    assert turns >= 4
    assert not ledger._tasks


async def test_a_pause_of_an_hour(ledger: Ledger, clock: Clock, path: Path) -> None:
    """Nothing at all is written meanwhile, and then it is."""
    await async_see(ledger, running(1.0))
    await ledger.async_keep_faults(ACCOUNT, [], START)
    before = rows_of(path)
    await ledger.async_pause()
    assert path.with_name(f"{path.name}-wal").stat().st_size == 0
    clock.seconds += 3599
    recorded = await ledger.async_record(
        ACCOUNT, [sighting(running(2.0))], Source.LIVE, START, {"history": "2"}
    )
    assert not recorded.stored
    assert [change.after.energy for change in recorded.changes] == [2.0]
    # Not even of an account of which nothing is new.
    assert await ledger.async_record(
        "other", [], Source.HISTORY, START, {"history": "2"}
    ) == Recorded(stored=False)
    assert not await ledger.async_keep_faults(ACCOUNT, [FAULT], START)
    closed = await ledger.async_close_missing(
        ACCOUNT, (), START + 9 * HOUR, listing_is_complete=True
    )
    assert not closed.stored
    assert [change.after.end_source for change in closed.changes] == [
        EndSource.LAST_SEEN
    ]
    assert not await ledger.async_remove_account("nobody")
    assert not await ledger.async_flush()
    assert ledger.status == LedgerStatus(waiting=1)
    assert rows_of(path) == before
    clock.seconds += 1
    assert await ledger.async_flush()
    assert [one.energy for one in await async_all(ledger)] == [2.0]


async def test_a_pause_while_the_file_is_locked(ledger: Ledger, path: Path) -> None:
    """It is paused all the same, and nobody fails."""
    await async_see(ledger, running(1.0))
    holder = lock(path)
    await ledger.async_pause()
    holder.close()
    assert not (await async_show(ledger, running(2.0))).stored
    await ledger.async_resume()
    assert [one.energy for one in await async_all(ledger)] == [2.0]


async def test_what_waits_is_written_before_a_pause(ledger: Ledger, path: Path) -> None:
    """The copy that is made then has it."""
    await async_see(ledger, running(1.0))
    holder = lock(path)
    await async_show(ledger, running(2.0))
    holder.close()
    await ledger.async_pause()
    assert ledger.status == LedgerStatus()
    assert [row[21] for row in rows_of(path)["sessions"]] == [2.0]
    await ledger.async_resume()


async def test_faults_and_cursors_of_a_locked_file(ledger: Ledger, path: Path) -> None:
    """They are not kept, and whoever has them is told."""
    await async_see(ledger, running(1.0))
    holder = lock(path)
    assert await ledger.async_record(
        ACCOUNT, [], Source.HISTORY, START, {"history": "2"}
    ) == Recorded(stored=False)
    ledger._database.availability.try_soon()
    assert not await ledger.async_keep_faults(ACCOUNT, [FAULT], START)
    holder.close()
    ledger._database.availability.try_soon()
    assert await ledger.async_open_faults(ACCOUNT) == ()
    assert await ledger.async_progress(ACCOUNT) == {}
    assert await ledger.async_keep_faults(ACCOUNT, [FAULT], START)
    assert await ledger.async_open_faults(ACCOUNT) == (FAULT,)


async def test_what_is_due_is_done_with_the_next_poll(
    ledger: Ledger, clock: Clock, path: Path
) -> None:
    """An account that could not be removed goes, though nothing is new of another."""
    await async_see(ledger, ended(1.0))
    await async_show(ledger, running(1.0), account_id="other")
    holder = lock(path)
    assert not await ledger.async_remove_account(ACCOUNT)
    assert not await ledger.async_flush()
    holder.close()
    clock.seconds += 300
    assert (await async_show(ledger, running(1.0), account_id="other")) == Recorded()
    assert await ledger.async_accounts() == {"other"}
    assert await ledger.async_flush()


async def test_an_account_that_goes_takes_what_waits_along(
    ledger: Ledger, path: Path
) -> None:
    """What was not written of it is not written any more."""
    await async_see(ledger, running(1.0))
    holder = lock(path)
    await async_show(ledger, running(2.0))
    assert ledger.status.waiting == 1
    assert not await ledger.async_remove_account(ACCOUNT)
    assert ledger.status.waiting == 0
    assert ledger.running_sessions(ACCOUNT) == ()
    assert ledger.last_sessions(ACCOUNT) == {}
    assert ledger.lifetimes(ACCOUNT) is None
    holder.close()
    assert await ledger.async_flush()
    assert await ledger.async_accounts() == frozenset()


async def test_a_copy_has_what_waits(ledger: Ledger, path: Path) -> None:
    """It is written before, if it can be."""
    await async_see(ledger, running(1.0))
    holder = lock(path)
    await async_show(ledger, running(2.0))
    holder.close()
    other = path.with_name("other.db")
    copied = await ledger.async_copy_to(sqlite_url(other))
    assert (copied.accounts, copied.sessions) == (1, 1)
    connection = sqlite3.connect(other)
    assert connection.execute("SELECT energy FROM ev_charging_sessions").fetchall() == [
        (2.0,)
    ]
    connection.close()


async def test_what_is_refused(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    """It is counted, said once, and known so as not to be tried for ever."""
    words = "The database does not take some charging sessions"
    odd = [running(1.0, id_="\ud800"), ended(1.0, id_="\ud801")]
    recorded = await async_show(ledger, *odd, running(2.0))
    assert [change.after.energy for change in recorded.changes] == [2.0]
    assert ledger.status == LedgerStatus(refused=2)
    assert caplog.text.count(words) == 1
    statements = statements_of(ledger)
    assert await async_show(ledger, *odd) == Recorded()
    assert statements == []
    await async_show(ledger, replace(odd[0], energy=5.0))
    assert ledger.status == LedgerStatus(refused=3)
    assert caplog.text.count(words) == 1


async def test_what_waits_is_written_first(
    ledger: Ledger, clock: Clock, path: Path
) -> None:
    """So that who hears of changes hears of them in the order in which they came."""
    await async_see(ledger, running(1.0))
    heard: list[tuple[float | None, float | None]] = []

    def hear(changes: tuple[Change, ...]) -> None:
        for change in changes:
            before = None if change.before is None else change.before.energy
            heard.append((before, change.after.energy))

    ledger.add_change_listener(hear)
    holder = lock(path)
    await async_show(ledger, running(2.0), ended(9.0, id_="s0"))
    holder.close()
    clock.seconds += 5
    await async_see(ledger, ended(3.0))
    assert heard == [(1.0, 2.0), (None, 9.0), (2.0, 3.0)]


async def test_a_clock_that_has_just_begun(path: Path) -> None:
    """A ledger writes from its first second on, and after a pause too."""
    ledger = Ledger(sqlite_url(path), clock=lambda: 0.0)
    await async_see(ledger, running(1.0))
    await ledger.async_pause()
    await async_show(ledger, running(2.0))
    await ledger.async_resume()
    assert ledger.status == LedgerStatus()
    await ledger.async_pause()
    await async_show(ledger, running(3.0))
    await ledger.async_stop()
    assert [row[21] for row in rows_of(path)["sessions"]] == [3.0]
