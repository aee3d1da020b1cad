"""What a vendor sent that could not be understood: counted, and named once in the log."""

from collections import Counter
from collections.abc import Iterable
import logging

from ..snapshot import Skipped
from .lenient import Oddity

_LOGGER = logging.getLogger(__name__)

# A vendor that sends ever new words or fields fills neither memory nor diagnostics.
MOST_FIELDS = 200
MOST_WORDS = 20
MORE = "(more)"


class ReadingReport:
    """What could not be read of one account's answers; it holds names, and no values.

    ``unknown_values`` counts words that no document lists, by field and word, and
    ``odd_values`` what was not of its field's type or out of its bounds, by field.
    ``attributes`` are the names, never the values, of what came in objects that no
    document describes, by kind of object: what we take each for, and on which ground.
    """

    def __init__(self, vendor: str) -> None:
        """Start an empty report for a vendor (its name as users know it)."""
        self.vendor = vendor
        self._named: set[str] = set()
        self.unknown_values: Counter[tuple[str, str]] = Counter()
        self.odd_values: Counter[str] = Counter()
        self.attributes: dict[str, dict[str, str]] = {}

    def unknown_value(self, field: str, value: str) -> None:
        """Count a word that nobody knows; the first one of a field is named."""
        words = sum(known == field for known, _ in self.unknown_values)
        if (field, value) not in self.unknown_values and words >= MOST_WORDS:
            value = MORE
        if self._is_first(f"word of {field}"):
            _LOGGER.warning(
                "%s sent %r as %s, which its documents do not list; it is shown as"
                " unknown",
                self.vendor,
                value[:50],
                field,
            )
        self.unknown_values[field, value[:50]] += 1

    def odd_value(self, field: str, reason: str) -> None:
        """Count a value that does not fit its field; the first one is named."""
        if field not in self.odd_values and len(self.odd_values) >= MOST_FIELDS:
            field = MORE
        if self._is_first(f"value of {field}"):
            _LOGGER.warning(
                "%s sent a %s that cannot be read (%s); it is shown as unknown",
                self.vendor,
                field,
                reason,
            )
        self.odd_values[field] += 1

    def oddities(self, kind: str, found: Iterable[Oddity]) -> None:
        """Count what could not be read of an object or an answer of some kind."""
        for oddity in found:
            self.odd_value(f"{kind}.{oddity.path}", oddity.reason)

    def skipped(self, item: Skipped) -> None:
        """Name an item that could not be read, the first time it happens."""
        if self._is_first(item.name):
            _LOGGER.warning(
                "Skipped %s of %s, which could not be read: %s",
                item.name,
                self.vendor,
                item.reason,
            )

    def _is_first(self, name: str) -> bool:
        if name in self._named or len(self._named) >= 2 * MOST_FIELDS:
            return False
        self._named.add(name)
        return True
