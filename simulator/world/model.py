"""The vendor-neutral words of the simulated world, after OCPI and OCPP.

Units: power in W, energy in Wh, state of charge in percent (0 to 100), times aware and in UTC.
Everything here is frozen: a view of the world, not a handle on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

type Json = bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None

#: later than anything that happens
FAR = datetime.max.replace(tzinfo=UTC)

#: what a driver who pays by card at the station pays, VAT included
CARD_CENTS_PER_KWH = 49
CARD_CURRENCY = "EUR"


class WorldError(ValueError):
    """What was asked of the world is impossible in its present state."""


class NotInWorldError(LookupError):
    """No location, station, connector or vehicle has that id."""


class ConnectorType(StrEnum):
    """Kind of plug."""

    CCS = "ccs"
    CHADEMO = "chademo"
    TYPE2 = "type2"
    AC = "ac"  # alternating current without the plug being told
    PANTOGRAPH = "pantograph"

    @property
    def alternating(self) -> bool:
        """Return whether it gives alternating current: then no state of charge is known."""
        return self in {ConnectorType.TYPE2, ConnectorType.AC}


class ConnectorStatus(StrEnum):
    """State of a connector, in OCPP 1.6's sense."""

    AVAILABLE = "available"
    PREPARING = "preparing"
    CHARGING = "charging"
    FINISHING = "finishing"
    RESERVED = "reserved"
    UNAVAILABLE = "unavailable"
    FAULTED = "faulted"


class Phase(StrEnum):
    """Where a charging session is between its first sign and its end."""

    AUTHORIZED = "authorized"  # authorised, the cable not yet in
    PLUGGED_IN = "plugged_in"  # the cable is in, not yet authorised
    INSULATION_TEST = "insulation_test"
    CHARGING = "charging"
    FINISHED = "finished"  # charging is over, the cable still in
    ENDED = "ended"


class Authorization(StrEnum):
    """How a driver was recognised."""

    RFID = "rfid"
    CARD = "card"  # payment card at the station
    AUTOCHARGE = "autocharge"  # by the vehicle's MAC address
    REMOTE = "remote"
    FREE = "free"


class StopReason(StrEnum):
    """Why charging or a session ended."""

    EV_STOPPED = "ev_stopped"
    EV_DISCONNECTED = "ev_disconnected"
    SOC_LIMIT = "soc_limit"
    TIME_LIMIT = "time_limit"
    LOCAL = "local"
    REMOTE = "remote"
    OUT_OF_CREDIT = "out_of_credit"
    DEAUTHORIZED = "deauthorized"
    EMERGENCY_STOP = "emergency_stop"
    GROUND_FAULT = "ground_fault"
    OVERCURRENT = "overcurrent"
    POWER_LOSS = "power_loss"
    TIMEOUT = "timeout"


class Limiter(StrEnum):
    """What keeps the power of a charging connector from being higher."""

    CHARGER = "charger"
    VEHICLE = "vehicle"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Location:
    """A site with stations."""

    id: str
    name: str
    address: str
    postal_code: str
    city: str
    latitude: float
    longitude: float
    reference: str | None = None  # the operator's own


@dataclass(frozen=True, slots=True)
class VehicleModel:
    """A make of vehicle and how it charges.

    `knee` is the state of charge above which the power falls off.
    """

    name: str
    battery_wh: float
    max_dc_w: float
    max_ac_w: float
    knee: float
    wh_per_km: float
    volts: float
    bus: bool = False


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle; one without a location is a visitor that nobody's fleet lists."""

    id: str
    name: str
    model: VehicleModel
    plate: str
    mac: str
    vin: str
    odometer_km: float
    location_id: str | None


@dataclass(frozen=True, slots=True)
class ConnectorSpec:
    """What a connector is, as opposed to what happens on it. `id` is unique inside its station only."""

    id: str
    number: int
    name: str
    type: ConnectorType
    max_w: float


@dataclass(frozen=True, slots=True)
class StationSpec:
    """What a station is, as opposed to what happens on it."""

    id: str
    product: str
    product_id: str
    serial: str
    firmware: str
    max_w: float
    efficiency: float  # DC out per AC in
    delivered: str  # ISO date
    connectors: tuple[ConnectorSpec, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A charging session as it stood at `updated`."""

    id: str
    station_id: str
    connector: ConnectorSpec
    vehicle: Vehicle
    phase: Phase
    start: datetime
    plugged_at: datetime | None
    authorized_at: datetime | None
    charging_start: datetime | None
    charging_end: datetime | None
    end: datetime | None
    updated: datetime
    cable_first: bool
    authorization: Authorization
    id_token: str
    stop_reason: StopReason | None
    end_reason: StopReason | None
    alarms: tuple[str, ...]
    soc_start: float
    battery_soc: float
    soc_limit: float
    power_w: float
    peak_w: float
    limiter: Limiter | None

    @property
    def energy_wh(self) -> float:
        """Return the energy given so far; nothing is lost on the way into the battery."""
        return (self.battery_soc - self.soc_start) / 100 * self.vehicle.model.battery_wh

    @property
    def soc(self) -> float | None:
        """Return the state of charge as far as the station knows it: never on AC, nor before charging."""
        if self.connector.type.alternating or self.charging_start is None:
            return None
        return self.battery_soc

    @property
    def charging_seconds(self) -> float:
        """Return how long it has been, or was, charging."""
        if self.charging_start is None:
            return 0.0
        return (
            (self.charging_end or self.updated) - self.charging_start
        ).total_seconds()

    @property
    def average_w(self) -> float:
        """Return the average power while charging."""
        seconds = self.charging_seconds
        return self.energy_wh * 3600 / seconds if seconds > 0 else 0.0

    @property
    def cost_cents(self) -> int | None:
        """Return what a card paid, VAT included; None when no card was used."""
        if self.authorization is not Authorization.CARD:
            return None
        return round(self.energy_wh / 1000 * CARD_CENTS_PER_KWH)


@dataclass(frozen=True, slots=True)
class ConnectorView:
    """A connector at one moment, with its running session or else its previous one."""

    spec: ConnectorSpec
    status: ConnectorStatus
    session: Session | None
    fault: str | None

    @property
    def power_w(self) -> float:
        """Return the present power."""
        return self.session.power_w if self.session is not None else 0.0


@dataclass(frozen=True, slots=True)
class StationView:
    """A station as the cloud knows it. While it is offline this is what was known last."""

    spec: StationSpec
    name: str
    location_id: str
    online: bool
    in_service: bool
    seen: datetime
    connectors: tuple[ConnectorView, ...]

    @property
    def id(self) -> str:
        """Return the station's id."""
        return self.spec.id

    @property
    def power_w(self) -> float:
        """Return the present power of all connectors together."""
        return sum(connector.power_w for connector in self.connectors)

    @property
    def faulted(self) -> bool:
        """Return whether no connector works for a fault."""
        return all(
            connector.status is ConnectorStatus.FAULTED for connector in self.connectors
        )


@dataclass(frozen=True, slots=True)
class VehicleView:
    """A vehicle at one moment; `station_id` and `connector_id` say where it is plugged in."""

    vehicle: Vehicle
    soc: float
    charging: bool
    power_w: float
    station_id: str | None = None
    connector_id: str | None = None
