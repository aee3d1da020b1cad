"""A Home Assistant to measure in: the tests' harness, with a configuration of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import gc
import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from aiohttp.resolver import ThreadedResolver
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

from custom_components.ev_charging_cloud.clients.transport.budget import Budget
from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, frame
from homeassistant.loader import DATA_CUSTOM_COMPONENTS

from .clouds import CASES, Clouds

# Home Assistant's own asks the local network for names.
RESOLVER = "homeassistant.helpers.aiohttp_client._async_make_resolver"


class _Resolver(ThreadedResolver):
    """Finds this machine, which is all that is asked for."""

    async def real_close(self) -> None:
        """End, as Home Assistant has its own resolver do."""


@asynccontextmanager
async def running_home() -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant until the end of the block."""
    logging.getLogger().setLevel(logging.CRITICAL)
    # What is there already would be looked through for rubbish again and again.
    gc.collect()
    gc.freeze()
    with TemporaryDirectory() as folder:
        config = Path(folder) / "config"
        config.mkdir()
        async with async_test_home_assistant(config_dir=str(config)) as hass:
            hass.data.pop(DATA_CUSTOM_COMPONENTS)
            frame.async_setup(hass)
            # A vendor's hourly budget would have most polls wait.
            with (
                patch.object(Budget, "wait_before_poll", lambda _, count: 0.0),
                patch(RESOLVER, lambda hass: _Resolver()),
            ):
                yield hass
            await hass.async_stop(force=True)
    gc.unfreeze()


def new_account(hass: HomeAssistant, clouds: Clouds, key: str) -> MockConfigEntry:
    """Return an account at a simulated cloud, not set up yet."""
    hass.config.latitude, hass.config.longitude = clouds.home
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=key,
        unique_id=f"{key}_benchmark",
        data=clouds.data(key),
        options=dict(CASES[key].options),
    )
    entry.add_to_hass(hass)
    return entry


async def async_set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an account up and wait until all of it is there.

    Raises:
        RuntimeError: it was not set up.
    """
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    if entry.state is not ConfigEntryState.LOADED:
        raise RuntimeError(f"{entry.title} was not set up: {entry.reason}")


async def async_unload(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Unload an account and wait until nothing of it goes on."""
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


def entities(hass: HomeAssistant, entry: MockConfigEntry) -> tuple[int, int, int]:
    """Return how many entities an account has: enabled ones, all, and enabled ones that are not there."""
    all_ = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    enabled = [found for found in all_ if not found.disabled]
    dropped = sum(hass.states.get(found.entity_id) is None for found in enabled)
    return len(enabled), len(all_), dropped
