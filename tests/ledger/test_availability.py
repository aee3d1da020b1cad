"""Tests of when a database that failed is tried again, and of the thread that works for it."""

import asyncio
from datetime import timedelta
import threading

import pytest

from custom_components.ev_charging_cloud.ledger.availability import Availability
from custom_components.ev_charging_cloud.ledger.errors import LedgerError, Problem
from custom_components.ev_charging_cloud.ledger.worker import Worker

from .common import MINUTE, START

LOCKED = LedgerError(Problem.LOCKED, "busy")


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        """Begin somewhere."""
        self.seconds = 1000.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.seconds


def test_waits_are_doubled_up_to_five_minutes() -> None:
    """After each failure in a row the next try is later; a success begins anew."""
    clock = Clock()
    availability = Availability(clock)
    assert availability.is_due
    assert availability.problem is None
    for wait in (5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300, 300, 300):
        availability.failed(LOCKED, START)
        clock.seconds += wait - 1
        assert not availability.is_due
        clock.seconds += 1
        assert availability.is_due
    availability.worked()
    availability.failed(LOCKED, START)
    clock.seconds += 5
    assert availability.is_due


def test_since_when_it_fails() -> None:
    """The first failure of several counts, whatever the later ones are."""
    availability = Availability(Clock())
    availability.failed(LOCKED, START)
    availability.failed(LedgerError(Problem.DISK_FULL, "full"), START + MINUTE)
    assert (availability.problem, availability.since) == (Problem.DISK_FULL, START)
    availability.worked()
    assert (availability.problem, availability.since) == (None, None)
    availability.failed(LOCKED, START + timedelta(hours=1))
    assert availability.since == START + timedelta(hours=1)


def test_a_try_that_does_not_wait() -> None:
    """Who knows better has it tried at once."""
    availability = Availability(Clock())
    availability.failed(LOCKED, START)
    assert not availability.is_due
    availability.try_soon()
    assert availability.is_due
    # Also as the first second of all has not passed.
    availability = Availability(lambda: 0.0)
    availability.failed(LOCKED, START)
    availability.try_soon()
    assert availability.is_due


def test_the_log_says_each_problem_once(caplog: pytest.LogCaptureFixture) -> None:
    """And that it is over, but not when it never began."""
    availability = Availability(Clock())
    availability.worked()
    assert not caplog.messages
    for problem in (Problem.LOCKED, Problem.LOCKED, Problem.DISK_FULL):
        availability.failed(LedgerError(problem, "x"), START)
    availability.worked()
    availability.worked()
    assert [message.split("database ")[1] for message in caplog.messages] == [
        "(locked: x); what is seen waits in memory",
        "(disk_full: x); what is seen waits in memory",
        "again",
    ]


async def test_whether_a_job_waits() -> None:
    """Nothing waits before the first job, nor after the last."""
    worker = Worker("test")
    assert not worker.is_busy
    assert await worker.async_stop(1)
    go = threading.Event()
    task = asyncio.create_task(worker.async_run(go.wait))
    await asyncio.sleep(0)
    assert worker.is_busy
    assert not await worker.async_stop(0.01)
    go.set()
    assert await task
    assert not worker.is_busy
    assert await worker.async_run(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await worker.async_run(lambda: 1 // 0)
    assert await worker.async_stop(10)


async def test_a_job_that_is_given_up() -> None:
    """It is not begun any more; those after it are."""
    worker = Worker("test")
    go = threading.Event()
    done: list[int] = []
    first = asyncio.create_task(worker.async_run(lambda: go.wait(10)))
    second = asyncio.create_task(worker.async_run(lambda: done.append(2)))
    third = asyncio.create_task(worker.async_run(lambda: done.append(3)))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(first, third)
    assert done == [3]
    assert await worker.async_stop(10)
    assert await worker.async_stop(0)
