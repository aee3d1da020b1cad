"""Tests of diagnostics: what a tenant sends is named, and no value of it."""

import json
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from simulator import Simulator
from tests.common import async_set_up


async def test_diagnostics_name_what_is_unknown(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    """Names of attributes are listed with what we take them for, never their values."""
    sim.beenergised_cpo.options.attributes = "rich"
    assert await async_setup_component(hass, "diagnostics", {})
    await async_set_up(hass, account)
    told: dict[str, Any] = await get_diagnostics_for_config_entry(
        hass, hass_client, account
    )
    names = told["attributes"]["station"]
    assert names["label"] == "documented"
    assert names["lastContact"] == "recognised"
    assert names["gridOperatorReference"] == "unknown"
    text = json.dumps(told)
    for secret in (
        sim.beenergised_cpo.client_secret,
        sim.beenergised_cpo.client_id,
        sim.world.station(sim.world.station_ids[0]).spec.serial,
    ):
        assert secret not in text
