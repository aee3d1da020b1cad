"""What a be.ENERGISED tenant turns out to send, beyond what is documented."""

from collections.abc import Callable
from operator import attrgetter

from ..client import Capability
from ..model import Connector, Station

# Values that change by themselves.
LIVE_STATION = (
    Capability.CONNECTIVITY
    | Capability.STATION_STATUS
    | Capability.STATION_POWER
    | Capability.STATION_LAST_SEEN
)
LIVE_CONNECTOR = Capability.CONNECTOR_STATUS | Capability.CONNECTOR_POWER

# What shows that a tenant can give something.
type Sign[ObjectT] = tuple[Capability, Callable[[ObjectT], object]]
OF_STATION: tuple[Sign[Station], ...] = (
    (Capability.LOCATIONS, attrgetter("location_id")),
    (Capability.CONNECTIVITY, attrgetter("online")),
    (Capability.STATION_STATUS, attrgetter("status")),
    (Capability.STATION_POWER, attrgetter("power")),
    (Capability.STATION_LAST_SEEN, attrgetter("reported_at")),
    (Capability.FIRMWARE, attrgetter("details")),
    (Capability.OCPP_IDENTITY, attrgetter("ocpp_identity")),
    (Capability.SIM_CARD, attrgetter("iccid")),
    (Capability.SIM_CARD, attrgetter("imsi")),
)
OF_CONNECTOR: tuple[Sign[Connector], ...] = (
    (Capability.CONNECTOR_STATUS, attrgetter("status")),
    (Capability.CONNECTOR_POWER, attrgetter("power")),
    (Capability.CONNECTOR_MAX_POWER, attrgetter("max_power")),
)


class Tenant:
    """What has been seen of a tenant so far. Each object is looked at when it is new."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.seen = Capability(0)
        # Whether there are values that change by themselves, and connectors with such.
        self.is_live = self.has_live_connectors = False
        # What is still to be looked for; once seen, it is not any more.
        self._of_station, self._of_connector = OF_STATION, OF_CONNECTOR

    def note(self, capability: Capability) -> None:
        """Note what there is a value for."""
        if capability in self.seen:
            return
        self.seen |= capability
        self.has_live_connectors = bool(self.seen & LIVE_CONNECTOR)
        self.is_live = self.has_live_connectors or bool(self.seen & LIVE_STATION)

    def note_station(self, station: Station) -> Station:
        """Look at what a station has values for, and return it."""
        self._of_station = self._look(station, self._of_station)
        return station

    def note_connector(self, connector: Connector) -> Connector:
        """Look at what a connector has values for, and return it."""
        self._of_connector = self._look(connector, self._of_connector)
        return connector

    def _look[ObjectT](
        self, object_: ObjectT, signs: tuple[Sign[ObjectT], ...]
    ) -> tuple[Sign[ObjectT], ...]:
        """Look for signs, and return those that are still to be looked for."""
        found = [sign for sign in signs if sign[1](object_) is not None]
        if not found:
            return signs
        for capability, _ in found:
            self.note(capability)
        return tuple(sign for sign in signs if sign[0] not in self.seen)
