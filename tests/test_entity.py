"""Tests of what all entities share: when they are there, when they are available, and what they are called."""

from dataclasses import dataclass
from datetime import UTC, datetime
import itertools
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.model import (
    Connector,
    Station,
    Vehicle,
)
from custom_components.ev_charging_cloud.clients.refs import StationRef
from custom_components.ev_charging_cloud.clients.snapshot import (
    LiveState,
    Poll,
    SlowState,
    build_snapshot,
)
from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.coordinator import LiveCoordinator
from custom_components.ev_charging_cloud.entity import (
    ChargingEntity,
    ChargingEntityDescription,
    Detail,
    of_linked,
    reachable,
    unique_id,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import slugify

from .common import async_set_up, entity_id_of

STATION = Station(id="a/b", name="One")


@dataclass(frozen=True, kw_only=True)
class Described(ChargingEntityDescription[Any]):
    """Describes an entity that shows nothing."""

    entity_class = ChargingEntity


class Button(ChargingEntity[Any]):
    """An entity that takes commands."""

    takes_commands = True


def coordinator(
    *, works: bool = True, is_paused: bool = False, has_station: bool = True
) -> LiveCoordinator:
    """Return what an entity knows of its coordinator."""
    live = LiveState(
        stations=(STATION,) if has_station else (), connectors=(), locations={}
    )
    found = SimpleNamespace(
        config_entry=SimpleNamespace(unique_id="account"),
        last_update_success=works,
        is_paused=is_paused,
        data=build_snapshot(
            live,
            SlowState(locations={}),
            poll=Poll(taken_at=datetime(2026, 11, 24, tzinfo=UTC)),
        ),
    )
    return cast("LiveCoordinator", found)


@pytest.mark.parametrize(
    ("works", "is_paused", "takes_commands", "outlasts"),
    itertools.product((True, False), repeat=4),
)
@pytest.mark.parametrize(
    ("has_station", "is_available"), [(True, True), (True, False), (False, True)]
)
def test_when_an_entity_is_available(
    works: bool,
    is_paused: bool,
    takes_commands: bool,
    outlasts: bool,
    has_station: bool,
    is_available: bool,
) -> None:
    """While its object is there, and the cloud is, or need not be."""
    description = Described(
        key="x", outlasts_cloud=outlasts, available_fn=lambda _: is_available
    )
    live = coordinator(works=works, is_paused=is_paused, has_station=has_station)
    kind = Button if takes_commands else ChargingEntity
    entity = kind(live, StationRef("a/b"), description, None)
    needs_no_cloud = outlasts or (takes_commands and is_paused)
    assert entity.available is (
        has_station and is_available and (works or needs_no_cloud)
    )


def test_an_entity_finds_its_object() -> None:
    """It is the latest poll's; a command about what is gone says so."""
    description = Described(key="x")
    entity = description.create(coordinator(), StationRef("a/b"), None)
    assert isinstance(entity, ChargingEntity)
    assert entity.unique_id == "account/station/a%2Fb/x"
    assert entity.has_entity_name
    assert entity.entity_description is description
    assert entity._find_for_command() is STATION
    assert entity._read(lambda it: it.name) == "One"
    entity.coordinator = coordinator(has_station=False)
    assert entity._read(lambda it: it.name) is None
    with pytest.raises(ServiceValidationError) as caught:
        entity._find_for_command()
    assert caught.value.translation_domain == DOMAIN
    assert caught.value.translation_key == "command_gone"


def test_the_id_of_an_entity() -> None:
    """It names the account, the object and the kind; it must never change."""
    assert unique_id("me", StationRef("7"), "power") == "me/station/7/power"


def test_a_usual_description() -> None:
    """What nobody says otherwise of is there, available, and common."""
    usual = ChargingEntityDescription[Any](key="x")
    assert usual.exists_fn(STATION) is True
    assert usual.available_fn(STATION) is True
    assert (usual.capability, usual.detail) == (None, Detail.COMMON)
    assert usual.outlasts_cloud is False


@pytest.mark.parametrize(
    ("object_", "expected"),
    [
        (Station(id="s", online=True), True),
        (Station(id="s", online=None), True),
        (Station(id="s", online=False), False),
        (Connector(station_id="s", id="1", online=True), True),
        (Connector(station_id="s", id="1", online=None), True),
        (Connector(station_id="s", id="1", online=False), False),
        (Vehicle(id="v"), True),
    ],
)
def test_who_sends_present_values(
    object_: Station | Connector | Vehicle, expected: bool
) -> None:
    """All but what is offline; a vehicle that sleeps is none of that."""
    assert reachable(object_) is expected


@pytest.mark.parametrize(
    ("vehicle", "exists"),
    [
        (Vehicle(id="v", name="Mine"), [True, True]),
        (Vehicle(id="v", name="Other"), [True, False]),
        (Vehicle(id="v", name="Mine", is_fleet=True), [False, False]),
    ],
)
def test_vehicles_that_are_read_themselves(
    vehicle: Vehicle, exists: list[bool]
) -> None:
    """An operator's vehicles have none of that, whatever else is asked of them."""
    described: tuple[ChargingEntityDescription[Vehicle], ...] = of_linked(
        (
            ChargingEntityDescription(key="any"),
            ChargingEntityDescription(
                key="mine", exists_fn=lambda it: it.name == "Mine"
            ),
        )
    )
    assert [it.key for it in described] == ["any", "mine"]
    assert [it.exists_fn(vehicle) for it in described] == exists


async def test_names_of_connectors_entities(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    """Their ids begin with the connector's name, which has the station's already."""
    await async_set_up(hass, entry)
    path = f"connector/{station_id}/{connector_id}"
    entity_id = entity_id_of(hass, entry, path, "status")
    entity = entity_registry.async_get(entity_id)
    assert entity is not None
    device = device_registry.async_get(str(entity.device_id))
    assert isinstance(device, dr.ChildDeviceEntry)
    assert device.name is not None
    assert entity_id == f"sensor.{slugify(device.name)}_status"
    plug = entity_id_of(hass, entry, path, "plug")
    device_registry.async_update_child_device(device.id, name_by_user="Left side")
    entity_registry.async_remove(plug)
    # Else it would come back as it was.
    entity_registry.deleted_entities.clear()
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entity_id_of(hass, entry, path, "plug") == "binary_sensor.left_side_plug"
