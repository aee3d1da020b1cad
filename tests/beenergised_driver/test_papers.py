"""Tests of a driver's documents and of what charging costs at a connector."""

from collections.abc import AsyncIterator
from typing import Any

from aiohttp import ClientSession
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.beenergised_driver import (
    BeenergisedDriverClient,
)
from custom_components.ev_charging_cloud.clients.documents import Documents
from custom_components.ev_charging_cloud.clients.errors import (
    UnknownTenantError,
    UnknownThingError,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from simulator import Simulator
from tests.common import async_set_up

from .acts import async_act, said_by
from .common import asked, connector_path, sites, station_path
from .tenant import DOCUMENTED, Tenant, client_of, page, running

PLAIN = "type AccountDocument { id: String, type: String, documentDate: DateTime }"
TOKEN = "some-token"


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """Return a session of the caller's."""
    async with ClientSession() as session:
        yield session


def with_document(fields: str) -> str:
    """Return the documented schema, whose documents have these fields."""
    assert PLAIN in DOCUMENTED
    return DOCUMENTED.replace(PLAIN, f"type AccountDocument {{ id: String, {fields} }}")


async def archive_of(
    tenant: Tenant, session: ClientSession
) -> tuple[BeenergisedDriverClient, Documents]:
    """Return a client of a tenant, and the documents that it lists."""
    client = client_of(tenant, session)
    await client.async_get_slow()
    assert client.documents is not None
    return client, await client.documents.async_get_documents()


# ---- by action


async def test_documents(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """Documents come newest first, page by page, with all that the operator tells."""
    await async_set_up(hass, account)
    known = sim.beenergised_driver.driver.documents
    first = await async_act(hass, account, "account", "get_documents", page_size=10)
    assert (first["number"], first["pages"], first["complete"]) == (14, 2, True)
    newest = known[0]
    assert first["documents"][0] == {
        "id": newest.id,
        "type": newest.kind,
        "title": newest.title,
        "number": newest.number,
        "date": dt_util.as_local(newest.date).date().isoformat(),
        "amount": newest.amount,
        "currency": "EUR",
        "link": f"https://files.energy.example/documents/{newest.id}.pdf",
    }
    second = await async_act(
        hass, account, "account", "get_documents", page=2, page_size=10
    )
    shown = [*first["documents"], *second["documents"]]
    assert [row["id"] for row in shown] == [it.id for it in known]
    days = [row["date"] for row in shown]
    assert days == sorted(days, reverse=True)
    notes = [row for row in shown if row["type"] == "creditnote"]
    assert notes
    assert all(row["amount"] < 0 for row in notes)


async def test_documents_of_another_vendor(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """An account without documents says so."""
    await async_set_up(hass, entry)
    with pytest.raises(HomeAssistantError) as caught:
        await async_act(hass, entry, "account", "get_documents")
    assert said_by(caught) == ("no_documents", "")


async def test_prices_of_a_station(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """A station's connectors are told with their prices, a connector with its own."""
    await async_set_up(hass, account)
    site = sites(sim, roaming=True)[0]
    before = len(sim.beenergised_driver.operations)
    found = await async_act(hass, account, station_path(site), "get_connector_prices")
    rows: list[dict[str, Any]] = found["connectors"]
    assert {row["evse_id"] for row in rows} == {plug.evse_id for plug in site.plugs}
    tariff = site.plugs[0].tariff
    for row in rows:
        assert row["energy_price"] == tariff.per_kwh
        assert row["time_price"] == tariff.per_minute
        assert row["session_fee"] == tariff.per_session
        assert row["currency"] == "EUR"
        assert "price_text" not in row
    one = await async_act(hass, account, connector_path(site), "get_connector_prices")
    assert one["connectors"] == [
        row for row in rows if row["evse_id"] == site.plugs[0].evse_id
    ]
    assert len(sim.beenergised_driver.operations) == before


async def test_prices_in_words(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """An operator that words its tariffs has them handed on as they are."""
    sim.beenergised_driver.options.tenant = "beta"
    await async_set_up(hass, account)
    site = sites(sim, roaming=False)[0]
    found = await async_act(hass, account, station_path(site), "get_connector_prices")
    assert all("EUR/kWh" in row["price_text"] for row in found["connectors"])
    assert all("energy_price" not in row for row in found["connectors"])


async def test_prices_of_what_has_none(
    hass: HomeAssistant,
    account: MockConfigEntry,
    entry: MockConfigEntry,
    station_id: str,
) -> None:
    """An account is no station, and a vendor without prices says so."""
    await async_set_up(hass, account)
    for owner, path, expected in (
        (account, "account", "not_a_station"),
        (entry, f"station/{station_id}", "no_connector_prices"),
    ):
        with pytest.raises(HomeAssistantError) as caught:
            await async_act(hass, owner, path, "get_connector_prices")
        assert said_by(caught) == (expected, "")


# ---- operators of our own making


@pytest.mark.parametrize(
    ("link", "is_shown"),
    [
        ("https://files.example.org/d.pdf?sig=abc", True),
        ("http://files.example.org/d.pdf", False),
        (f"https://files.example.org/d.pdf?token={TOKEN}", False),
        ("https://files.example.org/d.pdf?token=c29tZS10b2tlbg", False),
        ("https://user:word@files.example.org/d.pdf", False),
        ("javascript:alert(1)", False),
        ("/files/d.pdf", False),
        ("https://", False),
        ("", False),
    ],
)
async def test_links(session: ClientSession, link: str, is_shown: bool) -> None:
    """A link is shown if it is encrypted and gives nothing away."""
    document = {"id": "d", "title": "Invoice 1", "downloadLink": link}
    schema = with_document("title: String, downloadLink: String")
    async with running(Tenant(schema, accountDocumentsPaged=page([document]))) as it:
        _, found = await archive_of(it, session)
    (shown,) = found.all
    assert shown.title == "Invoice 1"
    assert shown.link == (link if is_shown else None)


async def test_what_is_not_told_of_documents(session: ClientSession) -> None:
    """Hundredths are no whole currency, and an amount without a currency is none."""
    document = {"id": "d", "grossAmount": 1999, "amount": 19.99, "currency": None}
    schema = with_document(
        '"In cents." grossAmount: Int, amount: Float, currency: String'
    )
    async with running(Tenant(schema, accountDocumentsPaged=page([document]))) as it:
        client, found = await archive_of(it, session)
        assert found.all[0].amount is None
        document["currency"] = "€"
        assert client.documents is not None
        (shown,) = (await client.documents.async_get_documents()).all
    assert shown.amount is not None
    assert (shown.amount.minor, shown.amount.currency) == (1999, "EUR")


async def test_long_list_of_documents(session: ClientSession) -> None:
    """A list is read to 500, and says that there are more; what is odd costs itself."""
    many = [
        {"id": f"d{n}", "documentDate": f"2025-01-01T00:{n // 60 % 60:02}:{n % 60:02}Z"}
        for n in range(700)
    ]
    async with running(Tenant(accountDocumentsPaged=page(many))) as it:
        _, found = await archive_of(it, session)
        assert it.count("accountDocumentsPaged") == 10
    assert len(found.all) == 500
    assert not found.is_whole
    assert found.all[0].id == "d499"
    async with running(Tenant(accountDocumentsPaged=page([{"id": "a"}, None]))) as it:
        _, found = await archive_of(it, session)
    assert [each.id for each in found.all] == ["a"]
    assert not found.is_whole


async def test_without_a_schema(session: ClientSession) -> None:
    """The documented fields are asked for where the schema is kept secret, or fewer."""
    schema = with_document("title: String, documentDate: DateTime")
    tenant = Tenant(schema, accountDocumentsPaged=page([{"id": "d", "title": "One"}]))
    tenant.introspection_depth = 0
    async with running(tenant) as it:
        _, found = await archive_of(it, session)
    assert [each.title for each in found.all] == ["One"]


# ---- 404


@pytest.mark.parametrize("answer", [(404, "<html>"), (404, {"errors": []})])
async def test_cards_that_are_not_found(
    session: ClientSession, answer: tuple[int, object]
) -> None:
    """What is not found is the connector and not the operator, who just answered."""
    async with running(Tenant()) as tenant:
        client = client_of(tenant, session, connector_ids=["c1"])
        await client.async_get_live()
        assert client.charging is not None
        tenant.scripted["availableCardsForChargingProcess"] = [answer]
        for ask in (client.charging.async_get_cards, client.charging.async_start):
            with pytest.raises(UnknownThingError) as caught:
                await ask("c1")
            assert caught.value.is_certain
        tenant.scripted["chargelogsPaged"] = [answer]
        with pytest.raises(UnknownTenantError):
            await client_of(tenant, session).async_identify()


async def test_cards_that_are_not_found_by_action(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, connector: str
) -> None:
    """The message fits what was asked."""
    await async_set_up(hass, account)
    sim.beenergised_driver.deny("/graphql/", 404)
    with pytest.raises(HomeAssistantError) as caught:
        await async_act(hass, account, connector, "get_cards")
    assert said_by(caught)[0] == "unknown_thing"
    assert asked(sim, "attemptRemoteStart") == 0
