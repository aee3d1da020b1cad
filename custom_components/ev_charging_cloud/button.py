"""Buttons: charge at once or go on as planned, start, stop and restart."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.components.button.const import ButtonDeviceClass
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .charging import (
    async_set_boost,
    async_start,
    async_stop,
    async_stop_as_operator,
    has_running_session,
    is_startable,
    is_stoppable,
    waits_for_start,
)
from .clients.client import Capability
from .clients.enums import SessionMode
from .clients.model import ChargingSession, Connector, Driver, Station, Vehicle
from .clients.refs import StationRef
from .commands import OPERATOR_ONCE
from .coordinator import LiveCoordinator
from .entity import (
    ChargingEntity,
    ChargingEntityDescription,
    Detail,
    EntityTable,
    command_gone,
    reachable,
)
from .runtime import ChargingConfigEntry

# A start is followed for a while; a stop must not wait for that.
PARALLEL_UPDATES = 0


class ChargingButton[ObjectT](ChargingEntity[ObjectT], ButtonEntity):
    """A button of one kind of object."""

    takes_commands = True

    entity_description: ChargingButtonDescription[ObjectT]

    @override
    async def async_press(self) -> None:
        """Press the button."""
        found = self._find_for_command()
        await self.entity_description.press_fn(self.coordinator, found)


@dataclass(frozen=True, kw_only=True)
class ChargingButtonDescription[ObjectT](
    ChargingEntityDescription[ObjectT], ButtonEntityDescription
):
    """Describes a button of one kind of object."""

    press_fn: Callable[[LiveCoordinator, ObjectT], Awaitable[None]]

    entity_class = ChargingButton


def _boost[ObjectT: (Connector, Vehicle)](
    key: str, *, on: bool
) -> ChargingButtonDescription[ObjectT]:
    """Describe a button that is there while pressing it makes sense."""

    def possible(session: ChargingSession | None) -> bool:
        return (
            session is not None
            and session.is_running
            and session.mode is (SessionMode.SMART if on else SessionMode.BOOST)
        )

    async def press(coordinator: LiveCoordinator, found: ObjectT) -> None:
        if found.session is None:
            raise command_gone()
        await async_set_boost(coordinator, found.session.id, on=on)

    return ChargingButtonDescription(
        key=key,
        translation_key=key,
        capability=Capability.BOOST,
        available_fn=lambda found: possible(found.session),
        press_fn=press,
    )


async def _start(coordinator: LiveCoordinator, connector: Connector) -> None:
    await async_start(coordinator, connector)


async def _stop(coordinator: LiveCoordinator, found: Connector | Driver) -> None:
    session = found.running if isinstance(found, Driver) else found.session
    if session is None:
        raise command_gone()
    await async_stop(coordinator, session.id)


async def _restart(coordinator: LiveCoordinator, station: Station) -> None:
    await coordinator.async_command(
        OPERATOR_ONCE,
        f"{StationRef(station.id).path}/restart",
        lambda commands: commands.async_restart(station.id),
    )


def _can_be_named(connector: Connector) -> bool:
    """Tell whether a command can say which connector it is about."""
    return connector.has_own_id


TABLE = EntityTable(
    driver=(
        ChargingButtonDescription[Driver](
            key="stop_charging",
            translation_key="stop_charging",
            capability=Capability.REMOTE_START,
            detail=Detail.TOTALS,
            available_fn=lambda driver: driver.running is not None,
            press_fn=_stop,
        ),
    ),
    station=(
        ChargingButtonDescription[Station](
            key="restart",
            device_class=ButtonDeviceClass.RESTART,
            entity_category=EntityCategory.CONFIG,
            capability=Capability.STATION_RESTART,
            available_fn=reachable,
            press_fn=_restart,
        ),
    ),
    connector=(
        _boost("boost_start", on=True),
        _boost("boost_end", on=False),
        ChargingButtonDescription[Connector](
            key="start_charging",
            translation_key="start_charging",
            capability=Capability.REMOTE_START,
            exists_fn=_can_be_named,
            available_fn=is_startable,
            press_fn=_start,
        ),
        ChargingButtonDescription[Connector](
            key="stop_charging",
            translation_key="stop_charging",
            capability=Capability.REMOTE_START,
            exists_fn=_can_be_named,
            available_fn=has_running_session,
            press_fn=_stop,
        ),
        ChargingButtonDescription[Connector](
            key="start_charging",
            translation_key="start_charging",
            capability=Capability.OPERATOR_START,
            exists_fn=_can_be_named,
            available_fn=waits_for_start,
            press_fn=_start,
        ),
        ChargingButtonDescription[Connector](
            key="stop_charging",
            translation_key="stop_charging",
            capability=Capability.OPERATOR_STOP,
            exists_fn=_can_be_named,
            available_fn=is_stoppable,
            press_fn=async_stop_as_operator,
        ),
    ),
    vehicle=(_boost("boost_start", on=True), _boost("boost_end", on=False)),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ChargingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons of an account."""
    await entry.runtime_data.planner.async_connect(Platform.BUTTON, async_add_entities)
