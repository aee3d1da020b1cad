"""What the tests of sessions do again and again."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.ledger import (
    Ledger,
    SessionQuery,
    SessionRecord,
)
from custom_components.ev_charging_cloud.sessions.history import FIRST_AFTER, PAGE_EVERY
from custom_components.ev_charging_cloud.sessions.ledger import ledger_of
from homeassistant.core import HomeAssistant
from simulator import Simulator
from tests.common import ONE_POLL, async_poll, value_of

HOUR = timedelta(hours=1)


def opened(hass: HomeAssistant) -> Ledger:
    """Return the ledger, which must be open."""
    ledger = ledger_of(hass)
    assert ledger is not None
    return ledger


async def async_kept(
    hass: HomeAssistant, account: MockConfigEntry
) -> dict[str, SessionRecord]:
    """Return what the ledger has of an account, by the vendor's ids."""
    page = await opened(hass).async_sessions(
        SessionQuery(account_id=account.unique_id or account.entry_id)
    )
    return {record.session_id: record for record in page.sessions}


async def async_pass(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    sim: Simulator,
    time: timedelta = ONE_POLL,
) -> None:
    """Let time pass here and in the simulated world, until the next poll is over."""
    sim.clock.advance(time)
    await async_poll(hass, freezer, time)


def number(hass: HomeAssistant, account: MockConfigEntry, path: str, key: str) -> float:
    """Return the state of a sensor as a number."""
    return float(value_of(hass, account, path, key))


async def async_page(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, sim: Simulator
) -> None:
    """Let the next page of the past be read."""
    await async_pass(hass, freezer, sim, timedelta(seconds=PAGE_EVERY + 1))


async def async_first_page(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, sim: Simulator
) -> None:
    """Let the first page after a start be read."""
    await async_pass(hass, freezer, sim, timedelta(seconds=FIRST_AFTER + 1))


async def async_read_past(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    sim: Simulator,
    account: MockConfigEntry,
) -> int:
    """Let all of the past be read; return how many pages it had."""
    await async_first_page(hass, freezer, sim)
    for pages in range(1, 50):
        progress = account.runtime_data.recorder.history.progress
        if progress is not None and progress.is_done:
            return pages
        await async_page(hass, freezer, sim)
    raise AssertionError("the past does not end")
