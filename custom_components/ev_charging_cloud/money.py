"""Amounts of money at the edge: from minor units to what people write."""

import math

from .clients.model import Money

# Currencies whose minor unit is not a hundredth (ISO 4217).
EXPONENTS = {
    "BHD": 3,
    "CLP": 0,
    "ISK": 0,
    "JPY": 0,
    "JOD": 3,
    "KRW": 0,
    "KWD": 3,
    "OMR": 3,
    "TND": 3,
    "VND": 0,
}


def major_units(amount: Money | None) -> float | None:
    """Return an amount in whole currency; None where there is none."""
    if amount is None:
        return None
    return amount.minor / math.pow(10, EXPONENTS.get(amount.currency, 2))
