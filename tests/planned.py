"""An account whose entities a planner of a test's own counts, and nobody really adds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from custom_components.ev_charging_cloud.clients.client import Capability
from custom_components.ev_charging_cloud.clients.refs import (
    ConnectorRef,
    LocationRef,
    Ref,
    StationRef,
)
from custom_components.ev_charging_cloud.entity import (
    ChargingEntity,
    ChargingEntityDescription,
    Detail,
    EntityTable,
)
from custom_components.ev_charging_cloud.planner import EntityPlanner
from custom_components.ev_charging_cloud.wanted import Wanted
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity
from simulator import Simulator


@dataclass(frozen=True, kw_only=True)
class Described(ChargingEntityDescription[Any]):
    """Describes an entity that shows nothing."""

    entity_class = ChargingEntity


TABLES = {
    Platform.SENSOR: EntityTable(
        account=(Described(key="total", detail=Detail.TOTALS),),
        location=(Described(key="place", detail=Detail.TOTALS),),
        station=(
            Described(key="state", detail=Detail.ESSENTIAL),
            Described(
                key="radio", detail=Detail.FULL, capability=Capability.STATION_SIGNAL
            ),
        ),
        connector=(
            Described(key="plug"),
            Described(key="off", entity_registry_enabled_default=False),
            Described(key="never", exists_fn=lambda _: False),
        ),
    ),
    Platform.BUTTON: EntityTable(station=(Described(key="again"),)),
}


class Account:
    """An account whose entities another planner counts, and nobody really adds."""

    def __init__(self, hass: HomeAssistant, sim: Simulator, entry: Any) -> None:
        """Plan nothing yet."""
        self.hass, self.entry = hass, entry
        self.stations = sim.world.station_ids
        self.connectors = [
            (view.id, connector.spec.id)
            for view in sim.world.stations()
            for connector in view.connectors
        ]
        self.locations = list(sim.world.locations)
        self.added: list[str] = []
        self.entities: list[Entity] = []

    def plan(self, **more: Any) -> EntityPlanner:
        """Return a planner of its own."""
        runtime = self.entry.runtime_data
        usual: dict[str, Any] = {
            "tables": TABLES,
            "capabilities": Capability(0),
            "wanted": Wanted(),
        }
        return EntityPlanner(self.hass, runtime.live, runtime.devices, **(usual | more))

    def add(
        self,
        new_entities: Iterable[Entity],
        update_before_add: bool = False,
        *,
        config_subentry_id: str | None = None,
    ) -> None:
        """Take what is added."""
        for entity in new_entities:
            self.entities.append(entity)
            assert entity.unique_id is not None
            account, _slash, rest = entity.unique_id.partition("/")
            assert account == self.entry.unique_id
            self.added.append(rest)

    async def connect(self, planner: EntityPlanner) -> None:
        """Connect both platforms."""
        for platform in TABLES:
            await planner.async_connect(platform, self.add)

    def taken(self) -> list[str]:
        """Return what was added since the last look."""
        found, self.added = sorted(self.added), []
        return found

    def of(self, *keys: str) -> list[str]:
        """Return all entities of some keys."""
        stations = [StationRef(it).path for it in self.stations]
        connectors = [ConnectorRef(*it).path for it in self.connectors]
        paths = {
            "total": ["account"],
            "place": [LocationRef(it).path for it in self.locations],
            "state": stations,
            "radio": stations,
            "again": stations,
            "plug": connectors,
            "off": connectors,
        }
        return sorted(f"{path}/{key}" for key in keys for path in paths[key])

    def refs_of(self, station_id: str) -> list[Ref]:
        """Return what there is of a station."""
        return [
            StationRef(station_id),
            *(ConnectorRef(*it) for it in self.connectors if it[0] == station_id),
        ]
