"""The neutral model that every vendor's answers are mapped to.

Terms are OCPI's and OCPP's: a location has stations, a station has connectors, a
charging session runs on a connector. All objects are immutable and compare by value.

Units are SI base units: W, Wh, A; states of charge are per cent; times are aware and
in UTC. ``None`` always means that the vendor did not tell, never "zero" or "no".
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class StationStatus(StrEnum):
    """What a station as a whole can do (OCPP's words for charge point 0)."""

    OPERATIVE = "operative"
    UNAVAILABLE = "unavailable"
    FAULTED = "faulted"


class ConnectorStatus(StrEnum):
    """OCPP 1.6 ``ChargePointStatus``."""

    AVAILABLE = "available"
    PREPARING = "preparing"
    CHARGING = "charging"
    SUSPENDED_EV = "suspended_ev"
    SUSPENDED_EVSE = "suspended_evse"
    FINISHING = "finishing"
    RESERVED = "reserved"
    UNAVAILABLE = "unavailable"
    FAULTED = "faulted"


class ConnectorType(StrEnum):
    """The kind of plug; ``AC`` where a vendor tells only the kind of current."""

    AC = "ac"
    TYPE_2 = "type2"
    CCS = "ccs"
    CHADEMO = "chademo"
    OPPCHARGE = "oppcharge"

    @property
    def is_direct_current(self) -> bool:
        """Tell whether the car reports its state of charge over this plug."""
        return self not in {ConnectorType.AC, ConnectorType.TYPE_2}


class SessionStatus(StrEnum):
    """OCPI 2.2 ``SessionStatus``, as far as a vendor can tell it."""

    PENDING = "pending"
    ACTIVE = "active"
    COMPLETED = "completed"


class PowerLimitation(StrEnum):
    """What keeps a session from charging faster."""

    CHARGER = "charger"
    VEHICLE = "vehicle"
    GRID = "grid"
    SHARED = "shared"
    QUEUE = "queue"


class StartReason(StrEnum):
    """What began a session or its charging (OCPP 2.0.1 ``TriggerReason``, shortened)."""

    AUTHORIZED = "authorized"
    CABLE_PLUGGED_IN = "cable_plugged_in"
    CHARGING_STATE_CHANGED = "charging_state_changed"
    EV_PRESENCE_DETECTED = "ev_presence_detected"
    LOCAL = "local"
    REMOTE_START = "remote_start"
    USER_START_BUTTON_PRESSED = "user_start_button_pressed"


class StopReason(StrEnum):
    """Why a session ended: OCPP 2.0.1 ``Reason`` and two words that vendors add."""

    CHARGING_STATE_CHANGED = "charging_state_changed"
    DEAUTHORIZED = "deauthorized"
    EMERGENCY_STOP = "emergency_stop"
    EV_DISCONNECTED = "ev_disconnected"
    GROUND_FAULT = "ground_fault"
    IMMEDIATE_RESET = "immediate_reset"
    LOCAL = "local"
    LOCAL_OUT_OF_CREDIT = "local_out_of_credit"
    OTHER = "other"
    OVERCURRENT_FAULT = "overcurrent_fault"
    POWER_LOSS = "power_loss"
    REMOTE = "remote"
    SOC_LIMIT_REACHED = "soc_limit_reached"
    STOPPED_BY_EV = "stopped_by_ev"
    TIME_LIMIT_REACHED = "time_limit_reached"
    TIMEOUT = "timeout"
    UNLOCK_COMMAND = "unlock_command"


class Location(Struct, frozen=True, kw_only=True):
    """A site with stations. Coordinates are in degrees (WGS 84).

    ``reference`` is the operator's own name for it, which the vendor only keeps.
    """

    id: str
    name: str | None = None
    reference: str | None = None
    address: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    operator: str | None = None


class Station(Struct, frozen=True, kw_only=True):
    """A charging station: one connection to the cloud, one or more connectors.

    ``power`` is the output in W, ``current`` the input in A; ``max_power`` and
    ``max_current`` are what the station can do with its present configuration.
    ``efficiency`` is what of the input becomes output, from 0 to 1. ``power_groups``
    are the load-balancing groups it belongs to, the outermost first.
    """

    id: str
    name: str | None = None
    location_id: str | None = None
    status: StationStatus | None = None
    online: bool | None = None
    power: float | None = None
    max_power: float | None = None
    current: float | None = None
    max_current: float | None = None
    efficiency: float | None = None
    labels: tuple[str, ...] = ()
    power_groups: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


class ChargingPlan(Struct, frozen=True, kw_only=True):
    """What a session is meant to reach: ``state_of_charge`` at ``departure``.

    ``power`` is in W and holds until ``power_until``. The ids are the vendor's.
    """

    schedule_id: str | None = None
    vehicle_id: str | None = None
    arrival: datetime | None = None
    departure: datetime | None = None
    state_of_charge: float | None = None
    power: float | None = None
    power_until: datetime | None = None


class ChargingSession(Struct, frozen=True, kw_only=True):
    """A charging session, running or over.

    ``energy`` is in Wh, the powers in W, the states of charge in per cent. The limits
    are where the session stops by itself; ``time_limit`` is in seconds.
    """

    id: str
    status: SessionStatus | None = None
    start_reason: StartReason | None = None
    stop_reason: StopReason | None = None
    started_at: datetime | None = None
    charging_started_at: datetime | None = None
    charging_ended_at: datetime | None = None
    ended_at: datetime | None = None
    energy: float | None = None
    average_power: float | None = None
    peak_power: float | None = None
    state_of_charge: float | None = None
    initial_state_of_charge: float | None = None
    state_of_charge_limit: float | None = None
    energy_limit: float | None = None
    time_limit: float | None = None
    power_limitation: PowerLimitation | None = None
    plan: ChargingPlan | None = None

    @property
    def is_running(self) -> bool:
        """Tell whether the vendor counts the session as not yet over."""
        return self.status in {SessionStatus.PENDING, SessionStatus.ACTIVE}


class Connector(Struct, frozen=True, kw_only=True):
    """A connector of a station, with its latest session.

    ``id`` is unique only inside the station. ``online`` is its station's: the other
    values of a connector whose station is offline are the last ones known. ``power``
    is in W and is 0 when nothing charges, whatever an old session last reported.
    """

    station_id: str
    id: str
    name: str | None = None
    type: ConnectorType | None = None
    status: ConnectorStatus | None = None
    online: bool | None = None
    plugged_in: bool | None = None
    power: float | None = None
    max_power: float | None = None
    session: ChargingSession | None = None

    @property
    def is_charging(self) -> bool | None:
        """Tell whether energy flows; None where the status is not known."""
        if self.status is None:
            return None
        return self.status is ConnectorStatus.CHARGING
