"""Signing in at Kempower ChargEye by a refresh token, and taking a customer's own file.

The file says what no public page does: how stations are commanded. It is read once and
goes; the operations that were understood are kept, and none of them commands anything
before somebody switches it on.
"""

from collections.abc import Iterable, Mapping
from typing import Any, override

import voluptuous as vol

from homeassistant.components.file_upload import process_uploaded_file
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    FileSelector,
    FileSelectorConfig,
)

from ..clients.kempower import (
    COMMANDS,
    DEFAULT_SERVER,
    KEY,
    MAX_BYTES,
    FileProblem,
    Findings,
    OpenApiFileError,
    Refused,
    find_operations,
)
from ..const import (
    CONF_COMMANDS,
    CONF_FILE,
    CONF_FORGET,
    CONF_OPERATIONS,
    CONF_REFRESH_TOKEN,
    CONF_REVIEW,
    CONF_SERVER,
)
from ..sessions.texts import async_texts
from .base import AccountFlow
from .forms import SECRET, entry_data, server_section
from .options import LocationsOptionsFlow

# What options have of the file.
OF_FILE = (CONF_OPERATIONS, CONF_COMMANDS)
API_FILE = FileSelector(FileSelectorConfig(accept=".json,.yaml,.yml"))
YES_OR_NO = BooleanSelector()


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


class KempowerOptionsFlow(LocationsOptionsFlow):
    """Options with a section for the customer's own OpenAPI file.

    Once there is a file, or somebody wants to see what was found, a form follows that
    says so and has a switch for each command.
    """

    _findings = Findings()
    _is_shown = False
    _is_refused = False
    _others: Mapping[str, Any]
    _texts: Mapping[str, str]

    @override
    def _with_sessions(
        self, schema: vol.Schema, typed: Mapping[str, Any] | None = None
    ) -> vol.Schema:
        """Return a form with the section of the file before the one of sessions."""
        fields = vol.Schema(
            {
                vol.Optional(CONF_FILE): API_FILE,
                vol.Optional(CONF_REVIEW, default=False): YES_OR_NO,
            }
        )
        of_file = section(fields, {"collapsed": not self._is_refused})
        return super()._with_sessions(
            vol.Schema({**schema.schema, vol.Optional(CONF_OPERATIONS): of_file}), typed
        )

    @override
    async def _async_take_rest(self, user_input: Mapping[str, Any]) -> dict[str, str]:
        """Take a file as well, if there is one."""
        self._is_refused = False
        if errors := await super()._async_take_rest(user_input):
            return errors
        before = self.config_entry.options
        self._findings = Findings.restored(before.get(CONF_OPERATIONS))
        asked = user_input.get(CONF_OPERATIONS) or {}
        self._is_shown = CONF_FILE in asked or asked.get(CONF_REVIEW, False)
        if self._is_shown:
            self._texts = await async_texts(self.hass, self.hass.config.language)
        if CONF_FILE not in asked:
            return {}
        try:
            found = await self.hass.async_add_executor_job(
                _read_file, self.hass, asked[CONF_FILE]
            )
        except OpenApiFileError as err:
            self._is_refused = True
            return {CONF_OPERATIONS: f"api_file_{err.problem}"}
        self._findings = found.joined(self._findings)
        return {}

    @override
    @callback
    def _async_end(self, options: Mapping[str, Any]) -> ConfigFlowResult:
        """Keep what the file brought, after showing it to whoever wants to see it."""
        before = self.config_entry.options
        kept = {key: before[key] for key in OF_FILE if key in before}
        self._others = {**options, **kept}
        if self._is_shown:
            return self._show_operations()
        return super()._async_end(self._others)

    async def async_step_operations(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say what the file brought, and let each command be switched on."""
        if user_input is None:
            return self._show_operations()
        options = {k: v for k, v in self._others.items() if k not in OF_FILE}
        if not user_input.get(CONF_FORGET):
            options[CONF_OPERATIONS] = self._findings.kept
            options[CONF_COMMANDS] = [
                kind.value
                for kind in COMMANDS
                if kind in self._findings.found and user_input.get(kind)
            ]
        return super()._async_end(options)

    def _show_operations(self) -> ConfigFlowResult:
        switched_on = self.config_entry.options.get(CONF_COMMANDS, ())
        found, refused = self._findings.found, self._findings.refused
        switches: dict[vol.Marker, Any] = {
            vol.Optional(kind.value, default=kind in switched_on): YES_OR_NO
            for kind in COMMANDS
            if kind in found
        }
        forget = vol.Optional(CONF_FORGET, default=False)
        return self.async_show_form(
            step_id="operations",
            data_schema=vol.Schema({**switches, forget: YES_OR_NO}),
            description_placeholders={
                "found": _listed(
                    f"{self._texts[f'operation_{kind}']}: `{known.method} {known.path}`"
                    for kind, known in found.items()
                ),
                "refused": _listed(
                    f"{self._texts[f'operation_{kind}']}: {self._reason(why)}"
                    for kind, why in refused.items()
                ),
            },
        )

    def _reason(self, why: Refused) -> str:
        return self._texts[f"refusal_{why.reason}"].replace("{detail}", why.detail)


def _listed(lines: Iterable[str]) -> str:
    """Return a list as forms show it; a dash for an empty one.

    A hyphen would make a heading of what stands above it.
    """
    return "\n".join(f"- {line}" for line in lines) or "–"


def _read_file(hass: HomeAssistant, file_id: str) -> Findings:
    """Return what an uploaded file brings; the file is gone after that.

    Raises:
        OpenApiFileError: it is of no use.
    """
    try:
        with process_uploaded_file(hass, file_id) as path:
            # Its size is looked at before it is.
            is_small = path.stat().st_size <= MAX_BYTES
            data = path.read_bytes() if is_small else None
    except OSError, ValueError:
        raise OpenApiFileError(FileProblem.GONE) from None
    if data is None:
        raise OpenApiFileError(FileProblem.TOO_LARGE)
    return find_operations(data)
