"""Tests of taking a customer's OpenAPI file in the options: what it says, and what is kept."""

import json
from pathlib import Path
import tempfile

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ev_charging_cloud.const import (
    CONF_COMMANDS,
    CONF_FILE,
    CONF_FORGET,
    CONF_LOCATIONS,
    CONF_OPERATIONS,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from simulator import Simulator
from tests.common import async_set_up, value_of

from .acts import (
    ALL_COMMANDS,
    Upload,
    async_review,
    async_set_up_with,
    async_switch_on,
    async_take,
    async_take_file,
)

COMMAND_KEYS = {
    *("start_charging", "stop_charging", "in_service", "restart"),
    *("power_limit", "session_power_limit"),
}


def command_keys(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the keys of the account's entities that command something."""
    return COMMAND_KEYS & {
        found.unique_id.split("/")[-1]
        for found in er.async_entries_for_config_entry(
            er.async_get(hass), entry.entry_id
        )
    }


def uploads() -> list[Path]:
    """Return what is left of uploaded files."""
    return list(Path(tempfile.gettempdir()).glob("home-assistant-file_upload/*"))


async def test_commands_are_off_at_first(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, upload: Upload
) -> None:
    """A file alone commands nothing, and is said to bring what it brings."""
    await async_set_up(hass, entry)
    result = await async_take_file(hass, entry, upload, sim.kempower.api_file("alpha"))
    assert result["step_id"] == "operations"
    shown = result["description_placeholders"]
    assert shown is not None
    assert "Start a session: `POST /chargingStations/{station}/tr" in shown["found"]
    assert shown["refused"] == "–"
    schema = result["data_schema"]
    assert schema is not None
    assert schema({}) == dict.fromkeys([*ALL_COMMANDS, CONF_FORGET], False)
    await async_switch_on(hass, entry, result)
    assert entry.state is ConfigEntryState.LOADED
    assert command_keys(hass, entry) == set()
    assert entry.runtime_data.client.operator is None
    assert sim.kempower.commands == []


async def test_file_is_not_kept(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, upload: Upload
) -> None:
    """What is kept are the operations, and nothing else of the file."""
    await async_set_up_with(hass, sim, entry, upload)
    kept = json.dumps(dict(entry.options))
    assert "/chargingStations/{station}/restart" in kept
    assert "elsewhere.example" not in kept
    assert "bearerAuth" not in kept
    assert uploads() == []


@pytest.mark.parametrize("file", ["alpha", "beta"])
async def test_each_command_is_switched_by_itself(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    upload: Upload,
    file: str,
) -> None:
    """One command switched on is one kind of entity; what was chosen is shown again."""
    sim.kempower.options.dialect = "alpha" if file == "alpha" else "beta"
    await async_set_up_with(hass, sim, entry, upload, "restart", file=file)
    assert command_keys(hass, entry) == {"restart"}
    result = await async_review(hass, entry)
    schema = result["data_schema"]
    assert schema is not None
    assert [kind for kind, is_on in schema({}).items() if is_on] == ["restart"]
    await async_switch_on(hass, entry, result, *ALL_COMMANDS)
    assert command_keys(hass, entry) == COMMAND_KEYS
    result = await async_review(hass, entry)
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {**dict.fromkeys(ALL_COMMANDS, False), "stop": True}
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert command_keys(hass, entry) == {"stop_charging"}


async def test_other_options_stay(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, upload: Upload
) -> None:
    """Locations and operations are chosen without regard to each other."""
    await async_set_up_with(hass, sim, entry, upload, "start")
    operations = entry.options[CONF_OPERATIONS]
    first, *_ = sim.world.locations
    options = hass.config_entries.options
    for picked, expected in (([first], [first]), ([], None)):
        result = await options.async_init(entry.entry_id)
        await options.async_configure(result["flow_id"], {CONF_LOCATIONS: picked})
        await hass.async_block_till_done(wait_background_tasks=True)
        assert entry.options.get(CONF_LOCATIONS) == expected
        assert entry.options[CONF_OPERATIONS] == operations
        assert entry.options[CONF_COMMANDS] == ["start"]


async def test_file_that_leaves_out_half(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, upload: Upload
) -> None:
    """What is not in the file cannot be switched on, and is said to be missing."""
    await async_set_up(hass, entry)
    result = await async_take_file(hass, entry, upload, sim.kempower.api_file("half"))
    schema, shown = result["data_schema"], result["description_placeholders"]
    assert schema is not None
    assert shown is not None
    assert schema({}).keys() == {"start", "stop", CONF_FORGET}
    assert "- Restart a station: not in the file" in shown["refused"]
    await async_switch_on(hass, entry, result, "start", "stop")
    assert command_keys(hass, entry) == {"start_charging", "stop_charging"}


async def test_file_with_an_unknown_field(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, upload: Upload
) -> None:
    """A start that demands what nobody knows is refused in words, whoever had it before."""
    await async_set_up_with(hass, sim, entry, upload, "start", "stop")
    content = sim.kempower.api_file("unknown_field")
    result = await async_take_file(hass, entry, upload, content)
    shown = result["description_placeholders"]
    assert shown is not None
    assert shown["refused"] == (
        "- Start a session: the field contractReference is required and not understood"
    )
    await async_switch_on(hass, entry, result, "stop")
    assert "start" not in entry.options[CONF_OPERATIONS]["found"]
    client = entry.runtime_data.client
    assert client.diagnostics["operations"]["start"] == "field contractReference"


async def test_hostile_file(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, upload: Upload
) -> None:
    """Of a file that leads elsewhere nothing is taken, and nothing is asked for."""
    await async_set_up(hass, entry)
    result = await async_take_file(
        hass, entry, upload, sim.kempower.api_file("hostile")
    )
    schema, shown = result["data_schema"], result["description_placeholders"]
    assert schema is not None
    assert shown is not None
    assert schema({}).keys() == {CONF_FORGET}
    assert shown["found"] == "–"
    assert "elsewhere" not in shown["refused"]
    await async_switch_on(hass, entry, result)
    assert entry.state is ConfigEntryState.LOADED
    paths = {record.path for record in sim.kempower.requests}
    assert paths == {"/auth/refreshAccessToken", "/locations", "/stations"}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"words", "api_file_unreadable"),
        (b"{}", "api_file_not_openapi"),
        (b"a: &a\n  b: *a\n", "api_file_aliases"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "api_file_too_deep"),
        (b" " * (5 * 1024 * 1024), "api_file_too_large"),
    ],
    ids=range(5),
)
async def test_what_is_no_file(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    upload: Upload,
    content: bytes,
    error: str,
) -> None:
    """What is of no use is refused in words; a good file is taken after it."""
    await async_set_up_with(hass, sim, entry, upload, "stop")
    before = dict(entry.options)
    result = await async_take_file(hass, entry, upload, content)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {CONF_OPERATIONS: error}
    assert dict(entry.options) == before
    good = await upload(sim.kempower.api_file("half"))
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {CONF_OPERATIONS: {CONF_FILE: good}}
    )
    await async_switch_on(hass, entry, result, "stop")


async def test_file_that_is_gone(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, upload: Upload
) -> None:
    """An upload can be used once; after that it has to be chosen again."""
    await async_set_up(hass, entry)
    file_id = await upload(sim.kempower.api_file("half"))
    await async_take(hass, entry, **{CONF_FILE: file_id})
    result = await async_take(hass, entry, **{CONF_FILE: file_id})
    assert result["errors"] == {CONF_OPERATIONS: "api_file_gone"}


async def test_forget(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, upload: Upload
) -> None:
    """All that the file brought can be forgotten; the account goes on without."""
    await async_set_up_with(hass, sim, entry, upload, "start")
    result = await async_review(hass, entry)
    await hass.config_entries.options.async_configure(
        result["flow_id"], {CONF_FORGET: True}
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert dict(entry.options) == {}
    assert entry.runtime_data.client.operator is None
    assert value_of(hass, entry, "account", "stations") == "4"


async def test_options_that_cannot_be_read(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """What was kept and leads elsewhere commands nothing."""
    stop = {"kind": "stop", "method": "POST", "path": "//elsewhere.example/{session}"}
    hass.config_entries.async_update_entry(
        entry,
        options={
            CONF_OPERATIONS: {"found": {"stop": stop}, "refused": {}},
            CONF_COMMANDS: ["stop"],
        },
    )
    await async_set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert command_keys(hass, entry) == set()


async def test_diagnostics(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    sim: Simulator,
    entry: MockConfigEntry,
    upload: Upload,
) -> None:
    """Diagnostics say what was found, what is used, and why the rest is not."""
    await async_set_up_with(hass, sim, entry, upload, "stop", file="half")
    shown = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    client = shown["client"]
    assert isinstance(client, dict)
    operations = client["operations"]
    assert isinstance(operations, dict)
    path = "/chargingStations/{station}/transactions"
    assert operations["start"] == f"POST {path}/start (switched off)"
    assert operations["stop"] == f"POST {path}/{{session}}/stop (used)"
    assert operations["restart"] == "missing"
