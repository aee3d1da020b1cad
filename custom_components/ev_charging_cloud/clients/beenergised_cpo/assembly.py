"""Putting together what be.ENERGISED tells of the same objects in different lists."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from ..model import Connector, MaintenanceWindow, Station
from ..reading.same import MadeRows

type Windows = Sequence[MaintenanceWindow]


class Assembly:
    """Makes whole stations and connectors; what did not change stays the same object."""

    def __init__(self) -> None:
        """Begin with nothing made."""
        self._windows: Mapping[str, Windows] = {}
        self._stations = MadeRows[Station]()
        self._connectors = MadeRows[Connector]()

    def plan(self, windows: Mapping[str, Windows]) -> None:
        """Take the maintenance, by the station's id, that all are made with from now on."""
        if windows != self._windows:
            self._windows = windows
            self._stations, self._connectors = MadeRows(), MadeRows()

    def stations(
        self, stations: Sequence[Station], locations: Mapping[str, str]
    ) -> tuple[Station, ...]:
        """Return stations with their maintenance and their locations.

        Args:
            stations: as they are listed.
            locations: ids, by the station's id, as the locations tell them.
        """
        at = [station.location_id or locations.get(station.id) for station in stations]

        def make(row: int) -> Station:
            station = stations[row]
            return replace(
                station,
                maintenance=tuple(self._windows.get(station.id, ())),
                location_id=at[row],
            )

        return self._stations.of((stations, at), make)

    def connectors(
        self,
        connectors: Sequence[tuple[str, Connector]],
        stations: Mapping[str, Station],
    ) -> tuple[Connector, ...]:
        """Return connectors with their maintenance and what their stations tell.

        Args:
            connectors: as they are listed, each with its station's id.
            stations: by their ids.
        """
        listed = [connector for _, connector in connectors]
        of = [station_id for station_id, _ in connectors]
        online = [stations[station_id].online for station_id in of]

        def make(row: int) -> Connector:
            connector, station_id = listed[row], of[row]
            return replace(
                connector,
                station_id=station_id,
                online=online[row],
                maintenance=_of_connector(connector, self._windows.get(station_id, ())),
            )

        return self._connectors.of((listed, of, online), make)


def _of_connector(connector: Connector, windows: Windows) -> Windows:
    """Return the windows of a connector, of those of its station."""
    if not windows:
        return ()
    return tuple(
        window for window in windows if window.connector_id in {None, connector.id}
    )
