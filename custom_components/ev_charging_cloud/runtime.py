"""What a loaded account holds."""

from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry

from .clients.client import ChargingClient
from .coordinator import LiveCoordinator
from .devices import DeviceTree
from .planner import EntityPlanner
from .restore import LastSeen
from .sessions.recorder import SessionRecorder
from .slow import SlowCoordinator
from .vendors import Vendor


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


type ChargingConfigEntry = ConfigEntry[ChargingRuntimeData]
