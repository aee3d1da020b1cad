"""Tests of the limits of hourly sums: of time, of rounding and of what changes."""

from datetime import datetime, timedelta

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.clients.enums import SessionStatus
from custom_components.ev_charging_cloud.clients.model import Money
from custom_components.ev_charging_cloud.ledger import (
    Change,
    Interval,
    Measure,
    Series,
    SessionRecord,
    Subject,
    SubjectKind,
    first_changed_hours,
    hourly,
)
from custom_components.ev_charging_cloud.ledger.hours import (
    energy_between,
    energy_by_hour,
    series_of,
)

from .common import CONNECTOR, DRIVER, HOUR, MINUTE, START, VEHICLE, ended, record

FIRST = START.replace(minute=0)
EUR = Money(120.0, "EUR")


def session(energy: float | None = 3000.0, **changes: object) -> SessionRecord:
    """Return a session of two hours, from half past six to half past eight."""
    return replace(record(ended(energy)), **changes)


def hours(*amounts: float) -> dict[datetime, float]:
    """Return amounts of one hour after the other, from six on."""
    return {FIRST + n * HOUR: amount for n, amount in enumerate(amounts)}


def lagging(energy: float, told: float) -> SessionRecord:
    """Return a session whose intervals tell of a part of its energy, in its first half hour."""
    return session(
        energy,
        intervals=(Interval(START, START + HOUR / 2, told),),
        charging_ended_at=START + 1.5 * HOUR,
    )


@pytest.mark.parametrize(
    ("energy", "told", "expected"),
    [
        # A half of a per cent is rounding, and so is a watt-hour.
        (1000.0, 995.0, hours(1000.0)),
        (1000.0, 994.5, hours(994.5, 5.5)),
        (100.0, 99.0, hours(100.0)),
        (100.0, 98.5, hours(98.5, 1.5)),
        (200.0, 199.0, hours(200.0)),
        (200.0, 198.5, hours(198.5, 1.5)),
        # What they have too much is taken from each alike.
        (100.0, 400.0, hours(100.0)),
    ],
)
def test_what_intervals_lack(
    energy: float, told: float, expected: dict[datetime, float]
) -> None:
    """More than rounding explains flowed after them."""
    assert energy_by_hour(lagging(energy, told)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # It stopped to charge as the last interval ended.
        ({"charging_ended_at": START + HOUR}, (1000.0, 1000.0)),
        ({"charging_ended_at": START + HOUR / 2}, (1000.0, 1000.0)),
        ({"charging_ended_at": START + 1.5 * HOUR}, (500.0, 1500.0)),
        ({}, (1000.0, 1000.0)),
        # While it runs it charges until it was last seen.
        (
            {
                "status": SessionStatus.ACTIVE,
                "ended_at": None,
                "last_seen": START + 2.5 * HOUR,
            },
            (500.0, 500.0 + 1000.0 / 3, 2000.0 / 3),
        ),
        (
            {
                "status": SessionStatus.ACTIVE,
                "ended_at": None,
                "last_seen": START + HOUR,
                "charging_ended_at": START + 9 * HOUR,
            },
            (1000.0, 1000.0),
        ),
    ],
)
def test_until_when_it_charged(
    changes: dict[str, object], expected: tuple[float, ...]
) -> None:
    """What intervals lack flowed until then, if that is later than they are."""
    whole = (Interval(START, START + HOUR, 1000.0),)
    found = session(2000.0, intervals=whole, **changes)
    assert energy_by_hour(found) == pytest.approx(hours(*expected))


def test_intervals_without_energy() -> None:
    """They say when it did not flow, but not when it did."""
    nothing = (Interval(START, START + HOUR, 0.0),)
    assert energy_by_hour(session(1000.0, intervals=nothing)) == pytest.approx(
        hours(250.0, 500.0, 250.0)
    )
    assert energy_by_hour(session(None, intervals=nothing)) == {}
    assert energy_by_hour(session(0.0, intervals=nothing)) == {}


def test_an_end_at_the_full_hour() -> None:
    """The hour that begins then has nothing, and is not named."""
    parked = session(None, cost=EUR, co2=60.0, ended_at=FIRST + 2 * HOUR)
    found = series_of(parked)
    assert found[Series(CONNECTOR, Measure.COST, "EUR")] == pytest.approx(
        hours(40.0, 80.0)
    )
    assert found[Series(CONNECTOR, Measure.CO2)] == pytest.approx(hours(20.0, 40.0))
    charged = session(ended_at=FIRST + 2 * HOUR)
    assert energy_by_hour(charged) == pytest.approx(hours(1000.0, 2000.0))


@pytest.mark.parametrize(
    ("since", "until", "energy"),
    [
        (-1.0, 3.0, 4000.0),
        (0.0, 2.0, 4000.0),
        (0.0, 0.5, 1000.0),
        (0.5, 1.5, 2000.0),
        (1.5, 9.0, 1000.0),
        (2.0, 9.0, 0.0),
        (3.0, 9.0, 0.0),
        (-9.0, 0.0, 0.0),
        (-9.0, -1.0, 0.0),
    ],
)
def test_energy_between(since: float, until: float, energy: float) -> None:
    """It is the part of the session's time that counts."""
    found = energy_between(session(4000.0), START + since * HOUR, START + until * HOUR)
    assert found == pytest.approx(energy)


@pytest.mark.parametrize(
    ("since", "until", "energy"),
    [(0, 1, 4000.0), (-1, 0, 0.0), (1, 2, 0.0), (-1, 1, 4000.0)],
)
def test_energy_that_came_at_once(since: int, until: int, energy: float) -> None:
    """It is in the time that begins then, not in the one that ends then."""
    at_once = session(4000.0, ended_at=START)
    between = START + since * HOUR, START + until * HOUR
    assert energy_between(at_once, *between) == energy


def test_a_part_of_the_hours() -> None:
    """From the first hour that is wanted up to the one that is not any more."""
    energy = Series(CONNECTOR, Measure.ENERGY)
    whole = hours(750.0, 1500.0, 750.0)
    for first in range(-1, 5):
        for last in range(-1, 5):
            start, end = FIRST + first * HOUR, FIRST + last * HOUR
            found = hourly([session()], start, end).get(energy, {})
            expected = {h: a for h, a in whole.items() if start <= h < end}
            assert found == pytest.approx(expected)
    assert hourly([session(cost=EUR)], FIRST + 3 * HOUR) == {}
    # The first of them has nothing to do with it; the second has.
    late = session(started_at=START + 6 * HOUR, ended_at=START + 6 * HOUR)
    sums = hourly([session(cost=EUR), late], FIRST + 6 * HOUR)
    assert sums[energy] == {FIRST + 6 * HOUR: 3000.0}


def test_some_subjects() -> None:
    """The others are left out, whatever sessions they have."""
    of_nobody = session(station_id=None, vehicle_id=None, driver=None)
    of_other = session(vehicle_id="other", session_id="s2")
    mine = session(session_id="s3", location_id="depot")
    found = hourly([of_nobody, of_other, mine], subjects={VEHICLE})
    assert found == {Series(VEHICLE, Measure.ENERGY): hours(750.0, 1500.0, 750.0)}
    assert hourly([of_nobody]) == {}
    # A station is its connectors, and has no statistics of its own.
    assert {series.subject for series in hourly([mine])} == {
        CONNECTOR,
        VEHICLE,
        DRIVER,
        Subject(SubjectKind.LOCATION, "depot"),
    }


def test_what_statistics_are_called() -> None:
    """Their names are kept by others, and may not change."""
    mine = session(location_id="depot", cost=EUR, co2=60.0)
    assert {str(series.measure) for series in series_of(mine)} == {
        "energy",
        "cost",
        "co2",
    }
    assert [str(subject.kind) for subject in mine.subjects] == [
        "connector",
        "station",
        "location",
        "vehicle",
        "driver",
    ]


def test_a_session_that_changes_hands_and_more() -> None:
    """Who had it loses what it was; who has it gets what it is."""
    other = Subject(SubjectKind.VEHICLE, "other")
    before = session()
    after = session(vehicle_id="other", started_at=START - HOUR, cost=EUR)
    changed = first_changed_hours([Change(before=before, after=after)])
    assert changed == {
        Series(VEHICLE, Measure.ENERGY): FIRST,
        Series(other, Measure.ENERGY): FIRST - HOUR,
        Series(other, Measure.COST, "EUR"): FIRST - HOUR,
        Series(CONNECTOR, Measure.ENERGY): FIRST - HOUR,
        Series(CONNECTOR, Measure.COST, "EUR"): FIRST - HOUR,
        Series(DRIVER, Measure.ENERGY): FIRST - HOUR,
        Series(DRIVER, Measure.COST, "EUR"): FIRST - HOUR,
    }
    # The other way round, what was is the longer of the two.
    changed = first_changed_hours([Change(before=after, after=before)])
    assert changed[Series(VEHICLE, Measure.ENERGY)] == FIRST
    assert changed[Series(other, Measure.ENERGY)] == FIRST - HOUR
    assert Series(VEHICLE, Measure.COST, "EUR") not in changed
    assert changed[Series(other, Measure.COST, "EUR")] == FIRST - HOUR


def test_changes_of_several_sessions() -> None:
    """The earliest hour of them counts, in whichever order they come."""
    early = Change(before=None, after=session())
    late = Change(
        before=None, after=session(started_at=START + HOUR, ended_at=START + 5 * HOUR)
    )
    for changes in ([early, late], [late, early]):
        assert set(first_changed_hours(changes).values()) == {FIRST}
    assert set(first_changed_hours([late]).values()) == {FIRST + HOUR}


@pytest.mark.parametrize(
    ("cost", "is_change"),
    [(120.0, False), (120.0000005, False), (120.00001, True), (119.99999, True)],
)
def test_what_is_no_change(cost: float, is_change: bool) -> None:
    """A millionth of an hour's amount is rounding; all in one hour, so as to see it."""
    before = session(cost=EUR, ended_at=START)
    after = replace(before, cost=Money(cost, "EUR"))
    found = first_changed_hours([Change(before=before, after=after)])
    assert bool(found) is is_change


@pytest.mark.parametrize("amount", [1.0, -1.0])
def test_one_unit_is_not_nothing(amount: float) -> None:
    """A session that comes, or goes, has changed even the smallest sum."""
    small = session(None, cost=Money(amount, "EUR"), ended_at=START + MINUTE)
    none = replace(small, cost=None)
    cost = {
        Series(subject, Measure.COST, "EUR"): FIRST
        for subject in (CONNECTOR, VEHICLE, DRIVER)
    }
    for change in (
        Change(before=None, after=small),
        Change(before=none, after=small),
        Change(before=small, after=none),
    ):
        assert first_changed_hours([change]) == cost


def test_hours_begin_at_the_full_hour() -> None:
    """To the microsecond."""
    odd = START + timedelta(minutes=29, seconds=59, microseconds=999999)
    found = energy_by_hour(session(started_at=odd, ended_at=odd))
    assert found == {FIRST: 3000.0}
    found = energy_by_hour(session(started_at=FIRST + HOUR, ended_at=FIRST + HOUR))
    assert found == {FIRST + HOUR: 3000.0}
