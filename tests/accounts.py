"""An account at each vendor, as the demo has them."""

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import (
    CONF_REFRESH_TOKEN,
    CONF_SERVER,
    CONF_VENDOR,
    DOMAIN,
)
from custom_components.ev_charging_cloud.vendors import VENDORS
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant
from simulator import Simulator

from .beenergised_cpo.common import make_account as make_operator
from .beenergised_driver.common import make_account as make_driver


def make_accounts(hass: HomeAssistant, sim: Simulator) -> list[MockConfigEntry]:
    """Return an account at each vendor, in the order of the vendors' table."""
    operator, driver = make_operator(hass, sim), make_driver(hass, sim)
    hass.config_entries.async_update_entry(operator, title="be.ENERGISED CPO acme")
    hass.config_entries.async_update_entry(
        driver, title="be.ENERGISED (driver@example.com)"
    )
    kempower, home = sim.kempower, sim.ev_energy
    others = [
        MockConfigEntry(domain=DOMAIN, title=title, unique_id=f"{key}_test", data=data)
        for key, title, data in (
            (
                "kempower",
                "Kempower ChargEye",
                {
                    CONF_VENDOR: "kempower",
                    CONF_SERVER: kempower.url,
                    CONF_REFRESH_TOKEN: kempower.refresh_token,
                },
            ),
            (
                "ev_energy",
                "ev.energy (robin@example.com)",
                {
                    CONF_VENDOR: "ev_energy",
                    CONF_SERVER: home.address,
                    CONF_CLIENT_ID: home.client_id,
                    CONF_CLIENT_SECRET: home.client_secret,
                },
            ),
        )
    ]
    for other in others:
        other.add_to_hass(hass)
    accounts = [*others, operator, driver]
    assert {account.data[CONF_VENDOR] for account in accounts} == VENDORS.keys()
    return accounts
