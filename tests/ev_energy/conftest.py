"""What the tests of ev.energy share."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ev_charging_cloud.clients.ev_energy import EvEnergyClient
from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.oauth import Application
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.config_entry_oauth2_flow import async_register_implementation
from homeassistant.setup import async_setup_component
from simulator import Simulator
from simulator.ev_energy.context import evse_id, vehicle_id

from .common import REDIRECT, Browse, make_account, new_client
from .vendor import Vendor, client_of, running


@pytest.fixture
def account(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return an ev.energy account at the simulator, not set up yet."""
    return make_account(hass, sim)


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


@pytest.fixture
async def with_application(
    hass: HomeAssistant, sim: Simulator, current_request_with_host: None
) -> None:
    """Have an application whose consent page and tokens are the simulator's."""
    sim.ev_energy.options.redirect_uris.append(REDIRECT)
    assert await async_setup_component(hass, "application_credentials", {})
    async_register_implementation(
        hass,
        DOMAIN,
        Application(
            hass,
            "simulated",
            sim.ev_energy.client_id,
            sim.ev_energy.authorize_url,
            sim.ev_energy.token_url,
            sim.ev_energy.client_secret,
        ),
    )


@pytest.fixture
async def browse(
    hass: HomeAssistant, sim: Simulator, hass_client_no_auth: ClientSessionGenerator
) -> Browse:
    """Return what a driver does in the browser: allow, or deny."""
    client = await hass_client_no_auth()

    async def visit(result: ConfigFlowResult, allow: bool) -> ConfigFlowResult:
        assert result["type"] is FlowResultType.EXTERNAL_STEP
        assert "code_challenge_method=S256" in result["url"]
        back = urlsplit(sim.ev_energy.consent(result["url"], allow=allow))
        answer = await client.get(f"{back.path}?{back.query}")
        assert answer.status == 200
        return await hass.config_entries.flow.async_configure(result["flow_id"])

    return visit


@pytest.fixture
async def vendor(
    freezer: FrozenDateTimeFactory, socket_enabled: None
) -> AsyncIterator[Vendor]:
    """Return a vendor that answers with documents of a test's own, while time stands still."""
    async with running(Vendor()) as found:
        yield found


@pytest.fixture
async def session(vendor: Vendor) -> AsyncIterator[ClientSession]:
    """Return a session outside of Home Assistant."""
    async with ClientSession() as own:
        yield own


@pytest.fixture
def ours(session: ClientSession, vendor: Vendor) -> EvEnergyClient:
    """Return a client of that vendor."""
    return client_of(session, vendor)
