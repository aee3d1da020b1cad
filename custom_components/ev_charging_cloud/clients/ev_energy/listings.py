"""The lists of ev.energy that a live poll reads: chargers, vehicles and sessions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Raw, Struct

from ..errors import UnexpectedAnswerError
from ..model import Connector, Station, Vehicle
from ..reading.families import Families, Family
from ..reading.items import ItemReader, Items
from ..reading.lenient import Reader
from ..reading.report import ReadingReport
from ..reading.same import Made
from ..snapshot import Kind, Skipped
from ..transport.http import Query
from ..transport.pages import PageItems
from ..transport.requests import VendorClock
from . import wire
from .api import EvEnergyApi
from .families import FAMILIES
from .sessions import checked, is_over

PAGE = ("page_size", "100")
LATEST_LOG = ("expand", "latest_status_log")
RAWS = Reader(list[Raw])
NO_SCHEDULES: Mapping[str, wire.Schedules] = {}
EVSES: Query = [("expand", "model"), ("expand", "model.make"), LATEST_LOG, PAGE]
VEHICLES: Query = [
    ("expand", "trim"),
    ("expand", "trim.model"),
    ("expand", "trim.model.make"),
    LATEST_LOG,
    PAGE,
]


class Seen(Struct, frozen=True, kw_only=True):
    """What a poll saw, and when by the vendor's clock.

    ``chargers``, ``vehicles`` and ``listed_sessions`` are None where they could not be
    listed.
    """

    chargers: Items[wire.Evse] | None
    vehicles: Items[wire.Vehicle] | None
    listed_sessions: Sequence[wire.Session] | None
    schedules: Mapping[str, wire.Schedules]
    now: datetime

    @property
    def sessions(self) -> Sequence[wire.Session]:
        """The sessions; none where they could not be listed."""
        return self.listed_sessions or ()

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The chargers and vehicles that could not be read."""
        listed = (self.chargers, self.vehicles)
        return tuple(odd for items in listed if items for odd in items.skipped)

    @property
    def unlisted(self) -> frozenset[Kind]:
        """The kinds of objects whose absence proves nothing."""
        chargers: set[Kind] = set() if self.chargers else {Station, Connector}
        vehicles: set[Kind] = set() if self.vehicles else {Vehicle}
        return frozenset(chargers | vehicles)

    @property
    def owners(self) -> frozenset[str]:
        """The ids of the users whose chargers and vehicles these are."""
        found: list[wire.Evse | wire.Vehicle] = [
            *(self.chargers.read if self.chargers else ()),
            *(self.vehicles.read if self.vehicles else ()),
        ]
        return frozenset(id_ for it in found if (id_ := wire.id_of(it.user)))


class _List[ItemT]:
    """A list of all there are of a kind, and how it is asked for."""

    def __init__(
        self, path: str, query: Query, reader: ItemReader[ItemT, ItemT]
    ) -> None:
        """Prepare to read it; what is sent unchanged is not read again."""
        self._path, self._query, self._reader = path, query, reader
        self._items = PageItems(path)

    async def read(self, api: EvEnergyApi) -> Items[ItemT]:
        """Return the items; the very same where nothing about them changed."""
        listing = await api.list(self._path, self._query, items=self._items)
        found = await self._reader.async_read_some(listing.items)
        if listing.missing is None:
            return found
        more = Skipped(f"what follows in {self._path}", listing.missing)
        return Items(found.read, [*found.skipped, more])


class Listings:
    """Reads the lists, each a family of its own."""

    def __init__(
        self,
        api: EvEnergyApi,
        families: Families,
        report: ReadingReport,
        clock: VendorClock,
    ) -> None:
        """Prepare to read; nothing is requested yet."""
        self._api = api
        self._families = families
        self._clock = clock
        # Whether the latest list had any session; those that are over stay in it.
        self.has_sessions = False
        # That of the newest session which names one.
        self.carbon_feed: str | None = None
        self._chargers = Family[Items[wire.Evse]](
            families, "chargers", FAMILIES["chargers"]
        )
        self._vehicles = Family[Items[wire.Vehicle]](
            families, "vehicles", FAMILIES["vehicles"]
        )
        self._sessions = Family[Sequence[wire.Session]](
            families, "sessions", FAMILIES["sessions"]
        )
        self._schedules = Family[Mapping[str, wire.Schedules]](
            families, "schedules", FAMILIES["schedules"]
        )
        self._all_chargers = _List(
            "/evses", EVSES, ItemReader("charger", "id", wire.EVSE, _same, report)
        )
        self._all_vehicles = _List(
            "/vehicles",
            VEHICLES,
            ItemReader("vehicle", "id", wire.VEHICLE, _same, report),
        )
        self._session_reader = ItemReader(
            "session", "id", wire.SESSION, lambda it: checked(it, report), report
        )
        self._part_reader = ItemReader(
            "sub-session", "id", wire.SUB_SESSION, _same, report
        )
        self._each_once = Made[Sequence[wire.Session]]()
        self._are_over = Made[bool]()
        self._by_part = Made[Mapping[str, wire.Schedules]]()

    async def read(self) -> Seen:
        """Return chargers, vehicles and what charges.

        Raises:
            ClientError: neither chargers nor vehicles can be read.
        """
        self._families.begin()
        chargers = await self._chargers.read(lambda: self._all_chargers.read(self._api))
        vehicles = await self._vehicles.read(lambda: self._all_vehicles.read(self._api))
        self._families.check()
        sessions = await self._sessions.read(self._read_sessions)
        schedules: Mapping[str, wire.Schedules] | None = None
        if not self._are_over.of(
            (sessions,), lambda: all(map(is_over, sessions or ()))
        ):
            schedules = await self._schedules.read(self._read_schedules)
        return Seen(
            chargers=chargers,
            vehicles=vehicles,
            listed_sessions=sessions,
            schedules=schedules or NO_SCHEDULES,
            now=self._clock.now(),
        )

    async def _read_sessions(self) -> Sequence[wire.Session]:
        """Return the newest sessions, newest first: one page is all that is running.

        Raises:
            UnexpectedAnswerError: it is empty, though there were some.
            ClientError: any other of its subclasses.
        """
        query = [("expand", "sub_sessions"), PAGE]
        raws = await self._api.get(
            "sessions", "/charging_sessions", RAWS, query, is_polled=True
        )
        if self.has_sessions and not raws:
            raise UnexpectedAnswerError("the list of sessions is suddenly empty")
        self.has_sessions = bool(raws)
        found = self._session_reader.read_some(raws)
        sessions = self._each_once.of((found,), lambda: _once(found.read))
        self.carbon_feed = next(_carbon_feeds(sessions), self.carbon_feed)
        return sessions

    async def _read_schedules(self) -> Mapping[str, wire.Schedules]:
        """Return the schedules of the running sub-sessions, by sub-session."""
        query = [("is_finished", "false"), ("expand", "schedules"), PAGE]
        raws = await self._api.get(
            "sub-sessions", "/charging_sub_sessions", RAWS, query, is_polled=True
        )
        found = self._part_reader.read_some(raws)
        return self._by_part.of((found,), lambda: _schedules(found.read))


def _same[ItemT](item: ItemT) -> ItemT:
    """Return a wire object as it is: what becomes of it depends on the time."""
    return item


def _once(sessions: Iterable[wire.Session]) -> Sequence[wire.Session]:
    """Return the sessions without those that are listed twice."""
    found: dict[str, wire.Session] = {}
    for session in sessions:
        found.setdefault(session.id, session)
    return tuple(found.values())


def _schedules(parts: Iterable[wire.SubSession]) -> Mapping[str, wire.Schedules]:
    """Return the schedules of sub-sessions, by sub-session."""
    return {
        part.id: part.schedules
        for part in parts
        if part.id is not None and isinstance(part.schedules, wire.Schedules)
    }


def _carbon_feeds(sessions: Iterable[wire.Session]) -> Iterator[str]:
    for session in sessions:
        for part in session.sub_sessions:
            if isinstance(part, wire.SubSession) and (
                feed := wire.id_of(part.carbon_feed)
            ):
                yield feed
