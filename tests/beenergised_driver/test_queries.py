"""Tests of documents made from a schema: valid, whatever an operator calls things."""

from graphql import GraphQLObjectType, parse, validate
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver.queries import (
    Documents,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.schema import (
    INTROSPECTION,
    read_schema,
)
from custom_components.ev_charging_cloud.clients.search import (
    Around,
    Favourites,
    Listed,
)
from simulator import Simulator

from .client import assert_valid, documents_of, every_document, schema_of

# A list without its items is no list, and without its parent a part is nowhere.
CONTAINERS = {
    "ChargelogsPaged",
    "CpsPaged",
    "ChargePointsPaged",
    "AccountDocumentsPaged",
}
PARENTS = {
    *("address", "connector", "connectors", "cost", "costItems", "evses"),
    *("geoLocation", "position", "price", "totalCount", "id", "uuid"),
}
CIRCLE = Around(latitude=48.2, longitude=-16.4, radius=4999.5)


@pytest.fixture
def world() -> Simulator:
    """Return a world that nobody reaches."""
    return Simulator(quiet=True, speed=0)


def of_tenant(world: Simulator, tenant: str, rename: dict[str, str]) -> Documents:
    """Return the documents of an operator of the simulator, after a check of all."""
    cloud = world.beenergised_driver
    cloud.options.tenant = "alpha" if tenant == "alpha" else "beta"
    cloud.options.rename = rename
    documents = Documents(schema_of(cloud.schema))
    assert_valid(cloud.schema, every_document(documents))
    return documents


def fields_of(world: Simulator, tenant: str) -> set[str]:
    """Return every output field that an operator has."""
    cloud = world.beenergised_driver
    cloud.options.tenant = "alpha" if tenant == "alpha" else "beta"
    cloud.options.rename = {}
    return {
        f"{kind.name}.{field}"
        for kind in cloud.schema.type_map.values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
        for field in kind.fields
    }


@pytest.mark.parametrize("tenant", ["alpha", "beta"])
def test_every_document_is_valid(world: Simulator, tenant: str) -> None:
    """Both operators get documents that their schemas have, with all that is wanted."""
    documents = of_tenant(world, tenant, {})
    assert documents.choices == (
        {Around, Favourites, Listed} if tenant == "alpha" else {Around, Favourites}
    )
    for path in (("position", "latitude"), ("position", "longitude"), ("operator",)):
        assert documents.station_node(*path)
    for name in ("id", "status", "plugType", "evseId"):
        assert documents.station_node("connectors", name), name
    assert documents.stations_are_paged


@pytest.mark.parametrize("tenant", ["alpha", "beta"])
def test_a_renamed_field_costs_that_value_only(world: Simulator, tenant: str) -> None:
    """Whatever single field has another name: no document names what is not there."""
    whole = of_tenant(world, tenant, {}).recognition.recognised
    for field in fields_of(world, tenant) & whole.keys():
        kind, _, name = field.partition(".")
        documents = of_tenant(world, tenant, {field: "xyzzy"})
        known = documents.recognition.recognised
        assert f"{kind}.xyzzy" not in known
        if kind in CONTAINERS or name in PARENTS:
            continue
        # Another name that is known can take its place.
        assert len(whole) - len(known) in {0, 1}, field


def test_everything_renamed(world: Simulator) -> None:
    """Where nothing is called as it was, nothing is asked for that is not there."""
    fields = {
        field: f"xyzzy{index}"
        for index, field in enumerate(sorted(fields_of(world, "alpha")))
        if not field.startswith(("Query.", "Mutation."))
    }
    documents = of_tenant(world, "alpha", fields)
    assert documents.recognition.recognised == {}
    assert list(every_document(documents))


def test_a_known_other_name_takes_the_place(world: Simulator) -> None:
    """A rename to a name that the table has costs nothing at all."""
    documents = of_tenant(
        world,
        "alpha",
        {"Cp.status": "operationalState", "Chargelog.energyConsumption": "consumption"},
    )
    assert documents.recognition.recognised["Cp.operationalState"] == (
        "status (recognised)"
    )
    page = documents.station_page(CIRCLE, limit=1, offset=0)
    assert page is not None
    assert "status: operationalState" in page
    logs = documents.chargelog_page(limit=1, offset=0)
    assert logs is not None
    assert "energyConsumption: consumption" in logs


@pytest.mark.parametrize("tenant", ["alpha", "beta"])
def test_the_documented_core_is_valid(world: Simulator, tenant: str) -> None:
    """Without a schema all that is documented is sent, and no station asked for."""
    cloud = world.beenergised_driver
    cloud.options.tenant = "alpha" if tenant == "alpha" else "beta"
    documents = Documents(None)
    assert_valid(cloud.schema, every_document(documents))
    assert len(list(every_document(documents))) == 8
    assert not documents.choices
    assert documents.recognition.found == {}


def test_the_core_without_what_is_missing(world: Simulator) -> None:
    """What validation named is left out; the id of a thing never is."""
    missing = {
        ("chargelogsPaged", "energyConsumption"),
        ("chargelogsPaged", "id"),
        ("chargelogsPaged", "grossAmount"),
        ("accountDocumentsPaged", "accountDocumentsPaged"),
    }
    documents = Documents(None, missing)
    assert documents.document_page(limit=1, offset=0) is None
    page = documents.chargelog_page(limit=1, offset=0)
    assert page is not None
    assert "energyConsumption" not in page
    assert "grossAmount" not in page
    assert "data { id status connector { label }" in page
    single = documents.chargelog("x")
    assert single is not None
    assert "energyConsumption" in single


def test_introspection_is_valid(world: Simulator) -> None:
    """The question for the schema is one that every schema has."""
    assert validate(world.beenergised_driver.schema, parse(INTROSPECTION)) == []
    assert read_schema(b'{"__schema": null}') is None


# ---- operators of our own making

NESTED = """
    type Query { chargingStationsPaged(
        where: Where, first: Int = 10, skip: Int, near: Near): [Station] }
    input Where { northEast: Corner, ids: [ID!], term: String, not: Where }
    input Corner { lat: Float, lng: Float }
    input Near { lat: Float!, lng: Float!, radiusKm: Float! }
    interface Station {
        STATION_ID: ID!
        title: String
        status: Status
        site: Site
        distanceKm: Float
        distance(from: String!): Float
        evses: [Evse!]!
        network: Network
        chargingStationName: String
        anything: String
    }
    type Network { id: ID, name: String }
    type Status { code: String, label: String }
    type Site { coordinates: Coordinates, address: String }
    type Coordinates { lat: Float, lon: Float, evse: Evse }
    type Evse {
        evseId: String, state: State, connectors: [Plug], maxKw: String, secret: Secret
        free: Boolean, station: Station
    }
    enum State { FREE BUSY }
    union Secret = Site | Status
    type Plug { connectorUuid: ID, connector_type: String, tariff: Tariff, power: Float
        price: Float }
    type Tariff { pricePerKwh: Float, currency: Currency, description: String }
    type Currency { code: String }
"""


def test_deep_schemas() -> None:
    """Three levels, interfaces, boxed texts, flat lists: only what is there is asked for."""
    schema, documents = documents_of(NESTED)
    assert_valid(schema, every_document(documents))
    page = documents.station_page(CIRCLE, limit=100, offset=0)
    assert page is not None
    assert "near: {lat: 48.2, lng: -16.4, radiusKm: 4.9995}" in page
    assert "first: 100, skip: 0" in page
    assert "id: STATION_ID" in page
    assert "status { value: label }" in page
    assert "operator: network { value: name }" in page
    assert "position: coordinates { latitude: lat longitude: lon }" in page
    assert "fullAddress: address" in page
    assert "connectors: evses {" in page
    assert "maxPowerKw: maxKw" in page
    assert "connectors { id: connectorUuid plugType: connector_type" in page
    assert "currency { value: code }" in page
    listed = documents.station_page(Listed(station_ids=("a", "b")), limit=1, offset=0)
    assert listed is not None
    assert 'where: {ids: ["a", "b"]}' in listed
    left_out = documents.recognition.left_out
    assert {"Station.anything", "Station.distance", "Evse.secret"} <= set(left_out)
    assert documents.choices == {Around, Listed}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("type Query { other: Int }", "no list of stations"),
        ("type Query { cpsPaged: Int }", "a list that is a number"),
        ("type Query { cpsPaged: Page } type Page { data: [Int] }", "of numbers"),
        (
            "type Query { cpsPaged: Page } type Page { data: [S] } type S { x: Int }",
            "of things without an id",
        ),
        (
            (
                "type Query { cpsPaged(tenant: String!, lat: Float, lng: Float): [S] }"
                " type S { id: ID }"
            ),
            "what is demanded cannot be given",
        ),
        (
            (
                "type Query { cpsPaged(a: Corner, lng: Float): [S] }"
                " input Corner { lat: Float } type S { id: ID }"
            ),
            "parts of a place that do not belong together",
        ),
        (
            (
                "type Query { cpsPaged(box: Box): [S] } type S { id: ID }"
                " input Box { northEast: P, southWest: P } input P { lat: Float, lng: Float }"
            ),
            "a corner is no middle",
        ),
    ],
)
def test_stations_that_cannot_be_asked_for(text: str, reason: str) -> None:
    """Where something is lacking no document is made, and the rest goes on."""
    schema, documents = documents_of(text)
    assert documents.station_page(CIRCLE, limit=1, offset=0) is None, reason
    assert not documents.choices
    assert_valid(schema, every_document(documents))


@pytest.mark.parametrize(
    ("argument", "written", "assumed"),
    [
        ("radius: Int", "radius: 5000", True),
        ("radius: Float", "radius: 4.9995", True),
        ("radius_km: Int", "radius_km: 5", False),
        ("radiusInMeters: Float", "radiusInMeters: 4999.5", False),
        ("maxDistance: String", 'maxDistance: "4.9995"', True),
    ],
)
def test_units_of_a_radius(argument: str, written: str, assumed: bool) -> None:
    """A name tells the unit; without one it is assumed, and that is noted."""
    schema, documents = documents_of(
        f"type Query {{ cpsPaged(lat: Float, lng: Float, {argument}): [S] }}"
        " type S { id: ID }"
    )
    page = documents.station_page(CIRCLE, limit=1, offset=0)
    assert page is not None
    assert written in page
    assert_valid(schema, [page])
    assert bool(documents.recognition.assumptions) is assumed


def test_lists_whose_pages_are_otherwise() -> None:
    """A list of sessions is asked for with the arguments that it has."""
    schema, documents = documents_of(
        "type Query { chargelogsPaged(first: Int, skip: Int): Page }"
        " type Page { items: [Log] total: Int } type Log { uuid: ID connectorId: ID }"
    )
    page = documents.chargelog_page(limit=5, offset=10)
    assert page == (
        "query { chargelogsPaged(first: 5, skip: 10)"
        " { totalCount: total data: items { id: uuid } } }"
    )
    assert_valid(schema, [page])


def test_answers_that_are_not_objects() -> None:
    """A command whose answer is a yes has no selection; an unknown object its name."""
    schema, documents = documents_of("type Query { x: Int }")
    start = documents.start("c", "t")
    assert start is not None
    assert start.endswith("{ __typename } }")
    assert_valid(schema, [start])
    schema, documents = documents_of("type Query { x: Int }", "scalar Started")
    start = documents.start("c", "t")
    assert start is not None
    assert start.endswith('connector: "c") }')
    assert_valid(schema, [start])
