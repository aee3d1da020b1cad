"""Tests of signing in at the be.ENERGISED CPO API: every way in, every error, and no secret in any log."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.ev_charging_cloud.clients.beenergised_cpo.client import (
    parse_tenant,
)
from custom_components.ev_charging_cloud.clients.errors import (
    AddressError,
    InsecureAddressError,
    NotAnAddressError,
)
from custom_components.ev_charging_cloud.const import (
    CONF_ADVANCED,
    CONF_LOCATIONS,
    CONF_SERVER,
    CONF_TENANT,
    CONF_VENDOR,
    DOMAIN,
)
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulator import Simulator
from simulator.beenergised_cpo import tokens
from simulator.world.model import Json
from tests.common import assert_worded, async_poll, async_set_up, value_of

VENDOR = "beenergised_cpo"
API = "/api/cpoapi/v1"
SIGN_IN = "https://beenergised-jwtapis.auth.eu-central-1.amazoncognito.com"
QUARTER = timedelta(minutes=17)
# Its characters are spelt otherwise in an address, and by some otherwise than by others.
ODD_SECRET = "peculiar+secrecy/with=many &characters%2F~'é"
# What tells of it all the same, and of the address that it stands in.
TRACES = ("peculiar", "secrecy", "characters", "client_secret=", "/token?")


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no name be resolved: what these tests reach is on this machine."""

    async def resolve(*_: object, **__: object) -> list[Any]:
        raise OSError("no such name")

    monkeypatch.setattr("aiohttp.resolver.AsyncResolver.resolve", resolve)


@pytest.fixture
def account(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return an operator's account at the simulator, not set up yet."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Operator",
        unique_id=f"{VENDOR}_test",
        data=_data(sim),
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
def issued(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the tokens that are issued from now on."""
    values: list[str] = []
    issue = sim.beenergised_cpo._tokens.issue

    def note(parameters: dict[str, str]) -> dict[str, Json]:
        answer = issue(parameters)
        values.append(str(answer["access_token"]))
        return answer

    monkeypatch.setattr(sim.beenergised_cpo._tokens, "issue", note)
    return values


def _data(sim: Simulator, **changes: str) -> dict[str, str]:
    """Return an entry's data."""
    return {
        CONF_VENDOR: VENDOR,
        CONF_TENANT: sim.beenergised_cpo.url,
        CONF_CLIENT_ID: sim.beenergised_cpo.client_id,
        CONF_CLIENT_SECRET: sim.beenergised_cpo.client_secret,
        CONF_SERVER: sim.beenergised_cpo.url,
    } | changes


def _form(sim: Simulator, **changes: str) -> dict[str, Any]:
    """Return the form as a user would fill it in."""
    fields = _data(sim, **changes)
    del fields[CONF_VENDOR]
    server = fields.pop(CONF_SERVER)
    return {**fields, CONF_ADVANCED: {CONF_SERVER: server}}


async def _async_choose(hass: HomeAssistant) -> ConfigFlowResult:
    """Start a flow and choose the vendor in the menu."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.MENU
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"next_step_id": VENDOR}
    )
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == VENDOR
    assert not result["errors"]
    return result


async def _async_configure(
    hass: HomeAssistant, result: ConfigFlowResult, data: dict[str, Any]
) -> ConfigFlowResult:
    """Answer a form, whose texts must be whole."""
    assert_worded(result)
    answer = await hass.config_entries.flow.async_configure(result["flow_id"], data)
    if answer["type"] is FlowResultType.FORM:
        assert_worded(answer)
    return answer


async def _async_add(hass: HomeAssistant, sim: Simulator) -> ConfigEntry:
    """Add an account whose stations name no location."""
    result = await _async_configure(hass, await _async_choose(hass), _form(sim))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    entry: ConfigEntry = result["result"]
    return entry


def _move_in_others(sim: Simulator) -> None:
    """Have the stations of somebody else where ours were."""
    for station_id in sim.world.station_ids:
        sim.world.remove_station(station_id)
    sim.world.add_station(next(iter(sim.world.locations)))


def _suggested(result: ConfigFlowResult) -> str:
    """Return what a form has filled in already."""
    assert result["data_schema"] is not None
    return repr(
        [
            (marker, getattr(marker, "description", None))
            for marker in result["data_schema"].schema
        ]
    )


# ---- adding


async def test_add_an_account(hass: HomeAssistant, sim: Simulator) -> None:
    """Menu, tenant and credentials: an account that works."""
    result = await _async_choose(hass)
    result = await _async_configure(hass, result, _form(sim))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "be.ENERGISED CPO 127.0.0.1"
    assert result["data"] == _data(sim)
    assert result["options"] == {}
    await hass.async_block_till_done(wait_background_tasks=True)
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id is not None
    assert entry.unique_id.startswith(f"{VENDOR}_")
    assert sim.beenergised_cpo.client_secret not in entry.unique_id
    assert value_of(hass, entry, "account", "stations") == "4"
    assert value_of(hass, entry, "account", "connectors") == "8"


async def test_form_begins_with_the_documented_server(hass: HomeAssistant) -> None:
    """Who knows nothing of the sign-in server need not."""
    result = await _async_choose(hass)
    assert result["data_schema"] is not None
    filled = result["data_schema"](
        {
            CONF_TENANT: "acme",
            CONF_CLIENT_ID: "id",
            CONF_CLIENT_SECRET: "secret",
            CONF_ADVANCED: {},
        }
    )
    assert filled[CONF_ADVANCED] == {CONF_SERVER: SIGN_IN}


async def test_what_was_typed_is_trimmed(hass: HomeAssistant, sim: Simulator) -> None:
    """Blanks around what was pasted do no harm."""
    result = await _async_choose(hass)
    padded = {key: f" {value} " for key, value in _data(sim).items()}
    result = await _async_configure(hass, result, _form(sim, **padded))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == _data(sim)


async def test_page_of_the_tenant_as_address(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """The address of any page of the tenant's will do."""
    page = f"{sim.beenergised_cpo.url}/admin/stations?page=2#top"
    result = await _async_choose(hass)
    result = await _async_configure(hass, result, _form(sim, **{CONF_TENANT: page}))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert result["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize("path", ["/token", "/oauth2/token"])
async def test_either_path_for_tokens(
    hass: HomeAssistant, sim: Simulator, path: Any
) -> None:
    """The documented path is asked first; where there is none, the usual one."""
    options = sim.beenergised_cpo.options
    options.token_path = path
    options.client_parameters = "query" if path == "/token" else "form"
    entry = await _async_add(hass, sim)
    assert entry.state is ConfigEntryState.LOADED
    assert sim.beenergised_cpo.requests.matching(path, status=200)


@pytest.mark.parametrize("spelling", ["bearer", "bare"])
async def test_either_spelling_of_the_header(
    hass: HomeAssistant, sim: Simulator, spelling: Any
) -> None:
    """The documents show the token with a word before it, and without."""
    sim.beenergised_cpo.options.authorization = spelling
    entry = await _async_add(hass, sim)
    assert entry.state is ConfigEntryState.LOADED
    assert value_of(hass, entry, "account", "connectors") == "8"


# ---- the tenant


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("acme", "https://acme.beenergised.cloud"),
        (" ACME ", "https://acme.beenergised.cloud"),
        ("acme-2", "https://acme-2.beenergised.cloud"),
        ("acme.beenergised.cloud", "https://acme.beenergised.cloud"),
        ("https://acme.beenergised.cloud/", "https://acme.beenergised.cloud"),
        ("https://ACME.beenergised.cloud", "https://acme.beenergised.cloud"),
        (
            "https://acme.beenergised.cloud/admin/stations/4711?tab=log&page=2#top",
            "https://acme.beenergised.cloud",
        ),
        ("acme.beenergised.cloud/admin?next=/a", "https://acme.beenergised.cloud"),
        ("https://charging.acme.example:8443/de", "https://charging.acme.example:8443"),
        ("http://127.0.0.1:8804/", "http://127.0.0.1:8804"),
    ],
)
def test_tenant(text: str, address: str) -> None:
    """A word is a tenant of the vendor's; an address is taken without its page."""
    assert parse_tenant(text) == URL(address)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", NotAnAddressError),
        ("https://", NotAnAddressError),
        ("ftp://acme.beenergised.cloud", NotAnAddressError),
        ("https://me:pw@acme.beenergised.cloud", NotAnAddressError),
        ("me@acme.example", NotAnAddressError),
        ("acme corp", NotAnAddressError),
        ("acme_corp", NotAnAddressError),
        ("acme.beenergised.cloud:99999", NotAnAddressError),
        ("http://acme.beenergised.cloud", InsecureAddressError),
    ],
)
def test_no_tenant(text: str, error: type[AddressError]) -> None:
    """What is no address is not one, and credentials travel encrypted."""
    with pytest.raises(error):
        parse_tenant(text)


# ---- what can be wrong


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({CONF_CLIENT_ID: "wrong"}, "unknown_client"),
        ({CONF_CLIENT_SECRET: "wrong"}, "wrong_secret"),
        ({CONF_TENANT: "ftp://acme.beenergised.cloud"}, "not_an_address"),
        ({CONF_TENANT: "https://me:pw@acme.example"}, "not_an_address"),
        ({CONF_TENANT: "http://acme.beenergised.cloud"}, "insecure_address"),
        ({CONF_TENANT: "http://127.0.0.1:1"}, "cannot_connect"),
        ({CONF_TENANT: "no-such-tenant"}, "host_not_found"),
        ({CONF_SERVER: "cognito"}, "not_an_address"),
        ({CONF_SERVER: "http://cognito.example"}, "insecure_address"),
        ({CONF_SERVER: "http://127.0.0.1:1"}, "cannot_connect"),
        ({CONF_SERVER: "https://cognito.example"}, "host_not_found"),
    ],
)
async def test_bad_input_and_recovery(
    hass: HomeAssistant, sim: Simulator, changes: dict[str, str], error: str
) -> None:
    """Each mistake has its own message, and the form can be mended."""
    result = await _async_choose(hass)
    result = await _async_configure(hass, result, _form(sim, **changes))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": error}
    result = await _async_configure(hass, result, _form(sim))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("option", "error"),
    [("tenant_known", "unknown_tenant"), ("scope", "missing_scope")],
)
async def test_what_the_tenant_lacks(
    hass: HomeAssistant, sim: Simulator, option: str, error: str
) -> None:
    """A name that nobody has, and a licence without this API, are told apart."""
    setattr(sim.beenergised_cpo.options, option, False)
    result = await _async_choose(hass)
    result = await _async_configure(hass, result, _form(sim))
    assert result["errors"] == {"base": error}
    setattr(sim.beenergised_cpo.options, option, True)
    result = await _async_configure(hass, result, _form(sim))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("path", "fault", "error"),
    [
        ("/token", {"status": 500}, "cannot_connect"),
        ("/token", {"status": 429}, "rate_limited"),
        ("/token", {"drop": True}, "cannot_connect"),
        ("/token", {"html": True}, "unexpected_answer"),
        ("/token", {"body": "{}"}, "unexpected_answer"),
        ("/token", {"redirect": "https://login.example/"}, "unexpected_answer"),
        ("/token", {"status": 403}, "invalid_auth"),
        ("/charging_stations/", {"status": 500}, "cannot_connect"),
        ("/charging_stations/", {"status": 429}, "rate_limited"),
        ("/charging_stations/", {"html": True}, "unexpected_answer"),
        ("/charging_stations/", {"stringify": ["data.*.id"]}, None),
        ("/charging_stations/", {"remove": ["data.*.id"]}, "unexpected_answer"),
        ("/locations/", {"status": 403}, None),
        ("/locations/", {"status": 404}, None),
        ("/locations/", {"status": 503}, "cannot_connect"),
        ("/maintenance_windows/", {"status": 403}, None),
    ],
)
async def test_what_the_vendor_says(
    hass: HomeAssistant,
    sim: Simulator,
    path: str,
    fault: dict[str, object],
    error: str | None,
) -> None:
    """What the vendor refuses is told apart; locations and maintenance are not needed."""
    where = path if path == "/token" else f"{API}{path}"
    sim.beenergised_cpo.faults.put({"path": where, "message": "as told"} | fault)
    result = await _async_choose(hass)
    result = await _async_configure(hass, result, _form(sim))
    if error is None:
        assert result["type"] is FlowResultType.CREATE_ENTRY
        return
    assert result["errors"] == {"base": error}
    sim.beenergised_cpo.faults.clear()
    result = await _async_configure(hass, result, _form(sim))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_typed_secret_is_not_sent_back(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """After an error tenant and client id are still there, and the secret is not."""
    result = await _async_choose(hass)
    result = await _async_configure(
        hass, result, _form(sim, **{CONF_CLIENT_SECRET: "mistyped"})
    )
    filled = _suggested(result)
    assert sim.beenergised_cpo.url in filled
    assert sim.beenergised_cpo.client_id in filled
    assert "mistyped" not in filled
    assert "mistyped" not in repr(result["description_placeholders"])


# ---- twice


async def test_the_same_account_twice(hass: HomeAssistant, sim: Simulator) -> None:
    """The same client of the same tenant is the same account, however it is written."""
    await _async_add(hass, sim)
    result = await _async_choose(hass)
    result = await _async_configure(hass, result, _form(sim))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    page = f"{sim.beenergised_cpo.url}/admin/"
    result = await _async_choose(hass)
    result = await _async_configure(hass, result, _form(sim, **{CONF_TENANT: page}))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert len(hass.config_entries.async_entries(DOMAIN)) == 1


# ---- signing in again


async def test_revoked_client(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A client that was deleted starts one flow; with a new secret all is as before."""
    await async_set_up(hass, account)
    unique_id = account.unique_id
    sim.beenergised_cpo.revoke_client()
    for _ in range(4):
        await async_poll(hass, freezer, QUARTER)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert flow["step_id"] == f"{VENDOR}_reauth"
    assert value_of(hass, account, "account", "cloud") == "off"

    credentials = {
        CONF_CLIENT_ID: sim.beenergised_cpo.client_id,
        CONF_CLIENT_SECRET: sim.beenergised_cpo.client_secret,
    }
    result = await hass.config_entries.flow.async_configure(flow["flow_id"])
    result = await _async_configure(hass, result, credentials)
    assert result["errors"] == {"base": "unknown_client"}
    credentials[CONF_CLIENT_SECRET] = sim.beenergised_cpo.renew_client_secret()
    result = await _async_configure(hass, result, credentials)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert account.data == _data(sim, **credentials)
    assert account.unique_id == unique_id
    assert account.state is ConfigEntryState.LOADED
    assert value_of(hass, account, "account", "cloud") == "on"
    assert value_of(hass, account, "account", "connectors") == "8"
    assert not hass.config_entries.flow.async_progress()


async def test_renewed_secret(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """The old secret is told apart from a client that is gone."""
    await async_set_up(hass, account)
    secret = sim.beenergised_cpo.renew_client_secret()
    result = await account.start_reauth_flow(hass)
    form = {CONF_CLIENT_ID: sim.beenergised_cpo.client_id}
    result = await _async_configure(
        hass, result, form | {CONF_CLIENT_SECRET: account.data[CONF_CLIENT_SECRET]}
    )
    assert result["errors"] == {"base": "wrong_secret"}
    result = await _async_configure(hass, result, form | {CONF_CLIENT_SECRET: secret})
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert account.data[CONF_CLIENT_SECRET] == secret


async def test_reauth_with_a_new_client(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another client that sees the same stations takes the account on, under the same ids."""
    await async_set_up(hass, account)
    unique_id = account.unique_id
    monkeypatch.setattr(tokens, "CLIENT_ID", "the-second-client")
    result = await account.start_reauth_flow(hass)
    result = await _async_configure(
        hass,
        result,
        {
            CONF_CLIENT_ID: "the-second-client",
            CONF_CLIENT_SECRET: sim.beenergised_cpo.client_secret,
        },
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert account.data == _data(sim, **{CONF_CLIENT_ID: "the-second-client"})
    assert account.unique_id == unique_id
    assert account.state is ConfigEntryState.LOADED
    assert value_of(hass, account, "account", "stations") == "4"


async def test_reauth_with_another_account(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A client that sees none of the known stations is refused."""
    await async_set_up(hass, account)
    before = dict(account.data)
    monkeypatch.setattr(tokens, "CLIENT_ID", "somebody-elses-client")
    _move_in_others(sim)
    result = await account.start_reauth_flow(hass)
    result = await _async_configure(
        hass,
        result,
        {
            CONF_CLIENT_ID: "somebody-elses-client",
            CONF_CLIENT_SECRET: sim.beenergised_cpo.client_secret,
        },
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"
    assert account.data == before


# ---- changing how the account is reached


async def test_reconfigure_keeps_the_secret(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """An empty secret keeps the present one; a mistake can be mended."""
    await async_set_up(hass, account)
    result = await account.start_reconfigure_flow(hass)
    assert result["step_id"] == f"{VENDOR}_reconfigure"
    form = _form(sim, **{CONF_TENANT: "http://acme.beenergised.cloud"})
    del form[CONF_CLIENT_SECRET]
    result = await _async_configure(hass, result, form)
    assert result["errors"] == {"base": "insecure_address"}
    async with Simulator(stations=4, speed=0, quiet=True) as moved:
        assert moved.beenergised_cpo.url != sim.beenergised_cpo.url
        form = _form(moved)
        del form[CONF_CLIENT_SECRET]
        result = await _async_configure(hass, result, form)
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "reconfigure_successful"
        await hass.async_block_till_done(wait_background_tasks=True)
        assert account.data == _data(moved)
        assert account.data[CONF_CLIENT_SECRET] == sim.beenergised_cpo.client_secret
        assert account.state is ConfigEntryState.LOADED
        assert moved.beenergised_cpo.requests.matching(f"{API}/charging_stations/")
        await hass.config_entries.async_unload(account.entry_id)


async def test_reconfigure_with_a_new_secret(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """A secret that is given replaces the present one."""
    await async_set_up(hass, account)
    secret = sim.beenergised_cpo.renew_client_secret()
    result = await account.start_reconfigure_flow(hass)
    form = _form(sim)
    del form[CONF_CLIENT_SECRET]
    result = await _async_configure(hass, result, form)
    assert result["errors"] == {"base": "wrong_secret"}
    result = await _async_configure(hass, result, _form(sim))
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert account.data[CONF_CLIENT_SECRET] == secret


async def test_reconfigure_to_another_tenant(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """A tenant that has none of the known stations is another account."""
    await async_set_up(hass, account)
    before = dict(account.data)
    async with Simulator(stations=4, speed=0, quiet=True) as other:
        _move_in_others(other)
        result = await account.start_reconfigure_flow(hass)
        result = await _async_configure(hass, result, _form(other))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"
    assert account.data == before


# ---- locations


async def test_pick_locations(hass: HomeAssistant, sim: Simulator) -> None:
    """Where stations name their locations, some can be picked; later all of them again."""
    sim.beenergised_cpo.options.attributes = "rich"
    location_id, *_ = sim.world.locations
    picked = {CONF_LOCATIONS: [sim.beenergised_cpo.location_uuid(location_id)]}
    result = await _async_choose(hass)
    result = await _async_configure(hass, result, _form(sim))
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "locations"
    placeholders = result["description_placeholders"]
    assert placeholders == {"locations": "2", "stations": "4"}
    assert result["data_schema"] is not None
    (selector,) = result["data_schema"].schema.values()
    assert {option["label"] for option in selector.config["options"]} == {
        location.name for location in sim.world.locations.values()
    }
    result = await _async_configure(hass, result, picked)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"] == picked
    await hass.async_block_till_done(wait_background_tasks=True)
    entry = result["result"]
    here = sim.world.stations(location_id)
    assert 0 < len(here) < 4
    assert value_of(hass, entry, "account", "stations") == str(len(here))
    assert value_of(hass, entry, "account", "connectors") == str(2 * len(here))

    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["step_id"] == "init"
    result = await hass.config_entries.options.async_configure(result["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert value_of(hass, entry, "account", "stations") == "4"


async def test_options_without_locations(hass: HomeAssistant, sim: Simulator) -> None:
    """There is nothing to pick where stations name no location."""
    entry = await _async_add(hass, sim)
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_locations"


async def test_options_need_the_cloud(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """Without the vendor there are no locations to choose from; it is said why."""
    await async_set_up(hass, account)
    await sim.stop()
    result = await hass.config_entries.options.async_init(account.entry_id)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "cannot_connect"


# ---- no secret in any log


@pytest.fixture
def odd_secret(sim: Simulator) -> str:
    """Give the client a secret that an address spells otherwise."""
    sim.beenergised_cpo._tokens.client_secret = ODD_SECRET
    return ODD_SECRET


@pytest.fixture
def leaks(
    caplog: pytest.LogCaptureFixture, odd_secret: str, issued: list[str]
) -> Iterator[Callable[[str], bool]]:
    """Look out for secrets at all times; at the end none may have been logged."""
    caplog.set_level(logging.DEBUG)

    def leaks(text: str) -> bool:
        return any(part in text for part in (*TRACES, *issued))

    yield leaks
    formatter = logging.Formatter()
    logged = [formatter.format(record) for record in caplog.get_records("call")]
    assert logged
    assert not [line for line in logged if leaks(line)]


@asynccontextmanager
async def _server(answer: bytes) -> AsyncIterator[str]:
    """Run a server that answers every request with the same bytes, and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_whole_life_without_a_secret_in_the_log(
    hass: HomeAssistant,
    sim: Simulator,
    issued: list[str],
    leaks: Callable[[str], bool],
    freezer: FrozenDateTimeFactory,
) -> None:
    """Added, polled, revoked and signed in again: the log holds no secret and no token."""
    entry = await _async_add(hass, sim)
    sim.beenergised_cpo.expire_access_tokens()
    await async_poll(hass, freezer, QUARTER)
    assert value_of(hass, entry, "account", "cloud") == "on"
    assert len(issued) >= 3
    sim.beenergised_cpo.faults.add("/token", status=500)
    sim.beenergised_cpo.expire_access_tokens()
    await async_poll(hass, freezer, QUARTER)
    sim.beenergised_cpo.faults.clear()
    sim.beenergised_cpo.revoke_client()
    await async_poll(hass, freezer, QUARTER)
    (flow,) = hass.config_entries.flow.async_progress()
    assert not leaks(repr(flow))
    sim.beenergised_cpo._tokens._revoked = False
    result = await hass.config_entries.flow.async_configure(flow["flow_id"])
    result = await _async_configure(
        hass,
        result,
        {
            CONF_CLIENT_ID: sim.beenergised_cpo.client_id,
            CONF_CLIENT_SECRET: ODD_SECRET,
        },
    )
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert value_of(hass, entry, "account", "cloud") == "on"


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 500, "html": True},
        {"drop": True},
        {"truncate": True},
        {"redirect": "https://login.example/"},
        {"status": 400, "body": f'{{"error": "invalid_client: {ODD_SECRET}"}}'},
        {"status": 404},
        {"html": True},
    ],
    ids=str,
)
async def test_failing_sign_in_leaks_nothing(
    hass: HomeAssistant,
    sim: Simulator,
    leaks: Callable[[str], bool],
    fault: dict[str, object],
) -> None:
    """However the sign-in server fails, its address with the secret is not shown."""
    sim.beenergised_cpo.faults.put({"path": "*token"} | fault)
    result = await _async_choose(hass)
    result = await _async_configure(hass, result, _form(sim))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"]
    assert not leaks(repr(result["description_placeholders"]))
    assert not leaks(_suggested(result))


async def test_unreachable_sign_in_leaks_nothing(
    hass: HomeAssistant, sim: Simulator, leaks: Callable[[str], bool]
) -> None:
    """An address that nobody answers at is shown without what was sent there."""
    result = await _async_choose(hass)
    for server, error in (
        ("http://127.0.0.1:1", "cannot_connect"),
        ("https://cognito.example", "host_not_found"),
    ):
        result = await _async_configure(
            hass, result, _form(sim, **{CONF_SERVER: server})
        )
        assert result["errors"] == {"base": error}
        assert not leaks(repr(result["description_placeholders"]))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a length\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
        b"HTTP/1.1 200 OK\r\nX: " + 100_000 * b"x" + b"\r\n\r\n",
    ],
    ids=["nothing", "no HTTP", "bad length", "bad chunk", "no gzip", "long header"],
)
async def test_server_that_is_none_leaks_nothing(
    hass: HomeAssistant,
    sim: Simulator,
    leaks: Callable[[str], bool],
    answer: bytes,
) -> None:
    """What answers without HTTP is told so, without the address that was asked."""
    async with _server(answer) as server:
        result = await _async_choose(hass)
        result = await _async_configure(
            hass, result, _form(sim, **{CONF_SERVER: server})
        )
    # what a decompressor makes of nonsense depends on the decompressor
    assert result["errors"] in (
        {"base": "cannot_connect"},
        {"base": "unexpected_answer"},
    )
    assert not leaks(repr(result["description_placeholders"]))
