"""One real look at an account, before its credentials are trusted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util

from .clients.client import Account, ChargingClient
from .clients.model import Location
from .clients.snapshot import (
    LiveState,
    Poll,
    SlowState,
    Snapshot,
    build_snapshot,
    location_of,
)
from .const import CONF_VENDOR
from .vendors import VENDORS, Access, OAuthAccess, Vendor


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What an account turned out to be; ``token`` is what it wants kept."""

    vendor: Vendor
    account: Account
    client: ChargingClient
    station_ids: frozenset[str]
    locations: Mapping[str, Location]
    stations_at: Mapping[str | None, int]
    connectors_at: Mapping[str | None, int]
    snapshot: Snapshot
    token: Mapping[str, Any]

    @property
    def unique_id(self) -> str:
        """The config entry's unique id."""
        return f"{self.vendor.key}_{self.account.id}"

    @property
    def title(self) -> str:
        """A name for the account, with the vendor's: who it is, or its only location."""
        vendor = self.vendor.name
        if name := self.account.name:
            return name if name.startswith(vendor) else f"{vendor} ({name})"
        names = [location.name for location in self.locations.values()]
        if len(names) == 1 and names[0]:
            return f"{vendor} {names[0]}"
        return vendor

    @property
    def counts(self) -> dict[str, str]:
        """How much there is, for forms."""
        return {
            "locations": str(len(self.locations)),
            "stations": str(len(self.station_ids)),
        }


async def async_probe(
    hass: HomeAssistant, data: Mapping[str, Any], oauth: OAuthAccess | None = None
) -> Probe:
    """Sign in and list what there is.

    Args:
        hass: Home Assistant.
        data: the data of a config entry that may come to be.
        oauth: the tokens, where they came by OAuth.

    Raises:
        ClientError: one of its subclasses; a form names it by its ``form_word``.
    """
    vendor = VENDORS[data[CONF_VENDOR]]
    token: dict[str, Any] = {}

    async def keep(changed: Mapping[str, Any]) -> None:
        token.update(changed)

    client = vendor.create_client(
        Access(
            session=async_get_clientsession(hass),
            data=data,
            oauth=oauth,
            save_token=keep,
        )
    )
    # In this order: it may be the locations that name their stations.
    slow = await client.async_get_slow()
    live = await client.async_get_live()
    return Probe(
        vendor=vendor,
        account=await client.async_identify(),
        client=client,
        token=token,
        station_ids=frozenset(station.id for station in live.stations),
        locations=_used_locations(live, slow),
        stations_at=Counter(station.location_id for station in live.stations),
        connectors_at=_connectors_at(live),
        snapshot=build_snapshot(live, slow, poll=Poll(taken_at=dt_util.utcnow())),
    )


def _connectors_at(live: LiveState) -> Counter[str | None]:
    """Return how many connectors there are at each location, as far as they are told."""
    places = {station.id: station.location_id for station in live.stations}
    return Counter(
        places[connector.station_id]
        for connector in live.connectors
        if connector.station_id in places
    )


def _used_locations(live: LiveState, slow: SlowState) -> dict[str, Location]:
    """Return the locations that have stations: to pick another shows nothing."""
    used = {station.location_id for station in live.stations}
    return {id_: location_of(id_, live, slow) for id_ in used if id_ is not None}
