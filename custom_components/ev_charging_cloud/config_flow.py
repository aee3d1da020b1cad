"""Config flow: the menu of vendors, and which step belongs to which purpose."""

from collections.abc import Mapping
import logging
from typing import Any, override

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult, OptionsFlow
from homeassistant.core import callback

from .const import CONF_VENDOR, DOMAIN
from .flows import OPTIONS_FLOWS, VendorFlows
from .flows.options import LocationsOptionsFlow
from .vendors import VENDORS


class EvChargingCloudConfigFlow(VendorFlows, domain=DOMAIN):
    """Adds an account, signs in anew or changes how an account is reached.

    Each vendor has a step of its name, and one each for reauth and reconfigure.
    """

    VERSION = 1
    MINOR_VERSION = 1

    @property
    @override
    def logger(self) -> logging.Logger:
        """Return where the OAuth steps log."""
        return logging.getLogger(__name__)

    @staticmethod
    @callback
    @override
    def async_get_options_flow(
        config_entry: ConfigEntry,
    ) -> OptionsFlow:
        """Return the flow to choose later what is shown."""
        flow = OPTIONS_FLOWS.get(config_entry.data[CONF_VENDOR], LocationsOptionsFlow)
        return flow()

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose a vendor."""
        return self.async_show_menu(step_id="user", menu_options=list(VENDORS))

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Sign in again at the vendor of the entry."""
        return await self._async_vendor_step(entry_data[CONF_VENDOR], "reauth")

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change how the vendor of the entry is reached."""
        vendor = self._get_reconfigure_entry().data[CONF_VENDOR]
        return await self._async_vendor_step(vendor, "reconfigure")

    async def _async_vendor_step(self, vendor: str, purpose: str) -> ConfigFlowResult:
        step = getattr(self, f"async_step_{vendor}_{purpose}")
        result: ConfigFlowResult = await step()
        return result
