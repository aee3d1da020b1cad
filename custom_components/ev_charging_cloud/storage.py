"""What is kept of an account over restarts, in Home Assistant's storage."""

from collections.abc import Mapping
from hashlib import sha256
import json
from typing import Any, TypedDict

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .entity import Detail

VERSION = 1
# A crash can lose the last seconds of the entry's own storage, and so a few renewals.
TOKENS_REMEMBERED = 50


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


class _Kept(TypedDict):
    """A token, and digests of those that it replaced, the latest last."""

    token: dict[str, Any]
    replaced: list[str]


class TokenStore:
    """The token of one account as it changes with use, on disk before it is used.

    A token that replaces another voids it at the vendor's. Home Assistant writes an
    entry a second after it changed; who loses power in that second would have to sign in
    again. So a new token is written here at once, and into the entry as well.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Keep it by the account's entry; it is readable by Home Assistant only."""
        self._hass = hass
        self._entry = entry
        self._store: Store[_Kept] = Store(
            hass,
            VERSION,
            f"{DOMAIN}.{entry.entry_id}.token",
            private=True,
            atomic_writes=True,
        )
        self._replaced: list[str] = []

    async def async_restore(self) -> None:
        """Give the entry the newest token, if a crash left it with an older one."""
        if CONF_TOKEN not in self._entry.data:
            return
        kept = await self._store.async_load()
        if kept is None:
            return
        current = _digest(self._entry.data[CONF_TOKEN])
        if current in kept["replaced"]:
            self._replaced = kept["replaced"]
            self._update_entry(kept["token"])
        elif current == _digest(kept["token"]):
            self._replaced = kept["replaced"]

    async def async_save(self, token: Mapping[str, Any]) -> None:
        """Keep a token; once this returns it is on disk, and may be used."""
        before = self._entry.data.get(CONF_TOKEN)
        if before is not None:
            self._replaced = [*self._replaced, _digest(before)][-TOKENS_REMEMBERED:]
        await self._store.async_save({"token": dict(token), "replaced": self._replaced})
        self._update_entry(token)

    async def async_remove(self) -> None:
        """Forget everything, as the account is removed."""
        await self._store.async_remove()

    def _update_entry(self, token: Mapping[str, Any]) -> None:
        self._hass.config_entries.async_update_entry(
            self._entry, data={**self._entry.data, CONF_TOKEN: dict(token)}
        )


def _digest(token: Mapping[str, Any]) -> str:
    return sha256(json.dumps(token, sort_keys=True).encode()).hexdigest()[:32]
