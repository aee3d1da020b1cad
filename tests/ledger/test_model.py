"""Tests of what a record says of itself: over or not, since when and until when, and whose."""

from datetime import datetime
from typing import Any

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.clients.enums import SessionStatus
from custom_components.ev_charging_cloud.ledger import (
    Fault,
    Interval,
    Recorded,
    SessionQuery,
    SessionRecord,
    Subject,
    SubjectKind,
)

from .common import ACCOUNT, CONNECTOR, DRIVER, HOUR, MINUTE, START, VEHICLE

SEEN = START + HOUR
EMPTY = SessionRecord(
    account_id=ACCOUNT, session_id="s1", first_seen=SEEN, last_seen=SEEN + HOUR
)


@pytest.mark.parametrize(
    ("changes", "is_over"),
    [
        ({}, False),
        ({"status": SessionStatus.ACTIVE}, False),
        ({"status": SessionStatus.PENDING}, False),
        ({"status": SessionStatus.COMPLETED}, True),
        ({"ended_at": START}, True),
        ({"status": SessionStatus.ACTIVE, "ended_at": START}, True),
        ({"charging_ended_at": START}, False),
    ],
)
def test_what_is_over(changes: dict[str, Any], is_over: bool) -> None:
    """What is completed, or has an end."""
    assert replace(EMPTY, **changes).is_over is is_over


@pytest.mark.parametrize(
    ("changes", "began_at"),
    [
        ({}, SEEN),
        ({"charging_started_at": START}, START),
        ({"charging_started_at": START, "started_at": START - HOUR}, START - HOUR),
        ({"first_started_at": START - HOUR}, SEEN),
    ],
)
def test_since_when(changes: dict[str, Any], began_at: datetime) -> None:
    """The start, or else the earliest that is known."""
    assert replace(EMPTY, **changes).began_at == began_at


OVER = SessionStatus.COMPLETED
LATER = SEEN + 9 * HOUR
SOME = (
    Interval(START, START + HOUR, 1.0),
    Interval(SEEN + HOUR, SEEN + 2 * HOUR, 1.0),
)


@pytest.mark.parametrize(
    ("changes", "until"),
    [
        ({}, SEEN + HOUR),
        ({"started_at": LATER}, LATER),
        ({"charging_ended_at": LATER}, SEEN + HOUR),
        ({"status": OVER}, SEEN),
        ({"status": OVER, "intervals": SOME}, SEEN + 2 * HOUR),
        (
            {"status": OVER, "intervals": SOME, "charging_ended_at": SEEN + MINUTE},
            SEEN + MINUTE,
        ),
        (
            {"charging_ended_at": SEEN + MINUTE, "ended_at": SEEN + 5 * MINUTE},
            SEEN + 5 * MINUTE,
        ),
        ({"ended_at": START - HOUR}, SEEN),
        ({"ended_at": START - HOUR, "started_at": START}, START),
    ],
)
def test_until_when(changes: dict[str, Any], until: datetime) -> None:
    """The end, or else the latest that is known; never before the start."""
    assert replace(EMPTY, **changes).until == until


STATION = Subject(SubjectKind.STATION, "station")
LOCATION = Subject(SubjectKind.LOCATION, "depot")


@pytest.mark.parametrize(
    ("changes", "subjects"),
    [
        ({}, ()),
        ({"station_id": "station", "connector_id": "1"}, (CONNECTOR, STATION)),
        ({"station_id": "station"}, (STATION,)),
        # Which one it is, only its station tells.
        ({"connector_id": "1"}, ()),
        (
            {"location_id": "depot", "vehicle_id": "car", "driver": "Anna"},
            (LOCATION, VEHICLE, DRIVER),
        ),
        ({"driver": ""}, (Subject(SubjectKind.DRIVER, ""),)),
    ],
)
def test_whose(changes: dict[str, Any], subjects: tuple[Subject, ...]) -> None:
    """All that the session counts for, the connector only with its station."""
    assert replace(EMPTY, **changes).subjects == subjects


def test_what_is_asked_without_saying_so() -> None:
    """All sessions, the newest first, on one page and with their intervals."""
    assert SessionQuery(account_id=ACCOUNT) == SessionQuery(
        account_id=ACCOUNT,
        by_start=False,
        newest_first=True,
        limit=None,
        offset=0,
        intervals=True,
    )
    assert Recorded() == Recorded(changes=(), stored=True)
    assert EMPTY.key == (ACCOUNT, "s1")
    # In the order of their kinds and names.
    whole = replace(
        EMPTY, station_id="station", connector_id="1", vehicle_id="car", driver="Anna"
    )
    assert sorted(whole.subjects) == [CONNECTOR, DRIVER, STATION, VEHICLE]


def test_a_fault_says_until_when() -> None:
    """Until it was seen well again, or else until it was last seen."""
    seen = Fault(station_id="station", connector_id="1", began_at=START, last_seen=SEEN)
    assert (seen.connector, seen.until) == (CONNECTOR, SEEN)
    assert replace(seen, ended_at=SEEN + HOUR).until == SEEN + HOUR
