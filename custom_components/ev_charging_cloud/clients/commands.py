"""The commands that vendors take, by what they are for.

A client offers those that its vendor has, see :class:`~.client.ChargingClient`.
"""

from datetime import datetime
from typing import Protocol

from .enums import StartOutcome, StopOutcome
from .model import Card, Connector, MaintenanceDraft, MaintenanceWindow


class BoostCommands(Protocol):
    """Charging at once where the vendor decides when to charge."""

    async def async_set_boost(self, session_id: str, *, on: bool) -> None:
        """Have a running session charge at once, or go on as planned."""


class VehicleCommands(Protocol):
    """Changing how a vehicle is charged, as far as the capabilities say."""

    async def async_set_smart_charging(self, vehicle_id: str, *, on: bool) -> None:
        """Let the vendor decide when a vehicle charges, or not."""

    async def async_set_charge_limit(self, vehicle_id: str, limit: int) -> None:
        """Set where a vehicle stops charging, in per cent."""

    async def async_set_state_of_charge(
        self, vehicle_id: str, state_of_charge: int | None
    ) -> None:
        """Say how full a vehicle is, in per cent; None takes it back."""


class LinkCommands(Protocol):
    """Linking anew what the vendor has lost sight of.

    Nothing changes until a person follows the address, which is good for a short time.
    """

    async def async_relink_vehicle(self, vehicle_id: str) -> str:
        """Return the address where a person can link a vehicle anew."""

    async def async_relink_station(self, station_id: str) -> str:
        """Return the address where a person can link a station anew."""


class MaintenanceCommands(Protocol):
    """Planning when stations are worked on.

    What the vendor would not take raises a
    :class:`~.errors.MaintenanceRuleError` before anything is sent.
    """

    async def async_get_windows(
        self, start: datetime, end: datetime
    ) -> tuple[MaintenanceWindow, ...]:
        """Return the windows of all stations that overlap a time."""

    async def async_create(self, draft: MaintenanceDraft) -> MaintenanceWindow | None:
        """Plan a window, and return it once the vendor lists it."""

    async def async_change(
        self, window: MaintenanceWindow, draft: MaintenanceDraft
    ) -> MaintenanceWindow | None:
        """Make a window what the draft says, and return it as the vendor lists it."""

    async def async_delete(self, window: MaintenanceWindow) -> None:
        """Take a window back."""


class ChargingCommands(Protocol):
    """Starting and stopping a driver's own charging sessions."""

    async def async_get_cards(self, connector_id: str) -> tuple[Card, ...]:
        """Return the driver's cards that may charge on a connector."""

    async def async_start(
        self, connector_id: str, card: str | None = None
    ) -> StartOutcome:
        """Start a session; with the first card that may, or with one that is named.

        Returns:
            How far it got in the time that a person waits.
        """

    async def async_stop(self, session_id: str) -> StopOutcome:
        """Stop a session that runs.

        Returns:
            How far it got in the time that a person waits.
        """


class FavouriteCommands(Protocol):
    """Marking the stations that a driver comes back to."""

    async def async_set_favourite(self, station_id: str, *, on: bool) -> None:
        """Mark a station as a favourite, or no longer."""


class OperatorCommands(Protocol):
    """Commanding stations that are the account's own, whoever charges there.

    Which of these there are, the capabilities say. All that is returned is that the
    vendor took the command. Powers are in W.
    """

    async def async_start(self, connector: Connector) -> None:
        """Let what is plugged in and waits be charged."""

    async def async_stop(self, connector: Connector) -> None:
        """Stop the session on a connector."""

    async def async_set_availability(
        self, connector: Connector, *, available: bool
    ) -> None:
        """Put a connector into service, or out of it."""

    async def async_restart(self, station_id: str) -> None:
        """Have a station start anew."""

    async def async_limit_station(self, station_id: str, power: float) -> None:
        """Limit what all connectors of a station give together."""

    async def async_limit_connector(self, connector: Connector, power: float) -> None:
        """Limit what a connector gives."""

    async def async_limit_session(self, connector: Connector, power: float) -> None:
        """Limit what the session on a connector gets."""
