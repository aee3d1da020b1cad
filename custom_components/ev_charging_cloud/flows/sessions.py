"""The collapsed section of options that says where charging sessions are kept."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import voluptuous as vol

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
from homeassistant.core import callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig

from ..const import CONF_DATABASE, CONF_SESSIONS
from ..ledger import LedgerError, Problem, shown_address
from ..sessions.ledger import async_database, own_file
from ..sessions.moving import NotCopiedError, async_move, async_prepare_move

DATABASE = TextSelector(TextSelectorConfig(autocomplete="off"))

# Each wants something else done.
WORDS: Mapping[Problem, str] = {
    Problem.MISSING_DRIVER: "database_unknown",
    Problem.NEWER_VERSION: "database_newer",
    Problem.READ_ONLY: "database_read_only",
    Problem.TOO_SLOW: "database_unreachable",
    Problem.UNREACHABLE: "database_unreachable",
}
OTHER = "database_failing"


class SessionsSection(OptionsFlowWithReload):
    """Options that end with where the sessions of all accounts are kept.

    Nothing is changed before :meth:`_async_end`.
    """

    _shown: Mapping[str, str] = MappingProxyType({})
    _moves_to: str | None = None
    _not_copied: str | None = None
    _message = ""

    async def _async_look_up(self) -> None:
        """Find out what the section shows: no password, and nothing for a file."""
        url = await async_database(self.hass)
        if url != own_file(self.hass):
            self._shown = {CONF_DATABASE: shown_address(url)}

    def _with_sessions(
        self, schema: vol.Schema, typed: Mapping[str, Any] | None = None
    ) -> vol.Schema:
        """Return a form with the section; it is open where it was just filled in.

        Args:
            schema: the form.
            typed: what was typed into the section; None for what is in use.
        """
        fields = vol.Schema({vol.Optional(CONF_DATABASE): DATABASE})
        whole = vol.Schema(
            {
                **schema.schema,
                vol.Optional(CONF_SESSIONS): section(
                    fields, {"collapsed": typed is None}
                ),
            }
        )
        shown = self._shown if typed is None else typed
        return self.add_suggested_values_to_schema(whole, {CONF_SESSIONS: dict(shown)})

    async def _async_take_rest(self, user_input: Mapping[str, Any]) -> dict[str, str]:
        """Take what a form has beside the choice that it is about.

        Returns:
            Errors by field.
        """
        return await self._async_take_sessions(user_input.get(CONF_SESSIONS))

    async def _async_take_sessions(
        self, typed: Mapping[str, str] | None
    ) -> dict[str, str]:
        """Prepare to keep sessions where the section says, if that is another place.

        Args:
            typed: what was typed into the section; None where it was left as it was.

        Returns:
            Errors by field.
        """
        self._moves_to = None
        if typed is None or typed == self._shown:
            return {}
        url = typed.get(CONF_DATABASE, "").strip() or own_file(self.hass)
        if url == await async_database(self.hass):
            return {}
        try:
            await async_prepare_move(
                self.hass, url, leaves_sessions=url == self._not_copied
            )
        except LedgerError as err:
            self._message = err.detail
            return {CONF_SESSIONS: WORDS.get(err.problem, OTHER)}
        except NotCopiedError as err:
            self._message = err.detail
            self._not_copied = url
            return {CONF_SESSIONS: "database_not_copied"}
        self._moves_to = url
        return {}

    async def async_step_without_cloud(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where sessions are kept; all else can be chosen once the cloud answers."""
        return await self._async_only_sessions("without_cloud", user_input)

    async def _async_only_sessions(
        self, step_id: str, user_input: Mapping[str, Any] | None
    ) -> ConfigFlowResult:
        """Take where sessions are kept, or ask for it; all else stays as it is."""
        if user_input is None:
            return self._show_only_sessions(step_id)
        if errors := await self._async_take_rest(user_input):
            typed = user_input.get(CONF_SESSIONS)
            return self._show_only_sessions(step_id, typed, errors)
        return self._async_end(self.config_entry.options)

    def _show_only_sessions(
        self,
        step_id: str,
        typed: Mapping[str, str] | None = None,
        errors: dict[str, str] | None = None,
        placeholders: Mapping[str, str] | None = None,
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self._with_sessions(vol.Schema({}), typed),
            errors=errors,
            description_placeholders={"message": self._message, **(placeholders or {})},
        )

    @callback
    def _async_end(self, options: Mapping[str, Any]) -> ConfigFlowResult:
        """Keep what was chosen, and have all accounts use the database."""
        if (url := self._moves_to) is not None:
            # All accounts are set up anew, this one too.
            self.automatic_reload = False
            _ = self.hass.async_create_task(
                async_move(self.hass, url, leaves_sessions=url == self._not_copied),
                "move charging sessions",
                eager_start=False,
            )
        return self.async_create_entry(data=options)
