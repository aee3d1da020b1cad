"""Days and weeks of all four accounts: outages and faults, and what they leave behind.

Always a coarse run; with ``--all-faults`` the whole of it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
import logging
from random import Random

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ev_charging_cloud import polling
from custom_components.ev_charging_cloud.clients.beenergised_cpo import search
from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.vendors import VENDORS
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from simulator import Simulator

from .reliability.accounts import ACCOUNTS
from .reliability.failing import failing
from .reliability.parts import APIS, Looked, Part
from .reliability.patience import serialize, waiting
from .reliability.scene import START
from .reliability.troubles import TROUBLES, Trouble

OURS = f"custom_components.{DOMAIN}"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SEED = 7
# Requests an hour. That of ev.energy is the vendor's; the others name none, so theirs is
# what an hour of polls takes while something charges, and a repetition of each.
BUDGETS = {
    "kempower": 250,
    "ev_energy": 1000,
    "beenergised_cpo": 500,
    "beenergised_driver": 400,
}
# What takes long to make, and tells nothing more in the long run.
HEAVY = frozenset({"30 MB of blanks", "gzip bomb"})
# What refuses whoever signs in, so that asking for it would be right.
REFUSALS = frozenset({"400", "401", "401 once", "403"})


class Home:
    """Home Assistant with an account at each vendor, while time goes by."""

    def __init__(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        sim: Simulator,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """Make the accounts."""
        self.hass = hass
        self.sim = sim
        self._freezer = freezer
        self._caplog = caplog
        # Until when time is to pass now, and whether it has.
        self._end = datetime.now(UTC)
        self._is_over = asyncio.Event()
        for key, account in ACCOUNTS.items():
            account.enliven(sim)
            sim.clouds[key].faults.sleep = waiting(self._tick_on)
        self.entries = {
            key: account.make(hass, sim) for key, account in ACCOUNTS.items()
        }

    async def async_start(self) -> None:
        """Set all accounts up."""
        assert await async_setup_component(self.hass, DOMAIN, {})
        await self.hass.async_block_till_done(wait_background_tasks=True)
        for entry in self.entries.values():
            assert entry.state is ConfigEntryState.LOADED

    async def async_pass(self, time: timedelta, *, step: timedelta) -> None:
        """Let time pass in steps; what the vendors let us wait for is part of it."""
        self._end = datetime.now(UTC) + time
        self._is_over.clear()
        while (rest := self._end - datetime.now(UTC)) > timedelta(0):
            self._tick(min(step, rest))
            async_fire_time_changed(self.hass)
            await self._async_settle()

    async def _async_settle(self) -> None:
        """Let be done what is due, while there is time.

        Where no vendor answers it may never be: while one account waits, the next poll
        of another is due.
        """
        done = self.hass.async_block_till_done(wait_background_tasks=True)
        waiting_for = {
            asyncio.ensure_future(done),
            asyncio.ensure_future(self._is_over.wait()),
        }
        await asyncio.wait(waiting_for, return_when=asyncio.FIRST_COMPLETED)
        for future in waiting_for:
            future.cancel()
        await asyncio.wait(waiting_for)

    def _tick(self, time: timedelta) -> None:
        self.sim.clock.advance(time)
        self._freezer.tick(time)

    def _tick_on(self, time: timedelta) -> None:
        """Let time pass while a vendor keeps somebody waiting."""
        self._tick(time)
        if datetime.now(UTC) >= self._end:
            self._is_over.set()

    def lines(self) -> Mapping[str, list[str]]:
        """Return what the integration logged for people to see, by account."""
        found: dict[str, list[str]] = {key: [] for key in self.entries}
        for record in self._caplog.records:
            if record.name.startswith(OURS) and record.levelno >= logging.INFO:
                found[self._account_of(record.getMessage())].append(record.getMessage())
        return found

    def _account_of(self, line: str) -> str:
        keys = (
            key
            for key, entry in self.entries.items()
            if f"{entry.title} " in line or VENDORS[key].name in line
        )
        # One vendor's name begins like another's.
        return max(keys, key=lambda key: len(VENDORS[key].name))

    def tracebacks(self) -> list[str]:
        """Return what has a traceback in the log."""
        return [
            record.getMessage()
            for record in self._caplog.records
            if record.exc_info and record.levelno > logging.DEBUG
        ]

    def unavailable(self) -> list[str]:
        """Return the entities that are unavailable; not buttons, which come and go with sessions."""
        registry = er.async_get(self.hass)
        return [
            entity.entity_id
            for entry in self.entries.values()
            for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
            if entity.domain != Platform.BUTTON
            and (state := self.hass.states.get(entity.entity_id))
            and state.state == STATE_UNAVAILABLE
        ]

    def flows(self) -> list[str]:
        """Return the accounts that ask to sign in."""
        return [
            key
            for key, entry in self.entries.items()
            if any(entry.async_get_active_flows(self.hass, {SOURCE_REAUTH}))
        ]


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Leave out the loop's debug mode, which takes most of the time of runs like these."""


@pytest.fixture
async def home(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    socket_enabled: None,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Home]:
    """Run all accounts."""
    caplog.set_level(logging.INFO)
    serialize(monkeypatch)
    monkeypatch.setattr(polling, "JITTER", 0)
    monkeypatch.setattr(search, "PAUSE", 0)
    monkeypatch.setattr(search, "LONGEST_PAUSE", 0)
    freezer.move_to(START)
    async with Simulator(
        stations=2, connectors_per_station=2, speed=0, quiet=True
    ) as simulator:
        running = Home(hass, freezer, simulator, caplog)
        await running.async_start()
        await running.async_pass(timedelta(minutes=10), step=timedelta(minutes=1))
        yield running


@pytest.fixture
def is_whole(pytestconfig: pytest.Config) -> bool:
    """Tell whether a run is to be whole, and no coarse one."""
    return bool(pytestconfig.getoption("--all-faults"))


@pytest.mark.parametrize("trouble", ["stopped", "503", "no answer", "403 as a page"])
async def test_a_day_of_outage(
    home: Home, is_whole: bool, caplog: pytest.LogCaptureFixture, trouble: str
) -> None:
    """When it is over all is as before, and the log has two lines an account."""
    before = home.unavailable()
    caplog.clear()
    step = timedelta(minutes=2 if is_whole else 24)
    with ExitStack() as stack:
        if trouble == "stopped":
            await home.sim.stop()
        else:
            for api in APIS.values():
                everything = next(api.all())
                cloud = home.sim.clouds[api.key]
                stack.enter_context(failing(cloud, everything, TROUBLES[trouble]))
        await home.async_pass(DAY, step=step)
        assert len(home.unavailable()) > 4 * len(before)
    if trouble == "stopped":
        await home.sim.start()
    await home.async_pass(HOUR, step=timedelta(minutes=6))
    assert home.unavailable() == before
    for key, lines in home.lines().items():
        assert len(lines) <= 2, (key, lines)
    assert not home.tracebacks()
    assert not home.flows()


async def test_a_week_of_faults(
    home: Home, is_whole: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody sees a traceback, nobody is asked to sign in, and no budget is used up."""
    random = Random(SEED)
    before = home.unavailable()
    caplog.clear()
    for _ in range(7 if is_whole else 1):
        # An hour as it is, the rest of the day in strides.
        await _async_let_fail(home, random, HOUR, step=timedelta(seconds=30))
        await _async_let_fail(home, random, DAY - HOUR, step=timedelta(minutes=23))
    await home.async_pass(HOUR, step=timedelta(minutes=6))
    assert home.unavailable() == before
    assert not home.tracebacks()
    for key, budget in BUDGETS.items():
        cloud = home.sim.clouds[key]
        hours = Counter(_hour_of(record.time) for record in cloud.requests)
        assert 0 < max(hours.values()) <= budget, key


async def _async_let_fail(
    home: Home, random: Random, time: timedelta, *, step: timedelta
) -> None:
    """Let time pass in which one thing or another fails at each vendor."""
    passed = timedelta()
    while passed < time:
        lasting = step * random.choice((1, 1, 2, 5))
        with ExitStack() as stack:
            for api in APIS.values():
                if random.random() < 0.5:
                    part = random.choice(list(api.all()))
                    trouble = random.choice(_innocent(part))
                    cloud = home.sim.clouds[api.key]
                    stack.enter_context(failing(cloud, part, trouble))
            if random.random() < 0.2:
                for account in ACCOUNTS.values():
                    account.expire(home.sim)
            await home.async_pass(lasting, step=step)
            assert not home.flows()
        passed += lasting


def _innocent(part: Part) -> list[Trouble]:
    """Return what can happen to a part without anybody having to sign in anew."""
    signs_in = part.looked is Looked.AFTER_REFUSAL or part.path == "*"
    return [
        trouble
        for trouble in TROUBLES.values()
        if trouble.is_for(part)
        and trouble.name not in HEAVY
        and not (signs_in and trouble.name in REFUSALS)
    ]


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
