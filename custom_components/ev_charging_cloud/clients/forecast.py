"""What energy will cost, and how much carbon it will bring."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from .model import Money


class PriceInterval(Struct, frozen=True, kw_only=True):
    """What energy costs per kWh in a time."""

    start: datetime
    end: datetime
    price: Money


class CarbonInterval(Struct, frozen=True, kw_only=True):
    """How much carbon energy brings in a time, in g/kWh."""

    start: datetime
    end: datetime
    intensity: float


class Forecast(Struct, frozen=True, kw_only=True):
    """Prices and carbon of a time, the earliest first.

    Either is None where it could not be read; ``problems`` says why, by its name.
    """

    prices: tuple[PriceInterval, ...] | None
    carbon: tuple[CarbonInterval, ...] | None
    problems: dict[str, str]


class Forecasts(Protocol):
    """Asking for prices and carbon, which costs requests, and so is done on demand."""

    async def async_get(self, start: datetime, end: datetime) -> Forecast:
        """Return what is known of a time.

        Raises:
            ClientError: nothing of it could be read.
        """
