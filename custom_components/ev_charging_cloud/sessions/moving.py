"""Keeping sessions in another database, and taking along what is kept."""

import logging

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..ledger import LedgerError, check_address, copy_all
from .ledger import (
    async_close_ledger,
    async_database,
    async_get_ledger,
    async_set_database,
)

_LOGGER = logging.getLogger(__name__)


class NotCopiedError(Exception):
    """The database in use cannot be read; nothing was changed. ``detail`` says why."""

    def __init__(self, err: LedgerError) -> None:
        """Keep what the database said."""
        super().__init__(str(err))
        self.detail = err.detail


async def async_prepare_move(
    hass: HomeAssistant, url: str, *, leaves_sessions: bool = False
) -> None:
    """Try a database, and take the sessions of all accounts along to it.

    Args:
        hass: Home Assistant.
        url: the address of the database.
        leaves_sessions: begin with what that database has.

    Raises:
        LedgerError: that database cannot be used.
        NotCopiedError: the one in use cannot be read.
    """
    await hass.async_add_executor_job(check_address, url)
    if leaves_sessions:
        return
    ledger = await async_get_ledger(hass)
    try:
        await ledger.async_copy_to(url)
    except LedgerError as err:
        raise NotCopiedError(err) from err


async def async_move(
    hass: HomeAssistant, url: str, *, leaves_sessions: bool = False
) -> None:
    """Have all accounts use a database that was prepared, and set them up anew.

    What was seen since it was prepared is taken along, too.

    Args:
        hass: Home Assistant.
        url: the address of the database.
        leaves_sessions: begin with what that database has.
    """
    before = await async_database(hass)
    await async_set_database(hass, url)
    entries = hass.config_entries
    loaded = [
        entry.entry_id
        for entry in entries.async_entries(DOMAIN)
        if entry.state is ConfigEntryState.LOADED
    ]
    for entry_id in loaded:
        await entries.async_unload(entry_id)
    await async_close_ledger(hass)
    if not leaves_sessions:
        try:
            await hass.async_add_executor_job(copy_all, before, url)
        except LedgerError as err:
            _LOGGER.warning(
                "Charging sessions of the last moments stay in the database of before: %s",
                err.detail,
            )
    for entry_id in loaded:
        entry = entries.async_get_entry(entry_id)
        if entry is not None and entry.state is ConfigEntryState.NOT_LOADED:
            await entries.async_setup(entry_id)
