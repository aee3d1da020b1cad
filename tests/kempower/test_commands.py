"""Tests of commands by a customer's own file, each counted at the simulated vendor."""

import asyncio
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from simulator import Simulator
from simulator.kempower.commands import Given
from tests.common import async_poll, value_of

from .acts import ALL_COMMANDS, Upload, async_act, async_call, async_set_up_with

FILES = ("alpha", "beta")


@pytest.fixture(params=FILES)
def file(request: pytest.FixtureRequest, sim: Simulator) -> str:
    """Return which of two files the account has; the vendor takes commands by it."""
    name: str = request.param
    sim.kempower.options.dialect = "alpha" if name == "alpha" else "beta"
    return name


@pytest.fixture
async def account(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    upload: Upload,
    file: str,
) -> MockConfigEntry:
    """Return an account that runs with all commands switched on."""
    await async_set_up_with(hass, sim, entry, upload, *ALL_COMMANDS, file=file)
    return entry


def given(sim: Simulator, name: str) -> list[Given]:
    """Return the commands of a name that arrived at the vendor."""
    return [each for each in sim.kempower.commands if each.name == name]


async def async_pass(
    hass: HomeAssistant,
    sim: Simulator,
    freezer: FrozenDateTimeFactory,
    seconds: int = 70,
) -> None:
    """Let time pass here and in the world."""
    sim.clock.advance(timedelta(seconds=seconds))
    await async_poll(hass, freezer, timedelta(seconds=seconds))


async def test_from_start_to_stop(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station_id: str,
    connector_id: str,
    connector: str,
) -> None:
    """What is plugged in and waits is started, charges, and is stopped."""
    assert value_of(hass, account, connector, "start_charging") == STATE_UNAVAILABLE
    session = sim.world.plug_in(station_id, connector_id, soc=20)
    await async_pass(hass, sim, freezer)
    assert value_of(hass, account, connector, "start_charging") == STATE_UNKNOWN
    assert value_of(hass, account, connector, "stop_charging") == STATE_UNAVAILABLE
    await async_call(hass, account, connector, "start_charging", "press")
    assert value_of(hass, account, connector, "status") == "charging"
    assert value_of(hass, account, connector, "start_charging") == STATE_UNAVAILABLE
    await async_pass(hass, sim, freezer)
    assert float(value_of(hass, account, connector, "session_energy")) > 0
    await async_call(hass, account, connector, "stop_charging", "press")
    assert value_of(hass, account, connector, "status") == "finishing"
    assert value_of(hass, account, connector, "stop_charging") == STATE_UNAVAILABLE
    (start,), (stop,) = given(sim, "start"), given(sim, "stop")
    assert start.values == {"station": station_id, "connector": connector_id}
    assert stop.values["session"] == session.id


async def test_actions(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station_id: str,
    connector_id: str,
    connector: str,
) -> None:
    """The actions do the same, and say what cannot be done."""
    for action, key in (
        ("start_charging", "nothing_to_start"),
        ("stop_charging", "nothing_to_stop"),
    ):
        with pytest.raises(HomeAssistantError) as caught:
            await async_act(hass, account, connector, action)
        assert caught.value.translation_key == key
    session = sim.world.plug_in(station_id, connector_id, soc=20)
    await async_pass(hass, sim, freezer)
    with pytest.raises(HomeAssistantError) as caught:
        await async_act(hass, account, connector, "start_charging", card="mine")
    assert caught.value.translation_key == "no_card_needed"
    response = await async_act(hass, account, connector, "start_charging")
    assert response == {"outcome": "started"}
    response = await async_act(hass, account, connector, "stop_charging")
    assert response == {"session_id": session.id}
    assert len(sim.kempower.commands) == 2


@pytest.mark.parametrize("together", [True, False])
async def test_start_twice(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station_id: str,
    connector_id: str,
    connector: str,
    together: bool,
) -> None:
    """A start that is pressed twice is sent once, whatever the vendor answers."""
    sim.world.plug_in(station_id, connector_id, soc=20)
    await async_pass(hass, sim, freezer)

    async def press() -> None:
        await async_call(hass, account, connector, "start_charging", "press")

    if together:
        answers = await asyncio.gather(press(), press(), return_exceptions=True)
        assert sum(isinstance(each, HomeAssistantError) for each in answers) == 1
    else:
        await press()
        with pytest.raises(HomeAssistantError):
            await async_act(hass, account, connector, "start_charging")
    assert len(given(sim, "start")) == 1


async def test_availability(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    station_id: str,
    connector_id: str,
    connector: str,
) -> None:
    """A connector is put out of service and back; what is shown is what was read."""
    assert value_of(hass, account, connector, "in_service") == STATE_ON
    for service, state in (("turn_off", STATE_OFF), ("turn_on", STATE_ON)):
        await async_call(hass, account, connector, "in_service", service)
        assert value_of(hass, account, connector, "in_service") == state
    assert [each.values["operative"] for each in given(sim, "availability")] == [
        False,
        True,
    ]
    sim.kempower.options.command_answer = "rejected"
    with pytest.raises(HomeAssistantError) as caught:
        await async_call(hass, account, connector, "in_service", "turn_off")
    assert caught.value.translation_key == "command_refused"
    assert value_of(hass, account, connector, "in_service") == STATE_ON


async def test_restart(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, station_id: str
) -> None:
    """A station is restarted once: again right after it is held back."""
    path = f"station/{station_id}"
    await async_call(hass, account, path, "restart", "press")
    assert value_of(hass, account, path, "online") == STATE_OFF
    assert value_of(hass, account, path, "restart") == STATE_UNAVAILABLE
    sim.clock.advance(timedelta(seconds=90))
    await account.runtime_data.live.async_refresh()
    with pytest.raises(HomeAssistantError) as caught:
        await async_call(hass, account, path, "restart", "press")
    assert caught.value.translation_key == "command_just_given"
    assert len(given(sim, "restart")) == 1


async def test_power_limits(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station_id: str,
    connector_id: str,
    connector: str,
) -> None:
    """A limit holds for the station, the connector or the session; it is sent in its unit."""
    sim.world.plug_in(station_id, connector_id, soc=20)
    sim.world.start_charging(station_id, connector_id)
    await async_pass(hass, sim, freezer)
    for path, key, kilowatts in (
        (f"station/{station_id}", "power_limit", 30),
        (connector, "power_limit", 20),
        (connector, "session_power_limit", 10),
    ):
        assert value_of(hass, account, path, key) == STATE_UNKNOWN
        await async_call(hass, account, path, key, "set_value", value=kilowatts)
        assert value_of(hass, account, path, key) == STATE_UNKNOWN
        assert float(value_of(hass, account, connector, "power")) == kilowatts
    assert [each.values["watts"] for each in given(sim, "limit")] == [
        30_000,
        20_000,
        10_000,
    ]


async def test_limit_that_the_file_does_not_allow(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    upload: Upload,
    station_id: str,
) -> None:
    """What is more than the file allows is not sent."""
    await async_set_up_with(hass, sim, entry, upload, "station_limit")
    path = f"station/{station_id}"
    with pytest.raises(HomeAssistantError) as caught:
        await async_call(hass, entry, path, "power_limit", "set_value", value=900)
    assert caught.value.translation_key == "out_of_range"
    assert sim.kempower.commands == []


@pytest.mark.parametrize(
    "fault", [{"status": 502}, {"drop": True}, {"html": True, "status": 504}], ids=str
)
async def test_answer_that_does_not_come(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station_id: str,
    connector_id: str,
    connector: str,
    fault: dict[str, Any],
) -> None:
    """A start whose answer is an outage may have arrived: it is not sent again."""
    sim.world.plug_in(station_id, connector_id, soc=20)
    await async_pass(hass, sim, freezer)
    sim.kempower.faults.add("*start", **fault)
    await async_call(hass, account, connector, "start_charging", "press")
    with pytest.raises(HomeAssistantError) as caught:
        await async_act(hass, account, connector, "start_charging")
    assert caught.value.translation_key == "command_just_given"
    sent = [r for r in sim.kempower.requests if r.path.endswith("start")]
    assert len(sent) == 1


async def test_expired_token(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, connector: str
) -> None:
    """A token that ended is renewed; the command arrives, once."""
    sim.kempower.expire_access_tokens()
    await async_call(hass, account, connector, "in_service", "turn_off")
    assert len(given(sim, "availability")) == 1
    assert value_of(hass, account, connector, "in_service") == STATE_OFF


async def test_commands_that_are_not_switched_on(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    upload: Upload,
    freezer: FrozenDateTimeFactory,
    station_id: str,
    connector_id: str,
    connector: str,
) -> None:
    """With another command switched on, a start is refused, and nothing is sent."""
    await async_set_up_with(hass, sim, entry, upload, "restart")
    sim.world.plug_in(station_id, connector_id, soc=20)
    await async_pass(hass, sim, freezer)
    with pytest.raises(HomeAssistantError) as caught:
        await async_act(hass, entry, connector, "start_charging")
    assert caught.value.translation_key == "no_remote_commands"
    assert sim.kempower.commands == []
