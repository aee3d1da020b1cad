"""Config flow: choose a vendor, sign in, pick locations."""

from collections.abc import Mapping
from typing import Any, override

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .clients.errors import ClientError
from .clients.kempower import DEFAULT_SERVER as KEMPOWER_SERVER
from .clients.model import Location
from .const import (
    CONF_ADVANCED,
    CONF_LOCATIONS,
    CONF_REFRESH_TOKEN,
    CONF_SERVER,
    CONF_VENDOR,
    DOMAIN,
)
from .devices import known_station_ids
from .probe import Probe, async_probe, probe_error
from .vendors import VENDORS

SECRET = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)
ADDRESS = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))


def _kempower_schema(*, server: str, token_kept: bool = False) -> vol.Schema:
    """Return the form: the token, and the server's address in a collapsed section."""
    token = vol.Optional if token_kept else vol.Required
    return vol.Schema(
        {
            token(CONF_REFRESH_TOKEN): SECRET,
            vol.Required(CONF_ADVANCED): section(
                vol.Schema({vol.Required(CONF_SERVER, default=server): ADDRESS}),
                {"collapsed": True},
            ),
        }
    )


def _locations_schema(locations: Mapping[str, Location]) -> vol.Schema:
    """Return the form to pick locations, those with a name first."""
    options = sorted(
        (
            SelectOptionDict(value=id_, label=location.name or id_)
            for id_, location in locations.items()
        ),
        key=lambda option: option["label"].casefold(),
    )
    return vol.Schema(
        {
            vol.Optional(CONF_LOCATIONS): SelectSelector(
                SelectSelectorConfig(options=options, multiple=True)
            )
        }
    )


class EvChargingCloudConfigFlow(ConfigFlow, domain=DOMAIN):
    """Adds an account, signs in anew or changes how an account is reached."""

    VERSION = 1
    MINOR_VERSION = 1

    _data: dict[str, Any]
    _probe: Probe

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> LocationsOptionsFlow:
        """Return the flow to pick locations later."""
        return LocationsOptionsFlow()

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose a vendor."""
        return self.async_show_menu(step_id="user", menu_options=list(VENDORS))

    async def async_step_kempower(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in at Kempower ChargEye."""
        failure: ClientError | None = None
        if user_input is not None:
            data = _kempower_data(user_input)
            self._async_abort_entries_match(data)
            try:
                self._probe = await async_probe(self.hass, data)
            except ClientError as err:
                failure = err
            else:
                self._data = data
                await self.async_set_unique_id(self._probe.unique_id)
                self._abort_if_unique_id_configured()
                if len(self._probe.locations) > 1:
                    return await self.async_step_locations()
                return self._create()
        return self._show_form(
            "kempower", _kempower_schema(server=KEMPOWER_SERVER), user_input, failure
        )

    async def async_step_locations(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user pick some of several locations."""
        if user_input is not None:
            return self._create(user_input.get(CONF_LOCATIONS))
        return self.async_show_form(
            step_id="locations",
            data_schema=_locations_schema(self._probe.locations),
            description_placeholders={
                "locations": str(len(self._probe.locations)),
                "stations": str(len(self._probe.station_ids)),
            },
        )

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Sign in again at the vendor of the entry."""
        return await self.async_step_kempower_reauth()

    async def async_step_kempower_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new refresh token, and for nothing else."""
        return await self._async_renew(
            "kempower_reauth",
            vol.Schema({vol.Required(CONF_REFRESH_TOKEN): SECRET}),
            user_input,
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change how the vendor of the entry is reached."""
        return await self.async_step_kempower_reconfigure(user_input)

    async def async_step_kempower_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for server and token; an empty token keeps the present one."""
        server = self._get_reconfigure_entry().data[CONF_SERVER]
        return await self._async_renew(
            "kempower_reconfigure",
            _kempower_schema(server=server, token_kept=True),
            user_input,
        )

    async def _async_renew(
        self,
        step_id: str,
        schema: vol.Schema,
        user_input: dict[str, Any] | None,
    ) -> ConfigFlowResult:
        """Change an entry's credentials once they work and lead to the same account."""
        entry = (
            self._get_reauth_entry()
            if self.source == SOURCE_REAUTH
            else self._get_reconfigure_entry()
        )
        failure: ClientError | None = None
        if user_input is not None:
            data = {**entry.data, **_kempower_data(user_input)}
            try:
                probe = await async_probe(self.hass, data)
            except ClientError as err:
                failure = err
            else:
                if not self._is_same_account(entry, probe):
                    return self.async_abort(reason="wrong_account")
                return self.async_update_reload_and_abort(entry, data_updates=data)
        return self._show_form(step_id, schema, user_input, failure)

    def _is_same_account(self, entry: ConfigEntry, probe: Probe) -> bool:
        """Compare accounts; where the vendor names none, by a station they share."""
        known = known_station_ids(self.hass, entry)
        return (
            entry.unique_id == probe.unique_id
            or not known
            or not known.isdisjoint(probe.station_ids)
        )

    def _create(self, location_ids: list[str] | None = None) -> ConfigFlowResult:
        return self.async_create_entry(
            title=self._probe.title,
            data=self._data,
            options={CONF_LOCATIONS: location_ids} if location_ids else {},
        )

    def _show_form(
        self,
        step_id: str,
        schema: vol.Schema,
        user_input: dict[str, Any] | None,
        failure: ClientError | None,
    ) -> ConfigFlowResult:
        """Show a form, with what was typed but secrets, and what was wrong with it."""
        typed = {
            key: value
            for key, value in (user_input or {}).items()
            if key != CONF_REFRESH_TOKEN
        }
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, typed),
            errors={"base": probe_error(failure)} if failure else None,
            description_placeholders={
                "message": failure.message if failure else "",
                "portal": VENDORS["kempower"].portal,
            },
        )


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
            probe = await async_probe(self.hass, self.config_entry.data)
        except ClientError as err:
            return self.async_abort(
                reason=probe_error(err),
                description_placeholders={"message": err.message},
            )
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                _locations_schema(probe.locations),
                self.config_entry.options,
            ),
            description_placeholders={
                "locations": str(len(probe.locations)),
                "stations": str(len(probe.station_ids)),
            },
        )


def _kempower_data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry's data of a form; a field left empty is left out."""
    data = {CONF_VENDOR: "kempower"}
    if token := user_input.get(CONF_REFRESH_TOKEN, "").strip():
        data[CONF_REFRESH_TOKEN] = token
    if server := user_input.get(CONF_ADVANCED, {}).get(CONF_SERVER, "").strip():
        data[CONF_SERVER] = server.rstrip("/")
    return data
