"""Tests of accounts where there is no recorder."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError

from .records import device_id


async def test_no_recorder(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """Without a recorder there are no statistics, and the action says so."""
    with pytest.raises(ServiceValidationError) as raised:
        await hass.services.async_call(
            DOMAIN,
            "rebuild_statistics",
            {"device_id": device_id(hass, loaded, "account")},
            blocking=True,
        )
    assert raised.value.translation_key == "no_recorder"
