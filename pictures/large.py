"""Where pictures of large accounts are taken: clouds with thousands of stations, and nothing else."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
import tempfile

from playwright.async_api import Browser

from browser_tests.steps import Visitor
from demo.home_assistant import run_home_assistant
from demo.simulation import Simulation, run_simulation

from .studio import PATIENCE_MS, SHARPNESS


@asynccontextmanager
async def open_large(
    browser: Browser, stations: int, size: tuple[int, int]
) -> AsyncIterator[tuple[Visitor, Simulation]]:
    """Run clouds with many stations and a Home Assistant without accounts, before a window of a size in points.

    Raises:
        DemoError: They did not start.
    """
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        simulation = await stack.enter_async_context(
            run_simulation(folder, speed=0, stations=stations)
        )
        home = await stack.enter_async_context(
            run_home_assistant(
                folder, ev_energy=simulation.vendors["ev_energy"]["server"]
            )
        )
        page = await browser.new_page(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=SHARPNESS,
            locale="en-GB",
            reduced_motion="reduce",
        )
        page.set_default_timeout(PATIENCE_MS)
        visitor = Visitor(page, home.url, folder)
        await visitor.log_in()
        yield visitor, simulation
        await page.close()
