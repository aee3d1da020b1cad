"""Home Assistant's own integration of NexBlue, measured as ours is: a peer that everybody has."""

from importlib import import_module
import json
import sys
from unittest.mock import patch

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant

from .clouds import REPOSITORY, running_server
from .home import async_set_up, async_unload, entities, running_home
from .meter import Meter
from .results import Result
from .spans import Spans

# What it asks for besides Home Assistant, and where script/benchmark puts that.
LIBRARY, FOLDER = "nexblue_api", REPOSITORY / ".benchmark" / "nexblue"
PATHS = "homeassistant.components.nexblue"
CHANGES = 2


def is_there() -> bool:
    """Tell whether its client library was brought."""
    return (FOLDER / LIBRARY).is_dir()


async def async_measure_nexblue(n: int, polls: int) -> Result:
    """Measure an account of so many chargers."""
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
    component = import_module(PATHS)
    result = Result(case="nexblue", key="nexblue", n=n, listed=n, spans={})
    spans = Spans()
    async with (
        running_server("benchmark.nexblue_server", f"--chargers={n}") as (
            process,
            line,
        ),
        running_home() as hass,
    ):
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("The fake was started without pipes")
        with patch.object(component, "DEFAULT_API_URL", json.loads(line)):
            meter = Meter()
            entry = MockConfigEntry(
                domain="nexblue",
                title="nexblue",
                data={"username": "a", "password": "b", "refresh_token": "refresh"},
            )
            entry.add_to_hass(hass)
            with spans.measure(meter, "set_up", tidy=True):
                await async_set_up(hass, entry)
            await async_unload(hass, entry)
            with spans.measure(meter, "restart", tidy=True):
                await async_set_up(hass, entry)
            result.enabled, result.registered, result.dropped = entities(hass, entry)
            for turn in range(max(2, polls // 2)):
                with spans.measure(meter, "idle" if turn else "first_idle"):
                    await _poll(hass, entry)
            for name, number in (("one_percent", max(1, n // 100)), ("all_changed", n)):
                for _ in range(CHANGES):
                    process.stdin.write(f"change {number}\n".encode())
                    await process.stdout.readline()
                    with spans.measure(meter, name):
                        await _poll(hass, entry)
            with spans.measure(meter, "unload", tidy=True):
                await async_unload(hass, entry)
    result.spans = spans.middle()
    return result


async def _poll(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    if not entry.runtime_data.last_update_success:
        raise RuntimeError("A poll of NexBlue failed")
