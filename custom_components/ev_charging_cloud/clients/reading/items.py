"""Reading vendors' lists item by item, so that one odd item costs one item."""

from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct

from ..errors import UnexpectedAnswerError
from ..snapshot import Skipped
from .lenient import Oddity, Reader
from .report import ReadingReport

# What a conversion can raise over a value that nobody foresaw.
UNFORESEEN = (msgspec.MsgspecError, ArithmeticError, LookupError, TypeError, ValueError)


class Items[ItemT](Struct, frozen=True):
    """The items of a list that could be read, and what could not.

    ``skipped`` are whole items, and objects lost from inside one that was read.
    """

    read: list[ItemT]
    skipped: list[Skipped]


class _Known[ItemT](Struct, frozen=True):
    item: ItemT
    lost: tuple[Skipped, ...]


class _Before[ItemT]:
    """What came of the items of the list before, by their bytes.

    Most items are where they were: they are found without a look at the others.
    """

    def __init__(
        self, raws: Sequence[msgspec.Raw], found: Sequence[_Known[ItemT] | None]
    ) -> None:
        self._raws, self._found = raws, found
        self._moved: dict[bytes, _Known[ItemT]] | None = None

    def get(self, raw: msgspec.Raw, index: int) -> _Known[ItemT] | None:
        if index < len(self._raws) and self._raws[index] == raw:
            return self._found[index]
        if self._moved is None:
            self._moved = {
                bytes(each): found
                for each, found in zip(self._raws, self._found, strict=True)
                if found is not None
            }
        return self._moved.get(bytes(raw)) if self._moved else None


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

    def read(self, raws: Sequence[msgspec.Raw]) -> Items[ItemT]:
        """Return the items that could be read and those that could not.

        A list that is the same byte for byte gives the very same object once more, if
        all of it could be read.
        """
        last = self._items
        if last is not None and not last.skipped and self._raws == raws:
            return last
        known = _Before(self._raws, self._found)
        all_found: list[_Known[ItemT] | None] = []
        skipped: list[Skipped] = []
        for index, raw in enumerate(raws):
            found = known.get(raw, index)
            if found is None:
                data = bytes(raw)
                try:
                    found = self._read(data, index)
                except UNFORESEEN as err:
                    odd = Skipped(self._name(data, index), _reason(err))
                    self._report.skipped(odd)
                    skipped.append(odd)
            if found is not None:
                skipped.extend(found.lost)
            all_found.append(found)
        self._raws, self._found = raws, all_found
        items = [found.item for found in all_found if found is not None]
        self._items = Items(items, skipped)
        return self._items

    def read_some(self, raws: Sequence[msgspec.Raw]) -> Items[ItemT]:
        """Return the items of a list of which at least one can be read.

        Raises:
            UnexpectedAnswerError: there are items, and none could be read.
        """
        found = self.read(raws)
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
        name = self._name(data, index) if lost else ""
        return _Known(
            item,
            tuple(Skipped(f"{odd.path} of {name}", odd.reason) for odd in lost),
        )

    def _name(self, data: bytes, index: int) -> str:
        try:
            id_ = ID.read(bytes(self._id.read(data)[self._id_field]))
        except msgspec.MsgspecError, KeyError:
            return f"{self._kind} number {index + 1}"
        return f"{self._kind} {id_}"


ID = Reader(str)


def _reason(err: Exception) -> str:
    return str(err) if isinstance(err, msgspec.MsgspecError) else type(err).__name__
