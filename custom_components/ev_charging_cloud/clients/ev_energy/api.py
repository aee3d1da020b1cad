"""Requests to ev.energy: who asks for whom, and what its errors say."""

from collections.abc import Iterator, Mapping, Sequence

from aiohttp import ClientSession, hdrs
import msgspec
from msgspec import Raw
from yarl import URL

from ..errors import ClientError, ConflictError, NotDeliveredError
from ..reading.lenient import Oddity, Reader
from ..reading.plain import read_plain
from ..reading.report import ReadingReport
from ..transport.auth import TokenAuthorization
from ..transport.http import HttpClient, Query, Reply
from ..transport.pages import Listing, PageItems, read_linked, read_page
from ..transport.requests import RequestLog
from ..transport.tokens import TokenSource
from . import wire

BASE_PATH = "/v2"
VERSION_HEADERS = {"EvEnergy-Version": "2"}


class EvEnergyApi:
    """Version 2 of the API, for one user."""

    def __init__(
        self,
        session: ClientSession,
        server: URL,
        tokens: TokenSource,
        *,
        report: ReadingReport,
        user_id: str | None,
        requests: RequestLog,
    ) -> None:
        """Prepare to make requests, see :class:`~.client.EvEnergyClient`."""
        self._report = report
        self._http = HttpClient(
            session,
            server.with_path(server.path.rstrip("/") + BASE_PATH),
            read_error=read_problem,
            auth=TokenAuthorization(tokens),
            requests=requests,
            headers=VERSION_HEADERS | ({"EvEnergy-User": user_id} if user_id else {}),
        )

    async def get[AnswerT](
        self,
        kind: str,
        path: str,
        answer: Reader[AnswerT],
        query: Query = None,
        *,
        is_polled: bool = False,
    ) -> AnswerT:
        """Return the answer to a GET request.

        Args:
            kind: what the answer is, for messages.
            path: of the resource.
            answer: reads the body.
            query: the request's parameters.
            is_polled: whether polls ask for it again and again.
        """
        oddities: list[Oddity] = []
        found = await self._http.request(
            hdrs.METH_GET, path, answer, oddities, query=query, is_polled=is_polled
        )
        self._report.oddities(kind, oddities)
        return found

    async def list(
        self,
        path: str,
        query: Query,
        *,
        inside: str | None = None,
        items: PageItems | None = None,
    ) -> Listing:
        """Return the items of a list, of all its pages.

        Args:
            path: of the list.
            query: the parameters of its first page.
            inside: the field of an object that the list stands in; None for a bare list.
            items: takes the items of a list that polls read again and again.
        """
        return await read_linked(
            self._http, path, query=query, inside=inside, items=items
        )

    async def page(
        self, path: str, query: Query, link: str | None
    ) -> tuple[Sequence[Raw], str | None]:
        """Return one page of a list, and the link to the next one, if there is one.

        Args:
            path: of the list.
            query: the parameters of its first page.
            link: to the page, as the one before it has it; None for the first one.
        """
        return await read_page(self._http, path, query=query, link=link)

    async def command(
        self, method: str, path: str, changes: Mapping[str, object] | None = None
    ) -> bytes:
        """Give a command, and return the vendor's answer once it is carried out.

        Args:
            method: of HTTP.
            path: of what is to change.
            changes: fields and their new values; None for a command without a body.

        Raises:
            ConflictError: it makes no sense as things are (409).
            ClientError: any other of its subclasses.
        """
        reply = await self._http.fetch(method, path, json=changes)
        if not reply.is_success:
            raise self._refusal_of(reply)
        return reply.body

    async def deliver(self, path: str) -> None:
        """Give a command that a charger or a car has to hear.

        Raises:
            NotDeliveredError: charger or car cannot be reached (503, in the vendor's
                own words: a gateway's 503 says nothing of the kind).
            ClientError: any other of its subclasses.
        """
        reply = await self._http.fetch(hdrs.METH_POST, path)
        if reply.status == 503 and read_problem(reply.body) is not None:
            raise NotDeliveredError(self._http.error_of(reply).message, reply.status)
        if not reply.is_success:
            raise self._refusal_of(reply)

    def _refusal_of(self, reply: Reply) -> ClientError:
        failure = self._http.error_of(reply)
        if reply.status == 409:
            return ConflictError(failure.message, reply.status)
        return failure


def read_problem(body: bytes) -> str | None:
    """Return the vendor's words for an error, with those about each field."""
    try:
        problem = wire.PROBLEM.read(body)
    except msgspec.MsgspecError:
        return None
    fields = "; ".join(_field_errors(read_plain(bytes(problem.field_errors))))
    return ": ".join(filter(None, (problem.detail or problem.title, fields))) or None


def _field_errors(errors: object, field: str = "") -> Iterator[str]:
    """Yield the texts about each field, however they are nested."""
    match errors:
        case str() if errors.strip():
            yield f"{field}: {errors.strip()}" if field else errors.strip()
        case dict():
            for name, inner in errors.items():
                yield from _field_errors(inner, f"{field}.{name}" if field else name)
        case list() if texts := [text for text in errors if isinstance(text, str)]:
            yield from _field_errors(" ".join(texts), field)
            yield from _field_errors(
                [inner for inner in errors if not isinstance(inner, str)], field
            )
        case list():
            for inner in errors:
                yield from _field_errors(inner, field)
