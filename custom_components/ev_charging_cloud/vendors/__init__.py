"""The table of vendors."""

from collections.abc import Mapping

from .base import Access, OAuthAccess, Vendor, log_name, station_choice
from .beenergised_cpo import BEENERGISED_CPO
from .beenergised_driver import BEENERGISED_DRIVER
from .ev_energy import EV_ENERGY
from .kempower import KEMPOWER

__all__ = ["VENDORS", "Access", "OAuthAccess", "Vendor", "log_name", "station_choice"]

VENDORS: Mapping[str, Vendor] = {
    vendor.key: vendor
    for vendor in (KEMPOWER, EV_ENERGY, BEENERGISED_CPO, BEENERGISED_DRIVER)
}
