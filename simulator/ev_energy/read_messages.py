"""Reading a user's inbox. The document names no scope for it."""

from aiohttp import web

from simulator.world.model import Json

from .context import Context
from .endpoint import Answer, Endpoint, get, listed, part
from .ids import stamp, stamp_or_none, vendor_id
from .options import Message
from .paging import by_cursor
from .problems import ProblemError


def endpoints() -> list[Endpoint]:
    """Return the endpoints."""
    return [
        get("/notifications", notifications),
        get("/notifications/{id}", one_notification),
    ]


async def notifications(request: web.Request, ctx: Context) -> Answer:
    """List the messages, newest first."""
    page = by_cursor(request, ctx.options.notifications, _id)
    return listed(page, lambda it: _notification(ctx, it))


async def one_notification(request: web.Request, ctx: Context) -> Answer:
    """Show a message."""
    for message in ctx.options.notifications:
        if _id(message) == part(request, "id"):
            return Answer(_notification(ctx, message))
    raise ProblemError(404)


def _id(message: Message) -> str:
    return vendor_id("notf", str(message.number))


def _notification(ctx: Context, message: Message) -> dict[str, Json]:
    """Return a Notification."""
    own = _id(message)
    return {
        "id": own,
        "url": ctx.url("notifications", own),
        "message_id": f"ERR{message.number:04}",
        "category": message.category,
        "event_time": stamp(message.at),
        "short_text_title": message.title[:33],
        "short_text_body": message.body[:49],
        "detail_page_title": message.title,
        "detail_page_body": message.body,
        "external_link": message.link,
        "external_button_label": "",
        "read_at": stamp_or_none(message.read),
        "resolved_at": stamp_or_none(message.resolved),
    }
