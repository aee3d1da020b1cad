"""Tests of a whole look at a driver's account: all that is asked, and all that comes of it."""

from collections.abc import AsyncIterator
from hashlib import sha256

from aiohttp import ClientSession
from msgspec import structs
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver import (
    BeenergisedDriverClient,
)
from custom_components.ev_charging_cloud.clients.client import Account, Capability
from custom_components.ev_charging_cloud.clients.model import Connector, Driver, Station
from custom_components.ev_charging_cloud.clients.snapshot import LiveState, SlowState
from custom_components.ev_charging_cloud.clients.transport.tokens import (
    Token,
    TokenSource,
)

from .tenant import Tenant, client_of, failure, near, running
from .town_hall import NAMELESS, NEWEST, OVER, PLUG, RUNNING, TOWN_HALL, town_hall


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Return a session of the caller's."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def tenant(socket_enabled: None) -> AsyncIterator[Tenant]:
    """Let an operator run that has something of everything."""
    async with running(town_hall()) as tenant:
        yield tenant


async def test_a_whole_look(tenant: Tenant, session: ClientSession) -> None:
    """Stations, connectors, sessions and the driver, in our words and units."""
    client = client_of(tenant, session, choice=near(), connector_ids=["else", "c"])
    assert await client.async_get_slow() == SlowState(locations={})
    live = await client.async_get_live()
    entered = Station(id="else", name="Elsewhere", connectors_identified=False)
    over = structs.replace(OVER, station_id="else")
    driver = Driver(
        running=RUNNING,
        running_place="Town hall, Left",
        last=over,
        last_place="Elsewhere",
        waiting=False,
        sessions=(RUNNING, over),
        invoices=2,
        latest_invoice=NEWEST,
    )
    assert live == LiveState(
        stations=(TOWN_HALL, entered),
        connectors=(
            PLUG,
            NAMELESS,
            Connector(station_id="else", id="else", name="Elsewhere", session=over),
        ),
        locations={},
        sessions=(RUNNING, over),
        driver=driver,
    )
    assert client.driver == driver
    assert tenant.asked == [
        ("__schema", {}),
        ("accountDocumentsPaged", {"pagination": {"limit": 100, "offset": 0}}),
        ("chargelogsPaged", {"pagination": {"limit": 100, "offset": 0}}),
        (
            "cpsPaged",
            {"pagination": {"limit": 100, "offset": 0}, "lat": 60.0, "lng": 25.0},
        ),
    ]
    assert set(tenant.bearers) == {"Bearer some-token"}
    assert {it.get("Accept-Language") for it in tenant.headers} == {"en"}
    # What has not changed is the very same object.
    assert await client.async_get_live() is live
    assert tenant.asked[4:] == [
        ("chargelogsPaged", {"pagination": {"limit": 10, "offset": 0}}),
        tenant.asked[3],
    ]
    assert client.search is client
    assert client.documents is not None
    assert client.charging is not None
    assert client.favourites is None
    assert client.capabilities == (
        Capability.DRIVER_SESSIONS
        | Capability.SESSIONS
        | Capability.SESSION_COST
        | Capability.HISTORY
        | Capability.INVOICES
        | Capability.REMOTE_START
        | Capability.CONNECTORS
        | Capability.STATION_STATUS
        | Capability.CONNECTIVITY
        | Capability.CONNECTOR_STATUS
        | Capability.CONNECTOR_MAX_POWER
    )


async def test_what_diagnostics_have(tenant: Tenant, session: ClientSession) -> None:
    """Names, units and what went wrong, each under its own key; no value."""
    client = client_of(tenant, session, choice=near())
    nothing: dict[str, object] = {"recognised": {}, "left_out": {}, "notes": []}
    assert client.diagnostics == {
        "has_schema": False,
        "units": {"cost": None},
        "stations": None,
        "partial_errors": {},
        "recognition": nothing,
    }
    await client.async_get_live()
    told = dict(client.diagnostics)
    recognition = told.pop("recognition")
    assert isinstance(recognition, dict)
    assert recognition.keys() == {"recognised", "left_out", "notes"}
    assert recognition["recognised"]["Cp.cpUuid"] == "id (recognised)"
    assert told == {
        "has_schema": True,
        "units": {
            "energyConsumption": "kWh",
            "meterStart and meterEnd": "Wh",
            "cost": "whole currency",
        },
        "stations": None,
        "partial_errors": {},
    }


async def test_nobody_wants_to_see_any(tenant: Tenant, session: ClientSession) -> None:
    """Without a list and without connectors there is the driver alone, by choice."""
    client = client_of(tenant, session)
    live = await client.async_get_live()
    running_elsewhere = structs.replace(RUNNING, station_id=None)
    assert live == LiveState(
        stations=(),
        connectors=(),
        locations={},
        sessions=(running_elsewhere, OVER),
        is_empty_by_choice=True,
        driver=Driver(
            running=running_elsewhere,
            running_place="Left",
            last=OVER,
            last_place="Elsewhere",
            sessions=(running_elsewhere, OVER),
        ),
    )
    assert tenant.count("cpsPaged") == 0
    assert Capability.CONNECTORS not in client.capabilities
    by_hand = client_of(tenant, session, connector_ids=["x", "x", "y"])
    live = await by_hand.async_get_live()
    assert [it.id for it in live.connectors] == ["x", "y"]
    assert not live.is_empty_by_choice
    assert Capability.CONNECTORS in by_hand.capabilities


async def test_who_it_is(tenant: Tenant, session: ClientSession) -> None:
    """A digest of the server and of who signed in, as it always was; a name if it is one."""

    async def fetch() -> Token:
        return Token(value="some-token")

    for hint, name in ((" Driver@Example.com ", True), ("auth0|17", False)):
        client = BeenergisedDriverClient(
            session, server=tenant.url, tokens=TokenSource(fetch), account_hint=hint
        )
        who = f"127.0.0.1\n{hint.strip().lower()}"
        assert await client.async_identify() == Account(
            id=sha256(who.encode()).hexdigest()[:32], name=hint if name else None
        )
    assert tenant.count("chargelogsPaged") == 2
    tenant.scripted["chargelogsPaged"] = [
        failure("Cannot query field", "GRAPHQL_VALIDATION_FAILED")
    ]
    assert (await client_of(tenant, session).async_identify()).name
