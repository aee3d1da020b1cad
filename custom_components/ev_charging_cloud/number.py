"""Numbers: charge limit and stated charge of a vehicle, power limits of an operator.

What limits power no vendor tells, so that a power limit shows nothing: it is there to be set.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
)
from homeassistant.const import EntityCategory, Platform, UnitOfPower, UnitOfRatio
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .charging import is_stoppable
from .clients.client import Capability
from .clients.enums import LinkState
from .clients.model import Connector, Station, Vehicle
from .clients.refs import ConnectorRef, StationRef, VehicleRef
from .commands import OPERATOR, VEHICLE
from .coordinator import LiveCoordinator
from .entity import ChargingEntity, ChargingEntityDescription, EntityTable, reachable
from .runtime import ChargingConfigEntry

PARALLEL_UPDATES = 1


class ChargingNumber[ObjectT](ChargingEntity[ObjectT], NumberEntity):
    """A number of one kind of object; its value is what the vendor says it is."""

    takes_commands = True

    entity_description: ChargingNumberDescription[ObjectT]

    @property
    @override
    def native_value(self) -> float | None:
        """Return the value; None where the vendor does not say."""
        return self._read(self.entity_description.value_fn)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set the value."""
        found = self._find_for_command()
        await self.entity_description.set_fn(self.coordinator, found, round(value))


@dataclass(frozen=True, kw_only=True)
class ChargingNumberDescription[ObjectT](
    ChargingEntityDescription[ObjectT], NumberEntityDescription
):
    """Describes a number of one kind of object."""

    value_fn: Callable[[ObjectT], float | None]
    set_fn: Callable[[LiveCoordinator, ObjectT, int], Awaitable[None]]

    entity_class = ChargingNumber


async def _set_charge_limit(
    coordinator: LiveCoordinator, vehicle: Vehicle, limit: int
) -> None:
    await coordinator.async_command(
        VEHICLE,
        f"{VehicleRef(vehicle.id).path}/charge_limit",
        lambda commands: commands.async_set_charge_limit(vehicle.id, limit),
    )


async def _set_stated_charge(
    coordinator: LiveCoordinator, vehicle: Vehicle, charge: int
) -> None:
    await coordinator.async_command(
        VEHICLE,
        f"{VehicleRef(vehicle.id).path}/stated_charge",
        lambda commands: commands.async_set_state_of_charge(vehicle.id, charge),
    )


async def _limit_station(
    coordinator: LiveCoordinator, station: Station, kilowatts: int
) -> None:
    await coordinator.async_command(
        OPERATOR,
        f"{StationRef(station.id).path}/power_limit",
        lambda commands: commands.async_limit_station(station.id, kilowatts * 1000),
    )


async def _limit_connector(
    coordinator: LiveCoordinator, connector: Connector, kilowatts: int
) -> None:
    await coordinator.async_command(
        OPERATOR,
        f"{ConnectorRef(connector.station_id, connector.id).path}/power_limit",
        lambda commands: commands.async_limit_connector(connector, kilowatts * 1000),
    )


async def _limit_session(
    coordinator: LiveCoordinator, connector: Connector, kilowatts: int
) -> None:
    await coordinator.async_command(
        OPERATOR,
        f"{ConnectorRef(connector.station_id, connector.id).path}/session_power_limit",
        lambda commands: commands.async_limit_session(connector, kilowatts * 1000),
    )


def _power_limit[ObjectT: (Station, Connector)](
    key: str,
    capability: Capability,
    set_fn: Callable[[LiveCoordinator, ObjectT, int], Awaitable[None]],
    available_fn: Callable[[ObjectT], bool] = reachable,
) -> ChargingNumberDescription[ObjectT]:
    """Describe a limit in whole kW; what 0 would mean is documented nowhere."""
    return ChargingNumberDescription(
        key=key,
        translation_key=key,
        entity_category=EntityCategory.CONFIG,
        device_class=NumberDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.KILO_WATT,
        native_min_value=1,
        native_max_value=1000,
        native_step=1,
        capability=capability,
        available_fn=available_fn,
        value_fn=lambda _: None,
        set_fn=set_fn,
    )


TABLE = EntityTable(
    station=(_power_limit("power_limit", Capability.STATION_LIMIT, _limit_station),),
    connector=(
        _power_limit("power_limit", Capability.CONNECTOR_LIMIT, _limit_connector),
        _power_limit(
            "session_power_limit",
            Capability.SESSION_LIMIT,
            _limit_session,
            is_stoppable,
        ),
    ),
    vehicle=(
        ChargingNumberDescription[Vehicle](
            key="charge_limit",
            translation_key="charge_limit",
            device_class=NumberDeviceClass.BATTERY,
            native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
            native_min_value=50,
            native_max_value=100,
            native_step=1,
            capability=Capability.CHARGE_LIMIT,
            value_fn=lambda vehicle: vehicle.charge_limit,
            set_fn=_set_charge_limit,
        ),
        ChargingNumberDescription[Vehicle](
            key="stated_charge",
            translation_key="stated_charge",
            device_class=NumberDeviceClass.BATTERY,
            native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
            native_min_value=0,
            native_max_value=100,
            native_step=1,
            capability=Capability.MANUAL_STATE_OF_CHARGE,
            exists_fn=lambda vehicle: vehicle.link is LinkState.NONE,
            value_fn=lambda vehicle: vehicle.stated_charge,
            set_fn=_set_stated_charge,
        ),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ChargingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the numbers of an account."""
    await entry.runtime_data.planner.async_connect(Platform.NUMBER, async_add_entities)
