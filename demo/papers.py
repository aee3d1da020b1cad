"""What a driver of be.ENERGISED can ask for and mark: documents, prices, favourites."""

import asyncio
import time
from typing import Any

from .client import HomeAssistantClient, Json
from .driver import VENDOR
from .home_assistant import DOMAIN
from .overview import Overview, key_of, kind_of, look, path_of
from .simulation import Simulation

PATIENCE_SECONDS = 15
HEADS = ("what", "answer")


async def try_papers(
    client: HomeAssistantClient, simulation: Simulation
) -> tuple[list[tuple[str, str]], list[str]]:
    """Ask for documents and prices, mark a favourite and unmark it.

    Returns:
        Rows that tell what came, and what was wrong with it.
    """
    overview = await look(client)
    account = _first(overview, "account")
    found = await _ask(client, "get_documents", account, page_size=1)
    newest = found["documents"][0]
    rows = [
        ("documents", str(found["number"])),
        ("newest document", ", ".join(f"{k} {v}" for k, v in newest.items())),
    ]
    wrong = [] if found["complete"] else ["the list of documents is cut"]
    if not str(newest.get("link", "")).startswith("https://"):
        wrong.append(f"the newest document has no link: {newest}")
    station = _first(overview, "station")
    prices = (await _ask(client, "get_connector_prices", station))["connectors"]
    rows.append(
        (
            "prices of a station",
            "; ".join(
                ", ".join(f"{k} {v}" for k, v in row.items() if k != "device_id")
                for row in prices
            ),
        )
    )
    if simulation.driver_tenant != "alpha":
        # that operator has no favourites
        return rows, wrong
    switch = next(
        entity
        for entity in overview.entities.values()
        if key_of(entity) == "favourite" and str(entity["unique_id"]).startswith(VENDOR)
    )
    before = shown = overview.value(switch)
    for action, expected in (
        ("turn_off", "off"),
        ("turn_on", "on"),
        (f"turn_{before}", before),
    ):
        await client.request(
            "POST",
            f"/api/services/switch/{action}",
            {"entity_id": switch["entity_id"]},
        )
        shown = await _wait_for(client, switch, expected)
        if shown != expected:
            wrong.append(f"after {action} a favourite is {shown}")
    rows.append(("favourite", f"was {before}, went off and on, is {shown}"))
    return rows, wrong


def _first(overview: Overview, kind: str) -> Json:
    """Return a device of the driver's account."""
    return next(
        device
        for device in overview.devices.values()
        if path_of(device).startswith(VENDOR) and kind_of(device) == kind
    )


async def _ask(
    client: HomeAssistantClient, action: str, device: Json, **fields: object
) -> Any:
    """Return the response of an action."""
    answer = await client.request(
        "POST",
        f"/api/services/{DOMAIN}/{action}?return_response",
        {"device_id": device["id"], **fields},
    )
    return answer["service_response"]


async def _wait_for(
    client: HomeAssistantClient, entity: Json, expected: str | None
) -> str | None:
    """Return an entity's state once it is as expected, or after a while."""
    start = time.monotonic()
    while True:
        shown = (await look(client)).value(entity)
        if shown == expected or time.monotonic() - start > PATIENCE_SECONDS:
            return shown
        await asyncio.sleep(0.25)
