"""Tests of what can be commanded, and of what a car needs for it."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.repairs import LinkFlow, async_create_fix_flow
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from simulator import Simulator
from simulator.homes import Link
from simulator.world.model import Json
from tests.common import async_set_up, entity_id_of, value_of

from .common import async_act, async_pass


async def test_boost(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger_id: str,
    connector: str,
    vehicle: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A waiting car charges at once, and goes on as planned when the boost ends."""
    homes = sim.world.homes
    await async_set_up(hass, account)
    start = entity_id_of(hass, account, connector, "boost_start")
    end = entity_id_of(hass, account, vehicle, "boost_end")
    assert value_of(hass, account, connector, "boost_start") == STATE_UNAVAILABLE
    homes.plug_in(charger_id, soc=30)
    await async_pass(hass, freezer, sim)
    assert value_of(hass, account, connector, "session_mode") == "smart"
    assert value_of(hass, account, vehicle, "next_charging_start") != STATE_UNKNOWN
    assert value_of(hass, account, connector, "boost_end") == STATE_UNAVAILABLE

    await async_act(hass, "button", "press", start)
    assert homes.charger(charger_id).session is not None
    assert value_of(hass, account, connector, "session_mode") == "boost"
    assert value_of(hass, account, connector, "boost_start") == STATE_UNAVAILABLE
    await async_pass(hass, freezer, sim, timedelta(seconds=7))
    await async_act(hass, "button", "press", end)
    assert value_of(hass, account, connector, "session_mode") == "smart"


async def test_a_command_as_home_assistant_stops(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger_id: str,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It is given, and nothing is read afterwards that nobody would see."""
    await async_set_up(hass, account)
    sim.world.homes.plug_in(charger_id, soc=30)
    await async_pass(hass, freezer, sim)
    sim.ev_energy.requests.clear()
    hass.set_state(CoreState.stopping)
    start = entity_id_of(hass, account, connector, "boost_start")
    await async_act(hass, "button", "press", start)
    assert sim.world.homes.charger(charger_id).session is not None
    assert [record.method for record in sim.ev_energy.requests] == ["POST"]


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (409, "command_conflict"),
        (503, "command_not_delivered"),
        (403, "command_not_permitted"),
        (429, "rate_limited"),
        (400, "refused"),
    ],
)
async def test_refused_command(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger_id: str,
    connector: str,
    freezer: FrozenDateTimeFactory,
    status: int,
    key: str,
) -> None:
    """Each refusal has its own message, with the vendor's words; nothing is assumed."""
    await async_set_up(hass, account)
    sim.world.homes.plug_in(charger_id, soc=30)
    await async_pass(hass, freezer, sim)
    sim.ev_energy.faults.add("*/boost_start", status=status, message="in its own words")
    start = entity_id_of(hass, account, connector, "boost_start")
    with pytest.raises(HomeAssistantError) as caught:
        await async_act(hass, "button", "press", start)
    assert caught.value.translation_key == key
    assert caught.value.translation_placeholders is not None
    assert "in its own words" in caught.value.translation_placeholders["message"]
    assert value_of(hass, account, connector, "session_mode") == "smart"
    assert not hass.config_entries.flow.async_progress()


async def test_smart_charging_and_charge_limit(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    car_id: str,
    vehicle: str,
) -> None:
    """What is switched and set here is so at the vendor, and is read back from there."""
    await async_set_up(hass, account)
    switch = entity_id_of(hass, account, vehicle, "smart_charging")
    assert value_of(hass, account, vehicle, "smart_charging") == STATE_ON
    await async_act(hass, "switch", "turn_off", switch)
    assert sim.world.homes.car(car_id).smart is False
    assert value_of(hass, account, vehicle, "smart_charging") == STATE_OFF
    limit = entity_id_of(hass, account, vehicle, "charge_limit")
    await async_act(hass, "number", "set_value", limit, value=65)
    assert sim.world.homes.car(car_id).limit == 65
    assert float(value_of(hass, account, vehicle, "charge_limit")) == 65


async def test_car_without_a_link(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    car_id: str,
    vehicle: str,
) -> None:
    """How full a car is that nobody can ask, a person can say."""
    sim.world.homes.set_link(car_id, Link.NONE)
    await async_set_up(hass, account)
    stated = entity_id_of(hass, account, vehicle, "stated_charge")
    await async_act(hass, "number", "set_value", stated, value=55)
    assert sim.world.homes.car(car_id).told_soc == 55
    assert float(value_of(hass, account, vehicle, "stated_charge")) == 55


async def test_broken_link_can_be_repaired(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    car_id: str,
    issue_registry: ir.IssueRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A car that must be linked anew is a repair; once linked, it is none."""
    await async_set_up(hass, account)
    assert not issue_registry.issues
    sim.world.homes.set_link(car_id, Link.BROKEN)
    await async_pass(hass, freezer, sim)
    (issue,) = issue_registry.issues.values()
    assert issue.translation_key == "vehicle_link"
    assert issue.is_fixable
    flow = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    assert isinstance(flow, LinkFlow)
    flow.hass = hass
    assert (await flow.async_step_init())["step_id"] == "init"
    result = await flow.async_step_init({})
    assert result["step_id"] == "open"
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    assert placeholders["url"].startswith("http")
    sim.world.homes.set_link(car_id, Link.ACTIVE)
    await async_pass(hass, freezer, sim)
    assert not issue_registry.issues


@pytest.mark.parametrize(
    ("path", "changes", "issue_key"),
    [
        (
            "/v2/evses",
            {"*.lifecycle_state": "DECOMMISSIONED"},
            "station_decommissioned",
        ),
        ("/v2/vehicles", {"*.disabled": True}, "vehicle_disabled"),
    ],
)
async def test_what_does_not_charge_is_told(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    freezer: FrozenDateTimeFactory,
    path: str,
    changes: dict[str, Json],
    issue_key: str,
) -> None:
    """What the vendor has taken out of use is a repair for as long as it is."""
    await async_set_up(hass, account)
    assert not issue_registry.issues
    sim.ev_energy.faults.add(path, replace=changes)
    await async_pass(hass, freezer, sim)
    assert {issue.translation_key for issue in issue_registry.issues.values()} == {
        issue_key
    }
    assert not any(issue.is_fixable for issue in issue_registry.issues.values())
    sim.ev_energy.faults.clear()
    await async_pass(hass, freezer, sim)
    assert not issue_registry.issues


async def test_an_unpaired_charger_can_be_linked_again(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A person is sent to a page for it; one request gets its address."""
    await async_set_up(hass, account)
    sim.ev_energy.faults.add("/v2/evses", replace={"0.lifecycle_state": "UNPAIRED"})
    await async_pass(hass, freezer, sim)
    (issue,) = issue_registry.issues.values()
    assert issue.translation_key == "station_link"
    flow = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    assert isinstance(flow, LinkFlow)
    flow.hass = hass
    assert (await flow.async_step_init())["step_id"] == "init"
    assert not sim.ev_energy.requests.matching(path="/v2/evses/*/reconnect")
    result = await flow.async_step_init({})
    assert result["step_id"] == "open"
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    assert placeholders["url"].startswith("http")
    assert len(sim.ev_energy.requests.matching(path="/v2/evses/*/reconnect")) == 1
