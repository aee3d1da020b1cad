"""Answers that go wrong on purpose: added to any simulated cloud, by tests or over the control endpoint."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from fnmatch import fnmatchcase
from random import Random
from typing import TypedDict, Unpack

from aiohttp import web
import msgspec

from simulator.world.model import Json

from . import edits

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
type ErrorAnswer = Callable[[int, str | None], web.Response]

HTML_PAGE = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>We are back soon</h1></body></html>"
#: how much padding is written at once
CHUNK = 64 * 1024


class FaultFields(TypedDict, total=False):
    """What a fault can say, beside its path; `Fault` explains each."""

    method: str | None
    times: int | None
    after: int
    probability: float
    delay: float
    status: int | None
    message: str | None
    retry_after: int | str | None
    headers: dict[str, str]
    html: bool
    body: str | None
    content_type: str
    redirect: str | None
    drop: bool
    truncate: bool
    pad_bytes: int
    replace: dict[str, Json]
    remove: list[str]
    stringify: list[str]


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way in which matching requests go wrong. Several which match act together.

    Which requests: `path` as the vendor documents it, `*` stands for anything; `method`; not the first `after`
    matching ones, then `times` of them (None: all), each with `probability`.

    What happens, in this order:
      `delay`: seconds of real time before anything else.
      `drop`: the connection is closed without an answer.
      `redirect`: 307 to this address.
      `status` below 400: the status of the usual answer is replaced; from 400 on the usual answer is not made, but the
        vendor's error body with `message`. `retry_after` becomes the Retry-After header, `headers` are added.
      `html`: an HTML page instead of JSON, with `status` or 200. `body`: this text instead, as `content_type`.
      `replace`, `remove`, `stringify`: the usual JSON answer is changed at paths such as "stations.2.status" or
        "stations.*.name"; see the module edits.
      `pad_bytes`: this many blanks follow the body, sent without a Content-Length.
      `truncate`: half of the body is sent under the whole Content-Length, then the connection is closed.
    """

    path: str = "*"
    method: str | None = None
    times: int | None = None
    after: int = 0
    probability: float = 1.0
    delay: float = 0.0
    status: int | None = None
    message: str | None = None
    retry_after: int | str | None = None
    headers: dict[str, str] = {}
    html: bool = False
    body: str | None = None
    content_type: str = "text/plain"
    redirect: str | None = None
    drop: bool = False
    truncate: bool = False
    pad_bytes: int = 0
    replace: dict[str, msgspec.Raw] = {}
    remove: list[str] = []
    stringify: list[str] = []


class _Placed:
    """A fault in place, with how often its requests came and how often it struck."""

    def __init__(self, fault: Fault) -> None:
        """Begin unmet."""
        self.fault = fault
        self.met = 0
        self.struck = 0

    def strikes(self, method: str, path: str, random: Random) -> bool:
        """Count a request and return whether the fault strikes it."""
        fault = self.fault
        if not fnmatchcase(path, fault.path) or (fault.method or method) != method:
            return False
        self.met += 1
        if self.met <= fault.after or (
            fault.times is not None and self.struck >= fault.times
        ):
            return False
        if random.random() >= fault.probability:
            return False
        self.struck += 1
        return True


class Faults:
    """The faults of one simulated cloud."""

    def __init__(self, error: ErrorAnswer, seed: int = 0) -> None:
        """Begin without any.

        Args:
            error: makes the vendor's documented error answer from a status and a message.
            seed: for the faults which strike with a probability.
        """
        self._error = error
        self._random = Random(seed)
        self._placed: list[_Placed] = []

    def add(self, path: str = "*", **fields: Unpack[FaultFields]) -> Fault:
        """Put a fault in place; `Fault` says what the fields mean.

        Raises:
            ValueError: if a field is unknown or has the wrong type.
        """
        return self.put({"path": path, **fields})

    def put(self, fields: object) -> Fault:
        """Put a fault in place which is given as decoded JSON.

        Raises:
            ValueError: if a field is unknown or has the wrong type.
        """
        try:
            fault = msgspec.json.decode(msgspec.json.encode(fields), type=Fault)
        except (msgspec.ValidationError, TypeError) as error:
            raise ValueError(f"not a fault: {error}") from error
        if fault.status is not None and not 200 <= fault.status <= 599:
            raise ValueError("not a fault: status must be from 200 to 599")
        if fault.delay < 0 or not 0 <= fault.probability <= 1:
            raise ValueError(
                "not a fault: delay must be 0 or more, probability from 0 to 1"
            )
        self._placed.append(_Placed(fault))
        return fault

    def clear(self) -> None:
        """Take all faults away."""
        self._placed.clear()

    def __len__(self) -> int:
        """Return how many are in place, spent ones too."""
        return len(self._placed)

    def struck(self, fault: Fault) -> int:
        """Return how many requests a fault has struck."""
        return sum(placed.struck for placed in self._placed if placed.fault is fault)

    async def answer(
        self, request: web.Request, path: str, handler: Handler
    ) -> web.StreamResponse:
        """Answer a request, rightly or wrongly."""
        hits = [
            p.fault
            for p in self._placed
            if p.strikes(request.method, path, self._random)
        ]
        if not hits:
            return await handler(request)
        await asyncio.sleep(sum(fault.delay for fault in hits))
        if any(fault.drop for fault in hits):
            return dropped(request)
        made = (self._instead(fault) for fault in hits)
        response: web.StreamResponse | None = next(filter(None, made), None)
        if response is None:
            response = await handler(request)
        for fault in hits:
            _change(response, fault)
        padding = sum(fault.pad_bytes for fault in hits)
        if isinstance(response, web.Response) and padding:
            return await _padded(request, response, padding)
        if isinstance(response, web.Response) and any(fault.truncate for fault in hits):
            return await _truncated(request, response)
        return response

    def _instead(self, fault: Fault) -> web.Response | None:
        """Return what a fault answers instead of the usual; None leaves the usual answer."""
        if fault.redirect is not None:
            return web.Response(status=307, headers={"Location": fault.redirect})
        if fault.html:
            return web.Response(
                status=fault.status or 200, text=HTML_PAGE, content_type="text/html"
            )
        if fault.body is not None:
            return web.Response(
                status=fault.status or 200,
                text=fault.body,
                content_type=fault.content_type,
            )
        if fault.status is not None and fault.status >= 400:
            return self._error(fault.status, fault.message)
        return None


def _change(response: web.StreamResponse, fault: Fault) -> None:
    """Change status, headers and JSON of an answer."""
    if fault.status is not None and fault.redirect is None:
        response.set_status(fault.status)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    response.headers.update(fault.headers)
    if not (fault.replace or fault.remove or fault.stringify):
        return
    if isinstance(response, web.Response) and isinstance(response.body, bytes):
        document: Json = msgspec.json.decode(response.body)
        edits.replace(
            document,
            {path: msgspec.json.decode(raw) for path, raw in fault.replace.items()},
        )
        edits.remove(document, fault.remove)
        edits.stringify(document, fault.stringify)
        response.body = msgspec.json.encode(document)


def dropped(request: web.Request) -> web.StreamResponse:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _unsent(response: web.Response) -> tuple[bytes, web.StreamResponse]:
    """Return the body of an answer and an answer like it which can be sent bit by bit."""
    body = response.body if isinstance(response.body, bytes) else b""
    headers = {
        name: value
        for name, value in response.headers.items()
        if name != "Content-Length"
    }
    return body, web.StreamResponse(status=response.status, headers=headers)


async def _truncated(
    request: web.Request, response: web.Response
) -> web.StreamResponse:
    """Send half of the body, then close the connection."""
    body, stream = _unsent(response)
    stream.content_length = len(body)
    with suppress(ConnectionError):  # the client may go first
        await stream.prepare(request)
        await stream.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return stream


async def _padded(
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
