"""Accounts that together have every entity of a vendor, from the poorest to the richest."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import (
    CONF_REFRESH_TOKEN,
    CONF_SERVER,
    CONF_VENDOR,
    DOMAIN,
)
from homeassistant.core import HomeAssistant
from simulator import Simulator
from simulator.ev_energy.scopes import HOME_ENERGY
from simulator.homes import Link
from simulator.world.model import Json
from tests.beenergised_cpo.common import API, make_account as make_operator
from tests.beenergised_driver.common import make_account as make_driver
from tests.common import async_set_up
from tests.ev_energy.common import make_account as make_home
from tests.kempower.acts import ALL_COMMANDS, Upload, async_set_up_with

ALWAYS = "always"
# Those that some devices of a kind have, and others have not.
SOME = "on some"

RICHER: dict[str, Json] = {
    "data.*.attributes.connectionStatus": "online",
    "data.*.attributes.status": "operative",
    "data.*.attributes.powerKw": 11,
    "data.*.attributes.maxPowerKw": 22,
}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A home and a cloud, and how a file is uploaded."""

    hass: HomeAssistant
    sim: Simulator
    upload: Upload


type Attributes = Literal["documented", "sparse", "rich"]

# What a tenant tells of its stations, the status of its list of windows, and where an
# entity is that shows first there.
TENANTS: Sequence[tuple[Attributes, int | None, str]] = (
    ("sparse", 403, ALWAYS),
    ("sparse", None, "with windows"),
    ("documented", None, "where sent, documented"),
    ("rich", None, "where sent"),
)

# An account that is set up, for somebody else to take down, and where an entity is that no account before it had.
type Scene = tuple[MockConfigEntry, str]


async def _kempower(stage: Stage) -> AsyncIterator[Scene]:
    account = MockConfigEntry(
        domain=DOMAIN,
        title="Depots",
        unique_id="kempower_test",
        data={
            CONF_VENDOR: "kempower",
            CONF_SERVER: stage.sim.kempower.url,
            CONF_REFRESH_TOKEN: stage.sim.kempower.refresh_token,
        },
    )
    account.add_to_hass(stage.hass)
    await async_set_up(stage.hass, account)
    yield account, ALWAYS
    await async_set_up_with(stage.hass, stage.sim, account, stage.upload, *ALL_COMMANDS)
    yield account, "with your [API file](#your-api-file)"


async def _ev_energy(stage: Stage) -> AsyncIterator[Scene]:
    account = make_home(stage.hass, stage.sim)
    await async_set_up(stage.hass, account)
    yield account, ALWAYS
    stage.sim.ev_energy.grant(stage.sim.ev_energy.scopes | HOME_ENERGY)
    await async_set_up(stage.hass, account)
    yield account, "with home energy"
    homes = stage.sim.world.homes
    homes.set_link(homes.car_ids()[0], Link.NONE)
    stage.sim.ev_energy.faults.add(
        "/v2/evses", replace={"*.latest_status_log.export_power_watts": 1500}
    )
    await async_set_up(stage.hass, account)
    yield account, SOME


async def _operator(stage: Stage) -> AsyncIterator[Scene]:
    cloud = stage.sim.beenergised_cpo
    account = make_operator(stage.hass, stage.sim)
    for attributes, windows, where in TENANTS:
        cloud.options.attributes = attributes
        cloud.faults.clear()
        if windows is not None:
            cloud.faults.add(f"{API}/maintenance_windows/", status=windows)
        if attributes == "rich":
            # What no tenant of the simulator's tells, and is recognised all the same.
            cloud.faults.add(f"{API}/charging_stations/", replace=RICHER)
        await async_set_up(stage.hass, account)
        yield account, where


async def _driver(stage: Stage) -> AsyncIterator[Scene]:
    options = stage.sim.beenergised_driver.options
    options.introspection = False
    account = make_driver(stage.hass, stage.sim)
    await async_set_up(stage.hass, account)
    yield account, ALWAYS
    options.introspection = True
    for tenant in ("alpha", "beta"):
        options.tenant = tenant
        await async_set_up(stage.hass, account)
        yield account, "where told"


SCENES: Mapping[str, Callable[[Stage], AsyncIterator[Scene]]] = {
    "beenergised_cpo": _operator,
    "beenergised_driver": _driver,
    "ev_energy": _ev_energy,
    "kempower": _kempower,
}
