"""Sensors of what a vendor reckons up of the latest session, beside energy and cost."""

from collections.abc import Callable

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import UnitOfEnergy, UnitOfMass, UnitOfRatio, UnitOfTime

from ..clients.client import Capability
from ..clients.enums import SolarMode
from ..clients.model import ChargingSession, Connector, Vehicle
from ..clients.money import to_major
from ..entity import reachable
from .base import ChargingSensorDescription, choice, of_running_session, of_session
from .session import latest, money_of


def balance_sensors[ObjectT: (Connector, Vehicle)]() -> tuple[
    ChargingSensorDescription[ObjectT], ...
]:
    """Describe the figures of the latest session of a kind of object; off at first."""

    def figure(
        key: str,
        read: Callable[[ChargingSession], float | None],
        unit: str | None = None,
        device_class: SensorDeviceClass | None = None,
        shown_in: str | None = None,
    ) -> ChargingSensorDescription[ObjectT]:
        return ChargingSensorDescription(
            key=key,
            translation_key=key,
            device_class=device_class,
            native_unit_of_measurement=unit,
            suggested_unit_of_measurement=shown_in,
            suggested_display_precision=0,
            capability=Capability.SESSION_BALANCE,
            entity_registry_enabled_default=False,
            available_fn=reachable,
            value_fn=of_session(read),
        )

    return (
        figure(
            "session_co2_savings",
            lambda session: session.co2_savings,
            UnitOfMass.GRAMS,
            SensorDeviceClass.WEIGHT,
        ),
        figure("session_points", lambda session: session.points),
        figure(
            "session_charging_time",
            lambda session: session.charging_time,
            UnitOfTime.SECONDS,
            SensorDeviceClass.DURATION,
            UnitOfTime.MINUTES,
        ),
        figure(
            "session_charge_added",
            lambda session: session.state_of_charge_added,
            UnitOfRatio.PERCENTAGE,
        ),
        money_of(
            "session_reward",
            latest,
            lambda session: session.reward,
            capability=Capability.SESSION_BALANCE,
            enabled=False,
            available_fn=reachable,
        ),
        ChargingSensorDescription(
            key="session_average_price",
            translation_key="session_average_price",
            suggested_display_precision=2,
            capability=Capability.SESSION_BALANCE,
            entity_registry_enabled_default=False,
            available_fn=reachable,
            value_fn=of_session(lambda session: to_major(session.average_price)),
            unit_fn=of_session(
                lambda session: (
                    f"{price.currency}/{UnitOfEnergy.KILO_WATT_HOUR}"
                    if (price := session.average_price)
                    else None
                )
            ),
        ),
        choice(
            "session_solar_mode",
            SolarMode,
            of_running_session(lambda session: session.solar_mode),
            capability=Capability.SESSION_BALANCE,
            available_fn=reachable,
        ),
    )
