"""Signing in at ev.energy: tokens of a client, and their revocation.

Source: the vendor's OAuth page and its OpenAPI file. The authorization-code flow itself
is Home Assistant's; its tokens are renewed by whoever made them.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from aiohttp import ClientSession, encode_basic_auth, hdrs
import msgspec
from yarl import URL

from ..errors import AuthenticationError, NotPermittedError, ResponseError
from ..transport.auth import RequestLog
from ..transport.http import HttpClient
from ..transport.tokens import Token
from . import wire

DEFAULT_SERVER = "https://api.ev.energy"
AUTHORIZE_PATH = "/o/authorize/"
TOKEN_PATH = "/o/token/"  # noqa: S105 - a path, no secret
# With its slash: without it the vendor answers 405.
REVOKE_PATH = "/o/revoke_token/"


class ClientCredentials:
    """A client that acts for one user or one organization, by its id and secret."""

    def __init__(
        self,
        session: ClientSession,
        *,
        server: URL,
        client_id: str,
        client_secret: str,
    ) -> None:
        """Prepare to fetch tokens; nothing is requested yet."""
        self._client_id = client_id
        self._client_secret = client_secret
        self._http = HttpClient(
            session,
            server,
            read_error=_read_error,
            secrets=lambda: (client_secret,),
        )

    @property
    def requests(self) -> RequestLog:
        """The requests made so far."""
        return self._http.requests

    async def async_fetch(self) -> Token:
        """Return a new token (grant ``client_credentials``, HTTP Basic).

        Raises:
            AuthenticationError: the client's id or secret is refused.
            ClientError: any other of its subclasses.
        """
        basic = encode_basic_auth(self._client_id, self._client_secret)
        try:
            answer = await self._http.request(
                hdrs.METH_POST,
                TOKEN_PATH,
                wire.TOKEN,
                form={"grant_type": "client_credentials"},
                headers={hdrs.AUTHORIZATION: basic},
            )
        except NotPermittedError as err:
            raise AuthenticationError(err.message) from err
        except ResponseError as err:
            if err.status == HTTPStatus.BAD_REQUEST:
                raise AuthenticationError(err.message) from err
            raise
        ends = (
            None
            if answer.expires_in is None
            else datetime.now(UTC) + timedelta(seconds=answer.expires_in)
        )
        return Token(value=answer.access_token, expires_at=ends)

    async def async_revoke(self, tokens: Mapping[str, str]) -> None:
        """Revoke tokens, by their kind (RFC 7009).

        Raises:
            ClientError: one of its subclasses; some tokens may be revoked all the same.
        """
        for kind, token in tokens.items():
            await self._http.send(
                hdrs.METH_POST,
                REVOKE_PATH,
                form={
                    "client_id": self._client_id,
                    "client_secret": self._client_secret,
                    "token": token,
                    "token_type_hint": kind,
                },
            )


def _read_error(body: bytes) -> str | None:
    try:
        error = wire.OAUTH_ERROR.decode(body)
    except msgspec.MsgspecError, UnicodeDecodeError:
        return None
    return error.error_description or error.error
