"""Tests of maintenance windows: calendars, actions, and what begins by the clock."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.const import ATTR_ENTITY_ID, STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceNotSupported,
    ServiceValidationError,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from simulator import Simulator
from tests.common import async_poll, async_set_up, entity_id_of, value_of

from .common import QUARTER

type Send = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def now() -> datetime:
    """Return the present whole second: the vendor knows no shorter time."""
    return dt_util.utcnow().replace(microsecond=0)


@pytest.fixture
async def calendar_id(
    hass: HomeAssistant, account: MockConfigEntry, station: str
) -> str:
    """Set the account up and return the calendar of its first station."""
    await async_set_up(hass, account)
    return entity_id_of(hass, account, station, "maintenance", ["calendar"])


@pytest.fixture
async def send(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> Send:
    """Return what sends the calendar page's messages, and returns the answers."""
    client = await hass_ws_client(hass)

    async def send(kind: str, **message: Any) -> dict[str, Any]:
        await client.send_json_auto_id({"type": f"calendar/event/{kind}", **message})
        answer: dict[str, Any] = await client.receive_json()
        return answer

    return send


def _event(start: datetime, hours: float = 1, **more: str) -> dict[str, Any]:
    return {
        "dtstart": start.isoformat(),
        "dtend": (start + timedelta(hours=hours)).isoformat(),
        "summary": "Replace contactor",
        **more,
    }


async def _async_act(
    hass: HomeAssistant,
    name: str,
    calendar_id: str,
    domain: str = DOMAIN,
    **data: Any,
) -> Any:
    answer: dict[str, Any] | None = await hass.services.async_call(
        domain,
        name,
        {ATTR_ENTITY_ID: calendar_id, **data},
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    return answer[calendar_id]


async def test_event_becomes_window_and_back(
    hass: HomeAssistant, sim: Simulator, calendar_id: str, send: Send, now: datetime
) -> None:
    """An event made, changed and deleted is a window made, changed and deleted."""
    start = now + timedelta(days=1)
    answer = await send(
        "create",
        entity_id=calendar_id,
        event=_event(start, description="Call Ann first"),
    )
    assert answer["success"]
    (window,) = sim.beenergised_cpo.windows.all()
    assert (window.start, window.end) == (start, start + timedelta(hours=1))
    assert window.comment == "Replace contactor\nCall Ann first"
    assert window.connector_uuid is None

    listed = await _async_act(
        hass, "get_events", calendar_id, domain="calendar", duration={"days": 2}
    )
    (event,) = listed["events"]
    assert (event["summary"], event["description"]) == (
        "Replace contactor",
        "Call Ann first",
    )

    sim.beenergised_cpo.requests.clear()
    later = start + timedelta(hours=3)
    answer = await send(
        "update",
        entity_id=calendar_id,
        uid=window.id,
        event=_event(later, description="Call Ann first"),
    )
    assert answer["success"]
    (window,) = sim.beenergised_cpo.windows.all()
    assert window.start == later
    assert sim.beenergised_cpo.requests[0].method == "PUT"

    answer = await send("delete", entity_id=calendar_id, uid=window.id)
    assert answer["success"]
    assert sim.beenergised_cpo.windows.all() == []


async def test_whole_days(
    sim: Simulator, calendar_id: str, send: Send, now: datetime
) -> None:
    """An event of whole days lasts from local midnight to midnight."""
    day = dt_util.as_local(now + timedelta(days=2)).date()
    await send(
        "create",
        entity_id=calendar_id,
        event={
            "dtstart": day.isoformat(),
            "dtend": (day + timedelta(days=1)).isoformat(),
            "summary": "Rebuild",
        },
    )
    (window,) = sim.beenergised_cpo.windows.all()
    assert window.start == dt_util.start_of_local_day(day)
    assert window.end == dt_util.start_of_local_day(day + timedelta(days=1))


async def test_refused_before_anything_is_sent(
    sim: Simulator, calendar_id: str, send: Send, now: datetime
) -> None:
    """What the vendor would not take is refused with its rule as the message."""
    sim.beenergised_cpo.requests.clear()
    past = await send(
        "create", entity_id=calendar_id, event=_event(now - timedelta(hours=1), 5)
    )
    assert "in the past" in past["error"]["message"]
    recurring = await send(
        "create",
        entity_id=calendar_id,
        event=_event(now + timedelta(days=1), rrule="FREQ=WEEKLY"),
    )
    assert "happens once" in recurring["error"]["message"]
    gone = await send("delete", entity_id=calendar_id, uid="1")
    assert "no maintenance window with the id 1" in gone["error"]["message"]
    assert not sim.beenergised_cpo.requests


async def test_window_that_is_over(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    station_id: str,
    station: str,
    now: datetime,
) -> None:
    """A window that is over shows in the calendar, and cannot be changed."""
    uuid = sim.beenergised_cpo.station_uuid(station_id)
    window_id = sim.beenergised_cpo.windows.add(
        uuid, None, now - timedelta(days=2), now - timedelta(days=1), "Done"
    )
    await async_set_up(hass, account)
    assert value_of(hass, account, "account", "maintenance_planned") == "0"
    calendar_id = entity_id_of(hass, account, station, "maintenance", ["calendar"])
    with pytest.raises(ServiceValidationError, match="is over"):
        await _async_act(
            hass,
            "update_maintenance_window",
            calendar_id,
            window_id=window_id,
            end=(now + timedelta(days=1)).isoformat(),
        )


async def _async_overview(hass: HomeAssistant, account: MockConfigEntry) -> str:
    """Switch the account's calendar on, which is off at first, and return its id."""
    calendar_id = entity_id_of(hass, account, "account", "maintenance", ["calendar"])
    registry = er.async_get(hass)
    registry.async_update_entity(calendar_id, disabled_by=None)
    await hass.config_entries.async_reload(account.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    return calendar_id


async def test_times_long_ago_are_asked_for(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    station_id: str,
    station: str,
    now: datetime,
) -> None:
    """A calendar page of last year asks the vendor once for all calendars."""
    uuid = sim.beenergised_cpo.station_uuid(station_id)
    then = now - timedelta(days=300)
    sim.beenergised_cpo.windows.add(uuid, None, then, then + timedelta(1), "Built")
    await async_set_up(hass, account)
    await _async_overview(hass, account)
    sim.beenergised_cpo.requests.clear()
    for path in (station, "account"):
        calendar_id = entity_id_of(hass, account, path, "maintenance", ["calendar"])
        answer = await _async_act(
            hass,
            "get_maintenance_windows",
            calendar_id,
            start=(then - timedelta(days=5)).isoformat(),
            end=(then + timedelta(days=5)).isoformat(),
        )
        assert [window["comment"] for window in answer["windows"]] == ["Built"]
    (request,) = sim.beenergised_cpo.requests
    assert {"filter[startDate]", "filter[endDate]"} <= request.query.keys()


async def test_running_window_ends_by_the_clock(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station_id: str,
    station: str,
    now: datetime,
) -> None:
    """Maintenance begins and ends when it should, between two polls."""
    uuid = sim.beenergised_cpo.station_uuid(station_id)
    start, end = now + timedelta(minutes=2), now + timedelta(minutes=4)
    sim.beenergised_cpo.windows.add(uuid, None, start, end, "Short")
    await async_set_up(hass, account)
    assert value_of(hass, account, station, "maintenance_active") == STATE_OFF
    assert value_of(hass, account, station, "next_maintenance") == start.isoformat()
    sim.beenergised_cpo.requests.clear()
    await async_poll(hass, freezer, timedelta(minutes=2, seconds=2))
    assert value_of(hass, account, station, "maintenance_active") == STATE_ON
    assert value_of(hass, account, station, "maintenance_end") == end.isoformat()
    assert value_of(hass, account, station, "next_maintenance") == "unknown"
    await async_poll(hass, freezer, timedelta(minutes=2))
    assert value_of(hass, account, station, "maintenance_active") == STATE_OFF
    assert value_of(hass, account, "account", "maintenance_planned") == "0"
    assert not sim.beenergised_cpo.requests


async def test_windows_of_others_are_seen(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station_id: str,
    station: str,
    now: datetime,
) -> None:
    """A window that a colleague planned at the vendor is there after a poll."""
    await async_set_up(hass, account)
    uuid = sim.beenergised_cpo.station_uuid(station_id)
    start = now + timedelta(days=1)
    sim.beenergised_cpo.windows.add(uuid, None, start, start + timedelta(1), "Theirs")
    await async_poll(hass, freezer, QUARTER)
    assert value_of(hass, account, station, "next_maintenance") == start.isoformat()
    assert value_of(hass, account, "account", "maintenance_planned") == "1"


async def test_later_window_begins_by_the_clock(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    station_id: str,
    station: str,
    now: datetime,
) -> None:
    """A window that a poll brought begins between two polls as well."""
    await async_set_up(hass, account)
    uuid = sim.beenergised_cpo.station_uuid(station_id)
    start = now + QUARTER * 2
    sim.beenergised_cpo.windows.add(uuid, None, start, start + QUARTER * 9, "Theirs")
    # A poll has brought it; the next one is minutes away.
    await async_poll(hass, freezer, QUARTER)
    await async_poll(hass, freezer, QUARTER - timedelta(seconds=30))
    assert value_of(hass, account, station, "maintenance_active") == STATE_OFF
    sim.beenergised_cpo.requests.clear()
    await async_poll(hass, freezer, timedelta(seconds=32))
    assert value_of(hass, account, station, "maintenance_active") == STATE_ON
    assert not sim.beenergised_cpo.requests


@pytest.mark.parametrize("write_answer", ["item", "empty"])
async def test_actions(
    hass: HomeAssistant,
    sim: Simulator,
    calendar_id: str,
    now: datetime,
    write_answer: Any,
) -> None:
    """The actions do what the calendar does, and return windows with their ids."""
    sim.beenergised_cpo.options.write_answer = write_answer
    start = now + timedelta(days=3)
    made = await _async_act(
        hass,
        "create_maintenance_window",
        calendar_id,
        start=start.isoformat(),
        end=(start + timedelta(hours=2)).isoformat(),
        comment="Firmware",
    )
    (window,) = sim.beenergised_cpo.windows.all()
    assert made["window"]["id"] == window.id
    assert made["window"]["station_id"] == window.station_uuid

    changed = await _async_act(
        hass,
        "update_maintenance_window",
        calendar_id,
        window_id=window.id,
        comment="Firmware 2",
    )
    assert changed["window"]["comment"] == "Firmware 2"
    assert changed["window"]["start"] == made["window"]["start"]

    listed = await _async_act(
        hass,
        "get_maintenance_windows",
        calendar_id,
        start=now.isoformat(),
        end=(start + timedelta(days=1)).isoformat(),
    )
    assert listed == {"windows": [changed["window"]]}

    gone = await _async_act(
        hass, "delete_maintenance_window", calendar_id, window_id=window.id
    )
    assert gone["window"]["id"] == window.id
    assert sim.beenergised_cpo.windows.all() == []


async def test_account_calendar_is_read_only(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    calendar_id: str,
    now: datetime,
) -> None:
    """A window is planned at a station; the account's calendar shows them all."""
    overview = await _async_overview(hass, account)
    window = {
        "start": (now + timedelta(days=1)).isoformat(),
        "end": (now + timedelta(days=2)).isoformat(),
    }
    with pytest.raises(ServiceNotSupported):
        await _async_act(hass, "create_maintenance_window", overview, **window)
    await _async_act(hass, "create_maintenance_window", calendar_id, **window)
    state = hass.states.get(overview)
    assert state is not None
    first = sim.world.station(sim.world.station_ids[0])
    assert state.attributes["location"] == first.name


async def test_window_of_a_connector(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    calendar_id: str,
    connector: str,
    station: str,
    now: datetime,
    entity_registry: Any,
) -> None:
    """A connector's calendar plans for the connector; its station shows it too."""
    own_id = entity_id_of(hass, account, connector, "maintenance", ["calendar"])
    entity_registry.async_update_entity(own_id, disabled_by=None)
    await hass.config_entries.async_reload(account.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await _async_act(
        hass,
        "create_maintenance_window",
        own_id,
        start=(now + timedelta(days=1)).isoformat(),
        end=(now + timedelta(days=2)).isoformat(),
    )
    (window,) = sim.beenergised_cpo.windows.all()
    assert window.connector_uuid == connector.rsplit("/", 1)[1]
    state = hass.states.get(calendar_id)
    assert state is not None
    assert state.attributes["start_time"]


async def test_deleting_is_not_everywhere(
    hass: HomeAssistant, sim: Simulator, calendar_id: str, now: datetime
) -> None:
    """Where the path to delete is another one, the user is told, and nothing is lost."""
    sim.beenergised_cpo.options.delete_supported = False
    made = await _async_act(
        hass,
        "create_maintenance_window",
        calendar_id,
        start=(now + timedelta(days=1)).isoformat(),
        end=(now + timedelta(days=2)).isoformat(),
    )
    with pytest.raises(HomeAssistantError, match="refused"):
        await _async_act(
            hass,
            "delete_maintenance_window",
            calendar_id,
            window_id=made["window"]["id"],
        )
    assert len(sim.beenergised_cpo.windows.all()) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 500])
async def test_windows_may_not_be_read(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    station: str,
    status: int,
) -> None:
    """Without windows, for whatever reason, the stations are there all the same."""
    sim.beenergised_cpo.deny("*/maintenance_windows/", status)
    await async_set_up(hass, account)
    assert value_of(hass, account, "account", "stations") == "4"
    off = account.runtime_data.client.families.off()
    assert [family.name for family in off] == ["maintenance windows"]
    with pytest.raises(AssertionError, match="0 entities"):
        entity_id_of(hass, account, station, "maintenance", ["calendar"])


async def test_write_that_cannot_be_seen_at_once(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    calendar_id: str,
    now: datetime,
) -> None:
    """A window is planned, even if the cloud fails right after it."""
    sim.beenergised_cpo.faults.add("/api/cpoapi/v1/maintenance_windows/", status=503)
    made = await _async_act(
        hass,
        "create_maintenance_window",
        calendar_id,
        start=(now + timedelta(days=1, microseconds=123456)).isoformat(),
        end=(now + timedelta(days=2)).isoformat(),
    )
    assert made == {"window": None}
    assert len(sim.beenergised_cpo.windows.all()) == 1
    sim.beenergised_cpo.faults.clear()
    await account.runtime_data.live.async_refresh()
    made = await _async_act(
        hass,
        "create_maintenance_window",
        calendar_id,
        start=(now + timedelta(days=3, microseconds=123456)).isoformat(),
        end=(now + timedelta(days=4)).isoformat(),
    )
    assert made["window"]["id"]


async def test_event_without_a_comment(
    sim: Simulator,
    calendar_id: str,
    send: Send,
    station_id: str,
    hass: HomeAssistant,
    now: datetime,
) -> None:
    """A window without a comment shows its station's name, and keeps none."""
    start = now + timedelta(days=1)
    await _async_act(
        hass,
        "create_maintenance_window",
        calendar_id,
        start=start.isoformat(),
        end=(start + timedelta(hours=1)).isoformat(),
    )
    state = hass.states.get(calendar_id)
    assert state is not None
    name = sim.world.station(station_id).name
    assert state.attributes["message"] == name
    (window,) = sim.beenergised_cpo.windows.all()
    for summary, description, comment in (
        (name, "", ""),
        (name, "Ask Ann", f"{name}\nAsk Ann"),
        ("New", "", "New"),
    ):
        answer = await send(
            "update",
            entity_id=calendar_id,
            uid=window.id,
            event={
                **_event(start, 2),
                "summary": summary,
                "description": description,
            },
        )
        assert answer["success"]
        (window,) = sim.beenergised_cpo.windows.all()
        assert (window.comment or "") == comment
