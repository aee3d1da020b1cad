"""Tests of the figures of connectors as a whole, and of the limits of time."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.ledger import (
    Fault,
    Figures,
    Interval,
    Place,
    SessionRecord,
    Subject,
    SubjectKind,
    figures,
)

from .common import CONNECTOR, HOUR, START, ended, record

DAY = timedelta(days=1)
END = START + DAY
STATION = Subject(SubjectKind.STATION, "station")
LOCATION = Subject(SubjectKind.LOCATION, "depot")
SECOND = Subject(SubjectKind.CONNECTOR, "2", "station")
NOTHING = timedelta(0)
HERE = Place(station_id="station", connector_id="1")


def session(
    begin: float, end: float, energy: float | None = 1000.0, **changes: Any
) -> SessionRecord:
    """Return a session between two hours of the day."""
    start = START + begin * HOUR
    over = ended(energy, id_=str(begin), start=start, end=START + end * HOUR)
    return replace(record(over), **changes)


def charging(begin: float, end: float) -> dict[str, Any]:
    """Return between which hours of the day it charged."""
    return {
        "charging_started_at": START + begin * HOUR,
        "charging_ended_at": START + end * HOUR,
    }


def fault(begin: float, end: float | None, seen: float = 0) -> Fault:
    """Return a fault of the first connector, between two hours of the day."""
    return Fault(
        station_id="station",
        connector_id="1",
        began_at=START + begin * HOUR,
        last_seen=START + seen * HOUR,
        ended_at=None if end is None else START + end * HOUR,
    )


def idle(**changes: object) -> Figures:
    """Return the figures of a connector that nobody used, but for what is named."""
    none = Figures(
        connectors=1,
        period=DAY,
        sessions=0,
        energy=0.0,
        occupied=NOTHING,
        charging=NOTHING,
    )
    return replace(none, **changes)


def test_all_figures_of_all_places() -> None:
    """A station and a location have what their connectors have, added up."""
    places = [
        Place(station_id="station", connector_id="1", location_id="depot"),
        Place(station_id="station", connector_id="2", location_id="depot"),
        Place(station_id="other", connector_id="1"),
    ]
    records = [
        session(1, 4, 1000.1236, **charging(1, 3)),
        session(5, 6, 2000.0, **charging(5, 5.5)),
        session(2, 8, 4000.1236, connector_id="2", **charging(3, 7)),
    ]
    one = idle(sessions=2, energy=3000.124, occupied=4 * HOUR, charging=2.5 * HOUR)
    two = idle(sessions=1, energy=4000.124, occupied=6 * HOUR, charging=4 * HOUR)
    both = idle(
        connectors=2,
        sessions=3,
        energy=7000.248,
        occupied=10 * HOUR,
        charging=6.5 * HOUR,
    )
    other = Subject(SubjectKind.CONNECTOR, "1", "other")
    assert figures(records, places, START, END) == {
        CONNECTOR: one,
        SECOND: two,
        STATION: both,
        LOCATION: both,
        other: idle(),
        Subject(SubjectKind.STATION, "other"): idle(),
    }
    faults = [fault(2, 3), fault(3, 5), replace(fault(0, 1), station_id="other")]
    found = figures(
        records, places, START, END, faults=faults, watched_since=START - DAY
    )
    watched = {"faults": 2, "faulted": 3 * HOUR, "watched": DAY}
    assert found[CONNECTOR] == replace(one, **watched)
    assert found[SECOND] == replace(two, faults=0, faulted=NOTHING, watched=DAY)
    assert found[STATION] == replace(both, **(watched | {"watched": 2 * DAY}))
    assert found[other] == idle(faults=1, faulted=HOUR, watched=DAY)
    assert found[CONNECTOR].between_faults == 10.5 * HOUR
    assert found[STATION].between_faults == 22.5 * HOUR


def test_shares() -> None:
    """They are parts of the time of all connectors."""
    found = idle(connectors=2, occupied=12 * HOUR, charging=6 * HOUR)
    assert (found.occupied_share, found.charging_share, found.idle) == (
        0.25,
        0.125,
        6 * HOUR,
    )


def test_a_time_between_faults_needs_all_of_it() -> None:
    """How many, for how long, and out of how much."""
    whole = idle(faults=2, faulted=4 * HOUR, watched=DAY)
    assert whole.between_faults == 10 * HOUR
    for name in ("faults", "faulted", "watched"):
        assert replace(whole, **{name: None}).between_faults is None


@pytest.mark.parametrize(
    ("begin", "end", "sessions", "occupied"),
    [
        (-2, 0, 0, 0),
        (-2, 0.5, 1, 0.5),
        (0, 0, 0, 0),
        (0, 24, 1, 24),
        (-1, 25, 1, 24),
        (23.5, 25, 1, 0.5),
        (24, 25, 0, 0),
    ],
)
def test_which_sessions_count(
    begin: float, end: float, sessions: int, occupied: float
) -> None:
    """Those that took place in the time, and only their part of it."""
    # One that does not count says nothing of those that come after it.
    records = [session(-9, -8), session(30, 31), session(begin, end, 0.0)]
    assert figures(records, [HERE], START, END)[CONNECTOR] == idle(
        sessions=sessions, occupied=occupied * HOUR
    )


@pytest.mark.parametrize(
    ("begin", "end", "seen", "number", "faulted"),
    [
        (-2, -0.5, -1, 0, 0),
        (-2, 0, -1, 1, 0),
        (-2, 1, 0.5, 1, 1),
        # Its end nobody saw.
        (0, None, 0, 1, 0),
        (5, None, 7, 1, 2),
        (23, 25, 24, 1, 1),
        (24, 25, 24, 0, 0),
    ],
)
def test_which_faults_count(
    begin: float, end: float | None, seen: float, number: int, faulted: float
) -> None:
    """Those that were there in the time, if only for a moment."""
    some = [fault(begin, end, seen)]
    found = figures([], [HERE], START, END, faults=some, watched_since=START)
    assert found[CONNECTOR] == idle(faults=number, faulted=faulted * HOUR, watched=DAY)


def test_since_when_somebody_looks() -> None:
    """What was before is not counted; without a time there is nothing to tell."""
    some = [fault(1, 3), fault(5, 6)]
    found = figures([], [HERE], START, END, faults=some, watched_since=START + 2 * HOUR)
    assert found[CONNECTOR] == idle(faults=2, faulted=2 * HOUR, watched=22 * HOUR)
    for late in (END, END + HOUR, None):
        found = figures([], [HERE], START, END, faults=some, watched_since=late)
        assert found[CONNECTOR] == idle()


PART = Interval(START, START + HOUR, 500.0)
EMPTY = Interval(START + HOUR, START + 2 * HOUR, 0.0)


@pytest.mark.parametrize(
    ("energy", "changes", "hours"),
    [
        (1000.0, {"intervals": (PART, EMPTY)}, 1),
        # Intervals know better than two times.
        (1000.0, {"intervals": (PART,), **charging(0, 3)}, 1),
        (1000.0, {"intervals": (EMPTY,), **charging(0, 3)}, 3),
        (1000.0, {"intervals": (EMPTY,)}, None),
        (0.0, {"intervals": (EMPTY,)}, 0),
        (1000.0, {"charging_started_at": START + HOUR}, 3),
        (1000.0, {"charging_ended_at": START + HOUR}, None),
        (1000.0, {}, None),
        (None, {}, None),
        (0.0, {}, 0),
        # Nothing charges that is not plugged in.
        (1000.0, charging(0, 9), 4),
        (1000.0, charging(-3, 1), 1),
    ],
)
def test_when_energy_flowed(
    energy: float | None, changes: dict[str, Any], hours: float | None
) -> None:
    """As the vendor tells it; None where it does not."""
    some = [session(0, 4, energy, **changes)]
    found = figures(some, [HERE], START, END)[CONNECTOR]
    assert found.charging == (None if hours is None else hours * HOUR)
    assert found.occupied == 4 * HOUR
    # One that is not told hides those that are.
    some.append(session(5, 6, **charging(5, 6)))
    found = figures(some, [HERE], START, END)[CONNECTOR]
    assert found.charging == (None if hours is None else (hours + 1) * HOUR)


@pytest.mark.parametrize(
    ("spans", "hours"),
    [
        ([(0, 2), (1, 3)], 3),
        ([(1, 3), (0, 2)], 3),
        ([(0, 5), (1, 2), (4, 6)], 6),
        ([(0, 1), (1, 2)], 2),
        ([(0, 1), (2, 3)], 2),
        ([(-3, 1), (-2, 2)], 2),
        ([(22, 26), (23, 30)], 2),
    ],
)
def test_what_sessions_share_counts_once(
    spans: list[tuple[int, int]], hours: int
) -> None:
    """However they overlap, and whichever comes first."""
    some = [session(begin, end, 0.0) for begin, end in spans]
    assert figures(some, [HERE], START, END)[CONNECTOR] == idle(
        sessions=len(spans), occupied=hours * HOUR
    )


def test_a_session_of_nowhere() -> None:
    """What no connector is told of counts for none."""
    some = [session(0, 1, connector_id=None), session(2, 3, station_id=None)]
    assert figures(some, [HERE], START, END)[CONNECTOR] == idle()


def test_energy_of_a_part() -> None:
    """A session that began before gives what flowed since."""
    some = [session(-1, 3, 4000.0)]
    found = figures(some, [HERE], START, END)[CONNECTOR]
    assert (found.energy, found.occupied) == (3000.0, 3 * HOUR)
