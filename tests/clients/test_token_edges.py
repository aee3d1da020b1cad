"""Tests of when exactly a token is renewed, and a refusal believed."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    ClientError,
    SignInEndedError,
    UnavailableError,
    UnconfirmedRefusalError,
    UnprovenRefusalError,
)
from custom_components.ev_charging_cloud.clients.transport.tokens import (
    Refusals,
    Token,
    TokenSource,
)

from .test_tokens import Vendor

DOWN = UnavailableError("down")
NO = AuthenticationError("no")


async def value(source: TokenSource) -> str:
    """Return the token that a request would be sent with."""
    token, _ = await source.get()
    return token.value


async def error(source: TokenSource) -> ClientError:
    """Return what a request would fail with."""
    with pytest.raises(ClientError) as caught:
        await source.get()
    return caught.value


@pytest.mark.parametrize(
    ("life", "passed", "given"),
    [
        (3600, 3299, 1),
        (3600, 3300, 2),
        # What lives for less than six minutes is used for one at least.
        (330, 59, 1),
        (330, 60, 2),
        (361, 60, 1),
        (361, 61, 2),
        (10, 59, 1),
        (10, 60, 2),
    ],
)
async def test_when_a_token_is_renewed(
    freezer: FrozenDateTimeFactory, life: int, passed: int, given: int
) -> None:
    """Five minutes before its end, but no sooner than after a minute."""
    vendor = Vendor(timedelta(seconds=life))
    source = TokenSource(vendor.fetch)
    assert await value(source) == "token 1"
    freezer.tick(passed)
    assert await value(source) == f"token {given}"


@pytest.mark.parametrize(
    ("left", "is_kept"), [(None, True), (301, True), (300, False), (-60, False)]
)
async def test_a_token_from_before(
    freezer: FrozenDateTimeFactory, left: int | None, is_kept: bool
) -> None:
    """One that was kept is used while it lives, and its age is not known."""
    ends = None if left is None else datetime.now(UTC) + timedelta(seconds=left)
    source = TokenSource(Vendor().fetch, Token(value="kept", expires_at=ends))
    assert source.secrets == ("kept",)
    assert source.age == float("inf")
    assert await value(source) == ("kept" if is_kept else "token 1")
    if not is_kept:
        assert source.age == 0
        freezer.tick(7)
        assert source.age == 7
        assert source.secrets == ("token 1",)


async def test_before_the_first_token(freezer: FrozenDateTimeFactory) -> None:
    """There is nothing to hide, and nothing that could be old."""
    source = TokenSource(Vendor().fetch)
    freezer.tick(7)
    assert (source.secrets, source.age, source.is_proven) == ((), 7, False)
    _, generation = await source.get()
    assert source.age == 0
    assert not source.is_proven
    token, newer = await source.renew(generation)
    assert (token.value, newer) == ("token 2", generation + 1)
    assert source.is_proven
    again, same = await source.renew(generation)
    assert (again, same) == (token, newer)
    freezer.tick(29.9)
    assert source.is_proven
    freezer.tick(0.1)
    assert not source.is_proven


@pytest.mark.parametrize("failure", [DOWN, NO])
async def test_while_no_token_is_to_be_had(
    freezer: FrozenDateTimeFactory, failure: Exception
) -> None:
    """The old one is used to its end, and a new one asked for once a minute."""
    vendor = Vendor(timedelta(minutes=10))
    source = TokenSource(vendor.fetch)
    await source.get()
    asked = 0

    async def fetch() -> Token:
        nonlocal asked
        asked += 1
        raise failure

    vars(source)["_fetch"] = fetch
    freezer.tick(300)
    for seconds, times in ((0, 1), (59, 1), (1, 2), (60, 3), (60, 4), (60, 5), (59, 5)):
        freezer.tick(seconds)
        assert await value(source) == "token 1"
        assert asked == times
    freezer.tick(1)
    assert await error(source) is failure
    assert asked == 6


async def test_when_a_refusal_is_believed(freezer: FrozenDateTimeFactory) -> None:
    """Twice, a minute apart, and then it is asked once an hour; each says when."""
    refusals, asked = Refusals(), 0

    async def fetch() -> Token:
        nonlocal asked
        asked += 1
        raise AuthenticationError(f"no {asked}")

    source = TokenSource(fetch, refusals=refusals)
    for seconds, wait in ((0, 60), (1, 59), (58.5, 0.5)):
        freezer.tick(seconds)
        found = await error(source)
        assert isinstance(found, UnconfirmedRefusalError)
        assert found.message == "no 1"
        assert found.confirm_after == pytest.approx(wait)
        assert asked == 1
    freezer.tick(0.5)
    for seconds, times in ((0, 2), (3599, 2), (1, 3), (3599, 3), (1, 4)):
        freezer.tick(seconds)
        found = await error(source)
        assert type(found) is AuthenticationError
        assert (found.message, asked) == (f"no {times}", times)


async def test_an_accepted_credential_clears_its_refusals(
    freezer: FrozenDateTimeFactory,
) -> None:
    """The next refusal is a first one again."""
    vendor, refusals = Vendor(timedelta(hours=1)), Refusals()
    source = TokenSource(vendor.fetch, refusals=refusals)
    for _ in range(2):
        vendor.failure = NO
        found = await error(source)
        assert isinstance(found, UnconfirmedRefusalError)
        assert found.confirm_after == 60
        freezer.tick(90)
        vendor.failure = None
        await source.get()
        freezer.tick(3600)


@pytest.mark.parametrize(
    ("failure", "with_refusals", "meaning", "is_same"),
    [
        (NO, False, AuthenticationError, True),
        (NO, True, UnconfirmedRefusalError, False),
        (SignInEndedError("over"), False, SignInEndedError, True),
        (SignInEndedError("over"), True, SignInEndedError, True),
        (UnprovenRefusalError("page"), False, UnprovenRefusalError, True),
        (UnprovenRefusalError("page"), True, UnavailableError, False),
        (DOWN, True, UnavailableError, True),
    ],
)
async def test_what_a_failure_means(
    failure: ClientError,
    with_refusals: bool,
    meaning: type[ClientError],
    is_same: bool,
) -> None:
    """Whoever types a credential hears all at once; an account that worked is patient."""
    vendor = Vendor()
    vendor.failure = failure
    source = TokenSource(vendor.fetch, refusals=Refusals() if with_refusals else None)
    found = await error(source)
    assert type(found) is meaning
    assert (found is failure) is is_same
    assert found.message == failure.message
