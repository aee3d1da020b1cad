"""The days of a charger and its car: when they meet, made up from the date, so that past and future agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from simulator.world.catalogue import CARS, rng, unique_id

from .live import LiveCar, LiveCharger, LiveSession
from .model import HomeSession, Mode

#: how far back the history goes
HISTORY_DAYS = 90
#: what a public charger gives, in W; private cars take it on alternating current like everything else here
AWAY_W = 22_000.0
KM_PER_DAY = 38.0


@dataclass(frozen=True, slots=True)
class Stay:
    """When a car comes home and when it leaves again, and how much of its battery it has used by then."""

    arrives: datetime
    leaves: datetime
    used: float


def stay(seed: int, charger: LiveCharger, day: date) -> Stay:
    """Return the stay that begins on a day."""
    random = rng(seed, charger.charger.id, "stay", day)
    zone = ZoneInfo(charger.charger.home.tariff.timezone)
    arrives = datetime.combine(day, time(17, 30), zone) + timedelta(
        seconds=random.randrange(6_000)
    )
    leaves = datetime.combine(day + timedelta(days=1), time(7, 5), zone) + timedelta(
        seconds=random.randrange(3_300)
    )
    utc = ZoneInfo("UTC")
    return Stay(arrives.astimezone(utc), leaves.astimezone(utc), random.uniform(15, 40))


def next_stay(seed: int, charger: LiveCharger, after: datetime) -> Stay:
    """Return the first stay that begins after a moment."""
    day = after.date() - timedelta(days=1)
    while True:
        found = stay(seed, charger, day)
        if found.arrives > after:
            return found
        day += timedelta(days=1)


def session_id(seed: int, place_id: str, start: datetime) -> str:
    """Return the id of the session that begins somewhere at a moment."""
    return unique_id(rng(seed, place_id, "home session", start.isoformat()))


def write_past(seed: int, number: int, charger: LiveCharger, until: datetime) -> None:
    """Give a charger and its car their sessions up to a moment; `number` is which charger it is."""
    first = until.date() - timedelta(days=HISTORY_DAYS)
    soc = 55.0
    for offset in range(HISTORY_DAYS + 1):
        day = first + timedelta(days=offset)
        # the day's trip to a public charger, or a guest at the own one, come before the car comes home
        for session in _by_day(seed, number, charger, day=day, soc=soc, until=until):
            end = session.end or until
            if end >= until:
                return
            if session.charger is not None:
                charger.close(session)
            if session.car is not None:
                charger.own.sessions.append(session)
                soc = session.soc_at(end)
        tonight = stay(seed, charger, day)
        if tonight.leaves > until:
            return
        session = _night(seed, charger, tonight, max(12.0, soc - tonight.used), until)
        charger.close(session)
        charger.own.sessions.append(session)
        soc = charger.own.soc = session.soc_at(tonight.leaves)


def _night(
    seed: int, charger: LiveCharger, tonight: Stay, soc: float, until: datetime
) -> HomeSession:
    """Return the session of a night at home; now and then the driver boosts after an hour."""
    random = rng(seed, charger.charger.id, "night", tonight.arrives)
    live = LiveSession(
        session_id(seed, charger.charger.id, tonight.arrives),
        charger.charger.home,
        charger.own.car.model,
        charger.charger.max_w,
        start=tonight.arrives,
        soc=round(soc, 1),
        charger=charger.charger,
        car=charger.own.car,
        odometer_km=odometer(charger.own, tonight.arrives, until),
    )
    live.limit = float(charger.own.limit)
    live.enter(Mode.SMART, tonight.arrives)
    if random.random() < 0.15:
        live.enter(Mode.BOOST, tonight.arrives + timedelta(hours=1))
    return live.close(tonight.leaves)


def _by_day(
    seed: int,
    number: int,
    charger: LiveCharger,
    *,
    day: date,
    soc: float,
    until: datetime,
) -> Iterator[HomeSession]:
    """Return what a day brings while the car is out."""
    home = charger.charger.home
    midday = datetime.combine(day, time(11, 40), ZoneInfo("UTC"))
    if day.toordinal() % 9 == 4:
        away = LiveSession(
            session_id(seed, charger.own.car.id, midday),
            home,
            charger.own.car.model,
            AWAY_W,
            start=midday,
            soc=round(max(15.0, soc - 30), 1),
            car=charger.own.car,
            odometer_km=odometer(charger.own, midday, until),
        )
        away.enter(Mode.AWAY, midday)
        yield away.close(midday + timedelta(minutes=50))
    if number == 1 and day.toordinal() % 13 == 6:
        guest = LiveSession(
            session_id(seed, charger.charger.id, midday),
            home,
            CARS[0],
            charger.charger.max_w,
            start=midday,
            soc=40.0,
            charger=charger.charger,
        )
        guest.enter(Mode.UNMANAGED, midday)
        yield guest.close(midday + timedelta(hours=2))


def odometer(car: LiveCar, at: datetime, begin: datetime) -> float:
    """Return what a car's odometer showed before the world began."""
    days = (begin - at).total_seconds() / 86_400
    return car.car.odometer_km - KM_PER_DAY * days
