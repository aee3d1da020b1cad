"""The benchmark runs, and its tables say what was measured."""

import asyncio
import json
from pathlib import Path
import re
import sys

import msgspec
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from benchmark import page
from benchmark.goals import goals
from benchmark.least import Exchange
from benchmark.meter import Cost
from benchmark.results import Piece, Result, keep, load_kept
from benchmark.table import tables
from custom_components.ev_charging_cloud.clients.transport.budget import Budget
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from simulator import Simulator

from .common import async_set_up

ROOT = Path(__file__).parent.parent
RUN = "import runpy\nrunpy.run_module('benchmark', run_name='__main__')\n"
OURS = {
    "set_up": 1.2,
    "restart": 0.9,
    "idle": 0.002,
    "fetch": 0.001,
    "decode": 0.004,
    "one_percent": 0.012,
    "all_changed": 0.3,
    "many_polls": 0.2,
    "outage": 0.2,
    "recovery": 0.2,
    "unload": 0.1,
    "bare_set_up": 0.8,
    "bare_restart": 0.5,
    "bare_classes_set_up": 1.0,
    "bare_classes_restart": 1.0,
    "bare_devices_set_up": 1.5,
    "bare_devices_restart": 1.5,
    "plain_set_up": 2.0,
    "plain_restart": 2.0,
    "plain_idle": 0.2,
    "plain_one_percent": 0.2,
    "plain_all_changed": 0.4,
}


def _result(case: str, key: str, n: int, spans: dict[str, float]) -> Result:
    return Result(
        case=case,
        key=key,
        n=n,
        listed=n,
        enabled=9 * n,
        registered=9 * n,
        spans={name: Cost(wall=cpu, cpu=cpu) for name, cpu in spans.items()},
        at="2026-11-27 12:00",
        machine="a machine",
        core="2026.10.4",
    )


@pytest.fixture
def results() -> dict[Piece, Result]:
    """Return what a run could have come to."""
    large = OURS | {"idle": 0.02, "decode": 0.04, "one_percent": 0.22, "set_up": 5.5}
    found = [
        _result("account", "kempower", 1_000, OURS),
        _result("account", "kempower", 10_000, large),
        _result("nexblue", "nexblue", 1_000, OURS | {"idle": 0.4}),
    ]
    return {each.piece: each for each in found}


def test_what_misses_is_marked(results: dict[Piece, Result]) -> None:
    """A ratio that is too high is marked where it stands, and listed with what is wanted."""
    text = tables(results)
    ratios = text.split("###")[1]
    small = next(line for line in ratios.splitlines() if "kempower, 1,000" in line)
    assert small.split(" | ")[1:4] == ["2 ✗", "0.5", "200"]
    missed = {
        (goal.what, goal.of, goal.wanted)
        for goal in goals(results)
        if not goal.is_reached
    }
    assert missed == {
        ("idle poll ÷ fetch", "kempower, 1,000", "≤ 1.5"),
        ("idle poll ÷ fetch", "kempower, 10,000", "≤ 1.5"),
        ("set-up", "kempower, 10,000", "≤ 5 s"),
        ("cost of one change, of 10,000 ÷ of 1,000", "kempower", "≤ 1.5"),
    }


def test_pieces_are_put_together(results: dict[Piece, Result], tmp_path: Path) -> None:
    """What was kept of an earlier run is there again."""
    path = tmp_path / "kept" / "results.json"
    keep(path, results)
    assert load_kept(path) == results


def test_written_into_the_page(
    results: dict[Piece, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables take the place of those before, and nothing else changes."""
    path = tmp_path / "performance.md"
    path.write_text(page.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(page, "PAGE", path)
    page.write(results)
    written = path.read_text(encoding="utf-8")
    assert "a machine, Home Assistant 2026.10.4" in written
    page.write(results)
    assert path.read_text(encoding="utf-8") == written
    assert "## Run it again" in written


async def test_all_that_comes_is_decoded(
    hass: HomeAssistant,
    four_accounts: list[MockConfigEntry],
    demo_world: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What ours is compared with decodes every list and every item, for each vendor."""
    # A vendor's hourly budget would have polls wait.
    monkeypatch.setattr(Budget, "wait_before_poll", lambda _, count: 0.0)
    # Nor does an operator ask for stations again that tell nothing live.
    demo_world.beenergised_cpo.options.attributes = "rich"
    await async_set_up(hass, four_accounts[0])
    for entry in four_accounts:
        live = entry.runtime_data.live
        # Nothing new comes any more, so that only what is forgotten is read again.
        await live.async_refresh()
        exchange = Exchange()
        await exchange.async_record(live.async_refresh)
        await exchange.async_fetch(async_get_clientsession(hass))
        assert exchange.size, entry.title
        assert exchange.decoded_size > 1.5 * exchange.size, entry.title


async def test_an_account_is_measured(tmp_path: Path) -> None:
    """A piece of the benchmark measures all that is said of an account."""
    # As these tests themselves, it needs what makes it run on another Home Assistant.
    cores = [name for name in sys.modules if re.fullmatch(r"core_\d+_\d+", name)]
    program = "".join(f"import {name}\n" for name in cores) + RUN
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, "--alone", "--case=account"),
        *("--vendor=kempower", "--n=3", "--polls=1", "--rounds=1"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    answer, _ = await process.communicate()
    assert process.returncode == 0
    found = msgspec.json.decode(answer, type=Result)
    assert set(found.spans) >= set(OURS)
    assert (found.listed, found.dropped) == (3, 0)
    idle = found.spans["idle"]
    assert (idle.requests, idle.callbacks, idle.writes, idle.saves) == (1, 0, 0, 0)
    assert found.spans["plain_idle"].writes >= found.enabled - 10
    assert found.spans["outage"].writes > 0
    assert json.loads(answer)["case"] == "account"
