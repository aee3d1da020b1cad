"""Tests of what is taken along to another database."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from custom_components.ev_charging_cloud.clients.model import Money
from custom_components.ev_charging_cloud.ledger import (
    Fault,
    Ledger,
    SessionRecord,
    Source,
    check_address,
    copy_all,
    sqlite_url,
)
from custom_components.ev_charging_cloud.ledger.store import Store, Written

from .common import ACCOUNT, CONNECTOR, HOUR, START, async_all, async_see, ended
from .test_ledger import FULL
from .test_store_rows import files_in, rows_of

FAULT = Fault(
    station_id="station", connector_id="1", began_at=START, last_seen=START + HOUR
)


async def test_a_copy_of_all_rows(
    file_ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slice by slice, and a second time without any more of them."""
    monkeypatch.setattr("custom_components.ev_charging_cloud.ledger.copying.SLICE", 2)
    for account in (ACCOUNT, "other"):
        sessions = [
            ended(float(n), id_=f"{n}", cost=Money(float(n), "EUR")) for n in range(5)
        ]
        await async_see(file_ledger, *sessions)
        await file_ledger.async_record(
            account, [FULL], Source.HISTORY, START + 5 * HOUR, {"history": account}
        )
        await file_ledger.async_raise_meters(account, {CONNECTOR: 99999.5})
        await file_ledger.async_keep_faults(account, [FAULT], START)
    other = path.with_name("other.db")
    written: list[int] = []
    record = Store.record

    def count(
        store: Store, account_id: str, records: Sequence[SessionRecord]
    ) -> Written:
        written.append(len(records))
        return record(store, account_id, records)

    monkeypatch.setattr(Store, "record", count)
    copied = copy_all(sqlite_url(path), sqlite_url(other))
    assert (copied.accounts, copied.sessions) == (2, 7)
    assert sorted(written) == [1, 2, 2, 2]
    # It is let go, as a whole.
    assert not other.with_name("other.db-wal").exists()
    assert rows_of(other) == rows_of(path)
    copied = copy_all(sqlite_url(path), sqlite_url(other))
    assert (copied.accounts, copied.sessions) == (2, 0)
    assert rows_of(other) == rows_of(path)
    await file_ledger.async_stop()
    copy_all(sqlite_url(path), sqlite_url(other))
    assert files_in(path) == [path.name, "other.db"]


def test_an_address_that_is_tried(path: Path) -> None:
    """The tables are made, and the file is let go."""
    check_address(sqlite_url(path))
    assert files_in(path) == [path.name]
    assert set(rows_of(path)) == {
        "faults",
        "intervals",
        "meters",
        "progress",
        "sessions",
    }


async def test_what_a_copy_takes_and_what_not(file_ledger: Ledger, path: Path) -> None:
    """What was seen later, if it differs; the other's own word stands else."""
    target = Ledger(sqlite_url(path.with_name("other.db")))
    early, late = START + 3 * HOUR, START + 4 * HOUR
    for ledger, moments, energy in (
        (file_ledger, (late, early, late, early), 2.0),
        (target, (early, late, early, early), 1.0),
    ):
        for id_, at in zip("abcd", moments, strict=True):
            told = 5.0 if id_ == "c" else energy
            await async_see(ledger, ended(told, id_=id_), at=at)
    await target.async_record(ACCOUNT, [], Source.HISTORY, START, {"a": "mine"})
    await file_ledger.async_record(
        ACCOUNT, [], Source.HISTORY, START, {"a": "other", "b": "new"}
    )
    # "c" differs in nothing but when it was seen.
    assert (await file_ledger.async_copy_to(target._url)).sessions == 1
    found = {one.session_id: one.energy for one in await async_all(target)}
    assert found == {"a": 2.0, "b": 1.0, "c": 5.0, "d": 1.0}
    assert await target.async_progress(ACCOUNT) == {"a": "mine", "b": "new"}
    await target.async_stop()
