"""What commands are for, and that each is given once."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic

from homeassistant.exceptions import ServiceValidationError

from .clients.client import ChargingClient
from .clients.commands import (
    BoostCommands,
    ChargingCommands,
    MaintenanceCommands,
    VehicleCommands,
)
from .clients.refs import ConnectorRef
from .clients.snapshot import Snapshot
from .const import DOMAIN


@dataclass(frozen=True, kw_only=True)
class Purpose[CommandsT]:
    """A kind of commands.

    ``find`` returns a client's commands of this kind; where it has none, people are
    told what ``missing`` says, a translation key. ``shows_at_once`` is True where the
    vendor shows in its next answer what a command has done; elsewhere it takes a while.
    ``settles_in`` are the seconds that its effect may take to show: for as long, the
    same command would do harm a second time, and is not given. 0 where saying the same
    once more changes nothing.
    """

    find: Callable[[ChargingClient], CommandsT | None]
    missing: str = "command_gone"
    shows_at_once: bool = False
    settles_in: float = 0.0


BOOST: Purpose[BoostCommands] = Purpose(find=lambda client: client.boost)
VEHICLE: Purpose[VehicleCommands] = Purpose(find=lambda client: client.vehicle)
MAINTENANCE: Purpose[MaintenanceCommands] = Purpose(
    find=lambda client: client.maintenance, shows_at_once=True, settles_in=60.0
)
# The vendor's attempts to start take two to three minutes; a start costs money.
CHARGING: Purpose[ChargingCommands] = Purpose(
    find=lambda client: client.charging, missing="no_remote_commands", settles_in=180.0
)


class CommandGuard:
    """Sees to it that a command is given once.

    A command is known by what it is about, and by what it says where that matters. It
    is held back while the same one is under way, and, if the vendor accepted it or may
    have, for as long as its effect may take to show.
    """

    def __init__(self) -> None:
        """Begin with no command given."""
        self._under_way: set[str] = set()
        self._settled_at: dict[str, float] = {}

    def begin(self, command: str) -> None:
        """Let a command be given.

        Raises:
            ServiceValidationError: it is under way, or was given just now.
        """
        now = monotonic()
        self._settled_at = {
            known: moment for known, moment in self._settled_at.items() if moment > now
        }
        if command in self._under_way:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="command_under_way"
            )
        if command in self._settled_at:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="command_just_given",
                translation_placeholders={
                    "seconds": str(ceil(self._settled_at[command] - now))
                },
            )
        self._under_way.add(command)

    def see(self, snapshot: Snapshot) -> None:
        """Let a start be given again whose session shows: it now stands for itself."""
        if not self._settled_at:
            return
        for key, connector in snapshot.connectors.items():
            if connector.session is not None and connector.session.is_running:
                self._settled_at.pop(ConnectorRef(*key).path, None)

    def end(self, command: str, *, settles_in: float) -> None:
        """Note that a command is over.

        Args:
            command: as it began.
            settles_in: for how long the same one is held back; 0 where it is certain
                that nothing was done, or saying it again does no harm.
        """
        self._under_way.discard(command)
        if settles_in:
            self._settled_at[command] = monotonic() + settles_in
