"""Runs Home Assistant with the account in a configuration folder, until it is killed.

usage: python -m tests.ev_energy.home

It reads a :class:`Start` a line, and begins a process for each, as a copy of this one:
to load Home Assistant takes longer than all the rest. It says that process's id, then the
state of the account's entry once that is set up, and ``ended``.
"""

import asyncio
from collections.abc import Mapping
import os
import signal
import sys
from typing import Any, cast
from unittest.mock import patch

from aiohttp.resolver import AsyncResolver
import msgspec
from pytest_homeassistant_custom_component import common

from custom_components.ev_charging_cloud import oauth
from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.storage import TokenStore
from homeassistant.helpers import aiohttp_client, frame
from homeassistant.helpers.config_entry_oauth2_flow import async_register_implementation
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """How to start: the folder, the application, and whether to die with a kept token."""

    folder: str
    client_id: str
    client_secret: str
    authorize_url: str
    token_url: str
    dies_when_kept: bool


def say(words: str) -> None:
    """Tell the test."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


SAVE = TokenStore.async_save


async def async_save_and_die(store: TokenStore, token: Mapping[str, Any]) -> None:
    """Keep a token, say which files were flushed, and be killed before it can be used."""
    flushed: list[str] = []

    def flush(descriptor: int) -> None:
        os.fsync(descriptor)
        flushed.append(str(os.fstat(descriptor).st_ino))

    with patch("atomicwrites._proper_fsync", flush):
        await SAVE(store, token)
    say(" ".join(flushed))
    os.kill(os.getpid(), signal.SIGKILL)


async def async_run(start: Start) -> None:
    """Start Home Assistant on the folder, and say what became of the account."""
    resolver = cast("Any", AsyncResolver())
    resolver.real_close = resolver.close
    save = async_save_and_die if start.dies_when_kept else SAVE
    with (
        # The usual one listens for names in the local network.
        patch.object(aiohttp_client, "_async_make_resolver", lambda _: resolver),
        patch.object(TokenStore, "async_save", save),
    ):
        async with common.async_test_home_assistant(config_dir=start.folder) as hass:
            frame.async_setup(hass)
            hass.data.pop(DATA_CUSTOM_COMPONENTS)
            await hass.config_entries.async_initialize()
            assert await async_setup_component(hass, "application_credentials", {})
            async_register_implementation(
                hass,
                DOMAIN,
                oauth.Application(
                    hass,
                    "simulated",
                    start.client_id,
                    start.authorize_url,
                    start.token_url,
                    start.client_secret,
                ),
            )
            assert await async_setup_component(hass, DOMAIN, {})
            (entry,) = hass.config_entries.async_entries(DOMAIN)
            say(entry.state.value)
            await hass.async_stop(force=True)


def main() -> None:
    """Begin a Home Assistant for each line, and say when it has ended."""
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            asyncio.run(async_run(msgspec.json.decode(line, type=Start)))
            os._exit(0)
        say(str(child))
        os.waitpid(child, 0)
        say("ended")


if __name__ == "__main__":
    main()
