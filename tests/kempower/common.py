"""What tests of Kempower's dialogs do again and again."""

from typing import Any

from custom_components.ev_charging_cloud.const import (
    CONF_ADVANCED,
    CONF_REFRESH_TOKEN,
    CONF_SERVER,
    DOMAIN,
)
from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulator import Simulator


async def async_choose(hass: HomeAssistant) -> ConfigFlowResult:
    """Start a flow and choose the vendor in the menu."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.MENU
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"next_step_id": "kempower"}
    )
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "kempower"
    assert not result["errors"]
    return result


def form_of(sim: Simulator, **changes: str) -> dict[str, Any]:
    """Return the form as a user would fill it in."""
    fields = {
        CONF_REFRESH_TOKEN: sim.kempower.refresh_token,
        CONF_SERVER: sim.kempower.url,
    } | changes
    return {
        CONF_REFRESH_TOKEN: fields[CONF_REFRESH_TOKEN],
        CONF_ADVANCED: {CONF_SERVER: fields[CONF_SERVER]},
    }
