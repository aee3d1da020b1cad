"""What tests of ev.energy do again and again."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.ev_charging_cloud.clients.ev_energy import (
    ClientCredentials,
    EvEnergyClient,
)
from custom_components.ev_charging_cloud.clients.transport.tokens import TokenSource
from custom_components.ev_charging_cloud.const import (
    CONF_ADVANCED,
    CONF_SERVER,
    CONF_VENDOR,
    DOMAIN,
)
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigFlowResult
from homeassistant.const import ATTR_ENTITY_ID, CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulator import Simulator
from tests.common import async_poll

SLOW_POLL = timedelta(seconds=100)
REDIRECT = "https://example.com/auth/external/callback"


def make_account(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return an ev.energy account at the simulator, not set up yet."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Home",
        unique_id="ev_energy_test",
        data={
            CONF_VENDOR: "ev_energy",
            CONF_SERVER: sim.ev_energy.address,
            CONF_CLIENT_ID: sim.ev_energy.client_id,
            CONF_CLIENT_SECRET: sim.ev_energy.client_secret,
        },
    )
    entry.add_to_hass(hass)
    return entry


async def async_pass(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    sim: Simulator,
    time: timedelta = SLOW_POLL,
) -> None:
    """Let time pass here and in the simulated world, until the next poll is over."""
    sim.clock.advance(time)
    await async_poll(hass, freezer, time)


async def async_act(
    hass: HomeAssistant, domain: str, action: str, entity_id: str, **data: Any
) -> None:
    """Perform an action on an entity."""
    await hass.services.async_call(
        domain, action, {ATTR_ENTITY_ID: entity_id, **data}, blocking=True
    )
    await hass.async_block_till_done(wait_background_tasks=True)


type Browse = Callable[[ConfigFlowResult, bool], Awaitable[ConfigFlowResult]]


async def async_choose(hass: HomeAssistant, way: str) -> ConfigFlowResult:
    """Start a flow and choose vendor and way in."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    for choice in ("ev_energy", way):
        assert result["type"] is FlowResultType.MENU
        result = await hass.config_entries.flow.async_configure(
            result["flow_id"], {"next_step_id": choice}
        )
    return result


async def async_add(hass: HomeAssistant, browse: Browse) -> ConfigEntry:
    """Add an account by way of the consent page."""
    result = await browse(await async_choose(hass, "ev_energy_oauth"), True)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    entry: ConfigEntry = result["result"]
    return entry


def client_form(sim: Simulator, **changes: str) -> dict[str, Any]:
    """Return the form of a client as a user would fill it in."""
    fields = {
        CONF_CLIENT_ID: sim.ev_energy.client_id,
        CONF_CLIENT_SECRET: sim.ev_energy.client_secret,
        CONF_SERVER: sim.ev_energy.address,
    } | changes
    server = fields.pop(CONF_SERVER)
    return {**fields, CONF_ADVANCED: {CONF_SERVER: server}}


def new_client(session: ClientSession, sim: Simulator) -> EvEnergyClient:
    """Return a client that acts for the simulator's first user."""
    server = URL(sim.ev_energy.address)
    credentials = ClientCredentials(
        session,
        server=server,
        client_id=sim.ev_energy.client_id,
        client_secret=sim.ev_energy.client_secret,
    )
    return EvEnergyClient(
        session,
        server=server,
        tokens=TokenSource(credentials.async_fetch),
        requests=credentials.requests,
    )
