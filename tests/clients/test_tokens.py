"""Tests of the token path: kept, renewed in time, renewed once."""

import asyncio
from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    UnavailableError,
)
from custom_components.ev_charging_cloud.clients.transport.tokens import (
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
