"""What tests of the integration do again and again."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
import json
from pathlib import Path
import re
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant, State
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er

ENGLISH = (
    Path(__file__).parent.parent
    / "custom_components/ev_charging_cloud/translations/en.json"
)
# Those whose entities have states of their own to compare.
PLATFORMS = ("sensor", "binary_sensor", "button", "number", "switch")
# Longer than the slowest poll with its jitter.
ONE_POLL = timedelta(seconds=70)


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Return what was logged, but for what the harness's storage logs in place of files."""
    return "\n".join(
        record.getMessage() + (record.exc_text or "")
        for record in caplog.records
        if not record.name.startswith("pytest_homeassistant")
    )


async def async_set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an account up and wait until all is there."""
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


async def async_poll(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, after: timedelta = ONE_POLL
) -> None:
    """Let time pass until the next poll is over."""
    freezer.tick(after)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


def assert_worded(result: ConfigFlowResult, flow: str = "config") -> None:
    """Check that a form, or an end, brings all that its texts and its errors name."""
    config = json.loads(ENGLISH.read_text())[flow]
    if result["type"] is FlowResultType.ABORT:
        texts = [config["abort"][result["reason"]]]
    else:
        texts = [
            *_texts(config["step"][result["step_id"]]),
            *(config["error"][e] for e in (result.get("errors") or {}).values()),
        ]
    named = {name for text in texts for name in re.findall(r"{(\w+)}", text)}
    assert named <= set(result["description_placeholders"] or ())


async def async_configure(
    hass: HomeAssistant, result: ConfigFlowResult, data: dict[str, Any]
) -> ConfigFlowResult:
    """Answer a form, whose texts must be whole."""
    assert_worded(result)
    answer = await hass.config_entries.flow.async_configure(result["flow_id"], data)
    if answer["type"] is FlowResultType.FORM:
        assert_worded(answer)
    return answer


def _texts(tree: dict[str, Any]) -> Iterator[str]:
    for value in tree.values():
        if isinstance(value, dict):
            yield from _texts(value)
        else:
            yield value


def entity_id_of(
    hass: HomeAssistant,
    entry: ConfigEntry,
    path: str,
    key: str,
    platforms: Iterable[str] = PLATFORMS,
) -> str:
    """Return the id of an entity of an object, whatever platform it is on."""
    unique_id = f"{entry.unique_id}/{path}/{key}"
    registry = er.async_get(hass)
    found = [
        entity_id
        for platform in platforms
        if (entity_id := registry.async_get_entity_id(platform, DOMAIN, unique_id))
    ]
    assert len(found) == 1, f"{len(found)} entities are {unique_id}"
    return found[0]


def state_of(
    hass: HomeAssistant, entry: ConfigEntry, path: str, key: str
) -> State | None:
    """Return the state of an entity of an object; None if it has none."""
    return hass.states.get(entity_id_of(hass, entry, path, key))


def value_of(hass: HomeAssistant, entry: ConfigEntry, path: str, key: str) -> str:
    """Return the state of an entity of an object, as text."""
    state = state_of(hass, entry, path, key)
    assert state is not None
    return state.state
