"""Tests of what entities show: sessions with cost, invoices, stations and prices."""

from datetime import timedelta
from typing import Any, Literal

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.ev_charging_cloud.const import (
    CONF_CONNECTORS,
    CONF_SEARCH,
    CONF_STATION_IDS,
    CONF_STATIONS,
    DOMAIN,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import (
    CONF_RADIUS,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.util import dt as dt_util
from simulator import Simulator
from simulator.beenergised_driver import money
from simulator.beenergised_driver.charges import Charge
from simulator.beenergised_driver.places import distance_m
from tests.common import async_set_up, state_of, value_of

from .common import (
    AROUND,
    CHARGING_POLL,
    asked,
    async_enable_all,
    async_pass,
    client_of,
    connector_path,
    entities_of,
    make_account,
    place_shown,
    sites,
    station_path,
)

pytestmark = pytest.mark.usefixtures("some_documents")


type Tenant = Literal["alpha", "beta"]


def _number(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    path: str,
    key: str,
    unit: str | None = None,
) -> float:
    """Return the state of an entity as a number, which must have a unit."""
    state = state_of(hass, entry, path, key)
    assert state is not None
    if unit is not None:
        assert state.attributes["unit_of_measurement"] == unit
    return float(state.state)


def _when(hass: HomeAssistant, entry: MockConfigEntry, path: str, key: str) -> float:
    """Return the state of an entity as a moment, in seconds."""
    moment = dt_util.parse_datetime(value_of(hass, entry, path, key))
    assert moment is not None
    return moment.timestamp()


def _cost(charge: Charge, sim: Simulator) -> dict[str, Any]:
    """Return what a session costs."""
    reading = charge.reading(sim.clock.now())
    return money.cost(charge.plug.tariff, reading.energy_wh, reading.seconds, "en")


# ---- what there is, by value


@pytest.mark.parametrize("tenant", ["alpha", "beta"])
async def test_driver(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, tenant: Tenant
) -> None:
    """The last session and the invoices; of a running session nothing while none runs."""
    sim.beenergised_driver.options.tenant = tenant
    await async_set_up(hass, account)
    await async_enable_all(hass, account)
    for key in (
        *("session_status", "session_energy", "session_cost", "session_net_cost"),
        *("session_start", "session_connector", "session_tariff"),
    ):
        assert value_of(hass, account, "account", key) == STATE_UNKNOWN
    assert value_of(hass, account, "account", "session_waiting") == STATE_OFF
    assert value_of(hass, account, "account", "stop_charging") == STATE_UNAVAILABLE

    last = sim.beenergised_driver.charges()[0]
    reading = last.reading(sim.clock.now())
    assert reading.start and reading.end
    cost = _cost(last, sim)
    for key, expected, unit in (
        ("last_session_energy", reading.energy_wh / 1000, "kWh"),
        ("last_session_cost", cost["grossAmount"], "EUR"),
        ("last_session_net_cost", cost["total"], "EUR"),
        ("last_session_duration", reading.seconds / 60, "min"),
    ):
        assert _number(hass, account, "account", key, unit) == pytest.approx(
            expected, abs=0.02
        )
    for key, moment in (
        ("last_session_start", reading.start),
        ("last_session_end", reading.end),
    ):
        assert _when(hass, account, "account", key) == int(moment.timestamp())
    found = value_of(hass, account, "account", "last_session_connector")
    assert found == place_shown(hass, sim, account, last.plug)

    made = sim.beenergised_driver.driver.documents
    invoices = [one.date for one in made if one.kind == "invoice"]
    assert value_of(hass, account, "account", "invoices") == str(len(invoices))
    assert _when(hass, account, "account", "latest_invoice") == int(
        max(invoices).timestamp()
    )


@pytest.mark.parametrize("tenant", ["alpha", "beta"])
async def test_stations(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, tenant: Tenant
) -> None:
    """The stations around home, with the same meanings whatever their fields are called."""
    sim.beenergised_driver.options.tenant = tenant
    home = hass.config.latitude, hass.config.longitude
    near = [
        site
        for site in sim.beenergised_driver.sites()
        if distance_m(*home, site.latitude, site.longitude) <= 20_000
    ]
    assert {site.roaming for site in near} == {True, False}
    await async_set_up(hass, account)
    await async_enable_all(hass, account)
    assert value_of(hass, account, "account", "stations") == str(len(near))
    assert value_of(hass, account, "account", "connectors") == str(
        sum(len(site.plugs) for site in near)
    )
    for site in near:
        path = station_path(site)
        assert _number(hass, account, path, "distance", "km") == pytest.approx(
            distance_m(*home, site.latitude, site.longitude) / 1000, abs=0.001
        )
        assert value_of(hass, account, path, "online") == STATE_ON
        assert value_of(hass, account, path, "operator") == site.operator
        device = dr.async_get(hass).async_get_device_by_identifier(
            (DOMAIN, f"{account.unique_id}/{path}"), account.entry_id
        )
        assert device is not None
        assert device.name == site.public_name
    site, plug = near[0], near[0].plugs[0]
    path = connector_path(site)
    assert value_of(hass, account, path, "status") == "available"
    assert value_of(hass, account, path, "plug") == STATE_OFF
    assert value_of(hass, account, path, "charging") == STATE_OFF
    assert value_of(hass, account, path, "evse_id") == plug.evse_id
    assert value_of(hass, account, path, "connector_type") == "ccs"
    assert _number(hass, account, path, "max_power", "kW") == plug.max_w / 1000
    statuses = {
        value_of(hass, account, connector_path(site, plug), "status")
        for site in near
        for plug in site.plugs
    }
    # What one operator calls occupied, the other calls blocked.
    assert statuses == {"available", "charging", "faulted", "preparing"}


async def test_prices(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """A price in numbers is per unit, in whole currency; one in words is a text."""
    (site, *_), (foreign, *_) = (sites(sim, roaming=far) for far in (False, True))
    await async_set_up(hass, account)
    await async_enable_all(hass, account)
    for place in (site, foreign):
        path, tariff = connector_path(place), place.plugs[0].tariff
        for key, price, unit in (
            ("energy_price", tariff.per_kwh, "EUR/kWh"),
            ("time_price", tariff.per_minute, "EUR/min"),
            ("session_fee", tariff.per_session, "EUR"),
        ):
            assert _number(hass, account, path, key, unit) == price
    await hass.config_entries.async_unload(account.entry_id)
    sim.beenergised_driver.options.tenant = "beta"
    await async_set_up(hass, account)
    await async_enable_all(hass, account)
    assert (
        value_of(hass, account, connector_path(foreign), "price_text")
        == "0.61 EUR/kWh + 0.02 EUR/min + 0.70 EUR per session"
    )


async def test_unique_ids_never_change(
    hass: HomeAssistant, account: MockConfigEntry, snapshot: SnapshotAssertion
) -> None:
    """Users keep their history, dashboards and automations only if these stay."""
    await async_set_up(hass, account)
    found = er.async_entries_for_config_entry(er.async_get(hass), account.entry_id)
    assert sorted(f"{one.domain} {one.unique_id}" for one in found) == snapshot


async def test_what_each_tenant_gives(
    hass: HomeAssistant,
    sim: Simulator,
    snapshot: SnapshotAssertion,
) -> None:
    """Two operators, and one that refuses to tell its schema: the entities of each."""
    cloud = sim.beenergised_driver
    connector = sites(sim, roaming=False)[0].plugs[0].id
    columns: dict[str, dict[tuple[str, str, str], er.RegistryEntry]] = {}
    for title, tenant, introspection in (
        ("alpha", "alpha", True),
        ("beta", "beta", True),
        ("refuses", "alpha", False),
    ):
        cloud.options.tenant = tenant  # type: ignore[assignment]  # one of both
        cloud.options.introspection = introspection
        options = AROUND if introspection else {CONF_CONNECTORS: [connector]}
        account = make_account(hass, sim, **options)
        await async_set_up(hass, account)
        assert account.state is ConfigEntryState.LOADED
        columns[title] = entities_of(hass, account)
        await hass.config_entries.async_remove(account.entry_id)
    rows = sorted({row for column in columns.values() for row in column})
    table = [f"{'':50}" + "".join(f"{title:>10}" for title in columns)]
    for row in rows:
        cells = [
            "-"
            if (entity := column.get(row)) is None
            else "disabled"
            if entity.disabled
            else "shown"
            for column in columns.values()
        ]
        table.append(f"{' '.join(row):50}" + "".join(f"{cell:>10}" for cell in cells))
    print("", *table, sep="\n")  # noqa: T201 - for people to read, who ask for it
    assert table == snapshot


async def test_operator_that_tells_no_schema(
    hass: HomeAssistant, sim: Simulator, issue_registry: ir.IssueRegistry
) -> None:
    """What is documented is there all the same, and no repair is asked for."""
    sim.beenergised_driver.options.introspection = False
    account = make_account(hass, sim)
    await async_set_up(hass, account)
    assert float(value_of(hass, account, "account", "last_session_energy")) > 1
    assert float(value_of(hass, account, "account", "last_session_cost")) > 1
    assert value_of(hass, account, "account", "invoices") == "12"
    # Which there are nobody can tell.
    assert value_of(hass, account, "account", "stations") == STATE_UNKNOWN
    assert asked(sim, "cpsPaged") == 0
    assert not issue_registry.issues
    assert client_of(account).diagnostics["has_schema"] is False


# ---- which stations


@pytest.mark.parametrize(
    ("choice", "shown"),
    [
        ({CONF_STATIONS: "favourites"}, {0, 1}),
        ({CONF_STATIONS: "around", CONF_RADIUS: 1}, {0, 1}),
        ({CONF_STATIONS: "none"}, set()),
        ({}, set()),
        (
            {CONF_STATIONS: "listed", CONF_RADIUS: 50, CONF_STATION_IDS: [1, 4]},
            {1, 4},
        ),
        ({CONF_STATIONS: "listed", CONF_SEARCH: "Musterdorf"}, {5}),
    ],
)
async def test_choice_of_stations(
    hass: HomeAssistant,
    sim: Simulator,
    issue_registry: ir.IssueRegistry,
    choice: dict[str, Any],
    shown: set[int],
) -> None:
    """Only the stations that were chosen are there; none at all is a choice too."""
    known = [site.id for site in sim.beenergised_driver.sites()]
    if CONF_STATION_IDS in choice:
        ids = [known[index] for index in choice[CONF_STATION_IDS]]
        choice = {**choice, CONF_STATION_IDS: ids}
    account = make_account(hass, sim, **(choice or {CONF_STATIONS: "none"}))
    await async_set_up(hass, account)
    found = account.runtime_data.live.data.stations
    assert set(found) == {known[index] for index in shown}
    assert float(value_of(hass, account, "account", "last_session_energy")) > 1
    assert not issue_registry.issues


async def test_whole_roaming_network(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """Among ten thousand stations a look takes no more requests than among ten."""
    sim.beenergised_driver.options.roaming_stations = 10_000
    await async_set_up(hass, account)
    assert asked(sim, "cpsPaged") == 1
    assert int(value_of(hass, account, "account", "stations")) < 20


async def test_connectors_by_id(
    hass: HomeAssistant, sim: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A connector that was entered by hand shows the sessions on it, and their name."""
    sim.beenergised_driver.options.introspection = False
    plug = sites(sim, roaming=False)[1].plugs[0]
    account = make_account(hass, sim, **{CONF_CONNECTORS: [plug.id]})
    await async_set_up(hass, account)
    path = f"connector/{plug.id}/{plug.id}"
    assert value_of(hass, account, "account", "connectors") == "1"
    assert value_of(hass, account, path, "start_charging") == STATE_UNKNOWN
    sim.beenergised_driver.start_session(plug.id)
    await async_pass(hass, freezer, sim)
    assert float(value_of(hass, account, path, "session_energy")) > 1
    assert value_of(hass, account, path, "start_charging") == STATE_UNAVAILABLE
    assert value_of(hass, account, path, "stop_charging") == STATE_UNKNOWN
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{account.unique_id}/station/{plug.id}"), account.entry_id
    )
    assert device is not None
    assert device.name == plug.label


# ---- sessions


@pytest.mark.parametrize("tenant", ["alpha", "beta"])
async def test_session_begun_elsewhere(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    tenant: Tenant,
) -> None:
    """A session that the driver begins on the spot is shown, polled faster, and ends."""
    cloud = sim.beenergised_driver
    cloud.options.tenant = tenant
    site = sites(sim, roaming=False)[0]
    path = connector_path(site)
    await async_set_up(hass, account)
    cloud.start_session(site.plugs[0].id)
    await async_pass(hass, freezer, sim)
    assert value_of(hass, account, "account", "session_status") == "active"
    assert value_of(hass, account, "account", "running_sessions") == "1"
    assert value_of(hass, account, "account", "session_connector") == place_shown(
        hass, sim, account, site.plugs[0]
    )
    assert value_of(hass, account, path, "status") == "charging"
    assert value_of(hass, account, path, "charging") == STATE_ON
    seen: list[tuple[float, float]] = []
    for _ in range(4):
        await async_pass(hass, freezer, sim, CHARGING_POLL)
        (charge,) = cloud.running()
        energy = _number(hass, account, "account", "session_energy", "kWh")
        cost = _number(hass, account, "account", "session_cost", "EUR")
        assert energy * 1000 == pytest.approx(
            charge.reading(sim.clock.now()).energy_wh, abs=1
        )
        assert cost == pytest.approx(_cost(charge, sim)["grossAmount"], abs=0.01)
        assert _number(hass, account, path, "session_energy") == energy
        assert _number(hass, account, path, "session_cost") == cost
        seen.append((energy, cost))
    assert seen == sorted(set(seen))

    cloud.stop_session()
    sim.clock.advance(timedelta(seconds=10))
    await async_pass(hass, freezer, sim, CHARGING_POLL)
    last = cloud.charges()[0]
    assert value_of(hass, account, "account", "session_status") == STATE_UNKNOWN
    assert value_of(hass, account, "account", "running_sessions") == "0"
    assert _number(hass, account, "account", "last_session_energy") == pytest.approx(
        last.reading(sim.clock.now()).energy_wh / 1000, abs=0.001
    )
    assert (
        _number(hass, account, "account", "last_session_cost", "EUR")
        == (_cost(last, sim)["grossAmount"])
    )


@pytest.mark.parametrize("quirk", ["zero", "null", "field"])
async def test_cost_that_is_not_known_yet(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    quirk: str,
) -> None:
    """While charging a cost of nothing is no cost of 0; at the end there is one."""
    options = sim.beenergised_driver.options
    options.cost_while_charging = quirk != "zero"
    options.cost_null = quirk == "null"
    if quirk == "field":
        options.partial_error_field = "Chargelog.cost"
    await async_set_up(hass, account)
    sim.beenergised_driver.start_session()
    path = connector_path(sites(sim, roaming=False)[0])
    for _ in range(3):
        await async_pass(hass, freezer, sim)
        assert _number(hass, account, "account", "session_energy") > 0
        assert value_of(hass, account, "account", "session_cost") == STATE_UNKNOWN
        assert value_of(hass, account, path, "session_cost") == STATE_UNKNOWN
    options.partial_error_field = None
    sim.beenergised_driver.stop_session()
    sim.clock.advance(timedelta(seconds=10))
    await async_pass(hass, freezer, sim)
    assert _number(hass, account, "account", "last_session_cost", "EUR") > 0.1


async def test_energy_in_kilowatt_hours(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Sessions tell in which unit an operator has its energy."""
    sim.beenergised_driver.options.energy_unit = "kWh"
    await async_set_up(hass, account)
    last = sim.beenergised_driver.charges()[0].reading(sim.clock.now())
    assert _number(hass, account, "account", "last_session_energy", "kWh") == (
        pytest.approx(last.energy_wh / 1000, abs=0.001)
    )
    sim.beenergised_driver.start_session()
    await async_pass(hass, freezer, sim)
    (charge,) = sim.beenergised_driver.running()
    assert _number(hass, account, "account", "session_energy", "kWh") == (
        pytest.approx(charge.reading(sim.clock.now()).energy_wh / 1000, abs=0.001)
    )
    assert client_of(account).units["energyConsumption"] == "kWh"
