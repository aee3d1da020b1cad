"""Tests of ChargEye's words: every documented one, what it stands for, and what an unknown one is called."""

from datetime import UTC, datetime
from typing import Any

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
    StationRead,
)
from custom_components.ev_charging_cloud.clients.model import Connector
from custom_components.ev_charging_cloud.clients.reading.report import ReadingReport

START = datetime(2026, 11, 24, 7, tzinfo=UTC)


def read(
    report: ReadingReport | None = None, **connector: Any
) -> tuple[StationRead, Connector]:
    """Return a station with a connector that tells this."""
    told = wire.StationInfo(
        station_id="CS1",
        connectors=[wire.ConnectorInfo(connector_id="1", **connector)],
    )
    found = KempowerMapping(report or ReadingReport("ChargEye")).station(told)
    return found, found.connectors[0]


def session(**told: Any) -> Any:
    """Return the session of a charging connector that tells this."""
    transaction = wire.TxInfo(tx_id="tx", **told)
    _, connector = read(status="Charging", latest_transaction=transaction)
    return connector.session


def spellings(word: str) -> tuple[str, ...]:
    """Return a word as others may write it."""
    return word, word.upper(), word.lower(), f" {word}-"


@pytest.mark.parametrize(
    ("word", "status", "online"),
    [
        ("Faulted", StationStatus.FAULTED, None),
        ("Operative", StationStatus.OPERATIVE, None),
        ("Unavailable", StationStatus.UNAVAILABLE, None),
        ("Online", None, True),
        ("Offline", None, False),
    ],
)
def test_stations(word: str, status: StationStatus | None, online: bool | None) -> None:
    """A station's status, and whether it is online."""
    for spelt in spellings(word):
        report = ReadingReport("ChargEye")
        told = wire.StationInfo(station_id="CS1", status=spelt, online_status=spelt)
        found = KempowerMapping(report).station(told).station
        assert (found.status, found.online) == (status, online)
        field = "station status" if status is None else "online status"
        assert report.unknown_values == {(field, spelt): 1}


@pytest.mark.parametrize(
    ("word", "type_"),
    [
        ("AC", ConnectorType.AC),
        ("CCS", ConnectorType.CCS),
        ("CHAdeMO", ConnectorType.CHADEMO),
        ("Type2", ConnectorType.TYPE_2),
        ("oppcharge", ConnectorType.OPPCHARGE),
    ],
)
def test_plugs(word: str, type_: ConnectorType) -> None:
    """The kind of plug."""
    for spelt in spellings(word):
        assert read(type=spelt)[1].type is type_


@pytest.mark.parametrize(
    ("word", "status", "plugged_in", "power"),
    [
        ("Available", ConnectorStatus.AVAILABLE, False, 0),
        ("Charging", ConnectorStatus.CHARGING, True, None),
        ("Faulted", ConnectorStatus.FAULTED, None, 0),
        ("Occupied", ConnectorStatus.PREPARING, True, 0),
        ("Reserved", ConnectorStatus.RESERVED, False, 0),
        ("Unavailable", ConnectorStatus.UNAVAILABLE, None, 0),
        ("Unknown", None, None, None),
    ],
)
def test_connectors(
    word: str,
    status: ConnectorStatus | None,
    plugged_in: bool | None,
    power: float | None,
) -> None:
    """A connector without any session."""
    for spelt in spellings(word):
        report = ReadingReport("ChargEye")
        _, found = read(report, status=spelt)
        assert found == Connector(
            station_id="CS1", id="1", status=status, plugged_in=plugged_in, power=power
        )
        assert report.unknown_values == {}


@pytest.mark.parametrize(
    ("word", "status", "is_plugged_in"),
    [
        ("Alarm", SessionStatus.ACTIVE, None),
        ("AuthorizedNotPluggedIn", SessionStatus.PENDING, None),
        ("Charging", SessionStatus.ACTIVE, True),
        ("Ended", SessionStatus.COMPLETED, None),
        ("InsulationTest", SessionStatus.ACTIVE, True),
        ("PluggedInIdle", SessionStatus.ACTIVE, True),
        ("Unknown", None, None),
    ],
)
def test_sessions(
    word: str, status: SessionStatus | None, is_plugged_in: bool | None
) -> None:
    """A session's status, which says besides whether a faulted connector is plugged in."""
    for spelt in spellings(word):
        assert session(status=spelt).status is status
        transaction = wire.TxInfo(tx_id="tx", status=spelt)
        for other in ("Faulted", "Unavailable", "Unknown", None):
            _, found = read(status=other, latest_transaction=transaction)
            assert found.plugged_in is is_plugged_in
            assert found.session is not None
            assert found.session.status is status
        # Nothing is plugged in where a connector is free: what is active is over.
        _, free = read(status="Available", latest_transaction=transaction)
        assert free.plugged_in is False
        assert free.session is not None
        is_active = status is SessionStatus.ACTIVE
        expected = SessionStatus.COMPLETED if is_active else status
        assert free.session.status is expected
        past = KempowerMapping(ReadingReport("ChargEye")).past(
            wire.Transaction(tx_id="tx", status=spelt)
        )
        assert past.status is status


@pytest.mark.parametrize(
    ("word", "limitation"),
    [
        ("Charger", PowerLimitation.CHARGER),
        ("Grid", PowerLimitation.GRID),
        ("Queue", PowerLimitation.QUEUE),
        ("Shared", PowerLimitation.SHARED),
        ("Vehicle", PowerLimitation.VEHICLE),
        ("Unknown", None),
    ],
)
def test_limitations(word: str, limitation: PowerLimitation | None) -> None:
    """What keeps a session from charging faster."""
    for spelt in spellings(word):
        assert session(power_limitation=spelt).power_limitation is limitation


STARTS = {
    "Authorized": StartReason.AUTHORIZED,
    "CablePluggedIn": StartReason.CABLE_PLUGGED_IN,
    "ChargingStateChanged": StartReason.CHARGING_STATE_CHANGED,
    "EVPresenceDetected": StartReason.EV_PRESENCE_DETECTED,
    "Local": StartReason.LOCAL,
    "RemoteStart": StartReason.REMOTE_START,
    "UserStartButtonPressed": StartReason.USER_START_BUTTON_PRESSED,
}
STOPS = {
    "ChargingStateChanged": StopReason.CHARGING_STATE_CHANGED,
    "DeAuthorized": StopReason.DEAUTHORIZED,
    "EVDisconnected": StopReason.EV_DISCONNECTED,
    "EmergencyStop": StopReason.EMERGENCY_STOP,
    "GroundFault": StopReason.GROUND_FAULT,
    "ImmediateReset": StopReason.IMMEDIATE_RESET,
    "Local": StopReason.LOCAL,
    "LocalOutOfCredit": StopReason.LOCAL_OUT_OF_CREDIT,
    "Other": StopReason.OTHER,
    "OvercurrentFault": StopReason.OVERCURRENT_FAULT,
    "PowerLoss": StopReason.POWER_LOSS,
    "Remote": StopReason.REMOTE,
    "SOCLimitReached": StopReason.SOC_LIMIT_REACHED,
    "StoppedByEV": StopReason.STOPPED_BY_EV,
    "TimeLimitReached": StopReason.TIME_LIMIT_REACHED,
    "Timeout": StopReason.TIMEOUT,
    "UnlockCommand": StopReason.UNLOCK_COMMAND,
}


@pytest.mark.parametrize("word", STARTS)
def test_start_reasons(word: str) -> None:
    """Why a session began, or for want of that why charging did."""
    for spelt in spellings(word):
        other = "Local" if word != "Local" else "Authorized"
        for told in (
            {"start_reason": spelt},
            {"charging_start_reason": spelt},
            {"start_reason": spelt, "charging_start_reason": other},
            {"start_reason": "", "charging_start_reason": spelt},
        ):
            assert session(**told).start_reason is STARTS[word]
        past = KempowerMapping(ReadingReport("ChargEye")).past(
            wire.Transaction(tx_id="tx", start_reason=spelt)
        )
        assert past.start_reason is STARTS[word]


@pytest.mark.parametrize("word", STOPS)
def test_stop_reasons(word: str) -> None:
    """Why a session ended, or for want of that why charging did."""
    for spelt in spellings(word):
        other = "Local" if word != "Local" else "Other"
        cases: list[dict[str, Any]] = [
            {"end_reason": spelt},
            {"charging_end_reason": spelt},
            {"end_reason": spelt, "charging_end_reason": other},
            {"end_reason": "", "charging_end_reason": spelt},
        ]
        for told in cases:
            assert session(**told).stop_reason is STOPS[word]
            past = KempowerMapping(ReadingReport("ChargEye")).past(
                wire.Transaction(tx_id="tx", **told)
            )
            assert past.stop_reason is STOPS[word]


def test_unknown_words() -> None:
    """A word of no document is counted under what it is about."""
    report = ReadingReport("ChargEye")
    mapping = KempowerMapping(report)
    transaction = wire.TxInfo(
        tx_id="tx",
        status="c",
        start_reason="d",
        end_reason="e",
        power_limitation="f",
    )
    connector = wire.ConnectorInfo(
        connector_id="1", status="a", type="b", latest_transaction=transaction
    )
    mapping.station(
        wire.StationInfo(
            station_id="CS1", status="g", online_status="h", connectors=[connector]
        )
    )
    assert report.unknown_values == {
        ("connector status", "a"): 1,
        ("connector type", "b"): 1,
        ("session status", "c"): 1,
        ("start reason", "d"): 1,
        ("stop reason", "e"): 1,
        ("power limitation", "f"): 1,
        ("station status", "g"): 1,
        ("online status", "h"): 1,
    }


# ---- what an occupied connector is doing

CHARGED = {"charging_start_time": START}
ENDED = {"charging_end_time": START}


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (None, ConnectorStatus.PREPARING),
        ({}, ConnectorStatus.PREPARING),
        ({"power_limitation": "Queue"}, ConnectorStatus.PREPARING),
        (ENDED, ConnectorStatus.PREPARING),
        (CHARGED, ConnectorStatus.SUSPENDED_EV),
        ({**CHARGED, "power_limitation": "Grid"}, ConnectorStatus.SUSPENDED_EV),
        ({**CHARGED, "power_limitation": "QUEUE"}, ConnectorStatus.SUSPENDED_EVSE),
        ({**CHARGED, **ENDED}, ConnectorStatus.FINISHING),
        (
            {**CHARGED, **ENDED, "power_limitation": "Queue"},
            ConnectorStatus.FINISHING,
        ),
        ({**CHARGED, **ENDED, "end_time": START}, ConnectorStatus.PREPARING),
        ({**CHARGED, "status": "ENDED"}, ConnectorStatus.PREPARING),
        ({**CHARGED, "end_time": START}, ConnectorStatus.PREPARING),
    ],
)
@pytest.mark.parametrize("word", ["Occupied", "OCCUPIED"])
def test_occupied(
    word: str, told: dict[str, Any] | None, status: ConnectorStatus
) -> None:
    """The session decides what occupies a connector; one that is over was another's."""
    transaction = None if told is None else wire.TxInfo(tx_id="tx", **told)
    _, found = read(status=word, latest_transaction=transaction)
    assert (found.status, found.power, found.plugged_in) == (status, 0.0, True)


def test_occupied_without_a_car() -> None:
    """Somebody is authorised, and nothing is plugged in yet."""
    for word in ("AuthorizedNotPluggedIn", "AUTHORIZED_NOT_PLUGGED_IN"):
        transaction = wire.TxInfo(tx_id="tx", status=word)
        _, found = read(status="Occupied", latest_transaction=transaction)
        assert found.plugged_in is False
        assert found.status is ConnectorStatus.PREPARING


@pytest.mark.parametrize(
    ("told", "power"),
    [
        ({"power_kw": 11.5}, 11500),
        ({"power_kw": 0}, 0),
        ({}, None),
        ({"power_kw": 11.5, "status": "Ended"}, None),
        ({"power_kw": 11.5, "end_time": START}, None),
        ({"power_kw": 11.5, "charging_end_time": START}, 11500),
    ],
)
def test_power(told: dict[str, Any], power: float | None) -> None:
    """A charging connector gives what its session says, unless that is over."""
    transaction = wire.TxInfo(tx_id="tx", **told)
    _, found = read(status="Charging", latest_transaction=transaction)
    assert found.power == power


@pytest.mark.parametrize(
    ("told", "vehicle"),
    [
        ({}, None),
        ({"schedule_plan": wire.SchedulePlan()}, None),
        ({"schedule_plan": wire.SchedulePlan(ev_id="")}, None),
        ({"schedule_plan": wire.SchedulePlan(ev_id="ev-1")}, "ev-1"),
        (
            {"schedule_plan": wire.SchedulePlan(ev_id="ev-1"), "status": "ended"},
            None,
        ),
        (
            {"schedule_plan": wire.SchedulePlan(ev_id="ev-1"), "end_time": START},
            None,
        ),
    ],
)
def test_whose_plan_is_followed(told: dict[str, Any], vehicle: str | None) -> None:
    """A session that is not over says which vehicle is where."""
    transaction = wire.TxInfo(tx_id="tx", **told)
    found, connector = read(status="Occupied", latest_transaction=transaction)
    assert found.occupied == ({vehicle: connector} if vehicle else {})


def test_only_ids() -> None:
    """Of a station that tells nothing nothing is known."""
    bare = KempowerMapping(ReadingReport("ChargEye")).station(
        wire.StationInfo(station_id="CS1")
    )
    assert (bare.connectors, bare.location, bare.group_id) == ((), None, None)
    assert bare.occupied == {}
