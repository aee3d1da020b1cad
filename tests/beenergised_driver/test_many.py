"""Tests of accounts with more stations around than are listed."""

from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.beenergised_driver import lists
from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from simulator import Simulator
from tests.common import async_poll, async_set_up

from .common import sites

AN_HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def few() -> Iterator[None]:
    """Let no more than two stations be listed, in pages of one."""
    with patch.object(lists, "MOST", 2), patch.object(lists, "SIZE", 1):
        yield


def _stations(registry: dr.DeviceRegistry, entry: MockConfigEntry) -> set[str]:
    """Return the ids of the stations that have devices."""
    return {
        value.rsplit("/", 1)[1]
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id)
        for domain, value in device.identifiers
        if domain == DOMAIN and "/station/" in value
    }


async def test_vanished_station_goes(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """That there are more than are wanted is no doubt about those that were listed."""
    await async_set_up(hass, account)
    before = _stations(device_registry, account)
    assert len(before) == 2
    (site, *_) = [it for it in sites(sim, roaming=False) if it.id in before]
    gone = site.id
    sim.world.remove_station(site.world_id)
    for number in range(4):
        await async_poll(hass, freezer, AN_HOUR)
        assert number > 1 or gone in _stations(device_registry, account)
    after = _stations(device_registry, account)
    assert gone not in after
    # The next one is among the first now.
    assert len(after) == 2
    assert len(after - before) == 1
