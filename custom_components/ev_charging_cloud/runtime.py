"""What a loaded account holds."""

from dataclasses import dataclass, field

from homeassistant.config_entries import ConfigEntry

from .clients.client import ChargingClient
from .clients.enums import Lifecycle
from .clients.model import Station
from .clients.reading.same import Those
from .coordinator import LiveCoordinator
from .devices import DeviceTree
from .planner import EntityPlanner
from .restore import LastSeen
from .sessions.recorder import SessionRecorder
from .slow import SlowCoordinator
from .vendors import Vendor

LOST = frozenset({Lifecycle.UNPAIRED, Lifecycle.DECOMMISSIONED})


@dataclass(frozen=True, kw_only=True)
class ChargingRuntimeData:
    """The parts of one account."""

    vendor: Vendor
    client: ChargingClient
    slow: SlowCoordinator
    live: LiveCoordinator
    devices: DeviceTree
    planner: EntityPlanner
    recorder: SessionRecorder
    last_seen: LastSeen
    # Those that the vendor has lost or taken out of use; most vendors tell no such thing.
    lost_stations: Those[Station] = field(default_factory=lambda: Those(_is_lost))


def _is_lost(station: Station) -> bool:
    return station.lifecycle in LOST


type ChargingConfigEntry = ConfigEntry[ChargingRuntimeData]
