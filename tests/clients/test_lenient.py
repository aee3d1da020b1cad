"""Tests of reading field by field what does not fit."""

from datetime import UTC, datetime
import json
import math
from typing import Annotated

from hypothesis import given, strategies as st
import msgspec
from msgspec import Meta, Struct
import pytest

from custom_components.ev_charging_cloud.clients.reading.lenient import Oddity, Reader
from custom_components.ev_charging_cloud.clients.reading.moments import utc


class Plug(Struct, frozen=True):
    """A part of a thing, named by its id."""

    id: Annotated[str, Meta(min_length=1)]
    power: Annotated[float, Meta(ge=0, le=1000)] | None = None


class Thing(Struct, frozen=True, rename="camel"):
    """What a vendor might document."""

    thing_id: Annotated[str, Meta(min_length=1)]
    name: str | None = None
    max_power: Annotated[float, Meta(ge=0, le=1000)] | None = None
    count: int | None = None
    is_on: bool | None = None
    seen_at: datetime | None = None
    best: Plug | None = None
    plugs: list[Plug] | None = None
    either: Plug | str | None = None


READER = Reader(Thing)
GOOD: dict[str, object] = {"thingId": "t", "name": "Thing", "maxPower": 5}


def _read(data: bytes) -> tuple[Thing, list[Oddity]]:
    oddities: list[Oddity] = []
    return READER.read(data, oddities), oddities


def _json(**fields: object) -> bytes:
    return json.dumps(GOOD | fields).encode()


@pytest.mark.parametrize(
    ("field", "value", "name", "expected"),
    [
        ("maxPower", "238.4", "max_power", 238.4),
        ("maxPower", " 62 ", "max_power", 62),
        ("count", "7", "count", 7),
        ("count", 7.0, "count", 7),
        ("name", 42, "name", "42"),
        ("isOn", 1, "is_on", True),
        ("isOn", "true", "is_on", True),
        ("isOn", "False", "is_on", False),
        ("isOn", 0, "is_on", False),
        ("seenAt", "2025-03-27T07:36Z", "seen_at", datetime(2025, 3, 27, 7, 36, tzinfo=UTC)),
        ("seenAt", 1743061000, "seen_at", datetime(2025, 3, 27, 7, 36, 40, tzinfo=UTC)),
        ("seenAt", 1743061000000, "seen_at", datetime(2025, 3, 27, 7, 36, 40, tzinfo=UTC)),
        ("seenAt", "1743061000", "seen_at", datetime(2025, 3, 27, 7, 36, 40, tzinfo=UTC)),
        ("best", {"id": 3}, "best", Plug("3")),
        ("either", {"id": "p"}, "either", Plug("p")),
        ("either", "p", "either", "p"),
        ("thingId", 12, "thing_id", "12"),
    ],
)  # fmt: skip
def test_what_is_certain_is_read(
    field: str, value: object, name: str, expected: object
) -> None:
    """A value of another type, whose meaning is certain, is read."""
    found, oddities = _read(_json(**{field: value}))
    assert getattr(found, name) == expected
    assert not oddities


@pytest.mark.parametrize("number", [62, "62", 62.0])
def test_a_number_is_what_the_strict_decoder_makes_of_it(number: object) -> None:
    """Whatever else is odd, 62 is 62.0: one state, not two."""
    found, _ = _read(_json(maxPower=number, name={}))
    assert str(found.max_power) == str(_read(_json(maxPower=62))[0].max_power) == "62.0"


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("maxPower", "", "max_power"),
        ("maxPower", "n/a", "max_power"),
        ("maxPower", "Infinity", "max_power"),
        ("maxPower", "nan", "max_power"),
        ("maxPower", 1e308, "max_power"),
        ("maxPower", -0.02, "max_power"),
        ("maxPower", True, "max_power"),
        ("maxPower", [5], "max_power"),
        ("count", 7.5, "count"),
        ("isOn", "maybe", "is_on"),
        ("isOn", 2, "is_on"),
        ("isOn", {}, "is_on"),
        ("name", {"de": "Ding"}, "name"),
        ("name", False, "name"),
        ("seenAt", "", "seen_at"),
        ("seenAt", "soon", "seen_at"),
        ("seenAt", "27.03.2025 07:36", "seen_at"),
        ("seenAt", "2025-03-27", "seen_at"),
        ("seenAt", "0001-01-01T00:00:00+02:00", "seen_at"),
        ("seenAt", "9999-12-31T23:59:59-05:00", "seen_at"),
        ("seenAt", "2025-02-30T00:00:00Z", "seen_at"),
        ("seenAt", 12, "seen_at"),
        ("seenAt", 10**40, "seen_at"),
        ("best", {}, "best"),
        ("best", "", "best"),
        ("best", {"id": ""}, "best"),
        ("plugs", "none", "plugs"),
        ("either", False, "either"),
    ],
)
def test_one_odd_value_costs_that_value(field: str, value: object, name: str) -> None:
    """What cannot be meant is not told and noted by its field; the rest stands."""
    found, oddities = _read(_json(**{field: value}))
    assert getattr(found, name) is None
    assert [oddity.path for oddity in oddities] == [field]
    assert str(value) not in oddities[0].reason or value in ("", "none", {})
    expected = {"thing_id": "t", "name": "Thing", "max_power": 5} | {name: None}
    assert {key: getattr(found, key) for key in expected} == expected


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + _json(),
        _json().decode().encode("utf-16"),
        _json().replace(b'"Thing"', b'"Thing", "more": NaN'),
        _json().replace(b"5", b'5, "more": -Infinity'),
        _json().replace(b"{", b'{"more": "a\nb", ', 1),
    ],
    ids=["bom", "utf-16", "nan", "infinity", "line break"],
)
def test_nearly_json(data: bytes) -> None:
    """What other languages write for JSON is read all the same."""
    found, _ = _read(data)
    assert (found.thing_id, found.name, found.max_power) == ("t", "Thing", 5)


@pytest.mark.parametrize(
    "name", [b'"Th\xffing"', b'"Th\\ud800ing"', b'"\\udc00"', b"NaN"]
)
def test_a_text_that_is_none_costs_that_text(name: bytes) -> None:
    """Bytes that are not UTF-8 and half surrogate pairs cost the value they are in."""
    found, _ = _read(_json().replace(b'"Thing"', name))
    assert (found.thing_id, found.name, found.max_power) == ("t", None, 5)


def test_an_object_in_a_list_is_lost_alone() -> None:
    """A part without its id is left out, and said to be lost; its neighbours stay."""
    found, oddities = _read(
        _json(plugs=[{"id": "a", "power": "x"}, {"power": 5}, None, {"id": "b"}])
    )
    assert found.plugs == [Plug("a"), Plug("b")]
    assert [(o.path, o.is_object) for o in oddities] == [
        ("plugs.power", False),
        ("plugs", True),
        ("plugs", True),
    ]


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[]", b'"t"', b"<html>", b"{}", b'{"thingId": null}', b'{"thingId": ""}',
     _json()[:-5], b"[" * 100_000],
)  # fmt: skip
def test_what_is_lost(data: bytes) -> None:
    """Without its id, or without JSON, there is no object."""
    with pytest.raises(msgspec.ValidationError):
        READER.read(data)


NUMBERS = st.floats() | st.integers()
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "power", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["name", "maxPower", "count", "isOn", "seenAt", "best", "plugs", "either"]
        ),
        JSON,
    )
)
def test_anything_fits_or_is_left_out(fields: dict[str, object]) -> None:
    """Whatever comes beside an id, the object is there and each value of its type."""
    found, oddities = _read(json.dumps({"thingId": "t"} | fields).encode())
    assert found.thing_id == "t"
    assert found.name is None or isinstance(found.name, str)
    assert found.max_power is None or 0 <= found.max_power <= 1000
    assert found.count is None or isinstance(found.count, int)
    assert found.is_on is None or isinstance(found.is_on, bool)
    utc(found.seen_at)
    for plug in found.plugs or ():
        assert plug.id
        assert plug.power is None or math.isfinite(plug.power)
    assert {o.path.split(".")[0] for o in oddities} <= fields.keys()
