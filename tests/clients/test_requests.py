"""Tests of how often a request is sent, where, and what is said when that fails."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
import gzip
from typing import Any, Unpack, override

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    UnavailableError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.reading.lenient import Oddity, Reader
from custom_components.ev_charging_cloud.clients.transport.auth import (
    TokenAuthorization,
)
from custom_components.ev_charging_cloud.clients.transport.http import (
    HttpClient,
    Reply,
    RequestOptions,
)
from custom_components.ev_charging_cloud.clients.transport.tokens import (
    Token,
    TokenSource,
)

NUMBERS = Reader(dict[str, int])
METHODS = ("GET", "PUT", "DELETE", "POST", "PATCH")


class Noting(HttpClient):
    """Notes with which options requests are made."""

    options: list[RequestOptions]

    @override
    async def fetch(
        self, method: str, path: str | URL, **options: Unpack[RequestOptions]
    ) -> Reply:
        """Note them, and make the request."""
        self.options.append(options)
        return await super().fetch(method, path, **options)


class Server:
    """Answers with statuses in turn, the last one for ever, and notes what came."""

    def __init__(self, *statuses: int) -> None:
        """Begin with nothing asked."""
        self.statuses = list(statuses) or [200]
        self.seen: list[web.Request] = []
        self.headers: dict[str, str] = {}
        self.body = "{}"
        self.url = URL()

    @property
    def credentials(self) -> list[str | None]:
        """What each request was authorized with."""
        return [request.headers.get("Authorization") for request in self.seen]

    async def answer(self, request: web.Request) -> web.Response:
        """Give the next answer."""
        self.seen.append(request)
        many = len(self.statuses) > 1
        status = self.statuses.pop(0) if many else self.statuses[0]
        return web.Response(status=status, headers=self.headers, text=self.body)


@asynccontextmanager
async def client_of(server: Server, **options: Any) -> AsyncIterator[HttpClient]:
    """Run a server, and return a client of it."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", server.answer)
    async with TestServer(application) as running, ClientSession() as session:
        server.url = running.make_url("/api/")
        options = {"read_error": lambda body: None} | options
        yield HttpClient(session, server.url, **options)


@asynccontextmanager
async def raw_server(answer: bytes) -> AsyncIterator[tuple[URL, list[bytes]]]:
    """Run a server that sends these bytes for every request, and hangs up."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n"))
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield URL(f"http://127.0.0.1:{port}"), seen


def numbered(given: list[str]) -> Callable[[], Awaitable[Token]]:
    """Return what gives out numbered tokens, and notes them."""

    async def fetch() -> Token:
        given.append(f"tok-{len(given) + 1}")
        return Token(value=given[-1])

    return fetch


pytestmark = pytest.mark.usefixtures("socket_enabled")


# ---- how often


@pytest.mark.parametrize("method", METHODS)
async def test_a_request_that_was_cut_off(method: str) -> None:
    """A read is made once more; what changes something is sent once, whatever came of it."""
    async with raw_server(b"") as (url, seen), ClientSession() as session:
        http = HttpClient(session, url, read_error=lambda body: None)
        with pytest.raises(UnavailableError) as caught:
            await http.send(method, "/x")
    assert type(caught.value) is UnavailableError
    assert str(caught.value) == "Server disconnected"
    # aiohttp sends a read again by itself, each time.
    times = 4 if method == "GET" else 1
    assert http.requests.total == times
    assert [line.split()[0].decode() for line in seen] == [method] * times


@pytest.mark.parametrize("method", METHODS)
async def test_a_connection_that_had_been_used(method: str) -> None:
    """Nor does aiohttp itself send a command again where an old connection ends."""
    seen: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", b""):
            seen.append((await reader.readuntil(b"\r\n\r\n")).split()[0].decode())
            writer.write(answer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, ClientSession() as session:
        port = server.sockets[0].getsockname()[1]
        http = HttpClient(
            session, URL(f"http://127.0.0.1:{port}"), read_error=lambda body: None
        )
        assert await http.send("GET", "/x") == b"{}"
        if method == "GET":
            assert await http.send(method, "/x") == b"{}"
        else:
            with pytest.raises(UnavailableError) as caught:
                await http.send(method, "/x")
            assert type(caught.value) is UnavailableError
    assert seen == ["GET", method, *(["GET"] if method == "GET" else [])]


@pytest.mark.parametrize(
    ("method", "is_read", "asked"),
    [
        ("GET", None, 2),
        ("POST", None, 1),
        ("DELETE", None, 1),
        ("POST", True, 2),
        ("GET", False, 1),
    ],
)
async def test_what_is_a_read(method: str, is_read: bool | None, asked: int) -> None:
    """Only what is known to change nothing is sent again after an outage."""
    server = Server(502)
    options: Any = {} if is_read is None else {"is_read": is_read}
    async with client_of(server) as http:
        reply = await http.fetch(method, "/x", **options)
    assert reply.status == 502
    assert not reply.is_success
    assert len(server.seen) == asked


@pytest.mark.parametrize(
    ("wait", "pauses"),
    [(None, [0.25]), ("0.1", [0.25]), ("0.3", [0.3]), ("2", [2]), ("2.1", [])],
)
async def test_the_pause_before_a_repeat(
    monkeypatch: pytest.MonkeyPatch, wait: str | None, pauses: list[float]
) -> None:
    """A quarter of a second, or as the vendor wants up to two."""
    monkeypatch.undo()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    server = Server(503, 200)
    server.headers = {} if wait is None else {"Retry-After": wait}
    async with client_of(server) as http:
        monkeypatch.setattr(asyncio, "sleep", sleep)
        reply = await http.fetch("GET", "/x")
        monkeypatch.undo()
    assert slept == pauses
    assert reply.status == (200 if pauses else 503)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429])
async def test_what_is_no_outage_is_not_repeated(status: int) -> None:
    """The vendor's own word stands."""
    server = Server(status)
    async with client_of(server) as http:
        assert (await http.fetch("GET", "/x")).status == status
        # And a word is no outage, nor is one that passed: the next may be repeated.
        server.statuses = [503, 200, 503, status, 503, 200]
        statuses = [(await http.fetch("GET", "/x")).status for _ in range(3)]
    assert statuses == [200, status, 200]
    assert len(server.seen) == 7


async def test_a_repeat_without_an_answer_is_in_vain() -> None:
    """Then the cloud is down for a while, as after two bad answers."""
    async with raw_server(b"") as (url, seen), ClientSession() as session:
        http = HttpClient(session, url, read_error=lambda body: None)
        for asked in (4, 6):
            with pytest.raises(UnavailableError):
                await http.send("GET", "/x")
            assert len(seen) == asked


# ---- what is said


async def test_an_answer_that_is_none() -> None:
    """What is wrong with it is said, but not the address: its query may hold a secret."""
    async with (
        raw_server(b"SMTP ready\r\n\r\n") as (url, _),
        ClientSession() as session,
    ):
        http = HttpClient(
            session, url, read_error=lambda body: None, secrets=lambda: ("SMTP",)
        )
        with pytest.raises(UnavailableError) as caught:
            await http.send("POST", "/x", query=[("key", "s3cret")])
    assert "s3cret" not in str(caught.value)
    assert "SMTP" not in str(caught.value)
    assert "Expected HTTP/" in str(caught.value)
    assert "**REDACTED** ready" in str(caught.value)


async def test_an_answer_that_ends_too_early() -> None:
    """Half an answer is none."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"
    async with raw_server(answer) as (url, seen), ClientSession() as session:
        http = HttpClient(session, url, read_error=lambda body: None)
        with pytest.raises(UnavailableError) as caught:
            await http.send("POST", "/x")
    assert type(caught.value) is UnavailableError
    assert "not completed" in str(caught.value)
    assert len(seen) == 1


async def test_whose_words_count() -> None:
    """The vendor's own, else the usual ones, else the status; never with a secret."""
    server = Server(418)
    tokens = TokenSource(numbered([]))
    async with client_of(
        server,
        read_error=lambda body: body[5:].decode() if body[:5] == b"own: " else None,
        auth=TokenAuthorization(tokens),
        secrets=lambda: ("s3cret",),
    ) as http:
        said = {}
        for server.body in (
            "own: no s3cret",
            '{"detail": "of tok-1"}',
            "<html>",
            "own: ",
        ):
            with pytest.raises(ClientError) as caught:
                await http.send("GET", "/x")
            said[server.body] = str(caught.value)
        assert http.clean(None) is http.clean("") is http.clean(" ") is None
        assert http.clean("of tok-1 and s3cret") == "of **REDACTED** and **REDACTED**"
    assert [*said.values()] == [
        *("no **REDACTED**", "of **REDACTED**", "HTTP status 418", "HTTP status 418")
    ]


async def test_the_latest_answer_goes_along() -> None:
    """So that the same bytes, of the same request, are neither put together nor kept."""
    server = Server()
    server.body = '{"a": 1}'
    async with client_of(server) as plain, ClientSession() as session:
        http = Noting(session, server.url, read_error=lambda body: None)
        http.options = []
        for is_polled in (True, True, False):
            await http.request("GET", "/x", NUMBERS, is_polled=is_polled)
        await http.request("GET", "/y", NUMBERS, is_polled=True)
        before = b"%s" % server.body.encode()
        assert (await plain.fetch("GET", "/x", before=before)).body is before
        assert (await plain.fetch("GET", "/x", before=b"{}")).body == before
        assert (await plain.fetch("GET", "/x")).body == before
    assert [options.get("before") for options in http.options] == [
        *(b"", before, None, b"")
    ]


async def test_what_is_read_of_an_answer() -> None:
    """What is odd in it is told to whoever asks, in polls each time."""
    server = Server()
    server.body = '{"a": 1, "b": "x"}'
    async with client_of(server) as http:
        for is_polled in (False, True, True):
            odd: list[Oddity] = []
            found = await http.request("GET", "/x", NUMBERS, odd, is_polled=is_polled)
            assert found == {"a": 1}
            assert len(odd) == 1
        server.body = '{"a": 1}'
        first = await http.request(
            "GET", "/x", NUMBERS, query=[("p", "1")], is_polled=True
        )
        other = await http.request(
            "GET", "/x", NUMBERS, query=[("p", "2")], is_polled=True
        )
        again = await http.request(
            "GET", "/x", NUMBERS, query=[("p", "1")], is_polled=True
        )
    assert first is again
    assert first == other
    assert first is not other


@pytest.mark.parametrize(
    ("body", "is_object"),
    [("{}", True), ('{"a": [1]}', True), ("[]", False), ("<html>", False), ("", False)],
)
async def test_what_is_of_an_api(body: str, is_object: bool) -> None:
    """A page of a firewall is none."""
    server = Server()
    server.body = body
    async with client_of(server) as http:
        assert (await http.fetch("GET", "/x")).is_of_an_api is is_object


async def test_the_largest_answer_there_is() -> None:
    """64 MiB, and not a byte more."""
    size = 64 * 2**20
    sizes = [size, size + 1]

    async def answer(request: web.Request) -> web.Response:
        packed = gzip.compress(b" " * sizes.pop(0), compresslevel=1)
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    application = web.Application()
    application.router.add_post("/x", answer)
    async with TestServer(application) as running, ClientSession() as session:
        http = HttpClient(session, running.make_url(""), read_error=lambda body: None)
        assert len(await http.send("POST", "/x")) == size
        with pytest.raises(UnexpectedAnswerError, match="larger than 67108864 bytes"):
            await http.send("POST", "/x")


# ---- where


async def test_what_is_below_an_address() -> None:
    """The server's own path, whether it ends with a slash or not, comes first."""
    async with ClientSession() as session:
        for server in ("https://a.example/MAX", "https://a.example/MAX/"):
            http = HttpClient(session, URL(server), read_error=lambda body: None)
            found = str(http.address_of("/x%2Fy"))
            assert found == "https://a.example/MAX/x%2Fy"


async def test_where_requests_go() -> None:
    """Below the server's path, or where its own links lead; redirects are not followed."""
    server = Server(200, 302)
    server.headers = {"Location": "/elsewhere"}
    async with client_of(server, headers={"X-Client": "us", "X-Both": "1"}) as http:
        await http.send("GET", "/a%2Fb", headers={"X-Both": "2"})
        with pytest.raises(UnexpectedAnswerError) as caught:
            await http.send("GET", server.url.with_path("/list"))
        assert http.address_of(URL("next?p=2")) == server.url.with_path("/api/next") % {
            "p": "2"
        }
    assert [request.raw_path for request in server.seen] == ["/api/a%2Fb", "/list"]
    assert server.seen[0].headers["X-Client"] == "us"
    assert server.seen[0].headers["X-Both"] == "2"
    assert str(caught.value) == "HTTP status 302"
    assert server.credentials == [None, None]
