"""What the tests of the simulated be.ENERGISED for drivers share."""

from collections.abc import AsyncIterator

import pytest

from simulator import Simulator

from .client import DriverClient


@pytest.fixture
async def driver(quiet: Simulator) -> AsyncIterator[DriverClient]:
    """Return a client of be.ENERGISED for drivers in the world in which nothing happens by itself, signed in."""
    async with DriverClient(quiet) as connected:
        await connected.init()
        yield connected
