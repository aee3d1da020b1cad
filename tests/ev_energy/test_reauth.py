"""Tests of signing in again, and of changing how an account is reached."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import CONF_SERVER, DOMAIN
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulator import Simulator
from tests.common import assert_worded, async_poll, value_of

from .common import Browse, async_add, client_form

pytestmark = pytest.mark.usefixtures("with_application")


async def test_revoked_sign_in(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A sign-in that was taken back starts one flow; after it all is as before."""
    entry = await async_add(hass, browse)
    unique_id = entry.unique_id
    sim.ev_energy.revoke_refresh_tokens()
    sim.ev_energy.expire_access_tokens()
    for _ in range(4):
        await async_poll(hass, freezer, timedelta(minutes=16))
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert value_of(hass, entry, "account", "cloud") == "off"
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    result = await browse(result, True)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.unique_id == unique_id
    assert value_of(hass, entry, "account", "cloud") == "on"
    assert value_of(hass, entry, "account", "stations") == "2"


async def test_reauth_as_another_user(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """Somebody else's sign-in does not take an account over."""
    entry = await async_add(hass, browse)
    token = entry.data[CONF_TOKEN]
    sim.ev_energy.sign_in(sim.ev_energy.user_ids[1])
    assert isinstance(entry, ConfigEntry)
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    result = await browse(result, True)
    assert result["reason"] == "wrong_account"
    assert entry.data[CONF_TOKEN] == token


async def test_reconfigure_signs_in_anew(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """An account that was signed in to in the browser is so again, with new tokens."""
    entry = await async_add(hass, browse)
    token = entry.data[CONF_TOKEN]["access_token"]
    result = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id},
    )
    result = await browse(result, True)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.data[CONF_TOKEN]["access_token"] != token
    assert entry.state is ConfigEntryState.LOADED


async def test_client_with_a_new_secret(hass: HomeAssistant, sim: Simulator) -> None:
    """Reauth asks for the secret only; reconfigure keeps it if none is given."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=f"ev_energy_{sim.ev_energy.user_id}",
        data={
            "vendor": "ev_energy",
            CONF_SERVER: sim.ev_energy.address,
            CONF_CLIENT_ID: sim.ev_energy.client_id,
            CONF_CLIENT_SECRET: "old",
        },
    )
    entry.add_to_hass(hass)
    result = await entry.start_reauth_flow(hass)
    assert result["step_id"] == "ev_energy_reauth_credentials"
    assert_worded(result)
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {CONF_CLIENT_SECRET: sim.ev_energy.client_secret}
    )
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    result = await entry.start_reconfigure_flow(hass)
    assert result["step_id"] == "ev_energy_reconfigure"
    assert_worded(result)
    form = client_form(sim)
    del form[CONF_CLIENT_SECRET]
    result = await hass.config_entries.flow.async_configure(result["flow_id"], form)
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.data[CONF_CLIENT_SECRET] == sim.ev_energy.client_secret
