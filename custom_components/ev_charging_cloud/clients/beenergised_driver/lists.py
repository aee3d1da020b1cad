"""The lists of be.ENERGISED for drivers: stations, sessions, documents.

Never unbounded: ``cpsPaged`` can be a whole roaming network.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from msgspec import MsgspecError, Raw, Struct

from ..errors import UnexpectedAnswerError
from ..reading.items import ItemReader, Items
from ..reading.moments import utc
from ..reading.report import ReadingReport
from ..reading.words import plain
from ..search import Around, Favourites, Listed, StationChoice
from ..snapshot import Skipped
from ..transport.graphql_errors import Problem
from . import wire
from .ask import Asker
from .mapping import Read, StationMapping
from .queries import CHARGELOG, CHARGELOGS, DOCUMENTS, Documents
from .words import INVOICE

PAGE, MAX_PAGES = 100, 5
SESSIONS = 10
STATIONS = "stations"
CONNECTORS = "connectors"
NULL = b"null"
# A circle on a map and one on a sphere are not quite the same.
SLACK = 1.05


class Listing(Struct, frozen=True, kw_only=True):
    """What a list has, and what of it could not be read or was too much."""

    items: tuple[Raw, ...]
    total: int | None = None
    is_cut: bool = False
    nulls: int = 0
    problems: tuple[Problem, ...] = ()


class Invoices(Struct, frozen=True, kw_only=True):
    """How many invoices there are, and when the newest was made."""

    count: int | None = None
    latest: datetime | None = None


async def read_page(
    asker: Asker, operation: str, build: Callable[[Documents], str | None]
) -> Listing | None:
    """Return one page of a list; None if the operator has not got the list.

    Raises:
        UnexpectedAnswerError: the answer has no list.
        ClientError: any other of its subclasses.
    """
    answer = await asker.run(operation, build, wire.PAGE)
    if answer is None:
        return None
    page = next(iter(answer.data.values()), None)
    total: int | None = None
    items: list[Raw] | None
    if isinstance(page, wire.Page):
        items = page.data
        total = page.pagination.total_count if page.pagination else page.total_count
    else:
        items = page
    if items is None:
        raise UnexpectedAnswerError(f"no list of {operation}")
    present = tuple(item for item in items if bytes(item) != NULL)
    return Listing(
        items=present,
        total=total,
        nulls=len(items) - len(present),
        problems=answer.problems,
    )


async def read_pages(
    asker: Asker,
    operation: str,
    build: Callable[[int, Documents], str | None],
    is_paged: Callable[[], bool],
) -> Listing | None:
    """Return the items of a list, of ``MAX_PAGES`` pages at most."""
    items: list[Raw] = []
    problems: list[Problem] = []
    offset = nulls = 0
    is_cut = False
    before: tuple[Raw, ...] = ()
    for _ in range(MAX_PAGES):
        page = await read_page(asker, operation, partial(build, offset))
        if page is None:
            return None
        got = len(page.items) + page.nulls
        # Where offsets are not heeded, the first page comes again.
        if not got or page.items == before != ():
            break
        items += page.items
        nulls += page.nulls
        problems += page.problems
        offset += got
        before = page.items
        whole = got < PAGE if page.total is None else offset >= page.total
        if whole or not is_paged():
            break
    else:
        is_cut = True
    return Listing(
        items=tuple(items), is_cut=is_cut, nulls=nulls, problems=tuple(problems)
    )


class StationList:
    """The stations of a choice."""

    def __init__(
        self, asker: Asker, report: ReadingReport, choice: StationChoice
    ) -> None:
        """Prepare to list; stations that are sent unchanged are not read again."""
        self._asker = asker
        self._report = report
        self._choice = choice
        self._around = (
            choice
            if isinstance(choice, Around)
            else choice.around
            if isinstance(choice, Listed)
            else None
        )
        self._reader = ItemReader(
            "station",
            "id",
            wire.STATION,
            StationMapping(report, self._around).read,
            report,
        )

    async def read(self) -> Items[Read] | None:
        """Return the stations, and what could not be read; None if there is no way.

        Raises:
            UnexpectedAnswerError: not a single station of the list could be read.
            ClientError: any other of its subclasses.
        """
        listing = await read_pages(
            self._asker,
            STATIONS,
            lambda offset, documents: documents.station_page(
                self._choice, limit=PAGE, offset=offset
            ),
            lambda: self._asker.documents.stations_are_paged,
        )
        if listing is None:
            return None
        found = self._reader.read_some(listing.items)
        skipped = found.skipped
        if listing.nulls:
            skipped.append(
                Skipped("stations", f"{listing.nulls} came without any content")
            )
        skipped += [
            Skipped(problem.field, problem.message)
            for problem in listing.problems
            if problem.path and problem.path[-1] == CONNECTORS
        ]
        if listing.is_cut:
            skipped.append(
                Skipped("stations", f"there are more than {PAGE * MAX_PAGES}")
            )
            self._report.skipped(skipped[-1])
        wanted = {read.station.id: read for read in found.read if self._is_wanted(read)}
        return Items(list(wanted.values()), skipped)

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


class SessionList:
    """The driver's newest sessions.

    The order of the list is not documented: if it turns out to begin with the oldest,
    its end is read from then on.
    """

    def __init__(self, asker: Asker, report: ReadingReport) -> None:
        """Begin with the list's beginning."""
        self._asker = asker
        self._reader = ItemReader("session", "id", wire.CHARGELOG, _same, report)
        self._total: int | None = None
        self._oldest_first = False
        # Sessions that we began, for an operator that cannot list them.
        self.watched: dict[str, None] = {}
        self._over: dict[str, Raw] = {}

    async def read(self) -> Sequence[wire.Chargelog]:
        """Return the newest sessions; none if they can be had in no way.

        Raises:
            ClientError: one of its subclasses.
        """
        page = await self._page()
        if page is None:
            return await self._watch()
        return self._reader.read_some(page.items).read

    async def _page(self) -> Listing | None:
        page = await self._ask(self._offset())
        if page is None:
            return None
        self._total = page.total
        if not self._oldest_first and _begins_with_oldest(page.items):
            self._oldest_first = page.total is not None and page.total > SESSIONS
            if self._oldest_first:
                page = await self._ask(self._offset())
        return page

    def _offset(self) -> int:
        if not self._oldest_first or self._total is None:
            return 0
        return max(0, self._total - SESSIONS)

    async def _ask(self, offset: int) -> Listing | None:
        # At the end of a list there can be more than when it was last looked at.
        limit = 2 * SESSIONS if self._oldest_first else SESSIONS
        return await read_page(
            self._asker,
            CHARGELOGS,
            lambda documents: documents.chargelog_page(limit=limit, offset=offset),
        )

    async def _watch(self) -> Sequence[wire.Chargelog]:
        """Return the sessions that we began, each by a request of its own."""
        if CHARGELOG not in self._asker.documents:
            return ()
        raws: list[Raw] = []
        for session_id in list(self.watched)[-SESSIONS:]:
            if session_id in self._over:
                raws.append(self._over[session_id])
                continue
            answer = await self._asker.run(
                CHARGELOG,
                partial(Documents.chargelog, session_id=session_id),
                wire.CHARGELOG_ROOT,
            )
            for raw in answer.data.values() if answer else ():
                if bytes(raw) != NULL:
                    raws.append(raw)
                    if _is_over(raw):
                        self._over[session_id] = raw
        return self._reader.read(raws).read


async def read_invoices(asker: Asker, report: ReadingReport) -> Invoices:
    """Return how many invoices there are, of the newest documents."""
    listing = await read_pages(
        asker,
        DOCUMENTS,
        lambda offset, documents: documents.document_page(limit=PAGE, offset=offset),
        lambda: True,
    )
    if listing is None:
        return Invoices()
    reader = ItemReader("document", "id", wire.DOCUMENT, _same, report)
    found = reader.read(listing.items)
    invoices = [each for each in found.read if plain(each.type or "") == INVOICE]
    dates = [date for each in invoices if (date := utc(each.document_date))]
    unsure = found.skipped or listing.is_cut or listing.nulls
    return Invoices(
        count=None if unsure else len(invoices), latest=max(dates, default=None)
    )


def _same[ItemT](item: ItemT) -> ItemT:
    """Return a wire object as it is."""
    return item


def _is_over(raw: Raw) -> bool:
    """Tell whether a session has its end, so that it will not change much."""
    try:
        return wire.CHARGELOG.read(bytes(raw)).date_end is not None
    except MsgspecError:
        return False


def _begins_with_oldest(items: Iterable[Raw]) -> bool:
    """Tell whether every session of a page began after the one before it."""
    dates: list[datetime] = []
    for item in items:
        try:
            found = utc(wire.CHARGELOG.read(bytes(item)).date_start)
        except MsgspecError:
            continue
        if found is not None:
            dates.append(found)
    return len(dates) > 1 and dates == sorted(dates) and dates[0] != dates[-1]
