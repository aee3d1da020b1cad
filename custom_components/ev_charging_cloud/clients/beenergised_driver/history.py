"""The driver's sessions of the past, page by page, the newest first where that is possible.

Neither the order of the list nor how it ends is documented, see :mod:`.chargelogs`: the
first page shows the order. With the oldest first it is read from its end, if pages can be
asked for by their place; in any other order all of it is read.
"""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from ..errors import UnexpectedAnswerError
from ..reading.items import ItemReader
from ..reading.report import ReadingReport
from . import wire
from .arguments import Page
from .ask import Asker
from .chargelogs import Order, order_of
from .lists import Listing, Pages
from .queries import CHARGELOGS, Operations

SIZE = 100


class PastPage(Struct, frozen=True, kw_only=True):
    """Some sessions as they were sent, and where the next page begins."""

    logs: Sequence[wire.Chargelog]
    cursor: str | None
    is_ordered: bool = True


class _Place(Struct, frozen=True, omit_defaults=True):
    """Where the next page begins.

    ``first`` is the id with which the page before it began, ``width`` how many the first
    page had. With a ``size`` the list is read backwards in such steps, and ``offset`` is
    where the next page ends.
    """

    offset: int
    after: str | None = None
    first: str | None = None
    width: int = 0
    is_ordered: bool = True
    size: int | None = None


_PLACES = msgspec.json.Decoder(_Place)


class History:
    """Reads the past of one driver."""

    def __init__(self, asker: Asker, report: ReadingReport) -> None:
        """Read nothing yet."""
        self._asker = asker
        self._reader = ItemReader("session", "id", wire.CHARGELOG, _same, report)

    async def read(self, cursor: str | None) -> PastPage | None:
        """Return a page; None where the operator has no list of sessions.

        Raises:
            UnexpectedAnswerError: the cursor is none that we know.
            ClientError: any other of its subclasses.
        """
        if cursor is None:
            return await self._read_first()
        place = _read_place(cursor)
        if place.size is not None:
            return await self._read_backwards(place.offset, place.size)
        return await self._read_on(place)

    async def _read_first(self) -> PastPage | None:
        listing = await self._list(Page(limit=SIZE))
        if listing is None:
            return None
        got, total = len(listing.items) + listing.nulls, listing.total
        if not self._asker.operations.is_paged(CHARGELOGS):
            return PastPage(logs=self._logs(listing), cursor=None)
        order = order_of(listing)
        if order is Order.OLDEST_FIRST and total is not None and total > got:
            if self._asker.operations.has_offset(CHARGELOGS):
                return await self._read_backwards(total, got)
        place = _Place(0, is_ordered=order is Order.NEWEST_FIRST)
        return self._page(place, listing)

    async def _read_on(self, place: _Place) -> PastPage | None:
        listing = await self._list(
            Page(limit=SIZE, offset=place.offset, after=place.after)
        )
        return None if listing is None else self._page(place, listing)

    def _page(self, place: _Place, listing: Listing) -> PastPage:
        logs = self._logs(listing)
        first = logs[0].id if logs else None
        got = len(listing.items) + listing.nulls
        offset = place.offset + got
        if listing.total is not None:
            is_last = offset >= listing.total
        else:
            is_last = got < place.width if listing.is_last is None else listing.is_last
        # A list that goes round, or does not turn its pages, is at its end.
        is_last |= not got or (first is not None and first == place.first)
        following = _Place(
            offset,
            listing.after,
            first,
            width=place.width or got,
            is_ordered=place.is_ordered,
        )
        return PastPage(
            logs=logs,
            cursor=None if is_last else _text(following),
            is_ordered=place.is_ordered,
        )

    async def _read_backwards(self, end: int, size: int) -> PastPage | None:
        """Return the page that ends at a place of a list with the oldest first."""
        start = max(0, end - size)
        listing = await self._list(Page(limit=end - start, offset=start))
        if listing is None:
            return None
        return PastPage(
            logs=self._logs(listing),
            cursor=_text(_Place(start, size=size)) if start else None,
        )

    async def _list(self, page: Page) -> Listing | None:
        return await Pages(self._asker, CHARGELOGS, _build).read_one(page)

    def _logs(self, listing: Listing) -> Sequence[wire.Chargelog]:
        return self._reader.read_some(listing.items).read


def _build(known: Operations, page: Page) -> str | None:
    return known.page(CHARGELOGS, page)


def _read_place(cursor: str) -> _Place:
    try:
        return _PLACES.decode(cursor)
    except msgspec.MsgspecError as err:
        raise UnexpectedAnswerError(f"no place in the history: {err}") from None


def _text(place: _Place) -> str:
    return msgspec.json.encode(place).decode()


def _same[ItemT](item: ItemT) -> ItemT:
    """Return a wire object as it is."""
    return item
