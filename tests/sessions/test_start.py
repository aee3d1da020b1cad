"""Tests of what sessions have told, at a start: before the first poll, and without the cloud."""

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.ev_charging_cloud.clients.client import Capability
from custom_components.ev_charging_cloud.const import CONF_VENDOR
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from simulator import Simulator
from tests.beenergised_cpo.common import make_account as make_operator
from tests.beenergised_driver.common import make_account as make_driver
from tests.common import async_set_up
from tests.ev_energy.common import make_account as make_home

from .common import HOUR, async_pass, async_read_past


@pytest.fixture(
    params=["kempower", "ev_energy", "beenergised_cpo", "beenergised_driver"]
)
def account(
    request: pytest.FixtureRequest,
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
) -> MockConfigEntry:
    """Return an account of each vendor, not set up yet."""
    match request.param:
        case "ev_energy":
            return make_home(hass, sim)
        case "beenergised_cpo":
            return make_operator(hass, sim)
        case "beenergised_driver":
            return make_driver(hass, sim)
        case _:
            return entry


@pytest.fixture(autouse=True)
def _all_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have all meters enabled from the start."""
    monkeypatch.setattr(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default", True
    )


def meters_of(hass: HomeAssistant, account: MockConfigEntry) -> dict[str, float]:
    """Return what the lifetime meters of an account show; they must show something."""
    found: dict[str, float] = {}
    for entity in er.async_entries_for_config_entry(
        er.async_get(hass), account.entry_id
    ):
        if entity.unique_id.endswith("/lifetime_energy"):
            state = hass.states.get(entity.entity_id)
            assert state is not None
            found[entity.entity_id] = float(state.state)
    return found


async def test_lifetime_energy_is_there_at_once(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Its first state after a start is the one before it, whether or not the cloud answers.

    The operators' API of be.ENERGISED tells neither sessions nor energy: there are no meters.
    """
    sim.world.plug_in(station_id, connector_id, soc=10)
    sim.world.start_charging(station_id, connector_id)
    sim.clock.advance(HOUR / 2)
    await async_set_up(hass, account)
    if Capability.HISTORY in account.runtime_data.client.capabilities:
        await async_read_past(hass, freezer, sim, account)
    await async_pass(hass, freezer, sim)
    before = meters_of(hass, account)
    assert any(before.values()) is (account.data[CONF_VENDOR] != "beenergised_cpo")
    for is_away in (False, True):
        assert await hass.config_entries.async_unload(account.entry_id)
        if is_away:
            await sim.stop()
        events = async_capture_events(hass, EVENT_STATE_CHANGED)
        await async_set_up(hass, account)
        first: dict[str, float] = {}
        for event in events:
            entity_id, state = event.data["entity_id"], event.data["new_state"]
            if entity_id in before and state is not None:
                first.setdefault(entity_id, float(state.state))
        assert first == before
        assert meters_of(hass, account) == before
