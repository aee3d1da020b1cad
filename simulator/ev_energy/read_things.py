"""Reading users, chargers and vehicles."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import takewhile

from aiohttp import web

from simulator.homes import Car, CarView, Charger, ChargerView

from . import chargers, vehicles
from .context import Context, evse_id, user_id, vehicle_id
from .endpoint import Answer, Endpoint, get, listed, moment, parsed, part, wanted
from .ids import stamp
from .paging import by_cursor
from .problems import ProblemError
from .users import USER_EXPAND, user

COLLECTIONS = (
    *("users", "carbon_feeds", "evses", "evse_models", "evse_makes", "vehicles"),
    *("vehicle_trims", "vehicle_models", "vehicle_makes", "suppliers", "tariffs"),
    *("support_tickets", "dispatch_coordinators", "grid_feeds"),
)


def endpoints() -> list[Endpoint]:
    """Return the endpoints."""
    evse, car = "evse:read", "vehicle:read"
    return [
        get("", root),
        get("/users", users, "user:read"),
        get("/users/{id}", one_user, "user:read"),
        get("/evses", evses, evse),
        get("/evses/{id}", one_evse, evse),
        get("/evses/{id}/status_logs", evse_logs, evse),
        get("/evses/{id}/status_logs/{sampled_at}", evse_log, evse),
        get("/evses/{id}/connectivity", connectivity, evse),
        get("/evse_models/{id}", evse_model, evse),
        get("/evse_makes/{id}", evse_make, evse),
        get("/vehicles", list_vehicles, car),
        get("/vehicles/{id}", one_vehicle, car),
        get("/vehicles/{id}/status_logs", vehicle_logs, car),
        get("/vehicles/{id}/status_logs/{sampled_at}", vehicle_log, car),
        get("/vehicles/{id}/state_of_charge", state_of_charge, car),
        get("/vehicles/{id}/location_logs", location_logs, car),
        get("/vehicles/{id}/error_logs", error_logs, car),
        get("/vehicle_trims/{id}", vehicle_trim, car),
        get("/vehicle_models/{id}", vehicle_model, car),
        get("/vehicle_makes/{id}", vehicle_make, car),
    ]


async def root(request: web.Request, ctx: Context) -> Answer:
    """Link to the collections, whether they are simulated or not."""
    return Answer({name: f"{ctx.url(name)}/" for name in COLLECTIONS})


# ---- users


async def users(request: web.Request, ctx: Context) -> Answer:
    """List the users whom the token can see."""
    expand = wanted(request, ctx, USER_EXPAND)
    mail = request.query.get("email", "").lower()
    people = [
        it
        for it in ctx.people
        if not mail or ctx.homes.home(it).person.email.lower() == mail
    ]
    return listed(by_cursor(request, people, user_id), lambda it: user(ctx, it, expand))


async def one_user(request: web.Request, ctx: Context) -> Answer:
    """Show a user."""
    expand = wanted(request, ctx, USER_EXPAND)
    return Answer(user(ctx, ctx.person_id(part(request, "id")), expand, single=True))


# ---- chargers


async def evses(request: web.Request, ctx: Context) -> Answer:
    """List chargers."""
    expand = wanted(request, ctx, chargers.EVSE_EXPAND)
    cpid = request.query.get("cpid")
    ids = [
        it
        for it in ctx.homes.charger_ids(ctx.people)
        if cpid is None or ctx.homes.charger(it).charger.serial == cpid
    ]
    return listed(
        by_cursor(request, ids, evse_id), lambda it: chargers.evse(ctx, it, expand)
    )


async def one_evse(request: web.Request, ctx: Context) -> Answer:
    """Show a charger."""
    expand = wanted(request, ctx, chargers.EVSE_EXPAND)
    return Answer(chargers.evse(ctx, ctx.charger_id(part(request, "id")), expand))


async def evse_logs(request: web.Request, ctx: Context) -> Answer:
    """List a charger's reports, newest first."""
    expand = wanted(request, ctx, chargers.LOG_EXPAND)
    charger = ctx.charger_id(part(request, "id"))
    since, until = (
        moment(request, "sampled_at__gte"),
        moment(request, "sampled_at__lte"),
    )
    logs: Iterable[ChargerView] = ctx.homes.charger_reports(
        charger, _start(request, until)
    )
    if since is not None:
        logs = takewhile(lambda it: it.sampled >= since, logs)
    page = by_cursor(request, logs, lambda it: stamp(it.sampled))
    return listed(page, lambda it: chargers.status_log(ctx, it, expand))


async def evse_log(request: web.Request, ctx: Context) -> Answer:
    """Show the report of a moment."""
    expand = wanted(request, ctx, chargers.LOG_EXPAND)
    at = parsed(part(request, "sampled_at"), "sampled_at")
    view = ctx.homes.charger(ctx.charger_id(part(request, "id")), at)
    if view.sampled != at:
        raise ProblemError(404)
    return Answer(chargers.status_log(ctx, view, expand))


async def connectivity(request: web.Request, ctx: Context) -> Answer:
    """Show how a charger is connected."""
    expand = wanted(request, ctx, ("latest_status_log",))
    charger = ctx.charger_id(part(request, "id"))
    return Answer(chargers.connectivity(ctx, charger, expand))


async def evse_model(request: web.Request, ctx: Context) -> Answer:
    """Show a charger's model."""
    expand = wanted(request, ctx, ("make",))
    for charger in _chargers(ctx):
        if chargers.model_id(charger) == part(request, "id"):
            return Answer(chargers.model(ctx, charger, expand))
    raise ProblemError(404)


async def evse_make(request: web.Request, ctx: Context) -> Answer:
    """Show a charger's make."""
    for charger in _chargers(ctx):
        if chargers.make_id(charger) == part(request, "id"):
            return Answer(chargers.make(ctx, charger))
    raise ProblemError(404)


# ---- vehicles


async def list_vehicles(request: web.Request, ctx: Context) -> Answer:
    """List vehicles."""
    expand = wanted(request, ctx, vehicles.VEHICLE_EXPAND)
    ids = ctx.homes.car_ids(ctx.people)
    return listed(
        by_cursor(request, ids, vehicle_id),
        lambda it: vehicles.vehicle(ctx, it, expand),
    )


async def one_vehicle(request: web.Request, ctx: Context) -> Answer:
    """Show a vehicle."""
    expand = wanted(request, ctx, vehicles.VEHICLE_EXPAND)
    return Answer(vehicles.vehicle(ctx, ctx.car_id(part(request, "id")), expand))


async def vehicle_logs(request: web.Request, ctx: Context) -> Answer:
    """List a vehicle's reports, newest first."""
    expand = wanted(request, ctx, vehicles.LOG_EXPAND)
    car = ctx.car_id(part(request, "id"))
    since, until = (
        moment(request, "sampled_at__gte"),
        moment(request, "sampled_at__lte"),
    )
    logs: Iterable[tuple[datetime, CarView]] = (
        (view.sampled, view)
        for view in ctx.homes.car_reports(car, _start(request, until))
        if view.sampled is not None
    )
    if since is not None:
        logs = takewhile(lambda it: it[0] >= since, logs)
    page = by_cursor(request, logs, lambda it: stamp(it[0]))
    return listed(page, lambda it: vehicles.status_log(ctx, it[1], it[0], expand))


async def vehicle_log(request: web.Request, ctx: Context) -> Answer:
    """Show the report of a moment."""
    expand = wanted(request, ctx, vehicles.LOG_EXPAND)
    at = parsed(part(request, "sampled_at"), "sampled_at")
    view = ctx.homes.car(ctx.car_id(part(request, "id")), at)
    if view.sampled != at:
        raise ProblemError(404)
    return Answer(vehicles.status_log(ctx, view, at, expand))


async def state_of_charge(request: web.Request, ctx: Context) -> Answer:
    """Show a vehicle's state of charge and who told it."""
    return Answer(vehicles.state_of_charge(ctx, ctx.car_id(part(request, "id"))))


async def location_logs(request: web.Request, ctx: Context) -> Answer:
    """List when a vehicle came home and left, newest first."""
    expand = wanted(request, ctx, vehicles.LOG_EXPAND)
    car = ctx.car_id(part(request, "id"))
    since, until = (
        moment(request, "sampled_at__gte"),
        moment(request, "sampled_at__lte"),
    )
    logs = [
        it
        for it in vehicles.location_logs(ctx, car)
        if (since is None or it[0] >= since) and (until is None or it[0] <= until)
    ]
    page = by_cursor(request, logs, lambda it: stamp(it[0]))
    return listed(page, lambda it: vehicles.location_log(ctx, car, it, expand))


async def error_logs(request: web.Request, ctx: Context) -> Answer:
    """List the errors of a vehicle's link: there are none."""
    ctx.car_id(part(request, "id"))
    empty: list[str] = []
    return listed(by_cursor(request, empty, str), str)


async def vehicle_trim(request: web.Request, ctx: Context) -> Answer:
    """Show a trim."""
    expand = wanted(request, ctx, ("model", "model.make"))
    for car in _cars(ctx):
        if vehicles.trim_id(car) == part(request, "id"):
            return Answer(vehicles.trim(ctx, car, expand))
    raise ProblemError(404)


async def vehicle_model(request: web.Request, ctx: Context) -> Answer:
    """Show a model."""
    expand = wanted(request, ctx, ("make",))
    for car in _cars(ctx):
        if vehicles.model_id(car) == part(request, "id"):
            return Answer(vehicles.model(ctx, car, expand))
    raise ProblemError(404)


async def vehicle_make(request: web.Request, ctx: Context) -> Answer:
    """Show a make."""
    for car in _cars(ctx):
        if vehicles.make_id(car) == part(request, "id"):
            return Answer(vehicles.make(ctx, car))
    raise ProblemError(404)


def _start(request: web.Request, until: datetime | None) -> datetime | None:
    """Return where reading logs begins: at the cursor, if there is one, so that pages are not read twice."""
    after = request.query.get("page_after")
    if after is None:
        return until
    cursor = parsed(after, "page_after")
    return cursor if until is None else min(cursor, until)


def _chargers(ctx: Context) -> Iterator[Charger]:
    """Return the chargers that can be seen."""
    for it in ctx.homes.charger_ids(ctx.people):
        yield ctx.homes.charger(it).charger


def _cars(ctx: Context) -> Iterator[Car]:
    """Return the cars that can be seen."""
    for it in ctx.homes.car_ids(ctx.people):
        yield ctx.homes.car(it).car
