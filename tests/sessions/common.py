"""What the tests of sessions do again and again."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.ledger import (
    Ledger,
    SessionQuery,
    SessionRecord,
)
from custom_components.ev_charging_cloud.sessions.ledger import ledger_of
from homeassistant.core import HomeAssistant
from simulator import Simulator
from tests.common import ONE_POLL, async_poll, value_of


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
