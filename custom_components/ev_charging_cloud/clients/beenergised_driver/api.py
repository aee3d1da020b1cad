"""Requests to be.ENERGISED's API for drivers: its endpoint, and what a missing right means."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus

from aiohttp import ClientSession, hdrs
import msgspec
from yarl import URL

from ..errors import (
    NotPermittedError,
    ResponseError,
    SchemaChangedError,
    UnknownTenantError,
)
from ..reading.items import ReadingReport
from ..snapshot import Skipped
from ..transport.auth import RequestLog
from ..transport.graphql import Answer, GraphQLClient
from ..transport.graphql_errors import Problem
from ..transport.tokens import TokenSource

PATH = "/graphql/"
# The language of texts; the vendor's own example leaves it empty.
HEADERS: Mapping[str, str] = {hdrs.ACCEPT_LANGUAGE: "en"}


def endpoint(
    session: ClientSession,
    server: URL,
    *,
    secrets: Callable[[], Iterable[str]],
    requests: RequestLog | None,
) -> GraphQLClient:
    """Return the only endpoint that a server has."""
    # People may copy the address with its path, as the reference prints it.
    base = server.path.rstrip("/").removesuffix(PATH.rstrip("/"))
    return GraphQLClient(
        session,
        server.with_path(base),
        PATH,
        secrets=secrets,
        requests=requests,
        headers=HEADERS,
    )


class DriverApi:
    """The API, for one driver."""

    def __init__(
        self,
        session: ClientSession,
        server: URL,
        tokens: TokenSource,
        *,
        report: ReadingReport,
        requests: RequestLog | None,
    ) -> None:
        """Prepare to make requests; the tokens say who asks."""
        self._graphql = endpoint(
            session, server, secrets=lambda: tokens.secrets, requests=requests
        )
        self._tokens = tokens
        self.report = report
        # What could not be resolved of the latest answers, by field.
        self.partial: dict[str, str] = {}

    async def ask[DataT](
        self, document: str, answer: msgspec.json.Decoder[DataT]
    ) -> DataT:
        """Return the data of an operation; what is missing in it is kept in the report.

        Raises:
            UnknownTenantError: there is no such API at this address.
            ClientError: any other of its subclasses, see :class:`~.graphql.GraphQLClient`.
        """
        return (await self.ask_all(document, answer)).data

    async def ask_all[DataT](
        self, document: str, answer: msgspec.json.Decoder[DataT]
    ) -> Answer[DataT]:
        """Return the data of an operation, and what is missing in it."""
        try:
            found = await self._graphql.execute(document, answer, tokens=self._tokens)
        except SchemaChangedError:
            raise
        except ResponseError as err:
            if err.status == HTTPStatus.NOT_FOUND:
                raise UnknownTenantError(err.message, err.status) from err
            raise
        for problem in found.problems:
            self._keep(problem)
        return found

    def _keep(self, problem: Problem) -> None:
        field = problem.field or "answer"
        self.partial[field] = problem.message
        self.report.skipped(Skipped(field, problem.message))

    async def optional[AnswerT](
        self, family: str, ask: Callable[[], Awaitable[AnswerT]]
    ) -> AnswerT | None:
        """Ask, unless the family was denied before; None where it is denied."""
        if family in self.report.denied:
            return None
        try:
            return await ask()
        except NotPermittedError as err:
            self.report.deny(family, err.message)
            return None
