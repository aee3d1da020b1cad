"""What the tests of the be.ENERGISED CPO API share."""

from collections.abc import AsyncIterator
from typing import Any

from aiohttp import ClientSession
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
)
from custom_components.ev_charging_cloud.clients.transport import http
from homeassistant.core import HomeAssistant
from simulator import Simulator
from simulator.world.model import Json

from .common import make_account
from .tenant import FakeTenant


@pytest.fixture
def account(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return an operator's account at the simulator, not set up yet."""
    return make_account(hass, sim)


@pytest.fixture
def station(sim: Simulator, station_id: str) -> str:
    """Return the path of the first station."""
    return f"station/{sim.beenergised_cpo.station_uuid(station_id)}"


@pytest.fixture
def connector(sim: Simulator, station_id: str, connector_id: str) -> str:
    """Return the path of that station's first connector."""
    cpo = sim.beenergised_cpo
    return (
        f"connector/{cpo.station_uuid(station_id)}/"
        f"{cpo.connector_uuid(station_id, connector_id)}"
    )


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no name be resolved: what these tests reach is on this machine."""

    async def resolve(*_: object, **__: object) -> list[Any]:
        raise OSError("no such name")

    monkeypatch.setattr("aiohttp.resolver.AsyncResolver.resolve", resolve)


@pytest.fixture
def issued(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the tokens that are issued from now on."""
    values: list[str] = []
    issue = sim.beenergised_cpo._tokens.issue

    def note(parameters: dict[str, str]) -> dict[str, Json]:
        answer = issue(parameters)
        values.append(str(answer["access_token"]))
        return answer

    monkeypatch.setattr(sim.beenergised_cpo._tokens, "issue", note)
    return values


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat a read that failed at once: where the time is frozen, no pause ends."""
    monkeypatch.setattr(http, "REPEAT_AFTER", 0)


@pytest.fixture
async def tenant(socket_enabled: None) -> AsyncIterator[FakeTenant]:
    """Run a tenant with two stations of two connectors each."""
    async with FakeTenant() as fake:
        fake.place({"s1": ["c1", "c2"], "s2": ["c3", "c4"]})
        yield fake


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Return a session outside of Home Assistant."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
def client(tenant: FakeTenant, session: ClientSession) -> BeenergisedCpoClient:
    """Return a client of the tenant."""
    return tenant.client(session)
