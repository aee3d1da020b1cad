"""What tests of the be.ENERGISED CPO API do again and again."""

from datetime import timedelta
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import (
    CONF_ADVANCED,
    CONF_SERVER,
    CONF_TENANT,
    CONF_VENDOR,
    DOMAIN,
)
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigFlowResult
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulator import Simulator
from tests.common import async_configure

VENDOR = "beenergised_cpo"
API = "/api/cpoapi/v1"
QUARTER = timedelta(minutes=17)


def make_account(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return an operator's account at a simulator."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Operator",
        unique_id=f"{VENDOR}_test",
        data=data_of(sim),
    )
    entry.add_to_hass(hass)
    return entry


def asked(sim: Simulator, path: str = "*") -> list[str]:
    """Return the paths of the requests so far, below the API's address."""
    return [
        record.path.removeprefix(API)
        for record in sim.beenergised_cpo.requests.matching(path)
    ]


def data_of(sim: Simulator, **changes: str) -> dict[str, str]:
    """Return an entry's data."""
    return {
        CONF_VENDOR: VENDOR,
        CONF_TENANT: sim.beenergised_cpo.url,
        CONF_CLIENT_ID: sim.beenergised_cpo.client_id,
        CONF_CLIENT_SECRET: sim.beenergised_cpo.client_secret,
        CONF_SERVER: sim.beenergised_cpo.url,
    } | changes


def form_of(sim: Simulator, **changes: str) -> dict[str, Any]:
    """Return the form as a user would fill it in."""
    fields = data_of(sim, **changes)
    del fields[CONF_VENDOR]
    server = fields.pop(CONF_SERVER)
    return {**fields, CONF_ADVANCED: {CONF_SERVER: server}}


async def async_choose(hass: HomeAssistant) -> ConfigFlowResult:
    """Start a flow and choose the vendor in the menu."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.MENU
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"next_step_id": VENDOR}
    )
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == VENDOR
    assert not result["errors"]
    return result


async def async_add(hass: HomeAssistant, sim: Simulator) -> ConfigEntry:
    """Add an account whose stations name no location."""
    result = await async_configure(hass, await async_choose(hass), form_of(sim))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    entry: ConfigEntry = result["result"]
    return entry


def move_in_others(sim: Simulator) -> None:
    """Have the stations of somebody else where ours were."""
    for station_id in sim.world.station_ids:
        sim.world.remove_station(station_id)
    sim.world.add_station(next(iter(sim.world.locations)))


def suggested(result: ConfigFlowResult) -> str:
    """Return what a form has filled in already."""
    assert result["data_schema"] is not None
    return repr(
        [
            (marker, getattr(marker, "description", None))
            for marker in result["data_schema"].schema
        ]
    )
