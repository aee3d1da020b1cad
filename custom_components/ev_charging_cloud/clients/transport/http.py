"""The one request path of all vendors.

Certain for every request: HTTPS (but for loopback), a time-out, a bounded body, no
redirect followed, the credential only in a header, and a failure that is one of
:mod:`.errors`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypedDict, Unpack

from aiohttp import (
    ClientConnectorDNSError,
    ClientError as TransportError,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    hdrs,
)
import msgspec
from yarl import URL

from ..errors import (
    AuthenticationError,
    ClientError,
    HostNotFoundError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
    UnavailableError,
    UnexpectedAnswerError,
)
from .auth import BearerMiddleware, RequestLog

TIMEOUT = ClientTimeout(total=30, sock_connect=10)
MAX_BODY = 64 * 1024 * 1024
MAX_MESSAGE = 200
MAX_PAGES = 100
ITEMS = msgspec.json.Decoder(list[msgspec.Raw])

type ErrorReader = Callable[[bytes], str | None]
type Query = Sequence[tuple[str, str]] | None


class RequestOptions(TypedDict, total=False):
    """What a request can have beside method and path.

    ``query`` are its parameters; ``json`` is its body as what msgspec can encode,
    ``form`` its body as a form; ``bearer`` adds the token.
    """

    query: Query
    json: object
    form: Mapping[str, str]
    bearer: BearerMiddleware
    headers: Mapping[str, str]


class HttpClient:
    """Makes the requests of one account at one server."""

    def __init__(
        self,
        session: ClientSession,
        server: URL,
        *,
        read_error: ErrorReader,
        secrets: Callable[[], Iterable[str]] = tuple,
        requests: RequestLog | None = None,
    ) -> None:
        """Prepare to talk to a server.

        Args:
            session: the caller's session; it is not closed here.
            server: base of all paths, from :func:`~.address.parse_server_address`.
            read_error: finds the vendor's own message in the body of an error.
            secrets: what must not stand in any message, as of now.
            requests: counts the requests; None for a count of its own.
        """
        self._session = session
        self._server = server
        self._base_path = server.path.rstrip("/")
        self._read_error = read_error
        self._secrets = secrets
        self.requests = requests or RequestLog()

    async def request[AnswerT](
        self,
        method: str,
        path: str | URL,
        answer: msgspec.json.Decoder[AnswerT],
        **options: Unpack[RequestOptions],
    ) -> AnswerT:
        """Return the decoded answer to a request.

        Args:
            method: GET, POST, PATCH, PUT or DELETE.
            path: the path below the server's address, with its leading slash; or what
                :meth:`resolve` made of a link.
            answer: reads the documented shape of the answer.
            options: what else the request has, see :class:`RequestOptions`.

        Raises:
            ClientError: one of its subclasses, see :mod:`.errors`.
        """
        return _decode(str(path), await self.send(method, path, **options), answer)

    async def send(
        self, method: str, path: str | URL, **options: Unpack[RequestOptions]
    ) -> bytes:
        """Return the body of the answer to a request, whatever it is.

        Raises:
            ClientError: one of its subclasses, see :mod:`.errors`.
        """
        url = (
            self.resolve(path)
            if isinstance(path, URL)
            else self._server.with_path(self._base_path + path)
        )
        body, _ = await self._fetch(method, url, options)
        return body

    def resolve(self, link: str | URL) -> URL:
        """Return where a link of an answer leads.

        Raises:
            UnexpectedAnswerError: elsewhere: our token is for this server only.
        """
        try:
            url = self._server.join(URL(link))
        except ValueError as err:
            raise UnexpectedAnswerError("a link of the answer is no address") from err
        if url.origin() != self._server.origin():
            raise UnexpectedAnswerError("a link of the answer leads to another server")
        return url

    async def get_pages(
        self, path: str, **options: Unpack[RequestOptions]
    ) -> list[msgspec.Raw]:
        """Return the items of a list whose pages follow ``Link`` headers (RFC 8288).

        A next page is followed only on the same origin, never twice, and at most
        ``MAX_PAGES`` times: an answer can neither take our token elsewhere nor keep
        us busy for ever.

        Raises:
            UnexpectedAnswerError: the pages lead elsewhere or do not end.
            ClientError: any other of its subclasses, see :mod:`.errors`.
        """
        items: list[msgspec.Raw] = []
        url: URL | None = self._server.with_path(self._base_path + path)
        seen: set[URL] = set()
        while url is not None:
            if len(seen) == MAX_PAGES:
                raise UnexpectedAnswerError(f"{path} has more than {MAX_PAGES} pages")
            seen.add(url)
            body, links = await self._fetch(hdrs.METH_GET, url, options)
            page = _decode(path, body, ITEMS)
            items.extend(page)
            url = self._next_page(links)
            if url in seen:
                raise UnexpectedAnswerError(f"{path} repeats a page")
            # The address of a next page brings its query along.
            options["query"] = None
        return items

    def _next_page(self, links: Mapping[str, URL]) -> URL | None:
        url = links.get("next")
        if url is None or url.scheme == "about":
            return None
        return self.resolve(url)

    async def _fetch(
        self, method: str, url: URL, options: RequestOptions
    ) -> tuple[bytes, Mapping[str, URL]]:
        """Return the body and the links of a good answer."""
        bearer = options.get("bearer")
        headers = dict(options.get("headers") or {})
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
                middlewares=(bearer, self.requests) if bearer else (self.requests,),
                allow_redirects=False,
                timeout=TIMEOUT,
            ) as response:
                body = await _read_bounded(response)
        except TimeoutError as err:
            raise UnavailableError("no answer in time") from err
        except ClientConnectorDNSError as err:
            raise HostNotFoundError(f"there is no server {url.host}") from err
        except ClientResponseError as err:
            # Its own text has the whole address, and so what stands in the query.
            raise UnavailableError(
                self._clean(err.message) or type(err).__name__
            ) from None
        except TransportError as err:
            message = str(err) or type(err).__name__
            if (cleaned := self._clean(message)) != " ".join(message.split()):
                # The original would bring the secret along in its own text.
                raise UnavailableError(cleaned or type(err).__name__) from None
            raise UnavailableError(message) from err
        if not HTTPStatus(response.status).is_success:
            raise self._error(
                response, body, bearer.lasting_401 if bearer else AuthenticationError
            )
        links = {
            str(relation): URL(link["url"]) for relation, link in response.links.items()
        }
        return body, links

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
            return RateLimitedError(message, _retry_after(response.headers))
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return UnavailableError(message, status)
        if status < HTTPStatus.BAD_REQUEST:
            return UnexpectedAnswerError(message, status)
        return ResponseError(message, status)

    def _clean(self, message: str | None) -> str | None:
        return clean(message, self._secrets()) if message else None


def clean(message: str, secrets: Iterable[str]) -> str:
    """Return a vendor's message without secrets, in one line of bounded length."""
    for secret in filter(None, secrets):
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


def _decode[AnswerT](
    path: str, body: bytes, answer: msgspec.json.Decoder[AnswerT]
) -> AnswerT:
    try:
        return answer.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as err:
        raise UnexpectedAnswerError(f"{path} answered oddly: {err}") from err


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Read ``Retry-After``: seconds, or a date (RFC 9110, 10.2.3).

    Some spell it ``RetryAfter``.
    """
    value = headers.get(hdrs.RETRY_AFTER, headers.get("RetryAfter"))
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
