"""Which station of be.ENERGISED each connector belongs to, as far as stations said so."""

from collections.abc import Collection, Iterable, Mapping


class Homes:
    """The stations of connectors, by what the stations themselves listed."""

    def __init__(self) -> None:
        """Begin with none known."""
        self._stations: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}
        self._before: dict[str, str] = {}

    def restore(self, stations: Mapping[str, str]) -> None:
        """Take over what was known before, by the connectors' ids."""
        for connector_id, station_id in stations.items():
            self._move(connector_id, station_id)

    def all(self) -> dict[str, str]:
        """Return the station of each connector."""
        return dict(self._stations)

    def of(self, connector_id: str) -> str | None:
        """Return the station of a connector; None where no station listed it."""
        return self._stations.get(connector_id)

    def settle(
        self,
        station_id: str,
        connector_ids: Collection[str],
        *,
        is_whole: bool,
        staying: Collection[str] = frozenset(),
    ) -> set[str]:
        """Take a station's word for its connectors.

        Args:
            station_id: the station.
            connector_ids: those that it lists.
            is_whole: whether it can have no others.
            staying: those that stay where they are until a station lists them.

        Returns:
            Those that it does not list any more, and that are nowhere now.
        """
        for connector_id in connector_ids:
            self._move(connector_id, station_id)
        if not is_whole:
            return set()
        members = self._members.get(station_id, set())
        lost = members.difference(connector_ids, staying)
        self._before.update(dict.fromkeys(lost, station_id))
        self._drop(lost)
        return lost

    def put_back(self, connector_ids: Iterable[str]) -> None:
        """Have connectors that are nowhere belong to the station that listed them last."""
        for connector_id in connector_ids:
            if (station_id := self._before.pop(connector_id, None)) is not None:
                self._move(connector_id, station_id)

    def keep(self, connector_ids: Iterable[str]) -> None:
        """Forget the connectors that are not among these: they are listed no more."""
        known = set(connector_ids)
        self._drop(self._stations.keys() - known)
        for connector_id in self._before.keys() - known:
            del self._before[connector_id]

    def _move(self, connector_id: str, station_id: str) -> None:
        before = self._stations.get(connector_id)
        if before is not None:
            self._members[before].discard(connector_id)
        self._stations[connector_id] = station_id
        self._members.setdefault(station_id, set()).add(connector_id)

    def _drop(self, connector_ids: Iterable[str]) -> None:
        for connector_id in connector_ids:
            self._members[self._stations.pop(connector_id)].discard(connector_id)
