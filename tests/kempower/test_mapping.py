"""Tests of how ChargEye's objects become ours, on the documented examples."""

from datetime import UTC, datetime
import json
import logging

import msgspec
import pytest

from custom_components.ev_charging_cloud.clients.enums import (
    ConnectorStatus,
    ConnectorType,
    PowerLimitation,
    SessionStatus,
    StationStatus,
    StopReason,
)
from custom_components.ev_charging_cloud.clients.kempower import wire
from custom_components.ev_charging_cloud.clients.kempower.mapping import (
    KempowerMapping,
    StationRead,
)
from custom_components.ev_charging_cloud.clients.reading.items import ItemReader
from custom_components.ev_charging_cloud.clients.reading.report import ReadingReport

CHARGING_TX: dict[str, object] = {
    "txId": "tx-1",
    "status": "Charging",
    "startTime": "2025-03-27T07:36:12.266Z",
    "startReason": "CablePluggedIn",
    "chargingStartTime": "2025-03-27T07:36:57.667Z",
    "triggerReason": "MeterValuePeriodic",
    "chargedEnergyKwh": 41.87,
    "powerKw": 118.4,
    "powerKwAvg": 121.9,
    "powerKwMax": 149.8,
    "soc": 62,
    "socInitial": 38,
    "socLimit": 90,
    "powerLimitation": "Vehicle",
    "schedulePlan": {
        "powerkW": 120,
        "powerkWValidUntil": "2025-03-27T09:00:00.000Z",
        "updatedAt": "2025-03-27T07:40:00.000Z",
        "evId": "veh-42",
        "plannedDepartureTime": "2025-03-27T10:30:00.000Z",
        "targetSoC": 90,
    },
}
ENDED_TX: dict[str, object] = {
    "txId": "tx-0",
    "status": "Ended",
    "startTime": "2025-03-26T18:07:48.596Z",
    "chargingStartTime": "2025-03-26T18:08:05.102Z",
    "chargingEndTime": "2025-03-26T18:09:29.594Z",
    "chargingEndReason": "Remote",
    "endTime": "2025-03-26T18:09:43.935Z",
    "endReason": "EVDisconnected",
    "chargedEnergyKwh": 0.441,
    "powerKw": 3.2,
    "soc": 51,
}


def _station(**changes: object) -> dict[str, object]:
    return {
        "stationId": "CSexample01",
        "name": "Bay 1-2",
        "status": "Operative",
        "onlineStatus": "Online",
        "maxPowerKw": 240,
        "currentPowerKw": 118.4,
        "currentPowerA": 196.4,
        "maxPowerA": 400,
        "locationUid": "site-1",
        "location": {"name": "Depot", "lat": 60.9, "lng": 25.6, "address": "Road 1"},
        "connectors": [_connector()],
    } | changes


def _connector(**changes: object) -> dict[str, object]:
    return {
        "connectorId": "11",
        "name": "1.1",
        "type": "CCS",
        "status": "Charging",
        "maxPowerKw": 200,
        "maxPowerKwActual": 199.5,
        "latestTransaction": CHARGING_TX,
    } | changes


class Reader:
    """Reads stations as the client does."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self.report = ReadingReport("ChargEye")
        self._items = ItemReader(
            "station",
            "stationId",
            wire.STATION,
            KempowerMapping(self.report).station,
            self.report,
        )

    def read(self, *stations: object) -> tuple[list[StationRead], list[str]]:
        """Return what could be read and the names of what could not."""
        found = self._items.read(
            [msgspec.Raw(json.dumps(station).encode()) for station in stations]
        )
        return found.read, [item.name for item in found.skipped]


@pytest.fixture
def reader() -> Reader:
    """Return a fresh reader."""
    return Reader()


def test_documented_station(reader: Reader) -> None:
    """The documented example comes out with SI units, UTC times and nothing lost."""
    (read,), skipped = reader.read(_station())
    assert not skipped
    assert read.location is not None
    assert (read.location.id, read.location.name) == ("site-1", "Depot")
    station = read.station
    assert station.status is StationStatus.OPERATIVE
    assert station.online is True
    assert station.power == 118400
    assert station.max_power == 240000
    assert (station.current, station.max_current) == (196.4, 400)
    (connector,) = read.connectors
    assert connector.type is ConnectorType.CCS
    assert connector.status is ConnectorStatus.CHARGING
    assert connector.max_power == 199500
    assert connector.power == 118400
    assert connector.plugged_in is True
    session = connector.session
    assert session is not None
    assert session.status is SessionStatus.ACTIVE
    assert session.started_at == datetime(2025, 3, 27, 7, 36, 12, 266000, UTC)
    assert session.energy == 41870
    assert (session.average_power, session.peak_power) == (121900, 149800)
    assert session.state_of_charge == 62
    assert session.initial_state_of_charge == 38
    assert session.state_of_charge_limit == 90
    assert session.plan is not None
    assert session.plan.state_of_charge == 90
    assert session.plan.departure == datetime(2025, 3, 27, 10, 30, tzinfo=UTC)
    assert session.power_limitation is PowerLimitation.VEHICLE


def test_only_ids_are_needed(reader: Reader) -> None:
    """Everything else may be missing or null, and is then not told."""
    (bare, nulls), skipped = reader.read(
        {"stationId": "a", "connectors": [{"connectorId": "1"}]},
        {
            **dict.fromkeys(_station(), None),
            "stationId": "b",
            "connectors": [{**dict.fromkeys(_connector(), None), "connectorId": "1"}],
        },
    )
    assert not skipped
    for read in (bare, nulls):
        assert read.location is None
        assert read.station.name is None
        assert read.station.status is None
        assert read.station.online is None
        assert read.station.power is None
        (connector,) = read.connectors
        assert connector.status is None
        assert connector.power is None
        assert connector.plugged_in is None
        assert connector.session is None


def test_what_is_at_most_is_not_below_zero(reader: Reader) -> None:
    """A maximum below zero is none; a power below zero feeds back."""
    (read,), skipped = reader.read(
        _station(
            maxPowerKw=-0.02,
            maxPowerA=-1,
            currentPowerKw=-7.5,
            connectors=[_connector(maxPowerKwActual=-0.02)],
        )
    )
    assert not skipped
    assert (read.station.max_power, read.station.max_current) == (None, None)
    assert read.station.power == -7500
    # What the connector can give in general is told, and stands in.
    assert read.connectors[0].max_power == 200000


def test_older_name_of_the_session(reader: Reader) -> None:
    """The session is found by the types' name for it where the example's is missing."""
    old = _connector(lastTransaction=CHARGING_TX)
    del old["latestTransaction"]
    both = _connector(lastTransaction=ENDED_TX)
    reads, _ = reader.read(_station(connectors=[old]), _station(connectors=[both]))
    for read in reads:
        assert read.connectors[0].session is not None
        assert read.connectors[0].session.id == "tx-1"


def test_naive_times_are_utc(reader: Reader) -> None:
    """A time without a zone means UTC."""
    naive = CHARGING_TX | {"startTime": "2025-03-27T07:36:12.266"}
    (read,), _ = reader.read(_station(connectors=[_connector(latestTransaction=naive)]))
    session = read.connectors[0].session
    assert session is not None
    assert session.started_at == datetime(2025, 3, 27, 7, 36, 12, 266000, UTC)


@pytest.mark.parametrize(
    ("status", "transaction", "expected", "plugged_in"),
    [
        ("Available", ENDED_TX, ConnectorStatus.AVAILABLE, False),
        ("Available", None, ConnectorStatus.AVAILABLE, False),
        ("Reserved", None, ConnectorStatus.RESERVED, False),
        ("Occupied", None, ConnectorStatus.PREPARING, True),
        (
            "Occupied",
            {"txId": "t", "status": "AuthorizedNotPluggedIn"},
            ConnectorStatus.PREPARING,
            False,
        ),
        (
            "Occupied",
            {"txId": "t", "status": "InsulationTest"},
            ConnectorStatus.PREPARING,
            True,
        ),
        (
            "Occupied",
            CHARGING_TX | {"status": "PluggedInIdle", "powerLimitation": "Queue"},
            ConnectorStatus.SUSPENDED_EVSE,
            True,
        ),
        (
            "Occupied",
            CHARGING_TX | {"status": "PluggedInIdle"},
            ConnectorStatus.SUSPENDED_EV,
            True,
        ),
        (
            "Occupied",
            CHARGING_TX
            | {"status": "PluggedInIdle", "chargingEndTime": "2025-03-27T09:00:00Z"},
            ConnectorStatus.FINISHING,
            True,
        ),
        ("Charging", CHARGING_TX, ConnectorStatus.CHARGING, True),
        ("Faulted", CHARGING_TX, ConnectorStatus.FAULTED, True),
        ("Faulted", ENDED_TX, ConnectorStatus.FAULTED, None),
        ("Unavailable", None, ConnectorStatus.UNAVAILABLE, None),
        ("Unknown", None, None, None),
    ],
)
def test_connector_status(
    reader: Reader,
    status: str,
    transaction: dict[str, object] | None,
    expected: ConnectorStatus | None,
    plugged_in: bool | None,
) -> None:
    """Each documented status becomes one of OCPP's, and the plug is told apart."""
    (read,), _ = reader.read(
        _station(connectors=[_connector(status=status, latestTransaction=transaction)])
    )
    (connector,) = read.connectors
    assert connector.status is expected
    assert connector.plugged_in is plugged_in
    assert reader.report.unknown_values == {}


@pytest.mark.parametrize(
    ("status", "transaction", "power"),
    [
        ("Charging", CHARGING_TX, 118400),
        ("Charging", CHARGING_TX | {"powerKw": None}, None),
        ("Charging", ENDED_TX, None),
        ("Occupied", CHARGING_TX | {"status": "PluggedInIdle"}, 0),
        ("Available", ENDED_TX, 0),
        ("Unknown", CHARGING_TX, None),
    ],
)
def test_power_is_not_left_over(
    reader: Reader, status: str, transaction: dict[str, object], power: float | None
) -> None:
    """What a session last reported is not the power of a connector that is idle."""
    (read,), _ = reader.read(
        _station(connectors=[_connector(status=status, latestTransaction=transaction)])
    )
    assert read.connectors[0].power == power


def test_stop_reason_of_an_ended_session(reader: Reader) -> None:
    """The reason of the end goes before the reason why charging ended."""
    (read,), _ = reader.read(
        _station(connectors=[_connector(latestTransaction=ENDED_TX)])
    )
    session = read.connectors[0].session
    assert session is not None
    assert session.stop_reason is StopReason.EV_DISCONNECTED
    assert session.is_running is False


def test_unknown_words_are_not_told(
    reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    """A word that nobody knows is None, counted, and logged only once."""
    caplog.set_level(logging.WARNING)
    odd = _station(onlineStatus="Dozing", status="Sleepy")
    (read, _), skipped = reader.read(odd, odd | {"name": "another"})
    assert not skipped
    assert read.station.status is None
    assert read.station.online is None
    assert reader.report.unknown_values == {
        ("online status", "Dozing"): 2,
        ("station status", "Sleepy"): 2,
    }
    assert len(caplog.records) == 2


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        (_station(stationId={}), "station number 2"),
        (_station(stationId=""), "station number 2"),
        (_station(stationId=None), "station number 2"),
        ("not an object", "station number 2"),
    ],
)
def test_one_bad_station_costs_one(
    reader: Reader, caplog: pytest.LogCaptureFixture, bad: object, name: str
) -> None:
    """A station that cannot be read is left out and named once in the log."""
    caplog.set_level(logging.WARNING)
    for _ in range(3):
        reads, skipped = reader.read(_station(), bad, _station(stationId="last"))
        assert [read.station.id for read in reads] == ["CSexample01", "last"]
        assert skipped == [name]
    assert [record.getMessage() for record in caplog.records].count(
        caplog.records[0].getMessage()
    ) == 1
    assert len(caplog.records) == 1
    assert name in caplog.text


def test_unchanged_station_is_the_same_object(reader: Reader) -> None:
    """What was sent unchanged is not read again."""
    (first,), _ = reader.read(_station())
    (second, other), _ = reader.read(_station(), _station(name="Bay 9"))
    assert second is first
    assert other.station.name == "Bay 9"
