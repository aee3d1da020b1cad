"""What the tests of blueprints share."""

from collections.abc import AsyncIterator

import pytest

from homeassistant.core import HomeAssistant


@pytest.fixture(autouse=True)
async def _automations_end(hass: HomeAssistant) -> AsyncIterator[None]:
    """Let no automation wait for anything when a test is over."""
    yield
    if automations := hass.states.async_entity_ids("automation"):
        await hass.services.async_call(
            "automation", "turn_off", {"entity_id": automations}, blocking=True
        )
