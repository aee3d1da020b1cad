"""Reading vendors' answers item by item, so that one odd item costs one item."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
import logging

import msgspec

from ..snapshot import Skipped

_LOGGER = logging.getLogger(__name__)


class ReadingReport:
    """What a vendor sent that could not be understood: counted, and logged once each.

    ``unknown_values`` counts enum values that no document lists, by field and value.
    ``denied`` are the families of data that the credential does not permit, each with
    the vendor's reason. ``attributes`` are the names, never the values, of what came in
    objects that no document describes, by kind of object: what we take each for, and
    on which ground.
    """

    def __init__(self, vendor: str) -> None:
        """Start an empty report for a vendor (its name as users know it)."""
        self.vendor = vendor
        self._named: set[str] = set()
        self.unknown_values: Counter[tuple[str, str]] = Counter()
        self.denied: dict[str, str] = {}
        self.attributes: dict[str, dict[str, str]] = {}

    def deny(self, family: str, reason: str) -> None:
        """Keep that a family of data may not be read."""
        self.denied[family] = reason
        _LOGGER.info("%s does not permit to read %s: %s", self.vendor, family, reason)

    def unknown_value(self, field: str, value: str) -> None:
        """Count an enum value that nobody knows."""
        if (field, value) not in self.unknown_values:
            _LOGGER.warning(
                "%s sent %r as %s, which its documents do not list; it is shown as"
                " unknown",
                self.vendor,
                value[:50],
                field,
            )
        self.unknown_values[field, value] += 1

    def skipped(self, item: Skipped) -> None:
        """Name an item that could not be read, the first time it happens."""
        if item.name not in self._named:
            self._named.add(item.name)
            _LOGGER.warning(
                "Skipped %s of %s, which could not be read: %s",
                item.name,
                self.vendor,
                item.reason,
            )


class OpenWords[WordT]:
    """Maps a vendor's words to ours; a word that nobody knows becomes None.

    ``unmapped`` are words that the vendor documents and that mean "not told".
    """

    def __init__(
        self,
        field: str,
        words: Mapping[str, WordT],
        report: ReadingReport,
        *,
        unmapped: Iterable[str] = (),
    ) -> None:
        """Keep the table and where to report what it lacks."""
        self._field = field
        self._words = words
        self._report = report
        self._unmapped = frozenset(unmapped)

    def read(self, word: str | None) -> WordT | None:
        """Return our word for the vendor's."""
        if word is None or word in self._unmapped:
            return None
        if (known := self._words.get(word)) is None:
            self._report.unknown_value(self._field, word)
        return known


class ItemReader[WireT, ItemT]:
    """Reads the items of a listing; an item sent unchanged is not read again.

    Most stations of a large account are the same bytes from one poll to the next.
    They become the very same object again, which is cheap to make and to compare.
    """

    def __init__(
        self,
        kind: str,
        id_field: str,
        decoder: msgspec.json.Decoder[WireT],
        convert: Callable[[WireT], ItemT],
        report: ReadingReport,
    ) -> None:
        """Prepare to read items.

        Args:
            kind: what an item is, for messages.
            id_field: the item's field that names it, for messages.
            decoder: reads the vendor's documented object.
            convert: makes our object of the vendor's.
            report: hears of items that cannot be read.
        """
        self._kind = kind
        self._id_field = id_field
        self._decoder = decoder
        self._convert = convert
        self._report = report
        self._known: dict[bytes, ItemT] = {}

    def read(self, raws: Iterable[msgspec.Raw]) -> tuple[list[ItemT], list[Skipped]]:
        """Return the items that could be read and those that could not."""
        known: dict[bytes, ItemT] = {}
        items: list[ItemT] = []
        skipped: list[Skipped] = []
        for index, raw in enumerate(raws):
            data = bytes(raw)
            if (item := self._known.get(data)) is None:
                try:
                    item = self._convert(self._decoder.decode(data))
                except msgspec.MsgspecError as err:
                    odd = Skipped(self._name(data, index), str(err))
                    self._report.skipped(odd)
                    skipped.append(odd)
                    continue
            known[data] = item
            items.append(item)
        self._known = known
        return items, skipped

    def _name(self, data: bytes, index: int) -> str:
        try:
            fields = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
            id_ = msgspec.json.decode(fields[self._id_field], type=str | int)
        except msgspec.MsgspecError, KeyError:
            return f"{self._kind} number {index + 1}"
        return f"{self._kind} {id_}"


def utc(moment: datetime | None) -> datetime | None:
    """Return a time in UTC; a time without a zone is taken to be in UTC."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def kilo(value: float | None) -> float | None:
    """Return kW as W, or kWh as Wh, without the noise of binary fractions."""
    return None if value is None else round(value * 1000, 3)
