"""Tests of documents made from a schema: valid, and of nothing that is not certain."""

from graphql import GraphQLObjectType, parse, validate
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver.arguments import (
    Page,
    Values,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.queries import (
    CHARGELOG,
    CHARGELOGS,
    DOCUMENTS,
    START,
    STATIONS,
    Operations,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.schema import (
    INTROSPECTION,
    ROOTS,
)
from custom_components.ev_charging_cloud.clients.search import (
    Around,
    Favourites,
    Listed,
)
from custom_components.ev_charging_cloud.clients.transport.graphql import Word
from simulator import Simulator

from .client import assert_valid, every_document, operations_of, schema_of

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
# What is marked, and how, is of use only where it can be read.
TOLD_BY = {"isFavourite"}
CIRCLE = Around(latitude=48.2, longitude=-16.4, radius=4999.5)
FIRST = Page(limit=1)


@pytest.fixture
def world() -> Simulator:
    """Return a world that nobody reaches."""
    return Simulator(quiet=True, speed=0)


def of_tenant(world: Simulator, tenant: str, rename: dict[str, str]) -> Operations:
    """Return the operations of an operator of the simulator, after a check of all."""
    cloud = world.beenergised_driver
    cloud.options.tenant = "alpha" if tenant == "alpha" else "beta"
    cloud.options.rename = rename
    operations = Operations(schema_of(cloud.schema))
    assert_valid(cloud.schema, every_document(operations))
    return operations


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


def station_fields(text: str) -> str:
    """Return what is asked for of stations with some fields."""
    schema, operations = operations_of(
        f"type Query {{ cpsPaged(lat: Float, lng: Float): [S] }} {text}"
    )
    page = operations.stations(CIRCLE, FIRST)
    assert page is not None
    assert_valid(schema, [page])
    return page.partition(") ")[2].removesuffix(" }")


@pytest.mark.parametrize("tenant", ["alpha", "beta"])
def test_every_document_is_valid(world: Simulator, tenant: str) -> None:
    """Both operators get documents that their schemas have, with all that is wanted."""
    operations = of_tenant(world, tenant, {})
    assert operations.choices == (
        {Around, Favourites, Listed} if tenant == "alpha" else {Around, Favourites}
    )
    for path in (("position", "latitude"), ("position", "longitude"), ("operator",)):
        assert operations.node(STATIONS, *path)
    for name in ("id", "status", "plugType", "evseId", "maxPower"):
        assert operations.node(STATIONS, "connectors", name), name
    assert operations.is_paged(STATIONS)
    assert operations.recognition.notes == []


@pytest.mark.parametrize("tenant", ["alpha", "beta"])
def test_a_renamed_field_costs_that_value_only(world: Simulator, tenant: str) -> None:
    """Whatever single field has another name: no document names what is not there."""
    whole = of_tenant(world, tenant, {}).recognition.recognised
    for field in fields_of(world, tenant) & whole.keys():
        kind, _, name = field.partition(".")
        operations = of_tenant(world, tenant, {field: "xyzzy"})
        known = operations.recognition.recognised
        assert f"{kind}.xyzzy" not in known
        if kind in CONTAINERS or name in PARENTS | TOLD_BY:
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
    operations = of_tenant(world, "alpha", fields)
    assert operations.recognition.recognised == {}
    assert list(every_document(operations))


@pytest.mark.parametrize("tenant", ["alpha", "beta"])
def test_the_documented_core_is_valid(world: Simulator, tenant: str) -> None:
    """Without a schema all that is documented is sent, and no station asked for."""
    cloud = world.beenergised_driver
    cloud.options.tenant = "alpha" if tenant == "alpha" else "beta"
    operations = Operations(None)
    assert_valid(cloud.schema, every_document(operations))
    assert len(list(every_document(operations))) == 8
    assert not operations.choices
    assert operations.recognition.left_out == {}


def test_the_core_without_what_is_missing(world: Simulator) -> None:
    """What validation named is left out; the id of a thing never is."""
    missing = {
        ("chargelogsPaged", "energyConsumption"),
        ("chargelogsPaged", "id"),
        ("chargelogsPaged", "grossAmount"),
        ("accountDocumentsPaged", "accountDocumentsPaged"),
    }
    operations = Operations(None, missing)
    assert operations.page(DOCUMENTS, FIRST) is None
    page = operations.page(CHARGELOGS, FIRST)
    assert page is not None
    assert "energyConsumption" not in page
    assert "grossAmount" not in page
    assert "data { id status connector { label }" in page
    single = operations.document(CHARGELOG, {"id": "x"})
    assert single is not None
    assert "energyConsumption" in single


def test_introspection_is_valid(world: Simulator) -> None:
    """The questions for the schema are such that every schema has them."""
    for document in (INTROSPECTION, ROOTS):
        assert validate(world.beenergised_driver.schema, parse(document)) == []


# ---- what is recognised of a station, and what is not


@pytest.mark.parametrize(
    ("fields", "selection"),
    [
        ("id: ID", "{ id }"),
        ("id: Int, uuid: String", "{ id: uuid }"),
        ("uid: ID", "{ id: uid }"),
        ("id: ID, name: String, publicDisplayName: String", None),
        # 2.4: other things that may be called so.
        ("id: ID, capacity: Int, chargingPower: Float, isFree: Boolean", "{ id }"),
        ("id: ID, state: String", "{ id }"),
        ("id: ID, state: State", "{ id }"),
        ("id: ID, state: Link", "{ id status: state }"),
        ("id: ID, status: State", "{ id status }"),
        # A distance whose unit or middle nobody knows is worked out, not read.
        ("id: ID, distance: Float, distanceKm: Float", "{ id }"),
        ("id: ID, isFavorite: Boolean, favouriteCount: Int", "{ id }"),
        ("id: ID, isRoaming: Int", "{ id }"),
        ("id: ID, operator: Operator", "{ id operatorDetails: operator { name } }"),
        ("id: ID, names: [String]", "{ id }"),
        ("id: ID, name(language: String!): String", "{ id }"),
        ("id: ID, name(language: String): String", "{ id label: name }"),
        # 2.5: what the operator will take away comes last.
        (
            'id: ID, label: String @deprecated(reason: "old"), name: String',
            "{ id label: name }",
        ),
        ('id: ID @deprecated(reason: "old"), uuid: ID', "{ id: uuid }"),
        (
            'id: ID, label: String @deprecated(reason: "Use `sign`."), sign: String',
            "{ id label: sign }",
        ),
        (
            'id: ID, label: String @deprecated(reason: "Use sign."), sign: Boolean',
            "{ id label }",
        ),
        # As the vendor's other API calls it.
        ("id: Int, cpUuid: ID", "{ id: cpUuid }"),
        ('id: ID, label: String @deprecated(reason: "old")', "{ id label }"),
        # 2.7: both spellings of a position.
        ("id: ID, lat: Float, lon: Float", "{ id latitude: lat longitude: lon }"),
        (
            "id: ID, position: Geometry",
            "{ id position { coordinates } }",
        ),
        ("id: ID, location: Geometry", "{ id location { coordinates } }"),
        ("id: ID, location: GeoJSON", "{ id location }"),
        ("id: ID, position: Anything", "{ id }"),
        (
            "id: ID, coordinates: Place",
            "{ id position: coordinates { latitude longitude } }",
        ),
    ],
)
def test_fields_of_a_station(fields: str, selection: str | None) -> None:
    """Documented names and OCPI's, of the right type; nothing that is only alike."""
    found = station_fields(
        f"type S {{ {fields} }} enum State {{ VIENNA TYROL }}"
        " enum Link { ONLINE OFFLINE PENDING } type Operator { name: String }"
        " type Geometry { type: String, coordinates: [Float!]! }"
        " scalar GeoJSON scalar Anything type Place { latitude: Float, longitude: Float }"
    )
    if selection is None:
        selection = "{ id displayName: publicDisplayName label: name }"
    assert found == selection


@pytest.mark.parametrize(
    ("fields", "selection"),
    [
        ("id: Int, uuid: String", "id: uuid"),
        ('"In W." maxPower: Int', "maxPowerW: maxPower"),
        ('"Power (kW)" power: Float', "maxPowerKw: power"),
        ("powerKw: Float", "maxPowerKw: powerKw"),
        ("max_electric_power: Int", "maxPowerW: max_electric_power"),
        ("standard: String", "plugType: standard"),
        ("physical_reference: String", "label: physical_reference"),
        # No unit, or another one's.
        ("power: Float", None),
        ('"kWh so far" power: Float', None),
        ('"In W, earlier in kW." power: Float', None),
        ("maxPower: String", "maxPowerKw"),
        ("available: Boolean, isFree: Boolean", "available"),
        ("available: Int", None),
        # 2.2: a whole number without a unit is no price, nor is one of hundredths.
        ("price: Price", "price { perKwh: energyPrice currency }"),
        ("price: WholePrice", "price { currency }"),
        ("price: Cents", "price { currency }"),
        ("price: Untold", "price { currency }"),
        # The same beside the plug's other fields.
        ("pricePerKwh: Float", "perKwh: pricePerKwh"),
        ('"EUR per kWh" energyPrice: Float', "perKwh: energyPrice"),
        ('"Price per minute" price: Float', "perMinute: price"),
        ("pricePerSession: Float", "perSession: pricePerSession"),
        ("energyPrice: Float, price: Float", None),
        ("pricePerKwh: Int", None),
        ('"Cents" pricePerKwh: Float', None),
        ('"ct/kWh" energyPrice: Float', None),
        ('"Pence per kWh" price: Float', None),
    ],
)
def test_fields_of_a_connector(fields: str, selection: str | None) -> None:
    """A number without a unit in its name or description is left alone."""
    fields = fields.replace(
        "maxPower: String", '"Kilowatts, as a text" maxPower: String'
    )
    found = station_fields(
        f"type S {{ id: ID, connectors: [C] }} type C {{ evseId: String, {fields} }}"
        ' "Per kWh." type Price { energyPrice: Float, currency: String }'
        ' "Per kWh." type WholePrice { energyPrice: Int, currency: String }'
        ' "Cents per kWh." type Cents { energyPrice: Float, currency: String }'
        " type Untold { energyPrice: Float, timePrice: Float, currency: String }"
    )
    if selection == "maxPowerKw":
        selection = "maxPowerKw: maxPower"
    inner = f" {selection}" if selection else ""
    assert found == f"{{ id connectors {{ evseId{inner} }} }}"


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ("energyConsumption: Float", "energyConsumption"),
        (
            '"In kWh." energyConsumption: Float',
            "energyConsumptionKwh: energyConsumption",
        ),
        (
            '"Watt hours" energyConsumption: Int',
            "energyConsumptionWh: energyConsumption",
        ),
        (
            "energyConsumptionKwh: Float",
            "energyConsumptionKwh",
        ),
        ('"Wh" meterStart: Int', "meterStartWh: meterStart"),
        ("cost: Cost", "cost { total currency }"),
        ("cost: WholeCost", "cost { currency }"),
    ],
)
def test_units_of_a_session(fields: str, asked: str) -> None:
    """What the schema says of a unit goes into the name; what it does not say stays."""
    schema, operations = operations_of(
        "type Query { chargelogsPaged(pagination: PaginationFilter): [Log] }"
        f" type Log {{ id: ID, {fields} }} type Cost {{ total: Float, currency: String }}"
        " type WholeCost { total: Int, currency: String }"
    )
    page = operations.page(CHARGELOGS, FIRST)
    assert page == (
        "query { chargelogsPaged(pagination: {limit: 1, offset: 0})"
        f" {{ id {asked} }} }}"
    )
    assert_valid(schema, [page])


def test_what_is_not_recognised_is_told() -> None:
    """With type and description, so that a person's report is enough to add it."""
    _, operations = operations_of(
        "type Query { cpsPaged(lat: Float, lng: Float, mood: Mood): [S], others: [S] }"
        ' type S { id: ID, """How it\n feels""" mood: Mood! } enum Mood { GOOD BAD }'
    )
    assert operations.recognition.left_out == {
        "cpsPaged(mood)": "Mood: GOOD | BAD",
        "S.mood": "Mood!: GOOD | BAD: How it feels",
        "others": "[S]",
        "Started.secret": "Int",
    }
    many = " ".join(f'"{"x" * 500}" field{index}: Int' for index in range(500))
    _, operations = operations_of(
        f"type Query {{ cpsPaged: [S] }} type S {{ id: ID, {many} }}"
    )
    left_out = operations.recognition.left_out
    assert len(left_out) == 300
    assert max(map(len, left_out.values())) <= 160


# ---- interfaces, unions, connections

RELAY = """
    type Query { cpsPaged(first: Int, after: String, near: Near): Connection }
    input Near { lat: Float!, lng: Float!, radiusKm: Float! }
    type Connection { edges: [Edge], pageInfo: PageInfo!, totalCount: Int }
    type PageInfo { hasNextPage: Boolean!, endCursor: String }
    type Edge { node: Station, cursor: String }
"""


def test_a_connection() -> None:
    """Edges and nodes, and a page that begins where the one before it ended."""
    schema, operations = operations_of(RELAY + "type Station { id: ID!, name: String }")
    for page, given in (
        (
            Page(limit=5, offset=5, after='a"b'),
            "first: 5, near: {lat: 48.2, lng: -16.4,",
        ),
        (Page(limit=5), "first: 5, near: {"),
    ):
        document = operations.stations(CIRCLE, page)
        assert document is not None
        assert given in document
        assert (' after: "a\\"b"' in document) is bool(page.after)
        assert "edges { node { id label: name } }" in document
        assert "pageInfo { hasNextPage endCursor }" in document
        assert_valid(schema, [document])
    assert operations.is_paged(STATIONS)


@pytest.mark.parametrize(
    ("kinds", "selection"),
    [
        (
            (
                "interface Station { id: ID!, name: String }"
                " type Ac implements Station { id: ID!, name: String, evses: [E] }"
                " type Dc implements Station { id: ID!, name: String, city: String }"
            ),
            (
                "{ id label: name ... on Ac { connectors: evses { id } }"
                " ... on Dc { city } }"
            ),
        ),
        (
            (
                "union Station = Ac | Dc type Ac { id: ID!, name: String }"
                " type Dc { uuid: ID!, label: String!, evses: [E] }"
            ),
            (
                "{ ... on Ac { id label: name }"
                " ... on Dc { id: uuid connectors: evses { id } } }"
            ),
        ),
        (
            (
                "union Station = Ac | Dc type Ac { id: ID!, city: String }"
                " type Dc { id: String, city: String }"
            ),
            "{ ... on Ac { id city } ... on Dc { city } }",
        ),
    ],
)
def test_interfaces_and_unions(kinds: str, selection: str) -> None:
    """What only some types have goes into fragments; one name is of one type."""
    schema, operations = operations_of(RELAY + kinds + " type E { id: ID }")
    document = operations.stations(CIRCLE, FIRST)
    assert document is not None
    assert selection in document
    assert_valid(schema, [document])


def test_connectors_of_evses() -> None:
    """OCPI's two levels are looked at, and a page without pages is a list."""
    found = station_fields(
        "type S { id: ID, evses: [E!]! }"
        " type E { uid: ID, evse_id: String, status: String, connectors: [C] }"
        " type C { id: ID, standard: String, max_electric_power: Int }"
    )
    assert found == (
        "{ id connectors: evses { evseId: evse_id id: uid status"
        " connectors { id plugType: standard maxPowerW: max_electric_power } } }"
    )


# ---- arguments


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("type Query { other: Int }", "no list of stations"),
        ("type Query { stationsPaged: [S] } type S { id: ID }", "none of that name"),
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
                "type Query { cpsPaged(near: Near): [S] } type S { id: ID }"
                " input Near { lat: Float, lng: Float, tenant: String! }"
            ),
            "nor inside of what is given",
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
        (
            "type Query { cpsPaged(lat: Int, lng: Int): [S] } type S { id: ID }",
            "whole degrees",
        ),
    ],
)
def test_stations_that_cannot_be_asked_for(text: str, reason: str) -> None:
    """Where something is lacking no document is made, and the rest goes on."""
    schema, operations = operations_of(text)
    assert operations.stations(CIRCLE, FIRST) is None, reason
    assert not operations.choices
    assert_valid(schema, every_document(operations))


def test_a_middle_beside_corners() -> None:
    """The uppermost place is meant, and a demand deeper down is none."""
    schema, operations = operations_of(
        "type Query { cpsPaged(where: Where, near: Near): [S] } type S { id: ID }"
        " input Where { northEast: Corner, not: Where, search: String }"
        " input Corner { lat: Float!, lng: Float! } input Near { lat: Float, lng: Float }"
    )
    page = operations.stations(Listed(around=CIRCLE, text="x"), FIRST)
    assert page is not None
    assert '(near: {lat: 48.2, lng: -16.4}, where: {search: "x"})' in page
    assert_valid(schema, [page])
    assert operations.choices == {Around, Listed}


@pytest.mark.parametrize(
    ("argument", "written", "told"),
    [
        ("radius_km: Int", "radius_km: 5", True),
        ("radiusInKm: Float", "radiusInKm: 4.9995", True),
        ("radiusM: Float", "radiusM: 4999.5", True),
        # 2.6: descriptions are read, of the argument, its object or the list.
        ('"In metres." radius: Float', "radius: 4999.5", True),
        ('"Kilometers" radius: Int', "radius: 5", True),
        ("radius: Int", "radius: 5000", False),
        # Too much is better than nothing: our own distance decides.
        ("radius: Float", "radius: 4999.5", False),
        ('"m, or km" radius: Float', "radius: 4999.5", False),
        ("maxDistance: Float", "lng: -16.4)", True),
    ],
)
def test_units_of_a_radius(argument: str, written: str, told: bool) -> None:
    """A name or a description tells the unit; without one that is noted."""
    schema, operations = operations_of(
        f"type Query {{ cpsPaged(lat: Float, lng: Float, {argument}): [S] }}"
        " type S { id: ID }"
    )
    page = operations.stations(CIRCLE, FIRST)
    assert page is not None
    assert written in page
    assert_valid(schema, [page])
    assert bool(operations.recognition.notes) is not told


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (
            "status: Status",
            [Word("started"), Word("roaming_start"), Word("waiting_for_transaction")],
        ),
        (
            "filter: Filter",
            [[Word("started"), Word("roaming_start"), Word("waiting_for_transaction")]],
        ),
        ("status: String", []),
        ("status: Other", []),
    ],
)
def test_sessions_that_run(arguments: str, asked: list[object]) -> None:
    """2.9: they are asked for in the same request, where the list can tell them apart."""
    schema, operations = operations_of(
        f"type Query {{ chargelogsPaged(limit: Int, {arguments}): [Log] }}"
        " type Log { id: ID, status: String } input Filter { statuses: [Status!] }"
        " enum Status { stopped waiting_for_transaction started roaming_start }"
        " enum Other { good bad }"
    )
    page = operations.page(CHARGELOGS, FIRST, running=True)
    assert page is not None
    assert_valid(schema, [page])
    assert page.count("chargelogsPaged(") == 1 + len(asked)
    assert ("started" in page) is bool(asked)
    assert operations.page(CHARGELOGS, FIRST) == (
        "query { chargelogsPaged(limit: 1) { id status } }"
    )


def test_answers_that_are_not_objects() -> None:
    """An unknown object's answer has its name; a scalar's is none that we know."""
    schema, operations = operations_of("type Query { x: Int }")
    authorization: Values = {"identifier": "t", "type": Word("AUTO")}
    values: Values = {"authorization": authorization, "connector": "c"}
    start = operations.document(START, values)
    assert start is not None
    assert start.endswith("{ __typename } }")
    assert_valid(schema, [start])
    _, operations = operations_of("type Query { x: Int }", "scalar Started")
    assert START not in operations
