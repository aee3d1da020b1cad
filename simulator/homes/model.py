"""The vendor-neutral words for charging at home. Units as in `simulator.world.model`; everything here is frozen."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from simulator.world.model import Location, VehicleModel, WorldError


class UnreachableError(WorldError):
    """A command cannot be carried out because the charger has no link to the cloud."""


class Mode(StrEnum):
    """Who decides when a car is charged."""

    SMART = "smart"  # the cloud, after a plan
    BOOST = "boost"  # the driver: now
    UNMANAGED = "unmanaged"  # nobody: as soon as the cable is in
    AWAY = "away"  # on somebody else's charger


class Link(StrEnum):
    """Whether the cloud may ask the car's maker about the car."""

    ACTIVE = "active"
    BROKEN = "broken"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a home pays for energy, in minor units of the currency per kWh; cheap from `cheap_from` to `cheap_to`."""

    id: str
    name: str
    supplier: str
    currency: str
    timezone: str
    price: int
    cheap_price: int
    cheap_from: time
    cheap_to: time


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with chargers and cars."""

    id: str
    name: str
    email: str
    joined: datetime


@dataclass(frozen=True, slots=True)
class Home:
    """Where a person lives. `solar_share` of what is charged around noon comes from the roof."""

    person: Person
    place: Location
    tariff: Tariff
    solar_share: float
    ready_by: time


@dataclass(frozen=True, slots=True)
class Charger:
    """A home charger; it has one connector. `meter_wh` is what its meter showed before its known history."""

    id: str
    home: Home
    make: str
    model: str
    product: str
    serial: str
    firmware: str
    max_w: float
    phases: int
    meter_wh: float

    @property
    def max_amperes(self) -> float:
        """Return the current of each phase at full power."""
        return round(self.max_w / self.phases / 230)


@dataclass(frozen=True, slots=True)
class Car:
    """A car as it was bought; `odometer_km` is that of the beginning of the world."""

    id: str
    home: Home
    name: str
    make: str
    trim: str
    model: VehicleModel
    odometer_km: float


@dataclass(frozen=True, slots=True)
class Slot:
    """Half an hour of a plan, beginning at `start`: charge or do not."""

    start: datetime
    on: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a session under one mode, with the plan that was made for it; `planned` is when."""

    id: str
    mode: Mode
    start: datetime
    end: datetime | None
    planned: datetime
    ready_by: datetime
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """Constant power from one moment to another."""

    start: datetime
    end: datetime
    power_w: float

    def energy_wh(self, since: datetime, until: datetime) -> float:
        """Return the energy that flowed between two moments."""
        seconds = (min(self.end, until) - max(self.start, since)).total_seconds()
        return max(0.0, seconds) * self.power_w / 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeSession:
    """One stay of a car on a cable. `charger` is None away from home, `car` for a guest's, which nobody knows."""

    id: str
    home: Home
    charger: Charger | None
    car: Car | None
    model: VehicleModel
    start: datetime
    end: datetime | None
    parts: tuple[Part, ...]  # oldest first
    flows: tuple[Flow, ...]  # oldest first
    soc_start: float
    odometer_km: float

    def energy_wh(self, since: datetime, until: datetime) -> float:
        """Return the energy that flowed between two moments."""
        return sum(flow.energy_wh(since, until) for flow in self.flows)

    def soc_at(self, moment: datetime) -> float:
        """Return the car's state of charge; nothing is lost on the way into the battery."""
        energy = self.energy_wh(self.start, moment)
        return min(100.0, self.soc_start + energy * 100 / self.model.battery_wh)

    def power_at(self, moment: datetime) -> float:
        """Return the power in W just after a moment."""
        return next(
            (flow.power_w for flow in self.flows if flow.start <= moment < flow.end),
            0.0,
        )

    def charging_seconds(self, since: datetime, until: datetime) -> float:
        """Return for how long energy flowed between two moments."""
        return sum(
            max(
                0.0,
                (min(flow.end, until) - max(flow.start, since)).total_seconds(),
            )
            for flow in self.flows
        )

    def covers(self, moment: datetime) -> bool:
        """Return whether the cable was in at a moment."""
        return self.start <= moment and (self.end is None or moment < self.end)

    def as_of(self, moment: datetime) -> HomeSession:
        """Return what was known of the session at a moment from its start on."""
        if self.end is not None and self.end <= moment:
            return self
        return replace(
            self,
            end=None,
            parts=tuple(
                part
                if part.end is not None and part.end <= moment
                else replace(part, end=None)
                for part in self.parts
                if part.start <= moment
            ),
            flows=tuple(
                flow if flow.end <= moment else replace(flow, end=moment)
                for flow in self.flows
                if flow.start < moment
            ),
        )

    def events(self) -> list[datetime]:
        """Return when something about it changed, in order."""
        moments = {self.start, *(part.start for part in self.parts)}
        for flow in self.flows:
            moments |= {flow.start, flow.end}
        return sorted(moments)

    def last_event(self, moment: datetime) -> datetime:
        """Return when something about it changed last, up to a moment."""
        events = self.events()
        return events[max(0, bisect_right(events, moment) - 1)]


@dataclass(frozen=True, slots=True)
class ChargerView:
    """A home charger as it reported at `sampled`; `session` is what was under way then."""

    charger: Charger
    sampled: datetime
    session: HomeSession | None
    power_w: float
    meter_wh: float
    fault: str | None
    online: bool


@dataclass(frozen=True, slots=True)
class CarView:
    """A car as it reported at `sampled`; None if it never did."""

    car: Car
    sampled: datetime | None
    soc: float
    odometer_km: float
    at_home: bool
    session: HomeSession | None
    power_w: float
    link: Link
    smart: bool
    limit: int
    commercial: bool | None
    told_soc: int | None
    told_at: datetime | None
    battery_wh: float


HALF_HOUR = timedelta(minutes=30)


def half_hour(moment: datetime) -> datetime:
    """Return the full or half hour at or before a moment."""
    return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)
