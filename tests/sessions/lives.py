"""What happens in the world of each vendor during a replay, and what its cloud gets wrong."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple, override

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.model import Money
from custom_components.ev_charging_cloud.clients.money import from_major
from simulator import Simulator
from simulator.beenergised_driver.charges import Status
from simulator.beenergised_driver.money import cost
from simulator.ev_energy.accounts import account as sums_of
from simulator.ev_energy.context import session_id, vehicle_id
from simulator.kempower.live import latest_transaction
from simulator.server.facade import Facade
from simulator.world.model import Session

from .records import HOUR


class Truth(NamedTuple):
    """A session as the world has it, in Wh and money as the vendor rounds it.

    ``hours`` is what each hour has to have, in Wh: what the simulated power gave where
    the vendor tells intervals, else an even share of the time in which the vendor says
    that it charged.
    """

    energy: float
    start: datetime
    end: datetime
    hours: Mapping[datetime, float]
    cost: Money | None = None


class Life(ABC):
    """What happens in the world of one vendor, and how its cloud fails."""

    # The requests that show sessions, by their paths and what they ask for, and where
    # the newest session's energy is.
    shows: str
    asks: str | None = None
    energy: str
    # Where the newest session's start is.
    starts: tuple[str, ...]
    # Whose meter counts all sessions.
    path: str
    has_past = True
    # How often somebody charges, once a day or so.
    sessions = 10

    def __init__(self, sim: Simulator, cloud: Facade, account: MockConfigEntry) -> None:
        """Begin with nothing plugged in."""
        self.sim = sim
        self.cloud = cloud
        self.account = account

    @abstractmethod
    def begin(self) -> None:
        """Plug in and charge."""

    @abstractmethod
    def end(self) -> None:
        """End the charging and pull the cable."""

    @abstractmethod
    def truth(self) -> dict[str, Truth]:
        """Return all that was charged, by the vendor's ids."""

    @abstractmethod
    def show_previous(self) -> None:
        """Let the next answer show the session before this one as the newest."""

    def show_start(self, start: datetime | None) -> None:
        """Let the next answer show another start of the newest session, or none."""
        text = start.isoformat().replace("+00:00", "Z") if start else None
        self.cloud.faults.add(
            self.shows,
            holds=self.asks,
            replace=dict.fromkeys(self.starts, text),
            times=1,
        )

    def show_nothing_charged(self) -> None:
        """Let the next answer show that the newest session has no energy."""
        self.cloud.faults.add(
            self.shows, holds=self.asks, replace={self.energy: 0}, times=1
        )

    def repeat(self) -> None:
        """Let the answer after the next one be the next one again."""
        self.cloud.faults.add(self.shows, holds=self.asks, repeat=True, times=2)


class AtDepot(Life):
    """A connector of Kempower's, where every third car is full long before it leaves."""

    shows = "/stations"
    energy = "stations.*.connectors.*.latestTransaction.chargedEnergyKwh"
    starts = ("stations.0.connectors.0.latestTransaction.startTime",)
    has_past = False
    sessions = 30

    def __init__(self, sim: Simulator, account: MockConfigEntry) -> None:
        """Begin at the first connector, which nobody ever used."""
        super().__init__(sim, sim.kempower, account)
        self._since = sim.clock.now()
        self._count = 0
        self._station = sim.world.station_ids[0]
        self._connector = sim.world.station(self._station).connectors[0].spec.id
        self.path = f"connector/{self._station}/{self._connector}"

    @override
    def begin(self) -> None:
        self._count += 1
        limit = 30.0 if self._count % 3 == 0 else 100.0
        self.sim.world.plug_in(self._station, self._connector, soc=10, soc_limit=limit)
        self.sim.world.start_charging(self._station, self._connector)

    @override
    def end(self) -> None:
        self.sim.world.unplug(self._station, self._connector)

    @override
    def show_previous(self) -> None:
        over = [it for it in self._sessions() if it.end is not None]
        if over:
            previous = latest_transaction(over[0], self.sim.kempower.options)
            self.cloud.faults.add(
                self.shows,
                replace={"stations.0.connectors.0.latestTransaction": previous},
                times=1,
            )

    @override
    def truth(self) -> dict[str, Truth]:
        return {
            it.id: Truth(
                it.energy_wh,
                it.start,
                it.end,
                _evenly(
                    it.energy_wh,
                    it.charging_start or it.start,
                    it.charging_end or it.end,
                ),
            )
            for it in self._sessions()
            if it.end is not None
        }

    def _sessions(self) -> list[Session]:
        """Return what there was at the connector, the newest first."""
        found = self.sim.world.sessions(self._station, self._since)
        return sorted(found, key=lambda it: it.start, reverse=True)


class AtHome(Life):
    """A charger and a car of ev.energy's, whose costs come with the end."""

    shows = "/v2/charging_sessions"
    energy = "0.sub_sessions.0.energy_delivered_watt_hours"
    starts = ("0.start", "0.sub_sessions.0.start")

    def __init__(self, sim: Simulator, account: MockConfigEntry) -> None:
        """Begin with the first charger and its car."""
        super().__init__(sim, sim.ev_energy, account)
        sim.ev_energy.options.late_costs = True
        self._homes = sim.world.homes
        self._charger = self._homes.charger_ids()[0]
        self._car = self._homes.car_ids()[0]
        # It charges at once.
        self._homes.set_smart(self._car, smart=False)
        self.path = f"vehicle/{vehicle_id(self._car)}"

    @override
    def begin(self) -> None:
        self._homes.plug_in(self._charger, soc=15)

    @override
    def end(self) -> None:
        self._homes.unplug(self._charger)

    @override
    def show_previous(self) -> None:
        self.cloud.faults.add(self.shows, remove=["0"], times=1)

    @override
    def truth(self) -> dict[str, Truth]:
        now = self.sim.clock.now()
        found: dict[str, Truth] = {}
        for it in self._homes.car_sessions(self._car):
            if it.end is None:
                continue
            sums = [sums_of(it, part, now) for part in it.parts]
            found[session_id(it)] = Truth(
                sum(round(each.energy_wh) for each in sums),
                it.start,
                it.end,
                {
                    hour: it.energy_wh(hour, hour + HOUR)
                    for hour in _hours(it.start, it.end)
                },
                Money(sum(round(each.cost) for each in sums), it.home.tariff.currency),
            )
        return found


class OnTheWay(Life):
    """A driver of be.ENERGISED's, who is told the cost at the end; some are in francs."""

    shows, asks = "/graphql/", "chargelogsPaged"
    energy = "data.chargelogsPaged.data.0.energyConsumption"
    starts = ("data.chargelogsPaged.data.0.dateStart",)
    path = "account"

    def __init__(self, sim: Simulator, account: MockConfigEntry) -> None:
        """Begin with a car that comes and goes with its sessions."""
        super().__init__(sim, sim.beenergised_driver, account)
        sim.beenergised_driver.options.cost_while_charging = False
        self._currencies = sim.beenergised_driver.options.currencies
        self._count = 0

    @override
    def begin(self) -> None:
        started = self.sim.beenergised_driver.start_session()
        self._count += 1
        if self._count % 3 == 0:
            self._currencies[started] = "CHF"

    @override
    def end(self) -> None:
        for charge in self.sim.beenergised_driver.running():
            self.sim.beenergised_driver.stop_session(charge.id)

    @override
    def show_previous(self) -> None:
        self.cloud.faults.add(
            self.shows, holds=self.asks, remove=["data.chargelogsPaged.data.0"], times=1
        )

    @override
    def truth(self) -> dict[str, Truth]:
        now = self.sim.clock.now()
        found: dict[str, Truth] = {}
        for charge in self.sim.beenergised_driver.charges():
            it = charge.reading(now)
            if it.status is not Status.STOPPED or not it.start or not it.end:
                continue
            amount = cost(charge.plug.tariff, it.energy_wh, it.seconds, "en")
            found[charge.id] = Truth(
                round(it.energy_wh),
                it.start,
                it.end,
                # Times are told in whole seconds.
                _evenly(
                    round(it.energy_wh),
                    it.start.replace(microsecond=0),
                    it.end.replace(microsecond=0),
                ),
                from_major(
                    float(str(amount["grossAmount"])),
                    self._currencies.get(charge.id, "EUR"),
                ),
            )
        return found


def _evenly(energy: float, start: datetime, end: datetime) -> dict[datetime, float]:
    """Return an energy by hour, for as many seconds as it charged in each."""
    power = energy / (end - start).total_seconds()
    return {
        hour: power * (min(end, hour + HOUR) - max(start, hour)).total_seconds()
        for hour in _hours(start, end)
    }


def _hours(start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the hours that a time touches."""
    hour = start.replace(minute=0, second=0, microsecond=0)
    while hour < end:
        yield hour
        hour += HOUR
