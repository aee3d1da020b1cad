"""The same once more: what a vendor sends again byte for byte is not read, nor made, again.

One rule holds from the bytes up to what is shown: what did not change stays the very same
object. So whoever is handed a list sees at once, by :func:`differing`, which of its items
are new, and has nothing to do with the others.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import compress, count
from operator import is_, is_not
from typing import cast

from .lenient import Oddity, Reader

# As many pages as the largest lists have.
MOST_ANSWERS = 256


def differing(before: Sequence[object], now: Sequence[object]) -> list[int] | None:
    """Return where two lists do not have the very same item; None if one is longer."""
    if before is now:
        return []
    if len(before) != len(now):
        return None
    return list(compress(count(), map(is_not, before, now, strict=True)))


def same_list[ItemT](before: Sequence[ItemT], now: Sequence[ItemT]) -> Sequence[ItemT]:
    """Return a list; the one before it if it has the very same items."""
    return before if differing(before, now) == [] else now


def new_keys[KeyT](
    before: Mapping[KeyT, object], now: Mapping[KeyT, object]
) -> Iterator[KeyT]:
    """Return for which keys there is not the very same object as before."""
    return compress(now, map(is_not, map(before.get, now), now.values(), strict=True))


class SameAnswers:
    """The latest answer to each of the requests that polls make again and again.

    Where all bytes are the same, what comes of them is the very same object: whoever
    reads it sees at once that nothing in it changed.
    """

    def __init__(self) -> None:
        """Know none."""
        self._known: dict[Hashable, tuple[bytes, object]] = {}

    def body(self, request: Hashable) -> bytes:
        """Return the body of the latest answer to a request; empty for none."""
        known = self._known.get(request)
        return b"" if known is None else known[0]

    def read[AnswerT](
        self,
        request: Hashable,
        body: bytes,
        answer: Reader[AnswerT],
        oddities: list[Oddity] | None = None,
    ) -> AnswerT:
        """Return what an answer says, which nobody must change.

        Args:
            request: what tells the request from others; always read by the same reader.
            body: of the answer.
            answer: reads it.
            oddities: takes what could not be read. Such an answer is read anew.

        Raises:
            msgspec.ValidationError: it is no JSON, or lacks what it cannot do without.
        """
        odd: list[Oddity] = []
        found = self.of(
            request, body, lambda: answer.read(body, odd), is_whole=lambda _: not odd
        )
        if oddities is not None:
            oddities += odd
        return found

    def of[FoundT](
        self,
        request: Hashable,
        body: bytes,
        make: Callable[[], FoundT],
        *,
        is_whole: Callable[[FoundT], bool],
    ) -> FoundT:
        """Return what is made of an answer, which nobody must change.

        Args:
            request: what tells the request from others; always the same is made of it.
            body: of the answer.
            make: makes something of it.
            is_whole: tells whether that was all; of other answers it is made anew.
        """
        known = self._known.pop(request, None)
        if known is not None and known[0] == body:
            self._known[request] = known
            # Of the same request always the same is made.
            return cast("FoundT", known[1])
        found = make()
        if is_whole(found):
            self._known[request] = body, found
            if len(self._known) > MOST_ANSWERS:
                # The one that was asked for longest ago comes first.
                del self._known[next(iter(self._known))]
        return found


class Made[ResultT]:
    """What was made of some parts last; of the very same parts it is not made again."""

    def __init__(self) -> None:
        """Begin with nothing made."""
        self._last: tuple[tuple[object, ...], ResultT] | None = None

    def of(self, parts: tuple[object, ...], make: Callable[[], ResultT]) -> ResultT:
        """Return what the parts make: what was made before if each is the same object."""
        last = self._last
        if (
            last is not None
            and len(last[0]) == len(parts)
            and all(map(is_, last[0], parts, strict=True))
        ):
            return last[1]
        made = make()
        self._last = parts, made
        return made


class Mapped[ItemT, ResultT]:
    """What is made of each item of a list, from one poll to the next.

    Of the very same item nothing is made again, and what comes out equal stays the very
    same object. Where all of it does, so does the list.
    """

    def __init__(self, make: Callable[[ItemT], ResultT]) -> None:
        """Begin with nothing made.

        Args:
            make: makes something of an item; of the same one always the same.
        """
        self._make = make
        self._items: Sequence[ItemT] = ()
        self._made: tuple[ResultT, ...] = ()

    def of(self, items: Sequence[ItemT]) -> tuple[ResultT, ...]:
        """Return what the items make; nobody must change their list afterwards."""
        if items is self._items:
            return self._made
        where = differing(self._items, items)
        if where is None:
            known = dict(zip(map(id, self._items), self._made, strict=True))
            self._made = tuple(
                known[id(item)] if id(item) in known else self._make(item)
                for item in items
            )
        elif where:
            self._made = with_new(
                self._made, {index: self._make(items[index]) for index in where}
            )
        self._items = items
        return self._made


def with_new[ItemT](
    items: tuple[ItemT, ...], new: Mapping[int, ItemT]
) -> tuple[ItemT, ...]:
    """Return a list with some items in the place of others.

    An item that equals the one before it changes nothing; if none changes anything, it
    is the very same list.
    """
    changed = [(index, item) for index, item in new.items() if items[index] != item]
    if not changed:
        return items
    found = list(items)
    for index, item in changed:
        found[index] = item
    return tuple(found)


class MadeRows[ResultT]:
    """What is made of each row of several columns, from one poll to the next.

    A row that has the very same items is not made again, and what comes out equal stays
    the very same object.
    """

    def __init__(self) -> None:
        """Begin with no row."""
        self._columns: tuple[Sequence[object], ...] = ()
        self._made: tuple[ResultT, ...] = ()

    def of(
        self, columns: tuple[Sequence[object], ...], make: Callable[[int], ResultT]
    ) -> tuple[ResultT, ...]:
        """Return what the rows make; nobody must change the columns afterwards.

        Args:
            columns: lists of as many items each.
            make: makes something of a row; of the same items always the same.
        """
        if len(columns) == len(self._columns) and all(
            map(is_, columns, self._columns, strict=True)
        ):
            return self._made
        new: set[int] | None = set() if self._columns else None
        for before, now in zip(self._columns, columns, strict=False):
            where = differing(before, now)
            new = None if new is None or where is None else new.union(where)
        if new is None:
            self._made = tuple(map(make, range(len(columns[0]))))
        else:
            self._made = with_new(self._made, {it: make(it) for it in sorted(new)})
        self._columns = columns
        return self._made


class Those[ItemT]:
    """Which of many objects something is true of, from one poll to the next."""

    def __init__(self, is_one: Callable[[ItemT], bool]) -> None:
        """Begin with none.

        Args:
            is_one: tells it of an object; of the same one always the same.
        """
        self._each = Mapped[ItemT, ItemT | None](
            lambda item: item if is_one(item) else None
        )
        self._found = Made[tuple[ItemT, ...]]()

    def of(self, objects: Mapping[str, ItemT]) -> tuple[ItemT, ...]:
        """Return those, of objects by their ids."""
        return self._found.of((objects,), lambda: self._look(objects))

    def _look(self, objects: Mapping[str, ItemT]) -> tuple[ItemT, ...]:
        return tuple(it for it in self._each.of((*objects.values(),)) if it is not None)


class MadeEach[ResultT]:
    """What was made of the parts of each of many objects; of equal parts it is not made again.

    What was not asked for between two calls of :meth:`begin` is forgotten.
    """

    def __init__(self) -> None:
        """Begin with nothing made."""
        self._before: dict[str, tuple[tuple[object, ...], ResultT]] = {}
        self._made: dict[str, tuple[tuple[object, ...], ResultT]] = {}

    def begin(self) -> None:
        """Begin another round of all objects."""
        self._before, self._made = self._made, {}

    def of(
        self, id_: str, parts: tuple[object, ...], make: Callable[[], ResultT]
    ) -> ResultT:
        """Return what an object's parts make."""
        known = self._made.get(id_) or self._before.get(id_)
        if known is None or known[0] != parts:
            known = parts, make()
        self._made[id_] = known
        return known[1]
