"""Repairs: linking a vehicle or a station anew."""

from collections.abc import Awaitable, Callable, Mapping

import voluptuous as vol

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .clients.commands import LinkCommands
from .commands import LINK
from .const import DOMAIN
from .runtime import ChargingConfigEntry

type IssueData = dict[str, str | int | float | None] | None


# What is asked for an address, by what is to be linked.
RELINK: Mapping[str, Callable[[LinkCommands, str], Awaitable[str]]] = {
    "vehicle": lambda commands, id_: commands.async_relink_vehicle(id_),
    "station": lambda commands, id_: commands.async_relink_station(id_),
}


class LinkFlow(RepairsFlow):
    """Asks the vendor for an address and sends the person there."""

    def __init__(
        self, entry: ChargingConfigEntry, kind: str, id_: str, name: str
    ) -> None:
        """Repair the link of a vehicle or a station.

        Args:
            entry: the account.
            kind: what is to be linked, one of :data:`RELINK`.
            id_: of it.
            name: of it.
        """
        self._coordinator = entry.runtime_data.live
        self._relink = RELINK[kind]
        self._id = id_
        self._placeholders = {kind: name, "vendor": entry.runtime_data.vendor.name}

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Say what is wrong; the address is asked for when it is wanted."""
        if user_input is None:
            return self.async_show_form(
                step_id="init",
                data_schema=vol.Schema({}),
                description_placeholders=self._placeholders,
            )
        try:
            # Nothing changes until a person follows the address.
            url = await self._coordinator.async_ask(
                LINK, lambda commands: self._relink(commands, self._id)
            )
        except HomeAssistantError as err:
            said = err.translation_placeholders or {}
            return self.async_abort(
                reason="cannot_link",
                description_placeholders=self._placeholders
                | {"message": said.get("message", "")},
            )
        self._placeholders["url"] = url
        return await self.async_step_open()

    async def async_step_open(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Show the address, and look at what came of it afterwards."""
        if user_input is None:
            return self.async_show_form(
                step_id="open",
                data_schema=vol.Schema({}),
                description_placeholders=self._placeholders,
            )
        await self._coordinator.async_request_refresh()
        return self.async_create_entry(data={})


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: IssueData
) -> RepairsFlow:
    """Return the flow that repairs an issue."""
    facts = {key: str(value) for key, value in (data or {}).items()}
    entry: ChargingConfigEntry | None = hass.config_entries.async_get_entry(
        facts["entry_id"]
    )
    if (
        entry is None
        or entry.state is not ConfigEntryState.LOADED
        or entry.runtime_data.client.link is None
    ):
        raise ValueError(f"{DOMAIN} has no account for {issue_id}")
    return LinkFlow(entry, facts["kind"], facts["id"], facts["name"])
