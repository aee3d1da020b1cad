"""Counts an account's entities before any is added, and adds them little by little.

Home Assistant refuses more than 10,000 enabled entities in one account and then loses
some by luck, whole platforms of them. We stay under that, the important ones first,
and say so.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import batched

from msgspec import Struct

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
from .const import DOMAIN
from .coordinator import LiveCoordinator
from .devices import DeviceTree
from .entity import Detail, EntityTable
from .own import OwnDevices
from .planning import RESERVE, Choice, Kind, Tally, is_by_hand, kinds_of, place_of
from .room import async_report_room
from .wanted import Wanted

MOST_ENTITIES = 9000
# One call with thousands of entities would stall Home Assistant for seconds.
OBJECTS_AT_ONCE = 25
# So many are counted between two yields.
COUNTED_AT_ONCE = 100

type Entries = Mapping[Kind, er.RegistryEntry]


class _Shown(Struct, frozen=True, gc=False):
    """The kinds of entities that are shown of an object, and how many are enabled."""

    kinds: tuple[Kind, ...] = ()
    enabled: int = 0


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
        self._refs: dict[Ref, _Shown] = {}
        # Those of which anything is shown, be it of a connector.
        self._stations: set[str] = set()
        self._added: dict[Ref, set[tuple[Platform, str]]] = {}
        self._left_out = self._room_for_renamed = 0
        self._is_settled = most_detail is None
        most = wanted.most
        self._at_first = most if most_detail is None else min(most_detail, most)
        self._kinds: Mapping[type[Ref], Sequence[Kind]] = {}
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
        self._refs = dict.fromkeys(refs_of(self._coordinator.data), _Shown())
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
                return shown is not None and bool(shown.kinds)
        return True

    async def async_connect(
        self, platform: Platform, add: AddConfigEntryEntitiesCallback
    ) -> None:
        """Add a platform's entities, with a yield between one batch and the next."""
        self._adders[platform] = add
        refs = [
            ref
            for ref, shown in self._refs.items()
            if any(kind.platform is platform for kind in shown.kinds)
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
            self._refs.update(dict.fromkeys(fresh, _Shown()))
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
            self._added.pop(ref, None)
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
        self._kinds = {
            type_: [kind for kind in kinds if kind.of is type_]
            for type_ in {kind.of for kind in kinds}
        }
        registered = {
            (entry.domain, entry.unique_id): entry
            for entry in er.async_entries_for_config_entry(
                self._registry, self._entry.entry_id
            )
        }
        tally = Tally(kinds)
        own = self._own = OwnDevices(
            dr.async_get(self._hass), self._entry.entry_id, self._entry.unique_id
        )
        found: dict[Ref, Sequence[Kind]] = {}
        entries: dict[Ref, Entries] = {}
        for refs in batched(tuple(self._refs), COUNTED_AT_ONCE, strict=False):
            for ref in refs:
                found[ref] = self._kinds_of(ref)
                known = entries[ref] = (
                    self._entries(ref, found[ref], registered.get) if registered else {}
                )
                place, is_own = place_of(ref, self._coordinator.data), own.has(ref)
                wants = self._wanted.of(place)
                for kind in found[ref]:
                    entry = known.get(kind)
                    if kind.detail <= wants or (entry and is_by_hand(kind, entry)):
                        tally.add(kind, place, entry, is_own=is_own)
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
                    self._show(ref, self._shown(ref, found[ref], entries[ref], choice))
                    if self._is_settled:
                        self._remove_others(ref, entries[ref])
            await asyncio.sleep(0)

    def _kinds_of(self, ref: Ref) -> Sequence[Kind]:
        """Return the kinds of entities that an object can have."""
        object_ = ref.find(self._coordinator.data)
        if object_ is None:
            return ()
        kinds = self._kinds.get(type(ref), ())
        return [kind for kind in kinds if kind.description.exists_fn(object_)]

    def _entries(
        self,
        ref: Ref,
        kinds: Iterable[Kind],
        find: Callable[[tuple[str, str]], er.RegistryEntry | None],
    ) -> Entries:
        """Return what is registered of an object."""
        path = f"{self._entry.unique_id}/{ref.path}"
        found = (
            (kind, find((kind.platform, f"{path}/{kind.description.key}")))
            for kind in kinds
        )
        return {kind: entry for kind, entry in found if entry is not None}

    def _find_entry(self, key: tuple[str, str]) -> er.RegistryEntry | None:
        entity_id = self._registry.async_get_entity_id(key[0], DOMAIN, key[1])
        return self._registry.async_get(entity_id) if entity_id else None

    def _shown(
        self, ref: Ref, kinds: Iterable[Kind], entries: Entries, choice: Choice
    ) -> _Shown:
        """Return what is shown of an object."""
        place = place_of(ref, self._coordinator.data)
        wants = self._wanted.of(place)
        is_own = self._own is not None and self._own.has(ref)
        shown: list[Kind] = []
        enabled = 0
        for kind in kinds:
            entry = entries.get(kind)
            is_fitting = choice.has(kind, place) or (
                entry is not None and is_own and kind in choice.own
            )
            if (kind.detail <= wants and is_fitting) or (
                entry and (is_by_hand(kind, entry) or self._is_renamed(entry))
            ):
                shown.append(kind)
                enabled += kind.enabled if entry is None else not entry.disabled
        return _Shown(tuple(shown), enabled)

    def _show(self, ref: Ref, shown: _Shown) -> None:
        self._refs[ref] = shown
        if shown.kinds and isinstance(ref, StationRef | ConnectorRef):
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

    def _remove_others(self, ref: Ref, entries: Entries) -> None:
        """Remove what was shown of an object before, and is not any more."""
        shown = self._refs[ref].kinds
        for kind, entry in entries.items():
            if kind not in shown:
                self._added.get(ref, set()).discard(kind.key)
                if entry.entity_id in self._registry.entities:
                    self._registry.async_remove(entry.entity_id)

    def _admit(self, fresh: Iterable[Ref]) -> list[Ref]:
        """Return those of new objects that there is room for."""
        admitted: list[Ref] = []
        if self._choice is None:
            return admitted
        room = MOST_ENTITIES - self.enabled
        for ref in fresh:
            kinds = self._kinds_of(ref)
            entries = self._entries(ref, kinds, self._find_entry)
            shown = self._shown(ref, kinds, entries, self._choice)
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
            added = self._added.setdefault(ref, set())
            new = [
                kind
                for kind in self._refs[ref].kinds
                if kind.platform is platform and kind.key not in added
            ]
            if not new:
                continue
            added.update(kind.key for kind in new)
            device = self._devices.device(ref)
            entities += [
                kind.description.create(self._coordinator, ref, device) for kind in new
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
