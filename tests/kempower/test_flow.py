"""Tests of adding an account: every way in, every error, and the way out of each."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import (
    CONF_ADVANCED,
    CONF_DATABASE,
    CONF_DETAIL,
    CONF_LOCATIONS,
    CONF_REFRESH_TOKEN,
    CONF_SERVER,
    CONF_SESSIONS,
    CONF_VENDOR,
    DOMAIN,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulator import Simulator
from tests.common import async_configure, async_set_up, value_of

from .common import async_choose, form_of


async def test_add_an_account(hass: HomeAssistant, sim: Simulator) -> None:
    """Menu, token, locations: an account that works."""
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim))
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "locations"
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    assert (placeholders["locations"], placeholders["stations"]) == ("2", "4")
    result = await async_configure(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Kempower ChargEye"
    assert result["data"] == {
        CONF_VENDOR: "kempower",
        CONF_SERVER: sim.kempower.url,
        CONF_REFRESH_TOKEN: sim.kempower.refresh_token,
    }
    assert result["options"] == {}
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id is not None
    assert sim.kempower.refresh_token not in entry.unique_id


async def test_locations_are_listed_with_counts(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """Each location that can be picked tells how many stations and connectors it has."""
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim))
    assert result["data_schema"] is not None
    selector = result["data_schema"].schema[CONF_LOCATIONS]
    assert [option["label"] for option in selector.config["options"]] == sorted(
        f"{location.name} ({len(here)} / {2 * len(here)})"
        for id_, location in sim.world.locations.items()
        if (here := sim.world.stations(id_))
    )


async def test_pick_locations(hass: HomeAssistant, sim: Simulator) -> None:
    """Only the stations of the picked location are there."""
    location_id = next(iter(sim.world.locations))
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim))
    result = await async_configure(hass, result, {CONF_LOCATIONS: [location_id]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"] == {CONF_LOCATIONS: [location_id]}
    await hass.async_block_till_done()
    here = sim.world.stations(location_id)
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    state = hass.states.get("sensor.kempower_stations")
    assert state is not None
    assert state.state == str(len(here))
    assert entry.options[CONF_LOCATIONS] == [location_id]


async def test_one_location_is_not_asked_for(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    """Where there is nothing to pick, nothing is asked, neither then nor later."""
    async with Simulator(stations=1, speed=0, quiet=True) as sim:
        result = await async_choose(hass)
        result = await async_configure(hass, result, form_of(sim))
        assert result["type"] is FlowResultType.CREATE_ENTRY
        name = next(iter(sim.world.locations.values())).name
        assert result["title"] == f"Kempower ChargEye {name}"
        await hass.async_block_till_done()
        options = hass.config_entries.options
        shown = await options.async_init(result["result"].entry_id)
        assert shown["step_id"] == "sessions"
        await hass.config_entries.async_unload(result["result"].entry_id)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({CONF_REFRESH_TOKEN: "wrong"}, "invalid_auth"),
        ({CONF_REFRESH_TOKEN: "a\x7fb"}, "invalid_characters"),
        ({CONF_REFRESH_TOKEN: "a\x85b"}, "invalid_characters"),
        ({CONF_SERVER: "kempower"}, "not_an_address"),
        ({CONF_SERVER: "ftp://kempower.example"}, "not_an_address"),
        ({CONF_SERVER: "https://user:pw@kempower.example"}, "not_an_address"),
        ({CONF_SERVER: "https://kempower.example/api?token=1"}, "not_an_address"),
        ({CONF_SERVER: "https://kempower.example:99999"}, "not_an_address"),
        ({CONF_SERVER: "http://kempower.example/api"}, "insecure_address"),
        ({CONF_SERVER: "http://127.0.0.1:1/api"}, "cannot_connect"),
    ],
)
async def test_bad_input_and_recovery(
    hass: HomeAssistant, sim: Simulator, changes: dict[str, str], error: str
) -> None:
    """Each mistake has its own message, and the form can be mended."""
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim, **changes))
    assert result["type"] is FlowResultType.FORM
    field = CONF_REFRESH_TOKEN if error.startswith("invalid") else CONF_ADVANCED
    assert result["errors"] == {field: error}
    result = await async_configure(hass, result, form_of(sim))
    assert result["step_id"] == "locations"
    result = await async_configure(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("path", "fault", "error"),
    [
        ("/auth/*", {"status": 404}, "unexpected_answer"),
        ("/auth/*", {"html": True}, "unexpected_answer"),
        ("/auth/*", {"body": "{}"}, "unexpected_answer"),
        ("/auth/*", {"status": 400}, "invalid_auth"),
        ("/auth/*", {"status": 403}, "invalid_auth"),
        ("/auth/*", {"status": 500}, "cannot_connect"),
        ("/auth/*", {"redirect": "https://login.example/"}, "unexpected_answer"),
        ("/stations", {"status": 401}, "not_permitted"),
        ("/stations", {"status": 403}, "not_permitted"),
        ("/stations", {"status": 404}, "refused"),
        ("/stations", {"status": 429}, "rate_limited"),
        ("/stations", {"remove": ["stations.*.stationId"]}, "unexpected_answer"),
    ],
)
async def test_what_the_vendor_says(
    hass: HomeAssistant,
    sim: Simulator,
    path: str,
    fault: dict[str, object],
    error: str,
) -> None:
    """What the vendor refuses is told apart, with the vendor's own words."""
    sim.kempower.faults.put({"path": path, "message": "as the vendor says"} | fault)
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim))
    field = CONF_REFRESH_TOKEN if error == "invalid_auth" else "base"
    assert result["errors"] == {field: error}
    if "status" in fault:
        placeholders = result["description_placeholders"]
        assert placeholders is not None
        assert placeholders["message"] == "as the vendor says"
    sim.kempower.faults.clear()
    result = await async_configure(hass, result, form_of(sim))
    result = await async_configure(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_firewall_before_the_sign_in(hass: HomeAssistant, sim: Simulator) -> None:
    """A 401 that is no word of the vendor's says nothing about the token."""
    sim.kempower.faults.add("/auth/*", status=401, html=True)
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim))
    assert result["errors"] == {"base": "cannot_connect"}


async def test_typed_secrets_are_not_sent_back(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """After an error the address is still there, and the token is not."""
    result = await async_choose(hass)
    result = await async_configure(
        hass, result, form_of(sim, **{CONF_REFRESH_TOKEN: "wrong"})
    )
    assert result["data_schema"] is not None
    assert "wrong" not in repr(
        [
            (marker, getattr(marker, "description", None))
            for marker in result["data_schema"].schema
        ]
    )


async def test_the_same_account_twice(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """The same token at the same server is the same account."""
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_two_accounts_may_share_stations(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """A station that two accounts see is there twice, once for each."""
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim))
    first = (await async_configure(hass, result, {}))["result"]
    other_token = sim.kempower.renew_refresh_token()
    result = await async_choose(hass)
    result = await async_configure(
        hass, result, form_of(sim, **{CONF_REFRESH_TOKEN: other_token})
    )
    assert result["step_id"] == "same_account"
    result = await async_configure(hass, result, {"next_step_id": "add_anyway"})
    second = (await async_configure(hass, result, {}))["result"]
    await hass.async_block_till_done()
    assert first.unique_id != second.unique_id
    for entry in (first, second):
        assert entry.state is ConfigEntryState.LOADED
        assert value_of(hass, entry, "account", "stations") == "4"


@pytest.mark.parametrize("detail", ["all", "totals"])
async def test_removed_account_comes_back(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, detail: str
) -> None:
    """An account is known again by its stations, also where none of them had a device."""
    hass.config_entries.async_update_entry(entry, options={CONF_DETAIL: detail})
    await async_set_up(hass, entry)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    other_token = sim.kempower.renew_refresh_token()
    result = await async_choose(hass)
    result = await async_configure(
        hass, result, form_of(sim, **{CONF_REFRESH_TOKEN: other_token})
    )
    back = (await async_configure(hass, result, {}))["result"]
    await hass.async_block_till_done()
    assert back.entry_id != entry.entry_id
    assert back.unique_id == entry.unique_id


async def test_options_pick_locations(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """Locations can be picked later, and all of them again."""
    await async_set_up(hass, entry)
    assert entry.supports_options
    first, *_ = sim.world.locations
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["step_id"] == "init"
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {CONF_LOCATIONS: [first]}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    here = str(len(sim.world.stations(first)))
    assert value_of(hass, entry, "account", "stations") == here != "4"
    result = await hass.config_entries.options.async_init(entry.entry_id)
    await hass.config_entries.options.async_configure(result["flow_id"], {})
    await hass.async_block_till_done()
    assert value_of(hass, entry, "account", "stations") == "4"


async def test_options_without_the_cloud(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """Without the vendor it is said why there are no locations; all else can be chosen."""
    first, *_ = sim.world.locations
    await async_set_up(hass, entry)
    hass.config_entries.async_update_entry(entry, options={CONF_LOCATIONS: [first]})
    await sim.stop()
    options = hass.config_entries.options
    result = await options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "without_cloud"
    assert result["errors"] == {"base": "cannot_connect"}
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    assert placeholders["vendor"] == "Kempower ChargEye"
    assert placeholders["message"]
    result = await options.async_configure(
        result["flow_id"], {CONF_SESSIONS: {CONF_DATABASE: "no address"}}
    )
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {CONF_SESSIONS: "database_unknown"}
    result = await options.async_configure(result["flow_id"], {CONF_SESSIONS: {}})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {CONF_LOCATIONS: [first]}
