"""Tests of signing in again, and of changing how an account is reached."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.const import CONF_PSK, CONF_TENANT
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import (
    CONF_CLIENT_SECRET,
    CONF_PASSWORD,
    CONF_TOKEN,
    CONF_USERNAME,
    STATE_OFF,
    STATE_ON,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulator import Simulator
from tests.common import assert_worded, async_set_up, value_of

from .common import async_pass, make_account
from .steps import (
    VENDOR,
    Browse,
    application_form,
    async_add,
    async_answer,
    async_browse,
    async_reconfigure,
    async_to_stations,
    fields_of,
    names_of,
    suggested,
)

pytestmark = pytest.mark.usefixtures("documents", "at_home")


async def test_reconfigure(hass: HomeAssistant, sim: Simulator) -> None:
    """Empty secrets are kept; a wrong one is told, and nothing is changed."""
    entry = await async_add(hass, await async_to_stations(hass, sim))
    data = dict(entry.data)
    key = sim.beenergised_driver.renew_psk()
    result = await async_reconfigure(hass, entry)
    assert result["step_id"] == f"{VENDOR}_reconfigure"
    assert data[CONF_PASSWORD] not in suggested(result)
    shown = {name: data[name] for name in (CONF_TENANT, CONF_USERNAME)}
    result = await async_answer(hass, result, shown)
    assert result["errors"] == {CONF_PSK: "wrong_key"}
    assert entry.data == data
    result = await async_answer(hass, result, {**shown, CONF_PSK: key})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    token = entry.data[CONF_TOKEN]
    assert entry.data == {**data, CONF_PSK: key, CONF_TOKEN: token}
    assert token != data[CONF_TOKEN]
    assert value_of(hass, entry, "account", "cloud") == STATE_ON


async def test_reconfigure_to_another_driver(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """Somebody else's sign-in does not take an account over."""
    entry = make_account(hass, sim)
    hass.config_entries.async_update_entry(entry, unique_id=f"{VENDOR}_other")
    await async_set_up(hass, entry)
    data = dict(entry.data)
    result = await async_reconfigure(hass, entry)
    result = await async_answer(
        hass,
        result,
        {CONF_TENANT: data[CONF_TENANT], CONF_USERNAME: data[CONF_USERNAME]},
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"
    assert_worded(result)
    assert entry.data == data


async def async_reauth(
    hass: HomeAssistant, entry: ConfigEntry, browse: Browse
) -> ConfigFlowResult:
    """Sign in again as is asked for once: with one click, and the browser."""
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert flow["step_id"] == f"{VENDOR}_reauth"
    assert value_of(hass, entry, "account", "cloud") == STATE_OFF
    result = await hass.config_entries.flow.async_configure(flow["flow_id"])
    assert_worded(result)
    assert fields_of(result) == {}
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    result = await browse(result, True)
    assert result["type"] is FlowResultType.ABORT
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def test_operator_that_grants_no_lasting_sign_in(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The user is told beforehand; after an hour one click signs in again."""
    sim.beenergised_driver.options.auth0_refresh_tokens = False
    result = await async_browse(hass, sim, browse)
    assert result["step_id"] == f"{VENDOR}_short_lived"
    assert fields_of(result) == {}
    result = await async_answer(hass, result, {})
    entry = await async_add(hass, result)
    assert "refresh_token" not in entry.data[CONF_TOKEN]
    for _ in range(2):
        for _ in range(8):
            await async_pass(hass, freezer, sim, timedelta(minutes=7))
            assert value_of(hass, entry, "account", "cloud") == STATE_ON
        assert not hass.config_entries.flow.async_progress()
        for _ in range(8):
            await async_pass(hass, freezer, sim, timedelta(minutes=20))
        result = await async_reauth(hass, entry, browse)
        assert result["reason"] == "reauth_successful"
        assert value_of(hass, entry, "account", "cloud") == STATE_ON


async def test_grant_that_was_taken_back(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A sign-in that was taken back is asked for once; after it all is as before."""
    entry = await async_add(hass, await async_browse(hass, sim, browse))
    unique_id, before = entry.unique_id, names_of(entry)
    sim.beenergised_driver.revoke_auth0_grant()
    for _ in range(12):
        await async_pass(hass, freezer, sim, timedelta(minutes=20))
    result = await async_reauth(hass, entry, browse)
    assert result["reason"] == "reauth_successful"
    assert value_of(hass, entry, "account", "cloud") == STATE_ON
    assert (entry.unique_id, names_of(entry)) == (unique_id, before)


async def test_reauth_as_another_driver(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """Somebody else's sign-in does not take an account over."""
    entry = await async_add(hass, await async_browse(hass, sim, browse))
    hass.config_entries.async_update_entry(entry, unique_id=f"{VENDOR}_other")
    token = entry.data[CONF_TOKEN]
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    result = await browse(result, True)
    assert result["reason"] == "wrong_account"
    assert entry.data[CONF_TOKEN] == token


async def test_reconfigure_in_the_browser(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """Another application of the operator's, and a sign-in with it; a secret is kept."""
    entry = await async_add(hass, await async_browse(hass, sim, browse))
    first = entry.data[CONF_TOKEN]
    result = await async_reconfigure(hass, entry)
    assert result["step_id"] == f"{VENDOR}_reconfigure_browser"
    assert sim.beenergised_driver.client_secret not in suggested(result)
    form = application_form(sim)
    del form[CONF_CLIENT_SECRET]
    result = await browse(await async_answer(hass, result, form), True)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data[CONF_CLIENT_SECRET] == sim.beenergised_driver.client_secret
    assert entry.data[CONF_TOKEN]["access_token"] != first["access_token"]
    assert value_of(hass, entry, "account", "cloud") == STATE_ON
