"""From nothing to a station's live values, as a person does it."""

from pathlib import Path

from playwright.async_api import Page, expect

from demo.client import Json
from demo.home_assistant import HomeAssistant
from demo.overview import Overview, look
from demo.simulation import Simulation

from .backstage import ask, device_named, poll_now, rounded, tell
from .steps import Visitor


async def add_account(visitor: Visitor, simulation: Simulation) -> None:
    """Add a Kempower account; the first token is wrong."""
    cloud = simulation.vendors["kempower"]
    await visitor.find_integration()
    await visitor.choose_vendor("Kempower ChargEye")

    await visitor.field("refresh_token").fill("not-the-token")
    await visitor.open_section("Server")
    await visitor.field("server").fill(cloud["server"])
    await visitor.photograph("token")
    await visitor.submit()
    await expect(visitor.form.locator("ha-alert")).to_contain_text(
        "These credentials were not accepted by Kempower ChargEye"
    )
    await visitor.photograph("wrong-token")

    await visitor.field("refresh_token").fill(cloud["refresh_token"])
    await visitor.submit()
    await expect(visitor.page.get_by_text("Which locations?")).to_be_visible()
    await visitor.photograph("locations")
    await visitor.submit()
    await visitor.finish()


async def stop_charging(simulation: Simulation, station: Json, connector: Json) -> None:
    """End a charging session at the station itself."""
    await tell(
        simulation,
        f"connectors/{station['id']}/{connector['id']}",
        {"action": "stop"},
    )


def charging_device_of(overview: Overview, station_device: Json) -> Json:
    """Return the device of a station's connector that charges."""
    (device,) = (
        device
        for device in overview.devices.values()
        if device["parent_device_id"] == station_device["id"]
        and overview.text(overview.of_device(device["id"]).get("charging")) == "on"
    )
    return device


async def test_account(
    page: Page, home: HomeAssistant, simulation: Simulation, screenshots: Path
) -> None:
    """Add an account, find its devices, and watch a charging session end."""
    visitor = Visitor(page, home.url, screenshots)
    await visitor.log_in()
    await add_account(visitor, simulation)

    world = await ask(simulation, "world")
    overview = await look(home.client)
    (entry_id,) = overview.entries
    await visitor.open_devices(entry_id)
    for station in world["stations"]:
        await expect(page.get_by_text(station["name"], exact=True)).to_be_visible()
    await visitor.photograph("devices")

    # where one car charges, what the station gives is what the car gets
    station, connector = next(
        (station, charging[0])
        for station in world["stations"]
        if len(
            charging := [
                it for it in station["connectors"] if it["status"] == "charging"
            ]
        )
        == 1
    )
    power = f"{rounded(connector['power_w'] / 1000, 1)} kW"
    device = device_named(overview, station["name"])
    await visitor.open_device(device["id"])
    await visitor.expect_values({"Online": "Connected", "Power": power})
    await visitor.photograph("station")

    connector_device = charging_device_of(overview, device)
    await visitor.open_device(connector_device["id"])
    await visitor.expect_values(
        {
            "Status": "Charging",
            "Power": power,
            "Energy added": f"{rounded(connector['energy_wh'] / 1000)} kWh",
        }
    )
    await visitor.photograph("charging")

    # the page stays open: what changes must show by itself
    status = overview.of_device(connector_device["id"])["status"]
    await stop_charging(simulation, station, connector)
    await poll_now(home, status)
    await visitor.expect_values({"Status": "Finishing", "Power": "0.0 kW"})
    await visitor.photograph("finished")

    simulation.process.kill()
    await poll_now(home, status)
    await visitor.expect_values({"Status": "Unavailable", "Power": "Unavailable"})
    await visitor.photograph("cloud-away")
