"""Tests of what is sent for an operation, of the paths it may have, and of what is kept of it."""

import re
from typing import Any

import msgspec
import pytest

from custom_components.ev_charging_cloud.clients.kempower.openapi import (
    Kind,
    Meaning,
    Operation,
)
from custom_components.ev_charging_cloud.clients.kempower.openapi.operation import Fill


def limit(**more: Any) -> Fill:
    """Return a field for a power limit."""
    return Fill(meaning=Meaning.LIMIT, where="body", name=("limit",), **more)


@pytest.mark.parametrize(
    ("fill", "watts", "sent"),
    [
        (limit(), 22_000, 22_000.0),
        (limit(per_watt=0.001), 22_000, 22.0),
        (limit(per_watt=0.001), 1_234.5678, 1.234568),
        (limit(per_watt=0.001), 0.0004, 0.0),
        (limit(per_watt=0.001), 0.0006, 0.000001),
        # A whole number is never more than was asked for.
        (limit(per_watt=0.001, is_whole=True), 22_999, 22),
        (limit(is_whole=True), 0.9, 0),
        (limit(least=10, most=20), 10, 10.0),
        (limit(least=10, most=20), 20, 20.0),
        (limit(least=10), 1e9, 1e9),
        (limit(most=20), -1, -1.0),
    ],
)
def test_power_that_is_sent(fill: Fill, watts: float, sent: float) -> None:
    """A power is sent in the file's unit, to a millionth of it."""
    found = fill.send({Meaning.LIMIT: watts})
    assert found == sent
    assert isinstance(found, int if fill.is_whole else float)


@pytest.mark.parametrize(
    ("fill", "watts", "message"),
    [
        (limit(least=10, most=20), 9.999, "9.999 is not between 10 and 20"),
        (limit(least=10, most=20), 20.001, "20.001 is not between 10 and 20"),
        (limit(least=1.5), 1, "1 is not between 1.5 and None"),
        (limit(most=0.5, per_watt=0.001), 600, "0.6 is not between None and 0.5"),
        (limit(least=22, per_watt=0.001, is_whole=True), 21_999, "21 is not between"),
    ],
)
def test_power_that_is_not_sent(fill: Fill, watts: float, message: str) -> None:
    """What the file does not allow is refused with its bounds."""
    with pytest.raises(ValueError, match=re.escape(message)):
        fill.send({Meaning.LIMIT: watts})


@pytest.mark.parametrize(
    ("more", "value", "sent"),
    [
        ({"meaning": "available"}, True, True),
        ({"meaning": "available"}, False, False),
        ({"meaning": "available", "yes": "on", "no": "off"}, True, "on"),
        ({"meaning": "available", "yes": "on", "no": "off"}, False, "off"),
        ({"meaning": "restart", "value": "OnIdle"}, "", "OnIdle"),
        ({"meaning": "limit", "value": "all"}, 1, "all"),
        ({"meaning": "station"}, "CS/1", "CS/1"),
        # Bounds are those of a limit.
        ({"meaning": "connector", "least": 5.0, "is_whole": True}, "1", "1"),
    ],
)
def test_what_else_is_sent(more: dict[str, Any], value: Any, sent: object) -> None:
    """A yes or no in the file's words, a fixed word, and an id as it is."""
    kept = {"where": "body", "name": ["x"], **more}
    fill = msgspec.convert(kept, Fill)
    assert fill.send({fill.meaning: value, Meaning.SESSION: "another"}) == sent


# ---- paths


@pytest.mark.parametrize(
    "path",
    [
        "/a",
        "/a/{station}/{connector}/{session}/{location}",
        "/v1.2/a_b~c-d/E9",
        "/~a/_b/-c/9",
        "/a" * 16,
        "/" + "a" * 499,
    ],
)
def test_paths(path: str) -> None:
    """A path has up to sixteen parts and 500 letters, none of which means anything else."""
    operation = Operation(kind=Kind.START, method="POST", path=path)
    assert operation.path == path


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "a", "a/b", "/a/", "//a", "/a//b", "/a/.", "/a/..", "/.a/b"),
        *("/a?b", "/a#b", "/a%2Fb", "/a b", "/ä", "/a\n", "\n/a", "/a;b", "/a:b"),
        *("/{other}", "/{limit}", "/{}", "/a{station}", "/{station}a", "/{Station}"),
        *("/{{station}}", "/{station", "/station}", "/a" * 17, "/" + "a" * 500),
        *("https://elsewhere.example/a", "/a\\b", "/a@b", "/{station}{session}"),
    ],
)
def test_paths_that_are_none(path: str) -> None:
    """What could lead elsewhere is no path, also where it was kept."""
    with pytest.raises(ValueError, match=r"^no path that can be meant$"):
        Operation(kind=Kind.START, method="POST", path=path)
    with pytest.raises(msgspec.ValidationError, match="no path that can be meant"):
        msgspec.convert({"kind": "start", "method": "POST", "path": path}, Operation)


def test_address_query_and_body() -> None:
    """Each place is filled in where it is, and nothing else is sent."""
    operation = Operation(
        kind=Kind.CONNECTOR_LIMIT,
        method="PATCH",
        path="/a/{station}/b/{connector}/{station}",
        fills=(
            Fill(meaning=Meaning.SESSION, where="query", name=("tx",)),
            Fill(meaning=Meaning.AVAILABLE, where="query", name=("on",)),
            Fill(meaning=Meaning.LIMIT, where="query", name=("kW",), per_watt=0.001),
            Fill(meaning=Meaning.UNIT, where="query", name=("unit",), value="kW"),
            Fill(meaning=Meaning.PAGE, where="query", name=("page",)),
            Fill(meaning=Meaning.LIMIT, where="body", name=("a", "b", "watts")),
            Fill(meaning=Meaning.UNIT, where="body", name=("a", "unit"), value="W"),
            Fill(meaning=Meaning.STATION, where="body", name=("a", "b", "id")),
            Fill(meaning=Meaning.SESSION, where="body", name=("tx",)),
        ),
        has_body=True,
    )
    assert operation.meanings == {
        *(Meaning.STATION, Meaning.CONNECTOR, Meaning.SESSION),
        *(Meaning.AVAILABLE, Meaning.LIMIT, Meaning.PAGE),
    }
    values: dict[Meaning, Any] = {
        Meaning.STATION: "CS/1",
        Meaning.CONNECTOR: 7,
        Meaning.SESSION: "TX",
        Meaning.AVAILABLE: True,
        Meaning.LIMIT: 1500,
    }
    assert operation.address(values) == "/a/CS%2F1/b/7/CS%2F1"
    assert operation.query(values) == [
        ("tx", "TX"),
        ("on", "true"),
        ("kW", "1.5"),
        ("unit", "kW"),
    ]
    assert operation.body(values) == {
        "a": {"b": {"watts": 1500, "id": "CS/1"}, "unit": "W"},
        "tx": "TX",
    }
    bare = Operation(kind=Kind.START, method="POST", path="/a")
    assert (bare.address({}), bare.query(values), bare.body(values)) == ("/a", [], None)
    assert bare.meanings == frozenset()
    empty = Operation(kind=Kind.START, method="POST", path="/a", has_body=True)
    assert empty.body(values) == {}


def test_what_is_left_out() -> None:
    """Of a query what nothing is known of is left out."""
    page = Fill(meaning=Meaning.PAGE, where="query", name=("page",))
    unit = Fill(meaning=Meaning.UNIT, where="query", name=("unit",), value="W")
    operation = Operation(
        kind=Kind.TRANSACTIONS, method="GET", path="/a", fills=(page, unit)
    )
    assert operation.query({}) == [("unit", "W")]
    assert operation.query({Meaning.PAGE: 7}) == [("page", "7"), ("unit", "W")]
