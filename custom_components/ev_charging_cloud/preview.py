"""How many entities there would be of an account, by what is chosen, before anything is."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import batched

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .clients.client import Capability
from .clients.refs import ConnectorRef, LocationRef, Ref, StationRef, refs_of
from .clients.snapshot import Snapshot
from .entity import CHOICES, Detail, EntityTable
from .planning import Kind, is_by_hand, kinds_of
from .wanted import Wanted

# So many are counted between two yields.
COUNTED_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The enabled entities that an account can have.

    ``account`` are those of the account itself and of vehicles, ``places`` those at each
    location, and under None those of stations without one, by their level of detail.
    ``own`` are those that a person enabled, which are there whatever is chosen.
    """

    account: Mapping[Detail, int]
    places: Mapping[str | None, Mapping[Detail, int]]
    own: int

    def count(self, wanted: Wanted, location_ids: Collection[str] | None = None) -> int:
        """Return how many enabled entities a choice has, were there room for all.

        Args:
            wanted: how much is to be shown.
            location_ids: the locations to show; None or none for all.
        """
        places = [
            (place, counts)
            for place, counts in self.places.items()
            if not location_ids or place in location_ids
        ]
        return self.own + sum(
            number
            for place, counts in ((None, self.account), *places)
            for detail, number in counts.items()
            if detail <= wanted.of(place)
        )

    def choices(self, location_ids: Collection[str] | None = None) -> dict[str, str]:
        """Return how many entities each choice for all locations has, for forms."""
        return {
            choice: str(self.count(Wanted(everywhere=detail), location_ids))
            for choice, detail in CHOICES.items()
        }


async def async_preview(
    tables: Mapping[Platform, EntityTable],
    snapshot: Snapshot,
    capabilities: Capability,
    registered: Mapping[tuple[str, str], er.RegistryEntry] | None = None,
    account: str | None = None,
) -> Preview:
    """Count the entities of all that there is, with a yield now and then.

    Args:
        tables: what each platform can show.
        snapshot: what there is.
        capabilities: what the vendor can give.
        registered: entities that are there already, by platform and unique id.
        account: the unique id of the account's entry; None if there is none yet.
    """
    kinds: dict[type[Ref], list[Kind]] = {}
    for kind in kinds_of(tables, capabilities):
        kinds.setdefault(kind.of, []).append(kind)
    of_account: Counter[Detail] = Counter()
    places: dict[str | None, Counter[Detail]] = {}
    own = 0
    for refs in batched(refs_of(snapshot), COUNTED_AT_ONCE, strict=False):
        for ref in refs:
            counts = of_account
            if isinstance(ref, LocationRef | StationRef | ConnectorRef):
                counts = places.setdefault(_place(ref, snapshot), Counter())
            for kind in _kinds_of(ref, snapshot, kinds.get(type(ref), ())):
                entry = (registered or {}).get(
                    (kind.platform, f"{account}/{ref.path}/{kind.description.key}")
                )
                if entry is None:
                    counts[kind.detail] += kind.enabled
                elif is_by_hand(kind, entry):
                    own += not entry.disabled
                else:
                    counts[kind.detail] += not entry.disabled
        await asyncio.sleep(0)
    return Preview(account=of_account, places=places, own=own)


def registered_of(
    hass: HomeAssistant, entry: ConfigEntry
) -> dict[tuple[str, str], er.RegistryEntry]:
    """Return the entities of an account, by platform and unique id."""
    return {
        (found.domain, found.unique_id): found
        for found in er.async_entries_for_config_entry(
            er.async_get(hass), entry.entry_id
        )
    }


def _place(
    ref: LocationRef | StationRef | ConnectorRef, snapshot: Snapshot
) -> str | None:
    """Return the id of the location where something is."""
    if isinstance(ref, LocationRef):
        return ref.location_id
    station = snapshot.stations.get(ref.station_id)
    return station.location_id if station else None


def _kinds_of(ref: Ref, snapshot: Snapshot, kinds: Iterable[Kind]) -> Iterable[Kind]:
    """Return the kinds of entities that an object can have."""
    object_ = ref.find(snapshot)
    if object_ is None:
        return ()
    return [kind for kind in kinds if kind.description.exists_fn(object_)]
