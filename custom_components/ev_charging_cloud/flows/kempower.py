"""Signing in at Kempower ChargEye: a refresh token."""

from typing import Any

import voluptuous as vol

from homeassistant.config_entries import ConfigFlowResult

from ..clients.kempower import DEFAULT_SERVER, KEY
from ..const import CONF_REFRESH_TOKEN, CONF_SERVER
from .base import AccountFlow
from .forms import SECRET, entry_data, server_section


class KempowerFlow(AccountFlow):
    """The steps of Kempower ChargEye."""

    async def async_step_kempower(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a refresh token."""
        return await self._async_submit(
            KEY,
            vol.Schema(
                {
                    vol.Required(CONF_REFRESH_TOKEN): SECRET,
                    **server_section(DEFAULT_SERVER),
                }
            ),
            user_input,
            entry_data(KEY, user_input or {}),
        )

    async def async_step_kempower_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new refresh token, and for nothing else."""
        return await self._async_submit(
            f"{KEY}_reauth",
            vol.Schema({vol.Required(CONF_REFRESH_TOKEN): SECRET}),
            user_input,
            self._get_reauth_entry().data | entry_data(KEY, user_input or {}),
        )

    async def async_step_kempower_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for token and server; an empty token keeps the present one."""
        data = self._get_reconfigure_entry().data
        return await self._async_submit(
            f"{KEY}_reconfigure",
            vol.Schema(
                {
                    vol.Optional(CONF_REFRESH_TOKEN): SECRET,
                    **server_section(data[CONF_SERVER]),
                }
            ),
            user_input,
            data | entry_data(KEY, user_input or {}),
        )
