"""A world of EV charging, seeded and deterministic: how it is made and read.

Reading it brings it up to the clock's present first. What is read are frozen views.
"""

from collections.abc import Iterator
from datetime import datetime
from math import ceil

from simulator.homes import Homes

from .beginning import (
    FAULTED_STATION,
    UNUSED_STATION,
    Scene,
    make_connectors,
    scene_for,
)
from .catalogue import make_location, make_station
from .clock import Clock
from .model import (
    ConnectorView,
    Location,
    NotInWorldError,
    Phase,
    Session,
    StationSpec,
    StationView,
    StopReason,
    VehicleView,
)
from .station import LiveStation

STATIONS_PER_LOCATION = 250


class WorldState:
    """A world which can be looked at; see World."""

    def __init__(
        self,
        clock: Clock,
        *,
        seed: int = 1,
        stations: int = 6,
        connectors_per_station: int | None = None,
        arrivals: bool = True,
        quiet: bool = False,
        home_chargers: int = 2,
    ) -> None:
        """Make a world in its steady state.

        Args:
            clock: its time.
            seed: what everything random comes from.
            stations: how many.
            connectors_per_station: on each station; None is the world's own mix of 1 to 4.
            arrivals: whether vehicles come, faults occur and links are lost by themselves.
            quiet: everything is available and nothing happens by itself; the past is there.
            home_chargers: how many the first household has, with a car for each.

        Raises:
            ValueError: if a count makes no sense.
        """
        if stations < 0 or (
            connectors_per_station is not None and connectors_per_station < 1
        ):
            raise ValueError(
                "a world has 0 or more stations, with 1 or more connectors each"
            )
        self.clock = clock
        self.seed = seed
        self.homes = Homes(
            clock, seed=seed, chargers=home_chargers, arrivals=arrivals, quiet=quiet
        )
        self._arrivals = arrivals and not quiet
        self._quiet = quiet
        self._locations: dict[str, Location] = {}
        self._stations: dict[str, LiveStation] = {}
        self._made_locations = self._made_stations = self._made_connectors = 0
        now = clock.now()
        for _ in range(
            max(2 if stations >= 4 else 1, ceil(stations / STATIONS_PER_LOCATION))
        ):
            self._put_location()
        places = list(self._locations)
        for index in range(stations):
            self._put_station(
                now, places[index * len(places) // stations], connectors_per_station
            )
        if stations > FAULTED_STATION and not quiet:
            self._break_first(now)

    # ---- reading

    @property
    def locations(self) -> dict[str, Location]:
        """Return the locations by id."""
        return dict(self._locations)

    @property
    def quiet(self) -> bool:
        """Return whether everything began available and nothing happens by itself."""
        return self._quiet

    @property
    def specs(self) -> dict[str, StationSpec]:
        """Return what the stations are, by id and in order; quick, as no station is brought up to the present."""
        return {
            station_id: station.spec for station_id, station in self._stations.items()
        }

    @property
    def station_ids(self) -> list[str]:
        """Return the stations' ids, in order."""
        return list(self._stations)

    def stations(self, location_id: str | None = None) -> list[StationView]:
        """Return the stations of a location, or all."""
        now = self._now()
        return [
            self._brought_to(now, station).view(now)
            for station in self._stations.values()
            if location_id is None or station.location_id == location_id
        ]

    def station(self, station_id: str) -> StationView:
        """Return a station.

        Raises:
            NotInWorldError: if there is none of that id.
        """
        now = self._now()
        return self._live(station_id, now).view(now)

    def connector(self, station_id: str, connector_id: str) -> ConnectorView:
        """Return a connector as the cloud knows it.

        Raises:
            NotInWorldError: if there is none of that id.
        """
        for connector in self.station(station_id).connectors:
            if connector.spec.id == connector_id:
                return connector
        raise NotInWorldError(f"station {station_id} has no connector {connector_id!r}")

    def sessions(
        self, station_id: str, since: datetime | None = None
    ) -> Iterator[Session]:
        """Return a station's sessions, running ones too, latest start first, made as they are asked for.

        Args:
            station_id: the station.
            since: where to stop going back; None goes back to the beginning of the history.
        """
        now = self._now()
        for session in self._live(station_id, now).sessions(now):
            if since is not None and session.start < since:
                return
            yield session

    def vehicles(self, location_id: str | None = None) -> list[VehicleView]:
        """Return the fleet vehicles of a location, or all."""
        now = self._now()
        return [
            view
            for station in self._stations.values()
            if location_id is None or station.location_id == location_id
            for view in _vehicles_of(self._brought_to(now, station), now)
        ]

    # ---- inside

    def _now(self) -> datetime:
        """Return the present."""
        return self.clock.now()

    def _live(self, station_id: str, now: datetime) -> LiveStation:
        """Return a station, brought up to the present."""
        try:
            station = self._stations[station_id]
        except KeyError:
            raise NotInWorldError(f"no station {station_id!r}") from None
        return self._brought_to(now, station)

    @staticmethod
    def _brought_to(now: datetime, station: LiveStation) -> LiveStation:
        """Bring a station up to the present; stations do not touch each other, so each may lag behind."""
        station.advance(now)
        return station

    @staticmethod
    def _session(station: LiveStation, connector_id: str, now: datetime) -> Session:
        """Return the running session of a connector as it really is, link or no link."""
        connector = station.connector(connector_id)
        return connector.require_running().view(station.spec.id, connector.spec, now)

    def _put_location(self) -> Location:
        """Make the next location."""
        location = make_location(self.seed, self._made_locations)
        self._made_locations += 1
        self._locations[location.id] = location
        return location

    def _put_station(
        self,
        now: datetime,
        location_id: str,
        connectors: int | None,
        *,
        unused: bool = False,
    ) -> LiveStation:
        """Make the next station, each connector in its scene."""
        if connectors is not None and connectors < 1:
            raise ValueError("a station has 1 or more connectors")
        index = self._made_stations
        self._made_stations += 1
        spec = make_station(self.seed, index, connectors)
        scenes = [
            self._scene(spec.id, connector.id, unused=unused)
            for connector in spec.connectors
        ]
        if index == UNUSED_STATION:
            scenes[-1] = Scene.NEVER_USED
        if index == FAULTED_STATION and not (self._quiet or unused):
            scenes = [Scene.FREE] * len(scenes)
        live = make_connectors(self.seed, spec, location_id, now, scenes)
        station = LiveStation(self.seed, spec, f"Bay {index + 1}", location_id, live)
        if self._arrivals:
            station.expect_loss(now)
            for connector in live:
                connector.expect_arrival(now)
                connector.expect_fault(now)
        station.allocate()
        self._stations[spec.id] = station
        return station

    def _scene(self, station_id: str, connector_id: str, *, unused: bool) -> Scene:
        """Return what goes on at the next connector."""
        ordinal = self._made_connectors
        self._made_connectors += 1
        if unused:
            return Scene.NEVER_USED
        return (
            Scene.FREE
            if self._quiet
            else scene_for(self.seed, station_id, connector_id, ordinal)
        )

    def _break_first(self, now: datetime) -> None:
        """Begin with one station broken and unreachable: for a day, or for ever if nothing happens by itself."""
        station = list(self._stations.values())[FAULTED_STATION]
        length = 86_400.0 if self._arrivals else None
        for connector in station.connectors.values():
            connector.set_fault(
                now, "Power module failed", StopReason.POWER_LOSS, length
            )
        station.set_offline(now, length)
        station.allocate()


def _vehicles_of(station: LiveStation, now: datetime) -> Iterator[VehicleView]:
    """Return the fleet vehicles which belong to a station's connectors."""
    for connector in station.connectors.values():
        running = connector.running
        if running is not None and running.visit.vehicle.id == connector.own.id:
            yield VehicleView(
                vehicle=connector.own,
                soc=running.soc_at(now),
                charging=running.phase is Phase.CHARGING,
                power_w=running.power_w,
                station_id=station.spec.id,
                connector_id=connector.spec.id,
            )
            continue
        last = next(
            (
                past
                for past in connector.sessions()
                if past.vehicle.id == connector.own.id
            ),
            None,
        )
        yield VehicleView(
            connector.own,
            last.battery_soc if last is not None else 50.0,
            charging=False,
            power_w=0.0,
        )
