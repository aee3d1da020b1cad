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


class Case(Struct, frozen=True, kw_only=True):
    """An account to measure: whose it is, and what its entry is made of.

    ``sizes`` are how many stations there are to be, ``quick`` those of a short run.
    """

    sizes: tuple[int, ...]
    quick: tuple[int, ...]
    data: Callable[[Cloud], dict[str, str]]
    options: Mapping[str, Any] = {}
    at_home: bool = False


CASES: Mapping[str, Case] = {
    "kempower": Case(
        sizes=(100, 1_000, 10_000),
        quick=(100, 1_000),
        data=lambda cloud: {
            CONF_SERVER: cloud["url"],
            CONF_REFRESH_TOKEN: cloud["refresh_token"],
        },
    ),
    "ev_energy": Case(
        # A user with more has no budget left for their pages.
        sizes=(100, 500),
        quick=(100,),
        at_home=True,
        data=lambda cloud: {
            CONF_SERVER: cloud["address"],
            CONF_CLIENT_ID: cloud["client_id"],
            CONF_CLIENT_SECRET: cloud["client_secret"],
        },
    ),
    "beenergised_cpo": Case(
        sizes=(100, 1_000, 10_000),
        quick=(100, 1_000),
        data=lambda cloud: {
            CONF_TENANT: cloud["url"],
            CONF_SERVER: cloud["url"],
            CONF_CLIENT_ID: cloud["client_id"],
            CONF_CLIENT_SECRET: cloud["client_secret"],
        },
    ),
    "beenergised_driver": Case(
        # 500 are the most that are listed.
        sizes=(100, 500),
        quick=(100,),
        data=lambda cloud: {
            CONF_TENANT: cloud["url"],
            CONF_PSK: cloud["psk"],
            CONF_USERNAME: cloud["username"],
            CONF_PASSWORD: cloud["password"],
        },
        options={CONF_STATIONS: "around", CONF_RADIUS: 50},
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
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("The clouds were started without pipes")
        self._process.stdin.write(f"change {number}\n".encode())
        await self._process.stdout.readline()


@asynccontextmanager
async def running(key: str, stations: int) -> AsyncIterator[Clouds]:
    """Run clouds with so many stations, or home chargers, until the end of the block."""
    at_home = CASES[key].at_home
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmark.server",
        f"--stations={1 if at_home else stations}",
        f"--home-chargers={stations if at_home else 1}",
        cwd=REPOSITORY,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINE,
    )
    try:
        if process.stdout is None or process.stdin is None:
            raise RuntimeError("The clouds were started without pipes")
        line = await process.stdout.readline()
        if not line:
            raise RuntimeError("The clouds did not start")
        yield Clouds(process, json.loads(line))
        process.stdin.close()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
