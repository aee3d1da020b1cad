"""Tests of the token path: kept, renewed in time, renewed once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import override

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    ClientError,
    UnavailableError,
    UnconfirmedRefusalError,
    UnprovenRefusalError,
)
from custom_components.ev_charging_cloud.clients.transport.tokens import (
    Refusals,
    Token,
    TokenSource,
)


class Vendor:
    """Gives out numbered tokens that live for a while."""

    def __init__(self, life: timedelta | None = timedelta(hours=8)) -> None:
        """Start with none given out."""
        self.given = 0
        self.life = life
        self.failure: Exception | None = None

    async def fetch(self) -> Token:
        """Give out the next token."""
        await asyncio.sleep(0)
        if self.failure:
            raise self.failure
        self.given += 1
        ends = datetime.now(UTC) + self.life if self.life else None
        return Token(value=f"token {self.given}", expires_at=ends)


async def test_kept_until_shortly_before_its_end(
    freezer: FrozenDateTimeFactory,
) -> None:
    """A token is asked for once and renewed before it runs out."""
    vendor = Vendor()
    source = TokenSource(vendor.fetch)
    assert (await source.get())[0].value == "token 1"
    freezer.tick(timedelta(hours=7, minutes=54))
    assert (await source.get())[0].value == "token 1"
    freezer.tick(timedelta(minutes=2))
    assert (await source.get())[0].value == "token 2"


async def test_without_an_end_it_is_kept(freezer: FrozenDateTimeFactory) -> None:
    """Where the vendor names no end, only a refusal renews."""
    vendor = Vendor(life=None)
    source = TokenSource(vendor.fetch)
    await source.get()
    freezer.tick(timedelta(days=30))
    assert (await source.get())[0].value == "token 1"


async def test_a_clock_that_is_wrong_costs_no_token_per_request() -> None:
    """A token that is over by our clock when it arrives is used all the same."""
    vendor = Vendor(life=timedelta(hours=-3))
    source = TokenSource(vendor.fetch)
    for _ in range(5):
        await source.get()
    assert vendor.given == 1


async def test_many_refused_at_once_renew_once() -> None:
    """Requests that fail together share one renewal."""
    vendor = Vendor()
    source = TokenSource(vendor.fetch)
    _, generation = await source.get()
    renewed = await asyncio.gather(*(source.renew(generation) for _ in range(20)))
    assert {token.value for token, _ in renewed} == {"token 2"}
    assert vendor.given == 2


@pytest.mark.parametrize(
    "failure", [AuthenticationError("no"), UnavailableError("not now")]
)
async def test_failures_reach_the_request(failure: Exception) -> None:
    """What went wrong is told to whoever needed a token, and the next try is free."""
    vendor = Vendor()
    vendor.failure = failure
    source = TokenSource(vendor.fetch)
    with pytest.raises(type(failure)):
        await source.get()
    vendor.failure = None
    assert (await source.get())[0].value == "token 1"


async def test_a_good_token_is_used_to_its_end(freezer: FrozenDateTimeFactory) -> None:
    """While the vendor gives no new token, the old one is used as long as it is good."""
    vendor = Vendor()
    source = TokenSource(vendor.fetch)
    await source.get()
    vendor.failure = UnavailableError("down")
    freezer.tick(timedelta(hours=7, minutes=58))
    assert (await source.get())[0].value == "token 1"
    freezer.tick(timedelta(minutes=3))
    with pytest.raises(UnavailableError):
        await source.get()
    vendor.failure = None
    assert (await source.get())[0].value == "token 2"


@pytest.mark.parametrize("refusals", [None, Refusals()])
async def test_a_refusal_does_not_end_a_good_token(
    freezer: FrozenDateTimeFactory, refusals: Refusals | None
) -> None:
    """Refused in its last minutes, however often, a token is used to its end."""
    vendor = Vendor()
    source = TokenSource(vendor.fetch, refusals=refusals)
    await source.get()
    vendor.failure = AuthenticationError("who are you")
    freezer.tick(timedelta(hours=7, minutes=55))
    for _ in range(4):
        freezer.tick(timedelta(seconds=65))
        assert (await source.get())[0].value == "token 1"
    freezer.tick(timedelta(minutes=1))
    assert await _refused(source) is AuthenticationError


async def _refused(source: TokenSource) -> type[Exception]:
    with pytest.raises(ClientError) as caught:
        await source.get()
    return type(caught.value)


class Counting(Vendor):
    """Counts how often it was asked, refusals included."""

    asked = 0

    @override
    async def fetch(self) -> Token:
        """Give out the next token, or refuse."""
        self.asked += 1
        return await super().fetch()


async def test_a_refusal_is_believed_the_second_time(
    freezer: FrozenDateTimeFactory,
) -> None:
    """Twice, a minute apart, asks for a new sign-in; then it is tried once an hour."""
    vendor, refusals = Counting(), Refusals()
    vendor.failure = AuthenticationError("who are you")
    source = TokenSource(vendor.fetch, refusals=refusals)
    assert await _refused(source) is UnconfirmedRefusalError
    freezer.tick(30)
    with pytest.raises(UnconfirmedRefusalError) as caught:
        await source.get()
    assert caught.value.confirm_after == pytest.approx(30)
    assert vendor.asked == 1
    freezer.tick(31)
    # A client made anew goes on where the other one was.
    source = TokenSource(vendor.fetch, refusals=refusals)
    assert await _refused(source) is AuthenticationError
    assert vendor.asked == 2
    for _ in range(59):
        freezer.tick(60)
        assert await _refused(source) is AuthenticationError
    assert vendor.asked == 2
    freezer.tick(61)
    vendor.failure = None
    assert (await source.get())[0].value == "token 1"
    vendor.failure = AuthenticationError("who are you")
    freezer.tick(timedelta(hours=9))
    assert await _refused(source) is UnconfirmedRefusalError


async def test_an_unproven_refusal_is_an_outage(freezer: FrozenDateTimeFactory) -> None:
    """What is not in the vendor's own words never asks for a new sign-in."""
    vendor = Counting()
    vendor.failure = UnprovenRefusalError("HTTP status 401")
    source = TokenSource(vendor.fetch, refusals=Refusals())
    for _ in range(5):
        assert await _refused(source) is UnavailableError
        freezer.tick(120)
    assert vendor.asked == 5
