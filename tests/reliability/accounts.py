"""An account at each simulated vendor, with something going on in its world."""

from collections.abc import Callable
from datetime import timedelta

from msgspec import Struct
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import (
    CONF_REFRESH_TOKEN,
    CONF_SERVER,
    CONF_VENDOR,
    DOMAIN,
)
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant
from simulator import Simulator
from simulator.homes.model import Link
from tests.beenergised_cpo.common import make_account as make_operator
from tests.beenergised_driver.common import make_account as make_driver


class Account(Struct, frozen=True, kw_only=True):
    """How an account is made at one vendor.

    ``enliven`` has something go on in the world, ``expire`` ends the access tokens.
    ``ages`` tells that what is in the world gets old unless its time goes by.
    """

    make: Callable[[HomeAssistant, Simulator], MockConfigEntry]
    enliven: Callable[[Simulator], None]
    expire: Callable[[Simulator], None]
    ages: bool = False


def _kempower(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    return _entry(
        hass,
        "kempower",
        {
            CONF_SERVER: sim.kempower.url,
            CONF_REFRESH_TOKEN: sim.kempower.refresh_token,
        },
    )


def _ev_energy(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    return _entry(
        hass,
        "ev_energy",
        {
            CONF_SERVER: sim.ev_energy.address,
            CONF_CLIENT_ID: sim.ev_energy.client_id,
            CONF_CLIENT_SECRET: sim.ev_energy.client_secret,
        },
    )


def _entry(hass: HomeAssistant, key: str, data: dict[str, str]) -> MockConfigEntry:
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=key,
        unique_id=f"{key}_test",
        data={CONF_VENDOR: key, **data},
    )
    entry.add_to_hass(hass)
    return entry


def _charge_at_a_station(sim: Simulator) -> None:
    station_id = sim.world.station_ids[0]
    connector_id = sim.world.station(station_id).connectors[0].spec.id
    sim.world.plug_in(station_id, connector_id, soc=20)
    sim.world.start_charging(station_id, connector_id)
    sim.clock.advance(timedelta(minutes=5))


def _charge_at_home(sim: Simulator) -> None:
    """Have one car charge for hours, and another one that is not linked."""
    homes = sim.world.homes
    homes.plug_in(homes.charger_ids()[0], soc=5)
    other = homes.car_ids()[1]
    homes.set_link(other, Link.NONE)
    homes.tell_soc(other, 55)
    sim.clock.advance(timedelta(minutes=5))


def _plan_maintenance(sim: Simulator) -> None:
    """Have a tenant that tells how its stations are, and a window that lasts."""
    cpo = sim.beenergised_cpo
    cpo.options.attributes = "rich"
    now = sim.clock.now()
    cpo.windows.add(
        cpo.station_uuid(sim.world.station_ids[0]),
        None,
        now - timedelta(hours=1),
        now + timedelta(days=3),
        "Inspection",
    )


def _drive(sim: Simulator) -> None:
    sim.beenergised_driver.start_session()
    sim.clock.advance(timedelta(minutes=5))


ACCOUNTS = {
    "kempower": Account(
        make=_kempower,
        enliven=_charge_at_a_station,
        expire=lambda sim: sim.kempower.expire_access_tokens(),
    ),
    "ev_energy": Account(
        make=_ev_energy,
        enliven=_charge_at_home,
        expire=lambda sim: sim.ev_energy.expire_access_tokens(),
        ages=True,
    ),
    "beenergised_cpo": Account(
        make=make_operator,
        enliven=_plan_maintenance,
        expire=lambda sim: sim.beenergised_cpo.expire_access_tokens(),
    ),
    "beenergised_driver": Account(
        make=make_driver,
        enliven=_drive,
        expire=lambda sim: sim.beenergised_driver.expire_session_tokens(),
    ),
}
