"""Tests of what the ledger keeps of what polls show, by way of Home Assistant."""

from datetime import timedelta
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.ledger import (
    Change,
    EndSource,
    LedgerError,
    Problem,
)
from custom_components.ev_charging_cloud.ledger.store import Store
from custom_components.ev_charging_cloud.sessions.ledger import (
    async_get_ledger,
    ledger_of,
)
from custom_components.ev_charging_cloud.sessions.recorder import GRACE
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from simulator import Simulator
from tests.common import async_set_up, entity_id_of, value_of

from .common import async_kept, async_pass, number, opened


@pytest.fixture
def connector(station_id: str, connector_id: str) -> str:
    """Return the path of the connector."""
    return f"connector/{station_id}/{connector_id}"


def charge(sim: Simulator, station_id: str, connector_id: str) -> str:
    """Plug a car in and let it charge for ten minutes; return the session's id."""
    sim.world.plug_in(station_id, connector_id, soc=10)
    session = sim.world.start_charging(station_id, connector_id)
    sim.clock.advance(timedelta(minutes=10))
    return session.id


async def test_a_session_from_plug_to_plug(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    station_id: str,
    connector_id: str,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A session is kept as the world has it, and its energy is on the meter once."""
    before = number(hass, loaded, connector, "lifetime_energy")
    session_id = charge(sim, station_id, connector_id)
    await async_pass(hass, freezer, sim)
    running = (await async_kept(hass, loaded))[session_id]
    assert not running.is_over
    assert number(hass, loaded, connector, "lifetime_energy") - before == pytest.approx(
        number(hass, loaded, connector, "session_energy"), abs=0.001
    )
    over = sim.world.unplug(station_id, connector_id)
    await async_pass(hass, freezer, sim)
    kept = (await async_kept(hass, loaded))[session_id]
    assert kept.energy == pytest.approx(over.energy_wh, abs=1)
    assert kept.started_at == over.start
    assert kept.ended_at == over.end
    assert kept.end_source is EndSource.VENDOR
    station = sim.world.station(station_id)
    assert kept.station_name == station.name
    assert (kept.location_id, kept.connector_id) == (station.location_id, connector_id)
    assert number(hass, loaded, connector, "lifetime_energy") - before == pytest.approx(
        over.energy_wh / 1000, abs=0.001
    )


async def test_nothing_new_writes_nothing(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Polls that bring nothing new do not touch the database."""
    charge(sim, station_id, connector_id)
    sim.world.stop_charging(station_id, connector_id)
    await async_set_up(hass, entry)
    with patch.object(Store, "record", autospec=True) as record:
        for _ in range(3):
            # The car is still plugged in, and the world stands still.
            await async_pass(hass, freezer, sim, timedelta(0))
        assert not record.called
    assert opened(hass).running_sessions(entry.unique_id or "")


async def test_restarts_in_the_middle(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The meter goes on where it was, and what charged meanwhile is on it."""
    session_id = charge(sim, station_id, connector_id)
    await async_set_up(hass, entry)
    before = number(hass, entry, connector, "lifetime_energy")
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert ledger_of(hass) is None
    assert value_of(hass, entry, connector, "lifetime_energy") == STATE_UNAVAILABLE
    at_stop = sim.world.connector(station_id, connector_id).session
    assert at_stop is not None
    sim.clock.advance(timedelta(minutes=10))
    over = sim.world.unplug(station_id, connector_id)
    await async_set_up(hass, entry)
    kept = await async_kept(hass, entry)
    assert kept[session_id].ended_at == over.end
    assert number(hass, entry, connector, "lifetime_energy") - before == pytest.approx(
        (over.energy_wh - at_stop.energy_wh) / 1000, abs=0.002
    )


async def test_an_end_that_nobody_saw(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A session that the vendor shows no more is closed at its last sight, and marked."""
    session_id = charge(sim, station_id, connector_id)
    await async_set_up(hass, entry)
    await async_pass(hass, freezer, sim)
    last_seen = entry.runtime_data.live.data.poll.taken_at
    sim.kempower.options.hide_transactions = True
    await async_pass(hass, freezer, sim)
    assert not (await async_kept(hass, entry))[session_id].is_over
    await async_pass(hass, freezer, sim, GRACE)
    kept = (await async_kept(hass, entry))[session_id]
    assert (kept.ended_at, kept.end_source) == (last_seen, EndSource.LAST_SEEN)
    sim.kempower.options.hide_transactions = False
    await async_pass(hass, freezer, sim)
    assert not (await async_kept(hass, entry))[session_id].is_over


async def test_what_fails_closes_nothing(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """While the cloud is away, or a station cannot be read, no session is over."""
    session_id = charge(sim, station_id, connector_id)
    await async_set_up(hass, entry)
    sim.kempower.faults.add("/stations", remove=["stations.0.stationId"])
    for _ in range(3):
        await async_pass(hass, freezer, sim, GRACE)
    sim.kempower.faults.clear()
    sim.kempower.faults.add("/stations", status=503)
    for _ in range(3):
        await async_pass(hass, freezer, sim, GRACE)
    assert not (await async_kept(hass, entry))[session_id].is_over


async def test_only_what_is_new_is_news(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What the first poll shows happened before, and is no news."""
    await hass.config_entries.async_unload(loaded.entry_id)
    first = charge(sim, station_id, connector_id)
    news: list[Change] = []
    await async_set_up(hass, loaded)
    loaded.runtime_data.recorder.async_add_news_listener(news.extend)
    assert first in await async_kept(hass, loaded)
    await async_pass(hass, freezer, sim, timedelta(0))
    assert news == []
    sim.world.unplug(station_id, connector_id)
    await async_pass(hass, freezer, sim)
    assert [(it.after.session_id, it.after.is_over) for it in news] == [(first, True)]
    second = charge(sim, station_id, connector_id)
    await async_pass(hass, freezer, sim)
    assert [it.after.session_id for it in news if it.before is None] == [second]


async def test_a_database_that_fails(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    station_id: str,
    connector_id: str,
    connector: str,
    freezer: FrozenDateTimeFactory,
    issue_registry: ir.IssueRegistry,
) -> None:
    """Polling goes on, one repair says so, and what was seen is written later."""
    full = LedgerError(Problem.DISK_FULL, "database or disk is full")
    with patch.object(Store, "record", side_effect=full):
        session_id = charge(sim, station_id, connector_id)
        await async_pass(hass, freezer, sim)
        await async_pass(hass, freezer, sim)
        assert value_of(hass, loaded, connector, "status") == "charging"
        assert number(hass, loaded, connector, "lifetime_energy") > 1
        issues = [key for key in issue_registry.issues if key[1].startswith("ledger")]
        assert issues == [("ev_charging_cloud", "ledger")]
        issue = issue_registry.issues[issues[0]]
        assert issue.translation_key == "ledger_disk_full"
        assert session_id not in await async_kept(hass, loaded)
    await async_pass(hass, freezer, sim, timedelta(minutes=6))
    assert session_id in await async_kept(hass, loaded)
    assert not [key for key in issue_registry.issues if key[1].startswith("ledger")]


async def test_a_database_that_cannot_be_opened(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    connector: str,
    freezer: FrozenDateTimeFactory,
    issue_registry: ir.IssueRegistry,
) -> None:
    """Set-up goes on; meters are unavailable until it is known what they showed."""
    away = LedgerError(Problem.UNREACHABLE, "no route to host")
    with patch.object(Store, "open", side_effect=away):
        await async_set_up(hass, entry)
        assert entry.state is ConfigEntryState.LOADED
        assert value_of(hass, entry, "account", "connectors") == "8"
        assert value_of(hass, entry, connector, "lifetime_energy") == STATE_UNAVAILABLE
        assert issue_registry.async_get_issue("ev_charging_cloud", "ledger")
    await async_pass(hass, freezer, sim, timedelta(minutes=6))
    assert number(hass, entry, connector, "lifetime_energy") >= 0
    assert not issue_registry.async_get_issue("ev_charging_cloud", "ledger")


async def test_removing_the_account(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
) -> None:
    """With the account go its sessions, and the file is closed."""
    charge(sim, station_id, connector_id)
    await async_set_up(hass, entry)
    assert await async_kept(hass, entry)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert ledger_of(hass) is None
    assert not await (await async_get_ledger(hass)).async_accounts()


async def test_last_session(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    connector: str,
    entity_registry: er.EntityRegistry,
) -> None:
    """The session that ended last is shown, while the next one runs too."""
    charge(sim, station_id, connector_id)
    over = sim.world.unplug(station_id, connector_id)
    await async_set_up(hass, entry)
    for key in ("energy", "end", "duration"):
        entity_id = entity_id_of(hass, entry, connector, f"last_session_{key}")
        entity_registry.async_update_entity(entity_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    charge(sim, station_id, connector_id)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert over.end is not None
    assert number(hass, entry, connector, "last_session_energy") == pytest.approx(
        over.energy_wh / 1000, abs=0.01
    )
    assert number(hass, entry, connector, "last_session_duration") == pytest.approx(
        (over.end - over.start).total_seconds() / 60, abs=0.1
    )
    assert (
        value_of(hass, entry, connector, "last_session_end")
        == over.end.replace(microsecond=0).isoformat()
    )
