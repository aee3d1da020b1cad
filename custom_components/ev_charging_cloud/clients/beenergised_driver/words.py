"""Words of be.ENERGISED, and of those that it may have taken over from others.

Source: the vendor's FAQ for the statuses of sessions and of starts (documented), its
knowledge base for the stations' connection. The words of connectors and plugs are
documented nowhere; OCPP's, OCPI's and OICP's are known.
"""

from ..enums import ConnectorStatus, SessionStatus, StationStatus
from ..reading.words import CONNECTOR_STATUSES, ONLINE, STATION_STATUSES

# In the order in which a running session is looked for.
RUNNING = {
    "started": SessionStatus.ACTIVE,
    "roaming_start": SessionStatus.ACTIVE,
    "waiting_for_transaction": SessionStatus.PENDING,
    "roaming_waiting_for_transaction": SessionStatus.PENDING,
}
SESSION_STATUSES = {**RUNNING, "stopped": SessionStatus.COMPLETED}
# Those of sessions at other operators' stations.
ROAMING = frozenset({"roamingstart", "roamingwaitingfortransaction"})
CONNECTORS = {
    **CONNECTOR_STATUSES,
    # By a car, which at a public station may be the driver's own.
    "blocked": ConnectorStatus.PREPARING,
}
# About the station's connection, or about what it can do; a connector's say neither.
STATIONS: dict[str, tuple[StationStatus | None, bool | None]] = {
    **dict.fromkeys(("charging", "occupied", "reserved"), (None, None)),
    **{word: (status, None) for word, status in STATION_STATUSES.items()},
    **{word: (None, online) for word, online in ONLINE.items()},
}
ATTEMPT_WAITING = "waitingforstarttransaction"
ATTEMPT_STARTED = "chargelogattached"
ATTEMPT_FAILED = "failed"
# Of an attempt (documented), of OCPP's RemoteStopTransaction, and as it was seen.
REFUSED = frozenset({"failed", "rejected", "error"})
INVOICE = "invoice"
