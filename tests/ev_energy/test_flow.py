"""Tests of adding an account: in the browser, and with a client of one's own."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ev_charging_cloud.const import (
    CONF_ADVANCED,
    CONF_SERVER,
    CONF_USER,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulator import Simulator
from tests.common import assert_worded, value_of

from .common import Browse, async_add, async_choose, client_form

pytestmark = pytest.mark.usefixtures("with_application")


async def test_sign_in(hass: HomeAssistant, sim: Simulator, browse: Browse) -> None:
    """Consent leads to an account of the user who consented."""
    entry = await async_add(hass, browse)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id == f"ev_energy_{sim.ev_energy.user_id}"
    assert entry.title == "ev.energy (robin@example.com)"
    assert value_of(hass, entry, "account", "stations") == "2"


async def test_denied(hass: HomeAssistant, sim: Simulator, browse: Browse) -> None:
    """Who denies on the consent page is told so, in Home Assistant's own words."""
    result = await browse(await async_choose(hass, "ev_energy_oauth"), False)
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
    result = await async_choose(hass, "ev_energy_oauth")
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
    result = await browse(await async_choose(hass, "ev_energy_oauth"), True)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "not_permitted"


async def test_same_user_twice(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """A user is one account, however often they sign in."""
    await async_add(hass, browse)
    result = await browse(await async_choose(hass, "ev_energy_oauth"), True)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_client_of_ones_own(hass: HomeAssistant, sim: Simulator) -> None:
    """Id and secret are enough where a client acts for one user."""
    result = await async_choose(hass, "ev_energy_credentials")
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], client_form(sim)
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
        ({CONF_SERVER: "http://127.0.0.1:1"}, {CONF_ADVANCED: "cannot_connect"}),
    ],
)
async def test_client_that_does_not_work(
    hass: HomeAssistant,
    sim: Simulator,
    changes: dict[str, str],
    errors: dict[str, str],
) -> None:
    """Each mistake has its own message, and the form can be mended."""
    result = await async_choose(hass, "ev_energy_credentials")
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], client_form(sim, **changes)
    )
    assert result["errors"] == errors
    assert_worded(result)
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], client_form(sim)
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_organization_chooses_a_user(hass: HomeAssistant, sim: Simulator) -> None:
    """A client that sees several users acts for the one that is chosen."""
    cloud = sim.ev_energy
    chosen = cloud.user_ids[1]
    result = await async_choose(hass, "ev_energy_credentials")
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"],
        client_form(
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
    result = await async_choose(hass, "ev_energy_credentials")
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"],
        client_form(
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


async def test_options_without_locations(
    hass: HomeAssistant, sim: Simulator, browse: Browse
) -> None:
    """Where the vendor has no locations there is only where sessions are kept to choose."""
    entry = await async_add(hass, browse)
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "sessions"
