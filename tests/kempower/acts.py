"""What tests of a customer's API file and of commands do again and again."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import FormData
from aiohttp.test_utils import TestClient
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import (
    CONF_COMMANDS,
    CONF_FILE,
    CONF_OPERATIONS,
    CONF_REVIEW,
    DOMAIN,
)
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from simulator import Simulator
from tests.common import assert_worded, entity_id_of

type Upload = Callable[[bytes], Awaitable[str]]

ALL_COMMANDS = (
    "start",
    "stop",
    "availability",
    "restart",
    "station_limit",
    "connector_limit",
    "session_limit",
)


async def async_upload(client: TestClient[Any, Any], content: bytes) -> str:
    """Upload a file as the frontend does, and return its id."""
    form = FormData()
    form.add_field("file", content, filename="openapi.json")
    response = await client.post("/api/file_upload", data=form)
    assert response.status == 200
    answer: dict[str, str] = await response.json()
    return answer["file_id"]


async def async_take(
    hass: HomeAssistant, entry: MockConfigEntry, **section: Any
) -> ConfigFlowResult:
    """Fill in the section of the file in the options, and return what follows."""
    options = hass.config_entries.options
    result = await options.async_init(entry.entry_id)
    assert_worded(result, "options")
    result = await options.async_configure(
        result["flow_id"], {CONF_OPERATIONS: section}
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert_worded(result, "options")
    return result


async def async_take_file(
    hass: HomeAssistant, entry: MockConfigEntry, upload: Upload, content: bytes
) -> ConfigFlowResult:
    """Upload a file in the options, and return what follows."""
    return await async_take(hass, entry, **{CONF_FILE: await upload(content)})


async def async_switch_on(
    hass: HomeAssistant, entry: MockConfigEntry, result: ConfigFlowResult, *kinds: str
) -> None:
    """Switch commands on in the form that says what was found."""
    assert result["step_id"] == "operations"
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], dict.fromkeys(kinds, True)
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.options[CONF_COMMANDS] == list(kinds)


async def async_set_up_with(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    upload: Upload,
    *kinds: str,
    file: str = "alpha",
) -> None:
    """Set an account up, give it a file and switch commands on."""
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    result = await async_take_file(hass, entry, upload, sim.kempower.api_file(file))
    await async_switch_on(hass, entry, result, *kinds)


async def async_review(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Open the form that says what was found."""
    return await async_take(hass, entry, **{CONF_REVIEW: True})


async def async_call(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    path: str,
    key: str,
    service: str,
    **data: Any,
) -> None:
    """Use an entity of an object."""
    entity_id = entity_id_of(hass, entry, path, key)
    await hass.services.async_call(
        entity_id.split(".")[0],
        service,
        {ATTR_ENTITY_ID: entity_id, **data},
        blocking=True,
    )
    await hass.async_block_till_done(wait_background_tasks=True)


async def async_act(
    hass: HomeAssistant, entry: MockConfigEntry, path: str, action: str, **data: Any
) -> dict[str, Any]:
    """Perform an action on a connector's device, and return its response."""
    device = dr.async_get(hass).async_get_child_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}/{path}"), entry.entry_id
    )
    assert device is not None
    response: dict[str, Any] | None = await hass.services.async_call(
        DOMAIN,
        action,
        {ATTR_DEVICE_ID: device.id, **data},
        blocking=True,
        return_response=True,
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert response is not None
    return response
