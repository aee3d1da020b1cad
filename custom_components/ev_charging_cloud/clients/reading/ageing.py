"""What is so only for a time: told by a clock, and looked at again when it may be otherwise."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from .same import differing, with_new

ALWAYS = datetime.max.replace(tzinfo=UTC)
NEVER = datetime.min.replace(tzinfo=UTC)


class Ages[ItemT, AgeT]:
    """What time makes of each item of a list, from one poll to the next.

    Items that are the very same are looked at again only when the time has come at
    which any of them turns into something else.
    """

    def __init__(
        self,
        look: Callable[[ItemT, datetime], AgeT],
        turns: Callable[[ItemT], Iterable[datetime]],
    ) -> None:
        """Begin with no item.

        Args:
            look: tells what an item is at a moment.
            turns: tells the first moments at which an item is something else.
        """
        self._look, self._turns = look, turns
        self._items: Sequence[ItemT] = ()
        self._found: tuple[AgeT, ...] = ()
        # It was told for any moment from the first of these on, up to the other one.
        self._since, self._until = NEVER, NEVER

    def of(self, items: Sequence[ItemT], now: datetime) -> tuple[AgeT, ...]:
        """Return what each item is now; nobody must change their list afterwards."""
        where = differing(self._items, items)
        if where is None or not self._since <= now < self._until:
            self._since, self._until = NEVER, ALWAYS
            self._found = tuple(self._at(item, now) for item in items)
        elif where:
            self._found = with_new(
                self._found, {index: self._at(items[index], now) for index in where}
            )
        self._items = items
        return self._found

    def _at(self, item: ItemT, now: datetime) -> AgeT:
        for turn in self._turns(item):
            if turn > now:
                self._until = min(self._until, turn)
            else:
                self._since = max(self._since, turn)
        return self._look(item, now)
