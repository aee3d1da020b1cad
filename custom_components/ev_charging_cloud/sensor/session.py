"""Sensors of the latest session, wherever it takes place."""

from collections.abc import Callable, Set as AbstractSet

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfEnergy, UnitOfMass

from ..clients.client import Capability
from ..clients.enums import SessionMode
from ..clients.model import ChargingSession, Connector, Money, Vehicle
from ..clients.money import to_major
from ..entity import Detail, reachable
from .base import (
    ChargingSensorDescription,
    choice,
    moment,
    of_running_session,
    of_session,
)


def latest(found: Connector | Vehicle) -> ChargingSession | None:
    """Return the latest session, running or over."""
    return found.session


def energy_of[ObjectT](
    key: str,
    find: Callable[[ObjectT], ChargingSession | None],
    read: Callable[[ChargingSession], float | None],
    *,
    capability: Capability,
    detail: Detail = Detail.COMMON,
    enabled: bool = True,
    available_fn: Callable[[ObjectT], bool] = lambda _: True,
) -> ChargingSensorDescription[ObjectT]:
    """Describe an energy of a session, which is no meter and gives no long-term sum."""
    return ChargingSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        capability=capability,
        detail=detail,
        entity_registry_enabled_default=enabled,
        available_fn=available_fn,
        value_fn=lambda found: read(session) if (session := find(found)) else None,
    )


def money_of[ObjectT](
    key: str,
    find: Callable[[ObjectT], ChargingSession | None],
    read: Callable[[ChargingSession], Money | None],
    *,
    capability: Capability = Capability.SESSION_COST,
    detail: Detail = Detail.COMMON,
    enabled: bool = True,
    available_fn: Callable[[ObjectT], bool] = lambda _: True,
) -> ChargingSensorDescription[ObjectT]:
    """Describe an amount of a session.

    It has no state class: the next session may be in another currency, at which the
    recorder would stop. There is a statistic of the sessions for each currency.
    """

    def amount(found: ObjectT) -> Money | None:
        return read(session) if (session := find(found)) else None

    return ChargingSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.MONETARY,
        suggested_display_precision=2,
        capability=capability,
        detail=detail,
        entity_registry_enabled_default=enabled,
        available_fn=available_fn,
        value_fn=lambda found: to_major(amount(found)),
        unit_fn=lambda found: money.currency if (money := amount(found)) else None,
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
        detail: Detail = Detail.COMMON,
    ) -> ChargingSensorDescription[ObjectT]:
        return energy_of(
            key,
            latest,
            read,
            capability=capability,
            detail=detail,
            enabled=key in enabled,
            available_fn=reachable,
        )

    def money(
        key: str,
        read: Callable[[ChargingSession], Money | None],
        capability: Capability = Capability.SESSION_BALANCE,
    ) -> ChargingSensorDescription[ObjectT]:
        return money_of(
            key,
            latest,
            read,
            capability=capability,
            enabled=key in enabled,
            available_fn=reachable,
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
        money("session_cost", lambda session: session.cost, Capability.SESSION_COST),
        money("session_savings", lambda session: session.savings),
        energy(
            "session_grid_energy",
            lambda session: session.grid_energy,
            Capability.SESSION_BALANCE,
        ),
        energy(
            "session_solar_energy",
            lambda session: session.solar_energy,
            Capability.SESSION_BALANCE,
        ),
        ChargingSensorDescription(
            key="session_co2",
            translation_key="session_co2",
            device_class=SensorDeviceClass.WEIGHT,
            state_class=SensorStateClass.TOTAL,
            native_unit_of_measurement=UnitOfMass.GRAMS,
            suggested_display_precision=0,
            capability=Capability.SESSION_BALANCE,
            entity_registry_enabled_default="session_co2" in enabled,
            available_fn=reachable,
            value_fn=of_session(lambda session: session.co2),
            last_reset_fn=of_session(lambda session: session.sums_since),
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
