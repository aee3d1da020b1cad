"""The table of vendors: all that is said of a vendor outside its client and its form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession

from .cadence import Intervals
from .clients import kempower
from .clients.address import parse_server_address
from .clients.client import ChargingClient
from .const import CONF_REFRESH_TOKEN, CONF_SERVER


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """A vendor's cloud.

    ``name`` is what users call it; ``portal`` is where they manage it. The client is
    made of a config entry's data.
    """

    key: str
    name: str
    manufacturer: str
    portal: str
    intervals: Intervals
    create_client: Callable[[ClientSession, Mapping[str, Any]], ChargingClient]


def _create_kempower(
    session: ClientSession, data: Mapping[str, Any]
) -> kempower.KempowerClient:
    return kempower.KempowerClient(
        session,
        server=parse_server_address(data[CONF_SERVER]),
        refresh_token=data[CONF_REFRESH_TOKEN],
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
            create_client=_create_kempower,
        ),
    )
}
