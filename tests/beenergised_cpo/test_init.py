"""Tests of the life of an operator's account: how it is read, signed in to, and what goes wrong."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import CONF_SERVER, DOMAIN
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from simulator import Simulator
from tests.common import async_poll, async_set_up, value_of

from .common import API, QUARTER, asked, make_account


async def test_stations_of_connectors_are_remembered(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    hass_storage: dict[str, Any],
) -> None:
    """Stations are asked once for their connectors, and not after a restart."""
    await async_set_up(hass, account)
    assert len(asked(sim, "*/cp/*")) == 4
    assert sim.beenergised_cpo.most_parallel <= 10
    sim.beenergised_cpo.requests.clear()
    await hass.config_entries.async_reload(account.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert value_of(hass, account, "account", "connectors") == "8"
    assert not asked(sim, "*/cp/*")
    key = f"{DOMAIN}.{account.entry_id}"
    assert len(hass_storage[key]["data"]["client"]) == 8
    await hass.config_entries.async_remove(account.entry_id)
    assert key not in hass_storage


async def test_connectors_stay_over_a_restart(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    connector: str,
) -> None:
    """While the connectors cannot be read, their devices are kept."""
    await async_set_up(hass, account)
    sim.beenergised_cpo.deny(f"{API}/connectors/", 503)
    await hass.config_entries.async_reload(account.entry_id)
    for _ in range(4):
        await async_poll(hass, freezer, QUARTER)
    identifier = (DOMAIN, f"{account.unique_id}/{connector}")
    registry = dr.async_get(hass)
    assert registry.async_get_child_device_by_identifier(identifier, account.entry_id)


async def test_cadence_of_a_documented_tenant(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A quarter of an hour costs one look at the windows, an hour one at the rest."""
    await async_set_up(hass, account)
    sim.beenergised_cpo.requests.clear()
    for _ in range(75):
        await async_poll(hass, freezer, timedelta(minutes=1))
    paths = asked(sim)
    assert 4 <= paths.count("/maintenance_windows/") <= 6
    assert paths.count("/charging_stations/") == 1
    assert paths.count("/locations/") == 1
    assert paths.count("/connectors/") == 1
    assert len(paths) <= 9


@pytest.mark.parametrize("spelling", ["bearer", "bare"])
async def test_both_spellings_of_the_header(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, spelling: Any
) -> None:
    """The token is sent with its scheme first, without it if that is refused."""
    sim.beenergised_cpo.options.authorization = spelling
    await async_set_up(hass, account)
    assert value_of(hass, account, "account", "stations") == "4"
    refused = sim.beenergised_cpo.requests.matching("*", status=401)
    assert len(refused) == (0 if spelling == "bearer" else 2)


async def test_fallback_of_the_token_path(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """Where the documented path is not there, Cognito's usual one is asked."""
    sim.beenergised_cpo.options.token_path = "/oauth2/token"
    sim.beenergised_cpo.options.client_parameters = "form"
    await async_set_up(hass, account)
    assert value_of(hass, account, "account", "stations") == "4"


async def test_expired_tokens(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A token that ended early is replaced in the same poll; a revoked client is not."""
    await async_set_up(hass, account)
    sim.beenergised_cpo.expire_access_tokens()
    await async_poll(hass, freezer, QUARTER)
    assert account.runtime_data.live.last_update_success
    sim.beenergised_cpo.revoke_client()
    for _ in range(3):
        await async_poll(hass, freezer, QUARTER)
    flows = hass.config_entries.flow.async_progress()
    assert [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH]


async def test_foreign_next_link(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """A page that continues on another server is not followed there."""
    async with Simulator(quiet=True, speed=0, stations=1) as other:
        options = sim.beenergised_cpo.options
        options.links_next_host = other.beenergised_cpo.url
        options.page_cap = 2
        options.location_page = 1
        await async_set_up(hass, account)
        assert value_of(hass, account, "account", "stations") == "4"
        assert value_of(hass, account, "account", "connectors") == "8"
        assert len(asked(sim, "*/locations/")) == 1
        assert not other.beenergised_cpo.requests.matching("*")


@pytest.mark.parametrize("kind", ["same_link", "fresh_links"])
async def test_pages_without_end(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, kind: Any
) -> None:
    """Pages that repeat themselves end with the second one, and the first one stands."""
    options = sim.beenergised_cpo.options
    options.repeat_pages = kind
    options.page_cap = 2
    await async_set_up(hass, account)
    assert account.state is ConfigEntryState.LOADED
    assert value_of(hass, account, "account", "stations") == "2"
    assert asked(sim, "*/charging_stations/") == ["/charging_stations/"] * 2


async def test_announced_total_is_checked(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A listing that lacks what it announces removes nothing, and says so."""
    await async_set_up(hass, account)
    sim.beenergised_cpo.options.total_skew = 3
    await async_poll(hass, freezer, timedelta(hours=1))
    skipped = account.runtime_data.live.data.skipped
    assert ("stations", "3 of 7 lack") in [(s.name, s.reason) for s in skipped]


async def test_two_thousand_stations(hass: HomeAssistant, socket_enabled: None) -> None:
    """The foreground makes few requests; connectors find their stations later."""
    async with Simulator(
        stations=2000, connectors_per_station=2, speed=0, quiet=True
    ) as big:
        account = make_account(hass, big)
        await hass.config_entries.async_setup(account.entry_id)
        foreground = len(big.beenergised_cpo.requests)
        assert account.state is ConfigEntryState.LOADED
        assert value_of(hass, account, "account", "stations") == "2000"
        assert foreground <= 2000 / 500 + 3
        await hass.async_block_till_done(wait_background_tasks=True)
        assert value_of(hass, account, "account", "connectors") == "4000"
        assert len(asked(big, "*/cp/*")) == 2000
        assert big.beenergised_cpo.most_parallel <= 10
        await hass.config_entries.async_unload(account.entry_id)


async def test_wrong_sign_in_server(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """A sign-in that is not there is no missing tenant."""
    hass.config_entries.async_update_entry(
        account,
        data={**account.data, CONF_SERVER: sim.control_url},
    )
    await async_set_up(hass, account)
    assert account.state is ConfigEntryState.SETUP_RETRY
    assert account.error_reason_translation_key == "unexpected_answer"


async def test_connectors_may_not_be_listed(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Without the list of connectors the stations tell theirs, once."""
    sim.beenergised_cpo.deny(f"{API}/connectors/", 403)
    await async_set_up(hass, account)
    assert value_of(hass, account, "account", "connectors") == "8"
    assert len(asked(sim, "*/cp/*")) == 4
    await async_poll(hass, freezer, timedelta(minutes=65))
    assert len(asked(sim, "*/cp/*")) == 4
    off = account.runtime_data.client.families.off()
    assert [(family.name, family.state) for family in off] == [("connectors", "denied")]


@pytest.mark.parametrize("most", [9000, 30, 22])
async def test_devices_stay_over_a_restart(
    hass: HomeAssistant, sim: Simulator, most: int
) -> None:
    """None is taken away and made again, though connectors are read later than stations."""
    removed: list[str] = []

    @callback
    def note(event: Event[dr.EventDeviceRegistryUpdatedData]) -> None:
        if event.data["action"] == "remove":
            removed.append(event.data["device_id"])

    hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, note)
    sim.beenergised_cpo.options.attributes = "rich"
    account = make_account(hass, sim)
    with patch("custom_components.ev_charging_cloud.planner.MOST_ENTITIES", most):
        await async_set_up(hass, account)
        entities = {it.entity_id for it in entries_of(hass, account)}
        assert any("/connector/" in it.unique_id for it in entries_of(hass, account))
        for _ in range(2):
            removed.clear()
            await hass.config_entries.async_reload(account.entry_id)
            await hass.async_block_till_done(wait_background_tasks=True)
            assert {it.entity_id for it in entries_of(hass, account)} == entities
            assert removed == []


def entries_of(hass: HomeAssistant, account: MockConfigEntry) -> list[er.RegistryEntry]:
    """Return what is registered of an account."""
    return er.async_entries_for_config_entry(er.async_get(hass), account.entry_id)
