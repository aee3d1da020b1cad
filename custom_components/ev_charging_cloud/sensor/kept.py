"""Sensors of what the ledger keeps: lifetime meters, and the session that ended last.

They are there before the first poll, and while the cloud is away. A lifetime meter is
the sum of all sessions, the running one included, and never falls. Where the vendor has
a meter of its own, that one stands, and there is no second one for the same energy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.const import Platform, UnitOfEnergy, UnitOfTime
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.typing import StateType

from ..clients.client import Capability
from ..clients.money import to_major
from ..clients.refs import Finder
from ..coordinator import LiveCoordinator
from ..entity import ChargingEntityDescription, Detail, DeviceEntity, unique_id
from ..ledger import SessionRecord, Subject
from ..runtime import ChargingConfigEntry
from ..sessions.recorder import SessionRecorder
from ..sessions.sightings import subject_of


@dataclass(frozen=True, kw_only=True)
class KeptSensorDescription[ObjectT](
    ChargingEntityDescription[ObjectT], SensorEntityDescription
):
    """Describes a sensor of what is kept; ``unit_fn`` is for money, whose unit varies."""

    kept_fn: Callable[[SessionRecorder, Subject], StateType | datetime]
    unit_fn: Callable[[SessionRecorder, Subject], str | None] | None = None

    @override
    def create(
        self,
        coordinator: LiveCoordinator,
        finder: Finder[ObjectT],
        device: dr.AnyDeviceEntry | None,
    ) -> Entity:
        """Return the entity of an object."""
        return KeptSensor(coordinator, finder, self, device)


class KeptSensor[ObjectT](DeviceEntity, SensorEntity):
    """A sensor that shows what the ledger says, whatever the latest poll saw."""

    _attr_should_poll = False
    entity_description: KeptSensorDescription[ObjectT]

    def __init__(
        self,
        coordinator: LiveCoordinator,
        finder: Finder[ObjectT],
        description: KeptSensorDescription[ObjectT],
        device: dr.AnyDeviceEntry | None,
    ) -> None:
        """Attach the entity to what it is about."""
        entry: ChargingConfigEntry = coordinator.config_entry
        self.entity_description = description
        self.device_entry = device
        self._recorder = entry.runtime_data.recorder
        self._subject = subject_of(finder, self._recorder.account_id)
        self._attr_unique_id = unique_id(entry.unique_id, finder, description.key)
        self._take()

    @override
    def get_initial_entity_options(self) -> er.EntityOptionsType | None:
        """Hand the precision over at once; afterwards it costs a second write."""
        options = dict(super().get_initial_entity_options() or {})
        precision = self.entity_description.suggested_display_precision
        if precision is not None:
            options[Platform.SENSOR] = {"suggested_display_precision": precision}
        return options or None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what the ledger has of the object."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._recorder.async_follow(self._subject, self._async_changed)
        )
        self._take()

    @callback
    def _async_changed(self) -> None:
        before = self._attr_available, self._attr_native_value
        self._take()
        if (self._attr_available, self._attr_native_value) != before:
            self.async_write_ha_state()

    def _take(self) -> None:
        description, recorder = self.entity_description, self._recorder
        self._attr_available = recorder.is_loaded
        self._attr_native_value = description.kept_fn(recorder, self._subject)
        if description.unit_fn is not None:
            self._attr_native_unit_of_measurement = description.unit_fn(
                recorder, self._subject
            )


def _of_last[ValueT](
    read: Callable[[SessionRecord], ValueT],
) -> Callable[[SessionRecorder, Subject], ValueT | None]:
    """Read the session that ended last."""
    return lambda recorder, subject: (
        None if (last := recorder.last_session(subject)) is None else read(last)
    )


def _duration(record: SessionRecord) -> float | None:
    if record.started_at is None or record.ended_at is None:
        return None
    return max(0.0, (record.ended_at - record.started_at).total_seconds())


def lifetime_energy[ObjectT](
    *,
    capability: Capability,
    detail: Detail,
    enabled: bool = True,
) -> KeptSensorDescription[ObjectT]:
    """Describe the meter of all energy that was charged at, into or by somebody.

    It has no state class: the energy dashboard would offer it beside the statistic of
    the same energy, which knows the hours and what was charged before.
    """
    return KeptSensorDescription(
        key="lifetime_energy",
        translation_key="lifetime_energy",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        capability=capability,
        detail=detail,
        entity_registry_enabled_default=enabled,
        kept_fn=lambda recorder, subject: recorder.lifetime(subject),
    )


def last_session[ObjectT]() -> tuple[KeptSensorDescription[ObjectT], ...]:
    """Describe the sensors of the session that ended last; they are off at first."""
    return (
        KeptSensorDescription(
            key="last_session_energy",
            translation_key="last_session_energy",
            device_class=SensorDeviceClass.ENERGY,
            native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
            suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
            suggested_display_precision=2,
            capability=Capability.SESSIONS,
            entity_registry_enabled_default=False,
            kept_fn=_of_last(lambda last: last.energy),
        ),
        KeptSensorDescription(
            key="last_session_cost",
            translation_key="last_session_cost",
            device_class=SensorDeviceClass.MONETARY,
            suggested_display_precision=2,
            capability=Capability.SESSION_COST | Capability.PAST_COST,
            entity_registry_enabled_default=False,
            kept_fn=_of_last(lambda last: to_major(last.cost)),
            unit_fn=_of_last(lambda last: last.cost.currency if last.cost else None),
        ),
        KeptSensorDescription(
            key="last_session_end",
            translation_key="last_session_end",
            device_class=SensorDeviceClass.TIMESTAMP,
            capability=Capability.SESSIONS,
            entity_registry_enabled_default=False,
            kept_fn=_of_last(lambda last: last.ended_at),
        ),
        KeptSensorDescription(
            key="last_session_duration",
            translation_key="last_session_duration",
            device_class=SensorDeviceClass.DURATION,
            native_unit_of_measurement=UnitOfTime.SECONDS,
            suggested_unit_of_measurement=UnitOfTime.MINUTES,
            suggested_display_precision=0,
            capability=Capability.SESSIONS,
            entity_registry_enabled_default=False,
            kept_fn=_of_last(_duration),
        ),
    )
