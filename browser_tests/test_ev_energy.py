"""From application credentials to a boost, as a driver does it."""

from pathlib import Path

from playwright.async_api import Page, expect

from demo.client import Json
from demo.home_assistant import HomeAssistant
from demo.overview import Overview, look
from demo.simulation import Simulation

from .backstage import ask, ask_ev_energy, device_named, rounded, tell
from .steps import Visitor

SCOPES = (
    "user:read",
    "vehicle:read",
    "vehicle:write",
    "evse:read",
    "evse:write",
    "charging_session:read",
    "charging_session:write",
    "tariff:read",
    "carbon:read",
    "grid:read",
)


async def choose_ev_energy(visitor: Visitor) -> None:
    """Begin to add an account of ev.energy."""
    await visitor.find_integration()
    await visitor.choose_vendor("ev.energy")


async def add_account(visitor: Visitor, simulation: Simulation) -> None:
    """Add an account; the application credentials are asked for on the way."""
    cloud = simulation.vendors["ev_energy"]
    await choose_ev_energy(visitor)
    await visitor.choose("In the browser", "ways-in")
    await visitor.enter_application(
        "My ev.energy", cloud["client_id"], cloud["client_secret"]
    )

    # Home Assistant begins anew once it has them
    await visitor.choose_vendor("ev.energy")
    going = visitor.choose("In the browser", "ways-in")
    async with visitor.sign_in_elsewhere(going) as consent:
        for scope in SCOPES:
            await expect(consent.get_by_text(scope, exact=True)).to_be_visible()
        await visitor.photograph("consent", consent)
        await visitor.photograph("waiting")
        await consent.get_by_role("button", name="Allow").click()
    await visitor.finish()


async def deny_account(visitor: Visitor) -> None:
    """Begin to add another account, and think better of it on the vendor's page."""
    await choose_ev_energy(visitor)
    going = visitor.choose("In the browser", "ways-in")
    async with visitor.sign_in_elsewhere(going) as consent:
        await consent.get_by_role("button", name="Deny").click()
    await expect(visitor.refusal).to_contain_text(
        "Account linking rejected: access_denied"
    )
    await visitor.photograph("denied")
    await visitor.close_dialog()


async def find_waiting(simulation: Simulation, serials: set[str]) -> Json:
    """Return one of the chargers whose car waits for cheaper energy; at night one is told to."""
    chargers = [
        charger
        for charger in (await ask(simulation, "homes"))["chargers"]
        if charger["serial"] in serials and charger["mode"] == "smart"
    ]
    chosen: Json = min(reversed(chargers), key=lambda charger: charger["power_w"] > 0)
    if chosen["power_w"]:
        await tell(simulation, f"chargers/{chosen['id']}", {"action": "stop"})
    return chosen


async def look_at_vehicle(visitor: Visitor, overview: Overview, vehicle: Json) -> None:
    """Open a vehicle's page and find there what the vendor tells of it."""
    log = vehicle["latest_status_log"]
    device = device_named(overview, vehicle["description"])
    await visitor.open_device(device["id"])
    await visitor.expect_values(
        {
            "State of charge": f"{log['state_of_charge_percentage']}%",
            "Charging": "Charging",
            "Plug": "Plugged in",
            "Power": f"{rounded(log['charge_rate_watts'] / 1000, 1)} kW",
        }
    )
    await visitor.photograph("vehicle")


async def boost(visitor: Visitor, overview: Overview, charger: Json) -> None:
    """Have a car charged at once that waits for cheaper energy."""
    (device,) = (
        device
        for device in overview.devices.values()
        if device["serial_number"] == charger["serial"]
    )
    await visitor.open_device(device["id"])
    await visitor.expect_values(
        {
            "Session mode": "Smart",
            "Status": "Paused by the station",
            "Power": "0.0 kW",
        }
    )
    await visitor.photograph("waits")

    # the page stays open: what changes must show by itself
    await visitor.press("Boost")
    await visitor.expect_values({"Session mode": "Boost", "Status": "Charging"})
    await visitor.photograph("boost")


async def test_ev_energy(
    page: Page, home: HomeAssistant, simulation: Simulation, screenshots: Path
) -> None:
    """Add an account in the browser, look at a vehicle, boost, and deny a second account."""
    chargers = await ask_ev_energy(simulation, "evses/?expand=model")
    waiting = await find_waiting(simulation, {it["cpid"] for it in chargers})
    visitor = Visitor(page, home.url, screenshots, "ev-energy-")
    await visitor.log_in()
    await add_account(visitor, simulation)

    vehicles = await ask_ev_energy(simulation, "vehicles/?expand=latest_status_log")
    overview = await look(home.client)
    (entry_id,) = overview.entries
    await visitor.open_devices(entry_id)
    for name in (
        *(charger["model"]["display_name"] for charger in chargers),
        *(vehicle["description"] for vehicle in vehicles),
    ):
        await expect(page.get_by_text(name, exact=True).first).to_be_visible()
    await visitor.photograph("devices")

    charging = next(it for it in vehicles if it["latest_status_log"]["is_charging"])
    await look_at_vehicle(visitor, overview, charging)

    await boost(visitor, overview, waiting)
    after = {it["id"]: it for it in (await ask(simulation, "homes"))["chargers"]}
    boosted = after[waiting["id"]]
    assert boosted["mode"] == "boost"
    assert boosted["power_w"] > 0
    await visitor.expect_values(
        {"Power": f"{rounded(boosted['power_w'] / 1000, 1)} kW"}
    )

    await deny_account(visitor)
    assert (await look(home.client)).entries.keys() == {entry_id}
