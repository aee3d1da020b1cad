"""Signing in at the be.ENERGISED CPO API: a tenant, a client's id and its secret."""

from typing import Any

import voluptuous as vol

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET

from ..clients.beenergised_cpo import DEFAULT_SERVER, KEY
from ..const import CONF_SERVER, CONF_TENANT
from .base import AccountFlow
from .forms import SECRET, TEXT, entry_data, server_section


class BeenergisedCpoFlow(AccountFlow):
    """The steps of the be.ENERGISED CPO API."""

    async def async_step_beenergised_cpo(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for tenant and credentials."""
        return await self._async_submit(
            KEY,
            vol.Schema(
                {
                    vol.Required(CONF_TENANT): TEXT,
                    vol.Required(CONF_CLIENT_ID): TEXT,
                    vol.Required(CONF_CLIENT_SECRET): SECRET,
                    **server_section(DEFAULT_SERVER),
                }
            ),
            user_input,
            entry_data(KEY, user_input or {}),
        )

    async def async_step_beenergised_cpo_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for new credentials: a secret is shown once, and may be another client's."""
        data = self._get_reauth_entry().data
        return await self._async_submit(
            f"{KEY}_reauth",
            vol.Schema(
                {
                    vol.Required(CONF_CLIENT_ID, default=data[CONF_CLIENT_ID]): TEXT,
                    vol.Required(CONF_CLIENT_SECRET): SECRET,
                }
            ),
            user_input,
            data | entry_data(KEY, user_input or {}),
        )

    async def async_step_beenergised_cpo_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for everything; an empty secret keeps the present one."""
        data = self._get_reconfigure_entry().data
        return await self._async_submit(
            f"{KEY}_reconfigure",
            vol.Schema(
                {
                    vol.Required(CONF_TENANT, default=data[CONF_TENANT]): TEXT,
                    vol.Required(CONF_CLIENT_ID, default=data[CONF_CLIENT_ID]): TEXT,
                    vol.Optional(CONF_CLIENT_SECRET): SECRET,
                    **server_section(data[CONF_SERVER]),
                }
            ),
            user_input,
            data | entry_data(KEY, user_input or {}),
        )
