"""Reading home energy systems: what flows now, and what flowed in past periods.

Every user has one, the first user as many as `options.energy_systems`, all of the same home. A home without a solar roof
tells nothing of sun and battery.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from simulator.homes.energy import Flows, has_roof, local_midnight, next_day
from simulator.homes.model import HALF_HOUR, Home
from simulator.world.model import Json

from .context import Context
from .endpoint import Answer, Endpoint, get, listed, moment, part
from .ids import LONG_AGO, stamp, vendor_id
from .paging import by_cursor
from .problems import ProblemError

SCOPE = "home_energy:read"
#: how often a system reports
EVERY = timedelta(seconds=20)
#: the longest time that can be asked for at once, by the length of a period
LONGEST = {
    "PT30M": timedelta(hours=24),
    "P1D": timedelta(days=31),
    "P1M": timedelta(days=366),
}


def endpoints() -> list[Endpoint]:
    """Return the endpoints."""
    return [
        get("/hem_systems", systems, SCOPE),
        get("/hem_systems/{id}", one_system, SCOPE),
        get("/hem_systems/{id}/live_power", live_power, SCOPE),
        get("/hem_systems/{id}/energy_stats", energy_stats, SCOPE),
    ]


async def systems(request: web.Request, ctx: Context) -> Answer:
    """List the systems."""
    page = by_cursor(request, [id_ for id_, _ in _systems(ctx)], str)
    return listed(page, lambda id_: _system(ctx, id_))


async def one_system(request: web.Request, ctx: Context) -> Answer:
    """Show a system."""
    id_, _ = _find(request, ctx)
    return Answer(_system(ctx, id_))


async def live_power(request: web.Request, ctx: Context) -> Answer:
    """Show what flows now."""
    _, person = _find(request, ctx)
    sampled = ctx.now - (ctx.now - LONG_AGO) % EVERY
    if (silent := ctx.options.energy_silent_since) is not None:
        sampled = min(sampled, silent)
    home = ctx.homes.home(person)
    flows = ctx.homes.power(person, sampled)
    level = ctx.homes.battery_level(person, sampled) if has_roof(home) else None
    return Answer(
        {
            "sampled_at": stamp(sampled),
            **_told(home, flows, "_watts"),
            "battery_state_of_charge_percentage": _whole(level),
        }
    )


async def energy_stats(request: web.Request, ctx: Context) -> Answer:
    """Show what flowed in each period of a time, the last of which may not be over."""
    _, person = _find(request, ctx)
    home = ctx.homes.home(person)
    resolution = request.query.get("resolution", "")
    start, end = moment(request, "start"), moment(request, "end")
    if resolution not in LONGEST or start is None or end is None:
        raise ProblemError(400, "start, end and resolution are required.")
    if not timedelta(0) < end - start <= LONGEST[resolution]:
        raise ProblemError(400, f"A time of {resolution} is too long, or ends first.")
    if end > ctx.now and not ctx.options.energy_to_come:
        raise ProblemError(400, "The time lies ahead.")
    bounds = list(_periods(home, resolution, start, end))
    if bounds[-1][1] != end:
        raise ProblemError(400, f"The time is not aligned to {resolution}.")
    buckets: list[Json] = [
        {
            "period_start": stamp(begins),
            "period_end": stamp(ends),
            **_told(home, ctx.homes.energy(person, begins, ends), "_wh"),
            "avg_battery_state_of_charge_percentage": _whole(
                ctx.homes.battery_level(person, begins) if has_roof(home) else None
            ),
        }
        for begins, ends in bounds
        if begins <= ctx.now
    ]
    return Answer(
        {
            "resolution": resolution,
            "start": stamp(start),
            "end": stamp(end),
            "buckets": buckets,
        }
    )


def system_id(person: str, number: int = 0) -> str:
    """Return the id of a person's system."""
    return vendor_id("hems", f"{person}/{number}" if number else person)


def _systems(ctx: Context) -> Iterator[tuple[str, str]]:
    """Yield the systems that can be seen, each with whose it is."""
    first = ctx.homes.people[0].id
    for person in ctx.people:
        count = ctx.options.energy_systems if person == first else 1
        for number in range(count):
            yield system_id(person, number), person


def _find(request: web.Request, ctx: Context) -> tuple[str, str]:
    """Return the system of a path with whose it is, or raise 404."""
    for id_, person in _systems(ctx):
        if id_ == part(request, "id"):
            return id_, person
    raise ProblemError(404)


def _system(ctx: Context, id_: str) -> dict[str, Json]:
    return {
        "id": id_,
        "url": ctx.url("hem_systems", id_),
        "created_at": stamp(LONG_AGO),
    }


def _told(home: Home, flows: Flows, unit: str) -> dict[str, Json]:
    """Return flows as the document names them; of what a home lacks nothing is told."""
    roof = has_roof(home)
    values: dict[str, float | None] = {
        "generation": flows.generation if roof else None,
        "consumption": flows.consumption,
        "import": flows.grid_to_home,
        "export": flows.solar_to_grid if roof else None,
        "charge": flows.solar_to_battery if roof else None,
        "discharge": flows.battery_to_home if roof else None,
        "solar_to_home": flows.solar_to_home if roof else None,
        "solar_to_battery": flows.solar_to_battery if roof else None,
        "solar_to_grid": flows.solar_to_grid if roof else None,
        "battery_to_home": flows.battery_to_home if roof else None,
        "battery_to_grid": 0 if roof else None,
        "grid_to_home": flows.grid_to_home,
        "grid_to_battery": 0 if roof else None,
    }
    return {f"{name}{unit}": _whole(value) for name, value in values.items()}


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _periods(
    home: Home, resolution: str, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the periods of a time, aligned in the home's zone; the last one shows whether the end is, too.

    Raises:
        ProblemError: if the time does not begin with a period.
    """
    zone = ZoneInfo(home.tariff.timezone)
    if resolution == "PT30M":
        aligned = start.minute % 30 == 0 and not start.second and not start.microsecond
    else:
        aligned = start == local_midnight(home, start)
        if resolution == "P1M":
            aligned = aligned and start.astimezone(zone).day == 1
    if not aligned:
        raise ProblemError(400, f"The time is not aligned to {resolution}.")
    while start < end:
        if resolution == "PT30M":
            after = start + HALF_HOUR
        else:
            after = next_day(home, start)
            while resolution == "P1M" and after.astimezone(zone).day != 1:
                after = next_day(home, after)
        yield start, after
        start = after
