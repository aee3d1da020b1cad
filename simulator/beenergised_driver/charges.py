"""The driver's charging sessions, which the API calls charge logs: those of the world, and those far away."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import override

from simulator.world.model import NotInWorldError, Phase, Session
from simulator.world.world import World

from .places import Plug, Site

#: from the end of charging until the operator has the session's end, last meter value and cost
REPORT_AFTER = timedelta(seconds=2)
#: how long a roaming start takes until energy flows, and a roaming stop
ROAMING_START_AFTER = timedelta(seconds=8)
ROAMING_STOP_AFTER = timedelta(seconds=3)
#: what the driver's car takes at most far away
ROAMING_WH = 40_000


class Status(StrEnum):
    """A session's state, as documented."""

    STARTED = "started"
    WAITING = "waiting_for_transaction"
    ROAMING_STARTED = "roaming_start"
    ROAMING_WAITING = "roaming_waiting_for_transaction"
    STOPPED = "stopped"


RUNNING = {Status.STARTED, Status.ROAMING_STARTED}


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a session at a moment. `end` is None until the station's report of the end is there."""

    status: Status
    start: datetime | None
    end: datetime | None
    energy_wh: float
    #: until when there was something to pay for
    until: datetime

    @property
    def seconds(self) -> float:
        """Return how long the session has been, or was, running."""
        return 0.0 if self.start is None else (self.until - self.start).total_seconds()


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for: where, with which card, when; and the record's id and number."""

    id: str
    number: int
    site: Site
    plug: Plug
    tag: str
    at: datetime


class Charge(ABC):
    """One session of the driver."""

    def __init__(self, order: Order) -> None:
        """Begin at the moment when the driver asked for it."""
        self.id = order.id
        self.number = order.number
        self.site = order.site
        self.plug = order.plug
        self.tag = order.tag
        self.asked = order.at

    @abstractmethod
    def reading(self, now: datetime) -> Reading:
        """Return what is known now."""


class PastCharge(Charge):
    """One that was over before the world began."""

    def __init__(
        self,
        order: Order,
        *,
        end: datetime,
        energy_wh: float,
    ) -> None:
        """Know its whole course."""
        super().__init__(order)
        self._reading = Reading(Status.STOPPED, order.at, end, energy_wh, end)

    @override
    def reading(self, now: datetime) -> Reading:
        """Return what is known for ever."""
        return self._reading


class WorldCharge(Charge):
    """One at a station of the world: its energy is what the world's session has."""

    def __init__(self, world: World, order: Order) -> None:
        """Wait for a session of the world."""
        super().__init__(order)
        self._world = world
        self._session_id: str | None = None
        self._start: datetime | None = None
        self._opened = order.at
        #: whether it was given up before it began
        self.cancelled = False
        self.stop_sent = False
        self._last = Reading(Status.WAITING, None, None, 0.0, order.at)

    @property
    def session_id(self) -> str | None:
        """Return the world's session; None while it is waited for."""
        return self._session_id

    def attach(self, session_id: str, opened: datetime, start: datetime) -> None:
        """Be this session of the world from now on; `opened` is when the cable came in."""
        self._session_id, self._opened, self._start = session_id, opened, start
        self._last = Reading(Status.STARTED, start, None, 0.0, start)

    def cancel(self, at: datetime) -> None:
        """Give it up before it began."""
        self.cancelled = True
        self._last = Reading(Status.STOPPED, at, at, 0.0, at)

    @override
    def reading(self, now: datetime) -> Reading:
        """Return what the operator knows; while the station's link is lost, what was known last."""
        try:
            # bring the station up to now first: what was planned may attach the session
            self._world.station(self.site.world_id)
            session = self._session()
        except NotInWorldError:
            # a station that was removed says no more
            if self._last.status is not Status.STOPPED:
                until = self._last.until
                self._last = replace(self._last, status=Status.STOPPED, end=until)
            return self._last
        if session is not None:
            self._last = self._read(session, now)
        return self._last

    def _session(self) -> Session | None:
        """Return the world's session, if the operator knows of it."""
        if self._session_id is None:
            return None
        since = self._opened - timedelta(seconds=1)
        for session in self._world.sessions(self.site.world_id, since):
            if session.id == self._session_id:
                return session
        return None

    def _read(self, session: Session, now: datetime) -> Reading:
        """Return what is known by the world's session."""
        over = session.phase in {Phase.FINISHED, Phase.ENDED}
        if not over:
            return Reading(
                Status.STARTED, self._start, None, session.energy_wh, session.updated
            )
        end = session.charging_end or session.end or session.updated
        reported = now >= end + REPORT_AFTER
        return Reading(
            Status.STOPPED,
            self._start,
            end if reported else None,
            session.energy_wh,
            end,
        )


class RoamingCharge(Charge):
    """One at a station of another operator, which is no part of the world: it has a flat curve of its own."""

    def __init__(
        self,
        order: Order,
        *,
        vehicle: bool,
    ) -> None:
        """Be asked for; without a vehicle it never starts."""
        super().__init__(order)
        self.start = order.at + ROAMING_START_AFTER if vehicle else None
        self.stop_sent: datetime | None = None
        self._power = (
            min(self.plug.max_w, 11_000 if self.plug.kind.alternating else 48_000) * 0.9
        )

    @property
    def end(self) -> datetime | None:
        """Return when it ends or ended, as far as that is settled; None while no vehicle has come."""
        stop = None if self.stop_sent is None else self.stop_sent + ROAMING_STOP_AFTER
        if self.start is None or (stop is not None and stop <= self.start):
            return stop
        full = self.start + timedelta(hours=ROAMING_WH / self._power)
        return full if stop is None else min(full, stop)

    @override
    def reading(self, now: datetime) -> Reading:
        """Return what the other operator has told."""
        start, end = self.start, self.end
        if start is None or now < start:
            if end is not None and now >= end:
                return Reading(Status.STOPPED, end, end, 0.0, end)
            return Reading(Status.ROAMING_WAITING, None, None, 0.0, now)
        if end is not None and end <= start:
            return Reading(Status.STOPPED, end, end, 0.0, end)
        over = end is not None and now >= end
        until = end if end is not None and over else now
        energy = self._power * (until - start).total_seconds() / 3600
        reported = over and now >= until + REPORT_AFTER
        return Reading(
            Status.STOPPED if over else Status.ROAMING_STARTED,
            start,
            until if reported else None,
            energy,
            until,
        )
