"""Tests of a driver's documents, and of accounts of which some cannot be read."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.client import Capability
from custom_components.ev_charging_cloud.clients.documents import Document, Documents
from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    NotPermittedError,
    SchemaChangedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.model import (
    Connector,
    Driver,
    Money,
    Station,
)
from custom_components.ev_charging_cloud.clients.snapshot import LiveState

from .tenant import DOCUMENTED, Tenant, client_of, failure, near, page, running
from .town_hall import NEWEST, PAPERS, town_hall


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


async def test_papers(tenant: Tenant, session: ClientSession) -> None:
    """All of a document that is told, the newest first; a link only where it is safe."""
    client = client_of(tenant, session)
    await client.async_get_live()
    assert client.documents is not None
    april = datetime(2025, 4, 30, tzinfo=UTC)
    found = Documents(
        (
            Document(id="d2", type="INVOICE", date=NEWEST),
            Document(
                id="d1",
                type="invoice",
                title="April",
                number="2025-1",
                date=april,
                amount=Money(1250, "EUR"),
                link="https://files.example.org/d-1.pdf",
            ),
            Document(id="d3", type="creditnote"),
            Document(id="d4", type="offer"),
        ),
        is_whole=True,
    )
    assert await client.documents.async_get_documents() == found
    for more in ([None], [{"id": {}, "type": 5}]):
        tenant.scripted["accountDocumentsPaged"] = [
            (200, {"data": {"accountDocumentsPaged": {"data": [*PAPERS[1:], *more]}}}),
            (200, {"data": {"accountDocumentsPaged": {"data": []}}}),
        ]
        few = await client.documents.async_get_documents()
        assert [it.id for it in few.all] == ["d2", "d3", "d4"]
        assert few.is_whole is (more != [None])


async def test_how_many_invoices(
    tenant: Tenant, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """Of a list that was cut the number is not told, and the newest date is."""
    many = [{"id": f"n{it}", "type": "invoice"} for it in range(499)]
    client = client_of(tenant, session)
    for listed, count, latest in (
        ([*many, PAPERS[1]], 500, NEWEST),
        ([PAPERS[0], *many, PAPERS[1]], None, datetime(2025, 4, 30, tzinfo=UTC)),
        ([None, PAPERS[1]], None, NEWEST),
        ([], 0, None),
    ):
        tenant.content["accountDocumentsPaged"] = page(listed)
        await client.async_get_slow()
        driver = (await client.async_get_live()).driver
        assert driver is not None
        assert (driver.invoices, driver.latest_invoice) == (count, latest)
    # They stand for a day, and no longer.
    tenant.content["accountDocumentsPaged"] = page([PAPERS[1]])
    await client.async_get_slow()
    tenant.scripted["accountDocumentsPaged"] = [(503, "busy")]
    for hours, count in ((23, 1), (2, None)):
        freezer.tick(timedelta(hours=hours))
        await client.async_get_slow()
        driver = (await client.async_get_live()).driver
        assert driver is not None
        assert driver.invoices == count


async def test_an_operator_without_papers(
    socket_enabled: None, session: ClientSession
) -> None:
    """Where the schema has no list of documents none is offered, and none counted."""
    lacking = DOCUMENTED.replace("accountDocumentsPaged(", "papers(")
    async with running(Tenant(lacking)) as tenant:
        client = client_of(tenant, session)
        await client.async_get_slow()
        live = await client.async_get_live()
        assert live.driver == Driver()
        assert client.documents is None
        assert Capability.INVOICES not in client.capabilities
        with pytest.raises(
            UnexpectedAnswerError, match=r"^the schema has no list of documents$"
        ):
            await client._documents.async_get_documents()


# ---- what cannot be read


async def test_documents_only(tenant: Tenant, session: ClientSession) -> None:
    """An account that may read its documents alone shows these, and is no failure."""
    tenant.scripted["chargelogsPaged"] = [failure("Not for you", "FORBIDDEN")]
    client = client_of(tenant, session)
    with pytest.raises(NotPermittedError, match=r"^Not for you$"):
        await client.async_get_live()
    await client.async_get_slow()
    live = await client.async_get_live()
    assert live == LiveState(
        stations=(),
        connectors=(),
        locations={},
        sessions=None,
        is_empty_by_choice=True,
        driver=Driver(
            waiting=None, has_sessions=False, invoices=2, latest_invoice=NEWEST
        ),
    )
    # With a list of stations that cannot be read either nothing is left.
    tenant.scripted["cpsPaged"] = [failure("Not for you", "FORBIDDEN")]
    other = client_of(tenant, session, choice=near())
    await other.async_get_slow()
    with pytest.raises(NotPermittedError):
        await other.async_get_live()


async def test_sessions_stand_for_ten_minutes(
    tenant: Tenant, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """And stations not at all: what is not listed is not told."""
    client = client_of(tenant, session, choice=near())
    whole = await client.async_get_live()
    tenant.scripted["chargelogsPaged"] = [(503, "busy")]
    freezer.tick(timedelta(minutes=9, seconds=59))
    live = await client.async_get_live()
    assert live.driver == whole.driver
    freezer.tick(timedelta(seconds=2))
    live = await client.async_get_live()
    assert live.driver is None
    assert live.sessions is None
    assert live.stations == whole.stations
    assert live.unlisted == frozenset()
    assert live.connectors[0].session is None
    # The name of a connector is known once it was told.
    assert live.connectors[0].name == "Left"
    tenant.scripted["cpsPaged"] = [(503, "busy")]
    with pytest.raises(UnavailableError):
        await client.async_get_live()
    del tenant.scripted["chargelogsPaged"]
    freezer.tick(timedelta(hours=1))
    live = await client.async_get_live()
    assert live.stations == ()
    assert live.unlisted == frozenset({Station, Connector})
    assert live.driver is not None
    assert live.driver.running_place == "Left"
    assert client.schema_problem is None


async def test_lists_that_the_schema_lacks(
    socket_enabled: None, session: ClientSession
) -> None:
    """It is said what is missing, and the sessions that are told decide."""
    async with running(Tenant()) as tenant:
        client = client_of(tenant, session, choice=near())
        live = await client.async_get_live()
        assert live.unlisted == frozenset({Station, Connector})
        assert client.schema_problem == "stations cannot be asked for in this way"
        tenant.scripted["chargelogsPaged"] = [(503, "busy")]
        other = client_of(tenant, session, choice=near())
        with pytest.raises(UnavailableError):
            await other.async_get_live()
    lacking = DOCUMENTED.replace("chargelogsPaged(", "logs(")
    async with running(Tenant(lacking)) as tenant:
        client = client_of(tenant, session)
        live = await client.async_get_live()
        assert live.driver == Driver()
        assert client.schema_problem == "the schema has no list of sessions"
        assert await client.async_read_history(None) is None
        # It is looked at anew now and then.
        await client.async_get_slow()
        assert tenant.count("__schema") == 2


async def test_a_schema_that_lies(tenant: Tenant, session: ClientSession) -> None:
    """An operation that is refused with the schema as it stands is named, with the reason."""
    client = client_of(tenant, session, choice=near())
    await client.async_get_live()
    lie = failure('Cannot query field "cpUuid" on type "Cp".')
    tenant.scripted["cpsPaged"] = [lie]
    live = await client.async_get_live()
    assert live.unlisted == frozenset({Station, Connector})
    assert client.schema_problem == (
        'cpsPaged: Cannot query field "cpUuid" on type "Cp".'
    )
    assert isinstance(client._station_family.error, SchemaChangedError)
    assert tenant.count("__schema") == 2
    asked = tenant.count("cpsPaged")
    await client.async_get_live()
    assert tenant.count("cpsPaged") == asked
    del tenant.scripted["cpsPaged"]
    await client.async_get_slow()
    assert tenant.count("__schema") == 3
    live = await client.async_get_live()
    assert [it.id for it in live.stations] == ["s"]
    assert client.schema_problem is None


async def test_what_is_odd_has_a_name(
    tenant: Tenant, session: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be read of a list is named by what it is, and by its id where it has one."""
    tenant.scripted = {
        "cpsPaged": [
            (
                200,
                {
                    "data": {
                        "cpsPaged": {
                            "data": [
                                {"id": "s", "connectors": 5},
                                {"id": ""},
                            ]
                        }
                    }
                },
            )
        ],
        "chargelogsPaged": [
            (
                200,
                {
                    "data": {
                        "chargelogsPaged": {
                            "data": [{"id": "1", "connector": 5}, {"id": ""}, 7]
                        }
                    }
                },
            )
        ],
        "accountDocumentsPaged": [
            (200, {"data": {"accountDocumentsPaged": {"data": [PAPERS[0], 7]}}}),
            (200, {"data": {"accountDocumentsPaged": {"data": []}}}),
        ],
    }
    client = client_of(tenant, session, choice=near())
    live = await client.async_get_live()
    assert [it.name for it in live.skipped] == [
        "connectors of station s",
        "station number 2",
    ]
    assert client.report.odd_values == {"station.connectors": 1, "session.connector": 1}
    assert "Skipped session number 2 of be.ENERGISED" in caplog.text
    assert "Skipped session number 3 of be.ENERGISED" in caplog.text
    assert client.documents is not None
    found = await client.documents.async_get_documents()
    assert ([it.id for it in found.all], found.is_whole) == (["d1"], False)
    assert "Skipped document number 2 of be.ENERGISED" in caplog.text
    caplog.clear()
    client = client_of(tenant, session)
    await client.async_read_history(None)
    assert "Skipped session number 2 of be.ENERGISED" in caplog.text


async def test_slowing_down(
    tenant: Tenant, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """Whoever is to slow down asks again with the next poll of whatever kind."""
    client = client_of(tenant, session)
    polls = (client.async_get_live, client.async_get_slow, client.async_identify)
    for poll, name in (
        (client.async_get_slow, "accountDocumentsPaged"),
        (client.async_get_live, "chargelogsPaged"),
        (client.async_identify, "chargelogsPaged"),
    ):
        for limiting in polls:
            tenant.scripted["__schema"] = tenant.scripted["__type"] = []
            tenant.scripted["chargelogsPaged"] = [(429, "slow down")]
            tenant.scripted["accountDocumentsPaged"] = [(429, "slow down")]
            freezer.tick(timedelta(hours=2))
            with suppress(ClientError):
                await limiting()
            tenant.scripted.clear()
            freezer.tick(timedelta(hours=2))
            before = tenant.count(name)
            await poll()
            assert tenant.count(name) == before + 1


@pytest.mark.parametrize(
    ("station", "lost"),
    [
        ({"connectors": 5}, "connectors"),
        ({"connectors": [None, 5, {"id": "c"}]}, "connectors"),
        ({"connectors": [{"id": "e", "connectors": "none"}]}, "connectors.connectors"),
        ({"connection": {"edges": [{"node": {"id": "c"}}, 5]}}, "connection.edges"),
    ],
)
async def test_connectors_that_cannot_be_read(
    tenant: Tenant, session: ClientSession, station: dict[str, object], lost: str
) -> None:
    """They prove no connector gone; those beside them are there."""
    answer = {"data": {"cpsPaged": {"data": [{"id": "s", **station}]}}}
    tenant.scripted["cpsPaged"] = [(200, answer)]
    live = await client_of(tenant, session, choice=near()).async_get_live()
    assert [it.name for it in live.skipped] == [f"{lost} of station s"]
    assert len(live.connectors) == (0 if station == {"connectors": 5} else 1)
