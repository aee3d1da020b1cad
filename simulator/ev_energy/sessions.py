"""Charging sessions, their sub-sessions, schedules and energy usage, as ev.energy writes them."""

from datetime import datetime, timedelta

from simulator.homes import HomeSession, Mode, Part
from simulator.homes.model import half_hour
from simulator.world.model import Json

from . import chargers, feeds, vehicles
from .accounts import Account, account
from .context import Context, evse_id, part_id, session_id, vehicle_id
from .expand import Expand
from .ids import stamp, stamp_or_none, vendor_id
from .usage import energy_usage, part_url
from .users import tariff, tariff_id

SESSION_EXPAND = ("vehicle", "evse", "sub_sessions")
PART_EXPAND = (
    *("evse", *(f"evse.{it}" for it in chargers.EVSE_EXPAND if it != "ct_clamp")),
    *("vehicle", *(f"vehicle.{it}" for it in vehicles.VEHICLE_EXPAND)),
    *("energy_usage", "schedules", "assessment", "flags", "debug_metadata"),
    *("tariff", "tariff.supplier", "carbon_feed", "grid_feeds"),
)
MODES = {
    Mode.SMART: "SMART",
    Mode.BOOST: "BOOST",
    Mode.UNMANAGED: "UNMANAGED_HOME",
    Mode.AWAY: "UNMANAGED_OTG",
}
DECIMALS = 1


def session(ctx: Context, it: HomeSession, expand: Expand) -> dict[str, Json]:
    """Return a ChargingSession; its sub-sessions are newest first."""
    own = session_id(it)
    parts = list(reversed(it.parts))
    return {
        "id": own,
        "url": ctx.url("charging_sessions", own),
        "start": stamp(it.start),
        "end": stamp_or_none(it.end),
        "vehicle": _vehicle(ctx, it, expand),
        "evse": _evse(ctx, it, expand),
        "sub_sessions": [_part(ctx, it, part, expand) for part in parts],
    }


def _part(ctx: Context, it: HomeSession, part: Part, expand: Expand) -> Json:
    """Return a part of a session as it stands in the list of the session."""
    return expand.either(
        "sub_sessions",
        part_url(ctx, part),
        lambda inner: sub_session(ctx, it, part, inner),
    )


def sub_session(
    ctx: Context, it: HomeSession, part: Part, expand: Expand
) -> dict[str, Json]:
    """Return a ChargingSubSession."""
    own = part_id(part)
    url = part_url(ctx, part)
    home = it.charger is not None
    answer: dict[str, Json] = {
        "id": own,
        "url": url,
        "start": stamp(part.start),
        "end": stamp_or_none(part.end),
        "mode": MODES[part.mode],
        "vehicle": _vehicle(ctx, it, expand),
        "evse": _evse(ctx, it, expand),
        "location": _location(it),
        "currency": it.home.tariff.currency,
        "energy_usage": expand.either(
            "energy_usage",
            f"{url}/energy_usage",
            lambda inner: energy_usage(ctx, it, part),
        ),
        "schedules": expand.either(
            "schedules", f"{url}/schedules", lambda inner: schedules(ctx, it, part)
        ),
        "assessment": expand.either(
            "assessment",
            f"{url}/assessment",
            lambda inner: debug(ctx, part, "assessment"),
        ),
        "flags": expand.either("flags", f"{url}/flags", lambda inner: flags(ctx, part)),
        "debug_metadata": expand.either(
            "debug_metadata",
            f"{url}/debug_metadata",
            lambda inner: debug(ctx, part, "debug_metadata"),
        ),
        "solar_mode_type": "OFF" if home else None,
    }
    energy = _home_energy(ctx, it, expand) if home else AWAY
    return answer | energy | _figures(ctx, it, part, account(it, part, ctx.now))


AWAY: dict[str, Json] = {"tariff": None, "carbon_feed": None, "grid_feeds": []}


def _home_energy(ctx: Context, it: HomeSession, expand: Expand) -> dict[str, Json]:
    """Return where a session's energy comes from."""
    return {
        "tariff": expand.either(
            "tariff",
            ctx.url("tariffs", tariff_id(it.home.tariff)),
            lambda inner: tariff(ctx, it.home.tariff, inner),
        ),
        "carbon_feed": expand.either(
            "carbon_feed",
            ctx.url("carbon_feeds", feeds.CARBON_FEED),
            lambda inner: feeds.carbon_feed(ctx),
        ),
        "grid_feeds": [
            expand.either(
                "grid_feeds",
                ctx.url("grid_feeds", feeds.GRID_FEED),
                lambda inner: feeds.grid_feed(ctx),
            )
        ],
    }


def _figures(
    ctx: Context, it: HomeSession, part: Part, sums: Account
) -> dict[str, Json]:
    """Return the numbers of a sub-session; what compares is told when it is over."""
    late = ctx.options.late_costs and part.end is None
    over = part.end is not None
    wh = round(sums.energy_wh)
    solar = min(wh, round(sums.solar_wh))
    kwh = sums.energy_wh / 1000
    grams = None if late else round(sums.carbon_grams)
    per_kwh = round(sums.carbon_grams / kwh) if kwh and not late else None
    return {
        "energy_delivered_watt_hours": wh,
        "cost": None if late else round(sums.cost),
        "cost_per_kilowatt_hour": round(sums.cost / kwh) if kwh and not late else None,
        "savings_cost": max(0, round(sums.alt_cost - sums.cost)) if over else None,
        "savings_co2_grams": max(0, round(sums.alt_carbon_grams - sums.carbon_grams))
        if over
        else None,
        "incentive_earned": 0 if over else None,
        "total_co2_grams": grams,
        "co2_intensity_grams_per_kilowatt_hour": per_kwh,
        "co2_intensity_classification": None if per_kwh is None else _class(per_kwh),
        "percentage_added": round(sums.energy_wh * 100 / it.model.battery_wh, DECIMALS)
        if it.car is not None and not late
        else None,
        "total_points": round(kwh * 10) if part.mode is Mode.SMART and over else 0,
        "total_points_missed": 0 if over else None,
        "duration_minutes": round(sums.seconds / 60),
        "grid_energy_delivered_watt_hours": None if late else wh - solar,
        "solar_energy_delivered_watt_hours": None if late else solar,
        "labels": _labels(it, sums) if over else None,
    }


def schedules(
    ctx: Context,
    it: HomeSession,
    part: Part,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[str, Json]:
    """Return Schedules: half hours of the plan, one without an end for a boost, none without management."""
    milliamps = 0 if it.charger is None else round(it.charger.max_amperes * 1000)
    created = stamp(part.planned + timedelta(seconds=2))
    items: list[Json] = []
    if part.mode is Mode.BOOST:
        items.append(
            {
                "started_at": stamp(half_hour(part.start)),
                "interval_seconds": None,
                "current_milliamps": milliamps,
                "schedule_type": "BOOST",
                "dispatched_at": stamp(part.start + timedelta(seconds=1)),
                "created_at": created,
            }
        )
    for slot in part.slots if part.mode is Mode.SMART else ():
        if slot.start < (since or slot.start) or slot.start > (until or slot.start):
            continue
        begun = max(slot.start, part.planned)
        items.append(
            {
                "started_at": stamp(slot.start),
                "interval_seconds": 1800,
                "current_milliamps": milliamps if slot.on else 0,
                "schedule_type": "SMART",
                "dispatched_at": stamp(begun) if begun <= ctx.now else None,
                "created_at": created,
            }
        )
    return {
        "url": f"{part_url(ctx, part)}/schedules",
        "charging_sub_session": part_url(ctx, part),
        "schedules": items,
    }


def schedule_plans(ctx: Context, it: HomeSession, part: Part) -> dict[str, Json]:
    """Return the plan behind the schedules, which tells until when the car shall be ready."""
    plans: list[Json] = []
    if part.mode is Mode.SMART and it.charger is not None:
        level = it.soc_at(part.planned) / 100 * it.model.battery_wh
        milliamps = round(it.charger.max_amperes * 1000)
        plans.append(
            {
                "id": vendor_id("scpl", part.id, part.planned),
                "created_at": stamp(part.planned),
                "ready_by_time": stamp(part.ready_by),
                "price_threshold_minor_unit": None,
                "power_on_current_milliamps": milliamps,
                "power_off_current_milliamps": 0,
                "seconds_to_charge": sum(slot.on for slot in part.slots) * 1800,
                "vehicle_charge_level_watt_hours": round(level),
                "estimated_charge_rate_watts": round(it.charger.max_w),
                "estimated_charge_rate_source": "MAX_EVSE_CHARGE_RATE",
                "watt_hours_to_charge": max(0, round(it.model.battery_wh - level)),
                "min_charge_limit_percent": 0,
                "max_charge_limit_percent": 100
                if it.car is None
                else ctx.homes.car(it.car.id).limit,
                "price_data": None,
            }
        )
    return {
        "url": f"{part_url(ctx, part)}/schedule_plans",
        "charging_sub_session": part_url(ctx, part),
        "schedule_plans": plans,
    }


def flags(ctx: Context, part: Part) -> dict[str, Json]:
    """Return Flags: nothing is ever wrong here."""
    return {
        "url": f"{part_url(ctx, part)}/flags",
        "charging_sub_session": part_url(ctx, part),
        "flags": [],
    }


def debug(ctx: Context, part: Part, kind: str) -> dict[str, Json]:
    """Return what needs debug:read; the document names no more fields than these."""
    return {
        "url": f"{part_url(ctx, part)}/{kind}",
        "charging_sub_session": part_url(ctx, part),
    }


def _vehicle(ctx: Context, it: HomeSession, expand: Expand) -> Json:
    """Return a session's vehicle, or null for a guest's."""
    car = it.car
    if car is None:
        return None
    return expand.either(
        "vehicle",
        ctx.url("vehicles", vehicle_id(car.id)),
        lambda inner: vehicles.vehicle(ctx, car.id, inner),
    )


def _evse(ctx: Context, it: HomeSession, expand: Expand) -> Json:
    """Return a session's charger, or null away from home."""
    charger = it.charger
    if charger is None:
        return None
    return expand.either(
        "evse",
        ctx.url("evses", evse_id(charger.id)),
        lambda inner: chargers.evse(ctx, charger.id, inner),
    )


def _location(it: HomeSession) -> dict[str, Json]:
    """Return where a session took place."""
    place = it.home.place
    if it.charger is None:
        return {
            "name": "On the go",
            "coordinates": {"latitude": 51.5012, "longitude": -2.5466},
            "postal_code": None,
            "address_1": None,
            "timezone": it.home.tariff.timezone,
        }
    return {
        "name": place.name,
        "coordinates": {"latitude": place.latitude, "longitude": place.longitude},
        "postal_code": place.postal_code,
        "address_1": place.address,
        "timezone": it.home.tariff.timezone,
    }


def _labels(it: HomeSession, sums: Account) -> list[str] | None:
    """Return the labels of a sub-session that is over."""
    if it.charger is None:
        return ["AWAY"]
    if not sums.energy_wh:
        return None
    return ["OFF_PEAK"] if sums.cheap_wh >= sums.energy_wh - 1 else ["MIXED"]


def _class(grams: int) -> str:
    """Return the class of a carbon intensity."""
    for below, name in (
        (50, "very low"),
        (100, "low"),
        (180, "moderate"),
        (260, "high"),
    ):
        if grams < below:
            return name
    return "very high"
