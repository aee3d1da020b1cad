"""What the tests of the simulated CPO API share."""

from collections.abc import AsyncIterator

import pytest

from simulator import Simulator

from .client import CpoClient


@pytest.fixture
async def cpo(sim: Simulator) -> AsyncIterator[CpoClient]:
    """Return a client of the small world's CPO API, signed in."""
    async with CpoClient(sim) as connected:
        await connected.sign_in()
        yield connected
