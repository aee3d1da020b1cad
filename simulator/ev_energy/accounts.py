"""What a part of a session adds up to: energy, cost, carbon, and what charging at once would have come to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from simulator.homes import HomeSession, Mode, Part
from simulator.homes.model import HALF_HOUR, half_hour
from simulator.homes.prices import carbon_at, price_at, solar_share_at

#: what public charging costs, in minor units per kWh
AWAY_PRICE = 45


@dataclass(frozen=True, slots=True)
class Account:
    """Sums; money in minor units."""

    energy_wh: float
    solar_wh: float
    cheap_wh: float
    cost: float
    carbon_grams: float
    alt_cost: float
    alt_carbon_grams: float
    alt_wh: float
    seconds: float


@lru_cache(maxsize=20_000)
def account(
    session: HomeSession,
    part: Part,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Account:
    """Return the sums of a part, or of what of it lies between two moments."""
    end = part.end or now
    begin = max(part.start, since or part.start)
    stop = min(end, until or end)
    energy = solar = cheap = cost = carbon = 0.0
    start = half_hour(begin)
    while start < stop:
        low, high = max(start, begin), min(start + HALF_HOUR, stop)
        wh = session.energy_wh(low, high)
        roof = wh * _roof(session, start)
        price = _price(session, start)
        energy += wh
        solar += roof
        cost += (wh - roof) / 1000 * price
        carbon += (wh - roof) / 1000 * carbon_at(start)
        if price == session.home.tariff.cheap_price:
            cheap += wh
        start += HALF_HOUR
    alt = _alternative(session, part, end, begin, stop)
    return Account(
        energy,
        solar,
        cheap,
        cost,
        carbon,
        *alt,
        session.charging_seconds(begin, stop),
    )


def _alternative(
    session: HomeSession, part: Part, end: datetime, begin: datetime, stop: datetime
) -> tuple[float, float, float]:
    """Return cost, grams and energy of a time, had the part's energy been charged from its start on."""
    energy = session.energy_wh(part.start, end)
    power = max((flow.power_w for flow in session.flows), default=0.0)
    if part.mode is not Mode.SMART or not energy or not power:
        energy, power = 0.0, 1.0
    full = part.start + timedelta(hours=energy / power)
    cost = carbon = total = 0.0
    start = half_hour(part.start)
    while start < min(full, stop):
        low = max(start, part.start, begin)
        high = min(start + HALF_HOUR, full, stop)
        wh = max(0.0, (high - low).total_seconds()) * power / 3600
        cost += wh / 1000 * _price(session, start)
        carbon += wh / 1000 * carbon_at(start)
        total += wh
        start += HALF_HOUR
    return cost, carbon, total


def _price(session: HomeSession, start: datetime) -> int:
    """Return what a kWh costs."""
    if session.charger is None:
        return AWAY_PRICE
    return price_at(session.home.tariff, start)


def _roof(session: HomeSession, start: datetime) -> float:
    """Return which part of the energy comes from the home's own roof."""
    return 0.0 if session.charger is None else solar_share_at(session.home, start)
