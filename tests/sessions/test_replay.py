"""Weeks of charging through Home Assistant, with all that goes wrong.

Afterwards the ledger has what the world has, session by session; the lifetime meter and
the statistics have its sum.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
import random

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.refs import DRIVER
from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.ledger import (
    Measure,
    Series,
    SessionRecord,
    Subject,
)
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
from tests.beenergised_driver.common import make_account as make_driver
from tests.common import async_set_up, state_of
from tests.ev_energy.common import make_account as make_home

from .common import async_kept, async_pass, async_read_past
from .lives import AtDepot, AtHome, Life, OnTheWay, Truth
from .records import EARLIEST, async_write_statistics

MINUTE = timedelta(minutes=1)
# Numbers of the sessions in the middle of which something happens.
RESTARTS, OUTAGE = (2, 7), 5


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
        self._troubles = 0
        self.meter = 0.0

    async def async_live(self) -> None:
        """Charge every day or so."""
        for number in range(self._life.sessions):
            self._life.begin()
            self._begin_wrong(number)
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
            self._get_wrong()
            await self._async_pass(self._random.randrange(7, 25) * MINUTE)

    def _begin_wrong(self, number: int) -> None:
        """Let the first poll tell no start of a session, or one that is corrected."""
        match number % 3:
            case 1:
                self._life.show_start(None)
            case 2:
                self._life.show_start(self._life.sim.clock.now() + 4 * MINUTE)

    def _get_wrong(self) -> None:
        """Let the next poll show something that is not so, more often than not."""
        self._troubles += self._random.randrange(1, 3)
        life = self._life
        match self._troubles % 6:
            case 0:
                life.show_nothing_charged()
            case 1:
                life.repeat()
            case 2:
                life.show_start(None)
            case 3:
                life.show_start(life.sim.clock.now() - 2 * MINUTE)
            case 4:
                life.show_previous()

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
        _compare(kept[id_], true)
    # Some starts were told otherwise at first.
    corrected = [
        id_ for id_ in truth if kept[id_].first_started_at != kept[id_].started_at
    ]
    assert len(corrected) >= life.sessions // 4
    subject = subject_at(life.path) or subject_of(DRIVER, account.unique_id or "")
    mine = {id_ for id_, record in kept.items() if subject in record.subjects}
    assert mine == set(truth)
    whole = sum(true.energy for true in truth.values())
    assert replay.meter == pytest.approx(whole, abs=1)
    await async_write_statistics(hass)
    energy = await _async_hours(hass, account, Series(subject, Measure.ENERGY))
    assert sum(energy.values()) * 1000 == pytest.approx(whole, abs=1)
    _compare_hours(energy, truth)
    await _async_compare_costs(hass, account, subject, truth)


def _compare(record: SessionRecord, true: Truth) -> None:
    """Compare a session of the ledger with the world's."""
    assert record.energy == pytest.approx(true.energy, abs=1)
    assert record.started_at is not None
    assert record.ended_at is not None
    assert abs(record.started_at - true.start) < timedelta(seconds=1)
    assert abs(record.ended_at - true.end) < timedelta(seconds=1)
    assert record.cost == true.cost


def _compare_hours(
    energy: Mapping[datetime, float], truth: Mapping[str, Truth]
) -> None:
    """Compare hours, in kWh, with the world's: also those in which nothing charged.

    Half-hours are told in whole Wh, and sums are in step with those of the sessions.
    """
    hours: dict[datetime, float] = {}
    counts = Counter(hour for true in truth.values() for hour in true.hours)
    for true in truth.values():
        for hour, amount in true.hours.items():
            hours[hour] = hours.get(hour, 0.0) + amount
    assert len(hours) > len(truth)
    for hour in hours.keys() | energy.keys():
        told = energy.get(hour, 0.0) * 1000
        assert told == pytest.approx(hours.get(hour, 0.0), abs=3), hour
    # Who shares no hour with another session has its whole energy in its own hours.
    alone = [
        true for true in truth.values() if all(counts[hour] == 1 for hour in true.hours)
    ]
    assert len(alone) > len(truth) // 3
    for true in alone:
        told = sum(energy.get(hour, 0.0) for hour in true.hours) * 1000
        assert told == pytest.approx(true.energy, abs=1)
    # Energy that is spread over several hours is what this is about.
    assert any(len(true.hours) > 1 for true in alone)


async def _async_compare_costs(
    hass: HomeAssistant,
    account: MockConfigEntry,
    subject: Subject,
    truth: Mapping[str, Truth],
) -> None:
    """Compare the costs of the statistics with the world's, by their currencies."""
    sums: dict[str, float] = {}
    for true in truth.values():
        if true.cost is not None:
            minor = sums.get(true.cost.currency, 0.0) + true.cost.minor
            sums[true.cost.currency] = minor
    for currency in ("EUR", "CHF", "GBP"):
        series = Series(subject, Measure.COST, currency)
        told = sum((await _async_hours(hass, account, series)).values())
        assert told * 100 == pytest.approx(sums.get(currency, 0.0), abs=0.01)


async def _async_hours(
    hass: HomeAssistant, account: MockConfigEntry, series: Series
) -> dict[datetime, float]:
    """Return what a statistic rose by, by hour; nothing where there is none."""
    id_ = statistic_id(account.unique_id or "", series)
    rows = await get_instance(hass).async_add_executor_job(
        lambda: statistics_during_period(
            hass, EARLIEST, None, {id_}, "hour", None, {"change"}
        )
    )
    return {
        datetime.fromtimestamp(row["start"], UTC): row["change"] or 0.0
        for row in rows.get(id_, [])
    }
