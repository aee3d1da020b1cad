"""Blueprints that command: each command once, and none where none is due."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from simulator import Simulator
from simulator.ev_energy.context import evse_id
from tests.beenergised_driver.acts import async_press, make_account_of_few
from tests.beenergised_driver.common import (
    CHARGING_POLL,
    asked,
    connector_path,
    hurry,
    sites,
)
from tests.common import async_set_up, entity_id_of, value_of
from tests.ev_energy.common import async_pass, make_account as make_home

from .common import async_automate, async_look

MINUTE = timedelta(minutes=1)
SENSOR = "binary_sensor.cheap"


# ---- stop at a limit


@pytest.fixture
async def driver(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return a driver's account that runs."""
    account = make_account_of_few(hass, sim)
    await async_set_up(hass, account)
    hurry(account, sim)
    return account


@pytest.fixture
def connector(sim: Simulator) -> str:
    """Return the path of a free connector of the operator's own."""
    return connector_path(sites(sim, roaming=False)[0])


@pytest.mark.parametrize(
    ("key", "limit"), [("session_energy", 2.0), ("session_cost", 1.0)]
)
async def test_stop_at_limit(
    hass: HomeAssistant,
    sim: Simulator,
    driver: MockConfigEntry,
    connector: str,
    freezer: FrozenDateTimeFactory,
    key: str,
    limit: float,
) -> None:
    """A session ends at its limit; so does the next one, and each is stopped once."""
    await async_automate(
        hass,
        "stop_at_limit",
        tell=False,
        value=entity_id_of(hass, driver, "account", key),
        limit=limit,
        stop=entity_id_of(hass, driver, "account", "stop_charging"),
    )
    for stops in (1, 2):
        await async_press(hass, driver, connector, "start_charging")
        assert len(sim.beenergised_driver.running()) == 1
        for _ in range(40):
            if asked(sim, "remoteStop") == stops:
                break
            value = value_of(hass, driver, "account", key)
            assert value == STATE_UNKNOWN or float(value) <= limit
            sim.clock.advance(CHARGING_POLL)
            await async_look(hass, freezer, driver, CHARGING_POLL)
        for _ in range(5):
            sim.clock.advance(MINUTE)
            await async_look(hass, freezer, driver, MINUTE)
        assert asked(sim, "remoteStop") == stops
        assert sim.beenergised_driver.running() == []


async def test_no_stop_below_the_limit(
    hass: HomeAssistant,
    sim: Simulator,
    driver: MockConfigEntry,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A session that stays below goes on."""
    await async_automate(
        hass,
        "stop_at_limit",
        tell=False,
        value=entity_id_of(hass, driver, "account", "session_energy"),
        limit=500.0,
        stop=entity_id_of(hass, driver, "account", "stop_charging"),
    )
    await async_press(hass, driver, connector, "start_charging")
    for _ in range(10):
        sim.clock.advance(CHARGING_POLL)
        await async_look(hass, freezer, driver, CHARGING_POLL)
    assert float(value_of(hass, driver, "account", "session_energy")) > 1
    assert asked(sim, "remoteStop") == 0


async def test_a_stop_that_is_refused(
    hass: HomeAssistant,
    sim: Simulator,
    driver: MockConfigEntry,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A stop that the vendor refuses is not sent again and again."""
    await async_automate(
        hass,
        "stop_at_limit",
        tell=False,
        value=entity_id_of(hass, driver, "account", "session_energy"),
        limit=1.0,
        stop=entity_id_of(hass, driver, "account", "stop_charging"),
    )
    await async_press(hass, driver, connector, "start_charging")
    faults = sim.beenergised_driver.faults
    refusal = faults.add("*", holds="remoteStop", status=400)
    for _ in range(20):
        sim.clock.advance(CHARGING_POLL)
        await async_look(hass, freezer, driver, CHARGING_POLL)
    assert float(value_of(hass, driver, "account", "session_energy")) > 1
    assert len(sim.beenergised_driver.running()) == 1
    assert faults.struck(refusal) == 1


# ---- charge while


class Boost:
    """A car that waits, and how often its boost was started and ended."""

    def __init__(self, sim: Simulator, account: MockConfigEntry) -> None:
        """Begin with no command."""
        self._sim = sim
        self.account = account
        self.charger_id = sim.world.homes.charger_ids()[0]
        self.path = f"connector/{evse_id(self.charger_id)}/1"

    @property
    def commands(self) -> tuple[int, int]:
        """Return how many starts and ends were sent."""
        requests = self._sim.ev_energy.requests
        return (
            len(requests.matching("*/boost_start")),
            len(requests.matching("*/boost_end")),
        )


@pytest.fixture
async def boost(
    hass: HomeAssistant, sim: Simulator, freezer: FrozenDateTimeFactory
) -> Boost:
    """Have a car plugged in that charges while a sensor is on."""
    account = make_home(hass, sim)
    await async_set_up(hass, account)
    boost = Boost(sim, account)
    hass.states.async_set(SENSOR, STATE_OFF)
    await async_automate(
        hass,
        "charge_while",
        tell=False,
        sensor=SENSOR,
        start=entity_id_of(hass, account, boost.path, "boost_start"),
        stop=entity_id_of(hass, account, boost.path, "boost_end"),
        minutes=5,
    )
    sim.world.homes.plug_in(boost.charger_id, soc=30)
    await async_pass(hass, freezer, sim)
    return boost


async def async_sense(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, state: str, after: timedelta
) -> None:
    """Let the sensor say something, and time pass."""
    hass.states.async_set(SENSOR, state)
    await hass.async_block_till_done(wait_background_tasks=True)
    freezer.tick(after)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_charge_while(
    hass: HomeAssistant, boost: Boost, freezer: FrozenDateTimeFactory
) -> None:
    """On starts, off ends; what lasts for a moment only does neither."""
    await async_sense(hass, freezer, STATE_ON, 4 * MINUTE)
    await async_sense(hass, freezer, STATE_OFF, 4 * MINUTE)
    assert boost.commands == (0, 0)
    await async_sense(hass, freezer, STATE_ON, 6 * MINUTE)
    assert boost.commands == (1, 0)
    await async_sense(hass, freezer, STATE_UNAVAILABLE, MINUTE)
    await async_sense(hass, freezer, STATE_ON, 30 * MINUTE)
    assert boost.commands == (1, 0)
    await async_sense(hass, freezer, STATE_OFF, 6 * MINUTE)
    assert boost.commands == (1, 1)
    await async_sense(hass, freezer, STATE_OFF, 30 * MINUTE)
    assert boost.commands == (1, 1)


async def test_no_car_to_charge(
    hass: HomeAssistant,
    sim: Simulator,
    boost: Boost,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Without a car nothing is commanded, and nothing fails."""
    sim.world.homes.unplug(boost.charger_id)
    await async_pass(hass, freezer, sim)
    await async_sense(hass, freezer, STATE_ON, 6 * MINUTE)
    await async_sense(hass, freezer, STATE_OFF, 6 * MINUTE)
    assert boost.commands == (0, 0)


async def test_charge_of_a_driver_while(
    hass: HomeAssistant,
    sim: Simulator,
    driver: MockConfigEntry,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A driver's connector is started and stopped by it, once each."""
    hass.states.async_set(SENSOR, STATE_OFF)
    await async_automate(
        hass,
        "charge_while",
        tell=False,
        sensor=SENSOR,
        start=entity_id_of(hass, driver, connector, "start_charging"),
        stop=entity_id_of(hass, driver, connector, "stop_charging"),
        minutes=0,
    )
    await async_sense(hass, freezer, STATE_ON, MINUTE)
    await async_sense(hass, freezer, STATE_ON, MINUTE)
    assert asked(sim, "attemptRemoteStart") == 1
    assert len(sim.beenergised_driver.running()) == 1
    await async_sense(hass, freezer, STATE_OFF, MINUTE)
    assert asked(sim, "remoteStop") == 1
    sim.clock.advance(MINUTE)
    await async_look(hass, freezer, driver, MINUTE)
    assert sim.beenergised_driver.running() == []
