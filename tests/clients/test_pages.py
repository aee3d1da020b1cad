"""Tests of lists whose pages follow ``Link`` headers, against the simulator."""

from collections.abc import AsyncIterator

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.errors import UnexpectedAnswerError
from custom_components.ev_charging_cloud.clients.ev_energy.auth import ClientCredentials
from custom_components.ev_charging_cloud.clients.ev_energy.client import EvEnergyClient
from custom_components.ev_charging_cloud.clients.transport.tokens import TokenSource
from simulator import Simulator


@pytest.fixture
async def crowd(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Run a world with more chargers than a page has room for."""
    async with Simulator(
        stations=1, home_chargers=230, speed=0, quiet=True
    ) as simulator:
        # What they did before is made up when they are first looked at: not while the client waits.
        for charger in simulator.world.homes.charger_ids():
            simulator.world.homes.charger(charger)
        yield simulator


@pytest.fixture
async def client(crowd: Simulator) -> AsyncIterator[EvEnergyClient]:
    """Return a client of that world."""
    async with ClientSession() as session:
        server = URL(crowd.ev_energy.address)
        credentials = ClientCredentials(
            session,
            server=server,
            client_id=crowd.ev_energy.client_id,
            client_secret=crowd.ev_energy.client_secret,
        )
        yield EvEnergyClient(
            session,
            server=server,
            tokens=TokenSource(credentials.async_fetch),
            requests=credentials.requests,
        )


async def test_all_pages_are_read(crowd: Simulator, client: EvEnergyClient) -> None:
    """Every charger is there once, from however many pages."""
    live = await client.async_get_live()
    assert len({station.id for station in live.stations}) == 230
    assert len(live.stations) == 230
    assert len(crowd.ev_energy.requests.matching("/v2/evses")) == 3


async def test_pages_do_not_lead_elsewhere(
    crowd: Simulator, client: EvEnergyClient
) -> None:
    """A next page at another server is an error, and no token goes there."""
    async with Simulator(stations=1, speed=0, quiet=True) as elsewhere:
        link = f'<{elsewhere.ev_energy.address}/v2/evses>; rel="next"'
        crowd.ev_energy.faults.add("/v2/evses", headers={"Link": link})
        with pytest.raises(UnexpectedAnswerError, match="another server"):
            await client.async_get_live()
        assert not elsewhere.ev_energy.requests


async def test_pages_that_go_round(crowd: Simulator, client: EvEnergyClient) -> None:
    """Pages that repeat themselves end with an error, after a few requests."""
    link = f'<{crowd.ev_energy.address}/v2/evses?page=1>; rel="next"'
    crowd.ev_energy.faults.add("/v2/evses", headers={"Link": link})
    with pytest.raises(UnexpectedAnswerError, match="repeats a page"):
        await client.async_get_live()
    assert len(crowd.ev_energy.requests.matching("/v2/evses")) == 2
