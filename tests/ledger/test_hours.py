"""Tests of sessions as hourly sums."""

from datetime import UTC, datetime, timedelta
import random

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.clients.model import Money
from custom_components.ev_charging_cloud.ledger import (
    Change,
    Interval,
    Measure,
    Series,
    SessionRecord,
    first_changed_hours,
    hourly,
)
from custom_components.ev_charging_cloud.ledger.hours import energy_by_hour, series_of

from .common import CONNECTOR, DRIVER, HOUR, MINUTE, START, VEHICLE, ended, record

# 18:00, as START is half past.
FIRST = datetime(2026, 3, 2, 18, tzinfo=UTC)
QUARTER = 15 * MINUTE


def session(energy: float | None = 3000.0, **changes: object) -> SessionRecord:
    """Return a session of two hours, from half past to half past."""
    return replace(record(ended(energy)), **changes)


def by_hour(*amounts: float) -> dict[datetime, float]:
    """Return amounts of one hour after the other."""
    hours = {FIRST + n * HOUR: amount for n, amount in enumerate(amounts)}
    return {hour: amount for hour, amount in hours.items() if amount}


def test_without_intervals_it_is_spread() -> None:
    """Over the charging time where it is known, else from start to end."""
    assert energy_by_hour(session()) == pytest.approx(by_hour(750, 1500, 750))
    charging = session(
        charging_started_at=START + 15 * MINUTE, charging_ended_at=START + 60 * MINUTE
    )
    assert energy_by_hour(charging) == pytest.approx(by_hour(1000, 2000))
    started = session(charging_started_at=START + HOUR)
    assert energy_by_hour(started) == pytest.approx(by_hour(0, 1500, 1500))


def test_with_intervals_it_is_where_it_flowed() -> None:
    """Each interval's energy goes to its own hours."""
    charged = session(
        intervals=(
            Interval(START, START + QUARTER, 500.0),
            Interval(START + QUARTER, START + 3 * QUARTER, 2000.0),
            Interval(START + 5 * QUARTER, START + 6 * QUARTER, 500.0),
        )
    )
    assert energy_by_hour(charged) == pytest.approx(by_hour(1500, 1500))


def test_intervals_that_lag_behind() -> None:
    """What they lack flowed after them, or else everywhere alike."""
    some = (Interval(START, START + HOUR / 2, 1000.0),)
    late = session(2000.0, intervals=some, charging_ended_at=START + 1.5 * HOUR)
    assert energy_by_hour(late) == pytest.approx(by_hour(1000, 1000))
    # Nobody says until when it charged.
    assert energy_by_hour(session(2000.0, intervals=some)) == by_hour(2000.0)
    less = session(900.0, intervals=some)
    assert energy_by_hour(less) == pytest.approx(by_hour(900.0))
    untold = session(None, intervals=some)
    assert energy_by_hour(untold) == by_hour(1000.0)


@pytest.mark.parametrize("energy", [None, 0.0])
def test_without_energy(energy: float | None) -> None:
    """There is nothing to spread; a cost is, from start to end."""
    parked = session(energy, cost=Money(400.0, "EUR"))
    assert energy_by_hour(parked) == {}
    cost = Series(CONNECTOR, Measure.COST, "EUR")
    assert series_of(parked)[cost] == pytest.approx(by_hour(100, 200, 100))


def test_session_of_no_length() -> None:
    """All of it is in the hour of its start, also at the full hour."""
    at_once = session(ended_at=START)
    assert energy_by_hour(at_once) == by_hour(3000.0)
    full = session(started_at=FIRST, ended_at=FIRST + HOUR)
    assert energy_by_hour(full) == by_hour(3000.0)


def test_cost_and_carbon_follow_the_energy() -> None:
    """They are summed for each thing and for each currency apart."""
    one = session(cost=Money(120.0, "EUR"), co2=600.0)
    other = session(cost=Money(40.0, "CHF"), session_id="s2", driver=None)
    sums = hourly([one, other])
    assert sums[Series(CONNECTOR, Measure.ENERGY)] == pytest.approx(
        by_hour(1500, 3000, 1500)
    )
    assert sums[Series(DRIVER, Measure.ENERGY)] == pytest.approx(
        by_hour(750, 1500, 750)
    )
    assert sums[Series(VEHICLE, Measure.COST, "EUR")] == pytest.approx(
        by_hour(30, 60, 30)
    )
    assert sums[Series(VEHICLE, Measure.COST, "CHF")] == pytest.approx(
        by_hour(10, 20, 10)
    )
    assert sums[Series(VEHICLE, Measure.CO2)] == pytest.approx(by_hour(150, 300, 150))
    later = hourly([one, other], FIRST + HOUR)
    assert later[Series(CONNECTOR, Measure.ENERGY)] == pytest.approx(
        {FIRST + HOUR: 3000, FIRST + 2 * HOUR: 1500}
    )


def test_first_changed_hours() -> None:
    """Only from there on sums must be computed anew."""
    before = session(cost=Money(120.0, "EUR"))
    assert first_changed_hours([Change(before=before, after=before)]) == {}
    new = first_changed_hours([Change(before=None, after=before)])
    assert set(new.values()) == {FIRST}
    assert len(new) == 6
    # A cost that comes late changes no energy.
    costed = replace(before, cost=Money(140.0, "EUR"))
    assert first_changed_hours([Change(before=before, after=costed)]) == {
        Series(subject, Measure.COST, "EUR"): FIRST
        for subject in (CONNECTOR, VEHICLE, DRIVER)
    }
    # Nor does another currency leave the old one standing.
    other = replace(before, cost=Money(120.0, "CHF"))
    changed = first_changed_hours([Change(before=before, after=other)])
    assert {series.currency for series in changed} == {"EUR", "CHF"}
    # Intervals that differ in the second hour leave the first one as it is.
    hours = (
        Interval(START, START + HOUR / 2, 1000.0),
        Interval(START + HOUR / 2, START + 1.5 * HOUR, 2000.0),
    )
    then = session(intervals=hours)
    now = session(3500.0, intervals=(hours[0], replace(hours[1], energy=2500.0)))
    assert first_changed_hours([Change(before=then, after=now)]) == {
        Series(subject, Measure.ENERGY): FIRST + HOUR
        for subject in (CONNECTOR, VEHICLE, DRIVER)
    }
    # A session that turns out to be another car's is taken from the one it was.
    moved = replace(before, vehicle_id="other")
    changed = first_changed_hours([Change(before=before, after=moved)])
    assert {series.subject.id for series in changed} == {"car", "other"}


def test_hours_add_up() -> None:
    """Whatever a session looks like, its hours add up to what it has."""
    rng = random.Random(5)
    for _ in range(2000):
        begin = START + timedelta(seconds=rng.randrange(100_000))
        energy = round(rng.uniform(0, 100_000), 3)
        intervals = []
        moment = begin
        for _ in range(rng.randrange(4)):
            moment += timedelta(seconds=rng.randrange(5000))
            end = moment + timedelta(seconds=rng.randrange(1, 9000))
            amount = rng.choice((0.0, round(rng.uniform(0, 9000), 3)))
            intervals.append(Interval(moment, end, amount))
            moment = end
        found = session(
            energy,
            started_at=begin,
            ended_at=begin + timedelta(seconds=rng.randrange(200_000)),
            charging_ended_at=rng.choice((None, begin + timedelta(seconds=50_000))),
            intervals=tuple(intervals),
            cost=Money(rng.uniform(-50, 5000), "EUR"),
        )
        series = series_of(found)
        spread = series[Series(CONNECTOR, Measure.ENERGY)]
        assert sum(spread.values()) == pytest.approx(energy)
        assert min(spread.values()) >= 0
        assert all(not (h.minute or h.second or h.microsecond) for h in spread)
        assert found.cost is not None
        cost = series[Series(CONNECTOR, Measure.COST, "EUR")]
        assert sum(cost.values()) == pytest.approx(found.cost.minor)


@pytest.mark.parametrize(
    ("cost", "co2", "measures"),
    [
        (None, None, {Measure.ENERGY}),
        (Money(0, "EUR"), None, {Measure.ENERGY}),
        (Money(0, "EUR"), 300.0, {Measure.ENERGY, Measure.CO2}),
        (None, 300.0, {Measure.ENERGY, Measure.CO2}),
        (Money(90, "EUR"), None, {Measure.ENERGY, Measure.COST}),
        (Money(90, "EUR"), 0.0, {Measure.ENERGY, Measure.COST}),
        (Money(90, "EUR"), 300.0, {Measure.ENERGY, Measure.COST, Measure.CO2}),
    ],
)
def test_what_a_session_has_no_amount_of(
    cost: Money | None, co2: float | None, measures: set[Measure]
) -> None:
    """What costs nothing, or brings nothing, has no statistics of that."""
    found = series_of(session(cost=cost, co2=co2))
    assert {series.measure for series in found} == measures
    if Measure.COST in measures:
        assert {s.currency for s in found if s.measure is Measure.COST} == {"EUR"}
    assert all(sum(hours.values()) for hours in found.values())
