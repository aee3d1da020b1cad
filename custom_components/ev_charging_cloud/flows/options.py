"""Choosing later what an account shows: locations, or stations."""

from collections.abc import Iterable, Mapping
from typing import Any, override

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.helpers.selector import SelectSelector, SelectSelectorConfig

from ..account import Probe, async_probe
from ..clients.client import ChargingClient
from ..clients.errors import ClientError
from ..const import CONF_DETAIL, CONF_LOCATIONS, CONF_SESSIONS, CONF_VENDOR
from ..entity import ALL, CHOICES
from ..errors import form_error
from ..oauth import async_entry_access
from ..planner import MOST_ENTITIES
from ..storage import TokenStore
from ..vendors import VENDORS
from .base import error_placeholders
from .forms import locations_schema
from .sessions import SessionsSection
from .stations import StationSteps

DETAIL = {
    vol.Optional(CONF_DETAIL, default=ALL): SelectSelector(
        SelectSelectorConfig(options=[*CHOICES], translation_key="detail")
    )
}


class LocationsOptionsFlow(SessionsSection):
    """Picks the locations to show, where there are some to pick from."""

    _probe: Probe

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show all locations that the account sees now."""
        if user_input is not None:
            if errors := await self._async_take_rest(user_input):
                return self._show_locations(user_input, errors)
            return self._async_end(_chosen(user_input, (CONF_LOCATIONS, CONF_DETAIL)))
        await self._async_look_up()
        if not _has_locations(self.config_entry):
            return await self.async_step_sessions()
        try:
            self._probe = await async_probe(
                self.hass,
                self.config_entry.data,
                await async_entry_access(
                    self.hass,
                    self.config_entry,
                    TokenStore(self.hass, self.config_entry),
                ),
            )
        except ClientError as err:
            return self._show_only_sessions(
                "without_cloud",
                errors={"base": form_error(err)},
                placeholders=error_placeholders(self.config_entry.data, err),
            )
        if not self._probe.locations:
            return await self.async_step_sessions()
        return self._show_locations()

    async def async_step_sessions(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where sessions are kept; there is nothing else to choose."""
        return await self._async_only_sessions("sessions", user_input)

    @property
    def _entity_counts(self) -> dict[str, str]:
        """How many entities each choice has, of what is shown now; for forms."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return dict.fromkeys(CHOICES, "?") | {"limit": str(MOST_ENTITIES)}
        counts = self.config_entry.runtime_data.planner.counts
        return {
            **{choice: str(counts[detail]) for choice, detail in CHOICES.items()},
            "limit": str(MOST_ENTITIES),
        }

    def _show_locations(
        self,
        user_input: dict[str, Any] | None = None,
        errors: dict[str, str] | None = None,
    ) -> ConfigFlowResult:
        shown = self.config_entry.options if user_input is None else user_input
        schema = self.add_suggested_values_to_schema(
            locations_schema(self._probe).extend(DETAIL),
            {k: v for k, v in shown.items() if k in {CONF_LOCATIONS, CONF_DETAIL}},
        )
        typed = None if user_input is None else user_input.get(CONF_SESSIONS)
        return self.async_show_form(
            step_id="init",
            data_schema=self._with_sessions(schema, typed),
            errors=errors,
            description_placeholders={
                **self._probe.counts,
                **self._entity_counts,
                "message": self._message,
            },
        )


class StationsOptionsFlow(StationSteps, SessionsSection):
    """Chooses which of very many stations to show."""

    _typed: dict[str, str] | None = None

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask the running account: its session cannot be used twice at a time."""
        await self._async_look_up()
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self._show_only_sessions(
                "without_cloud", errors={"base": "not_loaded"}
            )
        if self.config_entry.runtime_data.live.is_restored:
            # Nobody has said yet in which ways stations can be found.
            return self._show_only_sessions("without_cloud")
        self._options = dict(self.config_entry.options)
        return await self._async_choose_stations()

    @override
    async def _async_choose_stations(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take where sessions are kept apart from which stations are shown."""
        if user_input is None:
            return await super()._async_choose_stations()
        others = {k: v for k, v in user_input.items() if k != CONF_SESSIONS}
        self._typed = user_input.get(CONF_SESSIONS)
        if errors := await self._async_take_sessions(self._typed):
            self._options = others
            result = self._show_ways(list(self._ways()))
            result["errors"] = errors
            result["description_placeholders"] = {
                **(result["description_placeholders"] or {}),
                "message": self._message,
            }
            return result
        return await super()._async_choose_stations(others)

    @override
    def _show_ways(
        self, ways: list[str], failure: ClientError | None = None, *, none: bool = False
    ) -> ConfigFlowResult:
        result = super()._show_ways(ways, failure, none=none)
        schema = result["data_schema"] or vol.Schema({})
        result["data_schema"] = self._with_sessions(schema, self._typed)
        return result

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
        return self._async_end(options)


def _chosen(user_input: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """Return what was chosen otherwise than it is without a choice."""
    return {
        key: user_input[key]
        for key in keys
        if user_input.get(key) not in (None, [], ALL)
    }


def _has_locations(entry: ConfigEntry) -> bool:
    """Tell whether there are locations to pick from, as far as that is known."""
    if entry.options.get(CONF_LOCATIONS):
        return True
    if entry.state is not ConfigEntryState.LOADED:
        return VENDORS[entry.data[CONF_VENDOR]].has_locations
    stations = entry.runtime_data.live.data.stations.values()
    # Those without a location are a choice as well.
    return len({station.location_id for station in stations}) > 1
