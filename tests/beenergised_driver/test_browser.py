"""Tests of signing in in the browser: added, renewed, and no secret told."""

from datetime import timedelta
import json
import logging
from urllib.parse import parse_qs, urlsplit

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.const import (
    CONF_AUDIENCE,
    CONF_AUTHORIZATION_SERVER,
    CONF_PSK,
    CONF_STATIONS,
    CONF_TENANT,
    CONF_VENDOR,
)
from custom_components.ev_charging_cloud.diagnostics import (
    async_get_config_entry_diagnostics,
)
from homeassistant.const import CONF_CLIENT_SECRET, CONF_TOKEN, STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulator import Simulator
from tests.common import logged, value_of

from .common import UNIQUE_ID, async_pass
from .steps import (
    REDIRECT,
    VENDOR,
    Browse,
    application_form,
    async_add,
    async_answer,
    async_browse,
    async_choose,
    async_options,
    form_of,
    names_of,
    suggested,
)

pytestmark = pytest.mark.usefixtures("documents", "at_home")


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
    form = application_form(sim, public=public, **named)
    result = await async_answer(hass, await async_choose(hass, "browser"), form)
    assert result["type"] is FlowResultType.EXTERNAL_STEP
    query = parse_qs(urlsplit(result["url"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["code_challenge"]
    assert query["redirect_uri"] == [REDIRECT]
    assert query.get("audience") == ([audience] if audience else None)
    assert "offline_access" in query["scope"][0].split()
    result = await browse(result, True)
    assert result["step_id"] == f"{VENDOR}_stations"
    entry = await async_add(hass, result)
    assert entry.data.items() >= {CONF_VENDOR: VENDOR, **form}.items()
    assert (CONF_CLIENT_SECRET in entry.data) is not public
    assert entry.unique_id
    assert entry.unique_id.startswith(f"{VENDOR}_")
    assert entry.unique_id != UNIQUE_ID
    assert value_of(hass, entry, "account", "stations") == "7"
    assert {one.credential for one in sim.beenergised_driver.operations} == {"auth0"}


async def test_denied(hass: HomeAssistant, sim: Simulator, browse: Browse) -> None:
    """Who denies in the browser is told so, in Home Assistant's own words."""
    result = await async_choose(hass, "browser")
    result = await async_answer(hass, result, application_form(sim))
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
    result = await async_choose(hass, "browser")
    result = await async_answer(
        hass, result, application_form(sim, **{CONF_AUTHORIZATION_SERVER: server})
    )
    (where,) = result["errors"] or {}
    assert where in {CONF_AUTHORIZATION_SERVER, CONF_TENANT}
    assert (result["errors"] or {})[where] == error
    assert server in suggested(result)
    result = await async_answer(hass, result, application_form(sim))
    assert result["type"] is FlowResultType.EXTERNAL_STEP


async def test_tenant_of_auth0(hass: HomeAssistant, sim: Simulator) -> None:
    """A word, a domain or an address says where the sign-in is."""
    for server in (
        "operator",
        "operator.auth0.com",
        "https://operator.auth0.com/",
        "https://operator.auth0.com/authorize?x=y",
    ):
        result = await async_choose(hass, "browser")
        result = await async_answer(
            hass, result, application_form(sim, **{CONF_AUTHORIZATION_SERVER: server})
        )
        assert result["url"].startswith("https://operator.auth0.com/authorize?")


async def test_wrong_client_secret(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """A secret that is refused ends the sign-in, and says so."""
    result = await async_choose(hass, "browser")
    result = await async_answer(
        hass, result, application_form(sim, **{CONF_CLIENT_SECRET: "wrong"})
    )
    result = await browse(result, True)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "oauth_unauthorized"


async def test_token_for_another_api(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """A sign-in that the API does not take makes no account, and says why."""
    sim.beenergised_driver.options.auth0_audience = "https://api.operator.example"
    result = await async_browse(hass, sim, browse)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "invalid_auth"


async def test_browser_twice(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """A driver is one account, however often they sign in."""
    await async_add(hass, await async_browse(hass, sim, browse))
    result = await async_browse(hass, sim, browse, public=True)
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
    entry = await async_add(hass, await async_browse(hass, sim, browse))
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


@pytest.mark.usefixtures("without_past")
async def test_token_that_is_refused_early(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A token that ends before its time is renewed within the same look."""
    entry = await async_add(hass, await async_browse(hass, sim, browse))
    first = entry.data[CONF_TOKEN]
    sim.beenergised_driver.expire_session_tokens()
    await async_pass(hass, freezer, sim)
    assert value_of(hass, entry, "account", "cloud") == STATE_ON
    assert entry.data[CONF_TOKEN]["access_token"] != first["access_token"]
    assert len([one for one in sim.beenergised_driver.operations if one.codes]) == 1


async def test_auth0_that_is_down(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A sign-in server that is down for a while asks nobody to sign in."""
    entry = await async_add(hass, await async_browse(hass, sim, browse))
    for fault in ({"status": 503}, {"status": 429}, {"drop": True}):
        sim.beenergised_driver.expire_session_tokens()
        sim.beenergised_driver.faults.add("/oauth/token", **fault)
        await async_pass(hass, freezer, sim)
        assert value_of(hass, entry, "account", "cloud") == STATE_OFF
        sim.beenergised_driver.faults.clear()
        await async_pass(hass, freezer, sim)
        assert value_of(hass, entry, "account", "cloud") == STATE_ON
    assert not hass.config_entries.flow.async_progress()


async def test_options_in_the_browsers_account(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """Stations can be chosen anew there too."""
    entry = await async_add(hass, await async_browse(hass, sim, browse))
    await async_options(hass, entry, {CONF_STATIONS: "favourites"})
    assert len(names_of(entry)) == 2


async def test_no_secret_is_told(
    hass: HomeAssistant,
    sim: Simulator,
    browse: Browse,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither the log at its finest nor diagnostics tell a secret."""
    caplog.set_level(logging.DEBUG)
    cloud = sim.beenergised_driver
    entry = await async_add(hass, await async_browse(hass, sim, browse))
    secrets = {cloud.client_secret, cloud.password, cloud.psk}
    for _ in range(5):
        freezer.tick(timedelta(minutes=2))
        token = entry.data[CONF_TOKEN]
        secrets |= {token["access_token"], token["refresh_token"]}
        sim.beenergised_driver.expire_session_tokens()
        await entry.runtime_data.live.async_refresh()
    # What was sent may come back in an error.
    sent = entry.data[CONF_TOKEN]["access_token"]
    cloud.faults.add("/graphql/", status=500, message=f"Cannot use {sent}")
    await entry.runtime_data.live.async_refresh()
    assert "Cannot use **REDACTED**" in str(entry.runtime_data.client.families.off())
    cloud.faults.clear()
    await entry.runtime_data.live.async_refresh()
    result = await async_choose(hass, "password")
    await async_answer(hass, result, form_of(sim, **{CONF_PSK: "not the key at all"}))
    secrets |= {"not the key at all", sent}
    told = await async_get_config_entry_diagnostics(hass, entry)
    text = json.dumps(told)
    assert "be.ENERGISED" in caplog.text
    assert len(secrets) >= 14
    for secret in secrets:
        assert secret not in text
        assert secret not in logged(caplog)
    for name in (cloud.client_id, cloud.url):
        assert name not in text
