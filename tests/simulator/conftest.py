"""What the simulator's tests share."""

from collections.abc import AsyncIterator
from importlib.util import find_spec

import pytest

from simulator import Simulator

from .client import Client
from .common import START


@pytest.fixture(autouse=True)
def real_sockets() -> None:
    """Let tests use sockets where a plugin of the test run has taken them away."""
    if find_spec("pytest_socket") is not None:
        import pytest_socket

        pytest_socket.enable_socket()


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    """Run a small world which stands still until a test moves it on."""
    async with Simulator(speed=0, stations=6, start=START) as simulator:
        yield simulator


@pytest.fixture
async def quiet() -> AsyncIterator[Simulator]:
    """Run a world in which only the test makes things happen."""
    async with Simulator(speed=0, stations=3, start=START, quiet=True) as simulator:
        yield simulator


@pytest.fixture
async def client(sim: Simulator) -> AsyncIterator[Client]:
    """Return a logged-in client of the small world."""
    async with Client(sim) as connected:
        await connected.login()
        yield connected
