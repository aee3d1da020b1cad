"""Homes with a charger or two, their cars and their drivers: the private side of the simulated world."""

from .homes import Homes
from .model import (
    Car,
    CarView,
    Charger,
    ChargerView,
    Flow,
    Home,
    HomeSession,
    Link,
    Mode,
    Part,
    Person,
    Slot,
    Tariff,
    UnreachableError,
)

__all__ = [
    "Car",
    "CarView",
    "Charger",
    "ChargerView",
    "Flow",
    "Home",
    "HomeSession",
    "Homes",
    "Link",
    "Mode",
    "Part",
    "Person",
    "Slot",
    "Tariff",
    "UnreachableError",
]
