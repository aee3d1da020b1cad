"""The energy of a sub-session over time, as ev.energy writes it."""

from datetime import datetime

from simulator.homes import HomeSession, Part
from simulator.homes.model import HALF_HOUR, half_hour
from simulator.world.model import Json

from .accounts import Account, account
from .context import Context, part_id
from .ids import stamp

ENERGY = "total_energy_delivered_watt_hours"
PRICE = "electricity_cost_sub_unit"


def part_url(ctx: Context, part: Part) -> str:
    """Return the address of a sub-session."""
    return ctx.url("charging_sub_sessions", part_id(part))


def energy_usage(
    ctx: Context,
    it: HomeSession,
    part: Part,
    *,
    more_than: int | None = None,
    merge: bool = False,
) -> dict[str, Json]:
    """Return an EnergyUsage: half hours, oldest first, the last one up to now."""
    until = part.end or ctx.now
    start = half_hour(part.start)
    timed: list[tuple[datetime, dict[str, Json]]] = []
    while start < until:
        sums = account(it, part, ctx.now, start, start + HALF_HOUR)
        timed.append((start, _interval(ctx, start, sums)))
        start += HALF_HOUR
    if more_than is not None:
        timed = [item for item in timed if _wh(item[1]) > more_than]
    intervals = _merged(ctx, timed) if merge else [interval for _, interval in timed]
    return {
        "url": f"{part_url(ctx, part)}/energy_usage",
        "currency": it.home.tariff.currency,
        "charging_sub_session": part_url(ctx, part),
        "intervals": intervals,
        "last_updated_at": stamp(until),
    }


def _interval(ctx: Context, start: datetime, sums: Account) -> dict[str, Json]:
    """Return an interval; without energy it has no price."""
    wh = round(sums.energy_wh)
    grid = sums.energy_wh - sums.solar_wh
    price = None if grid <= 0 else f"{sums.cost * 1000 / grid:.2f}"
    return {
        "interval_seconds": 1800,
        "started_at": stamp(start),
        ENERGY: wh,
        "meter_usage_watt_hours": wh,
        "alt_usage_watt_hours": round(sums.alt_wh),
        "percentage_import": round(grid * 100 / sums.energy_wh) if wh else 100,
        PRICE: price,
        "energy_delivered_by_price": _by_price(ctx, price or "0.00", wh),
    }


def _by_price(ctx: Context, price: str, wh: int) -> Json:
    """Return the energy at a price, as the schema's object or as the list of which its text speaks."""
    entry: dict[str, Json] = {"price": price, "energy_delivered_watt_hours": wh}
    return [entry] if ctx.options.prices_as_list else entry


def _wh(interval: dict[str, Json]) -> int:
    """Return the energy of an interval."""
    energy = interval[ENERGY]
    return energy if isinstance(energy, int) else 0


def _merged(
    ctx: Context, intervals: list[tuple[datetime, dict[str, Json]]]
) -> list[dict[str, Json]]:
    """Return neighbouring intervals of the same price, and of energy or none, as one."""
    merged: list[tuple[datetime, dict[str, Json]]] = []
    ends: datetime | None = None
    for start, interval in intervals:
        last = merged[-1][1] if merged else None
        if (
            last is not None
            and ends == start
            and last[PRICE] == interval[PRICE]
            and bool(_wh(last)) is bool(_wh(interval))
        ):
            begun = merged[-1][0]
            wh = _wh(last) + _wh(interval)
            price = last[PRICE]
            last |= {
                "interval_seconds": int((start + HALF_HOUR - begun).total_seconds()),
                ENERGY: wh,
                "energy_delivered_by_price": _by_price(
                    ctx, price if isinstance(price, str) else "0.00", wh
                ),
            }
        else:
            merged.append(
                (
                    start,
                    interval
                    | dict.fromkeys(
                        (
                            "meter_usage_watt_hours",
                            "alt_usage_watt_hours",
                            "percentage_import",
                        )
                    ),
                )
            )
        ends = start + HALF_HOUR
    return [interval for _, interval in merged]
