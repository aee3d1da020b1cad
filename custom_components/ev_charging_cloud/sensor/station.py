"""Sensors of stations."""

from collections.abc import Callable

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    EntityCategory,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfEnergy,
    UnitOfLength,
    UnitOfRatio,
)

from ..clients.client import Capability
from ..clients.enums import (
    ControlPilot,
    Lifecycle,
    LockMode,
    StationMode,
    StationStatus,
)
from ..clients.model import Station
from ..entity import Detail, reachable
from ..maintenance import active_until, next_start
from .base import ChargingSensorDescription, choice, moment, power


def _identity(
    key: str, capability: Capability | None, value_fn: Callable[[Station], str | None]
) -> ChargingSensorDescription[Station]:
    """Describe what a station is called somewhere; it exists where it is told."""
    return ChargingSensorDescription[Station](
        key=key,
        translation_key=key,
        capability=capability,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        exists_fn=lambda station: value_fn(station) is not None,
        value_fn=value_fn,
    )


STATION: tuple[ChargingSensorDescription[Station], ...] = (
    ChargingSensorDescription[Station](
        key="status",
        translation_key="station_status",
        device_class=SensorDeviceClass.ENUM,
        options=[status.value for status in StationStatus],
        capability=Capability.STATION_STATUS,
        detail=Detail.ESSENTIAL,
        value_fn=lambda station: station.status,
    ),
    power(
        "power",
        lambda station: station.power,
        capability=Capability.STATION_POWER,
        detail=Detail.ESSENTIAL,
        available_fn=reachable,
    ),
    power(
        "max_power",
        lambda station: station.max_power,
        capability=Capability.STATION_POWER,
        enabled=False,
        category=EntityCategory.DIAGNOSTIC,
    ),
    ChargingSensorDescription[Station](
        key="current",
        translation_key="input_current",
        device_class=SensorDeviceClass.CURRENT,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=1,
        capability=Capability.STATION_CURRENT,
        entity_registry_enabled_default=False,
        available_fn=reachable,
        value_fn=lambda station: station.current,
    ),
    ChargingSensorDescription[Station](
        key="max_current",
        translation_key="max_input_current",
        device_class=SensorDeviceClass.CURRENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=0,
        capability=Capability.STATION_CURRENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda station: station.max_current,
    ),
    ChargingSensorDescription[Station](
        key="group_current",
        translation_key="group_current",
        device_class=SensorDeviceClass.CURRENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        exists_fn=lambda station: station.group_current is not None,
        value_fn=lambda station: station.group_current,
    ),
    ChargingSensorDescription[Station](
        key="efficiency",
        translation_key="efficiency",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=0,
        capability=Capability.STATION_CURRENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda station: (
            None if station.efficiency is None else station.efficiency * 100
        ),
    ),
    ChargingSensorDescription[Station](
        key="energy",
        translation_key="energy",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        capability=Capability.STATION_METER,
        detail=Detail.ESSENTIAL,
        available_fn=reachable,
        value_fn=lambda station: station.energy,
    ),
    power(
        "supply_power",
        lambda station: station.supply_power,
        capability=Capability.STATION_ELECTRICAL,
        enabled=False,
        available_fn=reachable,
    ),
    ChargingSensorDescription[Station](
        key="voltage",
        translation_key="voltage",
        device_class=SensorDeviceClass.VOLTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricPotential.VOLT,
        suggested_display_precision=0,
        capability=Capability.STATION_ELECTRICAL,
        entity_registry_enabled_default=False,
        available_fn=reachable,
        value_fn=lambda station: station.voltage,
    ),
    power(
        "export_power",
        lambda station: station.export_power,
        capability=Capability.STATION_ELECTRICAL,
        enabled=False,
        exists_fn=lambda station: station.export_power is not None,
        available_fn=reachable,
    ),
    ChargingSensorDescription[Station](
        key="cable_current",
        translation_key="cable_current",
        device_class=SensorDeviceClass.CURRENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=0,
        capability=Capability.STATION_ELECTRICAL,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        available_fn=reachable,
        value_fn=lambda station: station.cable_current,
    ),
    choice(
        "mode",
        StationMode,
        lambda station: station.mode,
        capability=Capability.STATION_MODES,
        available_fn=reachable,
    ),
    choice(
        "lock_mode",
        LockMode,
        lambda station: station.lock_mode,
        capability=Capability.STATION_MODES,
    ),
    choice(
        "lifecycle",
        Lifecycle,
        lambda station: station.lifecycle,
        capability=Capability.STATION_MODES,
        category=EntityCategory.DIAGNOSTIC,
    ),
    choice(
        "control_pilot",
        ControlPilot,
        lambda station: station.control_pilot,
        capability=Capability.STATION_MODES,
        category=EntityCategory.DIAGNOSTIC,
        available_fn=reachable,
    ),
    moment(
        "maintenance_end",
        lambda station: active_until(station.maintenance),
        capability=Capability.MAINTENANCE,
        enabled=True,
    ),
    moment(
        "next_maintenance",
        lambda station: next_start(station.maintenance),
        capability=Capability.MAINTENANCE,
        enabled=True,
    ),
    moment(
        "last_seen",
        lambda station: station.reported_at,
        capability=Capability.STATION_LAST_SEEN,
        category=EntityCategory.DIAGNOSTIC,
    ),
    ChargingSensorDescription[Station](
        key="signal_strength",
        translation_key="signal_strength",
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
        capability=Capability.STATION_SIGNAL,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda station: station.signal_strength,
    ),
    ChargingSensorDescription[Station](
        key="reliability",
        translation_key="reliability",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        capability=Capability.STATION_SIGNAL,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda station: (
            station.details.reliability if station.details else None
        ),
    ),
    ChargingSensorDescription[Station](
        key="firmware",
        translation_key="firmware",
        capability=Capability.FIRMWARE,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda station: station.details.firmware if station.details else None,
    ),
    ChargingSensorDescription[Station](
        key="distance",
        translation_key="distance",
        device_class=SensorDeviceClass.DISTANCE,
        native_unit_of_measurement=UnitOfLength.METERS,
        suggested_unit_of_measurement=UnitOfLength.KILOMETERS,
        suggested_display_precision=1,
        exists_fn=lambda station: station.distance is not None,
        value_fn=lambda station: station.distance,
    ),
    _identity("operator", None, lambda s: s.operator),
    _identity("ocpp_identity", Capability.OCPP_IDENTITY, lambda s: s.ocpp_identity),
    _identity("iccid", Capability.SIM_CARD, lambda s: s.iccid),
    _identity("imsi", Capability.SIM_CARD, lambda s: s.imsi),
    _identity("public_name", None, lambda s: s.public_name),
    _identity("time_zone", None, lambda s: s.time_zone),
    _identity("company", None, lambda s: s.company),
    _identity("technician", None, lambda s: s.technician),
    _identity("address", None, lambda s: s.address),
)
