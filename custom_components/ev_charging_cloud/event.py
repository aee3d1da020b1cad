"""Events of stations, connectors, vehicles and drivers."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .clients.client import Capability
from .clients.model import Connector, Driver, Station, Vehicle
from .entity import ChargingEntity, ChargingEntityDescription, Detail, EntityTable
from .happenings import Happening, Seen, happened, look
from .runtime import ChargingConfigEntry
from .sessions.news import EventData, SessionEvent, SessionNews, signal

PARALLEL_UPDATES = 0

SESSION_EVENTS = [event.value for event in SessionEvent]
LINK_EVENTS = [Happening.OFFLINE.value, Happening.BACK_ONLINE.value]
FAULT_EVENTS = [Happening.FAULTED.value, Happening.RECOVERED.value]
# What becomes of a plug, as its connector's status tells it.
PLUG_EVENTS = [
    Happening.BECAME_FREE.value,
    *FAULT_EVENTS,
    Happening.PLUGGED_IN.value,
    Happening.UNPLUGGED.value,
]


class SessionEvents[ObjectT](ChargingEntity[ObjectT], EventEntity):
    """Tells what becomes of the sessions of something."""

    entity_description: SessionEventsDescription[ObjectT]

    @property
    @override
    def event_types(self) -> list[str]:
        """Return what the vendor can show to have happened."""
        needed = self.entity_description.needed
        capabilities = self.coordinator.client.capabilities
        return [
            kind
            for kind in self.entity_description.event_types or ()
            if kind not in needed or needed[kind] & capabilities
        ]

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
        self._tell(news.event.value, news.data)

    def _tell(self, kind: str, data: EventData | None = None) -> None:
        """Tell that something happened; of two events at a time none may be lost."""
        if kind in self.event_types:
            self._trigger_event(kind, dict(data) if data else None)
            self.async_write_ha_state()


@dataclass(frozen=True, kw_only=True)
class SessionEventsDescription[ObjectT](
    ChargingEntityDescription[ObjectT], EventEntityDescription
):
    """Describes the events of the sessions of something.

    ``needed`` is which capabilities a type of event needs one of.
    """

    needed: Mapping[str, Capability] = MappingProxyType({})

    entity_class = SessionEvents


class ThingEvents[ObjectT: (Station, Connector, Vehicle)](SessionEvents[ObjectT]):
    """Tells what happens to something, its sessions included."""

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
                self._tell(happening.value)
        super()._handle_coordinator_update()

    def _look(self) -> Seen | None:
        """Return what is known of it; None where this poll saw nothing of it."""
        if not self.coordinator.last_update_success or (found := self._find()) is None:
            return None
        self._seen = look(found, self._seen)
        return self._seen


@dataclass(frozen=True, kw_only=True)
class ThingEventsDescription[ObjectT: (Station, Connector, Vehicle)](
    SessionEventsDescription[ObjectT]
):
    """Describes the events of something that is looked at."""

    entity_class = ThingEvents


class ConnectorEvents(ThingEvents[Connector]):
    """Tells what happens to a connector.

    Of its station's link the station tells, once for all its connectors; where station
    and connector are one, the connector does.
    """

    @property
    @override
    def event_types(self) -> list[str]:
        """Return what the vendor can show to have happened to the connector."""
        stations = self.coordinator.data.stations
        found = self._find()
        station = stations.get(found.station_id) if found else None
        is_one = station is not None and not station.connectors_identified
        return [
            kind for kind in super().event_types if is_one or kind not in LINK_EVENTS
        ]


@dataclass(frozen=True, kw_only=True)
class ConnectorEventsDescription(SessionEventsDescription[Connector]):
    """Describes the events of a connector."""

    entity_class = ConnectorEvents


TABLE = EntityTable(
    driver=(
        SessionEventsDescription[Driver](
            key="events",
            translation_key="driver_events",
            event_types=SESSION_EVENTS,
            needed={
                SessionEvent.INTERRUPTED: Capability.SESSION_REASONS
                | Capability.CONNECTOR_STATUS
            },
            capability=Capability.DRIVER_SESSIONS,
            detail=Detail.TOTALS,
        ),
    ),
    station=(
        ThingEventsDescription[Station](
            key="events",
            translation_key="station_events",
            event_types=[*FAULT_EVENTS, *LINK_EVENTS],
            needed={
                **dict.fromkeys(FAULT_EVENTS, Capability.STATION_STATUS),
                **dict.fromkeys(LINK_EVENTS, Capability.CONNECTIVITY),
            },
            capability=Capability.STATION_STATUS | Capability.CONNECTIVITY,
            detail=Detail.FULL,
            exists_fn=lambda station: station.connectors_identified,
        ),
    ),
    connector=(
        ConnectorEventsDescription(
            key="events",
            translation_key="connector_events",
            event_types=[
                *SESSION_EVENTS,
                *PLUG_EVENTS,
                Happening.LIMIT_REACHED.value,
                *LINK_EVENTS,
            ],
            needed={
                **dict.fromkeys(SESSION_EVENTS, Capability.SESSIONS),
                **dict.fromkeys(PLUG_EVENTS, Capability.CONNECTOR_STATUS),
                **dict.fromkeys(LINK_EVENTS, Capability.CONNECTIVITY),
                Happening.LIMIT_REACHED: Capability.STATE_OF_CHARGE
                | Capability.SESSION_REASONS,
            },
            capability=Capability.CONNECTOR_STATUS | Capability.SESSIONS,
            detail=Detail.FULL,
        ),
    ),
    vehicle=(
        ThingEventsDescription[Vehicle](
            key="events",
            translation_key="vehicle_events",
            exists_fn=lambda vehicle: not vehicle.is_fleet,
            event_types=[
                *SESSION_EVENTS,
                Happening.PLUGGED_IN.value,
                Happening.UNPLUGGED.value,
                Happening.LIMIT_REACHED.value,
                *LINK_EVENTS,
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
