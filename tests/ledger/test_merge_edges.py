"""Tests of every field of a record: how it is told, corrected and lost."""

from datetime import datetime
from typing import Any

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.clients.enums import SessionStatus, StopReason
from custom_components.ev_charging_cloud.clients.model import Money
from custom_components.ev_charging_cloud.ledger import (
    EndSource,
    Interval,
    SessionRecord,
)
from custom_components.ev_charging_cloud.ledger.merge import (
    closed_at_last_sight,
    is_same,
    merge,
)

from .common import ACCOUNT, HOUR, MINUTE, START, ended, record, running

ONE = (Interval(START, START + HOUR, 500.0),)
TWO = (*ONE, Interval(START + HOUR, START + 2 * HOUR, 500.0))
FIRST = SessionRecord(
    account_id=ACCOUNT,
    session_id="s1",
    first_seen=START + HOUR,
    last_seen=START + 2 * HOUR,
    location_id="depot",
    location_name="Depot",
    station_id="station",
    station_name="Left",
    connector_id="1",
    connector_name="A",
    vehicle_id="car",
    vehicle_name="Van",
    driver="Anna",
    status=SessionStatus.COMPLETED,
    stop_reason=StopReason.LOCAL,
    first_started_at=START,
    started_at=START,
    charging_started_at=START + MINUTE,
    charging_ended_at=START + HOUR,
    ended_at=START + 2 * HOUR,
    end_source=EndSource.VENDOR,
    energy=1000.0,
    average_power=500.0,
    peak_power=11000.0,
    initial_state_of_charge=20.0,
    state_of_charge=80.0,
    meter_start=5000.0,
    meter_stop=6000.0,
    cost=Money(120.0, "EUR"),
    co2=400.0,
    intervals=TWO,
)
SECOND = SessionRecord(
    account_id=ACCOUNT,
    session_id="s1",
    first_seen=START + 3 * HOUR,
    last_seen=START + 3 * HOUR,
    location_id="harbour",
    location_name="Harbour",
    station_id="other",
    station_name="Right",
    connector_id="2",
    connector_name="B",
    vehicle_id="bus",
    vehicle_name="Bus",
    driver="Ben",
    status=SessionStatus.COMPLETED,
    stop_reason=StopReason.REMOTE,
    first_started_at=START + 2 * MINUTE,
    started_at=START + 2 * MINUTE,
    charging_started_at=START + 3 * MINUTE,
    charging_ended_at=START + HOUR + MINUTE,
    ended_at=START + 2 * HOUR + MINUTE,
    end_source=EndSource.HISTORY,
    energy=900.0,
    average_power=400.0,
    peak_power=9000.0,
    initial_state_of_charge=10.0,
    state_of_charge=70.0,
    meter_start=4000.0,
    meter_stop=4900.0,
    cost=Money(110.0, "CHF"),
    co2=300.0,
    intervals=ONE,
)
KEPT = {"first_started_at": START, "first_seen": START + HOUR}


def test_a_correction_of_everything() -> None:
    """What is told last of a session that is over counts, but for its beginnings."""
    assert merge(FIRST, SECOND) == replace(SECOND, **KEPT)
    # In whichever order they were seen.
    earlier = replace(SECOND, first_seen=START, last_seen=START)
    assert merge(FIRST, earlier) == replace(
        SECOND, first_started_at=START, first_seen=START, last_seen=START + 2 * HOUR
    )


def test_while_it_runs_counters_do_not_fall() -> None:
    """Energy, meter, peak and intervals stay; all else is what was told last."""
    open_again: dict[str, Any] = {
        "status": SessionStatus.ACTIVE,
        "ended_at": None,
        "end_source": None,
    }
    before, now = replace(FIRST, **open_again), replace(SECOND, **open_again)
    assert merge(before, now) == replace(
        now,
        **KEPT,
        energy=1000.0,
        peak_power=11000.0,
        meter_stop=6000.0,
        intervals=TWO,
    )
    assert merge(now, before) == replace(
        before, first_started_at=START + 2 * MINUTE, last_seen=START + 3 * HOUR
    )


@pytest.mark.parametrize("session", [FIRST, replace(FIRST, ended_at=None)])
def test_silence_is_no_news(session: SessionRecord) -> None:
    """What tells nothing but that it is over changes nothing of what is over."""
    silent = SessionRecord(
        account_id=ACCOUNT,
        session_id="s1",
        first_seen=START + 3 * HOUR,
        last_seen=START + 3 * HOUR,
        status=SessionStatus.COMPLETED,
    )
    assert merge(session, silent) is session
    assert is_same(session, replace(session, last_seen=START + 9 * HOUR))
    assert not is_same(session, replace(session, first_seen=START))


@pytest.mark.parametrize(
    ("name", "lost", "kept"),
    [
        ("energy", 0.0, 1000.0),
        ("average_power", 0.0, 500.0),
        ("peak_power", 0.0, 11000.0),
        ("meter_start", 0.0, 5000.0),
        ("meter_stop", 0.0, 6000.0),
        ("co2", 0.0, 400.0),
        # These may be nothing after all.
        ("initial_state_of_charge", 0.0, 0.0),
        ("state_of_charge", 0.0, 0.0),
        ("cost", Money(0.0, "EUR"), Money(0.0, "EUR")),
    ],
)
def test_what_a_vendor_loses(name: str, lost: object, kept: object) -> None:
    """A 0 takes the place of nothing that was more; of nothing at all it does."""
    told = SECOND
    found = merge(FIRST, replace(told, **{name: lost}))
    assert getattr(found, name) == kept
    for nothing in (None, lost):
        found = merge(replace(FIRST, **{name: nothing}), replace(told, **{name: lost}))
        assert getattr(found, name) == lost


def open_record(**changes: Any) -> SessionRecord:
    """Return a session that runs, as it was seen an hour after its start."""
    return replace(record(running(1000.0)), **changes)


@pytest.mark.parametrize(
    ("old", "new", "cost"),
    [
        (None, Money(0.0, "EUR"), Money(0.0, "EUR")),
        (Money(0.0, "EUR"), Money(5.0, "EUR"), Money(5.0, "EUR")),
        (Money(5.0, "EUR"), Money(4.0, "EUR"), Money(4.0, "EUR")),
        (Money(5.0, "EUR"), Money(0.0, "EUR"), Money(5.0, "EUR")),
        (Money(0.0, "EUR"), Money(0.0, "CHF"), Money(0.0, "CHF")),
        (Money(5.0, "EUR"), None, Money(5.0, "EUR")),
    ],
)
def test_cost_while_it_runs(
    old: Money | None, new: Money | None, cost: Money | None
) -> None:
    """It may fall, but not to nothing."""
    assert merge(open_record(cost=old), open_record(cost=new)).cost == cost


@pytest.mark.parametrize(
    ("old", "new", "is_open"),
    [
        (1000.0, 1000.0, False),
        (1000.0, 1000.1, True),
        (1000.0, None, False),
        (None, 0.0, False),
        (None, 0.5, True),
        (0.0, 0.5, True),
    ],
)
def test_a_session_that_ended_runs_again(
    old: float | None, new: float | None, is_open: bool
) -> None:
    """Only if its energy has risen, as what comes late may be old."""
    over = record(ended(old))
    known = merge(over, open_record(energy=new, last_seen=START + 5 * HOUR))
    if not is_open:
        assert known is over
        return
    assert (known.status, known.ended_at, known.end_source, known.energy) == (
        SessionStatus.ACTIVE,
        None,
        None,
        new,
    )


def test_a_session_that_was_not_seen_runs_again() -> None:
    """As soon as it is seen after that, whatever is told of it."""
    closed = closed_at_last_sight(open_record(charging_ended_at=START + MINUTE))
    assert closed == open_record(
        charging_ended_at=START + MINUTE,
        status=SessionStatus.COMPLETED,
        ended_at=START + HOUR,
        end_source=EndSource.LAST_SEEN,
    )
    assert merge(closed, open_record(energy=2000.0)) is closed
    later = open_record(status=None, energy=None, last_seen=START + HOUR + MINUTE)
    known = merge(closed, later)
    assert known == open_record(
        status=None,
        charging_ended_at=START + MINUTE,
        last_seen=START + HOUR + MINUTE,
    )
    assert not known.is_over


TOLD, SEEN = EndSource.VENDOR, EndSource.LAST_SEEN
LISTED = EndSource.HISTORY
T1, T2 = START + 2 * HOUR, START + 3 * HOUR


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((T1, TOLD), (None, None), (T1, TOLD)),
        ((T1, SEEN), (None, None), (T1, SEEN)),
        ((None, None), (T1, TOLD), (T1, TOLD)),
        ((None, None), (T1, SEEN), (T1, SEEN)),
        ((T1, TOLD), (T2, SEEN), (T1, TOLD)),
        ((T1, LISTED), (T2, SEEN), (T1, LISTED)),
        ((T1, TOLD), (T1, LISTED), (T1, TOLD)),
        ((T1, LISTED), (T1, TOLD), (T1, LISTED)),
        ((T1, TOLD), (T2, LISTED), (T2, LISTED)),
        ((T1, LISTED), (T2, TOLD), (T2, TOLD)),
        ((T1, SEEN), (T1, LISTED), (T1, LISTED)),
        ((T1, SEEN), (T2, TOLD), (T2, TOLD)),
        ((T1, SEEN), (T2, SEEN), (T2, SEEN)),
    ],
)
def test_ends(
    old: tuple[datetime | None, EndSource | None],
    new: tuple[datetime | None, EndSource | None],
    expected: tuple[datetime | None, EndSource | None],
) -> None:
    """A guess yields to what is told, and what repeats it is no news."""
    over = record(ended(1000.0, end=None))
    known = merge(
        replace(over, ended_at=old[0], end_source=old[1]),
        replace(over, ended_at=new[0], end_source=new[1]),
    )
    assert (known.ended_at, known.end_source) == expected


@pytest.mark.parametrize(
    ("charged_until", "end"),
    [(None, START + HOUR), (START + 3 * HOUR, START + 3 * HOUR)],
)
def test_an_end_without_a_time(charged_until: datetime | None, end: datetime) -> None:
    """It is when it stopped to charge, or else when it was last seen running."""
    told = replace(
        record(ended(1000.0, end=None), START + 5 * HOUR),
        charging_ended_at=charged_until,
    )
    known = merge(open_record(), told)
    assert (known.ended_at, known.end_source) == (end, EndSource.LAST_SEEN)
    # As the first that is known of it, it has none.
    assert merge(None, told) is told


@pytest.mark.parametrize(
    ("old", "new", "running_expected", "over_expected"),
    [
        ((), ONE, ONE, ONE),
        (ONE, TWO, TWO, TWO),
        (TWO, ONE, TWO, ONE),
        (ONE, (), ONE, ONE),
        (ONE, (replace(ONE[0], end=START + MINUTE),), ONE, None),
        ((replace(ONE[0], energy=0.0),), (), (replace(ONE[0], energy=0.0),), None),
    ],
)
def test_intervals_that_are_told_again(
    old: tuple[Interval, ...],
    new: tuple[Interval, ...],
    running_expected: tuple[Interval, ...],
    over_expected: tuple[Interval, ...] | None,
) -> None:
    """While it runs those that tell more; in the end the last ones, if there are any."""
    known = merge(open_record(intervals=old), open_record(intervals=new))
    assert known.intervals == running_expected
    over = record(ended(1000.0))
    known = merge(open_record(intervals=old), replace(over, intervals=new))
    assert known.intervals == (new or old if over_expected is None else over_expected)
