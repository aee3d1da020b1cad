"""The dialogs, a module for each vendor; here is the table of them."""

from collections.abc import Mapping

from homeassistant.config_entries import OptionsFlow

from ..clients.beenergised_driver import KEY as DRIVER
from ..clients.kempower import KEY as KEMPOWER
from .beenergised_cpo import BeenergisedCpoFlow
from .beenergised_driver import BeenergisedDriverFlow, BeenergisedDriverOptionsFlow
from .ev_energy import EvEnergyFlow
from .kempower import KempowerFlow, KempowerOptionsFlow


class VendorFlows(
    KempowerFlow, EvEnergyFlow, BeenergisedCpoFlow, BeenergisedDriverFlow
):
    """The steps of all vendors."""


# Of the vendors whose options are more, or other, than a list of locations.
OPTIONS_FLOWS: Mapping[str, type[OptionsFlow]] = {
    DRIVER: BeenergisedDriverOptionsFlow,
    KEMPOWER: KempowerOptionsFlow,
}
