"""Puts together what the lists of an account told: stations, their makes, their vehicles."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import chain
from operator import attrgetter

from msgspec.structs import replace

from ..model import Connector, Location, Station, Vehicle
from ..reading.items import Items
from ..reading.same import Made, Mapped
from ..snapshot import LiveState
from .fleet import Seen, vehicles_of
from .mapping import Make, StationRead

CONNECTORS: attrgetter[tuple[Connector, ...]] = attrgetter("connectors")
LOCATION: attrgetter[Location | None] = attrgetter("location")
NOTHING = Items[StationRead]([], [])


class Assembly:
    """Makes live states; the very same again where nothing in them is otherwise."""

    def __init__(self) -> None:
        """Begin with nothing known of how stations were made."""
        self._stations = Mapped(self._station)
        self._connectors = Mapped(CONNECTORS)
        self._locations = Mapped(LOCATION)
        self._all_connectors = Made[tuple[Connector, ...]]()
        self._all_locations = Made[Mapping[str, Location]]()
        self._occupied = Made[Mapping[str, Connector]]()
        self._vehicles: tuple[Vehicle, ...] = ()
        self._live = Made[LiveState]()
        # How stations were made, and what their groups may draw, as it was read last.
        self._makes: Mapping[str, Make] = {}
        self._limits: Mapping[str, float] = {}

    def take_makes(self, makes: Mapping[str, Make]) -> None:
        """Have stations be made so from now on, by their ids."""
        if makes != self._makes:
            self._makes = makes
            self._stations = Mapped(self._station)

    def take_limits(self, limits: Mapping[str, float]) -> None:
        """Have groups draw at most so much from now on, in A by their ids."""
        if limits != self._limits:
            self._limits = limits
            self._stations = Mapped(self._station)

    def of(self, found: Items[StationRead] | None, fleet: Seen) -> LiveState:
        """Return what there is.

        Args:
            found: the stations that were read; None where they could not be listed.
            fleet: what is known of the vehicles.
        """
        found = found or NOTHING
        stations = self._stations.of(found.read)
        vehicles = self._vehicles_now(found, fleet)
        has_all = fleet.has_all_vehicles
        return self._live.of(
            (found, stations, vehicles, has_all),
            lambda: self._put_together(found, stations, vehicles, has_all=has_all),
        )

    def _put_together(
        self,
        found: Items[StationRead],
        stations: tuple[Station, ...],
        vehicles: tuple[Vehicle, ...],
        *,
        has_all: bool,
    ) -> LiveState:
        connectors = self._connectors.of(found.read)
        locations = self._locations.of(found.read)
        return LiveState(
            stations=stations,
            connectors=self._all_connectors.of(
                (connectors,), lambda: tuple(chain.from_iterable(connectors))
            ),
            locations=self._all_locations.of(
                (locations,),
                lambda: {told.id: told for told in locations if told},
            ),
            vehicles=vehicles,
            uncertain=frozenset() if has_all else frozenset({Vehicle}),
            skipped=tuple(found.skipped),
        )

    def _vehicles_now(
        self, found: Items[StationRead], fleet: Seen
    ) -> tuple[Vehicle, ...]:
        """Return the fleet's vehicles, the very same where nothing about them changed."""
        occupied = self._occupied.of(
            (found,),
            lambda: {
                id_: at for read in found.read for id_, at in read.occupied.items()
            },
        )
        vehicles = vehicles_of(fleet, occupied, datetime.now(UTC))
        if vehicles != self._vehicles:
            self._vehicles = vehicles
        return self._vehicles

    def _station(self, read: StationRead) -> Station:
        limit = self._limits.get(read.group_id) if read.group_id else None
        make = self._makes.get(read.station.id)
        station = make.added_to(read.station) if make else read.station
        return station if limit is None else replace(station, group_current=limit)
