"""Tests of the figures of a fleet."""

from datetime import timedelta

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.ledger import (
    Interval,
    Ledger,
    Place,
    SessionRecord,
    Sighting,
    Source,
    Subject,
    SubjectKind,
    figures,
)

from .common import ACCOUNT, CONNECTOR, HOUR, START, ended, record, running

WEEK = timedelta(days=7)
END = START + WEEK
STATION = Subject(SubjectKind.STATION, "station")
LOCATION = Subject(SubjectKind.LOCATION, "depot")
SECOND = Subject(SubjectKind.CONNECTOR, "2", "station")
PLACES = [
    Place(station_id="station", connector_id="1", location_id="depot"),
    Place(station_id="station", connector_id="2", location_id="depot"),
]


def session(
    begin: float, end: float, energy: float | None = 1000.0, **changes: object
) -> SessionRecord:
    """Return a session between two hours of the week."""
    start = START + begin * HOUR
    over = ended(energy, id_=str(begin), start=start, end=START + end * HOUR)
    return replace(record(over), **changes)


def test_nothing_happened() -> None:
    """A connector without sessions is counted as idle all the time."""
    found = figures([], PLACES, START, END)
    assert found.keys() == {CONNECTOR, SECOND, STATION, LOCATION}
    assert found[STATION].connectors == 2
    assert found[STATION].sessions == 0
    assert found[STATION].occupied_share == 0
    assert found[STATION].charging_share == 0
    assert found[STATION].idle == timedelta(0)


def test_shares_of_the_time() -> None:
    """Occupied is plugged in, charging is energy flowing, idle is the rest."""
    first = session(
        0,
        42,
        charging_started_at=START + HOUR,
        charging_ended_at=START + 22 * HOUR,
    )
    second = session(
        84,
        126,
        2000.0,
        connector_id="2",
        intervals=(
            Interval(START + 84 * HOUR, START + 86 * HOUR, 2000.0),
            Interval(START + 86 * HOUR, START + 90 * HOUR, 0.0),
        ),
    )
    found = figures([first, second], PLACES, START, END)
    assert found[CONNECTOR].occupied_share == pytest.approx(0.25)
    assert found[CONNECTOR].charging_share == pytest.approx(21 / 168)
    assert found[CONNECTOR].idle == 21 * HOUR
    assert found[SECOND].charging == 2 * HOUR
    assert found[STATION] == found[LOCATION]
    assert found[STATION].occupied_share == pytest.approx(0.25)
    assert found[STATION].charging == 23 * HOUR
    assert found[STATION].sessions == 2
    assert found[STATION].energy == 3000.0


def test_only_what_is_in_the_time_counts() -> None:
    """A session that began before or ends after counts in part."""
    before = session(-10, 10, charging_started_at=START - 10 * HOUR)
    after = session(167, 169, charging_started_at=START + 167 * HOUR)
    outside = session(-20, 0)
    found = figures([before, after, outside], PLACES, START, END)[CONNECTOR]
    assert found.sessions == 2
    assert found.occupied == 11 * HOUR
    assert found.charging == 11 * HOUR
    assert found.energy == pytest.approx(1000.0)


def test_overlapping_sessions_count_once() -> None:
    """A connector cannot be occupied twice."""
    sessions = [session(0, 10, 0.0), session(5, 12, 0.0), session(6, 7, 0.0)]
    found = figures(sessions, PLACES, START, END)[CONNECTOR]
    assert found.occupied == 12 * HOUR
    assert found.charging == timedelta(0)
    assert found.sessions == 3


def test_charging_time_that_is_not_told() -> None:
    """Where the vendor does not say when energy flowed, nobody guesses."""
    found = figures([session(0, 10)], PLACES, START, END)
    assert found[CONNECTOR].charging is None
    assert found[CONNECTOR].charging_share is None
    assert found[CONNECTOR].idle is None
    assert found[CONNECTOR].occupied == 10 * HOUR
    assert found[STATION].charging is None
    assert found[SECOND].charging == timedelta(0)


async def test_figures_of_the_ledger(ledger: Ledger) -> None:
    """The ledger answers for any time; a session that runs counts until it was seen."""
    past = [
        Sighting(
            session=ended(
                1000.0,
                id_=str(day),
                start=START + timedelta(days=day),
                end=START + timedelta(days=day, hours=12),
            ),
            location_id="depot",
        )
        for day in range(-30, 7)
    ]
    now = Sighting(session=running(5.0, id_="now", start=END - 6 * HOUR))
    await ledger.async_record(ACCOUNT, past, Source.HISTORY, END - 6 * HOUR)
    await ledger.async_record(ACCOUNT, [now], Source.LIVE, END - 3 * HOUR)
    week = await ledger.async_figures(ACCOUNT, PLACES, START, END)
    assert week[LOCATION].sessions == 8
    assert week[LOCATION].occupied == 87 * HOUR
    assert week[LOCATION].energy == 7005.0
    month = await ledger.async_figures(ACCOUNT, PLACES, END - timedelta(days=30), END)
    assert month[CONNECTOR].sessions == 31
