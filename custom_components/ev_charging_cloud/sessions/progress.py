"""How far the sessions of the past have been read, as it is kept in the ledger."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

import msgspec
from msgspec import Struct

from homeassistant.core import CALLBACK_TYPE, callback

# By this name the ledger keeps it, and that the vendor does not let the past be read.
NAME = "history"
REFUSED = "history_refused"
# What is older is not asked for.
REACH = timedelta(days=730)


class Progress(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far it has come; times are seconds since 1970.

    ``since`` is how far it shall go, ``reached`` the start of the oldest session so far;
    ``cursor`` is where the next page begins, ``sessions`` how many there were. It
    ``is_done`` when the past has been read once.
    """

    since: float
    began: float
    reached: float | None = None
    cursor: str | None = None
    sessions: int = 0
    is_done: bool = False

    @property
    def share(self) -> float | None:
        """Which part of the time has been read, from 0 to 1; None if in no order."""
        if self.is_done:
            return 1.0
        if self.reached is None:
            return None
        return min(max((self.began - self.reached) / (self.began - self.since), 0), 1)

    @property
    def kept(self) -> Mapping[str, str]:
        """Return it as the ledger keeps it."""
        return {NAME: msgspec.json.encode(self).decode()}


_KEPT = msgspec.json.Decoder(Progress)


class HistoryState:
    """What is known of the reading of the past, for those who show it.

    ``is_awaited`` tells that the sums of sessions are not whole before it is read.
    """

    def __init__(self, *, is_awaited: bool) -> None:
        """Know nothing of what was read."""
        self.progress: Progress | None = None
        self.is_awaited = is_awaited
        self._listeners: list[CALLBACK_TYPE] = []

    @callback
    def async_load(self, kept: Mapping[str, str]) -> None:
        """Take what the ledger has kept; what it cannot mean is begun anew."""
        if REFUSED in kept:
            self.is_awaited = False
        if (content := kept.get(NAME)) is None:
            return
        try:
            progress = _KEPT.decode(content)
        except msgspec.MsgspecError:
            return
        self.async_take(progress)

    @callback
    def async_take(self, progress: Progress) -> None:
        """Take how far it has come, and tell of it."""
        self.progress = progress
        if progress.is_done:
            self.is_awaited = False
        self._tell()

    @callback
    def async_give_up(self) -> None:
        """Wait no longer: the vendor does not let the past be read."""
        self.is_awaited = False
        self._tell()

    @callback
    def async_follow(self, listener: CALLBACK_TYPE) -> Callable[[], None]:
        """Be told of what changes; return how to stop."""
        self._listeners.append(listener)
        return partial(self._listeners.remove, listener)

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()
