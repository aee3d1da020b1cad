"""A vendor's account in Home Assistant, and how time goes by for both."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from msgspec import Struct
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from simulator import Simulator

from .accounts import ACCOUNTS
from .parts import Api, Part
from .patience import waiting

START = datetime(2026, 10, 5, 10, tzinfo=UTC)
LOST = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})


class Shown(Struct, frozen=True):
    """The entities that have a value, and those that lack one."""

    values: frozenset[str]
    unknown: frozenset[str]
    unavailable: frozenset[str]


class Scene:
    """One account at one simulated vendor."""

    def __init__(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        sim: Simulator,
        api: Api,
    ) -> None:
        """Make the account; it is not set up yet."""
        self._hass = hass
        self._freezer = freezer
        self._sim = sim
        self._api = api
        self._account = ACCOUNTS[api.key]
        self.cloud = sim.clouds[api.key]
        self.cloud.faults.sleep = waiting(self._tick)
        self._account.enliven(sim)
        self.entry: MockConfigEntry = self._account.make(hass, sim)

    async def async_start(self) -> None:
        """Set the account up, and let all be read that has its turn."""
        await self._hass.config_entries.async_setup(self.entry.entry_id)
        await self._settle()
        for _ in range(max(part.polls for part in self._api.parts)):
            await self.async_pass(self._api.every)

    async def async_restart(self) -> None:
        """Set the account up anew."""
        await self._hass.config_entries.async_reload(self.entry.entry_id)
        await self._settle()

    async def async_look(self, part: Part) -> None:
        """Let time pass until a part was asked for."""
        for _ in range(part.polls):
            await self.async_pass(part.every)

    async def async_pass(self, time: timedelta) -> None:
        """Let time pass."""
        self._tick(time)
        async_fire_time_changed(self._hass)
        await self._settle()

    async def _settle(self) -> None:
        await self._hass.async_block_till_done(wait_background_tasks=True)

    def refuse_token(self) -> None:
        """Have the vendor refuse the access token that there is."""
        self._account.expire(self._sim)

    def _tick(self, time: timedelta) -> None:
        if self._account.ages:
            self._sim.clock.advance(time)
        self._freezer.tick(time)

    # ---- what is seen

    def shown(self) -> Shown:
        """Return which entities have a value."""
        states = {
            entity.entity_id: self._hass.states.get(entity.entity_id)
            for entity in er.async_entries_for_config_entry(
                er.async_get(self._hass), self.entry.entry_id
            )
        }
        values = {id_: state.state for id_, state in states.items() if state}
        return Shown(
            frozenset(id_ for id_, value in values.items() if value not in LOST),
            frozenset(i for i, value in values.items() if value == STATE_UNKNOWN),
            frozenset(i for i, value in values.items() if value == STATE_UNAVAILABLE),
        )

    def kind_of(self, entity_id: str) -> tuple[str, str]:
        """Return of what kind of object an entity is, and which of its entities."""
        entity = er.async_get(self._hass).async_get(entity_id)
        assert entity is not None
        path = entity.unique_id.removeprefix(f"{self.entry.unique_id}/").split("/")
        return path[0], path[-1]

    def all_read(self) -> bool:
        """Tell whether each part that is permitted can be read, as the diagnostics have it."""
        client = self.entry.runtime_data.client
        return all(part.is_optional for part in client.families.off()) and not (
            client.diagnostics.get("failing_details")
        )

    def connector(self) -> str:
        """Return the id of a connector's device."""
        entities = er.async_entries_for_config_entry(
            er.async_get(self._hass), self.entry.entry_id
        )
        return next(
            entity.device_id
            for entity in entities
            if entity.device_id and "/connector/" in entity.unique_id
        )
