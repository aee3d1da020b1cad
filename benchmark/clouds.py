"""Runs the simulated clouds, and says how an account at each is made."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
import json
from pathlib import Path
import sys
from typing import Any

from msgspec import Struct

from custom_components.ev_charging_cloud.const import (
    CONF_PSK,
    CONF_REFRESH_TOKEN,
    CONF_SERVER,
    CONF_STATIONS,
    CONF_TENANT,
    CONF_VENDOR,
)
from homeassistant.const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_PASSWORD,
    CONF_RADIUS,
    CONF_USERNAME,
)

REPOSITORY = Path(__file__).parent.parent
# A large world's answer is one long line.
LINE = 1 << 20

type Cloud = Mapping[str, str]


# How far there are stations at most, in km, so that a driver may see all of them.
ANYWHERE = 20_000
# The most stations that a driver's account lists, whatever there are.
MOST_OF_A_DRIVER = 500


class Case(Struct, frozen=True, kw_only=True):
    """An account to measure: what its entry is made of, and at most how many stations it lists.

    ``turns`` is how many polls there are for each station until all of it is known.
    """

    data: Callable[[Cloud], dict[str, str]]
    options: Mapping[str, Any] = {}
    at_home: bool = False
    most: int | None = None
    turns: int = 0


CASES: Mapping[str, Case] = {
    "kempower": Case(
        data=lambda cloud: {
            CONF_SERVER: cloud["url"],
            CONF_REFRESH_TOKEN: cloud["refresh_token"],
        },
    ),
    "ev_energy": Case(
        at_home=True,
        # One detail a poll, of chargers and of as many vehicles.
        turns=2,
        data=lambda cloud: {
            CONF_SERVER: cloud["address"],
            CONF_CLIENT_ID: cloud["client_id"],
            CONF_CLIENT_SECRET: cloud["client_secret"],
        },
    ),
    "beenergised_cpo": Case(
        data=lambda cloud: {
            CONF_TENANT: cloud["url"],
            CONF_SERVER: cloud["url"],
            CONF_CLIENT_ID: cloud["client_id"],
            CONF_CLIENT_SECRET: cloud["client_secret"],
        },
    ),
    "beenergised_driver": Case(
        most=MOST_OF_A_DRIVER,
        data=lambda cloud: {
            CONF_TENANT: cloud["url"],
            CONF_PSK: cloud["psk"],
            CONF_USERNAME: cloud["username"],
            CONF_PASSWORD: cloud["password"],
        },
        options={CONF_STATIONS: "around", CONF_RADIUS: ANYWHERE},
    ),
}


class Clouds:
    """The running clouds."""

    def __init__(self, process: asyncio.subprocess.Process, found: Any) -> None:
        """Take over a process that said where its clouds are."""
        self._process = process
        self._vendors: Mapping[str, Cloud] = found["vendors"]
        self.home: tuple[float, float] = tuple(found["home"])

    def data(self, key: str) -> dict[str, str]:
        """Return the data of an account's entry at a vendor."""
        return {CONF_VENDOR: key, **CASES[key].data(self._vendors[key])}

    async def async_change(self, number: int) -> None:
        """Break so many connectors; or mend those that are broken."""
        await self._command(f"change {number}")

    async def async_go_down(self) -> None:
        """Have nobody answer any more."""
        await self._command("down")

    async def async_come_up(self) -> None:
        """Have them answer again."""
        await self._command("up")

    async def _command(self, text: str) -> None:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("The clouds were started without pipes")
        self._process.stdin.write(f"{text}\n".encode())
        await self._process.stdout.readline()


@asynccontextmanager
async def running(key: str, stations: int) -> AsyncIterator[Clouds]:
    """Run clouds with so many stations, or home chargers, until the end of the block."""
    at_home = CASES[key].at_home
    async with running_server(
        "benchmark.server",
        f"--stations={1 if at_home else stations}",
        f"--home-chargers={stations if at_home else 1}",
    ) as (process, line):
        yield Clouds(process, json.loads(line))


@asynccontextmanager
async def running_server(
    module: str, *arguments: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, bytes]]:
    """Run a module of ours until the end of the block, and say what its first line is.

    Raises:
        RuntimeError: it did not start.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        cwd=REPOSITORY,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINE,
    )
    try:
        if process.stdout is None or process.stdin is None:
            raise RuntimeError("A server was started without pipes")
        line = await process.stdout.readline()
        if not line:
            raise RuntimeError(f"{module} did not start")
        yield process, line
        process.stdin.close()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
