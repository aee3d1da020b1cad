"""ev.energy's sessions of the past, with the times in which energy was delivered.

Source: the OpenAPI file of version 2. Sessions are listed newest first, without filters,
and only since July 2026; what is older is known by its parts only, which can be asked for
by their start. When the energy was delivered stands with a part that is listed by itself,
not with one that stands in its session: so the parts of a page of sessions are listed too.
A part that is older than the oldest session is a session of its own here; so which one
that is has to be certain, or what is in a session would be counted twice.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct, structs

from ..errors import UnexpectedAnswerError
from ..history import HistoryPage
from ..model import ChargingSession, Interval
from ..reading.items import ItemReader
from ..reading.moments import after, utc
from ..reading.report import ReadingReport
from ..reading.values import moment
from . import wire
from .api import EvEnergyApi
from .sessions import SessionMapping, is_over

SESSIONS, PARTS = "/charging_sessions", "/charging_sub_sessions"
# Each session has several parts, and each part dozens of intervals.
SIZE = ("page_size", "25")
MOST_PARTS = ("page_size", "100")
WITH_USAGE = ("expand", "energy_usage")


class _Place(Struct, frozen=True, omit_defaults=True):
    """Where the next page begins: by a link of the vendor's, or at the newest parts.

    ``oldest`` is the start of the oldest session so far; what is older is in parts.
    """

    in_parts: bool = False
    link: str | None = None
    oldest: datetime | None = None


_PLACES = msgspec.json.Decoder(_Place)


class History:
    """Reads the past of one user."""

    def __init__(
        self,
        api: EvEnergyApi,
        mapping: SessionMapping,
        report: ReadingReport,
        has_sessions: Callable[[], bool],
    ) -> None:
        """Read nothing yet.

        Args:
            api: asks.
            mapping: makes our sessions of the vendor's.
            report: counts what cannot be read.
            has_sessions: tells whether a poll has listed any session.
        """
        self._has_sessions = has_sessions
        self._api = api
        self._mapping = mapping
        self._sessions = ItemReader("session", "id", wire.SESSION, _same, report)
        self._parts = ItemReader("sub-session", "id", wire.SUB_SESSION, _same, report)

    async def read(self, cursor: str | None) -> HistoryPage:
        """Return a page of sessions, and after the last of them one of older parts.

        Raises:
            UnexpectedAnswerError: the cursor is none that we know, or there are sessions
                and it does not show since when.
            ClientError: any other of its subclasses.
        """
        place = _read_place(cursor)
        if place.in_parts:
            return await self._read_parts(place)
        return await self._read_sessions(place)

    async def _read_sessions(self, place: _Place) -> HistoryPage:
        query = [("expand", "sub_sessions"), SIZE]
        raws, link = await self._api.page(SESSIONS, query, place.link)
        found = self._sessions.read_some(raws).read
        starts = [start for each in found if (start := utc(each.start))]
        oldest = min([*starts, *([place.oldest] if place.oldest else [])], default=None)
        has_sessions = bool(raws) or place.link is not None or self._has_sessions()
        if link is None and oldest is None and has_sessions:
            raise UnexpectedAnswerError("it is not certain where the sessions begin")
        over = [each for each in found if is_over(each)]
        usage = await self._read_usage(over)
        return HistoryPage(
            sessions=tuple(self._session(each, usage) for each in over),
            cursor=_text(_Place(in_parts=link is None, link=link, oldest=oldest)),
        )

    async def _read_usage(
        self, sessions: Sequence[wire.Session]
    ) -> dict[str, wire.EnergyUsage]:
        """Return when the parts of some sessions had their energy, by their ids."""
        starts = [start for each in sessions if (start := utc(each.start))]
        ends = [end for each in sessions if (end := moment(each.end))]
        if not starts or not ends:
            return {}
        since, until = after(min(starts), -1), after(max(ends), 1)
        if since is None or until is None:
            return {}
        query = [
            ("start__gt", _iso(since)),
            ("start__lt", _iso(until)),
            WITH_USAGE,
            MOST_PARTS,
        ]
        listing = await self._api.list(PARTS, query)
        return {
            part.id: part.energy_usage
            for part in self._parts.read_some(listing.items).read
            if part.id is not None and isinstance(part.energy_usage, wire.EnergyUsage)
        }

    async def _read_parts(self, place: _Place) -> HistoryPage:
        query = [("is_finished", "true"), WITH_USAGE, SIZE]
        if place.oldest is not None:
            query.append(("start__lt", _iso(place.oldest)))
        raws, link = await self._api.page(PARTS, query, place.link)
        sessions: list[ChargingSession] = []
        for part in self._parts.read_some(raws).read:
            if part.id is None or not is_over(part):
                continue
            whole = wire.Session(
                id=part.id,
                start=part.start,
                end=part.end,
                vehicle=part.vehicle,
                evse=part.evse,
                sub_sessions=[part],
            )
            usage = part.energy_usage
            known = {part.id: usage} if isinstance(usage, wire.EnergyUsage) else {}
            sessions.append(self._session(whole, known))
        more = None if link is None else _text(structs.replace(place, link=link))
        return HistoryPage(sessions=tuple(sessions), cursor=more)

    def _session(
        self, session: wire.Session, usage: dict[str, wire.EnergyUsage]
    ) -> ChargingSession:
        known = [
            usage.get(part.id or "")
            for part in session.sub_sessions
            if isinstance(part, wire.SubSession)
        ]
        mapped = self._mapping.read(session, {}, datetime.now(UTC))
        if None in known or len(known) < len(session.sub_sessions):
            return mapped
        return structs.replace(
            mapped, intervals=_intervals(each for each in known if each is not None)
        )


def _intervals(usages: Iterable[wire.EnergyUsage]) -> tuple[Interval, ...]:
    """Return when energy flowed; parts that follow each other share a half-hour."""
    found: dict[datetime, Interval] = {}
    for usage in usages:
        for told in usage.intervals:
            start = utc(told.started_at)
            end = start and after(start, told.interval_seconds)
            energy = told.total_energy_delivered_watt_hours
            if start is None or end is None or not energy:
                continue
            if (known := found.get(start)) is not None:
                end, energy = max(end, known.end), energy + known.energy
            found[start] = Interval(start, end, energy)
    return tuple(found[start] for start in sorted(found))


def _read_place(cursor: str | None) -> _Place:
    if cursor is None:
        return _Place()
    try:
        return _PLACES.decode(cursor)
    except msgspec.MsgspecError as err:
        raise UnexpectedAnswerError(f"no place in the history: {err}") from None


def _text(place: _Place) -> str:
    return msgspec.json.encode(place).decode()


def _iso(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _same[ItemT](item: ItemT) -> ItemT:
    """Return a wire object as it is."""
    return item
