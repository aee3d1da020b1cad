"""The two ways in which the be.ENERGISED CPO API pages its lists.

Source: the CPO API's reference, pagination. A page is asked for by offset, and a larger
page than the server likes is silently made smaller: the limit it answers with counts.
Of the pages by cursor only the name is documented, so their ``links.next`` is followed,
on the same server only. Either way pages end: after ``MAX_PAGES`` at the latest, and as
soon as one brings nothing new.
"""

from collections.abc import Sequence

from aiohttp import hdrs
from msgspec import MsgspecError, Raw, Struct
from yarl import URL

from ..errors import UnexpectedAnswerError
from ..transport.auth import BearerMiddleware
from ..transport.http import MAX_PAGES, HttpClient
from . import wire

PAGE_SIZE = 500

type Filters = Sequence[tuple[str, str]]


class Listing(Struct, frozen=True):
    """The items of a whole list, and how many the server announced."""

    items: list[Raw]
    announced: int | None = None

    @property
    def missing(self) -> int:
        """How many of the announced items did not come."""
        return max(0, (self.announced or 0) - len(self.items))


class Pages:
    """Reads lists to their ends."""

    def __init__(self, http: HttpClient, bearer: BearerMiddleware) -> None:
        """Read by way of an account's requests and tokens."""
        self._http = http
        self._bearer = bearer

    async def by_offset(self, path: str, filters: Filters = ()) -> Listing:
        """Return all items of a list that is paged by offset.

        Raises:
            UnexpectedAnswerError: the pages repeat themselves or do not end.
            ClientError: any other of its subclasses.
        """
        items = _Items(path)
        offset = 0
        for _ in range(MAX_PAGES):
            page = await self._http.request(
                hdrs.METH_GET,
                path,
                wire.PAGE,
                query=[
                    ("page[limit]", str(PAGE_SIZE)),
                    ("page[offset]", str(offset)),
                    *filters,
                ],
                bearer=self._bearer,
            )
            items.add(page.data)
            told = page.pagination
            is_last = page.next is None if told.last_page is None else told.last_page
            if is_last or not page.data:
                return Listing(items.all, told.total)
            offset += told.limit or len(page.data)
        raise UnexpectedAnswerError(f"{path} has more than {MAX_PAGES} pages")

    async def by_link(self, path: str) -> Listing:
        """Return all items of a list whose pages name the next one.

        Raises:
            UnexpectedAnswerError: the pages lead to another server, repeat themselves
                or do not end.
            ClientError: any other of its subclasses.
        """
        items = _Items(path)
        where: str | URL = path
        for _ in range(MAX_PAGES):
            page = await self._http.request(
                hdrs.METH_GET, where, wire.PAGE, bearer=self._bearer
            )
            items.add(page.data)
            if page.next is None or not page.data:
                return Listing(items.all, page.pagination.total)
            where = self._http.resolve(page.next)
        raise UnexpectedAnswerError(f"{path} has more than {MAX_PAGES} pages")


class _Items:
    """The items of the pages so far, each once."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._seen: set[str | int | bytes] = set()
        self.all: list[Raw] = []

    def add(self, page: Sequence[Raw]) -> None:
        """Add a page; what moved from one page to the next while we read counts once."""
        fresh = {key: raw for raw in page if (key := _key(raw)) not in self._seen}
        if page and not fresh:
            raise UnexpectedAnswerError(f"{self._path} repeats a page")
        self._seen.update(fresh)
        self.all.extend(fresh.values())


def _key(raw: Raw) -> str | int | bytes:
    """Return what tells an item from others: its id, or all of it."""
    try:
        return wire.NAMED.decode(raw).id
    except MsgspecError:
        return bytes(raw)
