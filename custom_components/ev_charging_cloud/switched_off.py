"""Entities of commands that somebody switched off: they go, and come back with the switch."""

from collections.abc import Mapping

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .clients.client import SWITCHED_ON, Capability
from .entity import EntityTable

# Of what kinds of objects there are commands that can be switched on.
KINDS = ("station", "connector")


@callback
def async_drop_switched_off(
    hass: HomeAssistant,
    entry: ConfigEntry,
    tables: Mapping[Platform, EntityTable],
    capabilities: Capability,
) -> None:
    """Remove the entities whose command is not switched on.

    Args:
        hass: Home Assistant.
        entry: the account's.
        tables: what each platform has to show.
        capabilities: what the account can give now.
    """
    registry = er.async_get(hass)
    gone = _switched_off(tables, capabilities)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        path = entity.unique_id.removeprefix(f"{entry.unique_id}/").split("/")
        if (entity.domain, path[0], path[-1]) in gone:
            registry.async_remove(entity.entity_id)


def _switched_off(
    tables: Mapping[Platform, EntityTable], capabilities: Capability
) -> set[tuple[str, str, str]]:
    """Return platform, kind of object and key of what is not there by now."""
    gone: set[tuple[str, str, str]] = set()
    there: set[tuple[str, str, str]] = set()
    for platform, table in tables.items():
        for kind in KINDS:
            for description in getattr(table, kind):
                place = (platform.value, kind, description.key)
                needed = description.capability
                if needed is None or needed & capabilities:
                    there.add(place)
                elif needed & SWITCHED_ON:
                    gone.add(place)
    return gone - there
