"""Start the demo; ``--check`` looks at it for you and ends."""

import argparse
import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
import signal
import sys
import tempfile
import time

import aiohttp

from simulator import Simulator

from .accounts import add_accounts
from .check import check
from .client import PASSWORD, USER
from .energy import fill_dashboard
from .errors import DemoError
from .home_assistant import HomeAssistant, free_port, run_home_assistant
from .simulation import DRIVER_TENANTS, Simulation, run_simulation

DEFAULT_PORT = 8123


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was asked for on the command line."""

    check: bool
    stations: int | None
    speed: float | None
    port: int
    tenant: str | None
    driver_tenant: str

    @property
    def simulator_port(self) -> int:
        """Return the simulator's first port: the one after Home Assistant's."""
        return self.port + 1 if self.port else 0

    @property
    def ports(self) -> range:
        """Return all ports that must be free: ours, the simulator's control, a cloud's each."""
        return (
            range(self.port, self.port + 1 + len(Simulator.servers()))
            if self.port
            else range(0)
        )


def parse(arguments: list[str]) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="script/demo",
        description="Start simulated vendor clouds and a real Home Assistant with an account in each.",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="print what Home Assistant shows, end, and fail if anything is missing",
    )
    parser.add_argument(
        "--stations", type=int, metavar="N", help="how many stations to simulate"
    )
    parser.add_argument(
        "--speed", type=float, metavar="X", help="how fast the simulated clock runs"
    )
    parser.add_argument(
        "--port",
        type=int,
        metavar="P",
        help=f"Home Assistant's port (default {DEFAULT_PORT}; 0: any); the simulator gets the next ones",
    )
    parser.add_argument(
        "--tenant",
        choices=("documented", "sparse", "rich"),
        help="how much the tenant of be.ENERGISED tells of its stations (default: what is documented)",
    )
    parser.add_argument(
        "--driver-tenant",
        choices=tuple(DRIVER_TENANTS),
        default="alpha",
        help="whose driver has an account at be.ENERGISED: two operators name their stations' fields differently, "
        "the third does not tell what its API offers (default: alpha)",
    )
    given = parser.parse_args(arguments)
    port = given.port
    if port is None:
        port = 0 if given.check else DEFAULT_PORT
    return Options(
        check=given.check,
        stations=given.stations,
        speed=given.speed,
        port=port,
        tenant=given.tenant,
        driver_tenant=given.driver_tenant,
    )


def say(text: str) -> None:
    """Tell a person, at once."""
    print(text, flush=True)


async def run(options: Options) -> None:
    """Run everything inside one temporary folder, until it is done or interrupted."""
    start = time.monotonic()
    for port in options.ports:
        free_port(port)
    async with AsyncExitStack() as stack:
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="ev-charging-cloud-")
            )
        )
        simulation = await stack.enter_async_context(
            run_simulation(
                folder,
                port=options.simulator_port,
                stations=options.stations,
                speed=options.speed,
                tenant=options.tenant,
                driver_tenant=options.driver_tenant,
            )
        )
        say(
            f"Simulated clouds: {', '.join(simulation.vendors)} (process {simulation.process.pid})"
        )
        say("Starting Home Assistant")
        home = await stack.enter_async_context(
            run_home_assistant(
                folder,
                ev_energy=simulation.vendors["ev_energy"]["server"],
                port=options.port,
            )
        )
        stack.callback(say, "Ending Home Assistant and the simulated clouds")
        say(f"Home Assistant: {home.url} (process {home.process.pid})")
        try:
            await use(options, home, simulation, folder)
        except (aiohttp.ClientError, TimeoutError) as error:
            simulation.process.raise_if_ended()
            home.process.raise_if_ended()
            raise DemoError(
                f"Home Assistant stopped answering ({error!r}). The end of its log:\n{home.process.tail()}"
            ) from None
        if options.check:
            say(f"All is well, {time.monotonic() - start:.1f} s after the start.")


async def use(
    options: Options, home: HomeAssistant, simulation: Simulation, folder: Path
) -> None:
    """Add the accounts, then check them or leave them to a person."""
    accounts = await add_accounts(home.client, simulation)
    say(f"Accounts: {', '.join(accounts.values())}")
    if options.check:
        await check(home.client, accounts, simulation)
        simulation.process.raise_if_ended()
        home.process.raise_if_ended()
    else:
        show(home, simulation, folder)
        filling = asyncio.create_task(fill(home))
        try:
            await watch(home, simulation)
        finally:
            filling.cancel()


async def fill(home: HomeAssistant) -> None:
    """Fill the energy dashboard while a person looks at something else."""
    try:
        energies = await fill_dashboard(home.client)
    except DemoError as error:
        say(f"The energy dashboard stays empty: {error}")
    else:
        say(f"Energy dashboard: {len(energies)} things charge,  {home.url}/energy")


def show(home: HomeAssistant, simulation: Simulation, folder: Path) -> None:
    """Say where to look."""
    say(
        f"""
Open   {home.url}
       user {USER}, password {PASSWORD}
Look   Settings > Devices & services > EV Charging Cloud
       {home.url}/config/integrations/integration/ev_charging_cloud
Try    removing ev.energy and adding it again: it asks you for consent in the browser
       planning maintenance in the calendar of a station:  {home.url}/calendar
       starting a session at a connector of {simulation.vendors["beenergised_driver"]["username"]}
       ending the cloud:  kill {simulation.process.pid}
       its controls:      {simulation.control}
Logs   {folder}
End    Ctrl-C
"""
    )


async def watch(home: HomeAssistant, simulation: Simulation) -> None:
    """Wait for the end; a cloud that somebody ended on purpose is not one.

    Raises:
        ProcessEnded: Home Assistant ended, or the simulator crashed.
    """
    home_ends = asyncio.ensure_future(home.process.wait())
    cloud_ends = asyncio.ensure_future(simulation.process.wait())
    await asyncio.wait({home_ends, cloud_ends}, return_when=asyncio.FIRST_COMPLETED)
    if cloud_ends.done() and cloud_ends.result() <= 0:
        say("The simulator was ended: Home Assistant goes on without its cloud.")
    else:
        simulation.process.raise_if_ended()
    await home_ends
    home.process.raise_if_ended()


async def interruptible(options: Options) -> int:
    """Run until done, a failure or a signal, and return the exit code."""
    loop = asyncio.get_running_loop()
    work = asyncio.create_task(run(options))
    received: list[signal.Signals] = []

    def interrupt(number: signal.Signals) -> None:
        # once: a second Ctrl-C must not leave the clearing away half done
        if not received:
            received.append(number)
            work.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, interrupt, number)
    try:
        await work
    except asyncio.CancelledError:
        # a person who ends the demo ends it well; a check that was cut short proves nothing
        return 128 + received[0] if options.check else 0
    except DemoError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(interruptible(parse(sys.argv[1:]))))
