"""Tests of single values as vendors write them: times, numbers, texts and JSON."""

from datetime import UTC, datetime, timedelta, timezone
import json
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw, Struct
import pytest

from custom_components.ev_charging_cloud.clients.reading import values
from custom_components.ev_charging_cloud.clients.reading.lenient import Oddity, Reader
from custom_components.ev_charging_cloud.clients.reading.moments import (
    after,
    is_plausible,
    read_moment,
    utc,
)
from custom_components.ev_charging_cloud.clients.reading.plain import read_plain

# ---- times

MINUTE = datetime(2025, 3, 27, 7, 36, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2025-03-27T07:36Z", MINUTE),
        (" 2025-03-27T09:36+02:00 ", MINUTE),
        ("2025-03-27 07:36:00+00:00", MINUTE),
        ("2025-03-27T07:36", MINUTE.replace(tzinfo=None)),
        ("20250327T073600", None),
        ("2025-03-27", None),
        ("2025-03-27T07:3", None),
        ("2025-02-30T07:36Z", None),
        ("2025-03-27T24:36Z", None),
        (1_000_000_000, datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)),
        (999_999_999, None),
        (999_999_999.5, None),
        (7_226_582_399, datetime(2198, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (7_226_582_400, None),
        (1_000_000_000_000, datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)),
        (999_999_999_999, None),
        (7_226_582_399_000, datetime(2198, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (7_226_582_400_000, None),
        (1_743_061_000.5, datetime(2025, 3, 27, 7, 36, 40, 500000, tzinfo=UTC)),
        ("1743061000", datetime(2025, 3, 27, 7, 36, 40, tzinfo=UTC)),
        ("001743061000000", datetime(2025, 3, 27, 7, 36, 40, tzinfo=UTC)),
        ("0001743061000000", None),
        (True, None),
        (None, None),
        ([1_743_061_000], None),
        ({}, None),
    ],
)
def test_times(value: object, moment: datetime | None) -> None:
    """ISO 8601 with a time of day; seconds and milliseconds, from 2001 to 2198."""
    assert read_moment(value) == moment


@pytest.mark.parametrize(
    ("year", "is_meant"), [(1989, False), (1990, True), (2199, True), (2200, False)]
)
def test_years(year: int, is_meant: bool) -> None:
    """Before and after these nobody charges."""
    moment = datetime(year, 6, 1, tzinfo=UTC)
    assert is_plausible(moment) is is_meant
    assert utc(moment) == (moment if is_meant else None)
    assert utc(moment.replace(tzinfo=None)) == (moment if is_meant else None)


def test_zones() -> None:
    """All times are in UTC; one without a zone already is."""
    there = timezone(timedelta(hours=2))
    found = utc(datetime(2025, 3, 27, 9, 36, tzinfo=there))
    assert found == MINUTE
    assert found.tzinfo is UTC
    assert utc(None) is None
    assert values.moment("2025-03-27T07:36") == MINUTE
    assert values.moment("soon") is None


@pytest.mark.parametrize(
    ("seconds", "later"),
    [
        (90, MINUTE + timedelta(seconds=90)),
        (-1, MINUTE - timedelta(seconds=1)),
        (1e300, None),
        (1e13, None),
        (float("nan"), None),
    ],
)
def test_some_seconds_later(seconds: float, later: datetime | None) -> None:
    """There is no time that is later than all times."""
    assert after(MINUTE, seconds) == later


# ---- values of no documented type


@pytest.mark.parametrize(
    ("value", "text", "number", "flag", "identifier"),
    [
        (" a ", "a", None, None, "a"),
        ("", None, None, None, None),
        ("  ", None, None, None, None),
        (7, "7", 7.0, None, "7"),
        (1.5, "1.5", 1.5, None, "1.5"),
        ("2.5", "2.5", 2.5, None, "2.5"),
        (1, "1", 1.0, True, "1"),
        (True, None, None, True, None),
        (False, None, None, False, None),
        ("no", "no", None, None, "no"),
        ("false", "false", None, False, "false"),
        (10**400, str(10**400), None, None, str(10**400)),
        (None, None, None, None, None),
        ({"id": " x "}, None, None, None, "x"),
        ({"uuid": 5}, None, None, None, "5"),
        ({"id": None, "uuid": "u"}, None, None, None, None),
        ({"name": "n"}, None, None, None, None),
        ([1], None, None, None, None),
    ],
)
def test_values(
    value: object,
    text: str | None,
    number: float | None,
    flag: bool | None,
    identifier: str | None,
) -> None:
    """Each reader takes what is certainly of its kind."""
    found = values.text(value), values.number(value), values.flag(value)
    assert found == (text, number, flag)
    assert values.identifier(value) == identifier


@pytest.mark.parametrize(
    ("value", "ids", "mapping"),
    [
        (["a", {"id": "b"}, None, ""], ("a", "b"), None),
        (("a", 7), ("a", "7"), None),
        ([], (), {}),
        ("a", ("a",), None),
        ({"id": "a"}, ("a",), {"id": "a"}),
        ({}, None, {}),
        (None, None, None),
        ((), (), None),
    ],
)
def test_several_ids_and_objects(
    value: object, ids: tuple[str, ...] | None, mapping: dict[str, object] | None
) -> None:
    """One id is several of one; PHP writes an empty object as an empty list."""
    assert values.identifiers(value) == ids
    assert values.mapping(value) == mapping


def test_thousands() -> None:
    """KW are W, and kWh are Wh, without what binary fractions bring along."""
    assert values.kilo(None) is None
    assert values.kilo(0) == 0
    assert values.kilo(4.35) == 4350
    assert values.kilo(0.0012346) == 1.235


# ---- JSON that is none


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (
            b'{"a": [1, NaN, "x\ny"], "b": -Infinity}',
            {"a": [1, None, "x\ny"], "b": None},
        ),
        (b'["\\ud800", "\\ud83d\\ude97", "\xff", 1e999]', [None, "🚗", None, None]),
        (b'{"\xff": 1, "b": 2}', {"b": 2}),
        (b"[true, null, 1.5]", [True, None, 1.5]),
        (b"9" * 299, int("9" * 299)),
        (b"9" * 300, None),
        (b"\xef\xbb\xbf[1]", [1]),
        ('["ü"]'.encode("utf-16-le"), ["ü"]),
        ('["ü"]'.encode("utf-32"), ["ü"]),
    ],
)
def test_plain_values(data: bytes, value: object) -> None:
    """What cannot be read is nothing, and costs nothing beside it."""
    assert read_plain(data) == value


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"<html>", "Expecting value"), (b"[" * 100_000, "nested too deeply")],
)
def test_no_plain_value(data: bytes, words: str) -> None:
    """What is no JSON at all says why."""
    with pytest.raises(ValueError, match=f"^{words}(: |$)"):
        read_plain(data)
    for type_ in (dict[str, Raw], object):
        with pytest.raises(msgspec.ValidationError, match=f"^no JSON: {words}(: |$)"):
            Reader[object](type_).read(data)


# ---- what is said of a value that does not fit


class Part(Struct, frozen=True):
    """A part of a whole."""

    id: str


class Whole(Struct, frozen=True, rename="camel"):
    """One field of each type."""

    id: str
    text_: Annotated[str, Meta(min_length=2, max_length=3, pattern="^[a-z]")] | None = (
        None
    )
    at_most: Annotated[float, Meta(gt=0, lt=10)] | None = None
    whole: Annotated[int, Meta(ge=0, le=10)] | None = None
    flag: bool | None = None
    seen_at: datetime | None = None
    part: Part | None = None
    parts: list[Part] | None = None
    row: tuple[Part, ...] = ()
    numbers: list[float] | None = None
    table: dict[str, float] | None = None
    raw: msgspec.Raw | None = None
    anything: Any = None
    either: float | Part | None = None
    nothing: dict[int, str] | None = None
    thing: object = None
    plain: str | None = None


class Node(Struct, frozen=True):
    """A part that has such parts, and needs none of what it has."""

    name: str | None = None
    nodes: tuple[Node, ...] = ()


class Timed(Struct, frozen=True):
    """Something that has a time."""

    at: datetime | None = None


WHOLE = Reader(Whole)
ODD: list[tuple[str, object, list[tuple[str, str, bool]]]] = [
    ("text", "a", [("text", "an empty text", False)]),
    ("text", "abcd", [("text", "a text that is too long", False)]),
    ("text", "1a", [("text", "a text of another form", False)]),
    ("text", [], [("text", "expected a text, got a list", False)]),
    ("atMost", 0, [("atMost", "a number out of range", False)]),
    ("atMost", 10, [("atMost", "a number out of range", False)]),
    ("atMost", 10**250, [("atMost", "a number out of range", False)]),
    ("atMost", "x", [("atMost", "expected a number, got a text", False)]),
    ("atMost", "inf", [("atMost", "expected a number, got a text", False)]),
    ("atMost", {}, [("atMost", "expected a number, got an object", False)]),
    ("whole", -1, [("whole", "a number out of range", False)]),
    ("whole", 11, [("whole", "a number out of range", False)]),
    ("whole", 1.5, [("whole", "expected a whole number", False)]),
    ("whole", True, [("whole", "expected a number, got yes or no", False)]),
    ("flag", "perhaps", [("flag", "expected yes or no, got a text", False)]),
    ("flag", 2, [("flag", "expected yes or no, got a number", False)]),
    ("flag", 1.0, [("flag", "expected yes or no, got a number", False)]),
    ("seenAt", "soon", [("seenAt", "no time that can be meant", False)]),
    ("seenAt", "1989-06-01T00:00Z", [("seenAt", "no time that can be meant", False)]),
    ("part", 7, [("part", "expected an object, got a number", False)]),
    ("part", {}, [("part", "id is missing", False)]),
    ("part", [], [("part", "expected an object, got a list", False)]),
    ("part", {"id": None}, [("part", "id: expected a text, got nothing", False)]),
    ("parts", {}, [("parts", "expected a list, got an object", True)]),
    ("parts", [None], [("parts", "expected an object, got nothing", True)]),
    ("row", "x", [("row", "expected a list, got a text", True)]),
    ("row", [[]], [("row", "expected an object, got a list", True)]),
    ("numbers", "x", [("numbers", "expected a list, got a text", False)]),
    ("numbers", ["x"], [("numbers", "expected a number, got a text", False)]),
    ("table", [], [("table", "expected an object, got a list", False)]),
    ("table", {"a": "x"}, [("table", "expected a number, got a text", False)]),
    ("either", "x", [("either", "expected a number, got a text", False)]),
    ("either", {"no": 1}, [("either", "id is missing", False)]),
    ("nothing", {"x": "y"}, [("nothing", "expected a number, got a text", False)]),
]


@pytest.mark.parametrize(("field", "value", "odd"), ODD)
def test_what_is_said_of_a_value(
    field: str, value: object, odd: list[tuple[str, str, bool]]
) -> None:
    """Where, why, and whether an object was lost that nobody counts."""
    found: list[Oddity] = []
    WHOLE.read(json.dumps({"id": "w", field: value}).encode(), found)
    assert [(it.path, it.reason, it.is_object) for it in found] == odd


@pytest.mark.parametrize(
    ("field", "value"),
    [("whole", 0), ("whole", 10), ("atMost", 0.001), ("atMost", 9.999), ("text", "ab")],
)
def test_at_the_bounds(field: str, value: object) -> None:
    """What is just within its bounds is read, whatever is odd beside it."""
    found: list[Oddity] = []
    fields = {"id": "w", field: str(value), "flag": "odd"}
    whole = WHOLE.read(json.dumps(fields).encode(), found)
    assert value in (whole.whole, whole.at_most, whole.text_)
    assert [it.path for it in found] == ["flag"]


def test_parts_in_parts() -> None:
    """However deep they are; one without anything may be a list, as PHP writes it."""
    found: list[Oddity] = []
    data = b'{"name":{},"nodes":[{"name":7,"nodes":[[],{"nodes":[{"name":"x"}]}]},5]}'
    inner = (Node(), Node(nodes=(Node(name="x"),)))
    assert Reader(Node).read(data, found) == Node(nodes=(Node("7", inner),))
    assert [(it.path, it.reason, it.is_object) for it in found] == [
        ("name", "expected a text, got an object", False),
        ("nodes", "expected an object, got a number", True),
    ]


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        (Reader[object](list[Timed]), b"[%s]"),
        (Reader[object](tuple[Timed, ...]), b"[%s]"),
        (Reader[object](dict[str, Timed]), b'{"a": %s}'),
        (Reader[object](dict[str, list[Timed | None]]), b'{"a": [%s]}'),
    ],
)
@pytest.mark.parametrize("year", ["0001", "1899", "2200", "9999"])
def test_absurd_years_anywhere(reader: Reader[object], data: bytes, year: str) -> None:
    """A time that cannot be meant is not told, wherever it stands."""
    found: list[Oddity] = []
    absurd = b'{"at": "%s-01-01T00:00:00Z"}' % year.encode()
    empty = reader.read(data % b"{}")
    assert reader.read(data % absurd, found) == empty
    assert [it.reason for it in found] == ["no time that can be meant"]


def test_a_type_that_no_answer_has() -> None:
    """It is not read of anything else."""
    with pytest.raises(msgspec.ValidationError, match=r"^unexpected a number$"):
        Reader(bytes).read(b"7")


def test_all_of_a_whole() -> None:
    """Whatever is odd beside it, each field is read as its type has it."""
    found: list[Oddity] = []
    data = (
        b'{"id":7,"text":"abc","atMost":"9.5","whole":"10","flag":" TRUE ","seenAt":'
        b'"2025-03-27T07:36","part":{"id":1},"parts":[{"id":"a"},{"no":1},{"id":"b"}],'
        b'"row":[{"id":"a"}],"numbers":[1,"2","x"],"table":{"a":1,"b":"2","c":{}},'
        b'"raw":{"z":[1]},"anything":{"k":[true]},"either":{"id":3},"nothing":{"5":6},'
        b'"thing":[{}],"plain":""}'
    )
    assert WHOLE.read(data, found) == Whole(
        id="7",
        text_="abc",
        at_most=9.5,
        whole=10,
        flag=True,
        seen_at=datetime(2025, 3, 27, 7, 36),
        part=Part("1"),
        parts=[Part("a"), Part("b")],
        row=(Part("a"),),
        numbers=[1.0, 2.0],
        table={"a": 1.0, "b": 2.0},
        raw=Raw(b'{"z":[1]}'),
        anything={"k": [True]},
        either=Part("3"),
        nothing={5: "6"},
        thing=[{}],
        plain="",
    )
    assert [(it.path, it.is_object) for it in found] == [
        *(("parts", True), ("numbers", False), ("table", False))
    ]
