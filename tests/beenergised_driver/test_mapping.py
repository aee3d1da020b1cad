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


PLUG = Connector(
    station_id="s", id="c", max_power=50_000, price=Money(minor=39, currency="EUR")
)


def sessions(
    mapping: SessionMapping, *logs: dict[str, object], has_schema: bool = True
) -> tuple[ChargingSession, ...]:
    """Return charge logs as sessions, of which one connector is known."""
    found = [
        wire.CHARGELOG.read(msgspec.json.encode({"id": str(index), **log}))
        for index, log in enumerate(logs)
    ]
    return mapping.read(found, {"c": PLUG}, has_schema=has_schema)


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
        {"location": {"latitude": 60.01, "longitude": 25}},
        # GeoJSON has them the other way round, perhaps with an altitude.
        {"position": {"coordinates": [25.0, 60.01]}},
        {"position": {"type": "Point", "coordinates": [25.0, 60.01, 120.5]}},
        {"location": {"coordinates": ["25.0", 60.01]}},
    ],
)
def test_where_a_station_is(report: ReadingReport, fields: dict[str, object]) -> None:
    """Wherever the position stands, the distance is worked out from it."""
    station = read(report, **fields).station
    assert (station.latitude, station.longitude) == (60.01, 25.0)
    assert station.distance == 1112


@pytest.mark.parametrize(
    "fields",
    [
        {"position": {"latitude": 60.01}},
        {"position": {"latitude": 95, "longitude": 25}},
        {"position": {"latitude": 1e308, "longitude": 25}},
        {"position": {"coordinates": [25.0, 95]}},
        {"position": {"coordinates": [25.0]}},
        {"position": {"coordinates": "25.0 60.01"}},
        {"position": []},
    ],
)
def test_a_place_that_is_none(report: ReadingReport, fields: dict[str, object]) -> None:
    """A position that cannot be meant is not told, and nothing else is lost."""
    station = read(report, **fields, label="Here").station
    assert (station.latitude, station.longitude) == (None, None)
    assert station.distance is None
    assert station.name == "Here"


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
                    "country": "AT",
                }
            },
            "Main Street 4, 1010 Town, AT",
        ),
        ({"street": "Main Street", "city": "Town"}, "Main Street, Town"),
        ({"street": "Somewhere 7"}, "Somewhere 7"),
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
        ({"status": "inoperative"}, StationStatus.UNAVAILABLE, None),
        ({"status": "OCCUPIED"}, None, None),
        ({"status": "AVAILABLE"}, StationStatus.OPERATIVE, None),
        ({"status": " "}, None, None),
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
        ({"status": "inoperative"}, ConnectorStatus.UNAVAILABLE),
        ({"available": "true"}, ConnectorStatus.AVAILABLE),
        ({"status": "charging"}, ConnectorStatus.CHARGING),
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
        ({"maxPowerKw": "11"}, 11_000),
        ({"maxPowerKw": 0}, None),
        ({"maxPowerKw": 1e308}, None),
        ({"maxPower": 22}, None),
        ({}, None),
    ],
)
def test_power(
    report: ReadingReport, fields: dict[str, object], power: float | None
) -> None:
    """Power in W, whatever unit it came in; none without a unit."""
    assert connector(report, **fields).max_power == power


def test_prices(report: ReadingReport) -> None:
    """Prices in minor units, with a currency or not at all."""
    found = connector(
        report,
        price={"perKwh": 0.49, "perMinute": 0.1, "perSession": 1, "currency": "eur"},
    )
    assert found.price == Money(49, "EUR")
    assert found.price_per_minute == Money(10, "EUR")
    assert found.price_per_session == Money(100, "EUR")
    beside = connector(report, perKwh=0.49, perMinute="0.1", currency="EUR")
    assert beside.price == Money(49, "EUR")
    assert beside.price_per_minute == Money(10, "EUR")
    assert connector(report, perKwh=0.49).price is None
    yen = connector(report, price={"perKwh": "40", "currency": " JPY "})
    assert yen.price == Money(40, "JPY")
    assert connector(report, price={"perKwh": 0.4}).price is None
    assert connector(report, price={"perKwh": 1e308, "currency": "EUR"}).price is None
    assert connector(report, priceText="0.40 EUR/kWh").price_text == "0.40 EUR/kWh"
    assert money(1.25, "KWD") == Money(1250, "KWD")
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
    # 1.2: what has no id of its own is shown, and commanded by nobody.
    assert [each.has_own_id for each in found.connectors] == [True, True, False, False]
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
            "energyConsumption": 7.44,
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
        meter_start=120_500,
    )


ENDED = {"status": "stopped", "dateEnd": "2025-05-04T10:00:00Z"}
METER = {"meterStart": 1000, "meterEnd": 8440}
# The connector is known to give 50 kW for 0.39 EUR/kWh.
HOUR = {
    "connector": {"id": "c"},
    "dateStart": "2025-05-04T08:00:00Z",
    "dateEnd": "2025-05-04T09:00:00Z",
}


def paid(amount: float, currency: str = "EUR") -> dict[str, object]:
    """Return what a session costs."""
    return {"cost": {"grossAmount": amount, "currency": currency}}


@pytest.mark.parametrize(
    ("logs", "energies", "unit"),
    [
        # 2.1: alike, they have the same unit, and nobody knows which.
        (
            [{"meterStart": 1200.0, "meterEnd": 1261.3, "energyConsumption": 61.3}],
            [None],
            None,
        ),
        ([{**METER, "energyConsumption": 7440}], [None], None),
        ([{**METER}], [None], None),
        ([{"energyConsumption": 5}], [None], None),
        # A thousand times as much: the meter is in Wh, as OCPP has it, or the other.
        ([{**METER, "energyConsumption": 7.44}], [7440], "kWh"),
        ([{**METER, "energyConsumption": 7.0}], [7000], "kWh"),
        (
            [{"meterStart": 12.0, "meterEnd": 19.4, "energyConsumption": 7440}],
            [7440],
            "Wh",
        ),
        # What one session gives away holds for all.
        (
            [{"energyConsumption": 5}, {**METER, "energyConsumption": 7.44}],
            [5000, 7440],
            "kWh",
        ),
        # The schema's word for one of them tells the other.
        ([{**METER, "energyConsumptionKwh": 7.44}, {**METER}], [7440, 7440], "kWh"),
        ([{"energyConsumptionWh": 7440}], [7440], "Wh"),
        (
            [{"meterStartWh": 1, "meterEndWh": 7441, "energyConsumption": 7440}],
            [7440],
            "Wh",
        ),
        ([{"meterStartKwh": 1, "meterEndKwh": 8.5}], [7500], None),
        # A plug gives no more than it can.
        ([{**HOUR, "energyConsumption": 61.3}], [61.3], "Wh"),
        ([{**HOUR, "energyConsumption": 20_000}], [20_000], "Wh"),
        ([{**HOUR, "energyConsumption": 20}], [None], None),
        # No plug in the world gives as much.
        ([{**HOUR, "connector": None, "energyConsumption": 7440}], [7440], "Wh"),
        ([{**HOUR, "connector": None, "energyConsumption": 61.3}], [None], None),
        # What was paid fits the plug's price.
        ([{**HOUR, **paid(9.36), "energyConsumption": 20}], [20_000], "kWh"),
        ([{**HOUR, **paid(0.01), "energyConsumption": 20}], [20], "Wh"),
        ([{**HOUR, **paid(9.36, "CHF"), "energyConsumption": 20}], [None], None),
        ([{**HOUR, **paid(0), "energyConsumption": 20}], [None], None),
        # An idling fee says nothing.
        ([{**HOUR, **paid(1.2), "energyConsumption": 20}], [None], None),
        # Twice, kWh fit the plug; and sessions in which next to nothing was charged are
        # outvoted by any that says so.
        (
            [{**HOUR, "energyConsumption": 20}, {**HOUR, "energyConsumption": 31.5}],
            [20_000, 31_500],
            "kWh",
        ),
        (
            [
                {**HOUR, "energyConsumption": 20},
                {**HOUR, "energyConsumption": 31.5},
                {**HOUR, "energyConsumption": 15_000},
            ],
            [20, 31.5, 15_000],
            "Wh",
        ),
        # Nothing at all is nothing in any unit.
        ([{"energyConsumption": 0}], [0], None),
        ([{"meterStart": 5, "meterEnd": 5}], [0], None),
        ([{"meterStart": 1000, "meterEnd": 900, "energyConsumption": 5}], [None], None),
        ([{"energyConsumption": -0.02}], [None], None),
        ([{}], [None], None),
    ],
)
def test_the_unit_of_energy(
    report: ReadingReport,
    logs: list[dict[str, object]],
    energies: list[float | None],
    unit: str | None,
) -> None:
    """A unit is told by the schema, or by two facts that agree; else nothing is."""
    mapping = SessionMapping(report)
    found = {each.id: each.energy for each in sessions(mapping, *logs)}
    assert found == {
        str(index): energy if energy is None else pytest.approx(energy)
        for index, energy in enumerate(energies)
    }
    assert mapping.units.energy.get("energyConsumption") == unit


def test_a_unit_stays_known(report: ReadingReport) -> None:
    """What an old session gave away holds for the running one."""
    mapping = SessionMapping(report)
    sessions(mapping, {**METER, "energyConsumption": 7.44})
    (found,) = sessions(mapping, {"energyConsumption": 1.5})
    assert found.energy == 1500


@pytest.mark.parametrize(
    ("amounts", "has_schema", "minor"),
    [
        ([12], True, [1200]),
        ([12.5], False, [1250]),
        # 2.2: without a schema whole numbers may be hundredths.
        ([12], False, [None]),
        ([1200, 49], False, [None, None]),
        ([12, 7.25], False, [1200, 725]),
        ([0], False, [0]),
    ],
)
def test_the_unit_of_money(
    report: ReadingReport,
    amounts: list[float],
    has_schema: bool,
    minor: list[float | None],
) -> None:
    """A fraction shows that amounts are whole currency; a schema asks for such only."""
    logs: list[dict[str, object]] = [{**ENDED, **paid(amount)} for amount in amounts]
    found = sessions(SessionMapping(report), *logs, has_schema=has_schema)
    costs = {each.id: each.cost.minor if each.cost else None for each in found}
    assert costs == {str(index): it for index, it in enumerate(minor)}


ZERO = {"total": 0, "currency": "EUR", "grossAmount": 0, "costItems": []}


@pytest.mark.parametrize(
    ("log", "costs"),
    [
        ({"status": "started", "cost": None}, (None, None)),
        ({"status": "started", "cost": ZERO}, (None, None)),
        ({"status": "stopped", "cost": ZERO}, (None, None)),
        ({**ENDED, "cost": ZERO}, (0, None)),
        ({**ENDED, "cost": {"grossAmount": 12, "currency": "EUR"}}, (1200, None)),
        ({**ENDED, "cost": {"grossAmount": 12}}, (None, None)),
        (
            {**ENDED, "cost": {"grossAmount": 12, "total": 10, "currency": "EUR"}},
            (1200, 1000),
        ),
        (
            {**ENDED, "cost": {"grossAmount": 12, "total": 12, "currency": "EUR"}},
            (1200, None),
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
            (300, 200),
        ),
    ],
)
def test_costs(
    report: ReadingReport,
    log: dict[str, object],
    costs: tuple[float | None, float | None],
) -> None:
    """What is paid is with tax; 0 before the end was reported is not known yet."""
    (found,) = sessions(SessionMapping(report), log)
    minor = tuple(
        amount.minor if amount else None for amount in (found.cost, found.net_cost)
    )
    assert minor == costs


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dateStart", "soon"),
        ("dateStart", "0001-01-01T00:00:00Z"),
        ("dateEnd", "9999-12-31T23:59:59-05:00"),
        ("dateEnd", ""),
        ("cost", "free"),
        ("cost", []),
        ("connector", "c"),
        ("connector", {"id": {}, "label": []}),
        ("energyConsumption", "much"),
        ("energyConsumption", 1e308),
        ("meterEnd", [1]),
        ("status", {"value": "started"}),
        ("rateName", 7),
    ],
)
def test_an_odd_value(report: ReadingReport, field: str, value: object) -> None:
    """It is unknown, and everything beside it stands."""
    mapping = SessionMapping(report)
    whole = {
        "status": "stopped",
        "dateStart": "2025-05-01T08:00:00Z",
        "rateName": "Standard",
        **METER,
        "energyConsumption": 7.44,
    }
    sessions(mapping, whole)
    (found,) = sessions(mapping, whole | {field: value})
    known = [found.status, found.started_at, found.tariff, found.energy]
    assert len([value for value in known if value is not None]) >= 3


def test_an_end_before_the_start(report: ReadingReport) -> None:
    """2.10: it is unknown, and a session that comes twice counts once."""
    log: dict[str, object] = {
        "id": "1",
        "status": "stopped",
        "dateStart": "2025-05-01T08:00:00Z",
        "dateEnd": "2025-05-01T07:00:00Z",
    }
    (found,) = sessions(SessionMapping(report), log, log)
    assert found.started_at is not None
    assert found.ended_at is None
    assert found.status is SessionStatus.COMPLETED


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
