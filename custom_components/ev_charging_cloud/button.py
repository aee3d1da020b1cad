"""Buttons: charge at once, and go on as planned."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .clients.client import Capability, Commands
from .clients.enums import SessionMode
from .clients.model import ChargingSession, Connector, Vehicle
from .entity import ChargingCommandEntity, ChargingEntityDescription, EntityTable
from .runtime import ChargingConfigEntry

PARALLEL_UPDATES = 1


class ChargingButton[ObjectT](ChargingCommandEntity[ObjectT], ButtonEntity):
    """A button of one kind of object."""

    entity_description: ChargingButtonDescription[ObjectT]

    @override
    async def async_press(self) -> None:
        """Press the button."""
        await self._async_command(self.entity_description.press_fn)


@dataclass(frozen=True, kw_only=True)
class ChargingButtonDescription[ObjectT](
    ChargingEntityDescription[ObjectT], ButtonEntityDescription
):
    """Describes a button of one kind of object."""

    press_fn: Callable[[Commands, ObjectT], Awaitable[None]]

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

    async def press(commands: Commands, found: ObjectT) -> None:
        if found.session is not None:
            await commands.async_set_boost(found.session.id, on=on)

    return ChargingButtonDescription(
        key=key,
        translation_key=key,
        capability=Capability.BOOST,
        available_fn=lambda found: possible(found.session),
        press_fn=press,
    )


TABLE = EntityTable(
    connector=(_boost("boost_start", on=True), _boost("boost_end", on=False)),
    vehicle=(_boost("boost_start", on=True), _boost("boost_end", on=False)),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ChargingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons of an account."""
    await entry.runtime_data.planner.async_connect(Platform.BUTTON, async_add_entities)
