"""Tests of in whose name requests are sent, and what becomes of a refused token."""

import pytest

from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    NotPermittedError,
    NotSentError,
    UnavailableError,
    UnconfirmedRefusalError,
)
from custom_components.ev_charging_cloud.clients.transport.auth import (
    TokenAuthorization,
)
from custom_components.ev_charging_cloud.clients.transport.tokens import (
    Token,
    TokenSource,
)

from .test_requests import Server, client_of, numbered

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.mark.parametrize(
    ("method", "statuses", "sent", "given"),
    [
        ("GET", (200,), ["Bearer tok-1"], 1),
        ("GET", (403,), ["Bearer tok-1"], 1),
        ("GET", (401, 200), ["Bearer tok-1", "Bearer tok-2"], 2),
        ("GET", (401, 401, 200), ["Bearer tok-1", "Bearer tok-2", "tok-2"], 2),
        ("GET", (401,), ["Bearer tok-1", "Bearer tok-2", "tok-2"], 2),
        ("POST", (401, 200), ["Bearer tok-1", "Bearer tok-2"], 2),
        ("POST", (401,), ["Bearer tok-1", "Bearer tok-2"], 2),
    ],
)
async def test_a_refused_token(
    method: str, statuses: tuple[int, ...], sent: list[str], given: int
) -> None:
    """A fresh token is tried once, in each spelling that is documented; a command once."""
    server, tokens = Server(*statuses), list[str]()
    source = TokenSource(numbered(tokens))
    auth = TokenAuthorization(source, spellings=("Bearer {token}", "{token}"))
    async with client_of(server, auth=auth) as http:
        await http.fetch(method, "/x")
    assert 0 <= auth.age <= source.age < 60
    assert auth.secrets == (tokens[-1],)
    assert server.credentials == sent
    assert len(tokens) == given


async def test_the_spelling_that_is_accepted_is_remembered() -> None:
    """And the other one is tried when it is refused; a proven token is not renewed."""
    server, tokens = Server(401, 401, 200, 200, 401, 200, 200), list[str]()
    source = TokenSource(numbered(tokens))
    auth = TokenAuthorization(source, spellings=("Bearer {token}", "{token}"))
    async with client_of(server, auth=auth) as http:
        for _ in range(4):
            assert (await http.fetch("GET", "/x")).status == 200
    assert server.credentials == [
        *("Bearer tok-1", "Bearer tok-2", "tok-2"),
        "tok-2",
        *("tok-2", "Bearer tok-2"),
        "Bearer tok-2",
    ]
    assert tokens == ["tok-1", "tok-2"]


async def test_a_command_renews_a_young_token_too() -> None:
    """Another app may have ended it; a read with it lacks something else."""
    server, tokens = Server(401), list[str]()
    auth = TokenAuthorization(TokenSource(numbered(tokens)))
    async with client_of(server, auth=auth) as http:
        for method in ("GET", "GET", "POST", "GET"):
            with pytest.raises(NotPermittedError):
                await http.send(method, "/x")
    assert server.credentials == [
        *("Bearer tok-1", "Bearer tok-2"),
        "Bearer tok-2",
        *("Bearer tok-2", "Bearer tok-3"),
        "Bearer tok-3",
    ]


@pytest.mark.parametrize(
    "error", [UnavailableError("down", 503, 7.0), UnconfirmedRefusalError("who", 30.0)]
)
@pytest.mark.parametrize("had_token", [False, True])
async def test_without_a_token_nothing_is_sent(
    error: UnavailableError, had_token: bool
) -> None:
    """That is certain, before the first request and between two; all else is kept."""

    async def fetch() -> Token:
        raise error

    server = Server(401)
    source = TokenSource(fetch, Token(value="old") if had_token else None)
    async with client_of(server, auth=TokenAuthorization(source)) as http:
        with pytest.raises(NotSentError) as caught:
            await http.send("POST", "/x")
    assert server.credentials == (["Bearer old"] if had_token else [])
    found = caught.value
    assert (found.message, found.status, found.retry_after) == (
        *(error.message, error.status, error.retry_after),
    )
    assert (found is error) is isinstance(error, UnconfirmedRefusalError)


async def test_a_refused_credential_is_not_asked_with_again() -> None:
    """A refusal of who asks is no outage, so that nothing is repeated."""
    asked = 0

    async def fetch() -> Token:
        nonlocal asked
        asked += 1
        raise AuthenticationError("who")

    server = Server()
    async with client_of(server, auth=TokenAuthorization(TokenSource(fetch))) as http:
        with pytest.raises(AuthenticationError):
            await http.send("GET", "/x")
    assert (asked, server.seen) == (1, [])


async def test_what_is_local_is_not_repeated() -> None:
    """Nothing was sent and nothing would be."""
    asked = 0

    async def fetch() -> Token:
        nonlocal asked
        asked += 1
        raise UnconfirmedRefusalError("who", 30) if asked > 1 else UnavailableError("x")

    async with client_of(Server(), auth=TokenAuthorization(TokenSource(fetch))) as http:
        with pytest.raises(UnconfirmedRefusalError):
            await http.send("GET", "/x")
        assert asked == 2
        with pytest.raises(UnconfirmedRefusalError):
            await http.send("GET", "/x")
    assert asked == 3
