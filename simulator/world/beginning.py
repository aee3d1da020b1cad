"""The state in which a world begins: in the middle of a day, with something of everything."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto

from .catalogue import make_vehicle, rng
from .charging import charge
from .connector import LiveConnector
from .history import History
from .model import ConnectorSpec, Phase, StationSpec, StopReason


class Scene(Enum):
    """What goes on at a connector when the world begins."""

    FREE = auto()
    CHARGING = auto()
    FINISHED = auto()
    PLUGGED_IN = auto()
    NEVER_USED = auto()


#: the first connectors of a world, so that even a small one has something of everything
FIRST_SCENES = (
    Scene.CHARGING,
    Scene.FREE,
    Scene.CHARGING,
    Scene.CHARGING,
    Scene.FINISHED,
    Scene.PLUGGED_IN,
    Scene.CHARGING,
    Scene.FREE,
)
#: and how often each occurs among the others
SCENE_WEIGHTS = {
    Scene.FREE: 55,
    Scene.CHARGING: 33,
    Scene.FINISHED: 8,
    Scene.PLUGGED_IN: 4,
}

#: the station which begins broken and unreachable, and the one with a connector nobody used yet, counted from 0
FAULTED_STATION = 3
UNUSED_STATION = 2


def scene_for(seed: int, station_id: str, connector_id: str, ordinal: int) -> Scene:
    """Return the scene for the n-th connector of a world."""
    if ordinal < len(FIRST_SCENES):
        return FIRST_SCENES[ordinal]
    random = rng(seed, station_id, connector_id, "scene")
    return random.choices(list(SCENE_WEIGHTS), list(SCENE_WEIGHTS.values()))[0]


def make_connectors(
    seed: int,
    spec: StationSpec,
    location_id: str,
    now: datetime,
    scenes: Sequence[Scene],
) -> list[LiveConnector]:
    """Make the connectors of a station, each in the middle of its scene."""
    return [
        _make_connector(
            seed,
            station=spec,
            spec=connector,
            location_id=location_id,
            now=now,
            scene=scene,
        )
        for connector, scene in zip(spec.connectors, scenes, strict=True)
    ]


def _make_connector(
    seed: int,
    *,
    station: StationSpec,
    spec: ConnectorSpec,
    location_id: str,
    now: datetime,
    scene: Scene,
) -> LiveConnector:
    """Make one connector with its fleet vehicle, its history and its scene."""
    random = rng(seed, station.id, spec.id, "own")
    own = make_vehicle(random, spec.type, location_id)
    if scene is Scene.NEVER_USED:
        return LiveConnector(
            seed, station.id, spec, own, History.none(station.id, spec, own, now)
        )
    if scene is Scene.FREE:
        return LiveConnector(
            seed, station.id, spec, own, History(seed, station.id, spec, own, now)
        )
    connector = LiveConnector(
        seed, station.id, spec, own, History.none(station.id, spec, own, now)
    )
    begin = _play(connector, station, now, scene)
    connector.history = History(seed, station.id, spec, own, begin)
    return connector


def _play(
    connector: LiveConnector, station: StationSpec, now: datetime, scene: Scene
) -> datetime:
    """Put a running session into its scene, as if it had begun a while ago, and return when it began."""
    random = connector.rng("beginning")
    visit = connector.draw(authorized=True)
    running = connector.open(now, visit, automatic=True)
    wait = visit.authorize_after or 0.0
    if scene is Scene.PLUGGED_IN:
        ago = timedelta(seconds=round(wait * random.uniform(0.1, 0.9), 3))
        running.start = running.changed = now - ago
        running.plugged_at = running.plugged_at and running.start
        running.authorized_at = running.authorized_at and running.start
        running.deadline = now + timedelta(seconds=wait) - ago
        return running.start
    # the neighbours took their part of the station's power: assume an even split for the past
    fair = min(connector.spec.max_w, station.max_w / len(station.connectors))
    done = 1.0 if scene is Scene.FINISHED else random.uniform(0.1, 0.8)
    soc = round(visit.soc_start + (visit.soc_stop - visit.soc_start) * done, 1)
    alternating = connector.spec.type.alternating
    seconds, peak = charge(visit.vehicle.model, alternating, visit.soc_start, soc, fair)
    stayed = (
        round(random.uniform(0.1, 0.6) * max(visit.stay, 900), 3)
        if scene is Scene.FINISHED
        else 0.0
    )
    stopped = now - timedelta(seconds=stayed)
    running.charging_start = stopped - timedelta(seconds=seconds)
    authorized = running.charging_start - timedelta(seconds=visit.insulation_test)
    running.start = authorized - timedelta(seconds=wait)
    running.plugged_at = running.start if visit.cable_first else authorized
    running.authorized_at = authorized if visit.cable_first else running.start
    running.soc, running.peak_w = soc, peak
    running.enter(Phase.CHARGING, running.charging_start)
    if scene is Scene.FINISHED:
        pulled = visit.stop_reason is StopReason.EV_DISCONNECTED
        running.stop(stopped, StopReason.LOCAL if pulled else visit.stop_reason)
        running.deadline = now + timedelta(seconds=max(visit.stay, 900) - stayed)
    running.since = now
    return running.start
