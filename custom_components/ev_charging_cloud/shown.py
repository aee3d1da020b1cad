"""What is shown of the objects of an account, and what of that was added already."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct

from homeassistant.const import Platform

from .clients.refs import Ref
from .planning import Kind


@dataclass(frozen=True, eq=False, slots=True)
class Kinds:
    """Some kinds of entities of an object, in their order: all, and by platform.

    ``keys`` are those of the descriptions.
    """

    all: tuple[Kind, ...]
    by_platform: Mapping[Platform, tuple[Kind, ...]]
    keys: Mapping[Platform, frozenset[str]]


NONE = Kinds((), {}, {})


class KindSets:
    """Sets of kinds, one for all the objects that have the same.

    There are a few of them, and thousands of objects.
    """

    def __init__(self) -> None:
        """Begin with the one that is empty."""
        self._sets: dict[tuple[Kind, ...], Kinds] = {(): NONE}

    def of(self, kinds: Sequence[Kind]) -> Kinds:
        """Return the set of some kinds."""
        key = tuple(kinds)
        if (found := self._sets.get(key)) is None:
            by_platform: dict[Platform, tuple[Kind, ...]] = {}
            for kind in key:
                before = by_platform.get(kind.platform, ())
                by_platform[kind.platform] = (*before, kind)
            found = self._sets[key] = Kinds(
                key,
                by_platform,
                {
                    platform: frozenset(kind.description.key for kind in some)
                    for platform, some in by_platform.items()
                },
            )
        return found


class Shown(Struct, frozen=True, gc=False):
    """The kinds of entities that are shown of an object, and how many are enabled."""

    kinds: Kinds = NONE
    enabled: int = 0


class Added:
    """Which entities were added already."""

    def __init__(self) -> None:
        """Begin with none."""
        self._keys: defaultdict[Platform, dict[Ref, frozenset[str]]] = defaultdict(dict)

    def take(self, platform: Platform, ref: Ref, kinds: Kinds) -> Sequence[Kind]:
        """Return which of an object's kinds a platform has to add, as added from now on."""
        wanted = kinds.by_platform.get(platform)
        if not wanted:
            return ()
        of_platform = self._keys[platform]
        keys, known = kinds.keys[platform], of_platform.get(ref)
        if known is None:
            of_platform[ref] = keys
            return wanted
        if known == keys:
            return ()
        of_platform[ref] = known | keys
        return [kind for kind in wanted if kind.description.key not in known]

    def discard(self, ref: Ref, kind: Kind) -> None:
        """Take an entity as not added."""
        of_platform = self._keys[kind.platform]
        if ref in of_platform:
            of_platform[ref] -= {kind.description.key}

    def forget(self, ref: Ref) -> None:
        """Take nothing of an object as added."""
        for of_platform in self._keys.values():
            of_platform.pop(ref, None)
