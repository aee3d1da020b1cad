"""What tests of ev.energy do again and again."""

from datetime import timedelta
from typing import Any

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
from yarl import URL

from custom_components.ev_charging_cloud.clients.ev_energy import (
    ClientCredentials,
    EvEnergyClient,
)
from custom_components.ev_charging_cloud.clients.transport.tokens import (
    Refusals,
    TokenSource,
)
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from simulator import Simulator
from tests.common import async_poll

SLOW_POLL = timedelta(seconds=100)


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
    """Perform an action on an entity, and wait until all that follows is done."""
    await hass.services.async_call(
        domain, action, {ATTR_ENTITY_ID: entity_id, **data}, blocking=True
    )
    await hass.async_block_till_done(wait_background_tasks=True)


def new_client(
    session: ClientSession, sim: Simulator, refusals: Refusals | None = None
) -> EvEnergyClient:
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
        tokens=TokenSource(credentials.async_fetch, refusals=refusals),
        requests=credentials.requests,
    )
