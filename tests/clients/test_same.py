"""Tests of what is the same once more: neither read nor made again, and never another's."""

import asyncio
from collections.abc import Callable
from random import Random

from msgspec import Raw, Struct
import pytest

from custom_components.ev_charging_cloud.clients.errors import UnexpectedAnswerError
from custom_components.ev_charging_cloud.clients.reading import items, same
from custom_components.ev_charging_cloud.clients.reading.items import ItemReader
from custom_components.ev_charging_cloud.clients.reading.lenient import Oddity, Reader
from custom_components.ev_charging_cloud.clients.reading.report import ReadingReport
from custom_components.ev_charging_cloud.clients.reading.same import (
    Made,
    MadeEach,
    MadeRows,
    SameAnswers,
    Those,
    differing,
    new_keys,
    same_list,
)


class _Part(Struct, frozen=True):
    n: int = 0


class _Wire(Struct, frozen=True):
    id: str
    power: float | None = None
    parts: tuple[_Part, ...] = ()


WIRE = Reader(_Wire)


class _Thing(Struct, frozen=True):
    id: str
    power: float | None
    parts: int


def _counted() -> tuple[ItemReader[_Wire, _Thing], list[str]]:
    """Return a reader, and the ids of the items that it has read by now."""
    asked: list[str] = []

    def convert(wire: _Wire) -> _Thing:
        asked.append(wire.id)
        return _Thing(wire.id, wire.power, len(wire.parts))

    return ItemReader("thing", "id", WIRE, convert, ReadingReport("Test")), asked


def _raw(id_: str, power: object = 1) -> Raw:
    return Raw(f'{{"id":"{id_}","power":{power}}}'.encode())


# ---- answers


def test_same_answer() -> None:
    """The same bytes give the very same object; others, and those of others, do not."""
    answers = SameAnswers()
    body = b'{"id":"a","power":1}'
    first = answers.read("one", body, WIRE)
    assert answers.read("one", bytes(bytearray(body)), WIRE) is first
    assert answers.read("other", body, WIRE) is not first
    assert answers.body("one") == body
    assert answers.body("never") == b""
    changed = answers.read("one", b'{"id":"a","power":2}', WIRE)
    assert changed.power == 2
    assert answers.read("one", body, WIRE) == first


def test_odd_answer_is_read_anew() -> None:
    """What could not be read is said each time, and what nobody understood is not kept."""
    answers = SameAnswers()
    body = b'{"id":"a","power":"much"}'
    for _ in range(2):
        oddities: list[Oddity] = []
        assert answers.read("one", body, WIRE, oddities).power is None
        assert [odd.path for odd in oddities] == ["power"]
    assert answers.body("one") == b""


def test_answers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked for longest ago is forgotten first."""
    monkeypatch.setattr(same, "MOST_ANSWERS", 2)
    answers = SameAnswers()
    kept = answers.read("a", b'{"id":"a"}', WIRE)
    answers.read("b", b'{"id":"b"}', WIRE)
    assert answers.read("a", b'{"id":"a"}', WIRE) is kept
    answers.read("c", b'{"id":"c"}', WIRE)
    assert answers.body("b") == b""
    assert answers.read("a", b'{"id":"a"}', WIRE) is kept


# ---- what is made


def test_made_of_the_same_parts() -> None:
    """Equal is not the same: another object may have been told apart."""
    made = Made[list[int]]()
    part = [1]
    first = made.of((part,), lambda: [*part])
    assert made.of((part,), lambda: [*part]) is first
    assert made.of(([1],), lambda: [*part]) is not first
    again = made.of((part,), lambda: [*part])
    assert made.of((part, part), lambda: [*part]) is not again


def test_made_of_each() -> None:
    """What was not asked for in a round is forgotten."""
    made = MadeEach[object]()
    first = made.of("a", (1,), object)
    assert made.of("a", (1,), object) is first
    assert made.of("a", (2,), object) is not first
    kept = made.of("b", (1,), object)
    made.begin()
    assert made.of("b", (1,), object) is kept
    made.begin()
    made.begin()
    assert made.of("b", (1,), object) is not kept


def test_made_rows() -> None:
    """A row is made again where any column has something else, and only there."""
    asked: list[int] = []
    rows = MadeRows[str]()

    def of(*columns: list[str]) -> tuple[str, ...]:
        def make(row: int) -> str:
            asked.append(row)
            return "".join(column[row] for column in columns)

        return rows.of(columns, make)

    assert of(["a", "b"], ["1", "2"]) == ("a1", "b2")
    asked.clear()
    first = of(["a", "b"], ["1", "2"])
    assert not asked
    assert of(["a", "b"], ["1", "2"]) is first
    assert of(["a", "c"], ["1", "2"]) == ("a1", "c2")
    assert asked == [1]
    assert of(["a", "c"], ["3", "2"]) == ("a3", "c2")
    assert asked == [1, 0]
    assert of(["a"], ["3"]) == ("a3",)
    assert of([], []) == ()


def test_those() -> None:
    """Only new objects are looked at; what left is not among them any more."""
    asked: list[str] = []

    def is_one(item: str) -> bool:
        asked.append(item)
        return item.isupper()

    those = Those(is_one)
    known = {"1": "A", "2": "b"}
    assert those.of(known) == ("A",)
    assert those.of(known) == ("A",)
    assert asked == ["A", "b"]
    assert those.of({**known, "2": "B"}) == ("A", "B")
    assert asked == ["A", "b", "B"]
    assert those.of({"2": "B"}) == ("B",)


def test_differing() -> None:
    """Places of other objects, in lists as long as each other."""
    one, other = [1], [1]
    assert differing([one, other], [one, one]) == [1]
    assert differing([one], [one]) == []
    assert differing([one], [one, other]) is None
    known = [one, other]
    assert same_list(known, [one, other]) is known
    assert same_list(known, [one]) == [one]
    assert [*new_keys({"a": one, "b": other}, {"a": one, "b": one, "c": one})] == [
        "b",
        "c",
    ]


# ---- items


def test_only_new_items_are_read() -> None:
    """An item that is sent as before, be it elsewhere in the list, is the same object."""
    reader, asked = _counted()
    first = reader.read([_raw("a"), _raw("b"), _raw("c")])
    assert reader.read([_raw("a"), _raw("b"), _raw("c")]) is first
    asked.clear()
    moved = reader.read([_raw("c"), _raw("d"), _raw("a"), _raw("b", 2)])
    assert asked == ["d", "b"]
    assert [it.id for it in moved.read] == ["c", "d", "a", "b"]
    assert moved.read[0] is first.read[2]
    fewer = reader.read([_raw("b", 2)])
    assert asked == ["d", "b"]
    assert fewer.read == [moved.read[3]]
    assert reader.read([]).read == []


def test_what_cannot_be_read_is_said_at_each_poll() -> None:
    """An odd item costs itself, each time, wherever it stands; then it may be well."""
    reader, _ = _counted()
    odd = Raw(b'{"power":1}')
    for raws, place in (
        ([_raw("a"), odd], 2),
        ([_raw("a"), odd], 2),
        ([odd, _raw("a")], 1),
        ([odd, _raw("a"), _raw("b")], 1),
    ):
        found = reader.read(raws)
        assert [it.id for it in found.read] == ["a", "b"][: len(raws) - 1]
        assert [skipped.name for skipped in found.skipped] == [f"thing number {place}"]
    well = reader.read([_raw("z"), _raw("a"), _raw("b")])
    assert not well.skipped
    with pytest.raises(UnexpectedAnswerError, match="none of 1 things"):
        reader.read_some([odd])


def test_what_is_lost_inside_stays_lost() -> None:
    """A part that cannot be read counts as long as its item is sent so."""
    reader, _ = _counted()
    lossy = Raw(b'{"id":"a","parts":[{"n":1},7]}')
    for raws in ([lossy], [lossy], [_raw("b"), lossy], [_raw("c"), lossy]):
        found = reader.read(raws)
        assert [skipped.name for skipped in found.skipped] == ["parts of thing a"]
        assert found.read[-1].parts == 1
    assert not reader.read([_raw("c"), _raw("a")]).skipped


@pytest.mark.parametrize("seed", range(8))
async def test_a_random_list(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever list comes after whatever other, it is what a new reader makes of it."""
    monkeypatch.setattr(items, "AT_ONCE", 3)
    random, reader = Random(seed), _counted()[0]
    choices: list[Callable[[], Raw]] = [
        lambda: _raw(random.choice("abcdefgh"), random.randint(0, 2)),
        lambda: Raw(b'{"power":1}'),
        lambda: Raw(b'{"id":"x","parts":[7]}'),
    ]
    raws = [_raw(id_) for id_ in "abc"]
    for number in range(120):
        match random.randint(0, 4):
            case 0:
                raws = random.sample(raws, len(raws))
            case 1 if raws:
                raws = raws[: random.randint(0, len(raws))]
            case 2:
                raws = [*raws, *(random.choice(choices)() for _ in range(4))]
            case _ if raws:
                raws = [*raws]
                raws[random.randrange(len(raws))] = random.choices(choices, (8, 1, 1))[
                    0
                ]()
        if number % 2:
            found = reader.read(raws)
        else:
            found = await reader._async_read(raws)
        anew = _counted()[0].read(raws)
        assert (found.read, found.skipped) == (anew.read, anew.skipped)


async def test_others_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the slices of a long list others go on; the same list once more takes none."""
    monkeypatch.setattr(items, "AT_ONCE", 10)
    reader, _ = _counted()
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    raws = [_raw(f"{number}") for number in range(100)]
    found = await reader.async_read_some(raws)
    assert len(found.read) == 100
    assert turns >= 9
    before = turns
    assert await reader.async_read_some([*raws]) is found
    # No more than a slice of new ones takes none, either.
    few = [*raws, *(_raw(f"new {number}") for number in range(10))]
    assert len((await reader.async_read_some(few)).read) == 110
    assert turns == before
    counting.cancel()
