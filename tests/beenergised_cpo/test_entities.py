"""Tests of the be.ENERGISED CPO API: stations, connectors, and what a tenant sends."""

from datetime import timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.ev_charging_cloud.const import (
    CONF_SERVER,
    CONF_TENANT,
    CONF_VENDOR,
    DOMAIN,
)
from custom_components.ev_charging_cloud.entity import Detail
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.setup import async_setup_component
from simulator import Simulator
from tests.common import async_poll, async_set_up, value_of

API = "/api/cpoapi/v1"
QUARTER = timedelta(minutes=17)


@pytest.fixture
def account(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return an operator's account at the simulator, not set up yet."""
    return make_account(hass, sim)


def make_account(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return an operator's account at a simulator."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Operator",
        unique_id="beenergised_cpo_test",
        data={
            CONF_VENDOR: "beenergised_cpo",
            CONF_TENANT: sim.beenergised_cpo.url,
            CONF_SERVER: sim.beenergised_cpo.url,
            CONF_CLIENT_ID: sim.beenergised_cpo.client_id,
            CONF_CLIENT_SECRET: sim.beenergised_cpo.client_secret,
        },
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
def station(sim: Simulator, station_id: str) -> str:
    """Return the path of the first station."""
    return f"station/{sim.beenergised_cpo.station_uuid(station_id)}"


@pytest.fixture
def connector(sim: Simulator, station_id: str, connector_id: str) -> str:
    """Return the path of that station's first connector."""
    cpo = sim.beenergised_cpo
    return (
        f"connector/{cpo.station_uuid(station_id)}/"
        f"{cpo.connector_uuid(station_id, connector_id)}"
    )


def asked(sim: Simulator, path: str = "*") -> list[str]:
    """Return the paths of the requests so far, below the API's address."""
    return [
        record.path.removeprefix(API)
        for record in sim.beenergised_cpo.requests.matching(path)
    ]


async def test_documented_tenant(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, station: str
) -> None:
    """Stations come with what is documented, and connectors find their stations."""
    await async_set_up(hass, account)
    assert value_of(hass, account, "account", "stations") == "4"
    assert value_of(hass, account, "account", "connectors") == "8"
    assert value_of(hass, account, "account", "maintenance_planned") == "0"
    assert value_of(hass, account, station, "maintenance_active") == STATE_OFF
    registry = dr.async_get(hass)
    device = registry.async_get_device_by_identifier(
        (DOMAIN, f"{account.unique_id}/{station}"), account.entry_id
    )
    assert device is not None
    first = sim.world.station(sim.world.station_ids[0])
    assert (device.name, device.serial_number) == (first.name, first.spec.serial)
    assert device.sw_version == first.spec.firmware
    keys = {
        entity.unique_id.rsplit("/", 1)[1]
        for entity in er.async_entries_for_config_entry(
            er.async_get(hass), account.entry_id
        )
    }
    assert not keys & {"status", "power", "charging", "online", "session_energy"}


async def test_unique_ids_never_change(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    snapshot: SnapshotAssertion,
) -> None:
    """Every unique id of a rich tenant is as it ever was."""
    sim.beenergised_cpo.options.attributes = "rich"
    await async_set_up(hass, account)
    entities = er.async_entries_for_config_entry(er.async_get(hass), account.entry_id)
    assert sorted(f"{e.domain} {e.unique_id}" for e in entities) == snapshot


async def test_rich_tenant(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station: str,
    station_id: str,
    connector: str,
    connector_id: str,
) -> None:
    """Values of plain names are shown, and polled by the minute."""
    cpo = sim.beenergised_cpo
    cpo.options.attributes = "rich"
    cpo.options.pending_after = cpo.options.offline_after = 0
    await async_set_up(hass, account)
    assert value_of(hass, account, station, "online") == STATE_ON
    assert value_of(hass, account, connector, "status") == "available"
    assert value_of(hass, account, connector, "plug") == STATE_OFF
    location = (
        f"location/{cpo.location_uuid(sim.world.station(station_id).location_id)}"
    )
    assert value_of(hass, account, location, "connectors_available") != "0"

    sim.world.plug_in(station_id, connector_id)
    sim.world.start_charging(station_id, connector_id)
    sim.clock.advance(timedelta(minutes=2))
    cpo.requests.clear()
    await async_poll(hass, freezer)
    assert sorted(asked(sim)) == ["/charging_stations/", "/connectors/"]
    assert value_of(hass, account, connector, "status") == "charging"
    assert float(value_of(hass, account, connector, "power")) > 0
    assert value_of(hass, account, "account", "connectors_charging") == "1"

    sim.world.set_offline(station_id)
    await async_poll(hass, freezer)
    assert value_of(hass, account, station, "online") == STATE_OFF


async def test_values_that_come_later(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station: str,
    connector: str,
) -> None:
    """A tenant that begins to send more gets the entities for it without a reload."""
    await async_set_up(hass, account)
    registry = er.async_get(hass)
    before = len(er.async_entries_for_config_entry(registry, account.entry_id))
    sim.beenergised_cpo.options.attributes = "rich"
    for _ in range(5):
        await async_poll(hass, freezer, QUARTER)
    assert value_of(hass, account, station, "online") == STATE_ON
    assert value_of(hass, account, connector, "status") == "available"
    after = er.async_entries_for_config_entry(registry, account.entry_id)
    assert len(after) > before


async def test_sparse_tenant(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, station: str
) -> None:
    """Where next to nothing is told, stations go by their charge box identity."""
    sim.beenergised_cpo.options.attributes = "sparse"
    await async_set_up(hass, account)
    assert value_of(hass, account, "account", "stations") == "4"
    assert value_of(hass, account, station, "maintenance_active") == STATE_OFF
    keys = {
        entity.unique_id.rsplit("/", 1)[1]
        for entity in er.async_entries_for_config_entry(
            er.async_get(hass), account.entry_id
        )
    }
    assert not keys & {"firmware", "iccid", "online", "status"}


@pytest.mark.parametrize("parent", ["attribute", "relationship"])
async def test_connectors_that_name_their_station(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, parent: Any
) -> None:
    """Where a connector tells its station, no station is asked."""
    sim.beenergised_cpo.options.connector_parent = parent
    await async_set_up(hass, account)
    assert value_of(hass, account, "account", "connectors") == "8"
    assert not asked(sim, "*/cp/*")


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
    """Pages that repeat themselves end with an error after the second one."""
    options = sim.beenergised_cpo.options
    options.repeat_pages = kind
    options.page_cap = 2
    await async_set_up(hass, account)
    assert account.state is ConfigEntryState.SETUP_RETRY
    assert account.reason is not None
    assert "repeats a page" in account.reason
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


async def test_diagnostics_name_what_is_unknown(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    """Names of attributes are listed with what we take them for, never their values."""
    sim.beenergised_cpo.options.attributes = "rich"
    assert await async_setup_component(hass, "diagnostics", {})
    await async_set_up(hass, account)
    told: dict[str, Any] = await get_diagnostics_for_config_entry(
        hass, hass_client, account
    )
    names = told["attributes"]["station"]
    assert names["label"] == "documented"
    assert names["lastContact"] == "recognised"
    assert names["gridOperatorReference"] == "unknown"
    text = json.dumps(told)
    for secret in (
        sim.beenergised_cpo.client_secret,
        sim.beenergised_cpo.client_id,
        sim.world.station(sim.world.station_ids[0]).spec.serial,
    ):
        assert secret not in text


async def test_large_rich_tenant_is_shown_in_less_detail(
    hass: HomeAssistant, socket_enabled: None, hass_storage: dict[str, Any]
) -> None:
    """What fits is chosen once the connectors are known, and is known at a restart."""
    async with Simulator(
        stations=700, connectors_per_station=2, speed=0, quiet=True
    ) as big:
        cpo = big.beenergised_cpo
        cpo.options.attributes = "rich"
        cpo.options.connector_parent = "attribute"
        account = make_account(hass, big)
        station_id = big.world.station_ids[-1]
        connector_id = big.world.station(station_id).connectors[0].spec.id
        connector = (
            f"connector/{cpo.station_uuid(station_id)}/"
            f"{cpo.connector_uuid(station_id, connector_id)}"
        )
        await async_set_up(hass, account)
        for _ in range(2):
            assert account.runtime_data.planner.detail is Detail.ESSENTIAL
            assert value_of(hass, account, connector, "status") == "available"
            with pytest.raises(AssertionError, match="0 entities"):
                value_of(hass, account, connector, "plug")
            assert len(hass.states.async_all()) < 9000
            issue = (DOMAIN, f"entity_limit_{account.entry_id}")
            issues = ir.async_get(hass).issues
            assert issues[issue].translation_key == "entity_limit_essential"
            kept = hass_storage[f"{DOMAIN}.{account.entry_id}"]["data"]
            assert kept["detail"] == "ESSENTIAL"
            await hass.config_entries.async_reload(account.entry_id)
            await hass.async_block_till_done(wait_background_tasks=True)
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
    assert "connectors" in account.runtime_data.client.report.denied
