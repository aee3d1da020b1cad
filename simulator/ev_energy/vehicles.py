"""Vehicles with trims, models, makes, status logs and state of charge, as ev.energy writes them."""

from datetime import datetime, timedelta

from simulator.homes import Car, CarView, Link
from simulator.homes.prices import accepted_w, seconds_to
from simulator.world.model import Json

from .context import Context, user_id, vehicle_id
from .expand import Expand
from .ids import stamp, stamp_or_none, vendor_id
from .users import user

WEAR = 0.978
VEHICLE_EXPAND = ("user", "trim", "trim.model", "trim.model.make", "latest_status_log")
LOG_EXPAND = (
    "vehicle",
    "vehicle.trim",
    "vehicle.trim.model",
    "vehicle.trim.model.make",
    "vehicle.user",
)
INTEGRATED = {
    Link.ACTIVE: "ACTIVE",
    Link.BROKEN: "INACTIVE",
    Link.NONE: "UNINTEGRATED",
}
CLASSES = {True: "COMMERCIAL", False: "PASSENGER", None: None}


def vehicle(ctx: Context, car_id: str, expand: Expand) -> dict[str, Json]:
    """Return a Vehicle."""
    view = ctx.homes.car(car_id)
    car = view.car
    own = vehicle_id(car_id)
    person = car.home.person.id
    sampled = view.sampled
    return {
        "id": own,
        "url": ctx.url("vehicles", own),
        "trim": expand.either(
            "trim",
            ctx.url("vehicle_trims", trim_id(car)),
            lambda inner: trim(ctx, car, inner),
        ),
        "user": expand.either(
            "user",
            ctx.url("users", user_id(person)),
            lambda inner: user(ctx, person, inner),
        ),
        "latest_status_log": None
        if sampled is None
        else expand.either(
            "latest_status_log",
            log_url(ctx, car, sampled),
            lambda inner: status_log(ctx, view, sampled, inner),
        ),
        "charging_sub_sessions": f"{ctx.url('charging_sub_sessions')}/?vehicle_id={own}",
        "integrated": INTEGRATED[view.link],
        "battery_size_watt_hours": round(view.battery_wh),
        "effective_battery_size_watt_hours": round(view.battery_wh * WEAR),
        "maximum_charge_limit_percentage": view.limit,
        "description": car.name,
        "disabled": False,
        "smart_charging_enabled": view.smart,
        "vehicle_class": CLASSES[view.commercial],
    }


def log_url(ctx: Context, car: Car, moment: datetime, kind: str = "status_logs") -> str:
    """Return the address of a report, with six digits of a second and a slash at its end."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return ctx.url("vehicles", vehicle_id(car.id), kind, text) + "/"


def status_log(
    ctx: Context, view: CarView, sampled: datetime, expand: Expand
) -> dict[str, Json]:
    """Return a VehicleStatusLog."""
    car, model, session = view.car, view.car.model, view.session
    charging = view.power_w > 0
    complete = session is not None and view.soc >= view.limit - 0.01
    minutes = None
    if charging and session is not None and session.charger is not None:
        minutes = round(
            seconds_to(model, view.soc, view.limit, session.charger.max_w) / 60
        )
    return {
        "url": log_url(ctx, car, sampled),
        "logged_at": stamp(sampled),
        "sampled_at": stamp(sampled),
        "vehicle": expand.either(
            "vehicle",
            ctx.url("vehicles", vehicle_id(car.id)),
            lambda inner: vehicle(ctx, car.id, inner),
        ),
        "state_of_charge_percentage": int(view.soc + 1e-6),
        "is_charging": charging,
        "is_plugged_in": session is not None,
        "charge_rate_watts": round(view.power_w),
        "estimated_charge_rate_watts": round(
            accepted_w(model, view.soc, view.power_w) * WEAR
        )
        if charging
        else None,
        "charge_level_watt_hours": round(view.soc / 100 * model.battery_wh),
        "target_charge_level_percentage": view.limit,
        "target_charge_level_watt_hours": round(view.limit / 100 * model.battery_wh),
        "charge_energy_added_watt_hours": None
        if session is None
        else round(session.energy_wh(session.start, sampled)),
        "minutes_to_full_charge": minutes,
        "current_type": "AC - Typically home chargers" if session is not None else None,
        "is_complete": complete,
        "odometer_meters": round(view.odometer_km * 1000),
        "data_source": "SIMULATED",
        "state": _state(view, complete=complete),
    }


def state_of_charge(ctx: Context, car_id: str) -> dict[str, Json]:
    """Return a VehicleStateOfCharge: what was told counts until the car has reported after it."""
    view = ctx.homes.car(car_id)
    told = view.told_soc is not None and (
        view.sampled is None
        or (view.told_at is not None and view.told_at >= view.sampled)
    )
    percent, source, at = None, None, None
    if told:
        percent, source, at = view.told_soc, "MANUAL", view.told_at
    elif view.sampled is not None:
        percent, source, at = int(view.soc + 1e-6), "CONNECTED", view.sampled
    own = ctx.url("vehicles", vehicle_id(car_id))
    return {
        "url": f"{own}/state_of_charge",
        "vehicle": own,
        "state_of_charge_percentage": percent,
        "source": source,
        "updated_at": stamp_or_none(at),
    }


def location_logs(ctx: Context, car_id: str) -> list[tuple[datetime, bool]]:
    """Return when a car came home and left again, newest first."""
    if ctx.homes.car(car_id).sampled is None:
        return []
    logs: list[tuple[datetime, bool]] = []
    for session in ctx.homes.car_sessions(car_id):
        home = session.charger is not None
        if session.end is not None and home:
            logs.append((session.end + timedelta(seconds=1), False))
        logs.append((session.start, home))
    return [it for it in logs if it[0] <= ctx.now]


def location_log(
    ctx: Context, car_id: str, log: tuple[datetime, bool], expand: Expand
) -> dict[str, Json]:
    """Return a VehicleLocationLog."""
    car = ctx.homes.car(car_id).car
    return {
        "url": log_url(ctx, car, log[0], "location_logs"),
        "sampled_at": stamp(log[0]),
        "logged_at": stamp(log[0]),
        "vehicle": expand.either(
            "vehicle",
            ctx.url("vehicles", vehicle_id(car_id)),
            lambda inner: vehicle(ctx, car_id, inner),
        ),
        "at_home": log[1],
    }


def trim_id(car: Car) -> str:
    """Return the id of a car's trim."""
    return vendor_id("trim", f"{car.model.name}/{car.trim}")


def model_id(car: Car) -> str:
    """Return the id of a car's model."""
    return vendor_id("vmod", car.model.name)


def make_id(car: Car) -> str:
    """Return the id of a car's make."""
    return vendor_id("vmak", car.make)


def trim(ctx: Context, car: Car, expand: Expand) -> dict[str, Json]:
    """Return a VehicleTrim."""
    own = trim_id(car)
    return {
        "id": own,
        "url": ctx.url("vehicle_trims", own),
        "name": car.trim,
        "model": expand.either(
            "model",
            ctx.url("vehicle_models", model_id(car)),
            lambda inner: model(ctx, car, inner),
        ),
        "battery_size_watt_hours": round(car.model.battery_wh),
        "onboarding_url": None,
    }


def model(ctx: Context, car: Car, expand: Expand) -> dict[str, Json]:
    """Return a VehicleModel."""
    own = model_id(car)
    return {
        "id": own,
        "url": ctx.url("vehicle_models", own),
        "name": car.model.name,
        "make": expand.either(
            "make",
            ctx.url("vehicle_makes", make_id(car)),
            lambda inner: make(ctx, car),
        ),
        "onboarding_url": None,
        "vehicle_trims": f"{ctx.url('vehicle_trims')}?model_id={own}",
        "default_battery_size_watt_hours": round(car.model.battery_wh),
        "default_connector_type": "CCS",
    }


def make(ctx: Context, car: Car) -> dict[str, Json]:
    """Return a VehicleMake."""
    own = make_id(car)
    return {
        "id": own,
        "url": ctx.url("vehicle_makes", own),
        "name": car.make,
        "icon": None,
        "onboarding_url": None,
        "models": f"{ctx.url('vehicle_models')}?make_id={own}",
        "subscription_name": None,
        "subscription_package": None,
    }


def _state(view: CarView, *, complete: bool) -> str:
    """Return what the car does, in the vendor's word."""
    if view.session is None:
        return "STATIONARY"
    if view.power_w > 0:
        return "PLUGGED_IN_CHARGING"
    return "PLUGGED_IN_COMPLETE" if complete else "PLUGGED_IN_NOT_CHARGING"
