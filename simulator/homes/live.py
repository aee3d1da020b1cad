"""A home charger and a private car, live, and the session that joins them."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from simulator.world.model import FAR, VehicleModel

from .model import HALF_HOUR, Car, Charger, Flow, Home, HomeSession, Link, Mode, Part
from .prices import flows, next_local, plan, seconds_to

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Trip:
    """A trip that has begun, and the state of charge with which it will end."""

    start: datetime
    end: datetime
    soc_from: float
    soc_to: float

    def soc_at(self, moment: datetime) -> float:
        """Return the state of charge on the way."""
        done = (moment - self.start) / (self.end - self.start)
        return self.soc_from + (self.soc_to - self.soc_from) * min(1.0, max(0.0, done))


@dataclass(slots=True)
class LiveCar:
    """The state of a car."""

    car: Car
    soc: float  # when nothing is known of a trip: as it was left
    odometer_km: float
    trip: Trip | None = None
    limit: int = 80
    smart: bool = True
    link: Link = Link.ACTIVE
    lost_at: datetime | None = None  # the link
    commercial: bool | None = False
    battery_wh: float = 0.0
    told_soc: int | None = None
    told_at: datetime | None = None
    sessions: list[HomeSession] = field(default_factory=list)
    running: LiveSession | None = None


@dataclass(slots=True)
class LiveCharger:
    """The state of a home charger. `own` is the car that comes by itself."""

    charger: Charger
    own: LiveCar
    sessions: list[HomeSession] = field(default_factory=list)
    running: LiveSession | None = None
    fault: str | None = None
    since: datetime | None = None  # of the fault, or its end
    offline_at: datetime | None = None
    place: tuple[float, float] | None = None
    next_arrival: datetime = FAR
    meters: list[float] = field(default_factory=list)  # after each session

    def known_until(self, now: datetime) -> datetime:
        """Return up to when the cloud knows of it."""
        return now if self.offline_at is None else min(now, self.offline_at)

    def close(self, session: HomeSession) -> None:
        """Keep a session that is over, and the meter after it."""
        before = self.meters[-1] if self.meters else self.charger.meter_wh
        energy = sum(it.energy_wh(it.start, it.end) for it in session.flows)
        self.sessions.append(session)
        self.meters.append(before + energy)


class LiveSession:
    """A car on a cable. What will flow is worked out in advance, and again whenever something changes."""

    def __init__(
        self,
        session_id: str,
        home: Home,
        model: VehicleModel,
        max_w: float,
        *,
        start: datetime,
        soc: float,
        charger: Charger | None = None,
        car: Car | None = None,
        odometer_km: float = 0.0,
        leaves: datetime = FAR,
    ) -> None:
        """Open it; nothing flows until a mode is entered."""
        self.id = session_id
        self.home = home
        self.model = model
        self.charger = charger
        self.car = car
        self.max_w = max_w
        self.start = start
        self.soc_start = soc
        self.odometer_km = odometer_km
        self.leaves = leaves
        self.limit = 100.0
        self.ready_by: datetime | None = None
        self.by_hand: bool | None = None  # True charges now, False never
        self.parts: list[Part] = []
        self.flows: list[Flow] = []

    @property
    def mode(self) -> Mode:
        """Return who decides now."""
        return self.parts[-1].mode

    def view(self, end: datetime | None = None) -> HomeSession:
        """Return the session with all that will flow; `as_of` cuts it to what is known at a moment."""
        return HomeSession(
            id=self.id,
            home=self.home,
            charger=self.charger,
            car=self.car,
            model=self.model,
            start=self.start,
            end=end,
            parts=tuple(self.parts),
            flows=tuple(self.flows),
            soc_start=self.soc_start,
            odometer_km=self.odometer_km,
        )

    def soc_at(self, moment: datetime) -> float:
        """Return the car's state of charge."""
        return self.view().soc_at(moment)

    def enter(self, mode: Mode, at: datetime) -> None:
        """End the present part, if there is one, and begin another under a mode."""
        if self.parts:
            self.parts[-1] = replace(self.parts[-1], end=at)
        self.by_hand = None
        ready = self.ready_by or next_local(
            at, self.home.ready_by, self.home.tariff.timezone
        )
        number = len(self.parts) + 1
        self.parts.append(Part(f"{self.id}/{number}", mode, at, None, at, ready, ()))
        self.replan(at)

    def replan(self, at: datetime) -> None:
        """Work out anew what will flow from a moment on."""
        soc = self.soc_at(at)
        self.flows = [
            flow if flow.end <= at else replace(flow, end=at)
            for flow in self.flows
            if flow.start < at
        ]
        part = self.parts[-1]
        windows = [(at, FAR)]
        if self.by_hand is False:
            windows = []
            part = replace(part, slots=())
        elif part.mode is Mode.SMART and not self.by_hand:
            seconds = seconds_to(self.model, soc, self.limit, self.max_w)
            slots = plan(self.home, at, part.ready_by, seconds)
            part = replace(part, slots=slots, planned=at)
            windows = [
                (max(slot.start, at), slot.start + HALF_HOUR)
                for slot in slots
                if slot.on
            ]
        self.parts[-1] = part
        self.flows += flows(self.model, soc, self.limit, self.max_w, windows)

    def close(self, at: datetime) -> HomeSession:
        """Pull the cable and return what is kept."""
        self.flows = [
            flow if flow.end <= at else replace(flow, end=at)
            for flow in self.flows
            if flow.start < at
        ]
        self.parts[-1] = replace(self.parts[-1], end=at)
        return self.view(at)


def sample_before(
    moment: datetime, every: timedelta, offset: timedelta, events: list[datetime]
) -> datetime:
    """Return the latest report up to a moment: on a grid in time, or when something changed."""
    grid = moment - (moment - EPOCH - offset) % every
    return max([grid, *(it for it in events if it <= moment)])
