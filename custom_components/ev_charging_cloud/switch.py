"""Switches: smart charging of a vehicle, connectors in service, a driver's favourites."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .clients.client import Capability
from .clients.enums import ConnectorStatus
from .clients.model import Connector, Station, Vehicle
from .clients.refs import ConnectorRef, StationRef, VehicleRef
from .commands import FAVOURITES, OPERATOR, VEHICLE
from .coordinator import LiveCoordinator
from .entity import ChargingEntity, ChargingEntityDescription, EntityTable, reachable
from .runtime import ChargingConfigEntry

PARALLEL_UPDATES = 1


class ChargingSwitch[ObjectT](ChargingEntity[ObjectT], SwitchEntity):
    """A switch of one kind of object; its state is what the vendor says it is."""

    takes_commands = True

    entity_description: ChargingSwitchDescription[ObjectT]

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the state; None where the vendor does not say."""
        return self._read(self.entity_description.is_on_fn)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn the switch on."""
        await self._async_switch(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn the switch off."""
        await self._async_switch(on=False)

    async def _async_switch(self, *, on: bool) -> None:
        found = self._find_for_command()
        await self.entity_description.switch_fn(self.coordinator, found, on)


@dataclass(frozen=True, kw_only=True)
class ChargingSwitchDescription[ObjectT](
    ChargingEntityDescription[ObjectT], SwitchEntityDescription
):
    """Describes a switch of one kind of object."""

    is_on_fn: Callable[[ObjectT], bool | None]
    switch_fn: Callable[[LiveCoordinator, ObjectT, bool], Awaitable[None]]

    entity_class = ChargingSwitch


async def _set_smart_charging(
    coordinator: LiveCoordinator, vehicle: Vehicle, on: bool
) -> None:
    await coordinator.async_command(
        VEHICLE,
        VehicleRef(vehicle.id).path,
        lambda commands: commands.async_set_smart_charging(vehicle.id, on=on),
    )


async def _set_in_service(
    coordinator: LiveCoordinator, connector: Connector, on: bool
) -> None:
    await coordinator.async_command(
        OPERATOR,
        f"{ConnectorRef(connector.station_id, connector.id).path}/in_service",
        lambda commands: commands.async_set_availability(connector, available=on),
    )


async def _set_favourite(
    coordinator: LiveCoordinator, station: Station, on: bool
) -> None:
    await coordinator.async_command(
        FAVOURITES,
        f"{StationRef(station.id).path}/favourite",
        lambda commands: commands.async_set_favourite(station.id, on=on),
    )


def _is_in_service(connector: Connector) -> bool | None:
    """Tell whether a connector is in service; a fault hides it."""
    if connector.status in (None, ConnectorStatus.FAULTED):
        return None
    return connector.status is not ConnectorStatus.UNAVAILABLE


TABLE = EntityTable(
    station=(
        ChargingSwitchDescription[Station](
            key="favourite",
            translation_key="favourite",
            entity_category=EntityCategory.CONFIG,
            capability=Capability.FAVOURITES,
            exists_fn=lambda station: station.is_favourite is not None,
            is_on_fn=lambda station: station.is_favourite,
            switch_fn=_set_favourite,
        ),
    ),
    connector=(
        ChargingSwitchDescription[Connector](
            key="in_service",
            translation_key="in_service",
            entity_category=EntityCategory.CONFIG,
            capability=Capability.CONNECTOR_AVAILABILITY,
            exists_fn=lambda connector: connector.has_own_id,
            available_fn=reachable,
            is_on_fn=_is_in_service,
            switch_fn=_set_in_service,
        ),
    ),
    vehicle=(
        ChargingSwitchDescription[Vehicle](
            key="smart_charging",
            translation_key="smart_charging",
            capability=Capability.SMART_CHARGING,
            is_on_fn=lambda vehicle: vehicle.smart_charging,
            switch_fn=_set_smart_charging,
        ),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ChargingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the switches of an account."""
    await entry.runtime_data.planner.async_connect(Platform.SWITCH, async_add_entities)
