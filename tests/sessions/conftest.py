"""Fixtures of the tests of sessions."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from simulator.world.history import History
from tests.common import async_set_up


@pytest.fixture
def nobody_charged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the world begin with connectors that were never used."""
    monkeypatch.setattr(History, "newest", None)


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return an account that is set up."""
    await async_set_up(hass, entry)
    return entry
