"""What is rare in the dialogs: odd letters, a form that is opened again, things that went away meanwhile."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ev_charging_cloud.const import (
    CONF_ADVANCED,
    CONF_AUTHORIZATION_SERVER,
    CONF_DATABASE,
    CONF_LOCATIONS,
    CONF_PSK,
    CONF_REFRESH_TOKEN,
    CONF_SERVER,
    CONF_SESSIONS,
    CONF_STATIONS,
    DOMAIN,
)
from custom_components.ev_charging_cloud.sessions.ledger import own_file
from custom_components.ev_charging_cloud.storage import StoredMemory
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_PASSWORD,
    CONF_RADIUS,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from simulator import Simulator

from .beenergised_driver import steps as driver
from .beenergised_driver.common import make_account as make_driver
from .common import async_configure, async_set_up, entity_id_of
from .ev_energy.common import (
    async_choose as async_choose_home,
    client_form,
    make_account as make_home,
)
from .kempower.acts import Upload, async_take_file, async_upload
from .kempower.common import async_choose, form_of

ODD = "a\x7fb"


@pytest.fixture
def upload(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Upload:
    """Return what uploads a file to Home Assistant."""

    async def async_send(content: bytes) -> str:
        # What has an address must be there before the first request.
        await async_setup_component(hass, "file_upload", {})
        return await async_upload(await hass_client(), content)

    return async_send


async def test_odd_letters_in_a_section(hass: HomeAssistant, sim: Simulator) -> None:
    """An address with letters that nobody can see is none; nothing is sent."""
    result = await async_choose(hass)
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], form_of(sim, **{CONF_SERVER: ODD})
    )
    assert result["errors"] == {CONF_ADVANCED: "not_an_address"}
    assert sim.kempower.requests.matching("*") == []


@pytest.mark.parametrize("field", [CONF_CLIENT_ID, CONF_CLIENT_SECRET])
async def test_odd_letters_in_a_client(
    hass: HomeAssistant, sim: Simulator, field: str
) -> None:
    """A client's id or secret with such letters is not even asked about."""
    result = await async_choose_home(hass, "ev_energy_credentials")
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], client_form(sim, **{field: ODD})
    )
    assert result["errors"] == {field: "invalid_characters"}
    assert sim.ev_energy.requests.matching("*") == []


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({CONF_CLIENT_ID: ODD}, {CONF_CLIENT_ID: "invalid_characters"}),
        ({CONF_CLIENT_ID: "  "}, {CONF_CLIENT_ID: "required"}),
    ],
)
async def test_odd_letters_before_a_sign_in(
    hass: HomeAssistant, sim: Simulator, changes: dict[str, str], errors: dict[str, str]
) -> None:
    """Nobody is sent to a sign-in page with what cannot be right."""
    result = await driver.async_choose(hass, "browser")
    result = await driver.async_answer(
        hass, result, driver.application_form(sim, **changes)
    )
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors


@pytest.mark.parametrize("in_browser", [False, True])
async def test_form_of_a_new_sign_in(
    hass: HomeAssistant, sim: Simulator, *, in_browser: bool
) -> None:
    """Whoever is to sign in again is asked in the way in which the account was made."""
    account = make_driver(hass, sim)
    if in_browser:
        data = {
            **account.data,
            CONF_AUTHORIZATION_SERVER: sim.beenergised_driver.address,
        }
        hass.config_entries.async_update_entry(account, data=data)
    result = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_REAUTH, "entry_id": account.entry_id},
        data=account.data,
    )
    assert result["type"] is FlowResultType.FORM
    fields = driver.fields_of(result).keys()
    assert set(fields) == (set() if in_browser else {CONF_PASSWORD, CONF_PSK})


async def test_form_that_is_opened_again(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, upload: Upload
) -> None:
    """A page that is reloaded shows what the file brought once more."""
    await async_set_up(hass, entry)
    first = await async_take_file(hass, entry, upload, sim.kempower.api_file("alpha"))
    again = await hass.config_entries.options.async_configure(first["flow_id"])
    assert again["step_id"] == "operations"
    assert again["description_placeholders"] == first["description_placeholders"]


async def test_locations_of_an_account_that_does_not_run(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """Locations can be picked while the account is not loaded; a household has none."""
    options = hass.config_entries.options
    result = await options.async_init(entry.entry_id)
    assert result["step_id"] == "init"
    assert set(sim.world.locations) <= set(_choices(result, CONF_LOCATIONS))
    home = make_home(hass, sim)
    result = await options.async_init(home.entry_id)
    assert result["step_id"] == "sessions"


def _choices(result: Any, name: str) -> list[str]:
    schema = result["data_schema"].schema
    return [option["value"] for option in schema[name].config["options"]]


async def test_second_credential_replaces_the_first(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """The account that is there goes on with the new credential, and stays what it is."""
    entry = await _async_add_kempower(hass, sim, sim.kempower.refresh_token)
    token = sim.kempower.renew_refresh_token()
    result = await async_choose(hass)
    result = await async_configure(
        hass, result, form_of(sim, **{CONF_REFRESH_TOKEN: token})
    )
    assert result["step_id"] == "same_account"
    again = await hass.config_entries.flow.async_configure(result["flow_id"])
    assert again["description_placeholders"] == result["description_placeholders"]
    result = await async_configure(hass, result, {"next_step_id": "replace_credential"})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "credential_replaced"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [one.entry_id for one in hass.config_entries.async_entries(DOMAIN)] == [
        entry.entry_id
    ]
    assert entry.data[CONF_REFRESH_TOKEN] == token
    assert entry.state is ConfigEntryState.LOADED


async def test_twin_that_went_away(hass: HomeAssistant, sim: Simulator) -> None:
    """If the account to be renewed is removed meanwhile, the new one is added."""
    entry = await _async_add_kempower(hass, sim, sim.kempower.refresh_token)
    token = sim.kempower.renew_refresh_token()
    result = await async_choose(hass)
    result = await async_configure(
        hass, result, form_of(sim, **{CONF_REFRESH_TOKEN: token})
    )
    await hass.config_entries.async_remove(entry.entry_id)
    result = await async_configure(hass, result, {"next_step_id": "replace_credential"})
    assert result["step_id"] == "locations"
    result = await async_configure(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_account_that_comes_back(hass: HomeAssistant, sim: Simulator) -> None:
    """With another credential it is the one that it was, and its entities are, too."""
    entry = await _async_add_kempower(hass, sim, sim.kempower.refresh_token)
    registry = er.async_get(hass)
    entity_id = entity_id_of(hass, entry, "account", "stations")
    registry.async_update_entity(entity_id, new_entity_id="sensor.mine")
    unique_id = entry.unique_id
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    back = await _async_add_kempower(hass, sim, sim.kempower.renew_refresh_token())
    assert back.unique_id == unique_id
    assert entity_id_of(hass, back, "account", "stations") == "sensor.mine"


async def _async_add_kempower(
    hass: HomeAssistant, sim: Simulator, token: str
) -> ConfigEntry:
    """Add an account with all its locations."""
    result = await async_choose(hass)
    result = await async_configure(
        hass, result, form_of(sim, **{CONF_REFRESH_TOKEN: token})
    )
    result = await async_configure(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    entry: ConfigEntry = result["result"]
    return entry


async def test_locations_that_went_away(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """With the last location gone there is nothing but sessions to choose."""
    await async_set_up(hass, entry)
    sim.kempower.faults.add("/locations", replace={"locations": []})
    sim.kempower.faults.add("/stations", replace={"stations.*.locationUid": None})
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["step_id"] == "sessions"


async def test_sessions_stay_where_they_are(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """The address of the file that is in use already moves nothing."""
    await async_set_up(hass, entry)
    options = hass.config_entries.options
    result = await options.async_init(entry.entry_id)
    section = {CONF_DATABASE: own_file(hass)}
    result = await options.async_configure(result["flow_id"], {CONF_SESSIONS: section})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {}


async def test_search_that_went_away(hass: HomeAssistant, sim: Simulator) -> None:
    """If the operator stops telling what it has while the form is open, nothing is found."""
    account = make_driver(hass, sim)
    await async_set_up(hass, account)
    options = hass.config_entries.options
    form = await options.async_init(account.entry_id)
    sim.beenergised_driver.options.introspection = False
    await StoredMemory(hass, account.entry_id).async_remove()
    await hass.config_entries.async_reload(account.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    result = await options.async_configure(
        form["flow_id"], {CONF_STATIONS: "listed", CONF_RADIUS: 5}
    )
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "no_stations_found"}
