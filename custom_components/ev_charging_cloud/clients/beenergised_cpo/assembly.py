"""Putting together what be.ENERGISED tells of the same objects in different lists."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from ..model import Connector, MaintenanceWindow, Station

type Windows = Sequence[MaintenanceWindow]
# What an object was made of, and the object; of the same it is not made again.
type Made[ObjectT] = dict[str, tuple[tuple[object, ...], ObjectT]]


class Assembly:
    """Makes whole stations and connectors; what did not change stays the same object."""

    def __init__(self) -> None:
        """Begin with nothing made."""
        self._stations: Made[Station] = {}
        self._connectors: Made[Connector] = {}

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
        before, self._stations = self._stations, {}
        for station in stations:
            own = tuple(windows.get(station.id, ()))
            location_id = station.location_id or locations.get(station.id)
            parts = (station, own, location_id)
            made = before.get(station.id)
            if made is None or made[0] != parts:
                whole = replace(station, maintenance=own, location_id=location_id)
                made = parts, whole
            self._stations[station.id] = made
        return tuple(whole for _, whole in self._stations.values())

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
        before, self._connectors = self._connectors, {}
        for station_id, connector in connectors:
            own = tuple(
                window
                for window in windows.get(station_id, ())
                if window.connector_id in {None, connector.id}
            )
            online = stations[station_id].online
            parts = (connector, station_id, online, own)
            made = before.get(connector.id)
            if made is None or made[0] != parts:
                whole = replace(
                    connector, station_id=station_id, online=online, maintenance=own
                )
                made = parts, whole
            self._connectors[connector.id] = made
        return tuple(whole for _, whole in self._connectors.values())
