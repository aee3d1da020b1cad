"""Tests of diagnostics: what helps is there, what tells who and where is not."""

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

from .common import async_set_up


async def test_diagnostics(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
) -> None:
    """Odd objects and unknown values are listed; secrets and places are not."""
    sim.kempower.faults.add(
        "/stations",
        stringify=["stations.1.maxPowerKw"],
        replace={"stations.0.status": "Daydreaming"},
    )
    await async_set_up(hass, entry)
    assert await async_setup_component(hass, "diagnostics", {})
    text = json.dumps(await get_diagnostics_for_config_entry(hass, hass_client, entry))
    diagnostics: dict[str, Any] = json.loads(text)
    bad = sim.world.station_ids[1]
    assert diagnostics["unknown_values"] == [
        {"field": "station status", "value": "Daydreaming", "count": 1}
    ]
    (skipped,) = diagnostics["skipped"]
    assert skipped["name"] == f"station {bad}"
    assert "maxPowerKw" in skipped["reason"]
    assert diagnostics["polling"]["poll"]["skipped"] == 1
    assert diagnostics["polling"]["last_update_success"] is True
    assert diagnostics["entities"]["detail"] == "full"
    assert diagnostics["totals"]["stations"] == 3
    assert station_id in {station["id"] for station in diagnostics["stations"]}
    assert "LOCATIONS" in diagnostics["capabilities"]
    assert sim.kempower.refresh_token not in text
    for location in sim.world.locations.values():
        assert location.address not in text
        assert str(location.latitude) not in text
