"""Sensors of accounts, locations, stations, connectors, vehicles and homes."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..entity import EntityTable
from ..runtime import ChargingConfigEntry
from .account import ACCOUNT, AT_LOCATIONS, MAINTENANCE, POLL, SUPPLY
from .connector import CONNECTOR, KEPT as KEPT_OF_CONNECTOR
from .driver import DRIVER, KEPT as KEPT_OF_DRIVER
from .history import HISTORY
from .home_energy import HOME_ENERGY
from .station import STATION
from .vehicle import KEPT as KEPT_OF_VEHICLE, VEHICLE

PARALLEL_UPDATES = 0

TABLE = EntityTable(
    account=ACCOUNT,
    poll=(*POLL, HISTORY),
    supply=SUPPLY,
    maintenance=MAINTENANCE,
    driver=(*DRIVER, *KEPT_OF_DRIVER),
    location=AT_LOCATIONS,
    station=STATION,
    connector=(*CONNECTOR, *KEPT_OF_CONNECTOR),
    vehicle=(*VEHICLE, *KEPT_OF_VEHICLE),
    home_energy=HOME_ENERGY,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ChargingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of an account."""
    await entry.runtime_data.planner.async_connect(Platform.SENSOR, async_add_entities)
