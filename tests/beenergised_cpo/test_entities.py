"""Tests of what entities show, of whatever a tenant sends."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.entity import Detail
from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from simulator import Simulator
from tests.common import async_poll, async_set_up, value_of

from .common import QUARTER, asked, make_account


async def test_documented_tenant(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, station: str
) -> None:
    """Stations come with what is documented, and connectors find their stations."""
    await async_set_up(hass, account)
    assert value_of(hass, account, "account", "stations") == "4"
    assert value_of(hass, account, "account", "connectors") == "8"
    assert value_of(hass, account, "account", "maintenance_planned") == "0"
    assert value_of(hass, account, station, "maintenance_active") == STATE_OFF
    registry = dr.async_get(hass)
    device = registry.async_get_device_by_identifier(
        (DOMAIN, f"{account.unique_id}/{station}"), account.entry_id
    )
    assert device is not None
    first = sim.world.station(sim.world.station_ids[0])
    assert (device.name, device.serial_number) == (first.name, first.spec.serial)
    assert device.sw_version == first.spec.firmware
    keys = {
        entity.unique_id.rsplit("/", 1)[1]
        for entity in er.async_entries_for_config_entry(
            er.async_get(hass), account.entry_id
        )
    }
    assert not keys & {"status", "power", "charging", "online", "session_energy"}


async def test_unique_ids_never_change(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    snapshot: SnapshotAssertion,
) -> None:
    """Every unique id of a rich tenant is as it ever was."""
    sim.beenergised_cpo.options.attributes = "rich"
    await async_set_up(hass, account)
    entities = er.async_entries_for_config_entry(er.async_get(hass), account.entry_id)
    assert sorted(f"{e.domain} {e.unique_id}" for e in entities) == snapshot


async def test_rich_tenant(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station: str,
    station_id: str,
    connector: str,
    connector_id: str,
) -> None:
    """Values of plain names are shown, and polled by the minute."""
    cpo = sim.beenergised_cpo
    cpo.options.attributes = "rich"
    cpo.options.pending_after = cpo.options.offline_after = 0
    await async_set_up(hass, account)
    assert value_of(hass, account, station, "online") == STATE_ON
    assert value_of(hass, account, connector, "status") == "available"
    assert value_of(hass, account, connector, "plug") == STATE_OFF
    location = (
        f"location/{cpo.location_uuid(sim.world.station(station_id).location_id)}"
    )
    assert value_of(hass, account, location, "connectors_available") != "0"

    sim.world.plug_in(station_id, connector_id)
    sim.world.start_charging(station_id, connector_id)
    sim.clock.advance(timedelta(minutes=2))
    cpo.requests.clear()
    await async_poll(hass, freezer)
    assert sorted(asked(sim)) == ["/charging_stations/", "/connectors/"]
    assert value_of(hass, account, connector, "status") == "charging"
    assert float(value_of(hass, account, connector, "power")) > 0
    assert value_of(hass, account, "account", "connectors_charging") == "1"

    sim.world.set_offline(station_id)
    await async_poll(hass, freezer)
    assert value_of(hass, account, station, "online") == STATE_OFF


async def test_values_that_come_later(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station: str,
    connector: str,
) -> None:
    """A tenant that begins to send more gets the entities for it without a reload."""
    await async_set_up(hass, account)
    registry = er.async_get(hass)
    before = len(er.async_entries_for_config_entry(registry, account.entry_id))
    sim.beenergised_cpo.options.attributes = "rich"
    for _ in range(5):
        await async_poll(hass, freezer, QUARTER)
    assert value_of(hass, account, station, "online") == STATE_ON
    assert value_of(hass, account, connector, "status") == "available"
    after = er.async_entries_for_config_entry(registry, account.entry_id)
    assert len(after) > before


async def test_sparse_tenant(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, station: str
) -> None:
    """Where next to nothing is told, stations go by their charge box identity."""
    sim.beenergised_cpo.options.attributes = "sparse"
    await async_set_up(hass, account)
    assert value_of(hass, account, "account", "stations") == "4"
    assert value_of(hass, account, station, "maintenance_active") == STATE_OFF
    keys = {
        entity.unique_id.rsplit("/", 1)[1]
        for entity in er.async_entries_for_config_entry(
            er.async_get(hass), account.entry_id
        )
    }
    assert not keys & {"firmware", "iccid", "online", "status"}


@pytest.mark.parametrize("parent", ["attribute", "relationship"])
async def test_connectors_that_name_their_station(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, parent: Any
) -> None:
    """Where a connector tells its station, no station is asked."""
    sim.beenergised_cpo.options.connector_parent = parent
    await async_set_up(hass, account)
    assert value_of(hass, account, "account", "connectors") == "8"
    assert not asked(sim, "*/cp/*")


async def test_large_rich_tenant_is_shown_in_less_detail(
    hass: HomeAssistant, socket_enabled: None, hass_storage: dict[str, Any]
) -> None:
    """What fits is chosen once the connectors are known, and is known at a restart."""
    async with Simulator(
        stations=700, connectors_per_station=2, speed=0, quiet=True
    ) as big:
        cpo = big.beenergised_cpo
        cpo.options.attributes = "rich"
        cpo.options.connector_parent = "attribute"
        account = make_account(hass, big)
        station_id = big.world.station_ids[-1]
        connector_id = big.world.station(station_id).connectors[0].spec.id
        connector = (
            f"connector/{cpo.station_uuid(station_id)}/"
            f"{cpo.connector_uuid(station_id, connector_id)}"
        )
        await async_set_up(hass, account)
        for _ in range(2):
            assert account.runtime_data.planner.detail is Detail.ESSENTIAL
            assert value_of(hass, account, connector, "status") == "available"
            assert value_of(hass, account, connector, "plug") == "off"
            with pytest.raises(AssertionError, match="0 entities"):
                value_of(hass, account, connector, "events")
            assert 8800 < account.runtime_data.planner.enabled <= 9000
            issue = (DOMAIN, f"entity_limit_{account.entry_id}")
            issues = ir.async_get(hass).issues
            assert issues[issue].translation_key == "entity_limit_essential"
            kept = hass_storage[f"{DOMAIN}.{account.entry_id}"]["data"]
            assert kept["detail"] == "ESSENTIAL"
            await hass.config_entries.async_reload(account.entry_id)
            await hass.async_block_till_done(wait_background_tasks=True)
        await hass.config_entries.async_unload(account.entry_id)
