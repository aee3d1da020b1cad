"""Sensors of connectors, beside those of their sessions."""

from collections.abc import Callable

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfEnergy, UnitOfTime

from ..clients.client import Capability
from ..clients.enums import (
    ConnectorStatus,
    ConnectorType,
    PowerLimitation,
    StartReason,
    StopReason,
)
from ..clients.model import Connector, Money
from ..clients.money import to_major
from ..entity import Detail, reachable
from .balance import balance_sensors
from .base import (
    ChargingSensorDescription,
    moment,
    of_running_session,
    of_session,
    power,
    state_of_charge,
)
from .kept import KeptSensorDescription, last_session, lifetime_energy
from .session import session_sensors

SESSION: tuple[ChargingSensorDescription[Connector], ...] = session_sensors(
    enabled={"session_energy", "session_start", "session_cost", "session_mode"}
)


def _price(
    key: str, read: Callable[[Connector], Money | None], unit: str | None = None
) -> ChargingSensorDescription[Connector]:
    """Describe what something costs per unit; it exists where it is told."""
    return ChargingSensorDescription[Connector](
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=2,
        exists_fn=lambda connector: read(connector) is not None,
        value_fn=lambda connector: to_major(read(connector)),
        unit_fn=lambda connector: (
            "/".join(filter(None, (price.currency, unit)))
            if (price := read(connector))
            else None
        ),
    )


def _text(
    key: str, read: Callable[[Connector], str | None], *, enabled: bool = False
) -> ChargingSensorDescription[Connector]:
    """Describe a text of the vendor's; it exists where it is told."""
    return ChargingSensorDescription[Connector](
        key=key,
        translation_key=key,
        entity_category=None if enabled else EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=enabled,
        exists_fn=lambda connector: read(connector) is not None,
        value_fn=read,
    )


BALANCE: tuple[ChargingSensorDescription[Connector], ...] = balance_sensors()

CONNECTOR: tuple[ChargingSensorDescription[Connector], ...] = (
    ChargingSensorDescription[Connector](
        key="status",
        translation_key="connector_status",
        device_class=SensorDeviceClass.ENUM,
        options=[status.value for status in ConnectorStatus],
        capability=Capability.CONNECTOR_STATUS,
        detail=Detail.ESSENTIAL,
        available_fn=reachable,
        value_fn=lambda connector: connector.status,
    ),
    power(
        "power",
        lambda connector: connector.power,
        capability=Capability.CONNECTOR_POWER,
        detail=Detail.ESSENTIAL,
        available_fn=reachable,
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
    moment(
        "planned_departure",
        of_running_session(
            lambda session: session.plan.departure if session.plan else None
        ),
        capability=Capability.SESSION_PLAN,
        available_fn=reachable,
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
    moment(
        "charging_start",
        of_session(lambda session: session.charging_started_at),
        capability=Capability.CHARGING_TIMES,
        available_fn=reachable,
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
    moment(
        "session_end",
        of_session(lambda session: session.ended_at),
        capability=Capability.SESSIONS,
        available_fn=reachable,
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
        capability=Capability.CONNECTOR_MAX_POWER,
        enabled=False,
        category=EntityCategory.DIAGNOSTIC,
    ),
    ChargingSensorDescription[Connector](
        key="connector_type",
        translation_key="connector_type",
        device_class=SensorDeviceClass.ENUM,
        options=[kind.value for kind in ConnectorType],
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        exists_fn=lambda connector: connector.type is not None,
        value_fn=lambda connector: connector.type,
    ),
    _price("energy_price", lambda c: c.price, UnitOfEnergy.KILO_WATT_HOUR),
    _price("time_price", lambda c: c.price_per_minute, UnitOfTime.MINUTES),
    _price("session_fee", lambda c: c.price_per_session),
    _text(
        "price_text",
        # Where there is a number, words add little.
        lambda connector: connector.price_text if connector.price is None else None,
        enabled=True,
    ),
    _text("evse_id", lambda connector: connector.evse_id),
    *SESSION,
    *BALANCE,
)

KEPT: tuple[KeptSensorDescription[Connector], ...] = (
    lifetime_energy(capability=Capability.SESSION_METER, detail=Detail.FULL),
    *last_session(),
)
