"""Tests of starting and stopping at be.ENERGISED: by button, by action, and refused."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
import json
import re
from typing import Any, Literal

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import (
    CONF_CONNECTORS,
    CONF_STATION_IDS,
    CONF_STATIONS,
    DOMAIN,
)
from homeassistant.const import (
    ATTR_DEVICE_ID,
    ATTR_ENTITY_ID,
    CONF_RADIUS,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from simulator import Simulator
from simulator.beenergised_driver import money
from simulator.beenergised_driver.charges import Charge, RoamingCharge
from tests.common import ENGLISH, async_set_up, entity_id_of, state_of, value_of

from .common import (
    CHARGING_POLL,
    CheckedLog,
    Waiting,
    asked,
    async_pass,
    checked_documents,
    connector_path,
    hurry,
    make_account,
    sites,
    station_path,
)


@pytest.fixture(autouse=True)
def documents(sim: Simulator) -> Iterator[CheckedLog]:
    """Validate every document against the operator's schema."""
    with checked_documents(sim) as log:
        yield log


@pytest.fixture
def account(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return a driver's account that shows a few stations, not set up yet."""
    shown = [*sites(sim, roaming=False)[:1], *sites(sim, roaming=True)[:2]]
    return make_account(
        hass,
        sim,
        **{
            CONF_STATIONS: "listed",
            CONF_RADIUS: 20,
            CONF_STATION_IDS: [site.id for site in shown],
        },
    )


@pytest.fixture
async def waiting(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> Waiting:
    """Set the account up, and return what waits while its starts are followed."""
    await async_set_up(hass, account)
    return hurry(account, sim)


@pytest.fixture
def connector(sim: Simulator) -> str:
    """Return the path of a free connector of the operator's own."""
    return connector_path(sites(sim, roaming=False)[0])


@pytest.fixture
def foreign(sim: Simulator) -> str:
    """Return the path of a free connector of another operator."""
    return connector_path(sites(sim, roaming=True)[0])


def _device_id(hass: HomeAssistant, account: MockConfigEntry, path: str) -> str:
    """Return the id of an object's device."""
    registry = dr.async_get(hass)
    identifier = (DOMAIN, f"{account.unique_id}/{path}")
    find = (
        registry.async_get_child_device_by_identifier
        if path.startswith("connector")
        else registry.async_get_device_by_identifier
    )
    device = find(identifier, account.entry_id)
    assert device is not None
    return device.id


async def _async_press(
    hass: HomeAssistant, account: MockConfigEntry, path: str, key: str
) -> None:
    """Press a button."""
    await hass.services.async_call(
        "button",
        "press",
        {ATTR_ENTITY_ID: entity_id_of(hass, account, path, key)},
        blocking=True,
    )
    await hass.async_block_till_done(wait_background_tasks=True)


async def _async_act(
    hass: HomeAssistant, account: MockConfigEntry, path: str, action: str, **data: Any
) -> dict[str, Any]:
    """Perform an action on an object's device, and return its response."""
    response: dict[str, Any] | None = await hass.services.async_call(
        DOMAIN,
        action,
        {ATTR_DEVICE_ID: _device_id(hass, account, path), **data},
        blocking=True,
        return_response=True,
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert response is not None
    return response


def _said(caught: pytest.ExceptionInfo[HomeAssistantError]) -> tuple[str, str]:
    """Return the key of a translated error, and what the vendor said."""
    return _words(caught.value)


def _words(error: HomeAssistantError) -> tuple[str, str]:
    """Return the same of an error, whose text must have all that it names."""
    assert error.translation_domain == DOMAIN
    assert error.translation_key
    placeholders = error.translation_placeholders or {}
    texts = json.loads(ENGLISH.read_text())["exceptions"]
    text = texts[error.translation_key]["message"]
    assert set(re.findall(r"{(\w+)}", text)) <= placeholders.keys()
    return error.translation_key, placeholders.get("message", "")


def _number(
    hass: HomeAssistant, account: MockConfigEntry, key: str, unit: str
) -> float:
    """Return the state of a sensor of the account."""
    state = state_of(hass, account, "account", key)
    assert state is not None
    assert state.attributes["unit_of_measurement"] == unit
    return float(state.state)


def _is_right(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, charge: Charge
) -> None:
    """Check that the last session is shown as the operator has it."""
    reading = charge.reading(sim.clock.now())
    cost = money.cost(charge.plug.tariff, reading.energy_wh, reading.seconds, "en")
    assert _number(hass, account, "last_session_energy", "kWh") == pytest.approx(
        reading.energy_wh / 1000, abs=0.001
    )
    assert _number(hass, account, "last_session_cost", "EUR") == cost["grossAmount"]
    name = value_of(hass, account, "account", "last_session_connector")
    assert name == charge.plug.label


# ---- the whole way


@pytest.mark.parametrize("tenant", ["alpha", "beta"])
async def test_from_start_to_stop(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    connector: str,
    freezer: FrozenDateTimeFactory,
    tenant: Literal["alpha", "beta"],
) -> None:
    """Start, a session whose energy and cost rise, stop, and it is the last one."""
    cloud = sim.beenergised_driver
    cloud.options.tenant = tenant
    await async_set_up(hass, account)
    waiting = hurry(account, sim)
    assert value_of(hass, account, connector, "stop_charging") == STATE_UNAVAILABLE
    await _async_press(hass, account, connector, "start_charging")
    assert 4 <= waiting.total <= 10
    assert value_of(hass, account, "account", "session_status") == "active"
    assert value_of(hass, account, connector, "status") == "charging"
    assert value_of(hass, account, connector, "start_charging") == STATE_UNAVAILABLE
    seen: list[tuple[float, float]] = []
    for _ in range(4):
        await async_pass(hass, freezer, sim, CHARGING_POLL)
        energy = _number(hass, account, "session_energy", "kWh")
        seen.append((energy, _number(hass, account, "session_cost", "EUR")))
    assert seen == sorted(set(seen))
    assert min(energy for energy, _ in seen) > 0.1
    (charge,) = cloud.running()

    await _async_press(hass, account, connector, "stop_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert cloud.running() == []
    assert cloud.charges()[0] is charge
    assert value_of(hass, account, "account", "session_status") == STATE_UNKNOWN
    assert value_of(hass, account, "account", "session_energy") == STATE_UNKNOWN
    assert value_of(hass, account, connector, "stop_charging") == STATE_UNAVAILABLE
    _is_right(hass, sim, account, charge)
    assert asked(sim, "attemptRemoteStart") == asked(sim, "remoteStop") == 1
    assert asked(sim, "remoteStart") == 0


async def test_what_follows_a_command(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """After a command it is looked at once, and soon again."""
    await _async_press(hass, account, connector, "start_charging")
    before = asked(sim, "chargelogsPaged")
    for _ in range(12):
        await async_pass(hass, freezer, sim, timedelta(seconds=5))
    assert asked(sim, "chargelogsPaged") - before == 3


@pytest.mark.parametrize("by", ["label", "number", "id", "tag"])
async def test_start_with_a_card(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    by: str,
) -> None:
    """A card is named as people know it; the response tells how far the start got."""
    card = sim.beenergised_driver.driver.cards[1]
    response = await _async_act(
        hass, account, connector, "start_charging", card=getattr(card, by).upper()
    )
    assert response == {"outcome": "started"}
    (charge,) = sim.beenergised_driver.running()
    assert charge.tag == card.tag
    assert connector.endswith(charge.plug.id)


async def test_operator_that_tells_no_schema(
    hass: HomeAssistant, sim: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """With a connector's id sessions start and stop there all the same."""
    cloud = sim.beenergised_driver
    cloud.options.introspection = False
    plug = sites(sim, roaming=False)[0].plugs[0]
    account = make_account(hass, sim, **{CONF_CONNECTORS: [plug.id]})
    await async_set_up(hass, account)
    hurry(account, sim)
    path, station = f"connector/{plug.id}/{plug.id}", f"station/{plug.id}"
    await _async_press(hass, account, path, "start_charging")
    assert value_of(hass, account, "account", "session_status") == "active"
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    (charge,) = cloud.running()
    # The connector has no device but its station's.
    response = await _async_act(hass, account, station, "stop_charging")
    assert response == {"session_id": charge.id}
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    _is_right(hass, sim, account, charge)


# ---- cards


async def test_get_cards(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    foreign: str,
) -> None:
    """Cards are told by id and name; what is on them is not."""
    cards = sim.beenergised_driver.driver.cards
    response = await _async_act(hass, account, connector, "get_cards")
    assert response == {
        "cards": [{"id": card.id, "name": card.label} for card in cards]
    }
    assert not [card.tag for card in cards if card.tag in json.dumps(response)]
    response = await _async_act(hass, account, foreign, "get_cards")
    assert response["cards"] == [{"id": cards[0].id, "name": cards[0].label}]


async def test_card_that_is_not_valid(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    foreign: str,
) -> None:
    """A card that nobody has, or that other operators do not take, starts nothing."""
    for path, card in ((connector, "Somebody's card"), (foreign, "Company card")):
        with pytest.raises(HomeAssistantError) as caught:
            await _async_act(hass, account, path, "start_charging", card=card)
        assert _said(caught)[0] == "no_card"
    assert asked(sim, "attemptRemoteStart") == asked(sim, "remoteStart") == 0


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
    response = await _async_act(hass, account, connector, "start_charging")
    assert response == {"outcome": "waiting_for_cable"}
    assert 30 <= waiting.total <= 40
    with pytest.raises(HomeAssistantError) as caught:
        await _async_press(hass, account, connector, "start_charging")
    assert _said(caught) == ("plug_in_to_start", "")
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
    response = await _async_act(hass, account, connector, "start_charging")
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
    response = await _async_act(hass, account, connector, "start_charging")
    assert response == {"outcome": "waiting_for_cable"}
    assert waiting.total <= 90
    assert value_of(hass, account, "account", "session_status") == STATE_UNKNOWN


@pytest.mark.parametrize(
    ("tenant", "attempts", "waited"), [("alpha", 0, 0), ("beta", 1, 20)]
)
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
    response = await _async_act(hass, account, foreign, "start_charging")
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
    assert _number(hass, account, "session_energy", "kWh") > 0.05

    await _async_press(hass, account, foreign, "stop_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert cloud.running() == []
    _is_right(hass, sim, account, charge)


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
    await _async_act(hass, account, foreign, "start_charging")
    assert value_of(hass, account, "account", "session_waiting") == STATE_ON
    await _async_press(hass, account, "account", "stop_charging")
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
        await _async_press(hass, account, connector, "start_charging")
    found, said = _said(caught)
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
        await _async_press(hass, account, connector, "start_charging")
    key, said = _said(caught)
    assert key == "unavailable"
    assert "Too busy" in said


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
        await _async_press(hass, account, connector, "start_charging")
    assert _said(caught)[0] == "no_card"


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
        await _async_act(hass, account, path, "start_charging")
    key, said = _said(caught)
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
        *(_async_act(hass, account, connector, "start_charging") for _ in range(2)),
        return_exceptions=True,
    )
    assert {"outcome": "started"} in outcomes
    (error,) = (one for one in outcomes if isinstance(one, HomeAssistantError))
    assert _words(error)[0] == "command_refused"
    assert asked(sim, "attemptRemoteStart") == 1
    assert len(sim.beenergised_driver.running()) == 1


# ---- stops


@pytest.mark.parametrize("together", [True, False])
async def test_double_stop(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    freezer: FrozenDateTimeFactory,
    together: bool,
) -> None:
    """Until a stop shows, a second one is not sent; once it does, there is nothing left."""
    await _async_act(hass, account, connector, "start_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    session_id = sim.beenergised_driver.running()[0].id
    stops = [
        lambda: _async_act(hass, account, connector, "stop_charging"),
        lambda: _async_act(hass, account, "account", "stop_charging"),
    ]
    if together:
        responses = await asyncio.gather(*(stop() for stop in stops))
    else:
        responses = [await stop() for stop in stops]
    assert responses == [{"session_id": session_id}] * 2
    assert asked(sim, "remoteStop") == 1
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert value_of(hass, account, "account", "stop_charging") == STATE_UNAVAILABLE
    for stop in stops:
        with pytest.raises(HomeAssistantError) as caught:
            await stop()
        assert _said(caught) == ("nothing_to_stop", "")
    assert asked(sim, "remoteStop") == 1


async def test_session_that_ended_elsewhere(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A session that is over already is not stopped, and the person is told so."""
    await _async_act(hass, account, connector, "start_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    sim.beenergised_driver.stop_session()
    sim.clock.advance(timedelta(seconds=10))
    with pytest.raises(HomeAssistantError) as caught:
        await _async_press(hass, account, connector, "stop_charging")
    assert _said(caught)[0] == "session_over"
    assert asked(sim, "remoteStop") == 0


async def test_stop_by_the_account(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The account's own button stops the session, wherever it runs."""
    await _async_act(hass, account, connector, "start_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    (charge,) = sim.beenergised_driver.running()
    await _async_press(hass, account, "account", "stop_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    _is_right(hass, sim, account, charge)


async def test_refused_stop(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    station_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A stop that the station cannot be told goes on to be possible."""
    await _async_act(hass, account, connector, "start_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    sim.world.set_offline(station_id)
    with pytest.raises(HomeAssistantError) as caught:
        await _async_press(hass, account, "account", "stop_charging")
    key, said = _said(caught)
    assert key == "command_refused"
    assert "does not answer" in said
    sim.world.set_online(station_id)
    sim.clock.advance(timedelta(seconds=30))
    await _async_press(hass, account, "account", "stop_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert sim.beenergised_driver.running() == []


# ---- the wrong thing


async def test_wrong_device(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
) -> None:
    """A station is no connector; an account has no connector to start at."""
    station = station_path(sites(sim, roaming=False)[0])
    for path, action in (
        (station, "start_charging"),
        (station, "stop_charging"),
        (station, "get_cards"),
        ("account", "start_charging"),
        ("account", "get_cards"),
    ):
        with pytest.raises(HomeAssistantError) as caught:
            await _async_act(hass, account, path, action)
        assert _said(caught) == ("wrong_device", "")
    with pytest.raises(HomeAssistantError) as caught:
        await _async_act(hass, account, "account", "stop_charging")
    assert _said(caught) == ("nothing_to_stop", "")


async def test_vendor_that_cannot_start(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
) -> None:
    """Another vendor's connector is a connector, but starts nothing."""
    await async_set_up(hass, entry)
    path = f"connector/{station_id}/{connector_id}"
    for action in ("start_charging", "get_cards"):
        with pytest.raises(HomeAssistantError) as caught:
            await _async_act(hass, entry, path, action)
        assert _said(caught) == ("no_remote_commands", "")


async def test_device_of_an_account_that_does_not_run(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
) -> None:
    """Nothing is sent for an account that was disabled or could not be set up."""
    device_id = _device_id(hass, account, connector)
    await hass.config_entries.async_unload(account.entry_id)
    with pytest.raises(HomeAssistantError) as caught:
        await hass.services.async_call(
            DOMAIN, "start_charging", {ATTR_DEVICE_ID: device_id}, blocking=True
        )
    assert caught.value.translation_key == "service_config_entry_not_loaded"
    assert asked(sim, "attemptRemoteStart") == 0
