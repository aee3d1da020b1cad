"""The account of a driver at be.ENERGISED: what it gives, and what becomes of a session in Home Assistant."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
import math
import textwrap
import time

import aiohttp

from simulator.beenergised_driver.endpoint import PATH
from simulator.beenergised_driver.own_stations import plug_id

from .client import HomeAssistantClient, Json
from .errors import DemoError
from .home_assistant import DOMAIN
from .overview import Overview, key_of, kind_of, look, name_of, path_of
from .simulation import Simulation

VENDOR = "beenergised_driver"
HEADS = ("moment", "status", "energy", "cost", "energy in the cloud", "cost there")
WIDTH = 110

# So fast that a start, which is looked at every two seconds, has come about by the second look.
SPEED = 60
LATER_SECONDS = 120
# A station takes a moment to stop, and another to tell of it.
STOP_SECONDS = 5
PATIENCE_SECONDS = 15

SIGN_IN = "mutation($u: String!, $p: String!) {initSession(username: $u, password: $p) {sessionToken}}"
NEWEST = (
    "{chargelogsPaged(pagination: {limit: 1}) "
    "{data {status energyConsumption connector {label} cost {grossAmount}}}}"
)


@dataclass(kw_only=True)
class Trial:
    """Where a session was, what was seen of it, and what was wrong with that."""

    where: str
    rows: list[tuple[str, ...]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A connector, what its station is called, the account that sees it, and the button that stops a session there."""

    station: str
    account: Json
    device: Json
    stop: Json


async def ask_newest_session(simulation: Simulation) -> Json:
    """Return the driver's newest session as the vendor tells it, without ending the one that Home Assistant has."""
    cloud = simulation.vendors[VENDOR]
    options = f"{VENDOR}/options"
    before = (await simulation.ask(options))["one_session"]
    await simulation.tell(options, {"one_session": False})
    try:
        login = {"u": cloud["username"], "p": cloud["password"]}
        signed_in = await _ask(simulation, cloud["psk"], SIGN_IN, login)
        token = signed_in["initSession"]["sessionToken"]
        answer = await _ask(simulation, token, NEWEST)
    finally:
        await simulation.tell(options, {"one_session": before})
    newest: Json = answer["chargelogsPaged"]["data"][0]
    return newest


async def _ask(
    simulation: Simulation, token: str, query: str, variables: Json | None = None
) -> Json:
    """Send a query to the vendor's API."""
    async with (
        aiohttp.ClientSession(raise_for_status=True) as session,
        session.post(
            f"{simulation.vendors[VENDOR]['server']}{PATH}",
            json={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {token}"},
        ) as response,
    ):
        answer = await response.json()
    if answer.get("errors"):
        raise DemoError(f"{VENDOR} refused {query}: {answer['errors']}")
    data: Json = answer["data"]
    return data


def entities_given(overview: Overview) -> Iterator[str]:
    """Yield the lines that tell which entities the account has, by kind of object."""
    given: dict[str, dict[str, set[str]]] = {}
    for word, entities in (("on", overview.entities), ("off", overview.disabled)):
        for entity in entities.values():
            account, kind, *_ = str(entity["unique_id"]).split("/")
            if account.startswith(VENDOR):
                domain = entity["entity_id"].partition(".")[0]
                name = key_of(entity)
                given.setdefault(kind, {}).setdefault(word, set()).add(
                    f"{name} ({domain})" if domain == "button" else name
                )
    for kind in sorted(given):
        for word, names in given[kind].items():
            head = f"  {kind}, {word}: "
            yield from textwrap.wrap(
                ", ".join(sorted(names)),
                WIDTH,
                initial_indent=head,
                subsequent_indent=" " * len(head),
            )


async def try_session(client: HomeAssistantClient, simulation: Simulation) -> Trial:
    """Start a session by the action, see it cost more and more, and stop it by the button."""
    speed = (await simulation.ask("world"))["speed"]
    try:
        return await _try_session(client, simulation)
    finally:
        await simulation.tell("clock", {"speed": speed})


async def _try_session(client: HomeAssistantClient, simulation: Simulation) -> Trial:
    overview = await look(client)
    place = await _free_connector(overview, simulation)
    lineage = overview.lineage(place.device["id"])
    trial = Trial(
        where=", ".join(
            reversed([name_of(it) for it in lineage if it != place.account])
        )
    )
    await simulation.tell("clock", {"speed": SPEED})
    answer = await client.request(
        "POST",
        f"/api/services/{DOMAIN}/start_charging?return_response",
        {"device_id": place.device["id"]},
    )
    await simulation.tell("clock", {"speed": 0})
    if (outcome := answer["service_response"]["outcome"]) != "started":
        trial.wrong.append(f"the start came to {outcome!r}, not to 'started'")
    first = await _see(client, simulation, place, trial, "just started")

    await simulation.tell("clock", {"advance_seconds": LATER_SECONDS})
    await _poll(client, place)
    second = await _see(client, simulation, place, trial, "two minutes on")
    if not 0 < first[0] < second[0]:
        trial.wrong.append(f"energy did not rise: {first[0]}, then {second[0]}")
    if not 0 < first[1] < second[1]:
        trial.wrong.append(f"cost did not rise: {first[1]}, then {second[1]}")

    await client.request(
        "POST", "/api/services/button/press", {"entity_id": place.stop["entity_id"]}
    )
    await simulation.tell("clock", {"advance_seconds": STOP_SECONDS})
    await _poll(client, place)
    await _see(client, simulation, place, trial, "stopped", last=True)
    return trial


async def _free_connector(overview: Overview, simulation: Simulation) -> Place:
    """Return a connector on which nothing is, made free if there is none.

    Raises:
        DemoError: Home Assistant shows no connector of the operator's own.
    """
    account = next(
        device
        for device in overview.devices.values()
        if path_of(device).startswith(VENDOR) and kind_of(device) == "account"
    )
    stops = {
        str(entity["unique_id"]).split("/")[-2]: entity
        for entity in overview.entities.values()
        if str(entity["unique_id"]).startswith(f"{VENDOR}_")
        and key_of(entity) == "stop_charging"
    }
    shown = [
        (station["id"], connector["id"], connector["status"], stops[uuid])
        for station in (await simulation.ask("world"))["stations"]
        for connector in station["connectors"]
        if station["online"]
        and connector["status"] not in {"faulted", "out_of_service"}
        and (uuid := plug_id(station["id"], connector["id"])) in stops
    ]
    if not shown:
        raise DemoError("There is no connector on which a session could be started")
    station, connector, status, stop = min(
        shown, key=lambda each: each[2] != "available"
    )
    if status != "available":
        await simulation.tell(f"connectors/{station}/{connector}", {"action": "unplug"})
    device = overview.devices[stop["device_id"]]
    at = next(it for it in overview.lineage(device["id"]) if kind_of(it) == "station")
    return Place(station=name_of(at), account=account, device=device, stop=stop)


async def _poll(client: HomeAssistantClient, place: Place) -> None:
    """Have Home Assistant ask the cloud at once."""
    await client.request(
        "POST",
        "/api/services/homeassistant/update_entity",
        {"entity_id": place.stop["entity_id"]},
    )


async def _see(
    client: HomeAssistantClient,
    simulation: Simulation,
    place: Place,
    trial: Trial,
    moment: str,
    *,
    last: bool = False,
) -> tuple[float, float]:
    """Compare the account's session, or its last one, with the cloud's, and return energy and cost.

    Raises:
        DemoError: They stay different.
    """
    truth = await ask_newest_session(simulation)
    energy = truth["energyConsumption"] / 1000
    cost = truth["cost"]["grossAmount"]
    session = "last_session" if last else "session"
    start = time.monotonic()
    while True:
        overview = await look(client)
        entities = overview.of_device(place.account["id"])
        status = overview.text(entities["session_status"])
        seen = tuple(
            overview.number(entities[f"{session}_{key}"]) for key in ("energy", "cost")
        )
        shown = str(overview.value(entities[f"{session}_connector"]))
        right = (
            _same(seen, (energy, cost))
            and shown == f"{place.station}, {truth['connector']['label']}"
            and (status != "active") is last
        )
        if right or time.monotonic() - start > PATIENCE_SECONDS:
            break
        await asyncio.sleep(0.25)
    texts = (overview.text(entities[f"{session}_{key}"]) for key in ("energy", "cost"))
    trial.rows.append((moment, status, *texts, f"{energy:.2f} kWh", f"{cost:.2f} EUR"))
    if not right:
        trial.wrong.append(
            f"a session that has {moment}: {shown} {status} {seen}, in the cloud {truth}"
        )
    return (seen[0] or 0.0, seen[1] or 0.0)


def _same(seen: tuple[float | None, ...], true: tuple[float, ...]) -> bool:
    """Return whether values agree, apart from how a machine writes fractions."""
    return all(
        one is not None and math.isclose(one, other, abs_tol=1e-6)
        for one, other in zip(seen, true, strict=True)
    )
