"""The one token path: fetched once, kept to its end, and renewed by the first who must."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
import math
from time import monotonic

from msgspec import Struct

from ..errors import (
    AuthenticationError,
    ClientError,
    SignInEndedError,
    UnavailableError,
    UnconfirmedRefusalError,
    UnprovenRefusalError,
)

RENEW_BEFORE = timedelta(minutes=5)
# A clock of ours that runs ahead of the vendor's must not cost a token per request.
MINIMUM_USE = timedelta(minutes=1)
# One that was renewed for a refusal, and is refused within the same poll, lacks something
# else. By the next poll somebody else may have ended it.
YOUNG = 30.0
# A refusal counts when it was heard twice, so far apart; then it is asked so rarely.
CONFIRMED_AFTER = 60.0
ASK_AGAIN_AFTER = 3600.0


class Token(Struct, frozen=True, kw_only=True):
    """An access token and when the vendor says it ends (None: not told)."""

    value: str
    expires_at: datetime | None = None


class Refusals:
    """When one credential was refused: a firewall's mood must not ask for a new sign-in.

    It outlives the client: while an account is set up again and again, the credential
    is sent no more often than while it is polled. Only the token endpoint's own words
    count; see :class:`~..errors.UnprovenRefusalError` for what does not.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._first: float | None = None
        self._last = 0.0
        self._error: AuthenticationError | None = None

    def check(self) -> None:
        """Make sure that the credential may be sent now.

        Raises:
            UnconfirmedRefusalError: it was refused once, less than a minute ago.
            AuthenticationError: it was refused twice, less than an hour ago.
        """
        if self._error is None:
            return
        wait = ASK_AGAIN_AFTER if self._is_confirmed() else CONFIRMED_AFTER
        if monotonic() - self._last < wait:
            raise self._meaning(self._error)

    def heard(self, err: AuthenticationError) -> ClientError:
        """Note a refusal and return what it means."""
        self._last = monotonic()
        if self._first is None:
            self._first = self._last
        self._error = err
        return self._meaning(err)

    def clear(self) -> None:
        """Note that the credential was accepted."""
        self._first = self._error = None

    def _is_confirmed(self) -> bool:
        return self._first is not None and self._last - self._first >= CONFIRMED_AFTER

    def _meaning(self, err: AuthenticationError) -> ClientError:
        if self._is_confirmed():
            return err
        wait = self._last + CONFIRMED_AFTER - monotonic()
        return UnconfirmedRefusalError(err.message, wait)


class TokenSource:
    """Keeps one token for any number of requests at a time.

    ``fetch`` asks the vendor for a new token; its errors reach whoever needed one.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[Token]],
        token: Token | None = None,
        *,
        refusals: Refusals | None = None,
    ) -> None:
        """Keep the way to a new token, and the token there is; nothing is fetched.

        Args:
            fetch: raises an AuthenticationError where the vendor refuses the credential.
            token: the token there is.
            refusals: of this credential so far; None while a person waits for the
                answer, who wants to know at once.
        """
        self._fetch = fetch
        self._refusals = refusals
        self._lock = asyncio.Lock()
        self._generation = 0
        # How old a token is that somebody kept, nobody knows.
        self._fetched_at = -math.inf if token else monotonic()
        self._refused_at: float | None = None
        self._token = token
        self._renew_at = (
            token.expires_at - RENEW_BEFORE if token and token.expires_at else None
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not stand in any message."""
        return (self._token.value,) if self._token else ()

    @property
    def age(self) -> float:
        """How long ago the token was fetched, in seconds; endless for one that was kept."""
        return monotonic() - self._fetched_at

    @property
    def is_proven(self) -> bool:
        """Whether the token was renewed for a refusal just now: no other would do."""
        return self._refused_at is not None and monotonic() - self._refused_at < YOUNG

    @property
    def ready(self) -> tuple[Token, int] | None:
        """A token that is good by our clock, and its generation; None without one yet."""
        token = self._token
        if token is None or self._lock.locked() or self._is_due():
            return None
        return token, self._generation

    async def get(self) -> tuple[Token, int]:
        """Return a token that is good by our clock, and its generation."""
        if (ready := self.ready) is not None:
            return ready
        async with self._lock:
            token = self._token
            if token is None:
                token = await self._renew()
            elif self._is_due():
                token = await self._renew_early(token)
            return token, self._generation

    async def renew(self, refused_generation: int) -> tuple[Token, int]:
        """Return a token newer than the one that was refused.

        Of many requests that fail together only the first one fetches; the others
        find that the generation they used has been replaced.
        """
        async with self._lock:
            token = self._token
            if token is None or self._generation == refused_generation:
                token = await self._renew()
                self._refused_at = monotonic()
            return token, self._generation

    def _is_due(self) -> bool:
        return self._renew_at is not None and datetime.now(UTC) >= self._renew_at

    async def _renew_early(self, token: Token) -> Token:
        """Renew a token that ends soon; one that is still good is used to its end.

        Not even a refusal ends it: that it is meant, the next ones confirm by then.
        """
        try:
            return await self._renew()
        except ClientError:
            if token.expires_at is None or datetime.now(UTC) >= token.expires_at:
                raise
            self._renew_at = min(datetime.now(UTC) + MINIMUM_USE, token.expires_at)
            return token

    async def _renew(self) -> Token:
        if self._refusals is not None:
            self._refusals.check()
        try:
            token = await self._fetch()
        except AuthenticationError as err:
            if self._refusals is None or isinstance(err, SignInEndedError):
                raise
            if isinstance(err, UnprovenRefusalError):
                raise UnavailableError(err.message) from err
            raise self._refusals.heard(err) from err
        if self._refusals is not None:
            self._refusals.clear()
        self._token = token
        self._generation += 1
        self._fetched_at = monotonic()
        self._renew_at = (
            None
            if token.expires_at is None
            else max(token.expires_at - RENEW_BEFORE, datetime.now(UTC) + MINIMUM_USE)
        )
        return token
