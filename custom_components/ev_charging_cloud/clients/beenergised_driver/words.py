"""Words of be.ENERGISED, and of those that it may have taken over from others.

Source: the vendor's FAQ for the statuses of sessions and of starts (documented), its
knowledge base for the stations' connection. The words of connectors and plugs are
documented nowhere; OCPP's, OCPI's and OICP's are known.
"""

from ..enums import ConnectorStatus, SessionStatus
from ..reading.words import CONNECTOR_STATUSES

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
# What a station says of its connectors, and not of itself.
OF_CONNECTORS = frozenset({"busy", "charging", "free", "inuse", "occupied", "reserved"})
ATTEMPT_PENDING = "pending"
ATTEMPT_WAITING = "waitingforstarttransaction"
ATTEMPT_STARTED = "chargelogattached"
ATTEMPT_FAILED = "failed"
INVOICE = "invoice"
