"""Answers that go wrong on purpose: added to any simulated cloud, by tests or over the control endpoint."""

import asyncio
from codecs import BOM_UTF8
from collections.abc import Awaitable, Callable
from fnmatch import fnmatchcase
from random import Random
from typing import TypedDict, Unpack

from aiohttp import web
import msgspec

from simulator.world.model import Json

from . import edits
from .sending import Sleep, dripping, dropped, inflating, padded, truncated

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
type ErrorAnswer = Callable[[int, str | None], web.Response]

HTML_PAGE = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>We are back soon</h1></body></html>"
#: what a byte that is not UTF-8 stands for until an answer is bytes
SPOILT = "\ufffe"


class FaultFields(TypedDict, total=False):
    """What a fault can say, beside its path; `Fault` explains each."""

    method: str | None
    holds: str | None
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
    reset: bool
    drip: bool
    pad_bytes: int
    inflate_bytes: int
    bom: bool
    repeat: bool
    replace: dict[str, Json]
    remove: list[str]
    stringify: list[str]
    spoil: list[str]


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way in which matching requests go wrong. Several which match act together.

    Which requests: `path` as the vendor documents it, `*` stands for anything; `method`; those with `holds` in their
    query or body; not the first `after` matching ones, then `times` of them (None: all), each with `probability`.

    What happens, in this order:
      `delay`: seconds of real time before anything else.
      `drop`: the connection is closed without an answer.
      `redirect`: to this address, with `status` or 307.
      `status` below 400: the status of the usual answer is replaced; from 400 on the usual answer is not made, but the
        vendor's error body with `message`. `retry_after` becomes the Retry-After header, `headers` are added.
      `html`: an HTML page instead of JSON, with `status` or 200. `body`: this text instead, as `content_type`.
      `repeat`: the first usual answer comes again and again.
      `replace`, `remove`, `stringify`: the usual JSON answer is changed at paths such as "stations.2.status" or
        "stations.*.name"; see the module edits. `spoil`: the texts at these paths hold a byte that is not UTF-8.
      `bom`: a byte order mark comes before the body.
      `inflate_bytes`: the body is sent packed (gzip), with this many blanks after it.
      `pad_bytes`: this many blanks follow the body, sent without a Content-Length.
      `truncate`: half of the body is sent under the whole Content-Length, then the connection is closed; with `reset`
        it is reset.
      `drip`: the body is sent a byte a second.
    """

    path: str = "*"
    method: str | None = None
    holds: str | None = None
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
    reset: bool = False
    drip: bool = False
    pad_bytes: int = 0
    inflate_bytes: int = 0
    bom: bool = False
    repeat: bool = False
    replace: dict[str, msgspec.Raw] = {}
    remove: list[str] = []
    stringify: list[str] = []
    spoil: list[str] = []

    @property
    def edits(self) -> bool:
        """Whether the usual JSON is changed."""
        return bool(self.replace or self.remove or self.stringify or self.spoil)


class _Placed:
    """A fault in place, with how often its requests came and how often it struck."""

    def __init__(self, fault: Fault) -> None:
        """Begin unmet."""
        self.fault = fault
        self.met = 0
        self.struck = 0
        self.first: web.Response | None = None

    def strikes(self, method: str, path: str, content: str, random: Random) -> bool:
        """Count a request and return whether the fault strikes it."""
        fault = self.fault
        if not fnmatchcase(path, fault.path) or (fault.method or method) != method:
            return False
        if fault.holds is not None and fault.holds not in content:
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
        #: lets time pass; a test which freezes time can put its own here
        self.sleep: Sleep = asyncio.sleep

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
        if not self._placed:
            return await handler(request)
        content = f"{request.query_string}\n{await request.text()}"
        hits = [
            placed
            for placed in self._placed
            if placed.strikes(request.method, path, content, self._random)
        ]
        if not hits:
            return await handler(request)
        faults = [placed.fault for placed in hits]
        if delay := sum(fault.delay for fault in faults):
            await self.sleep(delay)
        if any(fault.drop for fault in faults):
            return dropped(request)
        made = (self._instead(fault) for fault in faults)
        response: web.StreamResponse | None = next(filter(None, made), None)
        if response is None:
            response = await _usual(request, handler, hits)
        for fault in faults:
            _change(response, fault)
        if not isinstance(response, web.Response):
            return response
        return await self._send(request, response, faults)

    async def _send(
        self, request: web.Request, response: web.Response, faults: list[Fault]
    ) -> web.StreamResponse:
        """Return an answer as it is sent; what is sent bit by bit is sent already."""
        if inflated := sum(fault.inflate_bytes for fault in faults):
            return inflating(response, inflated)
        if padding := sum(fault.pad_bytes for fault in faults):
            return await padded(request, response, padding)
        if any(fault.truncate for fault in faults):
            reset = any(fault.reset for fault in faults)
            return await truncated(request, response, reset=reset)
        if any(fault.drip for fault in faults):
            return await dripping(request, response, self.sleep)
        return response

    def _instead(self, fault: Fault) -> web.Response | None:
        """Return what a fault answers instead of the usual; None leaves the usual answer."""
        if fault.redirect is not None:
            return web.Response(
                status=fault.status or 307, headers={"Location": fault.redirect}
            )
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


async def _usual(
    request: web.Request, handler: Handler, hits: list[_Placed]
) -> web.StreamResponse:
    """Return the usual answer, or the first one again where that is repeated."""
    repeats = [placed for placed in hits if placed.fault.repeat]
    first = next((placed.first for placed in repeats if placed.first), None)
    response: web.StreamResponse = first or await handler(request)
    if not isinstance(response, web.Response):
        return response
    for placed in repeats:
        placed.first = response
    # what is changed or sent is a copy, as the original may be wanted again
    return web.Response(
        status=response.status, body=response.body, headers=response.headers
    )


def _change(response: web.StreamResponse, fault: Fault) -> None:
    """Change status, headers and body of an answer."""
    if fault.status is not None and fault.redirect is None:
        response.set_status(fault.status)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    response.headers.update(fault.headers)
    if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
        return
    if fault.edits:
        response.body = _edited(response.body, fault)
    if fault.bom:
        response.body = BOM_UTF8 + response.body


def _edited(body: bytes, fault: Fault) -> bytes:
    """Return JSON as a fault changes it."""
    document: Json = msgspec.json.decode(body)
    edits.replace(
        document,
        {path: msgspec.json.decode(raw) for path, raw in fault.replace.items()},
    )
    edits.replace(document, dict.fromkeys(fault.spoil, f"Sp{SPOILT}ilt"))
    edits.remove(document, fault.remove)
    edits.stringify(document, fault.stringify)
    return msgspec.json.encode(document).replace(SPOILT.encode(), b"\xff")
