"""Steps through the dialogs of be.ENERGISED for drivers."""

from collections.abc import Awaitable, Callable
from typing import Any

from custom_components.ev_charging_cloud.const import (
    CONF_AUTHORIZATION_SERVER,
    CONF_PSK,
    CONF_TENANT,
    DOMAIN,
)
from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_PASSWORD,
    CONF_USERNAME,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulator import Simulator
from tests.common import assert_worded

from .common import AROUND

VENDOR = "beenergised_driver"
REDIRECT = "https://example.com/auth/external/callback"


type Browse = Callable[[ConfigFlowResult, bool], Awaitable[ConfigFlowResult]]


async def async_choose(hass: HomeAssistant, way: str) -> ConfigFlowResult:
    """Start a flow and choose vendor and way in."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    for choice in (VENDOR, f"{VENDOR}_{way}"):
        assert result["type"] is FlowResultType.MENU
        assert choice in result["menu_options"]
        result = await hass.config_entries.flow.async_configure(
            result["flow_id"], {"next_step_id": choice}
        )
    assert result["type"] is FlowResultType.FORM
    assert_worded(result)
    return result


async def async_answer(
    hass: HomeAssistant, result: ConfigFlowResult, data: dict[str, Any]
) -> ConfigFlowResult:
    """Answer a form; the texts of what follows must be whole."""
    answer = await hass.config_entries.flow.async_configure(result["flow_id"], data)
    if answer["type"] is FlowResultType.FORM:
        assert_worded(answer)
    return answer


def form_of(sim: Simulator, **changes: str) -> dict[str, str]:
    """Return the form with a password as a user would fill it in."""
    return {
        CONF_TENANT: sim.beenergised_driver.url,
        CONF_PSK: sim.beenergised_driver.psk,
        CONF_USERNAME: sim.beenergised_driver.username,
        CONF_PASSWORD: sim.beenergised_driver.password,
    } | changes


def application_form(
    sim: Simulator, *, public: Any = False, **changes: Any
) -> dict[str, str]:
    """Return the form of an operator's application as a user would fill it in."""
    cloud = sim.beenergised_driver
    client = {CONF_CLIENT_ID: cloud.public_client_id}
    if not public:
        client = {
            CONF_CLIENT_ID: cloud.client_id,
            CONF_CLIENT_SECRET: cloud.client_secret,
        }
    return {
        CONF_TENANT: cloud.url,
        CONF_AUTHORIZATION_SERVER: cloud.address,
        **client,
    } | changes


async def async_to_stations(hass: HomeAssistant, sim: Simulator) -> ConfigFlowResult:
    """Sign in with a password, as far as the choice of stations."""
    result = await async_answer(
        hass, await async_choose(hass, "password"), form_of(sim)
    )
    assert result["step_id"] == f"{VENDOR}_stations"
    assert not result["errors"]
    return result


async def async_add(
    hass: HomeAssistant, result: ConfigFlowResult, **choice: Any
) -> ConfigEntry:
    """Choose stations, and wait until the account runs."""
    result = await async_answer(hass, result, choice or AROUND)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    entry: ConfigEntry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    return entry


async def async_browse(
    hass: HomeAssistant, sim: Simulator, browse: Browse, **changes: Any
) -> ConfigFlowResult:
    """Sign in in the browser, as far as what follows."""
    result = await async_choose(hass, "browser")
    result = await async_answer(hass, result, application_form(sim, **changes))
    result = await browse(result, True)
    assert_worded(result)
    return result


def fields_of(result: ConfigFlowResult) -> dict[str, Any]:
    """Return the fields of a form, by name."""
    assert result["data_schema"] is not None
    return {
        str(marker): field for marker, field in result["data_schema"].schema.items()
    }


def suggested(result: ConfigFlowResult) -> str:
    """Return what a form has filled in already."""
    assert result["data_schema"] is not None
    return repr(
        [
            (marker.description, getattr(marker, "default", None))
            for marker in result["data_schema"].schema
        ]
    )


def names_of(entry: ConfigEntry) -> set[str]:
    """Return the names of the stations that an account shows."""
    return {one.name or "" for one in entry.runtime_data.live.data.stations.values()}


async def async_options(
    hass: HomeAssistant, entry: ConfigEntry, *answers: dict[str, Any]
) -> ConfigFlowResult:
    """Open the account's options and answer their forms."""
    result = await hass.config_entries.options.async_init(entry.entry_id)
    for answer in answers:
        assert_worded(result, "options")
        result = await hass.config_entries.options.async_configure(
            result["flow_id"], answer
        )
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def async_reconfigure(
    hass: HomeAssistant, entry: ConfigEntry
) -> ConfigFlowResult:
    """Open the form to change how an account is reached."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": "reconfigure", "entry_id": entry.entry_id}
    )
    assert_worded(result)
    return result
