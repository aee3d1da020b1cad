"""Tests of what a field must be, beside its name, to be what we want."""

from custom_components.ev_charging_cloud.clients.beenergised_driver.arguments import (
    Page,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.queries import (
    CHARGELOG,
    DOCUMENTS,
)

from .client import MORE, operations_of, selected

# What is asked for of a connector with such a field, beside its id.
OF_CONNECTORS = {
    '"Per kWh." price: Float': "perKwh: price",
    '"Per minute." price: Float': "perMinute: price",
    '"Per session." price: Float': "",
    '"For each kWh." energyPrice: Float': "perKwh: energyPrice",
    '"For each minute." timePrice: Float': "perMinute: timePrice",
    '"For each session." sessionFee: Float': "perSession: sessionFee",
    '"For each minute." energyPrice: Float': "",
    '"In minor units" perKwh: Float': "",
    '"Minority" perKwh: Float': "perKwh",
    '"Eurocents" perKwh: Float': "",
    '"¢" perKwh: Float': "",
    "perKwh: String": "perKwh",
    "perKwh: Boolean": "",
    "perKwh: ID": "",
    "perKwh: Link": "",
    "perKwh: [Float]": "",
    "perKwh: Degrees": "perKwh",
    "perKwh: Int": "",
    "price: Price": "price { currency }",
    "price: [Price]": "",
    '"Watts" maxPower: Float': "maxPowerW: maxPower",
    '"Kilowatts" maxPower: Float': "maxPowerKw: maxPower",
    '"1 kilowatt" power: Float': "maxPowerKw: power",
    '"watt-hours" power: Float': "",
    '"kilowatt hours" power: Float': "",
    "maxPowerKw: Boolean": "",
    "maxPowerKw: ID": "",
    "maxPowerKw: [Float]": "",
    "available: [Boolean]": "",
    "available: String": "",
    "status: Boolean": "",
    "status: [String]": "",
    "status: Price": "",
    "status: Int": "status",
    "plug: Boolean": "",
    "connectors: Price": "",
    "label(at: Int!): String": "",
    "label(at: Int! = 1): String": "label",
}
# And of a station.
OF_STATIONS = {
    "latitude: Boolean": "",
    "latitude: ID": "",
    "latitude: [Float]": "",
    "latitude: Country": "",
    "coordinates: Float": "",
    "coordinates: [Boolean]": "",
    "coordinates: [Country]": "",
    "coordinates: [P]": "",
    "position: [P]": "",
    "position: P": "",
    "position: GeoPoint": "position",
    "position: Point": "position",
    "position: String": "",
    "position: Degrees": "",
    "address: GeoHash": "address",
    "isFavourite: [Boolean]": "",
    "isFavourite: Int": "",
    "state: OnOff": "status: state",
    "state: Country": "",
    "operator: Boolean": "",
    "operator: [P]": "",
    "operatorDetails: P": "",
    "operatorDetails: N": "operatorDetails { name }",
    "connectors: [String]": "",
    "connectors: [P]": "",
    "evses: P": "",
}
TYPES = """
    type P { nothing: Int }
    type N { name: String }
    type Price { currency: String }
    scalar GeoPoint
    scalar Point
    scalar GeoHash
    enum OnOff { offline ONLINE }
"""
UNITS = {
    "kWh": "Kwh",
    "kilowatt hours": "Kwh",
    "kilowatthours": "Kwh",
    "Wh": "Wh",
    "Watt-hours": "Wh",
    "watt hour": "Wh",
    "MWh": "",
    "Wh, in kWh": "",
    "": "",
}


def test_fields_of_a_connector() -> None:
    """Of the right type, with its unit told, and with no argument that is demanded."""
    for field, asked in OF_CONNECTORS.items():
        plug = f"type C {{ id: ID {field} }}"
        found = selected(["id: ID", "connectors: [C]"], MORE + TYPES + plug)
        more = f" {asked}" if asked else ""
        assert found == f"{{ id connectors {{ id{more} }} }}", field


def test_fields_of_a_station() -> None:
    """The same of a station; an object with nothing inside that is known is none."""
    for field, asked in OF_STATIONS.items():
        found = selected(["id: ID", field], MORE + TYPES)
        more = f" {asked}" if asked else ""
        assert found == f"{{ id{more} }}", field


def test_units_of_energy() -> None:
    """A description tells the unit of what is documented without one."""
    query = "type Query { chargelog(id: ID): Log }"
    for said, unit in UNITS.items():
        for name in ("meterStart", "meterEnd", "energyConsumption"):
            alias = f"{name}{unit}: {name}" if unit else name
            for kind in (
                f'type Log {{ id: ID "{said}" {name}: Float }}',
                f'"{said}" type Log {{ id: ID {name}: Float }}',
            ):
                _, known = operations_of(query + kind)
                asked = f"query {{ chargelog {{ id {alias} }} }}"
                assert known.document(CHARGELOG, {}) == asked


def asked_of_documents(fields: str) -> str:
    """Return what is asked for of documents that have these fields beside an id."""
    _, known = operations_of(
        "type Query { accountDocumentsPaged(limit: Int): [D] }"
        f" type D {{ id: ID {fields} }}"
    )
    document = known.page(DOCUMENTS, Page(limit=5))
    assert document is not None
    begin = "query { accountDocumentsPaged(limit: 5) { id "
    assert document.startswith(begin)
    return document.removeprefix(begin).removesuffix(" } }")


def test_fields_of_a_document() -> None:
    """What the reference does not name is asked for where it is there; the best of it."""
    names = {
        "number: String": "number",
        "documentNumber: String": "number: documentNumber",
        "invoiceNumber: String": "number: invoiceNumber",
        "amount: Float": "amount",
        "grossAmount: Float": "amount: grossAmount",
        "totalAmount: Float": "amount: totalAmount",
        "currency: String": "currency",
        "currencyCode: String": "currency: currencyCode",
    }
    assert {it: asked_of_documents(it) for it in names} == names
    assert (
        asked_of_documents(
            "number: Int invoiceNumber: Int documentNumber: Int amount: Float"
            " totalAmount: Float grossAmount: Float currency: String currencyCode: String"
        )
        == "number: documentNumber amount: grossAmount currency: currencyCode"
    )


def test_ids() -> None:
    """A uuid is what commands take; a number beside it is the operator's own count."""
    for fields, asked in (
        ("id: Int uuid: ID", "id: uuid"),
        ("uuid: ID", "id: uuid"),
        ("id: ID", "id"),
        ("uid: ID id: ID", "id"),
    ):
        _, known = operations_of(
            f"type Query {{ chargelog(id: ID): Log }} type Log {{ plug: Int {fields} }}"
        )
        assert known.document(CHARGELOG, {}) == f"query {{ chargelog {{ {asked} }} }}"
