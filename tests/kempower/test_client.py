"""Tests of the client, against the simulator."""

from collections.abc import AsyncIterator

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.kempower import (
    DEFAULT_SERVER,
    KempowerClient,
)
from simulator import Simulator


@pytest.fixture
async def client(sim: Simulator) -> AsyncIterator[KempowerClient]:
    """Return a client of the simulator, outside of Home Assistant."""
    async with ClientSession() as session:
        yield KempowerClient(
            session,
            server=URL(sim.kempower.url),
            refresh_token=sim.kempower.refresh_token,
        )


async def test_account_id_never_changes(sim: Simulator, client: KempowerClient) -> None:
    """All unique ids begin with it."""
    other = KempowerClient(
        ClientSession.__new__(ClientSession),
        server=URL(DEFAULT_SERVER),
        refresh_token="example",
    )
    account = await other.async_identify()
    assert account.id == "50d858e0985ecc7f"
    assert (await client.async_identify()).id != account.id
    assert not account.is_named_by_vendor
