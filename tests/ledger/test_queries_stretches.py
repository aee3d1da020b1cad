"""Tests of questions to the ledger: each filter, each limit of time, and of one account alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3
from typing import Any

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.clients.model import Money
from custom_components.ev_charging_cloud.ledger import (
    Fault,
    Interval,
    Ledger,
    Measure,
    Series,
    SessionPage,
    SessionQuery,
    Sighting,
    Source,
    Subject,
    SubjectKind,
    sqlite_url,
    stretches,
)
from custom_components.ev_charging_cloud.ledger.queries import read_slice
from custom_components.ev_charging_cloud.ledger.store import Store

from .common import (
    ACCOUNT,
    CONNECTOR,
    DRIVER,
    HOUR,
    START,
    VEHICLE,
    async_all,
    async_see,
    ended,
    many,
    record,
    running,
)

FIRST = START.replace(minute=0)
DAY = timedelta(days=1)
PARTS = (
    Interval(START, START + HOUR / 2, 600.0),
    Interval(START + HOUR / 2, START + HOUR, 400.0),
)


async def async_fill(ledger: Ledger, account_id: str = ACCOUNT) -> None:
    """Keep sessions of an hour each, from hour 0, 1, 2 and 3, and one that runs."""
    told = [
        Sighting(
            session=replace(
                ended(
                    1000.0,
                    id_="abcd"[number],
                    start=START + number * HOUR,
                    end=START + (number + 1) * HOUR,
                ),
                station_id=("left", "left", "right", "right")[number],
                connector_id=("1", "2", "1", "2")[number],
                vehicle_id=("car", "van", "van", "car")[number],
            ),
            location_id=("depot", "depot", "depot", "harbour")[number],
            driver=("Anna", "Ben", "Ben", "Ben")[number],
            intervals=PARTS if number == 0 else None,
        )
        for number in range(4)
    ]
    await ledger.async_record(account_id, told, Source.HISTORY, START + 5 * HOUR)
    now = Sighting(session=running(5.0, id_="now", start=START + 4 * HOUR))
    await ledger.async_record(account_id, [now], Source.LIVE, START + 5 * HOUR)


FOUND: list[tuple[dict[str, Any], str]] = [
    ({}, "a b c d now"),
    ({"location_id": "depot"}, "a b c"),
    ({"station_id": "right"}, "c d"),
    ({"connector_id": "2"}, "b d"),
    ({"vehicle_id": "van"}, "b c"),
    ({"driver": "Anna"}, "a"),
    ({"driver": "Ben", "station_id": "left"}, "b"),
    ({"driver": ""}, ""),
    ({"is_over": True}, "a b c d"),
    ({"is_over": False}, "now"),
    # What ends as the time begins is not in it, nor what begins as it ends.
    ({"start": START + HOUR}, "b c d now"),
    ({"start": START + HOUR - timedelta(microseconds=1)}, "a b c d now"),
    ({"end": START + 2 * HOUR}, "a b"),
    ({"end": START + 2 * HOUR + timedelta(microseconds=1)}, "a b c"),
    ({"start": START + 9 * HOUR}, "now"),
    ({"start": START + HOUR, "by_start": True}, "b c d now"),
    (
        {"start": START + HOUR + timedelta(microseconds=1), "by_start": True},
        "c d now",
    ),
    ({"end": START + 2 * HOUR, "by_start": True}, "a b"),
    ({"limit": 2}, "a b"),
    ({"limit": 2, "offset": 1}, "b c"),
    ({"limit": 2, "offset": 4}, "now"),
    ({"limit": 9, "offset": 5}, ""),
    ({"limit": 3, "newest_first": True}, "now d c"),
    ({"newest_first": True}, "now d c b a"),
]


async def test_which_sessions_are_found(file_ledger: Ledger) -> None:
    """Those of this account to which all that is asked applies, in their order."""
    await async_fill(file_ledger)
    await async_fill(file_ledger, "other")
    unasked = await file_ledger.async_sessions(SessionQuery(account_id=ACCOUNT))
    assert [one.session_id for one in unasked.sessions] == ["now", *"dcba"]
    everything = SessionQuery(account_id=ACCOUNT, newest_first=False)
    for changes, ids in FOUND:
        query = replace(everything, **changes)
        page = await file_ledger.async_sessions(query)
        assert [found.session_id for found in page.sessions] == ids.split(), changes
        assert page.total == (5 if "limit" in changes else len(page.sessions))
        for found in page.sessions:
            assert found.account_id == ACCOUNT
            assert found.intervals == (PARTS if found.session_id == "a" else ())
        without = await file_ledger.async_sessions(replace(query, intervals=False))
        assert without == SessionPage(
            sessions=tuple(replace(found, intervals=()) for found in page.sessions),
            total=page.total,
        )


async def test_sessions_that_begin_together(file_ledger: Ledger) -> None:
    """They come in the order of their ids, or against it, as all others."""
    await async_see(file_ledger, *(ended(1.0, id_=id_) for id_ in "bca"))
    for is_newest_first, ids in ((False, "abc"), (True, "cba")):
        query = SessionQuery(account_id=ACCOUNT, newest_first=is_newest_first)
        page = await file_ledger.async_sessions(query)
        assert "".join(found.session_id for found in page.sessions) == ids


async def test_an_account_without_anything(file_ledger: Ledger) -> None:
    """It has none of what others have."""
    await async_fill(file_ledger, "other")
    query = SessionQuery(account_id=ACCOUNT)
    for limit in (None, 10):
        page = await file_ledger.async_sessions(replace(query, limit=limit))
        assert page == SessionPage(sessions=(), total=0)
    assert await file_ledger.async_totals(query, UTC) == []
    assert (await file_ledger.async_stretch(ACCOUNT)).sums == {}
    assert (await file_ledger.async_stretch(ACCOUNT)).end is None
    assert await file_ledger.async_load(ACCOUNT)
    assert file_ledger.last_sessions(ACCOUNT) == {}
    assert file_ledger.running_sessions(ACCOUNT) == ()
    assert file_ledger.lifetimes(ACCOUNT) == {}
    assert await file_ledger.async_progress(ACCOUNT) == {}
    assert await file_ledger.async_accounts() == {"other"}
    fault = Fault(station_id="s", connector_id="1", began_at=START, last_seen=START)
    await file_ledger.async_keep_faults("third", [fault], START)
    assert await file_ledger.async_accounts() == {"other", "third"}


async def test_what_is_known_of_an_account(file_ledger: Ledger, path: Path) -> None:
    """Who ended last of each, and the meters; nothing of another account's."""
    await async_fill(file_ledger)
    other = ended(9.0, id_="a", start=START + 5 * HOUR, end=START + 6 * HOUR)
    await file_ledger.async_record(
        "other", [Sighting(session=other)], Source.LIVE, START
    )
    await file_ledger.async_stop()
    again = Ledger(sqlite_url(path))
    await again.async_load(ACCOUNT)

    def connector(id_: str, station: str) -> Subject:
        return Subject(SubjectKind.CONNECTOR, id_, station)

    van, ben = replace(VEHICLE, id="van"), replace(DRIVER, id="Ben")
    found = again.last_sessions(ACCOUNT)
    assert {subject: one.session_id for subject, one in found.items()} == {
        connector("1", "left"): "a",
        connector("2", "left"): "b",
        connector("1", "right"): "c",
        connector("2", "right"): "d",
        VEHICLE: "d",
        van: "c",
        DRIVER: "a",
        ben: "d",
    }
    assert again.lifetimes(ACCOUNT) == {
        connector("1", "left"): 1000.0,
        connector("2", "left"): 1000.0,
        connector("1", "right"): 1000.0,
        connector("2", "right"): 1000.0,
        CONNECTOR: 5.0,
        VEHICLE: 2005.0,
        van: 2000.0,
        DRIVER: 1000.0,
        ben: 3000.0,
    }
    assert again.lifetimes("other") is None
    await again.async_stop()


async def test_words_of_a_newer_version(file_ledger: Ledger, path: Path) -> None:
    """What nobody knows is not told; all else is as it was."""
    await async_see(file_ledger, ended(1.0, cost=Money(5.0, "EUR")))
    (before,) = await async_all(file_ledger)
    connection = sqlite3.connect(path)
    connection.execute(
        "UPDATE ev_charging_sessions SET status = 'paused', stop_reason = 'tired', "
        "end_source = 'guess'"
    )
    connection.commit()
    connection.close()
    assert await async_all(file_ledger) == [
        replace(before, status=None, stop_reason=None, end_source=None)
    ]


def test_slices(path: Path) -> None:
    """By their ids, after one of them, so many."""
    store = Store(sqlite_url(path))
    store.open()
    store.record(ACCOUNT, [record(ended(1.0, id_=id_)) for id_ in "dbca"])
    store.record("x", [replace(record(ended(1.0, id_="b")), account_id="x")])

    def ids(after: str, limit: int) -> str:
        found = store.read(lambda c: read_slice(c, ACCOUNT, after, limit))
        return "".join(one.session_id for one in found)

    assert (ids("", 9), ids("", 2), ids("b", 2), ids("b", 1), ids("d", 1)) == (
        "abcd",
        "ab",
        "cd",
        "c",
        "",
    )
    store.close()


async def test_where_a_stretch_ends(
    file_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the end of the hour in which one more than enough begins."""
    await async_see(file_ledger, *many(10))
    assert (await file_ledger.async_stretch(ACCOUNT)).end is None
    monkeypatch.setattr(stretches, "SESSIONS_AT_ONCE", 3)
    found = await file_ledger.async_stretch(ACCOUNT)
    assert found.end == FIRST + 4 * HOUR
    energy = found.sums[Series(DRIVER, Measure.ENERGY)]
    assert energy == pytest.approx(
        {FIRST: 500.0, **{FIRST + n * HOUR: 1000.0 for n in (1, 2, 3)}}
    )
    later = await file_ledger.async_stretch(ACCOUNT, found.end)
    assert later.end == FIRST + 8 * HOUR
    # It begins where that one ended, and not with what only reaches into it.
    assert min(later.sums[Series(DRIVER, Measure.ENERGY)]) == FIRST + 4 * HOUR
    last = await file_ledger.async_stretch(ACCOUNT, later.end)
    assert last.end is None
    assert last.sums[Series(DRIVER, Measure.ENERGY)] == pytest.approx(
        {FIRST + 8 * HOUR: 1000.0, FIRST + 9 * HOUR: 1000.0, FIRST + 10 * HOUR: 500.0}
    )
    # Of what one car did there is less.
    car = Subject(SubjectKind.VEHICLE, "car0")
    found = await file_ledger.async_stretch(ACCOUNT, None, {car})
    assert found.end == FIRST + 10 * HOUR
    assert found.sums.keys() == {Series(car, Measure.ENERGY)}


def reaching(*hours: int) -> Sighting:
    """Return a session of an hour whose intervals are told in hours before or after it."""
    parts = tuple(
        Interval(FIRST + hour * HOUR, FIRST + (hour + 1) * HOUR, 100.0)
        for hour in hours
    )
    session = ended(100.0 * len(parts), start=FIRST, end=FIRST + HOUR)
    return Sighting(session=session, intervals=parts)


@pytest.mark.parametrize(("hours", "is_found"), [(1, True), (23, True), (24, False)])
async def test_intervals_after_the_end(
    file_ledger: Ledger, hours: int, is_found: bool
) -> None:
    """They count if they begin less than a day after it."""
    await file_ledger.async_record(
        ACCOUNT, [reaching(0, 1 + hours)], Source.HISTORY, START
    )
    start = FIRST + (1 + hours) * HOUR
    found = await file_ledger.async_stretch(ACCOUNT, start)
    energy = found.sums.get(Series(CONNECTOR, Measure.ENERGY), {})
    assert energy == ({start: 100.0} if is_found else {})


@pytest.mark.parametrize(("hours", "is_found"), [(1, True), (23, True), (24, False)])
async def test_intervals_before_the_start(
    file_ledger: Ledger, monkeypatch: pytest.MonkeyPatch, hours: int, is_found: bool
) -> None:
    """They count if they end less than a day before it."""
    monkeypatch.setattr(stretches, "SESSIONS_AT_ONCE", 1)
    begin = FIRST - (hours + 1) * HOUR
    early = [
        Sighting(session=ended(0.0, id_=str(n), start=begin, end=begin + HOUR))
        for n in range(2)
    ]
    told = [reaching(-hours - 1), *early]
    await file_ledger.async_record(ACCOUNT, told, Source.HISTORY, START)
    found = await file_ledger.async_stretch(ACCOUNT)
    assert found.end == begin + HOUR
    energy = found.sums.get(Series(CONNECTOR, Measure.ENERGY), {})
    assert energy == ({begin: 100.0} if is_found else {})


def only(id_: str, number: int) -> Sighting:
    """Return a session whose connector, place, car and driver are all called the same."""
    start = START + number * HOUR
    session = replace(
        ended(100.0, id_=f"{id_}{number}", start=start, end=start),
        station_id=id_,
        connector_id=id_,
        vehicle_id=id_,
    )
    return Sighting(session=session, location_id=id_, driver=id_)


@pytest.mark.parametrize("kind", SubjectKind)
async def test_stretches_of_some(
    file_ledger: Ledger, monkeypatch: pytest.MonkeyPatch, kind: SubjectKind
) -> None:
    """What is asked of one is its own; a station has nothing of its own."""
    monkeypatch.setattr(stretches, "SESSIONS_AT_ONCE", 1)
    told = [only("x", 0), only("y", 1), only("y", 2), only("x", 3), only("x", 9)]
    await file_ledger.async_record(ACCOUNT, told, Source.HISTORY, START)
    station = "x" if kind is SubjectKind.CONNECTOR else ""
    wanted = Subject(kind, "x", station)
    found = await file_ledger.async_stretch(ACCOUNT, None, [wanted])
    assert found.end == FIRST + 4 * HOUR
    has_none = kind is SubjectKind.STATION
    assert found.sums == (
        {}
        if has_none
        else {Series(wanted, Measure.ENERGY): {FIRST: 100.0, FIRST + 3 * HOUR: 100.0}}
    )
    elsewhere = Subject(kind, "x", "y") if station else Subject(kind, "z")
    found = await file_ledger.async_stretch(ACCOUNT, None, [elsewhere])
    assert (found.sums, found.end) == ({}, None)
    # Of two it is what both have.
    both = [wanted, replace(wanted, id="y", station_id="y" if station else "")]
    found = await file_ledger.async_stretch(ACCOUNT, None, both)
    assert found.end == FIRST + 2 * HOUR


@pytest.mark.parametrize(("many_others", "hours"), [(49, 4), (50, 2)])
async def test_stretches_of_many(
    file_ledger: Ledger, monkeypatch: pytest.MonkeyPatch, many_others: int, hours: int
) -> None:
    """Of more than fifty, a stretch is as long as that of all."""
    monkeypatch.setattr(stretches, "SESSIONS_AT_ONCE", 1)
    told = [only("x", 0), only("y", 1), only("x", 3)]
    await file_ledger.async_record(ACCOUNT, told, Source.HISTORY, START)
    car = Subject(SubjectKind.VEHICLE, "x")
    others = [replace(car, id=f"none{number}") for number in range(many_others)]
    found = await file_ledger.async_stretch(ACCOUNT, None, [car, *others])
    assert found.end == FIRST + hours * HOUR
    assert found.sums.keys() == {Series(car, Measure.ENERGY)}


def test_how_long_a_stretch_is(path: Path) -> None:
    """Two thousand sessions, and those that begin in the same hour as the next."""
    store = Store(sqlite_url(path))
    store.open()
    one = record(ended(0.0, start=START, end=START))
    some = [replace(one, session_id=str(number)) for number in range(2001)]
    store.record(ACCOUNT, some[:-1])

    def end() -> datetime | None:
        return store.read(lambda c: stretches.read_stretch(c, ACCOUNT, None, None)).end

    assert end() is None
    store.record(ACCOUNT, some[-1:])
    assert end() == FIRST + HOUR
    store.close()
