"""The one token path: fetched once, kept until shortly before it runs out."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

RENEW_BEFORE = timedelta(minutes=5)
# A clock of ours that runs ahead of the vendor's must not cost a token per request.
MINIMUM_USE = timedelta(minutes=1)


class Token(Struct, frozen=True, kw_only=True):
    """An access token and when the vendor says it ends (None: not told)."""

    value: str
    expires_at: datetime | None = None


class TokenSource:
    """Keeps one token fresh for any number of requests at a time.

    ``fetch`` asks the vendor for a new token; its errors reach whoever needed one.
    """

    def __init__(
        self, fetch: Callable[[], Awaitable[Token]], token: Token | None = None
    ) -> None:
        """Keep the way to a new token, and the token there is; nothing is fetched."""
        self._fetch = fetch
        self._lock = asyncio.Lock()
        self._generation = 0
        self._token = token
        self._renew_at = (
            token.expires_at - RENEW_BEFORE if token and token.expires_at else None
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not stand in any message."""
        return (self._token.value,) if self._token else ()

    async def get(self) -> tuple[Token, int]:
        """Return a token that is good by our clock, and its generation."""
        async with self._lock:
            if self._token is None or self._is_due():
                await self._renew()
            return self._current(), self._generation

    async def renew(self, refused_generation: int) -> tuple[Token, int]:
        """Return a token newer than the one that was refused.

        Of many requests that fail together only the first one fetches; the others
        find that the generation they used has been replaced.
        """
        async with self._lock:
            if self._generation == refused_generation:
                await self._renew()
            return self._current(), self._generation

    def _is_due(self) -> bool:
        return self._renew_at is not None and datetime.now(UTC) >= self._renew_at

    def _current(self) -> Token:
        if self._token is None:
            raise RuntimeError("There is no token before the first fetch")
        return self._token

    async def _renew(self) -> None:
        token = await self._fetch()
        self._token = token
        self._generation += 1
        self._renew_at = (
            None
            if token.expires_at is None
            else max(token.expires_at - RENEW_BEFORE, datetime.now(UTC) + MINIMUM_USE)
        )
