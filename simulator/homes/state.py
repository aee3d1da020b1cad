"""Homes as they can be looked at. Reading brings them up to the clock's present first."""

from bisect import bisect_right
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from heapq import merge

from simulator.world.model import NotInWorldError

from .energy import Flows, energy_between, level_at, power_at
from .life import STEP, HomesLife
from .live import sample_before
from .looking import all_of, end_of, latest, on_the_road, power, start_of
from .model import CarView, ChargerView, Home, HomeSession, Link, Person

#: how often chargers and cars report: on the cable, and off it
CHARGER_PLUGGED, CHARGER_FREE = timedelta(minutes=1), timedelta(minutes=5)
CAR_PLUGGED, CAR_AWAY = timedelta(minutes=5), timedelta(minutes=15)


class HomesState(HomesLife):
    """People, home chargers, private cars and their sessions, to be looked at; see Homes."""

    @property
    def people(self) -> list[Person]:
        """Return everybody who has a home; the first is who `chargers` belong to."""
        return [home.person for home in self._homes]

    def home(self, person_id: str) -> Home:
        """Return a person's home.

        Raises:
            NotInWorldError: if there is nobody of that id.
        """
        for home in self._homes:
            if home.person.id == person_id:
                return home
        raise NotInWorldError(f"nobody is {person_id!r}")

    def charger_ids(self, people: Collection[str] | None = None) -> list[str]:
        """Return the ids of the chargers of some people, or of all."""
        return [
            charger_id
            for charger_id, it in self._chargers.items()
            if people is None or it.charger.home.person.id in people
        ]

    def car_ids(self, people: Collection[str] | None = None) -> list[str]:
        """Return the ids of the cars of some people, or of all."""
        return [
            car_id
            for car_id, it in self._cars.items()
            if people is None or it.car.home.person.id in people
        ]

    def place(self, charger_id: str) -> tuple[float, float] | None:
        """Return latitude and longitude of a charger, as its owner has told them."""
        return self._live_charger(charger_id).place

    def charger(self, charger_id: str, at: datetime | None = None) -> ChargerView:
        """Return a charger's latest report up to a moment, or up to now.

        Raises:
            NotInWorldError: if there is none of that id.
        """
        now = self._now()
        charger = self._live_charger(charger_id)
        moment = charger.known_until(min(at or now, now))
        session = latest(charger.sessions, charger.running, moment)
        plugged = session is not None and session.covers(moment)
        events = [] if session is None else [session.last_event(moment)]
        events += [it for it in (end_of(session), charger.since) if it is not None]
        sampled = sample_before(
            moment,
            CHARGER_PLUGGED if plugged else CHARGER_FREE,
            self._offset(charger_id),
            events,
        )
        session = latest(charger.sessions, charger.running, sampled)
        if session is not None:
            session = session.as_of(sampled)
        running = session if session and session.covers(sampled) else None
        index = bisect_right(charger.sessions, sampled, key=start_of)
        done = [it for it in charger.sessions[:index] if it.covers(sampled) is False]
        meter = charger.meters[len(done) - 1] if done else charger.charger.meter_wh
        return ChargerView(
            charger=charger.charger,
            sampled=sampled,
            session=running,
            power_w=power(charger, running, sampled),
            meter_wh=meter
            + (running.energy_wh(running.start, sampled) if running else 0.0),
            fault=charger.fault
            if charger.since is None or charger.since <= sampled
            else None,
            online=charger.offline_at is None,
        )

    def car(self, car_id: str, at: datetime | None = None) -> CarView:
        """Return a car's latest report up to a moment, or up to now.

        Raises:
            NotInWorldError: if there is none of that id.
        """
        now = self._now()
        car = self._live_car(car_id)
        moment = min(at or now, now, car.lost_at or now)
        session = latest(car.sessions, car.running, moment)
        plugged = session is not None and session.covers(moment)
        events = [] if session is None else [session.last_event(moment)]
        if (end := end_of(session)) is not None:
            events.append(end)
        sampled = sample_before(
            moment,
            CAR_PLUGGED if plugged else CAR_AWAY,
            self._offset(car_id),
            events,
        )
        session = latest(car.sessions, car.running, sampled)
        running = session if session and session.covers(sampled) else None
        soc, odometer = on_the_road(car, sampled)
        return CarView(
            car=car.car,
            sampled=None if car.link is Link.NONE else sampled,
            soc=running.soc_at(sampled) if running else soc,
            odometer_km=running.odometer_km if running else odometer,
            at_home=running is not None and running.charger is not None,
            session=None if running is None else running.as_of(sampled),
            power_w=running.power_at(sampled) if running else 0.0,
            link=car.link,
            smart=car.smart,
            limit=car.limit,
            commercial=car.commercial,
            told_soc=car.told_soc,
            told_at=car.told_at,
            battery_wh=car.battery_wh,
        )

    def charger_reports(
        self, charger_id: str, until: datetime | None = None
    ) -> Iterator[ChargerView]:
        """Return a charger's reports, newest first, back to the beginning of its history."""
        view = self.charger(charger_id, until)
        horizon = self._begin - timedelta(days=90)
        while view.sampled > horizon:
            yield view
            view = self.charger(charger_id, view.sampled - STEP)

    def car_reports(
        self, car_id: str, until: datetime | None = None
    ) -> Iterator[CarView]:
        """Return a car's reports, newest first, back to the beginning of its history."""
        view = self.car(car_id, until)
        horizon = self._begin - timedelta(days=90)
        while view.sampled is not None and view.sampled > horizon:
            yield view
            view = self.car(car_id, view.sampled - STEP)

    def sessions(self, people: Collection[str] | None = None) -> Iterator[HomeSession]:
        """Return the sessions of some people, or of all, running ones too, newest first."""
        now = self._now()
        kept = [
            [
                session.as_of(known)
                for session in reversed(all_of(it.sessions, it.running))
                if session.start <= known
            ]
            for it in self._chargers.values()
            if people is None or it.charger.home.person.id in people
            for known in (it.known_until(now),)
        ]
        away = [
            [it for it in reversed(car.sessions) if it.charger is None]
            for car in self._cars.values()
            if people is None or car.car.home.person.id in people
        ]
        return merge(*kept, *away, key=lambda it: (-it.start.timestamp(), it.id))

    def car_sessions(self, car_id: str) -> list[HomeSession]:
        """Return a car's sessions as the car knows them, newest first."""
        now = self._now()
        car = self._live_car(car_id)
        return [it.as_of(now) for it in reversed(all_of(car.sessions, car.running))]

    def power(self, person_id: str, at: datetime | None = None) -> Flows:
        """Return what flows in a person's home at a moment, or now, in W."""
        now = self._now()
        moment = min(at or now, now)
        sessions = self._at_home(person_id, moment, moment + STEP)
        return power_at(self._seed, self.home(person_id), sessions, moment)

    def energy(self, person_id: str, start: datetime, end: datetime) -> Flows:
        """Return what flowed in a person's home between two moments, up to now, in Wh."""
        until = min(end, self._now())
        if until <= start:
            return Flows()
        sessions = self._at_home(person_id, start, until)
        return energy_between(self._seed, self.home(person_id), sessions, start, until)

    def battery_level(self, person_id: str, at: datetime | None = None) -> float:
        """Return how full the battery of a person's home is, in percent."""
        now = self._now()
        return level_at(self._seed, self.home(person_id), min(at or now, now))

    def _at_home(
        self, person_id: str, start: datetime, end: datetime
    ) -> list[HomeSession]:
        """Return the sessions at a person's chargers in some time, with all that will flow."""
        return [
            session
            for it in self._chargers.values()
            if it.charger.home.person.id == person_id
            for session in all_of(it.sessions, it.running)
            if session.start < end and (session.end is None or session.end > start)
        ]
