"""Tests of keeping sessions in a database of one's own choice."""

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import (
    CONF_DATABASE,
    CONF_LOCATIONS,
    CONF_SESSIONS,
    CONF_STATIONS,
    DOMAIN,
)
from custom_components.ev_charging_cloud.diagnostics import (
    async_get_config_entry_diagnostics,
)
from custom_components.ev_charging_cloud.ledger import (
    Ledger,
    LedgerError,
    Problem,
    sqlite_url,
)
from custom_components.ev_charging_cloud.sessions.ledger import ledger_of
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_RADIUS
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulator import Simulator
from tests.beenergised_driver.common import make_account as make_driver
from tests.common import assert_worded, async_set_up, logged, value_of
from tests.ev_energy.common import make_account as make_home
from tests.ledger.servers import PostgresServer

from .common import async_kept, async_pass, opened

PASSWORD = "correct-horse"
STORE = f"{DOMAIN}.database"


async def _async_options(
    hass: HomeAssistant, account: MockConfigEntry, **answer: Any
) -> ConfigFlowResult:
    """Open an account's options, and submit the form."""
    result = await hass.config_entries.options.async_init(account.entry_id)
    assert_worded(result, "options")
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], answer
    )
    if result["type"] is FlowResultType.FORM:
        assert_worded(result, "options")
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


def _at(url: str) -> dict[str, dict[str, str]]:
    """Return the section as it is filled in."""
    return {CONF_SESSIONS: {CONF_DATABASE: url}}


def _suggested(result: ConfigFlowResult) -> str | None:
    """Return the address that a form shows."""
    assert result["data_schema"] is not None
    fields = result["data_schema"].schema[CONF_SESSIONS].schema.schema
    (marker,) = fields
    found: str | None = (marker.description or {}).get("suggested_value")
    return found


@pytest.mark.usefixtures("without_past")
async def test_to_a_server_and_back(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    postgres: PostgresServer,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """All accounts use the new database, which has what was kept; so does a restart."""
    other = make_home(hass, sim)
    await async_set_up(hass, entry)
    before = await async_kept(hass, entry), await async_kept(hass, other)
    assert all(before)
    url = postgres.create_database().replace("ledger@", f"ledger:{PASSWORD}@")

    result = await _async_options(hass, entry, **_at(url))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {}
    for account, kept in zip((entry, other), before, strict=True):
        assert account.state is ConfigEntryState.LOADED
        assert await async_kept(hass, account) == kept
    assert hass_storage[STORE]["data"] == {"url": url}
    with pytest.raises(LedgerError):
        # There is no file to be copied any more.
        await opened(hass).async_backup_to(Path(hass.config.path("copy.db")))

    sim.world.plug_in(station_id, connector_id, soc=10)
    session = sim.world.start_charging(station_id, connector_id)
    await async_pass(hass, freezer, sim)
    assert session.id in await async_kept(hass, entry)
    for account in (entry, other):
        await hass.config_entries.async_unload(account.entry_id)
    assert ledger_of(hass) is None
    for account in (entry, other):
        await hass.config_entries.async_setup(account.entry_id)
    assert session.id in await async_kept(hass, entry)

    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert _suggested(form) == url.replace(PASSWORD, "***")
    # What is sent as it was shown changes nothing.
    ledger = opened(hass)
    await _async_options(hass, entry, **_at(url.replace(PASSWORD, "***")))
    assert opened(hass) is ledger
    assert hass_storage[STORE]["data"] == {"url": url}
    shown = json.dumps(
        [
            await async_get_config_entry_diagnostics(hass, entry),
            [state.as_dict() for state in hass.states.async_all()],
            [dict(entry.data), dict(entry.options)],
        ],
        default=str,
    )
    assert PASSWORD not in shown
    assert PASSWORD not in logged(caplog)

    result = await _async_options(hass, entry, **{CONF_SESSIONS: {}})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert STORE not in hass_storage
    assert session.id in await async_kept(hass, entry)
    assert await async_kept(hass, other) == before[1]
    await opened(hass).async_backup_to(Path(hass.config.path("copy.db")))


@pytest.mark.parametrize(
    ("url", "error"),
    [
        (f"sessions {PASSWORD}", "database_unknown"),
        ("sqlite://", "database_unknown"),
        (f"oracle://me:{PASSWORD}@localhost/sessions", "database_unknown"),
        (f"postgresql://me:{PASSWORD}@127.0.0.1:1/sessions", "database_unreachable"),
        ("sqlite:////no/such/folder/sessions.db", "database_unreachable"),
    ],
)
async def test_a_database_that_cannot_be_used(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    url: str,
    error: str,
) -> None:
    """It is tried before it is taken, and the form says what is wrong with it."""
    ledger = opened(hass)
    picked = [next(iter(sim.world.locations))]
    result = await _async_options(hass, loaded, **{CONF_LOCATIONS: picked}, **_at(url))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {CONF_SESSIONS: error}
    assert _suggested(result) == url
    assert PASSWORD not in str(result["description_placeholders"])
    assert PASSWORD not in logged(caplog)
    assert opened(hass) is ledger
    assert STORE not in hass_storage
    # Without it, what else was chosen is kept.
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {CONF_LOCATIONS: picked, CONF_SESSIONS: {}}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.options == {CONF_LOCATIONS: picked}
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.state is ConfigEntryState.LOADED


async def test_from_a_database_that_is_away(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    tmp_path: Path,
) -> None:
    """Who sends the address once more goes on without what cannot be read."""
    kept = await async_kept(hass, loaded)
    url = sqlite_url(tmp_path / "other.db")
    away = LedgerError(Problem.UNREACHABLE, "nobody answers")
    with patch.object(Ledger, "async_copy_to", side_effect=away):
        result = await _async_options(hass, loaded, **_at(url))
        assert result["errors"] == {CONF_SESSIONS: "database_not_copied"}
        placeholders = result["description_placeholders"] or {}
        assert placeholders["message"] == "nobody answers"
        assert await async_kept(hass, loaded) == kept
        result = await hass.config_entries.options.async_configure(
            result["flow_id"], _at(url)
        )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.state is ConfigEntryState.LOADED
    # What the vendor shows now is there again, and nothing older.
    assert opened(hass) is not None
    assert (tmp_path / "other.db").exists()


async def test_where_there_is_nothing_else_to_choose(
    hass: HomeAssistant, sim: Simulator, socket_enabled: None, tmp_path: Path
) -> None:
    """The form has the section alone, and leaves all as it is."""
    account = make_home(hass, sim)
    await async_set_up(hass, account)
    result = await _async_options(hass, account)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert account.options == {}
    kept = await async_kept(hass, account)
    url = sqlite_url(tmp_path / "other.db")
    result = await _async_options(hass, account, **_at(url))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert await async_kept(hass, account) == kept
    form = await hass.config_entries.options.async_init(account.entry_id)
    assert form["step_id"] == "sessions"
    assert _suggested(form) == url


async def test_where_stations_are_chosen(
    hass: HomeAssistant, sim: Simulator, tmp_path: Path
) -> None:
    """A driver's form has the section, too; stations and sessions are taken apart."""
    account = make_driver(hass, sim)
    await async_set_up(hass, account)
    stations = {CONF_STATIONS: "around", CONF_RADIUS: 20}
    result = await _async_options(hass, account, **stations, **_at("nowhere"))
    assert result["errors"] == {CONF_SESSIONS: "database_unknown"}
    assert _suggested(result) == "nowhere"
    kept = await async_kept(hass, account)
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {**stations, **_at(sqlite_url(tmp_path / "other.db"))}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert account.options == stations
    assert (tmp_path / "other.db").exists()
    assert await async_kept(hass, account) == kept
    assert value_of(hass, account, "account", "cloud") == "on"
