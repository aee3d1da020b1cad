"""Home energy systems: what flows now, and a meter of what has flowed.

Source: the OpenAPI file of version 2 (``hem_systems``, ``live_power``,
``energy_stats``), for which an application needs the scope ``home_energy:read``.

Power and energy are told of one system at a time only: one request a poll, power mostly,
and the energy every few minutes. What power a system reported more than a quarter of an
hour ago is not known any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import msgspec

from ..client import Memory
from ..errors import AuthenticationError, ResponseError, UnexpectedAnswerError
from ..home_energy import Flow, HomeEnergy
from ..reading.families import Families, Family
from ..reading.items import ItemReader, Items
from ..reading.moments import utc
from ..reading.report import ReadingReport
from ..reading.same import MadeEach
from ..snapshot import Skipped
from ..transport.address import path_to
from ..transport.requests import VendorClock
from . import wire
from .api import EvEnergyApi
from .details import DetailKind
from .families import FAMILIES
from .home_meter import Meter, Period

PAGE = ("page_size", "100")
RESOLUTION = ("resolution", "PT30M")
# So long a power stands; and so old the system's own report may be.
RECENT = timedelta(minutes=15)
# A meter this often, power in between.
METER_EVERY = timedelta(minutes=5)
# Under which name meters are kept over restarts.
KEPT = "home_meters"
POWERS = {
    Flow.SOLAR: "generation_watts",
    Flow.HOME: "consumption_watts",
    Flow.GRID_IMPORT: "import_watts",
    Flow.GRID_EXPORT: "export_watts",
    Flow.BATTERY_CHARGE: "charge_watts",
    Flow.BATTERY_DISCHARGE: "discharge_watts",
}
ENERGIES = {
    Flow.SOLAR: "generation_wh",
    Flow.HOME: "consumption_wh",
    Flow.GRID_IMPORT: "import_wh",
    Flow.GRID_EXPORT: "export_wh",
    Flow.BATTERY_CHARGE: "charge_wh",
    Flow.BATTERY_DISCHARGE: "discharge_wh",
}


class HomeEnergyReader:
    """Reads the home energy systems of a user."""

    def __init__(
        self,
        api: EvEnergyApi,
        families: Families,
        report: ReadingReport,
        clock: VendorClock,
        memory: Memory | None,
    ) -> None:
        """Know nothing yet.

        Args:
            api: asks.
            families: of the account.
            report: counts what cannot be read.
            clock: the vendor's.
            memory: keeps the meters over restarts; None keeps nothing.
        """
        self._api = api
        self._clock = clock
        self._memory = memory
        self._systems = Family[Items[wire.Reference]](
            families, "home energy", FAMILIES["home energy"]
        )
        self._power = DetailKind[wire.LivePower](families, "home power", keep=RECENT)
        self._energy = DetailKind[None](families, "home meters", keep=RECENT)
        self._reader = ItemReader(
            "home energy system", "id", wire.REFERENCE, lambda it: it, report
        )
        self._meters: dict[str, Meter] | None = None
        self._only_over = False
        self._turn = 0
        self._turns: dict[tuple[str, str], int] = {}
        self._made = MadeEach[HomeEnergy]()

    @property
    def told(self) -> frozenset[Flow]:
        """The flows that were ever told of any system; empty without a system."""
        meters = self._meters or {}
        return frozenset(
            flow
            for id_ in self._ids
            for flow in (meters[id_].told if id_ in meters else ())
        )

    @property
    def has_all(self) -> bool:
        """Whether all systems there are were listed, and could be read."""
        found = self._systems.answer
        return found is not None and not found.skipped

    @property
    def failing(self) -> Mapping[str, object]:
        """Which details cannot be read of some systems, by kind."""
        kinds = (self._power, self._energy)
        return {kind.name: kind.failing for kind in kinds if kind.failing}

    @property
    def is_new(self) -> bool:
        """Whether there is a system that was never asked for its power or its energy."""
        kinds = (self._power.name, self._energy.name)
        return any(
            (kind, id_) not in self._turns for id_ in self._ids for kind in kinds
        )

    async def list(self) -> None:
        """Read which systems there are."""
        await self._systems.read(self._list)
        if self._ids:
            _ = await self._load()
            self._power.forget_others(self._ids)
            self._energy.forget_others(self._ids)

    async def read_next(self) -> None:
        """Ask for what is due of one system, if anything is; what fails costs only itself."""
        if not self._ids:
            return
        meters = await self._load()
        chosen = self._choose(meters)
        if chosen is None:
            return
        kind, id_ = chosen
        self._turn += 1
        self._turns[kind, id_] = self._turn
        try:
            if kind == self._power.name:
                await self._power.read(id_, lambda: self._ask_power(id_, meters[id_]))
            else:
                await self._energy.read(id_, lambda: self._ask_energy(id_, meters))
        except AuthenticationError:
            # That is for the next listing to say.
            return

    def look(self, now: datetime) -> tuple[HomeEnergy, ...]:
        """Return the systems as they are at a time of the vendor's.

        One of which nothing was ever told has nothing to show.
        """
        self._made.begin()
        meters = self._meters or {}
        return tuple(
            self._system(id_, meters[id_], now)
            for id_ in self._ids
            if id_ in meters and meters[id_].told
        )

    @property
    def _ids(self) -> Sequence[str]:
        found = self._systems.answer
        return [system.id for system in found.read] if found else ()

    def _choose(self, meters: dict[str, Meter]) -> tuple[str, str] | None:
        """Return what is asked for next: power and energy in turn, as far as they are due."""
        now = self._now()
        for id_ in self._ids:
            self._go_on(id_, meters)
        powers = [
            (self._power.name, id_) for id_ in self._ids if self._power.is_due(id_)
        ]
        energies = [
            (self._energy.name, id_)
            for id_ in self._ids
            if self._energy.is_due(id_, every=METER_EVERY)
            and meters[id_].window(now, only_over=self._only_over)
        ]
        last = max(self._turns, key=self._turns.__getitem__, default=None)
        was_power = last is not None and last[0] == self._power.name
        due = energies if energies and (was_power or not powers) else powers
        return min(due, key=lambda it: self._turns.get(it, 0), default=None)

    def _go_on(self, id_: str, meters: dict[str, Meter]) -> None:
        """See to it that a system has a meter that can go on."""
        now = self._now()
        known = meters.get(id_)
        if known is None or not known.is_of_use(now):
            meters[id_] = Meter.begin(now, known.told if known else ())

    def _now(self) -> int:
        return int(self._clock.now().timestamp())

    async def _list(self) -> Items[wire.Reference]:
        listing = await self._api.list("/hem_systems", [PAGE])
        found = self._reader.read_some(listing.items)
        if self._ids and not found.read:
            raise UnexpectedAnswerError("the list of home energy systems is empty")
        if listing.missing is None:
            return found
        more = Skipped("what follows in /hem_systems", listing.missing)
        return Items(found.read, [*found.skipped, more])

    async def _ask_power(self, id_: str, meter: Meter) -> wire.LivePower:
        found = await self._api.get(
            "live power", path_to("/hem_systems/{}/live_power", id_), wire.LIVE_POWER
        )
        meter.told.update(_flows(found, POWERS))
        return found

    async def _ask_energy(self, id_: str, meters: dict[str, Meter]) -> None:
        meter = meters[id_]
        window = meter.window(self._now(), only_over=self._only_over)
        if window is None:
            return
        try:
            found = await self._api.get(
                "energy statistics",
                path_to("/hem_systems/{}/energy_stats", id_),
                wire.ENERGY_STATS,
                [("start", _stamp(window[0])), ("end", _stamp(window[1])), RESOLUTION],
            )
        except ResponseError as err:
            # Whether a time may be asked for that is not over, no document says.
            self._only_over |= err.status == HTTPStatus.BAD_REQUEST
            raise
        meter.take(_periods(found.buckets), window[1], self._now())
        await self._save(meters)

    def _system(self, id_: str, meter: Meter, now: datetime) -> HomeEnergy:
        live = self._power.known.get(id_)
        reported_at = utc(live.sampled_at) if live else None
        is_recent = reported_at is not None and abs(now - reported_at) <= RECENT
        power = _flows(live, POWERS) if live and is_recent else {}
        energy, told, since = meter.energy, frozenset(meter.told), meter.since
        level = live.battery_state_of_charge_percentage if live and is_recent else None
        return self._made.of(
            id_,
            (reported_at, power, level, energy, since, told),
            lambda: HomeEnergy(
                id=id_,
                reported_at=reported_at,
                power=power,
                battery_level=level,
                energy=energy,
                counted_since=datetime.fromtimestamp(since, UTC),
                told=told,
            ),
        )

    async def _load(self) -> dict[str, Meter]:
        """Return the meters, as they were before the restart at first."""
        if self._meters is None:
            kept = await self._memory.async_load() if self._memory else {}
            try:
                self._meters = METERS.decode(kept.get(KEPT, "{}"))
            except msgspec.MsgspecError:
                # Another version of ours wrote it.
                self._meters = {}
        return self._meters

    async def _save(self, meters: dict[str, Meter]) -> None:
        """Keep the meters, but for those that nobody would go on with."""
        if self._memory is None:
            return
        now = self._now()
        kept = {id_: meter for id_, meter in meters.items() if meter.is_of_use(now)}
        await self._memory.async_save({KEPT: msgspec.json.encode(kept).decode()})


METERS = msgspec.json.Decoder(dict[str, Meter])


def _flows(
    found: wire.LivePower | wire.EnergyBucket, names: Mapping[Flow, str]
) -> Mapping[Flow, float]:
    """Return what is told of the flows."""
    told = ((flow, getattr(found, name)) for flow, name in names.items())
    return {flow: value for flow, value in told if value is not None}


def _periods(buckets: Iterable[wire.EnergyBucket]) -> Iterable[Period]:
    for bucket in buckets:
        start, end = utc(bucket.period_start), utc(bucket.period_end)
        if start is not None and end is not None:
            yield Period(
                int(start.timestamp()), int(end.timestamp()), _flows(bucket, ENERGIES)
            )


def _stamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
