"""Tests of what the ledger shows: who ended last, what runs, and meters."""

from pathlib import Path

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.ledger import (
    Change,
    Ledger,
    Recorded,
    sqlite_url,
)
from custom_components.ev_charging_cloud.ledger.merge import closed_at_last_sight

from .common import (
    ACCOUNT,
    CONNECTOR,
    DRIVER,
    HOUR,
    MINUTE,
    START,
    VEHICLE,
    async_see,
    ended,
    record,
    running,
)
from .shown import async_show
from .test_resilience import lock
from .test_store_rows import rows_of


@pytest.fixture
def ledger(quick_ledger: Ledger) -> Ledger:
    """Return a ledger in a file, which waits for nobody."""
    return quick_ledger


async def test_who_ended_last(ledger: Ledger) -> None:
    """Whatever is corrected, and whichever comes first of those that end together."""

    def last() -> dict[str, str]:
        found = ledger.last_sessions(ACCOUNT)
        return {subject.id: one.session_id for subject, one in found.items()}

    await async_see(ledger, ended(1.0, id_="a"), ended(1.0, id_="b"))
    assert last() == dict.fromkeys(["1", "car", "Anna"], "b")
    await async_see(ledger, ended(2.0, id_="a"))
    assert last() == dict.fromkeys(["1", "car", "Anna"], "a")
    await async_see(ledger, ended(2.0, id_="b", end=START + HOUR))
    assert last() == dict.fromkeys(["1", "car", "Anna"], "a")
    later = replace(ended(3.0, id_="a", end=START + 3 * HOUR), vehicle_id="van")
    await async_see(ledger, later)
    assert last() == {"1": "a", "Anna": "a", "van": "a", "car": "b"}
    await async_see(ledger, replace(running(9.0, id_="a"), vehicle_id="van"))
    assert last() == dict.fromkeys(["1", "car", "Anna"], "b")


async def test_a_meter_that_is_raised(ledger: Ledger, path: Path) -> None:
    """It shows no less than that, and is kept so; one that shows more stays."""
    await async_see(ledger, ended(1000.0))
    van = replace(VEHICLE, id="van")
    await ledger.async_raise_meters(
        ACCOUNT, {CONNECTOR: 1000.001, VEHICLE: 999.0, DRIVER: 1000.0, van: 5.0}
    )
    assert ledger.lifetimes(ACCOUNT) == {
        CONNECTOR: 1000.001,
        VEHICLE: 1000.0,
        DRIVER: 1000.0,
        van: 5.0,
    }
    expected = [
        (ACCOUNT, "connector", "station", "1", 1000.001),
        (ACCOUNT, "vehicle", "", "van", 5.0),
    ]
    assert rows_of(path)["meters"] == expected
    await ledger.async_raise_meters(ACCOUNT, {CONNECTOR: 900.0})
    assert rows_of(path)["meters"] == expected
    await ledger.async_raise_meters(ACCOUNT, {CONNECTOR: 2000.0})
    assert rows_of(path)["meters"] == [
        (ACCOUNT, "connector", "station", "1", 2000.0),
        expected[1],
    ]


async def test_what_closing_tells(ledger: Ledger) -> None:
    """What was and what is; at once, where nobody says how long to wait."""
    one = record(running(1.0))
    await async_see(ledger, running(1.0))
    found = await ledger.async_close_missing(
        ACCOUNT, {"s2"}, START + HOUR, listing_is_complete=True
    )
    assert found == Recorded(
        changes=(Change(before=one, after=closed_at_last_sight(one)),), stored=True
    )
    assert ledger.running_sessions(ACCOUNT) == ()


async def test_what_is_held(ledger: Ledger, path: Path) -> None:
    """Meters count what runs; an old session may have been counted already."""
    await async_see(ledger, running(100.0))
    holder = lock(path)
    recorded = await async_show(
        ledger, running(150.0), ended(1000.0, id_="s0"), running(7.0, id_="s2")
    )
    assert [(c.before is None, c.after.energy) for c in recorded.changes] == [
        (False, 150.0),
        (True, 1000.0),
        (True, 7.0),
    ]
    assert (ledger.lifetimes(ACCOUNT) or {})[CONNECTOR] == 157.0
    assert ledger.last_sessions(ACCOUNT)[CONNECTOR].session_id == "s0"
    assert [one.energy for one in ledger.running_sessions(ACCOUNT)] == [150.0, 7.0]
    # It is known by now.
    assert await async_show(ledger, running(150.0)) == Recorded(stored=False)
    holder.close()
    assert await ledger.async_flush()
    assert (ledger.lifetimes(ACCOUNT) or {})[CONNECTOR] == 1157.0


async def test_before_anything_is_read(ledger: Ledger, path: Path) -> None:
    """What was seen meanwhile and what is read become one."""
    await async_see(ledger, running(100.0), ended(300.0, id_="s0"))
    await ledger.async_stop()
    again = Ledger(sqlite_url(path))
    await again.async_pause()
    assert not await again.async_load(ACCOUNT)
    assert again.lifetimes(ACCOUNT) is None
    assert again.running_sessions(ACCOUNT) == ()
    assert not (await async_show(again, running(50.0), minutes=5)).stored
    assert again.lifetimes(ACCOUNT) is None
    again._paused_until = 0.0
    assert await again.async_load(ACCOUNT)
    assert await again.async_load(ACCOUNT)
    (now,) = again.running_sessions(ACCOUNT)
    assert (now.energy, now.first_seen, now.last_seen) == (
        100.0,
        START + HOUR,
        START + HOUR + 5 * MINUTE,
    )
    assert again.lifetimes(ACCOUNT) == dict.fromkeys(
        [CONNECTOR, VEHICLE, DRIVER], 400.0
    )
    assert await again.async_flush()
    await again.async_stop()
