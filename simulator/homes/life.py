"""How life in homes goes on: how it begins, and how cars come and go."""

from datetime import datetime, timedelta

from simulator.world.catalogue import rng
from simulator.world.clock import Clock
from simulator.world.model import FAR, NotInWorldError

from .live import LiveCar, LiveCharger, LiveSession, Trip
from .make import make_car, make_charger, make_home
from .model import HomeSession, Link, Mode
from .past import next_stay, session_id, write_past
from .prices import seconds_to

#: households beside the first one, with a charger and a car each
NEIGHBOURS = 2
#: how long before the beginning the first sessions were opened
OPENED_BEFORE = timedelta(minutes=90)
STEP = timedelta(microseconds=1)


class HomesLife:
    """People, home chargers, private cars and their sessions, live; see Homes."""

    def __init__(
        self,
        clock: Clock,
        *,
        seed: int = 1,
        chargers: int = 2,
        arrivals: bool = True,
        quiet: bool = False,
    ) -> None:
        """Make the homes; their past is made up when somebody looks first.

        Args:
            clock: their time.
            seed: what everything random comes from.
            chargers: how many the first household has, with a car for each.
            arrivals: whether cars come and go by themselves.
            quiet: no car is plugged in and nothing happens by itself; the past is there.

        Raises:
            ValueError: if a count makes no sense.
        """
        if chargers < 0:
            raise ValueError("a household has 0 or more chargers")
        self.clock = clock
        self._seed = seed
        self._arrivals = arrivals and not quiet
        self._quiet = quiet
        self._begin = clock.now()
        self._homes = [
            make_home(seed, index, self._begin) for index in range(1 + NEIGHBOURS)
        ]
        owners = [self._homes[0]] * chargers + self._homes[1:]
        self._chargers: dict[str, LiveCharger] = {}
        self._cars: dict[str, LiveCar] = {}
        for index, home in enumerate(owners):
            car = make_car(seed, index, home)
            live = LiveCar(car, 62.0, car.odometer_km)
            live.battery_wh = car.model.battery_wh
            self._cars[car.id] = live
            charger = make_charger(seed, index, home)
            self._chargers[charger.id] = LiveCharger(
                charger, live, place=(home.place.latitude, home.place.longitude)
            )
        self._begun = False
        # All that is due by then has happened.
        self._happened_until: datetime | None = None

    # ---- inside

    def _now(self) -> datetime:
        """Return the present, with everything that is due having happened."""
        now = self.clock.now()
        if not self._begun:
            self._begun = True
            for index, charger in enumerate(self._chargers.values()):
                self._begin_with(index, charger)
        elif now == self._happened_until:
            return now
        self._happened_until = now
        for charger in self._chargers.values():
            while True:
                running = charger.running
                due = charger.next_arrival if running is None else running.leaves
                if due > now:
                    break
                if running is None:
                    self._arrive(charger, due)
                else:
                    self._leave(charger, due)
        return now

    def _begin_with(self, index: int, charger: LiveCharger) -> None:
        """Write a charger's past and set the scene: charging, waiting, free, boosting, and so on."""
        begin, car = self._begin, charger.own
        opened = begin - OPENED_BEFORE
        write_past(self._seed, index, charger, opened - timedelta(minutes=30))
        if index % 7 == 5:
            car.link, car.commercial = Link.NONE, None
        elif index % 7 == 6:
            car.link, car.lost_at = Link.BROKEN, begin - timedelta(hours=26)
        if self._arrivals:
            charger.next_arrival = next_stay(self._seed, charger, begin).arrives
        if self._quiet or index % 4 == 2:
            return
        live = self._open(charger, car, opened, 22.0 if index % 4 != 1 else 41.0)
        if index % 4 == 0:  # every half hour is needed, so it charges now
            seconds = seconds_to(car.car.model, live.soc_start, car.limit, live.max_w)
            live.ready_by = opened + timedelta(seconds=max(9_000, seconds * 0.9))
        live.enter(Mode.SMART, opened)
        live.ready_by = None
        if index % 4 == 3:
            live.enter(Mode.BOOST, begin - timedelta(minutes=20))
        if self._arrivals:
            live.leaves = next_stay(
                self._seed, charger, begin - timedelta(hours=12)
            ).leaves

    def _arrive(self, charger: LiveCharger, at: datetime) -> None:
        """Let a charger's own car come home."""
        car = charger.own
        tonight = next_stay(self._seed, charger, at - STEP)
        charger.next_arrival = next_stay(self._seed, charger, at).arrives
        if car.running is not None or charger.fault is not None:
            return
        soc = car.trip.soc_to if car.trip else max(12.0, car.soc - tonight.used)
        live = self._open(charger, car, at, round(soc, 1))
        live.leaves = tonight.leaves
        live.enter(Mode.SMART if car.smart else Mode.UNMANAGED, at)

    def _open(
        self, charger: LiveCharger, car: LiveCar, at: datetime, soc: float
    ) -> LiveSession:
        """Put a car's cable in."""
        used = max(0.0, car.soc - soc) / 100 * car.car.model.battery_wh
        if at > self._begin:
            car.odometer_km += used / car.car.model.wh_per_km
        live = LiveSession(
            session_id(self._seed, charger.charger.id, at),
            charger.charger.home,
            car.car.model,
            charger.charger.max_w,
            start=at,
            soc=soc,
            charger=charger.charger,
            car=car.car,
            odometer_km=car.odometer_km,
        )
        live.limit = float(car.limit)
        car.trip = None
        charger.running = car.running = live
        return live

    def _leave(self, charger: LiveCharger, at: datetime) -> HomeSession | None:
        """Pull the cable; a car that comes and goes by itself is on a trip from now on."""
        live = charger.running
        if live is None:
            return None
        session = live.close(at)
        charger.running = None
        charger.close(session)
        if charger.next_arrival is not FAR:
            charger.next_arrival = next_stay(self._seed, charger, at).arrives
        if live.car is None:
            return session
        car = self._cars[live.car.id]
        car.running, car.soc = None, session.soc_at(at)
        car.sessions.append(session)
        if charger.next_arrival is not FAR and car is charger.own:
            back = next_stay(self._seed, charger, at)
            soc = max(12.0, car.soc - back.used)
            car.trip = Trip(at, back.arrives, car.soc, soc)
        return session

    def _offset(self, thing_id: str) -> timedelta:
        """Return how far after the full minute something reports."""
        return timedelta(seconds=rng(self._seed, thing_id, "reports").randrange(60))

    def _live_charger(self, charger_id: str) -> LiveCharger:
        """Return a charger, or raise NotInWorldError."""
        try:
            return self._chargers[charger_id]
        except KeyError:
            raise NotInWorldError(f"no home charger {charger_id!r}") from None

    def _live_car(self, car_id: str) -> LiveCar:
        """Return a car, or raise NotInWorldError."""
        try:
            return self._cars[car_id]
        except KeyError:
            raise NotInWorldError(f"no private car {car_id!r}") from None
