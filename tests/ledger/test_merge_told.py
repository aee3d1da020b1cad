"""Tests of what becomes of what a vendor tells: numbers, intervals and ends."""

import math

from msgspec.structs import asdict, replace
import pytest

from custom_components.ev_charging_cloud.clients.model import Money
from custom_components.ev_charging_cloud.ledger import (
    EndSource,
    Interval,
    Sighting,
    Source,
)
from custom_components.ev_charging_cloud.ledger.merge import (
    closed_at_last_sight,
    record_of,
)

from .common import ACCOUNT, HOUR, START, ended, record, running


def test_intervals_that_make_no_sense() -> None:
    """They are left out; of two with the same start the last one counts."""
    good = Interval(START, START + HOUR, 1.23456)
    told = (
        Interval(START + HOUR, START + 2 * HOUR, 0.0),
        Interval(START, START + HOUR, 9.0),
        good,
        Interval(START + 3 * HOUR, START + 3 * HOUR, 5.0),
        Interval(START + 4 * HOUR, START + 5 * HOUR, -0.001),
        Interval(START + 5 * HOUR, START + 6 * HOUR, math.inf),
        Interval(START + 6 * HOUR, START + 7 * HOUR, math.nan),
    )
    found = record_of(
        ACCOUNT,
        Sighting(session=running(1.0), intervals=told),
        Source.LIVE,
        START,
    )
    assert found.intervals == (
        Interval(START, START + HOUR, 1.235),
        Interval(START + HOUR, START + 2 * HOUR, 0.0),
    )


def told_amounts(value: float) -> dict[str, object]:
    """Return what becomes of an amount that is told everywhere."""
    session = replace(
        ended(value, cost=Money(value, "EUR")),
        average_power=value,
        peak_power=value,
        initial_state_of_charge=value,
        state_of_charge=value,
        co2=value,
    )
    seen = Sighting(session=session, meter_start=value, meter_stop=value)
    found = asdict(record_of(ACCOUNT, seen, Source.LIVE, START))
    return {
        name: found[name]
        for name in (
            "energy",
            "average_power",
            "peak_power",
            "initial_state_of_charge",
            "state_of_charge",
            "meter_start",
            "meter_stop",
            "co2",
            "cost",
        )
    }


POSITIVE = ("energy", "average_power", "peak_power")


@pytest.mark.parametrize(
    ("value", "amount"), [(1.23456, 1.235), (0.0, 0.0), (-2.5, -2.5), (-0.0001, 0.0)]
)
def test_amounts(value: float, amount: float) -> None:
    """They are rounded to a thousandth; energy and power are never below nothing."""
    found = told_amounts(value)
    assert found.pop("cost") == Money(amount, "EUR")
    assert found == {
        name: None if name in POSITIVE and amount < 0 else amount for name in found
    }


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_amounts_that_are_none(value: float) -> None:
    """What is no number is not told."""
    assert set(told_amounts(value).values()) == {None}


@pytest.mark.parametrize(
    ("source", "expected"),
    [(Source.LIVE, EndSource.VENDOR), (Source.HISTORY, EndSource.HISTORY)],
)
def test_where_an_end_was_told(source: Source, expected: EndSource) -> None:
    """A session that runs has none, whatever is planned."""
    assert record(ended(1.0), source=source).end_source is expected
    assert record(ended(1.0, end=None), source=source).end_source is None
    planned = replace(running(1.0), ended_at=START + 9 * HOUR)
    found = record(planned, source=source)
    assert (found.ended_at, found.end_source) == (None, None)


def test_words_that_are_kept() -> None:
    """They stand in the database, and may not change."""
    over = {source: record(ended(1.0), source=source) for source in Source}
    found = {str(source): str(one.end_source) for source, one in over.items()}
    assert found == {"live": "vendor", "history": "history"}
    assert str(closed_at_last_sight(record(running(1.0))).end_source) == "last_seen"
