"""Tests of every name that is known of a thing, and of what a field must be to be it."""

from itertools import batched

from graphql import parse
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver.arguments import (
    Page,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.queries import (
    ATTEMPT_START,
    ATTEMPT_STATUS,
    CARDS,
    CHARGELOG,
    CHARGELOGS,
    DOCUMENTS,
    START,
    STOP,
    Operations,
)

from .client import MORE, assert_valid, operations_of, selected

PAGE = Page(limit=5)
LOG = (
    "{ id status connector { id label } dateStart dateEnd meterStart meterEnd"
    " energyConsumption cost { total currency taxAmount grossAmount"
    " costItems { netAmount grossAmount } } rateName }"
)
DOCUMENT = "{ id type title documentDate downloadLink }"
PAGED = "(pagination: {limit: 5, offset: 0})"


# ---- what the documents name, sent without a schema


def test_the_documented_core() -> None:
    """Every operation asks for all that the documents name, and for nothing else."""
    known = Operations(None)
    assert [
        known.page(CHARGELOGS, PAGE),
        known.page(CHARGELOGS, Page(limit=7, offset=14, after="x"), running=True),
        known.page(DOCUMENTS, PAGE),
        known.document(CHARGELOG, {"id": "a"}),
        known.document(CARDS, {"connectorId": "a"}),
        known.document(ATTEMPT_STATUS, {"id": "a"}),
        known.document(ATTEMPT_START, {"input": {"connectorId": "a"}}),
        known.document(START, {"connector": "a"}),
        known.document(STOP, {"transaction": "a"}),
    ] == [
        (
            f"query {{ chargelogsPaged{PAGED}"
            f" {{ pagination {{ totalCount }} data {LOG} }} }}"
        ),
        (
            "query { chargelogsPaged(pagination: {limit: 7, offset: 14})"
            f" {{ pagination {{ totalCount }} data {LOG} }} }}"
        ),
        (
            f"query {{ accountDocumentsPaged{PAGED}"
            f" {{ pagination {{ totalCount }} data {DOCUMENT} }} }}"
        ),
        f'query {{ chargelog(id: "a") {LOG} }}',
        (
            'query { availableCardsForChargingProcess(connectorId: "a")'
            " { id tagId number label } }"
        ),
        'query { remoteStartAttemptStatus(id: "a") { id status } }',
        'mutation { attemptRemoteStart(input: {connectorId: "a"}) { id status } }',
        'mutation { remoteStart(connector: "a") { __typename } }',
        'mutation { remoteStop(transaction: "a") { status code message } }',
    ]
    assert known.document("cpsPaged", {}) is None
    assert known.document(CHARGELOG, None) is None
    assert known.document(CHARGELOG, {}) == f"query {{ chargelog {LOG} }}"


def test_what_the_core_lacks() -> None:
    """A field that is not there is left out wherever that operation has it, but for ids."""
    known = Operations(
        None,
        {
            (CHARGELOGS, "label"),
            (CHARGELOGS, "netAmount"),
            (CHARGELOGS, "grossAmount"),
            (CHARGELOGS, "id"),
            (CHARGELOGS, "totalCount"),
            (DOCUMENTS, "title"),
            (CARDS, CARDS),
        },
    )
    page = known.page(CHARGELOGS, PAGE)
    assert page == (
        f"query {{ chargelogsPaged{PAGED} {{ data {{ id status dateStart dateEnd"
        " meterStart meterEnd energyConsumption cost { total currency taxAmount }"
        " rateName } } }"
    )
    assert known.page(DOCUMENTS, PAGE) == (
        f"query {{ accountDocumentsPaged{PAGED} {{ pagination {{ totalCount }}"
        " data { id type documentDate downloadLink } } }"
    )
    assert CARDS not in known
    assert known.document(CARDS, {"connectorId": "a"}) is None
    assert known.is_paged(CHARGELOGS)
    assert known.has_offset(CHARGELOGS)
    assert not known.marks_favourites
    assert known.favourite("s", on=True) is None
    assert parse(page).definitions


# ---- what a schema has, and what it was taken for

WHOLE = """
    type Query {
        chargelogsPaged(pagination: PaginationFilter): Logs
        accountDocumentsPaged(pagination: PaginationFilter): Documents
        availableCardsForChargingProcess(connectorId: String!): [Card]
        remoteStartAttemptStatus(id: ID!): Attempt
        chargelog(id: ID!): Log
        mood: String
    }
    extend type Mutation {
        attemptRemoteStart(input: Auth): Attempt
        remoteStop(transaction: ID!): Result
    }
    type Logs { pagination: Pagination, data: [Log] }
    type Log {
        id: ID, status: String, connector: Plug, authId: String, authType: String
        dateStart: DateTime, dateEnd: DateTime, meterStart: Float, meterEnd: Float
        energyConsumption: Float, cost: Cost, sessionId: String, rateName: String
    }
    type Plug { id: ID, label: String }
    type Cost {
        total: Float, currency: String, tax: Float, taxAmount: Float
        grossAmount: Float, costItems: [Item]
    }
    type Item { netAmount: Float, grossAmount: Float, description: String }
    type Documents { pagination: Pagination, data: [Document] }
    type Document {
        id: String, type: String, title: String, documentDate: DateTime
        downloadLink: String
    }
    type Card { id: ID, tagId: String, number: String, label: String, type: String }
    type Attempt { id: ID, status: String }
    type Result { status: String, code: String, message: String }
"""


def test_the_documents_names_in_a_schema() -> None:
    """A schema that is as documented gives the documented core, and says so."""
    schema, known = operations_of(
        WHOLE,
        "type Started { status: String code: String message: String chargelogId: ID }",
    )
    core = Operations(None)
    for name in (CHARGELOG, CARDS, ATTEMPT_STATUS, STOP):
        assert known.document(name, {"id": "a"}) == core.document(name, {"id": "a"})
    for name in (CHARGELOGS, DOCUMENTS):
        assert known.page(name, PAGE) == core.page(name, PAGE)
        assert known.is_paged(name)
        assert known.has_offset(name)
    start = known.document(START, {"connector": "a"})
    assert start == (
        'mutation { remoteStart(connector: "a") { status code message chargelogId } }'
    )
    documents = [known.page(CHARGELOGS, PAGE), known.page(DOCUMENTS, PAGE)]
    assert_valid(schema, filter(None, documents))
    told = known.recognition
    documented = {
        *(f"Log.{it}" for it in ("id", "status", "connector", "dateStart", "dateEnd")),
        *(f"Log.{it}" for it in ("meterStart", "meterEnd", "energyConsumption")),
        *("Log.cost", "Log.rateName", "Logs.pagination", "Logs.data"),
        *("Pagination.totalCount", "Plug.id", "Plug.label", "Item.netAmount"),
        *(f"Cost.{it}" for it in ("total", "currency", "taxAmount", "costItems")),
        *("Cost.grossAmount", "Item.grossAmount", "Documents.data"),
        *(f"Card.{it}" for it in ("id", "tagId", "number", "label")),
        *(f"Document.{it}" for it in ("id", "type", "title", "downloadLink")),
        *("Document.documentDate", "Documents.pagination"),
        *("Attempt.id", "Attempt.status"),
        *(f"Result.{it}" for it in ("status", "code", "message")),
    }
    guessed = {
        *(f"Started.{it}" for it in ("status", "code", "message", "chargelogId")),
    }
    arguments = {
        f"{name}(pagination.{it})": f"{it} (recognised)"
        for name in (CHARGELOGS, DOCUMENTS)
        for it in ("limit", "offset")
    }
    assert told.recognised == (
        {it: f"{it.partition('.')[2]} (documented)" for it in documented}
        | {it: f"{it.partition('.')[2]} (recognised)" for it in guessed}
        | arguments
    )
    assert told.left_out == {
        "Log.authId": "String",
        "Log.authType": "String",
        "Log.sessionId": "String",
        "Cost.tax": "Float",
        "Item.description": "String",
        "Card.type": "String",
        "mood": "String",
    }
    assert told.notes == []


# ---- the names that a field can have


STATION_NAMES = (
    *("connectorUuid: ID=id: connectorUuid", "cpUuid: ID=id: cpUuid"),
    *("uuid: ID=id: uuid", "id: ID=id", "uid: String=id: uid", "UUID: ID=id: UUID"),
)
NAMES = (
    *("displayName: String", "displayName: publicDisplayName: String"),
    *("label: String", "label: name: String"),
    *("status: String", "status: state: Link"),
    *("latitude: Float", "latitude: lat: Float", "latitude: Latitude: Degrees"),
    *("longitude: Float", "longitude: lng: Float", "longitude: lon: Float"),
    "coordinates: [Float!]",
    *("street: String", "street: address: String", "houseNumber: Int"),
    *("postalCode: String", "postalCode: zip: String", "city: String"),
    *("postalCode: postal_code: String", "country: Country"),
    *("isFavourite: Boolean", "isRoaming: Boolean!"),
    *("operator: String", "operator: operatorName: String", "operator: network: ID"),
)
CONNECTOR_NAMES = (
    *("label: String", "label: physicalReference: String"),
    *("status: String", "status: Link", "available: Boolean"),
    *("plugType: String", "plugType: plug: Link", "plugType: standard: String"),
    *("maxPowerKw: Float", "maxPowerW: Int"),
    *("maxPowerKw: powerKw: Float", "maxPowerW: powerW: Float"),
    *("maxPowerW: maxElectricPower: Int", "maxPowerKw: max_power_kW: Float"),
    *("perKwh: Float", "perKwh: pricePerKwh: Float", "perMinute: Float"),
    *("perMinute: pricePerMinute: Float", "perSession: Float"),
    *("perSession: pricePerSession: Float", "currency: String"),
    *("priceText: String", "priceText: tariffText: String"),
)


def asked_as(declared: str) -> tuple[str, str]:
    """Return the declaration of a field, and what asks for it under its alias."""
    *alias, name, kind = declared.split(": ")
    return f"{name}: {kind}", ": ".join([*alias, name])


def test_the_names_of_a_stations_id() -> None:
    """An id by each of its names, the best of those that there are."""
    for it in STATION_NAMES:
        declared, _, asked = it.partition("=")
        assert selected([declared]) == f"{{ {asked} }}"
    order = ("connectorUuid", "cpUuid", "uuid", "id", "uid")
    for index, best in enumerate(order):
        fields = [f"{it}: ID" for it in reversed(order[index:])]
        alias = "id" if best == "id" else f"id: {best}"
        assert selected(fields) == f"{{ {alias} }}"


def test_the_names_of_a_stations_fields() -> None:
    """Each of them is asked for, by the name that we give it."""
    for declared, asked in map(asked_as, NAMES):
        assert selected(["id: ID", declared], MORE) == f"{{ id {asked} }}"


@pytest.mark.parametrize("names", batched(CONNECTOR_NAMES, 5, strict=False))
def test_the_names_of_a_connectors_fields(names: tuple[str, ...]) -> None:
    """The same of a connector, of the connector of an EVSE, and of both forms of a list."""
    for declared, asked in map(asked_as, names):
        plug = f"type C {{ id: ID {declared} }}"
        inner = f"{{ id {asked} }}"
        assert (
            selected(["id: ID", "connectors: [C]"], MORE + plug)
            == f"{{ id connectors {inner} }}"
        )
        evse = plug + "type E { uid: ID connectors: [C!]! }"
        assert selected(["id: ID", "evses: [E]"], MORE + evse) == (
            f"{{ id connectors: evses {{ id: uid connectors {inner} }} }}"
        )
        edges = plug + "type Edges { edges: [Edge] } type Edge { node: C }"
        for field, alias in (
            ("connection", ""),
            ("connectors", "connection: "),
            ("evses", "connection: "),
        ):
            assert selected(["id: ID", f"{field}: Edges"], MORE + edges) == (
                f"{{ id {alias}{field} {{ edges {{ node {inner} }} }} }}"
            )


def test_the_names_of_an_evse() -> None:
    """An EVSE's id comes first, and is no connector's own."""
    for name, asked in (("evseId", "evseId"), ("evse_id", "evseId: evse_id")):
        plug = f"type C {{ uid: ID {name}: ID }}"
        assert selected(["id: ID", "connectors: [C]"], plug) == (
            f"{{ id connectors {{ {asked} id: uid }} }}"
        )


def test_places() -> None:
    """A position stands in an object of its own, by any of its names."""
    for name, alias in (
        ("position", "position"),
        ("geoLocation", "position: geoLocation"),
        ("coordinates", "position: coordinates"),
        ("location", "location"),
    ):
        found = selected(["id: ID", f"{name}: P"], "type P { lat: Float lng: Float }")
        assert found == f"{{ id {alias} {{ latitude: lat longitude: lng }} }}"


def test_everything_at_once() -> None:
    """A station that has all of it, each in its place and in the order of our table."""
    address = "street houseNumber postalCode: zip city country"
    found = selected(
        [
            *(
                "evses: [E]",
                "operatorDetails: O",
                "operator: String",
                "isRoaming: Boolean",
            ),
            *("isFavourite: Boolean", "location: L", "address: A", "geoLocation: P"),
            *(
                "status: String",
                "name: String",
                "publicDisplayName: String",
                "cpUuid: ID",
            ),
            *("capacity: Int", "names: [String]", "distanceKm: Float"),
        ],
        """
        type O { id: ID name: String }
        type L { address: A position: P, zip: String }
        type A { country: String city: String zip: String houseNumber: String street: String }
        type P { lat: Float lon: Float, altitude: Float }
        type E {
            connectors: [C] tariffText: String price: Price available: Boolean
            power: Float @deprecated powerKw: Float status: String evseId: String
        }
        type C { standard: String physicalReference: String }
        type Price {
            currency: String sessionFee: Float timePrice: Float energyPrice: Float
            pricePerSession: Float pricePerMinute: Float pricePerKwh: Float
        }
        """,
    )
    position = "{ latitude: lat longitude: lon }"
    assert found == (
        "{ id: cpUuid displayName: publicDisplayName label: name status"
        f" position: geoLocation {position} address {{ {address} }}"
        f" location {{ position {position} address {{ {address} }} postalCode: zip }}"
        " isFavourite isRoaming operator operatorDetails { name }"
        " connectors: evses { evseId status available maxPowerKw: powerKw"
        " price { perKwh: pricePerKwh perMinute: pricePerMinute"
        " perSession: pricePerSession currency }"
        " priceText: tariffText"
        " connectors { label: physicalReference plugType: standard } } }"
    )
