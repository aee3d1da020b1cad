"""Which entities of an account there are: what matters most first, as far as there is room.

Where not all fit, they are left out by small steps: kind by kind, what matters least
first, and of the last kind that has some room location by location. What is shown stays
until there is really no room for it, and what a person made his own stays in any case:
else the account would be another one after each restart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from msgspec import Struct

from homeassistant.const import Platform
from homeassistant.helpers import entity_registry as er

from .clients.client import Capability
from .clients.refs import (
    ConnectorRef,
    HomeEnergyRef,
    LocationRef,
    Ref,
    StationRef,
    VehicleRef,
)
from .clients.snapshot import Snapshot
from .entity import ChargingEntityDescription, Detail, EntityTable

# One in so many of the most there may be is kept for what people enable by hand, and
# lets what is shown stay where it came to be a little more.
RESERVE = 10
# What matters most of the same level of detail comes first.
PLATFORMS = (
    Platform.SENSOR,
    Platform.BINARY_SENSOR,
    Platform.EVENT,
    Platform.SWITCH,
    Platform.NUMBER,
    Platform.BUTTON,
    Platform.CALENDAR,
)
THINGS: Mapping[type[Ref], int] = {
    HomeEnergyRef: 1,
    VehicleRef: 1,
    ConnectorRef: 2,
    StationRef: 3,
}

#: The id of a location; None of what is at none.
type Place = str | None


def place_of(ref: Ref, snapshot: Snapshot) -> Place:
    """Return where an object is."""
    match ref:
        case LocationRef():
            return ref.location_id
        case StationRef() | ConnectorRef():
            station = snapshot.stations.get(ref.station_id)
            return station.location_id if station else None
    return None


@dataclass(frozen=True, kw_only=True, eq=False)
class Kind:
    """A kind of entity: one that each object of a type can have."""

    platform: Platform
    of: type[Ref]
    description: ChargingEntityDescription[Any]
    detail: Detail
    enabled: bool

    @cached_property
    def key(self) -> tuple[Platform, str]:
        """Return what sets it apart from the other kinds of the same object."""
        return self.platform, self.description.key


def kinds_of(
    tables: Mapping[Platform, EntityTable], capabilities: Capability
) -> tuple[Kind, ...]:
    """Return the kinds that a vendor can give, what matters most first.

    What is switched off at first takes no room, and comes last all the same: thousands
    of entities that nobody sees are a burden too.
    """
    kinds = [
        Kind(
            platform=platform,
            of=type_,
            description=description,
            detail=description.detail,
            enabled=description.entity_registry_enabled_default,
        )
        for platform in sorted(tables, key=PLATFORMS.index)
        for type_, descriptions in tables[platform].by_type.items()
        for description in descriptions
        if description.capability is None or description.capability & capabilities
    ]
    return tuple(
        sorted(kinds, key=lambda it: (not it.enabled, it.detail, THINGS.get(it.of, 0)))
    )


def is_by_hand(kind: Kind, entry: er.RegistryEntry) -> bool:
    """Tell whether a person enabled, disabled, renamed or placed an entity."""
    disabled_by = entry.disabled_by
    return bool(
        disabled_by is er.RegistryEntryDisabler.USER
        or (disabled_by is None and not kind.enabled)
        or entry.hidden_by is er.RegistryEntryHider.USER
        or entry.name
        or entry.icon
        or entry.area_id
        or entry.labels
        or entry.categories
    )


class _Part(Struct):
    """The entities of a kind at a place: how many take room, and are shown already."""

    cost: int = 0
    shown: int = 0


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is shown: whole kinds, and of others those at some places.

    ``own`` are the kinds that stay where a person made the device his own. ``detail`` is
    the level of detail that is shown whole. ``is_cut`` tells that there was no room for
    more.
    """

    whole: frozenset[Kind]
    places: Mapping[Kind, frozenset[Place]]
    own: frozenset[Kind]
    detail: Detail
    is_cut: bool

    def has(self, kind: Kind, place: Place) -> bool:
        """Tell whether a kind is shown at a place."""
        return kind in self.whole or place in self.places.get(kind, ())


class Tally:
    """Counts the entities that an account can have, and chooses."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        """Begin with none.

        Args:
            kinds: of entities, what matters most first.
        """
        self._parts: dict[Kind, dict[Place, _Part]] = {kind: {} for kind in kinds}
        # Those of devices that a person made his own.
        self._own = dict.fromkeys(self._parts, 0)
        self._by_hand = 0

    def add(
        self,
        kind: Kind,
        place: Place,
        entry: er.RegistryEntry | None,
        *,
        is_own: bool = False,
    ) -> None:
        """Count an entity.

        Args:
            kind: of the entity.
            place: where its object is.
            entry: of the registry; None if it is not registered.
            is_own: whether a person made its device his own.
        """
        if entry is not None and is_by_hand(kind, entry):
            self._by_hand += not entry.disabled
            return
        if entry is not None and is_own:
            self._own[kind] += not entry.disabled
            return
        parts = self._parts[kind]
        if (part := parts.get(place)) is None:
            part = parts[place] = _Part()
        part.cost += kind.enabled if entry is None else not entry.disabled
        part.shown += entry is not None

    def _shown(self, detail: Detail) -> int:
        """Return how much room is taken by now, by what is still wanted."""
        return self._own_cost(detail) + sum(
            part.cost
            for kind, parts in self._parts.items()
            for part in parts.values()
            if part.shown and kind.detail <= detail
        )

    def _own_cost(self, detail: Detail) -> int:
        return sum(cost for kind, cost in self._own.items() if kind.detail <= detail)

    def choose(self, most: int, detail: Detail) -> Choice:
        """Return what there is room for.

        Args:
            most: how many enabled entities there may be.
            detail: the highest level of detail that is wanted.
        """
        reserve = most // RESERVE
        room = most + min(self._by_hand, reserve) - self._by_hand
        # What is shown may fill the reserve too, as where a person enables again what he
        # had disabled; what does not fit even so is cut back.
        more = max(0, reserve - self._by_hand)
        if not room < self._shown(detail) <= room + more:
            more = 0
        own, room = self._choose_own(room, more, detail)
        whole: set[Kind] = set()
        places: dict[Kind, frozenset[Place]] = {}
        cut: Kind | None = None
        for kind, parts in self._parts.items():
            if kind.detail > detail or cut is not None:
                continue
            cost = sum(part.cost for part in parts.values())
            is_shown = all(part.shown or not part.cost for part in parts.values())
            fits = cost <= room + (more if is_shown else 0) or not cost
            if fits and kind in own:
                whole.add(kind)
                room -= cost
                continue
            cut = kind
            chosen: set[Place] = set()
            for place in sorted(parts, key=lambda it: (not parts[it].shown, it or "")):
                part = parts[place]
                if part.cost <= room + (more if part.shown else 0):
                    chosen.add(place)
                    room -= part.cost
            places[kind] = frozenset(chosen) if kind in own else frozenset()
        return Choice(
            whole=frozenset(whole),
            places=places,
            own=own,
            detail=detail if cut is None else Detail(max(0, cut.detail - 1)),
            is_cut=cut is not None,
        )

    def _choose_own(
        self, room: int, more: int, detail: Detail
    ) -> tuple[frozenset[Kind], int]:
        """Return which kinds stay where a device is a person's own, and the room left.

        They come before all others, up to the first that does not fit: somebody may have
        placed each of thousands of devices.
        """
        chosen: set[Kind] = set()
        for kind, cost in self._own.items():
            if kind.detail > detail:
                continue
            if cost > room + more:
                break
            chosen.add(kind)
            room -= cost
        return frozenset(chosen), room
