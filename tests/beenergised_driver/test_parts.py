"""Tests of the parts of a driver's account at be.ENERGISED, each failing on its own."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    NotPermittedError,
    UnavailableError,
    UnknownTenantError,
)
from custom_components.ev_charging_cloud.clients.model import Connector, Station

from .tenant import (
    DOCUMENTED,
    HOME,
    LOST,
    Scripted,
    Tenant,
    client_of,
    failure,
    near,
    page,
    running,
)

STATIONS = """
    extend type Query {
        cpsPaged(pagination: PaginationFilter, latitude: Float, longitude: Float): CpsPaged
    }
    type CpsPaged { pagination: Pagination, data: [Cp] }
    type Cp { id: ID, name: String, position: Position, connectors: [Connector] }
    type Position { latitude: Float, longitude: Float }
    type Connector { id: ID, label: String, status: String }
"""
SESSION = {"id": "1", "status": "started", "dateStart": "2025-05-04T08:12:30Z"}
STATION = {
    "id": "s",
    "name": "Somewhere",
    "position": {"latitude": HOME[0], "longitude": HOME[1]},
    "connectors": [{"id": "c", "label": "Left", "status": "AVAILABLE"}],
}
FAILURES: list[Scripted] = [
    failure("Something went wrong"),
    failure("Something went wrong", "INTERNAL_SERVER_ERROR"),
    failure("Something went wrong", "TIMEOUT", ["cpsPaged"]),
    failure("Not for you", "FORBIDDEN"),
    (500, "<html>"),
    (520, "<html>"),
    (408, "<html>"),
    (404, "<html>"),
    (403, "<html>"),
    (401, "<html>"),
    (307, "<html>"),
    (204, ""),
    (200, "<html>"),
    (200, '{"data": {"cpsPaged": {"data": [{"id"'),
    (200, "null"),
    (200, "[]"),
    (200, {"data": {"cpsPaged": {"data": None}}}),
    (200, {"data": {"cpsPaged": "none"}}),
    LOST,
]


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Return a session of the caller's."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def tenant(socket_enabled: None) -> AsyncIterator[Tenant]:
    """Let an operator run with a session and a station."""
    content = {"chargelogsPaged": page([SESSION]), "cpsPaged": page([STATION])}
    async with running(Tenant(DOCUMENTED + STATIONS, **content)) as tenant:
        yield tenant


@pytest.mark.parametrize("answer", FAILURES)
async def test_stations_that_fail_leave_the_sessions(
    tenant: Tenant,
    session: ClientSession,
    answer: Scripted,
    freezer: FrozenDateTimeFactory,
) -> None:
    """However the list of stations fails, the sessions are there, and it comes back."""
    tenant.scripted["cpsPaged"] = [answer]
    client = client_of(tenant, session, choice=near())
    await client.async_identify()
    for _ in range(2):
        live = await client.async_get_live()
        assert live.driver is not None
        assert live.driver.running is not None
        assert live.unlisted == {Station, Connector}
    (off,) = client.families.off()
    assert off.name == "stations"
    assert off.lasts(datetime.now(UTC) + timedelta(hours=1))
    tenant.scripted.clear()
    freezer.tick(timedelta(minutes=3))
    live = await client.async_get_live()
    assert [station.id for station in live.stations] == ["s"]
    assert not live.unlisted
    assert client.families.off() == ()


@pytest.mark.parametrize("answer", FAILURES[:-4])
async def test_sessions_that_fail_leave_the_stations(
    tenant: Tenant, session: ClientSession, answer: Scripted
) -> None:
    """And the other way round; of the driver nothing is told then."""
    tenant.scripted["chargelogsPaged"] = [answer]
    client = client_of(tenant, session, choice=near())
    live = await client.async_get_live()
    assert live.driver is None
    assert [station.id for station in live.stations] == ["s"]
    assert not live.unlisted
    tenant.scripted["cpsPaged"] = [answer]
    with pytest.raises(ClientError):
        await client.async_get_live()


@pytest.mark.parametrize(
    "answer",
    [
        failure("Oops", "INTERNAL_SERVER_ERROR"),
        failure("Oops"),
        failure("Not for you", "FORBIDDEN"),
        (200, "<html>"),
        (408, "<html>"),
        (503, "<html>"),
        (429, "<html>"),
        (200, {"data": {"__schema": "none"}}),
        LOST,
    ],
)
async def test_an_introspection_that_fails_once(
    tenant: Tenant,
    session: ClientSession,
    answer: Scripted,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Meanwhile what is documented is asked for; the next look tries again."""
    repeated = 3
    for name in ("__schema", "__type"):
        tenant.scripted[name] = [answer] * repeated
    client = client_of(tenant, session, choice=near())
    live = await client.async_get_live()
    if answer[0] != 429:
        assert live.driver is not None
        assert live.driver.running is not None
    assert live.unlisted == {Station, Connector}
    tenant.scripted.clear()
    freezer.tick(timedelta(minutes=3))
    live = await client.async_get_live()
    assert [station.id for station in live.stations] == ["s"]
    assert client.has_schema
    assert client.schema_problem is None
    assert client.families.off() == ()


async def test_a_schema_that_is_kept_secret(
    tenant: Tenant, session: ClientSession
) -> None:
    """That is no failure: it is asked for once, and then once in pieces."""
    tenant.scripted["__schema"] = tenant.scripted["__type"] = [
        failure("GraphQL introspection is not allowed", "GRAPHQL_VALIDATION_FAILED")
    ]
    client = client_of(tenant, session)
    for _ in range(3):
        live = await client.async_get_live()
        assert live.driver is not None
    assert tenant.count("__schema") == 2
    assert tenant.count("__type") == 0
    assert not client.families.off()
    assert not client.has_schema


async def test_the_latest_session_of_a_connector_may_be_an_old_one(
    tenant: Tenant, session: ClientSession
) -> None:
    """It stays, though later looks only read sessions that are newer, and elsewhere."""
    elsewhere = {"status": "stopped", "connector": {"id": "e", "label": "Elsewhere"}}
    here = {"status": "stopped", "connector": {"id": "c", "label": "Left"}}
    newer = [
        elsewhere | {"id": str(day), "dateStart": f"2025-05-{day:02}T08:00:00Z"}
        for day in range(20, 2, -1)
    ]
    first = here | {"id": "1", "dateStart": "2025-05-01T08:00:00Z"}
    before = here | {"id": "0", "dateStart": "2025-04-30T08:00:00Z"}
    tenant.content["chargelogsPaged"] = page([*newer, first, before])
    client = client_of(tenant, session, choice=near())
    for _ in range(3):
        (connector,) = (await client.async_get_live()).connectors
        assert connector.session is not None
        assert connector.session.id == "1"
    running = here | {"id": "2", "dateStart": "2025-05-21T08:00:00Z"}
    tenant.content["chargelogsPaged"] = page(
        [running | {"status": "started"}, *newer, first, before]
    )
    (connector,) = (await client.async_get_live()).connectors
    assert connector.session is not None
    assert connector.session.id == "2"


async def test_documents_that_fail(
    tenant: Tenant, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """Invoices cost nothing but themselves, and stand for a day."""
    tenant.content["accountDocumentsPaged"] = page(
        [{"id": "d", "type": "invoice", "documentDate": "2025-04-30T00:00:00.000Z"}]
    )
    client = client_of(tenant, session)
    await client.async_get_slow()
    for answer, hours, expected in (
        (failure("Oops"), 1, 1),
        (failure("Not for you", "FORBIDDEN"), 4, 1),
        ((503, "<html>"), 20, None),
    ):
        tenant.scripted["accountDocumentsPaged"] = [answer]
        freezer.tick(timedelta(hours=hours))
        await client.async_get_slow()
        live = await client.async_get_live()
        assert live.driver is not None
        assert live.driver.invoices == expected
        assert live.driver.running is not None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (failure("Not for you", "FORBIDDEN"), None),
        (failure("No", 401), NotPermittedError),
        ((401, "<html>"), NotPermittedError),
        ((404, "<html>"), UnknownTenantError),
        ((503, "<html>"), UnavailableError),
        (failure("Oops", "INTERNAL_SERVER_ERROR"), UnavailableError),
    ],
)
async def test_who_is_asked_for_an_account(
    tenant: Tenant,
    session: ClientSession,
    answer: Scripted,
    expected: type[ClientError] | None,
) -> None:
    """An account that may not list its sessions is there all the same; nobody else is."""
    tenant.scripted["chargelogsPaged"] = [answer]
    client = client_of(tenant, session)
    if expected is None:
        assert (await client.async_identify()).id
        return
    with pytest.raises(expected):
        await client.async_identify()


async def test_sessions_that_fail_beside_documents(
    tenant: Tenant, session: ClientSession
) -> None:
    """Documents alone are an account where sessions are denied, not while they fail."""
    client = client_of(tenant, session)
    await client.async_get_slow()
    tenant.scripted["chargelogsPaged"] = [failure("Not for you", "FORBIDDEN")]
    live = await client.async_get_live()
    assert live.sessions is None
    tenant.scripted["chargelogsPaged"] = [(503, "<html>")]
    other = client_of(tenant, session)
    await other.async_get_slow()
    with pytest.raises(UnavailableError):
        await other.async_get_live()


async def test_a_page_that_speaks_of_errors(
    tenant: Tenant, session: ClientSession
) -> None:
    """It refuses no token, so that it is not asked for again with another one."""
    tenant.scripted["chargelogsPaged"] = [(200, 'What are "errors"?')]
    client = client_of(tenant, session, choice=near())
    live = await client.async_get_live()
    assert live.sessions is None
    assert sum("chargelogsPaged" in it for it in tenant.documents) == 1
