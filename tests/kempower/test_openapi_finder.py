"""Tests of finding operations in a file: where they are looked for, what they are about, and what they answer."""

from typing import Any

import pytest

from custom_components.ev_charging_cloud.clients.kempower.openapi import (
    FileProblem,
    Kind,
    Meaning,
    OpenApiFileError,
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
    list_of,
    outcome,
    outcome_of,
    read,
    with_body,
)

TX = {"parameters": in_path("txId")}
MISSING = Refused(Refusal.MISSING)


def fill(meaning: Meaning, where: Any, *name: str, **more: Any) -> Fill:
    """Return a place that is filled in."""
    return Fill(meaning=meaning, where=where, name=name, **more)


# ---- files


@pytest.mark.parametrize(
    ("version", "is_one"),
    [
        *(("3.0", True), ("3.0.3", True), ("3.1.0", True), ("3.2", True)),
        *(("2.0", False), ("3", False), ("30.1", False), ("x3.0", False)),
        *((3.0, False), (None, False), (["3.0"], False)),
    ],
)
def test_versions(version: object, is_one: bool) -> None:
    """A file is one of OpenAPI 3."""
    document = {"openapi": version, "paths": {}}
    if is_one:
        assert read(document).refused == dict.fromkeys(Kind, MISSING)
        return
    with pytest.raises(OpenApiFileError) as caught:
        read(document)
    assert caught.value.problem is FileProblem.NOT_OPENAPI


@pytest.mark.parametrize(
    "paths", [None, [], {}, {"/a": None}, {"/a": {"$ref": "#/no"}}, {"/a": {"post": 7}}]
)
def test_files_without_operations(paths: object) -> None:
    """What is no path and no operation is passed over, and costs nothing else."""
    assert read({"openapi": "3.0.0", "paths": paths}).found == {}
    known = file_of(startTransaction=("post", "/{txId}", TX))
    if isinstance(paths, dict):
        known["paths"] = {**paths, **known["paths"]}
    assert read(known).found == {
        Kind.START: Operation(kind=Kind.START, method="POST", path="/{session}")
    }


def test_path_by_reference() -> None:
    """What stands under a path may stand elsewhere in the file."""
    document = file_of(startTransaction=("post", "/{txId}", TX))
    document["x"] = document["paths"]["/{txId}"]
    document["paths"]["/{txId}"] = {"$ref": "#/x"}
    assert Kind.START in read(document).found


def test_most_operations() -> None:
    """A file has at most five thousand operations."""
    paths: dict[str, Any] = {f"/{number}": {"get": {}} for number in range(4998)}
    start = {"operationId": "startTransaction", **TX}
    paths["/{txId}"] = {"post": start, "trace": {}, "summary": "no operation"}
    document = {"openapi": "3.0.0", "paths": paths}
    assert read(document).found.keys() == {Kind.START}
    paths["/more"] = {"head": {}}
    with pytest.raises(OpenApiFileError) as caught:
        read(document)
    assert caught.value.problem is FileProblem.TOO_LARGE


# ---- methods


@pytest.mark.parametrize(
    "method", ["get", "put", "post", "delete", "options", "head", "patch", "trace"]
)
def test_methods(method: str) -> None:
    """Commands write, lists are read; any other method is refused by its name."""
    refused = Refused(Refusal.METHOD, method)
    found = outcome_of("startTransaction", method, "/{txId}", TX, Kind.START)
    if method in {"put", "post", "patch"}:
        verb: Any = method.upper()
        assert found == Operation(kind=Kind.START, method=verb, path="/{session}")
    else:
        assert found == refused
    more = answer(all=list_of("id"))
    found = outcome_of("getVehicles", method, "/x", more, Kind.VEHICLES)
    if method == "get":
        assert found == Operation(
            kind=Kind.VEHICLES, method="GET", path="/x", items="all"
        )
    else:
        assert found == refused


@pytest.mark.parametrize("name", ["POST", "query", "parameters", "x-post"])
def test_what_is_no_method(name: str) -> None:
    """What else stands under a path is no operation."""
    document = file_of(startTransaction=(name, "/{txId}", TX))
    assert read(document).refused[Kind.START] == MISSING


# ---- one request, one meaning


def two(first: str, second: str, *paths: str) -> dict[Kind, Refused]:
    """Return why two operations at these paths are not used."""
    document = file_of(
        **{
            first: ("post", paths[0], TX),
            second: ("post", paths[1], {"parameters": in_path("transactionId")}),
        }
    )
    refused = read(document).refused
    return {kind: told for kind, told in refused.items() if told != MISSING}


def test_one_request_for_two() -> None:
    """Two operations at one address are neither, whatever its places are called."""
    both = ("startTransaction", "stopTransaction")
    shared = Refused(Refusal.SHARED)
    same = {Kind.START: shared, Kind.STOP: shared}
    assert two(*both, "/a/{txId}", "/a/{transactionId}") == same
    # A slash at the end makes no other address; it is refused on its own.
    assert two(*both, "/a/{txId}", "/a/{transactionId}/") == same
    assert two(*both, "/a/{txId}", "/b/{transactionId}") == {}
    assert two(*both, "/a/{txId}/X", "/a/{transactionId}") == {}
    document = file_of(
        startTransaction=("post", "/a/{txId}", TX),
        stopTransaction=("put", "/a/{txId}", TX),
    )
    assert read(document).found.keys() == {Kind.START, Kind.STOP}


def test_one_operation_twice() -> None:
    """Of two operations of one name nobody knows which is meant."""
    document = file_of(stopTransaction=("post", "/a/{txId}", TX))
    document["paths"]["/b/{txId}"] = {"put": {"summary": "Stop Transaction", **TX}}
    assert outcome(document, Kind.STOP) == Refused(Refusal.SEVERAL)
    # By title and by id it is the same one.
    document = file_of(
        stopTransaction=("post", "/a/{txId}", {"summary": "Stop a Transaction", **TX})
    )
    assert isinstance(outcome(document, Kind.STOP), Operation)


# ---- what a command is about

STATION, CONNECTOR, SESSION = Meaning.STATION, Meaning.CONNECTOR, Meaning.SESSION
IDS = {STATION: "stationId", CONNECTOR: "connectorId", SESSION: "txId"}
AVAILABLE = {"available": {"type": "boolean"}}
LIMIT = {"limitW": NUMBER}


@pytest.mark.parametrize(
    ("id_", "kind", "more", "there", "chosen"),
    [
        # The best first, and only one of them; what is left is left alone.
        ("startTransaction", Kind.START, {}, (*IDS,), {STATION, CONNECTOR}),
        ("startTransaction", Kind.START, {}, (SESSION,), {SESSION}),
        ("startTransaction", Kind.START, {}, (STATION, SESSION), {SESSION}),
        ("startTransaction", Kind.START, {}, (STATION,), "connector"),
        ("startTransaction", Kind.START, {}, (CONNECTOR,), "station"),
        ("startTransaction", Kind.START, {}, (), "connector"),
        ("stopTransaction", Kind.STOP, {}, (*IDS,), {SESSION}),
        ("stopTransaction", Kind.STOP, {}, (STATION, CONNECTOR), {STATION, CONNECTOR}),
        ("stopTransaction", Kind.STOP, {}, (STATION,), "session"),
        ("restartStation", Kind.RESTART, {}, (*IDS,), {STATION}),
        ("restartStation", Kind.RESTART, {}, (SESSION,), "station"),
        (
            "changeAvailability",
            Kind.AVAILABILITY,
            AVAILABLE,
            (*IDS,),
            {STATION, CONNECTOR, Meaning.AVAILABLE},
        ),
        ("changeAvailability", Kind.AVAILABILITY, {}, (*IDS,), "available"),
        (
            "setStationPowerLimit",
            Kind.STATION_LIMIT,
            LIMIT,
            (*IDS,),
            {STATION, Meaning.LIMIT},
        ),
        ("setStationPowerLimit", Kind.STATION_LIMIT, {}, (*IDS,), "limit"),
        (
            "setConnectorPowerLimit",
            Kind.CONNECTOR_LIMIT,
            LIMIT,
            (*IDS,),
            {STATION, CONNECTOR, Meaning.LIMIT},
        ),
        (
            "setConnectorPowerLimit",
            Kind.CONNECTOR_LIMIT,
            LIMIT,
            (SESSION,),
            "connector",
        ),
        # Where its session is told besides, the better.
        (
            "setTransactionPowerLimit",
            Kind.SESSION_LIMIT,
            LIMIT,
            (*IDS,),
            {*IDS, Meaning.LIMIT},
        ),
        (
            "setTransactionPowerLimit",
            Kind.SESSION_LIMIT,
            LIMIT,
            (SESSION,),
            {SESSION, Meaning.LIMIT},
        ),
        (
            "setTransactionPowerLimit",
            Kind.SESSION_LIMIT,
            LIMIT,
            (STATION, CONNECTOR),
            "session",
        ),
    ],
)
def test_what_a_command_is_about(
    id_: str,
    kind: Kind,
    more: dict[str, Any],
    there: tuple[Meaning, ...],
    chosen: set[Meaning] | str,
) -> None:
    """A command says what it is about, in as few words as can be."""
    schema = fields(**{IDS[each]: TEXT for each in there}, **more)
    found = outcome_of(id_, "post", "/x", with_body(schema), kind)
    if isinstance(chosen, str):
        assert found == Refused(Refusal.TARGET, chosen)
        return
    assert isinstance(found, Operation)
    assert (found.has_body, found.path, found.method) == (True, "/x", "POST")
    assert [each.meaning for each in found.fills] == [
        meaning
        for meaning in (*there, Meaning.AVAILABLE, Meaning.LIMIT)
        if meaning in chosen
    ]


@pytest.mark.parametrize("required", [True, False])
def test_a_way_to_restart(required: bool) -> None:
    """The way to restart is said wherever it can be."""
    schema = fields(*["type"] * required, type={"enum": ["Immediate", "OnIdle"]})
    more = with_body(schema, parameters=in_path("stationId"))
    more["requestBody"]["required"] = required
    found = outcome_of("restartStation", "post", "/{stationId}", more, Kind.RESTART)
    assert found == Operation(
        kind=Kind.RESTART,
        method="POST",
        path="/{station}",
        fills=(fill(Meaning.RESTART, "body", "type", value="OnIdle"),),
        has_body=True,
    )


def test_the_first_of_several() -> None:
    """Of places for the same that may be left out the first is filled in."""
    schema = fields(transactionId=TEXT, txId=TEXT, transaction=TEXT)
    found = outcome_of("stopTransaction", "post", "/x", with_body(schema), Kind.STOP)
    assert isinstance(found, Operation)
    assert found.fills == (fill(SESSION, "body", "transactionId"),)
