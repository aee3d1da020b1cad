"""What a be.ENERGISED operator can give, as far as its schema is known."""

from ..client import Capability
from ..reading.words import ONLINE, plain
from .queries import (
    ATTEMPT_START,
    CARDS,
    CHARGELOG,
    CHARGELOGS,
    DOCUMENTS,
    START,
    STATIONS,
    Operations,
)

# Where connectors stand below a station.
PLUGS = (["connectors"], ["connection", "edges", "node"])
LEVELS = (*PLUGS, *([*plugs, "connectors"] for plugs in PLUGS))


def of_driver(known: Operations) -> Capability:
    """Return what concerns the driver: sessions, documents, starts and stops."""
    found = Capability(0)
    for name in (CHARGELOG, CHARGELOGS):
        if name in known:
            found |= Capability.DRIVER_SESSIONS | Capability.SESSIONS
        if known.node(name, "cost"):
            found |= Capability.SESSION_COST
    if CHARGELOGS in known:
        found |= Capability.HISTORY
    if DOCUMENTS in known:
        found |= Capability.INVOICES
    if CARDS in known and (START in known or ATTEMPT_START in known):
        found |= Capability.REMOTE_START
    return found


def of_stations(known: Operations) -> Capability:
    """Return what the list of stations gives."""
    found = Capability(0)
    if (status := known.node(STATIONS, "status")) is not None:
        words = set(map(plain, status.words))
        # A text can be anything; an enum tells what.
        if not words or words - ONLINE.keys():
            found |= Capability.STATION_STATUS
        if not words or words & ONLINE.keys():
            found |= Capability.CONNECTIVITY
    if known.marks_favourites:
        found |= Capability.FAVOURITES
    for level in LEVELS:
        if known.node(STATIONS, *level):
            found |= Capability.CONNECTORS
        if any(known.node(STATIONS, *level, it) for it in ("status", "available")):
            found |= Capability.CONNECTOR_STATUS
        if known.node(STATIONS, *level, "maxPower"):
            found |= Capability.CONNECTOR_MAX_POWER
    return found
