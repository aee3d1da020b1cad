"""How ev.energy's chargers and vehicles become ours.

Source: the OpenAPI file of version 2, and the vendor's pages on concepts.

* A charger has one connector, which the vendor does not name apart from it.
* A charger is online while its latest log is at most 15 minutes old by the vendor's
  clock: the API has no flag on purpose, and suggests that limit. One that never
  reported is offline. A log that has no time, or one that lies ahead, says nothing.
* Control pilot F → faulted, E → unavailable; charging → charging; plugged in and held
  back by a SMART session → suspended_evse; plugged in otherwise → suspended_ev; not
  plugged in → available.
* The power of what does not charge is 0; a vehicle's power is unknown once its log is
  older than an hour.
* The strength of a charger's signal is its log's; without one there, that which is read
  now and then.
* A vehicle's kind of current is told by long texts, of which the first two letters count.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter

from msgspec import Struct, structs

from ..enums import (
    ConnectorStatus,
    ConnectorType,
    ControlPilot,
    CurrentType,
    Lifecycle,
    LinkState,
    LockMode,
    SessionMode,
    StationMode,
    VehicleState,
)
from ..model import ChargingSession, Connector, Station, StationDetails, Vehicle
from ..reading.ageing import Ages
from ..reading.moments import after, utc
from ..reading.report import ReadingReport
from ..reading.same import Made, MadeRows, Mapped
from ..reading.values import text
from ..reading.words import Words
from . import wire
from .sessions import CONNECTOR_ID

ONLINE_FOR = timedelta(minutes=15)
VEHICLE_LOG_GOOD_FOR = timedelta(hours=1)
NO_LOG, NO_VEHICLE_LOG = wire.EvseStatusLog(), wire.VehicleStatusLog()

LOCK_MODES = {
    "UNLOCKED": LockMode.UNLOCKED,
    "SMART": LockMode.SMART,
    "LOCKED": LockMode.LOCKED,
}
CONTROL_PILOTS = {pilot.value: pilot for pilot in ControlPilot}
STATION_MODES = {
    "Idle": StationMode.IDLE,
    "Delay": StationMode.DELAY,
    "Charge": StationMode.CHARGE,
    "Discharge": StationMode.DISCHARGE,
    "FFR": StationMode.FREQUENCY_RESPONSE,
    "Load match": StationMode.LOAD_MATCH,
    "Export match": StationMode.EXPORT_MATCH,
    "Peak time": StationMode.PEAK_TIME,
    "Deep sleep": StationMode.DEEP_SLEEP,
}
LIFECYCLES = {
    "CREATED_LINKED": Lifecycle.LINKED,
    "INSTALLED": Lifecycle.INSTALLED,
    "PROBABLY_INSTALLED": Lifecycle.INSTALLED,
    "COMMISSIONED": Lifecycle.COMMISSIONED,
    "ENROLLED": Lifecycle.ENROLLED,
    "PENDING": Lifecycle.PENDING,
    "DECOMMISSIONED": Lifecycle.DECOMMISSIONED,
    "UNPAIRED": Lifecycle.UNPAIRED,
}
VEHICLE_STATES = {
    "DRIVING": VehicleState.DRIVING,
    "RECENTLY_FINISHED_DRIVING": VehicleState.RECENTLY_DRIVEN,
    "STATIONARY": VehicleState.STATIONARY,
    "IN_SERVICE": VehicleState.IN_SERVICE,
    "PLUGGED_IN_NOT_CHARGING": VehicleState.PLUGGED_IN,
    "PLUGGED_IN_CHARGING": VehicleState.CHARGING,
    "PLUGGED_IN_COMPLETE": VehicleState.COMPLETE,
    "PLUGGED_IN_NEAR_READY_BY_TIME": VehicleState.NEAR_DEPARTURE,
    "PLUGGED_IN_ALMOST_COMPLETE": VehicleState.ALMOST_COMPLETE,
}
CURRENT_TYPES = {"ac": CurrentType.AC, "dc": CurrentType.DC}
LINK_STATES = {
    "ACTIVE": LinkState.ACTIVE,
    "INACTIVE": LinkState.INACTIVE,
    "UNINTEGRATED": LinkState.NONE,
}


class KnownDetails(Struct, frozen=True, kw_only=True):
    """What is read of chargers and vehicles now and then, by their ids."""

    stations: Mapping[str, StationDetails] = {}
    at_home: Mapping[str, bool | None] = {}
    stated_charge: Mapping[str, float | None] = {}


def _told[ToldT](
    made: Made[tuple[ToldT | None, ...]],
    told: Mapping[str, ToldT],
    ids: tuple[str, ...],
) -> tuple[ToldT | None, ...]:
    """Return what is told of each object; the very same of the same mapping and objects."""
    return made.of((told, ids), lambda: (*map(told.get, ids),))


class EvEnergyMapping:
    """Makes our objects of the vendor's; words nobody knows are counted."""

    def __init__(self, report: ReadingReport) -> None:
        """Let what cannot be read be counted in the report."""
        self._lifecycle = Words("charger lifecycle", LIFECYCLES, report)
        self._vehicle_state = Words("vehicle state", VEHICLE_STATES, report)
        self._lock = Words("lock mode", LOCK_MODES, report)
        self._pilot = Words("control pilot status", CONTROL_PILOTS, report)
        self._station_mode = Words("charger mode", STATION_MODES, report)
        self._link = Words("vehicle link", LINK_STATES, report)
        self._ids_of_chargers = Made[tuple[str, ...]]()
        self._ids_of_vehicles = Made[tuple[str, ...]]()
        self._online = Ages(_is_online, _online_turns)
        self._recent = Ages(_is_vehicle_recent, _vehicle_turns)
        self._charger_sessions = Made[tuple[ChargingSession | None, ...]]()
        self._charger_details = Made[tuple[StationDetails | None, ...]]()
        self._vehicle_sessions = Made[tuple[ChargingSession | None, ...]]()
        self._at_home = Made[tuple[bool | None, ...]]()
        self._stated_charge = Made[tuple[float | None, ...]]()
        self._chargers = MadeRows[tuple[Station, Connector]]()
        self._stations = Mapped[tuple[Station, Connector], Station](itemgetter(0))
        self._connectors = Mapped[tuple[Station, Connector], Connector](itemgetter(1))
        self._vehicles = MadeRows[Vehicle]()

    def chargers(
        self,
        evses: Sequence[wire.Evse],
        sessions: Mapping[str, ChargingSession],
        details: KnownDetails,
        now: datetime,
    ) -> tuple[tuple[Station, ...], tuple[Connector, ...]]:
        """Return chargers as stations, and the only connector of each with its session.

        Args:
            evses: the chargers.
            sessions: the latest of each that had one.
            details: what is read now and then.
            now: the time at the vendor.
        """
        ids = self._ids_of_chargers.of((evses,), lambda: (*(it.id for it in evses),))
        session_of = _told(self._charger_sessions, sessions, ids)
        detail_of = _told(self._charger_details, details.stations, ids)
        online = self._online.of(evses, now)
        made = self._chargers.of(
            (evses, session_of, detail_of, online),
            lambda row: self._make_charger(
                evses[row], session_of[row], detail_of[row], online[row]
            ),
        )
        return self._stations.of(made), self._connectors.of(made)

    def _make_charger(
        self,
        evse: wire.Evse,
        session: ChargingSession | None,
        details: StationDetails | None,
        online: bool | None,
    ) -> tuple[Station, Connector]:
        log = _log(evse)
        model = evse.model if isinstance(evse.model, wire.Model) else None
        name = _name(model)
        pilot = self._pilot.read(log.control_pilot_status)
        station = Station(
            id=evse.id,
            name=name,
            manufacturer=_name(model.make) if model else None,
            model=name,
            serial_number=text(evse.cpid),
            connectors_identified=False,
            online=online,
            energy=log.meter_reading_watt_hours,
            supply_power=log.inlet_power_watts,
            voltage=_milli(log.voltage_millivolts),
            export_power=log.export_power_watts,
            max_current=_milli(log.max_current_rating_milliamps),
            cable_current=_milli(log.cable_current_rating_milliamps),
            signal_strength=_signal(log, details),
            free_vend=log.is_enabled,
            lifecycle=self._lifecycle.read(evse.lifecycle_state),
            mode=self._station_mode.read(log.mode),
            lock_mode=self._lock.read(evse.lock_mode),
            control_pilot=pilot,
            reported_at=utc(log.sampled_at),
            details=details,
        )
        return station, Connector(
            station_id=evse.id,
            id=CONNECTOR_ID,
            type=ConnectorType.AC,
            status=_connector_status(log, pilot, session),
            online=online,
            plugged_in=log.is_plugged_in,
            power=_power(log.is_charging, log.charge_rate_watts),
            session=session,
        )

    def vehicles(
        self,
        vehicles: Sequence[wire.Vehicle],
        sessions: Mapping[str, ChargingSession],
        details: KnownDetails,
        now: datetime,
    ) -> tuple[Vehicle, ...]:
        """Return vehicles, each with its latest session."""
        ids = self._ids_of_vehicles.of(
            (vehicles,), lambda: (*(it.id for it in vehicles),)
        )
        session_of = _told(self._vehicle_sessions, sessions, ids)
        at_home = _told(self._at_home, details.at_home, ids)
        stated = _told(self._stated_charge, details.stated_charge, ids)
        recent = self._recent.of(vehicles, now)
        return self._vehicles.of(
            (vehicles, session_of, at_home, stated, recent),
            lambda row: structs.replace(
                self._make_vehicle(
                    vehicles[row], session_of[row], is_recent=recent[row]
                ),
                at_home=at_home[row],
                stated_charge=stated[row],
            ),
        )

    def _make_vehicle(
        self,
        vehicle: wire.Vehicle,
        session: ChargingSession | None,
        *,
        is_recent: bool,
    ) -> Vehicle:
        log = _vehicle_log(vehicle)
        trim = vehicle.trim if isinstance(vehicle.trim, wire.Trim) else None
        model = trim.model if trim and isinstance(trim.model, wire.Model) else None
        name = _name(model)
        sampled_at = utc(log.sampled_at)
        charging = log.is_charging if is_recent else None
        rate = (
            log.estimated_charge_rate_watts
            if log.charge_rate_watts is None
            else log.charge_rate_watts
        )
        return Vehicle(
            id=vehicle.id,
            name=text(vehicle.description) or name,
            manufacturer=_name(model.make) if model else None,
            model=" ".join(filter(None, (name, text(trim.name) if trim else None)))
            or None,
            battery_size=vehicle.battery_size_watt_hours,
            battery_energy=log.charge_level_watt_hours,
            plugged_in=log.is_plugged_in,
            charging=charging,
            power=_power(charging, rate),
            state_of_charge=log.state_of_charge_percentage,
            target_state_of_charge=log.target_charge_level_percentage,
            charge_limit=vehicle.maximum_charge_limit_percentage,
            energy_added=log.charge_energy_added_watt_hours,
            current_type=_current_type(log),
            charging_complete=log.is_complete,
            state=self._vehicle_state.read(log.state),
            full_at=_full_at(log, sampled_at) if charging else None,
            odometer=log.odometer_meters,
            smart_charging=vehicle.smart_charging_enabled,
            link=self._link.read(vehicle.integrated),
            disabled=vehicle.disabled,
            reported_at=sampled_at,
            session=session,
        )


def _vehicle_log(vehicle: wire.Vehicle) -> wire.VehicleStatusLog:
    log = vehicle.latest_status_log
    return log if isinstance(log, wire.VehicleStatusLog) else NO_VEHICLE_LOG


def _log(evse: wire.Evse) -> wire.EvseStatusLog:
    log = evse.latest_status_log
    return log if isinstance(log, wire.EvseStatusLog) else NO_LOG


def _name(named: wire.Model | wire.Make | str | None) -> str | None:
    if named is None or isinstance(named, str):
        return None
    return text(named.display_name) or text(named.name)


def _milli(value: float | None) -> float | None:
    return None if value is None else value / 1000


def _is_online(evse: wire.Evse, now: datetime) -> bool | None:
    if evse.latest_status_log is None:
        return False
    sampled_at = utc(_log(evse).sampled_at)
    if sampled_at is None or sampled_at - now > ONLINE_FOR:
        return None
    return _is_recent(sampled_at, now, ONLINE_FOR)


def _online_turns(evse: wire.Evse) -> Iterator[datetime]:
    yield from _turns(utc(_log(evse).sampled_at), ONLINE_FOR)


def _is_vehicle_recent(vehicle: wire.Vehicle, now: datetime) -> bool:
    sampled_at = utc(_vehicle_log(vehicle).sampled_at)
    return _is_recent(sampled_at, now, VEHICLE_LOG_GOOD_FOR)


def _vehicle_turns(vehicle: wire.Vehicle) -> Iterator[datetime]:
    yield from _turns(utc(_vehicle_log(vehicle).sampled_at), VEHICLE_LOG_GOOD_FOR)


def _turns(sampled_at: datetime | None, limit: timedelta) -> Iterator[datetime]:
    """Yield when a log begins to be recent, and when it is no longer."""
    if sampled_at is not None:
        yield sampled_at - ONLINE_FOR
        yield sampled_at + limit + datetime.resolution


def _is_recent(sampled_at: datetime | None, now: datetime, limit: timedelta) -> bool:
    """Tell whether a log is new enough; clocks may differ, but not by much."""
    return sampled_at is not None and -ONLINE_FOR <= now - sampled_at <= limit


def _power(charging: bool | None, rate: float | None) -> float | None:
    return 0.0 if charging is False else rate if charging else None


def _full_at(
    log: wire.VehicleStatusLog, sampled_at: datetime | None
) -> datetime | None:
    if sampled_at is None or log.minutes_to_full_charge is None:
        return None
    full = after(sampled_at, log.minutes_to_full_charge * 60)
    return full.replace(second=0, microsecond=0) if full else None


def _connector_status(
    log: wire.EvseStatusLog,
    pilot: ControlPilot | None,
    session: ChargingSession | None,
) -> ConnectorStatus | None:
    if pilot is ControlPilot.FAULT:
        return ConnectorStatus.FAULTED
    if pilot is ControlPilot.NO_POWER:
        return ConnectorStatus.UNAVAILABLE
    if log.is_charging:
        return ConnectorStatus.CHARGING
    if log.is_plugged_in is None:
        return None
    if not log.is_plugged_in:
        return ConnectorStatus.AVAILABLE
    if session and session.is_running and session.mode is SessionMode.SMART:
        return ConnectorStatus.SUSPENDED_EVSE
    return ConnectorStatus.SUSPENDED_EV


def _signal(log: wire.EvseStatusLog, details: StationDetails | None) -> float | None:
    if log.signal_strength_rssi_dbm is not None:
        return log.signal_strength_rssi_dbm
    return details.signal_strength if details else None


def _current_type(log: wire.VehicleStatusLog) -> CurrentType | None:
    return CURRENT_TYPES.get((log.current_type or "").strip()[:2].casefold())
