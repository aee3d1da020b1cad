"""Tests of stations at the limits: places, addresses, connectors, prices and words."""

import msgspec
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver import wire
from custom_components.ev_charging_cloud.clients.beenergised_driver.mapping import (
    Read,
    StationMapping,
    distance_between,
    money,
    with_session,
)
from custom_components.ev_charging_cloud.clients.enums import (
    ConnectorStatus,
    ConnectorType,
    SessionStatus,
    StationStatus,
)
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Connector,
    Money,
    Station,
)
from custom_components.ev_charging_cloud.clients.reading.report import ReadingReport
from custom_components.ev_charging_cloud.clients.search import Around

HERE = Around(latitude=60.0, longitude=25.0, radius=5000)


@pytest.fixture
def report() -> ReadingReport:
    """Return an empty report."""
    return ReadingReport("be.ENERGISED")


def read(report: ReadingReport, /, **fields: object) -> Read:
    """Return a station with some fields."""
    found = wire.STATION.read(msgspec.json.encode({"id": "s", **fields}))
    return StationMapping(report, HERE).read(found)


def test_a_whole_station(report: ReadingReport) -> None:
    """Every field that a station can have, each where it belongs."""
    found = read(
        report,
        displayName="Town hall",
        label="TH-1",
        status="out_of_order",
        position={"latitude": 60.01, "longitude": 25.02},
        street="Main",
        houseNumber="4a",
        postalCode="1010",
        city="Town",
        country="AT",
        operator="Alpha",
        operatorDetails={"name": "Beta"},
        isRoaming=True,
        isFavourite=False,
        connectors=[{}],
        connection={"edges": [None, {"node": None}, {"node": {"id": "b"}}]},
    )
    assert found.station == Station(
        id="s",
        name="Town hall",
        status=StationStatus.FAULTED,
        latitude=60.01,
        longitude=25.02,
        address="Main 4a, 1010 Town, AT",
        distance=1572,
        operator="Alpha",
        is_roaming=True,
        is_favourite=False,
    )
    assert found.connectors == (
        Connector(station_id="s", id="1", has_own_id=False),
        Connector(station_id="s", id="b"),
    )
    assert not report.unknown_values


def test_a_whole_connector(report: ReadingReport) -> None:
    """Every field that a connector can have; what an EVSE has where it has none itself."""
    outer = {
        "id": "e",
        "evseId": "AT*1",
        "label": "EVSE",
        "status": "AVAILABLE",
        "available": False,
        "plugType": "CCS",
        "maxPowerW": 11_000,
        "perKwh": 0.5,
        "perMinute": 0.05,
        "perSession": 2,
        "currency": "CHF",
        "priceText": "dear",
        "price": None,
    }
    inner = {
        "id": "c",
        "evseId": "AT*1*1",
        "label": "Left",
        "status": "CHARGING",
        "available": True,
        "plugType": "TYPE_2",
        "maxPowerKw": 22,
        "maxPowerW": 3,
        "price": {"perKwh": 0.4, "perMinute": 0.1, "perSession": 1, "currency": "EUR"},
        "priceText": "cheap",
    }
    whole = Connector(
        station_id="s",
        id="c",
        name="Left",
        type=ConnectorType.TYPE_2,
        status=ConnectorStatus.CHARGING,
        online=True,
        plugged_in=True,
        max_power=22_000,
        evse_id="AT*1*1",
        price=Money(40, "EUR"),
        price_per_minute=Money(10, "EUR"),
        price_per_session=Money(100, "EUR"),
        price_text="cheap",
    )
    evse = Connector(
        station_id="s",
        id="e",
        name="EVSE",
        type=ConnectorType.CCS,
        status=ConnectorStatus.AVAILABLE,
        online=True,
        plugged_in=False,
        max_power=11_000,
        evse_id="AT*1",
        price=Money(50, "CHF"),
        price_per_minute=Money(5, "CHF"),
        price_per_session=Money(200, "CHF"),
        price_text="dear",
    )
    nested = [outer | {"connectors": [inner, None, {}]}, inner | {"connectors": []}]
    found = read(report, status="online", connectors=nested)
    assert found.connectors == (whole, evse, whole)
    assert read(report, status="online", connectors=[outer]).connectors == (evse,)


@pytest.mark.parametrize(
    ("coordinates", "place"),
    [
        ([180, 90], (90, 180)),
        ([-180, -90], (-90, -180)),
        ([180.1, 60], (None, None)),
        ([-180.1, 60], (None, None)),
        ([25, 90.1], (None, None)),
        ([25, -90.1], (None, None)),
        ([25, 60], (60, 25)),
        ([25, 60, 120], (60, 25)),
        ([25], (None, None)),
        ([], (None, None)),
    ],
)
def test_places_of_geojson(
    report: ReadingReport,
    coordinates: list[float],
    place: tuple[float | None, float | None],
) -> None:
    """Longitude first, in the bounds of both."""
    station = read(report, position={"coordinates": coordinates}).station
    assert (station.latitude, station.longitude) == place


@pytest.mark.parametrize(
    ("fields", "place", "address"),
    [
        # The station's own parts before those of its location, and objects before it.
        (
            {
                "address": {"latitude": 1, "longitude": 2, "city": "A"},
                "position": {"latitude": 3, "longitude": 4, "city": "B"},
                "latitude": 5,
                "longitude": 6,
                "city": "C",
                "location": {"latitude": 7, "longitude": 8, "city": "D"},
            },
            (1, 2),
            "A",
        ),
        (
            {
                "address": {"latitude": 1},
                "position": {"latitude": 3, "longitude": 4},
                "latitude": 5,
                "longitude": 6,
                "city": "C",
            },
            (3, 4),
            "C",
        ),
        (
            {
                "longitude": 6,
                "location": {
                    "address": {"street": "Main"},
                    "position": {"coordinates": [4, 3]},
                    "city": "D",
                },
            },
            (3, 4),
            "Main",
        ),
        ({"location": {"latitude": 7, "longitude": 8, "city": "D"}}, (7, 8), "D"),
        ({"latitude": 0, "longitude": 0, "country": "GH"}, (0, 0), "GH"),
        ({"latitude": 7, "houseNumber": "4"}, (None, None), "4"),
        ({"postalCode": " ", "street": ""}, (None, None), None),
    ],
)
def test_where_it_stands(
    report: ReadingReport,
    fields: dict[str, object],
    place: tuple[float | None, float | None],
    address: str | None,
) -> None:
    """The best of what is told of a place, and of an address, each by itself."""
    station = read(report, **fields).station
    assert (station.latitude, station.longitude) == place
    assert station.address == address


def test_distances(report: ReadingReport) -> None:
    """In whole metres from where the account looks, on a sphere of 6371 km."""
    for place, distance in (
        ((60.0, 25.0), 0),
        ((60.01, 25.0), 1112),
        ((59.99, 25.0), 1112),
        ((60.0, 25.01), 556),
        ((60.0, 24.99), 556),
        ((61.0, 26.0), 123_942),
        ((-60.0, -155.0), 20_015_087),
    ):
        latitude, longitude = place
        found = read(report, latitude=latitude, longitude=longitude).station
        assert found.distance == distance
    raw = wire.STATION.read(b'{"id": "s", "latitude": 60, "longitude": 25}')
    assert StationMapping(report, None).read(raw).station.distance is None
    assert distance_between(48.2, 16.4, 52.5, 13.4) == pytest.approx(523_264, abs=1)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"displayName": "A", "label": "B"}, "A"),
        ({"displayName": " ", "label": "B"}, "B"),
        ({"label": " B "}, "B"),
        ({"displayName": ""}, None),
    ],
)
def test_names(
    report: ReadingReport, fields: dict[str, object], name: str | None
) -> None:
    """What drivers see before what the operator calls it."""
    assert read(report, **fields).station.name == name


@pytest.mark.parametrize(
    ("fields", "operator"),
    [
        ({"operator": "Alpha", "operatorDetails": {"name": "Beta"}}, "Alpha"),
        ({"operator": " ", "operatorDetails": {"name": "Beta"}}, "Beta"),
        ({"operatorDetails": {"name": None}}, None),
        ({}, None),
    ],
)
def test_operators(
    report: ReadingReport, fields: dict[str, object], operator: str | None
) -> None:
    """By whatever a station says of who runs it."""
    assert read(report, **fields).station.operator == operator


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (1.25, "EUR", Money(125, "EUR")),
        (1.25, " eur ", Money(125, "EUR")),
        (1, "€", Money(100, "EUR")),
        (1, " £", Money(100, "GBP")),
        (1, "Fr.", Money(100, "CHF")),
        (0, "EUR", Money(0, "EUR")),
        (-1, "EUR", Money(-100, "EUR")),
        (40, "JPY", Money(40, "JPY")),
        (1, "EURO", None),
        (1, "EU", None),
        (1, "E1R", None),
        (1, "ÄÖÜ", None),
        (1, "", None),
        (1, None, None),
        (None, "EUR", None),
    ],
)
def test_money(
    amount: float | None, currency: str | None, expected: Money | None
) -> None:
    """Three letters or a sign that is known; no amount without a currency."""
    assert money(amount, currency) == expected


@pytest.mark.parametrize(
    ("word", "status", "online"),
    [
        ("charging", None, None),
        ("occupied", None, None),
        ("reserved", None, None),
        ("online", None, True),
        ("connected", None, True),
        ("pending", None, None),
        ("inService", StationStatus.OPERATIVE, None),
        ("defective", StationStatus.FAULTED, None),
    ],
)
def test_words_of_a_station(
    report: ReadingReport, word: str, status: StationStatus | None, online: bool | None
) -> None:
    """A connector's word says nothing of its station, and is known all the same."""
    found = read(report, status=word).station
    assert (found.status, found.online) == (status, online)
    assert not report.unknown_values
    read(report, status="Dancing")
    assert dict(report.unknown_values) == {("station status", "Dancing"): 1}


@pytest.mark.parametrize(
    ("word", "status", "plugged_in"),
    [
        ("blocked", ConnectorStatus.PREPARING, True),
        ("available", ConnectorStatus.AVAILABLE, False),
        ("reserved", ConnectorStatus.RESERVED, None),
        ("finishing", ConnectorStatus.FINISHING, True),
    ],
)
def test_words_of_a_connector(
    report: ReadingReport, word: str, status: ConnectorStatus, plugged_in: bool | None
) -> None:
    """A car that blocks may be the driver's own; a word tells whether one is there."""
    (found,) = read(report, connectors=[{"id": "c", "status": word}]).connectors
    assert (found.status, found.plugged_in) == (status, plugged_in)


def test_the_own_session() -> None:
    """Every status of a connector with each of the driver's own sessions on it."""
    kept = {
        *(ConnectorStatus.FAULTED, ConnectorStatus.SUSPENDED_EV),
        *(ConnectorStatus.SUSPENDED_EVSE, ConnectorStatus.FINISHING),
    }
    car = {ConnectorStatus.CHARGING, ConnectorStatus.PREPARING}
    for status in (None, *ConnectorStatus):
        connector = Connector(station_id="s", id="c", status=status, plugged_in=None)
        assert with_session(connector, None) is connector
        for own, expected in (
            (SessionStatus.ACTIVE, ConnectorStatus.CHARGING),
            (SessionStatus.PENDING, ConnectorStatus.PREPARING),
            (SessionStatus.COMPLETED, status),
        ):
            session = ChargingSession(id="1", status=own)
            found = with_session(connector, session)
            assert found.session is session
            assert found.status is (status if status in kept else expected)
            if found.status in car:
                assert found.plugged_in is True
            elif found.status is ConnectorStatus.AVAILABLE:
                assert found.plugged_in is False
