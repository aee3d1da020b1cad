"""Tests of stopping sessions and marking favourites, as each is sent and followed."""

from collections.abc import AsyncIterator

from aiohttp import ClientSession
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver import (
    BeenergisedDriverClient,
)
from custom_components.ev_charging_cloud.clients.commands import ChargingCommands
from custom_components.ev_charging_cloud.clients.enums import StopOutcome
from custom_components.ev_charging_cloud.clients.errors import (
    CommandRefusedError,
    SessionOverError,
)
from custom_components.ev_charging_cloud.clients.search import Favourites

from .ordering import OVER, RUNS, ordering
from .tenant import DOCUMENTED, Tenant, client_of, running
from .test_client_cases import Clock


@pytest.fixture
def clock() -> Clock:
    """Return what waits."""
    return Clock()


@pytest.fixture
async def tenant(socket_enabled: None) -> AsyncIterator[Tenant]:
    """Let an operator run with stations of its own and of others."""
    async with running(ordering()) as tenant:
        yield tenant


@pytest.fixture
async def client(
    tenant: Tenant, clock: Clock
) -> AsyncIterator[BeenergisedDriverClient]:
    """Return a client that has looked once."""
    async with ClientSession() as session:
        client = client_of(tenant, session, choice=Favourites())
        client._commands._sleep = clock
        await client.async_get_live()
        tenant.asked.clear()
        yield client


@pytest.fixture
def charging(client: BeenergisedDriverClient) -> ChargingCommands:
    """Return what starts and stops."""
    assert client.charging is not None
    return client.charging


# ---- a stop


@pytest.mark.parametrize(
    ("looks", "outcome", "seconds"),
    [
        ([RUNS, OVER], StopOutcome.STOPPED, 2),
        ([RUNS, RUNS, RUNS, RUNS, OVER], StopOutcome.STOPPED, 8),
        ([RUNS, RUNS, RUNS, RUNS, RUNS, OVER], StopOutcome.REQUESTED, 8),
        ([None, {"id": "log", "status": None}, OVER], StopOutcome.STOPPED, 4),
    ],
)
async def test_a_stop_that_is_followed(
    tenant: Tenant,
    clock: Clock,
    charging: ChargingCommands,
    looks: list[object],
    outcome: StopOutcome,
    seconds: float,
) -> None:
    """Every two seconds, for eight."""
    told = iter(looks)
    tenant.content["chargelog"] = lambda id: next(told)
    assert await charging.async_stop("log") is outcome
    look = ("chargelog", {"id": "log"})
    assert tenant.asked == [
        look,
        ("remoteStop", {"transaction": "log"}),
        *[look] * int(seconds / 2),
    ]
    assert clock.total == seconds


async def test_a_session_that_is_over(
    tenant: Tenant, charging: ChargingCommands
) -> None:
    """There is nothing to stop."""
    tenant.content["chargelog"] = OVER
    with pytest.raises(SessionOverError, match=r"^the session is over$"):
        await charging.async_stop("log")
    assert tenant.asked == [("chargelog", {"id": "log"})]


async def test_a_stop_that_cannot_be_followed(
    socket_enabled: None, clock: Clock
) -> None:
    """Where single sessions cannot be asked for nobody waits."""
    lacking = DOCUMENTED.replace("chargelog(id", "log(id")
    async with running(Tenant(lacking)) as tenant, ClientSession() as session:
        client = client_of(tenant, session)
        client._commands._sleep = clock
        await client.async_get_live()
        assert await client._commands.async_stop("log") is StopOutcome.REQUESTED
        assert clock.total == 0


# ---- favourites


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (True, None),
        (None, None),
        ("done", None),
        ({"status": "success"}, None),
        ({"id": 5}, None),
        (False, "the answer is no"),
        ({"status": "rejected", "message": "Too many"}, "Too many"),
    ],
)
async def test_a_favourite(
    tenant: Tenant,
    client: BeenergisedDriverClient,
    answer: object,
    message: str | None,
) -> None:
    """Sent once; a plain no is a refusal, and what reads otherwise is none."""
    assert client.favourites is not None
    tenant.content["addFavourite"] = answer
    if message is None:
        await client.favourites.async_set_favourite("s1", on=True)
    else:
        with pytest.raises(CommandRefusedError) as caught:
            await client.favourites.async_set_favourite("s1", on=True)
        assert caught.value.message == message
    assert tenant.asked == [("addFavourite", {"cpId": "s1"})]
    tenant.asked.clear()
    tenant.content["removeFavourite"] = {"status": "error", "code": "E1"}
    with pytest.raises(CommandRefusedError, match=r"^E1$"):
        await client.favourites.async_set_favourite("s2", on=False)
    assert tenant.asked == [("removeFavourite", {"cpId": "s2"})]
