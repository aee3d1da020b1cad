"""Picking some of thousands of locations, with a search, as a person does it."""

from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page, expect
import pytest

from demo.home_assistant import HomeAssistant
from demo.simulation import Simulation, run_simulation

from .steps import Visitor

STATIONS = 5_000


@pytest.fixture
async def simulation(folder: Path) -> AsyncIterator[Simulation]:
    """Run clouds with thousands of stations."""
    async with run_simulation(folder, speed=0, stations=STATIONS) as running:
        yield running


async def test_pick_locations_of_many(
    page: Page, home: HomeAssistant, simulation: Simulation, screenshots: Path
) -> None:
    """The list opens, is searched by what is typed, and each location tells how large it is."""
    visitor = Visitor(page, home.url, screenshots, "locations-")
    await visitor.log_in()
    cloud = simulation.vendors["kempower"]
    await visitor.find_integration()
    await visitor.choose_vendor("Kempower ChargEye")
    await visitor.field("refresh_token").fill(cloud["refresh_token"])
    await visitor.open_section("Server")
    await visitor.field("server").fill(cloud["server"])
    await visitor.submit()
    await expect(page.get_by_text("Which locations?")).to_be_visible()
    await expect(visitor.form).to_contain_text("5000 stations")
    await visitor.photograph("form")
    await visitor.form.get_by_role("button", name="Locations").first.click()
    await page.get_by_placeholder("Search").last.fill("depot")
    await visitor.photograph("search")
    # Beside its name a location has the numbers of its stations and connectors.
    await page.get_by_text("Lahti Depot 2 (250 / ").click()
    await visitor.submit()
    # What there is no room for is said before it is kept.
    menu = page.locator("step-flow-menu")
    await expect(menu).to_contain_text("With this choice there are")
    await expect(menu.get_by_text("Choose again", exact=True)).to_be_visible()
    await visitor.photograph("count")
