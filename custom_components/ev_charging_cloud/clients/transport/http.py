"""The one request path of all vendors.

Certain for every request: HTTPS (but for loopback), a time-out, a bounded body, no
redirect followed, the credential only in a header, and a failure that is one of
:mod:`~..errors`. A read that failed on the way, or with an outage, is made once more.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol, TypedDict, Unpack

from aiohttp import (
    ClientConnectionError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError as TransportError,
    ClientHandlerType,
    ClientOSError,
    ClientRequest,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    ServerDisconnectedError,
    hdrs,
)
import msgspec
from msgspec import Struct
from multidict import CIMultiDictProxy
from yarl import URL

from ..errors import (
    ClientError,
    HostNotFoundError,
    NotSentError,
    UnavailableError,
    UnexpectedAnswerError,
)
from ..reading.lenient import Oddity, Reader
from ..reading.same import SameAnswers
from .address import below, joined
from .problems import read_usual
from .requests import RequestLog, retry_after
from .secrets import clean
from .statuses import error_of, is_outage, is_success

TIMEOUT = ClientTimeout(total=30, sock_connect=10)
MAX_BODY = 64 * 1024 * 1024
# Long enough for a load balancer to choose another server.
REPEAT_AFTER = 0.25
# A vendor that wants more than this is not asked again within the poll.
LONGEST_PAUSE = 2.0

type ErrorReader = Callable[[bytes], str | None]
type Query = Sequence[tuple[str, str]] | None
type Send = Callable[[Mapping[str, str]], Awaitable[Reply]]


class Reply(Struct, frozen=True):
    """An answer, whatever its status."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the request was carried out."""
        return is_success(self.status)

    @property
    def is_of_an_api(self) -> bool:
        """Whether it is a JSON object; a firewall or a load balancer sends a page."""
        try:
            _OBJECT.read(self.body)
        except msgspec.ValidationError:
            return False
        return True


_OBJECT = Reader(dict[str, msgspec.Raw])

type Refuses = Callable[[Reply], bool]


class Authorization(Protocol):
    """Says who asks, and what to do when that is refused."""

    async def authorize(self, send: Send, refuses: Refuses, *, is_read: bool) -> Reply:
        """Have a request sent with its credential, and again where that is refused.

        Args:
            send: sends the request with some more headers.
            refuses: tells of an answer whether it refuses the credential, and nothing
                was carried out.
            is_read: whether it may be sent more than once more.
        """

    @property
    def secrets(self) -> Iterable[str]:
        """What must not stand in any message, as of now."""


class RequestOptions(TypedDict, total=False):
    """What a request can have beside method and path.

    ``query`` are its parameters; ``json`` is its body as what msgspec can encode,
    ``form`` its body as a form. ``is_read`` tells that it changes nothing (default: of
    GET), so that it may be repeated. ``is_polled`` tells that polls make it again and
    again, so that the same bytes need not be read twice; ``before`` is the body of the
    latest answer, which comes back as the very same object if it is the same once more.
    ``refuses`` tells which answer refuses the credential (default: a 401).
    """

    query: Query
    json: object
    form: Mapping[str, str]
    headers: Mapping[str, str]
    is_read: bool
    is_polled: bool
    before: bytes
    refuses: Refuses


class HttpClient:
    """Makes the requests of one account at one server."""

    def __init__(
        self,
        session: ClientSession,
        server: URL,
        *,
        read_error: ErrorReader,
        auth: Authorization | None = None,
        secrets: Callable[[], Iterable[str]] = tuple,
        requests: RequestLog | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare to talk to a server.

        Args:
            session: the caller's session; it is not closed here.
            server: base of all paths, from :func:`~.address.parse_server_address`.
            read_error: finds the vendor's own message in the body of an error.
            auth: says who asks; None for requests that say it themselves.
            secrets: what must not stand in any message, as of now, beside those that
                ``auth`` knows.
            requests: counts the requests; None for a count of its own.
            headers: go with every request.
        """
        self._session = session
        self._server = server
        self._origin = server.origin()
        self._base_path = server.raw_path.rstrip("/")
        self._read_error = read_error
        self._auth = auth
        self._secrets = secrets
        self._headers = headers or {}
        self.requests = requests or RequestLog()
        self._for_reads = (self.requests,)
        self._for_commands = (_once, self.requests)
        # What polls were answered.
        self.answers = SameAnswers()

    async def request[AnswerT](
        self,
        method: str,
        path: str | URL,
        answer: Reader[AnswerT],
        oddities: list[Oddity] | None = None,
        **options: Unpack[RequestOptions],
    ) -> AnswerT:
        """Return the answer to a request.

        Args:
            method: of HTTP.
            path: below the server's address, ids in it by :func:`~.address.path_to`; or
                the address that an answer gave.
            answer: reads the body.
            oddities: takes what could not be read of the body.
            options: see :class:`RequestOptions`.

        Raises:
            ClientError: one of its subclasses, see :mod:`~..errors`.
        """
        request = str(path), tuple(options.get("query") or ())
        if options.get("is_polled"):
            options["before"] = self.answers.body(request)
        body = await self.send(method, path, **options)
        try:
            if options.get("is_polled"):
                return self.answers.read(request, body, answer, oddities)
            return answer.read(body, oddities)
        except msgspec.MsgspecError as err:
            raise UnexpectedAnswerError(f"{path} answered oddly: {err}") from None

    async def send(
        self, method: str, path: str | URL, **options: Unpack[RequestOptions]
    ) -> bytes:
        """Return the body of the answer to a request, if it is a good one.

        Raises:
            ClientError: one of its subclasses, see :mod:`~..errors`.
        """
        reply = await self.fetch(method, path, **options)
        if not reply.is_success:
            raise self.error_of(reply)
        return reply.body

    async def fetch(
        self, method: str, path: str | URL, **options: Unpack[RequestOptions]
    ) -> Reply:
        """Return the answer to a request, whatever its status.

        Raises:
            NotSentError: nothing was sent.
            UnavailableError: there was no answer.
            UnexpectedAnswerError: it is too large, or ``path`` leads elsewhere.
            ClientError: the credential cannot be renewed, for any reason.
        """
        is_read = options.get("is_read", method == hdrs.METH_GET)
        send = partial(
            self._send, method, self.address_of(path), options, is_read=is_read
        )
        if self._auth is None:
            ask = partial(send, {})
        else:
            refuses = options.get("refuses", _is_unauthorized)
            ask = partial(self._auth.authorize, send, refuses, is_read=is_read)
        return await (self._read(ask) if is_read else ask())

    def address_of(self, path: str | URL) -> URL:
        """Return where a request goes: below the server's address, or where a link leads.

        Raises:
            UnexpectedAnswerError: elsewhere.
        """
        if isinstance(path, URL):
            return self.resolve(path)
        return below(self._server, self._base_path + path)

    def resolve(self, link: str | URL, base: URL | None = None) -> URL:
        """Return where a link of an answer leads.

        Args:
            link: as the answer has it.
            base: the address of the answer; None for the server's.

        Raises:
            UnexpectedAnswerError: elsewhere: our token is for this server only.
        """
        try:
            url, origin = joined(base or self._server, link)
        except ValueError as err:
            raise UnexpectedAnswerError("a link of the answer is no address") from err
        if origin != self._origin:
            raise UnexpectedAnswerError("a link of the answer leads to another server")
        return url

    def error_of(self, reply: Reply) -> ClientError:
        """Return the error that a refusing answer stands for."""
        said = self._read_error(reply.body) or read_usual(reply.body)
        message = self.clean(said)
        return error_of(
            reply.status,
            message or f"HTTP status {reply.status}",
            retry_after(reply.headers),
        )

    def clean(self, message: str | None) -> str | None:
        """Return a message without secrets; None for nothing."""
        if not message:
            return None
        known = (*self._secrets(), *(self._auth.secrets if self._auth else ()))
        return clean(message, known) or None

    async def _read(self, ask: Callable[[], Awaitable[Reply]]) -> Reply:
        """Ask; where something on the way failed, once more."""
        pause = REPEAT_AFTER
        try:
            reply = await ask()
            if not _may_pass(reply) or not self.requests.may_repeat:
                return reply
            pause = _pause(reply)
        except UnavailableError as err:
            if err.is_local or not self.requests.may_repeat:
                raise
        await asyncio.sleep(pause)
        self.requests.repeated(in_vain=True)
        reply = await ask()
        self.requests.repeated(in_vain=is_outage(reply.status))
        return reply

    async def _send(
        self,
        method: str,
        url: URL,
        options: RequestOptions,
        more: Mapping[str, str],
        *,
        is_read: bool,
    ) -> Reply:
        if self._session.closed:
            # Whoever lends it to us has come to an end.
            raise NotSentError("there is no connection any more")
        headers = {**self._headers, **(options.get("headers") or {}), **more}
        data: bytes | Mapping[str, str] | None = options.get("form")
        if (json := options.get("json")) is not None:
            data = msgspec.json.encode(json)
            headers[hdrs.CONTENT_TYPE] = "application/json"
        try:
            async with self._session.request(
                method,
                url,
                params=options.get("query"),
                headers=headers,
                data=data,
                middlewares=self._for_reads if is_read else self._for_commands,
                allow_redirects=False,
                timeout=TIMEOUT,
            ) as response:
                body = await _read_bounded(response, options.get("before", b""))
                return Reply(response.status, response.headers, body)
        except ConnectionTimeoutError as err:
            raise NotSentError("no connection in time", server=url.origin()) from err
        except TimeoutError as err:
            raise UnavailableError("no answer in time") from err
        except ClientConnectorDNSError as err:
            raise HostNotFoundError(url.origin()) from err
        except ClientConnectorError as err:
            raise NotSentError(
                self.clean(str(err)) or type(err).__name__, server=url.origin()
            ) from None
        except ClientResponseError as err:
            # Its own text has the whole address, and so what stands in the query.
            raise UnavailableError(
                self.clean(err.message) or type(err).__name__
            ) from None
        except (TransportError, OSError, ValueError) as err:
            # The original would bring a secret along in its own text.
            raise UnavailableError(self.clean(str(err)) or type(err).__name__) from None


async def _once(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Send a request once: aiohttp would send a PUT or a DELETE again by itself.

    As a middleware it has aiohttp see another error than the one it repeats after.
    """
    try:
        return await handler(request)
    except ClientConnectorError:
        raise
    except (ClientOSError, ServerDisconnectedError) as err:
        raise ClientConnectionError(str(err)) from err


def _is_unauthorized(reply: Reply) -> bool:
    return reply.status == 401


def _may_pass(reply: Reply) -> bool:
    """Tell whether an answer may be a good one the next moment."""
    return is_outage(reply.status) and _pause(reply) <= LONGEST_PAUSE


def _pause(reply: Reply) -> float:
    """Return the seconds after which a read may be made once more."""
    return max(REPEAT_AFTER, retry_after(reply.headers) or 0.0)


async def _read_bounded(response: ClientResponse, before: bytes) -> bytes:
    """Return an answer's body; one that is as before is neither put together nor kept.

    Args:
        response: whose body is read.
        before: the body of the latest answer to the same request; empty for none.
    """
    chunks: list[bytes] = []
    size = 0
    is_same = bool(before)
    async for chunk in response.content.iter_any():
        if is_same and not before.startswith(chunk, size):
            is_same = False
            chunks.append(before[:size])
        if not is_same:
            chunks.append(chunk)
        size += len(chunk)
        if size > MAX_BODY:
            raise UnexpectedAnswerError(f"answer larger than {MAX_BODY} bytes")
    if is_same:
        return before if size == len(before) else before[:size]
    return b"".join(chunks)
