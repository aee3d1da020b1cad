"""Tests of events that begin in the hour that has begun, as Home Assistant proposes."""

from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
from simulator import Simulator
from tests.common import async_set_up, entity_id_of

MINUTE = timedelta(minutes=1)


@pytest.fixture
def hour(freezer: FrozenDateTimeFactory) -> datetime:
    """Let an hour have begun 25 minutes ago, and return when it did."""
    begun = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)
    freezer.move_to(begun + timedelta(minutes=25, seconds=10))
    return begun


@pytest.fixture
async def calendar_id(
    hass: HomeAssistant, hour: datetime, account: MockConfigEntry, station: str
) -> str:
    """Set the account up and return the calendar of its first station."""
    await hass.config.async_set_time_zone("Europe/Vienna")
    await async_set_up(hass, account)
    return entity_id_of(hass, account, station, "maintenance", ["calendar"])


async def _async_create(
    hass: HomeAssistant, calendar_id: str, start: datetime, end: datetime
) -> None:
    await hass.services.async_call(
        "calendar",
        "create_event",
        {
            ATTR_ENTITY_ID: calendar_id,
            "start_date_time": start,
            "end_date_time": end,
            "summary": "Replace contactor",
        },
        blocking=True,
    )


@pytest.mark.parametrize(
    ("minute", "begins"),
    [(0, 26), (10, 26), (25, 26), (26, 26), (40, 40), (90, 90)],
)
async def test_start_within_the_running_hour(
    hass: HomeAssistant,
    sim: Simulator,
    calendar_id: str,
    hour: datetime,
    minute: int,
    begins: int,
) -> None:
    """It becomes now, the next minute; a later one stays."""
    end = hour + timedelta(hours=3)
    await _async_create(hass, calendar_id, hour + minute * MINUTE, end)
    (window,) = sim.beenergised_cpo.windows.all()
    assert (window.start, window.end) == (hour + begins * MINUTE, end)


@pytest.mark.parametrize(("minute", "ends"), [(-1, 180), (-60, 180), (0, 20)])
async def test_what_stays_refused(
    hass: HomeAssistant,
    sim: Simulator,
    calendar_id: str,
    hour: datetime,
    minute: int,
    ends: int,
) -> None:
    """An hour that is over, or an end that is, cannot be meant."""
    with pytest.raises(ServiceValidationError):
        await _async_create(
            hass, calendar_id, hour + minute * MINUTE, hour + ends * MINUTE
        )
    assert not sim.beenergised_cpo.windows.all()
