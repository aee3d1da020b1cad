"""Pages by offset, as the documents show them, and by cursor, as they only name it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64Error
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from urllib.parse import quote, urlencode

from aiohttp import web

from simulator.world.model import Json

from .errors import ApiError
from .options import BeenergisedCpoOptions

LIMIT, OFFSET, CURSOR = "page[limit]", "page[offset]", "page[cursor]"


class Pages:
    """Cut lists into pages and lead from one to the next."""

    def __init__(
        self, options: BeenergisedCpoOptions, origin: Callable[[], str]
    ) -> None:
        """Remember where addresses begin, which is known once the server listens."""
        self._options = options
        self._origin = origin
        self._fresh = count(1)

    def by_offset[T](
        self,
        request: web.Request,
        items: Sequence[T],
        make: Callable[[Sequence[T]], Sequence[Json]],
    ) -> Json:
        """Return the page of a list that a request asks for; only its items are made.

        Raises:
            ApiError: if limit or offset makes no sense.
        """
        options = self._options
        asked = _number(request, LIMIT, least=1)
        limit = min(options.default_limit if asked is None else asked, options.page_cap)
        offset = _number(request, OFFSET, least=0) or 0
        repeated = options.repeat_pages != "none"
        start = 0 if repeated else offset
        last = not repeated and offset + limit >= len(items)
        links = {"current": self._by_offset(request, limit, offset)}
        if not last:
            following = limit if options.repeat_pages == "same_link" else offset + limit
            links["next"] = self._elsewhere(self._by_offset(request, limit, following))
        if offset:
            links["prev"] = self._by_offset(request, limit, max(0, offset - limit))
        return {
            "data": make(items[start : start + limit]),
            "meta": {
                "pagination": {
                    "total": max(0, len(items) + options.total_skew),
                    "offset": offset,
                    "limit": limit,
                    "lastPage": last,
                }
            },
            "links": links,
        }

    def by_cursor[T](
        self,
        request: web.Request,
        items: Sequence[T],
        key: Callable[[T], str],
        make: Callable[[T], Json],
    ) -> Json:
        """Return the page of a list that a request's cursor leads to, the first one without.

        Raises:
            ApiError: if the cursor is none that leads into the list.
        """
        options = self._options
        cursor = request.query.get(CURSOR)
        start = 0 if cursor is None else _after(cursor, items, key)
        page = items[start : start + options.location_page]
        links = {
            "current": self._address(
                request, {} if cursor is None else {CURSOR: cursor}
            )
        }
        following: str | None = None
        if options.repeat_pages != "none":
            fresh = options.repeat_pages == "fresh_links"
            following = _cursor("", next(self._fresh) if fresh else 0)
        elif start + len(page) < len(items):
            following = _cursor(key(page[-1]), 0)
        if following is not None:
            links["next"] = self._elsewhere(self._address(request, {CURSOR: following}))
        return {"data": [make(item) for item in page], "links": links}

    def _by_offset(self, request: web.Request, limit: int, offset: int) -> str:
        """Return the address of a page; filters are kept."""
        filters = {
            name: text
            for name, text in request.query.items()
            if name.startswith("filter[")
        }
        return self._address(
            request, {LIMIT: str(limit), OFFSET: str(offset), **filters}
        )

    def _address(self, request: web.Request, query: Mapping[str, str]) -> str:
        """Return an address with its brackets percent-encoded, as the quickstart shows it."""
        path = f"{self._origin()}{request.path}"
        return f"{path}?{urlencode(query, quote_via=quote)}" if query else path

    def _elsewhere(self, address: str) -> str:
        """Return an address, at another server if the options want that."""
        foreign = self._options.links_next_host
        if foreign is None:
            return address
        return foreign.rstrip("/") + address.removeprefix(self._origin())


def _number(request: web.Request, name: str, *, least: int) -> int | None:
    """Return a whole number of the query, None without one."""
    text = request.query.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()) or int(text) < least:
        raise ApiError(400, f"{name} must be a whole number from {least} on.")
    return int(text)


def _cursor(after: str, nonce: int) -> str:
    """Return the cursor to what follows an item, or to the beginning; the nonce makes it a new one."""
    return urlsafe_b64encode(f"{nonce}/{after}".encode()).decode()


def _after[T](cursor: str, items: Sequence[T], key: Callable[[T], str]) -> int:
    """Return where a page begins."""
    try:
        _, mark, after = urlsafe_b64decode(cursor.encode()).decode().partition("/")
    except NotBase64Error, UnicodeDecodeError:
        mark = after = ""
    if mark and not after:
        return 0
    for index, item in enumerate(items):
        if mark and key(item) == after:
            return index + 1
    raise ApiError(400, f"{CURSOR} is not a cursor of this list.")
