"""What a be.ENERGISED tenant turns out to send, beyond what is documented."""

from collections.abc import Iterator

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


class Tenant:
    """What has been seen of a tenant so far. Each object is looked at when it is new."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.seen = Capability(0)
        # Whether there are values that change by themselves, and connectors with such.
        self.is_live = self.has_live_connectors = False
        self._noted: set[Capability] = set()

    def note(self, capability: Capability) -> None:
        """Note what there is a value for."""
        if capability in self._noted:
            return
        self._noted.add(capability)
        self.seen |= capability
        self.has_live_connectors = bool(self.seen & LIVE_CONNECTOR)
        self.is_live = self.has_live_connectors or bool(self.seen & LIVE_STATION)

    def note_station(self, station: Station) -> Station:
        """Look at what a station has values for, and return it."""
        for capability in _of_station(station):
            self.note(capability)
        return station

    def note_connector(self, connector: Connector) -> Connector:
        """Look at what a connector has values for, and return it."""
        for capability in _of_connector(connector):
            self.note(capability)
        return connector


def _of_station(station: Station) -> Iterator[Capability]:
    if station.location_id is not None:
        yield Capability.LOCATIONS
    if station.online is not None:
        yield Capability.CONNECTIVITY
    if station.status is not None:
        yield Capability.STATION_STATUS
    if station.power is not None:
        yield Capability.STATION_POWER
    if station.reported_at is not None:
        yield Capability.STATION_LAST_SEEN
    if station.details is not None:
        yield Capability.FIRMWARE
    if station.ocpp_identity is not None:
        yield Capability.OCPP_IDENTITY
    if station.iccid is not None or station.imsi is not None:
        yield Capability.SIM_CARD


def _of_connector(connector: Connector) -> Iterator[Capability]:
    if connector.status is not None:
        yield Capability.CONNECTOR_STATUS
    if connector.power is not None:
        yield Capability.CONNECTOR_POWER
    if connector.max_power is not None:
        yield Capability.CONNECTOR_MAX_POWER
