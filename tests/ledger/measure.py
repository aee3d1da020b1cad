"""Measure the ledger with many sessions, and print the figures.

usage: python -m tests.ledger.measure [ADDRESS]      (a new SQLite file by default)

The environment's SESSIONS says how many, if not 100,000.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
import gc
import os
from pathlib import Path
import random
import resource
import sys
import tempfile
import time

from custom_components.ev_charging_cloud.clients.enums import SessionStatus
from custom_components.ev_charging_cloud.clients.model import ChargingSession, Money
from custom_components.ev_charging_cloud.ledger import (
    Interval,
    Ledger,
    Place,
    SessionQuery,
    Sighting,
    Source,
    sqlite_url,
)

from .common import ACCOUNT, async_sums

COUNT = int(os.environ.get("SESSIONS", "100_000"))
CONNECTORS = 200
PAGE = 500
END = datetime(2026, 11, 1, tzinfo=UTC)
BEGIN = END - timedelta(days=730)
HOUR = timedelta(hours=1)


def make(number: int) -> Sighting:
    """Return the session with a number; the newest has the lowest."""
    rng = random.Random(number)
    start = END - (END - BEGIN) * number / COUNT - 12 * HOUR
    energy = float(rng.randrange(1000, 80_000))
    charging_end = start + rng.uniform(1, 6) * HOUR
    intervals = None
    if number % 10 == 0:
        parts = int((charging_end - start) / (HOUR / 2))
        intervals = tuple(
            Interval(start + n * HOUR / 2, start + (n + 1) * HOUR / 2, energy / parts)
            for n in range(parts)
        )
    return Sighting(
        session=ChargingSession(
            id=f"{number:06}",
            status=SessionStatus.COMPLETED,
            station_id=f"station{number % CONNECTORS // 2}",
            connector_id=str(number % 2),
            vehicle_id=f"vehicle{rng.randrange(50)}",
            started_at=start,
            charging_started_at=start + timedelta(minutes=2),
            charging_ended_at=charging_end,
            ended_at=charging_end + rng.uniform(0, 5) * HOUR,
            energy=energy,
            cost=Money(energy * 0.035, rng.choice(("EUR", "CHF"))),
        ),
        location_id=f"location{number % 10}",
        station_name="A station",
        driver=f"driver{rng.randrange(30)}",
        intervals=intervals,
    )


class Watch:
    """The longest time in which the event loop could do nothing else.

    ``worked`` is for how much of such a time the loop's own thread had the processor: on
    a machine that has other things to do, the rest is not ours.
    """

    def __init__(self) -> None:
        """See nothing yet."""
        self.longest = self.worked = 0.0
        self._task = asyncio.get_running_loop().create_task(self._async_watch())

    async def _async_watch(self) -> None:
        before, used_before = time.perf_counter(), time.thread_time()
        while True:
            await asyncio.sleep(0.001)
            now, used = time.perf_counter(), time.thread_time()
            self.longest = max(self.longest, now - before - 0.001)
            self.worked = max(self.worked, used - used_before)
            before, used_before = now, used

    def stop(self) -> None:
        """Look no longer."""
        self._task.cancel()


async def async_timed[ResultT](
    what: str, work: Callable[[], Awaitable[ResultT]]
) -> ResultT:
    """Print how long something takes, and how long the loop was held up by it."""
    watch = Watch()
    await asyncio.sleep(0.01)
    watch.longest = watch.worked = 0.0
    began, used = time.perf_counter(), time.process_time()
    result = await work()
    took, used = time.perf_counter() - began, time.process_time() - used
    watch.stop()
    say(
        f"{what:50} {took * 1000:9.1f} ms"
        f"   processor {used * 1000:9.1f} ms   stall {watch.longest * 1000:6.1f} ms"
        f" (worked {watch.worked * 1000:.1f} ms)"
    )
    return result


def say(words: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def memory() -> float:
    """Return the most memory used so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def async_measure(url: str) -> None:
    """Fill a ledger and ask it."""
    ledger = Ledger(url)
    pages = [[make(n) for n in range(p, p + PAGE)] for p in range(0, COUNT, PAGE)]
    # They are not the ledger's; who looks for rubbish need not look there.
    gc.freeze()
    say(f"memory before: {memory():.0f} MiB (the made-up sessions included)")

    async def fill() -> None:
        for number, page in enumerate(pages):
            recorded = await ledger.async_record(
                ACCOUNT, page, Source.HISTORY, END, {"history": str(number)}
            )
            assert recorded.stored, ledger.status

    await async_timed(f"back-fill of {COUNT:,} in pages of {PAGE}", fill)
    say(f"memory after: {memory():.0f} MiB")
    await ledger.async_stop()
    ledger = Ledger(url)
    await async_timed("load at the start", lambda: ledger.async_load(ACCOUNT))
    poll = [
        Sighting(session=each.session, driver=each.driver)
        for each in pages[0] + pages[1]
    ]

    async def see() -> None:
        recorded = await ledger.async_record(ACCOUNT, poll, Source.LIVE, END)
        assert recorded.changes == ()

    await async_timed("poll of 1,000 sessions, known to the database only", see)
    await async_timed("the same poll again", see)
    for name, months in (("newest", 0), ("middle", 12), ("oldest", 23)):
        end = END - months * timedelta(days=30)
        month = SessionQuery(
            account_id=ACCOUNT, start=end - timedelta(days=30), end=end
        )
        for limit in (None, 1000, 100):
            query = SessionQuery(
                account_id=ACCOUNT, start=month.start, end=month.end, limit=limit
            )
            page = await async_timed(
                f"{name} month, at most {limit or 'all'}",
                partial(ledger.async_sessions, query),
            )
            say(f"    {len(page.sessions)} of {page.total}")
    query = SessionQuery(
        account_id=ACCOUNT, start=END - timedelta(days=30), vehicle_id="vehicle7"
    )
    await async_timed("newest month of a vehicle", lambda: ledger.async_sessions(query))
    everything = SessionQuery(account_id=ACCOUNT)
    await async_timed(
        "totals of everything", lambda: ledger.async_totals(everything, UTC)
    )
    await async_timed("hours of everything", lambda: async_sums(ledger))
    since = END - timedelta(days=2)
    await async_timed("hours of two days", lambda: async_sums(ledger, since))
    places = [
        Place(
            station_id=f"station{n // 2}",
            connector_id=str(n % 2),
            location_id=f"location{n % 10}",
        )
        for n in range(CONNECTORS)
    ]
    await async_timed(
        "figures of 30 days",
        lambda: ledger.async_figures(ACCOUNT, places, END - timedelta(days=30), END),
    )
    say(f"memory in the end: {memory():.0f} MiB")
    await ledger.async_stop()


def main() -> None:
    """Measure on the database that is named, or on a new file."""
    if len(sys.argv) > 1:
        asyncio.run(async_measure(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        asyncio.run(async_measure(sqlite_url(path)))
        say(f"size of the file: {path.stat().st_size / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
