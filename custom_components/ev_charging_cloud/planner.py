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
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .clients.client import Capability
from .clients.refs import (
    ConnectorRef,
    HomeEnergyRef,
    Ref,
    StationRef,
    VehicleRef,
    refs_of,
)
from .coordinator import LiveCoordinator
from .devices import DeviceTree
from .entity import Detail, EntityTable
from .own import OwnDevices
from .planning import RESERVE, Choice, Kind, Tally, is_by_hand, kinds_of, place_of
from .registered import Find, Registered, RegisteredNow
from .room import async_report_room
from .shown import NONE, Added, Kinds, KindSets, Shown
from .wanted import Wanted

MOST_ENTITIES = 9000
# One call with thousands of entities would stall Home Assistant for seconds.
OBJECTS_AT_ONCE = 25
# So many are counted between two yields.
COUNTED_AT_ONCE = 100
OF_STATION = (StationRef, ConnectorRef)


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
        wanted: Wanted,
        most_detail: Detail | None = None,
    ) -> None:
        """Know of nothing yet; see :meth:`async_plan`.

        Args:
            hass: Home Assistant.
            coordinator: knows what there is.
            devices: the devices of what there is.
            tables: what each platform can show.
            capabilities: what the vendor can give, as far as that is known.
            wanted: how much a person wants to see, and where, if it fits.
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
        self._wanted = wanted
        self._registry = er.async_get(hass)
        self._adders: dict[Platform, AddConfigEntryEntitiesCallback] = {}
        self._refs: dict[Ref, Shown] = {}
        # Those of which anything is shown, be it of a connector.
        self._stations: set[str] = set()
        self._added = Added()
        self._left_out = self._room_for_renamed = 0
        self._is_settled = most_detail is None
        most = wanted.most
        self._at_first = most if most_detail is None else min(most_detail, most)
        self._kinds: Mapping[type[Ref], Sequence[Kind]] = {}
        self._sets = KindSets()
        self._choice: Choice | None = None
        self._own: OwnDevices | None = None

    @property
    def detail(self) -> Detail:
        """The level of detail that is shown whole."""
        return self._choice.detail if self._choice else self._at_first

    @property
    def enabled(self) -> int:
        """How many enabled entities the account has."""
        return sum(shown.enabled for shown in self._refs.values())

    async def async_plan(self) -> None:
        """Choose what fits, for all that is there now."""
        self._refs = dict.fromkeys(refs_of(self._coordinator.data), Shown())
        await self._async_choose(self._at_first)
        await self._async_show()
        self._devices.async_begin(self._coordinator.data)
        self._report()

    def shows(self, ref: Ref) -> bool:
        """Tell whether anything is shown of an object, or of what is a part of it."""
        match ref:
            case StationRef():
                return ref.station_id in self._stations
            case ConnectorRef() | VehicleRef() | HomeEnergyRef():
                shown = self._refs.get(ref)
                return shown is not None and bool(shown.kinds.all)
        return True

    async def async_connect(
        self, platform: Platform, add: AddConfigEntryEntitiesCallback
    ) -> None:
        """Add a platform's entities, with a yield between one batch and the next."""
        self._adders[platform] = add
        refs = [
            ref
            for ref, shown in self._refs.items()
            if platform in shown.kinds.by_platform
        ]
        for some in batched(refs, OBJECTS_AT_ONCE, strict=False):
            self._add(platform, some)
            await asyncio.sleep(0)

    @callback
    def async_admit(self, came: Iterable[Ref], capabilities: Capability) -> list[Ref]:
        """Return those of new objects that are shown, once there are devices for them.

        As far as there is room: what is there already is not taken away for it. What
        the vendor turns out to send shows in the background.
        """
        fresh = [ref for ref in came if ref not in self._refs]
        learnt = capabilities not in self._capabilities
        if not fresh and not learnt:
            return []
        self._capabilities |= capabilities
        if not self._is_settled or learnt:
            self._refs.update(dict.fromkeys(fresh, Shown()))
            if self._is_settled:
                _ = self._entry.async_create_background_task(
                    self._hass, self._async_learn(), "plan entities"
                )
            return []
        return self._admit(fresh)

    @callback
    def async_add(self, admitted: Sequence[Ref]) -> None:
        """Add the entities of new objects."""
        self._add_later(admitted)
        self._report()

    async def async_settle(self) -> Detail:
        """Choose again now that all is known, and return the level of detail.

        Only here can entities be taken away again that did fit at first.
        """
        self._is_settled = True
        await self._async_learn()
        return self.detail

    @callback
    def async_forget(self, gone: Iterable[Ref]) -> None:
        """Make room where objects are gone for good."""
        for ref in gone:
            self._refs.pop(ref, None)
            self._added.forget(ref)
            if isinstance(ref, StationRef):
                self._stations.discard(ref.station_id)

    async def _async_learn(self) -> None:
        await self._async_choose(self._wanted.most)
        await self._async_show()
        self._add_later(tuple(self._refs))
        self._report()

    async def _async_show(self) -> None:
        """Have devices for what is shown, and, once all is known, for nothing else.

        A station that shows only connectors, which are read later, keeps its device.
        """
        snapshot = self._coordinator.data
        await self._devices.async_show(snapshot, self.shows)
        if self._is_settled:
            await self._devices.async_hide(snapshot, self.shows)

    async def _async_choose(self, most: Detail) -> None:
        """Look at all there is, choose what is shown of it, and remove what is not."""
        kinds = kinds_of(self._tables, self._capabilities)
        self._sets = KindSets()
        self._kinds = {
            type_: [kind for kind in kinds if kind.of is type_]
            for type_ in {kind.of for kind in kinds}
        }
        registered = Registered(self._registry, self._entry)
        finders = {kind: registered.finder(kind) for kind in kinds}
        tally = Tally(kinds)
        own = self._own = OwnDevices(
            dr.async_get(self._hass), self._entry.entry_id, self._entry.unique_id
        )
        found: dict[Ref, Kinds] = {}
        for refs in batched(tuple(self._refs), COUNTED_AT_ONCE, strict=False):
            for ref in refs:
                found[ref] = self._kinds_of(ref)
                self._count(ref, found[ref], finders, tally, own)
            await asyncio.sleep(0)
        # What is not known yet, as connectors that are read later, wants room as well.
        is_begun = self._is_settled or bool(registered)
        room = MOST_ENTITIES if is_begun else MOST_ENTITIES // 3
        self._choice = choice = tally.choose(room, most)
        self._room_for_renamed = MOST_ENTITIES // RESERVE
        self._stations.clear()
        for refs in batched(found, COUNTED_AT_ONCE, strict=False):
            for ref in refs:
                if ref in self._refs:
                    shown, others = self._shown(ref, found[ref], finders, choice)
                    self._show(ref, shown)
                    if self._is_settled:
                        self._remove(ref, others)
            await asyncio.sleep(0)

    def _kinds_of(self, ref: Ref) -> Kinds:
        """Return the kinds of entities that an object can have."""
        object_ = ref.find(self._coordinator.data)
        if object_ is None:
            return NONE
        return self._sets.of(
            [
                kind
                for kind in self._kinds.get(type(ref), ())
                if kind.description.exists_fn(object_)
            ]
        )

    def _count(
        self,
        ref: Ref,
        kinds: Kinds,
        finders: Mapping[Kind, Find],
        tally: Tally,
        own: OwnDevices,
    ) -> None:
        """Count the entities that an object can have."""
        place, is_own = place_of(ref, self._coordinator.data), own.has(ref)
        wants = self._wanted.of(place)
        path = ref.path
        for kind in kinds.all:
            entry = finders[kind](path)
            if kind.detail <= wants or (entry and is_by_hand(kind, entry)):
                tally.add(kind, place, entry, is_own=is_own)

    def _shown(
        self, ref: Ref, kinds: Kinds, finders: Mapping[Kind, Find], choice: Choice
    ) -> tuple[Shown, Sequence[tuple[Kind, er.RegistryEntry]]]:
        """Return what is shown of an object, and what else of it is registered."""
        place = place_of(ref, self._coordinator.data)
        wants = self._wanted.of(place)
        is_own = self._own is not None and self._own.has(ref)
        path = ref.path
        shown: list[Kind] = []
        others: list[tuple[Kind, er.RegistryEntry]] = []
        enabled = 0
        for kind in kinds.all:
            entry = finders[kind](path)
            is_fitting = kind.detail <= wants and (
                choice.has(kind, place)
                or (entry is not None and is_own and kind in choice.own)
            )
            if is_fitting or (
                entry and (is_by_hand(kind, entry) or self._is_renamed(entry))
            ):
                shown.append(kind)
                enabled += kind.enabled if entry is None else not entry.disabled
            elif entry is not None:
                others.append((kind, entry))
        return Shown(self._sets.of(shown), enabled), others

    def _show(self, ref: Ref, shown: Shown) -> None:
        self._refs[ref] = shown
        if shown.kinds.all and isinstance(ref, OF_STATION):
            self._stations.add(ref.station_id)

    def _is_renamed(self, entry: er.RegistryEntry) -> bool:
        """Tell whether a person gave an entity that has no room another id.

        Those of an object that has another name since then look the same. So only as
        many are kept as can do no harm.
        """
        if self._registry.async_regenerate_entity_id(entry) == entry.entity_id:
            return False
        self._room_for_renamed -= 1
        return self._room_for_renamed >= 0

    def _remove(
        self, ref: Ref, others: Iterable[tuple[Kind, er.RegistryEntry]]
    ) -> None:
        """Remove what was shown of an object before, and is not any more."""
        for kind, entry in others:
            self._added.discard(ref, kind)
            if entry.entity_id in self._registry.entities:
                self._registry.async_remove(entry.entity_id)

    def _admit(self, fresh: Iterable[Ref]) -> list[Ref]:
        """Return those of new objects that there is room for."""
        admitted: list[Ref] = []
        if self._choice is None:
            return admitted
        room = MOST_ENTITIES - self.enabled
        registered = RegisteredNow(self._registry, self._entry)
        for ref in fresh:
            kinds = self._kinds_of(ref)
            finders = {kind: registered.finder(kind) for kind in kinds.all}
            shown, _ = self._shown(ref, kinds, finders, self._choice)
            if shown.enabled > room:
                self._left_out += 1
                continue
            room -= shown.enabled
            self._show(ref, shown)
            admitted.append(ref)
        return admitted

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
            if new := self._added.take(platform, ref, self._refs[ref].kinds):
                device = self._devices.device(ref)
                entities += [
                    kind.description.create(self._coordinator, ref, device)
                    for kind in new
                ]
        if entities:
            self._adders[platform](entities)

    @callback
    def _report(self) -> None:
        """Tell a person what does not fit, once that is certain."""
        if not self._is_settled:
            return
        async_report_room(
            self._hass,
            self._entry,
            self.detail,
            most=MOST_ENTITIES,
            is_cut=self._choice is not None and self._choice.is_cut,
            left_out=self._left_out,
        )
