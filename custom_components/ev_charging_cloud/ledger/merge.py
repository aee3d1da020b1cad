"""How what a vendor says of a session becomes one record: pure functions.

* A vendor's silence (``None``) deletes nothing.
* While a session runs, its energy never falls: 0 or less than before is a hiccup.
* What is corrected after the end is taken, except a fall to 0: this is what a vendor
  sends that has lost the value.
* A session that the vendor said is over stays so, unless its energy rises again. One that
  was only not seen any more is open again as soon as it is seen running.
* The start that was told first is kept beside the corrected one.

Merging is idempotent: to merge the same record again changes nothing.
"""

from datetime import datetime
import math

from msgspec.structs import replace

from ..clients.enums import SessionStatus
from ..clients.model import Interval, Money
from .model import EndSource, SessionRecord, Sighting, Source

# Finer than any meter; it makes sums exact when they are counted in this unit.
DECIMALS = 3


def record_of(
    account_id: str, sighting: Sighting, source: Source, seen_at: datetime
) -> SessionRecord:
    """Return what a single sighting tells, as a record.

    Args:
        account_id: whose session it is.
        sighting: what the vendor told.
        source: where it told it.
        seen_at: when it did.
    """
    session = sighting.session
    # A session that runs can have an end that is planned or out of date.
    ended_at = None if session.is_running else session.ended_at
    return SessionRecord(
        account_id=account_id,
        session_id=session.id,
        location_id=sighting.location_id,
        location_name=sighting.location_name,
        station_id=session.station_id,
        station_name=sighting.station_name,
        connector_id=session.connector_id,
        connector_name=sighting.connector_name or session.connector_name,
        vehicle_id=session.vehicle_id,
        vehicle_name=sighting.vehicle_name,
        driver=sighting.driver,
        status=session.status,
        stop_reason=session.stop_reason,
        first_started_at=session.started_at,
        started_at=session.started_at,
        charging_started_at=session.charging_started_at,
        charging_ended_at=session.charging_ended_at,
        ended_at=ended_at,
        end_source=None if ended_at is None else _END_SOURCES[source],
        energy=_positive(session.energy),
        average_power=_positive(session.average_power),
        peak_power=_positive(session.peak_power),
        initial_state_of_charge=_amount(session.initial_state_of_charge),
        state_of_charge=_amount(session.state_of_charge),
        meter_start=_amount(sighting.meter_start),
        meter_stop=_amount(sighting.meter_stop),
        cost=_money(session.cost),
        co2=_amount(session.co2),
        first_seen=seen_at,
        last_seen=seen_at,
        intervals=_in_order(sighting.intervals or ()),
    )


def merge(old: SessionRecord | None, new: SessionRecord) -> SessionRecord:
    """Return what is known of a session after something more was told.

    Args:
        old: what was known; None for nothing.
        new: what was told since then.

    Returns:
        ``old`` itself, where nothing was added but that the session was seen again.
    """
    if old is None:
        return new
    merged = _merged(old, new)
    return old if is_same(old, merged) else merged


def is_same(old: SessionRecord, new: SessionRecord) -> bool:
    """Tell whether two records differ in nothing but when the session was last seen."""
    return replace(new, last_seen=old.last_seen) == old


def closed_at_last_sight(record: SessionRecord) -> SessionRecord:
    """Return an open session as it is closed when the vendor never tells its end."""
    return replace(
        record,
        status=SessionStatus.COMPLETED,
        ended_at=record.until,
        end_source=EndSource.LAST_SEEN,
    )


def _merged(old: SessionRecord, new: SessionRecord) -> SessionRecord:
    if old.is_over and not new.is_over:
        if not _reopens(old, new):
            return old
        old = replace(old, status=None, ended_at=None, end_source=None)
    ended_at, end_source = _end(old, new)
    return SessionRecord(
        account_id=old.account_id,
        session_id=old.session_id,
        location_id=_told(old.location_id, new.location_id),
        location_name=_told(old.location_name, new.location_name),
        station_id=_told(old.station_id, new.station_id),
        station_name=_told(old.station_name, new.station_name),
        connector_id=_told(old.connector_id, new.connector_id),
        connector_name=_told(old.connector_name, new.connector_name),
        vehicle_id=_told(old.vehicle_id, new.vehicle_id),
        vehicle_name=_told(old.vehicle_name, new.vehicle_name),
        driver=_told(old.driver, new.driver),
        status=_told(old.status, new.status),
        stop_reason=_told(old.stop_reason, new.stop_reason),
        first_started_at=_told(new.first_started_at, old.first_started_at),
        started_at=_told(old.started_at, new.started_at),
        charging_started_at=_told(old.charging_started_at, new.charging_started_at),
        charging_ended_at=_told(old.charging_ended_at, new.charging_ended_at),
        ended_at=ended_at,
        end_source=end_source,
        energy=_counted(old.energy, new.energy, is_over=new.is_over),
        average_power=_unless_lost(old.average_power, new.average_power),
        peak_power=_counted(old.peak_power, new.peak_power, is_over=new.is_over),
        initial_state_of_charge=_told(
            old.initial_state_of_charge, new.initial_state_of_charge
        ),
        state_of_charge=_told(old.state_of_charge, new.state_of_charge),
        meter_start=_unless_lost(old.meter_start, new.meter_start),
        meter_stop=_counted(old.meter_stop, new.meter_stop, is_over=new.is_over),
        cost=_cost(old.cost, new.cost, is_over=new.is_over),
        co2=_unless_lost(old.co2, new.co2),
        first_seen=min(old.first_seen, new.first_seen),
        last_seen=max(old.last_seen, new.last_seen),
        intervals=_intervals(old, new),
    )


def _reopens(old: SessionRecord, new: SessionRecord) -> bool:
    """Tell whether a session that was over is running after all."""
    if old.end_source is EndSource.LAST_SEEN:
        return new.last_seen > old.last_seen
    return new.energy is not None and new.energy > (old.energy or 0)


def _end(
    old: SessionRecord, new: SessionRecord
) -> tuple[datetime | None, EndSource | None]:
    """Return when the session ended, and how that is known."""
    if new.ended_at is None:
        if new.is_over and not old.is_over:
            # The vendor says that it is over, but not since when.
            return new.charging_ended_at or old.until, EndSource.LAST_SEEN
        return old.ended_at, old.end_source
    if old.ended_at is None:
        return new.ended_at, new.end_source
    old_is_told = old.end_source is not EndSource.LAST_SEEN
    if old_is_told and new.end_source is EndSource.LAST_SEEN:
        return old.ended_at, old.end_source
    if old_is_told and new.ended_at == old.ended_at:
        # That the history repeats it is no news.
        return old.ended_at, old.end_source
    return new.ended_at, new.end_source


def _told[T](old: T | None, new: T | None) -> T | None:
    return old if new is None else new


def _unless_lost(old: float | None, new: float | None) -> float | None:
    """Return the newer value; 0 is not taken for one that was more."""
    return old if new is None or (not new and old) else new


def _counted(old: float | None, new: float | None, *, is_over: bool) -> float | None:
    """Return a value that cannot fall while the session runs."""
    if old is None or new is None or is_over:
        return _unless_lost(old, new)
    return max(old, new)


def _cost(old: Money | None, new: Money | None, *, is_over: bool) -> Money | None:
    """Return the newer cost; it may fall to 0 only when the session is over."""
    if new is None or (old is not None and old.minor and not new.minor and not is_over):
        return old
    return new


def _intervals(old: SessionRecord, new: SessionRecord) -> tuple[Interval, ...]:
    """Return the newer intervals; while the session runs only if they tell more."""
    if new.is_over and new.intervals:
        return new.intervals
    if _total(new.intervals) > _total(old.intervals) or not old.intervals:
        return new.intervals
    return old.intervals


def _total(intervals: tuple[Interval, ...]) -> float:
    return math.fsum(interval.energy for interval in intervals)


def _in_order(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """Return intervals by their start, one for each; what makes no sense is left out."""
    found = {
        interval.start: Interval(
            interval.start, interval.end, round(interval.energy, DECIMALS)
        )
        for interval in intervals
        if interval.end > interval.start
        and math.isfinite(interval.energy)
        and interval.energy >= 0
    }
    return tuple(found[start] for start in sorted(found))


def _amount(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return round(value, DECIMALS)


def _positive(value: float | None) -> float | None:
    amount = _amount(value)
    return None if amount is None or amount < 0 else amount


def _money(cost: Money | None) -> Money | None:
    if cost is None or not math.isfinite(cost.minor):
        return None
    return Money(round(cost.minor, DECIMALS), cost.currency)


_END_SOURCES = {Source.LIVE: EndSource.VENDOR, Source.HISTORY: EndSource.HISTORY}
