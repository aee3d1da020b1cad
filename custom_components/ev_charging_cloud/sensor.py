"""Sensors of accounts, locations, stations and connectors."""

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    EntityCategory,
    Platform,
    UnitOfElectricCurrent,
    UnitOfEnergy,
    UnitOfRatio,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .clients.client import Capability
from .clients.enums import (
    ConnectorStatus,
    PowerLimitation,
    StartReason,
    StationStatus,
    StopReason,
)
from .clients.model import Connector, Station
from .clients.snapshot import Poll, Totals
from .entity import Detail, EntityTable, reachable
from .runtime import ChargingConfigEntry
from .sensor_kinds import (
    ChargingSensorDescription,
    count,
    of_running_session,
    of_session,
    power,
    state_of_charge,
)

PARALLEL_UPDATES = 0

AT_LOCATIONS: tuple[ChargingSensorDescription[Totals], ...] = (
    count("connectors_available", lambda totals: totals.available),
    count("connectors_charging", lambda totals: totals.charging),
    count("connectors_faulted", lambda totals: totals.faulted),
    power("power", lambda totals: totals.power, detail=Detail.TOTALS),
)

TABLE = EntityTable(
    account=(
        count("stations", lambda totals: totals.stations),
        *AT_LOCATIONS,
        count("running_sessions", lambda totals: totals.running_sessions),
    ),
    poll=(
        ChargingSensorDescription[Poll](
            key="last_update",
            translation_key="last_update",
            device_class=SensorDeviceClass.TIMESTAMP,
            detail=Detail.TOTALS,
            entity_category=EntityCategory.DIAGNOSTIC,
            entity_registry_enabled_default=False,
            value_fn=lambda poll: poll.taken_at,
        ),
        ChargingSensorDescription[Poll](
            key="next_poll",
            translation_key="next_poll",
            device_class=SensorDeviceClass.TIMESTAMP,
            detail=Detail.TOTALS,
            entity_category=EntityCategory.DIAGNOSTIC,
            entity_registry_enabled_default=False,
            value_fn=lambda poll: poll.next_at,
        ),
        ChargingSensorDescription[Poll](
            key="requests_last_hour",
            translation_key="requests_last_hour",
            state_class=SensorStateClass.MEASUREMENT,
            detail=Detail.TOTALS,
            entity_category=EntityCategory.DIAGNOSTIC,
            entity_registry_enabled_default=False,
            value_fn=lambda poll: poll.requests_last_hour,
        ),
        ChargingSensorDescription[Poll](
            key="skipped_objects",
            translation_key="skipped_objects",
            state_class=SensorStateClass.MEASUREMENT,
            detail=Detail.TOTALS,
            entity_category=EntityCategory.DIAGNOSTIC,
            entity_registry_enabled_default=False,
            value_fn=lambda poll: poll.skipped,
        ),
    ),
    location=AT_LOCATIONS,
    station=(
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
    ),
    connector=(
        ChargingSensorDescription[Connector](
            key="status",
            translation_key="connector_status",
            device_class=SensorDeviceClass.ENUM,
            options=[status.value for status in ConnectorStatus],
            detail=Detail.ESSENTIAL,
            available_fn=reachable,
            value_fn=lambda connector: connector.status,
        ),
        power(
            "power",
            lambda connector: connector.power,
            detail=Detail.ESSENTIAL,
            available_fn=reachable,
        ),
        ChargingSensorDescription[Connector](
            key="session_energy",
            translation_key="session_energy",
            device_class=SensorDeviceClass.ENERGY,
            state_class=SensorStateClass.TOTAL,
            native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
            suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
            suggested_display_precision=2,
            detail=Detail.ESSENTIAL,
            available_fn=reachable,
            value_fn=of_session(lambda session: session.energy),
            last_reset_fn=of_session(lambda session: session.started_at),
        ),
        ChargingSensorDescription[Connector](
            key="session_start",
            translation_key="session_start",
            device_class=SensorDeviceClass.TIMESTAMP,
            available_fn=reachable,
            value_fn=of_session(lambda session: session.started_at),
        ),
        state_of_charge(
            "state_of_charge", lambda session: session.state_of_charge, enabled=True
        ),
        state_of_charge(
            "initial_state_of_charge", lambda session: session.initial_state_of_charge
        ),
        state_of_charge(
            "state_of_charge_limit", lambda session: session.state_of_charge_limit
        ),
        state_of_charge(
            "target_state_of_charge",
            lambda session: session.plan.state_of_charge if session.plan else None,
            capability=Capability.SESSION_PLAN,
        ),
        ChargingSensorDescription[Connector](
            key="planned_departure",
            translation_key="planned_departure",
            device_class=SensorDeviceClass.TIMESTAMP,
            capability=Capability.SESSION_PLAN,
            entity_registry_enabled_default=False,
            available_fn=reachable,
            value_fn=of_running_session(
                lambda session: session.plan.departure if session.plan else None
            ),
        ),
        ChargingSensorDescription[Connector](
            key="power_limitation",
            translation_key="power_limitation",
            device_class=SensorDeviceClass.ENUM,
            options=[limitation.value for limitation in PowerLimitation],
            capability=Capability.POWER_LIMITATION,
            entity_registry_enabled_default=False,
            available_fn=reachable,
            value_fn=of_running_session(lambda session: session.power_limitation),
        ),
        power(
            "session_average_power",
            of_session(lambda session: session.average_power),
            capability=Capability.SESSION_POWER,
            enabled=False,
            available_fn=reachable,
        ),
        power(
            "session_peak_power",
            of_session(lambda session: session.peak_power),
            capability=Capability.SESSION_POWER,
            enabled=False,
            available_fn=reachable,
        ),
        ChargingSensorDescription[Connector](
            key="charging_start",
            translation_key="charging_start",
            device_class=SensorDeviceClass.TIMESTAMP,
            entity_registry_enabled_default=False,
            available_fn=reachable,
            value_fn=of_session(lambda session: session.charging_started_at),
        ),
        ChargingSensorDescription[Connector](
            key="start_reason",
            translation_key="start_reason",
            device_class=SensorDeviceClass.ENUM,
            options=[reason.value for reason in StartReason],
            capability=Capability.SESSION_REASONS,
            entity_registry_enabled_default=False,
            available_fn=reachable,
            value_fn=of_session(lambda session: session.start_reason),
        ),
        ChargingSensorDescription[Connector](
            key="session_end",
            translation_key="session_end",
            device_class=SensorDeviceClass.TIMESTAMP,
            entity_registry_enabled_default=False,
            available_fn=reachable,
            value_fn=of_session(lambda session: session.ended_at),
        ),
        ChargingSensorDescription[Connector](
            key="stop_reason",
            translation_key="stop_reason",
            device_class=SensorDeviceClass.ENUM,
            options=[reason.value for reason in StopReason],
            capability=Capability.SESSION_REASONS,
            entity_registry_enabled_default=False,
            available_fn=reachable,
            value_fn=of_session(lambda session: session.stop_reason),
        ),
        power(
            "max_power",
            lambda connector: connector.max_power,
            enabled=False,
            category=EntityCategory.DIAGNOSTIC,
        ),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ChargingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of an account."""
    await entry.runtime_data.planner.async_connect(Platform.SENSOR, async_add_entities)
