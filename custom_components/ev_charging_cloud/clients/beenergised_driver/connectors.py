"""Which connectors can be commanded, and whose they are.

Source: the vendor's pages on beginning a session: a command takes a connector's uuid, and
a start that can be followed never comes about at other operators' stations. Of those a
session's status tells as well (``roaming_start``).
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import structs

from ..model import Connector
from ..reading.words import plain
from . import wire
from .mapping import Read
from .words import ROAMING


class KnownConnectors:
    """What is known of connectors, by their ids, as long as nothing else is heard."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._roaming: frozenset[str] = frozenset()
        self._visited: frozenset[str] = frozenset()
        self._own: frozenset[str] = frozenset()
        self._nameless: frozenset[str] = frozenset()

    def is_roaming(self, connector_id: str) -> bool:
        """Tell whether a connector is known to be at another operator's station."""
        if connector_id in self._own:
            return False
        return connector_id in self._roaming | self._visited

    def is_nameless(self, connector_id: str) -> bool:
        """Tell whether an id is ours, because the operator tells none."""
        return connector_id in self._nameless

    def learn_stations(
        self, reads: Sequence[Read], connectors: Sequence[Connector]
    ) -> None:
        """Learn from a list of stations, whose connectors have ids of their own or not."""
        roaming = {read.station.id: read.station.is_roaming for read in reads}
        self._roaming = frozenset(it.id for it in connectors if roaming[it.station_id])
        self._own = frozenset(
            it.id for it in connectors if roaming[it.station_id] is False
        )
        self._nameless = frozenset(it.id for it in connectors if not it.has_own_id)

    def learn_sessions(self, logs: Sequence[wire.Chargelog]) -> None:
        """Learn from sessions, whose status tells those at other operators' stations."""
        self._visited |= {
            log.connector.id
            for log in logs
            if log.connector and log.connector.id and plain(log.status or "") in ROAMING
        }


def with_ids(connectors: Iterable[Connector]) -> tuple[Connector, ...]:
    """Return connectors; an id that several have is no connector's own."""
    known = tuple(connectors)
    count = Counter(each.id for each in known)
    return tuple(
        each if count[each.id] == 1 else structs.replace(each, has_own_id=False)
        for each in known
    )
