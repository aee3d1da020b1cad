"""Meters and sums that do not fall: a fall is believed only when it lasts.

Clouds send a zero for a meter that was away for a moment, and sums that are short of a
part. Whoever adds up what such a value rises by would count the whole of it again. A
meter that was replaced, or a sum that was corrected, stays lower.

So is the start of a session, from which its sums count: what was first told stays, as
each new one would have all of it counted again.
"""

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime, timedelta

from msgspec import Struct, structs

from .enums import SessionStatus
from .model import ChargingSession, Connector, Driver, Station, Vehicle
from .reading.same import differing, with_new
from .refs import ConnectorRef, StationRef, VehicleRef
from .snapshot import LiveState, is_same

# A fall is believed once it was seen so often, and for so long.
POLLS_UNTIL_BELIEVED = 3
TIME_UNTIL_BELIEVED = timedelta(minutes=2)
# The sums of a session that only ever rise; money may be corrected or paid back.
SUMS = ("energy", "grid_energy", "solar_energy")


class _OwnSession(Struct, frozen=True, gc=False):
    """Stands for a session that is a driver's own, wherever it takes place."""

    session_id: str


# What has a meter or a session.
type Owner = StationRef | ConnectorRef | VehicleRef | _OwnSession


class _Sum(Struct, frozen=True, gc=False):
    """What is summed up of somebody's session."""

    owner: Owner
    name: str


class _Fall(Struct):
    """A value below the one that stands: since when, and in how many polls."""

    since: datetime
    polls: int = 0


class Steady:
    """Keeps the last value of each of many meters."""

    def __init__(self) -> None:
        """Know none."""
        self._values: dict[Hashable, float] = {}
        self._falls: dict[Hashable, _Fall] = {}

    def steady(
        self,
        key: Hashable,
        value: float | None,
        now: datetime,
        *,
        is_new: bool = True,
        is_final: bool = False,
    ) -> float | None:
        """Return a meter's value, or the one before it while a fall is in doubt.

        Args:
            key: which meter it is.
            value: as it was read in a poll; None where it was not told.
            now: when that was, by one and the same clock.
            is_new: whether it was read anew: the same reading once more proves nothing.
            is_final: whether the vendor says that it will not change any more.
        """
        if value is None:
            return None
        before = self._values.get(key)
        if (
            before is None
            or value >= before
            or is_final
            or (is_new and self._lasts(key, now))
        ):
            self._falls.pop(key, None)
            self._values[key] = value
            return value
        return before

    def last(self, key: Hashable) -> float | None:
        """Return the value that stands; None where none was ever told."""
        return self._values.get(key)

    def forget(self, key: Hashable) -> None:
        """Forget a meter."""
        self._values.pop(key, None)
        self._falls.pop(key, None)

    def _lasts(self, key: Hashable, now: datetime) -> bool:
        fall = self._falls.setdefault(key, _Fall(since=now))
        fall.polls += 1
        return (
            fall.polls >= POLLS_UNTIL_BELIEVED
            and now - fall.since >= TIME_UNTIL_BELIEVED
        )


class _Start(Struct, frozen=True, gc=False):
    """The session that something has, and the start that was first told of it."""

    session_id: str
    told: datetime | None


class _Look(Struct, frozen=True):
    """When a poll was made, and whether what it shows was read anew."""

    now: datetime
    is_new: bool


class _Settled[FoundT]:
    """Makes the readings of listed objects steady; of settled ones once."""

    def __init__(self, make: Callable[[FoundT, _Look], FoundT]) -> None:
        self._make = make
        self._told: tuple[FoundT, ...] = ()
        self._made: tuple[FoundT, ...] = ()
        # Where the readings are in doubt, so that time and further polls count.
        self._open: frozenset[int] = frozenset()

    @property
    def is_in_doubt(self) -> bool:
        """Whether any readings are in doubt."""
        return bool(self._open)

    def of(self, told: tuple[FoundT, ...], look: _Look) -> tuple[FoundT, ...]:
        """Return what is shown of a list of objects."""
        where = differing(self._told, told)
        if where is None:
            places: Iterable[int] = range(len(told))
            self._made, self._open = told, frozenset()
        else:
            places = sorted({*where, *self._open})
        made = {place: self._make(told[place], look) for place in places}
        self._open = self._open.difference(made) | {
            place for place, found in made.items() if found is not told[place]
        }
        self._made = with_new(self._made, made)
        self._told = told
        return self._made


class SteadyReadings:
    """Makes the meters and the sums of an account's live states steady.

    It sees every poll once, in order. An object that is the very one of the poll before
    costs next to nothing, unless its readings are in doubt.
    """

    def __init__(self) -> None:
        """Know no reading."""
        self._steady = Steady()
        self._starts: dict[Owner, _Start] = {}
        self._stations = _Settled[Station](self._station)
        self._connectors = _Settled[Connector](self._connector)
        self._vehicles = _Settled[Vehicle](self._vehicle)
        # The driver as told, and as made of that.
        self._drivers: tuple[Driver, Driver] | None = None
        # The live state as told, and as made of that.
        self._latest: tuple[LiveState, LiveState] | None = None

    def apply(self, live: LiveState, now: datetime) -> LiveState:
        """Return a live state with steady readings.

        Args:
            live: as the vendor told it.
            now: when it was read.

        Returns:
            The very same as before where nothing differs and nothing is in doubt.
        """
        latest = self._latest
        if latest is not None and is_same(latest[0], live) and not self._is_in_doubt:
            return latest[1]
        look = _Look(now, live.is_fresh)
        made = structs.replace(
            live,
            stations=self._stations.of(live.stations, look),
            connectors=self._connectors.of(live.connectors, look),
            vehicles=self._vehicles.of(live.vehicles, look),
            driver=self._driver(live.driver, now) if live.driver else None,
        )
        self._latest = live, made
        return made

    @property
    def _is_in_doubt(self) -> bool:
        """Whether time, or a further poll, may tell more of what was read."""
        drivers = self._drivers
        return (
            self._stations.is_in_doubt
            or self._connectors.is_in_doubt
            or self._vehicles.is_in_doubt
            or (
                drivers is not None
                and drivers[0] is not drivers[1]
                and drivers[0] != drivers[1]
            )
        )

    def _station(self, station: Station, look: _Look) -> Station:
        energy = self._steady.steady(
            StationRef(station.id), station.energy, look.now, is_new=look.is_new
        )
        if energy == station.energy:
            return station
        return structs.replace(station, energy=energy)

    def _connector(self, found: Connector, look: _Look) -> Connector:
        return self._with_session(ConnectorRef(found.station_id, found.id), found, look)

    def _vehicle(self, found: Vehicle, look: _Look) -> Vehicle:
        return self._with_session(VehicleRef(found.id), found, look)

    def _with_session[FoundT: (Connector, Vehicle)](
        self, owner: Owner, found: FoundT, look: _Look
    ) -> FoundT:
        if found.session is None:
            return found
        session = self._session(owner, found.session, look)
        if session is found.session:
            return found
        return structs.replace(found, session=session)

    def _driver(self, driver: Driver, now: datetime) -> Driver:
        """Return a driver; one that is the very same once more is nothing to look at."""
        known = self._drivers
        if known is not None and known[0] is driver and known[1] == driver:
            return known[1]
        made = self._steady_driver(driver, _Look(now, is_new=True))
        if known is not None and known[1] == made:
            made = known[1]
        self._drivers = driver, made
        return made

    def _steady_driver(self, driver: Driver, look: _Look) -> Driver:
        """Return a driver; a session that stands in several places is read once."""
        made: dict[str, ChargingSession] = {}
        for session in (driver.running, driver.last, *driver.sessions):
            if session is not None and session.id not in made:
                owner = _OwnSession(session.id)
                made[session.id] = self._session(owner, session, look)
        for known in tuple(self._starts):
            if isinstance(known, _OwnSession) and known.session_id not in made:
                del self._starts[known]
                self._forget_sums(known)
        return structs.replace(
            driver,
            running=made[driver.running.id] if driver.running else None,
            last=made[driver.last.id] if driver.last else None,
            sessions=tuple(made[session.id] for session in driver.sessions),
        )

    def _session(
        self, owner: Owner, session: ChargingSession, look: _Look
    ) -> ChargingSession:
        start = self._starts.get(owner)
        if start is None or start.session_id != session.id:
            self._forget_sums(owner)
            start = _Start(session.id, session.started_at)
        elif start.told is None:
            start = _Start(session.id, session.started_at)
        self._starts[owner] = start
        changes: dict[str, object] = {}
        if start.told != session.started_at:
            changes["counted_from"] = start.told
        for name in SUMS:
            told: float | None = getattr(session, name)
            is_over = session.status is SessionStatus.COMPLETED
            stands = self._steady.steady(
                _Sum(owner, name),
                told,
                look.now,
                is_new=look.is_new,
                is_final=is_over,
            )
            if told is None and is_over:
                # What a session came to stays, though it is not told any more.
                stands = self._steady.last(_Sum(owner, name))
            if stands != told:
                changes[name] = stands
        return structs.replace(session, **changes) if changes else session

    def _forget_sums(self, owner: Owner) -> None:
        for name in SUMS:
            self._steady.forget(_Sum(owner, name))
