"""Tests of adding an account with a password, and of choosing its stations."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.ev_charging_cloud.const import (
    CONF_CONNECTORS,
    CONF_PSK,
    CONF_SEARCH,
    CONF_STATION_IDS,
    CONF_STATIONS,
    CONF_TENANT,
    CONF_VENDOR,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PASSWORD, CONF_RADIUS, CONF_TOKEN, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from simulator import Simulator
from tests.common import assert_worded, value_of

from .common import AROUND, UNIQUE_ID, asked, sites
from .steps import (
    VENDOR,
    async_add,
    async_answer,
    async_choose,
    async_options,
    async_to_stations,
    fields_of,
    form_of,
    names_of,
    suggested,
)

pytestmark = pytest.mark.usefixtures("documents", "at_home")


# ---- with a password


async def test_password(hass: HomeAssistant, sim: Simulator) -> None:
    """Menu, key and password, stations: an account that goes on with the form's session."""
    result = await async_to_stations(hass, sim)
    result = await async_answer(hass, result, AROUND)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == f"be.ENERGISED ({sim.beenergised_driver.username})"
    assert result["options"] == AROUND
    token = result["data"][CONF_TOKEN]
    assert result["data"] == {CONF_VENDOR: VENDOR, CONF_TOKEN: token, **form_of(sim)}
    await hass.async_block_till_done(wait_background_tasks=True)
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id == UNIQUE_ID
    assert entry.data[CONF_TOKEN] == token
    assert token.keys() == {"session", "refresh"}
    assert asked(sim, "initSession") == 1
    assert asked(sim, "refreshSession") == 0
    assert value_of(hass, entry, "account", "stations") == "7"
    assert value_of(hass, entry, "account", "invoices") == "12"


# Where an error stands in the form; the others are about no field.
FIELDS = {
    "wrong_key": CONF_PSK,
    "wrong_password": CONF_PASSWORD,
    "host_not_found": CONF_TENANT,
    "insecure_address": CONF_TENANT,
    "not_an_address": CONF_TENANT,
    "unknown_tenant": CONF_TENANT,
}


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({CONF_PSK: "wrong"}, "wrong_key", "pre-shared key"),
        ({CONF_PASSWORD: "wrong"}, "wrong_password", "password"),
        ({CONF_USERNAME: "nobody@example.com"}, "wrong_password", "password"),
        ({CONF_TENANT: "http://127.0.0.1:1"}, "cannot_connect", "127.0.0.1"),
        ({CONF_TENANT: "acme"}, "host_not_found", "acme.v2.api.htb.services"),
        ({CONF_TENANT: "http://operator.example"}, "insecure_address", ""),
        ({CONF_TENANT: "no address"}, "not_an_address", ""),
    ],
)
async def test_mistakes(
    hass: HomeAssistant,
    sim: Simulator,
    changes: dict[str, str],
    error: str,
    words: str,
) -> None:
    """Each mistake has its own message; the form can be mended, and keeps no secret."""
    result = await async_choose(hass, "password")
    result = await async_answer(hass, result, form_of(sim, **changes))
    assert result["step_id"] == f"{VENDOR}_password"
    # It is the address where nobody answers at all.
    field = CONF_TENANT if error == "cannot_connect" else FIELDS.get(error, "base")
    assert result["errors"] == {field: error}
    assert result["description_placeholders"] is not None
    assert words in result["description_placeholders"]["message"]
    filled = suggested(result)
    assert (changes.get(CONF_USERNAME) or sim.beenergised_driver.username) in filled
    # A secret that was refused has to be typed again; nothing else.
    for name in (CONF_PSK, CONF_PASSWORD):
        typed = form_of(sim, **changes)[name]
        assert (typed in filled) is (field != name)
    result = await async_answer(hass, result, form_of(sim))
    await async_add(hass, result)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 404}, "unknown_tenant"),
        ({"status": 429}, "rate_limited"),
        ({"status": 503}, "cannot_connect"),
        ({"drop": True}, "cannot_connect"),
        ({"html": True}, "unexpected_answer"),
        ({"body": "{}", "content_type": "application/json"}, "unexpected_answer"),
    ],
)
async def test_server_that_is_none_of_theirs(
    hass: HomeAssistant, sim: Simulator, fault: dict[str, Any], error: str
) -> None:
    """What answers is told apart from what should."""
    sim.beenergised_driver.faults.add("/graphql/", **fault)
    result = await async_choose(hass, "password")
    result = await async_answer(hass, result, form_of(sim))
    assert result["errors"] == {FIELDS.get(error, "base"): error}
    sim.beenergised_driver.faults.clear()
    result = await async_answer(hass, result, form_of(sim))
    await async_add(hass, result)


async def test_account_that_may_read_no_sessions(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """A driver whose sessions are not to be read has stations."""
    sim.beenergised_driver.options.field_errors = {"Query.chargelogsPaged": "FORBIDDEN"}
    entry = await async_add(hass, await async_to_stations(hass, sim))
    assert value_of(hass, entry, "account", "stations") == "7"


@pytest.mark.parametrize(
    "spelling",
    [
        {},
        {CONF_USERNAME: " Driver@Example.com "},
        {CONF_TENANT: "{url}/graphql/"},
        {CONF_TENANT: "{url}/"},
    ],
)
async def test_same_account_twice(
    hass: HomeAssistant, sim: Simulator, spelling: dict[str, str]
) -> None:
    """A driver at an operator is one account, however they are written."""
    await async_add(hass, await async_to_stations(hass, sim))
    url = sim.beenergised_driver.url
    changes = {key: value.format(url=url) for key, value in spelling.items()}
    result = await async_choose(hass, "password")
    result = await async_answer(hass, result, form_of(sim, **changes))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    # Where nothing differs, nobody has to be asked.
    assert asked(sim, "initSession") == (2 if spelling else 1)


# ---- which stations


@pytest.mark.parametrize(
    ("tenant", "introspection", "ways"),
    [
        ("alpha", True, ["around", "favourites", "listed", "none"]),
        ("beta", True, ["around", "favourites", "listed", "none"]),
        ("alpha", False, ["none"]),
    ],
)
async def test_ways_to_find_stations(
    hass: HomeAssistant,
    sim: Simulator,
    tenant: Any,
    introspection: bool,
    ways: list[str],
) -> None:
    """Only what the operator can be asked for can be chosen."""
    sim.beenergised_driver.options.tenant = tenant
    sim.beenergised_driver.options.introspection = introspection
    result = await async_to_stations(hass, sim)
    fields = fields_of(result)
    assert fields[CONF_STATIONS].config["options"] == ways
    assert (CONF_RADIUS in fields) is (CONF_SEARCH in fields) is introspection
    assert CONF_CONNECTORS in fields
    entry = await async_add(hass, result, **{CONF_STATIONS: ways[0]})
    shown = "7" if introspection else "0"
    assert value_of(hass, entry, "account", "stations") == shown


async def test_favourites(hass: HomeAssistant, sim: Simulator) -> None:
    """The stations that the driver has marked."""
    result = await async_to_stations(hass, sim)
    entry = await async_add(hass, result, **{CONF_STATIONS: "favourites"})
    assert names_of(entry) == {
        site.public_name for site in sim.beenergised_driver.sites() if site.favourite
    }


@pytest.mark.parametrize(
    ("tenant", "search", "nearest", "found"),
    [
        ("alpha", {CONF_RADIUS: 20}, "Lahti Depot Bay 1", 7),
        ("alpha", {CONF_RADIUS: 50, CONF_SEARCH: "muster"}, "Musterdorf Market 1", 1),
        ("beta", {CONF_RADIUS: 20}, "Lahti Depot Bay 1", 7),
    ],
)
async def test_picked_stations(
    hass: HomeAssistant,
    sim: Simulator,
    tenant: Any,
    search: dict[str, Any],
    nearest: str,
    found: int,
) -> None:
    """Stations are searched, the nearest first, and those that are picked are shown."""
    sim.beenergised_driver.options.tenant = tenant
    result = await async_to_stations(hass, sim)
    result = await async_answer(hass, result, {CONF_STATIONS: "listed", **search})
    assert result["step_id"] == f"{VENDOR}_pick"
    assert result["description_placeholders"] == {"stations": str(found)}
    options = fields_of(result)[CONF_STATION_IDS].config["options"]
    assert len(options) == found
    assert options[0]["label"].startswith(f"{nearest}, ")
    assert options[0]["label"].endswith(" km")
    # To pick none would be to show all.
    result = await async_answer(hass, result, {CONF_STATION_IDS: []})
    assert result["step_id"] == f"{VENDOR}_pick"
    picked = [options[0]["value"]]
    entry = await async_add(hass, result, **{CONF_STATION_IDS: picked})
    assert names_of(entry) == {nearest}
    assert entry.options[CONF_STATION_IDS] == picked
    assert asked(sim, "initSession") == 1


async def test_how_far_a_station_may_be(hass: HomeAssistant, sim: Simulator) -> None:
    """From one to fifty kilometres, in whole ones, five if nobody says otherwise."""
    form = await async_to_stations(hass, sim)
    assert fields_of(form)[CONF_RADIUS].config == {
        "min": 1,
        "max": 50,
        "step": 1,
        "mode": "slider",
        "unit_of_measurement": "km",
    }
    assert form["data_schema"] is not None
    [marker] = [it for it in form["data_schema"].schema if it == CONF_RADIUS]
    assert marker.default() == 5
    for radius in (0, 51):
        with pytest.raises(InvalidData):
            await async_answer(
                hass, form, {CONF_STATIONS: "listed", CONF_RADIUS: radius}
            )
    form = await async_answer(hass, form, {CONF_STATIONS: "listed", CONF_RADIUS: 50})
    labels = [it["label"] for it in fields_of(form)[CONF_STATION_IDS].config["options"]]
    far = [float(label.split(", ")[-1].removesuffix(" km")) for label in labels]
    assert far == sorted(far)
    assert 0 <= far[0] < far[-1] <= 50


async def test_nothing_found(hass: HomeAssistant, sim: Simulator) -> None:
    """A search that finds nothing, or fails, can be made again."""
    result = await async_to_stations(hass, sim)
    listed = {CONF_STATIONS: "listed", CONF_RADIUS: 5}
    result = await async_answer(hass, result, {**listed, CONF_SEARCH: "nowhere"})
    assert result["step_id"] == f"{VENDOR}_stations"
    assert result["errors"] == {"base": "no_stations_found"}
    assert "nowhere" in suggested(result)
    sim.beenergised_driver.faults.add("/graphql/", status=503, message="Too busy")
    result = await async_answer(hass, result, listed)
    assert result["errors"] == {"base": "cannot_connect"}
    assert result["description_placeholders"] is not None
    assert "Too busy" in result["description_placeholders"]["message"]
    sim.beenergised_driver.faults.clear()
    result = await async_answer(hass, result, listed)
    assert result["step_id"] == f"{VENDOR}_pick"


async def test_connectors_by_id(hass: HomeAssistant, sim: Simulator) -> None:
    """Connectors can be entered where no list has them."""
    sim.beenergised_driver.options.introspection = False
    plug = sites(sim, roaming=False)[0].plugs[0]
    result = await async_to_stations(hass, sim)
    entry = await async_add(
        hass, result, **{CONF_STATIONS: "none", CONF_CONNECTORS: [plug.id]}
    )
    assert value_of(hass, entry, "account", "connectors") == "1"
    path = f"connector/{plug.id}/{plug.id}"
    assert value_of(hass, entry, path, "start_charging") == "unknown"


async def test_session_that_is_renewed_in_the_form(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """Who takes long to choose gets an account with the pair that is good."""
    sim.beenergised_driver.options.session_lifetime = 600
    result = await async_to_stations(hass, sim)
    sim.clock.advance(timedelta(minutes=11))
    result = await async_answer(hass, result, {CONF_STATIONS: "listed", CONF_RADIUS: 5})
    ids = [fields_of(result)[CONF_STATION_IDS].config["options"][0]["value"]]
    await async_add(hass, result, **{CONF_STATION_IDS: ids})
    assert asked(sim, "refreshSession") == 1
    assert asked(sim, "initSession") == 1


async def test_options(hass: HomeAssistant, sim: Simulator) -> None:
    """Another choice of stations: the account shows them, and needs no new session."""
    entry = await async_add(hass, await async_to_stations(hass, sim))
    result = await async_options(hass, entry)
    assert "around" in suggested(result)
    result = await async_options(hass, entry, {CONF_STATIONS: "favourites"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert len(names_of(entry)) == 2
    result = await async_options(
        hass,
        entry,
        {CONF_STATIONS: "listed", CONF_RADIUS: 5, CONF_SEARCH: "nowhere"},
        {CONF_STATIONS: "listed", CONF_RADIUS: 5},
    )
    assert_worded(result, "options")
    options = fields_of(result)[CONF_STATION_IDS].config["options"]
    chosen = next(one for one in options if "Musterdorf" in one["label"])
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {CONF_STATION_IDS: [chosen["value"]]}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert names_of(entry) == {"Musterdorf Market 1"}
    result = await async_options(hass, entry, {CONF_STATIONS: "none"})
    assert names_of(entry) == set()
    assert asked(sim, "initSession") == 1
    assert asked(sim, "refreshSession") == 0


async def test_options_of_an_account_that_does_not_run(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """Its session cannot be used twice, so no stations can be chosen without it."""
    entry = await async_add(hass, await async_to_stations(hass, sim))
    chosen = dict(entry.options)
    await hass.config_entries.async_unload(entry.entry_id)
    result = await async_options(hass, entry)
    assert result["step_id"] == "without_cloud"
    assert result["errors"] == {"base": "not_loaded"}
    assert_worded(result, "options")
    await sim.stop()
    await hass.config_entries.async_setup(entry.entry_id)
    result = await async_options(hass, entry, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == chosen
