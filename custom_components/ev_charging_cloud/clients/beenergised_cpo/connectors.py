"""Connectors of be.ENERGISED, and which station each belongs to.

Source: the CPO API's reference, connectors. There is a list of all connectors, and one
of each station's (``cp/{uuid}/connectors/``). No document tells whether a connector
names its station. Where it does not, the stations are asked; their answers are kept, and
asked for anew when something contradicts them, and else in the course of half a day.
Where the list of all may not be read, the stations' lists stand in for it.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from heapq import nsmallest
from math import ceil

from msgspec import Struct
from msgspec.structs import replace

from ..client import Memory
from ..model import Connector
from ..reading.families import Family, FamilyState
from ..reading.items import ItemReader, Items
from ..reading.same import Made
from ..snapshot import Skipped
from ..transport.address import path_to
from ..transport.pages import Listing, PageItems
from . import wire
from .homes import Homes
from .pages import Pages
from .search import Search

LIST = "/connectors/"
# So long a station's word stands where nothing contradicts it.
TRUST = timedelta(days=1)
# Of all stations one in so many is asked anew each hour, if its word is so old: where
# no connector names its station, only so does it show that one has moved.
SHARE = 12
LOOK_AGAIN = timedelta(hours=3)
# So many stations are asked in a poll where only they tell how their connectors are.
AT_A_POLL = 40
# So long the status of a connector stands that cannot be read anew.
LIVE_FOR = timedelta(minutes=15)
NEVER = datetime.min.replace(tzinfo=UTC)


class Told(Struct, frozen=True):
    """What a station said of its connectors, and when."""

    connectors: Sequence[Connector]
    skipped: Sequence[Skipped]
    at: datetime


class Placed(Struct, frozen=True):
    """The connectors there are, each with its station's id.

    ``is_whole`` tells that there can be no other, ``skipped`` what could not be read.
    """

    connectors: Sequence[tuple[str, Connector]]
    skipped: Sequence[Skipped]
    is_whole: bool


class CpoConnectors:
    """The connectors of one account."""

    def __init__(
        self,
        pages: Pages,
        new_reader: Callable[[], ItemReader[wire.Item, Connector]],
        *,
        listed: Family[Items[Connector]],
        told: Family[None],
        memory: Memory | None,
    ) -> None:
        """Begin with no connector known.

        Args:
            pages: reads lists.
            new_reader: makes a reader of their items.
            listed: the list of all connectors.
            told: the stations' lists.
            memory: keeps over restarts which station a connector belongs to.
        """
        self._pages = pages
        self._items = PageItems(LIST)
        self._reader, self._station_reader = new_reader(), new_reader()
        self._listed = listed
        self._told_family = told
        self._memory = memory
        self._homes = Homes()
        self._told: dict[str, Told] = {}
        self._asked_at: dict[str, datetime] = {}
        self._silent: set[str] = set()
        # Connectors that do not name their station; of those, which station is looked
        # for, and which ones no station lists.
        self._reliant: set[str] = set()
        self._sought: set[str] = set()
        self._orphans: set[str] = set()
        self._kept: dict[str, str] | None = None
        self._placed = Made[Placed]()
        # Another one each time that a station gave its word, or did not.
        self._word = object()

    @property
    def is_read(self) -> bool:
        """Whether any connectors were ever read."""
        return self._listed.answered_at is not None or bool(self._told)

    async def async_complete(self, station_ids: Collection[str]) -> None:
        """Read the list, and find out which station each connector belongs to.

        Args:
            station_ids: of all stations there are.
        """
        if not station_ids:
            return
        await self._recall(station_ids)
        await self._listed.read(self._read_list)
        needed = self._plan(station_ids)
        if needed or self._sought:
            await self._told_family.read(lambda: self._search(needed, station_ids))
        else:
            self._told_family.set_aside()
        await self._remember()

    async def async_refresh(self, station_ids: Collection[str]) -> None:
        """Read what changes from minute to minute."""
        await self._listed.read(self._read_list)
        if self._listed.state is FamilyState.FRESH:
            return
        longest_ago = nsmallest(AT_A_POLL, station_ids, key=self._last_asked)
        # A poll has no time for pauses.
        search = Search(self._ask, patience=0)
        await self._told_family.read(lambda: search.run(longest_ago))

    def placed(self, station_ids: Collection[str]) -> Placed:
        """Return the connectors of stations, as far as they are known."""
        if self._listed.state is not FamilyState.FRESH:
            # It depends on the time what still stands.
            return self._place(station_ids)
        return self._placed.of(
            (self._listed.answer, station_ids, self._word),
            lambda: self._place(station_ids),
        )

    def _place(self, station_ids: Collection[str]) -> Placed:
        is_fresh = self._listed.state is FamilyState.FRESH
        base = self._listed.answer
        read_at = (self._listed.answered_at if base else None) or NEVER
        told = {} if is_fresh else self._told_since(read_at, station_ids)
        fades = not is_fresh and datetime.now(UTC) - read_at > LIVE_FOR
        found: dict[str, tuple[str, Connector]] = {}
        homeless: set[str] = set()
        for connector in base.read if base else ():
            station_id = self._station_of(connector, station_ids)
            if station_id is None:
                homeless.add(connector.id)
            elif station_id not in told:
                shown = _faded(connector) if fades else connector
                found[connector.id] = station_id, shown
        for station_id, answer in told.items():
            for connector in answer.connectors:
                found[connector.id] = station_id, self._as_told(connector, answer)
        homeless -= found.keys()
        return Placed(
            tuple(found.values()),
            (
                *(base.skipped if base else ()),
                *(odd for answer in told.values() for odd in answer.skipped),
            ),
            is_whole=self._is_whole(homeless, station_ids)
            if is_fresh
            else len(told) == len(station_ids),
        )

    def _is_whole(self, homeless: set[str], station_ids: Collection[str]) -> bool:
        """Tell whether all was done to find the stations of what is listed."""
        if not homeless:
            return True
        return homeless <= self._orphans and self._silent.isdisjoint(station_ids)

    def _told_since(
        self, moment: datetime, station_ids: Collection[str]
    ) -> dict[str, Told]:
        return {
            id_: told
            for id_, told in self._told.items()
            if told.at > moment and id_ in station_ids
        }

    def _as_told(self, connector: Connector, told: Told) -> Connector:
        """Return a connector as its station told of it."""
        is_followed = self._told_family.state is FamilyState.FRESH
        if is_followed or datetime.now(UTC) - told.at <= LIVE_FOR:
            return connector
        return _faded(connector)

    def _station_of(
        self, connector: Connector, station_ids: Collection[str]
    ) -> str | None:
        """Return whose connector it is: by its own word, else by its station's."""
        if connector.station_id in station_ids:
            return connector.station_id
        home = self._homes.of(connector.id)
        return home if home in station_ids else None

    def _plan(self, station_ids: Collection[str]) -> list[str]:
        """Find out whose station is to be sought, and return what to ask in any case."""
        listed = self._listed.answer
        self._reliant, self._sought = set(), set()
        if listed is None:
            since = datetime.now(UTC) - TRUST
            told = self._told_since(since, station_ids)
            return [id_ for id_ in station_ids if id_ not in told]
        if self._listed.state is FamilyState.FRESH and not listed.skipped:
            self._homes.keep(connector.id for connector in listed.read)
        spoken = self._told.keys() | {c.station_id for c in listed.read}
        for connector in listed.read:
            if connector.station_id not in station_ids:
                self._reliant.add(connector.id)
                if (station_id := self._station_of(connector, station_ids)) is not None:
                    spoken.add(station_id)
        if not self._reliant:
            return []
        self._sought = {
            id_
            for id_ in self._reliant - self._orphans
            if self._homes.of(id_) not in station_ids
        }
        # What has no connectors may have taken over another's.
        idle = (id_ for id_ in station_ids if id_ not in spoken)
        needed = dict.fromkeys((*idle, *self._overdue(station_ids)))
        if needed and self._silent.issuperset(needed):
            # Whether these fail or all do, another tells.
            others = (id_ for id_ in station_ids if id_ not in self._silent)
            needed |= dict.fromkeys(nsmallest(1, others, key=self._last_asked))
        return list(needed)

    def _overdue(self, station_ids: Collection[str]) -> list[str]:
        """Return a few of the stations that said nothing new for long.

        One that was asked and did not answer is still due.
        """
        before = datetime.now(UTC) - LOOK_AGAIN
        old = (
            id_
            for id_ in station_ids
            if id_ in self._silent or NEVER < self._last_asked(id_) <= before
        )
        return nsmallest(ceil(len(station_ids) / SHARE), old, key=self._last_asked)

    def _last_asked(self, station_id: str) -> datetime:
        return self._asked_at.get(station_id, NEVER)

    async def _read_list(self) -> Items[Connector]:
        listing = await self._pages.by_offset(LIST, items=self._items)
        found = await self._reader.async_read_some(listing.items)
        return _with_missing(found, listing)

    async def _search(self, needed: list[str], station_ids: Collection[str]) -> None:
        """Ask some stations, and the others while any connector's station is sought."""
        asked = frozenset(needed)
        others = sorted(
            (id_ for id_ in station_ids if id_ not in asked), key=self._last_asked
        )
        await Search(self._ask).run(needed, others, lambda: bool(self._sought))
        # No station that answered lists them; those that did not are asked again. As the
        # list of all has them, they are where they were.
        self._word = object()
        self._homes.put_back(self._sought)
        self._orphans |= self._sought
        self._sought = set()

    async def _ask(self, station_id: str) -> None:
        """Ask a station for its connectors."""
        self._asked_at[station_id] = datetime.now(UTC)
        self._silent.add(station_id)
        self._word = object()
        listing = await self._pages.by_offset(path_to("/cp/{}/connectors/", station_id))
        found = _with_missing(self._station_reader.read(listing.items), listing)
        self._silent.discard(station_id)
        self._word = object()
        self._told[station_id] = Told(found.read, found.skipped, datetime.now(UTC))
        ids = {connector.id for connector in found.read}
        self._orphans -= ids
        lost = self._homes.settle(
            station_id, ids, is_whole=not found.skipped, staying=self._orphans
        )
        self._sought = (self._sought | lost & self._reliant) - ids

    async def _recall(self, station_ids: Collection[str]) -> None:
        """Take over what was kept; it comes to be checked in the hours that follow."""
        if self._memory is None or self._kept is not None:
            return
        self._kept = await self._memory.async_load()
        self._homes.restore(self._kept)
        self._word = object()
        known = sorted(set(self._kept.values()).intersection(station_ids))
        now = datetime.now(UTC)
        for place, station_id in enumerate(known):
            self._asked_at[station_id] = now - LOOK_AGAIN * (place / len(known))

    async def _remember(self) -> None:
        homes = self._homes.all()
        if self._memory is not None and homes != self._kept:
            await self._memory.async_save(homes)
            self._kept = homes


def _with_missing(found: Items[Connector], listing: Listing) -> Items[Connector]:
    """Return what was read of a list, with why there may be more of it."""
    if not listing.missing:
        return found
    more = Skipped("connectors", listing.missing)
    return Items(found.read, [*found.skipped, more])


def _faded(connector: Connector) -> Connector:
    """Return a connector without what may have changed since it was read."""
    if (connector.status, connector.power) == (None, None):
        return connector
    return replace(connector, status=None, plugged_in=None, power=None)
