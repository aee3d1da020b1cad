"""What a home's sun, grid and battery give and take, beside its charging.

All objects are immutable and compare by value. ``None``, or a flow that is missing,
always means that the vendor did not tell, never "zero".
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Flow(StrEnum):
    """What flows in a home, each in one direction only, so that none is below zero."""

    SOLAR = "solar"
    HOME = "home"
    GRID_IMPORT = "grid_import"
    GRID_EXPORT = "grid_export"
    BATTERY_CHARGE = "battery_charge"
    BATTERY_DISCHARGE = "battery_discharge"


GRID = frozenset({Flow.GRID_IMPORT, Flow.GRID_EXPORT})
BATTERY = frozenset({Flow.BATTERY_CHARGE, Flow.BATTERY_DISCHARGE})


class HomeEnergy(Struct, frozen=True, kw_only=True):
    """A home energy system.

    ``power`` is in W as the system reported it at ``reported_at``, ``battery_level`` in
    per cent; both only while that is recent. ``energy`` is in Wh since
    ``counted_since``, which stays the same over restarts; it falls where the vendor takes
    back what it told. ``told`` are the flows that were ever told of: what the home has.
    """

    id: str
    reported_at: datetime | None = None
    power: Mapping[Flow, float] = {}
    battery_level: float | None = None
    energy: Mapping[Flow, float] = {}
    counted_since: datetime | None = None
    told: frozenset[Flow] = frozenset()
