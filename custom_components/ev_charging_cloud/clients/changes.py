"""What changed from one poll to the next."""

from collections.abc import Iterator

from msgspec import Struct

from .refs import (
    ACCOUNT,
    DRIVER,
    MAINTENANCE,
    SUPPLY,
    ConnectorRef,
    HomeEnergyRef,
    LocationRef,
    Ref,
    StationRef,
    VehicleRef,
    refs_of,
)
from .snapshot import Snapshot


class Changes(Struct, frozen=True, kw_only=True):
    """What differs between two snapshots."""

    changed: frozenset[Ref]
    came: frozenset[Ref]
    went: frozenset[Ref]

    @staticmethod
    def none() -> Changes:
        """Return the difference between a snapshot and itself."""
        return _NONE

    def __bool__(self) -> bool:
        """Tell whether anything differs."""
        return bool(self.changed or self.came or self.went)

    def all(self) -> frozenset[Ref]:
        """Return everything that differs in any way."""
        return self.changed | self.came | self.went


_NONE = Changes(changed=frozenset(), came=frozenset(), went=frozenset())


def compare(old: Snapshot | None, new: Snapshot) -> Changes:
    """Tell what changed, came and went from one snapshot to the next.

    That a poll took place is no change: :class:`Poll` is left out.
    """
    if old is None:
        return Changes(
            changed=frozenset(), came=frozenset(refs_of(new)), went=frozenset()
        )
    changed: set[Ref] = set()
    if old.totals != new.totals:
        changed.add(ACCOUNT)
    for location_id, location_totals in new.location_totals.items():
        if old.location_totals.get(location_id) != location_totals or old.locations.get(
            location_id
        ) != new.locations.get(location_id):
            changed.add(LocationRef(location_id))
    changed.update(
        StationRef(station_id)
        for station_id, station in new.stations.items()
        if old.stations.get(station_id) != station
    )
    changed.update(
        ConnectorRef(*key)
        for key, connector in new.connectors.items()
        if old.connectors.get(key) != connector
    )
    changed.update(
        VehicleRef(vehicle_id)
        for vehicle_id, vehicle in new.vehicles.items()
        if old.vehicles.get(vehicle_id) != vehicle
    )
    changed.update(
        HomeEnergyRef(system_id)
        for system_id, system in new.home_energy.items()
        if old.home_energy.get(system_id) != system
    )
    if old.supply != new.supply:
        changed.add(SUPPLY)
    if old.maintenance != new.maintenance:
        changed.add(MAINTENANCE)
    if old.driver != new.driver:
        changed.add(DRIVER)
    came, went = frozenset(_lacking(old, new)), frozenset(_lacking(new, old))
    return Changes(changed=frozenset(changed - came), came=came, went=went)


def _lacking(old: Snapshot, new: Snapshot) -> Iterator[Ref]:
    """Yield references to what the old snapshot lacks, without one to anything else."""
    if old.supply is None and new.supply is not None:
        yield SUPPLY
    if old.driver is None and new.driver is not None:
        yield DRIVER
    yield from map(LocationRef, new.locations.keys() - old.locations.keys())
    yield from map(StationRef, new.stations.keys() - old.stations.keys())
    yield from (
        ConnectorRef(*key) for key in new.connectors.keys() - old.connectors.keys()
    )
    yield from map(VehicleRef, new.vehicles.keys() - old.vehicles.keys())
    yield from map(HomeEnergyRef, new.home_energy.keys() - old.home_energy.keys())
