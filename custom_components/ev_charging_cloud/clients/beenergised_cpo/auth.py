"""Signing in at the be.ENERGISED CPO API: a token for a client's id and secret.

Source: the CPO API's quickstart guide. It asks for the token with everything, the secret
too, in the address; so this address is kept out of every message. Cognito, which
answers there, usually listens on another path, and takes a form: that is the fallback.
"""

from http import HTTPStatus

from aiohttp import ClientSession, hdrs
from yarl import URL

from ..errors import (
    AuthenticationError,
    UnexpectedAnswerError,
    UnknownClientError,
    UnprovenRefusalError,
    WrongSecretError,
)
from ..transport.http import HttpClient, Reply
from ..transport.oauth2 import read_token_error, token_of, word_of
from ..transport.requests import RequestLog
from ..transport.tokens import Token

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
        self._http = HttpClient(
            session,
            server,
            read_error=read_token_error,
            secrets=lambda: (client_secret,),
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
        reply = await self._ask()
        try:
            return token_of(self._http, reply)
        except UnprovenRefusalError:
            raise
        except AuthenticationError as err:
            raise _refusal(err.message) from None

    async def _ask(self) -> Reply:
        """Ask at the documented path, and at the usual one where that is not served."""
        reply = await self._http.fetch(
            hdrs.METH_POST,
            TOKEN_PATH,
            query=list(self._fields.items()),
            headers={hdrs.CONTENT_TYPE: "application/x-www-form-urlencoded"},
            is_read=True,
        )
        wants_form = word_of(reply) == "invalid_request"
        if reply.status != HTTPStatus.NOT_FOUND and not wants_form:
            return reply
        reply = await self._http.fetch(
            hdrs.METH_POST, FALLBACK_PATH, form=self._fields, is_read=True
        )
        if reply.status == HTTPStatus.NOT_FOUND:
            raise UnexpectedAnswerError("no sign-in at this address")
        return reply


def _refusal(message: str) -> AuthenticationError:
    """Return what a refusal means, in the words that Cognito uses."""
    if "secret" in message:
        return WrongSecretError(message)
    if message == "invalid_client":
        return UnknownClientError(message)
    return AuthenticationError(message)
