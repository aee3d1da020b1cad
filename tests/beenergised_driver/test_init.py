"""Tests of a driver's account in use: how often it is read, and what goes wrong."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from simulator import Simulator
from tests.common import async_poll, async_set_up, value_of

from .common import asked, async_pass, client_of, connector_path, sites, station_path

pytestmark = pytest.mark.usefixtures("some_documents")


# ---- what goes wrong


async def test_station_that_goes_offline(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station_id: str,
) -> None:
    """A station that is silent for an hour is offline, and its connectors say nothing."""
    site = sites(sim, roaming=False)[0]
    await async_set_up(hass, account)
    sim.world.set_offline(station_id)
    sim.clock.advance(timedelta(minutes=30))
    await async_pass(hass, freezer, sim)
    assert value_of(hass, account, station_path(site), "online") == STATE_UNKNOWN
    sim.clock.advance(timedelta(minutes=30))
    await async_pass(hass, freezer, sim)
    assert value_of(hass, account, station_path(site), "online") == STATE_OFF
    path = connector_path(site)
    assert value_of(hass, account, path, "status") == STATE_UNAVAILABLE
    assert value_of(hass, account, path, "start_charging") == STATE_UNAVAILABLE


async def test_faulted_connector(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station_id: str,
    connector_id: str,
) -> None:
    """Where nothing can be charged there is nothing to start."""
    path = connector_path(sites(sim, roaming=False)[0])
    await async_set_up(hass, account)
    before = int(value_of(hass, account, "account", "connectors_faulted"))
    sim.world.set_fault(station_id, connector_id)
    await async_pass(hass, freezer, sim)
    assert value_of(hass, account, path, "status") == "faulted"
    assert value_of(hass, account, path, "start_charging") == STATE_UNAVAILABLE
    assert value_of(hass, account, "account", "connectors_faulted") == str(before + 1)


@pytest.mark.parametrize(
    ("field", "lost"),
    [
        ("Chargelog.cost", ("account", "last_session_cost")),
        ("Chargelog.dateEnd", ("account", "last_session_end")),
        ("Chargelog.connector", ("account", "last_session_connector")),
        ("Cp.status", ("station", "online")),
        ("Connector.status", ("connector", "status")),
        ("Connector.price", ("connector", "energy_price")),
    ],
)
async def test_field_that_cannot_be_resolved(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    field: str,
    lost: tuple[str, str],
) -> None:
    """Partial data is used: only the value that is missing is unknown."""
    site = sites(sim, roaming=False)[0]
    paths = {"station": station_path(site), "connector": connector_path(site)}
    values = [
        ("account", "last_session_cost"),
        ("account", "last_session_energy"),
        ("account", "last_session_end"),
        ("account", "last_session_connector"),
        (paths["station"], "online"),
        (paths["station"], "distance"),
        (paths["connector"], "status"),
        (paths["connector"], "energy_price"),
    ]
    kind, key = lost
    missing = (paths.get(kind, kind), key)
    await async_set_up(hass, account)
    for failing in (field, None, field, None):
        sim.beenergised_driver.options.partial_error_field = failing
        await async_pass(hass, freezer, sim)
        unknown = {
            value
            for value in values
            if value_of(hass, account, *value) == STATE_UNKNOWN
        }
        assert unknown == ({missing} if failing else set())
    partial = client_of(account).diagnostics["partial_errors"]
    assert field.rpartition(".")[2] in str(partial)


@pytest.mark.parametrize(
    "field",
    ["Query.chargelogsPaged", "Query.cpsPaged", "Query.accountDocumentsPaged"],
)
async def test_list_that_cannot_be_resolved(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    field: str,
) -> None:
    """A list that fails costs its own values; invoices are kept for a day."""
    path = connector_path(sites(sim, roaming=False)[0])
    await async_set_up(hass, account)
    sim.beenergised_driver.options.partial_error_field = field
    await async_pass(hass, freezer, sim, timedelta(minutes=70))
    of_sessions = value_of(hass, account, "account", "last_session_energy")
    assert (of_sessions == STATE_UNKNOWN) is (field == "Query.chargelogsPaged")
    of_stations = value_of(hass, account, path, "status")
    assert (of_stations == STATE_UNAVAILABLE) is (field == "Query.cpsPaged")
    assert value_of(hass, account, "account", "invoices") == "12"
    sim.beenergised_driver.options.partial_error_field = None
    await async_pass(hass, freezer, sim)
    assert value_of(hass, account, "account", "invoices") == "12"
    assert float(value_of(hass, account, "account", "last_session_cost")) > 1
    assert value_of(hass, account, "account", "stations") == "7"


async def test_connectors_outlive_an_error(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Connectors that cannot be resolved for a while are not taken for gone."""
    path = connector_path(sites(sim, roaming=False)[0])
    await async_set_up(hass, account)
    sim.beenergised_driver.options.partial_error_field = "Cp.connectors"
    for _ in range(6):
        await async_pass(hass, freezer, sim)
    registry = dr.async_get(hass)
    identifier = (DOMAIN, f"{account.unique_id}/{path}")
    assert registry.async_get_child_device_by_identifier(identifier, account.entry_id)
    sim.beenergised_driver.options.partial_error_field = None
    await async_pass(hass, freezer, sim)
    assert value_of(hass, account, path, "status") == "available"


@pytest.mark.parametrize(
    ("field", "lost", "kept"),
    [
        ("Query.cpsPaged", None, "last_session_energy"),
        ("Query.chargelogsPaged", "last_session_energy", "invoices"),
        ("Query.accountDocumentsPaged", "invoices", "last_session_energy"),
    ],
)
async def test_list_that_is_not_permitted(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    field: str,
    lost: str | None,
    kept: str,
) -> None:
    """What the account may not read is left out, and asked for with growing waits."""
    sim.beenergised_driver.options.field_errors = {field: "FORBIDDEN"}
    await async_set_up(hass, account)
    assert account.state is ConfigEntryState.LOADED
    assert value_of(hass, account, "account", kept) != STATE_UNKNOWN
    if lost:
        assert value_of(hass, account, "account", lost) == STATE_UNKNOWN
    for _ in range(4):
        await account.runtime_data.live.async_refresh()
        await account.runtime_data.slow.async_refresh()
    assert asked(sim, field.removeprefix("Query.")) == 2
    assert not hass.config_entries.flow.async_progress()
    assert not [issue for _, issue in issue_registry.issues if "schema" in issue]


async def test_nothing_is_permitted(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """An account that may read neither sessions nor stations is not set up."""
    sim.beenergised_driver.options.field_errors = {
        "Query.cpsPaged": "FORBIDDEN",
        "Query.chargelogsPaged": "FORBIDDEN",
    }
    await async_set_up(hass, account)
    assert account.state is ConfigEntryState.SETUP_RETRY
    assert account.error_reason_translation_key == "not_permitted"


async def test_outage(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """While the operator's server is down nothing is shown; nobody has to sign in."""
    await async_set_up(hass, account)
    for fault in ({"status": 503}, {"html": True}, {"drop": True}):
        sim.beenergised_driver.faults.add("/graphql/", **fault)
        await async_pass(hass, freezer, sim)
        assert value_of(hass, account, "account", "cloud") == STATE_OFF
        energy = value_of(hass, account, "account", "last_session_energy")
        assert energy == STATE_UNAVAILABLE
        sim.beenergised_driver.faults.clear()
        await async_pass(hass, freezer, sim)
        assert value_of(hass, account, "account", "cloud") == STATE_ON
    assert not hass.config_entries.flow.async_progress()
    assert asked(sim, "initSession") == 1


# ---- how often, and what is told of it


@pytest.mark.usefixtures("without_past")
async def test_cadence(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """An idle hour costs a dozen looks of two requests; charging makes them more."""
    cloud = sim.beenergised_driver
    await async_set_up(hass, account)
    cloud.operations.clear()
    for _ in range(60):
        await async_poll(hass, freezer, timedelta(minutes=1))
    assert 8 <= asked(sim, "chargelogsPaged") <= 13
    assert asked(sim, "cpsPaged") == asked(sim, "chargelogsPaged")
    assert asked(sim, "accountDocumentsPaged") <= 1
    assert len(cloud.operations) <= 27
    cloud.start_session()
    await async_pass(hass, freezer, sim)
    cloud.operations.clear()
    for _ in range(120):
        await async_poll(hass, freezer, timedelta(seconds=5))
    assert 11 <= asked(sim, "chargelogsPaged") <= 15
