"""Tests of how what a vendor says of a session becomes one record."""

from datetime import timedelta
from itertools import pairwise
import random

from msgspec.structs import asdict, replace
import pytest

from custom_components.ev_charging_cloud.clients.enums import SessionStatus, StopReason
from custom_components.ev_charging_cloud.clients.model import ChargingSession, Money
from custom_components.ev_charging_cloud.ledger import (
    EndSource,
    Interval,
    SessionRecord,
    Sighting,
    Source,
)
from custom_components.ev_charging_cloud.ledger.merge import (
    closed_at_last_sight,
    merge,
    record_of,
)

from .common import ACCOUNT, HOUR, MINUTE, START, ended, record, running


def after(*sessions: ChargingSession) -> SessionRecord:
    """Return what is known once polls, a minute apart, have shown sessions."""
    known: SessionRecord | None = None
    for number, session in enumerate(sessions):
        known = merge(known, record(session, START + number * MINUTE))
    assert known is not None
    return known


def test_energy_of_a_running_session_never_falls() -> None:
    """Of 42.0, 0, 42.4, 41.9, 43.0 the falls are hiccups."""
    told = [42000.0, 0.0, 42400.0, 41900.0, 43000.0]
    known = [
        after(*(running(energy) for energy in told[: n + 1])).energy
        for n in range(len(told))
    ]
    assert known == [42000.0, 42000.0, 42400.0, 42400.0, 43000.0]


def test_correction_after_the_end_is_taken() -> None:
    """The vendor's word about a session that is over counts, up or down."""
    assert after(running(42000.0), ended(41500.0)).energy == 41500.0
    assert after(ended(41500.0), ended(41000.0)).energy == 41000.0
    assert after(ended(41500.0), ended(43000.0)).energy == 43000.0


@pytest.mark.parametrize("first", [running(42000.0), ended(42000.0)])
def test_lost_energy_is_no_correction(first: ChargingSession) -> None:
    """A vendor that has lost the value says 0; that is not taken."""
    assert after(first, ended(0.0)).energy == 42000.0


def test_silence_deletes_nothing() -> None:
    """What is not told any more stays."""
    full = Sighting(
        session=replace(
            ended(5000.0, cost=Money(120.0, "EUR")),
            stop_reason=StopReason.LOCAL,
            charging_started_at=START,
            charging_ended_at=START + HOUR,
            average_power=5000.0,
            peak_power=11000.0,
            initial_state_of_charge=20.0,
            state_of_charge=80.0,
            co2=900.0,
        ),
        location_id="depot",
        location_name="Depot",
        station_name="Left",
        connector_name="A",
        vehicle_name="Van",
        driver="Anna",
        meter_start=1000.0,
        meter_stop=6000.0,
        intervals=(Interval(START, START + HOUR, 5000.0),),
    )
    known = record_of(ACCOUNT, full, Source.LIVE, START)
    silent = Sighting(session=ChargingSession(id="s1", status=SessionStatus.COMPLETED))
    again = record_of(ACCOUNT, silent, Source.HISTORY, START + HOUR)
    assert merge(known, again) is known
    assert [name for name, value in asdict(known).items() if value is None] == []


def test_first_told_start_is_kept() -> None:
    """A start that is told late and then corrected does not begin the session anew."""
    known = after(
        running(100.0, start=None),
        running(200.0, start=START),
        running(300.0, start=START + timedelta(seconds=3)),
        running(300.0, start=START),
    )
    assert known.first_started_at == START
    known = after(running(1.0), running(2.0, start=START + 3 * MINUTE))
    assert known.first_started_at == START
    assert known.started_at == START + 3 * MINUTE


def test_seen_live_and_in_the_history() -> None:
    """The history adds what it knows better, and is no news where it repeats."""
    known = after(running(1000.0), ended(2000.0))
    assert known.end_source is EndSource.VENDOR
    same = record(ended(2000.0), START + 5 * HOUR, Source.HISTORY)
    assert merge(known, same) is known
    late = record(
        ended(2000.0, cost=Money(99.0, "CHF")), START + 5 * HOUR, Source.HISTORY
    )
    costed = merge(known, late)
    assert costed.cost == Money(99.0, "CHF")
    assert costed.end_source is EndSource.VENDOR


def test_missed_end_comes_from_the_history() -> None:
    """A session that was closed at its last sight takes the end that is told later."""
    seen = merge(record(running(1000.0)), record(running(1500.0), START + 2 * HOUR))
    closed = closed_at_last_sight(seen)
    assert closed.ended_at == START + 2 * HOUR
    assert closed.end_source is EndSource.LAST_SEEN
    assert closed.is_over
    told = record(ended(1800.0, end=START + 3 * HOUR), START + 9 * HOUR, Source.HISTORY)
    known = merge(closed, told)
    assert known.ended_at == START + 3 * HOUR
    assert known.end_source is EndSource.HISTORY
    assert known.energy == 1800.0
    # A guess never stands against the vendor's word.
    assert merge(known, closed).ended_at == START + 3 * HOUR


def test_session_that_runs_again() -> None:
    """A session that was only not seen is open again; one that ended is not, unless..."""
    closed = closed_at_last_sight(record(running(1000.0)))
    again = merge(closed, record(running(1000.0), START + 2 * HOUR))
    assert not again.is_over
    assert again.ended_at is None
    assert again.end_source is None
    over = record(ended(2000.0))
    # ... its energy rises: an old answer does not open it.
    assert merge(over, record(running(1900.0), START + 2 * HOUR)) is over
    resumed = merge(over, record(running(2100.0), START + 2 * HOUR))
    assert not resumed.is_over
    assert resumed.energy == 2100.0


def test_end_that_is_not_told() -> None:
    """A session that the vendor calls completed ended when it was last seen running."""
    known = after(running(1000.0), running(1100.0), ended(1100.0, end=None))
    assert known.is_over
    assert known.ended_at == START + MINUTE
    assert known.end_source is EndSource.LAST_SEEN


def test_costs() -> None:
    """A cost comes late, may be corrected, and is not lost for a poll."""
    some, more, free = Money(100.0, "EUR"), Money(120.0, "EUR"), Money(0.0, "EUR")
    running_cost = replace(running(1.0), cost=some)
    assert after(running(1.0), running_cost).cost == some
    assert after(running_cost, replace(running(1.0), cost=free)).cost == some
    assert after(running_cost, ended(1.0, cost=more)).cost == more
    assert after(ended(1.0, cost=some), ended(1.0, cost=free)).cost == free
    assert after(ended(1.0), ended(1.0, cost=free)).cost == free


def test_intervals() -> None:
    """They are sorted and made sense of; fewer for a poll are not taken."""
    hours = [Interval(START + n * HOUR, START + (n + 1) * HOUR, 1000.0) for n in (0, 1)]
    odd = Interval(START, START - HOUR, 5.0)
    broken = Interval(START, START + HOUR, float("nan"))

    def seen(session: ChargingSession, *intervals: Interval) -> SessionRecord:
        told = Sighting(session=session, intervals=intervals)
        return record_of(ACCOUNT, told, Source.LIVE, START)

    both = seen(running(2000.0), hours[1], odd, broken, hours[0])
    assert both.intervals == tuple(hours)
    assert merge(both, seen(running(2000.0), hours[0])) is both
    assert merge(both, seen(running(2000.0))) is both
    corrected = merge(both, seen(ended(1000.0), hours[0]))
    assert corrected.intervals == (hours[0],)


def random_sighting(rng: random.Random) -> ChargingSession:
    """Return anything that a vendor may say of a session."""
    make = rng.choice((running, ended))
    told = make(
        rng.choice((None, 0.0, 500.0, 1000.0, 1000.5)),
        start=rng.choice((None, START, START + MINUTE)),
    )
    return replace(
        told,
        status=rng.choice((None, told.status)),
        ended_at=rng.choice((None, told.ended_at)),
        cost=rng.choice((None, Money(rng.choice((0.0, 50.0)), "EUR"))),
        peak_power=rng.choice((None, 0.0, 11000.0)),
        vehicle_id=rng.choice((None, "car", "other")),
        charging_ended_at=rng.choice((None, START + HOUR)),
    )


def test_merging_again_changes_nothing() -> None:
    """Whatever was told, telling it once more is no news; and some things never go."""
    rng = random.Random(12)
    for _ in range(3000):
        states: list[SessionRecord] = []
        known: SessionRecord | None = None
        for number in range(6):
            told = record(random_sighting(rng), START + number * MINUTE)
            known = merge(known, told)
            assert merge(known, told) is known
            assert merge(known, known) is known
            states.append(known)
        for before, later in pairwise(states):
            if not before.is_over and not later.is_over and before.energy:
                assert (later.energy or 0) >= before.energy
            if before.first_started_at is not None:
                assert later.first_started_at == before.first_started_at
            assert (later.energy is None) <= (before.energy is None)
            assert (later.cost is None) <= (before.cost is None)
            assert later.until >= later.began_at


def test_seen_again_is_no_news() -> None:
    """That a session was seen again is not worth writing."""
    known = record(running(1000.0))
    later = record(running(1000.0), START + 9 * HOUR)
    assert merge(known, later) is known
