"""Signing in at be.ENERGISED as a driver: with a password, or in the browser."""

from collections.abc import Mapping
from typing import Any, override

import voluptuous as vol

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_PASSWORD,
    CONF_TOKEN,
    CONF_USERNAME,
)

from ..clients.beenergised_driver import KEY
from ..clients.errors import AddressError
from ..const import (
    CONF_AUDIENCE,
    CONF_AUTHORIZATION_SERVER,
    CONF_PSK,
    CONF_TENANT,
    CONF_VENDOR,
)
from ..oauth import OwnApplication
from .forms import SECRET, TEXT, entry_data
from .options import StationsOptionsFlow
from .stations import StationSetUpFlow, StationSteps


class DriverStationSteps(StationSteps):
    """The steps to choose an operator's stations, by their names."""

    async def async_step_beenergised_driver_stations(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose in which way stations are found."""
        return await self._async_choose_stations(user_input)

    async def async_step_beenergised_driver_pick(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user pick stations out of those that were found."""
        return await self._async_pick_stations(user_input)


class BeenergisedDriverFlow(StationSetUpFlow, DriverStationSteps):
    """The steps of a driver's account at be.ENERGISED."""

    async def async_step_beenergised_driver(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose a way in."""
        return self.async_show_menu(
            step_id=KEY,
            menu_options=[f"{KEY}_password", f"{KEY}_browser"],
        )

    async def async_step_beenergised_driver_password(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the operator's key, user name and password."""
        return await self._async_submit(
            f"{KEY}_password",
            vol.Schema(
                {
                    vol.Required(CONF_TENANT): TEXT,
                    vol.Required(CONF_PSK): SECRET,
                    vol.Required(CONF_USERNAME): TEXT,
                    vol.Required(CONF_PASSWORD): SECRET,
                }
            ),
            user_input,
            _data(user_input),
        )

    async def async_step_beenergised_driver_browser(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the operator's application, then sign in in the browser."""
        return await self._async_sign_in(
            f"{KEY}_browser",
            vol.Schema(
                {
                    vol.Required(CONF_TENANT): TEXT,
                    vol.Required(CONF_AUTHORIZATION_SERVER): TEXT,
                    vol.Required(CONF_CLIENT_ID): TEXT,
                    vol.Optional(CONF_CLIENT_SECRET): SECRET,
                    vol.Optional(CONF_AUDIENCE): TEXT,
                }
            ),
            user_input,
            _data(user_input),
        )

    async def async_step_beenergised_driver_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in again, the way the entry was made."""
        data = self._get_reauth_entry().data
        if CONF_AUTHORIZATION_SERVER in data:
            return await self._async_sign_in(
                f"{KEY}_reauth", vol.Schema({}), user_input, data
            )
        return await self.async_step_beenergised_driver_reauth_password()

    async def async_step_beenergised_driver_reauth_password(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the password, and for a new key if the operator made one."""
        return await self._async_submit(
            f"{KEY}_reauth_password",
            vol.Schema(
                {vol.Required(CONF_PASSWORD): SECRET, vol.Optional(CONF_PSK): SECRET}
            ),
            user_input,
            _data(user_input, self._get_reauth_entry().data),
        )

    async def async_step_beenergised_driver_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change how the account is reached; empty secrets are kept."""
        data = self._get_reconfigure_entry().data
        if CONF_AUTHORIZATION_SERVER in data:
            return await self.async_step_beenergised_driver_reconfigure_browser()
        return await self._async_submit(
            f"{KEY}_reconfigure",
            vol.Schema(
                {
                    vol.Required(CONF_TENANT, default=data[CONF_TENANT]): TEXT,
                    vol.Optional(CONF_PSK): SECRET,
                    vol.Required(CONF_USERNAME, default=data[CONF_USERNAME]): TEXT,
                    vol.Optional(CONF_PASSWORD): SECRET,
                }
            ),
            user_input,
            _data(user_input, data),
        )

    async def async_step_beenergised_driver_reconfigure_browser(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the operator's application, then sign in in the browser."""
        data = self._get_reconfigure_entry().data
        return await self._async_sign_in(
            f"{KEY}_reconfigure_browser",
            vol.Schema(
                {
                    vol.Required(CONF_TENANT, default=data[CONF_TENANT]): TEXT,
                    vol.Required(
                        CONF_AUTHORIZATION_SERVER,
                        default=data[CONF_AUTHORIZATION_SERVER],
                    ): TEXT,
                    vol.Required(CONF_CLIENT_ID, default=data[CONF_CLIENT_ID]): TEXT,
                    vol.Optional(CONF_CLIENT_SECRET): SECRET,
                    vol.Optional(CONF_AUDIENCE): TEXT,
                }
            ),
            user_input,
            _data(user_input, data),
        )

    async def _async_sign_in(
        self,
        step_id: str,
        schema: vol.Schema,
        user_input: Mapping[str, Any] | None,
        data: Mapping[str, Any],
    ) -> ConfigFlowResult:
        """Show a form; once filled in, send the user to the operator's sign-in."""
        if user_input is None:
            return self._show_form(step_id, schema, {CONF_VENDOR: KEY})
        if again := self._typed_wrongly(step_id, schema, data, user_input):
            return again
        try:
            self.flow_impl = OwnApplication(self.hass, data)
        except AddressError as err:
            return self._show_form(step_id, schema, data, user_input, err)
        self._application = dict(data)
        return await self.async_step_auth()

    @override
    async def _async_choose(self) -> ConfigFlowResult:
        """Say what a sign-in without a refresh token means, before it is kept."""
        if CONF_AUTHORIZATION_SERVER in self._data and not self._data[CONF_TOKEN].get(
            "refresh_token"
        ):
            return await self.async_step_beenergised_driver_short_lived()
        return await super()._async_choose()

    async def async_step_beenergised_driver_short_lived(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Warn that the operator lets each sign-in end soon."""
        if user_input is None:
            return self._show_form(
                f"{KEY}_short_lived", vol.Schema({}), {CONF_VENDOR: KEY}
            )
        return await super()._async_choose()


class BeenergisedDriverOptionsFlow(StationsOptionsFlow, DriverStationSteps):
    """Chooses later which of the operator's stations to show."""


def _data(
    user_input: Mapping[str, Any] | None, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return an entry's data of a form, without the session of the sign-in before."""
    kept = {k: v for k, v in (before or {}).items() if k != CONF_TOKEN}
    return kept | entry_data(KEY, user_input or {})
