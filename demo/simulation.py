"""Run the simulated vendor clouds as a program of their own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
import math
from pathlib import Path
import sys
from typing import Any

import aiohttp

from simulator.beenergised_driver.own_stations import plug_id

from .errors import DemoError
from .processes import ManagedProcess

# enough for a look; and so few on a page that the stations fill three
STATIONS = 6
PAGES = 3
MAX_PAGE = 500
REPOSITORY = Path(__file__).resolve().parent.parent
START_SECONDS = 30

# What an operator of be.ENERGISED tells drivers of its stations, by the demo's name for it.
DRIVER_TENANTS: Mapping[str, Mapping[str, Any]] = {
    "alpha": {"tenant": "alpha"},
    "beta": {"tenant": "beta"},
    "untold": {"introspection": False},
}
# Where the operator tells nothing: how many connectors a driver enters by their ids.
ENTERED = 4


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """The running simulator: where its clouds are, and the keys that open them."""

    process: ManagedProcess
    control: str
    page_size: int
    """How much the CPO API has on a page."""
    vendors: Mapping[str, Mapping[str, str]]
    driver_tenant: str
    """What the operator tells drivers."""

    async def ask(self, path: str) -> Any:
        """Return what the simulator knows to be so."""
        async with (
            aiohttp.ClientSession(raise_for_status=True) as session,
            session.get(f"{self.control}/{path}") as response,
        ):
            return await response.json()

    async def tell(self, path: str, what: Mapping[str, Any]) -> Any:
        """Have something happen in the simulated world, and return what is so then."""
        async with (
            aiohttp.ClientSession(raise_for_status=True) as session,
            session.post(f"{self.control}/{path}", json=what) as response,
        ):
            return await response.json()

    async def connectors_to_enter(self) -> list[str]:
        """Return the ids of some connectors, if a driver can find them in no other way."""
        if self.driver_tenant != "untold":
            return []
        world = await self.ask("world")
        found = [
            (connector["status"], plug_id(station["id"], connector["id"]))
            for station in world["stations"]
            for connector in station["connectors"]
        ]
        # those that are free first
        found.sort(key=lambda each: each[0] != "available")
        return [uuid for _, uuid in found[:ENTERED]]


@asynccontextmanager
async def run_simulation(
    folder: Path,
    *,
    port: int = 0,
    stations: int | None = None,
    speed: float | None = None,
    tenant: str | None = None,
    driver_tenant: str = "alpha",
) -> AsyncIterator[Simulation]:
    """Start the simulator and end it again.

    Args:
        folder: Where its log goes.
        port: Its first port; 0 takes any.
        stations: How many stations it has; None for a few.
        speed: How many times faster than real time its clock runs; None leaves that to the simulator.
        tenant: How much the tenant of the CPO API tells of its stations; None leaves that to the simulator.
        driver_tenant: What the operator tells drivers, one of `DRIVER_TENANTS`.

    Raises:
        DemoError: It did not start.
    """
    stations = STATIONS if stations is None else stations
    page_size = min(max(1, math.ceil(stations / PAGES)), MAX_PAGE)
    command = [sys.executable, "-m", "simulator", "--json", "--port", str(port)]
    command += ["--stations", str(stations), "--cpo-page-cap", str(page_size)]
    command.append("--home-energy")
    if speed is not None:
        command += ["--speed", str(speed)]
    if tenant is not None:
        command += ["--cpo-attributes", tenant]
    async with ManagedProcess(
        "The simulator",
        command,
        cwd=REPOSITORY,
        log=folder / "simulator.log",
        patience=5,
    ) as process:
        simulation = await _announced(process, page_size, driver_tenant)
        await simulation.tell(
            "beenergised_driver/options", DRIVER_TENANTS[driver_tenant]
        )
        yield simulation


async def _announced(
    process: ManagedProcess, page_size: int, driver_tenant: str
) -> Simulation:
    """Wait for the line in which the simulator says where it is."""
    try:
        async with asyncio.timeout(START_SECONDS):
            while not (text := process.log.read_text(errors="replace")).count("\n"):
                process.raise_if_ended()
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise DemoError(
            f"The simulator did not start within {START_SECONDS} s. The end of its log:\n{process.tail()}"
        ) from None
    try:
        announced = json.loads(text.splitlines()[0])
        return Simulation(
            process=process,
            control=announced["control"],
            page_size=page_size,
            vendors=announced["vendors"],
            driver_tenant=driver_tenant,
        )
    except ValueError, KeyError, TypeError:
        await asyncio.sleep(0.5)  # a traceback comes in more than one line
        process.raise_if_ended()
        raise DemoError(
            f"The simulator did not say where it is:\n{process.tail()}"
        ) from None
