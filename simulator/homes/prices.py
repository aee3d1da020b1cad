"""What energy costs, how clean it is, and the plan that follows from both."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import lru_cache
from math import cos, pi
from zoneinfo import ZoneInfo

from simulator.world.charging import curve
from simulator.world.model import VehicleModel

from .model import HALF_HOUR, Flow, Home, Slot, Tariff, half_hour

#: grams of CO2 per kWh: the day's mean, and how far it goes up and down
MEAN_CARBON, CARBON_SWING = 150, 90
#: how close to a limit counts as reached
SOC_TOLERANCE = 1e-6


@lru_cache(maxsize=50_000)
def price_at(tariff: Tariff, moment: datetime) -> int:
    """Return the price per kWh in minor units at a moment."""
    clock = moment.astimezone(ZoneInfo(tariff.timezone)).time()
    if tariff.cheap_from <= tariff.cheap_to:
        cheap = tariff.cheap_from <= clock < tariff.cheap_to
    else:
        cheap = clock >= tariff.cheap_from or clock < tariff.cheap_to
    return tariff.cheap_price if cheap else tariff.price


@lru_cache(maxsize=50_000)
def carbon_at(moment: datetime) -> int:
    """Return the grams of CO2 per kWh in the half hour of a moment: least at three in the morning."""
    start = half_hour(moment)
    hour = start.hour + start.minute / 60
    day = start.toordinal() % 7 * 4
    return round(MEAN_CARBON + day - CARBON_SWING * cos((hour - 3) / 12 * pi))


def solar_share_at(home: Home, moment: datetime) -> float:
    """Return which part of what is charged comes from the home's own roof."""
    return home.solar_share if 10 <= moment.hour < 16 else 0.0


def next_local(moment: datetime, clock: time, zone: str) -> datetime:
    """Return when a wall clock shows a time next, at least an hour from a moment."""
    local = moment.astimezone(ZoneInfo(zone))
    found = datetime.combine(local.date(), clock, local.tzinfo)
    while found - local < timedelta(hours=1):
        found = datetime.combine(found.date() + timedelta(days=1), clock, local.tzinfo)
    return found.astimezone(moment.tzinfo)


def accepted_w(model: VehicleModel, soc: float, max_w: float) -> float:
    """Return the power that a car takes from a charger on alternating current."""
    return min(curve(model, True)[min(int(soc), 99)], max_w)


def seconds_to(model: VehicleModel, soc: float, limit: float, max_w: float) -> float:
    """Return how long charging from one state of charge to another takes."""
    return sum(flow[0] for flow in _stretches(model, soc, limit, max_w))


def _stretches(
    model: VehicleModel, soc: float, limit: float, max_w: float
) -> Iterator[tuple[float, float]]:
    """Return the stretches of constant power on the way to a limit: seconds and W."""
    while soc < limit - SOC_TOLERANCE:
        power = accepted_w(model, soc, max_w)
        bound = int(soc) + 1
        while bound < limit and accepted_w(model, bound, max_w) == power:
            bound += 1
        until = min(float(bound), limit)
        yield (until - soc) / 100 * model.battery_wh * 3600 / power, power
        soc = until


def flows(
    model: VehicleModel,
    soc: float,
    limit: float,
    max_w: float,
    windows: list[tuple[datetime, datetime]],
) -> list[Flow]:
    """Return how energy will flow inside some windows until the limit is reached."""
    found: list[Flow] = []
    ways = _stretches(model, soc, limit, max_w)
    seconds, power = next(ways, (0.0, 0.0))
    for start, end in windows:
        at = start
        while power and at < end:
            length = timedelta(seconds=seconds)
            stop = end if length >= end - at else at + length
            if found and found[-1].end == at and found[-1].power_w == power:
                found[-1] = Flow(found[-1].start, stop, power)
            elif stop > at:
                found.append(Flow(at, stop, power))
            if stop == end and length > end - at:
                seconds -= (end - at).total_seconds()
            else:
                seconds, power = next(ways, (0.0, 0.0))
            at = stop
    return found


def plan(
    home: Home, at: datetime, ready_by: datetime, seconds: float
) -> tuple[Slot, ...]:
    """Return a plan: the cheapest, then cleanest, half hours before a time, so many as the charging takes."""
    starts: list[datetime] = []
    start = half_hour(at)
    while start < ready_by:
        starts.append(start)
        start += HALF_HOUR
    ranked = sorted(
        starts, key=lambda it: (price_at(home.tariff, it), carbon_at(it), it)
    )
    chosen: set[datetime] = set()
    for it in ranked:
        if seconds <= 1:
            break
        chosen.add(it)
        # of the half hour that has begun only the rest counts
        seconds -= (it + HALF_HOUR - max(it, at)).total_seconds()
    return tuple(Slot(it, it in chosen) for it in starts)
