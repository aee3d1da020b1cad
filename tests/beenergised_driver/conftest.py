"""What the tests of be.ENERGISED for drivers share, above the client."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
from simulator import Simulator
from tests.common import async_set_up

from .common import (
    CheckedLog,
    Waiting,
    checked_documents,
    connector_path,
    go_home,
    hurry,
    make_account,
    sites,
)
from .steps import REDIRECT, Browse


@pytest.fixture
def documents(sim: Simulator) -> Iterator[CheckedLog]:
    """Validate every document against the operator's schema."""
    with checked_documents(sim) as log:
        yield log


@pytest.fixture
def some_documents(documents: CheckedLog) -> Iterator[None]:
    """Validate every document, of which there must be some."""
    yield
    assert documents.checked


@pytest.fixture
def account(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return a driver's account at the simulator, not set up yet."""
    return make_account(hass, sim)


@pytest.fixture
async def waiting(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> Waiting:
    """Set the account up, and return what waits while its starts are followed."""
    await async_set_up(hass, account)
    return hurry(account, sim)


@pytest.fixture
def connector(sim: Simulator) -> str:
    """Return the path of a free connector of the operator's own."""
    return connector_path(sites(sim, roaming=False)[0])


@pytest.fixture
def foreign(sim: Simulator) -> str:
    """Return the path of a free connector of another operator."""
    return connector_path(sites(sim, roaming=True)[0])


@pytest.fixture
async def at_home(
    hass: HomeAssistant,
    sim: Simulator,
    current_request_with_host: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Be at home, where no name is resolved and the operator knows our address."""

    async def resolve(*_: object, **__: object) -> list[Any]:
        raise OSError("no such name")

    monkeypatch.setattr("aiohttp.resolver.AsyncResolver.resolve", resolve)
    sim.beenergised_driver.options.redirect_uris.append(REDIRECT)
    go_home(hass, sim)
    assert await async_setup_component(hass, "application_credentials", {})


@pytest.fixture
async def browse(
    hass: HomeAssistant, sim: Simulator, hass_client_no_auth: ClientSessionGenerator
) -> Browse:
    """Return what a driver does in the browser: allow, or deny."""
    client = await hass_client_no_auth()

    async def visit(result: ConfigFlowResult, allow: bool = True) -> ConfigFlowResult:
        assert result["type"] is FlowResultType.EXTERNAL_STEP
        back = urlsplit(sim.beenergised_driver.consent(result["url"], allow=allow))
        answer = await client.get(f"{back.path}?{back.query}")
        assert answer.status == 200
        return await hass.config_entries.flow.async_configure(result["flow_id"])

    return visit
