"""The simulated clouds in a process of their own, where they cost Home Assistant nothing.

The first line of its output says where the clouds are. ``change N`` on its input has so many connectors of the world, and
home chargers, break; or be well again, if they were broken. Each is answered with a line.
"""

import argparse
import asyncio
from collections.abc import Sequence
import json
import sys

from simulator import Simulator

# More than any benchmark asks for.
NO_LIMIT = 1_000_000


def _change(simulator: Simulator, number: int, *, broken: bool) -> None:
    """Break or mend the first connectors and home chargers of the world."""
    world, homes = simulator.world, simulator.world.homes
    for station_id in world.station_ids[:number]:
        connector = world.station(station_id).connectors[0].spec.id
        (world.set_fault if broken else world.clear_fault)(station_id, connector)
    for charger_id in homes.charger_ids()[:number]:
        (homes.set_fault if broken else homes.clear_fault)(charger_id)


async def _run(stations: int, home_chargers: int) -> None:
    simulator = Simulator(
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
        broken = 0
        while line := await asyncio.to_thread(sys.stdin.readline):
            number = int(line.split()[1])
            _change(simulator, max(number, broken), broken=not broken)
            broken = 0 if broken else number
            print("done", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until the input ends."""
    parser = argparse.ArgumentParser(prog="benchmark.server")
    parser.add_argument("--stations", type=int, default=100)
    parser.add_argument("--home-chargers", type=int, default=2)
    chosen = parser.parse_args(arguments)
    asyncio.run(_run(chosen.stations, chosen.home_chargers))


if __name__ == "__main__":
    main()
