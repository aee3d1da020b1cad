"""Tests of when an account asks for a new sign-in, whatever its vendor."""

from collections.abc import Callable
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import STATE_OFF
from homeassistant.core import HomeAssistant
from simulator import Simulator

from .beenergised_cpo.common import make_account as make_operator
from .beenergised_driver.common import make_account as make_driver
from .common import async_poll, async_set_up, value_of


def _refuse_kempower(sim: Simulator) -> None:
    sim.kempower.revoke_refresh_token()
    sim.kempower.expire_access_tokens()


def _refuse_operator(sim: Simulator) -> None:
    sim.beenergised_cpo.revoke_client()
    sim.beenergised_cpo.expire_access_tokens()


def _refuse_driver(sim: Simulator) -> None:
    sim.beenergised_driver.change_password()


@pytest.mark.parametrize(
    ("make_account", "refuse"),
    [
        (None, _refuse_kempower),
        (make_operator, _refuse_operator),
        (make_driver, _refuse_driver),
    ],
    ids=["kempower", "beenergised_cpo", "beenergised_driver"],
)
async def test_a_refusal_is_confirmed_soon(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    make_account: Callable[[HomeAssistant, Simulator], MockConfigEntry] | None,
    refuse: Callable[[Simulator], None],
) -> None:
    """The second refusal, which counts, comes a minute later and not at the next poll."""
    account = make_account(hass, sim) if make_account else entry
    await async_set_up(hass, account)
    refuse(sim)
    # The longest wait is a quarter of an hour, and a tenth of it more.
    await async_poll(hass, freezer, timedelta(minutes=17))
    assert value_of(hass, account, "account", "cloud") == STATE_OFF
    await async_poll(hass, freezer, timedelta(seconds=59))
    assert not hass.config_entries.flow.async_progress()
    await async_poll(hass, freezer, timedelta(seconds=10))
    flows = hass.config_entries.flow.async_progress()
    assert [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH]
