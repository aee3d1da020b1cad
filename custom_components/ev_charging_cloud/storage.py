"""What is kept of an account over restarts, in Home Assistant's storage."""

from typing import TypedDict

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .entity import Detail

VERSION = 1


class Content(TypedDict, total=False):
    """What is stored: the client's own, and how much of the account fits."""

    client: dict[str, str]
    detail: str


class StoredMemory:
    """The memory of one account; it holds ids, and no secret."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Keep it by the account's entry."""
        self._store: Store[Content] = Store(hass, VERSION, f"{DOMAIN}.{entry_id}")
        self._content: Content | None = None

    async def async_load(self) -> dict[str, str]:
        """Return what the client kept; nothing at first."""
        return (await self._async_content()).get("client", {})

    async def async_save(self, content: dict[str, str]) -> None:
        """Keep this for the client instead of what was kept."""
        kept = await self._async_content()
        kept["client"] = content
        await self._store.async_save(kept)

    async def async_load_detail(self) -> Detail:
        """Return how much of the account proved to fit; all of it at first."""
        name = (await self._async_content()).get("detail", Detail.FULL.name)
        return Detail[name]

    async def async_save_detail(self, detail: Detail) -> None:
        """Keep how much of the account fits."""
        kept = await self._async_content()
        if kept.get("detail", Detail.FULL.name) != detail.name:
            kept["detail"] = detail.name
            await self._store.async_save(kept)

    async def async_remove(self) -> None:
        """Forget everything, as the account is removed."""
        await self._store.async_remove()

    async def _async_content(self) -> Content:
        if self._content is None:
            self._content = await self._store.async_load() or {}
        return self._content
