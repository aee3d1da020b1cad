"""The world's words in Kempower's."""

from simulator.world.model import (
    Authorization,
    ConnectorStatus,
    ConnectorType,
    ConnectorView,
    Limiter,
    Phase,
    Session,
    StationView,
    StopReason,
)

CONNECTOR_STATUS = {
    ConnectorStatus.AVAILABLE: "Available",
    ConnectorStatus.PREPARING: "Occupied",
    ConnectorStatus.CHARGING: "Charging",
    ConnectorStatus.FINISHING: "Occupied",
    ConnectorStatus.RESERVED: "Reserved",
    ConnectorStatus.UNAVAILABLE: "Unavailable",
    ConnectorStatus.FAULTED: "Faulted",
}
CONNECTOR_TYPE = {
    ConnectorType.CCS: "CCS",
    ConnectorType.CHADEMO: "CHAdeMO",
    ConnectorType.TYPE2: "Type2",
    ConnectorType.AC: "AC",
    ConnectorType.PANTOGRAPH: "oppcharge",
}
# after charging the cable stays in: the documents have no word of its own for that, PluggedInIdle is our reading
TRANSACTION_STATUS = {
    Phase.AUTHORIZED: "AuthorizedNotPluggedIn",
    Phase.PLUGGED_IN: "PluggedInIdle",
    Phase.INSULATION_TEST: "InsulationTest",
    Phase.CHARGING: "Charging",
    Phase.FINISHED: "PluggedInIdle",
    Phase.ENDED: "Ended",
}
END_REASON = {
    StopReason.EV_STOPPED: "StoppedByEV",
    StopReason.EV_DISCONNECTED: "EVDisconnected",
    StopReason.SOC_LIMIT: "SOCLimitReached",
    StopReason.TIME_LIMIT: "TimeLimitReached",
    StopReason.LOCAL: "Local",
    StopReason.REMOTE: "Remote",
    StopReason.OUT_OF_CREDIT: "LocalOutOfCredit",
    StopReason.DEAUTHORIZED: "DeAuthorized",
    StopReason.EMERGENCY_STOP: "EmergencyStop",
    StopReason.GROUND_FAULT: "GroundFault",
    StopReason.OVERCURRENT: "OvercurrentFault",
    StopReason.POWER_LOSS: "PowerLoss",
    StopReason.TIMEOUT: "Timeout",
}
AUTHORIZATION_METHOD = {
    Authorization.RFID: "RFID_TOKEN",
    Authorization.CARD: "EMV",
    Authorization.AUTOCHARGE: "EVMAC",
    Authorization.REMOTE: "REMOTE_AUTH",
    Authorization.FREE: "IMPLICIT",
}
ID_TOKEN_TYPE = {
    Authorization.RFID: "ISO14443",
    Authorization.CARD: "Local",
    Authorization.AUTOCHARGE: "eMAID",
    Authorization.REMOTE: "Central",
    Authorization.FREE: "NoAuthorization",
}
POWER_LIMITATION = {
    Limiter.CHARGER: "Charger",
    Limiter.VEHICLE: "Vehicle",
    Limiter.SHARED: "Shared",
}
#: what triggered the last message, by how charging ended
END_TRIGGER = {
    StopReason.REMOTE: "RemoteStop",
    StopReason.TIME_LIMIT: "TimeLimitReached",
    StopReason.OUT_OF_CREDIT: "EnergyLimitReached",
    StopReason.DEAUTHORIZED: "Deauthorized",
    StopReason.LOCAL: "StopAuthorized",
}


def station_status(station: StationView) -> str:
    """Return the station's `status`."""
    if station.faulted:
        return "Faulted"
    return "Operative" if station.in_service else "Unavailable"


def connector_status(connector: ConnectorView) -> str:
    """Return the connector's `status`."""
    return CONNECTOR_STATUS[connector.status]


def transaction_status(session: Session) -> str:
    """Return the transaction's `status`."""
    if session.alarms and session.phase is Phase.FINISHED:
        return "Alarm"
    return TRANSACTION_STATUS[session.phase]


def trigger_reason(session: Session) -> str:
    """Return what triggered the last message of a transaction."""
    match session.phase:
        case Phase.AUTHORIZED:
            return (
                "Authorized"
                if session.authorization.value != "remote"
                else "RemoteStart"
            )
        case Phase.PLUGGED_IN:
            return "CablePluggedIn"
        case Phase.INSULATION_TEST:
            return "ChargingStateChanged"
        case Phase.CHARGING:
            return "MeterValuePeriodic"
        case Phase.FINISHED:
            return END_TRIGGER.get(
                session.stop_reason or StopReason.LOCAL, "ChargingStateChanged"
            )
        case Phase.ENDED:
            return (
                "EVConnectTimeout"
                if session.end_reason is StopReason.TIMEOUT
                else "EVDeparted"
            )


def start_reason(session: Session) -> str:
    """Return how the session began."""
    if session.cable_first:
        return "CablePluggedIn"
    return (
        "RemoteStart" if session.authorization is Authorization.REMOTE else "Authorized"
    )


def charging_start_reason(session: Session) -> str:
    """Return how charging began."""
    if session.authorization is Authorization.REMOTE:
        return "RemoteStart"
    return "Authorized" if session.cable_first else "CablePluggedIn"


def classification(session: Session) -> str:
    """Return the `technicalFailClassification` of a session that is over."""
    if session.charging_start is None:
        return "NOT_IDENTIFIED" if session.authorized_at is None else "HANDSHAKE_FAIL"
    if session.alarms and session.charging_seconds < 10:
        return "ABRUPT_STOP"
    return "LOW_POWER" if session.peak_w <= 1000 else "OK"
