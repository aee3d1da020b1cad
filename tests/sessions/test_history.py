"""Tests of the past: read in the background, once, and closed where nobody looked."""

from collections.abc import Mapping
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.ledger import EndSource, SessionRecord
from custom_components.ev_charging_cloud.ledger.hours import energy_by_hour
from homeassistant.components import persistent_notification
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from simulator import Simulator
from simulator.beenergised_driver.charges import Status
from simulator.ev_energy.accounts import account as sums_of
from simulator.ev_energy.context import part_id, session_id, vehicle_id
from simulator.homes import HomeSession
from simulator.server.faults import FaultFields
from tests.beenergised_driver.common import make_account as make_driver
from tests.common import async_set_up, value_of
from tests.ev_energy.common import make_account as make_home

from .common import (
    async_first_page,
    async_kept,
    async_page,
    async_pass,
    async_read_past,
    number,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def home(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return an ev.energy account at the simulator, not set up yet."""
    return make_home(hass, sim)


@pytest.fixture
def driver(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return a driver's account, whose operator gives few sessions a page."""
    sim.beenergised_driver.options.page_cap = 20
    return make_driver(hass, sim)


def past_at_home(sim: Simulator) -> dict[str, HomeSession]:
    """Return what was charged at home, and is over, by the vendor's ids."""
    homes = sim.world.homes
    sessions = homes.sessions({homes.people[0].id})
    return {session_id(it): it for it in sessions if it.end is not None}


def energy_of(sim: Simulator, session: HomeSession) -> int:
    """Return a session's energy in Wh, as the vendor rounds its parts."""
    now = sim.clock.now()
    return sum(round(sums_of(session, it, now).energy_wh) for it in session.parts)


def past_of_driver(sim: Simulator) -> dict[str, int]:
    """Return the energies of the driver's sessions that are over, in Wh."""
    now = sim.clock.now()
    readings = {it.id: it.reading(now) for it in sim.beenergised_driver.charges()}
    return {
        id_: round(it.energy_wh)
        for id_, it in readings.items()
        if it.status is Status.STOPPED
    }


def energies(kept: Mapping[str, SessionRecord]) -> dict[str, float | None]:
    """Return the energies of kept sessions."""
    return {id_: record.energy for id_, record in kept.items()}


def enable(registry: er.EntityRegistry, account: MockConfigEntry, path: str) -> None:
    """Let an entity be enabled before there is one."""
    registry.async_get_or_create(
        "sensor",
        DOMAIN,
        f"{account.unique_id}/{path}",
        config_entry=account,
        disabled_by=None,
    )


async def test_the_past_at_home(
    hass: HomeAssistant,
    sim: Simulator,
    home: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """All sessions are kept as they were, and their energy in the hours it flowed in."""
    await async_set_up(hass, home)
    assert await async_read_past(hass, freezer, sim, home) > 2
    kept = await async_kept(hass, home)
    past = past_at_home(sim)
    assert len(past) > 100
    assert energies(kept) == {id_: energy_of(sim, it) for id_, it in past.items()}
    for id_, session in past.items():
        record = kept[id_]
        assert (record.started_at, record.ended_at) == (session.start, session.end)
        assert record.end_source in {EndSource.VENDOR, EndSource.HISTORY}
        for hour, energy in energy_by_hour(record).items():
            flowed = session.energy_wh(hour, hour + HOUR)
            assert energy == pytest.approx(flowed, abs=3)


async def test_what_is_older_than_sessions(
    hass: HomeAssistant,
    sim: Simulator,
    home: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """From before the vendor recorded sessions there are their parts."""
    since = sim.clock.now() - timedelta(days=30)
    sim.ev_energy.options.sessions_since = since
    await async_set_up(hass, home)
    await async_read_past(hass, freezer, sim, home)
    expected: dict[str, float] = {}
    for id_, session in past_at_home(sim).items():
        if session.start >= since:
            expected[id_] = energy_of(sim, session)
            continue
        for it in session.parts:
            energy = sums_of(session, it, sim.clock.now()).energy_wh
            expected[part_id(it)] = round(energy)
    assert energies(await async_kept(hass, home)) == expected


@pytest.mark.parametrize(
    "fault",
    [
        FaultFields(body="[]", content_type="application/json"),
        FaultFields(spoil=["*.start"]),
    ],
    ids=["empty", "without starts"],
)
async def test_nothing_is_counted_twice(
    hass: HomeAssistant,
    sim: Simulator,
    home: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    fault: FaultFields,
) -> None:
    """Sessions that cannot be told from their parts are read again before the parts are."""
    await async_set_up(hass, home)
    faults = sim.ev_energy.faults
    faults.put({"path": "/v2/charging_sessions", "holds": "page_size=25", **fault})
    await async_first_page(hass, freezer, sim)
    for _ in range(20):
        await async_page(hass, freezer, sim)
    faults.clear()
    await async_pass(hass, freezer, sim, timedelta(minutes=61))
    await async_read_past(hass, freezer, sim, home)
    kept = await async_kept(hass, home)
    past = past_at_home(sim)
    assert energies(kept) == {id_: energy_of(sim, it) for id_, it in past.items()}
    assert {id_: it.started_at for id_, it in kept.items()} == {
        id_: it.start for id_, it in past.items()
    }


async def test_the_past_of_a_driver(
    hass: HomeAssistant,
    sim: Simulator,
    driver: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    entity_registry: er.EntityRegistry,
) -> None:
    """The meter is unknown until all is read, a notice says so, and no event tells."""
    enable(entity_registry, driver, "account/history_read")
    await async_set_up(hass, driver)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    assert value_of(hass, driver, "account", "lifetime_energy") == STATE_UNKNOWN
    assert value_of(hass, driver, "account", "history_read") == STATE_UNKNOWN
    await async_first_page(hass, freezer, sim)
    assert value_of(hass, driver, "account", "lifetime_energy") == STATE_UNKNOWN
    assert 0 < number(hass, driver, "account", "history_read") < 100
    past = past_of_driver(sim)
    assert len(past) > 40
    while value_of(hass, driver, "account", "history_read") != "100":
        await async_page(hass, freezer, sim)
    kept = await async_kept(hass, driver)
    assert energies(kept) == past
    assert number(hass, driver, "account", "lifetime_energy") == pytest.approx(
        sum(past.values()) / 1000, abs=0.001
    )
    told = {event.data["entity_id"] for event in events}
    assert not [it for it in told if it.startswith("event.")]
    readings = [it for it in kept.values() if it.meter_stop is not None]
    assert len(readings) == len(kept)
    assert all(
        it.meter_start is not None
        and it.meter_stop is not None
        and it.meter_stop - it.meter_start == it.energy
        for it in readings
    )
    [notice] = persistent_notification._async_get_or_create_notifications(hass).values()
    assert str(len(past)) in notice["message"]


async def test_it_goes_on_after_a_restart(
    hass: HomeAssistant,
    sim: Simulator,
    driver: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What was read is not read again, but for the newest page."""
    await async_set_up(hass, driver)
    await async_first_page(hass, freezer, sim)
    await async_page(hass, freezer, sim)
    assert await hass.config_entries.async_unload(driver.entry_id)
    await async_set_up(hass, driver)
    assert value_of(hass, driver, "account", "lifetime_energy") == STATE_UNKNOWN
    pages = await async_read_past(hass, freezer, sim, driver)
    past = past_of_driver(sim)
    assert pages == 1 + -(-len(past) // 20) - 2
    assert energies(await async_kept(hass, driver)) == past
    # What was read once is known from the start.
    assert await hass.config_entries.async_reload(driver.entry_id)
    assert number(hass, driver, "account", "lifetime_energy") > 100


async def test_a_session_that_nobody_saw(
    hass: HomeAssistant,
    sim: Simulator,
    home: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What charged while Home Assistant was off is there after the start."""
    homes = sim.world.homes
    charger_id = homes.charger_ids()[0]
    await async_set_up(hass, home)
    await async_read_past(hass, freezer, sim, home)
    before = len(await async_kept(hass, home))
    assert await hass.config_entries.async_unload(home.entry_id)
    for _ in range(30):
        homes.plug_in(charger_id, soc=50)
        homes.start_charging(charger_id)
        sim.clock.advance(HOUR / 2)
        freezer.tick(HOUR / 2)
        homes.unplug(charger_id)
    await async_set_up(hass, home)
    await async_first_page(hass, freezer, sim)
    # Three pages: two of them bring something, and the last one nothing.
    await async_page(hass, freezer, sim)
    await async_page(hass, freezer, sim)
    kept = await async_kept(hass, home)
    assert len(kept) == before + 30
    assert energies(kept) == {
        id_: energy_of(sim, it) for id_, it in past_at_home(sim).items()
    }
    # Then it rests: nothing more is asked for until the next day.
    sim.ev_energy.requests.clear()
    await async_page(hass, freezer, sim)
    await async_page(hass, freezer, sim)
    assert not sim.ev_energy.requests.matching(path="/v2/charging_sub_sessions")


async def test_after_a_session(
    hass: HomeAssistant,
    sim: Simulator,
    home: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A quarter of an hour after its end it is known when its energy flowed."""
    homes = sim.world.homes
    charger_id = homes.charger_ids()[0]
    await async_set_up(hass, home)
    await async_read_past(hass, freezer, sim, home)
    homes.plug_in(charger_id, soc=10)
    homes.start_charging(charger_id)
    await async_pass(hass, freezer, sim)
    sim.clock.advance(HOUR)
    over = homes.unplug(charger_id)
    await async_pass(hass, freezer, sim)
    kept = (await async_kept(hass, home))[session_id(over)]
    assert kept.is_over
    assert not kept.intervals
    await async_pass(hass, freezer, sim, HOUR / 4)
    kept = (await async_kept(hass, home))[session_id(over)]
    assert sum(it.energy for it in kept.intervals) == pytest.approx(kept.energy, abs=2)


async def test_requests_that_are_scarce(
    hass: HomeAssistant,
    sim: Simulator,
    home: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The past waits while the hour's requests are needed for polls and commands."""
    sim.ev_energy.options.rate_limit = 10
    await async_set_up(hass, home)
    await async_first_page(hass, freezer, sim)
    assert home.runtime_data.recorder.history.progress is None
    sim.ev_energy.options.rate_limit = 1000
    for _ in range(12):
        await async_pass(hass, freezer, sim, timedelta(minutes=6))
    assert home.runtime_data.recorder.history.progress is not None


@pytest.mark.parametrize(
    ("status", "gives_up"), [(403, True), (404, True), (500, False)]
)
async def test_a_past_that_cannot_be_read(
    hass: HomeAssistant,
    sim: Simulator,
    home: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    entity_registry: er.EntityRegistry,
    status: int,
    gives_up: bool,
) -> None:
    """If it is for good, meters do not wait for it; it is tried again after a day."""
    path = f"vehicle/{vehicle_id(sim.world.homes.car_ids()[0])}"
    enable(entity_registry, home, f"{path}/lifetime_energy")
    await async_set_up(hass, home)
    sim.ev_energy.faults.add(
        "/v2/charging_sub_sessions", holds="energy_usage", status=status
    )
    await async_first_page(hass, freezer, sim)
    known = value_of(hass, home, path, "lifetime_energy") != STATE_UNKNOWN
    assert known is gives_up
    assert await hass.config_entries.async_reload(home.entry_id)
    known = value_of(hass, home, path, "lifetime_energy") != STATE_UNKNOWN
    assert known is gives_up
    await async_first_page(hass, freezer, sim)
    sim.ev_energy.faults.clear()
    await async_pass(hass, freezer, sim, timedelta(hours=23))
    assert (home.runtime_data.recorder.history.progress is None) is gives_up
    await async_pass(hass, freezer, sim, timedelta(hours=2))
    for _ in range(20):
        await async_page(hass, freezer, sim)
    assert number(hass, home, path, "lifetime_energy") > 100
