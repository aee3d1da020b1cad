"""Tests of home energy: what flows, what meters count, and what it costs in requests."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ev_charging_cloud.clients.ev_energy import home_meter
from custom_components.ev_charging_cloud.clients.home_energy import Flow
from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from simulator import Simulator
from simulator.ev_energy import USUAL
from simulator.ev_energy.read_home import system_id
from simulator.ev_energy.scopes import HOME_ENERGY
from simulator.homes.energy import Flows
from tests.common import async_set_up, entity_id_of, state_of, value_of

from .common import async_pass, make_account

FLOWS = (
    *("solar", "home", "grid_import", "grid_export"),
    *("battery_charge", "battery_discharge"),
)


@pytest.fixture
def home(sim: Simulator) -> str:
    """Let the application see home energy, and return the path of the user's system."""
    sim.ev_energy.grant(USUAL | HOME_ENERGY)
    return f"home_energy/{system_id(sim.world.homes.people[0].id)}"


def named(flows: Flows) -> dict[str, float]:
    """Return the simulated flows as entities call them."""
    return {
        "solar": flows.generation,
        "home": flows.consumption,
        "grid_import": flows.grid_to_home,
        "grid_export": flows.solar_to_grid,
        "battery_charge": flows.solar_to_battery,
        "battery_discharge": flows.battery_to_home,
    }


class House:
    """The simulated home, and what Home Assistant shows of it."""

    def __init__(
        self,
        hass: HomeAssistant,
        sim: Simulator,
        account: MockConfigEntry,
        path: str,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        """Look at nothing yet."""
        self.hass, self.sim, self.account, self.path = hass, sim, account, path
        self.freezer = freezer
        self.person = sim.world.homes.people[0].id

    async def after(self, time: timedelta, every: float = 240) -> None:
        """Let time pass, with polls."""
        for _ in range(int(time.total_seconds() // every)):
            await async_pass(
                self.hass, self.freezer, self.sim, timedelta(seconds=every)
            )

    def shown(self, kind: str) -> dict[str, float]:
        """Return the values of all flows, in W or Wh."""
        return {
            flow: float(value_of(self.hass, self.account, self.path, f"{flow}_{kind}"))
            * 1000
            for flow in FLOWS
        }

    def counted(self, since: datetime, until: datetime) -> dict[str, float]:
        """Return what really flowed, in Wh."""
        return named(self.sim.world.homes.energy(self.person, since, until))

    def attributes(self, key: str) -> Mapping[str, Any]:
        """Return the attributes of an entity of the home."""
        state = state_of(self.hass, self.account, self.path, key)
        assert state is not None
        return state.attributes

    def read_at(self) -> datetime:
        """Return when the meter was read last."""
        (*_, last) = self.sim.ev_energy.requests.matching("*/energy_stats", status=200)
        return last.time


@pytest.fixture
def house(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    home: str,
    freezer: FrozenDateTimeFactory,
) -> House:
    """Return the home and its account, which is not set up yet."""
    return House(hass, sim, account, home, freezer)


async def test_device(
    house: House,
    entity_registry: er.EntityRegistry,
    device_registry: dr.DeviceRegistry,
) -> None:
    """A home is a device of its own, which has all values as soon as it is set up."""
    await async_set_up(house.hass, house.account)
    entity_id = entity_id_of(house.hass, house.account, house.path, "solar_power")
    entity = entity_registry.async_get(entity_id)
    assert entity is not None
    device = device_registry.async_get(str(entity.device_id))
    assert device is not None
    assert device.name == "Home energy"
    assert entity_id == "sensor.home_energy_solar_power"
    flows = house.sim.world.homes.power(house.person)
    assert house.shown("power") == pytest.approx(named(flows), abs=60)
    assert set(house.shown("energy")) == set(FLOWS)
    level = float(value_of(house.hass, house.account, house.path, "battery_level"))
    assert level == pytest.approx(
        house.sim.world.homes.battery_level(house.person), abs=1
    )
    for flow in FLOWS:
        meter = house.attributes(f"{flow}_energy")
        assert meter["device_class"] == "energy"
        assert meter["state_class"] == "total"
        assert meter["last_reset"] == "2026-11-24T10:00:00+00:00"
        assert meter["unit_of_measurement"] == "kWh"
        shown = house.attributes(f"{flow}_power")
        assert shown["state_class"] == "measurement"


async def test_a_home_does_not_charge(
    house: House, hass_ws_client: WebSocketGenerator
) -> None:
    """It has no sessions, and no place among what charges on our dashboard."""
    await async_set_up(house.hass, house.account)
    entity_id = entity_id_of(house.hass, house.account, house.path, "solar_power")
    entity = er.async_get(house.hass).async_get(entity_id)
    assert entity is not None
    with pytest.raises(ServiceValidationError) as refused:
        await house.hass.services.async_call(
            DOMAIN,
            "get_sessions",
            {"device_id": entity.device_id},
            blocking=True,
            return_response=True,
        )
    assert refused.value.translation_key == "no_sessions_of_device"
    client = await hass_ws_client(house.hass)
    await client.send_json_auto_id({"type": f"{DOMAIN}/installation"})
    (account,) = (await client.receive_json())["result"]["accounts"]
    kinds = [device["kind"] for device in account["devices"]]
    assert sorted(kinds) == ["account", "station", "station", "vehicle", "vehicle"]


async def test_meters_count_what_flowed(house: House) -> None:
    """After hours, in which a car charges too, the meters are where the home's are."""
    await async_set_up(house.hass, house.account)
    start = house.sim.clock.now().replace(minute=0)
    homes = house.sim.world.homes
    homes.set_smart(homes.car_ids()[0], False)
    homes.plug_in(homes.charger_ids()[0], soc=20)
    before = dict.fromkeys(FLOWS, 0.0)
    for _ in range(5):
        await house.after(timedelta(minutes=61))
        shown = house.shown("energy")
        assert all(shown[flow] >= before[flow] for flow in FLOWS)
        before = shown
    assert before == pytest.approx(house.counted(start, house.read_at()), abs=30)
    assert before["home"] > 7000
    assert before["solar"] > 1000


async def test_a_restart_goes_on(house: House) -> None:
    """What flowed while Home Assistant was away is counted: a few hours, or some days."""
    await async_set_up(house.hass, house.account)
    start = house.sim.clock.now().replace(minute=0)
    await house.after(timedelta(minutes=30))
    reset = _reset(house)
    for away in (timedelta(hours=3), timedelta(days=3, minutes=17)):
        before = house.shown("energy")
        assert await house.hass.config_entries.async_unload(house.account.entry_id)
        house.sim.clock.advance(away)
        house.freezer.tick(away)
        await async_set_up(house.hass, house.account)
        # A request a poll brings a day, and power has its turns in between.
        await house.after(timedelta(minutes=30))
        after = house.shown("energy")
        assert all(after[flow] >= before[flow] for flow in FLOWS)
        counted = house.counted(start, house.read_at())
        assert after == pytest.approx(counted, abs=200, rel=0.01)
        assert _reset(house) == reset


async def test_a_long_absence_begins_anew(house: House) -> None:
    """After more than a month a meter begins anew, and says so."""
    await async_set_up(house.hass, house.account)
    await house.after(timedelta(minutes=60))
    reset = _reset(house)
    assert await house.hass.config_entries.async_unload(house.account.entry_id)
    house.sim.clock.advance(timedelta(days=40))
    house.freezer.tick(timedelta(days=40))
    await async_set_up(house.hass, house.account)
    assert _reset(house) != reset
    assert house.shown("energy")["home"] < 1000


def _reset(house: House) -> str:
    return str(house.attributes("home_energy")["last_reset"])


@pytest.mark.parametrize(
    ("fault", "counted"),
    [
        # Nothing told counts as nothing for now, and is counted once it is told.
        ({"replace": {"buckets": []}}, "nothing"),
        ({"replace": {"buckets.*.generation_wh": None}}, "nothing"),
        ({"replace": {"buckets.*.generation_wh": -500}}, "nothing"),
        ({"replace": {"buckets.*.generation_wh": "much"}}, "nothing"),
        ({"replace": {"buckets.*.generation_wh": 1e12}}, "nothing"),
        ({"remove": ["buckets.*.period_end"]}, "nothing"),
        # As a day and not as half an hour: that would be counted again and again.
        (
            {"replace": {"buckets.*.period_start": "2026-11-24T00:00:00Z"}},
            "nothing",
        ),
        ({"status": 500}, "nothing"),
        ({"html": True}, "nothing"),
        # What is corrected later was believed until then.
        ({"replace": {"buckets.*.generation_wh": 9000}}, "more"),
        ({"replace": {"buckets.*.generation_wh": 0}}, "less"),
    ],
)
async def test_what_is_told_wrongly(
    house: House, fault: Mapping[str, Any], counted: str
) -> None:
    """What is missing for a while stays as it was; what is corrected is corrected."""
    await async_set_up(house.hass, house.account)
    start = house.sim.clock.now().replace(minute=0)
    await house.after(timedelta(minutes=20))
    before = house.shown("energy")["solar"]
    assert before > 100
    house.sim.ev_energy.faults.add("*/energy_stats", **fault)
    await house.after(timedelta(minutes=40))
    during = house.shown("energy")["solar"]
    if counted == "nothing":
        assert during == before
    else:
        assert during > before if counted == "more" else during < before
    assert not ir.async_get(house.hass).async_get_issue(DOMAIN, "family")
    house.sim.ev_energy.faults.clear()
    await house.after(timedelta(minutes=90))
    until = house.read_at()
    assert house.shown("energy")["solar"] == pytest.approx(
        house.counted(start, until)["solar"], abs=10
    )


async def test_only_what_is_over_can_be_asked_for(house: House) -> None:
    """Where the vendor refuses a time that is not over, the meter is half an hour late."""
    house.sim.ev_energy.options.energy_to_come = False
    await async_set_up(house.hass, house.account)
    start = house.sim.clock.now().replace(minute=0)
    await house.after(timedelta(minutes=100))
    shown = house.shown("energy")
    read_at = house.read_at()
    until = read_at.replace(minute=read_at.minute // 30 * 30, second=0)
    assert until - start > timedelta(minutes=60)
    assert shown == pytest.approx(house.counted(start, until), abs=10)
    refused = house.sim.ev_energy.requests.matching("*/energy_stats", status=400)
    assert len(refused) == 1


async def test_power_is_of_now(house: House) -> None:
    """Power that a system reported long ago is not shown, and comes back."""
    await async_set_up(house.hass, house.account)
    house.sim.ev_energy.options.energy_silent_since = house.sim.clock.now()
    await house.after(timedelta(minutes=12))
    assert house.shown("power")
    await house.after(timedelta(minutes=6))
    for key in ("solar_power", "home_power", "battery_level"):
        shown = value_of(house.hass, house.account, house.path, key)
        assert shown == STATE_UNKNOWN
    assert house.shown("energy")
    house.sim.ev_energy.options.energy_silent_since = None
    await house.after(timedelta(minutes=6))
    assert house.shown("power")


async def test_a_home_without_roof(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, home: str
) -> None:
    """Only what a home turns out to have has entities; more comes as it is told."""
    roof = ("generation", "export", "charge", "discharge")
    sim.ev_energy.faults.add(
        "*/live_power", replace={f"{flow}_watts": None for flow in roof}
    )
    sim.ev_energy.faults.add(
        "*/energy_stats", replace={f"buckets.*.{flow}_wh": None for flow in roof}
    )
    await async_set_up(hass, account)
    registry = er.async_get(hass)

    def keys() -> set[str]:
        found = er.async_entries_for_config_entry(registry, account.entry_id)
        return {
            entity.unique_id.rpartition("/")[2]
            for entity in found
            if f"/{home}/" in entity.unique_id
        }

    few = {"home_power", "home_energy", "grid_import_power", "grid_import_energy"}
    assert keys() == {*few, "last_seen"}
    sim.ev_energy.faults.clear()
    await account.runtime_data.live.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert {"solar_power", "battery_level", "battery_charge_energy"} <= keys()


async def test_without_the_scope(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The family is denied and nothing else: no device, no repair, no more looks."""
    await async_set_up(hass, account)
    assert value_of(hass, account, charger, "online") == "on"
    (report,) = account.runtime_data.client.families.off()
    assert (report.name, report.is_denied, report.is_optional) == (
        "home energy",
        True,
        True,
    )
    for _ in range(25):
        await async_pass(hass, freezer, sim, timedelta(seconds=300))
    assert not ir.async_get(hass).issues
    assert len(sim.ev_energy.requests.matching("/v2/hem_systems")) <= 8
    # Every quarter of an hour, as without it.
    assert len(sim.ev_energy.requests.matching("/v2/users/me")) <= 11
    assert not account.runtime_data.live.data.home_energy
    assert account.runtime_data.live.data.poll.parts_failing == 0


async def test_a_scope_that_is_taken_away(house: House) -> None:
    """What it had stays for a while, then it is not known; nothing else changes."""
    await async_set_up(house.hass, house.account)
    house.sim.ev_energy.grant(USUAL)
    await house.after(timedelta(minutes=30))
    assert value_of(house.hass, house.account, house.path, "solar_power") == (
        STATE_UNKNOWN
    )
    assert house.shown("energy")
    await house.after(timedelta(hours=3))
    shown = value_of(house.hass, house.account, house.path, "solar_energy")
    assert shown == STATE_UNAVAILABLE
    assert value_of(house.hass, house.account, "account", "cloud") == "on"
    house.sim.ev_energy.grant(USUAL | HOME_ENERGY)
    await house.after(timedelta(minutes=75))
    assert house.shown("power")


async def test_an_empty_list_removes_nothing(house: House) -> None:
    """That there is suddenly no system any more is not believed."""
    await async_set_up(house.hass, house.account)
    before = house.shown("energy")
    house.sim.ev_energy.options.energy_systems = 0
    await house.after(timedelta(minutes=100))
    assert house.shown("energy")["home"] >= before["home"]
    house.sim.ev_energy.options.energy_systems = 1


async def test_one_of_two_that_is_gone(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    home: str,
    device_registry: dr.DeviceRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A system that is not listed any more goes after an hour; each has its own values."""
    sim.ev_energy.options.energy_systems = 2
    await async_set_up(hass, account)
    for _ in range(4):
        await async_pass(hass, freezer, sim)

    def systems() -> int:
        devices = dr.async_entries_for_config_entry(device_registry, account.entry_id)
        return sum("Home energy" in str(device.name) for device in devices)

    assert systems() == 2
    other = f"home_energy/{system_id(sim.world.homes.people[0].id, 1)}"
    assert float(value_of(hass, account, other, "home_power")) > 0
    sim.ev_energy.options.energy_systems = 1
    for _ in range(20):
        await async_pass(hass, freezer, sim, timedelta(seconds=300))
    assert systems() == 1
    assert float(value_of(hass, account, home, "home_power")) > 0


async def test_shown_while_the_cloud_is_away(
    house: House, entity_registry: er.EntityRegistry
) -> None:
    """A start without the cloud has the entities, and the meters go on afterwards."""
    await async_set_up(house.hass, house.account)
    await house.after(timedelta(minutes=10))
    assert await house.hass.config_entries.async_unload(house.account.entry_id)
    await house.sim.stop()
    await async_set_up(house.hass, house.account)
    shown = value_of(house.hass, house.account, house.path, "solar_energy")
    assert shown == STATE_UNAVAILABLE
    entity = entity_registry.async_get(
        entity_id_of(house.hass, house.account, house.path, "solar_energy")
    )
    assert entity is not None
    await house.sim.start()
    await house.after(timedelta(minutes=10))
    assert house.shown("energy")


@pytest.mark.usefixtures("without_past")
@pytest.mark.parametrize("charges", [False, True], ids=["idle", "charging"])
async def test_requests_of_one_and_of_fifty_homes(
    hass: HomeAssistant,
    socket_enabled: None,
    freezer: FrozenDateTimeFactory,
    charges: bool,
) -> None:
    """Home energy is one request more in a poll, however many homes there are."""
    counts: dict[tuple[int, bool], set[int]] = {}
    for number in (1, 50):
        for has_energy in (False, True):
            async with Simulator(
                stations=1, home_chargers=number, speed=0, quiet=True
            ) as sim:
                sim.ev_energy.options.energy_systems = number
                if has_energy:
                    sim.ev_energy.grant(USUAL | HOME_ENERGY)
                if charges:
                    sim.world.homes.plug_in(sim.world.homes.charger_ids()[0], soc=10)
                account = make_account(hass, sim)
                await async_set_up(hass, account)
                found = counts.setdefault((number, has_energy), set())
                for _ in range(5):
                    sim.ev_energy.requests.clear()
                    await account.runtime_data.live.async_refresh()
                    found.add(len(sim.ev_energy.requests))
                await hass.config_entries.async_remove(account.entry_id)
    usual = 5 if charges else 4
    assert counts == {
        (1, False): {usual},
        (1, True): {usual + 1},
        (50, False): {usual},
        (50, True): {usual + 1},
    }


def test_a_meter_by_itself() -> None:
    """Half hours of the last day can be corrected; what is older stays."""
    now = int(datetime(2026, 11, 24, 10, 20, tzinfo=UTC).timestamp())
    meter = home_meter.Meter.begin(now)
    first = meter.since
    half = home_meter.HALF_HOUR
    solar = Flow.SOLAR

    def tell(start: int, energy: float, at: int) -> float:
        window = meter.window(at, only_over=False)
        assert window is not None
        assert window[1] - window[0] <= home_meter.DAY
        period = home_meter.Period(start, start + half, {solar: energy})
        meter.take([period], window[1], at)
        return meter.energy[solar]

    assert tell(first, 100, now) == 100
    assert tell(first + half, 50, now + half) == 150
    assert tell(first, 80, now + 20 * half) == 130
    assert tell(first, 90, now + 47 * half) == 140
    # A day later it is settled, and the half hour that begins is told at once.
    assert tell(first, 999, now + 48 * half) == 140
    assert tell(first + 48 * half, 10, now + 48 * half) == 150
    assert meter.settled_until == first + 2 * half
    assert meter.settled == {solar: 140}
