"""Tests of what is said of items that cannot be read, and of items that are sent again."""

import msgspec
from msgspec import Struct
import pytest

from custom_components.ev_charging_cloud.clients.errors import UnexpectedAnswerError
from custom_components.ev_charging_cloud.clients.reading.items import ItemReader
from custom_components.ev_charging_cloud.clients.reading.lenient import Reader
from custom_components.ev_charging_cloud.clients.reading.report import ReadingReport


class Thing(Struct, frozen=True):
    """An object of a vendor."""

    id: str
    amount: float | None = None


def convert(thing: Thing) -> Thing:
    """Return the same, unless nobody foresaw its amount."""
    if thing.amount == 0:
        raise ZeroDivisionError("by nothing")
    return thing


@pytest.fixture
def reader() -> ItemReader[Thing, Thing]:
    """Return a reader of things."""
    report = ReadingReport("a vendor")
    return ItemReader("thing", "id", Reader(Thing), convert, report)


def raws(*items: bytes) -> list[msgspec.Raw]:
    """Return items as a list has them."""
    return [msgspec.Raw(item) for item in items]


def test_why_an_item_is_skipped(reader: ItemReader[Thing, Thing]) -> None:
    """Its name, else its place; the reader's words, else the kind of error."""
    found = reader.read(
        raws(b'{"id": "a"}', b'{"amount": 1}', b'{"id": "b", "amount": 0}', b"[]")
    )
    assert [thing.id for thing in found.read] == ["a"]
    names = [odd.name for odd in found.skipped]
    assert names == ["thing number 2", "thing b", "thing number 4"]
    missing, unforeseen, no_object = (odd.reason for odd in found.skipped)
    assert "id" in missing
    assert unforeseen == "ZeroDivisionError"
    assert "object" in no_object


def test_what_the_report_hears(caplog: pytest.LogCaptureFixture) -> None:
    """Of values and of whole items, by the kind of item; of the same item once."""
    report = ReadingReport("a vendor")
    reader = ItemReader("thing", "id", Reader(Thing), convert, report)
    for text in (b'{"id": "a", "amount": "x"}', b'{"id": "a", "amount": 0}'):
        reader.read(raws(text, b'{"id": "b", "amount": 1}'))
    assert report.odd_values == {"thing.amount": 1}
    odd, skipped = (record.getMessage() for record in caplog.records)
    assert odd.startswith(
        "a vendor sent a thing.amount that cannot be read (expected a "
    )
    assert skipped == (
        "Skipped thing a of a vendor, which could not be read: ZeroDivisionError"
    )


def test_none_can_be_read(reader: ItemReader[Thing, Thing]) -> None:
    """An empty list is one; a list of which nothing can be read is none."""
    assert reader.read_some([]).read == []
    with pytest.raises(UnexpectedAnswerError) as caught:
        reader.read_some(raws(b'{"id": "a", "amount": 0}', b"[]"))
    assert str(caught.value) == "none of 2 things could be read: ZeroDivisionError"
    found = reader.read_some(raws(b'{"id": "a", "amount": 0}', b'{"id": "c"}'))
    assert [thing.id for thing in found.read] == ["c"]


def test_what_is_sent_again_is_the_very_same(
    reader: ItemReader[Thing, Thing],
) -> None:
    """Where it was, somewhere else, or as part of the very same list."""
    first = reader.read(raws(b'{"id": "a"}', b'{"id": "b"}'))
    assert reader.read(raws(b'{"id": "a"}', b'{"id": "b"}')) is first
    second = reader.read(raws(b'{"id": "c"}', b'{"id": "b"}', b'{"id": "a"}'))
    assert second.read[1] is first.read[1]
    assert second.read[2] is first.read[0]
    assert [thing.id for thing in second.read] == ["c", "b", "a"]
    odd = raws(b'{"id": "c"}', b"[]")
    assert reader.read(odd) is not reader.read(odd)
