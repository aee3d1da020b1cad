"""Tests of what is left when the program is killed in the middle of writing."""

from collections.abc import Iterator
import os
from pathlib import Path
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from custom_components.ev_charging_cloud.ledger import Ledger, sqlite_url

from ..house import INTEGRATION
from . import writer
from .common import ACCOUNT, CONNECTOR, async_all

TIMES = 20


@pytest.fixture
def writers(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Run what begins writers."""
    room = [str(Path(writer.__file__)), str(INTEGRATION), str(path)]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, *room],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process


def write_and_kill(
    writers: subprocess.Popen[str], number: int, seconds: float, delay: float
) -> dict[int, float]:
    """Let sessions be written for a while; return the last energy stored, by turn."""
    assert writers.stdin is not None
    assert writers.stdout is not None
    writers.stdin.write(f"{number}\n")
    writers.stdin.flush()
    pid: int | None = None
    deadline: float | None = None
    stored: dict[int, float] = {}
    while True:
        word, *values = writers.stdout.readline().split()
        if word == "ended":
            return stored
        if word == "writer":
            pid = int(values[0])
        else:
            stored[int(values[0])] = float(values[1])
            deadline = deadline or time.monotonic() + seconds
        if pid is not None and deadline is not None and time.monotonic() >= deadline:
            # The next write has begun; be somewhere in the middle of it.
            time.sleep(delay)
            os.kill(pid, signal.SIGKILL)
            pid = None


async def test_killed_while_writing(writers: subprocess.Popen[str], path: Path) -> None:
    """Killed twenty times: nothing acknowledged is lost, nothing doubled, all sound."""
    rng = random.Random(9)
    turns = 0
    for number in range(TIMES):
        stored = write_and_kill(
            writers, number, rng.uniform(0, 0.3), rng.uniform(0, 0.02)
        )
        turns += len(stored)
        check = sqlite3.connect(path)
        assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows: dict[str, float] = dict(
            check.execute(
                "SELECT session_id, energy FROM ev_charging_sessions"
                " WHERE session_id LIKE ?",
                (f"{number}-%",),
            ).fetchall()
        )
        intervals: dict[str, float] = dict(
            check.execute(
                "SELECT session_id, energy FROM ev_charging_intervals"
                " WHERE session_id LIKE ?",
                (f"{number}-%",),
            ).fetchall()
        )
        check.close()
        expected = {
            f"{number}-{turn}-{each}": energy
            for turn, energy in stored.items()
            for each in range(20)
        }
        for session_id, energy in expected.items():
            assert rows[session_id] >= energy
        # At most the one transaction that was not acknowledged is there too.
        assert len(rows) - len(expected) in {0, 20}
        assert rows == intervals
    assert turns > TIMES
    ledger = Ledger(sqlite_url(path))
    assert await ledger.async_load(ACCOUNT)
    assert ledger.status.moved_aside is None
    sessions = await async_all(ledger)
    assert len({session.session_id for session in sessions}) == len(sessions)
    readings = ledger.lifetimes(ACCOUNT)
    assert readings is not None
    assert readings[CONNECTOR] == sum(session.energy or 0 for session in sessions)
    await ledger.async_stop()
