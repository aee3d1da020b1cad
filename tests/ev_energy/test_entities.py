"""Tests of ev.energy: chargers, vehicles, sessions, and what can be commanded."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.ev_charging_cloud.clients.reading.families import FamilyState
from custom_components.ev_charging_cloud.const import CONF_SERVER, CONF_VENDOR, DOMAIN
from custom_components.ev_charging_cloud.repairs import (
    VehicleLinkFlow,
    async_create_fix_flow,
)
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.util import dt as dt_util
from simulator import Simulator
from simulator.homes import Link
from tests.common import async_set_up, entity_id_of, state_of, value_of

from .common import async_act, async_pass


async def test_devices(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger: str,
    connector: str,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    """A charger and its only connector are one device; a vehicle is another."""
    await async_set_up(hass, account)
    names = {
        device.name
        for device in dr.async_entries_for_config_entry(
            device_registry, account.entry_id
        )
    }
    assert names == {
        "Home",
        "Wall Charger 2",
        "Hearth Socket 11",
        "Family car",
        "Second car",
    }
    assert not dr.async_child_entries_for_config_entry(
        device_registry, account.entry_id
    )
    energy = entity_registry.async_get(entity_id_of(hass, account, charger, "energy"))
    status = entity_registry.async_get(entity_id_of(hass, account, connector, "status"))
    assert energy and status
    assert energy.device_id == status.device_id
    device = device_registry.async_get(str(energy.device_id))
    assert isinstance(device, dr.DeviceEntry)
    assert device.manufacturer == "Example Charge"
    assert device.model == "Wall Charger 2"
    assert device.serial_number == "SIM673943"


async def test_unique_ids_never_change(
    hass: HomeAssistant,
    account: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    """Users keep their history, dashboards and automations only if these stay."""
    await async_set_up(hass, account)
    found = er.async_entries_for_config_entry(entity_registry, account.entry_id)
    assert snapshot == sorted(f"{one.domain} {one.unique_id}" for one in found)


async def test_few_entities_are_enabled(
    hass: HomeAssistant,
    account: MockConfigEntry,
    connector: str,
    vehicle: str,
    entity_registry: er.EntityRegistry,
) -> None:
    """A connector and a vehicle show few entities at first, beside their buttons."""
    await async_set_up(hass, account)
    for path in (connector, vehicle):
        enabled = [
            found.unique_id
            for found in er.async_entries_for_config_entry(
                entity_registry, account.entry_id
            )
            if f"/{path}/" in found.unique_id
            and not found.disabled
            and found.domain != "button"
        ]
        assert len(enabled) == 8


async def test_session_from_plug_to_plug(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger_id: str,
    charger: str,
    connector: str,
    vehicle: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Charger and vehicle show the session, its energy and its cost, as it goes on."""
    homes = sim.world.homes
    homes.set_smart(homes.car_ids()[0], False)
    await async_set_up(hass, account)
    assert value_of(hass, account, connector, "status") == "available"
    assert value_of(hass, account, connector, "plug") == STATE_OFF
    meter = float(value_of(hass, account, charger, "energy"))

    homes.plug_in(charger_id, soc=30)
    await async_pass(hass, freezer, sim)
    await async_pass(hass, freezer, sim, timedelta(minutes=10))
    assert value_of(hass, account, connector, "status") == "charging"
    assert value_of(hass, account, vehicle, "charging") == STATE_ON
    seen = homes.charger(charger_id)
    assert float(value_of(hass, account, connector, "power")) == pytest.approx(
        seen.power_w / 1000, abs=0.1
    )
    energy = float(value_of(hass, account, connector, "session_energy"))
    assert energy > 0.5
    cost = state_of(hass, account, connector, "session_cost")
    assert cost is not None
    assert cost.attributes["unit_of_measurement"] == "GBP"
    assert 0 < float(cost.state) < 5
    assert value_of(hass, account, connector, "session_mode") == "unmanaged_home"
    assert float(value_of(hass, account, charger, "energy")) > meter
    full = dt_util.parse_datetime(value_of(hass, account, vehicle, "full_at"))
    assert full is not None
    assert full > dt_util.utcnow()

    homes.unplug(charger_id)
    await async_pass(hass, freezer, sim, timedelta(minutes=6))
    assert value_of(hass, account, connector, "status") == "available"
    assert value_of(hass, account, connector, "power") == "0.0"
    assert value_of(hass, account, connector, "session_mode") == STATE_UNKNOWN
    assert float(value_of(hass, account, connector, "session_energy")) >= energy


async def test_account_shows_price_and_carbon(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """The price is in whole currency per kWh, the carbon in grams."""
    await async_set_up(hass, account)
    price = state_of(hass, account, "account", "tariff_price")
    assert price is not None
    assert price.attributes["unit_of_measurement"] == "GBP/kWh"
    assert 0.01 < float(price.state) < 1
    assert float(value_of(hass, account, "account", "carbon_intensity")) > 0


async def test_silent_charger_is_offline(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger_id: str,
    charger: str,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A charger whose last report is older than 15 minutes is not online."""
    await async_set_up(hass, account)
    assert value_of(hass, account, charger, "online") == STATE_ON
    sim.world.homes.set_offline(charger_id)
    await async_pass(hass, freezer, sim, timedelta(minutes=10))
    assert value_of(hass, account, charger, "online") == STATE_ON
    await async_pass(hass, freezer, sim, timedelta(minutes=10))
    assert value_of(hass, account, charger, "online") == STATE_OFF
    assert value_of(hass, account, connector, "power") == STATE_UNAVAILABLE
    sim.world.homes.set_online(charger_id)
    await async_pass(hass, freezer, sim, timedelta(minutes=6))
    assert value_of(hass, account, charger, "online") == STATE_ON


async def test_faulted_charger(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger_id: str,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The control pilot tells of a fault."""
    await async_set_up(hass, account)
    sim.world.homes.set_fault(charger_id)
    await async_pass(hass, freezer, sim, timedelta(minutes=6))
    assert value_of(hass, account, connector, "status") == "faulted"
    assert value_of(hass, account, "account", "connectors_faulted") == "1"


async def test_details_come_in_turn(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger: str,
    vehicle: str,
    entity_registry: er.EntityRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What has no list is read of one object per poll, until all had their turn."""
    await async_set_up(hass, account)
    for path, key in ((charger, "reliability"), (vehicle, "at_home")):
        entity_registry.async_update_entity(
            entity_id_of(hass, account, path, key), disabled_by=None
        )
    await async_pass(hass, freezer, sim, timedelta(seconds=31))
    sim.ev_energy.requests.clear()
    for _ in range(4):
        await async_pass(hass, freezer, sim)
    details = sim.ev_energy.requests.matching("*/connectivity")
    details += sim.ev_energy.requests.matching("*/location_logs")
    assert len({record.path for record in details}) == 4
    assert float(value_of(hass, account, charger, "reliability")) > 50
    assert value_of(hass, account, vehicle, "at_home") in {STATE_ON, STATE_OFF}


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
    assert isinstance(flow, VehicleLinkFlow)
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


async def test_without_scope_for_vehicles(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Chargers work, vehicles are absent and asked for ever more rarely; no repair."""
    sim.ev_energy.grant(sim.ev_energy.scopes - {"vehicle:read"})
    await async_set_up(hass, account)
    assert account.state is ConfigEntryState.LOADED
    assert value_of(hass, account, connector, "status") == "available"
    registry = er.async_get(hass)
    assert not [
        found
        for found in er.async_entries_for_config_entry(registry, account.entry_id)
        if "/vehicle/" in found.unique_id
    ]
    families = account.runtime_data.client.families
    assert families.state_of("vehicles") is FamilyState.DENIED
    sim.ev_energy.requests.clear()
    for _ in range(40):
        await async_pass(hass, freezer, sim)
    assert 1 <= len(sim.ev_energy.requests.matching("/v2/vehicles")) <= 6
    assert not hass.config_entries.flow.async_progress()
    assert not ir.async_get(hass).issues


async def test_scope_that_is_taken_away_removes_nothing(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    vehicle: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A car that may not be seen any more is unavailable, not gone."""
    await async_set_up(hass, account)
    sim.ev_energy.grant(sim.ev_energy.scopes - {"vehicle:read"})
    for _ in range(5):
        await async_pass(hass, freezer, sim)
    assert value_of(hass, account, vehicle, "state_of_charge") == STATE_UNAVAILABLE


async def test_vanished_car_goes(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    vehicle: str,
    entity_registry: er.EntityRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A car that is no longer listed goes, even where there is no charger."""
    sim.ev_energy.faults.add("/v2/evses", body="[]", content_type="application/json")
    await async_set_up(hass, account)
    entity_id = entity_id_of(hass, account, vehicle, "state_of_charge")
    sim.ev_energy.faults.add("/v2/vehicles", remove=["0"])
    for _ in range(4):
        assert entity_registry.async_get(entity_id)
        await async_pass(hass, freezer, sim, timedelta(minutes=21))
    assert entity_registry.async_get(entity_id) is None


async def test_without_any_scope(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """With neither chargers nor vehicles there is no account; it is no login matter."""
    sim.ev_energy.grant({"user:read"})
    await async_set_up(hass, account)
    assert account.state is ConfigEntryState.SETUP_RETRY
    assert "does not permit" in str(account.reason)
    assert not hass.config_entries.flow.async_progress()


async def test_wrong_secret_asks_for_a_new_one(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A client whose secret is refused twice, a minute apart, needs a new one."""
    hass.config_entries.async_update_entry(
        account, data={**account.data, CONF_CLIENT_SECRET: "old"}
    )
    await async_set_up(hass, account)
    assert account.state is ConfigEntryState.SETUP_RETRY
    assert not hass.config_entries.flow.async_progress()
    for _ in range(4):
        await async_pass(hass, freezer, sim)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


async def test_requests_do_not_grow(
    hass: HomeAssistant,
    socket_enabled: None,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A cycle with 50 chargers and 50 vehicles has as many requests as one with one."""
    counts = {}
    for number in (1, 50):
        async with Simulator(
            stations=1, home_chargers=number, speed=0, quiet=True
        ) as sim:
            entry = MockConfigEntry(
                domain=DOMAIN,
                unique_id=f"ev_energy_{number}",
                data={
                    CONF_VENDOR: "ev_energy",
                    CONF_SERVER: sim.ev_energy.address,
                    CONF_CLIENT_ID: sim.ev_energy.client_id,
                    CONF_CLIENT_SECRET: sim.ev_energy.client_secret,
                },
            )
            entry.add_to_hass(hass)
            sim.world.homes.plug_in(sim.world.homes.charger_ids()[0])
            await async_set_up(hass, entry)
            sim.ev_energy.requests.clear()
            await async_pass(hass, freezer, sim)
            assert not sim.ev_energy.requests.matching(status=401)
            counts[number] = len(sim.ev_energy.requests)
            assert len(entry.runtime_data.live.data.vehicles) == number
            await hass.config_entries.async_unload(entry.entry_id)
    assert counts == {1: 5, 50: 5}


async def test_budget_of_an_hour(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """While charging, an hour costs at most 600 requests, and they are counted."""
    homes = sim.world.homes
    homes.set_smart(homes.car_ids()[0], False)
    homes.plug_in(charger_id, soc=10)
    await async_set_up(hass, account)
    sim.ev_energy.requests.clear()
    for _ in range(360):
        await async_pass(hass, freezer, sim, timedelta(seconds=10))
    assert 300 < len(sim.ev_energy.requests) <= 600
    left = account.runtime_data.live.data.poll.requests_left
    assert left is not None
    assert 400 <= left < 700


async def test_retry_after_of_the_rate_limit(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A 429 is waited out for as long as the vendor says."""
    await async_set_up(hass, account)
    sim.ev_energy.faults.add("/v2/evses", status=429, retry_after=900, times=1)
    await async_pass(hass, freezer, sim)
    sim.ev_energy.requests.clear()
    await async_pass(hass, freezer, sim, timedelta(seconds=880))
    assert not sim.ev_energy.requests.matching("/v2/evses")
    for _ in range(4):
        await async_pass(hass, freezer, sim, timedelta(seconds=60))
    assert sim.ev_energy.requests.matching("/v2/evses", status=200)
