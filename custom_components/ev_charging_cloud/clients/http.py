"""The one request path of all vendors.

Certain for every request: HTTPS (but for loopback), a time-out, a bounded body, no
redirect followed, the credential only in a header, and a failure that is one of
:mod:`.errors`.
"""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import ip_address
from time import monotonic

from aiohttp import (
    ClientError as TransportError,
    ClientHandlerType,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    hdrs,
)
import msgspec
from yarl import URL

from .errors import (
    AuthenticationError,
    ClientError,
    InsecureAddressError,
    NotAnAddressError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
    UnavailableError,
    UnexpectedAnswerError,
)
from .tokens import TokenSource

TIMEOUT = ClientTimeout(total=30, sock_connect=10)
MAX_BODY = 64 * 1024 * 1024
MAX_MESSAGE = 200
HOUR = 3600.0

type ErrorReader = Callable[[bytes], str | None]


def parse_server_address(text: str) -> URL:
    """Return a server address as a URL without a trailing slash.

    Raises:
        NotAnAddressError: it is not an http(s) address of a host, or carries a user
            name, a query or a fragment.
        InsecureAddressError: it is not HTTPS, and not this very machine.
    """
    try:
        url = URL(text.strip())
        if url.scheme not in {"http", "https"} or not url.host or url.port is None:
            raise NotAnAddressError("no http(s) address")
    except ValueError as err:
        raise NotAnAddressError("not an address") from err
    if url.user or url.password or url.query_string or url.fragment:
        raise NotAnAddressError("more than an address")
    if url.scheme == "http" and not _is_loopback(url.host):
        raise InsecureAddressError("not encrypted")
    return url.with_path(url.path.rstrip("/"))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class RequestLog:
    """Counts the requests of the last hour, as the innermost middleware."""

    def __init__(self) -> None:
        """Start with none."""
        self._times: deque[float] = deque()

    async def __call__(
        self, request: ClientRequest, handler: ClientHandlerType
    ) -> ClientResponse:
        """Count a request and make it."""
        self._times.append(monotonic())
        self._forget()
        return await handler(request)

    @property
    def last_hour(self) -> int:
        """How many requests were made in the last hour."""
        self._forget()
        return len(self._times)

    def _forget(self) -> None:
        start = monotonic() - HOUR
        while self._times and self._times[0] < start:
            self._times.popleft()


class BearerMiddleware:
    """Adds the token; a refused one is renewed once and the request made once more.

    A path that refuses even a fresh token lacks a permission. It is remembered, so
    that asking it again at the next poll does not cost a new token each time.
    """

    def __init__(self, tokens: TokenSource) -> None:
        """Use the tokens of one account."""
        self._tokens = tokens
        self._refusing: set[str] = set()

    async def __call__(
        self, request: ClientRequest, handler: ClientHandlerType
    ) -> ClientResponse:
        """Make the request with a token."""
        token, generation = await self._tokens.get()
        request.headers[hdrs.AUTHORIZATION] = f"Bearer {token.value}"
        response = await handler(request)
        path = request.url.path
        if response.status != HTTPStatus.UNAUTHORIZED:
            self._refusing.discard(path)
            return response
        if path in self._refusing:
            return response
        response.release()
        token, _ = await self._tokens.renew(generation)
        request.headers[hdrs.AUTHORIZATION] = f"Bearer {token.value}"
        response = await handler(request)
        if response.status == HTTPStatus.UNAUTHORIZED:
            self._refusing.add(path)
        return response


class HttpClient:
    """Makes the requests of one account at one server."""

    def __init__(
        self,
        session: ClientSession,
        server: URL,
        *,
        read_error: ErrorReader,
        secrets: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        """Prepare to talk to a server.

        Args:
            session: the caller's session; it is not closed here.
            server: base of all paths, from :func:`parse_server_address`.
            read_error: finds the vendor's own message in the body of an error.
            secrets: what must not stand in any message, as of now.
        """
        self._session = session
        self._server = server
        self._read_error = read_error
        self._secrets = secrets
        self.requests = RequestLog()

    async def get[AnswerT](
        self,
        path: str,
        answer: msgspec.json.Decoder[AnswerT],
        *,
        query: Mapping[str, str] | None = None,
        bearer: BearerMiddleware | None = None,
        headers: Mapping[str, str] | None = None,
        lasting_401: type[ClientError] = AuthenticationError,
    ) -> AnswerT:
        """Return the answer to a GET request, decoded.

        Args:
            path: the path below the server's address, with its leading slash.
            answer: reads the documented shape of the answer.
            query: the query's parameters.
            bearer: adds the token; None for requests without one.
            headers: further headers.
            lasting_401: what a 401 means once the token has been renewed.

        Raises:
            ClientError: one of its subclasses, see :mod:`.errors`.
        """
        try:
            async with self._session.get(
                self._server.with_path(self._server.path + path),
                params=query,
                headers=headers,
                middlewares=(bearer, self.requests) if bearer else (self.requests,),
                allow_redirects=False,
                timeout=TIMEOUT,
            ) as response:
                body = await _read_bounded(response)
        except TimeoutError as err:
            raise UnavailableError("no answer in time") from err
        except TransportError as err:
            raise UnavailableError(str(err) or type(err).__name__) from err
        if response.status != HTTPStatus.OK:
            raise self._error(response, body, lasting_401)
        try:
            return answer.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as err:
            raise UnexpectedAnswerError(f"{path} answered oddly: {err}") from err

    def _error(
        self, response: ClientResponse, body: bytes, lasting_401: type[ClientError]
    ) -> ClientError:
        """Return the error that a refusing answer stands for."""
        status = response.status
        message = self._clean(self._read_error(body)) or f"HTTP status {status}"
        if status == HTTPStatus.UNAUTHORIZED:
            return lasting_401(message)
        if status == HTTPStatus.FORBIDDEN:
            return NotPermittedError(message)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            wait = _retry_after(response.headers.get(hdrs.RETRY_AFTER))
            return RateLimitedError(message, wait)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return UnavailableError(message)
        if status < HTTPStatus.BAD_REQUEST:
            return UnexpectedAnswerError(message, status)
        return ResponseError(message, status)

    def _clean(self, message: str | None) -> str | None:
        if not message:
            return None
        for secret in self._secrets():
            message = message.replace(secret, "**REDACTED**")
        return " ".join(message.split())[:MAX_MESSAGE]


async def _read_bounded(response: ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            response.close()
            raise UnexpectedAnswerError(f"answer larger than {MAX_BODY} bytes")
    return bytes(body)


def _retry_after(value: str | None) -> float | None:
    """Read a ``Retry-After`` header: seconds, or a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
