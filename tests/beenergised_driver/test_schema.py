"""Tests of schemas at be.ENERGISED that are not as expected, or change while we look."""

from datetime import timedelta
from typing import Literal

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.beenergised_driver.history import SIZE
from custom_components.ev_charging_cloud.const import CONF_CONNECTORS, DOMAIN
from homeassistant.const import (
    ATTR_ENTITY_ID,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from simulator import Simulator
from tests.common import async_set_up, entity_id_of, value_of

from .common import (
    AROUND,
    CheckedLog,
    asked,
    async_pass,
    client_of,
    connector_path,
    entities_of,
    hurry,
    make_account,
    sites,
    station_path,
)

pytestmark = pytest.mark.usefixtures("documents")


HOUR = timedelta(minutes=67)


type Tenant = Literal["alpha", "beta"]


def _values(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> dict[str, str]:
    """Return the values that are shown of the driver and of one station, by key.

    But for what is known only once the past was read.
    """
    site = sites(sim, roaming=False)[0]
    paths = {"station": station_path(site), "connector": connector_path(site)}
    found: dict[str, str] = {}
    for (kind, platform, key), entity in entities_of(hass, account).items():
        path = paths.get(kind, kind)
        if platform not in {"button", "calendar", "event"} and not (
            entity.disabled or key == "lifetime_energy"
        ):
            found[f"{kind} {key}"] = value_of(hass, account, path, key)
    return found


def _issues(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Return what is to be repaired."""
    return [issue for issue in ir.async_get(hass).issues.values() if issue.active]


@pytest.mark.parametrize(
    ("tenant", "introspection"), [("alpha", True), ("beta", True), ("alpha", False)]
)
async def test_every_document_is_valid(
    hass: HomeAssistant,
    sim: Simulator,
    documents: CheckedLog,
    freezer: FrozenDateTimeFactory,
    tenant: Tenant,
    introspection: bool,
) -> None:
    """Everything that is ever sent, sent once: all of it fits the operator's schema."""
    cloud = sim.beenergised_driver
    cloud.options.tenant = tenant
    cloud.options.introspection = introspection
    own, foreign = (sites(sim, roaming=far)[0] for far in (False, True))
    options = AROUND if introspection else {}
    ids = [site.plugs[0].id for site in (own, foreign)]
    account = make_account(hass, sim, **{**options, CONF_CONNECTORS: ids})
    await async_set_up(hass, account)
    hurry(account, sim)
    cloud.expire_session_tokens()
    for site in (own, foreign):
        path = connector_path(site)
        if not introspection:
            path = f"connector/{site.plugs[0].id}/{site.plugs[0].id}"
        for key in ("start_charging", "stop_charging"):
            entity_id = entity_id_of(hass, account, path, key)
            await hass.services.async_call(
                "button", "press", {ATTR_ENTITY_ID: entity_id}, blocking=True
            )
            await async_pass(hass, freezer, sim)
    can_mark = introspection and tenant == "alpha"
    for action in ("turn_on", "turn_off") if can_mark else ():
        entity_id = entity_id_of(hass, account, station_path(own), "favourite")
        await hass.services.async_call(
            "switch", action, {ATTR_ENTITY_ID: entity_id}, blocking=True
        )
    roots = [cloud.schema.query_type, cloud.schema.mutation_type]
    known = {name for root in roots if root for name in root.fields}
    assert documents.checked - {"__schema"} == known - {
        *("accountDocument", "contractRateOptions", "contractPaymentMethods"),
        *(() if introspection else ("cpsPaged",)),
        # Only a schema tells of these.
        *(() if can_mark else ("addCpToFavourites", "removeCpFromFavourites")),
        # Only where a station is known to be another operator's.
        *(() if introspection and tenant == "alpha" else ("remoteStart",)),
    }
    assert documents.invalid == []


@pytest.mark.parametrize(
    ("tenant", "field", "lost"),
    [
        ("alpha", "Cp.status", {"station online"}),
        ("alpha", "Cp.position", {"station distance"}),
        # The station is called by its other name then, also in that place.
        ("alpha", "Cp.publicDisplayName", {"account last_session_connector"}),
        ("alpha", "Cp.isRoaming", set()),
        ("alpha", "Cp.operatorName", set()),
        (
            "alpha",
            "Connector.price",
            {"connector energy_price", "connector time_price"},
        ),
        ("alpha", "Price.energyPrice", {"connector energy_price"}),
        ("alpha", "Connector.plugType", set()),
        ("alpha", "Chargelog.dateEnd", {"account last_session_end"}),
        ("alpha", "Chargelog.connector", {"account last_session_connector"}),
        ("alpha", "Chargelog.energyConsumption", set()),
        ("alpha", "AccountDocument.documentDate", set()),
        ("beta", "ChargePoint.state", {"station online"}),
        ("beta", "ChargePoint.geoLocation", {"station distance"}),
        (
            "beta",
            "Evse.status",
            {"account connectors_charging", "account connectors_faulted"},
        ),
        ("beta", "Evse.powerKw", set()),
        ("beta", "ChargelogCost.costItems", set()),
        ("beta", "Pagination.totalCount", set()),
    ],
)
async def test_field_that_nobody_knows(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    tenant: Tenant,
    field: str,
    lost: set[str],
) -> None:
    """A field under a name that means nothing to us costs its own value only."""
    options = sim.beenergised_driver.options
    options.tenant = tenant
    await async_set_up(hass, account)
    whole = _values(hass, sim, account)
    await hass.config_entries.async_remove(account.entry_id)
    options.rename = {field: "wibble"}
    account = make_account(hass, sim)
    await async_set_up(hass, account)
    found = _values(hass, sim, account)
    gone = {
        key for key, value in whole.items() if found.get(key, STATE_UNKNOWN) != value
    }
    # Costs belong to a session on a connector as well.
    assert {key for key in gone if "session" not in key or "account" in key} == lost
    assert _issues(hass) == []
    left_out = client_of(account).recognition.left_out
    assert f"{field.partition('.')[0]}.wibble" in left_out


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("Cp.status", "state"),
        ("Cp.id", "uuid"),
        ("Cp.connectors", "evses"),
        ("Connector.id", "uid"),
        ("Connector.plugType", "standard"),
        ("Connector.maxPower", "power"),
        ("Cp.position", "coordinates"),
        ("Position.latitude", "lat"),
        ("Address.zip", "postalCode"),
        ("Cp.operatorName", "network"),
    ],
)
async def test_field_that_changes_its_name(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    documents: CheckedLog,
    freezer: FrozenDateTimeFactory,
    field: str,
    name: str,
) -> None:
    """A name that means the same is found within the look that the old one spoils."""
    await async_set_up(hass, account)
    before = _values(hass, sim, account)
    sim.beenergised_driver.options.rename = {field: name}
    for _ in range(3):
        await async_pass(hass, freezer, sim)
    after = _values(hass, sim, account)
    assert {key for key in before if after[key] != before[key]} == set()
    assert len(documents.invalid) == 1
    documents.invalid.clear()
    assert asked(sim, "__schema") == 2
    assert _issues(hass) == []


@pytest.mark.parametrize(
    ("field", "lost"),
    [
        ("Cp.status", "station online"),
        ("Connector.price", "connector energy_price"),
        ("Chargelog.dateEnd", "account last_session_end"),
        ("Chargelog.cost", "account last_session_cost"),
        ("AccountDocument.type", None),
    ],
)
async def test_field_that_goes_while_we_look(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    documents: CheckedLog,
    freezer: FrozenDateTimeFactory,
    field: str,
    lost: str | None,
) -> None:
    """A value that is gone becomes unknown; everything else goes on, unasked."""
    await async_set_up(hass, account)
    sim.beenergised_driver.options.rename = {field: "wibble"}
    for _ in range(3):
        await async_pass(hass, freezer, sim)
    found = _values(hass, sim, account)
    if lost:
        assert found[lost] == STATE_UNKNOWN
    assert found["account cloud"] == STATE_ON
    assert found["account last_session_energy"] != STATE_UNKNOWN
    assert found["connector status"] == "available"
    assert _issues(hass) == []
    # Who reads the past does so at the same time, and finds it once as well.
    past = f"chargelogsPaged(pagination: {{limit: {SIZE}"
    live = [document for document in documents.invalid if past not in document]
    assert len(live) == (1 if lost else 0)
    assert len(documents.invalid) <= len(live) + 1
    documents.invalid.clear()


@pytest.mark.parametrize(
    ("field", "kept"),
    [
        ("Query.cpsPaged", "account last_session_energy"),
        ("Query.chargelogsPaged", "connector status"),
        ("CpsPaged.data", "account last_session_energy"),
        ("Cp.id", "account last_session_energy"),
    ],
)
async def test_list_that_goes_while_we_look(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    documents: CheckedLog,
    freezer: FrozenDateTimeFactory,
    field: str,
    kept: str,
) -> None:
    """A list that is gone for good is a repair, once; it goes when the list is back."""
    path = connector_path(sites(sim, roaming=False)[0])
    await async_set_up(hass, account)
    before = _values(hass, sim, account)
    sim.beenergised_driver.options.rename = {field: "wibble"}
    for _ in range(8):
        await async_pass(hass, freezer, sim)
    assert len(documents.invalid) <= 2
    documents.invalid.clear()
    (issue,) = _issues(hass)
    assert issue.translation_key == "schema_changed"
    assert issue.translation_placeholders
    assert issue.translation_placeholders.keys() == {"account", "vendor", "message"}
    after = _values(hass, sim, account)
    assert after["account cloud"] == STATE_ON
    assert after[kept] == before[kept]
    # Devices outlive it, with their history.
    registry = dr.async_get(hass)
    identifier = (DOMAIN, f"{account.unique_id}/{path}")
    assert registry.async_get_child_device_by_identifier(identifier, account.entry_id)

    sim.beenergised_driver.options.rename = {}
    for _ in range(3):
        await async_pass(hass, freezer, sim, HOUR)
    assert _issues(hass) == []
    after = _values(hass, sim, account)
    assert {key for key in before if after[key] != before[key]} == set()
    documents.invalid.clear()


async def test_introspection_that_is_closed_later(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What was read of the schema holds until something changes, and after a restart not."""
    await async_set_up(hass, account)
    sim.beenergised_driver.options.introspection = False
    for _ in range(3):
        await async_pass(hass, freezer, sim, HOUR)
    assert value_of(hass, account, "account", "stations") == "7"
    assert _issues(hass) == []
    await hass.config_entries.async_reload(account.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert value_of(hass, account, "account", "cloud") == STATE_ON
    assert float(value_of(hass, account, "account", "last_session_energy")) > 1


@pytest.mark.parametrize(
    ("field", "lost"),
    [
        ("Chargelog.rateName", None),
        ("Chargelog.dateEnd", "last_session_end"),
        ("Chargelog.cost", "last_session_cost"),
        ("CostItem.netAmount", None),
        ("Pagination.totalCount", None),
    ],
)
async def test_operator_that_tells_no_schema_and_lacks_a_field(
    hass: HomeAssistant,
    sim: Simulator,
    documents: CheckedLog,
    freezer: FrozenDateTimeFactory,
    field: str,
    lost: str | None,
) -> None:
    """The answer names what is not there; the rest of the documents is asked for."""
    options = sim.beenergised_driver.options
    options.introspection = False
    options.rename = {field: "wibble"}
    plug = sites(sim, roaming=False)[0].plugs[0]
    account = make_account(hass, sim, **{CONF_CONNECTORS: [plug.id]})
    await async_set_up(hass, account)
    for _ in range(2):
        await async_pass(hass, freezer, sim)
    for key in ("last_session_energy", "last_session_cost", "last_session_end"):
        # What was never there has no entity.
        is_there = ("account", "sensor", key) in entities_of(hass, account)
        value = value_of(hass, account, "account", key) if is_there else STATE_UNKNOWN
        assert (value == STATE_UNKNOWN) is (key == lost)
    assert value_of(hass, account, "account", "invoices") == "12"
    assert _issues(hass) == []
    assert 1 <= len(documents.invalid) <= 2
    documents.invalid.clear()


async def test_operator_that_tells_no_schema_and_lists_no_sessions(
    hass: HomeAssistant,
    sim: Simulator,
    documents: CheckedLog,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A list that is there by convention only may be missing: that is a repair."""
    options = sim.beenergised_driver.options
    options.introspection = False
    options.rename = {"Query.chargelogsPaged": "wibble"}
    plug = sites(sim, roaming=False)[0].plugs[0]
    account = make_account(hass, sim, **{CONF_CONNECTORS: [plug.id]})
    await async_set_up(hass, account)
    for _ in range(6):
        await async_pass(hass, freezer, sim)
    assert value_of(hass, account, "account", "invoices") == "12"
    path = f"connector/{plug.id}/{plug.id}"
    assert value_of(hass, account, path, "start_charging") != STATE_UNAVAILABLE
    (issue,) = _issues(hass)
    assert issue.translation_key == "schema_changed"
    assert len(documents.invalid) <= 2
    options.rename = {}
    for _ in range(2):
        await async_pass(hass, freezer, sim, HOUR)
    assert _issues(hass) == []
    assert value_of(hass, account, "account", "last_session_energy") != STATE_UNKNOWN
    documents.invalid.clear()
