"""Tests that nothing of what ChargEye sends is lost or mixed up on its way into our objects.

Every field of a wire struct has a value of its own here, so that no two can be exchanged; a field that is added
to a struct has to be added here too.
"""

from datetime import UTC, datetime
import json

import msgspec
import pytest

from custom_components.ev_charging_cloud.clients.enums import (
    ConnectorStatus,
    ConnectorType,
    PowerLimitation,
    SessionStatus,
    StartReason,
    StationStatus,
    StopReason,
)
from custom_components.ev_charging_cloud.clients.kempower import wire
from custom_components.ev_charging_cloud.clients.kempower.mapping import (
    KempowerMapping,
    to_location,
    to_make,
)
from custom_components.ev_charging_cloud.clients.model import (
    ChargingPlan,
    ChargingSession,
    Connector,
    Location,
    Station,
    StationDetails,
)
from custom_components.ev_charging_cloud.clients.money import from_major
from custom_components.ev_charging_cloud.clients.reading.lenient import Reader
from custom_components.ev_charging_cloud.clients.reading.report import ReadingReport

TX: dict[str, object] = {
    "txId": "tx-1",
    "status": "Charging",
    "startTime": "2026-11-24T07:01:00Z",
    "startReason": "Authorized",
    "chargingStartTime": "2026-11-24T07:02:00Z",
    "chargingStartReason": "Local",
    "chargingEndTime": "2026-11-24T07:03:00Z",
    "chargingEndReason": "Remote",
    "endTime": "2026-11-24T07:04:00Z",
    "endReason": "EVDisconnected",
    "chargedEnergyKwh": 1.5,
    "powerKw": 2.5,
    "powerKwAvg": 3.5,
    "powerKwMax": 4.5,
    "soc": 51,
    "socInitial": 52,
    "socLimit": 53,
    "powerLimitation": "Grid",
    "schedulePlan": {
        "powerkW": 5.5,
        "evId": "ev-1",
        "plannedDepartureTime": "2026-11-24T07:05:00Z",
        "targetSoC": 54,
    },
}
CONNECTOR: dict[str, object] = {
    "connectorId": "11",
    "name": "1.1",
    "status": "Charging",
    "type": "CCS",
    "maxPowerKw": 6.5,
    "maxPowerKwActual": 7.5,
    "latestTransaction": TX,
    "lastTransaction": {"txId": "tx-2"},
}
STATION: dict[str, object] = {
    "stationId": "CS1",
    "name": "Bay",
    "status": "Operative",
    "onlineStatus": "Offline",
    "connectors": [CONNECTOR],
    "location": {"name": "Depot", "lat": 60.5, "lng": 25.5},
    "locationUid": "site-1",
    "maxPowerKw": 8.5,
    "currentPowerKw": 9.5,
    "currentPowerA": 10.5,
    "maxPowerA": 11.5,
    "acDcPowerRatio": 0.75,
    "powerGroupParentPath": ["group-1", "group-2"],
}
PAST: dict[str, object] = {
    "txId": "tx-3",
    "stationId": "CS1",
    "evseId": "11",
    "evseName": "1.1",
    "status": "Ended",
    "startTime": "2026-11-24T07:01:00Z",
    "startReason": "RemoteStart",
    "chargingStartTime": "2026-11-24T07:02:00Z",
    "chargingEndTime": "2026-11-24T07:03:00Z",
    "chargingEndReason": "Remote",
    "endTime": "2026-11-24T07:04:00Z",
    "endReason": "SOCLimitReached",
    "chargedEnergyKwh": 1.5,
    "avgPowerKw": 2.5,
    "maxPowerKw": 3.5,
    "soc": 51,
    "socStart": 52,
    "socEnd": 53,
    "socLimit": 54,
    "paymentCurrency": "eur",
    "totalCostCents": 655,
}
INVENTORY: dict[str, object] = {
    "stationId": "CS1",
    "model": "S-Series",
    "vendorName": "Kempower",
    "firmwareVersion": "4.2",
    "manufacturingInfo": {
        "productId": "P-1",
        "productName": "Satellite",
        "serialNumber": "SN-1",
    },
}
LOCATION: dict[str, object] = {
    "id": "site-1",
    "name": "Depot",
    "lat": 60.5,
    "lng": 25.5,
    "operator": {"name": "Fleet"},
}


def at(minute: int) -> datetime:
    """Return a minute of the hour that all this happens in."""
    return datetime(2026, 11, 24, 7, minute, tzinfo=UTC)


def read[ItemT](reader: Reader[ItemT], item: dict[str, object]) -> ItemT:
    """Return what is read of an object."""
    return reader.read(json.dumps(item).encode())


def mapping() -> KempowerMapping:
    """Return a mapping that has seen nothing yet."""
    return KempowerMapping(ReadingReport("ChargEye"))


@pytest.mark.parametrize(
    ("struct", "example"),
    [
        (wire.TxInfo, TX),
        (wire.SchedulePlan, TX["schedulePlan"]),
        (wire.ConnectorInfo, CONNECTOR),
        (wire.StationInfo, STATION),
        (wire.StationLocation, STATION["location"]),
        (wire.Transaction, PAST),
        (wire.LocationChargingStation, INVENTORY),
        (wire.ManufacturingInfo, INVENTORY["manufacturingInfo"]),
        (wire.CeLocation, LOCATION),
    ],
)
def test_the_examples_are_whole(
    struct: type[msgspec.Struct], example: dict[str, object]
) -> None:
    """What is read of an object is what stands in its example, by the vendor's names."""
    assert set(struct.__struct_encode_fields__) == set(example)


def test_a_station() -> None:
    """A station with its location."""
    found = mapping().station(read(wire.STATION, STATION))
    assert found.station == Station(
        id="CS1",
        name="Bay",
        location_id="site-1",
        status=StationStatus.OPERATIVE,
        online=False,
        power=9500,
        max_power=8500,
        current=10.5,
        max_current=11.5,
        efficiency=0.75,
    )
    assert found.location == Location(
        id="site-1", name="Depot", latitude=60.5, longitude=25.5
    )
    assert found.group_id == "group-1"
    # Its session is over.
    assert not found.occupied


def test_who_occupies_a_connector() -> None:
    """The vehicle whose plan a running session follows."""
    running = {name: it for name, it in TX.items() if name != "endTime"}
    connector = {**CONNECTOR, "latestTransaction": running}
    station = {**STATION, "connectors": [connector]}
    found = mapping().station(read(wire.STATION, station))
    assert found.occupied == {"ev-1": found.connectors[0]}


def test_a_connector_with_its_session() -> None:
    """The latest session stands before the last one."""
    [found] = mapping().station(read(wire.STATION, STATION)).connectors
    assert found == Connector(
        station_id="CS1",
        id="11",
        name="1.1",
        type=ConnectorType.CCS,
        status=ConnectorStatus.CHARGING,
        online=False,
        plugged_in=True,
        power=None,
        max_power=7500,
        session=ChargingSession(
            id="tx-1",
            status=SessionStatus.ACTIVE,
            start_reason=StartReason.AUTHORIZED,
            stop_reason=StopReason.EV_DISCONNECTED,
            started_at=at(1),
            charging_started_at=at(2),
            charging_ended_at=at(3),
            ended_at=at(4),
            energy=1500,
            average_power=3500,
            peak_power=4500,
            state_of_charge=51,
            initial_state_of_charge=52,
            state_of_charge_limit=53,
            power_limitation=PowerLimitation.GRID,
            plan=ChargingPlan(departure=at(5), state_of_charge=54, power=5500),
        ),
    )


def test_what_stands_in_for_what_is_missing() -> None:
    """The second choice is taken where the first is missing, and only there."""
    session = {
        name: value
        for name, value in TX.items()
        if name not in {"startReason", "endReason", "endTime"}
    }
    connector = {
        **CONNECTOR,
        "maxPowerKwActual": None,
        "latestTransaction": None,
        "lastTransaction": session,
    }
    station = {**STATION, "connectors": [connector], "maxPowerKw": 0, "maxPowerA": 0}
    found = mapping().station(read(wire.STATION, station))
    assert (found.station.max_power, found.station.max_current) == (None, None)
    [connector_read] = found.connectors
    assert (connector_read.max_power, connector_read.power) == (6500, 2500)
    assert connector_read.session is not None
    assert connector_read.session.start_reason is StartReason.LOCAL
    assert connector_read.session.stop_reason is StopReason.REMOTE


def test_a_past_session() -> None:
    """A session of the list of transactions."""
    assert mapping().past(read(wire.TRANSACTION, PAST)) == ChargingSession(
        id="tx-3",
        station_id="CS1",
        connector_id="11",
        connector_name="1.1",
        status=SessionStatus.COMPLETED,
        start_reason=StartReason.REMOTE_START,
        stop_reason=StopReason.SOC_LIMIT_REACHED,
        started_at=at(1),
        charging_started_at=at(2),
        charging_ended_at=at(3),
        ended_at=at(4),
        energy=1500,
        average_power=2500,
        peak_power=3500,
        state_of_charge=53,
        initial_state_of_charge=52,
        state_of_charge_limit=54,
        cost=from_major(6.55, "EUR"),
    )


@pytest.mark.parametrize(
    ("missing", "name", "value"),
    [
        ("endReason", "stop_reason", StopReason.REMOTE),
        ("socEnd", "state_of_charge", 51),
        ("paymentCurrency", "cost", None),
        ("totalCostCents", "cost", None),
    ],
)
def test_a_past_session_that_lacks_something(
    missing: str, name: str, value: object
) -> None:
    """Each has its own stand-in, or none."""
    past = mapping().past(read(wire.TRANSACTION, {**PAST, missing: None}))
    assert getattr(past, name) == value


@pytest.mark.parametrize(
    ("given", "model"), [("S-Series", "S-Series"), (None, "Satellite")]
)
def test_how_a_station_was_made(given: str | None, model: str) -> None:
    """All that the inventory tells is on the station's device."""
    make = to_make(read(wire.INVENTORY, {**INVENTORY, "model": given}))
    assert make.added_to(Station(id="CS1", name="Bay")) == Station(
        id="CS1",
        name="Bay",
        manufacturer="Kempower",
        model=model,
        model_id="P-1",
        serial_number="SN-1",
        details=StationDetails(firmware="4.2"),
    )


def test_a_location() -> None:
    """A location of the vendor's own list."""
    assert to_location(read(wire.LOCATION, LOCATION)) == Location(
        id="site-1", name="Depot", latitude=60.5, longitude=25.5, operator="Fleet"
    )
