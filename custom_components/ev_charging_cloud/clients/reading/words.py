"""Vendors' words and ours, and those of OCPP, OCPI and OICP for vendors without their own.

Words are compared without case, spaces, dots and dashes.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from ..enums import ConnectorStatus, ConnectorType, StationStatus
from .report import ReadingReport

# OCPP 1.6 (ChargePointStatus), OCPP 2.0.1 (ConnectorStatusEnumType), OCPI 2.2 (Status)
CONNECTOR_STATUSES: Mapping[str, ConnectorStatus] = MappingProxyType(
    {
        "available": ConnectorStatus.AVAILABLE,
        "blocked": ConnectorStatus.UNAVAILABLE,
        "charging": ConnectorStatus.CHARGING,
        "faulted": ConnectorStatus.FAULTED,
        "finishing": ConnectorStatus.FINISHING,
        "inoperative": ConnectorStatus.UNAVAILABLE,
        "occupied": ConnectorStatus.PREPARING,
        "outoforder": ConnectorStatus.FAULTED,
        "preparing": ConnectorStatus.PREPARING,
        "reserved": ConnectorStatus.RESERVED,
        "suspendedev": ConnectorStatus.SUSPENDED_EV,
        "suspendedevse": ConnectorStatus.SUSPENDED_EVSE,
        "unavailable": ConnectorStatus.UNAVAILABLE,
    }
)
# Words that say that the status is not known.
UNTOLD = ("unknown", "planned", "removed")
STATION_STATUSES: Mapping[str, StationStatus] = MappingProxyType(
    {
        "available": StationStatus.OPERATIVE,
        "defective": StationStatus.FAULTED,
        "faulted": StationStatus.FAULTED,
        "inoperative": StationStatus.UNAVAILABLE,
        "inservice": StationStatus.OPERATIVE,
        "operative": StationStatus.OPERATIVE,
        "outoforder": StationStatus.FAULTED,
        "outofservice": StationStatus.UNAVAILABLE,
        "unavailable": StationStatus.UNAVAILABLE,
    }
)
# "Pending" is silent for a while, and not yet offline.
ONLINE: Mapping[str, bool | None] = MappingProxyType(
    {
        "connected": True,
        "disconnected": False,
        "nocommunication": False,
        "offline": False,
        "online": True,
        "pending": None,
    }
)
CONNECTOR_TYPES: Mapping[str, ConnectorType] = MappingProxyType(
    {
        "ac": ConnectorType.AC,
        "acfixedcable": ConnectorType.AC,
        "cableattachedtype1": ConnectorType.AC,
        "cableattachedtype2": ConnectorType.TYPE_2,
        "ccs": ConnectorType.CCS,
        "ccs2": ConnectorType.CCS,
        "ccscombo1": ConnectorType.CCS,
        "ccscombo2": ConnectorType.CCS,
        "ccstype2": ConnectorType.CCS,
        "chademo": ConnectorType.CHADEMO,
        "combo": ConnectorType.CCS,
        "combo1": ConnectorType.CCS,
        "combo2": ConnectorType.CCS,
        "domesticf": ConnectorType.AC,
        "fixedaccable": ConnectorType.AC,
        "iec603092single16": ConnectorType.AC,
        "iec603092three16": ConnectorType.AC,
        "iec603092three32": ConnectorType.AC,
        "iec62196t1": ConnectorType.AC,
        "iec62196t1combo": ConnectorType.CCS,
        "iec62196t2": ConnectorType.TYPE_2,
        "iec62196t2combo": ConnectorType.CCS,
        "iec62196t3a": ConnectorType.AC,
        "iec62196t3c": ConnectorType.AC,
        "iec62196type2": ConnectorType.TYPE_2,
        "iec62196type2cableattached": ConnectorType.TYPE_2,
        "iec62196type2outlet": ConnectorType.TYPE_2,
        "mennekes": ConnectorType.TYPE_2,
        "oppcharge": ConnectorType.OPPCHARGE,
        "pantograph": ConnectorType.OPPCHARGE,
        "pantographbottomup": ConnectorType.OPPCHARGE,
        "pantographtopdown": ConnectorType.OPPCHARGE,
        "schuko": ConnectorType.AC,
        "typ2": ConnectorType.TYPE_2,
        "type1": ConnectorType.AC,
        "type1connectorcableattached": ConnectorType.AC,
        "type2": ConnectorType.TYPE_2,
        "type2connectorcableattached": ConnectorType.TYPE_2,
        "type2mennekes": ConnectorType.TYPE_2,
        "type2outlet": ConnectorType.TYPE_2,
        "typeef": ConnectorType.AC,
        "typefschuko": ConnectorType.AC,
    }
)
PLUGGED_IN = frozenset(
    {
        ConnectorStatus.PREPARING,
        ConnectorStatus.CHARGING,
        ConnectorStatus.SUSPENDED_EV,
        ConnectorStatus.SUSPENDED_EVSE,
        ConnectorStatus.FINISHING,
    }
)


# Vendors have few words, and send them again and again.
@lru_cache(maxsize=1 << 12)
def plain(word: str) -> str:
    """Return a word without what spellings differ in."""
    return "".join(letter for letter in word.lower() if letter.isalnum())


def is_plugged_in(status: ConnectorStatus | None) -> bool | None:
    """Tell whether OCPP gives a connector this status only with a car, or only without."""
    if status in PLUGGED_IN:
        return True
    return False if status is ConnectorStatus.AVAILABLE else None


class Words[WordT]:
    """Maps a vendor's words to ours, without regard to case; unknown ones are counted."""

    def __init__(
        self,
        field: str,
        words: Mapping[str, WordT],
        report: ReadingReport,
        *,
        unmapped: Iterable[str] = UNTOLD,
    ) -> None:
        """Keep the table and where to report what it lacks.

        Args:
            field: what the word is about, for messages.
            words: ours by the vendor's.
            report: hears of words that the table lacks.
            unmapped: words that say that nothing is known.
        """
        self._field = field
        self._words = {plain(word): known for word, known in words.items()}
        self._report = report
        self._unmapped = frozenset(map(plain, unmapped))

    def read(self, word: str | None) -> WordT | None:
        """Return our word; None where it is not known or says nothing."""
        if word is None or (bare := plain(word)) in self._unmapped or not bare:
            return None
        if bare not in self._words:
            self._report.unknown_value(self._field, word)
            return None
        return self._words[bare]
