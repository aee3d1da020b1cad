"""What happens to connectors and vehicles: what differs from one poll to the next.

A value that a poll did not bring proves nothing: the one before it stands, and what is
seen next is compared with that.
"""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from .clients.enums import ConnectorStatus, LinkState, StopReason
from .clients.model import ChargingSession, Connector, Vehicle
from .entity import reachable

# Reasons for an end that say that there was a limit.
LIMITS = frozenset({StopReason.SOC_LIMIT_REACHED, StopReason.TIME_LIMIT_REACHED})

# A vehicle at its limit may report a little less for a while, in per cent.
SLACK = 3.0


class Happening(StrEnum):
    """What can happen to a connector or a vehicle."""

    BECAME_FREE = "became_free"
    FAULTED = "faulted"
    RECOVERED = "recovered"
    PLUGGED_IN = "plugged_in"
    UNPLUGGED = "unplugged"
    LIMIT_REACHED = "limit_reached"
    OFFLINE = "offline"
    BACK_ONLINE = "back_online"


class Seen(Struct, frozen=True, kw_only=True):
    """What was last seen of a connector or a vehicle; None where nobody ever told.

    ``limited`` is what has a limit (a session, or a limit of the vehicle's), and
    ``is_at_limit`` whether it is reached.
    """

    status: ConnectorStatus | None = None
    plugged_in: bool | None = None
    online: bool | None = None
    limited: str | None = None
    is_at_limit: bool | None = None


def look(found: Connector | Vehicle, before: Seen | None) -> Seen:
    """Return what is known by now.

    Args:
        found: as the latest poll has it.
        before: what was known; None at first.
    """
    before = before or Seen()
    if isinstance(found, Vehicle):
        limited, is_at_limit = _limit_of_vehicle(found, before)
        status, online = None, _LINKS[found.link]
    else:
        limited, is_at_limit = _limit_of_session(found.session)
        status, online = found.status, found.online
        if not reachable(found):
            # The other values are those of before it went.
            return replace(before, online=online)
    if limited is None or is_at_limit is None:
        limited, is_at_limit = before.limited, before.is_at_limit
    return Seen(
        status=before.status if status is None else status,
        plugged_in=before.plugged_in if found.plugged_in is None else found.plugged_in,
        online=before.online if online is None else online,
        limited=limited,
        is_at_limit=is_at_limit,
    )


def happened(before: Seen, after: Seen) -> Iterator[Happening]:
    """Yield what must have happened in between."""
    if before.online is False and after.online:
        yield Happening.BACK_ONLINE
    if before.online and after.online is False:
        yield Happening.OFFLINE
    if before.status is not None and before.status is not after.status:
        if before.status is ConnectorStatus.FAULTED:
            yield Happening.RECOVERED
        if after.status is ConnectorStatus.FAULTED:
            yield Happening.FAULTED
    if before.plugged_in is False and after.plugged_in:
        yield Happening.PLUGGED_IN
    if before.plugged_in and after.plugged_in is False:
        yield Happening.UNPLUGGED
    if (
        before.status not in {None, ConnectorStatus.AVAILABLE}
        and after.status is ConnectorStatus.AVAILABLE
    ):
        yield Happening.BECAME_FREE
    if (
        before.limited == after.limited
        and before.is_at_limit is False
        and after.is_at_limit
    ):
        yield Happening.LIMIT_REACHED


def _limit_of_session(
    session: ChargingSession | None,
) -> tuple[str | None, bool | None]:
    """Return which session has a limit, and whether it has come to it."""
    if session is None:
        return None, None
    if session.stop_reason in LIMITS:
        return session.id, True
    charge, limit = session.state_of_charge, session.state_of_charge_limit
    if charge is not None and limit is not None:
        return session.id, charge >= limit
    # Without a limit of its own it may still be said to have stopped by one.
    return session.id, False if session.is_running else None


def _limit_of_vehicle(vehicle: Vehicle, before: Seen) -> tuple[str | None, bool | None]:
    """Return what limit a vehicle has, and whether it has come to it."""
    limits = (vehicle.charge_limit, vehicle.target_state_of_charge)
    limit = min((limit for limit in limits if limit is not None), default=None)
    if limit is None or vehicle.state_of_charge is None:
        return None, None
    limited = str(limit)
    if before.limited == limited and before.is_at_limit:
        limit -= SLACK
    return limited, vehicle.state_of_charge >= limit


_LINKS = {
    LinkState.ACTIVE: True,
    LinkState.INACTIVE: False,
    LinkState.NONE: None,
    None: None,
}
