"""Tests of which faults of connectors are kept, how many and how long."""

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
import sqlite3

import pytest

from custom_components.ev_charging_cloud.ledger import (
    Fault,
    faults as faults_module,
    sqlite_url,
)
from custom_components.ev_charging_cloud.ledger.store import Store

from .common import ACCOUNT, HOUR, START

DAY = timedelta(days=1)
T0 = 1_772_476_200_000_000  # START, in microseconds since 1970


def fault(
    number: int, *, seen: datetime | None = None, end: datetime | None = None
) -> Fault:
    """Return one of several faults, each an hour after the other."""
    began_at = START + number * HOUR
    return Fault(
        station_id="station",
        connector_id=str(number),
        began_at=began_at,
        last_seen=seen or began_at,
        ended_at=end,
    )


def test_how_long_faults_are_kept(path: Path) -> None:
    """For 400 days after they were last seen, reckoned from the latest of them."""
    store = Store(sqlite_url(path))
    store.open()

    def kept(account_id: str = ACCOUNT) -> list[str]:
        return [
            one.connector_id
            for one in store.read(lambda c: faults_module.read_faults(c, account_id))
        ]

    now = START + 400 * DAY
    moment = timedelta(microseconds=1)
    store.keep_faults("other", [fault(0)])
    store.keep_faults(ACCOUNT, [fault(0), fault(1, seen=START + moment)])
    store.keep_faults(ACCOUNT, [fault(2, seen=now), fault(3)])
    assert kept() == ["0", "1", "2", "3"]
    store.keep_faults(ACCOUNT, [fault(4), fault(5, seen=now + moment), fault(6)])
    assert kept() == ["1", "2", "3", "4", "5", "6"]
    assert kept("other") == ["0"]
    store.keep_faults(ACCOUNT, [])
    assert len(kept()) == 6
    store.close()


def test_how_many_faults_are_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest, of this account; each once, whatever is told of it again."""
    monkeypatch.setattr(faults_module, "MOST_KEPT", 3)
    store = Store(sqlite_url(path))
    store.open()
    store.keep_faults("other", map(fault, range(3)))
    store.keep_faults(ACCOUNT, map(fault, range(3)))
    again = fault(2, seen=START + 5 * HOUR, end=START + 6 * HOUR)
    store.keep_faults(ACCOUNT, [again])
    read = faults_module.read_faults
    assert store.read(lambda c: read(c, ACCOUNT)) == (fault(0), fault(1), again)
    store.keep_faults(ACCOUNT, [fault(3)])
    assert store.read(lambda c: read(c, ACCOUNT)) == (fault(1), again, fault(3))
    assert store.read(lambda c: read(c, "other")) == tuple(map(fault, range(3)))
    store.close()


def test_how_many_faults_are_kept_at_most(path: Path) -> None:
    """Twenty thousand of an account."""
    store = Store(sqlite_url(path))
    store.open()
    connection = sqlite3.connect(path)
    connection.executemany(
        "INSERT INTO ev_charging_faults VALUES (?, 'station', '1', ?, ?, NULL)",
        ((ACCOUNT, T0 + n, T0 + n) for n in range(20_000)),
    )
    connection.commit()
    counted = "SELECT COUNT(*), MIN(began_at) FROM ev_charging_faults"
    store.keep_faults(ACCOUNT, [])
    assert connection.execute(counted).fetchone() == (20_000, T0)
    store.keep_faults(ACCOUNT, [fault(1)])
    assert connection.execute(counted).fetchone() == (20_000, T0 + 1)
    connection.close()
    store.close()


def test_which_faults_are_found(path: Path) -> None:
    """Those that were not over yet; open ones are those whose end nobody saw."""
    store = Store(sqlite_url(path))
    store.open()
    closed = fault(0, end=START + 5 * HOUR)
    seen = fault(1, seen=START + 4 * HOUR)
    late = fault(2, seen=START + 7 * HOUR, end=START + 6 * HOUR)
    store.keep_faults(ACCOUNT, [late, closed, seen])
    store.keep_faults("other", [fault(3)])
    for hour, expected in (
        (3, (closed, seen, late)),
        (4, (closed, late)),
        (5, (late,)),
        (6.5, (late,)),
        (7, ()),
    ):
        start = START + hour * HOUR
        found = store.read(
            partial(faults_module.read_faults, account_id=ACCOUNT, start=start)
        )
        assert found == expected
    open_ones = store.read(lambda c: faults_module.read_open_faults(c, ACCOUNT))
    assert open_ones == (seen,)
    store.close()
