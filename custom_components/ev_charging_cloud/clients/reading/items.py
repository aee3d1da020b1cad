"""Reading vendors' lists item by item, so that one odd item costs one item."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from itertools import batched, chain, compress, count, repeat
from operator import attrgetter, is_, ne

import msgspec
from msgspec import Struct

from ..errors import UnexpectedAnswerError
from ..snapshot import Skipped
from .lenient import Oddity, Reader
from .report import ReadingReport

# What a conversion can raise over a value that nobody foresaw.
UNFORESEEN = (msgspec.MsgspecError, ArithmeticError, LookupError, TypeError, ValueError)
# So many items are read between two yields: a few milliseconds.
AT_ONCE = 100


class Items[ItemT](Struct, frozen=True):
    """The items of a list that could be read, and what could not.

    ``skipped`` are whole items, and objects lost from inside one that was read.
    """

    read: list[ItemT]
    skipped: list[Skipped]


class _Known[ItemT](Struct, frozen=True, gc=False):
    item: ItemT
    lost: tuple[Skipped, ...]


class _Reading[ItemT](Struct):
    """A list that is being read.

    ``found`` is what is known of each item by now; ``changed`` are the places of those
    that are not what stood there before, ``new`` of those that have to be read, and
    ``odd`` is why some could not be.
    """

    raws: Sequence[msgspec.Raw]
    found: list[_Known[ItemT] | None]
    changed: list[int]
    new: list[int]
    odd: dict[int, Skipped]


class ItemReader[WireT, ItemT]:
    """Reads the items of a list; an item sent unchanged is not read again.

    Most stations of a large account are the same bytes from one poll to the next.
    They become the very same object again, which is cheap to make and to compare.
    """

    def __init__(
        self,
        kind: str,
        id_field: str,
        reader: Reader[WireT],
        convert: Callable[[WireT], ItemT],
        report: ReadingReport,
    ) -> None:
        """Prepare to read items.

        Args:
            kind: what an item is, for messages.
            id_field: the item's field that names it, for messages.
            reader: reads the vendor's documented object.
            convert: makes our object of the vendor's.
            report: hears of what cannot be read.
        """
        self._kind = kind
        self._id = Reader(dict[str, msgspec.Raw])
        self._id_field = id_field
        self._reader = reader
        self._convert = convert
        self._report = report
        # What the last list was read of, what came of each item (None of one that could
        # not be read), and all of it.
        self._raws: Sequence[msgspec.Raw] = ()
        self._found: list[_Known[ItemT] | None] = []
        self._items: Items[ItemT] | None = None

    @property
    def _whole(self) -> Items[ItemT] | None:
        """The last list, if all of it could be read: of the very same it is that again."""
        last = self._items
        return None if last is None or last.skipped else last

    def read(self, raws: Sequence[msgspec.Raw]) -> Items[ItemT]:
        """Return the items that could be read and those that could not.

        A list that is the same byte for byte gives the very same object once more, if
        all of it could be read.
        """
        if raws is self._raws and (last := self._whole) is not None:
            return last
        reading = self._begin(raws)
        self._read_at(reading, reading.new)
        return self._end(reading)

    async def _async_read(self, raws: Sequence[msgspec.Raw]) -> Items[ItemT]:
        """Return the same; where many are new, others have their turn now and then."""
        if raws is self._raws and (last := self._whole) is not None:
            return last
        reading = self._begin(raws)
        if len(reading.new) <= AT_ONCE:
            self._read_at(reading, reading.new)
            return self._end(reading)
        for places in batched(reading.new, AT_ONCE, strict=False):
            self._read_at(reading, places)
            await asyncio.sleep(0)
        return self._end(reading)

    def _begin(self, raws: Sequence[msgspec.Raw]) -> _Reading[ItemT]:
        """Find out which items have to be read.

        Most are what they were, and where. The others may have moved.
        """
        before = self._raws
        common = min(len(before), len(raws))
        differing = (
            []
            if before is raws
            else [*compress(count(), map(ne, before, raws, strict=False))]
        )
        changed = [*differing, *range(common, len(raws))]
        found = [*self._found[:common], *[None] * (len(raws) - common)]
        moved = {
            bytes(before[place]): self._found[place]
            for place in chain(differing, range(common, len(before)))
        }
        for place in changed:
            found[place] = moved.get(bytes(raws[place])) if moved else None
        new = [*compress(count(), map(is_, found, repeat(None), strict=False))]
        return _Reading(raws, found, changed, new, {})

    def _read_at(self, reading: _Reading[ItemT], places: Sequence[int]) -> None:
        for place in places:
            data = bytes(reading.raws[place])
            try:
                reading.found[place] = self._read(data, place)
            except UNFORESEEN as err:
                odd = Skipped(self._name(data, place), _reason(err))
                self._report.skipped(odd)
                reading.odd[place] = odd

    def _end(self, reading: _Reading[ItemT]) -> Items[ItemT]:
        last, found, self._raws = self._items, reading.found, reading.raws
        is_same = not (reading.changed or reading.new)
        if last is not None and is_same and len(found) == len(self._found):
            return last
        self._found = found
        was_whole = last is None or not last.skipped
        is_whole = (
            was_whole
            and not reading.odd
            and not any(
                known.lost for place in reading.changed if (known := found[place])
            )
        )
        self._items = Items(
            [*map(ITEM, filter(None, found))],
            [] if is_whole else [*_skipped(reading)],
        )
        return self._items

    def read_some(self, raws: Sequence[msgspec.Raw]) -> Items[ItemT]:
        """Return the items of a list of which at least one can be read.

        Raises:
            UnexpectedAnswerError: there are items, and none could be read.
        """
        return self._some(self.read(raws))

    async def async_read_some(self, raws: Sequence[msgspec.Raw]) -> Items[ItemT]:
        """Return the same; where many are new, others have their turn now and then.

        Raises:
            UnexpectedAnswerError: there are items, and none could be read.
        """
        return self._some(await self._async_read(raws))

    def _some(self, found: Items[ItemT]) -> Items[ItemT]:
        if found.skipped and not found.read:
            raise UnexpectedAnswerError(
                f"none of {len(found.skipped)} {self._kind}s could be read:"
                f" {found.skipped[0].reason}"
            )
        return found

    def _read(self, data: bytes, index: int) -> _Known[ItemT]:
        oddities: list[Oddity] = []
        item = self._convert(self._reader.read(data, oddities))
        self._report.oddities(self._kind, oddities)
        lost = [oddity for oddity in oddities if oddity.is_object]
        if not lost:
            return _Known(item, ())
        name = self._name(data, index)
        return _Known(
            item,
            tuple(Skipped(f"{odd.path} of {name}", odd.reason) for odd in lost),
        )

    def _name(self, data: bytes, index: int) -> str:
        try:
            id_ = ID.read(bytes(self._id.read(data)[self._id_field]))
        except msgspec.MsgspecError, KeyError:
            id_ = ""
        return f"{self._kind} {id_.strip() or f'number {index + 1}'}"


ID = Reader(str)
ITEM = attrgetter("item")


def _skipped[ItemT](reading: _Reading[ItemT]) -> Iterator[Skipped]:
    """Yield what could not be read of a list, in its order."""
    for place, known in enumerate(reading.found):
        if known is not None:
            yield from known.lost
        elif place in reading.odd:
            yield reading.odd[place]


def _reason(err: Exception) -> str:
    return str(err) if isinstance(err, msgspec.MsgspecError) else type(err).__name__
