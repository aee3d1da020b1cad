"""A charging session under way at a connector."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from .arrivals import Visit
from .model import FAR, ConnectorSpec, Limiter, Phase, Session, StopReason

#: how close to a whole percent counts as reached: times are rounded to microseconds
SOC_TOLERANCE = 1e-5


@dataclass(slots=True, kw_only=True)
class Running:
    """A session under way. `soc` holds at `since`; the power is constant from there to the next event."""

    id: str
    visit: Visit
    phase: Phase
    start: datetime
    soc: float
    since: datetime
    automatic: bool
    deadline: datetime = FAR
    plugged_at: datetime | None = None
    authorized_at: datetime | None = None
    charging_start: datetime | None = None
    charging_end: datetime | None = None
    changed: datetime
    stop_reason: StopReason | None = None
    alarms: tuple[str, ...] = ()
    power_w: float = 0.0
    peak_w: float = 0.0
    limiter: Limiter | None = None
    #: what it gets at most by command, in W
    limit_w: float = inf

    @property
    def bound(self) -> float:
        """Return the state of charge up to which the present power holds."""
        return min(int(self.soc) + 1, self.visit.soc_stop)

    def soc_at(self, now: datetime) -> float:
        """Return the state of charge at a moment up to the next event."""
        if not self.power_w:
            return self.soc
        seconds = (now - self.since).total_seconds()
        soc = (
            self.soc + self.power_w * seconds / 36 / self.visit.vehicle.model.battery_wh
        )
        return self.bound if soc > self.bound - SOC_TOLERANCE else soc

    def settle(self, now: datetime) -> None:
        """Take what was charged until `now` into account."""
        self.soc, self.since = self.soc_at(now), now

    def due(self) -> datetime:
        """Return when something happens by itself."""
        if not self.power_w:
            return self.deadline
        percent = self.bound - self.soc
        seconds = percent * 36 * self.visit.vehicle.model.battery_wh / self.power_w
        return min(self.deadline, self.since + timedelta(seconds=seconds))

    def give(self, wanted: float, given: float, max_w: float) -> None:
        """Set the power from now on, and what limits it."""
        self.power_w = given
        self.peak_w = max(self.peak_w, given)
        if given < wanted - 1:
            self.limiter = Limiter.SHARED
        else:
            self.limiter = Limiter.CHARGER if wanted >= max_w else Limiter.VEHICLE

    def enter(self, phase: Phase, now: datetime, seconds: float | None = None) -> None:
        """Enter a phase, which ends by itself after `seconds` if that is given."""
        self.phase, self.changed = phase, now
        self.deadline = FAR if seconds is None else now + timedelta(seconds=seconds)

    def begin_charging(self, now: datetime, insulation_test: float) -> None:
        """Authorise if that is still missing, test the insulation, then charge."""
        self.authorized_at = self.authorized_at or now
        if insulation_test > 0:
            self.enter(Phase.INSULATION_TEST, now, insulation_test)
            return
        self.charging_start = now
        self.since = now
        self.enter(Phase.CHARGING, now)

    def stop(
        self, now: datetime, reason: StopReason, alarms: tuple[str, ...] = ()
    ) -> None:
        """End the charging, with the cable still in."""
        self.settle(now)
        self.power_w, self.limiter = 0.0, None
        self.alarms = alarms
        if self.charging_start is not None:
            self.charging_end, self.stop_reason = now, reason
        self.enter(Phase.FINISHED, now, self.visit.stay if self.automatic else None)

    def view(self, station_id: str, connector: ConnectorSpec, now: datetime) -> Session:
        """Return the session as it stands at a moment up to the next event."""
        return Session(
            id=self.id,
            station_id=station_id,
            connector=connector,
            vehicle=self.visit.vehicle,
            phase=self.phase,
            start=self.start,
            plugged_at=self.plugged_at,
            authorized_at=self.authorized_at,
            charging_start=self.charging_start,
            charging_end=self.charging_end,
            end=None,
            updated=now if self.phase is Phase.CHARGING else self.changed,
            cable_first=self.visit.cable_first,
            authorization=self.visit.authorization,
            id_token=self.visit.id_token,
            stop_reason=self.stop_reason,
            end_reason=None,
            alarms=self.alarms,
            soc_start=self.visit.soc_start,
            battery_soc=self.soc_at(now),
            soc_limit=self.visit.soc_limit,
            power_w=self.power_w,
            peak_w=self.peak_w,
            limiter=self.limiter,
        )
