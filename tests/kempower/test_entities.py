"""Tests of what entities show, against what the simulated world knows."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from homeassistant.components.sensor import ATTR_LAST_RESET, ATTR_STATE_CLASS
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from simulator import Simulator
from tests.common import async_poll, async_set_up, entity_id_of, state_of, value_of


@pytest.fixture
def connector(station_id: str, connector_id: str) -> str:
    """Return the path of the connector that tests play with."""
    return f"connector/{station_id}/{connector_id}"


async def _async_enable_all(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set up with every entity switched on."""
    await async_set_up(hass, entry)
    registry = er.async_get(hass)
    for found in er.async_entries_for_config_entry(registry, entry.entry_id):
        registry.async_update_entity(found.entity_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_unique_ids_never_change(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    """Users keep their history, dashboards and automations only if these stay."""
    await async_set_up(hass, entry)
    assert snapshot == sorted(
        f"{found.domain} {found.unique_id}"
        for found in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    )


async def test_few_entities_are_enabled(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    connector: str,
) -> None:
    """A connector shows eight entities or fewer at first, and tells of events."""
    await async_set_up(hass, entry)
    enabled = [
        found.unique_id
        for found in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if f"/{connector}/" in found.unique_id
        and not found.disabled
        and found.domain != "event"
    ]
    assert len(enabled) == 8


async def test_charging_session_from_plug_to_plug(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Plugged in, charging, stopped, unplugged: each is shown as it happens."""

    async def values(*keys: str) -> tuple[str, ...]:
        await async_poll(hass, freezer)
        return tuple(value_of(hass, entry, connector, key) for key in keys)

    await async_set_up(hass, entry)
    old_session = sim.world.connector(station_id, connector_id).session
    assert old_session is not None
    assert await values("status", "plug", "charging", "power", "state_of_charge") == (
        "available",
        STATE_OFF,
        STATE_OFF,
        "0.0",
        STATE_UNKNOWN,
    )

    sim.world.plug_in(station_id, connector_id, soc=20)
    assert await values("status", "plug", "charging") == (
        "preparing",
        STATE_ON,
        STATE_OFF,
    )

    sim.world.start_charging(station_id, connector_id)
    sim.clock.advance(timedelta(minutes=10))
    world = sim.world.connector(station_id, connector_id)
    assert world.session is not None
    assert world.session.soc is not None
    status, charging, power, energy, charge = await values(
        "status", "charging", "power", "session_energy", "state_of_charge"
    )
    assert (status, charging) == ("charging", STATE_ON)
    assert float(power) == pytest.approx(world.power_w / 1000, abs=0.1)
    assert float(energy) == pytest.approx(world.session.energy_wh / 1000, abs=0.01)
    assert float(energy) > 1
    assert float(charge) == pytest.approx(world.session.soc, abs=1)
    state = state_of(hass, entry, connector, "session_energy")
    assert state is not None
    # It is no meter: what is summed up is the connector's lifetime energy.
    assert not {ATTR_LAST_RESET, ATTR_STATE_CLASS} & state.attributes.keys()
    lifetime = state_of(hass, entry, connector, "lifetime_energy")
    assert lifetime is not None
    # The energy dashboard offers the statistic of the sessions, and nothing beside it.
    assert ATTR_STATE_CLASS not in lifetime.attributes
    assert float(lifetime.state) >= float(energy)
    start = dt_util.parse_datetime(value_of(hass, entry, connector, "session_start"))
    assert start is not None
    assert abs(start - world.session.start) < timedelta(seconds=1)
    assert value_of(hass, entry, "account", "running_sessions") == "1"
    assert value_of(hass, entry, "account", "connectors_charging") == "1"
    assert float(value_of(hass, entry, "account", "power")) == pytest.approx(
        float(power), abs=0.1
    )

    sim.world.stop_charging(station_id, connector_id)
    assert await values("status", "plug", "charging", "power") == (
        "finishing",
        STATE_ON,
        STATE_OFF,
        "0.0",
    )

    session = sim.world.unplug(station_id, connector_id)
    status, plug, final, charge = await values(
        "status", "plug", "session_energy", "state_of_charge"
    )
    assert (status, plug, charge) == ("available", STATE_OFF, STATE_UNKNOWN)
    # The energy stays: the energy dashboard would lose what came since the last poll.
    assert float(final) == pytest.approx(session.energy_wh / 1000, abs=0.01)
    assert value_of(hass, entry, "account", "running_sessions") == "0"


async def test_everything_that_can_be_switched_on(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The entities that are off at first tell of the session and its limits."""
    sim.world.plug_in(station_id, connector_id, soc=20, soc_limit=90)
    sim.world.start_charging(station_id, connector_id)
    sim.clock.advance(timedelta(minutes=5))
    await _async_enable_all(hass, entry)
    world = sim.world.connector(station_id, connector_id)
    assert world.session is not None

    def number(path: str, key: str) -> float:
        return float(value_of(hass, entry, path, key))

    assert number(connector, "initial_state_of_charge") == pytest.approx(20, abs=1)
    assert number(connector, "state_of_charge_limit") == 90
    assert number(connector, "session_peak_power") == pytest.approx(
        world.session.peak_w / 1000, abs=0.1
    )
    assert number(connector, "session_average_power") > 0
    assert number(connector, "max_power") == pytest.approx(
        world.spec.max_w / 1000, abs=0.1
    )
    assert value_of(hass, entry, connector, "power_limitation") != STATE_UNKNOWN
    assert value_of(hass, entry, connector, "stop_reason") == STATE_UNKNOWN
    station = f"station/{station_id}"
    assert number(station, "current") > 0
    assert number(station, "max_current") > 0
    assert number(station, "max_power") > 0
    assert 80 < number(station, "efficiency") <= 100
    assert value_of(hass, entry, connector, "charging_start") != STATE_UNKNOWN
    assert value_of(hass, entry, connector, "start_reason") != STATE_UNKNOWN

    sim.world.stop_charging(station_id, connector_id)
    sim.world.unplug(station_id, connector_id)
    await async_poll(hass, freezer)
    assert value_of(hass, entry, connector, "stop_reason") == "ev_disconnected"
    assert value_of(hass, entry, connector, "session_end") != STATE_UNKNOWN
    assert value_of(hass, entry, connector, "power_limitation") == STATE_UNKNOWN


async def test_planned_departure(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    connector: str,
) -> None:
    """A charging plan shows when the car leaves and with how much."""
    sim.world.plug_in(station_id, connector_id)
    sim.world.start_charging(station_id, connector_id)
    sim.kempower.faults.add(
        "/stations",
        replace={
            "stations.0.connectors.0.latestTransaction.schedulePlan": {
                "plannedDepartureTime": "2026-12-01T06:30:00.000Z",
                "targetSoC": 85,
            }
        },
    )
    await _async_enable_all(hass, entry)
    departure = value_of(hass, entry, connector, "planned_departure")
    assert departure == "2026-12-01T06:30:00+00:00"
    assert float(value_of(hass, entry, connector, "target_state_of_charge")) == 85


async def test_offline_station(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """An offline station says so, and its old values are not taken for present ones."""
    await async_set_up(hass, entry)
    station = f"station/{station_id}"
    assert value_of(hass, entry, station, "online") == STATE_ON
    assert value_of(hass, entry, "account", "connectors_available") == "8"
    sim.world.set_offline(station_id)
    await async_poll(hass, freezer)
    assert value_of(hass, entry, station, "online") == STATE_OFF
    assert value_of(hass, entry, station, "status") == "operative"
    assert value_of(hass, entry, station, "power") == STATE_UNAVAILABLE
    for key in ("status", "power", "plug", "charging", "session_energy"):
        assert value_of(hass, entry, connector, key) == STATE_UNAVAILABLE
    assert value_of(hass, entry, "account", "connectors_available") == "6"
    sim.world.set_online(station_id)
    await async_poll(hass, freezer)
    assert value_of(hass, entry, connector, "status") == "available"


async def test_faulted_station(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A fault is a problem of the station and counts in the totals."""
    await async_set_up(hass, entry)
    station = f"station/{station_id}"
    assert value_of(hass, entry, station, "problem") == STATE_OFF
    sim.world.set_fault(station_id)
    await async_poll(hass, freezer)
    assert value_of(hass, entry, station, "problem") == STATE_ON
    assert value_of(hass, entry, station, "status") == "faulted"
    assert value_of(hass, entry, connector, "status") == "faulted"
    assert value_of(hass, entry, "account", "connectors_faulted") == "2"


async def test_no_state_of_charge_on_alternating_current(
    hass: HomeAssistant, socket_enabled: None, entry: MockConfigEntry
) -> None:
    """No entity exists that could never have a value."""
    async with Simulator(stations=12, speed=0, quiet=True) as sim:
        hass.config_entries.async_update_entry(
            entry, data={**entry.data, "server": sim.kempower.url}
        )
        await async_set_up(hass, entry)
        registry = er.async_get(hass)
        ids = {
            found.unique_id
            for found in er.async_entries_for_config_entry(registry, entry.entry_id)
        }
        kinds = set()
        for view in sim.world.stations():
            for found in view.connectors:
                path = f"{entry.unique_id}/connector/{view.id}/{found.spec.id}"
                alternating = found.spec.type.alternating
                kinds.add(alternating)
                assert (f"{path}/state_of_charge" in ids) is not alternating
        assert kinds == {True, False}
        await hass.config_entries.async_unload(entry.entry_id)


async def test_values_that_are_not_told(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector: str,
) -> None:
    """Missing, odd and unknown values are unknown, each alone."""
    sim.kempower.faults.add(
        "/stations",
        remove=["stations.0.currentPowerKw", "stations.0.connectors.0.type"],
        replace={
            "stations.0.connectors.0.status": "Daydreaming",
            "stations.0.status": None,
            "stations.0.somethingNew": {"deep": [1, 2]},
        },
    )
    await async_set_up(hass, entry)
    station = f"station/{station_id}"
    assert value_of(hass, entry, station, "power") == STATE_UNKNOWN
    assert value_of(hass, entry, station, "status") == STATE_UNKNOWN
    assert value_of(hass, entry, station, "problem") == STATE_UNKNOWN
    assert value_of(hass, entry, station, "online") == STATE_ON
    for key in ("status", "plug", "charging", "power"):
        assert value_of(hass, entry, connector, key) == STATE_UNKNOWN
    other = f"station/{sim.world.station_ids[1]}"
    assert value_of(hass, entry, other, "status") == "operative"


async def test_older_field_name_and_naive_times(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    connector: str,
) -> None:
    """Both documented names of the session are read, and times without a zone."""
    sim.kempower.options.transaction_field = "lastTransaction"
    sim.kempower.options.naive_times = True
    await async_set_up(hass, entry)
    session = sim.world.connector(station_id, connector_id).session
    assert session is not None
    start = dt_util.parse_datetime(value_of(hass, entry, connector, "session_start"))
    assert start is not None
    assert abs(start - session.start) < timedelta(seconds=1)


async def test_precision_is_known_from_the_start(
    hass: HomeAssistant, entry: MockConfigEntry, connector: str
) -> None:
    """The display precision is stored as the entity is made, not a write later."""
    updates: list[Event[er.EventEntityRegistryUpdatedData]] = []
    hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, updates.append)
    await async_set_up(hass, entry)
    assert {update.data["action"] for update in updates} == {"create"}
    found = er.async_get(hass).async_get(entity_id_of(hass, entry, connector, "power"))
    assert found is not None
    assert found.options["sensor"]["suggested_display_precision"] == 1
