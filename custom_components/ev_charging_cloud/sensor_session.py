"""Sensors of the latest session, wherever it takes place."""

from collections.abc import Callable, Set as AbstractSet

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfEnergy, UnitOfMass

from .clients.client import Capability
from .clients.enums import SessionMode
from .clients.model import ChargingSession, Connector, Money, Vehicle
from .entity import Detail, reachable
from .money import major_units
from .sensor_kinds import (
    ChargingSensorDescription,
    choice,
    moment,
    of_running_session,
    of_session,
)


def session_sensors[ObjectT: (Connector, Vehicle)](
    *, enabled: AbstractSet[str]
) -> tuple[ChargingSensorDescription[ObjectT], ...]:
    """Describe the sensors of the latest session of a kind of object.

    Args:
        enabled: the keys of those that are enabled at first.
    """

    def energy(
        key: str,
        read: Callable[[ChargingSession], float | None],
        capability: Capability = Capability.SESSIONS,
        detail: Detail = Detail.FULL,
    ) -> ChargingSensorDescription[ObjectT]:
        return ChargingSensorDescription(
            key=key,
            translation_key=key,
            device_class=SensorDeviceClass.ENERGY,
            state_class=SensorStateClass.TOTAL,
            native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
            suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
            suggested_display_precision=2,
            capability=capability,
            detail=detail,
            entity_registry_enabled_default=key in enabled,
            available_fn=reachable,
            value_fn=of_session(read),
            last_reset_fn=of_session(lambda session: session.started_at),
        )

    def money(
        key: str, read: Callable[[ChargingSession], Money | None]
    ) -> ChargingSensorDescription[ObjectT]:
        return ChargingSensorDescription(
            key=key,
            translation_key=key,
            device_class=SensorDeviceClass.MONETARY,
            state_class=SensorStateClass.TOTAL,
            suggested_display_precision=2,
            capability=Capability.SESSION_COST,
            entity_registry_enabled_default=key in enabled,
            available_fn=reachable,
            value_fn=of_session(lambda session: major_units(read(session))),
            unit_fn=of_session(
                lambda session: amount.currency if (amount := read(session)) else None
            ),
            last_reset_fn=of_session(lambda session: session.started_at),
        )

    return (
        energy(
            "session_energy", lambda session: session.energy, detail=Detail.ESSENTIAL
        ),
        moment(
            "session_start",
            of_session(lambda session: session.started_at),
            capability=Capability.SESSIONS,
            enabled="session_start" in enabled,
            available_fn=reachable,
        ),
        choice(
            "session_mode",
            SessionMode,
            of_running_session(lambda session: session.mode),
            capability=Capability.SESSION_MODE,
            enabled="session_mode" in enabled,
            available_fn=reachable,
        ),
        money("session_cost", lambda session: session.cost),
        money("session_savings", lambda session: session.savings),
        energy(
            "session_grid_energy",
            lambda session: session.grid_energy,
            Capability.SESSION_COST,
        ),
        energy(
            "session_solar_energy",
            lambda session: session.solar_energy,
            Capability.SESSION_COST,
        ),
        ChargingSensorDescription(
            key="session_co2",
            translation_key="session_co2",
            device_class=SensorDeviceClass.WEIGHT,
            state_class=SensorStateClass.TOTAL,
            native_unit_of_measurement=UnitOfMass.GRAMS,
            suggested_display_precision=0,
            capability=Capability.SESSION_COST,
            entity_registry_enabled_default="session_co2" in enabled,
            available_fn=reachable,
            value_fn=of_session(lambda session: session.co2),
            last_reset_fn=of_session(lambda session: session.started_at),
        ),
        moment(
            "next_charging_start",
            of_running_session(lambda session: session.next_start),
            capability=Capability.SESSION_SCHEDULE,
            enabled="next_charging_start" in enabled,
            available_fn=reachable,
        ),
        moment(
            "next_charging_end",
            of_running_session(lambda session: session.next_end),
            capability=Capability.SESSION_SCHEDULE,
            enabled="next_charging_end" in enabled,
            available_fn=reachable,
        ),
    )
