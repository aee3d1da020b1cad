"""Tests of signing in at be.ENERGISED as a driver: with a password, or in the browser."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
import json
import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ev_charging_cloud.const import (
    CONF_AUDIENCE,
    CONF_AUTHORIZATION_SERVER,
    CONF_CONNECTORS,
    CONF_PSK,
    CONF_SEARCH,
    CONF_STATION_IDS,
    CONF_STATIONS,
    CONF_TENANT,
    CONF_VENDOR,
    DOMAIN,
)
from custom_components.ev_charging_cloud.diagnostics import (
    async_get_config_entry_diagnostics,
)
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_PASSWORD,
    CONF_RADIUS,
    CONF_TOKEN,
    CONF_USERNAME,
    STATE_OFF,
    STATE_ON,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
from simulator import Simulator
from tests.common import assert_worded, async_set_up, value_of

from .common import (
    AROUND,
    UNIQUE_ID,
    CheckedLog,
    asked,
    async_pass,
    checked_documents,
    go_home,
    make_account,
    sites,
)

VENDOR = "beenergised_driver"
REDIRECT = "https://example.com/auth/external/callback"

type Browse = Callable[[ConfigFlowResult, bool], Awaitable[ConfigFlowResult]]


@pytest.fixture(autouse=True)
def documents(sim: Simulator) -> Iterator[CheckedLog]:
    """Validate every document against the operator's schema."""
    with checked_documents(sim) as log:
        yield log


@pytest.fixture(autouse=True)
async def _ready(
    hass: HomeAssistant,
    sim: Simulator,
    current_request_with_host: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Be at home, where no name is resolved and the operator knows our address."""

    async def resolve(*_: object, **__: object) -> list[Any]:
        raise OSError("no such name")

    monkeypatch.setattr("aiohttp.resolver.AsyncResolver.resolve", resolve)
    sim.beenergised_driver.options.redirect_uris.append(REDIRECT)
    go_home(hass, sim)
    assert await async_setup_component(hass, "application_credentials", {})


@pytest.fixture
async def browse(
    hass: HomeAssistant, sim: Simulator, hass_client_no_auth: ClientSessionGenerator
) -> Browse:
    """Return what a driver does in the browser: allow, or deny."""
    client = await hass_client_no_auth()

    async def visit(result: ConfigFlowResult, allow: bool = True) -> ConfigFlowResult:
        assert result["type"] is FlowResultType.EXTERNAL_STEP
        back = urlsplit(sim.beenergised_driver.consent(result["url"], allow=allow))
        answer = await client.get(f"{back.path}?{back.query}")
        assert answer.status == 200
        return await hass.config_entries.flow.async_configure(result["flow_id"])

    return visit


# ---- steps


async def _async_choose(hass: HomeAssistant, way: str) -> ConfigFlowResult:
    """Start a flow and choose vendor and way in."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    for choice in (VENDOR, f"{VENDOR}_{way}"):
        assert result["type"] is FlowResultType.MENU
        assert choice in result["menu_options"]
        result = await hass.config_entries.flow.async_configure(
            result["flow_id"], {"next_step_id": choice}
        )
    assert result["type"] is FlowResultType.FORM
    assert_worded(result)
    return result


async def _async_answer(
    hass: HomeAssistant, result: ConfigFlowResult, data: dict[str, Any]
) -> ConfigFlowResult:
    """Answer a form; the texts of what follows must be whole."""
    answer = await hass.config_entries.flow.async_configure(result["flow_id"], data)
    if answer["type"] is FlowResultType.FORM:
        assert_worded(answer)
    return answer


def _form(sim: Simulator, **changes: str) -> dict[str, str]:
    """Return the form with a password as a user would fill it in."""
    return {
        CONF_TENANT: sim.beenergised_driver.url,
        CONF_PSK: sim.beenergised_driver.psk,
        CONF_USERNAME: sim.beenergised_driver.username,
        CONF_PASSWORD: sim.beenergised_driver.password,
    } | changes


def _application(
    sim: Simulator, *, public: Any = False, **changes: Any
) -> dict[str, str]:
    """Return the form of an operator's application as a user would fill it in."""
    cloud = sim.beenergised_driver
    client = {CONF_CLIENT_ID: cloud.public_client_id}
    if not public:
        client = {
            CONF_CLIENT_ID: cloud.client_id,
            CONF_CLIENT_SECRET: cloud.client_secret,
        }
    return {
        CONF_TENANT: cloud.url,
        CONF_AUTHORIZATION_SERVER: cloud.address,
        **client,
    } | changes


async def _async_to_stations(hass: HomeAssistant, sim: Simulator) -> ConfigFlowResult:
    """Sign in with a password, as far as the choice of stations."""
    result = await _async_answer(
        hass, await _async_choose(hass, "password"), _form(sim)
    )
    assert result["step_id"] == f"{VENDOR}_stations"
    assert not result["errors"]
    return result


async def _async_add(
    hass: HomeAssistant, result: ConfigFlowResult, **choice: Any
) -> ConfigEntry:
    """Choose stations, and wait until the account runs."""
    result = await _async_answer(hass, result, choice or AROUND)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    entry: ConfigEntry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    return entry


async def _async_browse(
    hass: HomeAssistant, sim: Simulator, browse: Browse, **changes: Any
) -> ConfigFlowResult:
    """Sign in in the browser, as far as what follows."""
    result = await _async_choose(hass, "browser")
    result = await _async_answer(hass, result, _application(sim, **changes))
    result = await browse(result, True)
    assert_worded(result)
    return result


def _fields(result: ConfigFlowResult) -> dict[str, Any]:
    """Return the fields of a form, by name."""
    assert result["data_schema"] is not None
    return {
        str(marker): field for marker, field in result["data_schema"].schema.items()
    }


def _suggested(result: ConfigFlowResult) -> str:
    """Return what a form has filled in already."""
    assert result["data_schema"] is not None
    return repr(
        [
            (marker.description, getattr(marker, "default", None))
            for marker in result["data_schema"].schema
        ]
    )


def _names(entry: ConfigEntry) -> set[str]:
    """Return the names of the stations that an account shows."""
    return {one.name or "" for one in entry.runtime_data.live.data.stations.values()}


# ---- with a password


async def test_password(hass: HomeAssistant, sim: Simulator) -> None:
    """Menu, key and password, stations: an account that goes on with the form's session."""
    result = await _async_to_stations(hass, sim)
    result = await _async_answer(hass, result, AROUND)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == sim.beenergised_driver.username
    assert result["options"] == AROUND
    token = result["data"][CONF_TOKEN]
    assert result["data"] == {CONF_VENDOR: VENDOR, CONF_TOKEN: token, **_form(sim)}
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


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({CONF_PSK: "wrong"}, "wrong_key", "pre-shared key"),
        ({CONF_PASSWORD: "wrong"}, "wrong_password", "password"),
        ({CONF_USERNAME: "nobody@example.com"}, "wrong_password", "password"),
        ({CONF_TENANT: "http://127.0.0.1:1"}, "cannot_connect", ""),
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
    result = await _async_choose(hass, "password")
    result = await _async_answer(hass, result, _form(sim, **changes))
    assert result["step_id"] == f"{VENDOR}_password"
    assert result["errors"] == {"base": error}
    assert result["description_placeholders"] is not None
    assert words in result["description_placeholders"]["message"]
    filled = _suggested(result)
    assert (changes.get(CONF_USERNAME) or sim.beenergised_driver.username) in filled
    for secret in (sim.beenergised_driver.psk, sim.beenergised_driver.password):
        assert secret not in filled
    result = await _async_answer(hass, result, _form(sim))
    await _async_add(hass, result)


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
    result = await _async_choose(hass, "password")
    result = await _async_answer(hass, result, _form(sim))
    assert result["errors"] == {"base": error}
    sim.beenergised_driver.faults.clear()
    result = await _async_answer(hass, result, _form(sim))
    await _async_add(hass, result)


async def test_account_that_may_read_no_sessions(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """A driver whose sessions are not to be read has stations and invoices."""
    sim.beenergised_driver.options.field_errors = {"Query.chargelogsPaged": "FORBIDDEN"}
    entry = await _async_add(hass, await _async_to_stations(hass, sim))
    assert value_of(hass, entry, "account", "stations") == "7"
    assert value_of(hass, entry, "account", "invoices") == "12"


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
    await _async_add(hass, await _async_to_stations(hass, sim))
    url = sim.beenergised_driver.url
    changes = {key: value.format(url=url) for key, value in spelling.items()}
    result = await _async_choose(hass, "password")
    result = await _async_answer(hass, result, _form(sim, **changes))
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
    result = await _async_to_stations(hass, sim)
    fields = _fields(result)
    assert fields[CONF_STATIONS].config["options"] == ways
    assert (CONF_RADIUS in fields) is (CONF_SEARCH in fields) is introspection
    assert CONF_CONNECTORS in fields
    entry = await _async_add(hass, result, **{CONF_STATIONS: ways[0]})
    shown = "7" if introspection else "0"
    assert value_of(hass, entry, "account", "stations") == shown


async def test_favourites(hass: HomeAssistant, sim: Simulator) -> None:
    """The stations that the driver has marked."""
    result = await _async_to_stations(hass, sim)
    entry = await _async_add(hass, result, **{CONF_STATIONS: "favourites"})
    assert _names(entry) == {
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
    result = await _async_to_stations(hass, sim)
    result = await _async_answer(hass, result, {CONF_STATIONS: "listed", **search})
    assert result["step_id"] == f"{VENDOR}_pick"
    assert result["description_placeholders"] == {"stations": str(found)}
    options = _fields(result)[CONF_STATION_IDS].config["options"]
    assert len(options) == found
    assert options[0]["label"].startswith(f"{nearest}, ")
    assert options[0]["label"].endswith(" km")
    # To pick none would be to show all.
    result = await _async_answer(hass, result, {CONF_STATION_IDS: []})
    assert result["step_id"] == f"{VENDOR}_pick"
    picked = [options[0]["value"]]
    entry = await _async_add(hass, result, **{CONF_STATION_IDS: picked})
    assert _names(entry) == {nearest}
    assert entry.options[CONF_STATION_IDS] == picked
    assert asked(sim, "initSession") == 1


async def test_nothing_found(hass: HomeAssistant, sim: Simulator) -> None:
    """A search that finds nothing, or fails, can be made again."""
    result = await _async_to_stations(hass, sim)
    listed = {CONF_STATIONS: "listed", CONF_RADIUS: 5}
    result = await _async_answer(hass, result, {**listed, CONF_SEARCH: "nowhere"})
    assert result["step_id"] == f"{VENDOR}_stations"
    assert result["errors"] == {"base": "no_stations_found"}
    assert "nowhere" in _suggested(result)
    sim.beenergised_driver.faults.add("/graphql/", status=503, message="Too busy")
    result = await _async_answer(hass, result, listed)
    assert result["errors"] == {"base": "cannot_connect"}
    assert result["description_placeholders"] is not None
    assert "Too busy" in result["description_placeholders"]["message"]
    sim.beenergised_driver.faults.clear()
    result = await _async_answer(hass, result, listed)
    assert result["step_id"] == f"{VENDOR}_pick"


async def test_connectors_by_id(hass: HomeAssistant, sim: Simulator) -> None:
    """Connectors can be entered where no list has them."""
    sim.beenergised_driver.options.introspection = False
    plug = sites(sim, roaming=False)[0].plugs[0]
    result = await _async_to_stations(hass, sim)
    entry = await _async_add(
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
    result = await _async_to_stations(hass, sim)
    sim.clock.advance(timedelta(minutes=11))
    result = await _async_answer(
        hass, result, {CONF_STATIONS: "listed", CONF_RADIUS: 5}
    )
    ids = [_fields(result)[CONF_STATION_IDS].config["options"][0]["value"]]
    await _async_add(hass, result, **{CONF_STATION_IDS: ids})
    assert asked(sim, "refreshSession") == 1
    assert asked(sim, "initSession") == 1


async def _async_options(
    hass: HomeAssistant, entry: ConfigEntry, *answers: dict[str, Any]
) -> ConfigFlowResult:
    """Open the account's options and answer their forms."""
    result = await hass.config_entries.options.async_init(entry.entry_id)
    for answer in answers:
        assert_worded(result, "options")
        result = await hass.config_entries.options.async_configure(
            result["flow_id"], answer
        )
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def test_options(hass: HomeAssistant, sim: Simulator) -> None:
    """Another choice of stations: the account shows them, and needs no new session."""
    entry = await _async_add(hass, await _async_to_stations(hass, sim))
    result = await _async_options(hass, entry)
    assert "around" in _suggested(result)
    result = await _async_options(hass, entry, {CONF_STATIONS: "favourites"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert len(_names(entry)) == 2
    result = await _async_options(
        hass,
        entry,
        {CONF_STATIONS: "listed", CONF_RADIUS: 5, CONF_SEARCH: "nowhere"},
        {CONF_STATIONS: "listed", CONF_RADIUS: 5},
    )
    assert_worded(result, "options")
    options = _fields(result)[CONF_STATION_IDS].config["options"]
    chosen = next(one for one in options if "Musterdorf" in one["label"])
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {CONF_STATION_IDS: [chosen["value"]]}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _names(entry) == {"Musterdorf Market 1"}
    result = await _async_options(hass, entry, {CONF_STATIONS: "none"})
    assert _names(entry) == set()
    assert asked(sim, "initSession") == 1
    assert asked(sim, "refreshSession") == 0


async def test_options_of_an_account_that_does_not_run(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """Its session cannot be used twice, so nothing can be chosen without it."""
    entry = await _async_add(hass, await _async_to_stations(hass, sim))
    await hass.config_entries.async_unload(entry.entry_id)
    result = await _async_options(hass, entry)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "not_loaded"
    assert_worded(result, "options")


# ---- changing how the account is reached


async def test_reconfigure(hass: HomeAssistant, sim: Simulator) -> None:
    """Empty secrets are kept; a wrong one is told, and nothing is changed."""
    entry = await _async_add(hass, await _async_to_stations(hass, sim))
    data = dict(entry.data)
    key = sim.beenergised_driver.renew_psk()
    result = await _async_reconfigure(hass, entry)
    assert result["step_id"] == f"{VENDOR}_reconfigure"
    assert data[CONF_PASSWORD] not in _suggested(result)
    shown = {name: data[name] for name in (CONF_TENANT, CONF_USERNAME)}
    result = await _async_answer(hass, result, shown)
    assert result["errors"] == {"base": "wrong_key"}
    assert entry.data == data
    result = await _async_answer(hass, result, {**shown, CONF_PSK: key})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    token = entry.data[CONF_TOKEN]
    assert entry.data == {**data, CONF_PSK: key, CONF_TOKEN: token}
    assert token != data[CONF_TOKEN]
    assert value_of(hass, entry, "account", "cloud") == STATE_ON


async def test_reconfigure_to_another_driver(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """Somebody else's sign-in does not take an account over."""
    entry = make_account(hass, sim)
    hass.config_entries.async_update_entry(entry, unique_id=f"{VENDOR}_other")
    await async_set_up(hass, entry)
    data = dict(entry.data)
    result = await _async_reconfigure(hass, entry)
    result = await _async_answer(
        hass,
        result,
        {CONF_TENANT: data[CONF_TENANT], CONF_USERNAME: data[CONF_USERNAME]},
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"
    assert_worded(result)
    assert entry.data == data


async def _async_reconfigure(
    hass: HomeAssistant, entry: ConfigEntry
) -> ConfigFlowResult:
    """Open the form to change how an account is reached."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": "reconfigure", "entry_id": entry.entry_id}
    )
    assert_worded(result)
    return result


# ---- in the browser


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("audience", [None, "https://api.operator.example"])
async def test_browser(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    public: bool,
    audience: str | None,
) -> None:
    """An application with or without a secret, for an API with or without a name."""
    sim.beenergised_driver.options.auth0_audience = audience
    named = {CONF_AUDIENCE: audience} if audience else {}
    form = _application(sim, public=public, **named)
    result = await _async_answer(hass, await _async_choose(hass, "browser"), form)
    assert result["type"] is FlowResultType.EXTERNAL_STEP
    query = parse_qs(urlsplit(result["url"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["code_challenge"]
    assert query["redirect_uri"] == [REDIRECT]
    assert query.get("audience") == ([audience] if audience else None)
    assert "offline_access" in query["scope"][0].split()
    result = await browse(result, True)
    assert result["step_id"] == f"{VENDOR}_stations"
    entry = await _async_add(hass, result)
    assert entry.data.items() >= {CONF_VENDOR: VENDOR, **form}.items()
    assert (CONF_CLIENT_SECRET in entry.data) is not public
    assert entry.unique_id
    assert entry.unique_id.startswith(f"{VENDOR}_")
    assert entry.unique_id != UNIQUE_ID
    assert value_of(hass, entry, "account", "stations") == "7"
    assert {one.credential for one in sim.beenergised_driver.operations} == {"auth0"}


async def test_denied(hass: HomeAssistant, sim: Simulator, browse: Browse) -> None:
    """Who denies in the browser is told so, in Home Assistant's own words."""
    result = await _async_choose(hass, "browser")
    result = await _async_answer(hass, result, _application(sim))
    result = await browse(result, False)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "user_rejected_authorize"
    assert result["translation_domain"] == "homeassistant"


@pytest.mark.parametrize(
    ("server", "error"),
    [
        ("no address", "not_an_address"),
        ("http://operator.example", "insecure_address"),
    ],
)
async def test_authorization_server_that_is_none(
    hass: HomeAssistant, sim: Simulator, server: str, error: str
) -> None:
    """Nobody is sent to where a sign-in cannot be safe."""
    result = await _async_choose(hass, "browser")
    result = await _async_answer(
        hass, result, _application(sim, **{CONF_AUTHORIZATION_SERVER: server})
    )
    assert result["errors"] == {"base": error}
    filled = _suggested(result)
    assert server in filled
    assert sim.beenergised_driver.client_secret not in filled
    result = await _async_answer(hass, result, _application(sim))
    assert result["type"] is FlowResultType.EXTERNAL_STEP


async def test_tenant_of_auth0(hass: HomeAssistant, sim: Simulator) -> None:
    """A word, a domain or an address says where the sign-in is."""
    for server in (
        "operator",
        "operator.auth0.com",
        "https://operator.auth0.com/",
        "https://operator.auth0.com/authorize?x=y",
    ):
        result = await _async_choose(hass, "browser")
        result = await _async_answer(
            hass, result, _application(sim, **{CONF_AUTHORIZATION_SERVER: server})
        )
        assert result["url"].startswith("https://operator.auth0.com/authorize?")


async def test_wrong_client_secret(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """A secret that is refused ends the sign-in, and says so."""
    result = await _async_choose(hass, "browser")
    result = await _async_answer(
        hass, result, _application(sim, **{CONF_CLIENT_SECRET: "wrong"})
    )
    result = await browse(result, True)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "oauth_unauthorized"


async def test_token_for_another_api(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """A sign-in that the API does not take makes no account, and says why."""
    sim.beenergised_driver.options.auth0_audience = "https://api.operator.example"
    result = await _async_browse(hass, sim, browse)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "invalid_auth"


async def test_browser_twice(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """A driver is one account, however often they sign in."""
    await _async_add(hass, await _async_browse(hass, sim, browse))
    result = await _async_browse(hass, sim, browse, public=True)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


@pytest.mark.parametrize("rotates", [True, False])
async def test_tokens_are_renewed_with_no_gap(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
    rotates: bool,
) -> None:
    """For a day nothing is refused, and each rotated token is stored."""
    cloud = sim.beenergised_driver
    cloud.options.auth0_rotates = rotates
    entry = await _async_add(hass, await _async_browse(hass, sim, browse))
    seen: list[str] = [entry.data[CONF_TOKEN]["refresh_token"]]
    for _ in range(72):
        await async_pass(hass, freezer, sim, timedelta(minutes=20))
        assert value_of(hass, entry, "account", "cloud") == STATE_ON
        seen.append(entry.data[CONF_TOKEN]["refresh_token"])
    assert (len(set(seen)) > 20) is rotates
    assert not [one for one in cloud.operations if one.codes]
    renewals = cloud.requests.matching("/oauth/token", status=200)
    assert 24 <= len(renewals) <= 37
    assert not cloud.requests.matching("/oauth/token", status=403)
    assert not hass.config_entries.flow.async_progress()


async def test_token_that_is_refused_early(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A token that ends before its time is renewed within the same look."""
    entry = await _async_add(hass, await _async_browse(hass, sim, browse))
    first = entry.data[CONF_TOKEN]
    sim.beenergised_driver.expire_session_tokens()
    await async_pass(hass, freezer, sim)
    assert value_of(hass, entry, "account", "cloud") == STATE_ON
    assert entry.data[CONF_TOKEN]["access_token"] != first["access_token"]
    assert len([one for one in sim.beenergised_driver.operations if one.codes]) == 1


async def _async_reauth(
    hass: HomeAssistant, entry: ConfigEntry, browse: Browse
) -> ConfigFlowResult:
    """Sign in again as is asked for once: with one click, and the browser."""
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert flow["step_id"] == f"{VENDOR}_reauth"
    assert value_of(hass, entry, "account", "cloud") == STATE_OFF
    result = await hass.config_entries.flow.async_configure(flow["flow_id"])
    assert_worded(result)
    assert _fields(result) == {}
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    result = await browse(result, True)
    assert result["type"] is FlowResultType.ABORT
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def test_operator_that_grants_no_lasting_sign_in(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The user is told beforehand; after an hour one click signs in again."""
    sim.beenergised_driver.options.auth0_refresh_tokens = False
    result = await _async_browse(hass, sim, browse)
    assert result["step_id"] == f"{VENDOR}_short_lived"
    assert _fields(result) == {}
    result = await _async_answer(hass, result, {})
    entry = await _async_add(hass, result)
    assert "refresh_token" not in entry.data[CONF_TOKEN]
    for _ in range(2):
        for _ in range(8):
            await async_pass(hass, freezer, sim, timedelta(minutes=7))
            assert value_of(hass, entry, "account", "cloud") == STATE_ON
        assert not hass.config_entries.flow.async_progress()
        for _ in range(8):
            await async_pass(hass, freezer, sim, timedelta(minutes=20))
        result = await _async_reauth(hass, entry, browse)
        assert result["reason"] == "reauth_successful"
        assert value_of(hass, entry, "account", "cloud") == STATE_ON


async def test_grant_that_was_taken_back(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A sign-in that was taken back is asked for once; after it all is as before."""
    entry = await _async_add(hass, await _async_browse(hass, sim, browse))
    unique_id, before = entry.unique_id, _names(entry)
    sim.beenergised_driver.revoke_auth0_grant()
    for _ in range(12):
        await async_pass(hass, freezer, sim, timedelta(minutes=20))
    result = await _async_reauth(hass, entry, browse)
    assert result["reason"] == "reauth_successful"
    assert value_of(hass, entry, "account", "cloud") == STATE_ON
    assert (entry.unique_id, _names(entry)) == (unique_id, before)


async def test_auth0_that_is_down(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A sign-in server that is down for a while asks nobody to sign in."""
    entry = await _async_add(hass, await _async_browse(hass, sim, browse))
    for fault in ({"status": 503}, {"status": 429}, {"drop": True}):
        sim.beenergised_driver.expire_session_tokens()
        sim.beenergised_driver.faults.add("/oauth/token", **fault)
        await async_pass(hass, freezer, sim)
        assert value_of(hass, entry, "account", "cloud") == STATE_OFF
        sim.beenergised_driver.faults.clear()
        await async_pass(hass, freezer, sim)
        assert value_of(hass, entry, "account", "cloud") == STATE_ON
    assert not hass.config_entries.flow.async_progress()


async def test_reauth_as_another_driver(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """Somebody else's sign-in does not take an account over."""
    entry = await _async_add(hass, await _async_browse(hass, sim, browse))
    hass.config_entries.async_update_entry(entry, unique_id=f"{VENDOR}_other")
    token = entry.data[CONF_TOKEN]
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    result = await browse(result, True)
    assert result["reason"] == "wrong_account"
    assert entry.data[CONF_TOKEN] == token


async def test_reconfigure_in_the_browser(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """Another application of the operator's, and a sign-in with it; a secret is kept."""
    entry = await _async_add(hass, await _async_browse(hass, sim, browse))
    first = entry.data[CONF_TOKEN]
    result = await _async_reconfigure(hass, entry)
    assert result["step_id"] == f"{VENDOR}_reconfigure_browser"
    assert sim.beenergised_driver.client_secret not in _suggested(result)
    form = _application(sim)
    del form[CONF_CLIENT_SECRET]
    result = await browse(await _async_answer(hass, result, form), True)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data[CONF_CLIENT_SECRET] == sim.beenergised_driver.client_secret
    assert entry.data[CONF_TOKEN]["access_token"] != first["access_token"]
    assert value_of(hass, entry, "account", "cloud") == STATE_ON


async def test_options_in_the_browsers_account(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """Stations can be chosen anew there too."""
    entry = await _async_add(hass, await _async_browse(hass, sim, browse))
    await _async_options(hass, entry, {CONF_STATIONS: "favourites"})
    assert len(_names(entry)) == 2


async def test_no_secret_is_told(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither the log at its finest nor diagnostics tell a secret."""
    caplog.set_level(logging.DEBUG)
    cloud = sim.beenergised_driver
    entry = await _async_add(hass, await _async_browse(hass, sim, browse))
    secrets = {cloud.client_secret, cloud.password, cloud.psk}
    for _ in range(5):
        token = entry.data[CONF_TOKEN]
        secrets |= {token["access_token"], token["refresh_token"]}
        sim.beenergised_driver.expire_session_tokens()
        await entry.runtime_data.live.async_refresh()
    # What was sent may come back in an error.
    sent = entry.data[CONF_TOKEN]["access_token"]
    cloud.faults.add("/graphql/", status=500, message=f"Cannot use {sent}")
    await entry.runtime_data.live.async_refresh()
    cloud.faults.clear()
    assert "Cannot use **REDACTED**" in caplog.text
    await entry.runtime_data.live.async_refresh()
    result = await _async_choose(hass, "password")
    await _async_answer(hass, result, _form(sim, **{CONF_PSK: "not the key at all"}))
    secrets |= {"not the key at all", sent}
    told = await async_get_config_entry_diagnostics(hass, entry)
    text = json.dumps(told)
    assert "be.ENERGISED" in caplog.text
    assert len(secrets) >= 14
    for secret in secrets:
        assert secret not in text
        assert secret not in caplog.text
    for name in (cloud.client_id, cloud.url):
        assert name not in text
