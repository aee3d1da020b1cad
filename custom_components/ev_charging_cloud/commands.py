"""What commands are for: one table of all that a client may have."""

from collections.abc import Callable
from dataclasses import dataclass

from .clients.client import ChargingClient
from .clients.commands import (
    BoostCommands,
    ChargingCommands,
    MaintenanceCommands,
    VehicleCommands,
)


@dataclass(frozen=True, kw_only=True)
class Purpose[CommandsT]:
    """A kind of commands.

    ``find`` returns a client's commands of this kind. ``missing`` is the translation key
    of the error where it has none. ``shows_at_once`` is True where the vendor's next
    answer shows what a command has done; elsewhere that takes a while.
    """

    find: Callable[[ChargingClient], CommandsT | None]
    missing: str = "command_gone"
    shows_at_once: bool = False


BOOST: Purpose[BoostCommands] = Purpose(find=lambda client: client.boost)
VEHICLE: Purpose[VehicleCommands] = Purpose(find=lambda client: client.vehicle)
MAINTENANCE: Purpose[MaintenanceCommands] = Purpose(
    find=lambda client: client.maintenance, shows_at_once=True
)
CHARGING: Purpose[ChargingCommands] = Purpose(
    find=lambda client: client.charging, missing="no_remote_commands"
)
