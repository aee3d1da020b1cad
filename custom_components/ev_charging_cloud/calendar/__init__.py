"""Calendars: charging sessions of the account, and maintenance windows."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..entity import EntityTable
from ..runtime import ChargingConfigEntry
from .maintenance import CONNECTOR, OF_ACCOUNT, STATION
from .sessions import SESSIONS

# Of several windows the cloud hears one after the other.
PARALLEL_UPDATES = 1

TABLE = EntityTable(
    account=SESSIONS,
    maintenance=OF_ACCOUNT,
    station=STATION,
    connector=CONNECTOR,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ChargingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the calendars of an account."""
    await entry.runtime_data.planner.async_connect(
        Platform.CALENDAR, async_add_entities
    )
