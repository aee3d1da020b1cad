"""Tests that every documented word of the vendors is known, and which of ours it is.

Ours are written out: they are what states and automations say, so that none may change.
"""

import json

import pytest

from custom_components.ev_charging_cloud.clients.ev_energy import wire as ev_wire
from custom_components.ev_charging_cloud.clients.ev_energy.mapping import (
    EvEnergyMapping,
    KnownDetails,
)
from custom_components.ev_charging_cloud.clients.ev_energy.sessions import (
    SessionMapping,
    checked,
)
from custom_components.ev_charging_cloud.clients.kempower import wire
from custom_components.ev_charging_cloud.clients.kempower.mapping import KempowerMapping
from custom_components.ev_charging_cloud.clients.money import from_major, to_major
from custom_components.ev_charging_cloud.clients.reading.lenient import Reader
from custom_components.ev_charging_cloud.clients.reading.report import ReadingReport
from tests.ev_energy.test_mapping import NOW

STOP_REASONS = {
    "ChargingStateChanged": "charging_state_changed",
    "DeAuthorized": "deauthorized",
    "EVDisconnected": "ev_disconnected",
    "EmergencyStop": "emergency_stop",
    "GroundFault": "ground_fault",
    "ImmediateReset": "immediate_reset",
    "Local": "local",
    "LocalOutOfCredit": "local_out_of_credit",
    "Other": "other",
    "OvercurrentFault": "overcurrent_fault",
    "PowerLoss": "power_loss",
    "Remote": "remote",
    "SOCLimitReached": "soc_limit_reached",
    "StoppedByEV": "stopped_by_ev",
    "TimeLimitReached": "time_limit_reached",
    "Timeout": "timeout",
    "UnlockCommand": "unlock_command",
}
START_REASONS = {
    "Authorized": "authorized",
    "CablePluggedIn": "cable_plugged_in",
    "ChargingStateChanged": "charging_state_changed",
    "EVPresenceDetected": "ev_presence_detected",
    "Local": "local",
    "RemoteStart": "remote_start",
    "UserStartButtonPressed": "user_start_button_pressed",
}
SESSIONS = {
    "Alarm": ("active", None),
    "AuthorizedNotPluggedIn": ("pending", None),
    "Charging": ("active", True),
    "Ended": ("completed", None),
    "InsulationTest": ("active", True),
    "PluggedInIdle": ("active", True),
}
CONNECTORS = {
    "Available": "available",
    "Charging": "charging",
    "Faulted": "faulted",
    "Occupied": "preparing",
    "Reserved": "reserved",
    "Unavailable": "out_of_service",
}
TYPES = {
    "AC": "ac",
    "CCS": "ccs",
    "CHAdeMO": "chademo",
    "Type2": "type2",
    "oppcharge": "oppcharge",
}
STATIONS = {
    "Faulted": "faulted",
    "Operative": "operative",
    "Unavailable": "out_of_service",
}
LIMITATIONS = {
    "Charger": "charger",
    "Grid": "grid",
    "Queue": "queue",
    "Shared": "shared",
    "Vehicle": "vehicle",
}
# Of a charger and its last log: the field, the value's name at our station.
CHARGER = {
    "lock_mode": {"UNLOCKED": "unlocked", "SMART": "smart", "LOCKED": "locked"},
    "lifecycle_state": {
        "CREATED_LINKED": "linked",
        "INSTALLED": "installed",
        "PROBABLY_INSTALLED": "installed",
        "COMMISSIONED": "commissioned",
        "ENROLLED": "enrolled",
        "PENDING": "pending",
        "DECOMMISSIONED": "decommissioned",
        "UNPAIRED": "unpaired",
    },
    "mode": {
        "Idle": "idle",
        "Delay": "delay",
        "Charge": "charge",
        "Discharge": "discharge",
        "FFR": "frequency_response",
        "Load match": "load_match",
        "Export match": "export_match",
        "Peak time": "peak_time",
        "Deep sleep": "deep_sleep",
    },
    "control_pilot_status": {word: word.lower() for word in "ABCDEF"},
}
OURS = {
    "lock_mode": "lock_mode",
    "lifecycle_state": "lifecycle",
    "mode": "mode",
    "control_pilot_status": "control_pilot",
}
VEHICLE_STATES = {
    "DRIVING": "driving",
    "RECENTLY_FINISHED_DRIVING": "recently_driven",
    "STATIONARY": "stationary",
    "IN_SERVICE": "in_service",
    "PLUGGED_IN_NOT_CHARGING": "plugged_in",
    "PLUGGED_IN_CHARGING": "charging",
    "PLUGGED_IN_COMPLETE": "complete",
    "PLUGGED_IN_NEAR_READY_BY_TIME": "near_departure",
    "PLUGGED_IN_ALMOST_COMPLETE": "almost_complete",
}
LINKS = {"ACTIVE": "active", "INACTIVE": "inactive", "UNINTEGRATED": "none"}
MODES = {
    "SMART": "smart",
    "BOOST": "boost",
    "UNMANAGED_HOME": "unmanaged_home",
    "UNMANAGED_OTG": "unmanaged_away",
    "MANAGED_OTG": "managed_away",
}
SOLAR = {
    "OFF": "off",
    "SOLAR_ONLY": "solar_only",
    "SOLAR_AND_GRID": "solar_and_grid",
    "SOLAR_SMART": "solar_smart",
}


def read[ItemT](reader: Reader[ItemT], **item: object) -> ItemT:
    """Return what is read of an object."""
    return reader.read(json.dumps(item).encode())


@pytest.fixture
def report() -> ReadingReport:
    """Return a report, which must hear of no unknown word."""
    return ReadingReport("a vendor")


@pytest.mark.parametrize(("word", "ours"), STOP_REASONS.items())
def test_why_kempower_stopped(report: ReadingReport, word: str, ours: str) -> None:
    """Of a session in the past and of one at a connector."""
    mapping = KempowerMapping(report)
    past = mapping.past(read(wire.TRANSACTION, txId="t", endReason=word))
    assert past.stop_reason == ours
    assert not report.unknown_values


@pytest.mark.parametrize(("word", "ours"), START_REASONS.items())
def test_why_kempower_started(report: ReadingReport, word: str, ours: str) -> None:
    """Of a session in the past."""
    mapping = KempowerMapping(report)
    past = mapping.past(read(wire.TRANSACTION, txId="t", startReason=word))
    assert past.start_reason == ours
    assert not report.unknown_values


@pytest.mark.parametrize(("word", "ours"), SESSIONS.items())
def test_sessions_of_kempower(
    report: ReadingReport, word: str, ours: tuple[str, bool | None]
) -> None:
    """How far a session is, and whether that says that a car is plugged in."""
    connector = {
        "connectorId": "1",
        "status": "Faulted",
        "latestTransaction": {"txId": "t", "status": word},
    }
    station = read(wire.STATION, stationId="s", connectors=[connector])
    [found] = KempowerMapping(report).station(station).connectors
    assert found.session is not None
    assert (found.session.status, found.plugged_in) == ours
    assert not report.unknown_values


@pytest.mark.parametrize(("word", "ours"), CONNECTORS.items())
def test_connectors_of_kempower(report: ReadingReport, word: str, ours: str) -> None:
    """What a connector does."""
    connectors = [{"connectorId": "1", "status": word}]
    station = read(wire.STATION, stationId="s", connectors=connectors)
    [found] = KempowerMapping(report).station(station).connectors
    assert found.status == ours
    assert not report.unknown_values


@pytest.mark.parametrize(("word", "ours"), TYPES.items())
def test_plugs_of_kempower(report: ReadingReport, word: str, ours: str) -> None:
    """What a connector is."""
    connectors = [{"connectorId": "1", "type": word}]
    station = read(wire.STATION, stationId="s", connectors=connectors)
    [found] = KempowerMapping(report).station(station).connectors
    assert found.type == ours


@pytest.mark.parametrize(("word", "ours"), STATIONS.items())
def test_stations_of_kempower(report: ReadingReport, word: str, ours: str) -> None:
    """What a station can do, and whether it can be reached."""
    station = read(wire.STATION, stationId="s", status=word, onlineStatus="Offline")
    found = KempowerMapping(report).station(station).station
    assert (found.status, found.online) == (ours, False)
    station = read(wire.STATION, stationId="s", onlineStatus="Online")
    assert KempowerMapping(report).station(station).station.online is True
    assert not report.unknown_values


@pytest.mark.parametrize(("word", "ours"), LIMITATIONS.items())
def test_what_slows_kempower(report: ReadingReport, word: str, ours: str) -> None:
    """What keeps a session from charging faster."""
    connectors = [
        {
            "connectorId": "1",
            "latestTransaction": {"txId": "t", "powerLimitation": word},
        }
    ]
    station = read(wire.STATION, stationId="s", connectors=connectors)
    [found] = KempowerMapping(report).station(station).connectors
    assert found.session is not None
    assert found.session.power_limitation == ours


@pytest.mark.parametrize(
    ("field", "word", "ours"),
    [(field, *pair) for field, words in CHARGER.items() for pair in words.items()],
)
def test_chargers_of_ev_energy(
    report: ReadingReport, field: str, word: str, ours: str
) -> None:
    """What a charger's object and its last log say of it."""
    told = read(ev_wire.EVSE, id="e", latest_status_log={field: word}, **{field: word})
    mapping = EvEnergyMapping(report)
    ((station,), _) = mapping.chargers([told], {}, KnownDetails(), NOW)
    assert getattr(station, OURS[field]) == ours
    assert not report.unknown_values


@pytest.mark.parametrize(("word", "ours"), VEHICLE_STATES.items())
def test_vehicles_of_ev_energy(report: ReadingReport, word: str, ours: str) -> None:
    """What a vehicle is doing."""
    log = {"state": word, "timestamp": NOW.isoformat()}
    told = read(ev_wire.VEHICLE, id="v", latest_status_log=log)
    (vehicle,) = EvEnergyMapping(report).vehicles([told], {}, KnownDetails(), NOW)
    assert vehicle.state == ours
    assert not report.unknown_values


@pytest.mark.parametrize(("word", "ours"), LINKS.items())
def test_links_of_ev_energy(report: ReadingReport, word: str, ours: str) -> None:
    """Whether a vehicle's maker lets it be seen."""
    told = read(ev_wire.VEHICLE, id="v", integrated=word)
    (vehicle,) = EvEnergyMapping(report).vehicles([told], {}, KnownDetails(), NOW)
    assert vehicle.link == ours


@pytest.mark.parametrize(
    ("field", "word", "ours"),
    [("mode", *pair) for pair in MODES.items()]
    + [("solar_mode_type", *pair) for pair in SOLAR.items()],
)
def test_sessions_of_ev_energy(
    report: ReadingReport, field: str, word: str, ours: str
) -> None:
    """Who decides when it charges, and how it uses the sun."""
    part = {"id": "p", "start": NOW.isoformat(), field: word}
    told = read(ev_wire.SESSION, id="c", start=NOW.isoformat(), sub_sessions=[part])
    session = SessionMapping(report).read(checked(told, report), {}, NOW)
    found = session.mode if field == "mode" else session.solar_mode
    assert found == ours
    assert not report.unknown_values


@pytest.mark.parametrize(
    ("currency", "minor"),
    [
        *(("EUR", 123), ("CHF", 123), ("BHD", 1230), ("JOD", 1230), ("KWD", 1230)),
        *(("OMR", 1230), ("TND", 1230), ("CLP", 1.23), ("ISK", 1.23), ("JPY", 1.23)),
        *(("KRW", 1.23), ("VND", 1.23)),
    ],
)
def test_minor_units(currency: str, minor: float) -> None:
    """ISO 4217 has hundredths, thousandths, and currencies without any."""
    money = from_major(1.23, currency)
    assert money.minor == pytest.approx(minor)
    assert money.currency == currency
    assert to_major(money) == pytest.approx(1.23)
    assert to_major(None) is None
