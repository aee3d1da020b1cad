"""Tests of where a request goes, what comes of it, and what is said when that fails."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
import gzip
import socket
import struct
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
from custom_components.ev_charging_cloud.clients.transport import http as transport
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
async def raw_server(
    answer: bytes, *, resets: bool = False
) -> AsyncIterator[tuple[URL, list[bytes]]]:
    """Run a server that sends these bytes for every request, and hangs up or resets."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n"))
        await reader.readuntil(b"\r\n\r\n")
        if resets:
            at_once = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, at_once
            )
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


async def test_what_fails_while_an_answer_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever the machine says of its network is an outage, in its words or by its name."""

    async def read(*_: object) -> bytes:
        raise errors.pop(0)

    errors = [OSError("no route"), OSError(), ValueError()]
    monkeypatch.setattr(transport, "_read_bounded", read)
    async with client_of(Server()) as http:
        for words in ("no route", "OSError", "ValueError"):
            with pytest.raises(UnavailableError) as caught:
                await http.send("POST", "/x")
            assert str(caught.value) == words


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
        for other in (b"{}", before[:3], before * 2):
            assert (await plain.fetch("GET", "/x", before=other)).body == before
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
