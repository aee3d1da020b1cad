"""Tests of reading a customer's OpenAPI file: what is understood, and that nothing else is."""

from collections.abc import Callable
from copy import deepcopy
import json
from time import perf_counter
from typing import Any

from hypothesis import given, strategies as st
import msgspec
import pytest

from custom_components.ev_charging_cloud.clients.kempower.openapi import (
    COMMANDS,
    MAX_BYTES,
    FileProblem,
    Findings,
    Kind,
    OpenApiFileError,
    Operation,
    Refusal,
    find_operations,
)
from custom_components.ev_charging_cloud.clients.kempower.openapi.kinds import Meaning
from custom_components.ev_charging_cloud.clients.kempower.openapi.operation import PATH
from simulator.kempower.api_files import FILES

VALUES: dict[Meaning, Any] = {
    Meaning.STATION: "CS/1",
    Meaning.CONNECTOR: "11",
    Meaning.SESSION: "tx?9",
    Meaning.AVAILABLE: False,
    Meaning.LIMIT: 22_000,
}
TEXT = {"type": "string"}


def read(document: object) -> Findings:
    """Return what a document brings."""
    return find_operations(json.dumps(document).encode())


def file_of(**operations: Any) -> dict[str, Any]:
    """Return a document of operations: method, path, parameters and body, by id."""
    paths: dict[str, Any] = {}
    for id_, (method, path, more) in operations.items():
        paths.setdefault(path, {})[method] = {"operationId": id_, **more}
    return {"openapi": "3.0.3", "paths": paths}


def in_path(*names: str, **schema: Any) -> list[dict[str, Any]]:
    """Return parameters of a path."""
    return [
        {"name": name, "in": "path", "required": True, "schema": schema or TEXT}
        for name in names
    ]


def with_body(schema: object, **more: Any) -> dict[str, Any]:
    """Return what an operation with a body has."""
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}, **more}


def fields(*required: str, **properties: Any) -> dict[str, Any]:
    """Return the schema of an object."""
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
    }


# ---- what is understood


def test_ids_in_paths() -> None:
    """A file with ids in paths and flat bodies is understood as a whole."""
    findings = find_operations(msgspec.json.encode(FILES["alpha"]()))
    assert not findings.refused
    assert findings.found.keys() == set(Kind)
    start = findings.found[Kind.START]
    assert start.method == "POST"
    assert start.address(VALUES) == "/chargingStations/CS%2F1/transactions/start"
    assert start.body(VALUES) == {"connectorId": "11"}
    stop = findings.found[Kind.STOP]
    assert stop.address(VALUES) == "/chargingStations/CS%2F1/transactions/tx%3F9/stop"
    assert stop.body(VALUES) is None
    availability = findings.found[Kind.AVAILABILITY]
    assert availability.body(VALUES) == {"availability": "Inoperative"}
    limit = findings.found[Kind.STATION_LIMIT]
    assert limit.body(VALUES) == {"powerLimitKw": 22}
    with pytest.raises(ValueError, match="not between"):
        limit.body({**VALUES, Meaning.LIMIT: 500_000})


def test_envelopes() -> None:
    """A file with envelopes, references and titles only is understood as well."""
    findings = find_operations(msgspec.json.encode(FILES["beta"]()))
    lists = set(Kind) - set(COMMANDS) - {Kind.TRANSACTIONS}
    assert findings.found.keys() == {*COMMANDS, *lists}
    assert findings.found[Kind.SCHEDULES].more == ("once",)
    assert findings.found[Kind.VEHICLES].meanings == {Meaning.LOCATION}
    there = {"station": {"id": "CS/1"}, "connector": {"id": "11"}}
    bodies = {kind: findings.found[kind].body(VALUES) for kind in COMMANDS}
    assert bodies == {
        Kind.START: {"command": there},
        Kind.STOP: {"command": {"transactionId": "tx?9"}},
        Kind.AVAILABILITY: {"command": {**there, "operative": False}},
        Kind.RESTART: {"command": {"stationId": "CS/1", "type": "OnIdle"}},
        Kind.STATION_LIMIT: {
            "command": {"chargingStationId": "CS/1", "limit": 22_000, "unit": "W"}
        },
        Kind.CONNECTOR_LIMIT: {"command": {**there, "limit": 22_000, "unit": "W"}},
        Kind.SESSION_LIMIT: {
            "command": {"transactionId": "tx?9", "limit": 22_000, "unit": "W"}
        },
    }


@pytest.mark.parametrize(
    "title", ["Start Transaction", "start a  transaction", "Start the transaction."]
)
def test_titles(title: str) -> None:
    """A title is known whatever its case and its articles; a longer one is another."""
    document = file_of(x=("post", "/start/{txId}", {"parameters": in_path("txId")}))
    operation = document["paths"]["/start/{txId}"]["post"]
    operation["summary"] = title
    assert Kind.START in read(document).found
    operation["summary"] = f"{title} later"
    assert read(document).refused[Kind.START].reason is Refusal.MISSING


def test_several_parts() -> None:
    """Parts add to each other; a newer one replaces what it names, also by refusing it."""
    whole = find_operations(msgspec.json.encode(FILES["alpha"]()))
    half = find_operations(msgspec.json.encode(FILES["half"]()))
    unknown = find_operations(msgspec.json.encode(FILES["unknown_field"]()))
    assert half.joined(whole) == whole
    both = unknown.joined(whole)
    assert both.found.keys() == set(Kind) - {Kind.START}
    assert both.refused[Kind.START].detail == "contractReference"
    assert half.joined(both).found.keys() == set(Kind)


def test_what_is_kept_is_read_again() -> None:
    """Operations can be kept as plain objects; one that leads elsewhere cannot be read."""
    for operation in find_operations(
        msgspec.json.encode(FILES["beta"]())
    ).found.values():
        kept = json.loads(msgspec.json.encode(operation))
        assert msgspec.convert(kept, Operation) == operation
    for path in ("/../x", "//x", "/x?y", "https://x", "/{other}", "/a b", ""):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"kind": "stop", "method": "POST", "path": path}, Operation)


@pytest.mark.parametrize(
    ("schema", "sent"),
    [
        (
            fields(
                "limit",
                "stationId",
                limit={"type": "number", "description": "In kW."},
                stationId=TEXT,
            ),
            {"limit": 22},
        ),
        (
            fields("powerW", "stationId", powerW={"type": "integer"}, stationId=TEXT),
            {"powerW": 22_000},
        ),
        (
            fields(
                "limit",
                "unit",
                "stationId",
                limit={"type": "number"},
                unit={"enum": ["A", "kW"]},
                stationId=TEXT,
            ),
            {"limit": 22, "unit": "kW"},
        ),
        (
            fields(
                "limitKw",
                "stationId",
                limitKw={"type": ["number", "null"]},
                stationId=TEXT,
            ),
            {"limitKw": 22},
        ),
    ],
)
def test_units_of_power(schema: dict[str, Any], sent: dict[str, Any]) -> None:
    """A limit's unit is in its name, in its description or in a field beside it."""
    document = file_of(setStationPowerLimit=("post", "/limit", with_body(schema)))
    body = read(document).found[Kind.STATION_LIMIT].body(VALUES)
    assert body == {"stationId": "CS/1", **sent}


def test_optional_envelope_is_whole() -> None:
    """What is optional is used where it names what is meant, and then wholly."""
    inner = fields("stationId", stationId=TEXT, connectorId=TEXT)
    schema = fields(target=inner, note=TEXT)
    document = file_of(startTransaction=("post", "/start", with_body(schema)))
    body = read(document).found[Kind.START].body(VALUES)
    assert body == {"target": {"stationId": "CS/1", "connectorId": "11"}}


def test_media_types() -> None:
    """JSON is JSON whatever its letters are."""
    schema = fields("txId", txId=TEXT)
    content = {"application/JSON; charset=utf-8": {"schema": schema}}
    document = file_of(
        stopTransaction=("post", "/stop", {"requestBody": {"content": content}})
    )
    assert read(document).found[Kind.STOP].body(VALUES) == {"txId": "tx?9"}


# ---- what is not


def connector_body(**more: Any) -> dict[str, Any]:
    """Return the body of a start with something more that is required."""
    known = {"stationId": TEXT, "connectorId": TEXT}
    return with_body(fields(*known, *more, **known, **more))


@pytest.mark.parametrize(
    ("method", "path", "more", "reason"),
    [
        ("delete", "/start/{txId}", {"parameters": in_path("txId")}, Refusal.METHOD),
        ("get", "/start/{txId}", {"parameters": in_path("txId")}, Refusal.METHOD),
        ("post", "start/{txId}", {"parameters": in_path("txId")}, Refusal.PATH),
        ("post", "/start/{txId}/", {"parameters": in_path("txId")}, Refusal.PATH),
        ("post", "/start/x{txId}", {"parameters": in_path("txId")}, Refusal.PATH),
        ("post", "/start/{txId}?a=b", {"parameters": in_path("txId")}, Refusal.PATH),
        ("post", "/start/%2e%2e/{txId}", {"parameters": in_path("txId")}, Refusal.PATH),
        ("post", "/a/../{txId}", {"parameters": in_path("txId")}, Refusal.PATH),
        (
            "post",
            "/" + "a" * 900 + "/{txId}",
            {"parameters": in_path("txId")},
            Refusal.PATH,
        ),
        ("post", "/start/{txId}", {}, Refusal.PARAMETER),
        ("post", "/start/{who}", {"parameters": in_path("who")}, Refusal.PARAMETER),
        (
            "post",
            "/start/{txId}",
            {"parameters": in_path("txId", type="integer")},
            Refusal.PARAMETER,
        ),
        (
            "post",
            "/start/{txId}",
            {
                "parameters": [
                    *in_path("txId"),
                    {"name": "X-Key", "in": "header", "required": True, "schema": TEXT},
                ]
            },
            Refusal.PARAMETER,
        ),
        ("post", "/start", connector_body(idTag=TEXT), Refusal.FIELD),
        ("post", "/start", connector_body(evseId=TEXT), Refusal.FIELD),
        (
            "post",
            "/start",
            connector_body(connectorNumber={"type": "integer"}),
            Refusal.FIELD,
        ),
        (
            "post",
            "/start",
            with_body(fields("stationId", stationId=TEXT)),
            Refusal.TARGET,
        ),
        (
            "post",
            "/start",
            with_body(
                fields(
                    "stationId",
                    "connectorId",
                    stationId=TEXT,
                    connectorId={"type": "integer"},
                )
            ),
            Refusal.FIELD,
        ),
        (
            "post",
            "/start",
            with_body(fields("stationId", "connectorId", stationId=TEXT)),
            Refusal.FIELD,
        ),
        ("post", "/start", with_body({"type": "array", "items": TEXT}), Refusal.BODY),
        (
            "post",
            "/start",
            with_body(
                {
                    "oneOf": [
                        fields("txId", txId=TEXT),
                        fields("stationId", stationId=TEXT),
                    ]
                }
            ),
            Refusal.BODY,
        ),
        (
            "post",
            "/start",
            with_body({**fields("txId", txId=TEXT), "minProperties": 2}),
            Refusal.BODY,
        ),
        (
            "post",
            "/start",
            {"requestBody": {"content": {"application/xml": {}}}},
            Refusal.BODY,
        ),
        ("post", "/start", {}, Refusal.TARGET),
        ("post", "/start", with_body({"$ref": "other.yaml#/X"}), Refusal.REFERENCE),
        ("post", "/start", with_body({"$ref": "#/paths/~1nowhere"}), Refusal.REFERENCE),
        (
            "post",
            "/start",
            with_body(
                {
                    "$ref": "#/paths/~1start/post/requestBody/content/application~1json/schema"
                }
            ),
            Refusal.REFERENCE,
        ),
    ],
)
def test_starts_that_are_not_understood(
    method: str, path: str, more: dict[str, Any], reason: Refusal
) -> None:
    """What is demanded and not understood is refused, for its own reason."""
    findings = read(file_of(startTransaction=(method, path, more)))
    assert Kind.START not in findings.found
    assert findings.refused[Kind.START].reason is reason


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (
            fields("limit", "stationId", limit={"type": "number"}, stationId=TEXT),
            Refusal.UNIT,
        ),
        (
            fields(
                "limit",
                "stationId",
                limit={"type": "number", "description": "kW, not W"},
                stationId=TEXT,
            ),
            Refusal.UNIT,
        ),
        (
            fields("limitA", "stationId", limitA={"type": "number"}, stationId=TEXT),
            Refusal.FIELD,
        ),
        (
            fields(
                "limitKw",
                "maxPowerKw",
                "stationId",
                limitKw={"type": "number"},
                maxPowerKw={"type": "number"},
                stationId=TEXT,
            ),
            Refusal.FIELD,
        ),
        (
            fields(
                "limitKw",
                "unit",
                "stationId",
                limitKw={"type": "number"},
                unit={"enum": ["W"]},
                stationId=TEXT,
            ),
            Refusal.UNIT,
        ),
        (fields("limitKw", "stationId", limitKw=TEXT, stationId=TEXT), Refusal.FIELD),
    ],
)
def test_limits_that_are_not_understood(
    schema: dict[str, Any], reason: Refusal
) -> None:
    """A power without a certain unit is none."""
    findings = read(file_of(setStationPowerLimit=("put", "/limit", with_body(schema))))
    assert findings.refused[Kind.STATION_LIMIT].reason is reason


def test_one_request_for_two_commands() -> None:
    """Two commands that are the same request are neither of them."""
    document = file_of(
        startTransaction=("post", "/do/{txId}", {"parameters": in_path("txId")})
    )
    document["paths"]["/do/{txId}"]["post"]["summary"] = "Stop Transaction"
    refused = read(document).refused
    assert refused[Kind.START].reason is Refusal.SHARED
    assert refused[Kind.STOP].reason is Refusal.SHARED


def test_one_command_twice() -> None:
    """Of two operations of the same name nobody knows which one is meant."""
    document = file_of(
        stopTransaction=("post", "/a/{txId}", {"parameters": in_path("txId")})
    )
    document["paths"]["/b/{txId}"] = document["paths"]["/a/{txId}"]
    assert read(document).refused[Kind.STOP].reason is Refusal.SEVERAL


def test_lists_that_are_not_understood() -> None:
    """A list is looked for by what is in it, and only one may be it."""
    listed = {"type": "array", "items": fields(txId=TEXT)}

    def answer(**properties: Any) -> dict[str, Any]:
        content = {"application/json": {"schema": fields(**properties)}}
        return {"responses": {"200": {"content": content}}}

    known = read(file_of(getTransactions2=("get", "/all", answer(past=listed))))
    assert known.found[Kind.TRANSACTIONS].items == "past"
    for odd in ({}, answer(), answer(past=listed, old=listed), answer(past=TEXT)):
        refused = read(file_of(getTransactions2=("get", "/all", odd))).refused
        assert refused[Kind.TRANSACTIONS].reason is Refusal.ANSWER


def test_hostile_file() -> None:
    """Other servers, ways out, unknown places and endless bodies: nothing is taken."""
    findings = find_operations(msgspec.json.encode(FILES["hostile"]()))
    assert not findings.found
    reasons = {kind: findings.refused[kind].reason for kind in COMMANDS}
    assert Refusal.MISSING not in reasons.values()


# ---- files that are none


def deep(levels: int) -> bytes:
    """Return JSON of many levels."""
    return b'{"a":' * levels + b"1" + b"}" * levels


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n"
    for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b" " * (MAX_BYTES + 1), FileProblem.TOO_LARGE),
        (b'{"a": [' + b"1," * 500_000 + b"1]}", FileProblem.TOO_LARGE),
        (deep(150), FileProblem.TOO_DEEP),
        (deep(400_000), FileProblem.TOO_DEEP),
        (b"[" * 400_000, FileProblem.TOO_DEEP),
        (b"- " * 100_000, FileProblem.TOO_DEEP),
        (LAUGHS.encode(), FileProblem.ALIASES),
        (b"a: &a\n  b: *a\n", FileProblem.ALIASES),
        (b"", FileProblem.UNREADABLE),
        (b"\xff\xfe\x00", FileProblem.UNREADABLE),
        (b"PK\x03\x04", FileProblem.UNREADABLE),
        (b"just words", FileProblem.UNREADABLE),
        (b"- 1\n- 2\n", FileProblem.UNREADABLE),
        (b"a: !!python/object/apply:os.system [ls]\n", FileProblem.UNREADABLE),
        (b"{}", FileProblem.NOT_OPENAPI),
        (b'{"swagger": "2.0", "paths": {}}', FileProblem.NOT_OPENAPI),
        (b"openapi: 3\n", FileProblem.NOT_OPENAPI),
    ],
    ids=range(17),
)
def test_no_files(data: bytes, problem: FileProblem) -> None:
    """What is no OpenAPI file, or out of bounds, is refused at once, and not quoted."""
    with pytest.raises(OpenApiFileError) as caught:
        find_operations(data)
    assert caught.value.problem is problem
    assert str(caught.value) == problem.value


def wide(names: int) -> dict[str, Any]:
    """Return a document whose small schema describes what has no end."""
    whole = {f"p{n}": {"$ref": "#/components/schemas/W"} for n in range(names)}
    document = file_of(
        startTransaction=("post", "/s", with_body({"$ref": "#/components/schemas/W"}))
    )
    return {**document, "components": {"schemas": {"W": fields(**whole)}}}


def test_what_is_described_without_end() -> None:
    """A schema that holds itself many times over is given up, not followed."""
    with pytest.raises(OpenApiFileError) as caught:
        read(wide(300))
    assert caught.value.problem is FileProblem.TOO_LARGE
    every = {"allOf": [{"$ref": "#/components/schemas/W"}] * 300}
    endless = wide(1)
    endless["components"]["schemas"]["W"] = every
    assert read(endless).refused[Kind.START].reason is Refusal.REFERENCE


def test_yaml() -> None:
    """YAML is read like JSON, with statuses that are numbers there."""
    text = """
openapi: 3.0.1
servers: [{url: https://elsewhere.example/api}]
paths:
  /transactions:
    get:
      summary: List transactions
      responses:
        200:
          content:
            application/json:
              schema:
                type: object
                properties:
                  list: {type: array, items: {type: object, properties: {txId: {type: string}}}}
"""
    assert find_operations(text.encode()).found[Kind.TRANSACTIONS].items == "list"


# ---- whatever it is

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
ODD = st.sampled_from(
    [
        {"$ref": "#/components/schemas/Thing"},
        {"$ref": "#"},
        {"$ref": "file:///etc/passwd"},
        {"oneOf": []},
        {"type": "object", "required": ["x"]},
        "..",
        "https://elsewhere.example",
    ]
)


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Return all places in a document where a value stands."""
    found: list[tuple[Any, Any]] = []
    keys = (
        node
        if isinstance(node, dict)
        else range(len(node))
        if isinstance(node, list)
        else ()
    )
    for key in keys:
        found += [(node, key), *_places(node[key])]
    return found


@given(st.data(), st.sampled_from(["alpha", "beta"]), st.integers(1, 4))
def test_changed_files(data: st.DataObject, name: str, changes: int) -> None:
    """Whatever is changed in a file: what is found stays on the server, and is whole."""
    document = json.loads(msgspec.json.encode(FILES[name]()))
    for _ in range(changes):
        places = _places(document)
        inner, key = places[data.draw(st.integers(0, 999)) % len(places)]
        inner[key] = deepcopy(data.draw(JSON | ODD))
    try:
        findings = read(document)
    except OpenApiFileError:
        return
    assert findings.found.keys() | findings.refused.keys() == set(Kind)
    for operation in findings.found.values():
        assert PATH.fullmatch(operation.path)
        assert ".." not in operation.path
        assert operation.method in {"GET", "POST", "PUT", "PATCH"}
        address = operation.address({**VALUES, Meaning.LOCATION: "../x"})
        assert "//" not in address
        assert "/../" not in address


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    """Any bytes are refused in order."""
    with pytest.raises(OpenApiFileError):
        find_operations(data)


MANY: list[Callable[[], bytes]] = [
    lambda: json.dumps(
        {
            "openapi": "3.0.0",
            "paths": {
                "/" + "{" * 3_000_000: {"post": {"operationId": "startTransaction"}}
            },
        }
    ).encode(),
    lambda: json.dumps(
        {"openapi": "3.0.0", "paths": {"/a": {"post": {"summary": "a" * 3_000_000}}}}
    ).encode(),
    lambda: json.dumps(wide(300)).encode(),
    LAUGHS.encode,
]


@pytest.mark.parametrize("make", MANY, ids=range(len(MANY)))
def test_takes_no_time(make: Callable[[], bytes]) -> None:
    """Nothing takes longer the more it is made to: far below what a person waits for."""
    data = make()
    begun = perf_counter()
    try:
        findings = find_operations(data)
    except OpenApiFileError:
        findings = Findings()
    assert not findings.found
    assert perf_counter() - begun < 20
