"""What of an account is in the entity registry, found by kind and object."""

from collections import defaultdict
from collections.abc import Callable

from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN
from .planning import Kind

#: Finds the entity of an object, by its path; None if it is not registered.
type Find = Callable[[str], er.RegistryEntry | None]


class Registered:
    """The entities of an account that were registered when it was made.

    One look at all of them is less work than thousands of questions.
    """

    def __init__(self, registry: er.EntityRegistry, entry: ConfigEntry) -> None:
        """Look at all entities.

        Args:
            registry: of the entities.
            entry: the account's.
        """
        entities = er.async_entries_for_config_entry(registry, entry.entry_id)
        self._is_empty = not entities
        self._by_key: defaultdict[tuple[str, str], dict[str, er.RegistryEntry]] = (
            defaultdict(dict)
        )
        account = f"{entry.unique_id}/"
        for entity in entities:
            if entity.unique_id.startswith(account):
                path, _, key = entity.unique_id.removeprefix(account).rpartition("/")
                self._by_key[entity.domain, key][path] = entity

    def __bool__(self) -> bool:
        """Return whether there were any."""
        return not self._is_empty

    def finder(self, kind: Kind) -> Find:
        """Return what finds the entities of a kind."""
        return self._by_key[kind.key].get


class RegisteredNow:
    """The entities of an account as they are registered at the time of asking."""

    def __init__(self, registry: er.EntityRegistry, entry: ConfigEntry) -> None:
        """Take the registry, and the account's entry."""
        self._registry = registry
        self._entry = entry

    def finder(self, kind: Kind) -> Find:
        """Return what finds the entities of a kind."""
        platform, key = kind.key

        def find(path: str) -> er.RegistryEntry | None:
            entity_id = self._registry.async_get_entity_id(
                platform, DOMAIN, f"{self._entry.unique_id}/{path}/{key}"
            )
            return self._registry.async_get(entity_id) if entity_id else None

        return find
