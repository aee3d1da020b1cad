"""What the simulator's tests share."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from importlib.util import find_spec

import pytest

from simulator import Clock, Simulator, World
from simulator.ev_energy import USUAL

from .beenergised_cpo.client import CpoClient
from .beenergised_driver.client import DriverClient
from .client import Client
from .ev_energy.client import EvClient

START = datetime(2026, 10, 1, 8, tzinfo=UTC)


def still(**choices: int | bool | None) -> World:
    """Return a world whose clock stands still."""
    return World(Clock(START, 0), **choices)  # type: ignore[arg-type] # each test passes its own mix


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


@pytest.fixture
async def ev(sim: Simulator) -> AsyncIterator[EvClient]:
    """Return a client of the small world's ev.energy, signed in with every scope that is simulated."""
    sim.ev_energy.grant({*USUAL, "debug:read", "tariff:prices:read"})
    async with EvClient(sim) as connected:
        await connected.sign_in()
        yield connected


@pytest.fixture
async def cpo(sim: Simulator) -> AsyncIterator[CpoClient]:
    """Return a client of the small world's CPO API, signed in."""
    async with CpoClient(sim) as connected:
        await connected.sign_in()
        yield connected


@pytest.fixture
async def driver(quiet: Simulator) -> AsyncIterator[DriverClient]:
    """Return a client of be.ENERGISED for drivers in the world in which nothing happens by itself, signed in."""
    async with DriverClient(quiet) as connected:
        await connected.init()
        yield connected
