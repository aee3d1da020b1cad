"""What ev.energy tells of one object at a time only: one detail of one object a poll.

A detail that cannot be read costs only itself: it is not known, or stays what it was. What
changes rarely stays for days, what is so for the moment for some hours. Where the kind of
detail is not permitted, none of it is asked for a while.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct, structs

from ..errors import (
    AuthenticationError,
    ClientError,
    NotPermittedError,
    RateLimitedError,
)
from ..model import StationDetails
from ..reading.families import FIRST_WAIT, LONGEST_WAIT, Families, Family
from ..reading.values import text
from ..reading.words import plain
from ..transport.address import path_to
from . import wire
from .api import EvEnergyApi
from .families import FAMILIES
from .mapping import VehicleDetails

UNLINKED = "unintegrated"
# How strong a signal is, where a vehicle stands and how full it is, change within hours;
# a firmware, or how reliable thirty days were, in weeks.
MOMENTARY = timedelta(hours=6)
LASTING = timedelta(days=2)
# A charger's log tells its signal itself, mostly; what else there is changes seldom.
SELDOM = timedelta(hours=3)


class _Kept[DetailT](Struct, kw_only=True):
    """A detail of one object, and how often it could not be read since."""

    detail: DetailT | None = None
    read_at: datetime | None = None
    failures: int = 0
    next_try: datetime | None = None
    reason: str | None = None


class DetailKind[DetailT]:
    """One kind of detail, of any number of objects."""

    def __init__(
        self, families: Families, name: str, *, keep: timedelta = MOMENTARY
    ) -> None:
        """Know nothing yet.

        Args:
            families: of the account.
            name: of the family that it is.
            keep: how long it stands when there is no new one.
        """
        self.name = name
        self._keep = keep
        self._family = Family[bool](families, name, FAMILIES[name])
        self._objects: dict[str, _Kept[DetailT]] = {}

    def of(self, object_id: str) -> DetailT | None:
        """Return what is known of an object."""
        kept = self._objects.get(object_id)
        return kept.detail if kept and self.is_within(object_id, self._keep) else None

    def is_within(self, object_id: str, time: timedelta) -> bool:
        """Tell whether the last answer about an object is younger than some time."""
        kept = self._objects.get(object_id)
        if kept is None or kept.read_at is None:
            return False
        return datetime.now(UTC) - kept.read_at < time

    def is_due(self, object_id: str, *, every: timedelta = timedelta(0)) -> bool:
        """Tell whether it may be asked for now, and was not within some time."""
        now = datetime.now(UTC)
        off = self._family.report()
        if off is not None and now < off.next_try:
            return False
        kept = self._objects.get(object_id)
        if kept is None:
            return True
        if kept.read_at is not None and now < kept.read_at + every:
            return False
        return kept.next_try is None or now >= kept.next_try

    async def read(self, object_id: str, ask: Callable[[], Awaitable[DetailT]]) -> None:
        """Ask for it, and keep what is answered."""

        async def ask_one() -> bool:
            try:
                detail = await ask()
            except AuthenticationError, NotPermittedError, RateLimitedError:
                raise
            except ClientError as err:
                self._fail(object_id, err)
                return False
            self.keep(object_id, detail)
            return True

        await self._family.read(ask_one)

    def keep(self, object_id: str, detail: DetailT) -> None:
        """Keep what is known of an object now."""
        self._objects[object_id] = _Kept(detail=detail, read_at=datetime.now(UTC))

    def forget_others(self, object_ids: Sequence[str]) -> None:
        """Forget what is known of objects that are not there any more."""
        known = set(object_ids)
        self._objects = {id_: o for id_, o in self._objects.items() if id_ in known}

    @property
    def failing(self) -> Mapping[str, object]:
        """Of how many objects it cannot be read, and why not of one of them."""
        reasons = [kept.reason for kept in self._objects.values() if kept.failures]
        return {"objects": len(reasons), "reason": reasons[0]} if reasons else {}

    def _fail(self, object_id: str, err: ClientError) -> None:
        kept = self._objects.setdefault(object_id, _Kept())
        wait = min(FIRST_WAIT * 2 ** min(kept.failures, 10), LONGEST_WAIT)
        kept.failures += 1
        kept.next_try = datetime.now(UTC) + wait
        kept.reason = err.message


class Details:
    """The details of chargers and vehicles, each as old as its last turn."""

    def __init__(self, api: EvEnergyApi, families: Families) -> None:
        """Know nothing yet."""
        self._api = api
        self._connectivity = DetailKind[StationDetails](
            families, "connectivity", keep=LASTING
        )
        self._at_home = DetailKind[bool | None](families, "vehicle location")
        self._stated = DetailKind[float | None](families, "stated charge")
        self._turn = 0

    def of_station(self, evse_id: str) -> StationDetails | None:
        """Return what is known of a charger; its signal only while that is recent."""
        found = self._connectivity.of(evse_id)
        if found is None or self._connectivity.is_within(evse_id, MOMENTARY):
            return found
        return structs.replace(found, signal_strength=None)

    def of_vehicle(self, vehicle_id: str) -> VehicleDetails:
        """Return what is known of a vehicle."""
        return VehicleDetails(
            at_home=self._at_home.of(vehicle_id),
            stated_charge=self._stated.of(vehicle_id),
        )

    @property
    def failing(self) -> Mapping[str, object]:
        """Which details cannot be read of some objects, by kind."""
        kinds = (self._connectivity, self._at_home, self._stated)
        return {kind.name: kind.failing for kind in kinds if kind.failing}

    async def read_next(
        self,
        evses: Sequence[wire.Evse] | None,
        vehicles: Sequence[wire.Vehicle] | None,
    ) -> None:
        """Read one detail of the object whose turn it is; whatever fails, nothing else does.

        Args:
            evses: the chargers there are; None where that is not known.
            vehicles: the vehicles there are; None where that is not known.
        """
        # An empty list is an error: no reason to forget anything.
        if evses:
            self._connectivity.forget_others([evse.id for evse in evses])
        if vehicles:
            ids = [vehicle.id for vehicle in vehicles]
            self._at_home.forget_others(ids)
            self._stated.forget_others(ids)
        turns: list[wire.Evse | wire.Vehicle] = [*(evses or ()), *(vehicles or ())]
        for _ in turns:
            found = turns[self._turn % len(turns)]
            self._turn += 1
            try:
                if await self._read(found):
                    return
            except AuthenticationError:
                # That is for the next listing to say.
                return

    def keep_stated_charge(
        self, vehicle_id: str, found: wire.VehicleStateOfCharge
    ) -> None:
        """Keep what a person said of a vehicle's charge."""
        self._stated.keep(vehicle_id, found.state_of_charge_percentage)

    async def _read(self, found: wire.Evse | wire.Vehicle) -> bool:
        """Read the detail of an object; False where it is not due."""
        if isinstance(found, wire.Evse):
            return await self._read_due(
                self._connectivity,
                found.id,
                self._ask_connectivity,
                every=SELDOM if _tells_signal(found) else timedelta(0),
            )
        if plain(found.integrated or "") == UNLINKED:
            return await self._read_due(self._stated, found.id, self._ask_stated_charge)
        return await self._read_due(self._at_home, found.id, self._ask_at_home)

    async def _read_due[DetailT](
        self,
        kind: DetailKind[DetailT],
        object_id: str,
        ask: Callable[[str], Awaitable[DetailT]],
        *,
        every: timedelta = timedelta(0),
    ) -> bool:
        if not kind.is_due(object_id, every=every):
            return False
        await kind.read(object_id, lambda: ask(object_id))
        return True

    async def _ask_connectivity(self, evse_id: str) -> StationDetails:
        found = await self._api.get(
            "connectivity",
            path_to("/evses/{}/connectivity", evse_id),
            wire.EVSE_CONNECTIVITY,
        )
        return StationDetails(
            signal_strength=found.signal_strength_rssi_dbm,
            reliability=found.connection_reliability_30d,
            firmware=text(found.firmware_version),
        )

    async def _ask_at_home(self, vehicle_id: str) -> bool | None:
        logs = await self._api.get(
            "vehicle location",
            path_to("/vehicles/{}/location_logs", vehicle_id),
            wire.VEHICLE_LOCATION_LOGS,
            [("page_size", "1")],
        )
        return logs[0].at_home if logs else None

    async def _ask_stated_charge(self, vehicle_id: str) -> float | None:
        found = await self._api.get(
            "stated charge",
            path_to("/vehicles/{}/state_of_charge", vehicle_id),
            wire.VEHICLE_STATE_OF_CHARGE,
        )
        return found.state_of_charge_percentage


def _tells_signal(evse: wire.Evse) -> bool:
    log = evse.latest_status_log
    return (
        isinstance(log, wire.EvseStatusLog) and log.signal_strength_rssi_dbm is not None
    )
