"""Tests of an account's life: scopes, refusals, and how much is asked for."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.reading.families import FamilyState
from custom_components.ev_charging_cloud.const import CONF_SERVER, CONF_VENDOR, DOMAIN
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
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from simulator import Simulator
from simulator.ev_energy.context import evse_id
from tests.common import async_set_up, entity_id_of, value_of

from .common import async_pass


async def test_details_come_in_turn(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger: str,
    charger_id: str,
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
    for _ in range(4):
        await async_pass(hass, freezer, sim)
    details = sim.ev_energy.requests.matching("*/connectivity")
    details += sim.ev_energy.requests.matching("*/location_logs")
    assert len({record.path for record in details}) == 4
    assert float(value_of(hass, account, charger, "reliability")) > 50
    assert value_of(hass, account, vehicle, "at_home") in {STATE_ON, STATE_OFF}

    # A charger that tells its signal itself has little else to tell.
    sim.ev_energy.requests.clear()
    for _ in range(4):
        await async_pass(hass, freezer, sim)
    assert len(sim.ev_energy.requests.matching("*/location_logs")) > 2
    assert not sim.ev_energy.requests.matching(f"*/{evse_id(charger_id)}/connectivity")


async def test_details_stay_while_a_list_is_suddenly_empty(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger: str,
    vehicle: str,
    entity_registry: er.EntityRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """An empty list is an error: what is known of its members is there with them."""
    await async_set_up(hass, account)
    details = ((charger, "reliability"), (vehicle, "at_home"))
    for path, key in details:
        entity_registry.async_update_entity(
            entity_id_of(hass, account, path, key), disabled_by=None
        )
    await async_pass(hass, freezer, sim, timedelta(seconds=31))
    for _ in range(4):
        await async_pass(hass, freezer, sim)
    before = [value_of(hass, account, path, key) for path, key in details]
    for path in ("/v2/evses", "/v2/vehicles"):
        sim.ev_energy.faults.add(path, body="[]", content_type="application/json")
    for _ in range(4):
        await async_pass(hass, freezer, sim)
    assert value_of(hass, account, *details[0]) == STATE_UNAVAILABLE
    sim.ev_energy.faults.clear()
    await async_pass(hass, freezer, sim)
    assert [value_of(hass, account, path, key) for path, key in details] == before


async def test_a_session_goes_on_while_the_list_is_suddenly_empty(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger_id: str,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Sessions that are over stay in the list, so that an empty one is an error."""
    sim.world.homes.plug_in(charger_id, soc=10)
    await async_set_up(hass, account)
    await async_pass(hass, freezer, sim)
    started = value_of(hass, account, connector, "session_start")
    event = entity_id_of(hass, account, connector, "events", ("event",))
    told = hass.states.get(event)
    sim.ev_energy.faults.add(
        "/v2/charging_sessions", body="[]", content_type="application/json"
    )
    for _ in range(8):
        await async_pass(hass, freezer, sim)
        assert value_of(hass, account, connector, "session_start") == started
    for _ in range(8):
        await async_pass(hass, freezer, sim)
    # By now it is not known any more, but it has not ended.
    assert value_of(hass, account, connector, "session_start") == STATE_UNKNOWN
    sim.ev_energy.faults.clear()
    await async_pass(hass, freezer, sim, timedelta(minutes=61))
    assert value_of(hass, account, connector, "session_start") == started
    assert hass.states.get(event) == told


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
    off = account.runtime_data.client.families.off()
    assert ("vehicles", FamilyState.DENIED) in [(it.name, it.state) for it in off]
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


@pytest.mark.usefixtures("without_past")
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
