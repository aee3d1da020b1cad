"""Meters and sums that do not fall: a fall is believed only when it lasts.

Clouds send a zero for a meter that was away for a moment, and sums that are short of a
part. Whoever adds up what such a value rises by would count the whole of it again. A
meter that was replaced, or a sum that was corrected, stays lower.

So is the start of a session, from which its sums count: what was first told stays, as
each new one would have all of it counted again.
"""

from collections.abc import Hashable
from datetime import datetime, timedelta

from msgspec import Struct, structs

from .enums import SessionStatus
from .model import ChargingSession, Connector, Driver, Station, Vehicle
from .snapshot import LiveState, is_same

# A fall is believed once it was seen so often, and for so long.
POLLS_UNTIL_BELIEVED = 3
TIME_UNTIL_BELIEVED = timedelta(minutes=2)
# The sums of a session that only ever rise; money may be corrected or paid back.
SUMS = ("energy", "grid_energy", "solar_energy")

# What has a meter or a session: the kind of object, and what identifies it.
type Owner = tuple[str, ...]


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


class _Start(Struct, frozen=True):
    """The session that something has, and the start that was first told of it."""

    session_id: str
    told: datetime | None


class SteadyReadings:
    """Makes the meters and the sums of an account's live states steady.

    It sees every poll once, in order. An object that is the very one of the poll before
    costs next to nothing.
    """

    def __init__(self) -> None:
        """Know no reading."""
        self._steady = Steady()
        self._settled: dict[Owner, object] = {}
        self._starts: dict[Owner, _Start] = {}
        # The last state that was steady by itself.
        self._last: LiveState | None = None

    def apply(self, live: LiveState, now: datetime) -> LiveState:
        """Return a live state with steady readings.

        Args:
            live: as the vendor told it.
            now: when it was read.
        """
        if self._last is not None and is_same(live, self._last):
            return live
        is_new = live.is_fresh
        found = structs.replace(
            live,
            stations=tuple(self._station(it, now, is_new) for it in live.stations),
            connectors=tuple(
                self._with_session(("connector", it.station_id, it.id), it, now, is_new)
                for it in live.connectors
            ),
            vehicles=tuple(
                self._with_session(("vehicle", it.id), it, now, is_new)
                for it in live.vehicles
            ),
            driver=self._driver(live.driver, now) if live.driver else None,
        )
        self._last = live if is_same(live, found) else None
        return found

    def _station(self, station: Station, now: datetime, is_new: bool) -> Station:
        key = ("station", station.id)
        if self._settled.get(key) is station:
            return station
        energy = self._steady.steady(key, station.energy, now, is_new=is_new)
        if energy == station.energy:
            self._settled[key] = station
            return station
        self._settled.pop(key, None)
        return structs.replace(station, energy=energy)

    def _with_session[FoundT: (Connector, Vehicle)](
        self, owner: Owner, found: FoundT, now: datetime, is_new: bool
    ) -> FoundT:
        if found.session is None or self._settled.get(owner) is found:
            return found
        session = self._session(owner, found.session, now, is_new)
        if session is found.session:
            self._settled[owner] = found
            return found
        self._settled.pop(owner, None)
        return structs.replace(found, session=session)

    def _driver(self, driver: Driver, now: datetime) -> Driver:
        """Return a driver; a session that stands in several places is read once."""
        made: dict[str, ChargingSession] = {}
        for session in (driver.running, driver.last, *driver.sessions):
            if session is not None and session.id not in made:
                owner = ("driver", session.id)
                made[session.id] = self._session(owner, session, now, is_new=True)
        for kind, *ids in tuple(self._starts):
            if kind == "driver" and ids[0] not in made:
                del self._starts[kind, *ids]
                self._forget_sums((kind, *ids))
        return structs.replace(
            driver,
            running=made[driver.running.id] if driver.running else None,
            last=made[driver.last.id] if driver.last else None,
            sessions=tuple(made[session.id] for session in driver.sessions),
        )

    def _session(
        self, owner: Owner, session: ChargingSession, now: datetime, is_new: bool
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
                (*owner, name), told, now, is_new=is_new, is_final=is_over
            )
            if told is None and is_over:
                # What a session came to stays, though it is not told any more.
                stands = self._steady.last((*owner, name))
            if stands != told:
                changes[name] = stands
        return structs.replace(session, **changes) if changes else session

    def _forget_sums(self, owner: Owner) -> None:
        for name in SUMS:
            self._steady.forget((*owner, name))
