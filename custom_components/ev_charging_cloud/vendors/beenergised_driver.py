"""be.ENERGISED for drivers (GraphQL API)."""

from collections.abc import Mapping
from typing import Any

from homeassistant.const import (
    CONF_ACCESS_TOKEN,
    CONF_PASSWORD,
    CONF_RADIUS,
    CONF_TOKEN,
    CONF_USERNAME,
)

from ..clients.beenergised_driver import (
    DOMAIN,
    KEY,
    NAME,
    Around,
    BeenergisedDriverClient,
    Favourites,
    Listed,
    PskSignIn,
    SessionPair,
    StationChoice,
    subject,
)
from ..clients.transport.address import parse_tenant
from ..const import (
    CONF_CONNECTORS,
    CONF_PSK,
    CONF_SEARCH,
    CONF_STATION_IDS,
    CONF_STATIONS,
    CONF_TENANT,
)
from ..polling import Intervals
from .base import Access, Vendor


def _create(
    access: Access,
) -> BeenergisedDriverClient:
    """Return a client for a driver, for consented tokens or with a password."""
    server = parse_tenant(access.data[CONF_TENANT], DOMAIN)
    choice = station_choice(access.options, access.home)
    connector_ids = access.options.get(CONF_CONNECTORS, ())
    if access.oauth:
        return BeenergisedDriverClient(
            access.session,
            server=server,
            tokens=access.oauth.tokens,
            account_hint=_subject(access.data[CONF_TOKEN]),
            choice=choice,
            connector_ids=connector_ids,
        )

    async def store(pair: SessionPair) -> None:
        await access.save_token(
            {"session": pair.session, "refresh": pair.refresh or ""}
        )

    kept = access.data.get(CONF_TOKEN)
    sign_in = PskSignIn(
        access.session,
        server=server,
        psk=access.data[CONF_PSK],
        username=access.data[CONF_USERNAME],
        password=access.data[CONF_PASSWORD],
        store=store,
        pair=SessionPair(kept["session"], kept["refresh"]) if kept else None,
        refusals=access.refusals,
    )
    return BeenergisedDriverClient(
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
    return subject(token.get("id_token") or "") or subject(token[CONF_ACCESS_TOKEN])


def station_choice(
    options: Mapping[str, Any], home: tuple[float, float] | None
) -> StationChoice | None:
    """Return which stations a driver chose to see; None for none."""
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


BEENERGISED_DRIVER = Vendor(
    key=KEY,
    name=NAME,
    manufacturer="be.ENERGISED",
    portal="https://www.chargepoint.com",
    # No limit is documented; this is considerate. Without a session nothing
    # but the stations' availability changes.
    intervals=Intervals(idle=300, charging=45, slow=3600),
    create_client=_create,
)
