"""Tests of starts that take longer, and of starts that are refused."""

import asyncio
from datetime import timedelta
from typing import Any, Literal

from aiohttp import web
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components import persistent_notification
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from simulator import Simulator
from simulator.beenergised_driver.charges import RoamingCharge
from simulator.server.faults import Handler
from tests.common import async_set_up, value_of

from .acts import (
    assert_last_session,
    async_act,
    async_press,
    make_account_of_few,
    number_of,
    said_by,
    words_of,
)
from .common import (
    CHARGING_POLL,
    Waiting,
    asked,
    async_pass,
    connector_path,
    hurry,
    sites,
)

pytestmark = pytest.mark.usefixtures("documents")


@pytest.fixture
def account(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return a driver's account that shows a few stations, not set up yet."""
    return make_account_of_few(hass, sim)


# ---- starts that take longer


async def test_waiting_for_the_cable(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A start that the station accepted waits for the car, and the person is told so."""
    sim.beenergised_driver.options.vehicle_arrives = False
    response = await async_act(hass, account, connector, "start_charging")
    assert response == {"outcome": "waiting_for_cable"}
    assert 30 <= waiting.total <= 40
    (notice,) = persistent_notification._async_get_or_create_notifications(
        hass
    ).values()
    assert "cable" in notice["message"]
    # Who presses once more is told to wait, and nothing is sent.
    with pytest.raises(HomeAssistantError) as caught:
        await async_press(hass, account, connector, "start_charging")
    assert said_by(caught)[0] == "command_just_given"
    assert asked(sim, "attemptRemoteStart") == 1
    sim.world.plug_in(station_id, connector_id)
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert value_of(hass, account, "account", "session_status") == "active"
    assert value_of(hass, account, connector, "status") == "charging"


async def test_cable_that_comes_while_waiting(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    station_id: str,
    connector_id: str,
) -> None:
    """Who plugs in while the start waits has started."""
    sim.beenergised_driver.options.vehicle_arrives = False

    def plug_in() -> None:
        if waiting.total == 12:
            sim.world.plug_in(station_id, connector_id)

    waiting.then = plug_in
    response = await async_act(hass, account, connector, "start_charging")
    assert response == {"outcome": "started"}
    assert value_of(hass, account, "account", "session_status") == "active"


async def test_start_that_is_stuck(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
) -> None:
    """A start that never comes about does not keep anybody waiting for ever."""
    sim.beenergised_driver.options.next_attempt = "stuck"
    response = await async_act(hass, account, connector, "start_charging")
    assert response == {"outcome": "waiting_for_cable"}
    assert waiting.total <= 90
    assert value_of(hass, account, "account", "session_status") == STATE_UNKNOWN


@pytest.mark.parametrize(("tenant", "attempts", "waited"), [("alpha", 0, 0)])
async def test_roaming_start(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    foreign: str,
    freezer: FrozenDateTimeFactory,
    tenant: Literal["alpha", "beta"],
    attempts: int,
    waited: int,
) -> None:
    """At another operator's station the simple start is sent, at once if that is known."""
    cloud = sim.beenergised_driver
    cloud.options.tenant = tenant
    await async_set_up(hass, account)
    waiting = hurry(account, sim)
    response = await async_act(hass, account, foreign, "start_charging")
    assert response == {"outcome": "requested"}
    assert asked(sim, "attemptRemoteStart") == attempts
    assert asked(sim, "remoteStart") == 1
    assert waited <= waiting.total <= waited + 2
    assert value_of(hass, account, "account", "session_status") == "pending"
    assert value_of(hass, account, "account", "session_waiting") == STATE_ON
    assert value_of(hass, account, foreign, "status") == "preparing"
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert value_of(hass, account, "account", "session_status") == "active"
    assert value_of(hass, account, "account", "session_waiting") == STATE_OFF
    assert value_of(hass, account, foreign, "status") == "charging"
    (charge,) = cloud.running()
    assert isinstance(charge, RoamingCharge)
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert number_of(hass, account, "session_energy", "kWh") > 0.05

    await async_press(hass, account, foreign, "stop_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert cloud.running() == []
    assert_last_session(hass, sim, account, charge)


async def test_session_that_waits_is_given_up(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    foreign: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A session that still waits for its station can be stopped as well."""
    sim.beenergised_driver.options.vehicle_arrives = False
    await async_act(hass, account, foreign, "start_charging")
    assert value_of(hass, account, "account", "session_waiting") == STATE_ON
    await async_press(hass, account, "account", "stop_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert value_of(hass, account, "account", "session_waiting") == STATE_OFF
    assert value_of(hass, account, "account", "session_status") == STATE_UNKNOWN


# ---- starts that are refused


@pytest.mark.parametrize(
    ("options", "key", "words"),
    [
        ({"refuse_start": "Not on Sundays"}, "start_refused", "Not on Sundays"),
        ({"next_attempt": "failed"}, "start_refused", "did not accept"),
        (
            {"field_errors": {"Mutation.attemptRemoteStart": "FORBIDDEN"}},
            "start_refused",
            "attemptRemoteStart",
        ),
        (
            {"field_errors": {"Mutation.attemptRemoteStart": "INTERNAL_SERVER_ERROR"}},
            "start_refused",
            "attemptRemoteStart",
        ),
        (
            {"field_errors": {"Mutation.attemptRemoteStart": "RATE_LIMITED"}},
            "rate_limited",
            "attemptRemoteStart",
        ),
    ],
)
async def test_refused_start(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    options: dict[str, Any],
    key: str,
    words: str,
) -> None:
    """Each refusal has its own message with the operator's words; nothing is started."""
    for name, value in options.items():
        setattr(sim.beenergised_driver.options, name, value)
    with pytest.raises(HomeAssistantError) as caught:
        await async_press(hass, account, connector, "start_charging")
    found, said = said_by(caught)
    assert found == key
    assert words in said
    assert asked(sim, "attemptRemoteStart") == 1
    assert sim.beenergised_driver.running() == []
    assert value_of(hass, account, "account", "session_status") == STATE_UNKNOWN
    assert not hass.config_entries.flow.async_progress()


@pytest.mark.parametrize("status", [500, 503])
async def test_server_that_does_not_answer(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    status: int,
) -> None:
    """A server that is down is no refusal."""
    sim.beenergised_driver.faults.add("/graphql/", status=status, message="Too busy")
    with pytest.raises(HomeAssistantError) as caught:
        await async_press(hass, account, connector, "start_charging")
    key, said = said_by(caught)
    assert key == "unavailable"
    assert "Too busy" in said


@pytest.mark.usefixtures("without_past")
async def test_server_that_never_answers(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """1.7: a start whose answer does not come ends by itself, and the session shows."""
    faults = sim.beenergised_driver.faults
    answer, gate = faults.answer, asyncio.Event()

    async def hold_back(
        request: web.Request, path: str, handler: Handler
    ) -> web.StreamResponse:
        response = await answer(request, path, handler)
        if "attemptRemoteStart(" in await request.text():
            await gate.wait()
        return response

    monkeypatch.setattr(faults, "answer", hold_back)
    start = asyncio.create_task(async_act(hass, account, connector, "start_charging"))
    seconds = 0
    while not start.done():
        seconds += 1
        assert seconds <= 300
        freezer.tick(1)
        sim.clock.advance(timedelta(seconds=1))
        for _ in range(100):
            await asyncio.sleep(0)
    gate.set()
    assert await start == {"outcome": "requested"}
    assert value_of(hass, account, "account", "session_status") == "active"
    (notice,) = persistent_notification._async_get_or_create_notifications(
        hass
    ).values()
    assert "not known" in notice["message"]
    assert asked(sim, "attemptRemoteStart") == 1


async def test_connector_that_breaks(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    station_id: str,
    connector_id: str,
) -> None:
    """A fault that nobody has seen yet: no card may charge there any more."""
    sim.world.set_fault(station_id, connector_id)
    with pytest.raises(HomeAssistantError) as caught:
        await async_press(hass, account, connector, "start_charging")
    assert said_by(caught)[0] == "no_card"


async def test_roaming_start_that_is_refused(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
) -> None:
    """Another operator's connector that is taken says so in its own words."""
    path = next(
        connector_path(site, plug)
        for site in sites(sim, roaming=True)[:2]
        for plug in site.plugs
        if value_of(hass, account, connector_path(site, plug), "status") == "charging"
    )
    with pytest.raises(HomeAssistantError) as caught:
        await async_act(hass, account, path, "start_charging")
    key, said = said_by(caught)
    assert key == "start_refused"
    assert "cannot be used now" in said


async def test_two_starts_at_once(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
) -> None:
    """A connector is not started twice."""
    outcomes = await asyncio.gather(
        *(async_act(hass, account, connector, "start_charging") for _ in range(2)),
        return_exceptions=True,
    )
    assert {"outcome": "started"} in outcomes
    (error,) = (one for one in outcomes if isinstance(one, HomeAssistantError))
    assert words_of(error)[0] == "command_under_way"
    assert asked(sim, "attemptRemoteStart") == 1
    assert len(sim.beenergised_driver.running()) == 1
