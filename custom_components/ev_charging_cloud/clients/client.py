"""What everything above the clients knows of a vendor: a protocol and capabilities."""

from collections.abc import Mapping
from enum import Flag, auto
from typing import Protocol

from .decoding import ReadingReport
from .middleware import RequestLog
from .model import Location
from .snapshot import LiveState


class Capability(Flag):
    """What a vendor's API can give; entities exist only where it can."""

    LOCATIONS = auto()
    CONNECTIVITY = auto()
    STATION_STATUS = auto()
    STATION_POWER = auto()
    STATION_CURRENT = auto()
    SESSION_POWER = auto()
    SESSION_PLAN = auto()
    STATE_OF_CHARGE = auto()
    POWER_LIMITATION = auto()
    SESSION_REASONS = auto()


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
    def report(self) -> ReadingReport:
        """What could not be read of the vendor's answers."""

    @property
    def account_id(self) -> str:
        """An id of the account that stays the same and holds no secret."""

    async def async_get_locations(self) -> Mapping[str, Location]:
        """Return all locations the account sees, by id."""

    async def async_get_live(self, location_id: str | None = None) -> LiveState:
        """Return the stations and connectors as they are now.

        Args:
            location_id: only the stations of this location; None for all.
        """
