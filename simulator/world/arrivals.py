"""Who comes when: the arrival process, and what a visit to a connector will be like."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from .catalogue import make_vehicle
from .model import Authorization, ConnectorSpec, StopReason, Vehicle

#: part of the visits that the connector's own fleet vehicle makes
FLEET_SHARE = 0.6
#: mean idle time of a connector by day, in minutes
MEAN_IDLE_MINUTES = 70

#: why charging ends, and how often; what never was authorised is drawn apart
STOP_REASONS = {
    StopReason.EV_STOPPED: 450,
    StopReason.SOC_LIMIT: 230,
    StopReason.LOCAL: 120,
    StopReason.REMOTE: 100,
    StopReason.EV_DISCONNECTED: 50,
    StopReason.OUT_OF_CREDIT: 15,
    StopReason.TIME_LIMIT: 15,
    StopReason.DEAUTHORIZED: 5,
    StopReason.EMERGENCY_STOP: 5,
    StopReason.GROUND_FAULT: 5,
    StopReason.OVERCURRENT: 3,
    StopReason.POWER_LOSS: 2,
}
#: what the station says beside a reason which is a fault
ALARMS = {
    StopReason.EMERGENCY_STOP: ("Emergency stop button pressed",),
    StopReason.GROUND_FAULT: ("Insulation resistance too low",),
    StopReason.OVERCURRENT: ("Output overcurrent",),
    StopReason.POWER_LOSS: ("Mains supply lost",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a vehicle is going to do at a connector. Durations in seconds.

    `authorize_after` None means that nobody ever authorises: the cable is pulled after `stay`.
    """

    vehicle: Vehicle
    soc_start: float
    soc_limit: float
    soc_stop: float
    stop_reason: StopReason
    authorization: Authorization
    id_token: str
    cable_first: bool
    authorize_after: float | None
    insulation_test: float
    stay: float

    @property
    def end_reason(self) -> StopReason:
        """Return why the whole session ends, if nothing unforeseen happens."""
        return (
            StopReason.EV_DISCONNECTED
            if self.authorize_after is not None
            else StopReason.TIMEOUT
        )


def draw_idle(random: Random, at: datetime) -> timedelta:
    """Draw how long a connector stays free from `at` on: longer in the night."""
    # Finland is two hours ahead; half an hour of error in summer hurts nobody here
    hour = (at.hour + 2) % 24
    factor = 3.0 if hour < 5 else 0.7 if 6 <= hour < 9 or 15 <= hour < 18 else 1.0
    return timedelta(
        seconds=round(120 + random.expovariate(1 / (MEAN_IDLE_MINUTES * 60 * factor)))
    )


def draw_visit(
    random: Random, connector: ConnectorSpec, own: Vehicle, *, authorized: bool = False
) -> Visit:
    """Draw a visit.

    Args:
        random: where the draws come from.
        connector: where the visit takes place.
        own: the fleet vehicle which belongs to the connector.
        authorized: whether the visit must be one which gets as far as charging.
    """
    fleet = random.random() < FLEET_SHARE
    vehicle = own if fleet else make_vehicle(random, connector.type, None)
    soc_start = round(random.uniform(8, 52), 1)
    soc_limit = float(random.choice((80, 80, 90, 100)))
    reason = random.choices(list(STOP_REASONS), list(STOP_REASONS.values()))[0]
    in_full = reason in {StopReason.EV_STOPPED, StopReason.SOC_LIMIT}
    soc_stop = (
        soc_limit if in_full else round(random.uniform(soc_start + 4, soc_limit), 1)
    )
    # a battery that is full stops by itself; a lower limit is the station's doing
    if in_full and soc_limit == 100:
        reason = StopReason.EV_STOPPED
    authorization = _draw_authorization(random, fleet, connector)
    waits = {Authorization.AUTOCHARGE: 6.0, Authorization.FREE: 2.0}.get(
        authorization, random.uniform(8, 180)
    )
    never = not authorized and random.random() < 0.03
    return Visit(
        vehicle=vehicle,
        soc_start=soc_start,
        soc_limit=soc_limit,
        soc_stop=soc_stop,
        stop_reason=reason,
        authorization=authorization,
        id_token=_draw_token(random, authorization, vehicle),
        cable_first=never
        or authorization is not Authorization.REMOTE
        or random.random() < 0.5,
        authorize_after=None if never else round(waits, 3),
        insulation_test=round(random.uniform(12, 28), 3)
        if not connector.type.alternating
        else 2.0,
        stay=_draw_stay(random, reason),
    )


def _draw_authorization(
    random: Random, fleet: bool, connector: ConnectorSpec
) -> Authorization:
    """Draw how the driver is recognised: only strangers pay by card."""
    if connector.type.alternating:
        return random.choice(
            (Authorization.RFID, Authorization.FREE, Authorization.REMOTE)
        )
    if fleet:
        return random.choice(
            (Authorization.RFID, Authorization.AUTOCHARGE, Authorization.REMOTE)
        )
    return random.choice(
        (
            Authorization.RFID,
            Authorization.CARD,
            Authorization.CARD,
            Authorization.REMOTE,
        )
    )


def _draw_token(random: Random, authorization: Authorization, vehicle: Vehicle) -> str:
    """Draw what the driver showed."""
    if authorization is Authorization.AUTOCHARGE:
        return vehicle.mac.replace(":", "")
    return f"04{random.getrandbits(48):012X}"


def _draw_stay(random: Random, reason: StopReason) -> float:
    """Draw for how many seconds the cable stays in after charging."""
    if reason is StopReason.EV_DISCONNECTED:
        return 0.0
    mean = 3_600 if random.random() < 0.15 else 480
    return round(20 + random.expovariate(1 / mean), 3)
