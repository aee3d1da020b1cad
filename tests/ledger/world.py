"""A month of charging with everything that vendors get wrong, and its true record."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import random

from custom_components.ev_charging_cloud.clients.enums import SessionStatus
from custom_components.ev_charging_cloud.clients.model import ChargingSession, Money
from custom_components.ev_charging_cloud.ledger import Interval, Sighting

BEGIN = datetime(2026, 3, 10, tzinfo=UTC)
MONTH = timedelta(days=30)
MINUTE = timedelta(minutes=1)
HALF_HOUR = timedelta(minutes=30)
POLL = timedelta(minutes=10)
# Nothing is read for a day.
OUTAGE = (BEGIN + timedelta(days=11, hours=7), BEGIN + timedelta(days=12, hours=7))


@dataclass
class TrueSession:
    """A session as it really was; ``powers`` are in W, one for each minute."""

    id: str
    connector_id: str
    vehicle_id: str
    driver: str
    start: datetime
    charging_start: datetime
    powers: list[float]
    end: datetime
    cost: Money
    energies: list[float] = field(init=False)

    def __post_init__(self) -> None:
        """Add up the energy, in Wh, after each minute."""
        total = 0.0
        self.energies = [0.0]
        for power in self.powers:
            total += power / 60
            self.energies.append(round(total, 3))

    @property
    def charging_end(self) -> datetime:
        """Return when energy stopped to flow."""
        return self.charging_start + len(self.powers) * MINUTE

    @property
    def energy(self) -> float:
        """Return all of the energy."""
        return self.energies[-1]

    def energy_at(self, moment: datetime) -> float:
        """Return the energy so far."""
        minutes = int((moment - self.charging_start) / MINUTE)
        return self.energies[min(max(minutes, 0), len(self.powers))]

    def hours(self) -> dict[datetime, float]:
        """Return what really flowed in each hour."""
        found: dict[datetime, float] = {}
        for minute, power in enumerate(self.powers):
            moment = self.charging_start + minute * MINUTE
            hour = moment.replace(minute=0)
            found[hour] = found.get(hour, 0.0) + power / 60
        return found


class World:
    """Two connectors with a month of sessions."""

    def __init__(self, seed: int) -> None:
        """Make up what happens."""
        self.rng = random.Random(seed)
        self.sessions: list[TrueSession] = []
        for connector_id, currency in (("1", "EUR"), ("2", "CHF")):
            moment = BEGIN + self.rng.randrange(600) * MINUTE
            while moment < BEGIN + MONTH - timedelta(days=1):
                session = self._session(connector_id, currency, moment)
                self.sessions.append(session)
                moment = session.end + self.rng.randrange(10, 900) * MINUTE

    def polls(self) -> Iterator[tuple[datetime, list[Sighting]]]:
        """Yield what each poll sees: of each connector the latest session, more or less."""
        moment = BEGIN
        while moment < BEGIN + MONTH:
            if not OUTAGE[0] <= moment < OUTAGE[1]:
                seen = [self._seen(number, moment) for number in ("1", "2")]
                yield moment, [each for each in seen if each is not None]
            moment += POLL

    def history(self) -> list[Sighting]:
        """Return the listing of all sessions, with half-hourly energy."""
        return [
            Sighting(
                session=self._told(session, session.end, is_final=True),
                driver=session.driver,
                intervals=tuple(_intervals(session)),
            )
            for session in self.sessions
        ]

    def _session(
        self, connector_id: str, currency: str, start: datetime
    ) -> TrueSession:
        rng = self.rng
        charging_start = start + rng.randrange(1, 60) * MINUTE
        top = rng.choice((3700.0, 7400.0, 11000.0, 22000.0))
        powers = [top * rng.uniform(0.7, 1.0) for _ in range(rng.randrange(20, 400))]
        charging_end = charging_start + len(powers) * MINUTE
        return TrueSession(
            id=f"{connector_id}-{start:%d%H%M}",
            connector_id=connector_id,
            vehicle_id=rng.choice(("red", "blue")),
            driver=rng.choice(("Anna", "Ben")),
            start=start,
            charging_start=charging_start,
            powers=powers,
            end=charging_end + rng.randrange(0, 300) * MINUTE,
            cost=Money(float(rng.randrange(100, 3000)), currency),
        )

    def _seen(self, connector_id: str, moment: datetime) -> Sighting | None:
        begun = [
            session
            for session in self.sessions
            if session.connector_id == connector_id and session.start <= moment
        ]
        if not begun:
            return None
        session = begun[-1]
        # For a poll the one before is shown again.
        if len(begun) > 1 and self.rng.random() < 0.02:
            session = begun[-2]
        told = self._told(session, moment, is_final=False)
        return Sighting(session=told, driver=session.driver)

    def _told(
        self, session: TrueSession, moment: datetime, *, is_final: bool
    ) -> ChargingSession:
        """Return what the vendor tells of a session, which may be odd for a poll."""
        rng = self.rng
        is_over = moment >= session.end
        energy: float | None = session.energy_at(moment)
        start: datetime | None = session.start
        if not is_final:
            oddity = rng.random()
            if oddity < 0.03:
                energy = 0.0
            elif oddity < 0.05:
                energy = None
            elif oddity < 0.07 and not is_over and energy:
                energy = round(energy * 0.9, 3)
            if moment < session.start + 15 * MINUTE:
                # It is told late, and wrong by some seconds at first.
                start = None
            elif moment < session.start + 45 * MINUTE:
                start = session.start + timedelta(seconds=3)
        # Costs come hours after the end.
        is_costed = is_final or moment > session.end + timedelta(hours=3)
        return ChargingSession(
            id=session.id,
            status=SessionStatus.COMPLETED if is_over else SessionStatus.ACTIVE,
            station_id="station",
            connector_id=session.connector_id,
            vehicle_id=session.vehicle_id,
            started_at=start,
            ended_at=session.end if is_over else None,
            charging_started_at=session.charging_start
            if moment >= session.charging_start
            else None,
            charging_ended_at=session.charging_end
            if moment >= session.charging_end
            else None,
            energy=energy,
            cost=session.cost if is_costed else None,
        )


def _intervals(session: TrueSession) -> Iterator[Interval]:
    """Yield the energy of each half-hour of the clock."""
    start = session.charging_start
    while start < session.charging_end:
        half = start.replace(minute=start.minute // 30 * 30) + HALF_HOUR
        end = min(half, session.charging_end)
        energy = session.energy_at(end) - session.energy_at(start)
        yield Interval(start, end, round(energy, 3))
        start = end
