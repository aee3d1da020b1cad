"""Tests of polling: how often, and who is told."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
import logging
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.commands import Purpose
from custom_components.ev_charging_cloud.entity import ChargingEntity
from custom_components.ev_charging_cloud.polling import Cadence, Intervals
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import (
    Event,
    EventStateChangedData,
    EventStateReportedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers import entity_registry as er
from simulator import Simulator

from .common import async_poll, async_set_up, entity_id_of, value_of


class Seen:
    """What happened while polls were watched."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.called: list[str] = []
        self.written: Counter[str] = Counter()

    def clear(self) -> None:
        """Forget what was seen so far."""
        self.called.clear()
        self.written.clear()


@contextmanager
def _watch(hass: HomeAssistant) -> Iterator[Seen]:
    """Count the entities that are called and the states that are written.

    It begins before an account is set up: entities that exist already are not seen.
    """
    seen = Seen()
    original = ChargingEntity._handle_coordinator_update

    def counted(self: ChargingEntity[object]) -> None:
        seen.called.append(self.entity_id)
        original(self)

    @callback
    def written(
        event: Event[EventStateChangedData] | Event[EventStateReportedData],
    ) -> None:
        seen.written[event.data["entity_id"]] += 1

    @callback
    def everything(_: EventStateReportedData) -> bool:
        return True

    stops = (
        hass.bus.async_listen(EVENT_STATE_CHANGED, written),
        hass.bus.async_listen(EVENT_STATE_REPORTED, written, event_filter=everything),
    )
    with patch.object(ChargingEntity, "_handle_coordinator_update", counted):
        yield seen
    for stop in stops:
        stop()


async def test_idle_poll_of_a_thousand_connectors(
    hass: HomeAssistant,
    socket_enabled: None,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A poll that finds nothing new calls no entity and writes no state."""
    async with Simulator(
        stations=250, connectors_per_station=4, speed=0, quiet=True
    ) as big:
        hass.config_entries.async_update_entry(
            entry, data={**entry.data, "server": big.kempower.url}
        )
        with _watch(hass) as seen:
            await async_set_up(hass, entry)
            available = value_of(hass, entry, "account", "connectors_available")
            assert available == "1000"
            big.kempower.requests.clear()
            seen.clear()
            await async_poll(hass, freezer)
            assert len(big.kempower.requests) == 1
            assert (len(seen.called), seen.written.total()) == (0, 0)

            station_id = big.world.station_ids[17]
            connector_id = big.world.station(station_id).connectors[0].spec.id
            big.world.plug_in(station_id, connector_id)
            await async_poll(hass, freezer)
        location_id = big.world.station(station_id).location_id
        told = {
            entity_id_of(hass, entry, path, key)
            for path, keys in {
                f"connector/{station_id}/{connector_id}": (
                    "status",
                    "power",
                    "plug",
                    "charging",
                    "session_energy",
                    "session_start",
                    "state_of_charge",
                ),
                f"location/{location_id}": (
                    "connectors_available",
                    "connectors_charging",
                    "connectors_faulted",
                    "power",
                ),
                "account": (
                    "cloud",
                    "stations",
                    "connectors",
                    "connectors_available",
                    "connectors_charging",
                    "connectors_faulted",
                    "power",
                    "running_sessions",
                ),
            }.items()
            for key in keys
        }
        told.add(entity_id_of(hass, entry, "account", "sessions", ["calendar"]))
        assert set(seen.called) == told
        assert len(seen.called) == len(told)
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("path", ["*", "/stations", "/auth/*"])
async def test_a_title_stands_in_no_log_line(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    path: str,
) -> None:
    """It may be a person's address: lines name the vendor and a short id."""
    caplog.set_level(logging.DEBUG)
    hass.config_entries.async_update_entry(entry, title="robin@example.com")
    await async_set_up(hass, entry)
    sim.kempower.expire_access_tokens()
    sim.kempower.faults.add(path, status=500)
    await async_poll(hass, freezer)
    lines = [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components")
    ]
    assert not any("robin" in line for line in lines)
    short = f"Kempower ChargEye {entry.entry_id[-6:]} live"
    assert any(short in line and "rror" in line for line in lines)


async def test_polling_facts_are_told_at_every_poll(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Who switches the facts of polling on sees them at every poll, and only they."""
    await async_set_up(hass, entry)
    ids = [
        entity_id_of(hass, entry, "account", key)
        for key in ("last_update", "next_poll", "requests_last_hour", "skipped_objects")
    ]
    for entity_id in ids:
        entity_registry.async_update_entity(entity_id, disabled_by=None)
    with _watch(hass) as seen:
        # Home Assistant reloads the account by itself, half a minute later.
        await async_poll(hass, freezer, timedelta(seconds=31))
        seen.clear()
        await async_poll(hass, freezer)
    assert sorted(seen.called) == sorted(ids)
    assert value_of(hass, entry, "account", "skipped_objects") == "0"
    last = value_of(hass, entry, "account", "last_update")
    assert value_of(hass, entry, "account", "next_poll") > last
    assert int(value_of(hass, entry, "account", "requests_last_hour")) >= 4


def _seconds(cadence: Cadence, *, charging: bool) -> float:
    return cadence.next(charging=charging).total_seconds()


def test_cadence(freezer: FrozenDateTimeFactory) -> None:
    """Faster while something charges, in a burst after a command, then as before."""
    cadence = Cadence(
        Intervals(idle=60, charging=30, slow=3600), spread=lambda _low, _high: 1
    )
    assert _seconds(cadence, charging=False) == 60
    assert _seconds(cadence, charging=True) == 30
    cadence.follow_command()
    waits = []
    for _ in range(7):
        waits.append(round(_seconds(cadence, charging=False)))
        freezer.tick(waits[-1])
    assert waits == [5, 10, 20, 40, 60, 60, 60]


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [(0, 60), (30, 60), (600, 600), (1e30, 3600), (float("inf"), 3600)],
)
def test_cadence_keeps_the_vendors_wait(wait: float, seconds: float) -> None:
    """A vendor's wait is kept, between the usual interval and an hour."""
    cadence = Cadence(
        Intervals(idle=60, charging=30, slow=3600), spread=lambda _low, _high: 1
    )
    assert cadence.next(charging=False, wait=wait).total_seconds() == seconds


def test_a_burst_ends_with_time(freezer: FrozenDateTimeFactory) -> None:
    """However often a poll fails after a command, the burst is over after minutes."""
    cadence = Cadence(Intervals(idle=60, charging=30, slow=3600))
    cadence.follow_command()
    freezer.tick(151)
    assert _seconds(cadence, charging=False) >= 54


def test_cadence_is_spread() -> None:
    """Intervals differ by up to a tenth either way."""
    cadence = Cadence(Intervals(idle=60, charging=30, slow=3600))
    intervals = [_seconds(cadence, charging=False) for _ in range(200)]
    assert min(intervals) >= 54
    assert max(intervals) <= 66
    assert len(set(intervals)) > 100


@pytest.mark.parametrize(
    ("charging", "slow", "fast"), [(False, 53, 67), (True, 26, 34)]
)
async def test_polls_follow_charging(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
    charging: bool,
    slow: int,
    fast: int,
) -> None:
    """The next poll comes in a minute, or in half of one while something charges."""
    if charging:
        sim.world.plug_in(station_id, connector_id)
        sim.world.start_charging(station_id, connector_id)
    await async_set_up(hass, entry)
    sim.kempower.requests.clear()
    await async_poll(hass, freezer, timedelta(seconds=slow))
    assert not sim.kempower.requests
    await async_poll(hass, freezer, timedelta(seconds=fast - slow))
    assert len(sim.kempower.requests) == 1


async def test_a_command_is_followed(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """After a command the state is read at once, and again."""
    await async_set_up(hass, entry)
    sim.kempower.requests.clear()
    # Kempower takes no commands, so one is lent to it.
    done: list[str] = []

    async def tell(told: list[str]) -> None:
        told.append("go")

    purpose = Purpose(find=lambda _: done)
    await entry.runtime_data.live.async_command(purpose, "account/test", tell)
    assert done == ["go"]
    assert len(sim.kempower.requests) == 1
    for seconds, polls in ((7, 2), (11, 3), (22, 4), (30, 4)):
        await async_poll(hass, freezer, timedelta(seconds=seconds))
        assert len(sim.kempower.requests) == polls
