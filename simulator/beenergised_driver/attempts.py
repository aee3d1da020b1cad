"""Tracked starts, and what a start does to a connector of the world."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from simulator.world.arrivals import Visit
from simulator.world.catalogue import make_vehicle, rng
from simulator.world.connector import LiveConnector
from simulator.world.model import Authorization, Phase, StopReason
from simulator.world.running import Running
from simulator.world.station import LiveStation

type Start = Callable[[LiveStation, datetime], object]

#: from one step of a start to the next
SENT_AFTER = timedelta(seconds=2)
ANSWERED_AFTER = timedelta(seconds=4)
STARTED_AFTER = timedelta(seconds=6)
#: from the cable coming in to the start of charging, where the start waited for the cable
PLUGGED_AFTER = timedelta(seconds=2)
#: the driver's car when it arrives, in percent, and how long its cable stays in after charging, in seconds
SOC = 24.0
STAY = 60.0


class AttemptStatus(StrEnum):
    """Where a tracked start is, as documented."""

    PENDING = "pending"
    SENDING = "sending"
    FAILED = "failed"
    WAITING = "waiting_for_start_transaction"
    ATTACHED = "charge_log_attached"


@dataclass(slots=True)
class Attempt:
    """One tracked start; `station` is the world's, or empty where another operator's never answers."""

    id: str
    station: str
    status: AttemptStatus = AttemptStatus.PENDING


def ready(
    station: LiveStation, connector: LiveConnector, ours: Callable[[str], bool]
) -> bool:
    """Return whether a start would be accepted; `ours` tells whether a session of the world is the driver's."""
    if not station.online or not station.in_service or connector.fault is not None:
        return False
    running = connector.running
    if running is None or running.phase is Phase.PLUGGED_IN:
        return True
    # the driver may go on after a stop, though not with what a stranger left
    return running.phase is Phase.FINISHED and ours(running.id)


def waits_for_cable(connector: LiveConnector) -> bool:
    """Return whether no cable is in."""
    return connector.running is None


def begin(connector: LiveConnector, at: datetime, tag: str, seed: int) -> Running:
    """Start charging with what is plugged in, or else with the driver's car, which comes; `ready` must be true."""
    running, soc = connector.running, SOC
    vehicle = make_vehicle(
        rng(seed, "driver", connector.spec.type), connector.spec.type, None
    )
    if running is not None and running.phase is Phase.FINISHED:
        # the world has one session per cable: what is started again is a cable put in again
        vehicle, soc = running.visit.vehicle, running.soc
        connector.close(at, StopReason.EV_DISCONNECTED)
        running = None
    if running is None:
        awaited, connector.awaited = connector.awaited, None
        visit = replace(
            connector.draw(authorized=True),
            vehicle=vehicle,
            soc_start=min(soc, 99.0),
            soc_limit=100.0,
            soc_stop=100.0,
            stop_reason=StopReason.EV_STOPPED,
            stay=STAY,
        )
        running = connector.open(at, _remote(visit, tag), automatic=True)
        connector.awaited = awaited
    running.visit = _remote(running.visit, tag)
    running.begin_charging(at, 0)
    return running


def _remote(visit: Visit, tag: str) -> Visit:
    """Return a visit whose driver is recognised from afar."""
    return replace(
        visit,
        authorization=Authorization.REMOTE,
        id_token=tag,
        cable_first=True,
        authorize_after=0.0,
    )


def end(station: LiveStation, connector_id: str, session_id: str, at: datetime) -> None:
    """Stop a session of the world if it still runs."""
    connector = station.connectors.get(connector_id)
    running = None if connector is None else connector.running
    if running is not None and running.id == session_id:
        if running.phase in {Phase.CHARGING, Phase.INSULATION_TEST}:
            running.stop(at, StopReason.REMOTE)
