"""Tests of event entities: what happened once, and nothing of before."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.enums import StopReason
from custom_components.ev_charging_cloud.ledger import Source
from custom_components.ev_charging_cloud.sessions.ledger import (
    account_id_of,
    async_get_ledger,
)
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
from simulator import Simulator

from ..common import async_poll, async_set_up, entity_id_of
from .records import HOUR, Money, async_record, session, sighting

pytestmark = pytest.mark.usefixtures("nobody_charged")

MINUTE = timedelta(minutes=1)


class Told:
    """What an event entity has told: its types, and the data of the last one."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        """Listen."""
        self.entity_id = entity_id
        self.types: list[str] = []
        self.data: dict[str, Any] = {}
        async_track_state_change_event(hass, entity_id, self._on_change)

    @callback
    def _on_change(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if old is None or new is None or new.state in {old.state, "unavailable"}:
            return
        if old.state == "unavailable" and self.data == dict(new.attributes):
            return
        self.data = dict(new.attributes)
        if (kind := new.attributes["event_type"]) is not None:
            self.types.append(kind)

    def taken(self) -> list[str]:
        """Return what was told since the last look."""
        taken, self.types = self.types, []
        return taken


@pytest.fixture
async def told(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
) -> Told:
    """Set the account up and listen to a connector."""
    await async_set_up(hass, entry)
    return Told(hass, events_of(hass, entry, f"connector/{station_id}/{connector_id}"))


def events_of(hass: HomeAssistant, entry: MockConfigEntry, path: str) -> str:
    """Return the id of an object's event entity."""
    return entity_id_of(hass, entry, path, "events", ["event"])


async def test_a_visit(
    hass: HomeAssistant,
    sim: Simulator,
    told: Told,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Plugged in, charged, unplugged and free again: each once."""
    sim.world.plug_in(station_id, connector_id, soc=20)
    await async_poll(hass, freezer)
    assert told.taken() == ["plugged_in", "session_started"]
    await async_poll(hass, freezer)
    assert told.taken() == []
    sim.world.unplug(station_id, connector_id)
    await async_poll(hass, freezer)
    assert told.taken() == ["unplugged", "became_free", "session_finished"]


async def test_fault_and_repair(
    hass: HomeAssistant,
    sim: Simulator,
    told: Told,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A fault is told, and that it is over."""
    sim.world.set_fault(station_id, connector_id)
    await async_poll(hass, freezer)
    assert told.taken() == ["faulted"]
    sim.world.clear_fault(station_id, connector_id)
    await async_poll(hass, freezer)
    assert told.taken() == ["recovered", "became_free"]


async def test_offline_and_back(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    told: Told,
    station_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A station tells once that it is offline, and frees or unplugs no connector."""
    station = Told(hass, events_of(hass, entry, f"station/{station_id}"))
    sim.world.set_offline(station_id)
    await async_poll(hass, freezer)
    assert station.taken() == ["offline"]
    await async_poll(hass, freezer)
    sim.world.set_online(station_id)
    await async_poll(hass, freezer)
    assert station.taken() == ["back_online"]
    assert told.taken() == []


async def test_fault_of_a_station(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    told: Told,
    station_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A station is faulted when it says so; with one connector that works, it is not."""
    station = Told(hass, events_of(hass, entry, f"station/{station_id}"))
    first, second = (
        connector.spec.id for connector in sim.world.station(station_id).connectors
    )
    sim.world.set_fault(station_id, first)
    await async_poll(hass, freezer)
    assert (told.taken(), station.taken()) == (["faulted"], [])
    sim.world.set_fault(station_id, second)
    await async_poll(hass, freezer)
    assert (told.taken(), station.taken()) == ([], ["faulted"])
    sim.world.clear_fault(station_id, second)
    await async_poll(hass, freezer)
    assert (told.taken(), station.taken()) == ([], ["recovered"])


async def test_an_outage_is_no_event(
    hass: HomeAssistant,
    sim: Simulator,
    told: Told,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What a poll failed to see did not happen; what happened meanwhile did."""
    sim.kempower.faults.add("*", status=503)
    await async_poll(hass, freezer)
    state = hass.states.get(told.entity_id)
    assert state is not None
    assert state.state == STATE_UNAVAILABLE
    assert told.taken() == []
    sim.kempower.faults.clear()
    await async_poll(hass, freezer, timedelta(minutes=10))
    assert told.taken() == []
    sim.kempower.faults.add("*", status=503)
    await async_poll(hass, freezer)
    sim.world.plug_in(station_id, connector_id, soc=20)
    sim.kempower.faults.clear()
    await async_poll(hass, freezer, timedelta(minutes=10))
    assert told.taken() == ["plugged_in", "session_started"]


async def test_what_was_there_at_the_start_is_no_event(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    told: Told,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What happened while nobody looked is not told after a restart."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    sim.world.set_fault(station_id, connector_id)
    await async_set_up(hass, entry)
    await async_poll(hass, freezer)
    assert told.taken() == []


async def test_a_session(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    told: Told,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A session's start and end are told once, with what is known of it."""
    start = dt_util.utcnow() + MINUTE
    freezer.tick(2 * MINUTE)

    def told_of(hours: float | None, energy: float, **more: Any) -> Any:
        return sighting(
            session(station_id, connector_id, start, hours=hours, energy=energy, **more)
        )

    await async_record(hass, entry, [told_of(None, 0.0)])
    assert told.taken() == ["session_started"]
    assert told.data["card"] == "Anna"
    assert dt_util.parse_datetime(told.data["started_at"]) == start
    freezer.tick(HOUR)
    await async_record(hass, entry, [told_of(None, 6000.0)])
    assert told.taken() == []
    freezer.tick(HOUR)
    await async_record(hass, entry, [told_of(1.5, 9000.0)])
    assert told.taken() == ["session_finished"]
    assert told.data["energy"] == 9.0
    assert told.data["duration"] == 5400
    assert "cost" not in told.data
    # The cost comes later, and in the history it is shown again.
    late = told_of(1.5, 9000.0, cost=Money(250.0, "EUR"))
    await async_record(hass, entry, [late], source=Source.HISTORY)
    assert told.taken() == []


async def test_an_interrupted_session(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    told: Told,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """An end that nobody wanted is told as such; a short session is told whole."""
    start = dt_util.utcnow() + MINUTE
    freezer.tick(HOUR)
    cut = session(
        station_id,
        connector_id,
        start,
        hours=0.5,
        stop_reason=StopReason.POWER_LOSS,
        cost=Money(250.0, "EUR"),
    )
    await async_record(hass, entry, [sighting(cut)])
    assert told.taken() == ["session_started", "session_interrupted"]
    assert told.data["stop_reason"] == "power_loss"
    assert (told.data["cost"], told.data["currency"]) == (2.5, "EUR")


@pytest.mark.parametrize(
    ("minutes", "reason", "kind"),
    [
        (1, None, "session_interrupted"),
        (1, StopReason.EV_DISCONNECTED, "session_finished"),
        (30, None, "session_finished"),
    ],
    ids=["no reason", "another reason", "another time"],
)
async def test_a_session_that_a_fault_ends(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    told: Told,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
    minutes: int,
    reason: StopReason | None,
    kind: str,
) -> None:
    """Where the vendor gives no reason for an end, a fault that comes with it is one."""
    start = dt_util.utcnow() + MINUTE
    freezer.tick(2 * MINUTE)
    running = session(station_id, connector_id, start, hours=None)
    await async_record(hass, entry, [sighting(running)])
    sim.world.set_fault(station_id, connector_id)
    await async_poll(hass, freezer, HOUR)
    told.taken()
    end = dt_util.utcnow() - minutes * MINUTE
    over = session(
        station_id, connector_id, start, hours=(end - start) / HOUR, stop_reason=reason
    )
    await async_record(hass, entry, [sighting(over)])
    assert told.taken() == [kind]
    assert told.data["place"] == "Charger, Left"


async def test_history_is_no_event(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    told: Told,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Neither what was before the start is told, nor what is long over by now."""
    now = dt_util.utcnow()
    before = session(station_id, connector_id, now - 9 * HOUR)
    runs = session(station_id, connector_id, now - HOUR, hours=None, id_="s2")
    await async_record(hass, entry, [sighting(before), sighting(runs)])
    assert told.taken() == []
    freezer.tick(9 * HOUR)
    unseen = session(station_id, connector_id, now + HOUR, id_="s3")
    await async_record(hass, entry, [sighting(unseen)], source=Source.HISTORY)
    assert told.taken() == []


async def test_an_end_that_was_missed(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    told: Told,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A session that is not shown any more, runs after all, and ends, ends once."""
    start = dt_util.utcnow() + MINUTE
    freezer.tick(HOUR)
    runs = sighting(session(station_id, connector_id, start, hours=None))
    await async_record(hass, entry, [runs])
    assert told.taken() == ["session_started"]
    freezer.tick(HOUR)
    ledger = await async_get_ledger(hass)
    await ledger.async_close_missing(
        account_id_of(entry), (), dt_util.utcnow(), listing_is_complete=True
    )
    assert told.taken() == ["session_finished"]
    freezer.tick(HOUR)
    await async_record(hass, entry, [runs])
    await async_record(
        hass, entry, [sighting(session(station_id, connector_id, start, hours=2.5))]
    )
    assert told.taken() == []


async def test_an_end_after_a_restart(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    told: Told,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A session from before a restart that ends after it is told; before it, is not."""
    start = dt_util.utcnow() + MINUTE
    freezer.tick(HOUR)

    def at(id_: str, hours: float | None, moment: datetime = start) -> Any:
        return sighting(session(station_id, connector_id, moment, hours=hours, id_=id_))

    await async_record(hass, entry, [at("s1", None), at("s2", None)])
    assert told.taken() == ["session_started", "session_started"]
    await hass.config_entries.async_unload(entry.entry_id)
    freezer.tick(HOUR)
    await async_set_up(hass, entry)
    await async_record(hass, entry, [at("s2", None)])
    freezer.tick(HOUR)
    await async_record(hass, entry, [at("s1", 1.5), at("s2", 2.5)])
    assert told.taken() == ["session_finished"]
    assert told.data["session_id"] == "s2"
