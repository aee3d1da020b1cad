"""The documented commands: they change the world that the other vendors' clouds see too."""

from collections.abc import Callable
from datetime import timedelta

from aiohttp import web
import msgspec

from simulator.homes import HomeSession, Link, UnreachableError
from simulator.world.model import Json, WorldError

from . import chargers, sessions, vehicles
from .context import Context
from .endpoint import Answer, Endpoint, Handler, part
from .expand import Expand
from .ids import stamp
from .problems import ProblemError, validation

SOC = "validation-failed-update-vehicle-state-of-charge"
EVSE = "validation-failed-update-evse"
CLASSES: dict[Json, bool | None] = {
    "PASSENGER": False,
    "COMMERCIAL": True,
    None: None,
}


def endpoints() -> list[Endpoint]:
    """Return the endpoints."""
    session, car = "charging_session:write", "vehicle:write"
    return [
        _post("/charging_sessions/{id}/boost_start", boost_start, session),
        _post("/charging_sessions/{id}/boost_end", boost_end, session),
        Endpoint("PATCH", "/vehicles/{id}", (car,), change_vehicle),
        Endpoint("PATCH", "/vehicles/{id}/state_of_charge", (car,), tell_soc),
        # the document names no scope for this one
        _post("/vehicles/{id}/reconnect", reconnect_vehicle),
        Endpoint("PATCH", "/evses/{id}", ("evse:write",), change_evse),
        _post("/evses/{id}/reconnect", reconnect_evse, "evse:write"),
    ]


def _post(
    path: str,
    handler: Handler,
    *scopes: str,
) -> Endpoint:
    """Return a command."""
    return Endpoint("POST", path, scopes, handler)


async def boost_start(request: web.Request, ctx: Context) -> Answer:
    """Charge now."""
    return _boost(request, ctx, ctx.homes.boost_start)


async def boost_end(request: web.Request, ctx: Context) -> Answer:
    """Go back to the plan."""
    return _boost(request, ctx, ctx.homes.boost_end)


def _boost(
    request: web.Request, ctx: Context, command: Callable[[str], HomeSession]
) -> Answer:
    """Carry out a boost command: 409 if the session does not allow it, 503 if the charger cannot be reached."""
    session = ctx.session(part(request, "id"))
    if session.end is not None or session.charger is None:
        raise ProblemError(409, "The session is over or not at home.")
    try:
        after = command(session.charger.id)
    except UnreachableError as error:
        raise ProblemError(503, str(error)) from error
    except WorldError as error:
        raise ProblemError(409, str(error)) from error
    return Answer(sessions.session(ctx, after, Expand()))


async def change_vehicle(request: web.Request, ctx: Context) -> Answer:
    """Change what is writable of a vehicle; other fields are ignored."""
    car_id = ctx.car_id(part(request, "id"))
    view, homes = ctx.homes.car(car_id), ctx.homes
    body = await _body(request)
    errors: dict[str, list[str]] = {}
    smart = body.get("smart_charging_enabled", view.smart)
    if not isinstance(smart, bool):
        errors["smart_charging_enabled"] = ["Must be a valid boolean."]
    limit = body.get("maximum_charge_limit_percentage", view.limit)
    if wrong := _range(limit, 50, 100):
        errors["maximum_charge_limit_percentage"] = [wrong]
    size = body.get("battery_size_watt_hours", round(view.battery_wh))
    if wrong := _range(size, 1_000, 300_000):
        errors["battery_size_watt_hours"] = [wrong]
    elif "battery_size_watt_hours" in body and view.link is not Link.NONE:
        errors["battery_size_watt_hours"] = ["The vehicle is integrated."]
    kind = body.get("vehicle_class", vehicles.CLASSES[view.commercial])
    if not (kind is None or (isinstance(kind, str) and kind in CLASSES)):
        errors["vehicle_class"] = [f'"{kind}" is not a valid choice.']
    if errors:
        raise validation(errors)
    if isinstance(smart, bool):
        homes.set_smart(car_id, smart)
    if isinstance(limit, int) and limit != view.limit:
        homes.set_limit(car_id, limit)
    if isinstance(size, int) and "battery_size_watt_hours" in body:
        homes.set_battery(car_id, round(size, -1))
    if isinstance(kind, str) or kind is None:
        homes.set_commercial(car_id, CLASSES[kind])
    return Answer(vehicles.vehicle(ctx, car_id, Expand()))


async def tell_soc(request: web.Request, ctx: Context) -> Answer:
    """Take the driver's word for the state of charge; null takes it back, nothing changes nothing."""
    car_id = ctx.car_id(part(request, "id"))
    body = await _body(request)
    name = "state_of_charge_percentage"
    if name in body:
        percent = body[name]
        if percent is not None and (wrong := _range(percent, 0, 100)):
            raise validation({name: [wrong]}, SOC)
        ctx.homes.tell_soc(car_id, percent if isinstance(percent, int) else None)
    return Answer(vehicles.state_of_charge(ctx, car_id))


async def reconnect_vehicle(request: web.Request, ctx: Context) -> Answer:
    """Return an address at which the driver would sign in to the car's maker again; nothing is there."""
    ctx.car_id(part(request, "id"))
    content: dict[str, Json] = {
        "url": f"{ctx.origin}/reconnect/{part(request, 'id')}",
        "expires_at": stamp(ctx.now + timedelta(hours=1)),
    }
    return Answer(content, status=201)


async def change_evse(request: web.Request, ctx: Context) -> Answer:
    """Change where a charger is, the one thing that is writable."""
    charger_id = ctx.charger_id(part(request, "id"))
    body = await _body(request)
    if "location" in body:
        ctx.homes.set_place(charger_id, _place(body["location"]))
    return Answer(chargers.evse(ctx, charger_id, Expand()))


async def reconnect_evse(request: web.Request, ctx: Context) -> Answer:
    """Return an address at which the driver would connect the charger again; nothing is there."""
    ctx.charger_id(part(request, "id"))
    return Answer({"url": f"{ctx.origin}/reconnect/{part(request, 'id')}"}, status=201)


def _place(location: Json) -> tuple[float, float] | None:
    """Return latitude and longitude of a body, or raise a problem."""
    if location is None:
        return None
    if isinstance(location, dict):
        latitude, longitude = location.get("latitude"), location.get("longitude")
        if isinstance(latitude, int | float) and isinstance(longitude, int | float):
            return float(latitude), float(longitude)
    raise validation({"location": ["Latitude and longitude are required."]}, EVSE)


def _range(value: Json, least: int, most: int) -> str | None:
    """Return what is wrong with a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        return "A valid integer is required."
    if value < least:
        return f"Ensure this value is greater than or equal to {least}."
    if value > most:
        return f"Ensure this value is less than or equal to {most}."
    return None


async def _body(request: web.Request) -> dict[str, Json]:
    """Return the JSON object of a request, or raise a problem."""
    try:
        body: dict[str, Json] = msgspec.json.decode(
            await request.read() or b"{}", type=dict
        )
    except msgspec.DecodeError:
        raise ProblemError(400, "The body is not a JSON object.") from None
    return body
