"""Tests of a start of Home Assistant while a cloud is away."""

from collections.abc import Callable
from datetime import datetime, timedelta
import json
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import (
    CONF_LOCATIONS,
    CONF_REFRESH_TOKEN,
    CONF_SERVER,
    CONF_VENDOR,
    DOMAIN,
)
from custom_components.ev_charging_cloud.restore import LATER, SOON
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import (
    EVENT_HOMEASSISTANT_FINAL_WRITE,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
from simulator import Simulator

from .beenergised_cpo.common import make_account as make_operator
from .beenergised_driver.common import make_account as make_driver
from .common import async_poll, async_set_up, entity_id_of, state_of, value_of
from .ev_energy.common import make_account as make_home

type MakeAccount = Callable[[HomeAssistant, Simulator], MockConfigEntry]

# Longer than the slowest cadence of any vendor.
LONG_POLL = timedelta(minutes=17)


def make_depots(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return a Kempower account at the simulator, not set up yet."""
    account = MockConfigEntry(
        domain=DOMAIN,
        title="Depots",
        unique_id="kempower_test",
        data={
            CONF_VENDOR: "kempower",
            CONF_SERVER: sim.kempower.url,
            CONF_REFRESH_TOKEN: sim.kempower.refresh_token,
        },
    )
    account.add_to_hass(hass)
    return account


def _registered(hass: HomeAssistant, account: MockConfigEntry) -> dict[str, Any]:
    """Return all devices and entities of an account, and what they are called."""
    devices, entities = dr.async_get(hass), er.async_get(hass)
    return {
        **{
            device.id: (device.name, device.identifiers)
            for device in (
                *dr.async_entries_for_config_entry(devices, account.entry_id),
                *dr.async_child_entries_for_config_entry(devices, account.entry_id),
            )
        },
        **{
            entity.entity_id: (entity.unique_id, entity.disabled_by, entity.device_id)
            for entity in er.async_entries_for_config_entry(entities, account.entry_id)
        },
    }


def _states(hass: HomeAssistant, account: MockConfigEntry) -> dict[str, str]:
    """Return the states of an account's enabled entities."""
    found = {
        entity.entity_id: hass.states.get(entity.entity_id)
        for entity in er.async_entries_for_config_entry(
            er.async_get(hass), account.entry_id
        )
        if not entity.disabled
    }
    return {id_: state.state if state else "none" for id_, state in found.items()}


async def _async_restart(
    hass: HomeAssistant, account: MockConfigEntry, sim: Simulator
) -> None:
    """Set an account up again while no cloud answers."""
    assert await hass.config_entries.async_unload(account.entry_id)
    await sim.stop()
    await async_set_up(hass, account)


@pytest.fixture
def connector(station_id: str, connector_id: str) -> str:
    """Return the path of the connector."""
    return f"connector/{station_id}/{connector_id}"


@pytest.mark.parametrize(
    "make_account",
    [make_depots, make_home, make_operator, make_driver],
    ids=["kempower", "ev_energy", "beenergised_cpo", "beenergised_driver"],
)
async def test_nothing_is_lost(
    hass: HomeAssistant,
    sim: Simulator,
    freezer: FrozenDateTimeFactory,
    make_account: MakeAccount,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """All entities and devices are there before the cloud is, and all are used after."""
    account = make_account(hass, sim)
    await async_set_up(hass, account)
    registered, states = _registered(hass, account), _states(hass, account)
    caplog.clear()
    await _async_restart(hass, account, sim)
    assert account.state is ConfigEntryState.LOADED
    assert _registered(hass, account) == registered
    away = _states(hass, account)
    assert away.keys() == states.keys()
    assert away[entity_id_of(hass, account, "account", "cloud")] == STATE_OFF
    # What Home Assistant itself brings back of what it knew has no entity behind it.
    assert not [
        entity_id
        for entity_id in away
        if (state := hass.states.get(entity_id)) is None
        or state.attributes.get("restored")
    ]
    for _ in range(2):
        await async_poll(hass, freezer, LONG_POLL)
    sim.clock.advance(LONG_POLL * 3)
    await sim.start()
    await async_poll(hass, freezer, LONG_POLL)
    await async_poll(hass, freezer)
    assert _registered(hass, account) == registered
    assert value_of(hass, account, "account", "cloud") == STATE_ON
    back = _states(hass, account)
    assert [id_ for id_, state in back.items() if state == STATE_UNAVAILABLE] == [
        id_ for id_, state in states.items() if state == STATE_UNAVAILABLE
    ]
    told = [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(f"custom_components.{DOMAIN}")
        and record.levelno >= logging.INFO
    ]
    assert len(told) == 2
    assert "starts with what was last seen of it at" in told[0]
    assert "recovered" in told[1]


async def test_what_is_kept_is_shown(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    connector: str,
    entity_registry: er.EntityRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Meters, the last session and the running one are there, and how old that is."""
    sim.world.plug_in(station_id, connector_id, soc=10)
    sim.world.start_charging(station_id, connector_id)
    sim.clock.advance(timedelta(minutes=10))
    await async_set_up(hass, entry)
    for path, key in (("account", "last_update"), (connector, "last_session_end")):
        entity_registry.async_update_entity(
            entity_id_of(hass, entry, path, key), disabled_by=None
        )
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    calendar = entity_registry.async_get_entity_id(
        "calendar", DOMAIN, f"{entry.unique_id}/account/sessions"
    )
    assert calendar
    kept = {
        (path, key): value_of(hass, entry, path, key)
        for path, key in (
            (connector, "lifetime_energy"),
            (connector, "last_session_end"),
        )
    }
    assert STATE_UNAVAILABLE not in kept.values()
    seen_at = dt_util.utcnow()
    await hass.config_entries.async_unload(entry.entry_id)
    await sim.stop()
    freezer.tick(timedelta(hours=2))
    await async_set_up(hass, entry)
    for (path, key), value in kept.items():
        assert value_of(hass, entry, path, key) == value
    state = hass.states.get(calendar)
    assert state is not None
    assert state.state == STATE_ON
    last_update = datetime.fromisoformat(
        value_of(hass, entry, "account", "last_update")
    )
    assert abs(last_update - seen_at) < timedelta(seconds=2)
    # What only the cloud knows is not made up.
    for key in ("status", "session_energy", "power", "charging"):
        assert value_of(hass, entry, connector, key) == STATE_UNAVAILABLE


async def test_what_came_and_went_meanwhile(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    device_registry: dr.DeviceRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """New stations come with the first answer, and vanished ones go as they always do."""
    await async_set_up(hass, entry)
    await _async_restart(hass, entry, sim)
    for _ in range(5):
        # No poll that failed is a listing.
        await async_poll(hass, freezer, timedelta(minutes=30))
    sim.world.remove_station(station_id)
    new_id = sim.world.add_station(next(iter(sim.world.locations))).id
    await sim.start()
    await async_poll(hass, freezer, LONG_POLL)
    assert value_of(hass, entry, f"station/{new_id}", "status") == "operative"
    for _ in range(4):
        assert state_of(hass, entry, f"station/{station_id}", "status")
        await async_poll(hass, freezer, timedelta(minutes=19))
    identifier = (DOMAIN, f"{entry.unique_id}/station/{station_id}")
    assert not device_registry.async_get_device_by_identifier(
        identifier, entry.entry_id
    )


async def test_a_refused_sign_in_at_start(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    connector: str,
) -> None:
    """Who has to sign in anew sees meanwhile what is kept."""
    await async_set_up(hass, entry)
    energy = value_of(hass, entry, connector, "lifetime_energy")
    await hass.config_entries.async_unload(entry.entry_id)
    sim.kempower.revoke_refresh_token()
    await async_set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert value_of(hass, entry, connector, "lifetime_energy") == energy
    assert not hass.config_entries.flow.async_progress()
    for _ in range(2):
        await async_poll(hass, freezer)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert len(sim.kempower.requests.matching("/auth/*")) == 3


async def test_other_locations_were_picked(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """Of what was seen only that is shown which was picked since."""
    await async_set_up(hass, entry)
    station = sim.world.station(sim.world.station_ids[0])
    picked = [
        id_
        for id_ in sim.world.station_ids
        if sim.world.station(id_).location_id == station.location_id
    ]
    assert len(picked) < len(sim.world.station_ids)
    await hass.config_entries.async_unload(entry.entry_id)
    hass.config_entries.async_update_entry(
        entry, options={CONF_LOCATIONS: [station.location_id]}
    )
    await sim.stop()
    await async_set_up(hass, entry)
    assert list(entry.runtime_data.live.data.stations) == picked


async def test_a_first_set_up_waits(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """An account of which nothing was ever seen is tried again later."""
    await sim.stop()
    await async_set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY


async def test_what_is_not_understood(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
) -> None:
    """What another version wrote is as if nothing had been seen."""
    await async_set_up(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    hass_storage[f"{DOMAIN}.{entry.entry_id}.seen"]["data"]["seen"] = "{}"
    await sim.stop()
    await async_set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY


async def test_when_it_is_written(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
) -> None:
    """Not at each poll; but what came is written soon, and the rest some time."""
    key = f"{DOMAIN}.{entry.entry_id}.seen"
    await async_set_up(hass, entry)
    assert key not in hass_storage
    await async_poll(hass, freezer, timedelta(seconds=SOON + 1))
    first = json.loads(hass_storage[key]["data"]["seen"])
    assert len(first["stations"]) == 4
    sim.world.plug_in(station_id, connector_id)
    for _ in range(10):
        await async_poll(hass, freezer)
    assert json.loads(hass_storage[key]["data"]["seen"]) == first
    await async_poll(hass, freezer, timedelta(seconds=LATER))
    assert json.loads(hass_storage[key]["data"]["seen"])["at"] > first["at"]
    await hass.config_entries.async_remove(entry.entry_id)
    assert key not in hass_storage


async def test_it_is_written_in_the_end(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
) -> None:
    """Home Assistant does not end before what was seen is on disk."""
    await async_set_up(hass, entry)
    hass.bus.async_fire_internal(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    seen = json.loads(hass_storage[f"{DOMAIN}.{entry.entry_id}.seen"]["data"]["seen"])
    assert {station["id"] for station in seen["stations"]} == {*sim.world.station_ids}
