"""How Kempower ChargEye's objects and words become ours.

Source: the ChargEye API reference and the types that correct it, see
:mod:`.wire`.

* Connector ``Occupied`` stands for everything between plugging in and leaving, so the
  session decides: it is over, or has not charged yet → preparing; charging has ended →
  finishing; it is held back by the queue → suspended_evse; otherwise → suspended_ev.
* A session on an ``Available`` connector is over, whatever it says itself.
* Connector and session ``Unknown`` are "not told".
* A session's power is 0 once nothing charges: ChargEye goes on sending a session's
  last values after its end.
* A maximum of 0 is one that was never set.
"""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from ..enums import (
    ConnectorStatus,
    ConnectorType,
    PowerLimitation,
    SessionStatus,
    StartReason,
    StationStatus,
    StopReason,
)
from ..model import (
    ChargingPlan,
    ChargingSession,
    Connector,
    Location,
    Money,
    Station,
    StationDetails,
)
from ..money import from_major
from ..reading.moments import utc
from ..reading.report import ReadingReport
from ..reading.values import kilo, text
from ..reading.words import Words, plain
from . import wire

ONLINE_STATUSES = {"Offline": False, "Online": True}
STATION_STATUSES = {
    "Faulted": StationStatus.FAULTED,
    "Operative": StationStatus.OPERATIVE,
    "Unavailable": StationStatus.UNAVAILABLE,
}
CONNECTOR_TYPES = {
    "AC": ConnectorType.AC,
    "CCS": ConnectorType.CCS,
    "CHAdeMO": ConnectorType.CHADEMO,
    "Type2": ConnectorType.TYPE_2,
    "oppcharge": ConnectorType.OPPCHARGE,
}
CONNECTOR_STATUSES = {
    "Available": ConnectorStatus.AVAILABLE,
    "Charging": ConnectorStatus.CHARGING,
    "Faulted": ConnectorStatus.FAULTED,
    "Occupied": ConnectorStatus.PREPARING,
    "Reserved": ConnectorStatus.RESERVED,
    "Unavailable": ConnectorStatus.UNAVAILABLE,
}
SESSION_STATUSES = {
    "Alarm": SessionStatus.ACTIVE,
    "AuthorizedNotPluggedIn": SessionStatus.PENDING,
    "Charging": SessionStatus.ACTIVE,
    "Ended": SessionStatus.COMPLETED,
    "InsulationTest": SessionStatus.ACTIVE,
    "PluggedInIdle": SessionStatus.ACTIVE,
}
PLUGGED_IN_STATUSES = frozenset({"charging", "insulationtest", "pluggedinidle"})
POWER_LIMITATIONS = {
    "Charger": PowerLimitation.CHARGER,
    "Grid": PowerLimitation.GRID,
    "Queue": PowerLimitation.QUEUE,
    "Shared": PowerLimitation.SHARED,
    "Vehicle": PowerLimitation.VEHICLE,
}
START_REASONS = {
    "Authorized": StartReason.AUTHORIZED,
    "CablePluggedIn": StartReason.CABLE_PLUGGED_IN,
    "ChargingStateChanged": StartReason.CHARGING_STATE_CHANGED,
    "EVPresenceDetected": StartReason.EV_PRESENCE_DETECTED,
    "Local": StartReason.LOCAL,
    "RemoteStart": StartReason.REMOTE_START,
    "UserStartButtonPressed": StartReason.USER_START_BUTTON_PRESSED,
}
STOP_REASONS = {
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


# Of most stations; one for all of them.
NOT_OCCUPIED: Mapping[str, Connector] = MappingProxyType({})


class StationRead(Struct, frozen=True, gc=False):
    """A station with what else its object told; ``group_id`` is its power group's."""

    station: Station
    connectors: tuple[Connector, ...]
    location: Location | None
    group_id: str | None = None
    # By the ids of the vehicles whose plan they follow.
    occupied: Mapping[str, Connector] = NOT_OCCUPIED


class Make(Struct, frozen=True, kw_only=True, gc=False):
    """How a station was made, and what runs on it."""

    station_id: str
    manufacturer: str | None = None
    model: str | None = None
    model_id: str | None = None
    serial_number: str | None = None
    firmware: str | None = None

    def added_to(self, station: Station) -> Station:
        """Return a station with this."""
        return replace(
            station,
            manufacturer=self.manufacturer,
            model=self.model,
            model_id=self.model_id,
            serial_number=self.serial_number,
            details=StationDetails(firmware=self.firmware) if self.firmware else None,
        )


class KempowerMapping:
    """Makes our objects of the vendor's; words nobody knows are counted."""

    def __init__(self, report: ReadingReport) -> None:
        """Let unknown words be counted in the report."""
        self._online = Words("online status", ONLINE_STATUSES, report)
        self._station = Words("station status", STATION_STATUSES, report)
        self._connector = Words("connector status", CONNECTOR_STATUSES, report)
        self._type = Words("connector type", CONNECTOR_TYPES, report)
        self._session = Words("session status", SESSION_STATUSES, report)
        self._limitation = Words("power limitation", POWER_LIMITATIONS, report)
        self._start = Words("start reason", START_REASONS, report)
        self._stop = Words("stop reason", STOP_REASONS, report)

    def station(self, info: wire.StationInfo) -> StationRead:
        """Return a station, its connectors and what it tells of its location."""
        online = self._online.read(info.online_status)
        made = [
            (told, self._make_connector(info.station_id, online, told))
            for told in info.connectors or ()
        ]
        return StationRead(
            station=Station(
                id=info.station_id,
                name=text(info.name),
                location_id=text(info.location_uid),
                status=self._station.read(info.status),
                online=online,
                power=kilo(info.current_power_kw),
                max_power=kilo(info.max_power_kw) or None,
                current=info.current_power_a,
                max_current=info.max_power_a or None,
                efficiency=info.ac_dc_power_ratio,
            ),
            connectors=tuple(connector for _, connector in made),
            location=_station_location(info),
            group_id=next(iter(info.power_group_parent_path or ()), None),
            occupied={
                vehicle_id: connector
                for told, connector in made
                if (vehicle_id := _vehicle_id(told.transaction))
            }
            or NOT_OCCUPIED,
        )

    def past(self, info: wire.Transaction) -> ChargingSession:
        """Return a session of the past, as the list of transactions has it."""
        return ChargingSession(
            id=info.tx_id,
            station_id=text(info.station_id),
            connector_id=text(info.evse_id),
            connector_name=text(info.evse_name),
            status=self._session.read(info.status),
            start_reason=self._start.read(info.start_reason),
            stop_reason=self._stop.read(info.end_reason or info.charging_end_reason),
            started_at=utc(info.start_time),
            charging_started_at=utc(info.charging_start_time),
            charging_ended_at=utc(info.charging_end_time),
            ended_at=utc(info.end_time),
            energy=kilo(info.charged_energy_kwh),
            average_power=kilo(info.avg_power_kw),
            peak_power=kilo(info.max_power_kw),
            state_of_charge=info.soc if info.soc_end is None else info.soc_end,
            initial_state_of_charge=info.soc_start,
            state_of_charge_limit=info.soc_limit,
            cost=_cost(info),
        )

    def _make_connector(
        self, station_id: str, online: bool | None, info: wire.ConnectorInfo
    ) -> Connector:
        transaction = info.transaction
        status = self._connector.read(info.status)
        if _bare(info.status) == "occupied":
            status = _occupied(transaction)
        maximum = (
            info.max_power_kw
            if info.max_power_kw_actual is None
            else info.max_power_kw_actual
        )
        return Connector(
            station_id=station_id,
            id=info.connector_id,
            name=text(info.name),
            type=self._type.read(info.type),
            status=status,
            online=online,
            plugged_in=_plugged_in(info.status, transaction),
            power=_power(status, transaction),
            max_power=kilo(maximum),
            session=None
            if transaction is None
            else self._make_session(transaction, status),
        )

    def _make_session(
        self, info: wire.TxInfo, connector: ConnectorStatus | None
    ) -> ChargingSession:
        status = self._session.read(info.status)
        if connector is ConnectorStatus.AVAILABLE and status is SessionStatus.ACTIVE:
            # Nothing is plugged in; ChargEye has not yet said that it is over.
            status = SessionStatus.COMPLETED
        return ChargingSession(
            id=info.tx_id,
            status=status,
            start_reason=self._start.read(
                info.start_reason or info.charging_start_reason
            ),
            stop_reason=self._stop.read(info.end_reason or info.charging_end_reason),
            started_at=utc(info.start_time),
            charging_started_at=utc(info.charging_start_time),
            charging_ended_at=utc(info.charging_end_time),
            ended_at=utc(info.end_time),
            energy=kilo(info.charged_energy_kwh),
            average_power=kilo(info.power_kw_avg),
            peak_power=kilo(info.power_kw_max),
            state_of_charge=info.soc,
            initial_state_of_charge=info.soc_initial,
            state_of_charge_limit=info.soc_limit,
            power_limitation=self._limitation.read(info.power_limitation),
            plan=None if info.schedule_plan is None else _plan(info.schedule_plan),
        )


def to_make(info: wire.LocationChargingStation) -> Make:
    """Return how a station was made, and what runs on it."""
    made = info.manufacturing_info or wire.ManufacturingInfo()
    return Make(
        station_id=info.station_id,
        manufacturer=text(info.vendor_name),
        model=text(info.model) or text(made.product_name),
        model_id=text(made.product_id),
        serial_number=text(made.serial_number),
        firmware=text(info.firmware_version),
    )


def _cost(info: wire.Transaction) -> Money | None:
    if info.total_cost_cents is None or info.payment_currency is None:
        return None
    return from_major(info.total_cost_cents / 100, info.payment_currency.upper())


def to_location(info: wire.CeLocation) -> Location:
    """Return a location of the vendor's own list."""
    return Location(
        id=info.id,
        name=text(info.name),
        latitude=info.lat,
        longitude=info.lng,
        operator=info.operator.name if info.operator else None,
    )


def _station_location(info: wire.StationInfo) -> Location | None:
    location_id = text(info.location_uid)
    if location_id is None:
        return None
    told = info.location or wire.StationLocation()
    return Location(
        id=location_id,
        name=text(told.name),
        latitude=told.lat,
        longitude=told.lng,
    )


def _plan(info: wire.SchedulePlan) -> ChargingPlan:
    return ChargingPlan(
        departure=utc(info.planned_departure_time),
        state_of_charge=info.target_soc,
        power=kilo(info.power_kw),
    )


def _vehicle_id(transaction: wire.TxInfo | None) -> str | None:
    """Return whose plan a session follows that is not over."""
    if transaction is None or transaction.schedule_plan is None:
        return None
    return None if _is_over(transaction) else transaction.schedule_plan.ev_id


def _bare(word: str | None) -> str | None:
    return plain(word) if word else None


def _is_over(transaction: wire.TxInfo) -> bool:
    return _bare(transaction.status) == "ended" or transaction.end_time is not None


def _occupied(transaction: wire.TxInfo | None) -> ConnectorStatus:
    if (
        transaction is None
        or transaction.charging_start_time is None
        # The session is the previous one's: another car has come since.
        or _is_over(transaction)
    ):
        return ConnectorStatus.PREPARING
    if transaction.charging_end_time is not None:
        return ConnectorStatus.FINISHING
    if _bare(transaction.power_limitation) == "queue":
        return ConnectorStatus.SUSPENDED_EVSE
    return ConnectorStatus.SUSPENDED_EV


def _plugged_in(status: str | None, transaction: wire.TxInfo | None) -> bool | None:
    session = _bare(transaction.status) if transaction else None
    match _bare(status):
        case "charging":
            return True
        case "occupied":
            return session != "authorizednotpluggedin"
        case "available" | "reserved":
            return False
        case _:
            return True if session in PLUGGED_IN_STATUSES else None


def _power(
    status: ConnectorStatus | None, transaction: wire.TxInfo | None
) -> float | None:
    if status is None:
        return None
    if status is not ConnectorStatus.CHARGING:
        return 0.0
    if transaction is None or _is_over(transaction):
        return None
    return kilo(transaction.power_kw)
