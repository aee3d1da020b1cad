"""Tests of diagnostics: what helps is there, and nothing that tells who and where."""

import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from simulator import Simulator
from tests.common import async_set_up

from .common import sites

pytestmark = pytest.mark.usefixtures("some_documents")


async def test_diagnostics(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    """What was found in the schema is told, and what was made of it; no secret is."""
    cloud = sim.beenergised_driver
    cloud.options.rename = {"Connector.evseId": "somethingNew"}
    cloud.options.partial_error_field = "Chargelog.rateName"
    assert await async_setup_component(hass, "diagnostics", {})
    await async_set_up(hass, account)
    told: dict[str, Any] = await get_diagnostics_for_config_entry(
        hass, hass_client, account
    )
    client = told["client"]
    assert client["has_schema"] is True
    assert client["units"]["energyConsumption"] == "Wh"
    assert "rateName" in str(client["partial_errors"])
    recognition = client["recognition"]
    assert recognition["recognised"]["Cp.publicDisplayName"].startswith("displayName")
    assert recognition["recognised"]["Chargelog.status"] == "status (documented)"
    assert recognition["left_out"]["Connector.somethingNew"] == "String"
    assert recognition["recognised"]["Connector.maxPower"] == "maxPowerW (recognised)"
    assert told["capabilities"]
    # From the distances to a few stations it could be told where somebody lives.
    assert {one["distance"] for one in told["stations"]} == {"**REDACTED**"}
    pair = account.data["token"]
    site = sites(sim, roaming=False)[0]
    text = json.dumps(told)
    for secret in (
        *(cloud.psk, cloud.username, cloud.password, cloud.url),
        *(pair["session"], pair["refresh"]),
        *(str(site.latitude), str(hass.config.latitude), site.street),
    ):
        assert secret not in text
