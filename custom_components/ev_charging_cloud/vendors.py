"""The table of vendors: all that is said of a vendor outside its client and its forms."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession
from yarl import URL

from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET

from .cadence import Intervals
from .clients import beenergised_cpo, ev_energy, ev_energy_auth, kempower
from .clients.address import parse_server_address
from .clients.client import ChargingClient, Memory
from .clients.tokens import TokenSource
from .const import CONF_REFRESH_TOKEN, CONF_SERVER, CONF_TENANT, CONF_USER


@dataclass(frozen=True, kw_only=True)
class OAuthAccess:
    """Tokens that a user consented to, and the application they were given to."""

    server: URL
    client_id: str
    client_secret: str
    tokens: TokenSource


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a client is made of: a config entry's data, or what may become one."""

    session: ClientSession
    data: Mapping[str, Any]
    oauth: OAuthAccess | None = None
    memory: Memory | None = None


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """A vendor's cloud.

    ``name`` is what users call it; ``portal`` is where they manage it. ``revoke`` ends
    the given tokens, by their kind, where the vendor can. ``is_slow_later`` tells that
    what changes rarely takes many requests, and is read once the account is set up.
    """

    key: str
    name: str
    manufacturer: str
    portal: str
    intervals: Intervals
    create_client: Callable[[Access], ChargingClient]
    revoke: Callable[[Access, Mapping[str, str]], Awaitable[None]] | None = None
    is_slow_later: bool = False


def _kempower(access: Access) -> kempower.KempowerClient:
    return kempower.KempowerClient(
        access.session,
        server=parse_server_address(access.data[CONF_SERVER]),
        refresh_token=access.data[CONF_REFRESH_TOKEN],
    )


def create_ev_energy(access: Access) -> ev_energy.EvEnergyClient:
    """Return a client of ev.energy, for consented tokens or with a client's own."""
    if access.oauth:
        return ev_energy.EvEnergyClient(
            access.session, server=access.oauth.server, tokens=access.oauth.tokens
        )
    credentials = ev_energy_auth.ClientCredentials(
        access.session,
        server=parse_server_address(access.data[CONF_SERVER]),
        client_id=access.data[CONF_CLIENT_ID],
        client_secret=access.data[CONF_CLIENT_SECRET],
    )
    return ev_energy.EvEnergyClient(
        access.session,
        server=parse_server_address(access.data[CONF_SERVER]),
        tokens=TokenSource(credentials.async_fetch),
        user_id=access.data.get(CONF_USER),
        requests=credentials.requests,
    )


async def _revoke_ev_energy(access: Access, tokens: Mapping[str, str]) -> None:
    if access.oauth is None:
        return
    await ev_energy_auth.ClientCredentials(
        access.session,
        server=access.oauth.server,
        client_id=access.oauth.client_id,
        client_secret=access.oauth.client_secret,
    ).async_revoke(tokens)


def _beenergised_cpo(access: Access) -> beenergised_cpo.BeenergisedCpoClient:
    return beenergised_cpo.BeenergisedCpoClient(
        access.session,
        tenant=beenergised_cpo.parse_tenant(access.data[CONF_TENANT]),
        server=parse_server_address(access.data[CONF_SERVER]),
        client_id=access.data[CONF_CLIENT_ID],
        client_secret=access.data[CONF_CLIENT_SECRET],
        memory=access.memory,
    )


VENDORS: Mapping[str, Vendor] = {
    vendor.key: vendor
    for vendor in (
        Vendor(
            key="kempower",
            name=kempower.VENDOR,
            manufacturer="Kempower",
            portal="https://kempower.io",
            # No limit is documented; this is considerate.
            intervals=Intervals(idle=60, charging=30, slow=3600),
            create_client=_kempower,
        ),
        Vendor(
            key="ev_energy",
            name=ev_energy.VENDOR,
            manufacturer=ev_energy.VENDOR,
            portal="https://ev.energy",
            # 1,000 requests an hour for all of a user's homes with one application: five
            # a cycle every 40 s leave more than half of them to others.
            intervals=Intervals(idle=90, charging=40, slow=900),
            create_client=create_ev_energy,
            revoke=_revoke_ev_energy,
        ),
        Vendor(
            key="beenergised_cpo",
            name=beenergised_cpo.VENDOR,
            manufacturer="be.ENERGISED",
            portal="https://www.chargepoint.com",
            # No limit is documented. Without live values a poll is one request, for the
            # maintenance windows; stations and connectors follow by the hour.
            intervals=Intervals(idle=60, charging=60, slow=3600, steady=900),
            create_client=_beenergised_cpo,
            is_slow_later=True,
        ),
    )
}
