"""What is said of a vendor outside its client and its forms."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from aiohttp import ClientSession
from yarl import URL

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_RADIUS

from ..clients.client import ChargingClient, Memory
from ..clients.search import Around, Favourites, Listed, StationChoice
from ..clients.transport.tokens import Refusals, TokenSource
from ..const import CONF_SEARCH, CONF_STATION_IDS, CONF_STATIONS
from ..polling import Intervals


async def save_nothing(token: Mapping[str, Any]) -> None:
    """Keep no token: nobody will ask for it."""


@dataclass(frozen=True, kw_only=True)
class OAuthAccess:
    """Tokens that a user consented to, and the application they were given to."""

    server: URL
    client_id: str
    client_secret: str
    tokens: TokenSource


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a client is made of: a config entry's data, or what may become one.

    ``home`` is where Home Assistant is, in degrees. ``save_token`` stores tokens that
    change with use, by their kind; they are on disk once it has been awaited.
    ``refusals`` are those of this credential so far, None while a person waits.
    """

    session: ClientSession
    data: Mapping[str, Any]
    options: Mapping[str, Any] = MappingProxyType({})
    oauth: OAuthAccess | None = None
    memory: Memory | None = None
    home: tuple[float, float] | None = None
    save_token: Callable[[Mapping[str, Any]], Awaitable[None]] = save_nothing
    refusals: Refusals | None = None


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """A vendor's cloud.

    ``name`` is what users call it; ``portal`` is where they manage it, and
    ``customer_portal`` where a customer does, by an entry's data, if each has another.
    ``revoke`` ends the given tokens, by their kind, where the vendor can.
    ``reads_structure_later`` is True where what changes rarely takes many requests:
    then it is read in the background once the account is set up. ``has_locations``
    is False where there are none to choose from in any account.
    """

    key: str
    name: str
    manufacturer: str
    portal: str
    customer_portal: Callable[[Mapping[str, Any]], str] | None = None
    intervals: Intervals
    create_client: Callable[[Access], ChargingClient]
    revoke: Callable[[Access, Mapping[str, str]], Awaitable[None]] | None = None
    reads_structure_later: bool = False
    has_locations: bool = True

    def portal_of(self, data: Mapping[str, Any]) -> str:
        """Return where an account is managed, by its entry's data."""
        return self.customer_portal(data) if self.customer_portal else self.portal


def log_name(entry: ConfigEntry, vendor: Vendor) -> str:
    """Return what an account is called in logs; its title may be a person's address."""
    return f"{vendor.name} {entry.entry_id[-6:]}"


def station_choice(
    options: Mapping[str, Any], home: tuple[float, float] | None
) -> StationChoice | None:
    """Return which stations somebody chose to see; None for none.

    Args:
        options: of the account's entry.
        home: where Home Assistant is, in degrees; None where a place is of no use.
    """
    around = (
        Around(latitude=home[0], longitude=home[1], radius=options[CONF_RADIUS] * 1000)
        if home and options.get(CONF_RADIUS)
        else None
    )
    match options.get(CONF_STATIONS):
        case "around":
            return around
        case "favourites":
            return Favourites()
        case "listed":
            return Listed(
                station_ids=tuple(options.get(CONF_STATION_IDS, ())),
                around=around,
                text=options.get(CONF_SEARCH),
            )
    return None
