"""Tests of how long polls wait, in seconds, at each edge of an account's budget."""

import asyncio
from collections.abc import Sequence

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    UnavailableError,
)
from custom_components.ev_charging_cloud.clients.transport.budget import Joined

from .test_budget import POLL, Hour


async def used(
    freezer: FrozenDateTimeFactory, count: int, left: int | None = None
) -> Hour:
    """Return an hour that has a thousand, with so many requests made just now.

    The last one is told how many are left; None for nothing.
    """
    hour = Hour(freezer)
    await hour.request(count - 1, {})
    told = {} if left is None else {"X-RateLimit-Remaining": str(left)}
    await hour.request(1, told)
    return hour


@pytest.mark.parametrize(
    ("count", "wait"),
    [
        (445, 0),
        (446, 26.726),
        (680, 55.814),
        (880, 800),
        (882, 900),
        (894, 900),
        (895, 900),
        (945, 900),
        (946, 3600),
        (1000, 3600),
    ],
)
async def test_waits(freezer: FrozenDateTimeFactory, count: int, wait: float) -> None:
    """Half is free; what is left is spread over two thirds of an hour; then a quarter hour.

    Beyond our own 95 % nothing is asked until one request is an hour old.
    """
    hour = await used(freezer, count)
    assert hour.budget.wait_before_poll(POLL) == 0
    hour.budget.begin_poll()
    assert hour.budget.wait_before_poll(POLL) == pytest.approx(wait, abs=0.001)


async def test_a_timer_may_come_early(freezer: FrozenDateTimeFactory) -> None:
    """By half a second, and no more."""
    hour = await used(freezer, 895)
    hour.budget.begin_poll()
    freezer.tick(899.4)
    assert hour.budget.wait_before_poll(POLL) == pytest.approx(0.6)
    freezer.tick(0.1)
    assert hour.budget.wait_before_poll(POLL) == 0


async def test_after_a_command(freezer: FrozenDateTimeFactory) -> None:
    """For less than a minute a poll may use what is kept from usual ones."""
    hour = await used(freezer, 895)
    hour.budget.begin_poll()
    assert hour.budget.wait_before_poll(POLL) == 900
    hour.budget.note_command()
    assert hour.budget.wait_before_poll(POLL) == pytest.approx(240)
    freezer.tick(59.5)
    assert hour.budget.wait_before_poll(POLL) == pytest.approx(180.5)
    freezer.tick(0.5)
    assert hour.budget.wait_before_poll(POLL) == pytest.approx(840)


@pytest.mark.parametrize(
    ("at", "now", "count", "wait"),
    [
        # One command is no rate; two at once are as if five minutes apart: 12 an hour.
        ([0], 0, 470, 0),
        ([0, 0], 0, 458, 0),
        ([0, 0], 0, 459, 25.316),
        # Two in 400 s: 9 an hour; a command just now gives more room.
        ([0, 400], 400, 461, 0),
        ([0, 400], 400, 462, 25.316),
        # Two in ten minutes: 6 an hour; a minute after the last there is less room.
        ([0, 400], 600, 439, 0),
        ([0, 400], 600, 440, 26.726),
        # What is longer ago is of no account.
        ([0, 400], 601, 445, 0),
        ([0, 400], 601, 446, 26.726),
        ([0, 100, 200], 600, 433, 0),
        ([0, 100, 200], 600, 434, 26.726),
        ([0, 200, 400], 601, 436, 0),
        ([0, 200, 400], 601, 437, 26.725),
    ],
)
async def test_commands_to_come(
    freezer: FrozenDateTimeFactory,
    at: Sequence[int],
    now: int,
    count: int,
    wait: float,
) -> None:
    """As many as an hour has, if they go on as in the last ten minutes, are kept for them."""
    hour = await used(freezer, count)
    passed = 0
    for moment in at:
        freezer.tick(moment - passed)
        passed = moment
        hour.budget.note_command()
    freezer.tick(now - passed)
    hour.budget.begin_poll()
    assert hour.budget.wait_before_poll(POLL) == pytest.approx(wait, abs=0.001)


@pytest.mark.parametrize(
    ("count", "left", "total"),
    [(10, None, 10), (10, 500, 500), (10, 990, 10), (10, 991, 10), (10, 989, 11)],
)
async def test_what_is_used(
    freezer: FrozenDateTimeFactory, count: int, left: int | None, total: int
) -> None:
    """By us, and by others as far as the vendor counts more than we do."""
    hour = await used(freezer, count, left)
    assert hour.budget.used == total
    await hour.request(3, {})
    assert hour.budget.used == total + 3
    assert hour.budget.limit == 1000


@pytest.mark.parametrize(
    ("count", "may_read", "has_plenty"),
    [(599, True, True), (600, True, False), (895, True, False), (896, False, False)],
)
async def test_what_is_no_poll(
    freezer: FrozenDateTimeFactory, count: int, may_read: bool, has_plenty: bool
) -> None:
    """Nine tenths are for reads of any kind, six for details."""
    hour = await used(freezer, count)
    assert hour.budget.may_read(POLL) is may_read
    assert hour.budget.has_plenty is has_plenty


async def test_another_limit_holds_for_all(freezer: FrozenDateTimeFactory) -> None:
    """The shares are those of what the vendor allows."""
    hour = await used(freezer, 59)
    await hour.request(1, {"X-RateLimit-Limit": "100"})
    assert hour.budget.limit == 100
    assert not hour.budget.has_plenty
    assert hour.budget.may_read(30)
    assert not hour.budget.may_read(31)


async def test_a_failure_of_a_shared_read() -> None:
    """All who waited for it hear the same; nobody asks again for that, and then it is over."""
    outcomes: list[int | ClientError] = [1, UnavailableError("down"), 3]
    turns = asyncio.Semaphore(0)

    async def read() -> int:
        await turns.acquire()
        outcome = outcomes.pop(0)
        if isinstance(outcome, ClientError):
            raise outcome
        return outcome

    joined = Joined(read)
    tasks = []
    for _ in range(3):
        tasks.append(asyncio.create_task(joined.ask()))
        await asyncio.sleep(0)
    turns.release()
    turns.release()
    first, *others = await asyncio.gather(*tasks, return_exceptions=True)
    assert first == 1
    assert isinstance(others[0], UnavailableError)
    assert others[0] is others[1]
    assert outcomes == [3]
    turns.release()
    assert await joined.ask() == 3
