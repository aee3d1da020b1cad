"""How much of an account a person wants to see: everywhere, and otherwise at some locations."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from .const import CONF_DETAIL, CONF_DETAIL_AT
from .entity import ALL, CHOICES, Detail


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The level of detail that is wanted everywhere, and at which locations another."""

    everywhere: Detail = Detail.FULL
    at: Mapping[str, Detail] = MappingProxyType({})

    @property
    def most(self) -> Detail:
        """The highest level that is wanted anywhere."""
        return max((self.everywhere, *self.at.values()))

    def of(self, location_id: str | None) -> Detail:
        """Return what is wanted at a location; None for what is at none."""
        if location_id is None:
            return self.everywhere
        return self.at.get(location_id, self.everywhere)


def wanted_of(options: Mapping[str, Any]) -> Wanted:
    """Return what a person chose, as the options of an account have it."""
    at: Mapping[str, list[str]] = options.get(CONF_DETAIL_AT, {})
    return Wanted(
        everywhere=CHOICES[options.get(CONF_DETAIL, ALL)],
        at={
            location_id: CHOICES[choice]
            for choice, location_ids in at.items()
            for location_id in location_ids
        },
    )
