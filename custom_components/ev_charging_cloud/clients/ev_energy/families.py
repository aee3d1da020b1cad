"""The parts of ev.energy's API that are read apart, and how each is treated.

An application has its scopes one by one, so that any of them may be missing for good.
"""

from collections.abc import Mapping
from datetime import timedelta

from ..reading.families import FamilyKind

DETAIL = FamilyKind(is_optional=True)
FAMILIES: Mapping[str, FamilyKind] = {
    "chargers": FamilyKind(is_primary=True, is_optional=True),
    "vehicles": FamilyKind(is_primary=True, is_optional=True),
    "sessions": FamilyKind(keep=timedelta(minutes=15), is_optional=True),
    "schedules": FamilyKind(keep=timedelta(minutes=30), is_optional=True),
    "user": FamilyKind(keep=timedelta(hours=2), is_optional=True),
    "tariff": FamilyKind(keep=timedelta(hours=2), is_optional=True),
    "notifications": FamilyKind(keep=timedelta(hours=2), is_optional=True),
    "home energy": FamilyKind(keep=timedelta(hours=2), is_optional=True),
    # Of one object at a time, each of which keeps its own, see the module details.
    "connectivity": DETAIL,
    "vehicle location": DETAIL,
    "stated charge": DETAIL,
    "home power": DETAIL,
    "home meters": DETAIL,
}
