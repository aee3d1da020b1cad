"""The dashboard that comes with the integration: its module, and what it asks for."""

from homeassistant.core import HomeAssistant

from .installation import async_setup_command
from .module import async_serve_module


async def async_setup_dashboard(hass: HomeAssistant) -> None:
    """Offer the dashboard in Home Assistant's own dialog, whatever accounts there are."""
    async_setup_command(hass)
    await async_serve_module(hass)
