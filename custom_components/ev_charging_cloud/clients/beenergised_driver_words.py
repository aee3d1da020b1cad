"""Words of be.ENERGISED, and of those that it may have taken over from others.

Source: the vendor's FAQ for the statuses of sessions and of starts (documented), its
knowledge base for the stations' connection. The words of connectors and plugs are
documented nowhere; OCPP's, OCPI's and OICP's are known.
"""

from collections.abc import Mapping

from .decoding import ReadingReport
from .enums import ConnectorStatus, ConnectorType, SessionStatus, StationStatus
from .words import CONNECTOR_STATUSES, CONNECTOR_TYPES, STATION_STATUSES, UNTOLD, plain

SESSION_STATUSES = {
    "started": SessionStatus.ACTIVE,
    "roamingstart": SessionStatus.ACTIVE,
    "waitingfortransaction": SessionStatus.PENDING,
    "roamingwaitingfortransaction": SessionStatus.PENDING,
    "stopped": SessionStatus.COMPLETED,
}
CONNECTORS = {
    **CONNECTOR_STATUSES,
    # By a car, which at a public station may be the driver's own.
    "blocked": ConnectorStatus.PREPARING,
    "busy": ConnectorStatus.PREPARING,
    "defective": ConnectorStatus.FAULTED,
    "free": ConnectorStatus.AVAILABLE,
    "inuse": ConnectorStatus.PREPARING,
    "nocommunication": ConnectorStatus.UNAVAILABLE,
    "offline": ConnectorStatus.UNAVAILABLE,
    "outofservice": ConnectorStatus.UNAVAILABLE,
}
# What says no more of a connector than that it may be used.
MAY_BE_USED = frozenset({"operative", "online", "pending", "ok", "active", "inservice"})
STATIONS = {
    **STATION_STATUSES,
    "defective": StationStatus.FAULTED,
    "outofservice": StationStatus.UNAVAILABLE,
    "inservice": StationStatus.OPERATIVE,
}
# "Pending" is silent for half an hour, and not yet offline.
ONLINE: Mapping[str, bool | None] = {
    "connected": True,
    "disconnected": False,
    "nocommunication": False,
    "offline": False,
    "online": True,
    "pending": None,
}
# What a station says of its connectors, and not of itself.
OF_CONNECTORS = frozenset({"busy", "charging", "free", "inuse", "occupied", "reserved"})
PLUGS = {
    **CONNECTOR_TYPES,
    "acfixedcable": ConnectorType.AC,
    "cableattachedtype1": ConnectorType.AC,
    "cableattachedtype2": ConnectorType.TYPE_2,
    "ccscombo1": ConnectorType.CCS,
    "ccstype2": ConnectorType.CCS,
    "combo": ConnectorType.CCS,
    "combo1": ConnectorType.CCS,
    "domesticf": ConnectorType.AC,
    "fixedaccable": ConnectorType.AC,
    "iec603092single16": ConnectorType.AC,
    "iec603092three16": ConnectorType.AC,
    "iec603092three32": ConnectorType.AC,
    "iec62196t1": ConnectorType.AC,
    "iec62196t1combo": ConnectorType.CCS,
    "iec62196t3a": ConnectorType.AC,
    "iec62196t3c": ConnectorType.AC,
    "iec62196type2": ConnectorType.TYPE_2,
    "iec62196type2cableattached": ConnectorType.TYPE_2,
    "iec62196type2outlet": ConnectorType.TYPE_2,
    "pantograph": ConnectorType.OPPCHARGE,
    "pantographbottomup": ConnectorType.OPPCHARGE,
    "pantographtopdown": ConnectorType.OPPCHARGE,
    "schuko": ConnectorType.AC,
    "typ2": ConnectorType.TYPE_2,
    "type1": ConnectorType.AC,
    "type1connectorcableattached": ConnectorType.AC,
    "type2connectorcableattached": ConnectorType.TYPE_2,
    "type2mennekes": ConnectorType.TYPE_2,
    "type2outlet": ConnectorType.TYPE_2,
    "typeef": ConnectorType.AC,
    "typefschuko": ConnectorType.AC,
}
ATTEMPT_PENDING = "pending"
ATTEMPT_WAITING = "waitingforstarttransaction"
ATTEMPT_STARTED = "chargelogattached"
ATTEMPT_FAILED = "failed"
INVOICE = "invoice"


class Words[WordT]:
    """Maps words to ours without regard to case; unknown ones are counted as they came."""

    def __init__(
        self, field: str, words: Mapping[str, WordT], report: ReadingReport
    ) -> None:
        """Keep the table and where to report what it lacks."""
        self._field = field
        self._words = words
        self._report = report

    def read(self, word: str | None) -> WordT | None:
        """Return our word; None where it is not known or says nothing."""
        if word is None or (bare := plain(word)) in UNTOLD or not bare:
            return None
        if bare not in self._words:
            self._report.unknown_value(self._field, word)
            return None
        return self._words[bare]
