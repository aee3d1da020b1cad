"""Reading tariffs, prices, carbon and grid."""

from datetime import datetime, timedelta

from aiohttp import web

from simulator.homes import Tariff
from simulator.homes.make import TARIFFS
from simulator.world.model import Json

from . import feeds
from .context import Context
from .endpoint import Answer, Endpoint, flag, get, listed, moment, part, wanted
from .expand import Expand
from .ids import stamp
from .paging import by_cursor, by_number
from .problems import ProblemError
from .users import TARIFF_EXPAND, supplier, supplier_id, tariff, tariff_id

DAY = timedelta(days=1)


def endpoints() -> list[Endpoint]:
    """Return the endpoints."""
    own, carbon, grid = "tariff:read", "carbon:read", "grid:read"
    return [
        get("/tariffs", tariffs, own),
        get("/tariffs/{id}", one_tariff, own),
        get("/tariffs/{id}/prices", prices, own, "tariff:prices:read"),
        get("/suppliers", suppliers, own),
        get("/suppliers/{id}", one_supplier, own),
        get("/carbon_feeds", carbon_feeds, carbon),
        get("/carbon_feeds/{id}", one_carbon_feed, carbon),
        get("/carbon_feeds/{id}/carbon_intensities", carbon_intensities, carbon),
        get("/grid_feeds", grid_feeds, grid),
        get("/grid_feeds/{id}", one_grid_feed, grid),
        get("/grid_feeds/{id}/levels", grid_levels, grid),
    ]


async def tariffs(request: web.Request, ctx: Context) -> Answer:
    """List tariffs."""
    expand = wanted(request, ctx, TARIFF_EXPAND)
    query = request.query
    valid = flag(request, "valid", True)
    user = query.get("available_for_user_id")
    if user is not None:
        ctx.person_id(user)
    found = [
        it
        for it in TARIFFS
        if valid
        and query.get("supplier_id") in {None, supplier_id(it)}
        and query.get("gsp_group") in {None, "_L"}
    ]
    return listed(by_number(request, found), lambda it: _tariff(ctx, it, expand))


async def one_tariff(request: web.Request, ctx: Context) -> Answer:
    """Show a tariff with its present price."""
    expand = wanted(request, ctx, TARIFF_EXPAND)
    return Answer(_tariff(ctx, _find(request), expand, single=True))


async def prices(request: web.Request, ctx: Context) -> Answer:
    """List a tariff's prices, newest first, up to a day ahead."""
    it = _find(request)
    starts = _span(request, ctx, ahead=DAY)
    return listed(by_number(request, starts), lambda start: feeds.price(it, start))


async def suppliers(request: web.Request, ctx: Context) -> Answer:
    """List suppliers."""
    page = by_number(request, list(TARIFFS))
    return listed(page, lambda it: supplier(ctx, it))


async def one_supplier(request: web.Request, ctx: Context) -> Answer:
    """Show a supplier."""
    for it in TARIFFS:
        if supplier_id(it) == part(request, "id"):
            return Answer(supplier(ctx, it))
    raise ProblemError(404)


async def carbon_feeds(request: web.Request, ctx: Context) -> Answer:
    """List carbon feeds."""
    page = by_cursor(request, [feeds.CARBON_FEED], str)
    return listed(page, lambda it: feeds.carbon_feed(ctx))


async def one_carbon_feed(request: web.Request, ctx: Context) -> Answer:
    """Show a carbon feed."""
    _expect(request, feeds.CARBON_FEED)
    return Answer(feeds.carbon_feed(ctx))


async def carbon_intensities(request: web.Request, ctx: Context) -> Answer:
    """Show carbon intensities, newest first, as an object."""
    _expect(request, feeds.CARBON_FEED)
    expand = wanted(request, ctx, ("carbon_feed",))
    ahead = timedelta(hours=ctx.options.carbon_forecast_hours)
    page = by_cursor(request, _span(request, ctx, ahead=ahead), stamp)
    url = ctx.url("carbon_feeds", feeds.CARBON_FEED)
    content: dict[str, Json] = {
        "url": f"{url}/carbon_intensities",
        "carbon_feed": expand.either(
            "carbon_feed", url, lambda inner: feeds.carbon_feed(ctx)
        ),
        "carbon_intensities": [feeds.carbon_intensity(it) for it in page.items],
    }
    return Answer(content, page.link)


async def grid_feeds(request: web.Request, ctx: Context) -> Answer:
    """List grid feeds."""
    page = by_cursor(request, [feeds.GRID_FEED], str)
    return listed(page, lambda it: feeds.grid_feed(ctx))


async def one_grid_feed(request: web.Request, ctx: Context) -> Answer:
    """Show a grid feed."""
    _expect(request, feeds.GRID_FEED)
    return Answer(feeds.grid_feed(ctx))


async def grid_levels(request: web.Request, ctx: Context) -> Answer:
    """List grid levels, newest first, up to a day ahead."""
    _expect(request, feeds.GRID_FEED)
    starts = _span(request, ctx, ahead=DAY)
    return listed(by_number(request, starts), feeds.grid_level)


def _tariff(
    ctx: Context, it: Tariff, expand: Expand, *, single: bool = False
) -> dict[str, Json]:
    """Return a tariff, with its prices in it if they are wanted."""
    answer = tariff(ctx, it, expand, single=single)
    if "prices" in expand:
        answer["prices"] = [
            feeds.price(it, start)
            for start in feeds.half_hours(ctx.now - DAY, ctx.now + DAY)
        ]
    return answer


def _find(request: web.Request) -> Tariff:
    """Return the tariff of a path, or raise 404."""
    for it in TARIFFS:
        if tariff_id(it) == part(request, "id"):
            return it
    raise ProblemError(404)


def _expect(request: web.Request, own: str) -> None:
    """Raise 404 unless the path names the one that there is."""
    if part(request, "id") != own:
        raise ProblemError(404)


def _span(request: web.Request, ctx: Context, *, ahead: timedelta) -> list[datetime]:
    """Return the half hours that a request wants, newest first: a day back unless it says more."""
    since = moment(request, "started_at__gte") or ctx.now - DAY
    until = moment(request, "started_at__lte") or ctx.now + ahead
    since = max(since, ctx.now - 90 * DAY)
    return feeds.half_hours(since, min(until, ctx.now + ahead))
