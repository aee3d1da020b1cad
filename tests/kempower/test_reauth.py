"""Tests of signing in again, and of changing how an account is reached."""

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import (
    CONF_ADVANCED,
    CONF_REFRESH_TOKEN,
    CONF_SERVER,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulator import Simulator
from tests.common import async_configure, async_set_up, value_of


async def test_reauth(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """A new token of the same account brings it back, under the same ids."""
    await async_set_up(hass, entry)
    unique_id = entry.unique_id
    new_token = sim.kempower.renew_refresh_token()
    result = await entry.start_reauth_flow(hass)
    assert result["step_id"] == "kempower_reauth"
    result = await async_configure(hass, result, {CONF_REFRESH_TOKEN: "wrong"})
    assert result["errors"] == {CONF_REFRESH_TOKEN: "invalid_auth"}
    result = await async_configure(hass, result, {CONF_REFRESH_TOKEN: new_token})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    assert entry.data[CONF_REFRESH_TOKEN] == new_token
    assert entry.data[CONF_SERVER] == sim.kempower.url
    assert entry.unique_id == unique_id
    assert entry.state is ConfigEntryState.LOADED
    assert value_of(hass, entry, "account", "stations") == "4"


async def test_reauth_with_another_account(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """A token that leads to none of the known stations is refused."""
    await async_set_up(hass, entry)
    new_token = sim.kempower.renew_refresh_token()
    for station_id in sim.world.station_ids:
        sim.world.remove_station(station_id)
    sim.world.add_station(next(iter(sim.world.locations)))
    result = await entry.start_reauth_flow(hass)
    result = await async_configure(hass, result, {CONF_REFRESH_TOKEN: new_token})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"
    assert entry.data[CONF_REFRESH_TOKEN] != new_token


async def test_reconfigure_keeps_the_token(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """An empty token field keeps the present token; a bad address can be mended."""
    await async_set_up(hass, entry)
    result = await entry.start_reconfigure_flow(hass)
    assert result["step_id"] == "kempower_reconfigure"
    result = await async_configure(
        hass, result, {CONF_ADVANCED: {CONF_SERVER: "http://kempower.example"}}
    )
    assert result["errors"] == {CONF_ADVANCED: "insecure_address"}
    async with Simulator(stations=4, speed=0, quiet=True) as moved:
        assert moved.kempower.url != sim.kempower.url
        result = await async_configure(
            hass, result, {CONF_ADVANCED: {CONF_SERVER: f"{moved.kempower.url}/"}}
        )
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "reconfigure_successful"
        await hass.async_block_till_done()
        assert entry.data[CONF_SERVER] == moved.kempower.url
        assert entry.data[CONF_REFRESH_TOKEN] == sim.kempower.refresh_token
        assert entry.state is ConfigEntryState.LOADED
        assert moved.kempower.requests
