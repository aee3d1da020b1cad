"""References: ids that know where to look in a snapshot.

Everything that can change on its own has one (:class:`AccountRef`,
:class:`LocationRef`, :class:`StationRef`, :class:`ConnectorRef` and so on), so that its
holder never keeps an old object.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote

from msgspec import Struct

from .home_energy import HomeEnergy
from .model import Connector, Driver, Station, Supply, Vehicle
from .snapshot import Maintenance, Poll, Snapshot
from .totals import Totals


class AccountRef(Struct, frozen=True, gc=False):
    """Refers to the account as a whole."""

    @property
    def path(self) -> str:
        """Return what sets the object apart in its account; it must never change."""
        return "account"

    def find(self, snapshot: Snapshot) -> Totals | None:
        """Return the account's totals."""
        return snapshot.totals


class PollRef(Struct, frozen=True, gc=False):
    """Refers to how the latest poll went."""

    @property
    def path(self) -> str:
        """Return the account's path: the poll has no device of its own."""
        return ACCOUNT.path

    def find(self, snapshot: Snapshot) -> Poll | None:
        """Return the facts of the poll."""
        return snapshot.poll


class LocationRef(Struct, frozen=True, gc=False):
    """Refers to a location."""

    location_id: str

    @property
    def path(self) -> str:
        """Return what sets the object apart in its account; it must never change."""
        return f"location/{_safe(self.location_id)}"

    def find(self, snapshot: Snapshot) -> Totals | None:
        """Return the location's totals; None if the snapshot lacks the location."""
        return snapshot.location_totals.get(self.location_id)


class StationRef(Struct, frozen=True, gc=False):
    """Refers to a station."""

    station_id: str

    @property
    def path(self) -> str:
        """Return what sets the object apart in its account; it must never change."""
        return f"station/{_safe(self.station_id)}"

    def find(self, snapshot: Snapshot) -> Station | None:
        """Return the station; None if the snapshot lacks it."""
        return snapshot.stations.get(self.station_id)


class ConnectorRef(Struct, frozen=True, gc=False):
    """Refers to a connector, whose id is unique only inside its station."""

    station_id: str
    connector_id: str

    @property
    def path(self) -> str:
        """Return what sets the object apart in its account; it must never change."""
        return f"connector/{_safe(self.station_id)}/{_safe(self.connector_id)}"

    def find(self, snapshot: Snapshot) -> Connector | None:
        """Return the connector; None if the snapshot lacks it."""
        return snapshot.connectors.get((self.station_id, self.connector_id))


class VehicleRef(Struct, frozen=True, gc=False):
    """Refers to a vehicle."""

    vehicle_id: str

    @property
    def path(self) -> str:
        """Return what sets the object apart in its account; it must never change."""
        return f"vehicle/{_safe(self.vehicle_id)}"

    def find(self, snapshot: Snapshot) -> Vehicle | None:
        """Return the vehicle; None if the snapshot lacks it."""
        return snapshot.vehicles.get(self.vehicle_id)


class HomeEnergyRef(Struct, frozen=True, gc=False):
    """Refers to a home energy system."""

    system_id: str

    @property
    def path(self) -> str:
        """Return what sets the object apart in its account; it must never change."""
        return f"home_energy/{_safe(self.system_id)}"

    def find(self, snapshot: Snapshot) -> HomeEnergy | None:
        """Return the system; None if the snapshot lacks it."""
        return snapshot.home_energy.get(self.system_id)


class SupplyRef(Struct, frozen=True, gc=False):
    """Refers to the energy that the account is supplied with."""

    @property
    def path(self) -> str:
        """Return the account's path: supply has no device of its own."""
        return ACCOUNT.path

    def find(self, snapshot: Snapshot) -> Supply | None:
        """Return what is known of the supply."""
        return snapshot.supply


class MaintenanceRef(Struct, frozen=True, gc=False):
    """Refers to the maintenance windows of the whole account."""

    @property
    def path(self) -> str:
        """Return the account's path: the windows have no device of their own."""
        return ACCOUNT.path

    def find(self, snapshot: Snapshot) -> Maintenance | None:
        """Return the windows."""
        return snapshot.maintenance


class DriverRef(Struct, frozen=True, gc=False):
    """Refers to the person whose account it is, wherever the charging happens."""

    @property
    def path(self) -> str:
        """Return the account's path: a driver has no device but the account's."""
        return ACCOUNT.path

    def find(self, snapshot: Snapshot) -> Driver | None:
        """Return the driver; None where the account is no driver's."""
        return snapshot.driver


type Ref = (
    AccountRef
    | PollRef
    | SupplyRef
    | MaintenanceRef
    | DriverRef
    | LocationRef
    | StationRef
    | ConnectorRef
    | VehicleRef
    | HomeEnergyRef
)


class Finder[ObjectT](Protocol):
    """A reference whose object has a certain type."""

    @property
    def path(self) -> str:
        """Return what sets the object apart in its account."""

    def find(self, snapshot: Snapshot) -> ObjectT | None:
        """Return the object as the snapshot has it; None if it lacks it."""


ACCOUNT = AccountRef()
POLL = PollRef()
SUPPLY = SupplyRef()
MAINTENANCE = MaintenanceRef()
DRIVER = DriverRef()
# What is shown on the account's device, and has none of its own.
OF_ACCOUNT = (PollRef, SupplyRef, MaintenanceRef, DriverRef)


def refs_of(snapshot: Snapshot) -> Iterator[Ref]:
    """Yield a reference to everything in a snapshot, parents first."""
    yield ACCOUNT
    yield POLL
    if snapshot.supply is not None:
        yield SUPPLY
    yield MAINTENANCE
    if snapshot.driver is not None:
        yield DRIVER
    yield from map(LocationRef, snapshot.locations)
    yield from map(StationRef, snapshot.stations)
    yield from (ConnectorRef(*key) for key in snapshot.connectors)
    yield from map(VehicleRef, snapshot.vehicles)
    yield from map(HomeEnergyRef, snapshot.home_energy)


# As in a snapshot, see :func:`refs_of`.
ORDER: Sequence[type[Ref]] = (
    AccountRef,
    PollRef,
    SupplyRef,
    MaintenanceRef,
    DriverRef,
    LocationRef,
    StationRef,
    ConnectorRef,
    VehicleRef,
    HomeEnergyRef,
)


def parents_first(refs: Iterable[Ref]) -> list[Ref]:
    """Return references in an order of their own, parents first."""
    return sorted(refs, key=lambda ref: (ORDER.index(type(ref)), ref.path))


@lru_cache(maxsize=1 << 16)
def _safe(id_: str) -> str:
    """Return an id that holds no slash."""
    return quote(id_, safe="")
