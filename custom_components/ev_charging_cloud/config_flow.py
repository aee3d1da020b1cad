"""Config flow: choose a vendor, sign in, pick locations."""

from collections.abc import Mapping
import logging
from typing import Any, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.core import callback

from .account import async_probe
from .clients.client import ChargingClient
from .clients.errors import ClientError
from .const import CONF_LOCATIONS, CONF_VENDOR, DOMAIN
from .errors import form_error
from .flows.base import error_placeholders, locations_schema
from .flows.beenergised_cpo import BeenergisedCpoFlow
from .flows.beenergised_driver import VENDOR as DRIVER, BeenergisedDriverFlow
from .flows.ev_energy import EvEnergyFlow
from .flows.kempower import KempowerFlow
from .flows.stations import StationSteps
from .oauth import async_entry_access
from .storage import TokenStore
from .vendors import VENDORS


class EvChargingCloudConfigFlow(
    KempowerFlow,
    EvEnergyFlow,
    BeenergisedCpoFlow,
    BeenergisedDriverFlow,
    domain=DOMAIN,
):
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
    ) -> LocationsOptionsFlow | StationsOptionsFlow:
        """Return the flow to choose later what is shown."""
        if config_entry.data[CONF_VENDOR] == DRIVER:
            return StationsOptionsFlow()
        return LocationsOptionsFlow()

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


class LocationsOptionsFlow(OptionsFlowWithReload):
    """Picks the locations to show."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show all locations that the account sees now."""
        if user_input is not None:
            picked = user_input.get(CONF_LOCATIONS)
            return self.async_create_entry(
                data={CONF_LOCATIONS: picked} if picked else {}
            )
        try:
            probe = await async_probe(
                self.hass,
                self.config_entry.data,
                await async_entry_access(
                    self.hass,
                    self.config_entry,
                    TokenStore(self.hass, self.config_entry),
                ),
            )
        except ClientError as err:
            return self.async_abort(
                reason=form_error(err),
                description_placeholders=error_placeholders(
                    self.config_entry.data, err
                ),
            )
        if not probe.locations:
            return self.async_abort(reason="no_locations")
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                locations_schema(probe.locations), self.config_entry.options
            ),
            description_placeholders=probe.counts,
        )


class StationsOptionsFlow(OptionsFlowWithReload, StationSteps):
    """Chooses which of an operator's stations to show to a driver."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask the running account: its session cannot be used twice at a time."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        self._options = dict(self.config_entry.options)
        return await self.async_step_beenergised_driver_stations()

    @property
    @override
    def _station_client(self) -> ChargingClient:
        client: ChargingClient = self.config_entry.runtime_data.client
        return client

    @override
    def _async_stations_chosen(self, options: dict[str, Any]) -> ConfigFlowResult:
        return self.async_create_entry(data=options)
