"""Which accounts there were, to know one again that comes back with other credentials.

Home Assistant keeps the names and settings of removed entities for a month, by their
unique ids, which begin with their account's. Where the vendor does not name accounts,
the id is a digest of the credential; so an account that comes back is known by its
stations, and gets the id that it had.
"""

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from typing import TypedDict

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .const import CONF_VENDOR, DOMAIN
from .devices import known_station_ids
from .restore import LastSeen

VERSION = 1
KEPT_FOR = timedelta(days=30)


class _Former(TypedDict):
    """A removed account: digests of its stations' ids, and when it was removed."""

    vendor: str
    stations: list[str]
    removed_at: float


type _Content = dict[str, _Former]


async def async_remember(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remember an account that is being removed."""
    stations = set(known_station_ids(hass, entry))
    # Where a person wants to see totals only, no station has a device.
    if (seen := await LastSeen(hass, entry.entry_id).async_load()) is not None:
        stations |= {station.id for station in seen.stations}
    if not stations or entry.unique_id is None:
        return
    known = await _async_load(hass)
    known[entry.unique_id] = {
        "vendor": entry.data[CONF_VENDOR],
        "stations": sorted(map(_digest, stations)),
        "removed_at": dt_util.utcnow().timestamp(),
    }
    await _store(hass).async_save(known)


async def async_former_id(
    hass: HomeAssistant, vendor: str, station_ids: Iterable[str]
) -> str | None:
    """Return the unique id of a removed account that had some of these stations."""
    stations = {_digest(station_id) for station_id in station_ids}
    known = await _async_load(hass)
    return next(
        (
            unique_id
            for unique_id, former in reversed(known.items())
            if former["vendor"] == vendor
            and not stations.isdisjoint(former["stations"])
        ),
        None,
    )


async def _async_load(hass: HomeAssistant) -> _Content:
    """Return those that Home Assistant itself still remembers, the latest last."""
    oldest = (dt_util.utcnow() - KEPT_FOR).timestamp()
    known = await _store(hass).async_load() or {}
    return {
        unique_id: former
        for unique_id, former in sorted(
            known.items(), key=lambda item: item[1]["removed_at"]
        )
        if former["removed_at"] >= oldest
    }


def _store(hass: HomeAssistant) -> Store[_Content]:
    return Store(hass, VERSION, f"{DOMAIN}.former")


def _digest(station_id: str) -> str:
    return sha256(station_id.encode()).hexdigest()[:16]
