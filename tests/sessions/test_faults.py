"""Tests of faults of connectors in the figures of a fleet."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from simulator import Simulator
from tests.beenergised_driver.common import make_account as make_driver

from ..common import async_poll, async_set_up
from .common import async_pass, opened
from .records import HOUR, device_id

pytestmark = pytest.mark.usefixtures("nobody_charged")

MINUTE = timedelta(minutes=1)


async def _async_figures(
    hass: HomeAssistant, entry: MockConfigEntry, station_id: str
) -> dict[str, Any]:
    """Return the station's figures of the last week."""
    answer = await hass.services.async_call(
        DOMAIN,
        "get_figures",
        {"device_id": device_id(hass, entry, f"station/{station_id}")},
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    found: list[dict[str, Any]] = answer["days_7"]  # type: ignore[assignment]  # JSON
    return next(each for each in found if each["kind"] == "station")


async def _async_wait(hass: HomeAssistant) -> None:
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_a_fault_is_in_the_figures(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It counts as long as polls show it; before the first poll nobody looked."""
    await _async_wait(hass)
    await async_pass(hass, freezer, sim, 10 * HOUR)
    sim.world.set_fault(station_id, connector_id)
    for _ in range(5):
        await async_pass(hass, freezer, sim, 30 * MINUTE)
        await _async_wait(hass)
    sim.world.clear_fault(station_id, connector_id)
    await async_pass(hass, freezer, sim, 30 * MINUTE)
    await _async_wait(hass)
    await async_pass(hass, freezer, sim, 10 * HOUR)
    found = await _async_figures(hass, loaded, station_id)
    assert found["faults"] == 1
    assert found["faulted_hours"] == pytest.approx(2.5, abs=0.1)
    # Of two connectors that were watched for 23 hours.
    assert found["hours_between_faults"] == pytest.approx(46 - 2.5, abs=0.2)


async def test_a_fault_whose_end_nobody_saw(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It is over when it was last seen: a day off is no day of a fault."""
    await _async_wait(hass)
    sim.world.set_fault(station_id, connector_id)
    for _ in range(3):
        await async_pass(hass, freezer, sim, 30 * MINUTE)
        await _async_wait(hass)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    sim.world.clear_fault(station_id, connector_id)
    sim.clock.advance(24 * HOUR)
    freezer.tick(24 * HOUR)
    await async_set_up(hass, loaded)
    await _async_wait(hass)
    found = await _async_figures(hass, loaded, station_id)
    assert found["faults"] == 1
    assert found["faulted_hours"] == pytest.approx(1.0, abs=0.1)


async def test_a_fault_over_a_restart_is_one(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A connector that is faulted before and after was so in between."""
    sim.world.set_fault(station_id, connector_id)
    await async_set_up(hass, entry)
    await _async_wait(hass)
    assert await hass.config_entries.async_unload(entry.entry_id)
    sim.clock.advance(5 * HOUR)
    freezer.tick(5 * HOUR)
    await async_set_up(hass, entry)
    await _async_wait(hass)
    await async_pass(hass, freezer, sim, 30 * MINUTE)
    await _async_wait(hass)
    (kept,) = await opened(hass).async_open_faults(entry.unique_id or "")
    assert (kept.station_id, kept.connector_id) == (station_id, connector_id)
    assert dt_util.utcnow() - kept.began_at > 5 * HOUR


async def test_what_an_offline_station_shows_is_no_news(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A station that is offline is not looked at."""
    await _async_wait(hass)
    sim.world.set_fault(station_id, connector_id)
    sim.world.set_offline(station_id)
    await async_poll(hass, freezer)
    await _async_wait(hass)
    found = await _async_figures(hass, loaded, station_id)
    assert found["faults"] == 0
    assert found["hours_between_faults"] is None


async def test_other_peoples_stations_are_not_watched(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """An account of a driver looks for no faults."""
    account = make_driver(hass, sim)
    await async_set_up(hass, account)
    await _async_wait(hass)
    progress = await opened(hass).async_progress(account.unique_id or "")
    assert "faults_watched_since" not in progress
