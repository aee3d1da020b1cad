"""Tests of the tokens of a sign-in: renewed, refused, revoked."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant
from simulator import Simulator
from tests.common import async_poll, value_of

from .common import Browse, async_add

pytestmark = pytest.mark.usefixtures("with_application")


async def test_tokens_are_refreshed_with_no_gap(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Over two days nothing is refused, and each rotated token is kept."""
    entry = await async_add(hass, browse)
    first = entry.data[CONF_TOKEN]["refresh_token"]
    for _ in range(48):
        sim.clock.advance(timedelta(hours=1))
        await async_poll(hass, freezer, timedelta(hours=1))
        assert value_of(hass, entry, "account", "cloud") == "on"
    assert not sim.ev_energy.requests.matching(status=401)
    assert entry.data[CONF_TOKEN]["refresh_token"] != first
    issued = len(sim.ev_energy.tokens_issued)
    assert 5 <= issued <= 8


@pytest.mark.usefixtures("without_past")
async def test_token_that_is_refused_early(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A token that ends before its time is refreshed within the same poll."""
    entry = await async_add(hass, browse)
    sim.ev_energy.expire_access_tokens()
    await async_poll(hass, freezer, timedelta(seconds=100))
    assert value_of(hass, entry, "account", "cloud") == "on"
    assert len(sim.ev_energy.requests.matching(status=401)) == 1


async def test_removal_revokes(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """A removed account's tokens are good for nothing any more."""
    entry = await async_add(hass, browse)
    await hass.config_entries.async_remove(entry.entry_id)
    assert len(sim.ev_energy.revoked) == 2
    assert sim.ev_energy.requests.matching("/o/revoke_token/", status=200)


async def test_removal_does_not_depend_on_the_vendor(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An account goes even if its tokens cannot be revoked; that is logged."""
    entry = await async_add(hass, browse)
    secret = entry.data[CONF_TOKEN]["refresh_token"]
    sim.ev_energy.faults.add("/o/revoke_token/", status=503)
    await hass.config_entries.async_remove(entry.entry_id)
    assert not hass.config_entries.async_entries(DOMAIN)
    assert "could not be revoked" in caplog.text
    assert secret not in caplog.text
