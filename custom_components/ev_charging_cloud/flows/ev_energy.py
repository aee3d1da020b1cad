"""Signing in at ev.energy: in the browser (OAuth), or with a client of one's own."""

from types import MappingProxyType
from typing import Any

import voluptuous as vol

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
)

from ..clients.errors import ClientError
from ..clients.ev_energy import DEFAULT_SERVER, KEY
from ..const import CONF_AUTH_IMPLEMENTATION, CONF_SERVER, CONF_USER, CONF_VENDOR
from ..vendors import Access
from ..vendors.ev_energy import create_ev_energy
from .base import AccountFlow
from .forms import SECRET, TEXT, entry_data, server_section, with_default_server


class EvEnergyFlow(AccountFlow):
    """The steps of ev.energy."""

    # HTTP Basic ends a client's id there.
    forbidden_letters = MappingProxyType({KEY: {CONF_CLIENT_ID: ":"}})

    _client: dict[str, Any]
    _users: list[SelectOptionDict]

    async def async_step_ev_energy(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose a way in."""
        return self.async_show_menu(
            step_id=KEY,
            menu_options=[f"{KEY}_oauth", f"{KEY}_credentials"],
        )

    async def async_step_ev_energy_oauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in in the browser, with the application credentials there are."""
        self._application = {CONF_VENDOR: KEY}
        return await self.async_step_pick_implementation()

    async def async_step_ev_energy_credentials(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a client's id and secret."""
        return await self._async_submit_client(
            f"{KEY}_credentials",
            vol.Schema(
                {
                    vol.Required(CONF_CLIENT_ID): TEXT,
                    vol.Required(CONF_CLIENT_SECRET): SECRET,
                    **server_section(DEFAULT_SERVER),
                }
            ),
            user_input,
            entry_data(KEY, user_input or {}),
        )

    async def _async_submit_client(
        self,
        step_id: str,
        schema: vol.Schema,
        user_input: dict[str, Any] | None,
        data: dict[str, Any],
    ) -> ConfigFlowResult:
        """Take a client; one that sees several users needs one of them chosen."""
        if user_input is None or CONF_USER in data:
            return await self._async_submit(step_id, schema, user_input, data)
        if again := self._typed_wrongly(step_id, schema, data, user_input):
            return again
        data = with_default_server(schema, data)
        try:
            client = create_ev_energy(
                Access(session=async_get_clientsession(self.hass), data=data)
            )
            users = await client.async_get_users()
        except ClientError as err:
            return self._show_form(step_id, schema, data, user_input, err)
        if len(users) <= 1:
            return await self._async_submit(step_id, schema, user_input, data)
        self._client = data
        self._users = [
            SelectOptionDict(value=user.id, label=user.email or user.id)
            for user in users
        ]
        return await self.async_step_ev_energy_user()

    async def async_step_ev_energy_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let an organization choose the user it acts for."""
        schema = vol.Schema(
            {
                vol.Required(CONF_USER): SelectSelector(
                    SelectSelectorConfig(options=self._users)
                )
            }
        )
        return await self._async_submit(
            f"{KEY}_user", schema, user_input, self._client | (user_input or {})
        )

    async def async_step_ev_energy_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in again, the way the entry was made."""
        data = self._get_reauth_entry().data
        if CONF_AUTH_IMPLEMENTATION in data:
            if user_input is None:
                return self._show_form(f"{KEY}_reauth", vol.Schema({}), data)
            self._application = {CONF_VENDOR: KEY}
            return await self.async_step_pick_implementation(
                {"implementation": data[CONF_AUTH_IMPLEMENTATION]}
            )
        return await self.async_step_ev_energy_reauth_credentials()

    async def async_step_ev_energy_reauth_credentials(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the client's new secret."""
        return await self._async_submit(
            f"{KEY}_reauth_credentials",
            vol.Schema({vol.Required(CONF_CLIENT_SECRET): SECRET}),
            user_input,
            self._get_reauth_entry().data | entry_data(KEY, user_input or {}),
        )

    async def async_step_ev_energy_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in anew, or change client and server; an empty secret is kept."""
        data = self._get_reconfigure_entry().data
        if CONF_AUTH_IMPLEMENTATION in data:
            self._application = {CONF_VENDOR: KEY}
            return await self.async_step_pick_implementation(
                {"implementation": data[CONF_AUTH_IMPLEMENTATION]}
            )
        return await self._async_submit(
            f"{KEY}_reconfigure",
            vol.Schema(
                {
                    vol.Required(CONF_CLIENT_ID, default=data[CONF_CLIENT_ID]): TEXT,
                    vol.Optional(CONF_CLIENT_SECRET): SECRET,
                    **server_section(data[CONF_SERVER]),
                }
            ),
            user_input,
            data | entry_data(KEY, user_input or {}),
        )
