"""Events of connectors, vehicles and drivers."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .clients.client import Capability
from .clients.model import Connector, Driver, Vehicle
from .entity import ChargingEntity, ChargingEntityDescription, Detail, EntityTable
from .happenings import Happening, Seen, happened, look
from .runtime import ChargingConfigEntry
from .sessions.news import SessionEvent, SessionNews, signal

PARALLEL_UPDATES = 0

SESSION_EVENTS = [event.value for event in SessionEvent]


class SessionEvents[ObjectT](ChargingEntity[ObjectT], EventEntity):
    """Tells what becomes of the sessions of something."""

    entity_description: SessionEventsDescription[ObjectT]

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for news of sessions."""
        await super().async_added_to_hass()
        entry_id = self.coordinator.config_entry.entry_id
        self.async_on_remove(
            async_dispatcher_connect(
                self.hass, signal(entry_id, self._finder.path), self._on_news
            )
        )

    @callback
    def _on_news(self, news: SessionNews) -> None:
        self._trigger_event(news.event.value, dict(news.data))
        self.async_write_ha_state()


@dataclass(frozen=True, kw_only=True)
class SessionEventsDescription[ObjectT](
    ChargingEntityDescription[ObjectT], EventEntityDescription
):
    """Describes the events of the sessions of something."""

    entity_class = SessionEvents


class ThingEvents[ObjectT: (Connector, Vehicle)](SessionEvents[ObjectT]):
    """Tells what happens to a connector or a vehicle, its sessions included."""

    _seen: Seen | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Look around: what is there already is no news."""
        await super().async_added_to_hass()
        self._look()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Tell what is different from when it was last seen."""
        before, after = self._seen, self._look()
        if before is not None and after is not None:
            for happening in happened(before, after):
                self._trigger_event(happening.value)
                # Of two events at a time none may be lost.
                self.async_write_ha_state()
        super()._handle_coordinator_update()

    def _look(self) -> Seen | None:
        """Return what is known of it; None where this poll saw nothing of it."""
        if not self.coordinator.last_update_success or (found := self._find()) is None:
            return None
        self._seen = look(found, self._seen)
        return self._seen


@dataclass(frozen=True, kw_only=True)
class ThingEventsDescription[ObjectT: (Connector, Vehicle)](
    SessionEventsDescription[ObjectT]
):
    """Describes the events of a connector or a vehicle."""

    entity_class = ThingEvents


TABLE = EntityTable(
    driver=(
        SessionEventsDescription[Driver](
            key="events",
            translation_key="driver_events",
            event_types=SESSION_EVENTS,
            capability=Capability.DRIVER_SESSIONS,
            detail=Detail.TOTALS,
        ),
    ),
    connector=(
        ThingEventsDescription[Connector](
            key="events",
            translation_key="connector_events",
            event_types=[
                *SESSION_EVENTS,
                *(happening.value for happening in Happening),
            ],
            capability=Capability.CONNECTOR_STATUS | Capability.SESSIONS,
            detail=Detail.FULL,
        ),
    ),
    vehicle=(
        ThingEventsDescription[Vehicle](
            key="events",
            translation_key="vehicle_events",
            event_types=[
                *SESSION_EVENTS,
                Happening.PLUGGED_IN.value,
                Happening.UNPLUGGED.value,
                Happening.LIMIT_REACHED.value,
                Happening.OFFLINE.value,
                Happening.BACK_ONLINE.value,
            ],
        ),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ChargingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the events of an account."""
    await entry.runtime_data.planner.async_connect(Platform.EVENT, async_add_entities)
