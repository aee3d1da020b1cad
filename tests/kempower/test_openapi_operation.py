"""Tests of what is sent for an operation, of the paths it may have, and of what is kept of it."""

import json
import re
from typing import Any

import msgspec
import pytest

from custom_components.ev_charging_cloud.clients.kempower.openapi import (
    Findings,
    Kind,
    Meaning,
    Operation,
    Refusal,
    Refused,
)
from custom_components.ev_charging_cloud.clients.kempower.openapi.operation import Fill

from .openapi import (
    NUMBER,
    TEXT,
    answer,
    fields,
    file_of,
    in_path,
    in_query,
    list_of,
    read,
    with_body,
)


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


# ---- findings


KEPT = {
    "found": {
        "start": {
            "kind": "start",
            "method": "POST",
            "path": "/start/{station}",
            "fills": [
                {
                    "meaning": "connector",
                    "where": "body",
                    "name": ["connectorId"],
                    "per_watt": 1.0,
                }
            ],
            "has_body": True,
        },
        "station_limit": {
            "kind": "station_limit",
            "method": "PUT",
            "path": "/limit",
            "fills": [
                {
                    "meaning": "station",
                    "where": "query",
                    "name": ["stationId"],
                    "per_watt": 1.0,
                },
                {
                    "meaning": "limit",
                    "where": "body",
                    "name": ["a", "limitKw"],
                    "per_watt": 0.001,
                    "is_whole": True,
                    "least": 1.0,
                    "most": 9.0,
                },
            ],
            "has_body": True,
        },
        "transactions": {
            "kind": "transactions",
            "method": "GET",
            "path": "/past",
            "fills": [
                {
                    "meaning": "page",
                    "where": "query",
                    "name": ["exclusiveStartKey"],
                    "per_watt": 1.0,
                }
            ],
            "items": "all",
            "page": "lastEvaluatedKey",
        },
    },
    "refused": {
        "stop": {"reason": "method", "detail": "delete"},
        "availability": {"reason": "missing", "detail": ""},
        "restart": {"reason": "field", "detail": "who"},
        "connector_limit": {"reason": "missing", "detail": ""},
        "session_limit": {"reason": "missing", "detail": ""},
        "station_transactions": {"reason": "answer", "detail": "txId"},
        "location_stations": {"reason": "missing", "detail": ""},
        "vehicles": {"reason": "answer", "detail": ""},
        "schedules": {"reason": "missing", "detail": ""},
        "power_groups": {"reason": "missing", "detail": ""},
    },
}


def findings() -> Findings:
    """Return what a file of several operations brought."""
    whole = {"type": "integer", "minimum": 1, "maximum": 9}
    past = answer(all=list_of("txId"), lastEvaluatedKey={"type": "object"})
    return read(
        file_of(
            startTransaction=(
                "post",
                "/start/{stationId}",
                with_body(
                    fields("connectorId", connectorId=TEXT, note=NUMBER),
                    parameters=in_path("stationId"),
                ),
            ),
            stopTransaction=("delete", "/stop", {}),
            restartStation=("post", "/restart", with_body(fields("who", who=TEXT))),
            setStationPowerLimit=(
                "put",
                "/limit",
                with_body(
                    fields("a", a=fields("limitKw", limitKw=whole)),
                    parameters=[in_query("stationId", required=True)],
                ),
            ),
            getTransactions2=(
                "get",
                "/past",
                {"parameters": [in_query("exclusiveStartKey")], **past},
            ),
            getTransactions=(
                "get",
                "/past/{stationId}",
                {"parameters": in_path("stationId"), **answer()},
            ),
            getVehicles=("get", "/vehicles", {}),
        )
    )


def test_what_is_kept() -> None:
    """The findings are kept as plain objects, which later versions read again."""
    found = findings()
    assert found.kept == KEPT
    assert Findings.restored(json.loads(json.dumps(KEPT))) == found
    for odd in (None, {}, [], "x", 7, {"found": {"stop": {}}}, {"found": {"x": {}}}):
        assert Findings.restored(odd) == Findings()
    assert Findings().kept == {"found": {}, "refused": {}}


def test_in_short() -> None:
    """Diagnostics say what became of each kind."""
    found = findings()
    assert found.summary([Kind.START, Kind.TRANSACTIONS]) == {
        "start": "POST /start/{station} (used)",
        "station_limit": "PUT /limit (switched off)",
        "transactions": "GET /past (used)",
        "stop": "method delete",
        "availability": "missing",
        "restart": "field who",
        "connector_limit": "missing",
        "session_limit": "missing",
        "station_transactions": "answer txId",
        "location_stations": "missing",
        "vehicles": "answer",
        "schedules": "missing",
        "power_groups": "missing",
    }
    assert Findings().summary([Kind.START]) == {}


def test_what_is_used() -> None:
    """Lists are used as they are found, commands where they are switched on."""
    found = findings()
    lists = {Kind.TRANSACTIONS: found.found[Kind.TRANSACTIONS]}
    start = {Kind.START: found.found[Kind.START]}
    assert found.used(()) == lists
    assert found.used(["start", "stop", "transactions"]) == {**start, **lists}
    assert found.used(["station_limit"]).keys() == {Kind.STATION_LIMIT, *lists}


def operation(kind: Kind, path: str) -> Operation:
    """Return an operation that is told from others by its path."""
    return Operation(kind=kind, method="POST", path=path)


def test_parts_of_a_file() -> None:
    """A newer part replaces what it names, found or refused; all else stays."""
    missing = Refused(Refusal.MISSING)
    old, new = Refused(Refusal.FIELD, "old"), Refused(Refusal.BODY, "new")
    earlier = Findings(
        found={
            Kind.START: operation(Kind.START, "/old"),
            Kind.STOP: operation(Kind.STOP, "/old"),
            Kind.RESTART: operation(Kind.RESTART, "/old"),
        },
        refused={
            Kind.AVAILABILITY: old,
            Kind.VEHICLES: old,
            Kind.SCHEDULES: missing,
            Kind.TRANSACTIONS: old,
        },
    )
    later = Findings(
        found={
            Kind.START: operation(Kind.START, "/new"),
            Kind.TRANSACTIONS: operation(Kind.TRANSACTIONS, "/new"),
        },
        refused={
            Kind.STOP: new,
            Kind.RESTART: missing,
            Kind.AVAILABILITY: missing,
            Kind.VEHICLES: new,
            Kind.SCHEDULES: missing,
            Kind.POWER_GROUPS: missing,
        },
    )
    assert later.joined(earlier) == Findings(
        found={
            Kind.START: operation(Kind.START, "/new"),
            Kind.TRANSACTIONS: operation(Kind.TRANSACTIONS, "/new"),
            Kind.RESTART: operation(Kind.RESTART, "/old"),
        },
        refused={
            Kind.STOP: new,
            Kind.AVAILABILITY: old,
            Kind.VEHICLES: new,
            Kind.SCHEDULES: missing,
            Kind.POWER_GROUPS: missing,
        },
    )
    assert later.joined(Findings()) == later
    assert Findings().joined(earlier) == earlier
