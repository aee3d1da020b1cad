"""Application credentials: the client that ev.energy made for the user."""

from homeassistant.components.application_credentials import ClientCredential
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import (
    MY_AUTH_CALLBACK_PATH,
    LocalOAuth2ImplementationWithPkce,
    async_get_redirect_uri,
)

from .clients.ev_energy_auth import AUTHORIZE_PATH, DEFAULT_SERVER, TOKEN_PATH


async def async_get_auth_implementation(
    hass: HomeAssistant, auth_domain: str, credential: ClientCredential
) -> LocalOAuth2ImplementationWithPkce:
    """Return the sign-in with an authorization code and PKCE (S256)."""
    return LocalOAuth2ImplementationWithPkce(
        hass,
        auth_domain,
        credential.client_id,
        f"{DEFAULT_SERVER}{AUTHORIZE_PATH}",
        f"{DEFAULT_SERVER}{TOKEN_PATH}",
        credential.client_secret,
    )


async def async_get_description_placeholders(hass: HomeAssistant) -> dict[str, str]:
    """Return what the dialog for credentials tells."""
    return {
        "contact": "developers@ev.energy",
        "redirect_url": _redirect_address(hass),
    }


def _redirect_address(hass: HomeAssistant) -> str:
    """Return the address that the vendor has to know; it depends on the installation."""
    try:
        return async_get_redirect_uri(hass)
    except RuntimeError:
        return MY_AUTH_CALLBACK_PATH
