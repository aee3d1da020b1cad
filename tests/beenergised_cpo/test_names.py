"""Tests of every name that is recognised: what each becomes, and what is said of it."""

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
)
from custom_components.ev_charging_cloud.clients.client import Capability
from custom_components.ev_charging_cloud.clients.model import (
    Connector,
    Location,
    Station,
    StationDetails,
)
from custom_components.ev_charging_cloud.clients.snapshot import SlowState

from .tenant import FakeTenant, Json, item, look

STATIONS, CONNECTORS = "/charging_stations/", "/connectors/"
LOCATIONS = "/locations/"
MOMENT = datetime(2025, 3, 27, 7, 36, tzinfo=UTC)
SEEN = "2025-03-27T07:36:00.000Z"
SAMPLE, CREATE = "documented", "documented for writing"
LIKENESS = "recognised"

type Row = tuple[str, Json, dict[str, Any], str]


def _powers(field: str, *stems: str) -> list[Row]:
    """Return each spelling of a power: without a unit it is in W."""
    return [
        (f"{stem}{unit}", told, {field: 7400.0}, LIKENESS)
        for stem in stems
        for unit, told in (("", 7400), ("W", 7400.0), ("Kw", 7.4))
    ]


POWERS = [
    *_powers("power", "power", "currentPower", "activePower"),
    *_powers("max_power", "maxPower", "maxElectricPower", "ratedPower"),
]
# A name, a value, what it becomes, and on which ground.
STATION_ROWS: list[Row] = [
    ("label", "Depot West", {"name": "Depot West"}, SAMPLE),
    ("chargeBoxIdentity", "B", {"ocpp_identity": "B", "name": "B"}, SAMPLE),
    ("iccid", "894", {"iccid": "894"}, SAMPLE),
    ("imsi", "232", {"imsi": "232"}, SAMPLE),
    ("serialnumber", "SN2", {"serial_number": "SN2"}, SAMPLE),
    ("firmwareVersion", "1.2", {"details": StationDetails(firmware="1.2")}, SAMPLE),
    ("modelId", 42, {"model_id": "42"}, CREATE),
    ("publicDisplayName", "P", {"public_name": "P", "name": "P"}, CREATE),
    ("timeZone", "Europe/Vienna", {"time_zone": "Europe/Vienna"}, CREATE),
    ("companyUuid", "b0a4", {"company": "b0a4"}, CREATE),
    ("technicianUserId", 17, {"technician": "17"}, CREATE),
    ("address", "Street 1", {"address": "Street 1"}, CREATE),
    (
        "geolocation",
        {"latitude": 48.2, "longitude": 16.4},
        {"latitude": 48.2, "longitude": 16.4},
        CREATE,
    ),
    *(
        (name, "M 22", {"model": "M 22"}, LIKENESS)
        for name in ("modelName", "chargePointModel", "model")
    ),
    *(
        (name, "Maker", {"manufacturer": "Maker"}, LIKENESS)
        for name in ("vendorName", "chargePointVendor", "manufacturer", "vendor")
    ),
    *(
        (name, "l7", {"location_id": "l7"}, LIKENESS)
        for name in ("locationUuid", "locationId", "location")
    ),
    *(
        (name, False, {"online": False}, LIKENESS)
        for name in ("isOnline", "online", "connected")
    ),
    *(
        (name, "Offline", {"online": False}, LIKENESS)
        for name in (
            "connectionStatus",
            "connectivityStatus",
            "communicationStatus",
            "onlineStatus",
        )
    ),
    *(
        (name, "Faulted", {"status": "faulted"}, LIKENESS)
        for name in ("status", "state", "operationalStatus")
    ),
    *(
        (name, SEEN, {"reported_at": MOMENT}, LIKENESS)
        for name in ("lastContact", "lastCommunication", "lastHeartbeat", "lastSeen")
    ),
    *POWERS,
]
CONNECTOR_ROWS: list[Row] = [
    *(
        (name, "s1", {}, LIKENESS)
        for name in (
            "cpId",
            "cpUuid",
            "chargingStationUuid",
            "chargingStationId",
            "chargingStation",
            "stationUuid",
            "stationId",
            "chargePointUuid",
            "chargePointId",
        )
    ),
    ("label", "Left", {"name": "Left"}, LIKENESS),
    ("name", "Right", {"name": "Right"}, LIKENESS),
    *(
        (name, 2, {"name": "2"}, LIKENESS)
        for name in ("connectorId", "connectorNumber", "ocppConnectorId")
    ),
    ("evseId", "AT*HTB*E1", {"evse_id": "AT*HTB*E1"}, LIKENESS),
    *(
        (name, "Charging", {"status": "charging", "plugged_in": True}, LIKENESS)
        for name in ("status", "state", "connectorStatus")
    ),
    *(
        (name, "CCS", {"type": "ccs"}, LIKENESS)
        for name in ("plugType", "connectorType", "standard")
    ),
    *POWERS,
]


def _related(of: dict[str, Json], kind: str, *ids: object) -> dict[str, Json]:
    """Return an item with relationships to others, as jsonapi.org has them."""
    to = [{"type": kind, "id": id_} for id_ in ids]
    return {**of, "relationships": {"others": {"data": to}}}


def _ground(rows: list[Row]) -> dict[str, str]:
    return {name: ground for name, _, _, ground in rows}


async def test_each_name_of_a_station(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """Each makes one field of a station and no other, and is said to be known."""
    tenant.lists[STATIONS] = [
        item(f"{number}-2f64", **{name: value})
        for number, (name, value, *_) in enumerate(STATION_ROWS)
    ]
    live = await client.async_get_live()
    assert live.stations == tuple(
        replace(Station(id=f"{number}-2f64", name=str(number)), **becomes)
        for number, (_, _, becomes, _) in enumerate(STATION_ROWS)
    )
    assert client.report.attributes["station"] == _ground(STATION_ROWS)
    assert client.report.attributes["station position"] == {
        "latitude": LIKENESS,
        "longitude": LIKENESS,
    }
    assert (client.report.odd_values, client.report.unknown_values) == ({}, {})


async def test_each_name_of_a_connector(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """The same holds for connectors; one that no attribute places is its station's by relationship."""
    tenant.lists[CONNECTORS] = [
        _related(item(number, **{name: value}), "cp", *(["s1"] if becomes else []))
        for number, (name, value, becomes, _) in enumerate(CONNECTOR_ROWS)
    ]
    live = await look(client)
    assert live.connectors == tuple(
        replace(Connector(station_id="s1", id=str(number)), **becomes)
        for number, (_, _, becomes, _) in enumerate(CONNECTOR_ROWS)
    )
    assert client.report.attributes["connector"] == _ground(CONNECTOR_ROWS)
    assert not any("/cp/" in path for path in tenant.asked)


@pytest.mark.parametrize("kind", ["charging_stations", "chargingStation", "CPs", "cp"])
async def test_station_by_relationship(
    tenant: FakeTenant, client: BeenergisedCpoClient, kind: str
) -> None:
    """A connector is the first station's that its relationships name, of whatever kind that is called."""
    told = _related(item("c1"), kind, "s2", "s1")
    told["relationships"] = {
        "odd": 7,
        "none": {"data": None},
        "place": {"data": {"type": "locations", "id": "s1"}},
        **told["relationships"],
    }
    tenant.lists[CONNECTORS] = [
        told,
        _related(item("c2"), "cards", "s1"),
        _related(item("c3", cpId="s1"), kind, "s2"),
    ]
    tenant.lists["/cp/s1/connectors/"] = tenant.lists["/cp/s2/connectors/"] = []
    live = await look(client)
    assert live.connectors == (
        Connector(station_id="s2", id="c1"),
        Connector(station_id="s1", id="c3"),
    )


@pytest.mark.parametrize("kind", ["locations", "location", "LOCATION"])
async def test_location_by_relationship(
    tenant: FakeTenant, client: BeenergisedCpoClient, kind: str
) -> None:
    """A station is at the location that it is related to, unless an attribute names one."""
    tenant.lists[STATIONS] = [
        _related(item("s1"), kind, 5),
        _related(item("s2", locationId="l2"), kind, "l1"),
        _related(item("s3"), "companies", "l1"),
    ]
    live = await client.async_get_live()
    assert live.stations == (
        Station(id="s1", name="s1", location_id="5"),
        Station(id="s2", name="s2", location_id="l2"),
        Station(id="s3", name="s3"),
    )


LOCATION_CASES: list[tuple[dict[str, Json], Location, str | None]] = [
    (item("l1", label="A", name="B"), Location(id="l1", name="A"), None),
    (item("l1", publicDisplayName="C", name="B"), Location(id="l1", name="B"), None),
    (item("l1", publicDisplayName="C"), Location(id="l1", name="C"), None),
    (
        item(7, latitude=48.2, longitude="16.4"),
        Location(id="7", latitude=48.2, longitude=16.4),
        None,
    ),
    (
        item("l1", lat=48.2, lng=16.4, lon=1),
        Location(id="l1", latitude=48.2, longitude=16.4),
        None,
    ),
    (
        item("l1", lat=1, lon=2, geolocation={"lat": 48.2, "lon": 16.4}),
        Location(id="l1", latitude=48.2, longitude=16.4),
        None,
    ),
    (
        item("l1", coordinates={"latitude": -90, "longitude": 180}),
        Location(id="l1", latitude=-90, longitude=180),
        None,
    ),
    (
        item("l1", coordinates={"latitude": -90.1, "longitude": 180.1}),
        Location(id="l1"),
        None,
    ),
    (item("l1", chargingStations=["s2"]), Location(id="l1"), "s2"),
    (item("l1", stations=[{"id": "s2"}]), Location(id="l1"), "s2"),
    (item("l1", cps="s2"), Location(id="l1"), "s2"),
    (item("l1", cps=[], stations=["s2"]), Location(id="l1"), "s2"),
    (_related(item("l1"), "charging_station", "s2"), Location(id="l1"), "s2"),
    (_related(item("l1"), "connectors", "s2"), Location(id="l1"), None),
]


@pytest.mark.parametrize(("raw", "location", "station_id"), LOCATION_CASES)
async def test_location(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    raw: dict[str, Json],
    location: Location,
    station_id: str | None,
) -> None:
    """Each name of a location, and which station it says is its own."""
    tenant.lists[LOCATIONS] = [raw]
    assert await client.async_get_slow() == SlowState(locations={location.id: location})
    live = await client.async_get_live()
    assert live.locations == {location.id: location}
    assert {station.id: station.location_id for station in live.stations} == {
        "s1": None,
        "s2": location.id if station_id else None,
    }
    has_locations = Capability.LOCATIONS in client.capabilities
    assert has_locations is (station_id is not None)


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        ({"street": "Street"}, "Street"),
        ({"address": "Street"}, "Street"),
        ({"street1": "Street"}, "Street"),
        ({"street1": "C", "address": "B", "street": "A"}, "A"),
        ({"houseNumber": "1b"}, "1b"),
        ({"zip": 1010}, "1010"),
        ({"postalCode": "1010"}, "1010"),
        ({"zipCode": "1010"}, "1010"),
        ({"zipCode": "3", "postalCode": "2", "zip": "1"}, "1"),
        ({"city": "Vienna"}, "Vienna"),
        ({"country": "Austria"}, "Austria"),
        ({"countryCode": "AT"}, "AT"),
        ({"countryCode": "AT", "country": "Austria"}, "Austria"),
        (
            {
                "country": "AT",
                "city": "Vienna",
                "zip": "1010",
                "houseNumber": 1,
                "street": "Ring",
            },
            "Ring 1, 1010 Vienna, AT",
        ),
        ({"street": " ", "city": " Vienna "}, "Vienna"),
    ],
)
async def test_address_in_parts(
    tenant: FakeTenant, client: BeenergisedCpoClient, parts: Json, line: str
) -> None:
    """An address is one line, as it stands on a letter."""
    tenant.lists[STATIONS] = [item("s1", address=parts)]
    live = await client.async_get_live()
    assert live.stations == (Station(id="s1", name="s1", address=line),)
    assert client.report.attributes["station address"] == dict.fromkeys(parts, LIKENESS)
