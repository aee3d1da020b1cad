"""The simulated home energy systems answer as the document says, and their figures agree."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from yarl import URL

from simulator import Simulator
from tests.simulator.documented import check

from . import documented as doc
from .client import EvClient


def stats(system: dict[str, Any], start: str, end: str, resolution: str) -> str:
    """Return the address of what flowed in some time."""
    url = URL(f"{system['url']}/energy_stats")
    return str(url.with_query(start=start, end=end, resolution=resolution))


async def test_home_energy(sim: Simulator, ev: EvClient) -> None:
    """Power and periods have the documented fields, and what comes in goes out."""
    sim.clock.advance(timedelta(hours=6, minutes=7))
    (system,) = await ev.get("/hem_systems")
    check(system, doc.HEM_SYSTEM)
    assert await ev.get(system["url"]) == system
    power = await ev.get(f"{system['url']}/live_power")
    check(power, doc.LIVE_POWER)
    assert power["generation_watts"] > 0
    assert power["generation_watts"] + power["discharge_watts"] + power[
        "import_watts"
    ] == pytest.approx(
        power["consumption_watts"] + power["charge_watts"] + power["export_watts"],
        abs=3,
    )

    day = await ev.get(
        stats(system, "2026-09-30T23:00:00Z", "2026-10-01T23:00:00Z", "P1D")
    )
    check(day, doc.ENERGY_STATS)
    (whole,) = day["buckets"]
    check(whole, doc.ENERGY_BUCKET)
    halves = await ev.get(
        stats(system, "2026-09-30T23:00:00Z", "2026-10-01T23:00:00Z", "PT30M")
    )
    # 14:07 in London's summer is 15:07: the half hour that runs is the last one.
    assert halves["buckets"][-1]["period_start"] == "2026-10-01T14:00:00Z"
    for flow in doc.FLOWS:
        parts = sum(bucket[f"{flow}_wh"] for bucket in halves["buckets"])
        assert parts == pytest.approx(whole[f"{flow}_wh"], abs=20), flow
    # The clocks change on 25 October.
    month = await ev.get(
        stats(system, "2026-08-31T23:00:00Z", "2026-11-01T00:00:00Z", "P1M")
    )
    assert [bucket["period_end"] for bucket in month["buckets"]] == [
        "2026-09-30T23:00:00Z",
        "2026-11-01T00:00:00Z",
    ]


@pytest.mark.parametrize(
    ("start", "end", "resolution"),
    [
        ("2026-10-01T06:10:00Z", "2026-10-01T08:10:00Z", "PT30M"),
        ("2026-09-30T06:00:00Z", "2026-10-01T08:00:00Z", "PT30M"),
        ("2026-09-30T00:00:00Z", "2026-10-01T00:00:00Z", "P1D"),
        ("2026-10-01T08:00:00Z", "2026-10-01T08:00:00Z", "PT30M"),
        ("2026-10-01T06:00:00Z", "2026-10-01T08:00:00Z", "PT1H"),
    ],
)
async def test_times_that_make_no_sense(
    ev: EvClient, start: str, end: str, resolution: str
) -> None:
    """A time is aligned to the periods and not too long."""
    (system,) = await ev.get("/hem_systems")
    status, _, body = await ev.ask("GET", stats(system, start, end, resolution))
    assert status == 400
    check(body, doc.PROBLEM)


async def test_a_period_grows(sim: Simulator, ev: EvClient) -> None:
    """What flowed in a period never falls while it runs, whatever charges."""
    (system,) = await ev.get("/hem_systems")
    before: dict[str, Any] = {}
    for _ in range(9):
        found = await ev.get(
            stats(system, "2026-10-01T08:00:00Z", "2026-10-01T08:30:00Z", "PT30M")
        )
        (bucket,) = found["buckets"]
        for key, value in before.items():
            if key.endswith("_wh"):
                assert bucket[key] >= value, key
        before = bucket
        sim.clock.advance(timedelta(minutes=3, seconds=17))
    assert datetime.fromisoformat(before["period_start"]).minute == 0
