"""ev.energy."""

from collections.abc import Mapping

from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET

from ..clients.ev_energy import KEY, NAME, ClientCredentials, EvEnergyClient
from ..clients.transport.address import parse_server_address
from ..clients.transport.tokens import TokenSource
from ..const import CONF_SERVER, CONF_USER
from ..polling import Intervals
from .base import Access, Vendor


def create_ev_energy(access: Access) -> EvEnergyClient:
    """Return a client of ev.energy, for consented tokens or with a client's own."""
    if access.oauth:
        return EvEnergyClient(
            access.session,
            server=access.oauth.server,
            tokens=access.oauth.tokens,
            memory=access.memory,
        )
    credentials = ClientCredentials(
        access.session,
        server=parse_server_address(access.data[CONF_SERVER]),
        client_id=access.data[CONF_CLIENT_ID],
        client_secret=access.data[CONF_CLIENT_SECRET],
    )
    return EvEnergyClient(
        access.session,
        server=parse_server_address(access.data[CONF_SERVER]),
        tokens=TokenSource(credentials.async_fetch, refusals=access.refusals),
        user_id=access.data.get(CONF_USER),
        requests=credentials.requests,
        memory=access.memory,
    )


async def _revoke_ev_energy(access: Access, tokens: Mapping[str, str]) -> None:
    if access.oauth is None:
        return
    await ClientCredentials(
        access.session,
        server=access.oauth.server,
        client_id=access.oauth.client_id,
        client_secret=access.oauth.client_secret,
    ).async_revoke(tokens)


EV_ENERGY = Vendor(
    key=KEY,
    name=NAME,
    manufacturer=NAME,
    portal="https://ev.energy",
    # 1,000 requests an hour for all of a user's homes with one application: five or
    # six a cycle every 40 s leave about half of them to others.
    intervals=Intervals(idle=90, charging=40, slow=900),
    create_client=create_ev_energy,
    revoke=_revoke_ev_energy,
    has_locations=False,
)
