"""be.ENERGISED for drivers (GraphQL API)."""

from collections.abc import Mapping
from typing import Any

from homeassistant.const import (
    CONF_ACCESS_TOKEN,
    CONF_PASSWORD,
    CONF_TOKEN,
    CONF_USERNAME,
)

from ..clients.beenergised_driver import (
    DOMAIN,
    KEY,
    NAME,
    BeenergisedDriverClient,
    PskSignIn,
    SessionPair,
    subject,
)
from ..clients.transport.address import parse_tenant
from ..const import CONF_CONNECTORS, CONF_PSK, CONF_TENANT
from ..polling import Intervals
from .base import Access, Vendor, station_choice


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
    """Return who signed in; an access token may be readable by its API only."""
    return subject(token.get("id_token") or "") or subject(token[CONF_ACCESS_TOKEN])


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
