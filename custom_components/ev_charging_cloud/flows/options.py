"""Choosing later what an account shows: locations, or stations."""

from collections.abc import Mapping
from typing import Any, override

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant

from ..account import Probe, async_probe
from ..clients.client import Capability, ChargingClient
from ..clients.errors import ClientError
from ..clients.snapshot import Snapshot
from ..const import CONF_DETAIL, CONF_LOCATIONS, CONF_SESSIONS, CONF_VENDOR
from ..entity import ALL
from ..errors import form_error
from ..oauth import async_entry_access
from ..preview import Preview, async_preview, registered_of
from ..storage import TokenStore
from ..tables import TABLES
from ..vendors import VENDORS
from .base import error_placeholders
from .detail import (
    CHOSEN,
    DETAIL,
    chosen_of,
    count_of,
    counts_of,
    detail_errors,
    is_unsaid,
    locations_schema,
)
from .sessions import SessionsSection
from .stations import StationSteps


class LocationsOptionsFlow(SessionsSection):
    """Picks the locations to show, where there are some to pick from, and how much of them."""

    _probe: Probe
    _preview: Preview
    # What was filled in, and what of it is a choice.
    _typed: Mapping[str, Any]
    _chosen: Mapping[str, Any]

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show all locations that the account sees now."""
        if user_input is not None:
            return await self._async_locations_chosen(user_input)
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
        self._preview = await _async_preview(
            self.hass,
            self.config_entry,
            self._probe.snapshot,
            self._probe.client.capabilities,
        )
        return self._show_locations()

    async def _async_locations_chosen(
        self, user_input: dict[str, Any]
    ) -> ConfigFlowResult:
        errors = detail_errors(user_input) or await self._async_take_rest(user_input)
        if errors:
            return self._show_locations(user_input, errors)
        self._typed, self._chosen = user_input, chosen_of(user_input)
        if is_unsaid(self._chosen, self._preview):
            return await self.async_step_confirm()
        return self._async_end(self._chosen)

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say how many entities the choice has, before it is kept."""
        return self.async_show_menu(
            step_id="confirm",
            menu_options=["keep", "again"],
            description_placeholders=count_of(self._chosen, self._preview),
        )

    async def async_step_keep(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Keep the choice, once it was said how many entities it has."""
        return self._async_end(self._chosen)

    async def async_step_again(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose otherwise."""
        return self._show_locations(self._typed)

    async def async_step_sessions(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how much is shown and where sessions are kept: there are no locations."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self._async_take_rest(user_input)
            if not errors:
                kept = dict(self.config_entry.options)
                kept.pop(CONF_DETAIL, None)
                return self._async_end(kept | chosen_of(user_input, (CONF_DETAIL,)))
        shown = self.config_entry.options if user_input is None else user_input
        schema = self.add_suggested_values_to_schema(
            vol.Schema(DETAIL), {CONF_DETAIL: shown.get(CONF_DETAIL, ALL)}
        )
        typed = None if user_input is None else user_input.get(CONF_SESSIONS)
        return self.async_show_form(
            step_id="sessions",
            data_schema=self._with_sessions(schema, typed),
            errors=errors,
            description_placeholders={
                **counts_of(await _async_shown(self.hass, self.config_entry)),
                "message": self._message,
            },
        )

    def _show_locations(
        self,
        user_input: Mapping[str, Any] | None = None,
        errors: dict[str, str] | None = None,
    ) -> ConfigFlowResult:
        options = self.config_entry.options
        shown = options if user_input is None else user_input
        schema = self.add_suggested_values_to_schema(
            locations_schema(self._probe, shown),
            {k: v for k, v in shown.items() if k in CHOSEN},
        )
        typed = None if user_input is None else user_input.get(CONF_SESSIONS)
        return self.async_show_form(
            step_id="init",
            data_schema=self._with_sessions(schema, typed),
            errors=errors,
            description_placeholders={
                **self._probe.counts,
                **counts_of(self._preview, options.get(CONF_LOCATIONS)),
                "message": self._message,
            },
        )


class StationsOptionsFlow(StationSteps, SessionsSection):
    """Chooses which of very many stations to show."""

    _typed: dict[str, str] | None = None
    # How many entities each level of detail has, for forms.
    _entity_counts: Mapping[str, str]

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
        self._entity_counts = counts_of(
            await _async_shown(self.hass, self.config_entry)
        )
        return await self._async_choose_stations()

    @override
    async def _async_choose_stations(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take where sessions are kept apart from which stations are shown."""
        if user_input is None:
            return await super()._async_choose_stations()
        others = {
            k: v
            for k, v in user_input.items()
            if k != CONF_SESSIONS and (k, v) != (CONF_DETAIL, ALL)
        }
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
        schema = self.add_suggested_values_to_schema(
            (result["data_schema"] or vol.Schema({})).extend(DETAIL),
            {CONF_DETAIL: self._options.get(CONF_DETAIL, ALL)},
        )
        result["data_schema"] = self._with_sessions(schema, self._typed)
        result["description_placeholders"] = {
            **(result["description_placeholders"] or {}),
            **self._entity_counts,
        }
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


async def _async_preview(
    hass: HomeAssistant,
    entry: ConfigEntry,
    snapshot: Snapshot,
    capabilities: Capability,
) -> Preview:
    """Return how many entities an account would have, with what is the user's own.

    Args:
        hass: Home Assistant.
        entry: the account's.
        snapshot: all that there is.
        capabilities: of a client that has looked at it.
    """
    if entry.state is ConfigEntryState.LOADED:
        capabilities |= entry.runtime_data.client.capabilities
    return await async_preview(
        TABLES, snapshot, capabilities, registered_of(hass, entry), entry.unique_id
    )


async def _async_shown(hass: HomeAssistant, entry: ConfigEntry) -> Preview | None:
    """Return the same of what the account shows; None for one that does not run."""
    if entry.state is not ConfigEntryState.LOADED:
        return None
    runtime = entry.runtime_data
    return await _async_preview(
        hass, entry, runtime.live.data, runtime.client.capabilities
    )


def _has_locations(entry: ConfigEntry) -> bool:
    """Tell whether there are locations to pick from, as far as that is known."""
    if entry.options.get(CONF_LOCATIONS):
        return True
    if entry.state is not ConfigEntryState.LOADED:
        return VENDORS[entry.data[CONF_VENDOR]].has_locations
    stations = entry.runtime_data.live.data.stations.values()
    # Those without a location are a choice as well.
    return len({station.location_id for station in stations}) > 1
