"""Signing in at ev.energy: tokens of a client, and their revocation.

Source: the vendor's OAuth page and its OpenAPI file. The authorization-code flow itself
is Home Assistant's; its tokens are renewed by whoever made them.

A client's id and secret are form-encoded before they become HTTP Basic, as RFC 6749
(2.3.1) wants it: without that a colon in the id would move the border between the two.
The vendor's page does not speak of it, so those that are refused are sent once more as
they are. Ids and secrets of letters, digits and ``-._~`` are the same either way.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from urllib.parse import quote_plus

from aiohttp import ClientSession, hdrs
from yarl import URL

from ..errors import AuthenticationError
from ..transport.http import HttpClient
from ..transport.oauth2 import read_token_error, token_of
from ..transport.requests import RequestLog
from ..transport.secrets import basic
from ..transport.tokens import Token

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
        self._spellings = _spellings(client_id, client_secret)
        self._session = session
        self._server = server
        self.requests = RequestLog()

    async def async_fetch(self) -> Token:
        """Return a new token (grant ``client_credentials``, HTTP Basic).

        Raises:
            AuthenticationError: the client's id or secret is refused.
            ClientError: any other of its subclasses.
        """
        *others, last = self._spellings
        for spelling in others:
            with suppress(AuthenticationError):
                return await self._fetch(spelling)
        return await self._fetch(last)

    async def _fetch(self, credentials: str) -> Token:
        http = self._http()
        reply = await http.fetch(
            hdrs.METH_POST,
            TOKEN_PATH,
            form={"grant_type": "client_credentials"},
            headers={hdrs.AUTHORIZATION: f"Basic {credentials}"},
            # A token more or less changes nothing.
            is_read=True,
        )
        token = token_of(http, reply)
        self._spellings = (credentials,)
        return token

    async def async_revoke(self, tokens: Mapping[str, str]) -> None:
        """Revoke tokens, by their kind (RFC 7009).

        Raises:
            ClientError: one of its subclasses; some tokens may be revoked all the same.
        """
        http = self._http(tokens.values())
        for kind, token in tokens.items():
            await http.send(
                hdrs.METH_POST,
                REVOKE_PATH,
                form={
                    "client_id": self._client_id,
                    "client_secret": self._client_secret,
                    "token": token,
                    "token_type_hint": kind,
                },
            )

    def _http(self, tokens: Iterable[str] = ()) -> HttpClient:
        """Return what makes requests; what it sends stands in none of its messages."""
        secrets = (self._client_secret, *self._spellings, *tokens)
        return HttpClient(
            self._session,
            self._server,
            read_error=read_token_error,
            secrets=lambda: secrets,
            requests=self.requests,
        )


def _spellings(client_id: str, client_secret: str) -> tuple[str, ...]:
    """Return the one or two ways in which id and secret can be HTTP Basic."""
    encoded = basic(_form_encoded(client_id), _form_encoded(client_secret))
    if ":" in client_id:
        return (encoded,)
    return tuple(dict.fromkeys((encoded, basic(client_id, client_secret))))


def _form_encoded(text: str) -> str:
    # What is no text at all is sent all the same, and refused.
    return quote_plus(text, errors="surrogatepass")
