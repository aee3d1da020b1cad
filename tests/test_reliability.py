"""The fault matrix: what becomes of each vendor's account when a part of its API fails.

The page ``docs/reliability.md`` has the outcomes; each case is compared with it. A
sample runs always, all with ``--all-faults``; ``--write-reliability`` writes the page.
"""

from collections.abc import AsyncIterator, Callable
from itertools import islice
import logging
from random import Random

from freezegun.api import FrozenDateTimeFactory
import msgspec
import pytest

from custom_components.ev_charging_cloud import polling
from custom_components.ev_charging_cloud.clients.beenergised_cpo import search
from custom_components.ev_charging_cloud.sessions import history
from homeassistant.core import HomeAssistant
from simulator import Simulator

from .reliability.outcome import NOTHING, Outcome, async_find_out
from .reliability.page import PAGE, Case, cases, parse, render, text_between
from .reliability.parts import APIS
from .reliability.patience import FOR_EVER, serialize
from .reliability.scene import START, Scene
from .reliability.troubles import TROUBLES, Trouble

SEED = 1
SAMPLE = 60
NO_TROUBLE = Trouble(name="none")
NOTHING_LOST = Outcome(
    unavailable=NOTHING,
    unknown=NOTHING,
    lines="0",
    back=NOTHING,
    told=NOTHING,
    restart="yes",
)


def _sample() -> list[Case]:
    """Return some cases: each trouble, and each part, at least once."""
    every = cases()
    Random(SEED).shuffle(every)
    chosen: list[Case] = []
    parts: set[tuple[str, str]] = set()
    for trouble in TROUBLES:
        found = [case for case in every if case[2] == trouble]
        # A part that was not tried yet, if there is one.
        case = min(found, key=lambda case: case[:2] in parts)
        chosen.append(case)
        parts.add(case[:2])
    rest = (case for case in every if case not in chosen)
    return [*chosen, *islice(rest, SAMPLE - len(chosen))]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try all cases, or a sample."""
    if "case" in metafunc.fixturenames:
        config = metafunc.config
        has_all = config.getoption("--all-faults") or config.getoption(
            "--write-reliability"
        )
        chosen = cases() if has_all else _sample()
        metafunc.parametrize("case", chosen, ids=map("/".join, chosen))


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Leave out the loop's debug mode, which takes most of the time of runs like these."""


@pytest.fixture
async def world(
    freezer: FrozenDateTimeFactory, socket_enabled: None
) -> AsyncIterator[Simulator]:
    """Run a small world at a certain time."""
    freezer.move_to(START)
    async with Simulator(
        stations=2, connectors_per_station=2, speed=0, quiet=True
    ) as simulator:
        yield simulator


@pytest.fixture
def _exact(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Have all entities enabled, and no interval spread nor any pause waited out."""
    caplog.set_level(logging.INFO)
    serialize(monkeypatch)
    monkeypatch.setattr(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default", True
    )
    monkeypatch.setattr(polling, "JITTER", 0)
    monkeypatch.setattr(search, "PAUSE", 0)
    monkeypatch.setattr(search, "LONGEST_PAUSE", 0)
    # The past is read beside the polls, and would come to its end in some cases only.
    monkeypatch.setattr(history, "FIRST_AFTER", FOR_EVER)
    monkeypatch.setattr(history, "SOON_AFTER", FOR_EVER)


@pytest.mark.usefixtures("_exact")
async def test_each_case_is_as_the_page_says(
    hass: HomeAssistant,
    world: Simulator,
    freezer: FrozenDateTimeFactory,
    case: Case,
    caplog: pytest.LogCaptureFixture,
    pytestconfig: pytest.Config,
    record_property: Callable[[str, object], None],
) -> None:
    """What fails costs what the page says, and is back when it says."""
    key, name, trouble = case
    api = APIS[key]
    part = next(part for part in api.all() if part.name == name)
    scene = Scene(hass, freezer, world, api)
    outcome = await async_find_out(hass, scene, api, part, TROUBLES[trouble], caplog)
    if pytestconfig.getoption("--write-reliability"):
        record_property("reliability", [*case, msgspec.to_builtins(outcome)])
        return
    assert outcome == parse(text_between(PAGE.read_text()))[case]


@pytest.mark.usefixtures("_exact")
@pytest.mark.parametrize("key", APIS)
async def test_without_any_trouble(
    hass: HomeAssistant,
    world: Simulator,
    freezer: FrozenDateTimeFactory,
    key: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Where nothing fails, nothing is lost by itself: what is lost is the trouble's."""
    api = APIS[key]
    scene = Scene(hass, freezer, world, api)
    outcome = await async_find_out(
        hass, scene, api, next(api.all()), NO_TROUBLE, caplog
    )
    assert outcome == NOTHING_LOST


def test_the_page_is_whole() -> None:
    """It has each case, and is as it would be written anew."""
    text = text_between(PAGE.read_text())
    outcomes = parse(text)
    assert outcomes.keys() == set(cases())
    assert text.strip() == render(outcomes).strip()


def test_the_sample_has_everything() -> None:
    """Each trouble and each part is tried in every run, in about sixty cases."""
    sample = _sample()
    assert len(sample) == len(set(sample)) == SAMPLE
    assert {case[:2] for case in sample} == {case[:2] for case in cases()}
    assert {case[2] for case in sample} == TROUBLES.keys()
