"""Tests of signing in: what is asked, what is taken for a token, and what each refusal means."""

from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    ClientError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
    UnavailableError,
    UnconfirmedRefusalError,
    UnexpectedAnswerError,
    UnprovenRefusalError,
)
from custom_components.ev_charging_cloud.clients.kempower import (
    DEFAULT_SERVER,
    KEY,
    NAME,
)
from custom_components.ev_charging_cloud.clients.kempower.auth import SignIn
from custom_components.ev_charging_cloud.clients.transport import http
from custom_components.ev_charging_cloud.clients.transport.tokens import Refusals, Token

from .cloud import REFRESH_TOKEN, SIGN_IN, TOKEN, account, running

pytestmark = pytest.mark.usefixtures("socket_enabled")
END = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)


async def sign_in(answer: Any) -> Token:
    """Sign in where the cloud answers so."""
    async with running(**{SIGN_IN: answer}) as cloud, ClientSession() as session:
        signing_in = SignIn(session, server=cloud.url, refresh_token=REFRESH_TOKEN)
        assert signing_in.requests.total == 0
        try:
            return await signing_in.async_fetch()
        finally:
            assert {*cloud.asked} == {("GET", "/auth/refreshAccessToken", b"")}
            assert {*cloud.tokens} == {f"Bearer {REFRESH_TOKEN}"}
            assert signing_in.requests.total == len(cloud.asked)


@pytest.mark.parametrize(
    ("answer", "expires_at"),
    [
        ({"token": "a.b-c_d", "validUntil": "2026-11-25T04:30:00.000Z"}, END),
        ({"token": "a.b-c_d", "validUntil": "2026-11-25T06:30:00+02:00"}, END),
        ({"token": "a.b-c_d", "validUntil": "2026-11-25T04:30:00"}, END),
        ({"token": "a.b-c_d", "validUntil": None}, None),
        ({"token": "a.b-c_d", "validUntil": "soon"}, None),
        ({"token": "a.b-c_d", "valid_until": "2026-11-25T04:30:00Z"}, None),
        ((201, {"token": "a.b-c_d", "accessToken": "another"}), None),
    ],
)
async def test_tokens(answer: Any, expires_at: datetime | None) -> None:
    """A token is good until the vendor says it is not; without a zone that is UTC."""
    assert await sign_in(answer) == Token(value="a.b-c_d", expires_at=expires_at)


SAID = {"errorMessage": "Not today"}


@pytest.mark.parametrize(
    ("answer", "error", "message", "status"),
    [
        # The vendor's own words are what refuses the token.
        ((400, SAID), AuthenticationError, "Not today", None),
        ((401, SAID), AuthenticationError, "Not today", None),
        ((403, SAID), AuthenticationError, "Not today", None),
        # In any other words a 401 of an API is heard by whoever typed the token only.
        ((401, {"message": "No"}), UnprovenRefusalError, "No", None),
        ((401, {"errorMessage": None}), UnprovenRefusalError, "HTTP status 401", None),
        ((401, {}), UnprovenRefusalError, "HTTP status 401", None),
        ((400, {}), UnavailableError, "HTTP status 400", 400),
        ((403, {"message": "No"}), UnavailableError, "No", 403),
        ((401, b"<html>Firewall</html>"), UnavailableError, "HTTP status 401", 401),
        ((403, b"<html>Firewall</html>"), UnavailableError, "HTTP status 403", 403),
        ((401, ["No"]), UnavailableError, "HTTP status 401", 401),
        # Nothing here is ChargEye.
        ((404, SAID), UnexpectedAnswerError, "Not today", 404),
        ((404, b"nothing here"), UnexpectedAnswerError, "HTTP status 404", 404),
        # What any request may meet.
        ((405, SAID), ResponseError, "Not today", 405),
        ((302, {}), UnexpectedAnswerError, "HTTP status 302", 302),
        ((429, SAID), RateLimitedError, "Not today", None),
        ((500, SAID), UnavailableError, "Not today", 500),
        ((503, b"down"), UnavailableError, "HTTP status 503", 503),
        # What is no token.
        ({}, UnexpectedAnswerError, "the token cannot be read", None),
        ({"token": None}, UnexpectedAnswerError, "the token cannot be read", None),
        ({"token": ""}, UnexpectedAnswerError, "the token cannot be read", None),
        (["a"], UnexpectedAnswerError, "the token cannot be read", None),
        (b"<html>", UnexpectedAnswerError, "the token cannot be read", None),
        (
            {"token": "a b"},
            UnexpectedAnswerError,
            "the token is none that can be sent",
            None,
        ),
        (
            {"token": "ä"},
            UnexpectedAnswerError,
            "the token is none that can be sent",
            None,
        ),
    ],
)
async def test_refusals(
    monkeypatch: pytest.MonkeyPatch,
    answer: Any,
    error: type[ClientError],
    message: str,
    status: int | None,
) -> None:
    """Only the vendor's documented words say that the token is bad."""
    monkeypatch.setattr(http, "REPEAT_AFTER", 0)
    with pytest.raises(ClientError) as caught:
        await sign_in(answer)
    assert type(caught.value) is error
    assert caught.value.message == message
    assert getattr(caught.value, "status", None) == status
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@pytest.mark.parametrize("status", [400, 401, 404, 500])
async def test_a_message_that_quotes_the_token(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """The refresh token never stands in an error."""
    monkeypatch.setattr(http, "REPEAT_AFTER", 0)
    with pytest.raises(ClientError) as caught:
        await sign_in((status, {"errorMessage": f"bad {REFRESH_TOKEN}"}))
    assert caught.value.message == "bad **REDACTED**"


async def test_who_asks() -> None:
    """Every other request carries the token that was fetched, and counts with it."""
    stations: dict[str, Any] = {"stations": []}
    async with account({"GET /stations": stations}) as (cloud, client):
        await client.async_get_live()
        await client.async_get_live()
        assert cloud.tokens == [
            f"Bearer {REFRESH_TOKEN}",
            *["Bearer jwt-of-a-test"] * 2,
        ]
        assert client.requests.total == 3
        said = f"{REFRESH_TOKEN} or {TOKEN['token']}"
        cloud.answers["GET /stations"] = 403, {"errorMessage": said}
        with pytest.raises(NotPermittedError) as caught:
            await client.async_get_live()
    assert caught.value.message == "**REDACTED** or **REDACTED**"


async def test_a_refusal_that_may_be_a_mood() -> None:
    """Where nobody waits a refusal is heard twice before it is believed, and once where somebody does."""
    answers: dict[str, Any] = {SIGN_IN: (401, SAID), "GET /stations": {"stations": []}}
    async with account(answers, refusals=Refusals()) as (cloud, client):
        for _ in range(2):
            with pytest.raises(UnconfirmedRefusalError) as caught:
                await client.async_get_live()
            assert caught.value.message == "Not today"
        assert cloud.lines == []
        assert len(cloud.asked) == 1
    async with account(answers) as (cloud, client):
        for _ in range(2):
            with pytest.raises(AuthenticationError):
                await client.async_get_live()
        assert len(cloud.asked) == 2


async def test_account() -> None:
    """An account is known by a digest of its token, which is not the vendor's."""
    # Entries are kept under this key.
    assert KEY == "kempower"
    assert DEFAULT_SERVER == "https://kempower.io/api"
    async with account({}) as (cloud, client):
        found = await client.async_identify()
        assert cloud.asked == []
    assert found.id == "a25168025593ea2d"
    assert found.name is None
    assert client.report.vendor == client.families.vendor == NAME == "Kempower ChargEye"
