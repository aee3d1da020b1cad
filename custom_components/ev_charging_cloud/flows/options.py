"""Choosing later what an account shows: locations, or stations."""

from typing import Any, override

from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlowWithReload,
)

from ..account import async_probe
from ..clients.client import ChargingClient
from ..clients.errors import ClientError
from ..const import CONF_LOCATIONS, CONF_VENDOR
from ..errors import form_error
from ..oauth import async_entry_access
from ..storage import TokenStore
from .base import error_placeholders
from .forms import locations_schema
from .stations import StationSteps


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
    """Chooses which of very many stations to show."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask the running account: its session cannot be used twice at a time."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        self._options = dict(self.config_entry.options)
        return await self._async_choose_stations()

    @property
    @override
    def _vendor_key(self) -> str:
        key: str = self.config_entry.data[CONF_VENDOR]
        return key

    @property
    @override
    def _station_client(self) -> ChargingClient:
        client: ChargingClient = self.config_entry.runtime_data.client
        return client

    @override
    def _async_stations_chosen(self, options: dict[str, Any]) -> ConfigFlowResult:
        return self.async_create_entry(data=options)
