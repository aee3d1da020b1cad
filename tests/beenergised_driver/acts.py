"""What tests of commands do again and again, and see after it."""

import json
import re
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import (
    CONF_STATION_IDS,
    CONF_STATIONS,
    DOMAIN,
)
from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, CONF_RADIUS
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from simulator import Simulator
from simulator.beenergised_driver import money
from simulator.beenergised_driver.charges import Charge
from tests.common import ENGLISH, entity_id_of, state_of, value_of

from .common import make_account, place_shown, sites


def make_account_of_few(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return a driver's account that shows a few stations, not set up yet."""
    shown = [*sites(sim, roaming=False)[:1], *sites(sim, roaming=True)[:2]]
    return make_account(
        hass,
        sim,
        **{
            CONF_STATIONS: "listed",
            CONF_RADIUS: 20,
            CONF_STATION_IDS: [site.id for site in shown],
        },
    )


def device_id_of(hass: HomeAssistant, account: MockConfigEntry, path: str) -> str:
    """Return the id of an object's device."""
    registry = dr.async_get(hass)
    identifier = (DOMAIN, f"{account.unique_id}/{path}")
    find = (
        registry.async_get_child_device_by_identifier
        if path.startswith("connector")
        else registry.async_get_device_by_identifier
    )
    device = find(identifier, account.entry_id)
    assert device is not None
    return device.id


async def async_press(
    hass: HomeAssistant, account: MockConfigEntry, path: str, key: str
) -> None:
    """Press a button."""
    await hass.services.async_call(
        "button",
        "press",
        {ATTR_ENTITY_ID: entity_id_of(hass, account, path, key)},
        blocking=True,
    )
    await hass.async_block_till_done(wait_background_tasks=True)


async def async_act(
    hass: HomeAssistant, account: MockConfigEntry, path: str, action: str, **data: Any
) -> dict[str, Any]:
    """Perform an action on an object's device, and return its response."""
    response: dict[str, Any] | None = await hass.services.async_call(
        DOMAIN,
        action,
        {ATTR_DEVICE_ID: device_id_of(hass, account, path), **data},
        blocking=True,
        return_response=True,
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert response is not None
    return response


def said_by(caught: pytest.ExceptionInfo[HomeAssistantError]) -> tuple[str, str]:
    """Return the key of a translated error, and what the vendor said."""
    return words_of(caught.value)


def words_of(error: HomeAssistantError) -> tuple[str, str]:
    """Return the same of an error, whose text must have all that it names."""
    assert error.translation_domain == DOMAIN
    assert error.translation_key
    placeholders = error.translation_placeholders or {}
    texts = json.loads(ENGLISH.read_text())["exceptions"]
    text = texts[error.translation_key]["message"]
    assert set(re.findall(r"{(\w+)}", text)) <= placeholders.keys()
    return error.translation_key, placeholders.get("message", "")


def number_of(
    hass: HomeAssistant, account: MockConfigEntry, key: str, unit: str
) -> float:
    """Return the state of a sensor of the account."""
    state = state_of(hass, account, "account", key)
    assert state is not None
    assert state.attributes["unit_of_measurement"] == unit
    return float(state.state)


def assert_last_session(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, charge: Charge
) -> None:
    """Check that the last session is shown as the operator has it."""
    reading = charge.reading(sim.clock.now())
    cost = money.cost(charge.plug.tariff, reading.energy_wh, reading.seconds, "en")
    assert number_of(hass, account, "last_session_energy", "kWh") == pytest.approx(
        reading.energy_wh / 1000, abs=0.001
    )
    assert number_of(hass, account, "last_session_cost", "EUR") == cost["grossAmount"]
    name = value_of(hass, account, "account", "last_session_connector")
    assert name == place_shown(hass, sim, account, charge.plug)
