"""What every request passes through: a token is added, and it is counted."""

from collections import deque
from collections.abc import Iterable
from http import HTTPStatus
from time import monotonic

from aiohttp import ClientHandlerType, ClientRequest, ClientResponse, hdrs

from ..errors import AuthenticationError, ClientError
from .tokens import Token, TokenSource

HOUR = 3600.0
REMAINING_HEADER = "X-RateLimit-Remaining"


class RequestLog:
    """Counts the requests of the last hour, as the innermost middleware.

    ``left`` is what the vendor last said is left of the hour's requests; None where it
    does not say.
    """

    def __init__(self) -> None:
        """Start with none."""
        self._times: deque[float] = deque()
        self.left: int | None = None

    async def __call__(
        self, request: ClientRequest, handler: ClientHandlerType
    ) -> ClientResponse:
        """Count a request and make it."""
        self._times.append(monotonic())
        self._forget()
        response = await handler(request)
        left = response.headers.get(REMAINING_HEADER, "")
        if left.isdecimal():
            self.left = int(left)
        return response

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

    def __init__(
        self,
        tokens: TokenSource,
        *,
        lasting_401: type[ClientError] = AuthenticationError,
        spellings: Iterable[str] = ("Bearer {token}",),
    ) -> None:
        """Use the tokens of one account.

        Args:
            tokens: the account's tokens.
            lasting_401: what a 401 means that a fresh token meets too.
            spellings: of the header, where the vendor's documents disagree: each is
                tried with a fresh token, and the one that is accepted remembered.
        """
        self._tokens = tokens
        self._spellings = list(spellings)
        self._refusing: set[str] = set()
        self.lasting_401 = lasting_401

    async def __call__(
        self, request: ClientRequest, handler: ClientHandlerType
    ) -> ClientResponse:
        """Make the request with a token."""
        token, generation = await self._tokens.get()
        response = await self._send(request, handler, token, self._spellings[0])
        path = request.url.path
        if response.status != HTTPStatus.UNAUTHORIZED:
            self._refusing.discard(path)
            return response
        if path in self._refusing:
            return response
        token, _ = await self._tokens.renew(generation)
        for spelling in tuple(self._spellings):
            response.release()
            response = await self._send(request, handler, token, spelling)
            if response.status != HTTPStatus.UNAUTHORIZED:
                self._spellings.sort(key=spelling.__ne__)
                return response
        self._refusing.add(path)
        return response

    @staticmethod
    async def _send(
        request: ClientRequest, handler: ClientHandlerType, token: Token, spelling: str
    ) -> ClientResponse:
        request.headers[hdrs.AUTHORIZATION] = spelling.format(token=token.value)
        return await handler(request)
