"""The driver's newest sessions, and those that run.

Neither the order of the list is documented, nor whether it can be asked for sessions that
are not over. Where it can, it is, in the same request. Otherwise all of it is read at
first, up to a bound, and its order tells what is read from then on: with the newest first
its beginning, with the oldest first its end, in any other order all of it again. A session
that was seen to run, or that a start named, and is not among them, is asked for by its id.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, auto
from functools import partial
from itertools import pairwise

from msgspec import MsgspecError, Raw

from ..errors import NotPermittedError, ResponseError, UnavailableError
from ..reading.items import ItemReader
from ..reading.moments import utc
from ..reading.report import ReadingReport
from ..reading.same import Made, same_list
from ..reading.words import plain
from . import wire
from .arguments import Page
from .ask import Asker
from .lists import NULL, Listing, Pages
from .queries import CHARGELOG, CHARGELOGS, Operations
from .words import RUNNING

NEWEST = 10
MOST_WATCHED = 5
# How often a session may not be found before it is given up.
PATIENCE = 5
STATUSES = frozenset(map(plain, RUNNING))


class Order(Enum):
    """In which order a list comes."""

    NEWEST_FIRST = auto()
    OLDEST_FIRST = auto()
    ANY = auto()


class SessionList:
    """The driver's newest sessions."""

    def __init__(self, asker: Asker, report: ReadingReport) -> None:
        """Begin with the list's beginning."""
        self._asker = asker
        self._pages = Pages(asker, CHARGELOGS, _build)
        self._reader = ItemReader("session", "id", wire.CHARGELOG, _same, report)
        self._raws = Made[list[Raw]]()
        self._order_of = Made[Order]()
        self._running = Made[tuple[str, ...]]()
        self._order: Order | None = None
        self._total = 0
        # Sessions that are not over as far as is known, each with how often it could
        # not be asked for; and those that were over when they were asked for.
        self._watched: dict[str, int] = {}
        self._ended: dict[str, wire.Chargelog] = {}
        self._latest: Sequence[wire.Chargelog] = ()

    def watch(self, session_id: str) -> None:
        """Look after a session that has begun, or will."""
        self._watched.setdefault(session_id, 0)

    async def read(self) -> Sequence[wire.Chargelog]:
        """Return the newest sessions and those that run; none if there is no way.

        Raises:
            ClientError: one of its subclasses.
        """
        listing = await self._list()
        raws = self._raws.of(
            (listing,), lambda: [*listing.items, *listing.more] if listing else []
        )
        items = self._reader.read_some(raws)
        found = {log.id: log for log in items.read}
        running = self._running.of(
            (items,), lambda: tuple(log.id for log in items.read if _runs(log))
        )
        for session_id in list(self._watched)[-MOST_WATCHED:]:
            if session_id not in found and (log := await self._ask(session_id)):
                found[log.id] = log
                if _runs(log):
                    running = (*running, log.id)
                else:
                    self._ended[log.id] = log
        for id_ in running:
            self.watch(id_)
        for id_ in [*self._watched]:
            if id_ in found and id_ not in running:
                del self._watched[id_]
        kept = list(self._ended.items())[-NEWEST:]
        self._ended = {id_: log for id_, log in kept if id_ not in self._watched}
        self._latest = same_list(self._latest, list((self._ended | found).values()))
        return self._latest

    async def _list(self) -> Listing | None:
        if self._order in {None, Order.ANY}:
            listing = await self._pages.read()
            if listing is None:
                return None
            self._order = self._look_at_order(listing)
            self._total = listing.total or 0
            if self._order is not Order.OLDEST_FIRST or not listing.is_cut:
                return listing
        # At the end of a list there can be more than when it was last looked at.
        is_end = self._order is Order.OLDEST_FIRST
        page = Page(
            limit=2 * NEWEST if is_end else NEWEST,
            offset=max(0, self._total - NEWEST) if is_end else 0,
        )
        listing = await self._pages.read_one(page)
        if listing is None:
            return None
        self._total = listing.total or 0
        is_other = self._look_at_order(listing) is not self._order
        if is_other and len(listing.items) > 1:
            self._order = None
            return await self._list()
        return listing

    def _look_at_order(self, listing: Listing) -> Order:
        return self._order_of.of((listing,), partial(order_of, listing))

    async def _ask(self, session_id: str) -> wire.Chargelog | None:
        """Return one session; None where it cannot be had, which costs nothing else."""
        try:
            answer = await self._asker.run(
                CHARGELOG,
                lambda known: known.document(CHARGELOG, {"id": session_id}),
                wire.ROOTS,
            )
        except ResponseError, NotPermittedError, UnavailableError:
            answer = None
        raw = next(iter(answer.data.values()), None) if answer else None
        try:
            return wire.CHARGELOG.read(bytes(raw or NULL))
        except MsgspecError:
            self._watched[session_id] += 1
            if self._watched[session_id] >= PATIENCE:
                del self._watched[session_id]
            return None


def _build(known: Operations, page: Page) -> str | None:
    return known.page(CHARGELOGS, page, running=True)


def order_of(listing: Listing) -> Order:
    """Return the order that a page suggests."""
    dates: list[datetime] = []
    for item in listing.items:
        try:
            date = utc(wire.CHARGELOG.read(bytes(item)).date_start)
        except MsgspecError:
            continue
        if date is not None:
            dates.append(date)
    if len(listing.items) < 2:
        return Order.NEWEST_FIRST
    if len(dates) > 1 and all(one >= other for one, other in pairwise(dates)):
        return Order.NEWEST_FIRST
    if len(dates) > 1 and dates == sorted(dates) and listing.total is not None:
        return Order.OLDEST_FIRST
    return Order.ANY


def _runs(log: wire.Chargelog) -> bool:
    return plain(log.status or "") in STATUSES


def _same[ItemT](item: ItemT) -> ItemT:
    """Return a wire object as it is."""
    return item
