"""Tests of what is told of each poll itself, and of when the next one comes."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.snapshot import Poll
from custom_components.ev_charging_cloud.coordinator import LiveCoordinator
from homeassistant.core import HomeAssistant
from homeassistant.helpers.update_coordinator import UpdateFailed
from homeassistant.util import dt as dt_util
from simulator import Simulator

from .common import async_set_up
from .ev_energy.common import make_account


@pytest.fixture
async def live(
    hass: HomeAssistant,
    sim: Simulator,
    freezer: FrozenDateTimeFactory,
    without_past: None,
) -> LiveCoordinator:
    """Return the coordinator of a household's account that is set up."""
    account: MockConfigEntry = make_account(hass, sim)
    sim.ev_energy.faults.add("*", headers={"X-RateLimit-Remaining": "900"})
    await async_set_up(hass, account)
    found: LiveCoordinator = account.runtime_data.live
    return found


async def test_a_whole_poll(sim: Simulator, live: LiveCoordinator) -> None:
    """When it was and when the next comes, what it cost, what is missing."""
    await live.async_refresh()
    assert live.update_interval is not None
    now = dt_util.utcnow()
    requests = live.client.requests.last_hour
    assert requests > 5
    assert live.data.poll == Poll(
        taken_at=now,
        next_at=now + live.update_interval,
        requests_last_hour=requests,
        requests_left=900,
        skipped=0,
        # That home energy was never permitted is nobody's business.
        parts_failing=0,
    )
    sim.ev_energy.faults.add("/v2/evses", replace={"1.id": None})
    sim.ev_energy.faults.add("/v2/charging_sessions", status=500)
    await live.async_refresh()
    assert (live.data.poll.skipped, live.data.poll.parts_failing) == (1, 1)


@pytest.mark.parametrize("left", ["10", "0"])
async def test_a_poll_that_waits(
    sim: Simulator, live: LiveCoordinator, freezer: FrozenDateTimeFactory, left: str
) -> None:
    """What is known stands, and is no news; a second is added, as timers come early."""
    sim.ev_energy.faults.add("*", headers={"X-RateLimit-Remaining": left})
    await live.async_refresh()
    before = live.data
    sim.ev_energy.requests.clear()
    freezer.tick(300)
    await live.async_refresh()
    assert live.data is before
    assert list(live.changes.all()) == []
    assert live.update_interval == timedelta(seconds=601)
    assert not sim.ev_energy.requests
    freezer.tick(600)
    await live.async_refresh()
    assert live.data is not before
    assert sim.ev_energy.requests


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [(429, 300, 300), (503, 300, 300), (503, 9999, 3600), (500, None, None)],
)
async def test_a_poll_that_failed(
    sim: Simulator,
    live: LiveCoordinator,
    status: int,
    retry_after: int | None,
    seconds: float | None,
) -> None:
    """It comes again when the vendor wants it, an hour later at most, or as usual."""
    if retry_after is None:
        sim.ev_energy.faults.add("*", status=status)
    else:
        sim.ev_energy.faults.add("*", status=status, retry_after=retry_after)
    await live.async_refresh()
    assert isinstance(live.last_exception, UpdateFailed)
    assert live.last_exception.retry_after == seconds
    assert live.update_interval is not None
    if seconds is not None:
        assert live.update_interval.total_seconds() == seconds


async def test_a_pause_among_answers(
    sim: Simulator, live: LiveCoordinator, freezer: FrozenDateTimeFactory
) -> None:
    """Where some was answered and some not yet, nothing is asked until the vendor wants it."""
    sim.ev_energy.faults.add("/v2/charging_sessions", status=429, retry_after=1200)
    await live.async_refresh()
    assert live.last_update_success
    assert live.update_interval == timedelta(seconds=1200)
    before = live.data
    sim.ev_energy.requests.clear()
    freezer.tick(1000)
    await live.async_refresh()
    assert live.data is before
    assert not sim.ev_energy.requests
    assert live.update_interval == timedelta(seconds=201)
