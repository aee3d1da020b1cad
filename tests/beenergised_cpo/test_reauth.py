"""Tests of signing in again, and of changing how an account is reached."""

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import CONF_TENANT
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from simulator import Simulator
from simulator.beenergised_cpo import tokens
from tests.common import async_configure, async_poll, async_set_up, value_of

from .common import API, QUARTER, VENDOR, data_of, form_of, move_in_others

# ---- signing in again


async def test_revoked_client(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A client that was deleted starts one flow; with a new secret all is as before."""
    await async_set_up(hass, account)
    unique_id = account.unique_id
    sim.beenergised_cpo.revoke_client()
    for _ in range(4):
        await async_poll(hass, freezer, QUARTER)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert flow["step_id"] == f"{VENDOR}_reauth"
    assert value_of(hass, account, "account", "cloud") == "off"

    credentials = {
        CONF_CLIENT_ID: sim.beenergised_cpo.client_id,
        CONF_CLIENT_SECRET: sim.beenergised_cpo.client_secret,
    }
    result = await hass.config_entries.flow.async_configure(flow["flow_id"])
    result = await async_configure(hass, result, credentials)
    assert result["errors"] == {CONF_CLIENT_ID: "unknown_client"}
    credentials[CONF_CLIENT_SECRET] = sim.beenergised_cpo.renew_client_secret()
    result = await async_configure(hass, result, credentials)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert account.data == data_of(sim, **credentials)
    assert account.unique_id == unique_id
    assert account.state is ConfigEntryState.LOADED
    assert value_of(hass, account, "account", "cloud") == "on"
    assert value_of(hass, account, "account", "connectors") == "8"
    assert not hass.config_entries.flow.async_progress()


async def test_renewed_secret(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """The old secret is told apart from a client that is gone."""
    await async_set_up(hass, account)
    secret = sim.beenergised_cpo.renew_client_secret()
    result = await account.start_reauth_flow(hass)
    form = {CONF_CLIENT_ID: sim.beenergised_cpo.client_id}
    result = await async_configure(
        hass, result, form | {CONF_CLIENT_SECRET: account.data[CONF_CLIENT_SECRET]}
    )
    assert result["errors"] == {CONF_CLIENT_SECRET: "wrong_secret"}
    result = await async_configure(hass, result, form | {CONF_CLIENT_SECRET: secret})
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert account.data[CONF_CLIENT_SECRET] == secret


async def test_reauth_with_a_new_client(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another client that sees the same stations takes the account on, under the same ids."""
    await async_set_up(hass, account)
    unique_id = account.unique_id
    monkeypatch.setattr(tokens, "CLIENT_ID", "the-second-client")
    result = await account.start_reauth_flow(hass)
    result = await async_configure(
        hass,
        result,
        {
            CONF_CLIENT_ID: "the-second-client",
            CONF_CLIENT_SECRET: sim.beenergised_cpo.client_secret,
        },
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert account.data == data_of(sim, **{CONF_CLIENT_ID: "the-second-client"})
    assert account.unique_id == unique_id
    assert account.state is ConfigEntryState.LOADED
    assert value_of(hass, account, "account", "stations") == "4"


async def test_reauth_with_another_account(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A client that sees none of the known stations is refused."""
    await async_set_up(hass, account)
    before = dict(account.data)
    monkeypatch.setattr(tokens, "CLIENT_ID", "somebody-elses-client")
    move_in_others(sim)
    result = await account.start_reauth_flow(hass)
    result = await async_configure(
        hass,
        result,
        {
            CONF_CLIENT_ID: "somebody-elses-client",
            CONF_CLIENT_SECRET: sim.beenergised_cpo.client_secret,
        },
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"
    assert account.data == before


# ---- changing how the account is reached


async def test_reconfigure_keeps_the_secret(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """An empty secret keeps the present one; a mistake can be mended."""
    await async_set_up(hass, account)
    result = await account.start_reconfigure_flow(hass)
    assert result["step_id"] == f"{VENDOR}_reconfigure"
    form = form_of(sim, **{CONF_TENANT: "http://acme.beenergised.cloud"})
    del form[CONF_CLIENT_SECRET]
    result = await async_configure(hass, result, form)
    assert result["errors"] == {CONF_TENANT: "insecure_address"}
    async with Simulator(stations=4, speed=0, quiet=True) as moved:
        assert moved.beenergised_cpo.url != sim.beenergised_cpo.url
        form = form_of(moved)
        del form[CONF_CLIENT_SECRET]
        result = await async_configure(hass, result, form)
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "reconfigure_successful"
        await hass.async_block_till_done(wait_background_tasks=True)
        assert account.data == data_of(moved)
        assert account.data[CONF_CLIENT_SECRET] == sim.beenergised_cpo.client_secret
        assert account.state is ConfigEntryState.LOADED
        assert moved.beenergised_cpo.requests.matching(f"{API}/charging_stations/")
        addresses = {
            device.configuration_url
            for device in dr.async_entries_for_config_entry(
                dr.async_get(hass), account.entry_id
            )
        }
        assert addresses == {moved.beenergised_cpo.url}
        await hass.config_entries.async_unload(account.entry_id)


async def test_reconfigure_with_a_new_secret(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """A secret that is given replaces the present one."""
    await async_set_up(hass, account)
    secret = sim.beenergised_cpo.renew_client_secret()
    result = await account.start_reconfigure_flow(hass)
    form = form_of(sim)
    del form[CONF_CLIENT_SECRET]
    result = await async_configure(hass, result, form)
    assert result["errors"] == {CONF_CLIENT_SECRET: "wrong_secret"}
    result = await async_configure(hass, result, form_of(sim))
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert account.data[CONF_CLIENT_SECRET] == secret


async def test_reconfigure_to_another_tenant(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """A tenant that has none of the known stations is another account."""
    await async_set_up(hass, account)
    before = dict(account.data)
    async with Simulator(stations=4, speed=0, quiet=True) as other:
        move_in_others(other)
        result = await account.start_reconfigure_flow(hass)
        result = await async_configure(hass, result, form_of(other))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"
    assert account.data == before
