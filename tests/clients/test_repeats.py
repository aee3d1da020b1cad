"""Tests of how often a request is sent: a read once more, a command once."""

import asyncio
import errno
import os
from typing import Any

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.errors import UnavailableError
from custom_components.ev_charging_cloud.clients.transport.http import HttpClient

from .test_requests import Server, client_of, raw_server

METHODS = ("GET", "PUT", "DELETE", "POST", "PATCH")
RESET = f"[Errno {errno.ECONNRESET}] {os.strerror(errno.ECONNRESET)}"

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("resets", "words"),
    [(False, "Server disconnected"), (True, RESET)],
)
async def test_a_request_that_was_cut_off(
    method: str, resets: bool, words: str
) -> None:
    """A read is made once more; what changes something is sent once, whatever came of it."""
    async with (
        raw_server(b"", resets=resets) as (url, seen),
        ClientSession() as session,
    ):
        http = HttpClient(session, url, read_error=lambda body: None)
        with pytest.raises(UnavailableError) as caught:
            await http.send(method, "/x")
    assert type(caught.value) is UnavailableError
    assert str(caught.value) == words
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
