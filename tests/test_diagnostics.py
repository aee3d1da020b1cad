"""Tests of diagnostics: what helps is there, what tells who and where is not."""

from datetime import timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from msgspec import Struct
from msgspec.structs import replace
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ev_charging_cloud.clients.model import MaintenanceWindow
from custom_components.ev_charging_cloud.diagnostics import (
    SHOWN,
    async_get_config_entry_diagnostics,
)
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from simulator import Simulator

from .common import async_poll, async_set_up


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
        stringify=["stations.2.maxPowerKw"],
        replace={
            "stations.0.status": "Daydreaming",
            "stations.1.connectors.0.connectorId": None,
            "stations.2.currentPowerKw": "much",
        },
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
    assert skipped["name"] == f"connectors of station {bad}"
    assert "connectorId" in skipped["reason"]
    assert diagnostics["odd_values"] == {
        "station.connectors": 1,
        "station.currentPowerKw": 1,
    }
    assert diagnostics["polling"]["poll"]["skipped"] == 1
    assert diagnostics["polling"]["last_update_success"] is True
    assert diagnostics["entities"]["detail"] == "full"
    assert diagnostics["totals"]["stations"] == 4
    assert station_id in {station["id"] for station in diagnostics["stations"]}
    assert "LOCATIONS" in diagnostics["capabilities"]
    assert sim.kempower.refresh_token not in text
    for location in sim.world.locations.values():
        assert location.address not in text
        assert str(location.latitude) not in text


async def test_why_the_last_poll_failed(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The vendor's words are there; of an error that nobody expected only its kind."""
    await async_set_up(hass, entry)
    words = '{"errorMessage": "Quite out of order"}'
    sim.kempower.faults.add(status=500, body=words)
    await async_poll(hass, freezer, timedelta(minutes=5))
    found = await async_get_config_entry_diagnostics(hass, entry)
    assert found["polling"]["last_update_success"] is False
    assert found["polling"]["last_exception"].startswith("UpdateFailed: ")
    assert "Quite out of order" in found["polling"]["last_exception"]
    entry.runtime_data.live.last_exception = ValueError("a secret")
    found = await async_get_config_entry_diagnostics(hass, entry)
    assert found["polling"]["last_exception"] == "ValueError"


class _Novelty(Struct):
    """An object of a kind that diagnostics do not know."""

    secret: str = "something new"


async def test_what_is_not_listed_is_not_shown(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, station_id: str
) -> None:
    """However deep a field stands, only that it has a value is shown."""
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "novelty": "something new", "empty": ""}
    )
    await async_set_up(hass, entry)
    live = entry.runtime_data.live
    now = dt_util.utcnow()
    window = MaintenanceWindow(
        id="7",
        station_id=station_id,
        start=now,
        end=now + timedelta(hours=1),
        comment="call Ann at home",
    )
    station = replace(
        live.data.stations[station_id],
        maintenance=(window,),
        serial_number="SN-0815",
        details=_Novelty(),
    )
    live.data = replace(live.data, stations={station_id: station})
    found = await async_get_config_entry_diagnostics(hass, entry)
    assert found["entry"]["data"] == {
        "vendor": "kempower",
        "server": True,
        "refresh_token": True,
        "novelty": True,
        "empty": False,
    }
    (shown,) = found["stations"]
    assert shown["id"] == station_id
    assert shown["serial_number"] == shown["details"]["secret"] == "**REDACTED**"
    assert shown["imsi"] is None
    (shown_window,) = shown["maintenance"]
    assert shown_window["id"] == "7"
    assert shown_window["comment"] == "**REDACTED**"
    text = json.dumps(found)
    for secret in ("Ann", "SN-0815", "something new", sim.kempower.url):
        assert secret not in text


@pytest.mark.parametrize("kind", SHOWN, ids=lambda kind: kind.__name__)
def test_what_is_listed_is_there(kind: type[Struct]) -> None:
    """No field is listed that the model lacks: its next name would be left out."""
    assert SHOWN[kind] <= set(kind.__struct_fields__)
