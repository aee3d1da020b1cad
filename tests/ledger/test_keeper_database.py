"""Tests of the ledger when its file is damaged, its database hangs, or it ends."""

import asyncio
import gc
import logging
from pathlib import Path
import threading
from typing import Any, cast

import pytest

from custom_components.ev_charging_cloud.ledger import (
    Ledger,
    LedgerError,
    LedgerStatus,
    Problem,
    Recorded,
    SessionQuery,
    Sighting,
    Source,
    database,
    engine as engine_module,
    sqlite_url,
)
from custom_components.ev_charging_cloud.ledger.store import Store

from .common import (
    ACCOUNT,
    CONNECTOR,
    DRIVER,
    HOUR,
    MINUTE,
    START,
    VEHICLE,
    async_all,
    async_see,
    ended,
    running,
    sighting,
)
from .shown import async_show, damage
from .test_store_rows import rows_of


@pytest.fixture
def ledger(quick_ledger: Ledger) -> Ledger:
    """Return a ledger in a file, which waits for nobody."""
    return quick_ledger


async def test_meters_of_a_new_file(ledger: Ledger, path: Path) -> None:
    """They are as they were, though all that made them is gone."""
    past = [sighting(ended(1000.0, id_=f"{n}")) for n in range(3)]
    await ledger.async_record(ACCOUNT, past, Source.HISTORY, START + 5 * HOUR)
    shown = dict.fromkeys([CONNECTOR, VEHICLE, DRIVER], 3000.0)
    assert ledger.lifetimes(ACCOUNT) == shown
    await ledger.async_checkpoint()
    await ledger._database.async_run(Store.close)
    damage(path)
    told: list[str | None] = []
    ledger.add_status_listener(lambda: told.append(ledger.status.moved_aside))
    # A question finds it out; of what was listed nothing is in memory.
    assert await ledger.async_accounts() == frozenset()
    (aside,) = {str(one) for one in path.parent.glob("*.damaged-*")}
    assert told == [aside]
    assert ledger.status == LedgerStatus(moved_aside=aside)
    assert await ledger.async_record(ACCOUNT, [], Source.LIVE, START) == Recorded()
    assert [(row[1], row[-1]) for row in rows_of(path)["meters"]] == [
        ("connector", 3000.0),
        ("driver", 3000.0),
        ("vehicle", 3000.0),
    ]
    assert await ledger.async_flush()
    await async_see(ledger, running(500.0))
    assert ledger.lifetimes(ACCOUNT) == shown
    again = Ledger(sqlite_url(path))
    await again.async_load(ACCOUNT)
    assert again.lifetimes(ACCOUNT) == shown
    await again.async_stop()


async def test_a_new_file_has_what_memory_knows(ledger: Ledger, path: Path) -> None:
    """The sessions that polls have shown, each once, with meters that are not doubled."""
    await async_see(ledger, running(700.0), ended(300.0, id_="s0"))
    await async_show(ledger, running(5.0), account_id="other")
    await ledger.async_checkpoint()
    await ledger._database.async_run(Store.close)
    damage(path)
    (change,) = await async_see(ledger, running(800.0))
    assert change.before is not None
    assert (change.before.energy, change.after.energy) == (700.0, 800.0)
    assert await ledger.async_flush()
    assert {one.session_id: one.energy for one in await async_all(ledger)} == {
        "s0": 300.0,
        "s1": 800.0,
    }
    assert [one.energy for one in await async_all(ledger, "other")] == [5.0]
    assert (ledger.lifetimes(ACCOUNT) or {})[CONNECTOR] == 1100.0


async def test_two_who_find_it_damaged(ledger: Ledger, path: Path) -> None:
    """Only one of them begins a new file; both have their answer from it."""
    await async_see(ledger, running(1.0))
    await ledger.async_checkpoint()
    await ledger._database.async_run(Store.close)
    damage(path)
    found = await asyncio.gather(ledger.async_accounts(), ledger.async_accounts())
    assert list(found) == [frozenset[str](), frozenset[str]()]
    assert len(list(path.parent.glob("*.damaged-*[0-9]Z"))) == 1


async def test_sights_are_written_at_the_end(ledger: Ledger, path: Path) -> None:
    """Of all accounts, when what runs was last seen; of what is over nothing."""
    for account in (ACCOUNT, "other", "third"):
        await async_show(ledger, running(1.0), ended(1.0, id_="s0"), account_id=account)
    for account in (ACCOUNT, "third"):
        await async_show(
            ledger,
            running(1.0),
            ended(1.0, id_="s0"),
            account_id=account,
            minutes=30,
        )
    await ledger.async_stop()
    seen = START + HOUR + 30 * MINUTE
    again = Ledger(sqlite_url(path))
    found = {
        (account, one.session_id): one.last_seen
        for account in (ACCOUNT, "other", "third")
        for one in await async_all(again, account)
    }
    await again.async_stop()
    assert found == {
        (ACCOUNT, "s0"): START + HOUR,
        (ACCOUNT, "s1"): seen,
        ("other", "s0"): START + HOUR,
        ("other", "s1"): START + HOUR,
        ("third", "s0"): START + HOUR,
        ("third", "s1"): seen,
    }


async def test_polls_while_it_ends(
    ledger: Ledger,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One that has begun is written, one that fails does no harm; a later one waits."""
    polls: list[asyncio.Task[Recorded]] = []
    write = ledger._async_keep_sights

    async def poll_too() -> None:
        await write()
        odd = cast("Sighting", None)
        polls.extend(
            (
                asyncio.create_task(
                    ledger.async_record(ACCOUNT, [odd], Source.LIVE, START)
                ),
                asyncio.create_task(async_show(ledger, running(1.0))),
            )
        )
        await asyncio.sleep(0)

    monkeypatch.setattr(ledger, "_async_keep_sights", poll_too)
    await ledger.async_stop()
    failed, stored = await asyncio.gather(*polls, return_exceptions=True)
    assert isinstance(failed, AttributeError)
    assert isinstance(stored, Recorded)
    assert stored.stored
    assert len(rows_of(path)["sessions"]) == 1
    assert not (await async_show(ledger, running(2.0))).stored
    with pytest.raises(LedgerError) as err:
        await ledger.async_accounts()
    assert (err.value.problem, err.value.detail) == (
        Problem.UNREACHABLE,
        "the ledger is closed",
    )
    assert not [one for one in threading.enumerate() if "ledger" in one.name]
    assert "does not answer" not in caplog.text


async def test_the_thread(ledger: Ledger) -> None:
    """It is one, has a name, and keeps no program from ending."""
    assert not [one for one in threading.enumerate() if "ledger" in one.name]
    await async_see(ledger, running(1.0))
    await ledger.async_accounts()
    (thread,) = [one for one in threading.enumerate() if "ledger" in one.name]
    assert (thread.name, thread.daemon) == ("ev_charging_cloud ledger", True)


async def test_a_database_that_hangs(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Who asks is told so, then at once; the end does not wait for it either."""
    await async_see(ledger, running(1.0))
    monkeypatch.setattr(database, "JOB_SECONDS", 0.05)
    go_on = threading.Event()
    monkeypatch.setattr(Store, "read", lambda *_: go_on.wait(10))
    for detail in (
        "the database does not answer in time",
        "the database does not answer",
    ):
        with pytest.raises(LedgerError) as err:
            await ledger.async_sessions(SessionQuery(account_id=ACCOUNT))
        assert (err.value.problem, err.value.detail) == (Problem.TOO_SLOW, detail)
    await ledger.async_stop(0.05)
    assert "The database of charging sessions does not answer" in caplog.text
    go_on.set()
    await asyncio.sleep(0.05)


async def test_waits_are_longer_than_those_of_drivers(ledger: Ledger) -> None:
    """So that their words are heard, not ours."""
    assert await ledger.async_accounts() == frozenset()
    assert database.JOB_SECONDS == (
        engine_module.CONNECT_SECONDS + engine_module.ANSWER_SECONDS
    )


async def test_what_is_dropped_is_told_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the first is lost; after that the numbers say it."""
    ledger = Ledger(sqlite_url(path.parent / "missing" / "x.db"), most_waiting=20)
    told: list[tuple[int, int]] = []
    ledger.add_status_listener(
        lambda: told.append((ledger.status.waiting, ledger.status.dropped))
    )
    for number in range(30):
        await async_show(ledger, ended(1.0, id_=f"{number:02}"))
    assert told == [(0, 0), (19, 2)]
    assert ledger.status.dropped == 10
    await ledger.async_stop()


async def async_said(caplog: pytest.LogCaptureFixture) -> str:
    """Return what was said, also of what nobody waits for any more."""
    await asyncio.sleep(0.05)
    gc.collect()
    await asyncio.sleep(0)
    return caplog.text


async def test_late_answers(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What fails after everybody has gone is looked at, for those who look for it."""
    caplog.set_level(logging.DEBUG)
    await async_see(ledger, running(1.0))
    monkeypatch.setattr(database, "JOB_SECONDS", 0.05)
    go_on = threading.Event()

    def late(_: Store, question: object) -> None:
        go_on.wait(10)
        if question is not None:
            raise RuntimeError("too late")

    monkeypatch.setattr(Store, "read", late)
    with pytest.raises(LedgerError):
        await ledger.async_accounts()
    go_on.set()
    said = await async_said(caplog)
    assert "never retrieved" not in said
    assert said.count("A late answer of the database") == 1
    go_on.clear()
    with pytest.raises(LedgerError):
        await ledger._database.async_run(lambda store: store.read(cast("Any", None)))
    go_on.set()
    said = await async_said(caplog)
    assert said.count("A late answer of the database") == 1


@pytest.mark.parametrize("is_slow", [False, True])
async def test_a_database_that_cannot_be_closed(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    is_slow: bool,
) -> None:
    """The end comes all the same, soon, and nothing is said but that it is slow."""
    ledger = Ledger(sqlite_url(path))
    await async_see(ledger, running(1.0))
    close = Store.close
    go_on = threading.Event()

    def closing(store: Store) -> None:
        close(store)
        if is_slow:
            go_on.wait(10)
        raise RuntimeError("no")

    monkeypatch.setattr(Store, "close", closing)
    async with asyncio.timeout(2):
        await ledger.async_stop(0.05)
    go_on.set()
    said = await async_said(caplog)
    assert "never retrieved" not in said
    assert ("does not answer" in said) is is_slow


async def test_nobody_waits_for_a_job_that_was_given_up() -> None:
    """There is nothing to look at."""
    job = asyncio.get_running_loop().create_future()
    job.cancel()
    database._forget(job)


async def test_what_nobody_has_thought_of(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is, a poll goes on, and what it saw waits."""
    await async_see(ledger, running(1.0))

    def fail(*_: object) -> None:
        raise RuntimeError("odd")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "record", fail)
        patched.setattr(Store, "read", fail)
        assert not (await async_show(ledger, running(2.0))).stored
        with pytest.raises(LedgerError) as err:
            await ledger.async_accounts()
    assert (err.value.problem, err.value.detail) == (
        Problem.FAILING,
        "RuntimeError: odd",
    )
    assert (ledger.status.problem, ledger.status.waiting) == (Problem.FAILING, 1)
    assert await ledger.async_flush()
    assert [one.energy for one in await async_all(ledger)] == [2.0]
