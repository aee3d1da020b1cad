"""What ev.energy tells of one object at a time only: read one of them in turn."""

from collections.abc import Sequence

from ..model import StationDetails
from . import wire
from .api import EvEnergyApi
from .mapping import VehicleDetails

UNLINKED = "UNINTEGRATED"


class Details:
    """Keeps the details of chargers and vehicles, each as old as its last turn."""

    def __init__(self, api: EvEnergyApi) -> None:
        """Know nothing yet."""
        self._api = api
        self._stations: dict[str, StationDetails] = {}
        self._vehicles: dict[str, VehicleDetails] = {}
        self._turn = 0

    def of_station(self, evse_id: str) -> StationDetails | None:
        """Return what is known of a charger."""
        return self._stations.get(evse_id)

    def of_vehicle(self, vehicle_id: str) -> VehicleDetails:
        """Return what is known of a vehicle."""
        return self._vehicles.get(vehicle_id, VehicleDetails())

    async def read_next(
        self, evses: Sequence[wire.Evse], vehicles: Sequence[wire.Vehicle]
    ) -> None:
        """Read one detail of the object whose turn it is."""
        turns: tuple[wire.Evse | wire.Vehicle, ...] = (*evses, *vehicles)
        if not turns:
            return
        found = turns[self._turn % len(turns)]
        self._turn += 1
        if isinstance(found, wire.Evse):
            await self._async_connectivity(found.id)
        elif found.integrated == UNLINKED:
            await self._async_stated_charge(found.id)
        else:
            await self._async_at_home(found.id)

    async def _async_connectivity(self, evse_id: str) -> None:
        path = f"/evses/{evse_id}/connectivity"
        found = await self._api.optional(
            "connectivity", lambda: self._api.get(path, wire.EVSE_CONNECTIVITY)
        )
        if found:
            self._stations[evse_id] = StationDetails(
                signal_strength=found.signal_strength_rssi_dbm,
                reliability=found.connection_reliability_30d,
                firmware=found.firmware_version,
            )

    async def _async_at_home(self, vehicle_id: str) -> None:
        path = f"/vehicles/{vehicle_id}/location_logs"
        logs = await self._api.optional(
            "vehicle location",
            lambda: self._api.get(
                path, wire.VEHICLE_LOCATION_LOGS, [("page_size", "1")]
            ),
        )
        if logs:
            self._vehicles[vehicle_id] = VehicleDetails(at_home=logs[0].at_home)

    async def _async_stated_charge(self, vehicle_id: str) -> None:
        path = f"/vehicles/{vehicle_id}/state_of_charge"
        found = await self._api.optional(
            "stated charge", lambda: self._api.get(path, wire.VEHICLE_STATE_OF_CHARGE)
        )
        if found:
            self.keep_stated_charge(vehicle_id, found)

    def keep_stated_charge(
        self, vehicle_id: str, found: wire.VehicleStateOfCharge
    ) -> None:
        """Keep what a person said of a vehicle's charge."""
        self._vehicles[vehicle_id] = VehicleDetails(
            stated_charge=found.state_of_charge_percentage
        )
