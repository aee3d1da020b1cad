"""A session that answers from memory: a client's whole path but for the sockets."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from aiohttp import ClientResponse, ClientSession
import msgspec
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

# Answers a method, an address and a body; None for what is not there.
type Answering = Callable[[str, URL, str], bytes | None]


class _Content:
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def iter_any(self) -> AsyncIterator[bytes]:
        yield self._body


class _Response:
    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.headers = CIMultiDictProxy(CIMultiDict[str]())
        self.content = _Content(body)


class _Session:
    closed = False

    def __init__(self, answer: Answering) -> None:
        self._answer = answer

    @asynccontextmanager
    async def request(
        self, method: str, url: URL, *, data: object = None, **_: Any
    ) -> AsyncIterator[ClientResponse]:
        sent = data.decode() if isinstance(data, bytes) else ""
        body = self._answer(method, url, sent)
        status = 404 if body is None else 200
        # What of an answer the one request path reads.
        yield cast("ClientResponse", _Response(status, body or b"{}"))


def session(answer: Answering) -> ClientSession:
    """Return a session whose requests are answered so."""
    return cast("ClientSession", _Session(answer))


def asked(body: str) -> str:
    """Return the document of a GraphQL request."""
    return msgspec.json.decode(body.encode(), type=dict[str, str])["query"]
