"""What the tests of blueprints do again and again: import one, automate by it, see what it says."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
)

from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.components.blueprint.schemas import BLUEPRINT_SCHEMA
from homeassistant.core import Event, HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
from tests.house import ROOT

FOLDER = ROOT / "blueprints/automation"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
SAID = "blueprint_said"
# What is done instead of a notification: all that a blueprint offers to it is kept.
SAY: list[dict[str, Any]] = [
    {
        "event": SAID,
        "event_data": {
            "title": "{{ title }}",
            "message": "{{ message }}",
            "energy": "{{ energy | default(none) }}",
            "cost": "{{ cost | default(none) }}",
            "place": "{{ place | default(none) }}",
        },
    }
]


# More turns of the loop than anything needs that waits for nothing but others' turns.
TURNS = 200


def blueprint_of(name: str) -> Blueprint:
    """Return a blueprint as Home Assistant reads it, by its own schema."""
    path = FOLDER / f"{name}.yaml"
    data = parse_yaml(path.read_text())
    assert isinstance(data, dict)
    return Blueprint(
        data, path=path.name, expected_domain=AUTOMATION, schema=BLUEPRINT_SCHEMA
    )


def import_blueprint(hass: HomeAssistant, name: str) -> str:
    """Put a blueprint where importing one puts it, and return what it is called there."""
    folder = Path(hass.config.path("blueprints", AUTOMATION, "ours"))
    folder.mkdir(parents=True)
    (folder / f"{name}.yaml").write_text((FOLDER / f"{name}.yaml").read_text())
    return f"ours/{name}.yaml"


class Automation:
    """An automation made from a blueprint, and what it has said."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen."""
        self._events: list[Event] = async_capture_events(hass, SAID)

    def taken(self) -> list[dict[str, Any]]:
        """Return what was said since the last look."""
        taken = [dict(event.data) for event in self._events]
        self._events.clear()
        return taken

    def texts(self) -> list[tuple[str, str]]:
        """Return titles and messages of what was said since the last look."""
        return [(said["title"], said["message"]) for said in self.taken()]


async def async_automate(
    hass: HomeAssistant, name: str, *, tell: bool = True, **inputs: Any
) -> Automation:
    """Make an automation from a blueprint, as its form in the editor would."""
    path = await hass.async_add_executor_job(import_blueprint, hass, name)
    automation = {
        "id": name,
        "alias": name,
        "use_blueprint": {
            "path": path,
            "input": inputs | ({"tell": SAY} if tell else {}),
        },
    }
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: [automation]})
    await hass.async_block_till_done(wait_background_tasks=True)
    state = hass.states.get(f"automation.{name}")
    assert state is not None
    assert state.state == "on", "Home Assistant does not accept what it makes"
    return Automation(hass)


async def async_look(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    account: MockConfigEntry,
    after: timedelta,
) -> None:
    """Let time pass and look at the cloud, while automations may go on waiting."""
    freezer.tick(after)
    async_fire_time_changed(hass)
    await account.runtime_data.live.async_refresh()
    for _ in range(TURNS):
        await asyncio.sleep(0)
