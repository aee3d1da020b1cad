"""What every request passes through: a token is added, and it is counted."""

from collections import deque
from http import HTTPStatus
from time import monotonic

from aiohttp import ClientHandlerType, ClientRequest, ClientResponse, hdrs

from .errors import AuthenticationError, ClientError
from .tokens import TokenSource

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
    ) -> None:
        """Use the tokens of one account.

        Args:
            tokens: the account's tokens.
            lasting_401: what a 401 means that a fresh token meets too.
        """
        self._tokens = tokens
        self._refusing: set[str] = set()
        self.lasting_401 = lasting_401

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
