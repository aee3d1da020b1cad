"""What ev.energy tells of one object at a time only: one detail of one object a poll.

A detail that cannot be read costs only itself: it is not known, or stays what it was. What
changes rarely stays for days, what is so for the moment for some hours. Where the kind of
detail is not permitted, none of it is asked for a while.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from msgspec import Struct, structs

from ..errors import (
    AuthenticationError,
    ClientError,
    NotPermittedError,
    RateLimitedError,
)
from ..model import StationDetails
from ..reading.families import FIRST_WAIT, LONGEST_WAIT, Families, Family
from ..reading.same import Made
from ..reading.values import text
from ..reading.words import plain
from ..transport.address import path_to
from . import wire
from .api import EvEnergyApi
from .families import FAMILIES
from .mapping import KnownDetails

UNLINKED = "unintegrated"
# How strong a signal is, where a vehicle stands and how full it is, change within hours;
# a firmware, or how reliable thirty days were, in weeks.
MOMENTARY = timedelta(hours=6)
LASTING = timedelta(days=2)
# A charger's log tells its signal itself, mostly; what else there is changes seldom.
SELDOM = timedelta(hours=3)


class _Asked(Struct, kw_only=True):
    """When one object was last asked about, and how often in vain since."""

    read_at: datetime | None = None
    failures: int = 0
    next_try: datetime | None = None
    reason: str | None = None


class _Standing[ValueT]:
    """Values by ids, each of which stands for some time only."""

    def __init__(self, time: timedelta) -> None:
        self._time = time
        self._values: dict[str, ValueT] = {}
        # Since when, the oldest first.
        self._since: dict[str, datetime] = {}
        # As they were handed on; None where there are others by now.
        self._shown: Mapping[str, ValueT] | None = None

    def put(self, id_: str, value: ValueT) -> None:
        """Have a value stand from now on."""
        self.forget(id_)
        self._values[id_], self._since[id_] = value, datetime.now(UTC)
        self._shown = None

    def forget(self, id_: str) -> None:
        """Have nothing stand for an id."""
        self._values.pop(id_, None)
        self._since.pop(id_, None)
        self._shown = None

    def restate(self, id_: str, value: ValueT) -> None:
        """Have another value stand for as long as that of now does."""
        self._values[id_] = value
        self._shown = None

    def end_old(self) -> list[str]:
        """Forget the values whose time is over, and return their ids."""
        oldest = datetime.now(UTC) - self._time
        over = [*takewhile(lambda it: self._since[it] <= oldest, self._since)]
        for id_ in over:
            self.forget(id_)
        return over

    @property
    def now(self) -> Mapping[str, ValueT]:
        """The values that stand now: the very same mapping while none is another."""
        self.end_old()
        if self._shown is None:
            self._shown = {**self._values}
        return self._shown


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
        self._family = Family[bool](families, name, FAMILIES[name])
        self._objects: dict[str, _Asked] = {}
        self._known = _Standing[DetailT](keep)

    @property
    def known(self) -> Mapping[str, DetailT]:
        """What is known, by the ids of the objects."""
        return self._known.now

    def restate(self, object_id: str, detail: DetailT) -> None:
        """Have something else be known of an object, for as long as what is known now."""
        self._known.restate(object_id, detail)

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
        self._objects[object_id] = _Asked(read_at=datetime.now(UTC))
        self._known.put(object_id, detail)

    def forget_others(self, object_ids: Sequence[str]) -> None:
        """Forget what is known of objects that are not there any more."""
        for object_id in self._objects.keys() - set(object_ids):
            del self._objects[object_id]
            self._known.forget(object_id)

    @property
    def failing(self) -> Mapping[str, object]:
        """Of how many objects it cannot be read, and why not of one of them."""
        reasons = [kept.reason for kept in self._objects.values() if kept.failures]
        return {"objects": len(reasons), "reason": reasons[0]} if reasons else {}

    def _fail(self, object_id: str, err: ClientError) -> None:
        kept = self._objects.setdefault(object_id, _Asked())
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
        # Of whom the signal is recent.
        self._signals = _Standing[None](MOMENTARY)
        self._at_home = DetailKind[bool | None](families, "vehicle location")
        self._stated = DetailKind[float | None](families, "stated charge")
        self._turn = 0
        self._turns = Made[tuple[wire.Evse | wire.Vehicle, ...]]()

    @property
    def now(self) -> KnownDetails:
        """What is known now."""
        if over := self._signals.end_old():
            known = self._connectivity.known
            for id_ in known.keys() & over:
                without = structs.replace(known[id_], signal_strength=None)
                self._connectivity.restate(id_, without)
        return KnownDetails(
            stations=self._connectivity.known,
            at_home=self._at_home.known,
            stated_charge=self._stated.known,
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
        turns = self._turns.of(
            (evses, vehicles), lambda: self._take_turns(evses or (), vehicles or ())
        )
        for _ in turns:
            found = turns[self._turn % len(turns)]
            self._turn += 1
            try:
                if await self._read(found):
                    return
            except AuthenticationError:
                # That is for the next listing to say.
                return

    def _take_turns(
        self, evses: Sequence[wire.Evse], vehicles: Sequence[wire.Vehicle]
    ) -> tuple[wire.Evse | wire.Vehicle, ...]:
        """Return what is asked in turn, and forget what is not there any more."""
        # An empty list is an error: no reason to forget anything.
        if evses:
            self._connectivity.forget_others([evse.id for evse in evses])
        if vehicles:
            ids = [vehicle.id for vehicle in vehicles]
            self._at_home.forget_others(ids)
            self._stated.forget_others(ids)
        return (*evses, *vehicles)

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
        self._signals.put(evse_id, None)
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
