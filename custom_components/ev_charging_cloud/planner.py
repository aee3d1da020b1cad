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
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .clients.client import Capability
from .clients.refs import Ref, refs_of
from .const import DOMAIN
from .coordinator import LiveCoordinator
from .devices import DeviceTree
from .entity import Detail, EntityTable, PlannedEntity

type Weight = Mapping[Detail, int]

MOST_ENTITIES = 9000
# One call with thousands of entities would stall Home Assistant for seconds.
OBJECTS_AT_ONCE = 25


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
        most_detail: Detail | None = None,
    ) -> None:
        """Choose the highest level of detail that fits, for all that is there now.

        Args:
            hass: Home Assistant.
            coordinator: knows what there is.
            devices: the devices of what there is.
            tables: what each platform can show.
            capabilities: what the vendor can give, as far as that is known.
            most_detail: what proved to fit once all was known; None where all is
                known from the beginning. With it, what comes waits for
                :meth:`async_settle`.
        """
        self._hass = hass
        self._entry = coordinator.config_entry
        self._coordinator = coordinator
        self._devices = devices
        self._tables = tables
        self._capabilities = capabilities
        self._registry = er.async_get(hass)
        self._adders: dict[Platform, AddConfigEntryEntitiesCallback] = {}
        # What is shown, each with how many enabled entities it has.
        self._refs: dict[Ref, int] = {}
        self._added: dict[Ref, set[tuple[Platform, str]]] = {}
        self._left_out = 0
        self._is_settled = most_detail is None
        weights = {ref: self._weigh(ref) for ref in refs_of(coordinator.data)}
        self.detail = self._choose(weights, most_detail or Detail.FULL)
        for ref in self._refs:
            self._remove_finer(ref)
        self._report()

    @property
    def enabled(self) -> int:
        """How many enabled entities the account has."""
        return sum(self._refs.values())

    async def async_connect(
        self, platform: Platform, add: AddConfigEntryEntitiesCallback
    ) -> None:
        """Add a platform's entities, with a yield between one batch and the next."""
        self._adders[platform] = add
        for refs in batched(tuple(self._refs), OBJECTS_AT_ONCE, strict=False):
            self._add(platform, refs)
            await asyncio.sleep(0)

    @callback
    def async_grow(self, came: Iterable[Ref], capabilities: Capability) -> None:
        """Add the entities of new objects, and of what the vendor turns out to send.

        As far as there is room: what is there already is not taken away for it.
        """
        fresh = [ref for ref in came if ref not in self._refs]
        learnt = capabilities not in self._capabilities
        if not fresh and not learnt:
            return
        if not self._is_settled:
            self._refs.update(dict.fromkeys(fresh, 0))
            self._capabilities |= capabilities
            return
        if learnt:
            self._learn(capabilities)
        admitted = self._admit(fresh)
        self._add_later(tuple(self._refs) if learnt else admitted)
        self._report()

    async def async_settle(self) -> Detail:
        """Choose again now that all is known, and return the level of detail.

        Only here can entities be taken away again that did fit at first.
        """
        weights: dict[Ref, Weight] = {}
        for refs in batched(tuple(self._refs), OBJECTS_AT_ONCE, strict=False):
            weights |= {ref: self._weigh(ref) for ref in refs if ref in self._refs}
            await asyncio.sleep(0)
        self._is_settled = True
        self.detail = self._choose(weights, Detail.FULL)
        for refs in batched(tuple(self._refs), OBJECTS_AT_ONCE, strict=False):
            for ref in refs:
                self._remove_finer(ref)
            await asyncio.sleep(0)
        self._add_later(tuple(self._refs))
        self._report()
        return self.detail

    @callback
    def async_forget(self, gone: Iterable[Ref]) -> None:
        """Make room where objects are gone for good."""
        for ref in gone:
            self._refs.pop(ref, None)
            self._added.pop(ref, None)

    def _choose(self, weights: Mapping[Ref, Weight], most: Detail) -> Detail:
        """Return the highest level of detail that all there is fits into."""
        best = max(
            (
                level
                for level in Detail
                if level <= most
                and sum(weight[level] for weight in weights.values()) <= MOST_ENTITIES
            ),
            default=Detail.TOTALS,
        )
        self._refs = {ref: weight[best] for ref, weight in weights.items()}
        return best

    def _learn(self, capabilities: Capability) -> None:
        known = self._capabilities
        self._capabilities |= capabilities
        needed = {ref: self._weigh(ref)[self.detail] for ref in self._refs}
        if sum(needed.values()) > MOST_ENTITIES:
            self._capabilities = known
            self._left_out = max(self._left_out, 1)
        else:
            self._refs = needed

    def _admit(self, fresh: Iterable[Ref]) -> list[Ref]:
        """Return those of new objects that there is room for."""
        admitted: list[Ref] = []
        room = MOST_ENTITIES - self.enabled
        for ref in fresh:
            needed = self._weigh(ref)[self.detail]
            if needed > room:
                self._left_out += 1
                continue
            room -= needed
            self._refs[ref] = needed
            admitted.append(ref)
        return admitted

    def _plan(self, platform: Platform, ref: Ref) -> Iterable[PlannedEntity]:
        return self._tables[platform].plan(self._coordinator, ref, self._capabilities)

    def _weigh(self, ref: Ref) -> Weight:
        """Return how many enabled entities an object has at each level of detail."""
        weight = dict.fromkeys(Detail, 0)
        for platform in self._tables:
            for planned in self._plan(platform, ref):
                if self._is_enabled(platform, planned):
                    for level in Detail:
                        weight[level] += planned.detail <= level
        return weight

    def _is_enabled(self, platform: Platform, planned: PlannedEntity) -> bool:
        entity_id = self._registry.async_get_entity_id(
            platform, DOMAIN, planned.unique_id
        )
        entry = self._registry.async_get(entity_id) if entity_id else None
        return planned.enabled_default if entry is None else not entry.disabled

    def _remove_finer(self, ref: Ref) -> None:
        """Remove what was shown of an object before and what no longer fits."""
        if self.detail is Detail.FULL:
            return
        for platform in self._tables:
            for planned in self._plan(platform, ref):
                if planned.detail <= self.detail:
                    continue
                self._added.get(ref, set()).discard((platform, planned.unique_id))
                entity_id = self._registry.async_get_entity_id(
                    platform, DOMAIN, planned.unique_id
                )
                if entity_id:
                    self._registry.async_remove(entity_id)

    def _add_later(self, refs: Sequence[Ref]) -> None:
        """Add the entities of objects; of many objects in the background."""
        if len(refs) <= OBJECTS_AT_ONCE:
            for platform in self._adders:
                self._add(platform, refs)
            return
        _ = self._entry.async_create_background_task(
            self._hass, self._async_add_batches(refs), "add entities"
        )

    async def _async_add_batches(self, refs: Sequence[Ref]) -> None:
        for some in batched(refs, OBJECTS_AT_ONCE, strict=False):
            present = [ref for ref in some if ref in self._refs]
            for platform in self._adders:
                self._add(platform, present)
            await asyncio.sleep(0)

    def _add(self, platform: Platform, refs: Iterable[Ref]) -> None:
        """Add the entities of objects that were not added before."""
        entities: list[Entity] = []
        for ref in refs:
            device = self._devices.device(ref)
            added = self._added.setdefault(ref, set())
            for planned in self._plan(platform, ref):
                key = platform, planned.unique_id
                if planned.detail <= self.detail and key not in added:
                    added.add(key)
                    entities.append(planned.create(device))
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
