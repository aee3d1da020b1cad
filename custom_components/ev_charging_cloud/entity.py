"""What all entities share: a reference, a description and a way to read."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, ClassVar, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import EntityPlatform
from homeassistant.helpers.typing import UNDEFINED
from homeassistant.helpers.update_coordinator import (
    BaseCoordinatorEntity,
    CoordinatorEntity,
)

from .clients.client import Capability
from .clients.home_energy import HomeEnergy
from .clients.model import Connector, Driver, Station, Supply, Vehicle
from .clients.refs import (
    AccountRef,
    ConnectorRef,
    DriverRef,
    Finder,
    HomeEnergyRef,
    LocationRef,
    MaintenanceRef,
    PollRef,
    Ref,
    StationRef,
    SupplyRef,
    VehicleRef,
)
from .clients.snapshot import Maintenance, Poll
from .clients.totals import Totals
from .const import DOMAIN
from .coordinator import LiveCoordinator
from .slugs import joined_slug


class Detail(IntEnum):
    """How much of an account is shown; each level includes the ones before it."""

    TOTALS = 0
    ESSENTIAL = 1
    COMMON = 2
    FULL = 3


# How much a person can choose to see, as options have it.
ALL = "all"
CHOICES: Mapping[str, Detail] = {
    ALL: Detail.FULL,
    "essential": Detail.ESSENTIAL,
    "totals": Detail.TOTALS,
}


@dataclass(frozen=True, kw_only=True)
class ChargingEntityDescription[ObjectT](EntityDescription):
    """Describes an entity of one kind of object.

    The entity exists only where the vendor has the capability (one of several, if
    several are given) and ``exists_fn`` says so of the object; it is available only
    while ``available_fn`` says so. With ``outlasts_cloud`` the value is no less true
    while the cloud is away.
    """

    capability: Capability | None = None
    detail: Detail = Detail.COMMON
    exists_fn: Callable[[ObjectT], bool] = lambda _: True
    available_fn: Callable[[ObjectT], bool] = lambda _: True
    outlasts_cloud: bool = False

    entity_class: ClassVar[type[ChargingEntity[Any]]]

    def create(
        self,
        coordinator: LiveCoordinator,
        finder: Finder[ObjectT],
        device: dr.AnyDeviceEntry | None,
    ) -> Entity:
        """Return the entity of an object."""
        return self.entity_class(coordinator, finder, self, device)


def of_linked[DescriptionT: ChargingEntityDescription[Vehicle]](
    descriptions: Iterable[DescriptionT],
) -> tuple[DescriptionT, ...]:
    """Return descriptions for vehicles that are read themselves; not for an operator's."""
    return tuple(
        replace(one, exists_fn=_unless_fleet(one.exists_fn)) for one in descriptions
    )


def _unless_fleet(exists: Callable[[Vehicle], bool]) -> Callable[[Vehicle], bool]:
    return lambda vehicle: not vehicle.is_fleet and exists(vehicle)


class DeviceEntity(Entity):
    """An entity that is called after its device."""

    takes_commands: ClassVar[bool] = False
    _attr_has_entity_name = True
    # One for all: no name has any.
    _attr_translation_placeholders: Mapping[str, str] = {}

    @override
    @callback
    def add_to_platform_start(
        self,
        hass: HomeAssistant,
        platform: EntityPlatform,
        parallel_updates: asyncio.Semaphore | None,
    ) -> None:
        """Suggest an id for an entity of a connector.

        Home Assistant puts the station's name in front, and a connector's device is
        called after its station already.
        """
        super().add_to_platform_start(hass, platform, parallel_updates)
        if isinstance(device := self.device_entry, dr.ChildDeviceEntry):
            object_id = joined_slug(
                device.name_by_user or device.name, self._name_in_id()
            )
            self.entity_id = f"{platform.domain}.{object_id}"

    def _name_in_id(self) -> str | None:
        """Return the name in the language that ids are in.

        In most languages that is the name itself, which is asked for anyway, and kept.
        """
        data = self.platform_data
        if (
            data.object_id_platform_translations is data.platform_translations
            and data.object_id_component_translations is data.component_translations
        ):
            return None if self.name is UNDEFINED else self.name
        return self.suggested_object_id


class ChargingEntity[ObjectT](CoordinatorEntity[LiveCoordinator], DeviceEntity):
    """An entity that finds its object in the latest snapshot, and never keeps it."""

    def __init__(
        self,
        coordinator: LiveCoordinator,
        finder: Finder[ObjectT],
        description: ChargingEntityDescription[ObjectT],
        device: dr.AnyDeviceEntry | None,
    ) -> None:
        """Attach the entity to its object and its device."""
        super().__init__(coordinator)
        self.entity_description = description
        self._is_available = description.available_fn
        self._outlasts_cloud = description.outlasts_cloud
        self._finder = finder
        self._attr_unique_id = unique_id(
            coordinator.config_entry.unique_id, finder, description.key
        )
        self.device_entry = device

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the object, not every poll."""
        await super(BaseCoordinatorEntity, self).async_added_to_hass()
        self.async_on_remove(self.coordinator.async_follow(self._finder, self))

    @callback
    def async_look_again(self) -> None:
        """Show the object as it is now."""
        self._handle_coordinator_update()

    def _find(self) -> ObjectT | None:
        """Return the object as the latest poll saw it."""
        return self._finder.find(self.coordinator.data)

    def _find_for_command(self) -> ObjectT:
        """Return the object that a command is about.

        Raises:
            ServiceValidationError: the latest poll did not see it.
        """
        if (found := self._find()) is None:
            raise command_gone()
        return found

    def _read[ValueT](self, read: Callable[[ObjectT], ValueT]) -> ValueT | None:
        """Read a value of the object; None where the latest poll saw none."""
        return None if (found := self._find()) is None else read(found)

    @property
    @override
    def available(self) -> bool:
        """Return whether the latest poll worked and saw the object.

        What takes commands stays while the vendor only wants a pause from reading.
        """
        is_paused = self.takes_commands and self.coordinator.is_paused
        return (
            (self._outlasts_cloud or is_paused or super().available)
            and (found := self._find()) is not None
            and self._is_available(found)
        )


def command_gone() -> ServiceValidationError:
    """Return the error of a command about what is no longer there."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key="command_gone"
    )


def reachable(object_: Station | Connector | Vehicle) -> bool:
    """Return whether values are present ones: an offline station sends none.

    A vehicle that sleeps is no station: what it last said stays true.
    """
    return isinstance(object_, Vehicle) or object_.online is not False


def unique_id[ObjectT](account: str | None, finder: Finder[ObjectT], key: str) -> str:
    """Return the id of an entity; it must never change."""
    return f"{account}/{finder.path}/{key}"


@dataclass(frozen=True, kw_only=True)
class EntityTable:
    """What a platform has to show of each kind of object."""

    account: tuple[ChargingEntityDescription[Totals], ...] = ()
    poll: tuple[ChargingEntityDescription[Poll], ...] = ()
    location: tuple[ChargingEntityDescription[Totals], ...] = ()
    station: tuple[ChargingEntityDescription[Station], ...] = ()
    connector: tuple[ChargingEntityDescription[Connector], ...] = ()
    vehicle: tuple[ChargingEntityDescription[Vehicle], ...] = ()
    supply: tuple[ChargingEntityDescription[Supply], ...] = ()
    maintenance: tuple[ChargingEntityDescription[Maintenance], ...] = ()
    driver: tuple[ChargingEntityDescription[Driver], ...] = ()
    home_energy: tuple[ChargingEntityDescription[HomeEnergy], ...] = ()

    @property
    def by_type(self) -> Mapping[type[Ref], Sequence[ChargingEntityDescription[Any]]]:
        """The same, by the type of what refers to an object."""
        return {
            AccountRef: self.account,
            PollRef: self.poll,
            LocationRef: self.location,
            StationRef: self.station,
            ConnectorRef: self.connector,
            VehicleRef: self.vehicle,
            SupplyRef: self.supply,
            MaintenanceRef: self.maintenance,
            DriverRef: self.driver,
            HomeEnergyRef: self.home_energy,
        }
