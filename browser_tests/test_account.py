"""From nothing to a station's live values, as a person does it."""

from pathlib import Path

import aiohttp
from playwright.async_api import Page, expect

from demo.client import Json
from demo.home_assistant import HomeAssistant
from demo.overview import Overview, look, name_of
from demo.simulation import Simulation

from .steps import Visitor


async def add_account(visitor: Visitor, simulation: Simulation) -> None:
    """Add a Kempower account; the first token is wrong."""
    cloud = simulation.vendors["kempower"]
    await visitor.find_integration()
    await visitor.choose_vendor("Kempower ChargEye")

    await visitor.field("refresh_token").fill("not-the-token")
    await visitor.open_section("Server")
    await visitor.field("server").fill(cloud["server"])
    await visitor.photograph("04-token")
    await visitor.submit()
    await expect(visitor.form.locator("ha-alert")).to_contain_text(
        "This refresh token was not accepted by ChargEye"
    )
    await visitor.photograph("05-wrong-token")

    await visitor.field("refresh_token").fill(cloud["refresh_token"])
    await visitor.submit()
    await expect(visitor.page.get_by_text("Which locations?")).to_be_visible()
    await visitor.photograph("06-locations")
    await visitor.submit()
    await visitor.finish()


async def world_of(simulation: Simulation) -> Json:
    """Return what the simulator knows to be so."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{simulation.control}/world") as response,
    ):
        world: Json = await response.json()
        return world


async def stop_charging(simulation: Simulation, station: Json, connector: Json) -> None:
    """End a charging session at the station itself."""
    url = f"{simulation.control}/connectors/{station['id']}/{connector['id']}"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json={"action": "stop"}) as response,
    ):
        response.raise_for_status()


async def poll_now(home: HomeAssistant, entity: Json) -> None:
    """Have Home Assistant ask the cloud at once."""
    await home.client.request(
        "POST",
        "/api/services/homeassistant/update_entity",
        {"entity_id": entity["entity_id"]},
    )


def device_of(overview: Overview, station: Json) -> Json:
    """Return a station's device."""
    (device,) = (
        device
        for device in overview.devices.values()
        if name_of(device) == station["name"]
    )
    return device


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

    world = await world_of(simulation)
    overview = await look(home.client)
    (entry_id,) = overview.entries
    await visitor.open_devices(entry_id)
    for station in world["stations"]:
        await expect(page.get_by_text(station["name"], exact=True)).to_be_visible()
    await visitor.photograph("08-devices")

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
    power = f"{connector['power_w'] / 1000:.1f} kW"
    device = device_of(overview, station)
    await visitor.open_device(device["id"])
    await visitor.expect_values({"Online": "Connected", "Power": power})
    await visitor.photograph("09-station")

    connector_device = charging_device_of(overview, device)
    await visitor.open_device(connector_device["id"])
    await visitor.expect_values(
        {
            "Status": "Charging",
            "Power": power,
            "Session energy": f"{connector['energy_wh'] / 1000:.2f} kWh",
        }
    )
    await visitor.photograph("10-charging")

    # the page stays open: what changes must show by itself
    status = overview.of_device(connector_device["id"])["status"]
    await stop_charging(simulation, station, connector)
    await poll_now(home, status)
    await visitor.expect_values({"Status": "Finishing", "Power": "0.0 kW"})
    await visitor.photograph("11-finished")

    simulation.process.kill()
    await poll_now(home, status)
    await visitor.expect_values({"Status": "Unavailable", "Power": "Unavailable"})
    await visitor.photograph("12-cloud-away")
