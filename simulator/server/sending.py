"""Ways in which an answer goes wrong on its way."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cache
import gzip

from aiohttp import web

type Sleep = Callable[[float], Awaitable[object]]

#: how much padding is written at once
CHUNK = 64 * 1024


def dropped(request: web.Request) -> web.StreamResponse:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def truncated(
    request: web.Request, response: web.Response, *, reset: bool
) -> web.StreamResponse:
    """Send half of the body, then close the connection, or reset it."""
    body, stream = _unsent(response)
    stream.content_length = len(body)
    with suppress(ConnectionError):  # the client may go first
        await stream.prepare(request)
        await stream.write(body[: len(body) // 2])
    if request.transport is not None:
        if reset:
            request.transport.abort()
        else:
            request.transport.close()
    return stream


async def padded(
    request: web.Request, response: web.Response, padding: int
) -> web.StreamResponse:
    """Send the body and many blanks after it."""
    body, stream = _unsent(response)
    stream.enable_chunked_encoding()
    with suppress(ConnectionError):  # a client with a limit hangs up
        await stream.prepare(request)
        await stream.write(body)
        while padding > 0:
            await stream.write(b" " * min(padding, CHUNK))
            padding -= CHUNK
    return stream


async def dripping(
    request: web.Request, response: web.Response, sleep: Sleep
) -> web.StreamResponse:
    """Send a byte of the body each second."""
    body, stream = _unsent(response)
    stream.content_length = len(body)
    with suppress(ConnectionError):  # a client loses its patience
        await stream.prepare(request)
        for place in range(len(body)):
            await stream.write(body[place : place + 1])
            await sleep(1)
    return stream


def inflating(response: web.Response, size: int) -> web.Response:
    """Return an answer that is small on its way and has many blanks once it is unpacked."""
    body, _ = _unsent(response)
    # two members of gzip are one after the other what both hold
    packed = gzip.compress(body) + _packed_blanks(size)
    headers = {**_headers(response), "Content-Encoding": "gzip"}
    return web.Response(status=response.status, body=packed, headers=headers)


@cache
def _packed_blanks(size: int) -> bytes:
    return gzip.compress(b" " * size)


def _unsent(response: web.Response) -> tuple[bytes, web.StreamResponse]:
    """Return the body of an answer and an answer like it which can be sent bit by bit."""
    body = response.body if isinstance(response.body, bytes) else b""
    return body, web.StreamResponse(status=response.status, headers=_headers(response))


def _headers(response: web.Response) -> dict[str, str]:
    return {
        name: value
        for name, value in response.headers.items()
        if name != "Content-Length"
    }
