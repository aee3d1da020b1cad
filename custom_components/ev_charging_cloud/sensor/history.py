"""The sensor of how much of an account's past has been read."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.const import EntityCategory, UnitOfRatio
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.entity import Entity

from ..clients.client import Capability
from ..clients.refs import Finder
from ..clients.snapshot import Poll
from ..coordinator import LiveCoordinator
from ..entity import ChargingEntityDescription, Detail, DeviceEntity, unique_id
from ..runtime import ChargingConfigEntry


@dataclass(frozen=True, kw_only=True)
class HistorySensorDescription(
    ChargingEntityDescription[Poll], SensorEntityDescription
):
    """Describes the sensor of how much has been read."""

    @override
    def create(
        self,
        coordinator: LiveCoordinator,
        finder: Finder[Poll],
        device: dr.AnyDeviceEntry | None,
    ) -> Entity:
        """Return the entity of an account."""
        return HistorySensor(coordinator, finder, self, device)


class HistorySensor(DeviceEntity, SensorEntity):
    """Shows which part of the time has been read, whatever the latest poll saw."""

    _attr_should_poll = False

    def __init__(
        self,
        coordinator: LiveCoordinator,
        finder: Finder[Poll],
        description: HistorySensorDescription,
        device: dr.AnyDeviceEntry | None,
    ) -> None:
        """Attach the entity to its account."""
        entry: ChargingConfigEntry = coordinator.config_entry
        self.entity_description = description
        self.device_entry = device
        self._history = entry.runtime_data.recorder.history
        self._attr_unique_id = unique_id(entry.unique_id, finder, description.key)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the reading."""
        await super().async_added_to_hass()
        self.async_on_remove(self._history.async_follow(self._async_changed))

    @callback
    def _async_changed(self) -> None:
        self.async_write_ha_state()

    @property
    @override
    def native_value(self) -> int | None:
        """Return per cent of the time; None before the first page, or without an order."""
        progress = self._history.progress
        share = progress.share if progress else None
        return None if share is None else int(100 * share)


HISTORY = HistorySensorDescription(
    key="history_read",
    translation_key="history_read",
    native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
    capability=Capability.HISTORY,
    detail=Detail.TOTALS,
)
