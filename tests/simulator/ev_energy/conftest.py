"""What the tests of the simulated ev.energy share."""

from collections.abc import AsyncIterator

import pytest

from simulator import Simulator
from simulator.ev_energy import USUAL
from simulator.ev_energy.scopes import HOME_ENERGY

from .client import EvClient


@pytest.fixture
async def ev(sim: Simulator) -> AsyncIterator[EvClient]:
    """Return a client of the small world's ev.energy, signed in with every scope that is simulated."""
    sim.ev_energy.grant({*USUAL, *HOME_ENERGY, "debug:read", "tariff:prices:read"})
    async with EvClient(sim) as connected:
        await connected.sign_in()
        yield connected
