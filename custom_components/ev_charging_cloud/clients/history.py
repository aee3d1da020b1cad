"""Sessions of the past, a page at a time."""

from msgspec import Struct

from .model import ChargingSession


class HistoryPage(Struct, frozen=True, kw_only=True):
    """Some sessions that are over.

    ``cursor`` says where the next page begins, in the client's own words, which may be
    kept over a restart; None where there is none. ``is_ordered`` tells that what follows
    is older, so that nobody has to read on who knows what follows.
    """

    sessions: tuple[ChargingSession, ...]
    cursor: str | None
    is_ordered: bool = True
