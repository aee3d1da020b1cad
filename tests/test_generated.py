"""Tests of each vendor's client with answers that nobody wrote: made up from its types.

Valid answers, and answers with one to three odd places. ``--generated N`` makes up N a
test; see ``conftest.py``.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
import logging
from typing import cast

from freezegun import freeze_time
from hypothesis import given, strategies as st
import pytest

from custom_components.ev_charging_cloud.clients.errors import ClientError

from .generated import beenergised_cpo, beenergised_driver, ev_energy, kempower
from .generated.feeds import COUNT, Feed, Seen, Source, read
from .generated.mutations import (
    MISFIT,
    Items,
    Mutation,
    Path,
    apply,
    at,
    is_id,
    mutated,
    places,
)
from .generated.server import session
from .generated.values import Value, Vocabulary

SOURCES = (
    kempower.SOURCE,
    ev_energy.SOURCE,
    beenergised_cpo.SOURCE,
    beenergised_driver.SOURCE,
)
# In the middle of the times that are made up.
NOW = "2025-06-01T12:00:00Z"
# What an object cannot do without.
NEEDED = frozenset(
    {
        *("connectorId", "cpId", "endDate", "evId", "groupId", "id"),
        *("startDate", "started_at", "stationId", "txId"),
    }
)

OURS = "custom_components.ev_charging_cloud"

every_vendor = pytest.mark.parametrize("source", SOURCES, ids=lambda it: it.key)


@pytest.fixture(autouse=True)
def _without_log(caplog: pytest.LogCaptureFixture) -> None:
    """Leave out the log, which would be long."""
    caplog.set_level(logging.CRITICAL, OURS)


def _answers(source: Source) -> st.SearchStrategy[Items]:
    """Return what makes up items for all that a client reads.

    Types are looked at here, before time is frozen: that changes what a time is.
    """
    vocabulary = Vocabulary(source.vocabulary())

    def items_of(feed: Feed) -> st.SearchStrategy[list[Value]]:
        count = 1 if feed.is_single else COUNT
        return st.lists(vocabulary.of(feed.type_), min_size=count, max_size=count)

    def linked(found: dict[str, list[Value]]) -> Items:
        # Items are structs, and structs are made as objects.
        source.link(cast("dict[str, list[dict[str, Value]]]", found))
        return found

    return st.fixed_dictionaries(
        {feed.name: items_of(feed) for feed in source.feeds}
    ).map(linked)


class Reading:
    """Has clients read answers, each a client of its own, all at the same time."""

    def __init__(self, source: Source) -> None:
        """Read for one vendor."""
        self._source = source
        self._loop = asyncio.new_event_loop()

    def read(self, items: Items) -> Seen:
        """Return what a new client makes of answers.

        Raises:
            ClientError: the account cannot be read.
        """
        source = self._source
        client = source.client(session(source.answering(items)))
        return self._loop.run_until_complete(read(source, client))

    def close(self) -> None:
        """Read no more."""
        self._loop.close()


@contextmanager
def _reading(source: Source) -> Iterator[Reading]:
    with freeze_time(NOW):
        reading = Reading(source)
        try:
            yield reading
        finally:
            reading.close()


@every_vendor
def test_valid_answers(source: Source) -> None:
    """All of a valid answer is read, and nothing of it is odd."""
    answers = _answers(source)
    with _reading(source) as reading:

        @given(items=answers)
        def check(items: Items) -> None:
            seen = reading.read(items)
            assert not seen.skipped
            if source.is_strict:
                assert not seen.odd

        check()


@every_vendor
def test_odd_answers(source: Source) -> None:
    """What is odd costs itself: neighbours are whole, and whole items are counted."""
    answers = _answers(source)
    with _reading(source) as reading:

        @given(data=st.data(), items=answers)
        def check(data: st.DataObject, items: Items) -> None:
            changes = data.draw(st.lists(mutated(items), min_size=1, max_size=3))
            before = reading.read(items)
            try:
                seen = reading.read(apply(items, changes))
            except ClientError:
                # Only where nothing of a list can be read.
                assert any(_are_all_changed(feed, changes) for feed in source.feeds)
                return
            _check_neighbours(before, seen, changes)
            assert len(seen.skipped) == _lost(source, items, changes)

        check()


@every_vendor
def test_each_odd_value_is_counted(source: Source) -> None:
    """A value that cannot be what its field is for is counted once, by its field."""
    answers = _answers(source)
    with _reading(source) as reading:

        @given(data=st.data(), items=answers)
        def check(data: st.DataObject, items: Items) -> None:
            found = [*_optional_values(source, items)]
            if not found:
                return
            feed, index, place = data.draw(st.sampled_from(found))

            change = Mutation(feed=feed.name, index=index, place=place, value=MISFIT)
            before, seen = reading.read(items), reading.read(apply(items, [change]))
            field = ".".join(key for key in place if isinstance(key, str))
            assert Counter(seen.odd) - Counter(before.odd) == {
                f"{feed.kind}.{field}": 1
            }
            assert not seen.skipped

        check()


def _are_all_changed(feed: Feed, changes: Sequence[Mutation]) -> bool:
    changed = {change.index for change in changes if change.feed == feed.name}
    return len(changed) == (1 if feed.is_single else COUNT)


def _check_neighbours(before: Seen, seen: Seen, changes: Sequence[Mutation]) -> None:
    """Make sure that what has another number than what changed is what it was."""
    numbers = {str(change.index) for change in changes}
    for (kind, number), objects in before.objects.items():
        if number not in numbers:
            assert seen.objects.get((kind, number)) == objects


def _lost(source: Source, items: Items, changes: Sequence[Mutation]) -> int:
    """Return how many whole items cannot be read: those without an id."""
    changed = apply(items, changes)
    return sum(
        feed.skipped([item for item in changed[feed.name] if not _has_id(feed, item)])
        for feed in source.feeds
        if feed.skipped is not None
    )


def _has_id(feed: Feed, item: Value) -> bool:
    return isinstance(item, dict) and is_id(item.get(feed.id_field))


def _optional_values(source: Source, items: Items) -> Iterator[tuple[Feed, int, Path]]:
    """Yield the values that have a type of their own, and that nothing else needs."""
    for feed in source.feeds:
        for index, item in enumerate(items[feed.name] if feed.is_typed else ()):
            for place in places(item):
                value = at(item, place)
                is_value = value is not None and not isinstance(value, dict | list)
                if is_value and not NEEDED & set(place):
                    yield feed, index, place
