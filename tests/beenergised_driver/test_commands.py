"""Tests of starting and stopping: by button and by action."""

import asyncio
from datetime import timedelta
import json
from typing import Any, Literal

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import CONF_CONNECTORS, DOMAIN
from homeassistant.const import ATTR_DEVICE_ID, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from simulator import Simulator
from tests.common import async_set_up, value_of

from .acts import (
    assert_last_session,
    async_act,
    async_press,
    device_id_of,
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
    hurry,
    make_account,
    sites,
    station_path,
)

pytestmark = pytest.mark.usefixtures("documents")


@pytest.fixture
def account(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return a driver's account that shows a few stations, not set up yet."""
    return make_account_of_few(hass, sim)


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
    await async_press(hass, account, connector, "start_charging")
    assert 4 <= waiting.total <= 10
    assert value_of(hass, account, "account", "session_status") == "active"
    assert value_of(hass, account, connector, "status") == "charging"
    assert value_of(hass, account, connector, "start_charging") == STATE_UNAVAILABLE
    seen: list[tuple[float, float]] = []
    for _ in range(4):
        await async_pass(hass, freezer, sim, CHARGING_POLL)
        energy = number_of(hass, account, "session_energy", "kWh")
        seen.append((energy, number_of(hass, account, "session_cost", "EUR")))
    assert seen == sorted(set(seen))
    assert min(energy for energy, _ in seen) > 0.1
    (charge,) = cloud.running()

    await async_press(hass, account, connector, "stop_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert cloud.running() == []
    assert cloud.charges()[0] is charge
    assert value_of(hass, account, "account", "session_status") == STATE_UNKNOWN
    assert value_of(hass, account, "account", "session_energy") == STATE_UNKNOWN
    assert value_of(hass, account, connector, "stop_charging") == STATE_UNAVAILABLE
    assert_last_session(hass, sim, account, charge)
    assert asked(sim, "attemptRemoteStart") == asked(sim, "remoteStop") == 1
    assert asked(sim, "remoteStart") == 0


@pytest.mark.usefixtures("without_past")
async def test_what_follows_a_command(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """After a command it is looked at once, and soon again."""
    await async_press(hass, account, connector, "start_charging")
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
    response = await async_act(
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
    await async_press(hass, account, path, "start_charging")
    assert value_of(hass, account, "account", "session_status") == "active"
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    (charge,) = cloud.running()
    # The connector has no device but its station's.
    response = await async_act(hass, account, station, "stop_charging")
    assert response == {"session_id": charge.id}
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert_last_session(hass, sim, account, charge)


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
    response = await async_act(hass, account, connector, "get_cards")
    assert response == {
        "cards": [{"id": card.id, "name": card.label} for card in cards]
    }
    assert not [card.tag for card in cards if card.tag in json.dumps(response)]
    response = await async_act(hass, account, foreign, "get_cards")
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
            await async_act(hass, account, path, "start_charging", card=card)
        assert said_by(caught)[0] == "no_card"
    assert asked(sim, "attemptRemoteStart") == asked(sim, "remoteStart") == 0


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
    await async_act(hass, account, connector, "start_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    session_id = sim.beenergised_driver.running()[0].id
    stops = [
        lambda: async_act(hass, account, connector, "stop_charging"),
        lambda: async_act(hass, account, "account", "stop_charging"),
    ]
    if together:
        first, second = await asyncio.gather(
            *(stop() for stop in stops), return_exceptions=True
        )
    else:
        first = await stops[0]()
        (second,) = await asyncio.gather(stops[1](), return_exceptions=True)
    assert first == {"session_id": session_id}
    assert isinstance(second, HomeAssistantError)
    assert words_of(second)[0] in {
        "command_under_way",
        "command_just_given",
        "nothing_to_stop",
    }
    assert asked(sim, "remoteStop") == 1
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert value_of(hass, account, "account", "stop_charging") == STATE_UNAVAILABLE
    for stop in stops:
        with pytest.raises(HomeAssistantError) as caught:
            await stop()
        assert said_by(caught) == ("nothing_to_stop", "")
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
    await async_act(hass, account, connector, "start_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    sim.beenergised_driver.stop_session()
    sim.clock.advance(timedelta(seconds=10))
    with pytest.raises(HomeAssistantError) as caught:
        await async_press(hass, account, connector, "stop_charging")
    assert said_by(caught)[0] == "session_over"
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
    await async_act(hass, account, connector, "start_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    (charge,) = sim.beenergised_driver.running()
    await async_press(hass, account, "account", "stop_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert_last_session(hass, sim, account, charge)


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
    await async_act(hass, account, connector, "start_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    sim.world.set_offline(station_id)
    with pytest.raises(HomeAssistantError) as caught:
        await async_press(hass, account, "account", "stop_charging")
    key, said = said_by(caught)
    assert key == "command_refused"
    assert "does not answer" in said
    sim.world.set_online(station_id)
    sim.clock.advance(timedelta(seconds=30))
    await async_press(hass, account, "account", "stop_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert sim.beenergised_driver.running() == []


async def test_what_is_kept_of_commands(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    hass_storage: dict[str, Any],
) -> None:
    """What may not be given twice is on disk before it is sent, and goes with the account."""
    key = f"{DOMAIN}.{account.entry_id}.commands"
    kept: list[set[str]] = []
    waiting.then = lambda: kept.append({*hass_storage[key]["data"]})
    await async_act(hass, account, connector, "start_charging")
    assert kept[0] == {connector}
    assert asked(sim, "attemptRemoteStart") == 1
    await hass.config_entries.async_remove(account.entry_id)
    await hass.async_block_till_done()
    assert key not in hass_storage


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
            await async_act(hass, account, path, action)
        assert said_by(caught) == ("wrong_device", "")
    with pytest.raises(HomeAssistantError) as caught:
        await async_act(hass, account, "account", "stop_charging")
    assert said_by(caught) == ("nothing_to_stop", "")


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
            await async_act(hass, entry, path, action)
        assert said_by(caught) == ("no_remote_commands", "")


async def test_device_of_an_account_that_does_not_run(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
) -> None:
    """Nothing is sent for an account that was disabled or could not be set up."""
    device_id = device_id_of(hass, account, connector)
    await hass.config_entries.async_unload(account.entry_id)
    with pytest.raises(HomeAssistantError) as caught:
        await hass.services.async_call(
            DOMAIN, "start_charging", {ATTR_DEVICE_ID: device_id}, blocking=True
        )
    assert caught.value.translation_key == "service_config_entry_not_loaded"
    assert asked(sim, "attemptRemoteStart") == 0
