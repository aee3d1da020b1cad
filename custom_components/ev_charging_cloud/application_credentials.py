"""Application credentials: the client that ev.energy made for the user."""

from homeassistant.components.application_credentials import ClientCredential
from homeassistant.core import HomeAssistant

from .clients.ev_energy import AUTHORIZE_PATH, DEFAULT_SERVER, TOKEN_PATH
from .oauth import Application, redirect_address


async def async_get_auth_implementation(
    hass: HomeAssistant, auth_domain: str, credential: ClientCredential
) -> Application:
    """Return the sign-in with an authorization code and PKCE (S256)."""
    return Application(
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
        "redirect_url": redirect_address(hass),
    }
