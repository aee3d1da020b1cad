"""Tests of Home Assistant's backups while sessions are kept."""

from datetime import timedelta
from pathlib import Path
import shutil

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.backup import (
    async_post_backup,
    async_pre_backup,
)
from custom_components.ev_charging_cloud.ledger import Ledger, SessionQuery, sqlite_url
from custom_components.ev_charging_cloud.sessions.ledger import ledger_of
from homeassistant.core import HomeAssistant
from simulator import Simulator

from .common import async_kept, async_pass


async def test_a_backup_holds_what_was_seen(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    station_id: str,
    connector_id: str,
    tmp_path: Path,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The file alone has all sessions; what is seen while it is copied comes after."""
    sim.world.plug_in(station_id, connector_id)
    first = sim.world.start_charging(station_id, connector_id).id
    await async_pass(hass, freezer, sim)
    await async_pre_backup(hass)
    sim.clock.advance(timedelta(minutes=5))
    sim.world.unplug(station_id, connector_id)
    sim.world.plug_in(station_id, connector_id)
    second = sim.world.start_charging(station_id, connector_id).id
    await async_pass(hass, freezer, sim)
    # The other files are not copied: what is in the backup must not need them.
    await hass.async_add_executor_job(
        shutil.copy, hass.config.path("ev_charging_cloud.db"), tmp_path / "copy.db"
    )
    await async_post_backup(hass)
    assert {first, second} <= (await async_kept(hass, loaded)).keys()
    copy = Ledger(sqlite_url(tmp_path / "copy.db"))
    found = await copy.async_sessions(SessionQuery(account_id="kempower_test"))
    await copy.async_stop()
    ids = {record.session_id for record in found.sessions}
    assert first in ids
    assert second not in ids


async def test_a_backup_without_accounts(hass: HomeAssistant) -> None:
    """Where no ledger is open, there is nothing to do, and none is opened."""
    await async_pre_backup(hass)
    await async_post_backup(hass)
    assert ledger_of(hass) is None
