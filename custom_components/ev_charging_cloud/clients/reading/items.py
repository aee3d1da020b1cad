"""Reading vendors' lists item by item, so that one odd item costs one item."""

from collections.abc import Callable, Iterable

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
        self._known: dict[bytes, _Known[ItemT]] = {}

    def read(self, raws: Iterable[msgspec.Raw]) -> Items[ItemT]:
        """Return the items that could be read and those that could not."""
        known: dict[bytes, _Known[ItemT]] = {}
        items: list[ItemT] = []
        skipped: list[Skipped] = []
        for index, raw in enumerate(raws):
            data = bytes(raw)
            found = self._known.get(data)
            if found is None:
                try:
                    found = self._read(data, index)
                except UNFORESEEN as err:
                    odd = Skipped(self._name(data, index), _reason(err))
                    self._report.skipped(odd)
                    skipped.append(odd)
                    continue
            known[data] = found
            items.append(found.item)
            skipped.extend(found.lost)
        self._known = known
        return Items(items, skipped)

    def read_some(self, raws: Iterable[msgspec.Raw]) -> Items[ItemT]:
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
