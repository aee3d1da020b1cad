"""How ev.energy's objects become ours.

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
* A session is over once it has an end, even one that cannot be read.
* A session's energy, cost, savings and carbon are the sums of its sub-sessions, money
  only where all have one currency. Energy is never null there, so that the sum is not
  known where that of a part is missing. ``cost`` is in minor units, as its siblings say
  of themselves.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from ..enums import (
    ConnectorStatus,
    ConnectorType,
    ControlPilot,
    LinkState,
    LockMode,
    SessionMode,
    SessionStatus,
    StationMode,
)
from ..model import ChargingSession, Connector, Money, Station, StationDetails, Vehicle
from ..reading.moments import after, utc
from ..reading.report import ReadingReport
from ..reading.values import moment, text
from ..reading.words import Words
from . import wire

ONLINE_FOR = timedelta(minutes=15)
VEHICLE_LOG_GOOD_FOR = timedelta(hours=1)
CONNECTOR_ID = "1"

MODES = {
    "SMART": SessionMode.SMART,
    "BOOST": SessionMode.BOOST,
    "UNMANAGED_HOME": SessionMode.UNMANAGED_HOME,
    "UNMANAGED_OTG": SessionMode.UNMANAGED_AWAY,
    "MANAGED_OTG": SessionMode.MANAGED_AWAY,
}
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
LINK_STATES = {
    "ACTIVE": LinkState.ACTIVE,
    "INACTIVE": LinkState.INACTIVE,
    "UNINTEGRATED": LinkState.NONE,
}


class VehicleDetails(Struct, frozen=True, kw_only=True):
    """What is read of a vehicle now and then."""

    at_home: bool | None = None
    stated_charge: float | None = None


class EvEnergyMapping:
    """Makes our objects of the vendor's; words nobody knows are counted."""

    def __init__(self, report: ReadingReport) -> None:
        """Let what cannot be read be counted in the report."""
        self._mode = Words("session mode", MODES, report)
        self._lock = Words("lock mode", LOCK_MODES, report)
        self._pilot = Words("control pilot status", CONTROL_PILOTS, report)
        self._station_mode = Words("charger mode", STATION_MODES, report)
        self._link = Words("vehicle link", LINK_STATES, report)

    def charger(
        self,
        evse: wire.Evse,
        session: ChargingSession | None,
        details: StationDetails | None,
        now: datetime,
    ) -> tuple[Station, Connector]:
        """Return a charger as a station, and its only connector with its session.

        Args:
            evse: the charger.
            session: its latest session.
            details: what is read of it now and then.
            now: the time at the vendor.
        """
        log = _log(evse)
        model = evse.model if isinstance(evse.model, wire.Model) else None
        pilot = self._pilot.read(log.control_pilot_status)
        online = _is_online(evse, now)
        station = Station(
            id=evse.id,
            name=_name(model),
            manufacturer=_name(model.make) if model else None,
            model=_name(model),
            serial_number=text(evse.cpid),
            connectors_identified=False,
            online=online,
            energy=log.meter_reading_watt_hours,
            supply_power=log.inlet_power_watts,
            voltage=_milli(log.voltage_millivolts),
            max_current=_milli(log.max_current_rating_milliamps),
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

    def vehicle(
        self,
        vehicle: wire.Vehicle,
        session: ChargingSession | None,
        details: VehicleDetails,
        now: datetime,
    ) -> Vehicle:
        """Return a vehicle, with its latest session."""
        log = (
            vehicle.latest_status_log
            if isinstance(vehicle.latest_status_log, wire.VehicleStatusLog)
            else wire.VehicleStatusLog()
        )
        trim = vehicle.trim if isinstance(vehicle.trim, wire.Trim) else None
        model = trim.model if trim and isinstance(trim.model, wire.Model) else None
        sampled_at = utc(log.sampled_at)
        charging = (
            log.is_charging
            if _is_recent(sampled_at, now, VEHICLE_LOG_GOOD_FOR)
            else None
        )
        rate = (
            log.estimated_charge_rate_watts
            if log.charge_rate_watts is None
            else log.charge_rate_watts
        )
        return Vehicle(
            id=vehicle.id,
            name=text(vehicle.description) or _name(model),
            manufacturer=_name(model.make) if model else None,
            model=" ".join(
                filter(None, (_name(model), text(trim.name) if trim else None))
            )
            or None,
            battery_size=vehicle.battery_size_watt_hours,
            plugged_in=log.is_plugged_in,
            charging=charging,
            power=_power(charging, rate),
            state_of_charge=log.state_of_charge_percentage,
            target_state_of_charge=log.target_charge_level_percentage,
            charge_limit=vehicle.maximum_charge_limit_percentage,
            energy_added=log.charge_energy_added_watt_hours,
            full_at=_full_at(log, sampled_at) if charging else None,
            odometer=log.odometer_meters,
            at_home=details.at_home,
            stated_charge=details.stated_charge,
            smart_charging=vehicle.smart_charging_enabled,
            link=self._link.read(vehicle.integrated),
            reported_at=sampled_at,
            session=session,
        )

    def session(
        self,
        session: wire.Session,
        schedules: Mapping[str, wire.Schedules],
        now: datetime,
    ) -> ChargingSession:
        """Return a session, summed up over its sub-sessions, which come newest first."""
        parts = [s for s in session.sub_sessions if isinstance(s, wire.SubSession)]
        all_told = len(parts) == len(session.sub_sessions)
        current = next(
            (p for p in parts if not is_over(p)), parts[0] if parts else None
        )
        over = is_over(session)
        block = None
        if current is not None and current.id is not None and not over:
            block = _next_block(schedules.get(current.id), now)
        station_id = wire.id_of(session.evse)
        return ChargingSession(
            id=session.id,
            status=SessionStatus.COMPLETED if over else SessionStatus.ACTIVE,
            mode=self._mode.read(current.mode) if current else None,
            station_id=station_id,
            connector_id=CONNECTOR_ID if station_id else None,
            vehicle_id=wire.id_of(session.vehicle),
            started_at=utc(session.start),
            ended_at=moment(session.end) if over else None,
            energy=_sum(parts, lambda part: part.energy_delivered_watt_hours)
            if all_told
            and all(part.energy_delivered_watt_hours is not None for part in parts)
            else None,
            grid_energy=_sum(parts, lambda part: part.grid_energy_delivered_watt_hours),
            solar_energy=_sum(
                parts, lambda part: part.solar_energy_delivered_watt_hours
            ),
            cost=_money(parts, lambda part: part.cost),
            savings=_money(parts, lambda part: part.savings_cost),
            co2=_sum(parts, lambda part: part.total_co2_grams),
            next_start=block[0] if block else None,
            next_end=block[1] if block else None,
        )


def checked(session: wire.Session, report: ReadingReport) -> wire.Session:
    """Return a session as it is, and count an end that cannot be meant."""
    if is_over(session) and moment(session.end) is None:
        report.odd_value("session.end", "no time that can be meant")
    return session


def is_over(found: wire.Session | wire.SubSession) -> bool:
    """Tell whether a session or a part of one has an end, readable or not."""
    return found.end is not None and text(found.end) is not None


def _log(evse: wire.Evse) -> wire.EvseStatusLog:
    log = evse.latest_status_log
    return log if isinstance(log, wire.EvseStatusLog) else wire.EvseStatusLog()


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


def _sum(
    parts: Iterable[wire.SubSession], read: Callable[[wire.SubSession], float | None]
) -> float | None:
    known = [value for part in parts if (value := read(part)) is not None]
    return sum(known) if known else None


def _money(
    parts: Iterable[wire.SubSession], read: Callable[[wire.SubSession], float | None]
) -> Money | None:
    paid = [part for part in parts if read(part) is not None]
    currencies = {part.currency and part.currency.upper() for part in paid}
    if len(currencies) != 1 or not (currency := currencies.pop()):
        return None
    return Money(_sum(paid, read) or 0, currency)


def _next_block(
    schedules: wire.Schedules | None, now: datetime
) -> tuple[datetime, datetime | None] | None:
    """Return the bounds of the planned charging that is running or comes next."""
    planned = [
        (begins, interval.interval_seconds)
        for interval in (schedules.schedules if schedules else ())
        if (interval.current_milliamps or 0) > 0
        and (begins := utc(interval.started_at)) is not None
    ]
    start: datetime | None = None
    end: datetime | None = None
    for begins, seconds in sorted(planned, key=lambda block: block[0]):
        if start is not None and end is not None and begins > end:
            break
        if seconds is None:
            return (start or begins, None)
        ends = after(begins, seconds)
        if ends is not None and (ends > now or start is not None):
            start, end = start or begins, ends
    return None if start is None else (start, end)
