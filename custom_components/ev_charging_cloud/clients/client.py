"""What everything above the clients knows of a vendor: a protocol and capabilities."""

from collections.abc import Mapping
from datetime import datetime
from enum import Flag, auto
from typing import Protocol

from msgspec import Struct

from .enums import StartOutcome
from .model import Card, MaintenanceDraft, MaintenanceWindow
from .reading.report import ReadingReport
from .snapshot import LiveState, SlowState
from .transport.requests import RequestLog


class Capability(Flag):
    """What a vendor's API can give; entities exist only where it can."""

    LOCATIONS = auto()
    CONNECTIVITY = auto()
    STATION_STATUS = auto()
    STATION_POWER = auto()
    STATION_CURRENT = auto()
    STATION_METER = auto()
    STATION_ELECTRICAL = auto()
    STATION_MODES = auto()
    CHARGING_TIMES = auto()
    SESSION_COST = auto()
    SESSION_BALANCE = auto()
    SESSION_MODE = auto()
    SESSION_PLAN = auto()
    SESSION_POWER = auto()
    SESSION_REASONS = auto()
    SESSION_SCHEDULE = auto()
    STATE_OF_CHARGE = auto()
    POWER_LIMITATION = auto()
    CONNECTOR_MAX_POWER = auto()
    SUPPLY = auto()
    REQUESTS_LEFT = auto()
    BOOST = auto()
    SMART_CHARGING = auto()
    CHARGE_LIMIT = auto()
    MANUAL_STATE_OF_CHARGE = auto()
    RECONNECT = auto()
    CONNECTORS = auto()
    CONNECTOR_STATUS = auto()
    CONNECTOR_POWER = auto()
    SESSIONS = auto()
    STATION_SIGNAL = auto()
    STATION_LAST_SEEN = auto()
    FIRMWARE = auto()
    OCPP_IDENTITY = auto()
    SIM_CARD = auto()
    MAINTENANCE = auto()
    DRIVER_SESSIONS = auto()
    INVOICES = auto()
    REMOTE_START = auto()


class Account(Struct, frozen=True, kw_only=True):
    """Whose account it is.

    ``id`` stays the same and holds no secret. ``is_named_by_vendor`` is False where
    the id is our own and changes with the credentials.
    """

    id: str
    name: str | None = None
    is_named_by_vendor: bool = True


class Commands(Protocol):
    """What a vendor can be told, as far as its capabilities say."""

    async def async_set_boost(self, session_id: str, *, on: bool) -> None:
        """Have a running session charge at once, or go on as planned."""

    async def async_set_smart_charging(self, vehicle_id: str, *, on: bool) -> None:
        """Let the vendor decide when a vehicle charges, or not."""

    async def async_set_charge_limit(self, vehicle_id: str, limit: int) -> None:
        """Set where a vehicle stops charging, in per cent."""

    async def async_set_state_of_charge(
        self, vehicle_id: str, state_of_charge: int | None
    ) -> None:
        """Say how full a vehicle is, in per cent; None takes it back."""

    async def async_reconnect(self, vehicle_id: str) -> str:
        """Return the address where a person can link a vehicle anew."""


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


class RemoteCommands(Protocol):
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

    async def async_stop(self, session_id: str) -> None:
        """Stop a session that runs."""


class Memory(Protocol):
    """Keeps what is expensive to find out, over restarts."""

    async def async_load(self) -> dict[str, str]:
        """Return what was kept; nothing at first."""

    async def async_save(self, content: dict[str, str]) -> None:
        """Keep this instead of what was kept."""


class ChargingClient(Protocol):
    """One account at one vendor.

    Every method raises a :class:`~.errors.ClientError` and nothing else.
    """

    @property
    def capabilities(self) -> Capability:
        """What this vendor can give."""

    @property
    def requests(self) -> RequestLog:
        """The requests made so far."""

    @property
    def commands(self) -> Commands | None:
        """What the vendor can be told; None for nothing at all."""

    @property
    def maintenance(self) -> MaintenanceCommands | None:
        """What plans maintenance; None where the vendor knows none."""

    @property
    def remote(self) -> RemoteCommands | None:
        """What starts and stops sessions; None where that cannot be done."""

    @property
    def schema_problem(self) -> str | None:
        """What the vendor's schema lost that was used; None where all is well."""

    @property
    def diagnostics(self) -> Mapping[str, object]:
        """What else tells why something is not shown; nothing of a person."""

    @property
    def report(self) -> ReadingReport:
        """What could not be read of the vendor's answers."""

    async def async_identify(self) -> Account:
        """Return whose account it is."""

    async def async_get_slow(self) -> SlowState:
        """Return what changes rarely; what may not be read is left out."""

    async def async_complete(self) -> None:
        """Read in the background what takes many requests; the next look has it."""

    async def async_get_live(self, location_id: str | None = None) -> LiveState:
        """Return stations, connectors and vehicles as they are now.

        Args:
            location_id: only the stations of this location; None for all.
        """
