"""Binary sensors of accounts, stations and connectors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import ATTR_LATITUDE, ATTR_LONGITUDE, EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .clients.client import Capability
from .clients.enums import StationStatus
from .clients.model import Connector, Driver, Station, Vehicle
from .clients.totals import Totals
from .entity import (
    ChargingEntity,
    ChargingEntityDescription,
    Detail,
    EntityTable,
    of_linked,
    reachable,
)
from .maintenance import is_active
from .runtime import ChargingConfigEntry

PARALLEL_UPDATES = 0

# A map with more stations than these in an account shows none of them.
MOST_ON_MAP = 200


class ChargingBinarySensor[ObjectT](ChargingEntity[ObjectT], BinarySensorEntity):
    """A binary sensor of one kind of object."""

    entity_description: ChargingBinarySensorDescription[ObjectT]

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the state; None where the vendor did not tell."""
        return self._read(self.entity_description.is_on_fn)


@dataclass(frozen=True, kw_only=True)
class ChargingBinarySensorDescription[ObjectT](
    ChargingEntityDescription[ObjectT], BinarySensorEntityDescription
):
    """Describes a binary sensor of one kind of object."""

    is_on_fn: Callable[[ObjectT], bool | None]

    entity_class = ChargingBinarySensor


class CloudConnectivity(ChargingEntity[Totals], BinarySensorEntity):
    """Tells whether the vendor's cloud answers, and so is available even if not."""

    @property
    @override
    def available(self) -> bool:
        """Return True: an outage is what this entity is for."""
        return True

    @property
    @override
    def is_on(self) -> bool:
        """Tell whether the latest poll worked."""
        return self.coordinator.last_update_success


@dataclass(frozen=True, kw_only=True)
class CloudDescription(
    ChargingEntityDescription[Totals], BinarySensorEntityDescription
):
    """Describes whether the vendor's cloud answers."""

    entity_class = CloudConnectivity


class StationBinarySensor(ChargingBinarySensor[Station]):
    """A binary sensor of a station, by which maps show where the station is.

    Maps read a position from attributes and from nowhere else.
    """

    # It stays the same, and so does not belong in the history.
    _unrecorded_attributes = frozenset({ATTR_LATITUDE, ATTR_LONGITUDE})

    entity_description: StationBinarySensorDescription

    @property
    @override
    def extra_state_attributes(self) -> dict[str, float] | None:
        """Return the station's position in degrees; its location's if it has none."""
        coordinator = self.coordinator
        snapshot = coordinator.data
        if len(snapshot.stations) > MOST_ON_MAP or (station := self._find()) is None:
            return None
        if not self.entity_description.is_on_map_fn(coordinator.client.capabilities):
            return None
        for place in (station, snapshot.locations.get(station.location_id or "")):
            if place and place.latitude is not None and place.longitude is not None:
                return {
                    ATTR_LATITUDE: place.latitude,
                    ATTR_LONGITUDE: place.longitude,
                }
        return None


@dataclass(frozen=True, kw_only=True)
class StationBinarySensorDescription(ChargingBinarySensorDescription[Station]):
    """Describes a binary sensor of a station.

    One of them puts the station on the map, by what the vendor can give.
    """

    is_on_map_fn: Callable[[Capability], bool]

    entity_class = StationBinarySensor


def _is_faulted(station: Station) -> bool | None:
    if station.status is None:
        return None
    return station.status is StationStatus.FAULTED


LINKED: tuple[ChargingBinarySensorDescription[Vehicle], ...] = (
    ChargingBinarySensorDescription[Vehicle](
        key="at_home",
        translation_key="at_home",
        device_class=BinarySensorDeviceClass.PRESENCE,
        entity_registry_enabled_default=False,
        is_on_fn=lambda vehicle: vehicle.at_home,
    ),
    ChargingBinarySensorDescription[Vehicle](
        key="charging_complete",
        translation_key="charging_complete",
        entity_registry_enabled_default=False,
        is_on_fn=lambda vehicle: vehicle.charging_complete,
    ),
    ChargingBinarySensorDescription[Vehicle](
        key="disabled",
        translation_key="vehicle_disabled",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        is_on_fn=lambda vehicle: vehicle.disabled,
    ),
)
TABLE = EntityTable(
    account=(
        CloudDescription(
            key="cloud",
            translation_key="cloud",
            device_class=BinarySensorDeviceClass.CONNECTIVITY,
            entity_category=EntityCategory.DIAGNOSTIC,
            detail=Detail.TOTALS,
        ),
    ),
    driver=(
        ChargingBinarySensorDescription[Driver](
            key="session_waiting",
            translation_key="session_waiting",
            capability=Capability.DRIVER_SESSIONS,
            detail=Detail.TOTALS,
            is_on_fn=lambda driver: driver.waiting,
        ),
    ),
    station=(
        StationBinarySensorDescription(
            key="online",
            translation_key="online",
            device_class=BinarySensorDeviceClass.CONNECTIVITY,
            capability=Capability.CONNECTIVITY,
            is_on_map_fn=lambda _: True,
            is_on_fn=lambda station: station.online,
        ),
        ChargingBinarySensorDescription[Station](
            key="problem",
            device_class=BinarySensorDeviceClass.PROBLEM,
            capability=Capability.STATION_STATUS,
            is_on_fn=_is_faulted,
        ),
        ChargingBinarySensorDescription[Station](
            key="free_vend",
            translation_key="free_vend",
            capability=Capability.STATION_MODES,
            entity_category=EntityCategory.DIAGNOSTIC,
            entity_registry_enabled_default=False,
            available_fn=reachable,
            is_on_fn=lambda station: station.free_vend,
        ),
        StationBinarySensorDescription(
            key="maintenance_active",
            translation_key="maintenance_active",
            capability=Capability.MAINTENANCE,
            detail=Detail.ESSENTIAL,
            is_on_map_fn=lambda capabilities: (
                Capability.CONNECTIVITY not in capabilities
            ),
            is_on_fn=lambda station: is_active(station.maintenance),
        ),
    ),
    connector=(
        ChargingBinarySensorDescription[Connector](
            key="plug",
            device_class=BinarySensorDeviceClass.PLUG,
            capability=Capability.CONNECTOR_STATUS,
            available_fn=reachable,
            is_on_fn=lambda connector: connector.plugged_in,
        ),
        ChargingBinarySensorDescription[Connector](
            key="charging",
            device_class=BinarySensorDeviceClass.BATTERY_CHARGING,
            capability=Capability.CONNECTOR_STATUS,
            available_fn=reachable,
            is_on_fn=lambda connector: connector.is_charging,
        ),
        ChargingBinarySensorDescription[Connector](
            key="maintenance_active",
            translation_key="maintenance_active",
            capability=Capability.MAINTENANCE,
            detail=Detail.FULL,
            is_on_fn=lambda connector: is_active(connector.maintenance),
        ),
    ),
    vehicle=(
        ChargingBinarySensorDescription[Vehicle](
            key="plug",
            device_class=BinarySensorDeviceClass.PLUG,
            is_on_fn=lambda vehicle: vehicle.plugged_in,
        ),
        ChargingBinarySensorDescription[Vehicle](
            key="charging",
            device_class=BinarySensorDeviceClass.BATTERY_CHARGING,
            is_on_fn=lambda vehicle: vehicle.charging,
        ),
        *of_linked(LINKED),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ChargingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors of an account."""
    await entry.runtime_data.planner.async_connect(
        Platform.BINARY_SENSOR, async_add_entities
    )
