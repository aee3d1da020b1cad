"""The words of the neutral model: OCPP's and OCPI's wherever they have one."""

from enum import StrEnum


class StationStatus(StrEnum):
    """What a station as a whole can do (OCPP's words for charge point 0).

    See :class:`ConnectorStatus` for the one word that is not OCPP's.
    """

    OPERATIVE = "operative"
    UNAVAILABLE = "out_of_service"
    FAULTED = "faulted"


class ConnectorStatus(StrEnum):
    """OCPP 1.6 ``ChargePointStatus``.

    OCPP's ``Unavailable`` is written as it is meant, out of service: what shows these
    words may say "unavailable" where it does not know one.
    """

    AVAILABLE = "available"
    PREPARING = "preparing"
    CHARGING = "charging"
    SUSPENDED_EV = "suspended_ev"
    SUSPENDED_EVSE = "suspended_evse"
    FINISHING = "finishing"
    RESERVED = "reserved"
    UNAVAILABLE = "out_of_service"
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


class SessionMode(StrEnum):
    """Who decides when a session charges, and where it takes place."""

    SMART = "smart"
    BOOST = "boost"
    UNMANAGED_HOME = "unmanaged_home"
    UNMANAGED_AWAY = "unmanaged_away"
    MANAGED_AWAY = "managed_away"


class LockMode(StrEnum):
    """Whether a station gives energy without being asked."""

    UNLOCKED = "unlocked"
    SMART = "smart"
    LOCKED = "locked"


class ControlPilot(StrEnum):
    """State of the control pilot line (IEC 61851-1)."""

    NO_VEHICLE = "a"
    CONNECTED = "b"
    CHARGING = "c"
    CHARGING_VENTILATED = "d"
    NO_POWER = "e"
    FAULT = "f"


class StationMode(StrEnum):
    """What a station is doing for the grid or for its owner."""

    IDLE = "idle"
    DELAY = "delay"
    CHARGE = "charge"
    DISCHARGE = "discharge"
    FREQUENCY_RESPONSE = "frequency_response"
    LOAD_MATCH = "load_match"
    EXPORT_MATCH = "export_match"
    PEAK_TIME = "peak_time"
    DEEP_SLEEP = "deep_sleep"


class LinkState(StrEnum):
    """Whether a vehicle's maker lets the vendor see the vehicle."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    NONE = "none"


class Lifecycle(StrEnum):
    """How far a charger has come with the vendor, from its link to its end."""

    LINKED = "linked"
    INSTALLED = "installed"
    PENDING = "pending"
    ENROLLED = "enrolled"
    COMMISSIONED = "commissioned"
    DECOMMISSIONED = "decommissioned"
    UNPAIRED = "unpaired"


class VehicleState(StrEnum):
    """What a vehicle is doing."""

    DRIVING = "driving"
    RECENTLY_DRIVEN = "recently_driven"
    STATIONARY = "stationary"
    IN_SERVICE = "in_service"
    PLUGGED_IN = "plugged_in"
    CHARGING = "charging"
    ALMOST_COMPLETE = "almost_complete"
    NEAR_DEPARTURE = "near_departure"
    COMPLETE = "complete"


class CurrentType(StrEnum):
    """The kind of current that a vehicle is charged with."""

    AC = "ac"
    DC = "dc"


class SolarMode(StrEnum):
    """How a session uses the sun."""

    OFF = "off"
    SOLAR_ONLY = "solar_only"
    SOLAR_AND_GRID = "solar_and_grid"
    SOLAR_SMART = "solar_smart"


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


class StartOutcome(StrEnum):
    """How far a remote start got: accepted and seen, or sent and not confirmed yet."""

    STARTED = "started"
    WAITING_FOR_CABLE = "waiting_for_cable"
    REQUESTED = "requested"


class StopOutcome(StrEnum):
    """How far a remote stop got: accepted and seen, or sent and not confirmed yet."""

    STOPPED = "stopped"
    REQUESTED = "requested"


class MaintenanceRule(StrEnum):
    """What a vendor demands of a maintenance window."""

    STARTS_IN_PAST = "starts_in_past"
    ENDS_BEFORE_START = "ends_before_start"
    IS_OVER = "is_over"
