"""Weeks of charging through Home Assistant, with all that goes wrong.

Afterwards the ledger has what the world has, session by session; the lifetime meter and
the statistics have its sum.
"""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
import random
from typing import NamedTuple, override

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.refs import DRIVER
from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.ledger import Measure, Series
from custom_components.ev_charging_cloud.sessions.places import subject_at
from custom_components.ev_charging_cloud.sessions.series import statistic_id
from custom_components.ev_charging_cloud.sessions.sightings import subject_of
from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, UnitOfEnergy
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
from homeassistant.util.unit_conversion import EnergyConverter
from simulator import Simulator
from simulator.beenergised_driver.charges import Status
from simulator.ev_energy.accounts import account as sums_of
from simulator.ev_energy.context import session_id, vehicle_id
from simulator.server.facade import Facade
from tests.beenergised_driver.common import make_account as make_driver
from tests.common import async_set_up, state_of
from tests.ev_energy.common import make_account as make_home

from .common import async_kept, async_pass, async_read_past
from .records import EARLIEST, async_write_statistics

MINUTE = timedelta(minutes=1)
# Numbers of the sessions in the middle of which something happens.
RESTARTS, OUTAGE = (2, 7), 5


class Truth(NamedTuple):
    """A session as the world has it, in Wh as the vendor rounds it."""

    energy: float
    start: datetime
    end: datetime


class Life(ABC):
    """What happens in the world of one vendor, and how its cloud fails."""

    # The requests that show sessions, by their paths and what they ask for, and where
    # the newest session's energy is.
    shows: str
    asks: str | None = None
    energy: str
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

    def show_nothing_charged(self) -> None:
        """Let the next answer show that the newest session has no energy."""
        self.cloud.faults.add(
            self.shows, holds=self.asks, replace={self.energy: 0}, times=1
        )

    def repeat(self) -> None:
        """Let the answer after the next one be the next one again."""
        self.cloud.faults.add(self.shows, holds=self.asks, repeat=True, times=2)


class AtDepot(Life):
    """A connector of Kempower's."""

    shows = "/stations"
    energy = "stations.*.connectors.*.latestTransaction.chargedEnergyKwh"
    has_past = False
    sessions = 30

    def __init__(self, sim: Simulator, account: MockConfigEntry) -> None:
        """Begin at the first connector, which nobody ever used."""
        super().__init__(sim, sim.kempower, account)
        self._since = sim.clock.now()
        self._station = sim.world.station_ids[0]
        self._connector = sim.world.station(self._station).connectors[0].spec.id
        self.path = f"connector/{self._station}/{self._connector}"

    @override
    def begin(self) -> None:
        self.sim.world.plug_in(self._station, self._connector, soc=10)
        self.sim.world.start_charging(self._station, self._connector)

    @override
    def end(self) -> None:
        self.sim.world.unplug(self._station, self._connector)

    @override
    def truth(self) -> dict[str, Truth]:
        return {
            it.id: Truth(it.energy_wh, it.start, it.end)
            for it in self.sim.world.sessions(self._station, self._since)
            if it.end is not None
        }


class AtHome(Life):
    """A charger and a car of ev.energy's, whose costs come with the end."""

    shows = "/v2/charging_sessions"
    energy = "0.sub_sessions.0.energy_delivered_watt_hours"

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
    def truth(self) -> dict[str, Truth]:
        now = self.sim.clock.now()
        return {
            session_id(it): Truth(
                sum(round(sums_of(it, part, now).energy_wh) for part in it.parts),
                it.start,
                it.end,
            )
            for it in self._homes.car_sessions(self._car)
            if it.end is not None
        }


class OnTheWay(Life):
    """A driver of be.ENERGISED's, who is told the cost at the end."""

    shows, asks = "/graphql/", "chargelogsPaged"
    energy = "data.chargelogsPaged.data.0.energyConsumption"
    path = "account"

    def __init__(self, sim: Simulator, account: MockConfigEntry) -> None:
        """Begin with a car that comes and goes with its sessions."""
        super().__init__(sim, sim.beenergised_driver, account)
        sim.beenergised_driver.options.cost_while_charging = False

    @override
    def begin(self) -> None:
        self.sim.beenergised_driver.start_session()

    @override
    def end(self) -> None:
        for charge in self.sim.beenergised_driver.running():
            self.sim.beenergised_driver.stop_session(charge.id)

    @override
    def truth(self) -> dict[str, Truth]:
        now = self.sim.clock.now()
        readings = {
            it.id: it.reading(now) for it in self.sim.beenergised_driver.charges()
        }
        return {
            id_: Truth(round(it.energy_wh), it.start, it.end)
            for id_, it in readings.items()
            if it.status is Status.STOPPED and it.start and it.end
        }


@pytest.fixture
def life(
    request: pytest.FixtureRequest,
    recorder_mock: Recorder,
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
) -> Life:
    """Return what happens at a vendor, where there is a recorder."""
    match request.param:
        case "kempower":
            request.getfixturevalue("nobody_charged")
            return AtDepot(sim, entry)
        case "ev_energy":
            return AtHome(sim, make_home(hass, sim))
        case _:
            return OnTheWay(sim, make_driver(hass, sim))


class Replay:
    """Lives through weeks, and looks at the meter after every poll."""

    def __init__(
        self, hass: HomeAssistant, freezer: FrozenDateTimeFactory, life: Life
    ) -> None:
        """Begin with a meter that shows nothing."""
        self._hass = hass
        self._freezer = freezer
        self._life = life
        self._random = random.Random(7)
        self.meter = 0.0

    async def async_live(self) -> None:
        """Charge every day or so."""
        for number in range(self._life.sessions):
            self._life.begin()
            await self._async_pass(10 * MINUTE)
            if number in RESTARTS:
                await self._async_restart()
            if number == OUTAGE:
                await self._async_outage()
            else:
                await self._async_charge()
                self._life.end()
            for time in (10, 30, self._random.randrange(60, 2400)):
                await self._async_pass(time * MINUTE)

    async def _async_charge(self) -> None:
        for _ in range(self._random.randrange(1, 4)):
            trouble = self._random.random()
            if trouble < 0.3:
                self._life.show_nothing_charged()
            elif trouble < 0.6:
                self._life.repeat()
            await self._async_pass(self._random.randrange(7, 25) * MINUTE)

    async def _async_restart(self) -> None:
        """Home Assistant is off for a while, and the car charges on."""
        account = self._life.account
        assert await self._hass.config_entries.async_unload(account.entry_id)
        time = 20 * MINUTE
        self._life.sim.clock.advance(time)
        self._freezer.tick(time)
        await async_set_up(self._hass, account)

    async def _async_outage(self) -> None:
        """The cloud is away for a day, in which the session ends."""
        self._life.cloud.faults.add("*", status=503)
        await self._async_pass(30 * MINUTE)
        self._life.end()
        for _ in range(8):
            await self._async_pass(180 * MINUTE)
        self._life.cloud.faults.clear()

    async def _async_pass(self, time: timedelta) -> None:
        life = self._life
        await async_pass(self._hass, self._freezer, life.sim, time)
        state = state_of(self._hass, life.account, life.path, "lifetime_energy")
        assert state is not None
        unit = state.attributes[ATTR_UNIT_OF_MEASUREMENT]
        meter = EnergyConverter.convert(
            float(state.state), unit, UnitOfEnergy.WATT_HOUR
        )
        assert meter >= self.meter
        self.meter = meter


@pytest.mark.parametrize(
    "life", ["kempower", "ev_energy", "beenergised_driver"], indirect=True
)
async def test_weeks(
    hass: HomeAssistant,
    sim: Simulator,
    life: Life,
    freezer: FrozenDateTimeFactory,
    entity_registry: er.EntityRegistry,
) -> None:
    """Every session is kept as it was, and sums are those of the world."""
    account = life.account
    entity_registry.async_get_or_create(
        "sensor",
        DOMAIN,
        f"{account.unique_id}/{life.path}/lifetime_energy",
        config_entry=account,
        disabled_by=None,
    )
    await async_set_up(hass, account)
    if life.has_past:
        await async_read_past(hass, freezer, sim, account)
    replay = Replay(hass, freezer, life)
    await replay.async_live()
    truth = life.truth()
    assert len(truth) >= life.sessions
    kept = await async_kept(hass, account)
    for id_, true in truth.items():
        record = kept[id_]
        assert record.energy == pytest.approx(true.energy, abs=1)
        assert record.started_at is not None
        assert record.ended_at is not None
        assert abs(record.started_at - true.start) < timedelta(seconds=1)
        assert abs(record.ended_at - true.end) < timedelta(seconds=1)
        assert not life.has_past or record.cost is not None
    subject = subject_at(life.path) or subject_of(DRIVER, account.unique_id or "")
    mine = {id_ for id_, record in kept.items() if subject in record.subjects}
    assert mine == set(truth)
    whole = sum(true.energy for true in truth.values())
    assert replay.meter == pytest.approx(whole, abs=1)
    await async_write_statistics(hass)
    id_ = statistic_id(account.unique_id or "", Series(subject, Measure.ENERGY))
    rows = await get_instance(hass).async_add_executor_job(
        lambda: statistics_during_period(
            hass, EARLIEST, None, {id_}, "hour", None, {"sum"}
        )
    )
    total = rows[id_][-1]["sum"]
    assert total is not None
    assert total * 1000 == pytest.approx(whole, abs=1)
