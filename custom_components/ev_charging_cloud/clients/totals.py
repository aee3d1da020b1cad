"""Counts and sums over the stations of an account or a location."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from .enums import ConnectorStatus
from .model import Connector, Driver, Station


class Totals(Struct, frozen=True, kw_only=True):
    """Counts over the connectors of an account or a location.

    A connector of an offline station counts as faulted if it is, and otherwise only
    among all. ``power`` is the sum in W of what the stations tell; None if none does.
    """

    stations: int = 0
    connectors: int = 0
    available: int = 0
    charging: int = 0
    faulted: int = 0
    running_sessions: int = 0
    power: float | None = None


def sum_up(
    stations: Iterable[Station],
    connectors: Mapping[str, list[Connector]],
    driver: Driver | None = None,
) -> Totals:
    """Return the totals of stations.

    Args:
        stations: those to count.
        connectors: of each, by the id of the station.
        driver: whose sessions count instead of the connectors', as they can run at
            stations that are not shown.
    """
    counts = dict.fromkeys(ConnectorStatus, 0)
    station_count = connector_count = running = 0
    powers: list[float] = []
    for station in stations:
        own = connectors[station.id]
        station_count += 1
        connector_count += len(own)
        power = _station_power(station, own)
        if power is not None:
            powers.append(power)
        for connector in own:
            reachable = connector.online is not False
            status = connector.status
            if status is not None and (reachable or status is ConnectorStatus.FAULTED):
                counts[status] += 1
            if reachable and connector.session and connector.session.is_running:
                running += 1
    if driver is not None:
        running = sum(session.is_running for session in driver.sessions)
    return Totals(
        stations=station_count,
        connectors=connector_count,
        available=counts[ConnectorStatus.AVAILABLE],
        charging=counts[ConnectorStatus.CHARGING],
        faulted=counts[ConnectorStatus.FAULTED],
        running_sessions=running,
        power=round(sum(powers), 3) if powers else None,
    )


def _station_power(station: Station, connectors: Iterable[Connector]) -> float | None:
    if station.online is False:
        return None
    if station.power is not None:
        return station.power
    known = [c.power for c in connectors if c.power is not None]
    return sum(known) if known else None
