"""What the config flow does the same for every vendor."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, override

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
)
from homeassistant.const import CONF_TOKEN
from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2FlowHandler

from ..account import Probe, async_probe
from ..clients.errors import ClientError
from ..const import CONF_VENDOR, DOMAIN
from ..devices import known_station_ids
from ..errors import form_error
from ..former import async_former_id
from ..oauth import new_access, redirect_address
from ..planner import MOST_ENTITIES
from ..preview import Preview, async_preview
from ..sign_in import forget_refusals
from ..tables import TABLES
from ..vendors import VENDORS
from ..wanted import wanted_of
from .detail import (
    DETAIL,
    chosen_of,
    count_of,
    counts_of,
    detail_errors,
    is_unsaid,
    locations_schema,
)
from .forms import failure_errors, shown_again, typed_errors, with_default_server


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

    # Letters that a vendor's field must not have, beside those that none can have.
    forbidden_letters: ClassVar[Mapping[str, Mapping[str, str]]] = {}

    _data: dict[str, Any]
    _probe: Probe
    _preview: Preview
    # What of the account is to be shown.
    _chosen: Mapping[str, Any] = MappingProxyType({})
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
        if again := self._typed_wrongly(step_id, schema, data, user_input):
            return again
        data = with_default_server(schema, data)
        if not self._entry_to_renew():
            self._async_abort_entries_match(dict(data))
        try:
            self._probe = await async_probe(self.hass, data)
        except ClientError as err:
            return self._show_form(step_id, schema, data, user_input, err)
        return await self._async_accept(data)

    def _typed_wrongly(
        self,
        step_id: str,
        schema: vol.Schema,
        data: Mapping[str, Any],
        user_input: Mapping[str, Any],
    ) -> ConfigFlowResult | None:
        """Return the form once more if nobody needs to be asked to see what is wrong."""
        forbidden = self.forbidden_letters.get(data[CONF_VENDOR], {})
        errors = typed_errors(schema, user_input, forbidden)
        if not errors:
            return None
        return self._show_form(step_id, schema, data, user_input, errors=errors)

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
            # It may be the same credential, which the vendor accepts again.
            forget_refusals(self.hass, entry)
            return self.async_update_reload_and_abort(entry, data_updates=self._data)
        await self.async_set_unique_id(self._probe.unique_id)
        self._abort_if_unique_id_configured()
        if self._probe.account.is_named_by_vendor:
            return await self._async_pick_locations()
        # The id is our own and changes with the credential; the stations do not.
        if self._twin() is not None:
            return await self.async_step_same_account()
        former = await async_former_id(
            self.hass, self._probe.vendor.key, self._probe.station_ids
        )
        if former is not None:
            await self.async_set_unique_id(former)
            self._abort_if_unique_id_configured()
        return await self._async_pick_locations()

    async def async_step_same_account(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what to do with a second credential of an account that is there."""
        twin = self._twin()
        return self.async_show_menu(
            step_id="same_account",
            menu_options=["replace_credential", "add_anyway"],
            description_placeholders={
                **error_placeholders(self._data, None),
                "account": twin.title if twin else "",
            },
        )

    async def async_step_replace_credential(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Have the account that is there use the new credential."""
        twin = self._twin()
        if twin is None:
            return await self._async_pick_locations()
        forget_refusals(self.hass, twin)
        return self.async_update_reload_and_abort(
            twin, data_updates=self._data, reason="credential_replaced"
        )

    async def async_step_add_anyway(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add an account of its own, though it shows some of the same stations."""
        return await self._async_pick_locations()

    def _twin(self) -> ConfigEntry | None:
        """Return an entry of this vendor that has some of the same stations."""
        return next(
            (
                entry
                for entry in self._async_current_entries()
                if entry.data.get(CONF_VENDOR) == self._probe.vendor.key
                and not known_station_ids(self.hass, entry).isdisjoint(
                    self._probe.station_ids
                )
            ),
            None,
        )

    async def _async_pick_locations(self) -> ConfigFlowResult:
        """Let the user pick locations where there are several; then go on.

        Of an account that is too large to be shown whole, at least how much is shown.
        """
        self._preview = await async_preview(
            TABLES, self._probe.snapshot, self._probe.client.capabilities
        )
        if len(self._probe.locations) > 1:
            return await self.async_step_locations()
        if self._preview.count(wanted_of({})) > MOST_ENTITIES:
            return await self.async_step_detail()
        return await self._async_choose()

    async def async_step_detail(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose how much of a large account is shown."""
        if user_input is not None:
            self._chosen = chosen_of(user_input)
            return await self._async_choose()
        return self.async_show_form(
            step_id="detail",
            data_schema=vol.Schema(DETAIL),
            description_placeholders={
                **self._probe.counts,
                **counts_of(self._preview),
            },
        )

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
        """Let the user pick some of several locations, and how much is shown of each."""
        errors: dict[str, str] = {}
        if user_input is not None:
            self._chosen = chosen_of(user_input)
            errors = detail_errors(user_input)
            if not errors:
                if is_unsaid(self._chosen, self._preview):
                    return await self.async_step_confirm()
                return self._create({})
        return self.async_show_form(
            step_id="locations",
            data_schema=self.add_suggested_values_to_schema(
                locations_schema(self._probe, self._chosen), self._chosen
            ),
            errors=errors,
            description_placeholders={
                **self._probe.counts,
                **counts_of(self._preview),
            },
        )

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say how many entities the choice has, before it is kept."""
        return self.async_show_menu(
            step_id="confirm",
            menu_options=["keep", "locations"],
            description_placeholders=count_of(self._chosen, self._preview),
        )

    async def async_step_keep(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Keep the choice."""
        return self._create({})

    def _create(self, options: Mapping[str, Any]) -> ConfigFlowResult:
        return self.async_create_entry(
            title=self._probe.title,
            data=self._data,
            options={**self._chosen, **options},
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
        *,
        errors: Mapping[str, str] | None = None,
    ) -> ConfigFlowResult:
        """Show a form, with what was typed and what was wrong with it."""
        if failure is not None:
            errors = failure_errors(schema, data, failure)
        shown, typed = shown_again(schema, user_input or {}, errors or {})
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(shown, typed),
            errors=dict(errors) if errors else None,
            description_placeholders={
                **error_placeholders(data, failure),
                "redirect_url": redirect_address(self.hass),
            },
        )
