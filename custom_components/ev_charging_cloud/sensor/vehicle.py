"""Sensors of vehicles, beside those of their sessions."""

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    EntityCategory,
    UnitOfEnergy,
    UnitOfEnergyDistance,
    UnitOfLength,
    UnitOfRatio,
)

from ..clients.client import Capability
from ..clients.enums import CurrentType, LinkState, VehicleState
from ..clients.model import Vehicle
from ..entity import Detail, of_linked
from .balance import balance_sensors
from .base import ChargingSensorDescription, choice, moment, power
from .kept import KeptSensorDescription, last_session, lifetime_energy
from .session import session_sensors

SESSION: tuple[ChargingSensorDescription[Vehicle], ...] = session_sensors(
    enabled={"next_charging_start"}
)

BALANCE: tuple[ChargingSensorDescription[Vehicle], ...] = balance_sensors()

LINKED: tuple[ChargingSensorDescription[Vehicle], ...] = (
    moment(
        "full_at",
        lambda vehicle: vehicle.full_at,
        enabled=True,
    ),
    ChargingSensorDescription(
        key="energy_added",
        translation_key="energy_added",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        entity_registry_enabled_default=False,
        value_fn=lambda vehicle: vehicle.energy_added,
    ),
    choice("current_type", CurrentType, lambda vehicle: vehicle.current_type),
    choice("vehicle_state", VehicleState, lambda vehicle: vehicle.state),
    ChargingSensorDescription(
        key="odometer",
        translation_key="odometer",
        device_class=SensorDeviceClass.DISTANCE,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfLength.METERS,
        suggested_unit_of_measurement=UnitOfLength.KILOMETERS,
        suggested_display_precision=0,
        entity_registry_enabled_default=False,
        value_fn=lambda vehicle: vehicle.odometer,
    ),
    ChargingSensorDescription(
        key="battery_energy",
        translation_key="battery_energy",
        device_class=SensorDeviceClass.ENERGY_STORAGE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        entity_registry_enabled_default=False,
        value_fn=lambda vehicle: vehicle.battery_energy,
    ),
    choice(
        "link",
        LinkState,
        lambda vehicle: vehicle.link,
        category=EntityCategory.DIAGNOSTIC,
    ),
    moment(
        "last_seen",
        lambda vehicle: vehicle.reported_at,
        category=EntityCategory.DIAGNOSTIC,
    ),
    *SESSION,
    *BALANCE,
)

FLEET: tuple[ChargingSensorDescription[Vehicle], ...] = (
    moment(
        "next_departure",
        lambda vehicle: vehicle.next_departure,
        enabled=True,
        exists_fn=lambda vehicle: vehicle.is_fleet,
    ),
    moment(
        "next_arrival",
        lambda vehicle: vehicle.next_arrival,
        exists_fn=lambda vehicle: vehicle.is_fleet,
    ),
    power(
        "max_charge_power",
        lambda vehicle: vehicle.max_power,
        enabled=False,
        category=EntityCategory.DIAGNOSTIC,
        exists_fn=lambda vehicle: vehicle.is_fleet,
    ),
    ChargingSensorDescription(
        key="consumption",
        translation_key="consumption",
        device_class=SensorDeviceClass.ENERGY_DISTANCE,
        native_unit_of_measurement=UnitOfEnergyDistance.WATT_HOUR_PER_KM,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        exists_fn=lambda vehicle: vehicle.is_fleet,
        value_fn=lambda vehicle: vehicle.consumption,
    ),
)

VEHICLE: tuple[ChargingSensorDescription[Vehicle], ...] = (
    ChargingSensorDescription(
        key="state_of_charge",
        translation_key="state_of_charge",
        device_class=SensorDeviceClass.BATTERY,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=0,
        detail=Detail.ESSENTIAL,
        value_fn=lambda vehicle: vehicle.state_of_charge,
    ),
    power("power", lambda vehicle: vehicle.power, detail=Detail.ESSENTIAL),
    ChargingSensorDescription(
        key="target_state_of_charge",
        translation_key="vehicle_target",
        device_class=SensorDeviceClass.BATTERY,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=0,
        entity_registry_enabled_default=False,
        value_fn=lambda vehicle: vehicle.target_state_of_charge,
    ),
    ChargingSensorDescription(
        key="battery_size",
        translation_key="battery_size",
        device_class=SensorDeviceClass.ENERGY_STORAGE,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda vehicle: vehicle.battery_size,
    ),
    *of_linked(LINKED),
    *FLEET,
)

_KEPT: tuple[KeptSensorDescription[Vehicle], ...] = (
    # Off at first: mostly, the charger has counted the same energy already.
    lifetime_energy(
        capability=Capability.SESSIONS, detail=Detail.ESSENTIAL, enabled=False
    ),
    *last_session(),
)
KEPT = of_linked(_KEPT)
