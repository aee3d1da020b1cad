"""The simulated clouds in a process of their own, where they cost Home Assistant nothing.

The first line of its output says where the clouds are. Each line of its input is answered with a line: ``change N`` has so
many connectors of the world, and home chargers, break; or be well again, if they were broken. ``down`` has nobody answer
until ``up``. Between two changes an answer is the same bytes each time, made once: so that nobody waits for the world.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence
import json
import sys
from typing import override

from aiohttp import web

from simulator import Simulator
from simulator.homes import past
from simulator.server.facade import Facade

# More than any benchmark asks for.
NO_LIMIT = 1_000_000
# Of more home chargers nobody wants to know the past, which takes minutes to make up.
MANY_HOMES, FEW_DAYS = 100, 1
# What is not to be answered from before: it changes something, or is a sign-in.
CHANGES = b"mutation"

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
type Known = dict[tuple[str, str, str, bytes], web.Response]


class _Clouds(Simulator):
    """Simulated clouds whose answers are kept until the world is changed."""

    @override
    async def start(self) -> None:
        """Listen, with an answer of each kind kept."""
        self.known: dict[str, Known] = {key: {} for key in self.clouds}
        for key, cloud in self.clouds.items():
            _keep_answers(cloud, self.known[key])
        await super().start()

    def forget(self) -> None:
        """Make all answers anew."""
        for known in self.known.values():
            known.clear()


def _keep_answers(cloud: Facade, known: Known) -> None:
    """Have a cloud give the same answer to the same question."""
    build = type(cloud).build

    @web.middleware
    async def same(request: web.Request, handler: Handler) -> web.StreamResponse:
        body = await request.read()
        key = (
            request.method,
            request.path_qs,
            request.headers.get("Authorization", ""),
            body,
        )
        if (answer := known.get(key)) is None:
            made = await handler(request)
            if (
                not isinstance(made, web.Response)
                or made.status != 200
                or (
                    request.method != "GET"
                    and (b"query" not in body or CHANGES in body)
                )
            ):
                return made
            answer = known[key] = made
        headers = {
            name: value
            for name, value in answer.headers.items()
            if name not in {"Date", "Server", "Content-Length"}
        }
        return web.Response(body=answer.body, headers=headers)

    def built() -> web.Application:
        app = build(cloud)
        app.middlewares.insert(0, same)
        return app

    vars(cloud)["build"] = built


def _change(simulator: _Clouds, number: int, *, broken: bool) -> None:
    """Break or mend the first connectors and home chargers of the world."""
    world, homes = simulator.world, simulator.world.homes
    for station_id in world.station_ids[:number]:
        connector = world.station(station_id).connectors[0].spec.id
        (world.set_fault if broken else world.clear_fault)(station_id, connector)
    for charger_id in homes.charger_ids()[:number]:
        (homes.set_fault if broken else homes.clear_fault)(charger_id)
    simulator.forget()


async def _obey(simulator: _Clouds) -> None:
    broken = 0
    while line := await asyncio.to_thread(sys.stdin.readline):
        match line.split():
            case ["change", text]:
                number = int(text)
                _change(simulator, max(number, broken), broken=not broken)
                broken = 0 if broken else number
            case ["down"]:
                for cloud in simulator.clouds.values():
                    await cloud.stop()
            case ["up"]:
                for cloud in simulator.clouds.values():
                    await cloud.start()
        print("done", flush=True)


async def _run(stations: int, home_chargers: int) -> None:
    if home_chargers > MANY_HOMES:
        vars(past)["HISTORY_DAYS"] = FEW_DAYS
    simulator = _Clouds(
        stations=stations,
        connectors_per_station=1,
        home_chargers=home_chargers,
        speed=0,
        quiet=True,
        arrivals=False,
    )
    simulator.beenergised_cpo.options.attributes = "rich"
    simulator.beenergised_cpo.options.connector_parent = "attribute"
    simulator.ev_energy.options.rate_limit = NO_LIMIT
    place = next(iter(simulator.world.locations.values()))
    # What happened so far is made up now, as nobody waits long for a first answer.
    simulator.world.homes.charger(simulator.world.homes.charger_ids()[0])
    async with simulator:
        found = {
            "home": [place.latitude, place.longitude],
            "vendors": {
                key: {
                    "address": cloud.address,
                    "url": cloud.url,
                    **cloud.credentials(),
                }
                for key, cloud in simulator.clouds.items()
            },
        }
        print(json.dumps(found), flush=True)
        await _obey(simulator)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until the input ends."""
    parser = argparse.ArgumentParser(prog="benchmark.server")
    parser.add_argument("--stations", type=int, default=100)
    parser.add_argument("--home-chargers", type=int, default=2)
    chosen = parser.parse_args(arguments)
    asyncio.run(_run(chosen.stations, chosen.home_chargers))


if __name__ == "__main__":
    main()
