"""Tests of the calendar of sessions."""

from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
from simulator import Simulator

from ..common import async_poll, async_set_up, entity_id_of
from .records import HOUR, Money, async_record, session, sighting

pytestmark = pytest.mark.usefixtures("nobody_charged")

START = datetime(2025, 3, 2, 18, 30, tzinfo=UTC)


@pytest.fixture
def account(freezer: FrozenDateTimeFactory, entry: MockConfigEntry) -> MockConfigEntry:
    """Return an account where the clock stands still."""
    return entry


async def _events(
    hass: HomeAssistant, calendar_id: str, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    answer: Any = await hass.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": calendar_id,
            "start_date_time": start.isoformat(),
            "end_date_time": end.isoformat(),
        },
        blocking=True,
        return_response=True,
    )
    events: list[dict[str, Any]] = answer[calendar_id]["events"]
    return events


def _calendar(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    return entity_id_of(hass, entry, "account", "sessions", ["calendar"])


async def test_a_month_long_ago(
    hass: HomeAssistant, loaded: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """A month is there with who, where, how much and what it cost."""
    told = session(station_id, connector_id, START, cost=Money(345.0, "EUR"))
    other = session(station_id, connector_id, START + 40 * 24 * HOUR, id_="s2")
    await async_record(hass, loaded, [sighting(told), sighting(other)])
    calendar_id = _calendar(hass, loaded)
    (event,) = await _events(hass, calendar_id, START - HOUR, START + 24 * HOUR)
    assert dt_util.parse_datetime(event["start"]) == START
    assert dt_util.parse_datetime(event["end"]) == START + 2 * HOUR
    assert event["summary"] == "10.0 kWh, Anna"
    assert event["location"] == "Charger, Left"
    assert event["description"] == "Anna\n10.0 kWh\n3.45 EUR"
    assert not await _events(hass, calendar_id, START + 3 * HOUR, START + 9 * HOUR)


async def test_running(
    hass: HomeAssistant,
    account: MockConfigEntry,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A session that runs lasts until now, and the calendar is on as long as it runs."""
    await async_set_up(hass, account)
    calendar_id = _calendar(hass, account)
    state = hass.states.get(calendar_id)
    assert state is not None and state.state == "off"
    now = dt_util.utcnow()
    told = session(station_id, connector_id, now - HOUR, hours=None)
    await async_record(hass, account, [sighting(told)])
    state = hass.states.get(calendar_id)
    assert state is not None and state.state == "on"
    (event,) = await _events(hass, calendar_id, now - 2 * HOUR, now + HOUR)
    assert dt_util.parse_datetime(event["end"]) == now
    freezer.tick(timedelta(minutes=5))
    await async_record(
        hass,
        account,
        [sighting(session(station_id, connector_id, now - HOUR, hours=1))],
    )
    state = hass.states.get(calendar_id)
    assert state is not None and state.state == "off"


async def test_without_the_cloud(
    hass: HomeAssistant,
    account: MockConfigEntry,
    sim: Simulator,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What is kept can be read while the cloud is away."""
    await async_set_up(hass, account)
    await async_record(
        hass, account, [sighting(session(station_id, connector_id, START))]
    )
    sim.kempower.faults.put({"path": "/", "status": 503})
    await async_poll(hass, freezer)
    calendar_id = _calendar(hass, account)
    state = hass.states.get(calendar_id)
    assert state is not None and state.state == "off"
    assert len(await _events(hass, calendar_id, START, START + HOUR)) == 1


async def test_it_has_no_maintenance_windows(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """To ask it for windows is an error that says so."""
    with pytest.raises(ServiceValidationError) as raised:
        await hass.services.async_call(
            DOMAIN,
            "get_maintenance_windows",
            {
                "entity_id": _calendar(hass, loaded),
                "start": "2026-03-01 00:00:00",
                "end": "2026-03-02 00:00:00",
            },
            blocking=True,
            return_response=True,
        )
    assert raised.value.translation_key == "no_maintenance_calendar"
