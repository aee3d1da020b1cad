"""The automation editor: a car that comes to one of our stations begins an automation."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from demo.accounts import ACCOUNTS, add_account
from demo.client import Json
from demo.home_assistant import HomeAssistant
from demo.overview import look, path_of
from demo.simulation import Simulation

from .backstage import ask, device_named, poll_now, tell
from .steps import Visitor

NAME = "A car is here"
AUTOMATION = "automation.a_car_is_here"


async def free_connector(simulation: Simulation) -> tuple[str, str]:
    """Return the name of a station, and where the simulator finds a free connector of it."""
    world = await ask(simulation, "world")
    return next(
        (station["name"], f"connectors/{station['id']}/{connector['id']}")
        for station in world["stations"]
        for connector in station["connectors"]
        if connector["status"] == "available"
    )


async def choose_trigger(visitor: Visitor, device: str, event: str) -> None:
    """Choose a device of ours, what it offers to begin with, and which event it is."""
    page = visitor.page
    await visitor.open("/config/automation/edit/new")
    await page.get_by_role("button", name="Add trigger").click()
    await page.get_by_text("Devices", exact=True).click()
    await page.get_by_text(device, exact=True).first.click()
    await visitor.photograph("target")
    await page.get_by_text("Event received").first.click()
    picker = page.locator("ha-entity-state-picker").first
    await picker.click()
    offered = page.locator("ha-combo-box-item", has_text=event)
    await expect(offered).to_be_visible()
    await visitor.photograph("events")
    await offered.click()
    await expect(picker).to_contain_text(event)


async def save(visitor: Visitor) -> None:
    """Save the automation under its name."""
    page = visitor.page
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("textbox", name="Name").fill(NAME)
    await page.get_by_role("button", name="Save").last.click()
    await page.wait_for_url(lambda url: not url.endswith("/new"))
    await expect(page.get_by_text(NAME).first).to_be_visible()
    await visitor.photograph("saved")


async def state_of(home: HomeAssistant, entity_id: str) -> Json:
    """Return the state of an entity."""
    state: Json = await home.client.request("GET", f"/api/states/{entity_id}")
    return state


async def test_event_received(
    page: Page, home: HomeAssistant, simulation: Simulation, screenshots: Path
) -> None:
    """Core's own trigger takes one of our devices as its target, and fires."""
    account = ACCOUNTS["kempower"](simulation.vendors["kempower"], ())
    await add_account(home.client, "kempower", account)
    station, connector = await free_connector(simulation)
    visitor = Visitor(page, home.url, screenshots, "automation-")
    await visitor.log_in()
    await choose_trigger(visitor, station, "Plugged in")
    await save(visitor)

    state = await state_of(home, AUTOMATION)
    assert state["state"] == "on"
    assert state["attributes"]["last_triggered"] is None
    overview = await look(home.client)
    device = device_named(overview, station)
    path = f"/api/config/automation/config/{state['attributes']['id']}"
    config: dict[str, Any] = await home.client.request("GET", path)
    assert config["triggers"] == [
        {
            "trigger": "event.received",
            "target": {"device_id": device["id"]},
            "options": {"event_type": ["plugged_in"]},
        }
    ]

    await tell(simulation, connector, {"action": "plug_in"})
    assert path_of(device).startswith("kempower")
    await poll_now(home, overview.of_device(device["id"])["status"])
    state = await state_of(home, AUTOMATION)
    assert state["attributes"]["last_triggered"] is not None
