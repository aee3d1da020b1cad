"""Tests of adding an account: every way in, every error, and the way out of each."""

from typing import Any

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
    DOMAIN,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulator import Simulator
from tests.common import async_configure, async_set_up, value_of

from .common import API, VENDOR, async_add, async_choose, data_of, form_of, suggested

SIGN_IN = "https://beenergised-jwtapis.auth.eu-central-1.amazoncognito.com"


# ---- adding


async def test_add_an_account(hass: HomeAssistant, sim: Simulator) -> None:
    """Menu, tenant and credentials: an account that works."""
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "be.ENERGISED CPO 127.0.0.1"
    assert result["data"] == data_of(sim)
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
    result = await async_choose(hass)
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
    result = await async_choose(hass)
    padded = {key: f" {value} " for key, value in data_of(sim).items()}
    result = await async_configure(hass, result, form_of(sim, **padded))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == data_of(sim)


async def test_page_of_the_tenant_as_address(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """The address of any page of the tenant's will do."""
    page = f"{sim.beenergised_cpo.url}/admin/stations?page=2#top"
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim, **{CONF_TENANT: page}))
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
    entry = await async_add(hass, sim)
    assert entry.state is ConfigEntryState.LOADED
    assert sim.beenergised_cpo.requests.matching(path, status=200)


@pytest.mark.parametrize("spelling", ["bearer", "bare"])
async def test_either_spelling_of_the_header(
    hass: HomeAssistant, sim: Simulator, spelling: Any
) -> None:
    """The documents show the token with a word before it, and without."""
    sim.beenergised_cpo.options.authorization = spelling
    entry = await async_add(hass, sim)
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
    ("changes", "field", "error"),
    [
        ({CONF_CLIENT_ID: "wrong"}, CONF_CLIENT_ID, "unknown_client"),
        ({CONF_CLIENT_SECRET: "wrong"}, CONF_CLIENT_SECRET, "wrong_secret"),
        ({CONF_TENANT: "ftp://acme.example"}, CONF_TENANT, "not_an_address"),
        ({CONF_TENANT: "https://me:pw@acme.example"}, CONF_TENANT, "not_an_address"),
        ({CONF_TENANT: "http://acme.example"}, CONF_TENANT, "insecure_address"),
        ({CONF_TENANT: "http://127.0.0.1:1"}, CONF_TENANT, "cannot_connect"),
        ({CONF_TENANT: "no-such-tenant"}, CONF_TENANT, "host_not_found"),
        ({CONF_TENANT: "https://a\tb.example"}, CONF_TENANT, "not_an_address"),
        ({CONF_TENANT: "https://a\x00b.example"}, CONF_TENANT, "not_an_address"),
        ({CONF_CLIENT_SECRET: "a\x7fb"}, CONF_CLIENT_SECRET, "invalid_characters"),
        ({CONF_SERVER: ""}, CONF_ADVANCED, "host_not_found"),
        ({CONF_SERVER: "https://https://b.example"}, CONF_ADVANCED, "not_an_address"),
        ({CONF_SERVER: "cognito"}, CONF_ADVANCED, "not_an_address"),
        ({CONF_SERVER: "http://cognito.example"}, CONF_ADVANCED, "insecure_address"),
        ({CONF_SERVER: "http://127.0.0.1:1"}, CONF_ADVANCED, "cannot_connect"),
        ({CONF_SERVER: "https://cognito.example"}, CONF_ADVANCED, "host_not_found"),
    ],
)
async def test_bad_input_and_recovery(
    hass: HomeAssistant,
    sim: Simulator,
    changes: dict[str, str],
    field: str,
    error: str,
) -> None:
    """Each mistake has its own message at its field, and the form can be mended."""
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim, **changes))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {field: error}
    result = await async_configure(hass, result, form_of(sim))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_client_id_with_a_colon(hass: HomeAssistant, sim: Simulator) -> None:
    """What ends an id elsewhere is a letter like any other here."""
    result = await async_choose(hass)
    result = await async_configure(
        hass, result, form_of(sim, **{CONF_CLIENT_ID: "client:7"})
    )
    assert result["errors"] == {CONF_CLIENT_ID: "unknown_client"}


@pytest.mark.parametrize(
    ("option", "errors"),
    [
        ("tenant_known", {CONF_TENANT: "unknown_tenant"}),
        ("scope", {"base": "missing_scope"}),
    ],
)
async def test_what_the_tenant_lacks(
    hass: HomeAssistant, sim: Simulator, option: str, errors: dict[str, str]
) -> None:
    """A name that nobody has, and a licence without this API, are told apart."""
    setattr(sim.beenergised_cpo.options, option, False)
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim))
    assert result["errors"] == errors
    setattr(sim.beenergised_cpo.options, option, True)
    result = await async_configure(hass, result, form_of(sim))
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
        ("/token", {"status": 401}, "invalid_auth"),
        ("/token", {"status": 401, "html": True}, "cannot_connect"),
        ("/token", {"status": 403}, "cannot_connect"),
        ("/token", {"status": 403, "html": True}, "cannot_connect"),
        ("/token", {"status": 429, "html": True}, "rate_limited"),
        ("/token", {"status": 520}, "cannot_connect"),
        ("/charging_stations/", {"status": 401}, "missing_scope"),
        ("/charging_stations/", {"status": 522}, "cannot_connect"),
        ("/charging_stations/", {"status": 500}, "cannot_connect"),
        ("/charging_stations/", {"status": 429}, "rate_limited"),
        ("/charging_stations/", {"html": True}, "unexpected_answer"),
        ("/charging_stations/", {"stringify": ["data.*.id"]}, None),
        ("/charging_stations/", {"remove": ["data.*.id"]}, "unexpected_answer"),
        ("/locations/", {"status": 403}, None),
        ("/locations/", {"status": 404}, None),
        ("/locations/", {"status": 401}, None),
        ("/locations/", {"status": 500}, None),
        ("/locations/", {"status": 503}, None),
        ("/locations/", {"html": True}, None),
        ("/locations/", {"body": '{"data": null}'}, None),
        ("/maintenance_windows/", {"status": 401}, None),
        ("/maintenance_windows/", {"status": 403}, None),
        ("/maintenance_windows/", {"status": 500}, None),
        ("/maintenance_windows/", {"body": "{}"}, None),
        ("/connectors/", {"status": 500}, None),
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
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim))
    if error is None:
        assert result["type"] is FlowResultType.CREATE_ENTRY
        return
    field = CONF_CLIENT_SECRET if error == "invalid_auth" else "base"
    assert result["errors"] == {field: error}
    sim.beenergised_cpo.faults.clear()
    result = await async_configure(hass, result, form_of(sim))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_typed_secret_is_not_sent_back(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """After an error tenant and client id are still there, and the secret is not."""
    result = await async_choose(hass)
    result = await async_configure(
        hass, result, form_of(sim, **{CONF_CLIENT_SECRET: "mistyped"})
    )
    filled = suggested(result)
    assert sim.beenergised_cpo.url in filled
    assert sim.beenergised_cpo.client_id in filled
    assert "mistyped" not in filled
    assert "mistyped" not in repr(result["description_placeholders"])


# ---- twice


async def test_the_same_account_twice(hass: HomeAssistant, sim: Simulator) -> None:
    """The same client of the same tenant is the same account, however it is written."""
    await async_add(hass, sim)
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    page = f"{sim.beenergised_cpo.url}/admin/"
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim, **{CONF_TENANT: page}))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert len(hass.config_entries.async_entries(DOMAIN)) == 1


# ---- locations


async def test_pick_locations(hass: HomeAssistant, sim: Simulator) -> None:
    """Where stations name their locations, some can be picked; later all of them again."""
    sim.beenergised_cpo.options.attributes = "rich"
    location_id, *_ = sim.world.locations
    picked = {CONF_LOCATIONS: [sim.beenergised_cpo.location_uuid(location_id)]}
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim))
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "locations"
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    assert (placeholders["locations"], placeholders["stations"]) == ("2", "4")
    assert result["data_schema"] is not None
    selector = result["data_schema"].schema[CONF_LOCATIONS]
    # Of each the number of its stations; their connectors are not known yet.
    assert {option["label"] for option in selector.config["options"]} == {
        f"{location.name} ({len(sim.world.stations(id_))})"
        for id_, location in sim.world.locations.items()
    }
    result = await async_configure(hass, result, picked)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"] == picked
    await hass.async_block_till_done(wait_background_tasks=True)
    entry = result["result"]
    here = sim.world.stations(location_id)
    assert 0 < len(here) < 4
    assert value_of(hass, entry, "account", "stations") == str(len(here))
    assert value_of(hass, entry, "account", "connectors") == str(2 * len(here))

    assert entry.supports_options
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["step_id"] == "init"
    result = await hass.config_entries.options.async_configure(result["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert value_of(hass, entry, "account", "stations") == "4"


async def test_options_without_locations(hass: HomeAssistant, sim: Simulator) -> None:
    """Where stations name no location there is only where sessions are kept to choose."""
    entry = await async_add(hass, sim)
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "sessions"


async def test_options_without_the_cloud(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """Without the vendor it is said why there are no locations to choose from."""
    await async_set_up(hass, account)
    # Its stations name no location, so that it is asked only where some were picked.
    hass.config_entries.async_update_entry(
        account, options={CONF_LOCATIONS: [*sim.world.locations]}
    )
    await sim.stop()
    result = await hass.config_entries.options.async_init(account.entry_id)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "without_cloud"
    assert result["errors"] == {"base": "cannot_connect"}
