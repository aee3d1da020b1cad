"""What everything above the clients knows of a vendor: a base class and capabilities."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import Flag, auto
from typing import Protocol

from msgspec import Struct

from .commands import (
    BoostCommands,
    ChargingCommands,
    FavouriteCommands,
    LinkCommands,
    MaintenanceCommands,
    OperatorCommands,
    VehicleCommands,
)
from .documents import DocumentArchive
from .forecast import Forecasts
from .history import HistoryPage
from .reading.families import Families
from .reading.report import ReadingReport
from .search import StationSearch
from .snapshot import LiveState, SlowState
from .transport.requests import RequestLog


class Capability(Flag):
    """What a vendor's API can give; entities exist only where it can.

    ``PAST_COST``: what a session has cost is told once it is over. ``SESSION_METER``: all sessions of a connector are told, whoever charges, so that
    their sum is its meter; and there is no better one.
    """

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
    CONNECTORS = auto()
    CONNECTOR_STATUS = auto()
    CONNECTOR_POWER = auto()
    SESSIONS = auto()
    SESSION_METER = auto()
    STATION_SIGNAL = auto()
    STATION_LAST_SEEN = auto()
    FIRMWARE = auto()
    OCPP_IDENTITY = auto()
    SIM_CARD = auto()
    MAINTENANCE = auto()
    DRIVER_SESSIONS = auto()
    INVOICES = auto()
    FAVOURITES = auto()
    REMOTE_START = auto()
    OPERATOR_START = auto()
    OPERATOR_STOP = auto()
    CONNECTOR_AVAILABILITY = auto()
    STATION_RESTART = auto()
    STATION_LIMIT = auto()
    CONNECTOR_LIMIT = auto()
    SESSION_LIMIT = auto()
    HISTORY = auto()
    PAST_COST = auto()
    HOME_ENERGY = auto()
    HOME_SOLAR = auto()
    HOME_GRID = auto()
    HOME_BATTERY = auto()


# What a person switches on; a cloud that is away cannot tell anything of these.
SWITCHED_ON = (
    Capability.OPERATOR_START
    | Capability.OPERATOR_STOP
    | Capability.CONNECTOR_AVAILABILITY
    | Capability.STATION_RESTART
    | Capability.STATION_LIMIT
    | Capability.CONNECTOR_LIMIT
    | Capability.SESSION_LIMIT
)


class Account(Struct, frozen=True, kw_only=True):
    """Whose account it is.

    ``id`` stays the same and holds no secret. ``is_named_by_vendor`` is False where
    the id is our own and changes with the credentials.
    """

    id: str
    name: str | None = None
    is_named_by_vendor: bool = True


class Memory(Protocol):
    """Keeps what is expensive to find out, over restarts."""

    async def async_load(self) -> dict[str, str]:
        """Return what was kept; nothing at first."""

    async def async_save(self, content: dict[str, str]) -> None:
        """Keep this instead of what was kept."""


class ChargingClient(ABC):
    """One account at one vendor.

    Every method raises a :class:`~.errors.ClientError` and nothing else. What a client
    does not override stands for a vendor that has nothing of the kind.
    """

    def __init__(self, vendor: str, requests: RequestLog | None = None) -> None:
        """Start with nothing read.

        Args:
            vendor: the vendor's name as users know it.
            requests: counts the requests; None for a count of its own.
        """
        self.report = ReadingReport(vendor)
        self.families = Families(vendor)
        self.requests = requests or RequestLog()

    @property
    @abstractmethod
    def capabilities(self) -> Capability:
        """What this vendor can give, as far as that is known by now."""

    def wait_before_poll(self) -> float:
        """Return the seconds that the next live poll should wait; 0 for none.

        A vendor's hourly budget is kept by waiting, so that what is known stands.
        """
        return 0.0

    def wait_before_history(self) -> float:
        """Return the seconds that the next page of the past should wait; 0 for none.

        A vendor's hourly budget is for commands and polls first.
        """
        return 0.0

    @property
    def boost(self) -> BoostCommands | None:
        """What has sessions charge at once; None where that cannot be done."""
        return None

    @property
    def vehicle(self) -> VehicleCommands | None:
        """What changes how vehicles are charged; None where that cannot be done."""
        return None

    @property
    def forecasts(self) -> Forecasts | None:
        """What tells prices and carbon of the hours to come; None where nothing does."""
        return None

    @property
    def link(self) -> LinkCommands | None:
        """What links stations and vehicles anew; None where that cannot be done."""
        return None

    @property
    def maintenance(self) -> MaintenanceCommands | None:
        """What plans maintenance; None where the vendor knows none."""
        return None

    @property
    def charging(self) -> ChargingCommands | None:
        """What starts and stops sessions; None where that cannot be done."""
        return None

    @property
    def favourites(self) -> FavouriteCommands | None:
        """What marks a driver's favourites; None where that cannot be done."""
        return None

    @property
    def documents(self) -> DocumentArchive | None:
        """Where invoices and the like are; None where the vendor has none."""
        return None

    @property
    def operator(self) -> OperatorCommands | None:
        """What commands stations of the account; None where that cannot be done."""
        return None

    @property
    def search(self) -> StationSearch | None:
        """What finds stations to choose from; None where all are shown."""
        return None

    @property
    def schema_problem(self) -> str | None:
        """What the vendor's schema lost that was used; None where all is well."""
        return None

    @property
    def diagnostics(self) -> Mapping[str, object]:
        """What else helps to see why something is not shown; nothing of a person."""
        return {}

    @abstractmethod
    async def async_identify(self) -> Account:
        """Return whose account it is."""

    async def async_get_slow(self) -> SlowState:
        """Return what changes rarely; what may not be read is left out."""
        return SlowState(locations={})

    async def async_read_details(self) -> None:  # noqa: B027 - few have anything to do
        """Read in the background what takes many requests; the next poll shows it.

        There is nothing to do where the listings bring all there is.
        """

    @abstractmethod
    async def async_get_live(self, location_id: str | None = None) -> LiveState:
        """Return stations, connectors and vehicles as they are now.

        Args:
            location_id: only the stations of this location; None for all.
        """

    async def async_read_history(self, cursor: str | None) -> HistoryPage | None:
        """Return a page of the sessions that are over.

        Args:
            cursor: where the page begins, as the one before it says; None for the
                first one, which has the newest sessions.

        Returns:
            The page; None where the vendor has nothing of the kind.
        """
        return None
