"""Requests to ev.energy: headers, errors, and what a missing scope means."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypedDict

from aiohttp import ClientSession, hdrs
import msgspec
from yarl import URL

from ..errors import NotPermittedError
from ..reading.items import ReadingReport
from ..transport.auth import BearerMiddleware, RequestLog
from ..transport.http import HttpClient, Query
from ..transport.tokens import TokenSource
from . import wire

BASE_PATH = "/v2"
VERSION_HEADERS = {"EvEnergy-Version": "2"}


class _Access(TypedDict):
    """What every request has."""

    bearer: BearerMiddleware
    headers: Mapping[str, str]


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
        requests: RequestLog | None,
    ) -> None:
        """Prepare to make requests, see :class:`~.ev_energy.EvEnergyClient`."""
        self._http = HttpClient(
            session,
            server.with_path(server.path.rstrip("/") + BASE_PATH),
            read_error=_read_error,
            secrets=lambda: tokens.secrets,
            requests=requests,
        )
        self._report = report
        self._bearer = BearerMiddleware(tokens)
        self._headers = dict(VERSION_HEADERS)
        if user_id:
            self._headers["EvEnergy-User"] = user_id

    async def get[AnswerT](
        self, path: str, answer: msgspec.json.Decoder[AnswerT], query: Query = None
    ) -> AnswerT:
        """Return the answer to a GET request."""
        return await self._http.request(
            hdrs.METH_GET, path, answer, **self._options(), query=query
        )

    def _options(self) -> _Access:
        return {"bearer": self._bearer, "headers": self._headers}

    async def get_pages(self, path: str, query: Query) -> list[msgspec.Raw]:
        """Return the items of a list, of all its pages."""
        return await self._http.get_pages(path, **self._options(), query=query)

    async def post[AnswerT](
        self, path: str, answer: msgspec.json.Decoder[AnswerT]
    ) -> AnswerT:
        """Return the answer to a POST request, which has no body."""
        return await self._http.request(hdrs.METH_POST, path, answer, **self._options())

    async def patch[AnswerT](
        self,
        path: str,
        changes: Mapping[str, object],
        answer: msgspec.json.Decoder[AnswerT],
    ) -> AnswerT:
        """Change fields of a resource, and return it."""
        return await self._http.request(
            hdrs.METH_PATCH, path, answer, **self._options(), json=changes
        )

    async def optional[AnswerT](
        self, family: str, ask: Callable[[], Awaitable[AnswerT]]
    ) -> AnswerT | None:
        """Ask, unless the family was denied before; None where it is denied."""
        if family in self._report.denied:
            return None
        try:
            return await ask()
        except NotPermittedError as err:
            self._report.deny(family, err.message)
            return None


def _read_error(body: bytes) -> str | None:
    try:
        problem = wire.PROBLEM.decode(body)
    except msgspec.MsgspecError, UnicodeDecodeError:
        return None
    fields = "; ".join(
        f"{field}: {' '.join(texts)}"
        for field, texts in (problem.field_errors or {}).items()
    )
    return ": ".join(filter(None, (problem.detail or problem.title, fields)))
