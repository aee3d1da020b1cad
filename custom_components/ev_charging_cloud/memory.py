"""What a client wants kept over restarts, in Home Assistant's storage."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN

VERSION = 1


class StoredMemory:
    """The memory of one account; it holds ids, and no secret."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Keep it by the account's entry."""
        self._store: Store[dict[str, str]] = Store(
            hass, VERSION, f"{DOMAIN}.{entry_id}"
        )

    async def async_load(self) -> dict[str, str]:
        """Return what was kept; nothing at first."""
        return await self._store.async_load() or {}

    async def async_save(self, content: dict[str, str]) -> None:
        """Keep this instead of what was kept."""
        await self._store.async_save(content)

    async def async_remove(self) -> None:
        """Forget everything, as the account is removed."""
        await self._store.async_remove()
