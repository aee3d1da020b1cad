"""Tests of a rotated pair of tokens when the program is killed before, and while, it is used.

The vendor voids the pair before it: if the new one were lost, somebody would have to sign
in again.
"""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
import json
import os
from pathlib import Path
import signal
import sys
from typing import Any

import msgspec
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import (
    CONF_AUTH_IMPLEMENTATION,
    CONF_VENDOR,
    DOMAIN,
)
from homeassistant.config_entries import (
    STORAGE_KEY,
    STORAGE_VERSION,
    STORAGE_VERSION_MINOR,
    ConfigEntryState,
)
from homeassistant.const import CONF_TOKEN
from homeassistant.helpers.json import json_bytes
from homeassistant.helpers.storage import STORAGE_DIR
from simulator import Simulator
from tests.simulator.ev_energy.client import EvClient
from tests.simulator.sign_in import BACK

from ..house import ROOT
from . import home


class Homes:
    """Starts Home Assistant in a process of its own, again and again on the same folder."""

    def __init__(self, process: Process, sim: Simulator, folder: Path) -> None:
        """Use a process that begins others."""
        self._process = process
        self._sim = sim
        self._folder = folder

    async def async_begin(self, *, dies_when_kept: bool = False) -> int:
        """Start it, and return the id of its process."""
        cloud = self._sim.ev_energy
        start = home.Start(
            folder=str(self._folder),
            client_id=cloud.client_id,
            client_secret=cloud.client_secret,
            authorize_url=cloud.authorize_url,
            token_url=cloud.token_url,
            dies_when_kept=dies_when_kept,
        )
        assert self._process.stdin
        self._process.stdin.write(msgspec.json.encode(start) + b"\n")
        return int(await self._async_line())

    async def async_end(self) -> list[str]:
        """Return what it said until it ended."""
        said: list[str] = []
        while (line := await self._async_line()) != "ended":
            said.append(line)
        return said

    async def _async_line(self) -> str:
        assert self._process.stdout
        line = await self._process.stdout.readline()
        assert line, "the process that begins others has ended"
        return line.decode().strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a configuration folder."""
    (tmp_path / "home" / STORAGE_DIR).mkdir(parents=True)
    return tmp_path / "home"


@pytest.fixture
async def homes(sim: Simulator, folder: Path) -> AsyncIterator[Homes]:
    """Run what starts Home Assistant."""
    # What lets the test package run on another Home Assistant is for that process too.
    others = [name for name in sys.modules if name.startswith("core_")]
    start = "".join(f"import {name}\n" for name in others) + (
        f"import runpy; runpy.run_module({home.__name__!r}, run_name='__main__')"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", start, stdin=PIPE, stdout=PIPE, cwd=ROOT
    )
    yield Homes(process, sim, folder)
    assert process.stdin
    process.stdin.close()
    assert await process.wait() == 0


async def _async_sign_in(sim: Simulator, folder: Path) -> dict[str, Any]:
    """Leave an account in the folder, whose access token has ended; return its tokens."""
    sim.ev_energy.options.redirect_uris.append(BACK)
    sim.ev_energy.options.reuse_ends_grant = True
    async with EvClient(sim) as driver:
        await driver.sign_in()
        token = {**driver.tokens, "expires_at": 0}
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Home",
        unique_id=f"ev_energy_{sim.ev_energy.user_id}",
        data={
            CONF_VENDOR: "ev_energy",
            CONF_AUTH_IMPLEMENTATION: "simulated",
            CONF_TOKEN: token,
        },
    )
    content = {
        "version": STORAGE_VERSION,
        "minor_version": STORAGE_VERSION_MINOR,
        "key": STORAGE_KEY,
        "data": {"entries": [entry.as_dict()]},
    }
    (folder / STORAGE_DIR / STORAGE_KEY).write_bytes(json_bytes(content))
    return token


def _token(folder: Path) -> Mapping[str, Any]:
    """Return the token of the account's entry as it is on disk."""
    content = json.loads((folder / STORAGE_DIR / STORAGE_KEY).read_text())
    (entry,) = content["data"]["entries"]
    token: Mapping[str, Any] = entry["data"][CONF_TOKEN]
    return token


@pytest.mark.parametrize("is_used", [False, True], ids=["before use", "in first use"])
async def test_killed_with_a_new_pair(
    sim: Simulator, homes: Homes, folder: Path, is_used: bool
) -> None:
    """It is found on disk by the next start, which works with it and renews it."""
    first = await _async_sign_in(sim, folder)
    cloud = sim.ev_energy
    if is_used:
        running: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def kill(_: float) -> None:
            os.kill(await running, signal.SIGKILL)

        cloud.faults.sleep = kill
        cloud.faults.add("/v2/*", delay=1, times=1)
        running.set_result(await homes.async_begin())
        assert await homes.async_end() == []
    else:
        await homes.async_begin(dies_when_kept=True)
        (flushed,) = await homes.async_end()
        storage = folder / STORAGE_DIR
        (kept,) = storage.glob("*.token")
        # The file, and that it is there: not even a power cut takes it away.
        assert flushed == f"{kept.stat().st_ino} {storage.stat().st_ino}"
    cloud.faults.clear()
    assert [issue.grant_type for issue in cloud.tokens_issued] == [
        "authorization_code",
        "refresh_token",
    ]
    assert bool(cloud.requests.matching("/v2/*")) is is_used
    # Home Assistant's own file has the pair that is void.
    assert _token(folder) == first

    await homes.async_begin()
    assert await homes.async_end() == [ConfigEntryState.LOADED.value]
    assert len(cloud.tokens_issued) == 2
    second = _token(folder)
    assert second["refresh_token"] != first["refresh_token"]

    cloud.expire_access_tokens()
    await homes.async_begin()
    assert await homes.async_end() == [ConfigEntryState.LOADED.value]
    assert len(cloud.tokens_issued) == 3
    assert all(record.status == 200 for record in cloud.requests.matching("/o/token/"))
