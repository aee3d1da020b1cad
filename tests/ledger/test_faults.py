"""Tests of the faults of connectors, on each kind of database."""

from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from custom_components.ev_charging_cloud.ledger import (
    Fault,
    Ledger,
    Place,
    Subject,
    SubjectKind,
    copy_all,
    faults as faults_module,
    figures,
    sqlite_url,
)

from .common import ACCOUNT, CONNECTOR, HOUR, START

WEEK = timedelta(days=7)
END = START + WEEK
STATION = Subject(SubjectKind.STATION, "station")
PLACES = [
    Place(station_id="station", connector_id="1", location_id="depot"),
    Place(station_id="station", connector_id="2", location_id="depot"),
]


def fault(begin: float, end: float | None, *, seen: float | None = None) -> Fault:
    """Return a fault of the first connector, between two hours of the week."""
    last_seen = begin if seen is None else seen
    return Fault(
        station_id="station",
        connector_id="1",
        began_at=START + begin * HOUR,
        last_seen=START + last_seen * HOUR,
        ended_at=None if end is None else START + end * HOUR,
    )


async def async_keep(
    ledger: Ledger, *faults: Fault, since: datetime = START - WEEK
) -> None:
    """Have faults kept."""
    assert await ledger.async_keep_faults(ACCOUNT, faults, since)


def test_nobody_looked() -> None:
    """Without anybody who looks for faults it is not known that there were none."""
    found = figures([], PLACES, START, END)[CONNECTOR]
    assert found.faults is None
    assert found.faulted is None
    assert found.between_faults is None


def test_no_faults() -> None:
    """Without a fault there is no time between faults."""
    found = figures([], PLACES, START, END, watched_since=START)[CONNECTOR]
    assert found.faults == 0
    assert found.faulted == timedelta(0)
    assert found.between_faults is None


def test_time_between_faults() -> None:
    """It is the time without a fault, of all connectors, for each fault."""
    some = [fault(-2, 1), fault(10, 12), fault(20, None, seen=21), fault(-9, -8)]
    found = figures([], PLACES, START, END, faults=some, watched_since=START - WEEK)
    assert found[CONNECTOR].faults == 3
    assert found[CONNECTOR].faulted == 4 * HOUR
    assert found[CONNECTOR].between_faults == (168 - 4) * HOUR / 3
    assert found[STATION].faults == 3
    assert found[STATION].between_faults == (336 - 4) * HOUR / 3


def test_only_the_time_in_which_somebody_looked_counts() -> None:
    """An account that is two days old did not run without a fault for a week."""
    found = figures(
        [], PLACES, START, END, faults=[fault(130, 132)], watched_since=END - 48 * HOUR
    )
    assert found[CONNECTOR].watched == 48 * HOUR
    assert found[CONNECTOR].between_faults == 46 * HOUR
    later = figures([], PLACES, START, END, watched_since=END)
    assert later[CONNECTOR].faults is None


async def test_faults_are_kept(ledger: Ledger) -> None:
    """What is told of a fault later takes the place of what was known."""
    await async_keep(ledger, fault(1, None), fault(30, None))
    await async_keep(ledger, fault(1, None, seen=2))
    await async_keep(ledger, fault(1, 3, seen=2))
    assert await ledger.async_open_faults(ACCOUNT) == (fault(30, None),)
    assert await ledger.async_open_faults("other") == ()
    found = await ledger.async_figures(ACCOUNT, PLACES, START, END)
    assert found[CONNECTOR].faults == 2
    assert found[CONNECTOR].faulted == 2 * HOUR
    # What was over before the time is none of it.
    found = await ledger.async_figures(ACCOUNT, PLACES, START + 4 * HOUR, END)
    assert found[CONNECTOR].faults == 1


async def test_since_when_somebody_looks(ledger: Ledger) -> None:
    """It is kept when it began; a later start does not change that."""
    await async_keep(ledger, since=START + HOUR)
    await async_keep(ledger, since=START + 50 * HOUR)
    found = await ledger.async_figures(ACCOUNT, PLACES, START, END)
    assert found[CONNECTOR].watched == 167 * HOUR


async def test_old_faults_are_forgotten(ledger: Ledger) -> None:
    """Those of more than a year ago, and the oldest of too many."""
    year = 24 * 500
    await async_keep(ledger, fault(0, 1), fault(1, 2))
    await async_keep(ledger, fault(year, year + 1, seen=year))
    begin, end = START - WEEK, START + 600 * 24 * HOUR
    found = await ledger.async_figures(ACCOUNT, PLACES, begin, end)
    assert found[CONNECTOR].faults == 1
    with patch.object(faults_module, "MOST_KEPT", 3):
        await async_keep(ledger, *(fault(year + n, year + n) for n in range(5)))
    found = await ledger.async_figures(ACCOUNT, PLACES, begin, end)
    assert found[CONNECTOR].faults == 3


async def test_faults_move_and_go_with_the_account(
    ledger: Ledger, url: str, tmp_path: Path
) -> None:
    """They are copied to another database, and deleted with all else."""
    await async_keep(ledger, fault(1, None))
    await ledger.async_stop()
    other = sqlite_url(tmp_path / "other.db")
    copy_all(url, other)
    moved = Ledger(other)
    assert await moved.async_open_faults(ACCOUNT) == (fault(1, None),)
    found = await moved.async_figures(ACCOUNT, PLACES, START, END)
    assert found[CONNECTOR].watched == WEEK
    assert await moved.async_remove_account(ACCOUNT)
    assert await moved.async_open_faults(ACCOUNT) == ()
    await moved.async_stop()


async def test_a_backup_is_not_written_to(file_ledger: Ledger) -> None:
    """While the file is being copied, faults have to wait."""
    await file_ledger.async_pause()
    assert not await file_ledger.async_keep_faults(ACCOUNT, [fault(1, 2)], START)
    await file_ledger.async_resume()
    assert await file_ledger.async_keep_faults(ACCOUNT, [fault(1, 2)], START)


@pytest.mark.parametrize("id_", ["x" * 4000])
async def test_faults_that_no_database_takes(ledger: Ledger, id_: str) -> None:
    """They are given up, instead of being tried for ever."""
    odd = Fault(
        station_id=id_, connector_id="1", began_at=START, last_seen=START + HOUR
    )
    assert await ledger.async_keep_faults(ACCOUNT, [odd], START)
