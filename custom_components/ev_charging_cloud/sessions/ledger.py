"""The one ledger that all accounts of a Home Assistant share."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..ledger import Ledger, sqlite_url
from .trouble import LedgerTrouble

FILE = f"{DOMAIN}.db"
VERSION = 1


class _Address(TypedDict):
    """Where sessions are kept, with the password."""

    url: str


@dataclass
class _Room:
    """Where the ledger is, if it is open; it is opened and closed by one at a time.

    ``accounts`` are the entries that use it; ``url`` is the address of its database,
    once that was looked up.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ledger: Ledger | None = None
    forget: Callable[[], None] = lambda: None
    accounts: set[str] = field(default_factory=set)
    url: str | None = None


_ROOM: HassKey[_Room] = HassKey(f"{DOMAIN}.ledger")


def account_id_of(entry: ConfigEntry) -> str:
    """Return the id by which the ledger knows an account; it outlives the entry."""
    return entry.unique_id or entry.entry_id


def own_file(hass: HomeAssistant) -> str:
    """Return the address of the file in which sessions are kept unless told otherwise."""
    return sqlite_url(Path(hass.config.path(FILE)))


async def async_database(hass: HomeAssistant) -> str:
    """Return the address of the database in which sessions are kept; it is a secret."""
    room = _room(hass)
    if room.url is None:
        kept = await _store(hass).async_load()
        room.url = kept["url"] if kept else own_file(hass)
    return room.url


async def async_set_database(hass: HomeAssistant, url: str) -> None:
    """Keep sessions in another database whenever the ledger is opened from now on."""
    if url == own_file(hass):
        # The folder may be another one some day.
        await _store(hass).async_remove()
    else:
        await _store(hass).async_save({"url": url})
    _room(hass).url = url


async def async_get_ledger(hass: HomeAssistant) -> Ledger:
    """Return the ledger, opened if it was not.

    Nothing that is wrong with its database is raised here: the ledger itself says so.
    """
    room = _room(hass)
    async with room.lock:
        if room.ledger is None:
            room.ledger = Ledger(await async_database(hass))
            room.forget = _attend(hass, room.ledger)
        return room.ledger


def ledger_of(hass: HomeAssistant) -> Ledger | None:
    """Return the ledger; None while it is not open."""
    room = hass.data.get(_ROOM)
    return None if room is None else room.ledger


async def async_use_ledger(hass: HomeAssistant, entry: ConfigEntry) -> Ledger:
    """Return the ledger, which stays open as long as the account uses it."""
    _room(hass).accounts.add(entry.entry_id)
    return await async_get_ledger(hass)


async def async_release_ledger(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Close the ledger if no other account uses it."""
    room = _room(hass)
    room.accounts.discard(entry.entry_id)
    if not room.accounts:
        await async_close_ledger(hass)


async def async_close_ledger(hass: HomeAssistant) -> None:
    """Write what waits and close the ledger; the next who wants it opens it again."""
    room = _room(hass)
    async with room.lock:
        ledger, room.ledger = room.ledger, None
        room.forget()
        room.forget = lambda: None
        if ledger is not None:
            await ledger.async_stop()


def _store(hass: HomeAssistant) -> Store[_Address]:
    return Store(hass, VERSION, f"{DOMAIN}.database", private=True, atomic_writes=True)


def _room(hass: HomeAssistant) -> _Room:
    return hass.data.setdefault(_ROOM, _Room())


def _attend(hass: HomeAssistant, ledger: Ledger) -> Callable[[], None]:
    """Say what is wrong with the ledger, and close it in the end; return how to stop."""
    trouble = LedgerTrouble(hass, ledger)
    is_over = False

    async def close(_: Event) -> None:
        nonlocal is_over
        is_over = True
        await async_close_ledger(hass)

    # After all that is seen until Home Assistant stops.
    unlisten = hass.bus.async_listen_once(EVENT_HOMEASSISTANT_FINAL_WRITE, close)

    def forget() -> None:
        trouble.async_stop()
        if not is_over:
            unlisten()

    return forget
