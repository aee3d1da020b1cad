"""Tokens that Home Assistant's OAuth flow got, as the clients take them."""

from collections.abc import Mapping
from typing import Any

from aiohttp import ClientError as TransportError
from yarl import URL

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import OAuth2TokenRequestReauthError
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2Implementation,
    LocalOAuth2Implementation,
    async_get_config_entry_implementation,
)
from homeassistant.util import dt as dt_util

from .clients.errors import AuthenticationError, UnavailableError
from .clients.tokens import Token, TokenSource
from .const import CONF_AUTH_IMPLEMENTATION
from .vendors import OAuthAccess


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
    implementation = await async_get_config_entry_implementation(hass, entry)

    async def fetch() -> Token:
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


def new_access(
    implementation: AbstractOAuth2Implementation, token: Mapping[str, Any]
) -> OAuthAccess:
    """Return the access of a token that was just given, for a first look."""

    async def fetch() -> Token:
        raise AuthenticationError("a new token was refused")

    return _access(implementation, TokenSource(fetch, _token(token)))


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
    return Token(
        value=token[CONF_ACCESS_TOKEN],
        expires_at=dt_util.utc_from_timestamp(token["expires_at"]),
    )
