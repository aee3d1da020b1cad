"""What can be done to homes by hand, and by the commands of a cloud."""

from simulator.world.model import FAR, WorldError

from .live import LiveSession
from .model import HomeSession, Link, Mode, UnreachableError
from .past import session_id
from .state import HomesState


class Homes(HomesState):
    """People with home chargers and cars, and their charging sessions."""

    # ---- by hand: chargers

    def plug_in(
        self,
        charger_id: str,
        *,
        car_id: str | None = None,
        guest: bool = False,
        soc: float | None = None,
    ) -> HomeSession:
        """Put a car's cable in: it is charged after a plan if its smart charging is on, otherwise at once.

        Args:
            charger_id: the charger.
            car_id: the car; None is the charger's own.
            guest: a car that nobody knows comes instead.
            soc: its state of charge in percent; None is what it has, or 40 if that is near its limit.

        Raises:
            WorldError: if the charger is occupied or broken, or the car is plugged in elsewhere.
        """
        now = self._now()
        charger = self._live_charger(charger_id)
        car = charger.own if car_id is None else self._live_car(car_id)
        if charger.running is not None or charger.fault is not None:
            raise WorldError(f"charger {charger_id} is occupied or out of order")
        if soc is not None and not 0 <= soc <= 100:
            raise WorldError("a state of charge is within 0 to 100")
        if guest:
            live = LiveSession(
                session_id(self._seed, charger_id, now),
                charger.charger.home,
                car.car.model,
                charger.charger.max_w,
                start=now,
                soc=40.0 if soc is None else soc,
                charger=charger.charger,
            )
            charger.running = live
            live.enter(Mode.UNMANAGED, now)
            return live.view().as_of(now)
        if car.running is not None:
            raise WorldError(f"car {car.car.id} is plugged in already")
        if soc is None:
            known = car.trip.soc_at(now) if car.trip else car.soc
            soc = known if known < car.limit - 5 else 40.0
        live = self._open(charger, car, now, soc)
        live.enter(Mode.SMART if car.smart else Mode.UNMANAGED, now)
        return live.view().as_of(now)

    def start_charging(self, charger_id: str) -> HomeSession:
        """Let what is plugged in charge now, plan or no plan; the mode stays.

        Raises:
            WorldError: if nothing is plugged in, it charges already, or it is charged up to its limit.
        """
        now = self._now()
        live = self._running(charger_id)
        if live.view().power_at(now) or live.soc_at(now) >= live.limit:
            raise WorldError(f"charger {charger_id} has nothing to start")
        live.by_hand = True
        live.replan(now)
        return live.view().as_of(now)

    def stop_charging(self, charger_id: str) -> HomeSession:
        """End the charging; the cable stays in.

        Raises:
            WorldError: if it is not charging.
        """
        now = self._now()
        live = self._running(charger_id)
        if not live.view().power_at(now):
            raise WorldError(f"charger {charger_id} is not charging")
        live.by_hand = False
        live.replan(now)
        return live.view().as_of(now)

    def unplug(self, charger_id: str) -> HomeSession:
        """Pull the cable and return the session, which is over.

        Raises:
            WorldError: if nothing is plugged in.
        """
        now = self._now()
        session = self._leave(self._live_charger(charger_id), now)
        if session is None:
            raise WorldError(f"nothing is plugged in at {charger_id}")
        return session

    def set_fault(self, charger_id: str, text: str = "Earth leakage") -> None:
        """Break a charger until `clear_fault`; charging there pauses."""
        now = self._now()
        charger = self._live_charger(charger_id)
        charger.fault, charger.since = text, now
        if charger.running is not None:
            charger.running.by_hand = False
            charger.running.replan(now)

    def clear_fault(self, charger_id: str) -> None:
        """Repair a charger; a session that is still there goes on."""
        now = self._now()
        charger = self._live_charger(charger_id)
        charger.fault, charger.since = None, now
        if charger.running is not None:
            charger.running.by_hand = None
            charger.running.replan(now)

    def set_offline(self, charger_id: str) -> None:
        """Cut a charger's link to the cloud: what was known last stays known, charging goes on unseen."""
        now = self._now()
        charger = self._live_charger(charger_id)
        charger.offline_at = charger.offline_at or now

    def set_online(self, charger_id: str) -> None:
        """Give a charger its link back."""
        self._now()
        self._live_charger(charger_id).offline_at = None

    def set_place(self, charger_id: str, place: tuple[float, float] | None) -> None:
        """Tell the cloud where a charger is, as latitude and longitude."""
        self._live_charger(charger_id).place = place

    def drop_arrivals(self) -> None:
        """Let nothing happen by itself from now on; who is plugged in stays."""
        self._now()
        self._arrivals = False
        for charger in self._chargers.values():
            charger.next_arrival = FAR
            if charger.running is not None:
                charger.running.leaves = FAR

    # ---- commands

    def boost_start(self, charger_id: str) -> HomeSession:
        """Charge now and up to the limit, whatever the plan.

        Raises:
            UnreachableError: if the charger has no link.
            WorldError: if the car is not charged smartly at present.
        """
        return self._switch(charger_id, Mode.SMART, Mode.BOOST)

    def boost_end(self, charger_id: str) -> HomeSession:
        """Go back to the plan.

        Raises:
            UnreachableError: if the charger has no link.
            WorldError: if there is no boost.
        """
        return self._switch(charger_id, Mode.BOOST, Mode.SMART)

    def set_smart(self, car_id: str, smart: bool) -> None:
        """Charge a car after plans, or as soon as it is plugged in; a running session changes over."""
        now = self._now()
        car = self._live_car(car_id)
        if car.smart is smart:
            return
        car.smart = smart
        if car.running is not None:
            car.running.enter(Mode.SMART if smart else Mode.UNMANAGED, now)

    def set_limit(self, car_id: str, percent: int) -> None:
        """Set up to which state of charge a car is charged at home."""
        now = self._now()
        car = self._live_car(car_id)
        car.limit = percent
        if car.running is not None:
            car.running.limit = float(percent)
            car.running.replan(now)

    def tell_soc(self, car_id: str, percent: int | None) -> None:
        """Tell the cloud a car's state of charge; for a car without a link it is what is planned with.

        None takes back what was told.
        """
        now = self._now()
        car = self._live_car(car_id)
        car.told_soc, car.told_at = percent, now
        if percent is None or car.link is not Link.NONE:
            return
        car.soc = float(percent)
        live = car.running
        if live is not None:
            energy = live.view().energy_wh(live.start, now)
            live.soc_start = percent - energy * 100 / live.model.battery_wh
            live.replan(now)

    def set_battery(self, car_id: str, watt_hours: float) -> None:
        """Tell the cloud the size of a car's battery; the real one stays as it is."""
        self._live_car(car_id).battery_wh = watt_hours

    def set_commercial(self, car_id: str, commercial: bool | None) -> None:
        """Tell the cloud what a car is used for."""
        self._live_car(car_id).commercial = commercial

    def set_link(self, car_id: str, link: Link) -> None:
        """Change the link between the cloud and a car; without one what was known last stays known."""
        now = self._now()
        car = self._live_car(car_id)
        car.link = link
        car.lost_at = now if link is Link.BROKEN else None

    # ---- inside

    def _running(self, charger_id: str) -> LiveSession:
        """Return the session at a charger, or raise WorldError."""
        live = self._live_charger(charger_id).running
        if live is None:
            raise WorldError(f"nothing is plugged in at {charger_id}")
        return live

    def _switch(self, charger_id: str, here: Mode, there: Mode) -> HomeSession:
        """Change the mode of a session from one to another."""
        now = self._now()
        charger = self._live_charger(charger_id)
        live = self._running(charger_id)
        car = None if live.car is None else self._live_car(live.car.id)
        if car is None or not car.smart:
            raise WorldError("smart charging is off for this session's vehicle")
        if live.mode is not here:
            raise WorldError(f"the session is in mode {live.mode}, not {here}")
        if charger.offline_at is not None:
            raise UnreachableError(f"charger {charger_id} cannot be reached")
        live.enter(there, now)
        return live.view().as_of(now)
