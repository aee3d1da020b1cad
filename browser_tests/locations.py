"""The list of locations of an account with thousands of stations."""

from playwright.async_api import expect

from demo.simulation import Simulation

from .steps import Visitor

STATIONS = 5_000
# What is typed to find some of them.
SOUGHT = "depot"


async def search_locations(visitor: Visitor, simulation: Simulation) -> None:
    """Add an account, as far as the list of its locations, and search that."""
    page, cloud = visitor.page, simulation.vendors["kempower"]
    await visitor.find_integration()
    await visitor.choose_vendor("Kempower ChargEye")
    await visitor.field("refresh_token").fill(cloud["refresh_token"])
    await visitor.open_section("Server")
    await visitor.field("server").fill(cloud["server"])
    await visitor.submit()
    await expect(page.get_by_text("Which locations?")).to_be_visible()
    await expect(visitor.form).to_contain_text(f"{STATIONS} stations")
    await visitor.photograph("locations")
    await visitor.form.get_by_role("button", name="Locations").first.click()
    await page.get_by_placeholder("Search").last.fill(SOUGHT)
    await expect(page.get_by_text("Lahti Depot 2 (250 / ")).to_be_visible()
    await visitor.photograph("search")
