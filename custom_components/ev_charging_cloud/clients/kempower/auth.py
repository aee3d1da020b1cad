"""Signing in at Kempower ChargEye: a JWT for a refresh token (quickstart guide)."""

from http import HTTPStatus

from aiohttp import ClientSession, hdrs
import msgspec
from yarl import URL

from ..errors import (
    AuthenticationError,
    ClientError,
    UnavailableError,
    UnexpectedAnswerError,
    UnprovenRefusalError,
)
from ..reading.moments import utc
from ..transport.http import HttpClient, Reply
from ..transport.oauth2 import is_usable
from ..transport.requests import RequestLog
from ..transport.tokens import Token
from . import wire

DEFAULT_SERVER = "https://kempower.io/api"
PATH = "/auth/refreshAccessToken"
REFUSALS = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
)


class SignIn:
    """Fetches tokens for a refresh token, which stays the same."""

    def __init__(
        self, session: ClientSession, *, server: URL, refresh_token: str
    ) -> None:
        """Prepare to fetch tokens; nothing is requested yet."""
        self._refresh_token = refresh_token
        self._http = HttpClient(
            session, server, read_error=read_error, secrets=lambda: (refresh_token,)
        )

    @property
    def requests(self) -> RequestLog:
        """The requests made so far."""
        return self._http.requests

    async def async_fetch(self) -> Token:
        """Exchange the refresh token for a JWT.

        Raises:
            AuthenticationError: the vendor refuses the refresh token, in its own words.
            ClientError: any other of its subclasses.
        """
        reply = await self._http.fetch(
            hdrs.METH_GET,
            PATH,
            headers={hdrs.AUTHORIZATION: f"Bearer {self._refresh_token}"},
        )
        if not reply.is_success:
            raise self._refusal_of(reply)
        try:
            answer = wire.TOKEN.read(reply.body)
        except msgspec.MsgspecError:
            # Its text could quote a token.
            raise UnexpectedAnswerError("the token cannot be read") from None
        if not is_usable(answer.token):
            raise UnexpectedAnswerError("the token is none that can be sent")
        return Token(value=answer.token, expires_at=utc(answer.valid_until))

    def _refusal_of(self, reply: Reply) -> ClientError:
        failure = self._http.error_of(reply)
        if reply.status == HTTPStatus.NOT_FOUND:
            return UnexpectedAnswerError(failure.message, reply.status)
        if reply.status not in REFUSALS:
            return failure
        if read_error(reply.body) is not None:
            return AuthenticationError(failure.message)
        if reply.status == HTTPStatus.UNAUTHORIZED and reply.is_of_an_api:
            return UnprovenRefusalError(failure.message)
        # A firewall's page, say: nothing that the vendor's documents show.
        return UnavailableError(failure.message, reply.status)


def read_error(body: bytes) -> str | None:
    """Return the vendor's message (quickstart guide, Error Handling)."""
    try:
        return wire.ERROR.read(body).error_message
    except msgspec.MsgspecError:
        return None
