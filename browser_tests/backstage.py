"""What no visitor sees: what the simulator knows and does, and what Home Assistant holds."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import aiohttp

from demo.client import Json
from demo.home_assistant import DOMAIN, HomeAssistant
from demo.overview import Overview, name_of
from demo.simulation import Simulation
from simulator.beenergised_driver.own_stations import plug_id


async def ask(simulation: Simulation, path: str) -> Json:
    """Return what the simulator knows to be so."""
    content: Json = await simulation.ask(path)
    return content


async def tell(simulation: Simulation, path: str, what: Json) -> Json:
    """Have something happen in the simulated world, and return what is so then."""
    content: Json = await simulation.tell(path, what)
    return content


async def ask_ev_energy(simulation: Simulation, path: str) -> Any:
    """Return what ev.energy's API answers to its own application."""
    cloud = simulation.vendors["ev_energy"]
    form = {
        "grant_type": "client_credentials",
        "client_id": cloud["client_id"],
        "client_secret": cloud["client_secret"],
    }
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        async with session.post(cloud["token_url"], data=form) as response:
            token = (await response.json())["access_token"]
        async with session.get(
            f"{cloud['server']}/v2/{path}", headers={"Authorization": f"Bearer {token}"}
        ) as response:
            return await response.json()


async def poll_now(home: HomeAssistant, entity: Json) -> None:
    """Have Home Assistant ask the cloud at once."""
    await home.client.request(
        "POST",
        "/api/services/homeassistant/update_entity",
        {"entity_id": entity["entity_id"]},
    )


async def free_connector(simulation: Simulation) -> str:
    """Return the id of a slow connector on which nothing is; a car that is there drives away."""
    station = (await ask(simulation, "world"))["stations"][2]
    connector = station["connectors"][-1]
    if connector["status"] != "available":
        path = f"connectors/{station['id']}/{connector['id']}"
        await tell(simulation, path, {"action": "unplug"})
    return plug_id(station["id"], connector["id"])


def device_named(overview: Overview, name: str) -> Json:
    """Return the device with a name."""
    (device,) = (
        device for device in overview.devices.values() if name_of(device) == name
    )
    return device


async def notices(home: HomeAssistant) -> list[Json]:
    """Return the dialogs that Home Assistant has begun by itself and waits for somebody to go on with."""
    flows = await home.client.command("config_entries/flow/progress")
    return [flow for flow in flows if flow["handler"] == DOMAIN]


def rounded(value: float, places: int = 2) -> Decimal:
    """Return a number as the pages round it: halves of what is written go up."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
