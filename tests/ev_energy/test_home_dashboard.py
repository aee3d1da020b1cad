"""Tests of home energy in Home Assistant's statistics and its energy dashboard."""

from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from simulator import Simulator
from simulator.ev_energy import USUAL
from simulator.ev_energy.read_home import system_id
from simulator.ev_energy.scopes import HOME_ENERGY
from tests.common import async_set_up, entity_id_of

from .common import async_pass, make_account

FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
def account(
    recorder_mock: Recorder, hass: HomeAssistant, sim: Simulator
) -> MockConfigEntry:
    """Return an account that may see home energy, in a Home Assistant with a recorder."""
    sim.ev_energy.grant(USUAL | HOME_ENERGY)
    return make_account(hass, sim)


@pytest.fixture
def home(sim: Simulator) -> str:
    """Return the path of the user's system."""
    return f"home_energy/{system_id(sim.world.homes.people[0].id)}"


async def async_record(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    sim: Simulator,
    time: timedelta,
) -> None:
    """Let time pass, and have the recorder compile what it does every five minutes."""
    now = dt_util.utcnow()
    end = now + time
    while now < end:
        await async_pass(hass, freezer, sim, FIVE_MINUTES)
        await async_wait_recording_done(hass)
        start = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
        do_adhoc_statistics(hass, start=start)
        await async_wait_recording_done(hass)
        now = dt_util.utcnow()


async def async_sums(
    recorder: Recorder, hass: HomeAssistant, entity_id: str, since: datetime
) -> list[float]:
    """Return the sums of a meter's statistics, in kWh, the earliest first."""
    found = await recorder.async_add_executor_job(
        lambda: statistics_during_period(
            hass, since, None, {entity_id}, "5minute", None, {"sum"}
        )
    )
    return [row["sum"] or 0.0 for row in found[entity_id]]


async def test_statistics(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    home: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Sums are what flowed; a restart, a correction and a new beginning spoil nothing."""
    await async_set_up(hass, account)
    entity_id = entity_id_of(hass, account, home, "solar_energy")
    since, person = dt_util.utcnow(), sim.world.homes.people[0].id
    began = sim.clock.now()
    await async_record(hass, freezer, sim, timedelta(minutes=30))
    assert await hass.config_entries.async_unload(account.entry_id)
    freezer.tick(timedelta(hours=1))
    sim.clock.advance(timedelta(hours=1))
    await async_set_up(hass, account)
    await async_record(hass, freezer, sim, timedelta(minutes=20))
    flowed = sim.world.homes.energy(person, began, sim.clock.now()).generation / 1000
    sums = await async_sums(recorder_mock, hass, entity_id, since)
    assert sums == sorted(sums)
    assert sums[-1] == pytest.approx(flowed, abs=0.5)

    # What was told too high is taken back.
    sim.ev_energy.faults.add(
        "*/energy_stats", times=1, replace={"buckets.*.generation_wh": 5000}
    )
    await async_record(hass, freezer, sim, timedelta(minutes=40))
    sums = await async_sums(recorder_mock, hass, entity_id, since)
    assert max(sums) > flowed + 5
    flowed = sim.world.homes.energy(person, began, sim.clock.now()).generation / 1000
    assert sums[-1] == pytest.approx(flowed, abs=0.5)

    # An account that was removed and added again has a meter that begins anew.
    # States of one and the same moment would have no order.
    freezer.tick(10)
    await hass.config_entries.async_remove(account.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    freezer.tick(10)
    again = make_account(hass, sim)
    await async_set_up(hass, again)
    assert entity_id_of(hass, again, home, "solar_energy") == entity_id
    await async_record(hass, freezer, sim, timedelta(minutes=20))
    sums = await async_sums(recorder_mock, hass, entity_id, since)
    assert min(sums[-4:]) > flowed - 0.5
    flowed = sim.world.homes.energy(person, began, sim.clock.now()).generation / 1000
    # The half hour in which it was added is counted again.
    assert flowed - 0.5 < sums[-1] < flowed + 2.5


async def test_energy_dashboard(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    home: str,
    freezer: FrozenDateTimeFactory,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The dashboard takes grid, sun and battery, and finds nothing wrong with them."""
    assert await async_setup_component(hass, "energy", {})
    await async_set_up(hass, account)
    await async_record(hass, freezer, sim, timedelta(minutes=10))

    def ids(*keys: str) -> list[str]:
        return [entity_id_of(hass, account, home, key) for key in keys]

    bought, sold, bought_now, sold_now = ids(
        "grid_import_energy",
        "grid_export_energy",
        "grid_import_power",
        "grid_export_power",
    )
    solar, solar_now = ids("solar_energy", "solar_power")
    out, into, level = ids(
        "battery_discharge_energy", "battery_charge_energy", "battery_level"
    )
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {
            "type": "energy/save_prefs",
            "energy_sources": [
                {
                    "type": "grid",
                    "stat_energy_from": bought,
                    "stat_energy_to": sold,
                    "power_config": {
                        "stat_rate_from": bought_now,
                        "stat_rate_to": sold_now,
                    },
                    "cost_adjustment_day": 0,
                },
                {"type": "solar", "stat_energy_from": solar, "stat_rate": solar_now},
                {
                    "type": "battery",
                    "stat_energy_from": out,
                    "stat_energy_to": into,
                    "stat_soc": level,
                },
            ],
        }
    )
    assert (await client.receive_json())["success"]
    await async_record(hass, freezer, sim, timedelta(minutes=10))
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "energy/validate"})
    found = (await client.receive_json())["result"]
    assert found["energy_sources"] == [[], [], []]
