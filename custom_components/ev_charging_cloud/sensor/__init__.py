"""Sensors of accounts, locations, stations, connectors and vehicles."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..entity import EntityTable
from ..runtime import ChargingConfigEntry
from .account import ACCOUNT, AT_LOCATIONS, MAINTENANCE, POLL, SUPPLY
from .connector import CONNECTOR
from .driver import DRIVER
from .station import STATION
from .vehicle import VEHICLE

PARALLEL_UPDATES = 0

TABLE = EntityTable(
    account=ACCOUNT,
    poll=POLL,
    supply=SUPPLY,
    maintenance=MAINTENANCE,
    driver=DRIVER,
    location=AT_LOCATIONS,
    station=STATION,
    connector=CONNECTOR,
    vehicle=VEHICLE,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ChargingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of an account."""
    await entry.runtime_data.planner.async_connect(Platform.SENSOR, async_add_entities)
