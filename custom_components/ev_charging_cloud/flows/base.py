"""What the config flow does the same for every vendor."""

from collections.abc import Mapping
from typing import Any, override

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
)
from homeassistant.const import CONF_PASSWORD, CONF_TOKEN
from homeassistant.data_entry_flow import section
from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2FlowHandler
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from ..account import Probe, async_probe
from ..clients.errors import ClientError
from ..clients.model import Location
from ..const import CONF_ADVANCED, CONF_LOCATIONS, CONF_SERVER, CONF_VENDOR, DOMAIN
from ..devices import known_station_ids
from ..errors import form_error
from ..oauth import new_access, redirect_address
from ..vendors import VENDORS

TEXT = TextSelector()
SECRET = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)
ADDRESS = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))


def server_section(server: str) -> dict[vol.Marker, section]:
    """Return the collapsed section with the server's address."""
    return {
        vol.Required(CONF_ADVANCED): section(
            vol.Schema({vol.Required(CONF_SERVER, default=server): ADDRESS}),
            {"collapsed": True},
        )
    }


def locations_schema(locations: Mapping[str, Location]) -> vol.Schema:
    """Return the form to pick locations, sorted by name."""
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


def entry_data(vendor: str, user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry's data of a form; a field left empty is left out."""
    server = user_input.get(CONF_ADVANCED, {}).get(CONF_SERVER, "").strip().rstrip("/")
    fields = {
        # A password may begin or end with a blank; nothing else does.
        key: value if key == CONF_PASSWORD else value.strip()
        for key, value in user_input.items()
        if isinstance(value, str)
    }
    fields |= {CONF_VENDOR: vendor, CONF_SERVER: server}
    return {key: value for key, value in fields.items() if value}


def error_placeholders(
    data: Mapping[str, Any], failure: ClientError | None
) -> dict[str, str]:
    """Return what texts of forms and errors name: the vendor, and what went wrong."""
    vendor = VENDORS[data[CONF_VENDOR]]
    return {
        "vendor": vendor.name,
        "portal": vendor.portal,
        "message": failure.message if failure else "",
    }


class AccountFlow(AbstractOAuth2FlowHandler):
    """One way for all vendors: look at the account, then make or renew the entry."""

    DOMAIN = DOMAIN

    _data: dict[str, Any]
    _probe: Probe
    # What an entry that is made by OAuth has beside its token.
    _application: dict[str, Any]

    async def _async_submit(
        self,
        step_id: str,
        schema: vol.Schema,
        user_input: Mapping[str, Any] | None,
        data: Mapping[str, Any],
    ) -> ConfigFlowResult:
        """Show a form; once filled in, accept the account or say what was wrong.

        Args:
            step_id: the form's step.
            schema: the form.
            user_input: what was filled in; None shows the form.
            data: the entry's data that results.
        """
        if user_input is None:
            return self._show_form(step_id, schema, data)
        if not self._entry_to_renew():
            self._async_abort_entries_match(dict(data))
        try:
            self._probe = await async_probe(self.hass, data)
        except ClientError as err:
            return self._show_form(step_id, schema, data, user_input, err)
        return await self._async_accept(data)

    @override
    async def async_oauth_create_entry(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Accept the account that the user signed in to, or say what was wrong."""
        data = {**self._application, **data}
        access = new_access(self.flow_impl, data[CONF_TOKEN])
        try:
            self._probe = await async_probe(self.hass, data, access)
        except ClientError as err:
            return self.async_abort(
                reason=form_error(err),
                description_placeholders=error_placeholders(data, err),
            )
        return await self._async_accept(data)

    async def _async_accept(self, data: Mapping[str, Any]) -> ConfigFlowResult:
        """Make an entry, or renew the one that the flow is about."""
        self._data = dict(data)
        if self._probe.token:
            self._data[CONF_TOKEN] = dict(self._probe.token)
        if entry := self._entry_to_renew():
            if not self._is_same_account(entry):
                return self.async_abort(reason="wrong_account")
            return self.async_update_reload_and_abort(entry, data_updates=self._data)
        await self.async_set_unique_id(self._probe.unique_id)
        self._abort_if_unique_id_configured()
        if len(self._probe.locations) > 1:
            return await self.async_step_locations()
        return await self._async_choose()

    async def _async_choose(self) -> ConfigFlowResult:
        """Let the user choose what to show, where the vendor has a step for it."""
        vendor = self._probe.vendor.key
        step = getattr(self, f"async_step_{vendor}_stations", None)
        if step is None:
            return self._create({})
        result: ConfigFlowResult = await step()
        return result

    async def async_step_locations(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user pick some of several locations."""
        if user_input is not None:
            location_ids = user_input.get(CONF_LOCATIONS)
            return self._create({CONF_LOCATIONS: location_ids} if location_ids else {})
        return self.async_show_form(
            step_id="locations",
            data_schema=locations_schema(self._probe.locations),
            description_placeholders=self._probe.counts,
        )

    def _create(self, options: Mapping[str, Any]) -> ConfigFlowResult:
        return self.async_create_entry(
            title=self._probe.title, data=self._data, options=options
        )

    def _entry_to_renew(self) -> ConfigEntry | None:
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry()
        return None

    def _is_same_account(self, entry: ConfigEntry) -> bool:
        """Compare accounts; where the vendor names none, by a station they share."""
        if entry.unique_id == self._probe.unique_id:
            return True
        if self._probe.account.is_named_by_vendor:
            return False
        known = known_station_ids(self.hass, entry)
        return not known or not known.isdisjoint(self._probe.station_ids)

    def _show_form(
        self,
        step_id: str,
        schema: vol.Schema,
        data: Mapping[str, Any],
        user_input: Mapping[str, Any] | None = None,
        failure: ClientError | None = None,
    ) -> ConfigFlowResult:
        """Show a form, with what was typed but secrets, and what was wrong with it."""
        secrets = {
            marker.schema
            for marker, selector in schema.schema.items()
            if selector is SECRET
        }
        typed = {k: v for k, v in (user_input or {}).items() if k not in secrets}
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, typed),
            errors={"base": form_error(failure)} if failure else None,
            description_placeholders={
                **error_placeholders(data, failure),
                "redirect_url": redirect_address(self.hass),
            },
        )
