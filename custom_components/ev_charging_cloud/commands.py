"""What commands are for, and that each is given once."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic, time

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from .clients.client import ChargingClient
from .clients.commands import (
    BoostCommands,
    ChargingCommands,
    FavouriteCommands,
    LinkCommands,
    MaintenanceCommands,
    OperatorCommands,
    VehicleCommands,
)
from .clients.documents import DocumentArchive
from .clients.forecast import Forecasts
from .clients.refs import ConnectorRef
from .clients.snapshot import Snapshot
from .const import DOMAIN

VERSION = 1


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
FORECASTS: Purpose[Forecasts] = Purpose(
    find=lambda client: client.forecasts, missing="no_forecasts"
)
DOCUMENTS: Purpose[DocumentArchive] = Purpose(
    find=lambda client: client.documents, missing="no_documents"
)
FAVOURITES: Purpose[FavouriteCommands] = Purpose(find=lambda client: client.favourites)
LINK: Purpose[LinkCommands] = Purpose(find=lambda client: client.link)
VEHICLE: Purpose[VehicleCommands] = Purpose(find=lambda client: client.vehicle)
MAINTENANCE: Purpose[MaintenanceCommands] = Purpose(
    find=lambda client: client.maintenance, shows_at_once=True, settles_in=60.0
)
# The vendor's attempts to start take two to three minutes; a start costs money.
CHARGING: Purpose[ChargingCommands] = Purpose(
    find=lambda client: client.charging, missing="no_remote_commands", settles_in=180.0
)
# Saying once more what should be is one thing, and doing something again another.
OPERATOR: Purpose[OperatorCommands] = Purpose(find=lambda client: client.operator)
OPERATOR_ONCE: Purpose[OperatorCommands] = Purpose(
    find=lambda client: client.operator,
    missing="no_remote_commands",
    settles_in=CHARGING.settles_in,
)


class CommandGuard:
    """Sees to it that a command is given once.

    A command is known by what it is about, and by what it says where that matters. It
    is held back while the same one is under way, and, if the vendor accepted it or may
    have, for as long as its effect may take to show: also while Home Assistant starts
    anew, or the account is set up again.
    """

    def __init__(self, store: Store[dict[str, float]]) -> None:
        """Begin with no command given.

        Args:
            store: keeps until when commands are held back, in seconds since 1970.
        """
        self._store = store
        self._under_way: set[str] = set()
        self._settled_at: dict[str, float] = {}

    async def async_load(self) -> None:
        """Go on holding back what was given before Home Assistant ended."""
        now, today = monotonic(), time()
        for command, moment in (await self._store.async_load() or {}).items():
            # The clock on the wall may have been set meanwhile.
            if (left := moment - today) > 0:
                self._settled_at[command] = now + min(left, CHARGING.settles_in)

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

    async def async_hold(self, command: str, *, settles_in: float) -> None:
        """Have a command on disk before it is sent, if it may not be given twice.

        Args:
            command: as it began.
            settles_in: for how long it is held back, whatever becomes of us.
        """
        if settles_in:
            self._settled_at[command] = monotonic() + settles_in
            await self._async_keep()

    def see(self, snapshot: Snapshot) -> None:
        """Let a start be given again whose session shows: it now stands for itself."""
        if not self._settled_at:
            return
        for key, connector in snapshot.connectors.items():
            path = ConnectorRef(*key).path
            if connector.session is not None and connector.session.is_running:
                self._settled_at.pop(path, None)
            if connector.is_charging:
                # A session that waited to be started was there before.
                self._settled_at.pop(start_of(path), None)

    async def async_end(self, command: str, *, settles_in: float) -> None:
        """Note that a command is over.

        Args:
            command: as it began.
            settles_in: for how long the same one is held back; 0 where it is certain
                that nothing was done, or saying it again does no harm.
        """
        self._under_way.discard(command)
        was_held = self._settled_at.pop(command, None) is not None
        if settles_in:
            self._settled_at[command] = monotonic() + settles_in
        if was_held or settles_in:
            await self._async_keep()

    async def async_remove(self) -> None:
        """Forget everything, as the account is removed."""
        await self._store.async_remove()

    async def _async_keep(self) -> None:
        ahead = time() - monotonic()
        await self._store.async_save(
            {command: moment + ahead for command, moment in self._settled_at.items()}
        )


def start_of(path: str) -> str:
    """Return the subject of a start by an operator, by the path of its connector."""
    return f"{path}/start"


# Not runtime data: an account that is set up anew knows what was given just before.
GUARDS: HassKey[dict[str, CommandGuard]] = HassKey(f"{DOMAIN}_commands")


async def async_guard_of(hass: HomeAssistant, entry: ConfigEntry) -> CommandGuard:
    """Return the guard of an account's commands."""
    known = hass.data.setdefault(GUARDS, {})
    if entry.entry_id not in known:
        guard = _guard(hass, entry)
        await guard.async_load()
        known[entry.entry_id] = guard
    return known[entry.entry_id]


async def async_forget_commands(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget which commands a removed account was given."""
    guard = hass.data.get(GUARDS, {}).pop(entry.entry_id, None)
    await (guard or _guard(hass, entry)).async_remove()


def _guard(hass: HomeAssistant, entry: ConfigEntry) -> CommandGuard:
    return CommandGuard(Store(hass, VERSION, f"{DOMAIN}.{entry.entry_id}.commands"))
