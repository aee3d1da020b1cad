"""Tests of how be.ENERGISED's stations and sessions become ours."""

from datetime import UTC, datetime

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
from custom_components.ev_charging_cloud.clients.beenergised_driver.sessions import (
    SessionMapping,
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
)
from custom_components.ev_charging_cloud.clients.reading.report import ReadingReport
from custom_components.ev_charging_cloud.clients.search import Around

HERE = Around(latitude=60.0, longitude=25.0, radius=5000)


@pytest.fixture
def report() -> ReadingReport:
    """Return an empty report."""
    return ReadingReport("be.ENERGISED")


def read(report: ReadingReport, **fields: object) -> Read:
    """Return a station with some fields."""
    found = wire.STATION.read(msgspec.json.encode({"id": "s", **fields}))
    return StationMapping(report, HERE).read(found)


def connector(report: ReadingReport, **fields: object) -> Connector:
    """Return a connector with some fields."""
    return read(report, connectors=[{"id": "c", **fields}]).connectors[0]


def sessions(
    mapping: SessionMapping, *logs: dict[str, object]
) -> tuple[ChargingSession, ...]:
    """Return charge logs as sessions."""
    found = [
        wire.CHARGELOG.read(msgspec.json.encode({"id": str(index), **log}))
        for index, log in enumerate(logs)
    ]
    return mapping.read(found, {"c": "s"})


# ---- stations


def test_a_bare_station(report: ReadingReport) -> None:
    """A station of which nothing but the id is known has nothing but the id."""
    found = read(report)
    assert found.station.id == "s"
    assert found.connectors == ()
    assert found.station.distance is None
    assert read(report, id=7).station.id == "7"


@pytest.mark.parametrize(
    "fields",
    [
        {"position": {"latitude": 60.01, "longitude": 25.0}},
        {"latitude": "60.01", "longitude": 25},
        {"location": {"position": {"latitude": 60.01, "longitude": 25}}},
        {"location": {"latitude": 60.01, "longitude": 25}, "distanceM": 3},
    ],
)
def test_where_a_station_is(report: ReadingReport, fields: dict[str, object]) -> None:
    """Wherever the position stands, the distance is worked out from it."""
    station = read(report, **fields).station
    assert (station.latitude, station.longitude) == (60.01, 25.0)
    assert station.distance == 1112


def test_a_distance_without_a_position(report: ReadingReport) -> None:
    """A distance with a unit in its name is taken, if there is no position."""
    assert read(report, distanceKm=1.5).station.distance == 1500
    assert read(report, distanceM=15).station.distance == 15


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        (
            {
                "address": {
                    "street": "Main Street",
                    "houseNumber": 4,
                    "postalCode": 1010,
                    "city": "Town",
                    "country": {"value": "AT"},
                }
            },
            "Main Street 4, 1010 Town, AT",
        ),
        ({"street": "Main Street", "city": "Town"}, "Main Street, Town"),
        ({"fullAddress": "Somewhere"}, "Somewhere"),
        ({"location": {"address": {"city": "Town"}}}, "Town"),
        ({"address": {}}, None),
    ],
)
def test_addresses(
    report: ReadingReport, fields: dict[str, object], address: str | None
) -> None:
    """An address is one line, of the parts there are."""
    assert read(report, **fields).station.address == address


@pytest.mark.parametrize(
    ("fields", "status", "online"),
    [
        ({"status": "online"}, None, True),
        ({"status": "NO_COMMUNICATION"}, None, False),
        ({"status": "pending"}, None, None),
        ({"status": "Offline"}, None, False),
        ({"status": "OutOfOrder"}, StationStatus.FAULTED, None),
        ({"status": {"value": "Inoperative"}}, StationStatus.UNAVAILABLE, None),
        ({"status": "OCCUPIED"}, None, None),
        ({"status": "available", "online": True}, StationStatus.OPERATIVE, True),
        ({"status": 7}, None, None),
        ({}, None, None),
    ],
)
def test_station_status(
    report: ReadingReport,
    fields: dict[str, object],
    status: StationStatus | None,
    online: bool | None,
) -> None:
    """A word is about the connection, or about the station."""
    station = read(report, **fields).station
    assert (station.status, station.online) == (status, online)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": "AVAILABLE"}, ConnectorStatus.AVAILABLE),
        ({"status": "SuspendedEVSE"}, ConnectorStatus.SUSPENDED_EVSE),
        ({"status": "out_of_order"}, ConnectorStatus.FAULTED),
        ({"status": "Occupied"}, ConnectorStatus.PREPARING),
        ({"status": "UNKNOWN"}, None),
        ({"status": "UNKNOWN", "available": True}, ConnectorStatus.AVAILABLE),
        ({"status": "CHARGING", "available": False}, ConnectorStatus.CHARGING),
        ({"available": True}, ConnectorStatus.AVAILABLE),
        ({"available": False}, ConnectorStatus.UNAVAILABLE),
        ({"availability": "inoperative"}, ConnectorStatus.UNAVAILABLE),
        ({"availability": "operative"}, None),
        ({"availability": {"value": "Free"}}, ConnectorStatus.AVAILABLE),
        ({}, None),
    ],
)
def test_connector_status(
    report: ReadingReport,
    fields: dict[str, object],
    status: ConnectorStatus | None,
) -> None:
    """Words of OCPP, OCPI and OICP, in any spelling; a word counts more than a flag."""
    assert connector(report, **fields).status is status
    assert not report.unknown_values


def test_unknown_words(report: ReadingReport) -> None:
    """A word that nobody knows is unknown, and counted as it came."""
    assert connector(report, status="Dancing", plugType="Round").status is None
    assert set(report.unknown_values) == {
        ("connector status", "Dancing"),
        ("plug type", "Round"),
    }


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("TYPE_2", ConnectorType.TYPE_2),
        ("IEC_62196_T2", ConnectorType.TYPE_2),
        ("Type 2 (Mennekes)", ConnectorType.TYPE_2),
        ("IEC_62196_T2_COMBO", ConnectorType.CCS),
        ("CHAdeMO", ConnectorType.CHADEMO),
        ("Schuko", ConnectorType.AC),
        ("Fixed AC cable", ConnectorType.AC),
        ("PANTOGRAPH_TOP_DOWN", ConnectorType.OPPCHARGE),
    ],
)
def test_plugs(report: ReadingReport, word: str, kind: ConnectorType) -> None:
    """Plugs by the names that standards and people give them."""
    assert connector(report, plugType=word).type is kind


@pytest.mark.parametrize(
    ("fields", "power"),
    [
        ({"maxPowerKw": 22.08}, 22_080),
        ({"maxPowerW": 22_080}, 22_080),
        ({"maxPower": 22_000}, 22_000),
        ({"maxPower": "11"}, 11_000),
        ({"maxPower": 3.7}, 3_700),
        ({}, None),
    ],
)
def test_power(
    report: ReadingReport, fields: dict[str, object], power: float | None
) -> None:
    """Power in W, whatever unit it came in."""
    assert connector(report, **fields).max_power == power


def test_prices(report: ReadingReport) -> None:
    """Prices in minor units, flat or in an object, with a currency or not at all."""
    found = connector(
        report,
        price={"perKwh": 0.49, "perMinute": 0.1, "perSession": 1, "currency": "eur"},
    )
    assert found.price == Money(49, "EUR")
    assert found.price_per_minute == Money(10, "EUR")
    assert found.price_per_session == Money(100, "EUR")
    assert connector(report, perKwh=40, currency={"value": "JPY"}).price == Money(
        40, "JPY"
    )
    assert connector(report, perKwh=0.4).price is None
    assert connector(report, priceText="0.40 EUR/kWh").price_text == "0.40 EUR/kWh"
    assert money("1.25", "KWD") == Money(1250, "KWD")
    assert money(1, "€") == Money(100, "EUR")
    assert money(1, "¤") is None


def test_connectors_of_evses(report: ReadingReport) -> None:
    """Connectors have what their EVSE has, and nothing of an EVSE that has none."""
    found = read(
        report,
        connectors=[
            {
                "id": "e",
                "evseId": "AT*1",
                "status": "AVAILABLE",
                "connectors": [{"id": "a", "plugType": "TYPE_2"}, {"plugType": "CCS"}],
            },
            None,
            {"evseId": "AT*2"},
            {},
        ],
    )
    assert [each.id for each in found.connectors] == ["a", "e", "AT*2", "4"]
    assert {each.evse_id for each in found.connectors[:2]} == {"AT*1"}
    assert found.connectors[1].status is ConnectorStatus.AVAILABLE


@pytest.mark.parametrize(
    ("status", "session", "expected"),
    [
        (ConnectorStatus.PREPARING, SessionStatus.ACTIVE, ConnectorStatus.CHARGING),
        (None, SessionStatus.ACTIVE, ConnectorStatus.CHARGING),
        (ConnectorStatus.UNAVAILABLE, SessionStatus.ACTIVE, ConnectorStatus.CHARGING),
        (ConnectorStatus.FAULTED, SessionStatus.ACTIVE, ConnectorStatus.FAULTED),
        (
            ConnectorStatus.SUSPENDED_EV,
            SessionStatus.ACTIVE,
            ConnectorStatus.SUSPENDED_EV,
        ),
        (ConnectorStatus.AVAILABLE, SessionStatus.PENDING, ConnectorStatus.PREPARING),
        (ConnectorStatus.AVAILABLE, SessionStatus.COMPLETED, ConnectorStatus.AVAILABLE),
        (None, None, None),
    ],
)
def test_the_own_session_tells_more(
    status: ConnectorStatus | None,
    session: SessionStatus | None,
    expected: ConnectorStatus | None,
) -> None:
    """That the driver charges there is certain, whatever word a station has for it."""
    found = with_session(
        Connector(station_id="s", id="c", status=status),
        ChargingSession(id="1", status=session),
    )
    assert found.status is expected
    assert found.session is not None


def test_distance() -> None:
    """Some 111 km to a degree, and half way around at most."""
    assert distance_between(0, 0, 1, 0) == pytest.approx(111_195, rel=1e-3)
    assert distance_between(0, 0, 0, 180) == pytest.approx(20_015_000, rel=1e-3)


# ---- sessions


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("started", SessionStatus.ACTIVE),
        ("roaming_start", SessionStatus.ACTIVE),
        ("waiting_for_transaction", SessionStatus.PENDING),
        ("ROAMING_WAITING_FOR_TRANSACTION", SessionStatus.PENDING),
        ("stopped", SessionStatus.COMPLETED),
        ("paused", None),
        (None, None),
    ],
)
def test_session_status(
    report: ReadingReport, word: str | None, status: SessionStatus | None
) -> None:
    """The five documented words, and what is new."""
    assert sessions(SessionMapping(report), {"status": word})[0].status is status
    assert bool(report.unknown_values) is (word == "paused")


def test_a_whole_session(report: ReadingReport) -> None:
    """The vendor's own example."""
    (found,) = sessions(
        SessionMapping(report),
        {
            "status": "started",
            "connector": {"id": "c", "label": "Left socket"},
            "dateStart": "2025-05-04T08:12:30Z",
            "dateEnd": None,
            "meterStart": 120500,
            "meterEnd": 127940,
            "energyConsumption": 7440,
            "cost": {
                "costItems": [{"netAmount": 2.46, "grossAmount": 2.95}],
                "total": 2.46,
                "currency": "EUR",
                "taxAmount": 0.49,
                "grossAmount": 2.95,
            },
            "rateName": "Standard rate",
        },
    )
    assert found == ChargingSession(
        id="0",
        status=SessionStatus.ACTIVE,
        station_id="s",
        connector_id="c",
        connector_name="Left socket",
        started_at=datetime(2025, 5, 4, 8, 12, 30, tzinfo=UTC),
        energy=7440,
        tariff="Standard rate",
        cost=Money(295, "EUR"),
        net_cost=Money(246, "EUR"),
        tax=Money(49, "EUR"),
    )


METER = {"meterStart": 1000, "meterEnd": 8440}


@pytest.mark.parametrize(
    ("logs", "energies", "unit"),
    [
        ([{**METER, "energyConsumption": 7440}], [7440], "Wh"),
        ([{**METER, "energyConsumption": 7.44}], [7440], "kWh"),
        ([{**METER, "energyConsumption": 7.0}], [7000], "kWh"),
        # Learnt from another session, whichever comes first.
        (
            [{"energyConsumption": 5}, {**METER, "energyConsumption": 7.44}],
            [5000, 7440],
            "kWh",
        ),
        # Nothing learnt yet: the meter, or nothing.
        ([{**METER}], [7440], None),
        ([{**METER, "energyConsumption": 3}], [7440], None),
        ([{"energyConsumption": 5}], [None], None),
        ([{"meterStart": 1000, "energyConsumption": 5}], [None], None),
        ([{"meterStart": 1000, "meterEnd": 900, "energyConsumption": 5}], [None], None),
        ([{"meterStart": 1000, "meterEnd": 1010, "energyConsumption": 10}], [10], None),
        ([{"energyConsumption": 0}], [0], None),
        ([{}], [None], None),
    ],
)
def test_the_unit_of_energy(
    report: ReadingReport,
    logs: list[dict[str, object]],
    energies: list[float | None],
    unit: str | None,
) -> None:
    """A session whose meter moved tells the unit; otherwise nothing is guessed."""
    mapping = SessionMapping(report)
    found = {each.id: each.energy for each in sessions(mapping, *logs)}
    assert found == {str(index): energy for index, energy in enumerate(energies)}
    assert mapping.unit == unit


def test_a_unit_stays_learnt(report: ReadingReport) -> None:
    """What an old session told holds for the running one."""
    mapping = SessionMapping(report)
    sessions(mapping, {**METER, "energyConsumption": 7.44})
    (found,) = sessions(mapping, {"energyConsumption": 1.5})
    assert found.energy == 1500


ENDED = {"status": "stopped", "dateEnd": "2025-05-04T10:00:00Z"}
ZERO = {"total": 0, "currency": "EUR", "grossAmount": 0, "costItems": []}


@pytest.mark.parametrize(
    ("log", "costs"),
    [
        ({"status": "started", "cost": None}, (None, None, None)),
        ({"status": "started", "cost": ZERO}, (None, None, None)),
        ({"status": "stopped", "cost": ZERO}, (None, None, None)),
        ({**ENDED, "cost": ZERO}, (0, None, None)),
        ({**ENDED, "cost": {"grossAmount": 12, "currency": "EUR"}}, (1200, None, None)),
        ({**ENDED, "cost": {"grossAmount": 12}}, (None, None, None)),
        (
            {**ENDED, "cost": {"grossAmount": 12, "total": 10, "currency": "EUR"}},
            (1200, 1000, 200),
        ),
        (
            {**ENDED, "cost": {"grossAmount": 12, "total": 12, "currency": "EUR"}},
            (1200, None, None),
        ),
        (
            {
                **ENDED,
                "cost": {
                    "currency": "EUR",
                    "costItems": [
                        {"netAmount": "1.5", "grossAmount": 2},
                        {"netAmount": 0.5, "grossAmount": 1},
                    ],
                },
            },
            (300, 200, 100),
        ),
    ],
)
def test_costs(
    report: ReadingReport,
    log: dict[str, object],
    costs: tuple[float | None, float | None, float | None],
) -> None:
    """What is paid is with tax; 0 before the end was reported is not known yet."""
    (found,) = sessions(SessionMapping(report), log)
    minor = tuple(
        amount.minor if amount else None
        for amount in (found.cost, found.net_cost, found.tax)
    )
    assert minor == costs


def test_order_of_sessions(report: ReadingReport) -> None:
    """The newest first, however they come; one that waits has not begun yet."""
    found = sessions(
        SessionMapping(report),
        {"dateStart": "2025-05-01T08:00:00Z", "status": "stopped"},
        {"dateStart": "2025-05-03T08:00:00Z", "status": "stopped"},
        {"status": "waiting_for_transaction"},
        {"status": "stopped"},
    )
    assert [each.id for each in found] == ["2", "1", "0", "3"]
