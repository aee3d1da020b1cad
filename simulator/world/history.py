"""The sessions which a connector had before the world began, made up when somebody asks for them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from .arrivals import ALARMS, Visit, draw_idle, draw_visit
from .catalogue import rng, unique_id
from .charging import charge
from .model import ConnectorSpec, Phase, Session, Vehicle

#: how far back the history goes
HISTORY = timedelta(days=90)


class History:
    """Past sessions of one connector, newest first, the same for the same seed."""

    def __init__(
        self,
        seed: int,
        station_id: str,
        connector: ConnectorSpec,
        own: Vehicle,
        begin: datetime,
    ) -> None:
        """Let the history end before `begin`, the first thing which happens live on the connector."""
        self._seed = seed
        self._station_id = station_id
        self._connector = connector
        self._own = own
        self._horizon = begin - HISTORY
        self._cursor = begin
        self._made: list[Session] = []
        self._complete = False

    @classmethod
    def none(
        cls, station_id: str, connector: ConnectorSpec, own: Vehicle, begin: datetime
    ) -> History:
        """Return the history of a connector that nobody ever used."""
        empty = cls(0, station_id, connector, own, begin)
        empty._complete = True
        return empty

    def __iter__(self) -> Iterator[Session]:
        """Go back in time session by session."""
        index = 0
        while index < len(self._made) or self._make_next():
            yield self._made[index]
            index += 1

    @property
    def newest(self) -> Session | None:
        """Return the last session before the world began."""
        return next(iter(self), None)

    def _make_next(self) -> bool:
        """Make the session before the earliest one; return whether there is one."""
        if self._complete:
            return False
        random = rng(
            self._seed, self._station_id, self._connector.id, "past", len(self._made)
        )
        visit = draw_visit(random, self._connector, self._own)
        end = self._cursor - draw_idle(random, self._cursor)
        session = past_session(
            unique_id(random), self._station_id, self._connector, visit, end
        )
        if session.start < self._horizon:
            self._complete = True
            return False
        self._made.append(session)
        self._cursor = session.start
        return True


def past_session(
    session_id: str,
    station_id: str,
    connector: ConnectorSpec,
    visit: Visit,
    end: datetime,
) -> Session:
    """Return what a visit that ended at `end` leaves behind."""
    charged = visit.authorize_after is not None
    soc_stop = visit.soc_stop if charged else visit.soc_start
    seconds, peak = charge(
        visit.vehicle.model,
        connector.type.alternating,
        visit.soc_start,
        soc_stop,
        connector.max_w,
    )
    charging_end = end - timedelta(seconds=visit.stay)
    charging_start = charging_end - timedelta(seconds=seconds)
    authorized = charging_start - timedelta(seconds=visit.insulation_test)
    opened = authorized - timedelta(seconds=visit.authorize_after or 0)
    return Session(
        id=session_id,
        station_id=station_id,
        connector=connector,
        vehicle=visit.vehicle,
        phase=Phase.ENDED,
        start=opened,
        plugged_at=opened if visit.cable_first else authorized,
        authorized_at=(authorized if visit.cable_first else opened)
        if charged
        else None,
        charging_start=charging_start if charged else None,
        charging_end=charging_end if charged else None,
        end=end,
        updated=end,
        cable_first=visit.cable_first,
        authorization=visit.authorization,
        id_token=visit.id_token,
        stop_reason=visit.stop_reason if charged else None,
        end_reason=visit.end_reason,
        alarms=ALARMS.get(visit.stop_reason, ()) if charged else (),
        soc_start=visit.soc_start,
        battery_soc=soc_stop,
        soc_limit=visit.soc_limit,
        power_w=0.0,
        peak_w=peak,
        limiter=None,
    )
