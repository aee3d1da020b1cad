"""What a be.ENERGISED tenant turns out to send, beyond what is documented."""

from collections.abc import Iterable, Iterator

from ..client import Capability
from ..model import Connector, Station


def capabilities(
    stations: Iterable[Station], connectors: Iterable[Connector]
) -> Capability:
    """Return what the objects of a tenant have values for."""
    found = Capability(0)
    for station in stations:
        for capability in _of_station(station):
            found |= capability
    for connector in connectors:
        for capability in _of_connector(connector):
            found |= capability
    return found


def is_live(stations: Iterable[Station], connectors: Iterable[Connector]) -> bool:
    """Tell whether there are values that change by themselves."""
    return any(
        (station.online, station.status, station.power, station.reported_at)
        != (None, None, None, None)
        for station in stations
    ) or any(
        (connector.status, connector.power) != (None, None) for connector in connectors
    )


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
