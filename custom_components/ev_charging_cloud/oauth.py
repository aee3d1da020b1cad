"""Tokens that Home Assistant's OAuth flow got, as the clients take them."""

from collections.abc import Mapping
from typing import Any, override

from aiohttp import ClientError as TransportError
from yarl import URL

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    CONF_ACCESS_TOKEN,
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_TOKEN,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import OAuth2TokenRequestReauthError
from homeassistant.helpers.config_entry_oauth2_flow import (
    MY_AUTH_CALLBACK_PATH,
    AbstractOAuth2Implementation,
    LocalOAuth2Implementation,
    LocalOAuth2ImplementationWithPkce,
    async_get_config_entry_implementation,
    async_get_redirect_uri,
)
from homeassistant.util import dt as dt_util

from .clients.errors import AuthenticationError, UnavailableError
from .clients.transport.address import parse_tenant
from .clients.transport.tokens import Token, TokenSource
from .const import (
    CONF_AUDIENCE,
    CONF_AUTH_IMPLEMENTATION,
    CONF_AUTHORIZATION_SERVER,
    DOMAIN,
)
from .vendors import OAuthAccess

AUTH0_DOMAIN = "auth0.com"


async def async_entry_access(
    hass: HomeAssistant, entry: ConfigEntry
) -> OAuthAccess | None:
    """Return the access of an entry that was made by OAuth; None for any other.

    A refreshed token is stored before it is used: the one before it may be void.

    Raises:
        ConfigEntryError: of Home Assistant, if the application credentials are gone.
    """
    if CONF_AUTH_IMPLEMENTATION not in entry.data:
        return None
    implementation: AbstractOAuth2Implementation = (
        OwnApplication(hass, entry.data)
        if CONF_AUTHORIZATION_SERVER in entry.data
        else await async_get_config_entry_implementation(hass, entry)
    )

    async def fetch() -> Token:
        if not entry.data[CONF_TOKEN].get("refresh_token"):
            raise AuthenticationError("this sign-in was for a short time only")
        try:
            token = await implementation.async_refresh_token(entry.data[CONF_TOKEN])
        except OAuth2TokenRequestReauthError as err:
            raise AuthenticationError("the sign-in was taken back") from err
        except (TransportError, TimeoutError) as err:
            raise UnavailableError(type(err).__name__) from err
        hass.config_entries.async_update_entry(
            entry, data={**entry.data, CONF_TOKEN: token}
        )
        return _token(token)

    return _access(implementation, TokenSource(fetch, _token(entry.data[CONF_TOKEN])))


class OwnApplication(LocalOAuth2ImplementationWithPkce):
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

    async def fetch() -> Token:
        raise AuthenticationError("a new token was refused")

    return _access(implementation, TokenSource(fetch, _token(token)))


def redirect_address(hass: HomeAssistant) -> str:
    """Return the address that the vendor has to know; it depends on the installation."""
    try:
        return async_get_redirect_uri(hass)
    except RuntimeError:
        return MY_AUTH_CALLBACK_PATH


def _access(
    implementation: AbstractOAuth2Implementation, tokens: TokenSource
) -> OAuthAccess:
    """Return the access; the API is where its tokens come from."""
    if not isinstance(implementation, LocalOAuth2Implementation):
        raise TypeError("Only an application of the user's own has a token address")
    return OAuthAccess(
        server=URL(implementation.token_url).origin(),
        client_id=implementation.client_id,
        client_secret=implementation.client_secret,
        tokens=tokens,
    )


def _token(token: Mapping[str, Any]) -> Token:
    ends = dt_util.utc_from_timestamp(token["expires_at"])
    return Token(
        value=token[CONF_ACCESS_TOKEN],
        # One that cannot be renewed is used until it is refused.
        expires_at=ends if token.get("refresh_token") else None,
    )
