"""How ev.energy's sessions become ours.

Source: the OpenAPI file of version 2, and the vendor's pages on concepts.

* A session is over once it has an end, even one that cannot be read.
* A session's energy, cost, savings, carbon, points and minutes are the sums of its
  sub-sessions, money only where all have one currency. Energy is never null there, so
  that the sum is not known where that of a part is missing. ``cost`` is in minor units,
  as its siblings say of themselves; so is what a kWh costs, which is weighed by energy.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from ..enums import SessionMode, SessionStatus, SolarMode
from ..model import ChargingSession, Money
from ..reading.moments import after, utc
from ..reading.report import ReadingReport
from ..reading.same import Made, MadeRows, Mapped
from ..reading.values import moment, text
from ..reading.words import Words
from . import wire

# A charger has one connector, which the vendor does not name apart from it.
CONNECTOR_ID = "1"

MODES = {
    "SMART": SessionMode.SMART,
    "BOOST": SessionMode.BOOST,
    "UNMANAGED_HOME": SessionMode.UNMANAGED_HOME,
    "UNMANAGED_OTG": SessionMode.UNMANAGED_AWAY,
    "MANAGED_OTG": SessionMode.MANAGED_AWAY,
}
SOLAR_MODES = {
    "OFF": SolarMode.OFF,
    "SOLAR_ONLY": SolarMode.SOLAR_ONLY,
    "SOLAR_AND_GRID": SolarMode.SOLAR_AND_GRID,
    "SOLAR_SMART": SolarMode.SOLAR_SMART,
}


# When planned charging begins and ends; None where it has no end.
type Block = tuple[datetime, datetime | None]


class SessionMapping:
    """Makes our sessions of the vendor's; words nobody knows are counted."""

    def __init__(self, report: ReadingReport) -> None:
        """Let what cannot be read be counted in the report."""
        self._mode = Words("session mode", MODES, report)
        self._solar_mode = Words("solar mode", SOLAR_MODES, report)
        self._planned_parts = Made[tuple[str | None, ...]]()
        # Equal ones become the same ones.
        self._blocks = Mapped[Block | None, Block | None](lambda block: block)
        self._no_blocks = Made[tuple[None, ...]]()
        self._made = MadeRows[ChargingSession]()

    def read_all(
        self,
        sessions: Sequence[wire.Session],
        schedules: Mapping[str, wire.Schedules],
        now: datetime,
    ) -> tuple[ChargingSession, ...]:
        """Return listed sessions; those that did not change are the very same again."""
        parts = self._planned_parts.of(
            (sessions,), lambda: (*map(_planned_part, sessions),)
        )
        blocks = (
            self._blocks.of([_block(part, schedules, now) for part in parts])
            if schedules
            else self._no_blocks.of((sessions,), lambda: (None,) * len(sessions))
        )
        return self._made.of(
            (sessions, blocks), lambda row: self._make(sessions[row], blocks[row])
        )

    def read(
        self,
        session: wire.Session,
        schedules: Mapping[str, wire.Schedules],
        now: datetime,
    ) -> ChargingSession:
        """Return a session, summed up over its sub-sessions, which come newest first."""
        return self._make(session, _block(_planned_part(session), schedules, now))

    def _make(self, session: wire.Session, block: Block | None) -> ChargingSession:
        parts = _parts(session)
        all_told = len(parts) == len(session.sub_sessions)
        current = _current(parts)
        over = is_over(session)
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
            co2_savings=_sum(parts, lambda part: part.savings_co2_grams),
            reward=_money(parts, lambda part: part.incentive_earned),
            points=_sum(parts, lambda part: part.total_points),
            average_price=_average_price(parts),
            charging_time=_seconds(_sum(parts, lambda part: part.duration_minutes)),
            state_of_charge_added=_sum(parts, lambda part: part.percentage_added),
            solar_mode=self._solar_mode.read(current.solar_mode_type)
            if current
            else None,
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


def _parts(session: wire.Session) -> list[wire.SubSession]:
    return [s for s in session.sub_sessions if isinstance(s, wire.SubSession)]


def _current(parts: list[wire.SubSession]) -> wire.SubSession | None:
    """Return the part that runs, else the newest one."""
    return next((p for p in parts if not is_over(p)), parts[0] if parts else None)


def _planned_part(session: wire.Session) -> str | None:
    """Return the part of a session that has a plan, if it is not over."""
    current = None if is_over(session) else _current(_parts(session))
    return current.id if current else None


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


def _average_price(parts: Iterable[wire.SubSession]) -> Money | None:
    """Return what a kWh cost on average, of the parts that tell it."""
    told = [part for part in parts if part.cost_per_kilowatt_hour is not None]
    currencies = {part.currency and part.currency.upper() for part in told}
    if len(currencies) != 1 or not (currency := currencies.pop()):
        return None
    # Parts without energy weigh nothing, unless there are no others.
    weights = [part.energy_delivered_watt_hours or 0.0 for part in told]
    if not any(weights):
        weights = [1.0] * len(told)
    prices = [part.cost_per_kilowatt_hour or 0.0 for part in told]
    sums = sum(price * weight for price, weight in zip(prices, weights, strict=True))
    return Money(sums / sum(weights), currency)


def _seconds(minutes: float | None) -> float | None:
    return None if minutes is None else minutes * 60


def _block(
    part: str | None, schedules: Mapping[str, wire.Schedules], now: datetime
) -> Block | None:
    return None if part is None else _next_block(schedules.get(part), now)


def _next_block(schedules: wire.Schedules | None, now: datetime) -> Block | None:
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
