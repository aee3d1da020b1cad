"""What a sensor is here, and how the recurring kinds of them are described."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, Platform, UnitOfPower, UnitOfRatio
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.typing import StateType

from ..clients.client import Capability
from ..clients.model import ChargingSession, Connector, Vehicle
from ..clients.totals import Totals
from ..entity import ChargingEntity, ChargingEntityDescription, Detail, reachable


class ChargingSensor[ObjectT](ChargingEntity[ObjectT], SensorEntity):
    """A sensor of one kind of object."""

    entity_description: ChargingSensorDescription[ObjectT]

    @override
    def get_initial_entity_options(self) -> er.EntityOptionsType | None:
        """Hand the precision over at once; afterwards it costs a second write."""
        options = dict(super().get_initial_entity_options() or {})
        precision = self.entity_description.suggested_display_precision
        if precision is not None:
            options[Platform.SENSOR] = {"suggested_display_precision": precision}
        return options or None

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return the value; None where the vendor did not tell."""
        return self._read(self.entity_description.value_fn)

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """Return the unit; that of money is the money's own."""
        unit_fn = self.entity_description.unit_fn
        if unit_fn is None:
            return super().native_unit_of_measurement
        return self._read(unit_fn)

    @property
    @override
    def last_reset(self) -> datetime | None:
        """Return when a total that starts anew began."""
        return self._read(self.entity_description.last_reset_fn)


@dataclass(frozen=True, kw_only=True)
class ChargingSensorDescription[ObjectT](
    ChargingEntityDescription[ObjectT], SensorEntityDescription
):
    """Describes a sensor of one kind of object."""

    value_fn: Callable[[ObjectT], StateType | datetime]
    unit_fn: Callable[[ObjectT], str | None] | None = None
    last_reset_fn: Callable[[ObjectT], datetime | None] = lambda _: None

    entity_class = ChargingSensor


def of_session[ObjectT: (Connector, Vehicle), ValueT](
    read: Callable[[ChargingSession], ValueT],
) -> Callable[[ObjectT], ValueT | None]:
    """Read the latest session, running or over."""
    return lambda found: read(found.session) if found.session else None


def of_running_session[ObjectT: (Connector, Vehicle), ValueT](
    read: Callable[[ChargingSession], ValueT],
) -> Callable[[ObjectT], ValueT | None]:
    """Read the running session: what it says is of no use once it is over."""
    return lambda found: (
        read(found.session) if found.session and found.session.is_running else None
    )


def _reports_state_of_charge(connector: Connector) -> bool:
    return connector.type is None or connector.type.is_direct_current


def power[ObjectT](
    key: str,
    value_fn: Callable[[ObjectT], float | None],
    *,
    capability: Capability | None = None,
    detail: Detail = Detail.COMMON,
    enabled: bool = True,
    category: EntityCategory | None = None,
    exists_fn: Callable[[ObjectT], bool] = lambda _: True,
    available_fn: Callable[[ObjectT], bool] = lambda _: True,
    precision: int = 1,
) -> ChargingSensorDescription[ObjectT]:
    """Describe a power: told in W, shown in kW."""
    return ChargingSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT if category is None else None,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_unit_of_measurement=UnitOfPower.KILO_WATT,
        suggested_display_precision=precision,
        capability=capability,
        detail=detail,
        entity_registry_enabled_default=enabled,
        entity_category=category,
        exists_fn=exists_fn,
        available_fn=available_fn,
        value_fn=value_fn,
    )


def moment[ObjectT](
    key: str,
    value_fn: Callable[[ObjectT], datetime | None],
    *,
    capability: Capability | None = None,
    detail: Detail = Detail.COMMON,
    enabled: bool = False,
    category: EntityCategory | None = None,
    exists_fn: Callable[[ObjectT], bool] = lambda _: True,
    available_fn: Callable[[ObjectT], bool] = lambda _: True,
    outlasts_cloud: bool = False,
) -> ChargingSensorDescription[ObjectT]:
    """Describe a moment in time."""
    return ChargingSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.TIMESTAMP,
        capability=capability,
        detail=detail,
        entity_registry_enabled_default=enabled,
        entity_category=category,
        exists_fn=exists_fn,
        available_fn=available_fn,
        outlasts_cloud=outlasts_cloud,
        value_fn=value_fn,
    )


def choice[ObjectT](
    key: str,
    words: type[StrEnum],
    value_fn: Callable[[ObjectT], StrEnum | None],
    *,
    capability: Capability | None = None,
    detail: Detail = Detail.COMMON,
    enabled: bool = False,
    category: EntityCategory | None = None,
    available_fn: Callable[[ObjectT], bool] = lambda _: True,
) -> ChargingSensorDescription[ObjectT]:
    """Describe a word out of several."""
    return ChargingSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.ENUM,
        options=[word.value for word in words],
        capability=capability,
        detail=detail,
        entity_registry_enabled_default=enabled,
        entity_category=category,
        available_fn=available_fn,
        value_fn=value_fn,
    )


def count(
    key: str,
    value_fn: Callable[[Totals], int | None],
    capability: Capability | None = None,
) -> ChargingSensorDescription[Totals]:
    """Describe a count over an account or a location."""
    return ChargingSensorDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        capability=capability,
        detail=Detail.TOTALS,
        value_fn=value_fn,
    )


def state_of_charge(
    key: str,
    read: Callable[[ChargingSession], float | None],
    *,
    capability: Capability = Capability.STATE_OF_CHARGE,
    enabled: bool = False,
) -> ChargingSensorDescription[Connector]:
    """Describe a state of charge of the connected car."""
    return ChargingSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.BATTERY,
        state_class=SensorStateClass.MEASUREMENT if enabled else None,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=0,
        capability=capability,
        entity_registry_enabled_default=enabled,
        exists_fn=_reports_state_of_charge,
        available_fn=reachable,
        value_fn=of_running_session(read),
    )
