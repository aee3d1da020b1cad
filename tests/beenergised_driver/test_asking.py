"""Tests of asking while the schema is not what it was, or is not told at all."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver import (
    BeenergisedDriverClient,
    wire,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.arguments import (
    Page,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.lists import Pages
from custom_components.ev_charging_cloud.clients.beenergised_driver.queries import (
    CHARGELOGS,
    Operations,
)
from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    SchemaChangedError,
    UnknownTenantError,
    UnknownThingError,
)

from .tenant import Scripted, Tenant, client_of, failure, page, running
from .test_introspection import CLOSED
from .test_names import LOG

GOOD: Scripted = (
    200,
    {"data": {"chargelogsPaged": {"data": [{"id": "1", "status": "started"}]}}},
)
WHOLE = (
    "query { chargelogsPaged(pagination: {limit: 100, offset: 0})"
    f" {{ pagination {{ totalCount }} data {LOG} }} }}"
)


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """Return a session of the caller's."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def tenant(socket_enabled: None) -> AsyncIterator[Tenant]:
    """Let an operator run."""
    async with running(Tenant()) as tenant:
        yield tenant


@pytest.fixture
def secret(tenant: Tenant) -> Tenant:
    """Return an operator that keeps its schema secret."""
    tenant.scripted["__schema"] = tenant.scripted["__type"] = [CLOSED]
    return tenant


def lacks(*fields: str, status: int = 400) -> Scripted:
    """Return a refusal that names what a schema does not have."""
    code = {"code": "GRAPHQL_VALIDATION_FAILED"}
    messages = (f'Cannot query field "{it}" on type "Chargelog".' for it in fields)
    errors = [{"message": it, "extensions": code} for it in messages]
    return status, {"errors": errors}


def sent(tenant: Tenant) -> list[str]:
    """Return the documents that ask for sessions."""
    return [it for it in tenant.documents if "chargelogsPaged" in it]


async def async_running(client: BeenergisedDriverClient) -> bool | None:
    """Look once; tell whether a session runs, None where sessions are not told."""
    live = await client.async_get_live()
    return None if live.driver is None else live.driver.running is not None


async def test_fields_that_are_missing(secret: Tenant, session: ClientSession) -> None:
    """Each that a refusal names is left out from then on, with those of before."""
    secret.scripted["chargelogsPaged"] = [lacks("rateName", "label"), GOOD]
    client = client_of(secret, session)
    assert await async_running(client)
    less = WHOLE.replace(" rateName", "").replace(" label", "")
    assert sent(secret)[:2] == [WHOLE, less]
    secret.scripted["chargelogsPaged"] = [lacks("status"), GOOD]
    await async_running(client)
    least = less.replace("{ id status", "{ id")
    assert sent(secret)[-1].replace("limit: 10,", "limit: 100,") == least
    assert client.schema_problem is None
    # It was kept secret before: nobody says that this has changed.
    assert secret.count("__schema") == 6


async def test_a_list_that_is_missing(secret: Tenant, session: ClientSession) -> None:
    """A refusal that names nothing, or the list itself, is about all of it."""
    for refused in (
        failure("Unknown argument", "GRAPHQL_VALIDATION_FAILED"),
        lacks("chargelogsPaged"),
    ):
        secret.documents.clear()
        secret.scripted["chargelogsPaged"] = [refused]
        client = client_of(secret, session)
        for _ in range(2):
            assert await async_running(client) is False
        assert sent(secret) == [WHOLE]
        message = refused[1]["errors"][0]["message"]  # type: ignore[index]  # of ours
        assert client.schema_problem == f"chargelogsPaged: {message}"
        # With each slow poll it is tried again.
        secret.scripted["chargelogsPaged"] = [GOOD]
        await client.async_get_slow()
        assert await async_running(client)
        assert client.schema_problem is None


async def test_a_refusal_that_stays(secret: Tenant, session: ClientSession) -> None:
    """What is refused without the fields as well is given up, in the latest words."""
    secret.scripted["chargelogsPaged"] = [lacks("rateName"), lacks("dateEnd")]
    client = client_of(secret, session)
    with pytest.raises(SchemaChangedError):
        await client.async_get_live()
    assert len(sent(secret)) == 2
    assert client.schema_problem == (
        'chargelogsPaged: Cannot query field "dateEnd" on type "Chargelog".'
    )
    assert await async_running(client) is False
    assert len(sent(secret)) == 2


async def test_a_schema_that_is_read_anew(
    tenant: Tenant, session: ClientSession
) -> None:
    """Where it has not changed the operation is given up, and named once."""
    tenant.content["chargelogsPaged"] = page([{"id": "1", "status": "started"}])
    client = client_of(tenant, session)
    assert await async_running(client)
    assert tenant.count("__schema") == 1
    # All is well: nothing is read anew.
    await client.async_get_slow()
    assert await async_running(client)
    assert tenant.count("__schema") == 1
    tenant.scripted["chargelogsPaged"] = [lacks("rateName")]
    before = len(sent(tenant))
    with pytest.raises(SchemaChangedError, match="rateName"):
        await client.async_get_live()
    assert tenant.count("__schema") == 2
    assert len(sent(tenant)) == before + 1
    assert client.schema_problem == (
        'chargelogsPaged: Cannot query field "rateName" on type "Chargelog".'
    )


async def test_a_schema_that_cannot_be_read_anew(
    tenant: Tenant, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """Then nothing proves the operation gone: it is asked for as before, later."""
    tenant.content["chargelogsPaged"] = page([{"id": "1", "status": "started"}])
    client = client_of(tenant, session)
    await client.async_get_live()
    tenant.scripted["chargelogsPaged"] = [lacks("rateName")]
    tenant.scripted["__schema"] = tenant.scripted["__type"] = [(503, "busy")]
    with pytest.raises(SchemaChangedError, match="rateName"):
        await client.async_get_live()
    assert client.has_schema
    assert client.schema_problem is None
    assert [it.name for it in client.families.off()] == ["introspection", "sessions"]
    tenant.scripted.clear()
    freezer.tick(timedelta(hours=1))
    assert await async_running(client)
    assert client.families.off() == ()
    assert client.schema_problem is None


async def test_how_often_a_schema_is_asked_for(
    tenant: Tenant, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """At the next look, and then with growing waits; at once after an outage."""
    tenant.scripted["__schema"] = tenant.scripted["__type"] = [failure("Oops")]
    client = client_of(tenant, session)
    counts = []
    for _ in range(4):
        await client.async_get_live()
        counts.append(tenant.count("__schema"))
        freezer.tick(timedelta(seconds=10))
    assert counts == [2, 4, 4, 4]
    tenant.scripted["chargelogsPaged"] = [(503, "busy")]
    with pytest.raises(ClientError):
        await client.async_get_live()
    assert tenant.count("__schema") == 4
    del tenant.scripted["chargelogsPaged"]
    freezer.tick(timedelta(minutes=4))
    for _ in range(4):
        await client.async_get_live()
        counts.append(tenant.count("__schema"))
        freezer.tick(timedelta(seconds=10))
    # The outage is over, and so is what kept the schema from being read.
    assert counts[4:] == [6, 8, 8, 8]


async def test_a_refusal_is_no_outage(tenant: Tenant, session: ClientSession) -> None:
    """What is answered after it is no reason to read the schema at once."""
    tenant.scripted["__schema"] = tenant.scripted["__type"] = [failure("Oops")]
    tenant.scripted["chargelogsPaged"] = [failure("Not for you", "FORBIDDEN")]
    client = client_of(tenant, session)
    for _ in range(2):
        with pytest.raises(ClientError):
            await client.async_get_live()
    for _ in range(2):
        await client.async_get_slow()
    assert tenant.count("accountDocumentsPaged") == 2
    assert tenant.count("__schema") == 4


async def test_what_is_not_found(tenant: Tenant, session: ClientSession) -> None:
    """Where a list is not found nothing is; one thing may be unknown."""
    client = client_of(tenant, session)
    await client.async_get_live()
    assert client.charging is not None
    tenant.scripted["availableCardsForChargingProcess"] = [(404, "<html>")]
    with pytest.raises(UnknownThingError) as caught:
        await client.charging.async_get_cards("c")
    assert caught.value.status == 404
    assert client.documents is not None
    tenant.scripted["accountDocumentsPaged"] = [(404, "<html>")]
    with pytest.raises(UnknownTenantError) as other:
        await client.documents.async_get_documents()
    assert other.value.status == 404


async def test_before_anything_was_read(tenant: Tenant, session: ClientSession) -> None:
    """A client that has not looked yet offers what is documented."""
    client = client_of(tenant, session)
    assert not client.has_schema
    assert client.choices == frozenset()
    assert client.charging is not None
    assert client.documents is not None
    assert client.favourites is None
    assert client.schema_problem is None
    assert client.partial_errors == {}
    assert client.driver is None


async def test_an_answer_that_has_not_changed(
    tenant: Tenant, session: ClientSession
) -> None:
    """What polls ask for is not read again: it is the very same, down to its items."""
    tenant.content["chargelogsPaged"] = page([{"id": "1", "status": "started"}])
    asker = client_of(tenant, session)._asker

    def build(known: Operations, wanted: Page) -> str | None:
        return known.page(CHARGELOGS, wanted)

    ask = partial(
        asker.run,
        CHARGELOGS,
        lambda known: build(known, Page(limit=3)),
        wire.PAGES,
    )
    first, second = [await ask(is_polled=True) for _ in range(2)]
    assert first is not None
    assert second is first
    third, fourth = [await ask() for _ in range(2)]
    assert third == fourth
    assert third is not fourth
    pages = Pages(asker, CHARGELOGS, build)
    one, other = [await pages.read_one(Page(limit=3)) for _ in range(2)]
    assert one is not None
    assert other is one
