"""What the tests of the be.ENERGISED CPO API share."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from simulator import Simulator
from simulator.world.model import Json

from .common import make_account


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
