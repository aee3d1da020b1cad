"""Counts and sums over the stations of an account or a location."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from .enums import ConnectorStatus
from .model import Connector, Driver, Station


class Totals(Struct, frozen=True, kw_only=True):
    """Counts over the connectors of an account or a location.

    A connector of an offline station counts as faulted if it is, and otherwise only
    among all. ``power`` is the sum in W of what the stations say; None if none does.
    What could not be read is None, and no zero.
    """

    stations: int | None = None
    connectors: int | None = None
    available: int | None = None
    charging: int | None = None
    faulted: int | None = None
    running_sessions: int | None = None
    power: float | None = None


def sum_up(
    stations: Iterable[Station],
    connectors: Mapping[str, list[Connector]],
    driver: Driver | None = None,
    *,
    stations_known: bool = True,
    connectors_known: bool = True,
) -> Totals:
    """Return the totals of stations.

    Args:
        stations_known: whether all stations could be read.
        connectors_known: whether their connectors could be read.
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
    known = known_sessions = stations_known and connectors_known
    if driver is not None:
        running = sum(session.is_running for session in driver.sessions)
        known_sessions = driver.has_sessions
    return Totals(
        stations=station_count if stations_known else None,
        connectors=connector_count if known else None,
        available=counts[ConnectorStatus.AVAILABLE] if known else None,
        charging=counts[ConnectorStatus.CHARGING] if known else None,
        faulted=counts[ConnectorStatus.FAULTED] if known else None,
        running_sessions=running if known_sessions else None,
        power=round(sum(powers), 3) if powers else None,
    )


def _station_power(station: Station, connectors: Iterable[Connector]) -> float | None:
    if station.online is False:
        return None
    if station.power is not None:
        return station.power
    known = [c.power for c in connectors if c.power is not None]
    return sum(known) if known else None
