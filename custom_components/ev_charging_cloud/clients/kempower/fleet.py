"""Vehicles, their schedules and power groups, where a customer's own file tells of them.

What the lists hold is documented (API reference, Vehicles and Load Balancing; the types
that correct it), their addresses only the file has. They change rarely and are read every
hour; where a vehicle is and how full, the sessions say that follow its plan.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Raw, Struct
from msgspec.structs import replace

from ..model import Connector, Vehicle
from ..reading.families import Families, Family, FamilyKind, FamilyState
from ..reading.items import ItemReader
from ..reading.moments import utc
from ..reading.report import ReadingReport
from ..reading.values import kilo, text
from ..transport.http import HttpClient
from . import wire
from .lists import read_list
from .openapi import Kind, Meaning, Operation, Scalar

KEEP = FamilyKind(keep=timedelta(days=1))
FAMILIES: Mapping[str, FamilyKind] = {
    "vehicles": KEEP,
    "schedules": KEEP,
    "power groups": KEEP,
}


class Listed(Struct, frozen=True):
    """The vehicles there are, and whether there can be no others."""

    vehicles: tuple[wire.Vehicle, ...]
    is_whole: bool


class Seen(Struct, frozen=True):
    """What was read last of the fleet: schedules by vehicle, groups by id."""

    listed: Listed | None = None
    is_fresh: bool = False
    schedules: Mapping[str, tuple[wire.EvSchedule, ...]] = {}
    limits: Mapping[str, float] = {}

    @property
    def has_all_vehicles(self) -> bool:
        """Whether there can be no vehicle that is not listed."""
        return self.is_fresh and self.listed is not None and self.listed.is_whole


class Fleet:
    """Knows vehicles, schedules and power groups, as far as the file says where they are."""

    def __init__(
        self,
        http: HttpClient,
        operations: Mapping[Kind, Operation],
        families: Families,
        report: ReadingReport,
    ) -> None:
        """Know nothing yet."""
        self._http = http
        self._operations = operations
        self._vehicles: Family[Listed] = Family(
            families, "vehicles", FAMILIES["vehicles"]
        )
        self._schedules: Family[Mapping[str, tuple[wire.EvSchedule, ...]]] = Family(
            families, "schedules", FAMILIES["schedules"]
        )
        self._groups: Family[Mapping[str, float]] = Family(
            families, "power groups", FAMILIES["power groups"]
        )
        self._vehicle_reader = ItemReader("vehicle", "id", wire.VEHICLE, _same, report)
        self._schedule_reader = ItemReader(
            "schedule", "evId", wire.SCHEDULE, _same, report
        )
        self._group_reader = ItemReader(
            "power group", "groupId", wire.POWER_GROUP, _same, report
        )
        self.seen = Seen()

    async def read(self, location_ids: Iterable[str]) -> None:
        """Read what the file tells of; what cannot be read costs itself.

        Args:
            location_ids: of all locations: some lists are asked for one by one.
        """
        ids = tuple(location_ids)
        listed = schedules = limits = None
        if (vehicles := self._operations.get(Kind.VEHICLES)) is not None:
            listed = await self._vehicles.read(lambda: self._list(vehicles, ids))
        if (plans := self._operations.get(Kind.SCHEDULES)) is not None:
            schedules = await self._schedules.read(lambda: self._plan(plans, ids))
        if (groups := self._operations.get(Kind.POWER_GROUPS)) is not None:
            limits = await self._groups.read(lambda: self._limits(groups))
        self.seen = Seen(
            listed,
            self._vehicles.state is FamilyState.FRESH,
            schedules or {},
            limits or {},
        )

    async def _list(
        self, operation: Operation, location_ids: tuple[str, ...]
    ) -> Listed:
        found = self._vehicle_reader.read_some(
            await self._read_all(operation, location_ids)
        )
        # One that belongs to several locations is listed at each.
        vehicles = {vehicle.id: vehicle for vehicle in found.read}
        return Listed(tuple(vehicles.values()), is_whole=not found.skipped)

    async def _plan(
        self, operation: Operation, location_ids: tuple[str, ...]
    ) -> Mapping[str, tuple[wire.EvSchedule, ...]]:
        raws = await self._read_all(operation, location_ids)
        plans: dict[str, tuple[wire.EvSchedule, ...]] = {}
        for plan in self._schedule_reader.read_some(raws).read:
            plans[plan.ev_id] = (*plans.get(plan.ev_id, ()), plan)
        return plans

    async def _limits(self, operation: Operation) -> Mapping[str, float]:
        raws = (await read_list(self._http, operation, {})).items
        groups = self._group_reader.read_some(raws).read
        return {
            group.group_id: group.max_current_a
            for group in groups
            if group.max_current_a is not None
        }

    async def _read_all(
        self, operation: Operation, location_ids: tuple[str, ...]
    ) -> list[Raw]:
        """Return all items, with a request for each location where that is demanded."""
        asked: tuple[dict[Meaning, Scalar], ...] = ({},)
        if Meaning.LOCATION in operation.meanings:
            asked = tuple({Meaning.LOCATION: id_} for id_ in location_ids)
        raws: list[Raw] = []
        for values in asked:
            raws += (await read_list(self._http, operation, values)).items
        return raws


def vehicles_of(
    seen: Seen, occupied: Mapping[str, Connector], now: datetime
) -> tuple[Vehicle, ...]:
    """Return the fleet's vehicles.

    Args:
        seen: what was read of the fleet.
        occupied: connectors by the ids of the vehicles whose plan they follow.
        now: what is planned for later counts.
    """
    return tuple(
        _vehicle(it, occupied.get(it.id), seen.schedules.get(it.id, ()), now)
        for it in (seen.listed.vehicles if seen.listed else ())
    )


def _vehicle(
    told: wire.Vehicle,
    connector: Connector | None,
    schedules: Iterable[wire.EvSchedule],
    now: datetime,
) -> Vehicle:
    session = connector.session if connector else None
    arrivals = (utc(plan.arrival) for plan in schedules)
    coming = [plan for plan in schedules if (at := utc(plan.departure)) and at > now]
    departure = min(coming, key=lambda plan: utc(plan.departure) or now, default=None)
    vehicle = Vehicle(
        id=told.id,
        is_fleet=True,
        name=text(told.name),
        model=text(told.model),
        battery_size=kilo(told.battery_kwh) or None,
        max_power=kilo(told.max_power_kw) or None,
        consumption=told.consumption or None,
        next_arrival=min((at for at in arrivals if at and at > now), default=None),
        next_departure=utc(departure.departure) if departure else None,
        target_state_of_charge=departure.target_soc if departure else None,
    )
    if connector is None or session is None:
        # Sessions of those that are scheduled name them.
        free = False if told.is_scheduled else None
        return replace(vehicle, plugged_in=free, charging=free)
    plan = session.plan
    return replace(
        vehicle,
        next_departure=vehicle.next_departure or (plan.departure if plan else None),
        target_state_of_charge=vehicle.target_state_of_charge
        or (plan.state_of_charge if plan else None),
        plugged_in=connector.plugged_in,
        charging=connector.is_charging,
        power=connector.power,
        state_of_charge=session.state_of_charge,
    )


def _same[ItemT](item: ItemT) -> ItemT:
    """Return a wire object as it is."""
    return item
