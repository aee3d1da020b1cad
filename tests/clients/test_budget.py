"""Tests of one account's budget of requests, and of reads that are joined."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from aiohttp import ClientRequest, ClientResponse
from freezegun.api import FrozenDateTimeFactory
from multidict import CIMultiDict, CIMultiDictProxy
import pytest

from custom_components.ev_charging_cloud.clients.errors import UnavailableError
from custom_components.ev_charging_cloud.clients.transport.budget import (
    LONGEST_WAIT,
    Budget,
    Joined,
)
from custom_components.ev_charging_cloud.clients.transport.requests import RequestLog

POLL = 5


class Answer:
    """An answer without a body."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        """Have these headers."""
        self.headers = CIMultiDictProxy(CIMultiDict(headers))


class Hour:
    """Lets time pass, and makes requests of a vendor that counts them."""

    def __init__(self, freezer: FrozenDateTimeFactory, others: int = 0) -> None:
        """Begin without a request; others use up some of the thousand."""
        self.log = RequestLog()
        self.budget = Budget(self.log, 1000)
        self.others = others
        self.least_left = 1000
        self._freezer = freezer

    async def request(
        self, count: int = 1, headers: Mapping[str, str] | None = None
    ) -> None:
        """Make requests; each answer says how many are left, or has these headers."""

        async def handle(request: ClientRequest) -> ClientResponse:
            left = 1000 - self.others - self.log.last_hour
            self.least_left = min(self.least_left, left)
            told = {"X-RateLimit-Remaining": str(max(0, left))}
            answer = Answer(told if headers is None else headers)
            return cast("ClientResponse", answer)

        for _ in range(count):
            await self.log(cast("ClientRequest", None), handle)

    async def poll(self, headers: Mapping[str, str] | None = None) -> None:
        """Make a live poll."""
        self.budget.begin_poll()
        await self.request(POLL, headers)

    async def poll_for(self, seconds: float, every: float) -> int:
        """Poll as often as is allowed, but no more than so often; return how often."""
        passed, polls = 0.0, 0
        while passed < seconds:
            wait = max(every, self.budget.wait_before_poll(POLL))
            self._freezer.tick(timedelta(seconds=wait))
            passed += wait
            assert self.budget.wait_before_poll(POLL) == 0
            await self.poll()
            polls += 1
        return polls


async def test_nothing_waits_while_there_are_plenty(
    freezer: FrozenDateTimeFactory,
) -> None:
    """Usual polls, and bursts after commands, come when they are due."""
    hour = Hour(freezer)
    for _ in range(89):
        assert hour.budget.wait_before_poll(POLL) == 0
        await hour.poll()
    freezer.tick(timedelta(hours=1))
    assert await hour.poll_for(6 * 3600, every=40) == 6 * 90
    assert hour.least_left > 500


async def test_polls_without_end_leave_a_third(freezer: FrozenDateTimeFactory) -> None:
    """Who would poll every second gets as much as leaves some for others, each hour."""
    hour = Hour(freezer)
    await hour.poll_for(12 * 3600, every=1)
    assert hour.log.last_hour <= 650
    assert hour.least_left > 100


@pytest.mark.parametrize("others", [300, 600, 800])
async def test_what_others_use_is_left_to_them(
    freezer: FrozenDateTimeFactory, others: int
) -> None:
    """The more others use, the rarer our polls; some are left all the same."""
    hour = Hour(freezer, others)
    await hour.poll_for(6 * 3600, every=40)
    assert 4 * POLL <= hour.log.last_hour <= (900 - others) * 2 / 3 + 2 * POLL
    assert hour.least_left > 50


async def test_with_nothing_left_it_is_asked_now_and_then(
    freezer: FrozenDateTimeFactory,
) -> None:
    """Whether there are more again, only an answer can tell."""
    hour = Hour(freezer, others=995)
    await hour.poll()
    assert hour.budget.wait_before_poll(POLL) == LONGEST_WAIT
    assert not hour.budget.may_read(1)
    assert not hour.budget.has_plenty
    hour.others = 0
    freezer.tick(timedelta(seconds=LONGEST_WAIT))
    assert hour.budget.wait_before_poll(POLL) == 0
    await hour.poll()
    assert hour.budget.wait_before_poll(POLL) == 0
    assert hour.budget.has_plenty


async def test_a_command_may_be_looked_at_sooner(
    freezer: FrozenDateTimeFactory,
) -> None:
    """What is kept from usual polls, a command's effect may be read with, for a minute."""
    hour = Hour(freezer, others=890)
    await hour.poll()
    usual = hour.budget.wait_before_poll(POLL)
    hour.budget.note_command()
    assert hour.budget.wait_before_poll(POLL) < usual / 3
    freezer.tick(timedelta(seconds=61))
    assert hour.budget.wait_before_poll(POLL) == pytest.approx(usual - 61)


async def test_our_own_count_holds_where_the_vendor_says_nothing(
    freezer: FrozenDateTimeFactory,
) -> None:
    """Without any header the documented thousand an hour is kept."""
    hour = Hour(freezer)
    for _ in range(199):
        await hour.poll(headers={})
    wait = hour.budget.wait_before_poll(POLL)
    assert wait == pytest.approx(3600)
    freezer.tick(timedelta(seconds=wait + 1))
    assert hour.budget.wait_before_poll(POLL) == 0


@pytest.mark.parametrize(
    ("limit", "is_free"),
    [("5000", True), ("100", False), ("many", False), ("0", False)],
)
async def test_another_limit(
    freezer: FrozenDateTimeFactory, limit: str, is_free: bool
) -> None:
    """The vendor may allow more, or less; what makes no sense is not heard."""
    hour = Hour(freezer)
    for _ in range(120):
        await hour.poll(headers={"X-RateLimit-Limit": limit})
    assert (hour.budget.wait_before_poll(POLL) == 0) is is_free


async def test_requests_of_an_hour_ago_are_free_again(
    freezer: FrozenDateTimeFactory,
) -> None:
    """What was said to be left counts with what has become free since."""
    hour = Hour(freezer)
    for _ in range(170):
        await hour.poll()
    assert hour.budget.wait_before_poll(POLL) > 60
    freezer.tick(timedelta(minutes=61))
    assert hour.budget.used == 0


async def test_reads_are_joined() -> None:
    """Who asks while a read is under way shares the next one; nothing piles up."""
    begun = 0
    go_on = asyncio.Event()

    async def read() -> int:
        nonlocal begun
        begun += 1
        mine = begun
        await go_on.wait()
        return mine

    joined = Joined(read)
    first = asyncio.create_task(joined.ask())
    await asyncio.sleep(0)
    later = [asyncio.create_task(joined.ask()) for _ in range(20)]
    await asyncio.sleep(0)
    go_on.set()
    assert await first == 1
    assert await asyncio.gather(*later) == [2] * 20
    assert await joined.ask() == 3


async def test_a_failed_read_is_shared_too() -> None:
    """All who share a read hear of its failure; the next one is another."""
    outcomes: list[Exception | int] = [UnavailableError("down"), 7]
    go_on = asyncio.Event()

    async def read() -> int:
        await go_on.wait()
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    joined = Joined(read)
    askers = [asyncio.create_task(joined.ask()) for _ in range(2)]
    await asyncio.sleep(0)
    go_on.set()
    results = await asyncio.gather(*askers, return_exceptions=True)
    assert [type(result) for result in results] == [UnavailableError, int]


async def test_a_read_that_is_given_up_is_made_by_another() -> None:
    """Whoever stops waiting takes nobody's answer along."""
    go_on = asyncio.Event()

    async def read() -> int:
        await go_on.wait()
        return 1

    joined = Joined(read)
    given_up = asyncio.create_task(joined.ask())
    await asyncio.sleep(0)
    other = asyncio.create_task(joined.ask())
    await asyncio.sleep(0)
    given_up.cancel()
    go_on.set()
    assert await other == 1
