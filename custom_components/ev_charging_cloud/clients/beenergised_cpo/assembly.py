"""Putting together what be.ENERGISED tells of the same objects in different lists."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from ..model import Connector, MaintenanceWindow, Station
from ..reading.same import MadeEach

type Windows = Sequence[MaintenanceWindow]


class Assembly:
    """Makes whole stations and connectors; what did not change stays the same object."""

    def __init__(self) -> None:
        """Begin with nothing made."""
        self._stations = MadeEach[Station]()
        self._connectors = MadeEach[Connector]()

    def stations(
        self,
        stations: Iterable[Station],
        windows: Mapping[str, Windows],
        locations: Mapping[str, str],
    ) -> tuple[Station, ...]:
        """Return stations with their maintenance and their locations.

        Args:
            stations: as they are listed.
            windows: by the station's id.
            locations: ids, by the station's id, as the locations tell them.
        """
        self._stations.begin()
        return tuple(
            self._station(
                station,
                tuple(windows.get(station.id, ())),
                station.location_id or locations.get(station.id),
            )
            for station in stations
        )

    def _station(
        self, station: Station, own: Windows, location_id: str | None
    ) -> Station:
        return self._stations.of(
            station.id,
            (station, own, location_id),
            lambda: replace(station, maintenance=own, location_id=location_id),
        )

    def connectors(
        self,
        connectors: Iterable[tuple[str, Connector]],
        windows: Mapping[str, Windows],
        stations: Mapping[str, Station],
    ) -> tuple[Connector, ...]:
        """Return connectors with their maintenance and what their stations tell.

        Args:
            connectors: as they are listed, each with its station's id.
            windows: by the station's id.
            stations: by their ids.
        """
        self._connectors.begin()
        return tuple(
            self._connector(
                connector,
                station_id,
                stations[station_id].online,
                _of_connector(connector, windows.get(station_id, ())),
            )
            for station_id, connector in connectors
        )

    def _connector(
        self, connector: Connector, station_id: str, online: bool | None, own: Windows
    ) -> Connector:
        return self._connectors.of(
            connector.id,
            (connector, station_id, online, own),
            lambda: replace(
                connector, station_id=station_id, online=online, maintenance=own
            ),
        )


def _of_connector(connector: Connector, windows: Windows) -> Windows:
    """Return the windows of a connector, of those of its station."""
    if not windows:
        return ()
    return tuple(
        window for window in windows if window.connector_id in {None, connector.id}
    )
