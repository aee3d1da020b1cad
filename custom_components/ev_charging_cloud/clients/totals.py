"""Counts and sums over the stations of an account or a location."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from .enums import ConnectorStatus
from .model import Connector, Driver, Station


class Totals(Struct, frozen=True, kw_only=True, gc=False):
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


class Share(Struct, frozen=True, kw_only=True, gc=False):
    """What a station adds to the totals; ``milliwatts`` are None if nothing says any."""

    connectors: int
    available: int
    charging: int
    faulted: int
    running: int
    milliwatts: int | None


def share_of(station: Station, connectors: Sequence[Connector]) -> Share:
    """Return what a station with its connectors adds to the totals."""
    available = charging = faulted = running = 0
    for connector in connectors:
        status = connector.status
        if status is ConnectorStatus.FAULTED:
            faulted += 1
        if connector.online is False:
            continue
        if status is ConnectorStatus.AVAILABLE:
            available += 1
        elif status is ConnectorStatus.CHARGING:
            charging += 1
        if connector.session and connector.session.is_running:
            running += 1
    power = _station_power(station, connectors)
    return Share(
        connectors=len(connectors),
        available=available,
        charging=charging,
        faulted=faulted,
        running=running,
        milliwatts=None if power is None else round(power * 1000),
    )


class Sum:
    """The sum of some stations' shares, from which any can be taken again.

    It is the same in whatever order: powers are summed in whole milliwatts.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self._stations = self._connectors = self._available = self._charging = 0
        self._faulted = self._running = self._powers = self._milliwatts = 0

    def add(self, share: Share) -> None:
        """Add a station's share."""
        self._count(share, 1)

    def take(self, share: Share) -> None:
        """Take a station's share that was added."""
        self._count(share, -1)

    def _count(self, share: Share, times: int) -> None:
        self._stations += times
        self._connectors += times * share.connectors
        self._available += times * share.available
        self._charging += times * share.charging
        self._faulted += times * share.faulted
        self._running += times * share.running
        if share.milliwatts is not None:
            self._powers += times
            self._milliwatts += times * share.milliwatts

    def totals(
        self,
        driver: Driver | None = None,
        *,
        stations_known: bool = True,
        connectors_known: bool = True,
    ) -> Totals:
        """Return the totals.

        Args:
            driver: whose sessions count instead of the connectors', as they can run at
                stations that are not shown.
            stations_known: whether all stations could be read.
            connectors_known: whether their connectors could be read.
        """
        known = known_sessions = stations_known and connectors_known
        running = self._running
        if driver is not None:
            running = sum(session.is_running for session in driver.sessions)
            known_sessions = driver.has_sessions
        return Totals(
            stations=self._stations if stations_known else None,
            connectors=self._connectors if known else None,
            available=self._available if known else None,
            charging=self._charging if known else None,
            faulted=self._faulted if known else None,
            running_sessions=running if known_sessions else None,
            power=self._milliwatts / 1000 if self._powers else None,
        )


#: A connector's station and its id, which is unique only in there.
type ConnectorKey = tuple[str, str]


class Fleet:
    """The totals of an account and of its locations, kept up change by change."""

    def __init__(
        self,
        stations: Mapping[str, Station],
        connectors: Mapping[ConnectorKey, Connector],
    ) -> None:
        """Sum up stations.

        Args:
            stations: by their ids.
            connectors: of these stations, and of no others.
        """
        self.all = Sum()
        self.by_location: dict[str, Sum] = {}
        self._shares: dict[str, Share] = {}
        # Those of each station; found once they are needed.
        self._keys: Mapping[str, Sequence[ConnectorKey]] | None = None
        of: dict[str, list[Connector]] = {}
        for key, connector in connectors.items():
            of.setdefault(key[0], []).append(connector)
        for station in stations.values():
            share = share_of(station, of.get(station.id, ()))
            self._shares[station.id] = share
            for total in self._sums(station):
                total.add(share)

    def change(
        self,
        station_ids: Iterable[str],
        stations: Mapping[str, Station],
        connectors: Mapping[ConnectorKey, Connector],
    ) -> Collection[str]:
        """Take over how some stations are now, and return which locations add up anew.

        No station nor connector may have come or gone, nor changed its location.

        Args:
            station_ids: of those that changed, or whose connectors did.
            stations: all, by their ids.
            connectors: of all these stations.
        """
        changed: dict[str, None] = {}
        if self._keys is None:
            self._keys = _keys_by_station(connectors)
        for station_id in station_ids:
            station, before = stations[station_id], self._shares[station_id]
            keys = self._keys.get(station_id, ())
            share = share_of(station, [connectors[key] for key in keys])
            if share == before:
                continue
            self._shares[station_id] = share
            for total in self._sums(station):
                total.take(before)
                total.add(share)
            if station.location_id is not None:
                changed[station.location_id] = None
        return changed

    def _sums(self, station: Station) -> tuple[Sum, ...]:
        at = station.location_id
        if at is None:
            return (self.all,)
        return self.all, self.by_location.setdefault(at, Sum())


def _keys_by_station(
    connectors: Iterable[ConnectorKey],
) -> Mapping[str, Sequence[ConnectorKey]]:
    found: dict[str, list[ConnectorKey]] = {}
    for key in connectors:
        found.setdefault(key[0], []).append(key)
    return found


def _station_power(station: Station, connectors: Sequence[Connector]) -> float | None:
    if station.online is False:
        return None
    if station.power is not None:
        return station.power
    known = [c.power for c in connectors if c.power is not None]
    return sum(known) if known else None
