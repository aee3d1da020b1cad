"""What happens to stations, connectors and vehicles: what differs from one poll to the next.

A value that a poll did not bring proves nothing: the one before it stands, and what is
seen next is compared with that.
"""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from .clients.enums import ConnectorStatus, LinkState, StationStatus, StopReason
from .clients.model import ChargingSession, Connector, Station, Vehicle
from .entity import reachable

# Reasons for an end that say that there was a limit.
LIMITS = frozenset({StopReason.SOC_LIMIT_REACHED, StopReason.TIME_LIMIT_REACHED})

# A vehicle at its limit may report a little less for a while, in per cent.
SLACK = 3.0


class Happening(StrEnum):
    """What can happen to a station, a connector or a vehicle."""

    BECAME_FREE = "became_free"
    FAULTED = "faulted"
    RECOVERED = "recovered"
    PLUGGED_IN = "plugged_in"
    UNPLUGGED = "unplugged"
    LIMIT_REACHED = "limit_reached"
    OFFLINE = "offline"
    BACK_ONLINE = "back_online"


class Seen(Struct, frozen=True, kw_only=True, gc=False):
    """What was last seen of something; None where nobody ever told.

    ``limited`` is what has a limit (a session, or a limit of the vehicle's), and
    ``is_at_limit`` whether it is reached.
    """

    faulted: bool | None = None
    free: bool | None = None
    plugged_in: bool | None = None
    online: bool | None = None
    limited: str | None = None
    is_at_limit: bool | None = None


def look(found: Station | Connector | Vehicle, before: Seen | None) -> Seen:
    """Return what is known by now.

    Args:
        found: as the latest poll has it.
        before: what was known; None at first.
    """
    before = before or Seen()
    online = _LINKS[found.link] if isinstance(found, Vehicle) else found.online
    if not reachable(found):
        # The other values are those of before it went.
        return replace(before, online=online)
    now = replace(_look_now(found, before), online=online)
    return _filled(now, before)


def happened(before: Seen, after: Seen) -> Iterator[Happening]:
    """Yield what must have happened in between."""
    for was, is_, begun, ended in (
        (before.online, after.online, Happening.BACK_ONLINE, Happening.OFFLINE),
        (before.faulted, after.faulted, Happening.FAULTED, Happening.RECOVERED),
        (
            before.plugged_in,
            after.plugged_in,
            Happening.PLUGGED_IN,
            Happening.UNPLUGGED,
        ),
        (before.free, after.free, Happening.BECAME_FREE, None),
    ):
        if was is False and is_:
            yield begun
        elif was and is_ is False and ended is not None:
            yield ended
    if (
        before.limited == after.limited
        and before.is_at_limit is False
        and after.is_at_limit
    ):
        yield Happening.LIMIT_REACHED


def _look_now(found: Station | Connector | Vehicle, before: Seen) -> Seen:
    """Return what is told now, but for the link."""
    match found:
        case Station():
            return Seen(faulted=_is(found.status, StationStatus.FAULTED))
        case Connector():
            limited, is_at_limit = _limit_of_session(found.session)
            return Seen(
                faulted=_is(found.status, ConnectorStatus.FAULTED),
                free=_is(found.status, ConnectorStatus.AVAILABLE),
                plugged_in=found.plugged_in,
                limited=limited,
                is_at_limit=is_at_limit,
            )
        case Vehicle():
            limited, is_at_limit = _limit_of_vehicle(found, before)
            return Seen(
                plugged_in=found.plugged_in, limited=limited, is_at_limit=is_at_limit
            )


def _is[StatusT: StrEnum](status: StatusT | None, wanted: StatusT) -> bool | None:
    return None if status is None else status is wanted


def _filled(now: Seen, before: Seen) -> Seen:
    """Return what was seen now, and what was seen before where that tells nothing."""
    if now.limited is None or now.is_at_limit is None:
        now = replace(now, limited=before.limited, is_at_limit=before.is_at_limit)
    return Seen(
        faulted=before.faulted if now.faulted is None else now.faulted,
        free=before.free if now.free is None else now.free,
        plugged_in=before.plugged_in if now.plugged_in is None else now.plugged_in,
        online=before.online if now.online is None else now.online,
        limited=now.limited,
        is_at_limit=now.is_at_limit,
    )


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
