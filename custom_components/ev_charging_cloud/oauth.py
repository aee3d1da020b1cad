"""Tokens that Home Assistant's OAuth flow got, as the clients take them."""

from collections.abc import Mapping
from http import HTTPStatus
import time
from typing import Any, override

from aiohttp import RequestInfo, hdrs
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    CONF_ACCESS_TOKEN,
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_TOKEN,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    OAuth2TokenRequestConnectionError,
    OAuth2TokenRequestReauthError,
)
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.config_entry_oauth2_flow import (
    MY_AUTH_CALLBACK_PATH,
    AbstractOAuth2Implementation,
    LocalOAuth2ImplementationWithPkce,
    async_get_config_entry_implementation,
    async_get_redirect_uri,
)
from homeassistant.util import dt as dt_util

from .clients.errors import AuthenticationError, ClientError, SignInEndedError
from .clients.transport.address import parse_tenant
from .clients.transport.http import HttpClient
from .clients.transport.oauth2 import expiry, read_answer, read_token_error, refusal_of
from .clients.transport.tokens import Token, TokenSource
from .const import (
    CONF_AUDIENCE,
    CONF_AUTH_IMPLEMENTATION,
    CONF_AUTHORIZATION_SERVER,
    DOMAIN,
)
from .sign_in import refusals_of
from .storage import TokenStore
from .vendors import OAuthAccess

# What a request for tokens holds beside secrets.
HARMLESS = frozenset({"grant_type", "client_id", "redirect_uri"})
AUTH0_DOMAIN = "auth0.com"


async def async_entry_access(
    hass: HomeAssistant, entry: ConfigEntry, tokens: TokenStore
) -> OAuthAccess | None:
    """Return the access of an entry that was made by OAuth; None for any other.

    Args:
        hass: Home Assistant.
        entry: the account's entry.
        tokens: keeps a renewed token before it is used: the one before it may be void.

    Raises:
        ConfigEntryError: of Home Assistant, if the application credentials are gone.
    """
    if CONF_AUTH_IMPLEMENTATION not in entry.data:
        return None
    implementation = (
        OwnApplication(hass, entry.data)
        if CONF_AUTHORIZATION_SERVER in entry.data
        else await async_get_config_entry_implementation(hass, entry)
    )
    application = _application(implementation)

    async def fetch() -> Token:
        before = entry.data[CONF_TOKEN]
        if not before.get("refresh_token"):
            raise SignInEndedError("this sign-in was for a short time only")
        token = await application.async_renew(before)
        await tokens.async_save(token)
        return _token(token)

    return OAuthAccess(
        server=URL(application.token_url).origin(),
        client_id=application.client_id,
        client_secret=application.client_secret,
        tokens=TokenSource(
            fetch, _token(entry.data[CONF_TOKEN]), refusals=refusals_of(hass, entry)
        ),
    )


class Application(LocalOAuth2ImplementationWithPkce):
    """An application at a vendor's server, with PKCE (S256).

    Its requests for tokens go our one path, as Home Assistant's own follow redirects,
    which would take the secret and the refresh token elsewhere.
    """

    async def async_renew(self, token: Mapping[str, Any]) -> dict[str, Any]:
        """Return a token that replaces another.

        Raises:
            AuthenticationError: the endpoint says that the sign-in was taken back.
            ClientError: any other of its subclasses.
        """
        fresh = await self._async_ask(
            {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
        )
        ends = time.time() + fresh["expires_in"]
        return {**token, **fresh, "expires_at": ends}

    @override
    async def _token_request(self, data: dict[str, Any]) -> dict[str, Any]:
        """Ask for the tokens of an authorization code, in words that flows understand."""
        try:
            return await self._async_ask(data)
        except AuthenticationError as err:
            url = URL(self.token_url)
            raise OAuth2TokenRequestReauthError(
                request_info=RequestInfo(
                    url, hdrs.METH_POST, CIMultiDictProxy(CIMultiDict()), url
                ),
                status=HTTPStatus.UNAUTHORIZED,
                domain=self.service_domain,
            ) from err
        except ClientError as err:
            raise OAuth2TokenRequestConnectionError(domain=self.service_domain) from err

    async def _async_ask(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Return the endpoint's whole answer, with a whole number of seconds.

        ``expires_in`` is 0 where the endpoint does not say when the token ends.
        """
        sent = {**form, "client_id": self.client_id}
        if self.client_secret:
            sent["client_secret"] = self.client_secret
        url = URL(self.token_url)
        http = HttpClient(
            async_get_clientsession(self.hass),
            url.origin(),
            read_error=read_token_error,
            secrets=lambda: [
                value for key, value in sent.items() if key not in HARMLESS
            ],
        )
        reply = await http.fetch(hdrs.METH_POST, url, form=sent)
        if not reply.is_success:
            raise refusal_of(http, reply)
        answer = read_answer(reply.body)
        ends = expiry(answer.expires_in)
        seconds = int((ends - dt_util.utcnow()).total_seconds() + 0.5) if ends else 0
        return {
            "access_token": answer.access_token,
            "expires_in": seconds,
            **({"refresh_token": answer.refresh_token} if answer.refresh_token else {}),
            **({"id_token": answer.id_token} if answer.id_token else {}),
        }


class OwnApplication(Application):
    """An application that an account brings along, at a server of its own.

    Its addresses are those of Auth0.
    """

    def __init__(self, hass: HomeAssistant, data: Mapping[str, Any]) -> None:
        """Take it from an entry's data, or from what may become one.

        Raises:
            AddressError: its server has no usable address.
        """
        server = str(parse_tenant(data[CONF_AUTHORIZATION_SERVER], AUTH0_DOMAIN))
        super().__init__(
            hass,
            DOMAIN,
            data[CONF_CLIENT_ID],
            f"{server}/authorize",
            f"{server}/oauth/token",
            data.get(CONF_CLIENT_SECRET, ""),
        )
        self._audience = data.get(CONF_AUDIENCE)

    @property
    @override
    def extra_authorize_data(self) -> dict[str, Any]:
        """Ask for a refresh token, and for the API where it has a name."""
        asked = {**super().extra_authorize_data, "scope": "openid offline_access"}
        return asked | ({"audience": self._audience} if self._audience else {})


def new_access(
    implementation: AbstractOAuth2Implementation, token: Mapping[str, Any]
) -> OAuthAccess:
    """Return the access of a token that was just given, for a first look."""
    application = _application(implementation)

    async def fetch() -> Token:
        raise AuthenticationError("a new token was refused")

    return OAuthAccess(
        server=URL(application.token_url).origin(),
        client_id=application.client_id,
        client_secret=application.client_secret,
        tokens=TokenSource(fetch, _token(token)),
    )


def redirect_address(hass: HomeAssistant) -> str:
    """Return the address that the vendor has to know; it depends on the installation."""
    try:
        return async_get_redirect_uri(hass)
    except RuntimeError:
        return MY_AUTH_CALLBACK_PATH


def _application(implementation: AbstractOAuth2Implementation) -> Application:
    if not isinstance(implementation, Application):
        raise TypeError("Only an application of the user's own has a token address")
    return implementation


def _token(token: Mapping[str, Any]) -> Token:
    # One that cannot be renewed, or whose end is not told, is used until it is refused.
    is_known = bool(token.get("refresh_token")) and token.get("expires_in") != 0
    return Token(
        value=token[CONF_ACCESS_TOKEN],
        expires_at=dt_util.utc_from_timestamp(token["expires_at"])
        if is_known
        else None,
    )
