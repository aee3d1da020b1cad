"""One connector, live: vehicles come, are charged and go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from math import inf
from random import Random

from .arrivals import ALARMS, Visit, draw_idle, draw_visit
from .catalogue import rng, unique_id
from .charging import curve
from .history import History
from .model import (
    FAR,
    ConnectorSpec,
    ConnectorStatus,
    ConnectorView,
    Phase,
    Session,
    StopReason,
    Vehicle,
    WorldError,
)
from .running import SOC_TOLERANCE, Running

#: random faults of a connector: mean time between and mean length
MEAN_SECONDS_TO_FAULT = 25 * 86_400
MEAN_FAULT_SECONDS = 2_400

STATUS_OF_PHASE = {
    Phase.AUTHORIZED: ConnectorStatus.RESERVED,
    Phase.PLUGGED_IN: ConnectorStatus.PREPARING,
    Phase.INSULATION_TEST: ConnectorStatus.PREPARING,
    Phase.CHARGING: ConnectorStatus.CHARGING,
    Phase.FINISHED: ConnectorStatus.FINISHING,
    Phase.ENDED: ConnectorStatus.AVAILABLE,
}


class LiveConnector:
    """The state of one connector and what happens to it next."""

    def __init__(
        self,
        seed: int,
        station_id: str,
        spec: ConnectorSpec,
        own: Vehicle,
        history: History,
    ) -> None:
        """Begin free, with nothing to come; `own` is the fleet vehicle that comes most often."""
        self.spec = spec
        self.own = own
        self.history = history
        self.closed: list[Session] = []
        self.running: Running | None = None
        self.fault: str | None = None
        self.fault_ends = FAR
        self.next_fault = FAR
        self.next_arrival = FAR
        #: a start that was sent and waits for a cable: called once, when one comes in
        self.awaited: Callable[[datetime], object] | None = None
        #: whether it is in service by itself; its station may be out of it all the same
        self.in_service = True
        #: what it gives at most by command, in W
        self.limit_w = inf
        self._seed = seed
        self._station_id = station_id
        self._visits = 0
        self._faults = 0

    def rng(self, *parts: object) -> Random:
        """Return a generator for one occasion on this connector."""
        return rng(self._seed, self._station_id, self.spec.id, *parts)

    def due(self) -> datetime:
        """Return when something happens by itself."""
        arrival = (
            FAR
            if self.running is not None or self.fault is not None
            else self.next_arrival
        )
        running = self.running.due() if self.running is not None else FAR
        return min(arrival, running, self.next_fault, self.fault_ends)

    def expect_arrival(self, now: datetime) -> None:
        """Draw when the next vehicle comes."""
        self.next_arrival = now + draw_idle(self.rng("idle", self._visits), now)

    def expect_fault(self, now: datetime) -> None:
        """Draw when the next random fault comes."""
        seconds = self.rng("fault", self._faults).expovariate(1 / MEAN_SECONDS_TO_FAULT)
        self.next_fault = now + timedelta(seconds=60 + seconds)

    def open(self, now: datetime, visit: Visit, *, automatic: bool) -> Running:
        """Open a session: the cable comes in, or the authorisation comes first."""
        if self.running is not None:
            raise WorldError(
                f"connector {self.spec.id} of {self._station_id} is occupied"
            )
        running = Running(
            id=unique_id(self.rng("session", self._visits)),
            visit=visit,
            phase=Phase.PLUGGED_IN,
            start=now,
            soc=visit.soc_start,
            since=now,
            changed=now,
            automatic=automatic,
        )
        self._visits += 1
        wait = (
            visit.authorize_after if visit.authorize_after is not None else visit.stay
        )
        if visit.cable_first:
            running.plugged_at = now
            running.enter(Phase.PLUGGED_IN, now, wait if automatic else None)
        else:
            running.authorized_at = now
            running.enter(Phase.AUTHORIZED, now, wait if automatic else None)
        self.running = running
        if visit.cable_first and self.awaited is not None:
            awaited, self.awaited = self.awaited, None
            awaited(now)
        return running

    def draw(
        self, vehicle: Vehicle | None = None, *, authorized: bool = False
    ) -> Visit:
        """Draw the next visit, by `vehicle` or else by whoever comes."""
        return draw_visit(
            self.rng("visit", self._visits),
            self.spec,
            vehicle or self.own,
            authorized=authorized,
        )

    def close(self, now: datetime, reason: StopReason) -> Session:
        """Pull the cable: the session is over."""
        running = self.require_running()
        if running.phase is Phase.CHARGING:
            running.stop(now, reason)
        ended = _ended(running.view(self._station_id, self.spec, now), now, reason)
        self.closed.append(ended)
        self.running = None
        if self.next_arrival is not FAR:
            self.expect_arrival(now)
        return ended

    def set_fault(
        self, now: datetime, text: str, reason: StopReason, seconds: float | None
    ) -> None:
        """Break down, for `seconds` if that is given."""
        self.fault = text
        self.fault_ends = FAR if seconds is None else now + timedelta(seconds=seconds)
        if self.running is not None and self.running.phase is not Phase.FINISHED:
            self.running.stop(now, reason, (text,))

    def clear_fault(self, now: datetime) -> None:
        """Work again."""
        self.fault, self.fault_ends = None, FAR
        if self.next_arrival is not FAR and self.running is None:
            self.expect_arrival(now)

    def require_running(self) -> Running:
        """Return the running session, or raise WorldError."""
        if self.running is None:
            raise WorldError(
                f"nothing is plugged in at connector {self.spec.id} of {self._station_id}"
            )
        return self.running

    def step(self, now: datetime) -> None:
        """Let happen what is due now."""
        if self.fault_ends <= now:
            self.clear_fault(now)
        if self.next_fault <= now:
            self._random_fault(now)
        running = self.running
        if running is None:
            if self.next_arrival <= now and self.fault is None:
                self.open(now, self.draw(), automatic=True)
        elif running.phase is Phase.CHARGING:
            if running.soc >= running.visit.soc_stop - SOC_TOLERANCE:
                running.stop(
                    now,
                    running.visit.stop_reason,
                    ALARMS.get(running.visit.stop_reason, ()),
                )
                self._leave_at_once(now)
        elif running.deadline <= now:
            self._next_phase(running, now)

    def _leave_at_once(self, now: datetime) -> None:
        """Close a session whose cable goes out as the charging ends."""
        running = self.require_running()
        if running.automatic and running.stop_reason is StopReason.EV_DISCONNECTED:
            self.close(now, StopReason.EV_DISCONNECTED)

    def _next_phase(self, running: Running, now: datetime) -> None:
        """Go on to what follows the present phase."""
        if running.phase is Phase.INSULATION_TEST:
            running.begin_charging(now, 0)
        elif running.phase is Phase.FINISHED or running.visit.authorize_after is None:
            self.close(now, running.visit.end_reason)
        else:
            running.plugged_at = running.plugged_at or now
            running.begin_charging(now, running.visit.insulation_test)

    def _random_fault(self, now: datetime) -> None:
        """Break down by chance."""
        random = self.rng("break", self._faults)
        self._faults += 1
        reason = random.choice(
            (StopReason.GROUND_FAULT, StopReason.OVERCURRENT, StopReason.EMERGENCY_STOP)
        )
        length = 300 + random.expovariate(1 / MEAN_FAULT_SECONDS)
        if self.fault is None:  # a fault set by hand stays until it is cleared by hand
            self.set_fault(now, ALARMS[reason][0], reason, length)
        self.expect_fault(now)

    def view(self, now: datetime, *, in_service: bool) -> ConnectorView:
        """Return the connector as it stands at a moment up to the next event."""
        running = self.running
        if running is not None:
            session: Session | None = running.view(self._station_id, self.spec, now)
            status = STATUS_OF_PHASE[running.phase]
        else:
            session = self.closed[-1] if self.closed else self.history.newest
            status = ConnectorStatus.AVAILABLE
        if self.fault is not None:
            status = ConnectorStatus.FAULTED
        elif not (in_service and self.in_service):
            status = ConnectorStatus.UNAVAILABLE
        return ConnectorView(self.spec, status, session, self.fault)

    def sessions(self) -> chain[Session]:
        """Return the sessions that are over, newest first."""
        return chain(reversed(self.closed), self.history)

    def wanted_w(self) -> float:
        """Return the power that vehicle and connector could do together now."""
        running = self.running
        if running is None or running.phase is not Phase.CHARGING:
            return 0.0
        accepted = curve(running.visit.vehicle.model, self.spec.type.alternating)
        return min(
            accepted[min(int(running.soc), 99)],
            self.spec.max_w,
            self.limit_w,
            running.limit_w,
        )


def _ended(session: Session, now: datetime, reason: StopReason) -> Session:
    """Return a session as it is kept after its end."""
    return replace(
        session,
        phase=Phase.ENDED,
        end=now,
        updated=now,
        end_reason=reason,
        power_w=0.0,
        limiter=None,
    )
