"""Blueprints that tell of events: when they speak, what they say, and when they are silent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.enums import StopReason
from homeassistant.components.persistent_notification import (
    Notification,
    UpdateType,
    async_register_callback,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from simulator import Simulator
from simulator.world.history import History
from tests.common import async_poll, async_set_up, entity_id_of
from tests.sessions.records import (
    HOUR,
    Money,
    async_record,
    device_id,
    session,
    sighting,
)

from .common import NAMES, async_automate, async_look, blueprint_of

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _nobody_charged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the world begin with connectors that were never used."""
    monkeypatch.setattr(History, "newest", None)


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return an account that runs."""
    await async_set_up(hass, entry)
    return entry


@pytest.fixture
def station(hass: HomeAssistant, loaded: MockConfigEntry, station_id: str) -> str:
    """Return the id of the first station's device."""
    return device_id(hass, loaded, f"station/{station_id}")


def by_entity(hass: HomeAssistant, entity_id: str, device_id: str) -> dict[str, str]:
    """Target the event entity."""
    return {"entity_id": entity_id}


def by_device(hass: HomeAssistant, entity_id: str, device_id: str) -> dict[str, str]:
    """Target the device of the station, with all that is part of it."""
    return {"device_id": device_id}


def by_area(hass: HomeAssistant, entity_id: str, device_id: str) -> dict[str, str]:
    """Target the area that the station is in."""
    area = ar.async_get(hass).async_create("Yard")
    dr.async_get(hass).async_update_device(device_id, area_id=area.id)
    return {"area_id": area.id}


def by_label(hass: HomeAssistant, entity_id: str, device_id: str) -> dict[str, str]:
    """Target a label that the station bears."""
    label = lr.async_get(hass).async_create("Guests")
    dr.async_get(hass).async_update_device(device_id, labels={label.label_id})
    return {"label_id": label.label_id}


@pytest.mark.parametrize("name", NAMES)
def test_import(name: str) -> None:
    """Each is what Home Assistant takes for a blueprint, and says where it is from."""
    blueprint = blueprint_of(name)
    assert blueprint.validate() is None
    metadata = blueprint.metadata
    assert metadata["source_url"].endswith(f"/blueprints/automation/{name}.yaml")
    assert metadata["description"]
    assert all(found["name"] for found in blueprint.inputs.values())


@pytest.mark.parametrize("target", [by_entity, by_device, by_area, by_label])
async def test_finished(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    station: str,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
    target: Callable[[HomeAssistant, str, str], dict[str, str]],
) -> None:
    """The end of a session is told once, with what it brought; little ones are not."""
    entity_id = entity_id_of(
        hass, loaded, f"connector/{station_id}/{connector_id}", "events", ["event"]
    )
    where = target(hass, entity_id, station)
    automation = await async_automate(
        hass, "charging_finished", where=where, least_energy=1
    )
    start = dt_util.utcnow() + MINUTE
    freezer.tick(2 * HOUR)

    def told(hours: float | None, **more: Any) -> Any:
        return sighting(session(station_id, connector_id, start, hours=hours, **more))

    await async_record(hass, loaded, [told(None)])
    assert automation.taken() == []
    cost = Money(431.0, "EUR")
    await async_record(hass, loaded, [told(1.25, energy=12_340.0, cost=cost)])
    assert automation.taken() == [
        {
            "title": "Bay 1 1.1: charging finished",
            "message": "12.3 kWh, 4.31 EUR, 1 h 15 min, Anna",
            "energy": 12.34,
            "cost": 4.31,
            "place": "Charger, Left",
        }
    ]
    start = dt_util.utcnow() - HOUR / 2
    little = told(0.1, energy=999.0, id_="s2")
    unknown = told(0.1, energy=None, id_="s3")
    await async_record(hass, loaded, [little, unknown])
    assert automation.texts() == [("Bay 1 1.1: charging finished", "0 h 06 min, Anna")]
    reason = StopReason.POWER_LOSS
    await async_record(hass, loaded, [told(0.5, id_="s4", stop_reason=reason)])
    assert automation.taken() == []


async def test_finished_elsewhere(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    connector_id: str,
    station: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What was not chosen is not told of."""
    automation = await async_automate(
        hass, "charging_finished", where={"device_id": station}
    )
    other = sim.world.station(sim.world.station_ids[1])
    start = dt_util.utcnow() + MINUTE
    freezer.tick(2 * HOUR)
    over = session(other.spec.id, other.connectors[0].spec.id, start, hours=1.5)
    await async_record(hass, loaded, [sighting(over)])
    assert automation.taken() == []


async def test_notification(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    station: str,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Who chooses nothing to be done gets a notification in Home Assistant."""
    assert await async_setup_component(hass, "persistent_notification", {})
    shown: list[tuple[str | None, str]] = []

    @callback
    def show(_: UpdateType, changed: dict[str, Notification]) -> None:
        shown.extend((new["title"], new["message"]) for new in changed.values())

    async_register_callback(hass, show)
    await async_automate(
        hass, "charging_finished", tell=False, where={"device_id": station}
    )
    start = dt_util.utcnow() + MINUTE
    freezer.tick(2 * HOUR)
    over = session(station_id, connector_id, start, hours=1.5, energy=5000.0)
    await async_record(hass, loaded, [sighting(over)])
    assert shown == [("Bay 1 1.1: charging finished", "5.0 kWh, 1 h 30 min, Anna")]


async def test_trouble(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    station: str,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A session that is cut off and a fault are told, and no more than that."""
    automation = await async_automate(
        hass, "charging_trouble", where={"device_id": station}
    )
    start = dt_util.utcnow() + MINUTE
    freezer.tick(2 * HOUR)
    cut = session(
        station_id,
        connector_id,
        start,
        hours=1.5,
        energy=5000.0,
        stop_reason=StopReason.POWER_LOSS,
    )
    well = session(station_id, connector_id, start, hours=1.5, id_="s2")
    await async_record(hass, loaded, [sighting(cut), sighting(well)])
    assert automation.texts() == [
        ("Bay 1 1.1: charging was interrupted", "power loss, 5.0 kWh so far")
    ]
    sim.world.set_fault(station_id, connector_id)
    await async_poll(hass, freezer)
    local = dt_util.now().strftime("%H:%M")
    assert automation.texts() == [("Bay 1 1.1: faulted", f"Since {local}.")]
    sim.world.clear_fault(station_id, connector_id)
    await async_poll(hass, freezer)
    assert automation.taken() == []


async def test_trouble_is_over(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    station: str,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Who wants to know is told that it is well again."""
    automation = await async_automate(
        hass, "charging_trouble", where={"device_id": station}, kinds=["recovered"]
    )
    sim.world.set_fault(station_id, connector_id)
    await async_poll(hass, freezer)
    assert automation.taken() == []
    sim.world.clear_fault(station_id, connector_id)
    await async_poll(hass, freezer)
    assert [title for title, _ in automation.texts()] == ["Bay 1 1.1: well again"]


@pytest.mark.parametrize(("hour", "speaks"), [(12, True), (23, False), (5, False)])
async def test_free(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    station: str,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
    hour: int,
    speaks: bool,
) -> None:
    """A connector that becomes free is told of by day, and not by night."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    automation = await async_automate(
        hass, "connector_free", where={"device_id": station}
    )
    now = dt_util.now()
    until = now.replace(hour=hour, minute=30, second=0) - now
    sim.world.plug_in(station_id, connector_id, soc=20)
    await async_poll(hass, freezer)
    sim.world.unplug(station_id, connector_id)
    assert automation.taken() == []
    await async_poll(hass, freezer, until % timedelta(days=1))
    said = [("Bay 1 1.1: free", f"Since {hour}:31.")]
    assert automation.texts() == (said if speaks else [])


async def test_offline(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    station: str,
    station_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A station that stays offline is told of once, and that it is back."""
    automation = await async_automate(
        hass, "station_offline", where={"device_id": station}, minutes=10
    )
    sim.world.set_offline(station_id)
    await async_look(hass, freezer, loaded, MINUTE)
    since = dt_util.now().strftime("%H:%M")
    assert automation.taken() == []
    for _ in range(12):
        await async_look(hass, freezer, loaded, MINUTE)
    assert automation.texts() == [("Bay 1: offline", f"Since {since}.")]
    sim.world.set_online(station_id)
    await async_look(hass, freezer, loaded, MINUTE)
    now = dt_util.now().strftime("%H:%M")
    assert automation.texts() == [
        ("Bay 1: back", f"It was offline from {since} to {now}.")
    ]


async def test_offline_for_a_moment(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    station: str,
    station_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A station that is back in time is no news, also if it goes once more."""
    automation = await async_automate(
        hass, "station_offline", where={"device_id": station}, minutes=10
    )
    for _ in range(3):
        sim.world.set_offline(station_id)
        for _ in range(4):
            await async_look(hass, freezer, loaded, MINUTE)
        sim.world.set_online(station_id)
        await async_look(hass, freezer, loaded, 2 * MINUTE)
    for _ in range(12):
        await async_look(hass, freezer, loaded, MINUTE)
    assert automation.taken() == []


async def test_offline_while_the_cloud_is_away(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    station: str,
    station_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Of a station that cannot be looked at nothing is said until it can."""
    automation = await async_automate(
        hass, "station_offline", where={"device_id": station}, minutes=10
    )
    sim.world.set_offline(station_id)
    await async_look(hass, freezer, loaded, MINUTE)
    sim.kempower.faults.add("*", status=503)
    for _ in range(15):
        await async_look(hass, freezer, loaded, MINUTE)
    assert automation.taken() == []
    sim.kempower.faults.clear()
    await async_look(hass, freezer, loaded, 10 * MINUTE)
    assert [title for title, _ in automation.texts()] == ["Bay 1: offline"]


async def test_all_of_a_site_at_once(
    hass: HomeAssistant,
    sim: Simulator,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Of many stations that go and come together each is told of once."""
    label = lr.async_get(hass).async_create("Site")
    for id_ in sim.world.station_ids:
        device = device_id(hass, loaded, f"station/{id_}")
        dr.async_get(hass).async_update_device(device, labels={label.label_id})
    automation = await async_automate(
        hass, "station_offline", where={"label_id": label.label_id}, minutes=5
    )
    for id_ in sim.world.station_ids:
        sim.world.set_offline(id_)
    for _ in range(8):
        await async_look(hass, freezer, loaded, MINUTE)
    for id_ in sim.world.station_ids:
        sim.world.set_online(id_)
    await async_look(hass, freezer, loaded, MINUTE)
    titles = sorted(title for title, _ in automation.texts())
    names = [f"Bay {number}" for number in range(1, 5)]
    assert titles == sorted(
        f"{name}: {what}" for name in names for what in ("back", "offline")
    )
