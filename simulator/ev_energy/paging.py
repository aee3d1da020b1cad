"""Pages, and the Link header that leads from one to the next."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from aiohttp import web
from yarl import URL

from .problems import ProblemError, pagination

NONE = "about:blank"


@dataclass(frozen=True, slots=True)
class Page[T]:
    """What one request gets of a list, and the value of the Link header."""

    items: list[T]
    link: str


def by_cursor[T](
    request: web.Request, items: Iterable[T], key: Callable[[T], str]
) -> Page[T]:
    """Return a page of a list which is read by cursors: `page_after` wins over `page_before`.

    The items come in the order of the list, and are not read further than is needed.

    Raises:
        ProblemError: if the page size or the cursor makes no sense.
    """
    size = _size(request)
    after, before = request.query.get("page_after"), request.query.get("page_before")
    iterator = iter(items)
    earlier = False
    if after is not None:
        for item in iterator:
            earlier = True
            if key(item) == after:
                break
        else:
            raise pagination("page_after")
    elif before is not None:
        passed: list[T] = []
        for item in iterator:
            if key(item) == before:
                break
            passed.append(item)
        else:
            raise pagination("page_before")
        page = passed[-size:]
        return Page(page, _links(request, page, key, len(passed) > size, bool(page)))
    page = list(islice(iterator, size))
    later = next(iterator, None) is not None
    return Page(page, _links(request, page, key, earlier and bool(page), later))


def by_number[T](request: web.Request, items: list[T]) -> Page[T]:
    """Return a page of a list which is read by page numbers; one past the end does not exist.

    Raises:
        ProblemError: if a parameter makes no sense or there is no such page.
    """
    size = _size(request)
    text = request.query.get("page", "1")
    if not text.isdecimal() or int(text) < 1:
        raise pagination("page")
    number = int(text)
    start = (number - 1) * size
    if start >= len(items) and number > 1:
        raise ProblemError(404)

    def link(to: int) -> str:
        return f"<{_origin(request).update_query({'page_size': size, 'page': to})}>"

    previous = link(number - 1) if number > 1 else f"<{NONE}>"
    following = link(number + 1) if start + size < len(items) else f"<{NONE}>"
    return Page(
        items[start : start + size],
        f'{previous}; rel="previous", {following}; rel="next"',
    )


def _size(request: web.Request) -> int:
    """Return the page size of a request."""
    text = request.query.get("page_size", "25")
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise pagination("page_size")
    return int(text)


def _origin(request: web.Request) -> URL:
    """Return the address of a request without its place in the list; other parameters are kept."""
    return request.url.without_query_params("page_after", "page_before", "page")


def _links[T](
    request: web.Request,
    page: list[T],
    key: Callable[[T], str],
    earlier: bool,
    later: bool,
) -> str:
    """Return a Link header."""
    address = _origin(request).update_query({"page_size": _size(request)})
    previous = following = f"<{NONE}>"
    if earlier:
        previous = f"<{address.update_query({'page_before': key(page[0])})}>"
    if later:
        following = f"<{address.update_query({'page_after': key(page[-1])})}>"
    return f'{previous}; rel="previous", {following}; rel="next"'
