"""Tests of what a record says of itself: over or not, since when and until when, and whose."""

from datetime import datetime
from typing import Any

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.clients.enums import SessionStatus
from custom_components.ev_charging_cloud.ledger import (
    Change,
    Fault,
    Interval,
    Recorded,
    SessionQuery,
    SessionRecord,
    Source,
    Subject,
    SubjectKind,
)
from custom_components.ev_charging_cloud.ledger.book import AccountBook
from custom_components.ev_charging_cloud.ledger.lifetime import Lifetimes
from custom_components.ev_charging_cloud.ledger.waiting import Waiting

from .common import (
    ACCOUNT,
    CONNECTOR,
    DRIVER,
    HOUR,
    MINUTE,
    START,
    VEHICLE,
    ended,
    record,
    running,
    sighting,
)

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
    assert sorted([VEHICLE, DRIVER, STATION, CONNECTOR]) == [
        CONNECTOR,
        DRIVER,
        STATION,
        VEHICLE,
    ]


def test_a_fault_says_until_when() -> None:
    """Until it was seen well again, or else until it was last seen."""
    seen = Fault(station_id="station", connector_id="1", began_at=START, last_seen=SEEN)
    assert (seen.connector, seen.until) == (CONNECTOR, SEEN)
    assert replace(seen, ended_at=SEEN + HOUR).until == SEEN + HOUR


def over(number: int, account_id: str = ACCOUNT) -> SessionRecord:
    """Return one of many sessions that ended one after the other."""
    start = START + number * HOUR
    session = ended(1.0, id_=str(number), start=start, end=start + HOUR)
    return replace(record(session), account_id=account_id)


def test_what_waits() -> None:
    """By account, each session once, in the order in which it came."""
    waiting = Waiting(4)
    assert (len(waiting), waiting.accounts()) == (0, ())
    assert waiting.add([over(0), over(1, "other"), over(2)]) == ()
    assert len(waiting) == 3
    assert waiting.accounts() == (ACCOUNT, "other")
    assert waiting.of_account(ACCOUNT) == (over(0), over(2))
    assert waiting.of_account("nobody") == ()
    newer = replace(over(0), energy=2.0)
    waiting.add([newer])
    assert waiting.of_account(ACCOUNT) == (newer, over(2))
    # What was written is not what waits by now.
    waiting.remove([over(0), over(9), over(9, "nobody")])
    assert waiting.of_account(ACCOUNT) == (newer, over(2))
    waiting.remove([newer, *waiting.of_account("other")])
    assert waiting.accounts() == (ACCOUNT,)
    waiting.forget(ACCOUNT)
    waiting.forget("nobody")
    assert (len(waiting), waiting.dropped) == (0, 0)


def test_too_much_that_waits() -> None:
    """The oldest are dropped, and some more; those that run are the last to go."""
    waiting = Waiting(40)
    runs = replace(record(running(1.0, id_="now", start=START - HOUR)), last_seen=START)
    assert waiting.add([runs, *map(over, range(39))]) == ()
    dropped = waiting.add([over(39, "other")])
    assert dropped == [over(0), over(1), over(2)]
    assert (len(waiting), waiting.dropped) == (38, 3)
    assert waiting.of_account(ACCOUNT)[0] == runs
    dropped = waiting.add([over(40), over(41), over(42)])
    assert dropped == [over(3), over(4), over(5)]
    assert (len(waiting), waiting.dropped) == (38, 6)


def test_how_much_waits() -> None:
    """Ten thousand sessions; of one more, the twentieth part makes room."""
    waiting = Waiting()
    one = over(0)
    assert waiting.add(replace(one, session_id=str(n)) for n in range(10_000)) == ()
    assert len(waiting.add([replace(one, session_id="more")])) == 501


def test_what_memory_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of too many sessions those that are over, the longest known first."""
    monkeypatch.setattr(
        "custom_components.ev_charging_cloud.ledger.book.MOST_KNOWN", 20
    )
    book = AccountBook(ACCOUNT)
    runs = record(running(1.0, id_="now"))
    some = [runs, *map(over, range(19))]
    book.take(some, (), remember=True)
    assert book.records == tuple(some)
    book.take([over(19)], (), remember=True)
    assert book.records == (runs, *map(over, range(3, 20)))
    # Of the history only what is known already.
    book.take([over(20), replace(over(19), energy=2.0)], (), remember=False)
    assert book.records == (
        runs,
        *map(over, range(3, 19)),
        replace(over(19), energy=2.0),
    )
    book.take([record(running(2.0, id_="new"))], (), remember=False)
    assert [one.session_id for one in book.running] == ["now", "new"]
    assert book.find(["now", "3", "0"]) == {"now": runs, "3": over(3)}


def test_how_much_memory_knows() -> None:
    """Ten thousand sessions; of one more, the tenth part makes room."""
    book = AccountBook(ACCOUNT)
    one = over(0)
    some = [replace(one, session_id=str(n)) for n in range(10_001)]
    book.take(some[:-1], (), remember=True)
    assert len(book.records) == 10_000
    book.take(some[-1:], (), remember=True)
    assert len(book.records) == 9_000


def test_what_is_not_written_of_sights() -> None:
    """When what runs was last seen, where that is later than it was."""
    book = AccountBook(ACCOUNT)
    runs, same = running(1.0), running(1.0, id_="same")
    book.take([record(runs), record(same), over(0)], (), remember=True)
    assert book.unwritten_sights == {}
    at = START + 5 * HOUR
    seen = [sighting(session) for session in (runs, ended(1.0, id_="0"))]
    book.news(seen, Source.LIVE, at)
    assert book.unwritten_sights == {"s1": at}
    assert [one.last_seen for one in book.running] == [at, START + HOUR]
    # What is shown late was not seen later.
    book.news(seen, Source.LIVE, START)
    assert book.unwritten_sights == {"s1": at}


def test_what_is_held_is_forgotten_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written does not fill memory either."""
    monkeypatch.setattr(
        "custom_components.ev_charging_cloud.ledger.book.MOST_KNOWN", 20
    )
    book = AccountBook(ACCOUNT)
    changes = book.hold(map(over, range(21)))
    assert changes == tuple(Change(before=None, after=over(n)) for n in range(21))
    assert book.records == tuple(map(over, range(3, 21)))
    assert book.hold([over(20)]) == ()
    # As long as nothing was read, nobody knows what the meters show.
    assert book.readings == {}


def test_meters_of_memory_never_fall() -> None:
    """What was shown is shown until there is more."""
    book = AccountBook(ACCOUNT)
    book.set_lifetimes(Lifetimes({CONNECTOR: 5000, VEHICLE: 10}, {CONNECTOR: 7000}))
    assert book.readings == {CONNECTOR: 7.0, VEHICLE: 0.01}
    book.set_lifetimes(Lifetimes({CONNECTOR: 6000, VEHICLE: 20}, {}))
    assert book.readings == {CONNECTOR: 7.0, VEHICLE: 0.02}
    book.set_lifetimes(Lifetimes({DRIVER: 500}, {}))
    assert book.readings == {CONNECTOR: 7.0, VEHICLE: 0.02, DRIVER: 0.5}
