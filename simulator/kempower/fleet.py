"""Schedules of vehicles and power groups, as ChargEye may write them, and lists as another file names them.

The reference shows the ids of a schedule and tells the rest in prose; the names are those of a session's `schedulePlan`.
"""

from datetime import datetime, timedelta

from simulator.world.model import Json, VehicleView

from .options import KempowerOptions

#: when buses leave in the morning and come back in the evening, in hours of the day in UTC
LEAVE, RETURN = 5, 19
TARGET = 90


def schedules(
    views: list[VehicleView], now: datetime, options: KempowerOptions
) -> list[Json]:
    """Return when the buses among some vehicles come and go next."""
    return [
        {
            "id": f"sch-{view.vehicle.id}",
            "evId": view.vehicle.id,
            "locationUid": view.vehicle.location_id,
            "plannedArrivalTime": options.time(_next(now, RETURN)),
            "plannedDepartureTime": options.time(_next(now, LEAVE)),
            "targetSoC": TARGET,
        }
        for view in views
        if view.vehicle.model.bus
    ]


def _next(now: datetime, hour: int) -> datetime:
    """Return the next time that it is so late."""
    at = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return at if at > now else at + timedelta(days=1)


def groups(group_ids: list[str]) -> dict[str, Json]:
    """Return the top-level power groups by their ids."""
    return {
        id_: {
            "groupId": id_,
            "limitationType": "InputCurrent",
            "maxCurrentA": 630 + 70 * number,
            "timeThresholdToIncreasePowerSeconds": 240,
            "reservationMarginForActiveChargersKw": 20,
        }
        for number, id_ in enumerate(sorted(group_ids))
    }
