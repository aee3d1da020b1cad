"""Tests of signing in at ev.energy: in the browser, and with a client of one's own."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ev_charging_cloud.const import (
    CONF_ADVANCED,
    CONF_SERVER,
    CONF_USER,
    DOMAIN,
)
from custom_components.ev_charging_cloud.oauth import Application
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.config_entry_oauth2_flow import async_register_implementation
from homeassistant.setup import async_setup_component
from simulator import Simulator
from tests.common import assert_worded, async_poll, value_of

REDIRECT = "https://example.com/auth/external/callback"

type Browse = Callable[[ConfigFlowResult, bool], Awaitable[ConfigFlowResult]]


@pytest.fixture(autouse=True)
async def _application(
    hass: HomeAssistant, sim: Simulator, current_request_with_host: None
) -> None:
    """Have an application whose consent page and tokens are the simulator's."""
    sim.ev_energy.options.redirect_uris.append(REDIRECT)
    assert await async_setup_component(hass, "application_credentials", {})
    async_register_implementation(
        hass,
        DOMAIN,
        Application(
            hass,
            "simulated",
            sim.ev_energy.client_id,
            sim.ev_energy.authorize_url,
            sim.ev_energy.token_url,
            sim.ev_energy.client_secret,
        ),
    )


@pytest.fixture
async def browse(
    hass: HomeAssistant, sim: Simulator, hass_client_no_auth: ClientSessionGenerator
) -> Browse:
    """Return what a driver does in the browser: allow, or deny."""
    client = await hass_client_no_auth()

    async def visit(result: ConfigFlowResult, allow: bool) -> ConfigFlowResult:
        assert result["type"] is FlowResultType.EXTERNAL_STEP
        assert "code_challenge_method=S256" in result["url"]
        back = urlsplit(sim.ev_energy.consent(result["url"], allow=allow))
        answer = await client.get(f"{back.path}?{back.query}")
        assert answer.status == 200
        return await hass.config_entries.flow.async_configure(result["flow_id"])

    return visit


async def _async_choose(hass: HomeAssistant, way: str) -> ConfigFlowResult:
    """Start a flow and choose vendor and way in."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    for choice in ("ev_energy", way):
        assert result["type"] is FlowResultType.MENU
        result = await hass.config_entries.flow.async_configure(
            result["flow_id"], {"next_step_id": choice}
        )
    return result


async def _async_add(hass: HomeAssistant, browse: Browse) -> ConfigEntry:
    """Add an account by way of the consent page."""
    result = await browse(await _async_choose(hass, "ev_energy_oauth"), True)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    entry: ConfigEntry = result["result"]
    return entry


def _client(sim: Simulator, **changes: str) -> dict[str, Any]:
    """Return the form of a client as a user would fill it in."""
    fields = {
        CONF_CLIENT_ID: sim.ev_energy.client_id,
        CONF_CLIENT_SECRET: sim.ev_energy.client_secret,
        CONF_SERVER: sim.ev_energy.address,
    } | changes
    server = fields.pop(CONF_SERVER)
    return {**fields, CONF_ADVANCED: {CONF_SERVER: server}}


async def test_sign_in(hass: HomeAssistant, sim: Simulator, browse: Browse) -> None:
    """Consent leads to an account of the user who consented."""
    entry = await _async_add(hass, browse)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id == f"ev_energy_{sim.ev_energy.user_id}"
    assert entry.title == "robin@example.com"
    assert value_of(hass, entry, "account", "stations") == "2"


async def test_denied(hass: HomeAssistant, sim: Simulator, browse: Browse) -> None:
    """Who denies on the consent page is told so, in Home Assistant's own words."""
    result = await browse(await _async_choose(hass, "ev_energy_oauth"), False)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "user_rejected_authorize"
    assert result["translation_domain"] == "homeassistant"


async def test_code_that_is_too_old(
    hass: HomeAssistant,
    sim: Simulator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """A code lives for a minute; later the sign-in has to be made again."""
    client = await hass_client_no_auth()
    result = await _async_choose(hass, "ev_energy_oauth")
    back = urlsplit(sim.ev_energy.consent(result["url"]))
    sim.clock.advance(timedelta(seconds=61))
    await client.get(f"{back.path}?{back.query}")
    result = await hass.config_entries.flow.async_configure(result["flow_id"])
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] in {"oauth_unauthorized", "oauth_failed"}


async def test_sign_in_without_any_scope(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """A sign-in that may see nothing makes no account, and says why."""
    sim.ev_energy.grant({"user:read"})
    result = await browse(await _async_choose(hass, "ev_energy_oauth"), True)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "not_permitted"


async def test_same_user_twice(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """A user is one account, however often they sign in."""
    await _async_add(hass, browse)
    result = await browse(await _async_choose(hass, "ev_energy_oauth"), True)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_tokens_are_refreshed_with_no_gap(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Over two days nothing is refused, and each rotated token is kept."""
    entry = await _async_add(hass, browse)
    first = entry.data[CONF_TOKEN]["refresh_token"]
    for _ in range(48):
        sim.clock.advance(timedelta(hours=1))
        await async_poll(hass, freezer, timedelta(hours=1))
        assert value_of(hass, entry, "account", "cloud") == "on"
    assert not sim.ev_energy.requests.matching(status=401)
    assert entry.data[CONF_TOKEN]["refresh_token"] != first
    issued = len(sim.ev_energy.tokens_issued)
    assert 5 <= issued <= 8


async def test_token_that_is_refused_early(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A token that ends before its time is refreshed within the same poll."""
    entry = await _async_add(hass, browse)
    sim.ev_energy.expire_access_tokens()
    await async_poll(hass, freezer, timedelta(seconds=100))
    assert value_of(hass, entry, "account", "cloud") == "on"
    assert len(sim.ev_energy.requests.matching(status=401)) == 1


async def test_revoked_sign_in(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A sign-in that was taken back starts one flow; after it all is as before."""
    entry = await _async_add(hass, browse)
    unique_id = entry.unique_id
    sim.ev_energy.revoke_refresh_tokens()
    sim.ev_energy.expire_access_tokens()
    for _ in range(4):
        await async_poll(hass, freezer, timedelta(minutes=16))
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert value_of(hass, entry, "account", "cloud") == "off"
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    result = await browse(result, True)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.unique_id == unique_id
    assert value_of(hass, entry, "account", "cloud") == "on"
    assert value_of(hass, entry, "account", "stations") == "2"


async def test_reauth_as_another_user(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """Somebody else's sign-in does not take an account over."""
    entry = await _async_add(hass, browse)
    token = entry.data[CONF_TOKEN]
    sim.ev_energy.sign_in(sim.ev_energy.user_ids[1])
    assert isinstance(entry, ConfigEntry)
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    result = await browse(result, True)
    assert result["reason"] == "wrong_account"
    assert entry.data[CONF_TOKEN] == token


async def test_reconfigure_signs_in_anew(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """An account that was signed in to in the browser is so again, with new tokens."""
    entry = await _async_add(hass, browse)
    token = entry.data[CONF_TOKEN]["access_token"]
    result = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id},
    )
    result = await browse(result, True)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.data[CONF_TOKEN]["access_token"] != token
    assert entry.state is ConfigEntryState.LOADED


async def test_removal_revokes(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """A removed account's tokens are good for nothing any more."""
    entry = await _async_add(hass, browse)
    await hass.config_entries.async_remove(entry.entry_id)
    assert len(sim.ev_energy.revoked) == 2
    assert sim.ev_energy.requests.matching("/o/revoke_token/", status=200)


async def test_removal_does_not_depend_on_the_vendor(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An account goes even if its tokens cannot be revoked; that is logged."""
    entry = await _async_add(hass, browse)
    secret = entry.data[CONF_TOKEN]["refresh_token"]
    sim.ev_energy.faults.add("/o/revoke_token/", status=503)
    await hass.config_entries.async_remove(entry.entry_id)
    assert not hass.config_entries.async_entries(DOMAIN)
    assert "could not be revoked" in caplog.text
    assert secret not in caplog.text


async def test_client_of_ones_own(hass: HomeAssistant, sim: Simulator) -> None:
    """Id and secret are enough where a client acts for one user."""
    result = await _async_choose(hass, "ev_energy_credentials")
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], _client(sim)
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id == f"ev_energy_{sim.ev_energy.user_id}"


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({CONF_CLIENT_ID: "wrong"}, {CONF_CLIENT_SECRET: "invalid_auth"}),
        ({CONF_CLIENT_SECRET: "wrong"}, {CONF_CLIENT_SECRET: "invalid_auth"}),
        ({CONF_SERVER: "http://api.example"}, {CONF_ADVANCED: "insecure_address"}),
        ({CONF_SERVER: "api.example"}, {CONF_ADVANCED: "not_an_address"}),
        ({CONF_SERVER: "http://127.0.0.1:1"}, {"base": "cannot_connect"}),
    ],
)
async def test_client_that_does_not_work(
    hass: HomeAssistant,
    sim: Simulator,
    changes: dict[str, str],
    errors: dict[str, str],
) -> None:
    """Each mistake has its own message, and the form can be mended."""
    result = await _async_choose(hass, "ev_energy_credentials")
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], _client(sim, **changes)
    )
    assert result["errors"] == errors
    assert_worded(result)
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], _client(sim)
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_organization_chooses_a_user(hass: HomeAssistant, sim: Simulator) -> None:
    """A client that sees several users acts for the one that is chosen."""
    cloud = sim.ev_energy
    chosen = cloud.user_ids[1]
    result = await _async_choose(hass, "ev_energy_credentials")
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"],
        _client(
            sim,
            **{
                CONF_CLIENT_ID: cloud.organisation_client_id,
                CONF_CLIENT_SECRET: cloud.organisation_client_secret,
            },
        ),
    )
    assert result["step_id"] == "ev_energy_user"
    assert_worded(result)
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {CONF_USER: chosen}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id == f"ev_energy_{chosen}"


async def test_organization_with_one_user(hass: HomeAssistant, sim: Simulator) -> None:
    """Where there is nobody to choose from, nothing is asked."""
    cloud = sim.ev_energy
    cloud.faults.add("/v2/users", remove=["2", "1"])
    result = await _async_choose(hass, "ev_energy_credentials")
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"],
        _client(
            sim,
            **{
                CONF_CLIENT_ID: cloud.organisation_client_id,
                CONF_CLIENT_SECRET: cloud.organisation_client_secret,
            },
        ),
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].unique_id == f"ev_energy_{cloud.user_id}"
    await hass.async_block_till_done()


async def test_client_with_a_new_secret(hass: HomeAssistant, sim: Simulator) -> None:
    """Reauth asks for the secret only; reconfigure keeps it if none is given."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=f"ev_energy_{sim.ev_energy.user_id}",
        data={
            "vendor": "ev_energy",
            CONF_SERVER: sim.ev_energy.address,
            CONF_CLIENT_ID: sim.ev_energy.client_id,
            CONF_CLIENT_SECRET: "old",
        },
    )
    entry.add_to_hass(hass)
    result = await entry.start_reauth_flow(hass)
    assert result["step_id"] == "ev_energy_reauth_credentials"
    assert_worded(result)
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {CONF_CLIENT_SECRET: sim.ev_energy.client_secret}
    )
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    result = await entry.start_reconfigure_flow(hass)
    assert result["step_id"] == "ev_energy_reconfigure"
    assert_worded(result)
    form = _client(sim)
    del form[CONF_CLIENT_SECRET]
    result = await hass.config_entries.flow.async_configure(result["flow_id"], form)
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.data[CONF_CLIENT_SECRET] == sim.ev_energy.client_secret


async def test_options_without_locations(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """There is nothing to pick where the vendor has no locations."""
    entry = await _async_add(hass, browse)
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_locations"
