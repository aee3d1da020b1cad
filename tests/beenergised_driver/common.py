"""What the tests of be.ENERGISED for drivers share, above the client."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any, override

from freezegun.api import FrozenDateTimeFactory
from graphql import parse, validate
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.beenergised_driver.client import (
    BeenergisedDriverClient,
)
from custom_components.ev_charging_cloud.const import (
    CONF_PSK,
    CONF_STATIONS,
    CONF_TENANT,
    CONF_VENDOR,
    DOMAIN,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_PASSWORD, CONF_RADIUS, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from simulator import Simulator
from simulator.beenergised_driver.cloud import BeenergisedDriverCloud
from simulator.beenergised_driver.operations import Operation, OperationLog
from simulator.beenergised_driver.places import Plug, Site
from tests.common import async_poll

# Longer than the slowest poll, with its spread, while nothing charges.
POLL = timedelta(minutes=6)
# The same while something does.
CHARGING_POLL = timedelta(seconds=50)
# Of the simulated driver at an operator on this machine: it must never change.
UNIQUE_ID = "beenergised_driver_18b0b8887cfd039f551ae9acc26c01de"
AROUND = {CONF_STATIONS: "around", CONF_RADIUS: 20}


def go_home(hass: HomeAssistant, sim: Simulator) -> None:
    """Let Home Assistant be where the world's first location is."""
    place = next(iter(sim.world.locations.values()))
    hass.config.latitude, hass.config.longitude = place.latitude, place.longitude


def make_account(
    hass: HomeAssistant, sim: Simulator, **options: Any
) -> MockConfigEntry:
    """Return a driver's account; without options with the stations around home."""
    driver = sim.beenergised_driver
    go_home(hass, sim)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Driver",
        unique_id=UNIQUE_ID,
        data={
            CONF_VENDOR: "beenergised_driver",
            CONF_TENANT: driver.url,
            CONF_PSK: driver.psk,
            CONF_USERNAME: driver.username,
            CONF_PASSWORD: driver.password,
        },
        options=options or AROUND,
    )
    entry.add_to_hass(hass)
    return entry


def client_of(entry: ConfigEntry) -> BeenergisedDriverClient:
    """Return the client of an account that runs."""
    client = entry.runtime_data.client
    assert isinstance(client, BeenergisedDriverClient)
    return client


# ---- places


def sites(sim: Simulator, *, roaming: bool) -> list[Site]:
    """Return the operator's own stations, or those of others near by."""
    return [site for site in sim.beenergised_driver.sites() if site.roaming is roaming]


def station_path(site: Site) -> str:
    """Return the path of a station."""
    return f"station/{site.id}"


def connector_path(site: Site, plug: Plug | None = None) -> str:
    """Return the path of a connector, of the station's first one if none is named."""
    return f"connector/{site.id}/{(plug or site.plugs[0]).id}"


# ---- time


class Waiting:
    """Lets the world's time go by instead of ours while a start is followed."""

    def __init__(self, sim: Simulator) -> None:
        """Begin with no wait."""
        self._sim = sim
        self.total = 0.0
        self.then: Callable[[], None] | None = None

    async def __call__(self, seconds: float) -> None:
        """Wait."""
        self.total += seconds
        self._sim.clock.advance(timedelta(seconds=seconds))
        if self.then:
            self.then()


def hurry(entry: ConfigEntry, sim: Simulator) -> Waiting:
    """Have the starts of an account wait in the world's time."""
    waiting = Waiting(sim)
    client_of(entry)._commands._sleep = waiting
    return waiting


async def async_pass(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    sim: Simulator,
    time: timedelta = POLL,
) -> None:
    """Let time pass here and in the world, until the next poll is over."""
    sim.clock.advance(time)
    await async_poll(hass, freezer, time)


# ---- what was asked


def asked(sim: Simulator, field: str) -> int:
    """Return how often something was asked for, or commanded."""
    return len(sim.beenergised_driver.operations.asking(field))


class CheckedLog(OperationLog):
    """Validates every document against the schema of the moment it was sent."""

    def __init__(self, cloud: BeenergisedDriverCloud) -> None:
        """Begin with nothing sent."""
        super().__init__()
        self._cloud = cloud
        # The fields of the documents that were looked at.
        self.checked: set[str] = set()
        self.refused = 0
        # Documents that name what the schema does not have.
        self.invalid: list[str] = []

    @override
    def add(self, operation: Operation) -> None:
        """Keep an operation."""
        super().add(operation)
        self.checked.update(operation.fields)
        self.refused += operation.status == HTTPStatus.BAD_REQUEST
        if validate(self._cloud.schema, parse(operation.document)):
            self.invalid.append(operation.document)


@contextmanager
def checked_documents(sim: Simulator) -> Iterator[CheckedLog]:
    """Validate all documents; who expects invalid ones takes them out of the log."""
    cloud = sim.beenergised_driver
    log = cloud._endpoint.operations = CheckedLog(cloud)
    yield log
    assert log.invalid == []
    # What is no GraphQL at all does not come as far as the log.
    refused = cloud.requests.matching("/graphql/", status=HTTPStatus.BAD_REQUEST)
    assert len(refused) == log.refused


# ---- entities


def entities_of(
    hass: HomeAssistant, entry: ConfigEntry
) -> dict[tuple[str, str, str], er.RegistryEntry]:
    """Return one entity of each kind, by kind of object, platform and key."""
    found: dict[tuple[str, str, str], er.RegistryEntry] = {}
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        path = entity.unique_id.removeprefix(f"{entry.unique_id}/").split("/")
        found.setdefault((path[0], entity.domain, path[-1]), entity)
    return found


async def async_enable_all(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Enable what is disabled at first, and set the account up with it."""
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        registry.async_update_entity(entity.entity_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


def place_shown(
    hass: HomeAssistant, sim: Simulator, account: ConfigEntry, plug: Plug
) -> str:
    """Return where a connector is, as far as its station is shown."""
    site = next(site for site in sim.beenergised_driver.sites() if plug in site.plugs)
    station = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{account.unique_id}/{station_path(site)}"), account.entry_id
    )
    return f"{station.name}, {plug.label}" if station else plug.label
