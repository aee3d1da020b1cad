"""The lists of be.ENERGISED for drivers, page by page, and the one of stations.

A page is the last one when the list's total is reached, when its connection says so, or,
where neither is told, when it is empty or shorter than the first: a server may give fewer
than it is asked for. A list that goes round ends where nothing new comes. Never unbounded:
``cpsPaged`` can be a whole roaming network.
"""

from collections.abc import Callable, Iterable, Iterator

from msgspec import Raw, Struct

from ..errors import UnexpectedAnswerError
from ..reading.items import ItemReader, Items
from ..reading.report import ReadingReport
from ..reading.same import Made
from ..search import Around, Favourites, Listed, StationChoice
from ..snapshot import Skipped
from ..transport.graphql import Answer
from ..transport.graphql_errors import Problem
from ..transport.pages import PageItems
from . import wire
from .arguments import Page
from .ask import Asker
from .mapping import Read, StationMapping
from .queries import STATIONS, Operations

SIZE, MOST_PAGES, MOST = 100, 20, 500
CONNECTORS = "connectors"
NULL = b"null"
# A circle on a map and one on a sphere are not quite the same.
SLACK = 1.05
type Build = Callable[[Operations, Page], str | None]
type Content = wire.Page | list[Raw] | None


class Listing(Struct, frozen=True, kw_only=True):
    """Some of a list: how many it has, where it goes on, and what could not be read.

    ``more`` is what was asked for in the same go. ``after`` is where the next page begins, if the list tells; ``is_last`` whether there
    is none, None where it does not. ``is_cut`` tells that there is more than was wanted.
    """

    items: tuple[Raw, ...]
    more: tuple[Raw, ...] = ()
    total: int | None = None
    after: str | None = None
    is_last: bool | None = None
    is_cut: bool = False
    nulls: int = 0
    problems: tuple[Problem, ...] = ()


class Pages:
    """Reads one list of an operator.

    Where it is read again and again, the very same answers give the very same listing.
    """

    def __init__(self, asker: Asker, operation: str, build: Build) -> None:
        """Prepare to read.

        Args:
            asker: asks.
            operation: that has the list.
            build: makes the document for a page; None where there is no such list.
        """
        self._asker, self._operation, self._build = asker, operation, build
        self._items = PageItems(operation)
        # The documents so far, and what they were made of.
        self._documents: dict[Page, str | None] = {}
        self._operations: Operations | None = None
        # What came of the answer about each page last, and of all of these.
        self._known: dict[Page, tuple[Answer[dict[str, Content]], Listing]] = {}
        self._whole = Made[Listing]()

    async def read_one(self, page: Page) -> Listing | None:
        """Return one page of the list, and what else was asked for in the same go.

        None if the operator has not got the list.

        Raises:
            UnexpectedAnswerError: the answer has no list.
            ClientError: any other of its subclasses.
        """
        answer = await self._asker.run(
            self._operation,
            lambda known: self._document(known, page),
            wire.PAGES,
            is_polled=True,
        )
        if answer is None:
            return None
        known = self._known.get(page)
        if known is None or known[0] is not answer:
            known = answer, self._listing(answer)
            self._known[page] = known
            if len(self._known) > MOST_PAGES:
                # The one that was first asked for comes first.
                del self._known[next(iter(self._known))]
        return known[1]

    def _document(self, operations: Operations, page: Page) -> str | None:
        if self._operations is not operations or len(self._documents) > MOST_PAGES:
            self._operations, self._documents = operations, {}
        if page not in self._documents:
            self._documents[page] = self._build(operations, page)
        return self._documents[page]

    def _listing(self, answer: Answer[dict[str, Content]]) -> Listing:
        content, *others = [*answer.data.values()] or [None]
        whole = content if isinstance(content, wire.Page) else wire.Page(data=content)
        if whole.data is None and whole.edges is None:
            raise UnexpectedAnswerError(f"no list of {self._operation}")
        items, nulls = _items(whole)
        info = whole.page_info or wire.PageInfo()
        total = whole.pagination.total_count if whole.pagination else None
        return Listing(
            items=tuple(items),
            more=tuple(raw for other in others for raw in _items(other)[0]),
            total=whole.total_count if total is None else total,
            after=info.end_cursor,
            is_last=None if info.has_next_page is None else not info.has_next_page,
            nulls=nulls,
            problems=answer.problems,
        )

    async def read(self) -> Listing | None:
        """Return the items of the list, ``MOST`` or a few more; None if there is no list.

        Raises:
            ClientError: one of its subclasses.
        """
        self._items.begin()
        pages: list[Listing] = []
        got = 0
        is_cut = True
        for _ in range(MOST_PAGES):
            after = pages[-1].after if pages else None
            page = await self.read_one(Page(limit=SIZE, offset=got, after=after))
            if page is None:
                return None
            count = len(page.items) + page.nulls
            if not count or (pages and self._items.has_all(page.items)):
                is_cut = False
                break
            self._items.add(page.items)
            pages.append(page)
            got += count
            first = len(pages[0].items) + pages[0].nulls
            if not self._goes_on(page, got, is_short=count < first):
                is_cut = False
                break
            if self._items.count >= MOST:
                break
        items = self._items.all
        return self._whole.of(
            (items, is_cut, *pages),
            lambda: Listing(
                items=tuple(items),
                more=tuple(raw for page in pages for raw in page.more),
                total=pages[-1].total if pages else None,
                nulls=sum(page.nulls for page in pages),
                problems=tuple(it for page in pages for it in page.problems),
                is_cut=is_cut,
            ),
        )

    def _goes_on(self, page: Listing, got: int, *, is_short: bool) -> bool:
        """Tell whether another page may bring more."""
        if not self._asker.operations.is_paged(self._operation):
            return False
        if page.total is not None:
            return got < page.total
        return not (is_short if page.is_last is None else page.is_last)


def _items(content: Content) -> tuple[list[Raw], int]:
    """Return the things of a page, and how many came without any content."""
    if not isinstance(content, wire.Page):
        content = wire.Page(data=content)
    nodes = [edge and edge.node for edge in content.edges or ()]
    all_ = [*(content.data or ()), *nodes]
    items = [raw for raw in all_ if raw is not None and bytes(raw) != NULL]
    return items, len(all_) - len(items)


class StationList:
    """The stations of a choice."""

    def __init__(
        self, asker: Asker, report: ReadingReport, choice: StationChoice
    ) -> None:
        """Prepare to list; stations that are sent unchanged are not read again."""
        self._report = report
        self._choice = choice
        around = choice.around if isinstance(choice, Listed) else choice
        self._around = around if isinstance(around, Around) else None
        mapping = StationMapping(report, self._around)
        self._pages = Pages(
            asker, STATIONS, lambda known, page: known.stations(choice, page)
        )
        self._reader = ItemReader("station", "id", wire.STATION, mapping.read, report)
        self._wanted = Made[Items[Read]]()
        # Why the latest list has nothing, for diagnostics.
        self.note: str | None = None

    async def read(self) -> Items[Read] | None:
        """Return the stations, and what could not be read; None if there is no way.

        Raises:
            UnexpectedAnswerError: not a single station of the list could be read.
            ClientError: any other of its subclasses.
        """
        listing = await self._pages.read()
        if listing is None:
            return None
        found = await self._reader.async_read_some(listing.items)
        lost = (*self._lost(listing), *self._cut(listing))
        return self._wanted.of((found, *lost), lambda: self._choose(found, lost))

    def _choose(self, found: Items[Read], lost: Iterable[Skipped]) -> Items[Read]:
        """Return those of the listed stations that are wanted."""
        wanted = {read.station.id: read for read in found.read if self._is_wanted(read)}
        self.note = None
        if self._around and not wanted:
            far = (
                f"{len(found.read)} stations, none of them" if found.read else "nothing"
            )
            self.note = f"{far} within {self._around.radius:.0f} m"
        return Items(list(wanted.values()), [*found.skipped, *lost])

    @staticmethod
    def _lost(listing: Listing) -> Iterator[Skipped]:
        """Yield what is missing in a list, so that it proves nothing gone."""
        if listing.nulls:
            yield Skipped("stations", f"{listing.nulls} came without any content")
        for problem in listing.problems:
            if problem.path and problem.path[-1] == CONNECTORS:
                yield Skipped(problem.field, problem.message)

    def _cut(self, listing: Listing) -> Iterator[Skipped]:
        """Yield that there are more stations, where one of them may have been picked.

        Otherwise nobody wants those that come after: a station that is not among the
        first is as good as gone.
        """
        if not listing.is_cut:
            return
        cut = Skipped("stations", f"there are more than {len(listing.items)}")
        self._report.skipped(cut)
        if isinstance(self._choice, Listed) and self._choice.station_ids:
            yield cut

    def _is_wanted(self, read: Read) -> bool:
        """Tell whether a station is what was asked for, as far as it says itself."""
        station, choice = read.station, self._choice
        if isinstance(choice, Favourites):
            return station.is_favourite is not False
        if isinstance(choice, Listed) and choice.station_ids:
            return station.id in choice.station_ids
        return (
            self._around is None
            or station.distance is None
            or station.distance <= self._around.radius * SLACK
        )
