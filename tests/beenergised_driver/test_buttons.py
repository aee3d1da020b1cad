"""Tests of buttons and actions that would send what costs money: whether there are any, and how often they send."""

import asyncio

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.refs import ConnectorRef
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from simulator import Simulator
from tests.common import async_set_up, value_of

from .acts import async_act, async_press, make_account_of_few, said_by, words_of
from .common import (
    CHARGING_POLL,
    Waiting,
    asked,
    async_pass,
    connector_path,
    entities_of,
    sites,
)

pytestmark = pytest.mark.usefixtures("documents")


@pytest.fixture
def account(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return a driver's account that shows a few stations, not set up yet."""
    return make_account_of_few(hass, sim)


async def test_connectors_without_an_id(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """1.2: what has no id shows its values, and has neither button nor action."""
    sim.beenergised_driver.options.rename = {"Connector.id": "position"}
    await async_set_up(hass, account)
    entities = entities_of(hass, account)
    assert ("connector", "sensor", "status") in entities
    assert ("connector", "button", "start_charging") not in entities
    assert ("connector", "button", "stop_charging") not in entities
    live = account.runtime_data.live.data
    for key in live.connectors:
        path = ConnectorRef(*key).path
        assert value_of(hass, account, path, "status") != "unavailable"
        with pytest.raises(HomeAssistantError) as caught:
            await async_act(hass, account, path, "start_charging")
        assert said_by(caught)[0] == "no_connector_id"
    assert asked(sim, "attemptRemoteStart") == asked(sim, "remoteStart") == 0


async def test_start_where_one_charges_already(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
) -> None:
    """1.8: where the driver's own session runs, the button is gone and the action says why."""
    await async_press(hass, account, connector, "start_charging")
    await async_press(hass, account, connector, "start_charging")
    with pytest.raises(HomeAssistantError) as caught:
        await async_act(hass, account, connector, "start_charging")
    assert said_by(caught) == ("already_charging", "")
    assert asked(sim, "attemptRemoteStart") == 1


@pytest.mark.parametrize("order", ["ABA", "AABB", "BAB"])
async def test_stops_in_turn(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    freezer: FrozenDateTimeFactory,
    order: str,
) -> None:
    """1.10: of two sessions each is stopped once, in whatever order somebody presses."""
    site = sites(sim, roaming=False)[0]
    paths = {
        letter: connector_path(site, plug)
        for letter, plug in zip("AB", site.plugs[:2], strict=True)
    }
    for path in paths.values():
        await async_act(hass, account, path, "start_charging")
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert len(sim.beenergised_driver.running()) == 2
    answers = await asyncio.gather(
        *(async_act(hass, account, paths[letter], "stop_charging") for letter in order),
        return_exceptions=True,
    )
    held_back = [it for it in answers if isinstance(it, HomeAssistantError)]
    assert len(held_back) == len(order) - 2
    assert {words_of(it)[0] for it in held_back} == {"command_under_way"}
    assert asked(sim, "remoteStop") == 2
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    assert sim.beenergised_driver.running() == []


@pytest.mark.parametrize("card", ["", "  "])
async def test_a_card_without_a_name(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    waiting: Waiting,
    connector: str,
    card: str,
) -> None:
    """1.11: nobody's card pays where none was named."""
    with pytest.raises(HomeAssistantError) as caught:
        await async_act(hass, account, connector, "start_charging", card=card)
    assert said_by(caught)[0] == "no_card"
    assert asked(sim, "attemptRemoteStart") == 0
