"""Reading charging sessions and sub-sessions."""

from collections.abc import Iterator

from aiohttp import web

from simulator.homes import HomeSession, Part

from . import sessions
from .accounts import account
from .context import Context, evse_id, part_id, session_id, vehicle_id
from .endpoint import Answer, Endpoint, flag, get, listed, moment, number, part, wanted
from .paging import by_cursor
from .problems import ProblemError
from .usage import energy_usage


def endpoints() -> list[Endpoint]:
    """Return the endpoints. The schedules' scope is misspelt in the document; the usual one is wanted here."""
    scope, debug = "charging_session:read", "debug:read"
    sub = "/charging_sub_sessions/{id}"
    return [
        get("/charging_sessions", charging_sessions, scope),
        get("/charging_sessions/{id}", charging_session, scope),
        get("/charging_sub_sessions", sub_sessions, scope),
        get(sub, sub_session, scope),
        get(f"{sub}/energy_usage", usage, scope),
        get(f"{sub}/schedules", schedules, scope),
        get(f"{sub}/flags", flags, scope),
        get(f"{sub}/schedule_plans", schedule_plans, debug),
        get(f"{sub}/assessment", assessment, debug),
        get(f"{sub}/debug_metadata", debug_metadata, debug),
    ]


async def charging_sessions(request: web.Request, ctx: Context) -> Answer:
    """List sessions, newest first."""
    expand = wanted(request, ctx, sessions.SESSION_EXPAND)
    since = ctx.options.sessions_since
    recorded = (
        it
        for it in ctx.homes.sessions(ctx.people)
        if since is None or it.start >= since
    )
    page = by_cursor(request, recorded, session_id)
    return listed(page, lambda it: sessions.session(ctx, it, expand))


async def charging_session(request: web.Request, ctx: Context) -> Answer:
    """Show a session."""
    expand = wanted(request, ctx, sessions.SESSION_EXPAND)
    return Answer(sessions.session(ctx, ctx.session(part(request, "id")), expand))


async def sub_sessions(request: web.Request, ctx: Context) -> Answer:
    """List sub-sessions, newest first."""
    expand = wanted(request, ctx, sessions.PART_EXPAND)
    page = by_cursor(request, _filtered(request, ctx), lambda it: part_id(it[1]))
    return listed(page, lambda it: sessions.sub_session(ctx, *it, expand))


async def sub_session(request: web.Request, ctx: Context) -> Answer:
    """Show a sub-session."""
    expand = wanted(request, ctx, sessions.PART_EXPAND)
    return Answer(sessions.sub_session(ctx, *ctx.part(part(request, "id")), expand))


async def usage(request: web.Request, ctx: Context) -> Answer:
    """Show when how much energy was delivered; expanding what it belongs to is not simulated."""
    found = ctx.part(part(request, "id"))
    return Answer(
        energy_usage(
            ctx,
            *found,
            more_than=number(request, "energy_delivered_watt_hours__gt"),
            merge=flag(request, "merge_consecutive_intervals") is True,
        )
    )


async def schedules(request: web.Request, ctx: Context) -> Answer:
    """Show the half hours of the plan; only the latest plan is kept."""
    since, until = (
        moment(request, "started_at__gte"),
        moment(request, "started_at__lte"),
    )
    session, it = ctx.part(part(request, "id"))
    return Answer(sessions.schedules(ctx, session, it, since, until))


async def schedule_plans(request: web.Request, ctx: Context) -> Answer:
    """Show the plan behind the schedules."""
    return Answer(sessions.schedule_plans(ctx, *ctx.part(part(request, "id"))))


async def flags(request: web.Request, ctx: Context) -> Answer:
    """Show the flags."""
    return Answer(sessions.flags(ctx, ctx.part(part(request, "id"))[1]))


async def assessment(request: web.Request, ctx: Context) -> Answer:
    """Show the assessment."""
    return Answer(sessions.debug(ctx, ctx.part(part(request, "id"))[1], "assessment"))


async def debug_metadata(request: web.Request, ctx: Context) -> Answer:
    """Show the debug metadata."""
    return Answer(
        sessions.debug(ctx, ctx.part(part(request, "id"))[1], "debug_metadata")
    )


def _filtered(request: web.Request, ctx: Context) -> Iterator[tuple[HomeSession, Part]]:
    """Return the parts that the query's filters leave, newest first."""
    query = request.query
    people = ctx.people
    if (user := query.get("user_id")) is not None:
        try:
            people = (ctx.person_id(user),)
        except ProblemError:
            people = ()
    finished, mode = flag(request, "is_finished"), query.get("mode")
    after, before = moment(request, "start__gt"), moment(request, "start__lt")
    end_after, end_before = moment(request, "end__gt"), moment(request, "end__lt")
    least = number(request, "energy_delivered_watt_hours__gte")
    most = number(request, "energy_delivered_watt_hours__lte")
    for session in ctx.homes.sessions(people):
        if not _matches(session, query.get("evse_id"), query.get("vehicle_id")):
            continue
        for it in reversed(session.parts):
            if (
                (finished is not None and finished is (it.end is None))
                or (mode is not None and sessions.MODES[it.mode] != mode)
                or (after is not None and it.start <= after)
                or (before is not None and it.start >= before)
                or (end_after is not None and (it.end is None or it.end <= end_after))
                or (end_before is not None and (it.end is None or it.end >= end_before))
            ):
                continue
            if least is not None or most is not None:
                wh = round(account(session, it, ctx.now).energy_wh)
                if wh < (least or 0) or (most is not None and wh > most):
                    continue
            yield session, it


def _matches(session: HomeSession, evse: str | None, vehicle: str | None) -> bool:
    """Return whether a session is of a charger and a vehicle."""
    own_evse = None if session.charger is None else evse_id(session.charger.id)
    own_vehicle = None if session.car is None else vehicle_id(session.car.id)
    return evse in {None, own_evse} and vehicle in {None, own_vehicle}
