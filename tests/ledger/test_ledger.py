"""Tests of keeping sessions and asking for them, on each kind of database."""

from collections.abc import AsyncIterator
from datetime import timedelta

from msgspec.structs import replace
import pytest
from sqlalchemy import event

from custom_components.ev_charging_cloud.clients.enums import SessionStatus, StopReason
from custom_components.ev_charging_cloud.clients.model import ChargingSession, Money
from custom_components.ev_charging_cloud.ledger import (
    Change,
    EndSource,
    Interval,
    Ledger,
    SessionQuery,
    SessionRecord,
    Sighting,
    Source,
    Subject,
    SubjectKind,
)
from custom_components.ev_charging_cloud.ledger.merge import record_of

from .common import (
    ACCOUNT,
    CONNECTOR,
    DRIVER,
    HOUR,
    MINUTE,
    START,
    VEHICLE,
    async_all,
    async_see,
    ended,
    many,
    running,
    sighting,
)

FULL = Sighting(
    session=ChargingSession(
        id="Ünïcode 🚗/1",
        status=SessionStatus.COMPLETED,
        stop_reason=StopReason.SOC_LIMIT_REACHED,
        station_id="station",
        connector_id="1",
        vehicle_id="car",
        started_at=START + timedelta(microseconds=1),
        charging_started_at=START + timedelta(microseconds=123457),
        charging_ended_at=START + HOUR,
        ended_at=START + 2 * HOUR,
        energy=12345.678,
        average_power=7000.1,
        peak_power=11000.0,
        initial_state_of_charge=12.5,
        state_of_charge=80.0,
        cost=Money(456.789, "EUR"),
        co2=321.5,
    ),
    location_id="depot",
    location_name="Depot, Straße 1",
    station_name="Left",
    connector_name="A",
    vehicle_name="Van",
    driver="Anna",
    meter_start=100000.0,
    meter_stop=112345.678,
    intervals=(
        Interval(START, START + HOUR / 2, 6000.0),
        Interval(START + HOUR / 2, START + HOUR, 6345.678),
    ),
)


@pytest.fixture
async def again(url: str, ledger: Ledger) -> AsyncIterator[Ledger]:
    """Return the same ledger as it is after a restart."""
    found = Ledger(url)
    yield found
    await found.async_stop()


async def test_everything_is_kept_exactly(ledger: Ledger, again: Ledger) -> None:
    """A session is read as it was recorded, to the microsecond, after a restart too."""
    await ledger.async_record(ACCOUNT, [FULL], Source.HISTORY, START + 5 * HOUR)
    expected = record_of(ACCOUNT, FULL, Source.HISTORY, START + 5 * HOUR)
    assert await async_all(ledger) == [expected]
    await ledger.async_stop()
    assert await async_all(again) == [expected]
    assert again.status.problem is None


async def test_nothing_of_a_sighting_is_lost(ledger: Ledger) -> None:
    """All that is told of a session is in the ledger, each under its own name."""
    await ledger.async_record(ACCOUNT, [FULL], Source.HISTORY, START + 5 * HOUR)
    assert await async_all(ledger) == [
        SessionRecord(
            account_id=ACCOUNT,
            session_id="Ünïcode 🚗/1",
            first_seen=START + 5 * HOUR,
            last_seen=START + 5 * HOUR,
            location_id="depot",
            location_name="Depot, Straße 1",
            station_id="station",
            station_name="Left",
            connector_id="1",
            connector_name="A",
            vehicle_id="car",
            vehicle_name="Van",
            driver="Anna",
            status=SessionStatus.COMPLETED,
            stop_reason=StopReason.SOC_LIMIT_REACHED,
            first_started_at=START + timedelta(microseconds=1),
            started_at=START + timedelta(microseconds=1),
            charging_started_at=START + timedelta(microseconds=123457),
            charging_ended_at=START + HOUR,
            ended_at=START + 2 * HOUR,
            end_source=EndSource.HISTORY,
            energy=12345.678,
            average_power=7000.1,
            peak_power=11000.0,
            initial_state_of_charge=12.5,
            state_of_charge=80.0,
            meter_start=100000.0,
            meter_stop=112345.678,
            cost=Money(456.789, "EUR"),
            co2=321.5,
            intervals=FULL.intervals or (),
        )
    ]


@pytest.mark.parametrize(
    ("told", "own", "name"),
    [("A", "B", "A"), (None, "B", "B"), ("A", None, "A"), (None, None, None)],
)
async def test_the_name_of_a_connector(
    ledger: Ledger, told: str | None, own: str | None, name: str | None
) -> None:
    """The name that the account knows counts; the session's own stands in for it."""
    session = replace(ended(1000.0), connector_name=own)
    seen = Sighting(session=session, connector_name=told)
    await ledger.async_record(ACCOUNT, [seen], Source.LIVE, START + 5 * HOUR)
    assert [found.connector_name for found in await async_all(ledger)] == [name]


async def test_intervals_outlast_a_restart(ledger: Ledger, again: Ledger) -> None:
    """What says nothing of intervals takes none away, nor does what was not in memory."""
    await ledger.async_record(ACCOUNT, [FULL], Source.HISTORY, START + 5 * HOUR)
    await ledger.async_stop()
    later = replace(FULL, session=replace(FULL.session, co2=400.0), intervals=None)
    await again.async_record(ACCOUNT, [later], Source.HISTORY, START + 6 * HOUR)
    [found] = await async_all(again)
    assert (found.co2, found.intervals) == (400.0, FULL.intervals)


async def test_live_and_history_are_one_row(ledger: Ledger) -> None:
    """What was seen live is corrected by the history, and is not doubled."""
    (started,) = await async_see(ledger, running(1000.0))
    assert started.before is None
    (ended_now,) = await async_see(ledger, ended(2000.0))
    assert ended_now.before == started.after
    late = ended(2001.0, cost=Money(70.0, "EUR"))
    (corrected,) = await async_see(
        ledger, late, at=START + 9 * HOUR, source=Source.HISTORY
    )
    assert corrected.after.energy == 2001.0
    assert await async_all(ledger) == [corrected.after]


async def test_nothing_new_asks_and_writes_nothing(ledger: Ledger) -> None:
    """A poll that brings nothing new does not even reach the database."""
    sessions = (running(1000.0), ended(500.0, id_="s0"))
    await async_see(ledger, *sessions)
    statements: list[str] = []
    engine = ledger._database._store._engine
    assert engine is not None
    event.listen(
        engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    for minute in range(1, 5):
        at = START + HOUR + minute * MINUTE
        assert await async_see(ledger, *sessions, at=at) == ()
    # Not word for word the same, but nothing new either.
    assert await async_see(ledger, running(0.0), at=START + 2 * HOUR) == ()
    assert statements == []
    (seen,) = ledger.running_sessions(ACCOUNT)
    assert seen.last_seen == START + 2 * HOUR
    await async_see(ledger, running(1001.0), at=START + 2 * HOUR)
    assert statements != []


async def test_session_listed_twice(ledger: Ledger) -> None:
    """A session that one answer holds twice is one change and one row."""
    (change,) = await async_see(ledger, running(1000.0), running(1200.0))
    assert change.after.energy == 1200.0
    assert len(await async_all(ledger)) == 1


async def test_accounts_are_apart(ledger: Ledger) -> None:
    """Two accounts may have sessions of the same id; one is removed alone."""
    await async_see(ledger, ended(1000.0))
    seen = [sighting(ended(5000.0))]
    await ledger.async_record(
        "other", seen, Source.HISTORY, START + 3 * HOUR, {"history": "page 2"}
    )
    assert await ledger.async_accounts() == {ACCOUNT, "other"}
    assert await ledger.async_remove_account(ACCOUNT)
    assert await ledger.async_accounts() == {"other"}
    assert await async_all(ledger) == []
    assert ledger.last_sessions(ACCOUNT) == {}
    assert ledger.lifetimes(ACCOUNT) is None
    (left,) = await async_all(ledger, "other")
    assert left.energy == 5000.0
    assert await ledger.async_progress("other") == {"history": "page 2"}


async def test_progress_of_the_history(ledger: Ledger, again: Ledger) -> None:
    """Cursors are kept with what was read, and found after a restart."""
    await ledger.async_record(
        ACCOUNT, [], Source.HISTORY, START, {"a": "2026-01", "b": "7"}
    )
    await ledger.async_record(ACCOUNT, [], Source.HISTORY, START, {"a": "2025-12"})
    assert await ledger.async_progress(ACCOUNT) == {"a": "2025-12", "b": "7"}
    await ledger.async_stop()
    assert await again.async_progress(ACCOUNT) == {"a": "2025-12", "b": "7"}


async def test_known_before_the_first_poll(ledger: Ledger, again: Ledger) -> None:
    """After a restart the last and the running session and the meters are there."""
    first = ended(1000.0, id_="s0", start=START - 9 * HOUR, end=START - 8 * HOUR)
    await async_see(ledger, first, running(250.0), at=START + MINUTE)
    await async_see(ledger, running(250.0), at=START + HOUR)
    await ledger.async_stop()
    assert again.lifetimes(ACCOUNT) is None
    assert await again.async_load(ACCOUNT)
    assert again.last_sessions(ACCOUNT).keys() == {CONNECTOR, VEHICLE, DRIVER}
    assert {s.session_id for s in again.last_sessions(ACCOUNT).values()} == {"s0"}
    (now,) = again.running_sessions(ACCOUNT)
    assert now.energy == 250.0
    # Its age is in view, although there was no news of it.
    assert now.last_seen == START + HOUR
    assert again.lifetimes(ACCOUNT) == dict.fromkeys(
        [CONNECTOR, VEHICLE, DRIVER], 1250.0
    )


async def test_lifetime_never_falls(ledger: Ledger, again: Ledger) -> None:
    """A correction downwards holds the meter until the sum has caught up."""
    shown: list[float] = []

    async def see(*sessions: ChargingSession) -> None:
        await async_see(ledger, *sessions)
        readings = ledger.lifetimes(ACCOUNT)
        assert readings is not None
        shown.append(readings[CONNECTOR])

    await see(running(1000.0))
    await see(running(0.0))
    await see(ended(2000.4))
    await see(ended(1500.4))
    await see(running(100.0, id_="s2"))
    await ledger.async_stop()
    ledger = again
    await see(running(300.0, id_="s2"))
    await see(running(700.1, id_="s2"))
    assert shown == [1000.0, 1000.0, 2000.4, 2000.4, 2000.4, 2000.4, 2200.5]
    total = sum(session.energy or 0 for session in await async_all(ledger))
    assert shown[-1] == pytest.approx(total)


async def test_meters_of_a_session_that_changes_hands(ledger: Ledger) -> None:
    """A session that turns out to be another car's leaves no meter lower."""
    await async_see(ledger, ended(1000.0))
    await async_see(ledger, replace(ended(1000.0), vehicle_id="other"), driver="Ben")
    readings = ledger.lifetimes(ACCOUNT)
    assert readings is not None
    assert readings[VEHICLE] == 1000.0
    assert readings[Subject(SubjectKind.VEHICLE, "other")] == 1000.0
    last = ledger.last_sessions(ACCOUNT)
    assert last.keys() == {
        CONNECTOR,
        Subject(SubjectKind.VEHICLE, "other"),
        Subject(SubjectKind.DRIVER, "Ben"),
    }


async def test_last_session_after_corrections(ledger: Ledger) -> None:
    """The last session is the one that ended last, whatever is corrected."""
    await async_see(ledger, ended(1000.0, id_="a", end=START + 2 * HOUR))
    await async_see(ledger, ended(1000.0, id_="b", end=START + 3 * HOUR))
    assert ledger.last_sessions(ACCOUNT)[CONNECTOR].session_id == "b"
    await async_see(ledger, ended(900.0, id_="a", end=START + 2 * HOUR))
    assert ledger.last_sessions(ACCOUNT)[CONNECTOR].session_id == "b"
    await async_see(ledger, ended(1000.0, id_="b", end=START + HOUR))
    assert ledger.last_sessions(ACCOUNT)[CONNECTOR].session_id == "a"
    await async_see(ledger, running(2000.0, id_="a"))
    assert ledger.last_sessions(ACCOUNT)[CONNECTOR].session_id == "b"


async def test_meters_can_be_raised(ledger: Ledger, again: Ledger) -> None:
    """A meter that is known to have shown more goes on from there."""
    await async_see(ledger, ended(1000.0))
    await ledger.async_raise_meters(ACCOUNT, {CONNECTOR: 5000.0, VEHICLE: 10.0})
    assert ledger.lifetimes(ACCOUNT) == {
        CONNECTOR: 5000.0,
        VEHICLE: 1000.0,
        DRIVER: 1000.0,
    }
    await ledger.async_stop()
    await again.async_load(ACCOUNT)
    assert (again.lifetimes(ACCOUNT) or {})[CONNECTOR] == 5000.0


async def test_closing_what_is_missing(ledger: Ledger, again: Ledger) -> None:
    """A session that a complete listing lacks for a while ended when last seen."""
    await async_see(ledger, running(1000.0), running(1.0, id_="s2"))
    await async_see(ledger, running(1000.0), at=START + HOUR + 5 * MINUTE)

    async def close(*seen: str, minutes: float, complete: bool = True) -> list[str]:
        recorded = await ledger.async_close_missing(
            ACCOUNT,
            seen,
            START + HOUR + minutes * MINUTE,
            listing_is_complete=complete,
            grace=10 * MINUTE,
        )
        assert recorded.stored
        return [change.after.session_id for change in recorded.changes]

    assert await close("s2", minutes=60, complete=False) == []
    assert await close("s2", minutes=14) == []
    assert await close("s2", minutes=15) == ["s1"]
    assert await close("s2", minutes=30) == []
    found = {session.session_id: session for session in await async_all(ledger)}
    assert found["s1"].ended_at == START + HOUR + 5 * MINUTE
    assert found["s1"].end_source is EndSource.LAST_SEEN
    assert not found["s2"].is_over
    # It was there all along, though nothing of it has changed.
    (change,) = await async_see(ledger, running(1000.0), at=START + 1.9 * HOUR)
    assert not change.after.is_over
    (change,) = await async_see(ledger, running(1200.0), at=START + 2 * HOUR)
    assert not change.after.is_over
    # The end is missed by a restart: what was stored tells when it was last seen.
    await ledger.async_stop()
    closed = await again.async_close_missing(
        ACCOUNT, {"s2"}, START + 9 * HOUR, listing_is_complete=True
    )
    (change,) = closed.changes
    assert change.after.ended_at == START + 2 * HOUR


async def test_listeners_hear_what_is_stored(ledger: Ledger) -> None:
    """Each change is told once, when it is in the database."""
    heard: list[Change] = []
    stop = ledger.add_change_listener(heard.extend)
    changes = await async_see(ledger, running(1.0), ended(5.0, id_="s0"))
    assert tuple(heard) == changes
    assert await async_see(ledger, running(1.0)) == ()
    stop()
    await async_see(ledger, running(2.0))
    assert tuple(heard) == changes


async def test_listener_that_fails(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    """A listener that fails costs no session and no other listener."""
    heard: list[Change] = []

    def fail(_: tuple[Change, ...]) -> None:
        raise ValueError("of no use")

    ledger.add_change_listener(fail)
    ledger.add_change_listener(heard.extend)
    changes = await async_see(ledger, running(1.0))
    assert tuple(heard) == changes != ()
    assert "of no use" in caplog.text


async def test_what_the_database_refuses(ledger: Ledger, url: str) -> None:
    """A session that cannot be stored costs no other one, and is not tried for ever."""
    odd = [running(1.0, id_="\ud800"), running(2.0, id_="good")]
    if url.startswith("postgresql"):
        odd += [running(3.0, id_="x" * 300), running(4.0, id_="nul\0")]
    await async_see(ledger, *odd)
    (stored,) = await async_all(ledger)
    assert stored.session_id == "good"
    assert ledger.status.refused == len(odd) - 1
    await async_see(ledger, *odd, at=START + 2 * HOUR)
    assert ledger.status.refused == len(odd) - 1


async def async_ids(ledger: Ledger, query: SessionQuery) -> list[str]:
    """Return the ids of the sessions that are found."""
    page = await ledger.async_sessions(query)
    assert query.limit is not None or page.total == len(page.sessions)
    return [session.session_id for session in page.sessions]


async def test_questions(ledger: Ledger) -> None:
    """Sessions are found by time, by what they belong to and by page."""
    await async_see(ledger, *many(30), source=Source.HISTORY)
    await async_see(ledger, running(1.0, id_="now", start=START + 28 * HOUR))
    query = SessionQuery(
        account_id=ACCOUNT, start=START + 2.5 * HOUR, end=START + 5 * HOUR
    )
    assert await async_ids(ledger, query) == ["004", "003", "002"]
    assert await async_ids(ledger, replace(query, by_start=True)) == ["004", "003"]
    oldest_first = replace(query, newest_first=False)
    assert await async_ids(ledger, oldest_first) == ["002", "003", "004"]
    # A time that only touches a session does not hold it.
    touching = replace(query, start=START + 3 * HOUR, end=START + 4 * HOUR)
    assert await async_ids(ledger, touching) == ["003"]
    everything = SessionQuery(account_id=ACCOUNT)
    assert len(await async_ids(ledger, everything)) == 31
    assert await async_ids(ledger, replace(everything, is_over=False)) == ["now"]
    assert len(await async_ids(ledger, replace(everything, is_over=True))) == 30
    # One that runs has no end yet.
    later = replace(everything, start=START + 99 * HOUR)
    assert await async_ids(ledger, later) == ["now"]
    of_car = replace(everything, vehicle_id="car0", station_id="station1")
    assert await async_ids(ledger, of_car) == ["027", "021", "015", "009", "003"]
    assert await async_ids(ledger, replace(everything, driver="Ben")) == []
    assert len(await async_ids(ledger, replace(everything, driver="Anna"))) == 31
    pages = [
        await ledger.async_sessions(replace(everything, limit=10, offset=offset))
        for offset in range(0, 40, 10)
    ]
    assert [page.total for page in pages] == [31] * 4
    assert [len(page.sessions) for page in pages] == [10, 10, 10, 1]
    ids = [session.session_id for page in pages for session in page.sessions]
    assert len(set(ids)) == 31


async def test_names_do_not_melt(ledger: Ledger) -> None:
    """Ids that differ in case or in a blank at the end are different sessions."""
    ids = ["a", "A", "a ", "ä", "Ä"]
    await async_see(ledger, *(ended(1.0, id_=id_) for id_ in ids))
    assert {s.session_id for s in await async_all(ledger)} == set(ids)


async def test_record_has_no_secret_of_its_own(ledger: Ledger) -> None:
    """Only the alias of a driver is kept."""
    await async_see(ledger, ended(1.0), driver="Anna")
    (stored,) = await async_all(ledger)
    assert isinstance(stored, SessionRecord)
    assert stored.driver == "Anna"
