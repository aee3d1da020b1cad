"""Minor units of currencies (ISO 4217)."""

import math

from .model import Money

# Currencies whose minor unit is not a hundredth.
EXPONENTS = {
    "BHD": 3,
    "CLP": 0,
    "ISK": 0,
    "JOD": 3,
    "JPY": 0,
    "KRW": 0,
    "KWD": 3,
    "OMR": 3,
    "TND": 3,
    "VND": 0,
}


def from_major(amount: float, currency: str) -> Money:
    """Return an amount that is told in whole currency."""
    return Money(round(amount * _minor_units(currency), 6), currency)


def to_major(amount: Money | None) -> float | None:
    """Return an amount in whole currency; None where there is none."""
    if amount is None:
        return None
    return amount.minor / _minor_units(amount.currency)


def _minor_units(currency: str) -> float:
    return math.pow(10, EXPONENTS.get(currency, 2))
