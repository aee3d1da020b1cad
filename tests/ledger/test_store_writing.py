"""Tests of what comes of writing sessions: all of them, or those that are taken."""

from pathlib import Path
import sqlite3

from msgspec.structs import replace
import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, OperationalError

from custom_components.ev_charging_cloud.ledger import (
    Change,
    Interval,
    LedgerError,
    Problem,
    engine as engine_module,
    sqlite_url,
    store as store_module,
)
from custom_components.ev_charging_cloud.ledger.lifetime import Lifetimes
from custom_components.ev_charging_cloud.ledger.model import SessionRecord
from custom_components.ev_charging_cloud.ledger.store import Store, Written

from .common import (
    ACCOUNT,
    CONNECTOR,
    DRIVER,
    HOUR,
    START,
    VEHICLE,
    ended,
    record,
    running,
)
from .test_store_rows import rows_of

T0 = 1_772_476_200_000_000  # START, in microseconds since 1970
H = 3_600_000_000


@pytest.fixture
def store(path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Return a store in a file that is open, and waits for nobody."""
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.01)
    found = Store(sqlite_url(path))
    found.open()
    return found


def lifetimes(units: int) -> Lifetimes:
    """Return the meters of the only session's connector and car, in mWh."""
    return Lifetimes({CONNECTOR: units, VEHICLE: units, DRIVER: units}, {})


def test_what_comes_of_writing(store: Store) -> None:
    """All sessions as they are now, those that changed, and the meters."""
    one, two = record(running(1.0)), record(running(2.0))
    assert store.record(ACCOUNT, [one]) == Written(
        records=(one,),
        changes=(Change(before=None, after=one),),
        lifetimes=lifetimes(1000),
    )
    same = replace(one, last_seen=START + 2 * HOUR)
    assert store.record(ACCOUNT, [same]) == Written(
        records=(one,), changes=(), lifetimes=lifetimes(1000)
    )
    assert store.record(ACCOUNT, [two]) == Written(
        records=(two,),
        changes=(Change(before=one, after=two),),
        lifetimes=lifetimes(2000),
    )
    # Somebody else has written meanwhile; a store that was closed looks again.
    store.close()
    other = Store(store._url)
    other.open()
    other.record(ACCOUNT, [replace(two, session_id="s2", energy=4.0)])
    other.close()
    store.open()
    assert store.record(ACCOUNT, [two]).lifetimes == lifetimes(6000)
    store.close()


def test_intervals_that_change(store: Store, path: Path) -> None:
    """They are put in the place of those that were, of this session alone."""
    hours = [
        Interval(START + n * HOUR, START + (n + 1) * HOUR, 100.0) for n in range(3)
    ]
    one = replace(record(ended(300.0)), intervals=tuple(hours[:2]))
    other = replace(one, session_id="s2")
    store.record(ACCOUNT, [one, other])
    store.record(ACCOUNT, [replace(one, intervals=(hours[2],))])
    store.record(ACCOUNT, [replace(other, intervals=(), co2=7.0)])
    store.close()
    assert rows_of(path)["intervals"] == [
        (ACCOUNT, "s1", T0 + 2 * H, T0 + 3 * H, 100.0),
        (ACCOUNT, "s2", T0, T0 + H, 100.0),
        (ACCOUNT, "s2", T0 + H, T0 + 2 * H, 100.0),
    ]
    assert [row[-3] for row in rows_of(path)["sessions"]] == [None, 7.0]


@pytest.mark.parametrize("problem", [Problem.DISK_FULL, None])
def test_sessions_one_by_one(
    store: Store, monkeypatch: pytest.MonkeyPatch, problem: Problem | None
) -> None:
    """What the database refuses costs no other; what goes wrong meanwhile costs all."""
    write = store_module._write_all

    def refuse(
        connection: Connection, account_id: str, records: list[SessionRecord]
    ) -> list[Change]:
        if any(one.session_id == "odd" for one in records):
            if problem and len(records) == 1:
                full = sqlite3.OperationalError("database or disk is full")
                full.sqlite_errorcode = 13
                raise OperationalError("INSERT", (), full)
            raise DataError("INSERT", (), ValueError("odd"))
        return write(connection, account_id, records)

    monkeypatch.setattr(store_module, "_write_all", refuse)
    good, odd = record(ended(1.0)), record(ended(2.0, id_="odd"))
    if problem is None:
        assert store.record(ACCOUNT, [odd, good]).records == (good,)
        kept = 1
    else:
        with pytest.raises(LedgerError) as err:
            store.record(ACCOUNT, [good, odd])
        assert err.value.problem is problem
        kept = 0
    assert len(store.load(ACCOUNT).lifetimes.sums) == 3 * kept
    store.close()
