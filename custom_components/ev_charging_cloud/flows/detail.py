"""Which locations of an account are shown, and how much: forms, and what was chosen in them."""

from collections.abc import Iterable, Mapping
from typing import Any

import voluptuous as vol

from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ..account import Probe
from ..const import CONF_DETAIL, CONF_DETAIL_AT, CONF_LOCATIONS
from ..entity import ALL, CHOICES
from ..planner import MOST_ENTITIES
from ..preview import Preview
from ..wanted import wanted_of

DETAIL = {
    vol.Optional(CONF_DETAIL, default=ALL): SelectSelector(
        SelectSelectorConfig(options=[*CHOICES], translation_key="detail")
    )
}
CHOSEN = (CONF_LOCATIONS, CONF_DETAIL, CONF_DETAIL_AT)


def locations_schema(
    probe: Probe, chosen: Mapping[str, Any] | None = None
) -> vol.Schema:
    """Return the form to pick locations, and how much is shown of them.

    Home Assistant's own list is searched by what is typed. The section for single
    locations is open where it is used.

    Args:
        probe: what the account is.
        chosen: what is chosen already.
    """
    picker = _picker(probe)
    other = section(
        vol.Schema({vol.Optional(choice): picker for choice in CHOICES}),
        {"collapsed": not (chosen or {}).get(CONF_DETAIL_AT)},
    )
    return vol.Schema(
        {
            vol.Optional(CONF_LOCATIONS): picker,
            **DETAIL,
            vol.Optional(CONF_DETAIL_AT): other,
        }
    )


def _picker(probe: Probe) -> SelectSelector:
    """Return the list of locations by name, each with its stations and connectors."""
    options = sorted(
        (
            SelectOptionDict(
                value=id_, label=f"{location.name or id_} ({_counts(probe, id_)})"
            )
            for id_, location in probe.locations.items()
        ),
        key=lambda option: option["label"].casefold(),
    )
    return SelectSelector(
        SelectSelectorConfig(
            options=options, multiple=True, mode=SelectSelectorMode.DROPDOWN
        )
    )


def _counts(probe: Probe, location_id: str) -> str:
    """Return how many stations a location has, and connectors where they are told."""
    stations = probe.stations_at.get(location_id, 0)
    connectors = probe.connectors_at.get(location_id, 0)
    return f"{stations} / {connectors}" if connectors else f"{stations}"


def chosen_of(
    user_input: Mapping[str, Any], keys: Iterable[str] = CHOSEN
) -> dict[str, Any]:
    """Return what was chosen otherwise than it is without a choice."""
    chosen = {
        key: user_input[key]
        for key in keys
        if user_input.get(key) not in (None, [], ALL)
    }
    at = {key: ids for key, ids in chosen.pop(CONF_DETAIL_AT, {}).items() if ids}
    return chosen | ({CONF_DETAIL_AT: at} if at else {})


def detail_errors(user_input: Mapping[str, Any]) -> dict[str, str]:
    """Return an error where a location is chosen for two levels of detail."""
    at = user_input.get(CONF_DETAIL_AT) or {}
    all_ = [id_ for ids in at.values() for id_ in ids]
    return {CONF_DETAIL_AT: "location_twice"} if len(all_) > len(set(all_)) else {}


def is_unsaid(chosen: Mapping[str, Any], preview: Preview) -> bool:
    """Tell whether the form did not say how many entities a choice has.

    It says that of the account as a whole. Where all fits, it makes no difference which
    locations are picked.
    """
    return CONF_DETAIL_AT in chosen or (
        CONF_LOCATIONS in chosen and preview.count(wanted_of({})) > MOST_ENTITIES
    )


def count_of(chosen: Mapping[str, Any], preview: Preview) -> dict[str, str]:
    """Return how many entities a choice has, for forms."""
    number = preview.count(wanted_of(chosen), chosen.get(CONF_LOCATIONS))
    return {"entities": str(number), "limit": str(MOST_ENTITIES)}


def counts_of(
    preview: Preview | None, location_ids: Iterable[str] | None = None
) -> dict[str, str]:
    """Return how many entities each choice for all has, for forms; ? where that is not known."""
    return {
        **(
            dict.fromkeys(CHOICES, "?")
            if preview is None
            else preview.choices(frozenset(location_ids or ()))
        ),
        "limit": str(MOST_ENTITIES),
    }
