"""Series in half hours: prices, carbon intensities and grid levels, as ev.energy writes them."""

from datetime import datetime, timedelta

from simulator.homes import Tariff
from simulator.homes.model import HALF_HOUR, half_hour
from simulator.homes.prices import carbon_at, price_at
from simulator.world.model import Json

from .context import Context
from .ids import stamp, vendor_id

CARBON_FEED = vendor_id("cabf", "GB")
GRID_FEED = vendor_id("grfd", "GB")
DAY = timedelta(days=1)


def half_hours(since: datetime, until: datetime) -> list[datetime]:
    """Return the beginnings of the half hours from one moment up to another, newest first."""
    start, found = half_hour(until), []
    while start >= since:
        found.append(start)
        start -= HALF_HOUR
    return found


def price(it: Tariff, start: datetime) -> dict[str, Json]:
    """Return a Price."""
    return {
        "started_at": stamp(start),
        "interval_seconds": 1800,
        "price_minor_units": price_at(it, start),
    }


def carbon_feed(ctx: Context) -> dict[str, Json]:
    """Return the one CarbonFeed."""
    return {
        "id": CARBON_FEED,
        "url": ctx.url("carbon_feeds", CARBON_FEED),
        "name": "GB, simulated",
    }


def carbon_intensity(start: datetime) -> dict[str, Json]:
    """Return a CarbonIntensity."""
    return {
        "started_at": stamp(start),
        "interval_seconds": 1800,
        "co2_intensity_grams_per_kilowatt_hour": carbon_at(start),
        "created_at": stamp(start - timedelta(minutes=15)),
    }


def grid_feed(ctx: Context) -> dict[str, Json]:
    """Return the one GridFeed."""
    return {
        "id": GRID_FEED,
        "url": ctx.url("grid_feeds", GRID_FEED),
        "name": "Simulated peak signal",
        "reference_code": "SIMULATED_PEAK",
        "priority": 5,
    }


def grid_level(start: datetime) -> dict[str, Json]:
    """Return a GridLevel: the evening is discouraged."""
    return {
        "value": 80 if 16 <= start.hour < 19 else 45,
        "started_at": stamp(start),
        "interval_seconds": 1800,
        "created_at": stamp(start - DAY),
    }
