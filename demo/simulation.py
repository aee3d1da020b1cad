"""Run the simulated vendor clouds as a program of their own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import sys

from .errors import DemoError
from .processes import ManagedProcess

REPOSITORY = Path(__file__).resolve().parent.parent
START_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """The running simulator: where its clouds are, and the keys that open them."""

    process: ManagedProcess
    control: str
    vendors: Mapping[str, Mapping[str, str]]


@asynccontextmanager
async def run_simulation(
    folder: Path,
    *,
    port: int = 0,
    stations: int | None = None,
    speed: float | None = None,
) -> AsyncIterator[Simulation]:
    """Start the simulator and end it again.

    Args:
        folder: Where its log goes.
        port: Its first port; 0 takes any.
        stations: How many stations it has; None leaves that to the simulator.
        speed: How many times faster than real time its clock runs; None leaves that to the simulator.

    Raises:
        DemoError: It did not start.
    """
    command = [sys.executable, "-m", "simulator", "--json", "--port", str(port)]
    if stations is not None:
        command += ["--stations", str(stations)]
    if speed is not None:
        command += ["--speed", str(speed)]
    async with ManagedProcess(
        "The simulator",
        command,
        cwd=REPOSITORY,
        log=folder / "simulator.log",
        patience=5,
    ) as process:
        yield await _announced(process)


async def _announced(process: ManagedProcess) -> Simulation:
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
            vendors=announced["vendors"],
        )
    except ValueError, KeyError, TypeError:
        await asyncio.sleep(0.5)  # a traceback comes in more than one line
        process.raise_if_ended()
        raise DemoError(
            f"The simulator did not say where it is:\n{process.tail()}"
        ) from None
