"""Run the simulator until Ctrl-C or SIGTERM: `python -m simulator --help`."""

import argparse
import asyncio
from collections.abc import Sequence
import json
import signal

from .server.cloud import clouds_of
from .simulator import Simulator


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the command line's choices."""
    parser = argparse.ArgumentParser(
        prog="simulator", description="Simulated EV charging clouds on this machine."
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8801,
        help="control port; the clouds follow; 0 takes free ones",
    )
    parser.add_argument("--stations", type=int, default=6, help="how many stations")
    parser.add_argument(
        "--connectors-per-station",
        type=int,
        help="on each station; the default is a mix",
    )
    parser.add_argument(
        "--home-chargers",
        type=int,
        default=2,
        help="at the private household, with a car for each",
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="what everything random comes from"
    )
    parser.add_argument(
        "--speed", type=float, default=1.0, help="simulated seconds per real second"
    )
    parser.add_argument(
        "--quiet", action="store_true", help="nothing happens by itself"
    )
    for kind in clouds_of(Simulator).values():
        kind.add_arguments(parser)
    parser.add_argument(
        "--json",
        action="store_true",
        help="print addresses and credentials as one JSON line",
    )
    return parser.parse_args(arguments)


async def _run(choices: argparse.Namespace) -> None:
    """Run until a signal."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    port = choices.port
    simulator = Simulator(
        seed=choices.seed,
        stations=choices.stations,
        connectors_per_station=choices.connectors_per_station,
        speed=choices.speed,
        quiet=choices.quiet,
        home_chargers=choices.home_chargers,
        ports={name: port + n for n, name in enumerate(Simulator.servers())}
        if port
        else None,
    )
    for cloud in simulator.clouds.values():
        cloud.choose(choices)
    async with simulator:
        _introduce(simulator, as_json=choices.json)
        await stop.wait()


def _introduce(simulator: Simulator, *, as_json: bool) -> None:
    """Print where to go and with which credentials."""
    vendors = {
        name: {"server": cloud.url, **cloud.credentials()}
        for name, cloud in simulator.clouds.items()
    }
    if as_json:
        print(
            json.dumps({"control": simulator.control_url, "vendors": vendors}),
            flush=True,
        )
        return
    print(f"control: {simulator.control_url}")
    for name, access in vendors.items():
        print(f"{name}: " + ", ".join(f"{key} {text}" for key, text in access.items()))
    print("Ctrl-C ends it.", flush=True)


if __name__ == "__main__":
    asyncio.run(_run(_arguments(None)))
