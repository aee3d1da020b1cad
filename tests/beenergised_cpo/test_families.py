"""Tests of the parts of a poll: each that fails costs only itself."""

from datetime import timedelta
import logging

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from simulator import Simulator
from tests.common import async_poll, async_set_up, entity_id_of, value_of

from .common import API, QUARTER, asked

HOUR = timedelta(minutes=70)


def _off(account: MockConfigEntry) -> dict[str, str]:
    """Return the families that could not be read, with the reason."""
    families = account.runtime_data.client.families
    return {family.name: family.reason for family in families.off()}


@pytest.mark.parametrize("status", [401, 403, 404, 408, 500, 503, 520])
@pytest.mark.parametrize(
    ("path", "name"),
    [("/locations/", "locations"), ("/maintenance_windows/", "maintenance windows")],
)
async def test_part_that_cannot_be_read(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station: str,
    path: str,
    name: str,
    status: int,
) -> None:
    """An account without a part is set up, and has it as soon as it can be read."""
    sim.beenergised_cpo.deny(f"{API}{path}", status)
    await async_set_up(hass, account)
    assert account.state is ConfigEntryState.LOADED
    assert value_of(hass, account, "account", "stations") == "4"
    assert value_of(hass, account, "account", "connectors") == "8"
    assert list(_off(account)) == [name]
    for _ in range(3):
        await async_poll(hass, freezer, QUARTER)
        assert value_of(hass, account, "account", "cloud") == STATE_ON
    assert not hass.config_entries.flow.async_progress()
    # It is asked again, with growing waits.
    assert 2 <= len(asked(sim, f"*{path}")) <= 16
    sim.beenergised_cpo.allow("*")
    for _ in range(2):
        await async_poll(hass, freezer, HOUR)
    assert not _off(account)
    assert value_of(hass, account, station, "maintenance_active") == STATE_OFF


@pytest.mark.parametrize("status", [401, 403, 500])
async def test_windows_stand_while_they_cannot_be_read(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station: str,
    station_id: str,
    status: int,
) -> None:
    """What was planned yesterday still is; after a day nobody knows."""
    start = sim.clock.now() + timedelta(days=3)
    uuid = sim.beenergised_cpo.station_uuid(station_id)
    sim.beenergised_cpo.windows.add(uuid, None, start, start + timedelta(1), "Planned")
    await async_set_up(hass, account)
    sim.beenergised_cpo.deny(f"{API}/maintenance_windows/", status)
    for _ in range(4):
        await async_poll(hass, freezer, QUARTER)
    assert value_of(hass, account, "account", "maintenance_planned") == "1"
    assert value_of(hass, account, station, "maintenance_active") == STATE_OFF
    assert list(_off(account)) == ["maintenance windows"]


async def test_statuses_without_the_list_of_connectors(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    connector: str,
    station_id: str,
    connector_id: str,
) -> None:
    """A token that may not list connectors any more still tells how they are."""
    sim.beenergised_cpo.options.attributes = "rich"
    await async_set_up(hass, account)
    assert value_of(hass, account, connector, "status") == "available"
    sim.beenergised_cpo.deny(f"{API}/connectors/", 403)
    sim.world.plug_in(station_id, connector_id)
    sim.world.start_charging(station_id, connector_id)
    await async_poll(hass, freezer)
    assert value_of(hass, account, connector, "status") == "charging"
    sim.world.stop_charging(station_id, connector_id)
    sim.world.unplug(station_id, connector_id)
    await async_poll(hass, freezer)
    assert value_of(hass, account, connector, "status") == "available"
    assert list(_off(account)) == ["connectors"]


async def test_stations_refused_for_a_while(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A 401 that fresh tokens meet too asks for no sign-in, and is over when it is."""
    await async_set_up(hass, account)
    sim.beenergised_cpo.deny(f"{API}/charging_stations/", 401)
    for _ in range(3):
        await async_poll(hass, freezer, HOUR)
    assert value_of(hass, account, "account", "cloud") == STATE_OFF
    assert not hass.config_entries.flow.async_progress()
    sim.beenergised_cpo.allow("*")
    await async_poll(hass, freezer, HOUR)
    assert value_of(hass, account, "account", "cloud") == STATE_ON
    assert value_of(hass, account, "account", "connectors") == "8"


@pytest.mark.parametrize("status", [503, 520])
async def test_whole_outage(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    """An outage shows at the next poll, though stations are not due, and is over at one."""
    await async_set_up(hass, account)
    caplog.set_level(logging.INFO)
    caplog.clear()
    sim.beenergised_cpo.deny("*", status)
    for _ in range(5):
        await async_poll(hass, freezer, QUARTER)
        assert value_of(hass, account, "account", "cloud") == STATE_OFF
    sim.beenergised_cpo.allow("*")
    await async_poll(hass, freezer, QUARTER)
    assert value_of(hass, account, "account", "cloud") == STATE_ON
    ours = [
        record
        for record in caplog.records
        if record.levelno >= logging.INFO and "ev_charging_cloud" in record.name
    ]
    assert len(ours) <= 2


async def test_token_endpoint_is_firewalled(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Pages of a firewall before the sign-in are an outage."""
    await async_set_up(hass, account)
    sim.beenergised_cpo.expire_access_tokens()
    for status in (401, 403, 429):
        sim.beenergised_cpo.faults.clear()
        sim.beenergised_cpo.faults.add("*token", status=status, html=True)
        for _ in range(3):
            await async_poll(hass, freezer, QUARTER)
        assert value_of(hass, account, "account", "cloud") == STATE_OFF
        assert not hass.config_entries.flow.async_progress()
    sim.beenergised_cpo.faults.clear()
    await async_poll(hass, freezer, HOUR)
    assert value_of(hass, account, "account", "cloud") == STATE_ON


async def test_connector_moves(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    connector: str,
) -> None:
    """A connector that names another station has its entities there."""
    sim.beenergised_cpo.options.connector_parent = "attribute"
    await async_set_up(hass, account)
    other = sim.beenergised_cpo.station_uuid(sim.world.station_ids[1])
    _, _, connector_uuid = connector.split("/")
    place = next(
        place
        for place, listed in enumerate(sim.world.station_ids)
        if sim.beenergised_cpo.station_uuid(listed) == connector.split("/")[1]
    )
    sim.beenergised_cpo.faults.add(
        f"{API}/connectors/", replace={f"data.{2 * place}.attributes.cpId": other}
    )
    for _ in range(2):
        await async_poll(hass, freezer, HOUR)
    moved = f"connector/{other}/{connector_uuid}"
    assert entity_id_of(hass, account, moved, "maintenance", ["calendar"])
    assert value_of(hass, account, "account", "connectors") == "8"


async def test_limit_of_one_part(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A demand to slow down holds for all parts, and costs none of what is known."""
    await async_set_up(hass, account)
    sim.beenergised_cpo.faults.add(
        f"{API}/maintenance_windows/", status=429, retry_after=2400
    )
    await async_poll(hass, freezer, QUARTER)
    sim.beenergised_cpo.requests.clear()
    for _ in range(2):
        await async_poll(hass, freezer, QUARTER)
        assert value_of(hass, account, "account", "stations") == "4"
        assert value_of(hass, account, "account", "maintenance_planned") == "0"
    assert not asked(sim)
    sim.beenergised_cpo.faults.clear()
    await async_poll(hass, freezer, QUARTER)
    assert asked(sim, "*/maintenance_windows/")
