"""Tests of what is said of a request that came to nothing, and of where a limit begins."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import NoReturn, override

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    TCPConnector,
    web,
)
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.test_utils import TestServer
from freezegun.api import FrozenDateTimeFactory
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    HostNotFoundError,
    NotPermittedError,
    NotSentError,
    RateLimitedError,
    ResponseError,
    UnavailableError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.reading.lenient import Reader
from custom_components.ev_charging_cloud.clients.transport import http
from custom_components.ev_charging_cloud.clients.transport.http import HttpClient
from custom_components.ev_charging_cloud.clients.transport.statuses import (
    error_of,
    is_outage,
    is_success,
)

NUMBERS = Reader(dict[str, int])
type Handler = Callable[[web.Request], web.Response]


def new_client(session: ClientSession, server: str | URL) -> HttpClient:
    """Return a client of any server, which reads no errors."""
    return HttpClient(session, URL(server), read_error=lambda body: None)


@asynccontextmanager
async def served(handler: Handler) -> AsyncIterator[HttpClient]:
    """Run a server that answers everything so, and a client of it."""

    async def answer(request: web.Request) -> web.Response:
        return handler(request)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(application) as server, ClientSession() as session:
        yield new_client(session, server.make_url(""))


class Refusing(TCPConnector):
    """Connects to nothing, and keeps how long it would have been given."""

    def __init__(self, error: Callable[[ConnectionKey], Exception]) -> None:
        """Fail so, once it is known for which server."""
        super().__init__()
        self.error = error
        self.timeouts: list[ClientTimeout] = []

    @override
    async def connect(
        self, req: object, traces: object, timeout: ClientTimeout
    ) -> NoReturn:
        self.timeouts.append(timeout)
        raise self.error(req.connection_key)  # type: ignore[attr-defined] # aiohttp's own


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (300, UnexpectedAnswerError),
        (399, UnexpectedAnswerError),
        (400, ResponseError),
        (401, NotPermittedError),
        (402, ResponseError),
        (403, NotPermittedError),
        (404, ResponseError),
        (408, UnavailableError),
        (409, ResponseError),
        (425, UnavailableError),
        (429, RateLimitedError),
        (451, ResponseError),
        (460, UnavailableError),
        (499, UnavailableError),
        (500, UnavailableError),
        (511, UnavailableError),
        (520, UnavailableError),
        (599, UnavailableError),
        (600, UnavailableError),
        (999, UnavailableError),
    ],
)
def test_what_a_status_stands_for(status: int, error: type[ClientError]) -> None:
    """Each edge between kinds of statuses is where RFC 9110 or a load balancer has it."""
    found = error_of(status, "no", 7.0)
    assert type(found) is error
    assert found.message == "no"
    assert is_outage(status) == (error is UnavailableError)
    assert not is_success(status)
    if isinstance(found, RateLimitedError | UnavailableError):
        assert found.retry_after == 7.0
    if not isinstance(found, RateLimitedError | UnexpectedAnswerError):
        assert getattr(found, "status", None) == status


@pytest.mark.parametrize(
    ("status", "good"), [(199, False), (200, True), (204, True), (299, True)]
)
def test_what_is_a_success(status: int, good: bool) -> None:
    """All of 200 to 299 say that a request was carried out."""
    assert is_success(status) == good
    assert not is_outage(status)


@pytest.mark.parametrize(
    ("failure", "error", "words", "server"),
    [
        (
            lambda key: ConnectionTimeoutError("Connection timeout to host"),
            NotSentError,
            "no connection in time",
            True,
        ),
        (
            lambda key: ClientConnectorDNSError(key, OSError(-2, "unknown")),
            HostNotFoundError,
            "there is no server cloud.example",
            True,
        ),
        (
            lambda key: ClientConnectorError(key, OSError(111, "refused")),
            NotSentError,
            "Cannot connect to host cloud.example:443 ssl:default [refused]",
            True,
        ),
        (lambda key: OSError(), UnavailableError, "ClientOSError", False),
        (lambda key: ValueError("odd"), UnavailableError, "odd", False),
    ],
    ids=["connection", "name", "refused", "without words", "odd"],
)
async def test_what_is_said_of_a_request_without_an_answer(
    failure: Callable[[ConnectionKey], Exception],
    error: type[UnavailableError],
    words: str,
    server: bool,
) -> None:
    """Each way not to reach a server has its own words, and names it where it may."""
    connector = Refusing(failure)
    async with ClientSession(connector=connector) as session:
        client = new_client(session, "https://cloud.example/api")
        with pytest.raises(UnavailableError) as caught:
            await client.request("POST", "/stations", NUMBERS)
    assert type(caught.value) is error
    assert str(caught.value) == words
    assert caught.value.status is None
    if isinstance(caught.value, NotSentError):
        assert server
        assert caught.value.server == URL("https://cloud.example")
    else:
        assert not server
    [timeout] = connector.timeouts
    assert (timeout.total, timeout.sock_connect) == (30, 10)


async def test_what_is_said_of_an_answer_that_does_not_come(
    monkeypatch: pytest.MonkeyPatch, socket_enabled: None
) -> None:
    """A server that was reached and says nothing is no matter of the connection."""
    monkeypatch.setattr(http, "TIMEOUT", ClientTimeout(total=0.2))
    never = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    application = web.Application()
    application.router.add_post("/", answer)
    async with TestServer(application) as server, ClientSession() as session:
        with pytest.raises(UnavailableError) as caught:
            await new_client(session, server.make_url("")).send("POST", "/")
        never.set()
    assert type(caught.value) is UnavailableError
    assert str(caught.value) == "no answer in time"


async def test_what_is_said_after_the_end() -> None:
    """A session that was closed is said to be the reason, and no server is blamed."""
    async with ClientSession() as session:
        client = new_client(session, "https://cloud.example")
    with pytest.raises(NotSentError) as caught:
        await client.request("GET", "/stations", NUMBERS)
    assert str(caught.value) == "there is no connection any more"
    assert caught.value.server is None


@pytest.mark.parametrize("more", [0, 1])
async def test_the_largest_answer(
    monkeypatch: pytest.MonkeyPatch, socket_enabled: None, more: int
) -> None:
    """An answer may have as many bytes as the bound has, and not one more."""
    body = b'{"a": 1, "b": 22}'
    monkeypatch.setattr(http, "MAX_BODY", len(body) - more)
    async with served(lambda request: web.Response(body=body)) as client:
        if not more:
            assert await client.request("GET", "/", NUMBERS) == {"a": 1, "b": 22}
            return
        with pytest.raises(UnexpectedAnswerError) as caught:
            await client.request("GET", "/", NUMBERS)
        assert str(caught.value) == f"answer larger than {len(body) - 1} bytes"


@pytest.mark.parametrize("is_polled", [False, True])
async def test_what_is_said_of_an_odd_answer(
    socket_enabled: None, is_polled: bool
) -> None:
    """Which request it was, and what is wrong with the answer."""
    async with served(lambda request: web.Response(body=b"[]")) as client:
        with pytest.raises(UnexpectedAnswerError) as caught:
            await client.request("GET", "/stations", NUMBERS, is_polled=is_polled)
    words = "/stations answered oddly: expected an object, got a list"
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("https://other.example/x", "a link of the answer leads to another server"),
        ("http://cloud.example/x", "a link of the answer leads to another server"),
        ("https://cloud.example:8443/", "a link of the answer leads to another server"),
        ("https://cloud.example:x/", "a link of the answer is no address"),
        ("mailto:cloud.example", "a link of the answer is no address"),
    ],
)
async def test_what_is_said_of_a_link(link: str, words: str) -> None:
    """A link that is none, and one that leads elsewhere, are told apart."""
    async with ClientSession() as session:
        client = new_client(session, "https://cloud.example/api")
        with pytest.raises(UnexpectedAnswerError) as caught:
            client.resolve(link)
        assert str(caught.value) == words
        there = client.resolve("next?page=2", URL("https://cloud.example/api/list"))
    assert there == URL("https://cloud.example/api/next?page=2")


async def test_what_a_request_brings(socket_enabled: None) -> None:
    """Path, query, body and headers go out as they were given."""
    seen: list[web.Request] = []
    sent: list[bytes] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request)
        sent.append(await request.read())
        return web.Response(body=b"{}")

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(application) as server, ClientSession() as session:
        client = new_client(session, server.make_url(""))
        await client.request(
            "PUT",
            "/a%2Fb",
            NUMBERS,
            query=[("x", "1"), ("x", "2")],
            json={"limit": 6},
            headers={"X-Key": "k"},
        )
        await client.request("POST", "/form", NUMBERS, form={"a": "é"})
    [put, post] = seen
    assert sent == [b'{"limit":6}', b"a=%C3%A9"]
    assert (put.method, put.rel_url.raw_path_qs) == ("PUT", "/a%2Fb?x=1&x=2")
    assert put.headers["Content-Type"] == "application/json"
    assert put.headers["X-Key"] == "k"
    assert post.headers["Content-Type"].startswith("application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ("999", 999),
        ("0", 0),
        ("123456789", 123456789),
        ("1234567890", None),
        ("-1", None),
        ("1.5", None),
        ("", None),
    ],
)
async def test_requests_that_are_left(
    socket_enabled: None, told: str, left: int | None
) -> None:
    """A count is taken as digits of a sane length, and with it how many were ours."""
    headers = {"X-RateLimit-Remaining": told, "X-RateLimit-Limit": "1000"}
    async with served(lambda request: web.Response(headers=headers)) as client:
        await client.fetch("GET", "/")
        await client.fetch("GET", "/")
    requests = client.requests
    assert (requests.left, requests.limit, requests.total) == (left, 1000, 2)
    assert requests.ours_then == (0 if left is None else 2)


async def test_requests_of_an_hour(
    socket_enabled: None, freezer: FrozenDateTimeFactory
) -> None:
    """A request counts for an hour; the oldest says when there is one fewer."""
    async with served(lambda request: web.Response()) as client:
        assert (client.requests.last_hour, client.requests.until_fewer) == (0, 0)
        await client.fetch("GET", "/")
        freezer.tick(600)
        await client.fetch("GET", "/")
        assert client.requests.until_fewer == 3000
        freezer.tick(3000)
        assert client.requests.last_hour == 2
        freezer.tick(1)
        assert client.requests.last_hour == 1
        assert client.requests.until_fewer == 599


async def test_a_cloud_that_is_down_is_asked_once_for_a_minute(
    socket_enabled: None, freezer: FrozenDateTimeFactory
) -> None:
    """After a repeat in vain no read is repeated, until a minute has passed."""
    asked = 0

    def answer(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(status=HTTPStatus.BAD_GATEWAY)

    counts = []
    async with served(answer) as client:
        for wait in (0, 59, 1, 60):
            freezer.tick(wait)
            asked = 0
            await client.fetch("GET", "/")
            counts.append(asked)
    assert counts == [2, 1, 2, 2]


async def test_the_clock_of_a_vendor(
    socket_enabled: None, freezer: FrozenDateTimeFactory
) -> None:
    """Five answers tell how far it is ahead, by their middle; fewer tell nothing."""
    ahead = 0

    def answer(request: web.Request) -> web.Response:
        date = datetime.now(UTC) + timedelta(seconds=ahead)
        return web.Response(headers={"Date": format_datetime(date, usegmt=True)})

    offsets = []
    async with served(answer) as client:
        for ahead in (100, 7000, 100, 120, 90):  # noqa: B007 - `answer` reads it
            offsets.append(client.requests.clock.offset)
            await client.fetch("GET", "/")
        assert set(offsets) == {timedelta(0)}
        assert client.requests.clock.offset == timedelta(seconds=100)
        assert client.requests.clock.now() - datetime.now(UTC) == timedelta(seconds=100)


async def test_no_pause_is_endless(socket_enabled: None) -> None:
    """A wait is taken in either spelling; what is no number is no wait."""
    waits = []
    for name, told in (
        ("Retry-After", "12.5"),
        ("RetryAfter", "30"),
        ("Retry-After", "nan"),
        ("Retry-After", "Thu, 99 Foo 2026"),
    ):

        def answer(
            request: web.Request, name: str = name, told: str = told
        ) -> web.Response:
            return web.Response(status=429, headers={name: told})

        async with served(answer) as client:
            with pytest.raises(RateLimitedError) as caught:
                await client.send("POST", "/")
        waits.append(caught.value.retry_after)
    assert waits == [12.5, 30, None, None]


@pytest.mark.parametrize("is_polled", [False, True])
async def test_what_a_poll_was_answered_is_not_read_twice(
    socket_enabled: None, is_polled: bool
) -> None:
    """The same bytes are the very same object in the next poll; other requests keep nothing."""
    async with served(lambda request: web.Response(body=b'{"a": 1}')) as client:
        first, second = [
            await client.request("GET", "/", NUMBERS, is_polled=is_polled)
            for _ in range(2)
        ]
    assert first == second
    assert (first is second) == is_polled
