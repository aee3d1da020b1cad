"""Counts an account's entities before any is added, and adds them little by little.

Home Assistant refuses more than 10,000 enabled entities in one account and then loses
some by luck, whole platforms of them. We stay under that, the important ones first,
and say so.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from itertools import batched

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .clients.client import Capability
from .clients.snapshot import Ref
from .const import DOMAIN
from .coordinator import LiveCoordinator
from .devices import DeviceTree
from .entity import Detail, EntityTable, PlannedEntity

MOST_ENTITIES = 9000
# One call with thousands of entities would stall Home Assistant for seconds.
OBJECTS_AT_ONCE = 25
NOTHING = Capability(0)


class EntityPlanner:
    """Decides which entities of an account there are."""

    def __init__(
        self,
        hass: HomeAssistant,
        coordinator: LiveCoordinator,
        devices: DeviceTree,
        *,
        tables: Mapping[Platform, EntityTable],
        capabilities: Capability,
    ) -> None:
        """Choose the highest level of detail that fits, for all that is there now."""
        self._hass = hass
        self._entry = coordinator.config_entry
        self._coordinator = coordinator
        self._devices = devices
        self._tables = tables
        self._capabilities = capabilities
        self._registry = er.async_get(hass)
        self._adders: dict[Platform, AddConfigEntryEntitiesCallback] = {}
        self._refs: dict[Ref, None] = {}
        self._enabled = 0
        self._left_out = 0
        self.detail = self._choose_detail(tuple(coordinator.data.refs()))

    @property
    def enabled(self) -> int:
        """How many enabled entities the account has."""
        return self._enabled

    async def async_connect(
        self, platform: Platform, add: AddConfigEntryEntitiesCallback
    ) -> None:
        """Add a platform's entities, with a yield between one batch and the next."""
        self._adders[platform] = add
        for refs in batched(tuple(self._refs), OBJECTS_AT_ONCE, strict=False):
            self._add(platform, refs)
            await asyncio.sleep(0)

    @callback
    def async_grow(self, came: Iterable[Ref]) -> None:
        """Add the entities of new objects, as far as there is room."""
        fresh = [ref for ref in came if ref not in self._refs]
        if not fresh:
            return
        room = MOST_ENTITIES - self._enabled
        admitted: list[Ref] = []
        for ref in fresh:
            needed = self._count((ref,), self.detail)
            if needed > room:
                self._left_out += 1
                continue
            room -= needed
            self._enabled += needed
            self._refs[ref] = None
            admitted.append(ref)
        self._add_later(admitted)
        self._report()

    @callback
    def async_learn(self, capabilities: Capability) -> None:
        """Add the entities of what the vendor turns out to send, if there is room."""
        known = self._capabilities
        if capabilities in known:
            return
        self._capabilities |= capabilities
        enabled = self._count(self._refs, self.detail)
        if enabled > MOST_ENTITIES:
            self._capabilities = known
            self._left_out = max(self._left_out, 1)
        else:
            self._enabled = enabled
            self._add_later(tuple(self._refs), known)
        self._report()

    @callback
    def async_forget(self, gone: Iterable[Ref]) -> None:
        """Make room where objects are gone for good."""
        for ref in gone:
            if ref in self._refs:
                del self._refs[ref]
                self._enabled -= self._count((ref,), self.detail)

    def _choose_detail(self, refs: tuple[Ref, ...]) -> Detail:
        counts = {detail: self._count(refs, detail) for detail in Detail}
        detail = max(
            (level for level in Detail if counts[level] <= MOST_ENTITIES),
            default=Detail.TOTALS,
        )
        self._enabled = counts[detail]
        self._refs = dict.fromkeys(refs)
        if detail is not Detail.FULL:
            self._remove_finer(refs, detail)
        self.detail = detail
        self._report()
        return detail

    def _plan(self, platform: Platform, ref: Ref) -> Iterable[PlannedEntity]:
        return self._tables[platform].plan(self._coordinator, ref, self._capabilities)

    def _count(self, refs: Iterable[Ref], detail: Detail) -> int:
        return sum(
            self._is_enabled(platform, planned)
            for ref in refs
            for platform in self._tables
            for planned in self._plan(platform, ref)
            if planned.detail <= detail
        )

    def _is_enabled(self, platform: Platform, planned: PlannedEntity) -> bool:
        entity_id = self._registry.async_get_entity_id(
            platform, DOMAIN, planned.unique_id
        )
        entry = self._registry.async_get(entity_id) if entity_id else None
        return planned.enabled_default if entry is None else not entry.disabled

    def _remove_finer(self, refs: Iterable[Ref], detail: Detail) -> None:
        """Remove what earlier runs showed and what no longer fits."""
        for ref in refs:
            for platform in self._tables:
                for planned in self._plan(platform, ref):
                    entity_id = self._registry.async_get_entity_id(
                        platform, DOMAIN, planned.unique_id
                    )
                    if planned.detail > detail and entity_id:
                        self._registry.async_remove(entity_id)

    def _add_later(self, refs: Sequence[Ref], known: Capability = NOTHING) -> None:
        """Add the entities of objects; of many objects in the background."""
        if len(refs) <= OBJECTS_AT_ONCE:
            for platform in self._adders:
                self._add(platform, refs, known)
            return
        _ = self._entry.async_create_background_task(
            self._hass, self._async_add_batches(refs, known), "add entities"
        )

    async def _async_add_batches(self, refs: Sequence[Ref], known: Capability) -> None:
        for some in batched(refs, OBJECTS_AT_ONCE, strict=False):
            present = [ref for ref in some if ref in self._refs]
            for platform in self._adders:
                self._add(platform, present, known)
            await asyncio.sleep(0)

    def _add(
        self,
        platform: Platform,
        refs: Iterable[Ref],
        known: Capability = NOTHING,
    ) -> None:
        """Add the entities of objects, but those that known capabilities gave already."""
        table = self._tables[platform]
        entities = [
            planned.create(device)
            for ref in refs
            for device in (self._devices.device(ref),)
            for planned in self._plan(platform, ref)
            if planned.detail <= self.detail
            and planned.unique_id
            not in {
                before.unique_id
                for before in table.plan(self._coordinator, ref, known)
                if known
            }
        ]
        if entities:
            self._adders[platform](entities)

    def _report(self) -> None:
        issue_id = f"entity_limit_{self._entry.entry_id}"
        if self.detail is Detail.FULL and not self._left_out:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=(
                "entity_limit_new"
                if self._left_out
                else f"entity_limit_{self.detail.name.lower()}"
            ),
            translation_placeholders={
                "account": self._entry.title,
                "limit": str(MOST_ENTITIES),
                "left_out": str(self._left_out),
            },
        )
