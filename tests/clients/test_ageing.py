"""Tests of what time makes of listed items."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ev_charging_cloud.clients.reading.ageing import Ages

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Minutes:
    """Tells of numbers whether so many minutes have passed, and how often it was asked."""

    def __init__(self) -> None:
        """Begin with no question."""
        self.asked: list[int] = []
        self.ages = Ages[int, bool](self.look, lambda number: [START + number * MINUTE])

    def look(self, number: int, now: datetime) -> bool:
        """Tell whether so many minutes have passed."""
        self.asked.append(number)
        return now >= START + number * MINUTE

    def of(self, numbers: list[int], minutes: float) -> tuple[bool, ...]:
        """Return what was told at a time; nothing may be asked twice."""
        self.asked.clear()
        return self.ages.of(numbers, START + minutes * MINUTE)


@pytest.fixture
def minutes() -> Minutes:
    """Return what has not told anything yet."""
    return Minutes()


def test_items_are_looked_at_when_they_turn(minutes: Minutes) -> None:
    """Until the first of them does, and after it did, nothing is looked at again."""
    numbers = [10_001, 10_005]
    told = minutes.of(numbers, 10_000)
    assert told == (False, False)
    assert minutes.asked == numbers
    assert minutes.of(numbers, 10_000.99) is told
    assert minutes.asked == []
    assert minutes.of(numbers, 10_001) == (True, False)
    assert minutes.asked == numbers
    assert minutes.of(numbers, 10_004.99) == (True, False)
    assert minutes.asked == []
    assert minutes.of(numbers, 10_005) == (True, True)
    assert minutes.of(numbers, 1_000_000) == (True, True)
    assert minutes.asked == []


def test_a_clock_that_goes_back(minutes: Minutes) -> None:
    """What has turned has not, by a clock that was put right."""
    numbers = [10_001, 10_005]
    assert minutes.of(numbers, 10_002) == (True, False)
    assert minutes.of(numbers, 10_001) == (True, False)
    assert minutes.asked == []
    assert minutes.of(numbers, 10_000.99) == (False, False)
    assert minutes.asked == numbers


def test_others_that_come(minutes: Minutes) -> None:
    """Of a list with other items only these are looked at; of a longer one all are."""
    ten, five, seven = 10_010, 10_005, 10_007
    assert minutes.of([ten, five], 10_000) == (False, False)
    assert minutes.of([ten, seven], 10_001) == (False, False)
    assert minutes.asked == [seven]
    # The one that is gone still has all be looked at in time, which is no harm.
    assert minutes.of([ten, seven], 10_007) == (False, True)
    assert minutes.of([ten, seven, five], 10_008) == (False, True, True)
    assert minutes.asked == [ten, seven, five]
    assert minutes.of([], 10_008) == ()
