"""Lead the sign-in at ev.energy to the simulated one; the demo's Home Assistant loads this, and no other does.

The integration itself has no way to sign in elsewhere. Where it signs in, it also finds the API. Application
credentials thus lead to the simulator whoever enters them: the demo, or a person in the browser.
"""

from unittest.mock import patch

from custom_components.ev_charging_cloud import application_credentials
from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import ConfigType

DOMAIN = "ev_charging_cloud_demo"


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Sign in at the server that the configuration names."""
    # unlike an assignment, it fails should the integration call it something else one day
    patch.object(
        application_credentials, "DEFAULT_SERVER", config[DOMAIN]["ev_energy"]
    ).start()
    return True
