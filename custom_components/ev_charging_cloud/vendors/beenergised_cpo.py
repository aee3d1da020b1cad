"""be.ENERGISED for operators (CPO API)."""

from functools import lru_cache

from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET

from ..clients.beenergised_cpo import KEY, NAME, BeenergisedCpoClient, parse_tenant
from ..clients.transport.address import parse_server_address
from ..const import CONF_SERVER, CONF_TENANT
from ..polling import Intervals
from .base import Access, Vendor


def _beenergised_cpo(access: Access) -> BeenergisedCpoClient:
    return BeenergisedCpoClient(
        access.session,
        tenant=parse_tenant(access.data[CONF_TENANT]),
        server=parse_server_address(access.data[CONF_SERVER]),
        client_id=access.data[CONF_CLIENT_ID],
        client_secret=access.data[CONF_CLIENT_SECRET],
        memory=access.memory,
        refusals=access.refusals,
    )


# Each station's device is told it.
@lru_cache(maxsize=16)
def _portal(tenant: str) -> str:
    return str(parse_tenant(tenant))


BEENERGISED_CPO = Vendor(
    key=KEY,
    name=NAME,
    manufacturer="be.ENERGISED",
    portal="https://www.chargepoint.com",
    customer_portal=lambda data: _portal(data[CONF_TENANT]),
    # No limit is documented. Without live values a poll is one request, for the
    # maintenance windows; stations and connectors follow by the hour.
    intervals=Intervals(idle=60, charging=60, slow=3600, steady=900),
    create_client=_beenergised_cpo,
    reads_structure_later=True,
)
