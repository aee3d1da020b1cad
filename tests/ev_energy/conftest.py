"""What tests of ev.energy share: an account, and what is in the first household."""

from collections.abc import AsyncIterator

from aiohttp import ClientSession
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.ev_energy import EvEnergyClient
from custom_components.ev_charging_cloud.const import CONF_SERVER, CONF_VENDOR, DOMAIN
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant
from simulator import Simulator
from simulator.ev_energy.context import evse_id, vehicle_id

from .common import new_client


@pytest.fixture
def account(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
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


@pytest.fixture
def charger_id(sim: Simulator) -> str:
    """Return the world's id of the first charger."""
    return sim.world.homes.charger_ids()[0]


@pytest.fixture
def charger(charger_id: str) -> str:
    """Return the path of that charger."""
    return f"station/{evse_id(charger_id)}"


@pytest.fixture
def connector(charger_id: str) -> str:
    """Return the path of that charger's connector."""
    return f"connector/{evse_id(charger_id)}/1"


@pytest.fixture
def car_id(sim: Simulator) -> str:
    """Return the world's id of the first car."""
    return sim.world.homes.car_ids()[0]


@pytest.fixture
def vehicle(car_id: str) -> str:
    """Return the path of that car."""
    return f"vehicle/{vehicle_id(car_id)}"


@pytest.fixture
async def client(sim: Simulator) -> AsyncIterator[EvEnergyClient]:
    """Return a client of the simulator, outside of Home Assistant."""
    async with ClientSession() as session:
        yield new_client(session, sim)
