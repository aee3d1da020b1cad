"""Picking some of thousands of stations by their locations, with a search, as a person does it."""

from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page, expect
import pytest

from demo.home_assistant import HomeAssistant
from demo.simulation import Simulation, run_simulation

from .locations import STATIONS, search_locations
from .steps import Visitor


@pytest.fixture
async def simulation(folder: Path) -> AsyncIterator[Simulation]:
    """Run clouds with thousands of stations."""
    async with run_simulation(folder, speed=0, stations=STATIONS) as running:
        yield running


async def test_pick_locations_of_many(
    page: Page, home: HomeAssistant, simulation: Simulation, screenshots: Path
) -> None:
    """The list is searched by what is typed; what there is no room for is said before it is kept."""
    visitor = Visitor(page, home.url, screenshots, "locations-")
    await visitor.log_in()
    await search_locations(visitor, simulation)
    await page.get_by_text("Lahti Depot 2 (250 / ").click()
    await visitor.submit()
    menu = page.locator("step-flow-menu")
    await expect(menu).to_contain_text("With this choice there are")
    await expect(menu.get_by_text("Choose again", exact=True)).to_be_visible()
    await visitor.photograph("count")
