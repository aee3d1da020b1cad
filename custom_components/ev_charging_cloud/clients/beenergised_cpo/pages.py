"""The two ways in which the be.ENERGISED CPO API pages its lists.

Source: the CPO API's reference, pagination. A page is asked for by offset, and a larger
page than the server likes is silently made smaller: what came counts. Of the pages by
cursor only the name is documented, so their ``links.next`` is followed, on the same
server only. Either way pages are followed as long as they bring something new.
"""

from collections.abc import Sequence

from aiohttp import hdrs
from yarl import URL

from ..errors import UnexpectedAnswerError
from ..reading.lenient import Oddity
from ..reading.report import ReadingReport
from ..transport.http import HttpClient, Query
from ..transport.pages import REPEATED, Listing, PageItems
from . import wire

PAGE_SIZE = 500

type Filters = Sequence[tuple[str, str]]


class Pages:
    """Reads lists to their ends."""

    def __init__(self, http: HttpClient, report: ReadingReport) -> None:
        """Read by way of an account's requests; what cannot be read is reported."""
        self._http = http
        self._report = report

    async def by_offset(
        self, path: str, filters: Filters = (), *, items: PageItems | None = None
    ) -> Listing:
        """Return all items of a list that is paged by offset.

        Where the pages begin to repeat themselves, what was read so far stands.

        Args:
            path: of the list.
            filters: which of it.
            items: takes the items of a list that polls read again and again.

        Raises:
            UnexpectedAnswerError: a page is no list, or the pages do not end.
            ClientError: any other of its subclasses.
        """
        items = items or PageItems(path)
        items.begin()
        offset = announced = 0
        while True:
            page = await self._read(
                path,
                [
                    ("page[limit]", str(PAGE_SIZE)),
                    ("page[offset]", str(offset)),
                    *filters,
                ],
            )
            told = _pagination(page)
            announced = max(announced, told.total or 0)
            is_new = items.add(page.data)
            # Where a list shrinks meanwhile, its last page can be one that we know.
            is_over = _is_last(page, offset + len(page.data)) or _says_nothing(page)
            # What came twice takes nobody's place.
            offset = items.count
            if not is_new or _is_last(page, offset):
                break
        lacking = announced - offset
        if lacking > 0:
            return Listing(items.all, f"{lacking} of {announced} lack")
        is_round = bool(page.data) and not is_new and not is_over
        return Listing(items.all, REPEATED if is_round else None)

    async def by_link(self, path: str) -> Listing:
        """Return all items of a list whose pages name the next one.

        Where they lead to another server or repeat themselves, what was read so far
        stands.

        Raises:
            UnexpectedAnswerError: a page is no list, or the pages do not end.
            ClientError: any other of its subclasses.
        """
        items = PageItems(path)
        where = self._http.address_of(path)
        while True:
            page = await self._read(where)
            if not items.add(page.data):
                return Listing(items.all, REPEATED if page.data else None)
            link = _next(page)
            if link is None or _pagination(page).last_page:
                return Listing(items.all)
            try:
                where = self._http.resolve(link, where)
            except UnexpectedAnswerError as err:
                return Listing(items.all, err.message)

    async def _read(self, where: str | URL, query: Query = None) -> wire.Page:
        oddities: list[Oddity] = []
        page = await self._http.request(
            hdrs.METH_GET, where, wire.PAGE, oddities, query=query, is_polled=True
        )
        self._report.oddities("page", oddities)
        return page


def _pagination(page: wire.Page) -> wire.Pagination:
    return (page.meta.pagination if page.meta else None) or wire.Pagination()


def _next(page: wire.Page) -> str | None:
    """Return the next page's address, if one is told."""
    link = page.links.next if page.links else None
    address = link.href if isinstance(link, wire.Link) else link
    if not isinstance(address, str) or address.strip().isdecimal():
        return None
    return address.strip() or None


def _is_last(page: wire.Page, reached: int) -> bool:
    """Tell whether a list ends with a page.

    Args:
        page: it has items.
        reached: how many items there are up to its end.
    """
    told = _pagination(page)
    if told.last_page:
        return True
    if _next(page) is not None or told.total is None:
        return False
    return reached >= told.total


def _says_nothing(page: wire.Page) -> bool:
    """Tell whether a page does not say in any way if another one follows."""
    told = _pagination(page)
    return (told.total, told.last_page, _next(page)) == (None, None, None)
