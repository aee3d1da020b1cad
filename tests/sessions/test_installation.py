"""Tests of what the dashboard is told of statistics."""

from datetime import UTC, datetime

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant

from .records import (
    async_record,
    async_statistics,
    async_write_statistics,
    device_id,
    session,
    sighting,
)

pytestmark = pytest.mark.usefixtures("nobody_charged")

START = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)


async def test_energies_are_named_as_they_are_written(
    hass: HomeAssistant,
    recorder_mock: Recorder,
    loaded: MockConfigEntry,
    station_id: str,
    connector_id: str,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The statistic that is told of a device is the one that the recorder has."""
    await async_record(
        hass, loaded, [sighting(session(station_id, connector_id, START))]
    )
    await async_write_statistics(hass)
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": f"{DOMAIN}/installation"})
    (account,) = (await client.receive_json())["result"]["accounts"]
    energies = {it["id"]: it.get("energy") for it in account["devices"]}
    written = {each["statistic_id"] for each in (await async_statistics(hass)).values()}
    connector = device_id(hass, loaded, f"connector/{station_id}/{connector_id}")
    assert energies[connector] in written
    assert sum(each in written for each in energies.values()) == 1
    # What a station delivers is counted at its connectors.
    assert energies[device_id(hass, loaded, f"station/{station_id}")] is None
