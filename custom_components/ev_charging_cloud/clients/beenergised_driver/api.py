"""Requests to be.ENERGISED's API for drivers: its endpoint, and what a missing one means."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus

from aiohttp import ClientSession, hdrs
from yarl import URL

from ..errors import (
    ResponseError,
    SchemaChangedError,
    UnknownTenantError,
    UnknownThingError,
)
from ..reading.lenient import Reader
from ..reading.report import ReadingReport
from ..snapshot import Skipped
from ..transport.auth import TokenAuthorization
from ..transport.graphql import Answer, GraphQLClient, read_message
from ..transport.http import HttpClient
from ..transport.requests import RequestLog
from ..transport.tokens import TokenSource

PATH = "/graphql/"
# The language of texts; the vendor's own example leaves it empty.
HEADERS: Mapping[str, str] = {hdrs.ACCEPT_LANGUAGE: "en"}


def endpoint(
    session: ClientSession,
    server: URL,
    *,
    tokens: TokenSource | None = None,
    secrets: Callable[[], Iterable[str]] = tuple,
    requests: RequestLog | None = None,
) -> GraphQLClient:
    """Return the only endpoint that a server has.

    Args:
        session: the caller's session.
        server: the operator's address, with or without the endpoint's path.
        tokens: say who asks; None for requests that say it themselves.
        secrets: what must not stand in any message, beside the tokens.
        requests: counts the requests; None for a count of its own.
    """
    # People may copy the address with its path, as the reference prints it.
    base = server.path.rstrip("/").removesuffix(PATH.rstrip("/"))
    auth = TokenAuthorization(tokens) if tokens else None
    http = HttpClient(
        session,
        server.with_path(base),
        read_error=read_message,
        auth=auth,
        secrets=secrets,
        requests=requests,
        headers=HEADERS,
    )
    return GraphQLClient(http, PATH, age=lambda: auth.age if auth else 0.0)


class DriverApi:
    """The API, for one driver."""

    def __init__(
        self,
        session: ClientSession,
        server: URL,
        tokens: TokenSource,
        *,
        report: ReadingReport,
        requests: RequestLog,
    ) -> None:
        """Prepare to make requests; the tokens say who asks."""
        self._graphql = endpoint(session, server, tokens=tokens, requests=requests)
        self.report = report
        # What could not be resolved of the latest answers, by field.
        self.partial: dict[str, str] = {}

    async def ask[DataT](
        self,
        document: str,
        answer: Reader[DataT],
        *,
        is_polled: bool = False,
        about_one: bool = False,
    ) -> Answer[DataT]:
        """Return the data of an operation, and what is missing in it.

        Args:
            document: the operation.
            answer: reads its data.
            is_polled: whether polls ask it again and again.
            about_one: whether it is about one thing, such as a connector, which may be
                unknown; everybody has lists.

        Raises:
            UnknownTenantError: there is no such API at this address.
            UnknownThingError: the API does not know the thing.
            ClientError: any other of its subclasses, see
                :meth:`~..transport.graphql.GraphQLClient.execute`.
        """
        try:
            found = await self._graphql.execute(document, answer, is_polled=is_polled)
        except SchemaChangedError:
            raise
        except ResponseError as err:
            if err.status == HTTPStatus.NOT_FOUND:
                kind = UnknownThingError if about_one else UnknownTenantError
                raise kind(err.message, err.status) from err
            raise
        for problem in found.problems:
            field = problem.field or "answer"
            self.partial[field] = problem.message
            self.report.skipped(Skipped(field, problem.message))
        return found
