"""The customer's API file, from its upload to the stop of a session, as a person does it."""

import json
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from demo.client import Json
from demo.home_assistant import HomeAssistant
from demo.overview import Overview, look
from demo.simulation import Simulation

from .backstage import ask, poll_now, tell
from .steps import Visitor
from .test_account import add_account

# What each file is told, in words.
REFUSALS = {
    "hostile": "Start a session: the path is not one that stays on the account's server",
    "unknown_field": "Start a session: the field contractReference is required and not understood",
    "half": "Restart a station: not in the file",
}


async def open_options(visitor: Visitor, entry_id: str) -> None:
    """Open the options of the only account."""
    await visitor.open(f"/config/integrations/integration/ev_charging_cloud#{entry_id}")
    page = visitor.page
    row = page.locator("ha-config-entry-row")
    await row.get_by_role("button", name="Configure").first.click()
    await expect(visitor.form).to_be_visible()


async def upload(visitor: Visitor, file: Path) -> None:
    """Choose a file in the section of the options, and send the form off."""
    await visitor.open_section("Customer's API file")
    await visitor.form.locator("ha-file-upload input[type=file]").set_input_files(file)
    await expect(visitor.form.locator("ha-file-upload")).to_contain_text(file.name)
    await visitor.photograph(f"{file.stem}-file")
    await visitor.submit()


def switch(visitor: Visitor, label: str) -> Locator:
    """Return a switch of the form by its text."""
    row = visitor.form.locator("ha-selector-boolean").filter(has_text=label)
    return row.locator("ha-switch")


async def keep(simulation: Simulation, folder: Path, name: str) -> Path:
    """Keep one of the customer's files where a person would have it."""
    content = await ask(simulation, f"kempower/api_files/{name}")
    file = folder / f"{name}.json"
    file.write_text(json.dumps(content))
    return file


def free_connector(world: Json) -> tuple[Json, Json]:
    """Return a connector where nothing is plugged in, and its station."""
    return next(
        (station, connector)
        for station in world["stations"]
        for connector in station["connectors"]
        if connector["status"] == "available"
    )


def connector_device(overview: Overview, station: Json, connector: Json) -> Json:
    """Return the device of a connector."""
    path = f"connector/{station['id']}/{connector['id']}"
    (device,) = (
        device
        for device in overview.devices.values()
        if any(value.endswith(path) for _, value in device["identifiers"])
    )
    return device


async def take_files(visitor: Visitor, entry_id: str, files: dict[str, Path]) -> None:
    """Upload what is refused, then what is taken, and switch start and stop on."""
    page = visitor.page
    for name, refusal in REFUSALS.items():
        await open_options(visitor, entry_id)
        await upload(visitor, files[name])
        await expect(visitor.form).to_contain_text(refusal)
        await visitor.photograph(name)
        await page.get_by_role("button", name="Close").last.click()
        await expect(visitor.form).to_be_hidden()
    await open_options(visitor, entry_id)
    await upload(visitor, files["alpha"])
    await expect(visitor.form).to_contain_text("Start a session: POST /chargingS")
    await expect(visitor.form.locator("ha-switch")).to_have_count(8)
    for label in ("Start sessions", "Stop sessions"):
        await switch(visitor, label).click()
    await visitor.photograph("commands")
    await visitor.submit()
    await visitor.finish()


async def test_api_file(
    page: Page,
    home: HomeAssistant,
    simulation: Simulation,
    screenshots: Path,
    folder: Path,
) -> None:
    """Take the file, switch commands on, start a session and stop it."""
    visitor = Visitor(page, home.url, screenshots, "api-file-")
    await visitor.log_in()
    await add_account(visitor, simulation)
    (entry_id,) = (await look(home.client)).entries
    files = {
        name: await keep(simulation, folder, name) for name in (*REFUSALS, "alpha")
    }
    await take_files(visitor, entry_id, files)

    station, connector = free_connector(await ask(simulation, "world"))
    path = f"connectors/{station['id']}/{connector['id']}"
    await tell(simulation, path, {"action": "plug_in"})
    overview = await look(home.client)
    device = connector_device(overview, station, connector)
    status = overview.of_device(device["id"])["status"]
    await poll_now(home, status)
    await visitor.open_device(device["id"])
    await visitor.expect_values({"Status": "Preparing"})
    await visitor.photograph("waiting")
    await visitor.press("Start charge")
    await visitor.expect_values({"Status": "Charging"})
    await visitor.photograph("charging")
    await visitor.press("Stop charge")
    await visitor.expect_values({"Status": "Finishing"})
    await visitor.photograph("stopped")

    requests = (await ask(simulation, "requests?vendor=kempower"))["kempower"]
    commands = [each["path"] for each in requests if each["method"] != "GET"]
    assert [path.split("/")[-1] for path in commands] == ["start", "stop"]
