"""Tests of what a token endpoint's answers mean (RFC 6749, 5.1 and 5.2)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
import json

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
from multidict import CIMultiDict, CIMultiDictProxy
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    ClientError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
    UnavailableError,
    UnexpectedAnswerError,
    UnprovenRefusalError,
)
from custom_components.ev_charging_cloud.clients.transport.http import HttpClient, Reply
from custom_components.ev_charging_cloud.clients.transport.oauth2 import (
    TokenAnswer,
    expiry,
    is_usable,
    read_answer,
    read_token_error,
    refusal_of,
    token_of,
    word_of,
)
from custom_components.ev_charging_cloud.clients.transport.tokens import Token

REFUSED = {"error": "invalid_grant", "error_description": "It has ended."}
OTHERS = {"error": "invalid_request"}


@pytest.fixture
async def http() -> AsyncIterator[HttpClient]:
    """Return a client, of which nothing but the reading of errors is used."""
    async with ClientSession() as session:
        yield HttpClient(
            session,
            URL("https://login.example"),
            read_error=read_token_error,
            secrets=lambda: ("s3cret",),
        )


def reply(status: int, body: object = "", **headers: str) -> Reply:
    """Return an endpoint's answer."""
    text = body if isinstance(body, str) else json.dumps(body)
    return Reply(status, CIMultiDictProxy(CIMultiDict(headers)), text.encode())


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (400, REFUSED, AuthenticationError, "It has ended."),
        (401, REFUSED, AuthenticationError, "It has ended."),
        (403, REFUSED, AuthenticationError, "It has ended."),
        (401, {"error": "access_denied"}, AuthenticationError, "access_denied"),
        (403, {"error": "invalid_client"}, AuthenticationError, "invalid_client"),
        (400, {"error": "unauthorized_client"}, AuthenticationError, "unauthorized_"),
        (400, OTHERS, ResponseError, "invalid_request"),
        (400, {"error": "unsupported_grant_type"}, ResponseError, "unsupported_grant_"),
        (400, {"error": "invalid_scope"}, ResponseError, "invalid_scope"),
        (401, OTHERS, UnprovenRefusalError, "invalid_request"),
        (401, {"message": "of s3cret"}, UnprovenRefusalError, "of **REDACTED**"),
        (401, {}, UnprovenRefusalError, "HTTP status 401"),
        (401, "<html>", UnavailableError, "HTTP status 401"),
        (401, "[]", UnavailableError, "HTTP status 401"),
        (403, OTHERS, UnavailableError, "invalid_request"),
        (403, "<html>", UnavailableError, "HTTP status 403"),
        (404, REFUSED, ResponseError, "It has ended."),
        (429, REFUSED, RateLimitedError, "It has ended."),
        (503, REFUSED, UnavailableError, "It has ended."),
        (302, "", UnexpectedAnswerError, "HTTP status 302"),
    ],
)
async def test_what_a_refusal_means(
    http: HttpClient,
    status: int,
    body: object,
    error: type[ClientError],
    words: str,
) -> None:
    """Only the specification's words refuse a credential; a page before it is an outage."""
    for found in (refusal_of(http, reply(status, body)), _raised(http, status, body)):
        assert type(found) is error
        assert found.message.startswith(words)
        assert not isinstance(found, NotPermittedError)
        if isinstance(found, UnavailableError):
            assert found.status == 503
        if isinstance(found, ResponseError):
            assert found.status == status


def _raised(http: HttpClient, status: int, body: object) -> ClientError:
    with pytest.raises(ClientError) as caught:
        token_of(http, reply(status, body))
    return caught.value


async def test_the_vendors_wait(http: HttpClient) -> None:
    """How long to wait stays with the refusal that names it."""
    slow = refusal_of(http, reply(429, "", **{"Retry-After": "17"}))
    assert isinstance(slow, RateLimitedError)
    assert slow.retry_after == 17
    page = refusal_of(http, reply(403, "", **{"Retry-After": "17"}))
    assert isinstance(page, UnavailableError)
    assert page.retry_after is None


async def test_a_token(http: HttpClient, freezer: FrozenDateTimeFactory) -> None:
    """Its value, and when it ends by its seconds from now on."""
    now = datetime.now(UTC)
    good = reply(200, {"access_token": "t", "expires_in": "90.5"})
    ends = now + timedelta(seconds=90.5)
    assert token_of(http, good) == Token(value="t", expires_at=ends)
    bare = reply(201, {"access_token": "t", "expires_in": None})
    assert token_of(http, bare) == Token(value="t", expires_at=None)


@pytest.mark.parametrize(
    ("seconds", "is_told"),
    [(None, False), (-1, False), (0, False), (0.5, True), (1, True), (1e300, False)],
)
def test_the_end_of_a_token(
    freezer: FrozenDateTimeFactory, seconds: float | None, is_told: bool
) -> None:
    """What is no time from now on is no end."""
    ends = expiry(seconds)
    now = datetime.now(UTC)
    assert ends == (now + timedelta(seconds=seconds or 0) if is_told else None)


def test_all_of_an_answer() -> None:
    """The other tokens are kept as they came."""
    body = {
        "access_token": "a",
        "expires_in": 60,
        "refresh_token": "r",
        "id_token": "i",
        "more": 1,
    }
    assert read_answer(json.dumps(body).encode()) == TokenAnswer("a", 60, "r", "i")
    assert read_answer(b'{"access_token": "a"}') == TokenAnswer("a", None, None, None)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{}", "the token cannot be read"),
        ('{"access_token": null, "x": "s3cret"}', "the token cannot be read"),
        ("<html>s3cret", "the token cannot be read"),
        ('{"access_token": ""}', "the token is none that can be sent"),
        ('{"access_token": "s3 cret"}', "the token is none that can be sent"),
    ],
)
async def test_no_token(http: HttpClient, body: str, words: str) -> None:
    """An answer without a token that can be sent says so, and quotes nothing."""
    with pytest.raises(UnexpectedAnswerError) as caught:
        token_of(http, reply(200, body))
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("token", "usable"),
    [
        ("eyJ.a-b_c~+/=", True),
        ("", False),
        ("a b", False),
        ("a\n", False),
        ("ä", False),
        (" a", False),
    ],
)
def test_what_can_stand_in_a_header(token: str, usable: bool) -> None:
    """Printable ASCII without blanks."""
    assert is_usable(token) is usable


@pytest.mark.parametrize(
    ("body", "said", "word"),
    [
        (REFUSED, "It has ended.", "invalid_grant"),
        (OTHERS, "invalid_request", "invalid_request"),
        ({"error": "x", "error_description": ""}, "x", "x"),
        ({"error_description": "no word"}, None, None),
        ("<html>", None, None),
        ("", None, None),
    ],
)
def test_words_of_a_refusal(body: object, said: str | None, word: str | None) -> None:
    """The description is for people, the word for us."""
    assert read_token_error(reply(400, body).body) == said
    assert word_of(reply(400, body)) == word
