"""Lists as a customer's file may describe them."""

from typing import Any

from custom_components.ev_charging_cloud.clients.kempower.openapi import (
    Kind,
    Meaning,
    Operation,
)
from custom_components.ev_charging_cloud.clients.kempower.openapi.operation import Fill


def reading(kind: Kind, path: str, items: str, *query: Any, **more: Any) -> Operation:
    """Return what reads a list."""
    fills = tuple(
        Fill(meaning=meaning, where="query", name=(name,)) for meaning, name in query
    )
    return Operation(
        kind=kind, method="GET", path=path, items=items, fills=fills, **more
    )


MADE = reading(Kind.LOCATION_STATIONS, "/made/{location}", "made")
VEHICLES = reading(Kind.VEHICLES, "/vehicles", "all")
VEHICLES_BY_LOCATION = reading(
    Kind.VEHICLES, "/vehicles", "all", (Meaning.LOCATION, "locationUid")
)
SCHEDULES = reading(
    Kind.SCHEDULES, "/plans/{location}", "weekly", more=("once", "never")
)
GROUPS = reading(Kind.POWER_GROUPS, "/groups", "tree")
PAGE = (Meaning.PAGE, "exclusiveStartKey")
PAST = reading(Kind.TRANSACTIONS, "/past", "list", PAGE, page="lastEvaluatedKey")
PAST_OF = reading(
    Kind.STATION_TRANSACTIONS, "/past/{station}", "list", PAGE, page="lastEvaluatedKey"
)
LOCATIONS = {"locations": [{"id": "A"}, {"id": "B"}]}
STATIONS = {
    "stations": [
        {"stationId": "CS1", "powerGroupParentPath": ["G1", "G2"]},
        {"stationId": "CS2", "powerGroupParentPath": ["G2"]},
        {"stationId": "CS3", "powerGroupParentPath": []},
        {"stationId": "CS4", "powerGroupParentPath": [""]},
    ]
}
