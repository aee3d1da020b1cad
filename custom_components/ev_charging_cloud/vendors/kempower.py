"""Kempower ChargEye."""

from ..clients.kempower import KEY, NAME, Findings, KempowerClient
from ..clients.transport.address import parse_server_address
from ..const import CONF_COMMANDS, CONF_OPERATIONS, CONF_REFRESH_TOKEN, CONF_SERVER
from ..polling import Intervals
from .base import Access, Vendor


def _kempower(access: Access) -> KempowerClient:
    return KempowerClient(
        access.session,
        server=parse_server_address(access.data[CONF_SERVER]),
        refresh_token=access.data[CONF_REFRESH_TOKEN],
        refusals=access.refusals,
        findings=Findings.restored(access.options.get(CONF_OPERATIONS)),
        commands=access.options.get(CONF_COMMANDS, ()),
    )


KEMPOWER = Vendor(
    key=KEY,
    name=NAME,
    manufacturer="Kempower",
    portal="https://kempower.io",
    # No limit is documented; this is considerate.
    intervals=Intervals(idle=60, charging=30, slow=3600),
    create_client=_kempower,
)
