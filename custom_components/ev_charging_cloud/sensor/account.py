"""Sensors of accounts and locations: totals, polling, and the energy supplied."""

from homeassistant.components.sensor import SensorStateClass
from homeassistant.const import EntityCategory, UnitOfEnergy

from ..clients.client import Capability
from ..clients.model import Supply
from ..clients.money import to_major
from ..clients.snapshot import Maintenance, Poll
from ..clients.totals import Totals
from ..entity import Detail
from ..maintenance import planned
from .base import ChargingSensorDescription, count, moment, power

BY_STATUS = Capability.CONNECTOR_STATUS

AT_LOCATIONS: tuple[ChargingSensorDescription[Totals], ...] = (
    count("connectors_available", lambda totals: totals.available, BY_STATUS),
    count("connectors_charging", lambda totals: totals.charging, BY_STATUS),
    count("connectors_faulted", lambda totals: totals.faulted, BY_STATUS),
    power(
        "power",
        lambda totals: totals.power,
        capability=Capability.STATION_POWER | Capability.CONNECTOR_POWER,
        detail=Detail.TOTALS,
    ),
)

ACCOUNT: tuple[ChargingSensorDescription[Totals], ...] = (
    count("stations", lambda totals: totals.stations),
    count("connectors", lambda totals: totals.connectors, Capability.CONNECTORS),
    *AT_LOCATIONS,
    count(
        "running_sessions",
        lambda totals: totals.running_sessions,
        Capability.SESSIONS,
    ),
)

MAINTENANCE: tuple[ChargingSensorDescription[Maintenance], ...] = (
    ChargingSensorDescription(
        key="maintenance_planned",
        translation_key="maintenance_planned",
        state_class=SensorStateClass.MEASUREMENT,
        capability=Capability.MAINTENANCE,
        detail=Detail.TOTALS,
        value_fn=lambda maintenance: planned(maintenance.windows),
    ),
)

POLL: tuple[ChargingSensorDescription[Poll], ...] = (
    moment(
        "last_update",
        lambda poll: poll.taken_at,
        outlasts_cloud=True,
        detail=Detail.TOTALS,
        category=EntityCategory.DIAGNOSTIC,
    ),
    moment(
        "next_poll",
        lambda poll: poll.next_at,
        detail=Detail.TOTALS,
        category=EntityCategory.DIAGNOSTIC,
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
        key="requests_left",
        translation_key="requests_left",
        state_class=SensorStateClass.MEASUREMENT,
        capability=Capability.REQUESTS_LEFT,
        detail=Detail.TOTALS,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda poll: poll.requests_left,
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
    ChargingSensorDescription[Poll](
        key="parts_failing",
        translation_key="parts_failing",
        state_class=SensorStateClass.MEASUREMENT,
        detail=Detail.TOTALS,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda poll: poll.parts_failing,
    ),
)

SUPPLY: tuple[ChargingSensorDescription[Supply], ...] = (
    ChargingSensorDescription(
        key="tariff_price",
        translation_key="tariff_price",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=4,
        capability=Capability.SUPPLY,
        detail=Detail.TOTALS,
        value_fn=lambda supply: to_major(supply.price),
        unit_fn=lambda supply: (
            f"{supply.price.currency}/{UnitOfEnergy.KILO_WATT_HOUR}"
            if supply.price
            else None
        ),
    ),
    ChargingSensorDescription(
        key="carbon_intensity",
        translation_key="carbon_intensity",
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement="gCO2eq/kWh",
        suggested_display_precision=0,
        capability=Capability.SUPPLY,
        detail=Detail.TOTALS,
        value_fn=lambda supply: supply.carbon_intensity,
    ),
)
