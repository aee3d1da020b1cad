"""Signing in at the be.ENERGISED CPO API: a token for a client's id and secret.

Source: the CPO API's quickstart guide. It asks for the token with everything, the secret
too, in the address; so this address is kept out of every message. Cognito, which
answers there, usually listens on another path, and takes a form: that is the fallback.
"""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote, quote_plus

from aiohttp import ClientSession, hdrs
import msgspec
from yarl import URL

from ..errors import (
    AuthenticationError,
    NotPermittedError,
    ResponseError,
    UnexpectedAnswerError,
    UnknownClientError,
    WrongSecretError,
)
from ..transport.auth import RequestLog
from ..transport.http import HttpClient
from ..transport.tokens import Token
from . import wire

DEFAULT_SERVER = "https://beenergised-jwtapis.auth.eu-central-1.amazoncognito.com"
TOKEN_PATH = "/token"  # noqa: S105 - a path, no secret
FALLBACK_PATH = "/oauth2/token"


class SignIn:
    """Fetches tokens for a client that an operator has made in be.ENERGISED."""

    def __init__(
        self,
        session: ClientSession,
        *,
        server: URL,
        client_id: str,
        client_secret: str,
        requests: RequestLog,
    ) -> None:
        """Prepare to fetch tokens; nothing is requested yet."""
        self._fields = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        self.secrets = tuple(
            {client_secret, quote(client_secret, safe=""), quote_plus(client_secret)}
        )
        self._http = HttpClient(
            session,
            server,
            read_error=_read_error,
            secrets=lambda: self.secrets,
            requests=requests,
        )

    async def async_fetch(self) -> Token:
        """Return a new token.

        Raises:
            UnknownClientError: no client has this id.
            WrongSecretError: the secret is not this client's.
            AuthenticationError: the client is refused, and nobody says why.
            ClientError: any other of its subclasses.
        """
        try:
            answer = await self._async_ask()
        except NotPermittedError as err:
            raise AuthenticationError(err.message) from None
        except ResponseError as err:
            if err.status == HTTPStatus.BAD_REQUEST:
                raise _refusal(err.message) from None
            raise
        except AuthenticationError as err:
            raise _refusal(err.message) from None
        ends = (
            None
            if answer.expires_in is None
            else datetime.now(UTC) + timedelta(seconds=answer.expires_in)
        )
        return Token(value=answer.access_token, expires_at=ends)

    async def _async_ask(self) -> wire.TokenAnswer:
        try:
            return await self._http.request(
                hdrs.METH_POST,
                TOKEN_PATH,
                wire.TOKEN,
                query=list(self._fields.items()),
                headers={hdrs.CONTENT_TYPE: "application/x-www-form-urlencoded"},
            )
        except ResponseError as err:
            wants_form = err.message == "invalid_request"
            if err.status != HTTPStatus.NOT_FOUND and not wants_form:
                raise
        try:
            return await self._http.request(
                hdrs.METH_POST, FALLBACK_PATH, wire.TOKEN, form=self._fields
            )
        except ResponseError as err:
            if err.status == HTTPStatus.NOT_FOUND:
                raise UnexpectedAnswerError("no sign-in at this address") from None
            raise


def _refusal(message: str) -> AuthenticationError:
    """Return what a refusal means, in the words that Cognito uses."""
    if "secret" in message:
        return WrongSecretError(message)
    if message == "invalid_client":
        return UnknownClientError(message)
    return AuthenticationError(message)


def _read_error(body: bytes) -> str | None:
    try:
        error = wire.TOKEN_ERROR.decode(body)
    except msgspec.MsgspecError, UnicodeDecodeError:
        return None
    return error.error_description or error.error
