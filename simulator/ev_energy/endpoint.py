"""What every endpoint of the API is, and how its query is read."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from simulator.world.model import Json

from .context import Context
from .expand import Expand, of_request
from .paging import Page
from .problems import ProblemError


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answers."""

    content: Json
    link: str | None = None
    status: int = 200


type Handler = Callable[[web.Request, Context], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A documented operation. `scopes` are all needed."""

    method: str
    path: str
    scopes: tuple[str, ...]
    handler: Handler


def get(path: str, handler: Handler, *scopes: str) -> Endpoint:
    """Return a reading endpoint."""
    return Endpoint("GET", path, scopes, handler)


def wanted(request: web.Request, ctx: Context, allowed: Iterable[str]) -> Expand:
    """Return what a request wants expanded."""
    return of_request(request, allowed, ctx.scopes)


def listed[T](page: Page[T], make: Callable[[T], Json]) -> Answer:
    """Return a page as a bare array."""
    return Answer([make(item) for item in page.items], page.link)


def part(request: web.Request, name: str) -> str:
    """Return a variable part of the path."""
    return request.match_info[name]


def moment(request: web.Request, name: str) -> datetime | None:
    """Return a time of the query, naive ones taken as UTC.

    Raises:
        ProblemError: if it is no time.
    """
    text = request.query.get(name)
    return None if text is None else parsed(text, name)


def parsed(text: str, name: str) -> datetime:
    """Return a time, naive ones taken as UTC.

    Raises:
        ProblemError: if it is no time.
    """
    try:
        # a plus sign which was not escaped arrives as a blank
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise ProblemError(400, f"Not a date-time: {name}") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def flag(request: web.Request, name: str, default: bool | None = None) -> bool | None:
    """Return a truth value of the query.

    Raises:
        ProblemError: if it is none.
    """
    text = request.query.get(name)
    if text is None:
        return default
    if text.lower() not in {"true", "false"}:
        raise ProblemError(400, f"Not a boolean: {name}")
    return text.lower() == "true"


def number(request: web.Request, name: str) -> int | None:
    """Return a whole number of the query.

    Raises:
        ProblemError: if it is none.
    """
    text = request.query.get(name)
    if text is None:
        return None
    try:
        return int(text)
    except ValueError:
        raise ProblemError(400, f"Not an integer: {name}") from None
