"""What a vendor's client reads, and what it makes of it.

An item belongs to the items with its number in the other lists: a session to a charger,
a connector to a station. What is odd in one may cost values of the objects with its
number, and of no other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
import re
from types import ModuleType

from aiohttp import ClientSession
from msgspec import Struct
from msgspec.structs import replace
from yarl import URL

from custom_components.ev_charging_cloud.clients.client import ChargingClient
from custom_components.ev_charging_cloud.clients.model import ChargingSession
from custom_components.ev_charging_cloud.clients.snapshot import LiveState, SlowState

from .mutations import Items, encode
from .server import Answering
from .values import Value

SERVER = URL("https://cloud.example")
# How many there are of each.
COUNT = 3
# An id that was given: a name and a number, as ``station-2`` or ``plug-0-2``.
NUMBERED = re.compile(r"[a-z][a-z-]*-(?:\d-)?(\d)")

type Around = Callable[[Value], Value]


class Feed(Struct, frozen=True, kw_only=True):
    """A list of an API, or an object.

    ``type_`` is the wire struct of an item, ``kind`` its name in reports. ``asks`` tells
    of a request's path and body whether it is asked for, ``around`` writes an answer
    around its items; where each item comes with a request of its own, ``part`` tells of
    a path which one that is for. ``is_single`` tells that it is one object, ``is_typed`` that all of its
    fields have a type and are read. ``skipped`` says how many items a poll skips of
    those that have no id; None where they are only logged.
    """

    name: str
    type_: type
    kind: str
    asks: Callable[[str, str], bool]
    around: Around = lambda items: items
    is_single: bool = False
    is_typed: bool = True
    id_field: str = "id"
    skipped: Callable[[Sequence[Value]], int] | None = None
    part: Callable[[str], int | None] | None = None


class Source(Struct, frozen=True, kw_only=True):
    """A vendor as its client sees it.

    ``link`` gives items their ids and has them name one another. ``first`` answers what
    is asked before anything else. ``words`` are the modules with the vendor's words.
    ``plain`` leaves out of an object what depends on all others. ``polls`` is how many
    polls have all read once, ``has_past`` whether the past is read as well. ``is_strict`` tells that every field has a type.
    """

    key: str
    feeds: tuple[Feed, ...]
    link: Callable[[Mapping[str, list[dict[str, Value]]]], None]
    first: Callable[[str, str], Value]
    client: Callable[[ClientSession], ChargingClient]
    words: tuple[ModuleType, ...]
    plain: Callable[[object], object] = lambda it: it
    polls: int = 1
    has_past: bool = False
    is_strict: bool = True

    def vocabulary(self) -> set[str]:
        """Return the words that the vendor's tables know."""
        tables = (table for module in self.words for table in vars(module).values())
        return {
            word
            for table in tables
            if isinstance(table, Mapping)
            for word in table
            if isinstance(word, str) and word
        }

    def answering(self, items: Items) -> Answering:
        """Return what answers with some items, whatever the order of the requests."""
        bodies = [
            (feed, encode(feed.around(_content(feed, items[feed.name]))))
            for feed in self.feeds
        ]

        def answer(_: str, url: URL, sent: str) -> bytes | None:
            for feed, body in bodies:
                if not feed.asks(url.path, sent):
                    continue
                if feed.part is None:
                    return body
                number = feed.part(url.path)
                all_ = items[feed.name]
                found = [all_[number]] if number is not None else []
                return encode(feed.around(found))
            first = self.first(url.path, sent)
            return None if first is None else encode(first)

        return answer


def _content(feed: Feed, items: Sequence[Value]) -> Value:
    return items[0] if feed.is_single else list(items)


class Seen(Struct, frozen=True, kw_only=True):
    """What a client made of its answers.

    ``objects`` are by kind and number; ``skipped`` are the whole items that could not be
    read, ``odd`` how often a value could not.
    """

    objects: Mapping[tuple[str, str], Sequence[object]]
    skipped: Sequence[str]
    odd: Mapping[str, int]


async def read(source: Source, client: ChargingClient) -> Seen:
    """Return what a client reads, as its coordinators have it read.

    Raises:
        ClientError: the account cannot be read.
    """
    live = await client.async_get_live()
    slow = await client.async_get_slow()
    await client.async_read_details()
    for _ in range(source.polls):
        live = await client.async_get_live()
    past = await client.async_read_history(None) if source.has_past else None
    return Seen(
        objects=_by_number(source, live, slow, past.sessions if past else ()),
        # What was lost from inside an item that was read is named as a part of it.
        skipped=[odd.name for odd in live.skipped if " of " not in odd.name],
        odd=dict(client.report.odd_values),
    )


def _by_number(
    source: Source,
    live: LiveState,
    slow: SlowState,
    past: Iterable[ChargingSession],
) -> Mapping[tuple[str, str], Sequence[object]]:
    named: list[tuple[str, str, object]] = [
        *(("station", it.id, it) for it in live.stations),
        *(("connector", it.station_id, it) for it in live.connectors),
        *(("vehicle", it.id, it) for it in live.vehicles),
        *(("location", it.id, it) for it in slow.locations.values()),
        *(("past", it.id, it) for it in past),
    ]
    if live.driver:
        named += [("session", it.id, it) for it in live.driver.sessions]
    found: dict[tuple[str, str], list[object]] = {}
    for kind, id_, it in named:
        # An id that was changed is of none of the items that there were.
        number = match[1] if (match := NUMBERED.fullmatch(id_)) else f"other {id_}"
        listed = found.setdefault((kind, number), [])
        # What is listed twice is there once.
        if (plain := source.plain(it)) not in listed:
            listed.append(plain)
    return found


def without(it: Struct, *fields: str) -> Struct:
    """Return an object without some values."""
    return replace(it, **dict.fromkeys(fields))


def ids(items: Mapping[str, list[dict[str, Value]]], fields: Mapping[str, str]) -> None:
    """Give the items of each list their ids: its name and their number."""
    for name, field in fields.items():
        for number, item in enumerate(items[name]):
            item[field] = f"{name}-{number}"


def each(
    *lists: Iterable[dict[str, Value]],
) -> Iterable[tuple[dict[str, Value], ...]]:
    """Return the items that belong together."""
    return zip(*lists, strict=True)


def distinct(lost: Sequence[Value]) -> int:
    """Return how many items there are where the same one on two pages is one."""
    return len({encode(item) for item in lost})
