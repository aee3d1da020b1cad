"""The energy of a home: sun, battery, house and grid, made up from the time of day, so that power and past energy agree.

House and sun are constant for half an hour. The battery begins each local day at `RESERVE` percent, takes what the house
leaves of the sun, and gives it back to the house until it is down to that again; cars take what remains of the sun, and
the grid's. Nothing is lost on the way.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from math import pi, sin
from zoneinfo import ZoneInfo

from simulator.world.catalogue import rng

from .model import HALF_HOUR, Home, HomeSession, half_hour

#: of the sun at noon, of the battery's inverter, both in W, and of the battery, in Wh
PEAK_W, BATTERY_W, BATTERY_WH = 4_200.0, 3_000.0, 9_500.0
#: what stays in the battery, in percent
RESERVE = 20.0
SUNRISE, SUNSET = 7.0, 18.5
SLOTS = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """What flows where, in W, or in Wh over some time."""

    solar_to_home: float = 0.0
    solar_to_battery: float = 0.0
    solar_to_grid: float = 0.0
    battery_to_home: float = 0.0
    grid_to_home: float = 0.0

    @property
    def generation(self) -> float:
        """Return what the sun gives."""
        return self.solar_to_home + self.solar_to_battery + self.solar_to_grid

    @property
    def consumption(self) -> float:
        """Return what the house takes, its cars included."""
        return self.solar_to_home + self.battery_to_home + self.grid_to_home

    def added(self, other: Flows, hours: float) -> Flows:
        """Return the energy after some hours with other flows."""
        return Flows(
            **{
                field.name: getattr(self, field.name)
                + getattr(other, field.name) * hours
                for field in fields(self)
            }
        )


@dataclass(frozen=True, slots=True)
class _Slot:
    """Half an hour without any car: flows in W, and the battery at its beginning, in percent."""

    flows: Flows
    level: float


def has_roof(home: Home) -> bool:
    """Return whether a home has a solar roof, and a battery with it."""
    return home.solar_share > 0


def power_at(
    seed: int, home: Home, sessions: Iterable[HomeSession], moment: datetime
) -> Flows:
    """Return what flows just after a moment."""
    cars = sum(session.power_at(moment) for session in sessions)
    return _with_cars(_slot(seed, home, moment).flows, cars)


def level_at(seed: int, home: Home, moment: datetime) -> float:
    """Return how full the battery is, in percent."""
    slot = _slot(seed, home, moment)
    hours = (moment - half_hour(moment)).total_seconds() / 3600
    flows = slot.flows
    moved = (flows.solar_to_battery - flows.battery_to_home) * hours
    return slot.level + moved * 100 / BATTERY_WH


def energy_between(
    seed: int,
    home: Home,
    sessions: Iterable[HomeSession],
    start: datetime,
    end: datetime,
) -> Flows:
    """Return what flowed between two moments, in Wh."""
    known = list(sessions)
    total = Flows()
    for begins, ends in _pieces(known, start, end):
        hours = (ends - begins).total_seconds() / 3600
        total = total.added(power_at(seed, home, known, begins), hours)
    return total


def _pieces(
    sessions: Iterable[HomeSession], start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield times in which nothing changes."""
    cuts = {start, end}
    cut = half_hour(start) + HALF_HOUR
    while cut < end:
        cuts.add(cut)
        cut += HALF_HOUR
    for session in sessions:
        for flow in session.flows:
            cuts |= {it for it in (flow.start, flow.end) if start < it < end}
    ordered = sorted(cuts)
    return pairwise(ordered)


def _with_cars(flows: Flows, cars: float) -> Flows:
    """Return what flows while cars take some power as well: of the sun first, then the grid's."""
    of_sun = min(flows.solar_to_grid, cars)
    return Flows(
        solar_to_home=flows.solar_to_home + of_sun,
        solar_to_battery=flows.solar_to_battery,
        solar_to_grid=flows.solar_to_grid - of_sun,
        battery_to_home=flows.battery_to_home,
        grid_to_home=flows.grid_to_home + cars - of_sun,
    )


def _slot(seed: int, home: Home, moment: datetime) -> _Slot:
    """Return the half hour in which a moment lies."""
    local = half_hour(moment).astimezone(ZoneInfo(home.tariff.timezone))
    slots = _day(seed, home, local.toordinal())
    return slots[local.hour * 2 + local.minute // 30]


@lru_cache(maxsize=400)
def _day(seed: int, home: Home, day: int) -> tuple[_Slot, ...]:
    """Return the half hours of a local day; the clock's changes only repeat or leave out some."""
    random = rng(seed, home.person.id, "energy", str(day))
    weather = random.uniform(0.35, 1.0)
    level, slots = RESERVE, list[_Slot]()
    for number in range(SLOTS):
        hour = number / 2
        base = 220.0 + 180.0 * random.random() + (450.0 if 17 <= hour < 22 else 0.0)
        sun = 0.0
        if has_roof(home) and SUNRISE <= hour < SUNSET:
            sun = PEAK_W * weather * sin(pi * (hour - SUNRISE) / (SUNSET - SUNRISE))
        flows = _without_cars(round(base), round(sun), level, battery=has_roof(home))
        slots.append(_Slot(flows, level))
        moved = (flows.solar_to_battery - flows.battery_to_home) / 2
        level += moved * 100 / BATTERY_WH
    return tuple(slots)


def _without_cars(base: float, sun: float, level: float, *, battery: bool) -> Flows:
    """Return what flows in half an hour in which no car takes any."""
    to_home = min(sun, base)
    room = (100.0 - level) / 100 * BATTERY_WH * 2 if battery else 0.0
    stored = (level - RESERVE) / 100 * BATTERY_WH * 2 if battery else 0.0
    to_battery = min(sun - to_home, room, BATTERY_W)
    from_battery = min(base - to_home, stored, BATTERY_W)
    return Flows(
        solar_to_home=to_home,
        solar_to_battery=to_battery,
        solar_to_grid=sun - to_home - to_battery,
        battery_to_home=from_battery,
        grid_to_home=base - to_home - from_battery,
    )


def local_midnight(home: Home, moment: datetime) -> datetime:
    """Return the beginning of the local day in which a moment lies."""
    zone = ZoneInfo(home.tariff.timezone)
    return datetime.combine(moment.astimezone(zone).date(), time(), zone)


def next_day(home: Home, midnight: datetime) -> datetime:
    """Return the local midnight after one."""
    return local_midnight(home, midnight + timedelta(hours=36))
