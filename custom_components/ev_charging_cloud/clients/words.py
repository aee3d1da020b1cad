"""OCPP's and OCPI's words for statuses and plugs, for vendors that document no own ones.

Words are compared without case, spaces, dots and dashes.
"""

from collections.abc import Mapping
from types import MappingProxyType

from .enums import ConnectorStatus, ConnectorType, StationStatus

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
        "faulted": StationStatus.FAULTED,
        "inoperative": StationStatus.UNAVAILABLE,
        "operative": StationStatus.OPERATIVE,
        "outoforder": StationStatus.FAULTED,
        "unavailable": StationStatus.UNAVAILABLE,
    }
)
CONNECTOR_TYPES: Mapping[str, ConnectorType] = MappingProxyType(
    {
        "ac": ConnectorType.AC,
        "ccs": ConnectorType.CCS,
        "ccs2": ConnectorType.CCS,
        "ccscombo2": ConnectorType.CCS,
        "chademo": ConnectorType.CHADEMO,
        "combo2": ConnectorType.CCS,
        "iec62196t2": ConnectorType.TYPE_2,
        "iec62196t2combo": ConnectorType.CCS,
        "mennekes": ConnectorType.TYPE_2,
        "oppcharge": ConnectorType.OPPCHARGE,
        "pantographbottomup": ConnectorType.OPPCHARGE,
        "pantographtopdown": ConnectorType.OPPCHARGE,
        "type2": ConnectorType.TYPE_2,
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


def plain(word: str) -> str:
    """Return a word without what spellings differ in."""
    return "".join(letter for letter in word.lower() if letter.isalnum())


def is_plugged_in(status: ConnectorStatus | None) -> bool | None:
    """Tell whether OCPP gives a connector this status only with a car, or only without."""
    if status in PLUGGED_IN:
        return True
    return False if status is ConnectorStatus.AVAILABLE else None
