"""The schema of be.ENERGISED: what is documented fits it, two operators differ, and it can drift."""

from typing import Any, Literal

from graphql import parse, validate
import pytest

from simulator import Simulator

from . import documented
from .client import INTROSPECTION, DriverClient

VALIDATION = (400, "GRAPHQL_VALIDATION_FAILED")


async def types_of(driver: DriverClient) -> dict[str, Any]:
    """Return the types that introspection tells, by name."""
    data = await driver.data(INTROSPECTION)
    return {it["name"]: it for it in data["__schema"]["types"]}


@pytest.mark.parametrize("tenant", ["alpha", "beta"])
async def test_documented(
    driver: DriverClient, tenant: Literal["alpha", "beta"]
) -> None:
    """Every document of the vendor's pages fits the schema, and is executed."""
    driver.cloud.options.tenant = tenant
    for document in documented.ALL:
        assert validate(driver.cloud.schema, parse(document)) == []
        token = driver.token
        if document is documented.LOG_IN:
            token = driver.cloud.psk
        status, body = await driver.ask(
            document, {"pagination": {"limit": 10, "offset": 0}}, token=token
        )
        assert status == 200
        codes = {it["extensions"]["code"] for it in body.get("errors", [])}
        # the ids and tokens of the samples are nobody's
        assert codes <= {"NOT_FOUND", "UNAUTHENTICATED"}
    assert len(driver.cloud.operations) == len(documented.ALL) + 1


async def test_documented_shapes(driver: DriverClient) -> None:
    """What comes has the documented shape."""
    session = await driver.newest()
    document = documented.CHARGELOG.replace(
        "6f1c2f0e-52d1-4a55-9a0a-0f6f4f7f9a10", session["id"]
    )
    log = (await driver.data(document))["chargelog"]
    assert log["status"] == "stopped"
    assert log["energyConsumption"] == log["meterEnd"] - log["meterStart"] > 0
    cost = log["cost"]
    assert (cost["currency"], cost["tax"]) == ("EUR", 20)
    assert cost["total"] == round(
        sum(item["netAmount"] for item in cost["costItems"]), 2
    )
    assert cost["grossAmount"] == round(cost["total"] + cost["taxAmount"], 2)
    page = {"pagination": {"limit": 10, "offset": 0}}
    found = (await driver.data(documented.DOCUMENTS, page))["accountDocumentsPaged"]
    assert found["pagination"] == {"totalCount": 14}
    assert len(found["data"]) == 10
    assert {it["type"] for it in found["data"]} == {"invoice", "creditnote"}
    dates = [it["documentDate"] for it in found["data"]]
    assert dates == sorted(dates, reverse=True)
    one = found["data"][3]
    data = await driver.data(f'{{ accountDocument(id: "{one["id"]}") {{ title }} }}')
    assert data["accountDocument"]["title"] == one["title"]
    assert await driver.code("{ accountDocument { title } }") == (200, "NOT_FOUND")
    data = await driver.data(documented.TARIFFS)
    assert data["contractPaymentMethods"][0]["applicationId"] == "SEPA"
    assert {"uuid", "id", "name"} == data["contractRateOptions"][0].keys()


async def test_tenants(driver: DriverClient) -> None:
    """The two operators have other names for the same things, and both can be found out."""
    alpha = await types_of(driver)
    assert {"Cp", "Connector", "CpsFilter"} <= alpha.keys()
    assert [it["name"] for it in alpha["ChargelogStatus"]["enumValues"]] == [
        "started",
        "waiting_for_transaction",
        "roaming_start",
        "roaming_waiting_for_transaction",
        "stopped",
    ]
    stations = (await driver.data(documented.ALPHA_STATIONS, {}))["cpsPaged"]["data"]
    driver.cloud.options.tenant = "beta"
    beta = await types_of(driver)
    assert {"ChargePoint", "Evse"} <= beta.keys()
    assert not {"Cp", "Connector", "CpsFilter"} & beta.keys()
    others = (await driver.data(documented.BETA_STATIONS, {}))["cpsPaged"]["data"]
    assert [it["uuid"] for it in others] == [it["id"] for it in stations]
    for one, other in zip(stations, others, strict=True):
        assert one["position"]["latitude"] == other["geoLocation"]["lat"]
        assert one["operatorName"] == other["network"]
        assert [it["id"] for it in one["connectors"]] == [
            it["uuid"] for it in other["evses"]
        ]
        assert one["connectors"][0]["maxPower"] == other["evses"][0]["powerKw"] * 1000
    assert others[0]["evses"][0]["available"] is True
    assert "0.52 EUR/kWh" in others[0]["evses"][0]["tariffText"]
    status, body = await driver.ask(documented.ALPHA_STATIONS)
    assert status == 400
    assert {it["extensions"]["code"] for it in body["errors"]} == {VALIDATION[1]}


async def test_introspection_off(driver: DriverClient) -> None:
    """An operator can refuse to tell the schema; the names of types can still be asked for."""
    driver.cloud.options.introspection = False
    status, body = await driver.ask(INTROSPECTION)
    assert status == 400
    error = body["errors"][0]
    assert error["extensions"]["code"] == VALIDATION[1]
    assert error["message"].startswith("GraphQL introspection is not allowed")
    assert await driver.code('{ __type(name: "Query") { name } }') == VALIDATION
    data = await driver.data("{ __typename chargelogsPaged { __typename } }")
    assert data == {
        "__typename": "Query",
        "chargelogsPaged": {"__typename": "ChargelogsPaged"},
    }


async def test_rename(driver: DriverClient) -> None:
    """A field can get another name: the old one is refused, the new one gives the same."""
    old, new = (
        "{ cpsPaged { data { id status } } }",
        "{ cpsPaged { data { id state2 } } }",
    )
    before = (await driver.data(old))["cpsPaged"]["data"]
    driver.cloud.options.rename = {"Cp.status": "state2", "Evse.plug": "socket"}
    assert await driver.code(old) == VALIDATION
    after = (await driver.data(new))["cpsPaged"]["data"]
    assert [it["state2"] for it in after] == [it["status"] for it in before]
    driver.cloud.options.rename = {"Query.chargelogsPaged": "sessionsPaged"}
    await driver.data(old)
    query = "{ sessionsPaged { pagination { totalCount } } }"
    assert (await driver.data(query))["sessionsPaged"]["pagination"]["totalCount"]
    names = {it["name"] for it in (await types_of(driver))["Query"]["fields"]}
    assert "sessionsPaged" in names
    assert "chargelogsPaged" not in names
    driver.cloud.options.tenant = "beta"
    driver.cloud.options.rename = {"Evse.plug": "socket"}
    data = await driver.data("{ cpsPaged { data { evses { socket } } } }")
    assert data["cpsPaged"]["data"][0]["evses"][0]["socket"]
    driver.cloud.options.rename = {"Evse.nothing": "x"}
    with pytest.raises(ValueError, match=r"no such field: Evse\.nothing"):
        _ = driver.cloud.schema


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("{ chargelog(id: ", 400, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", 400, "GRAPHQL_VALIDATION_FAILED"),
        (
            "query A { __typename } query B { __typename }",
            400,
            "OPERATION_RESOLUTION_FAILURE",
        ),
        ("query($id: ID!) { chargelog(id: $id) { id } }", 400, "BAD_USER_INPUT"),
        (
            "{ chargelogsPaged(pagination: {limit: -1}) { data { id } } }",
            200,
            "BAD_USER_INPUT",
        ),
        ('{ chargelog(id: "none") { id } }', 200, "NOT_FOUND"),
        (
            '{ availableCardsForChargingProcess(connectorId: "none") { id } }',
            200,
            "NOT_FOUND",
        ),
        ('{ remoteStartAttemptStatus(id: "none") { id } }', 200, "NOT_FOUND"),
        (
            "{ cpsPaged(filter: {position: {latitude: 91, longitude: 0, radius: 1}}) { data { id } } }",
            200,
            "BAD_USER_INPUT",
        ),
    ],
)
async def test_errors(driver: DriverClient, query: str, status: int, code: str) -> None:
    """What is wrong is told as Apollo tells it."""
    assert await driver.code(query) == (status, code)


async def test_bodies(driver: DriverClient) -> None:
    """Only a POST of JSON with a query is looked at; other addresses and methods do not exist."""
    url = driver.cloud.graphql_url
    for body, kind in (
        (b"{}", "application/json"),
        (b"nonsense", "application/json"),
        (b'{"query": "{ __typename }"}', "text/plain"),
    ):
        async with driver.session.post(
            url, data=body, headers={"Content-Type": kind}
        ) as answer:
            assert answer.status == 400
            content = await answer.json()
        assert content["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    async with driver.session.get(url) as answer:
        assert answer.status == 405
    async with driver.session.post(
        url[:-1], json={"query": "{ __typename }"}
    ) as answer:
        assert answer.status == 404
    named = {
        "query": "query A { __typename } query B { a: __typename }",
        "operationName": "B",
    }
    async with driver.session.post(url, json=named) as answer:
        assert await answer.json() == {"data": {"a": "Query"}}


async def test_partial_answers(driver: DriverClient) -> None:
    """A field can fail while the rest is there, with whatever code."""
    query = "{ chargelogsPaged(pagination: {limit: 2}) { data { id cost { total } } } }"
    driver.cloud.options.partial_error_field = "Chargelog.cost"
    status, body = await driver.ask(query)
    assert status == 200
    items = body["data"]["chargelogsPaged"]["data"]
    assert [it["cost"] for it in items] == [None, None]
    assert all(it["id"] for it in items)
    assert [it["path"] for it in body["errors"]] == [
        ["chargelogsPaged", "data", index, "cost"] for index in (0, 1)
    ]
    assert {it["extensions"]["code"] for it in body["errors"]} == {
        "INTERNAL_SERVER_ERROR"
    }
    driver.cloud.options.partial_error_field = None
    driver.cloud.options.field_errors = {"Query.chargelogsPaged": "FORBIDDEN"}
    assert await driver.code(query) == (200, "FORBIDDEN")
    await driver.data("{ cpsPaged { data { id } } }")


async def test_faults(driver: DriverClient) -> None:
    """The faults which all simulated clouds have work here too."""
    query = "{ __typename }"
    driver.cloud.faults.add("/graphql/", status=503, times=1)
    assert await driver.code(query) == (503, "INTERNAL_SERVER_ERROR")
    driver.cloud.faults.add("/graphql/", status=429, retry_after=3, times=1)
    assert await driver.code(query) == (429, "RATE_LIMITED")
    driver.cloud.deny("/graphql/", 403)
    assert await driver.code(query) == (403, "FORBIDDEN")
    driver.cloud.allow("*")
    await driver.data(query)


async def test_a_mistake_of_ours(
    driver: DriverClient, quiet: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails unforeseen is told as the server's own error, and logged."""
    monkeypatch.setattr(quiet.beenergised_driver.stations, "page", lambda *_: 1 / 0)
    assert await driver.code("{ cpsPaged { data { id } } }") == (
        200,
        "INTERNAL_SERVER_ERROR",
    )
