"""One world of EV charging behind every simulated cloud, and what can be done to it by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from .connector import LiveConnector
from .model import (
    Location,
    NotInWorldError,
    Phase,
    Session,
    StationView,
    StopReason,
    Vehicle,
    WorldError,
)
from .running import Running
from .state import WorldState
from .station import LiveStation


class World(WorldState):
    """Locations, stations, connectors, vehicles and their charging sessions."""

    # ---- by hand: connectors

    def plug_in(
        self,
        station_id: str,
        connector_id: str,
        *,
        vehicle: Vehicle | None = None,
        soc: float | None = None,
        soc_limit: float = 100.0,
    ) -> Session:
        """Put a cable in; the session waits for `start_charging`.

        Args:
            station_id: the station.
            connector_id: its connector.
            vehicle: which one; None is the connector's own fleet vehicle.
            soc: its state of charge in percent; None draws one.
            soc_limit: where charging ends, in percent.

        Raises:
            WorldError: if the connector is occupied or out of order.
        """
        now = self._now()
        station = self._live(station_id, now)
        connector = station.connector(connector_id)
        in_service = station.in_service and connector.in_service
        if connector.fault is not None or not in_service:
            raise WorldError(
                f"connector {connector_id} of {station_id} is out of order"
            )
        visit = connector.draw(authorized=True)
        start = min(visit.soc_start, soc_limit / 2) if soc is None else soc
        if not 0 <= start < soc_limit <= 100:
            raise WorldError(
                "a vehicle arrives with a state of charge below its limit, both within 0 to 100"
            )
        visit = replace(
            visit,
            vehicle=vehicle or connector.own,
            soc_start=start,
            soc_limit=soc_limit,
            soc_stop=soc_limit,
            stop_reason=StopReason.SOC_LIMIT
            if soc_limit < 100
            else StopReason.EV_STOPPED,
            cable_first=True,
        )
        station.change(now, lambda at: connector.open(at, visit, automatic=False))
        return self._session(station, connector_id, now)

    def start_charging(
        self,
        station_id: str,
        connector_id: str,
        *,
        insulation_test: timedelta = timedelta(0),
    ) -> Session:
        """Authorise what is plugged in and charge, after an insulation test of the given length.

        Raises:
            WorldError: if nothing waits to be charged there.
        """
        now = self._now()
        station = self._live(station_id, now)
        connector = station.connector(connector_id)
        running = connector.require_running()
        if connector.fault is not None or running.phase is not Phase.PLUGGED_IN:
            raise WorldError(
                f"connector {connector_id} of {station_id} is not waiting to be started"
            )
        station.change(
            now, lambda at: running.begin_charging(at, insulation_test.total_seconds())
        )
        return self._session(station, connector_id, now)

    def stop_charging(
        self, station_id: str, connector_id: str, reason: StopReason = StopReason.REMOTE
    ) -> Session:
        """End the charging; the cable stays in.

        Raises:
            WorldError: if it is not charging.
        """
        now = self._now()
        station = self._live(station_id, now)
        running = station.connector(connector_id).require_running()
        if running.phase not in {Phase.CHARGING, Phase.INSULATION_TEST}:
            raise WorldError(
                f"connector {connector_id} of {station_id} is not charging"
            )
        station.change(now, lambda at: running.stop(at, reason))
        return self._session(station, connector_id, now)

    def unplug(
        self,
        station_id: str,
        connector_id: str,
        reason: StopReason = StopReason.EV_DISCONNECTED,
    ) -> Session:
        """Pull the cable and return the session, which is over.

        Raises:
            WorldError: if nothing is plugged in.
        """
        now = self._now()
        station = self._live(station_id, now)
        connector = station.connector(connector_id)
        station.change(now, lambda at: connector.close(at, reason))
        return connector.closed[-1]

    def plan(
        self,
        station_id: str,
        at: datetime,
        action: Callable[[LiveStation, datetime], object],
    ) -> None:
        """Have something done to a station at a moment, at once if that is not to come.

        This is how commands of a cloud take their time: what comes of them happens when it is due, however far the
        clock jumps, and whether or not somebody looks.

        Args:
            station_id: the station.
            at: when.
            action: what; it is given the station and the moment, and must not raise.

        Raises:
            NotInWorldError: if there is no such station.
        """
        now = self._now()
        station = self._live(station_id, now)
        if at <= now:
            station.change(now, lambda moment: action(station, moment))
        else:
            station.plan(at, lambda moment: action(station, moment))

    # ---- by hand: stations and locations

    def set_fault(
        self,
        station_id: str,
        connector_id: str | None = None,
        text: str = "Insulation resistance too low",
        reason: StopReason = StopReason.GROUND_FAULT,
    ) -> None:
        """Break a connector, or all of a station's, until `clear_fault`; charging there ends."""
        now = self._now()
        station = self._live(station_id, now)
        chosen = _chosen(station, connector_id)

        def break_all(at: datetime) -> None:
            for connector in chosen:
                connector.set_fault(at, text, reason, None)

        station.change(now, break_all)

    def clear_fault(self, station_id: str, connector_id: str | None = None) -> None:
        """Repair a connector, or all of a station's."""
        now = self._now()
        station = self._live(station_id, now)
        chosen = _chosen(station, connector_id)

        def repair_all(at: datetime) -> None:
            for connector in chosen:
                connector.clear_fault(at)

        station.change(now, repair_all)

    def set_offline(self, station_id: str) -> None:
        """Cut a station's link to the cloud: what was known last stays known, charging goes on unseen."""
        now = self._now()
        station = self._live(station_id, now)
        station.change(now, station.set_offline)

    def set_online(self, station_id: str) -> None:
        """Give a station its link back."""
        now = self._now()
        station = self._live(station_id, now)
        station.change(now, station.set_online)

    def set_in_service(self, station_id: str, in_service: bool) -> None:
        """Take a station out of service or back into it; a running session goes on."""
        self._live(station_id, self._now()).in_service = in_service

    def set_connector_in_service(
        self, station_id: str, connector_id: str, in_service: bool
    ) -> None:
        """Take a connector out of service or back into it; a running session goes on."""
        connector = self._live(station_id, self._now()).connector(connector_id)
        connector.in_service = in_service

    def restart(self, station_id: str, seconds: float) -> None:
        """Have a station start anew: its link is gone for so long, charging goes on unseen."""
        now = self._now()
        station = self._live(station_id, now)
        station.change(now, lambda at: station.set_offline(at, seconds))

    def limit_power(
        self,
        station_id: str,
        watts: float,
        connector_id: str | None = None,
        *,
        session_only: bool = False,
    ) -> None:
        """Limit what a station, a connector or the session on one gets, in W.

        Raises:
            WorldError: if nothing runs there whose power could be limited.
        """
        now = self._now()
        station = self._live(station_id, now)
        if connector_id is None:
            thing: LiveStation | LiveConnector | Running = station
        else:
            connector = station.connector(connector_id)
            thing = connector.require_running() if session_only else connector

        def limit(at: datetime) -> None:
            thing.limit_w = watts

        station.change(now, limit)

    def add_station(
        self,
        location_id: str | None = None,
        *,
        name: str | None = None,
        connectors: int | None = None,
    ) -> StationView:
        """Add a free, unused station to a location, or to the first one."""
        now = self._now()
        place = location_id if location_id is not None else next(iter(self._locations))
        if place not in self._locations:
            raise NotInWorldError(f"no location {place!r}")
        station = self._put_station(now, place, connectors, unused=True)
        if name is not None:
            station.name = name
        return station.view(now)

    def remove_station(self, station_id: str) -> None:
        """Take a station out of the world, with its sessions."""
        self._live(station_id, self._now())
        del self._stations[station_id]

    def rename_station(self, station_id: str, name: str) -> None:
        """Give a station another name; its id stays."""
        self._live(station_id, self._now()).name = name

    def add_location(self, name: str | None = None) -> Location:
        """Add a location without stations."""
        location = self._put_location()
        if name is not None:
            self.rename_location(location.id, name)
        return self._locations[location.id]

    def rename_location(self, location_id: str, name: str) -> None:
        """Give a location another name; its id stays."""
        if location_id not in self._locations:
            raise NotInWorldError(f"no location {location_id!r}")
        self._locations[location_id] = replace(self._locations[location_id], name=name)


def _chosen(station: LiveStation, connector_id: str | None) -> list[LiveConnector]:
    """Return one connector of a station, or all."""
    if connector_id is None:
        return list(station.connectors.values())
    return [station.connector(connector_id)]
