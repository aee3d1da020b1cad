"""The table of vendors: all that is said of a vendor outside its client and its forms."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from aiohttp import ClientSession
from yarl import URL

from homeassistant.const import (
    CONF_ACCESS_TOKEN,
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_PASSWORD,
    CONF_RADIUS,
    CONF_TOKEN,
    CONF_USERNAME,
)

from ..clients.beenergised_cpo import client as beenergised_cpo
from ..clients.beenergised_driver import (
    auth as beenergised_driver_auth,
    client as beenergised_driver,
)
from ..clients.client import ChargingClient, Memory
from ..clients.ev_energy import auth as ev_energy_auth, client as ev_energy
from ..clients.kempower import client as kempower
from ..clients.transport.address import parse_server_address, parse_tenant
from ..clients.transport.tokens import TokenSource
from ..const import (
    CONF_CONNECTORS,
    CONF_PSK,
    CONF_REFRESH_TOKEN,
    CONF_SEARCH,
    CONF_SERVER,
    CONF_STATION_IDS,
    CONF_STATIONS,
    CONF_TENANT,
    CONF_USER,
)
from ..polling import Intervals


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
    change with use, by their kind.
    """

    session: ClientSession
    data: Mapping[str, Any]
    options: Mapping[str, Any] = MappingProxyType({})
    oauth: OAuthAccess | None = None
    memory: Memory | None = None
    home: tuple[float, float] | None = None
    save_token: Callable[[dict[str, str]], None] = lambda _: None


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """A vendor's cloud.

    ``name`` is what users call it; ``portal`` is where they manage it, unless
    ``open_at`` says that each customer does so elsewhere. ``revoke`` ends
    the given tokens, by their kind, where the vendor can. ``is_slow_later`` tells that
    what changes rarely takes many requests, and is read once the account is set up.
    """

    key: str
    name: str
    manufacturer: str
    portal: str
    open_at: Callable[[Mapping[str, Any]], str] | None = None
    intervals: Intervals
    create_client: Callable[[Access], ChargingClient]
    revoke: Callable[[Access, Mapping[str, str]], Awaitable[None]] | None = None
    is_slow_later: bool = False

    def portal_of(self, data: Mapping[str, Any]) -> str:
        """Return where an account is managed, by its entry's data."""
        return self.open_at(data) if self.open_at else self.portal


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


def create_beenergised_driver(
    access: Access,
) -> beenergised_driver.BeenergisedDriverClient:
    """Return a client for a driver, for consented tokens or with a password."""
    server = parse_tenant(access.data[CONF_TENANT], beenergised_driver.DOMAIN)
    choice = station_choice(access.options, access.home)
    connector_ids = access.options.get(CONF_CONNECTORS, ())
    if access.oauth:
        return beenergised_driver.BeenergisedDriverClient(
            access.session,
            server=server,
            tokens=access.oauth.tokens,
            account_hint=_subject(access.data[CONF_TOKEN]),
            choice=choice,
            connector_ids=connector_ids,
        )

    async def store(pair: beenergised_driver_auth.SessionPair) -> None:
        access.save_token(
            {"session": pair.session, "refresh": pair.refresh or ""},
        )

    kept = access.data.get(CONF_TOKEN)
    sign_in = beenergised_driver_auth.PskSignIn(
        access.session,
        server=server,
        psk=access.data[CONF_PSK],
        username=access.data[CONF_USERNAME],
        password=access.data[CONF_PASSWORD],
        store=store,
        pair=beenergised_driver_auth.SessionPair(kept["session"], kept["refresh"])
        if kept
        else None,
    )
    return beenergised_driver.BeenergisedDriverClient(
        access.session,
        server=server,
        tokens=sign_in.tokens,
        account_hint=access.data[CONF_USERNAME],
        choice=choice,
        connector_ids=connector_ids,
        requests=sign_in.requests,
    )


def _subject(token: Mapping[str, Any]) -> str:
    """Return who signed in; an access token may tell it to its API only."""
    return beenergised_driver_auth.subject(
        token.get("id_token") or ""
    ) or beenergised_driver_auth.subject(token[CONF_ACCESS_TOKEN])


def station_choice(
    options: Mapping[str, Any], home: tuple[float, float] | None
) -> beenergised_driver.StationChoice | None:
    """Return which stations a driver chose to see; None for none."""
    around = (
        beenergised_driver.Around(
            latitude=home[0], longitude=home[1], radius=options[CONF_RADIUS] * 1000
        )
        if home and options.get(CONF_RADIUS)
        else None
    )
    match options.get(CONF_STATIONS):
        case "around":
            return around
        case "favourites":
            return beenergised_driver.Favourites()
        case "listed":
            return beenergised_driver.Listed(
                station_ids=tuple(options.get(CONF_STATION_IDS, ())),
                around=around,
                text=options.get(CONF_SEARCH),
            )
    return None


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
            open_at=lambda data: str(beenergised_cpo.parse_tenant(data[CONF_TENANT])),
            # No limit is documented. Without live values a poll is one request, for the
            # maintenance windows; stations and connectors follow by the hour.
            intervals=Intervals(idle=60, charging=60, slow=3600, steady=900),
            create_client=_beenergised_cpo,
            is_slow_later=True,
        ),
        Vendor(
            key="beenergised_driver",
            name=beenergised_driver.VENDOR,
            manufacturer="be.ENERGISED",
            portal="https://www.chargepoint.com",
            # No limit is documented; this is considerate. Without a session nothing
            # but the stations' availability changes.
            intervals=Intervals(idle=300, charging=45, slow=3600),
            create_client=create_beenergised_driver,
        ),
    )
}
