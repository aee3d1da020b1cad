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
    in_query,
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


# ---- limits with a unit beside them


def limited(schema: dict[str, Any], **more: Any) -> Operation | Refused:
    """Return what becomes of a limit of a station."""
    operation = with_body(schema, parameters=in_path("stationId"), **more)
    return outcome_of(
        "setStationPowerLimit", "put", "/{stationId}", operation, Kind.STATION_LIMIT
    )


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        # A unit that may be left out is sent where the limit needs it, and only there.
        (
            fields("limit", limit=NUMBER, unit={"enum": ["kW"]}),
            (
                fill(Meaning.LIMIT, "body", "limit", per_watt=0.001),
                fill(Meaning.UNIT, "body", "unit", value="kW", per_watt=1000.0),
            ),
        ),
        (
            fields("limitKw", limitKw=NUMBER, unit={"enum": ["kW"]}),
            (fill(Meaning.LIMIT, "body", "limitKw", per_watt=0.001),),
        ),
        # A unit that has to be sent is the same.
        (
            fields("limitKw", "unit", limitKw=NUMBER, unit={"enum": ["kW"]}),
            (
                fill(Meaning.LIMIT, "body", "limitKw", per_watt=0.001),
                fill(Meaning.UNIT, "body", "unit", value="kW", per_watt=1000.0),
            ),
        ),
        (
            fields("limitW", "unit", limitW=NUMBER, unit={"enum": ["W"]}),
            (
                fill(Meaning.LIMIT, "body", "limitW"),
                fill(Meaning.UNIT, "body", "unit", value="W"),
            ),
        ),
        (
            fields("limitKw", "unit", limitKw=NUMBER, unit={"enum": ["W"]}),
            Refused(Refusal.UNIT, "limitKw"),
        ),
        (
            fields("limitW", "unit", limitW=NUMBER, unit={"enum": ["kW"]}),
            Refused(Refusal.UNIT, "limitW"),
        ),
        (fields("limit", limit=NUMBER), Refused(Refusal.UNIT, "limit")),
        # Of two units one is another's.
        (
            fields(
                "limit",
                "unit",
                "Unit",
                limit=NUMBER,
                unit={"enum": ["kW"]},
                Unit={"enum": ["kW"]},
            ),
            Refused(Refusal.UNIT, "limit"),
        ),
        (
            fields(
                "limit",
                limit=NUMBER,
                one={"enum": ["W"]},
                other={"enum": ["kW"]},
            ),
            (
                fill(Meaning.LIMIT, "body", "limit"),
                fill(Meaning.UNIT, "body", "one", value="W"),
            ),
        ),
        (fields("p", p=fields("power", power=NUMBER)), Refused(Refusal.UNIT, "power")),
        (
            fields(
                "p",
                "unit",
                p=fields("limitKw", limitKw=NUMBER),
                unit={"enum": ["W"]},
            ),
            Refused(Refusal.UNIT, "limitKw"),
        ),
        # Beside the limit in an object of its own.
        (
            fields(
                "p",
                p=fields("power", "unit", power=NUMBER, unit={"enum": ["A", "kW"]}),
            ),
            (
                fill(Meaning.LIMIT, "body", "p", "power", per_watt=0.001),
                fill(Meaning.UNIT, "body", "p", "unit", value="kW", per_watt=1000.0),
            ),
        ),
    ],
    ids=range(12),
)
def test_units(schema: dict[str, Any], found: tuple[Fill, ...] | Refused) -> None:
    """A limit is sent in the one unit that is known of it."""
    told = limited(schema)
    if isinstance(found, Refused):
        assert told == found
        return
    assert told == Operation(
        kind=Kind.STATION_LIMIT,
        method="PUT",
        path="/{station}",
        fills=found,
        has_body=True,
    )


def test_limit_in_the_query() -> None:
    """A limit may stand in the query, with its unit."""
    parameters = [
        *in_path("stationId"),
        in_query("limit", required=True, type="integer", minimum=1, maximum=9),
        in_query("unit", enum=["kW"]),
    ]
    found = outcome_of(
        "setStationPowerLimit",
        "put",
        "/{stationId}",
        {"parameters": parameters},
        Kind.STATION_LIMIT,
    )
    assert found == Operation(
        kind=Kind.STATION_LIMIT,
        method="PUT",
        path="/{station}",
        fills=(
            fill(
                Meaning.LIMIT,
                "query",
                "limit",
                per_watt=0.001,
                is_whole=True,
                least=1.0,
                most=9.0,
            ),
            fill(Meaning.UNIT, "query", "unit", value="kW", per_watt=1000.0),
        ),
    )


# ---- answers

LISTS: dict[Kind, tuple[str, str, str]] = {
    Kind.TRANSACTIONS: ("getTransactions2", "/x", "txId"),
    Kind.STATION_TRANSACTIONS: ("getTransactions", "/{stationId}", "txId"),
    Kind.LOCATION_STATIONS: ("getLocationStations", "/{locationUid}", "stationId"),
    Kind.VEHICLES: ("getVehicles", "/x", "id"),
    Kind.SCHEDULES: ("getSchedulesForLocation", "/{locationUid}", "evId"),
    Kind.POWER_GROUPS: ("listTopLevelPowerGroups", "/x", "groupId"),
}


def things(mark: str) -> dict[str, Any]:
    """Return the schema of an object of things by their ids."""
    return {"type": "object", "additionalProperties": fields(**{mark: TEXT})}


def listed(kind: Kind, responses: dict[str, Any]) -> Operation | Refused:
    """Return what becomes of a list with these answers."""
    id_, path, _ = LISTS[kind]
    more = {"parameters": in_path("stationId", "locationUid"), **responses}
    return outcome_of(id_, "get", path, more, kind)


def listing(kind: Kind, *names: str, page: str | None = None) -> Operation:
    """Return a list that is understood."""
    path = LISTS[kind][1].replace("stationId", "station")
    return Operation(
        kind=kind,
        method="GET",
        path=path.replace("locationUid", "location"),
        items=names[0],
        more=names[1:],
        page=page,
    )


@pytest.mark.parametrize("kind", LISTS)
def test_lists(kind: Kind) -> None:
    """A list is known by what is in it, and there may be only one, of schedules two."""
    mark = LISTS[kind][2]
    made = things if kind is Kind.POWER_GROUPS else list_of
    other = list_of if kind is Kind.POWER_GROUPS else things
    refused = Refused(Refusal.ANSWER, mark)
    one = answer(note=TEXT, a=made(mark), b=made("else"), c=other(mark))
    assert listed(kind, one) == listing(kind, "a")
    both = answer(b=made(mark), a=made(mark))
    assert listed(kind, both) == (
        listing(kind, "b", "a") if kind is Kind.SCHEDULES else refused
    )
    three = answer(a=made(mark), b=made(mark), c=made(mark))
    assert listed(kind, three) == refused
    for none in (answer(), answer(a=other(mark)), answer(a=made("else"))):
        assert listed(kind, none) == refused


@pytest.mark.parametrize("kind", LISTS)
def test_lists_that_are_not_clear(kind: Kind) -> None:
    """What cannot be followed is no list of what is sought."""
    mark = LISTS[kind][2]
    nowhere = {"$ref": "#/nowhere"}
    for odd in (
        nowhere,
        {"type": "array", "items": nowhere},
        {"type": "object", "additionalProperties": nowhere},
        {"type": "array"},
        {"type": "object", "additionalProperties": True},
        {**things(mark), "properties": {"x": TEXT}},
        {**things(mark), "type": "array"},
        {**list_of(mark), "type": "object"},
    ):
        assert listed(kind, answer(a=odd)) == Refused(Refusal.ANSWER, mark)


def with_answer(**responses: Any) -> dict[str, Any]:
    """Return an operation that answers so, by status."""
    return {"responses": {name.lstrip("_"): told for name, told in responses.items()}}


ALL = {"content": {"application/json": {"schema": fields(all=list_of("id"))}}}
OTHER = {"content": {"application/json": {"schema": fields(other=list_of("id"))}}}


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (with_answer(_200=ALL, _2XX=OTHER, default=OTHER), "all"),
        (with_answer(default=OTHER, _2XX=ALL), "all"),
        (with_answer(default=ALL, _201=OTHER), "all"),
        (with_answer(_201=ALL), ""),
        (with_answer(), ""),
        ({}, ""),
        (with_answer(_200={}), "id"),
        (with_answer(_200={"content": {"text/html": {}}}), "id"),
        (with_answer(_200={"content": {"application/json": {}}}), "id"),
        (
            with_answer(
                _200={"content": {"application/json": {"schema": list_of("id")}}}
            ),
            "id",
        ),
    ],
    ids=range(10),
)
def test_answers(more: dict[str, Any], found: str) -> None:
    """What a good answer holds is read, by its status or for want of that."""
    told = listed(Kind.VEHICLES, more)
    if found == "all":
        assert told == listing(Kind.VEHICLES, "all")
    else:
        assert told == Refused(Refusal.ANSWER, found)


def test_answer_by_reference() -> None:
    """An answer may stand elsewhere in the file; one that is nowhere is refused."""
    there = with_answer(_200={"$ref": "#/components/responses/All"})
    assert listed(Kind.VEHICLES, there) == Refused(Refusal.REFERENCE)
    document = file_of(getVehicles=("get", "/x", there))
    document["components"] = {"responses": {"All": ALL}}
    assert read(document).found == {Kind.VEHICLES: listing(Kind.VEHICLES, "all")}


@pytest.mark.parametrize("kind", [Kind.TRANSACTIONS, Kind.STATION_TRANSACTIONS])
def test_pages(kind: Kind) -> None:
    """Pages are asked for where the answer says where the next begins, and it can be said."""
    id_, path, _ = LISTS[kind]
    last = {"lastEvaluatedKey": {"type": "object"}}
    key = in_query("exclusiveStartKey")
    page = fill(Meaning.PAGE, "query", "exclusiveStartKey")
    ids = in_path("stationId")
    past = list_of("txId")

    def found(parameters: list[Any], **more: Any) -> Operation | Refused:
        parts = {"parameters": [*ids, *parameters], **answer(past=past, **more)}
        return outcome_of(id_, "get", path, parts, kind)

    whole = listing(kind, "past", page="lastEvaluatedKey")
    bare = listing(kind, "past")

    def with_page(operation: Operation) -> Operation:
        return Operation(
            kind=operation.kind,
            method=operation.method,
            path=operation.path,
            fills=(page,),
            items=operation.items,
            page=operation.page,
        )

    assert found([key], **last) == with_page(whole)
    assert found([key]) == with_page(bare)
    assert found([], **last) == bare
    # What else may be asked is left out.
    assert found([in_query("startDate")], **last) == bare
    assert found([in_query("startDate", required=True)], **last) == Refused(
        Refusal.PARAMETER, "startDate"
    )


@pytest.mark.parametrize("required", [True, False])
def test_vehicles_by_location(required: bool) -> None:
    """Vehicles are asked for by location only where the file demands it."""
    where = in_query("locationUid", required=required)
    more = {"parameters": [where], **answer(all=list_of("id"))}
    found = outcome_of("getVehicles", "get", "/x", more, Kind.VEHICLES)
    by_location = (fill(Meaning.LOCATION, "query", "locationUid"),)
    assert found == Operation(
        kind=Kind.VEHICLES,
        method="GET",
        path="/x",
        fills=by_location if required else (),
        items="all",
    )


@pytest.mark.parametrize(
    ("kind", "lacking"),
    [
        (Kind.STATION_TRANSACTIONS, "station"),
        (Kind.LOCATION_STATIONS, "location"),
        (Kind.SCHEDULES, "location"),
    ],
)
def test_lists_of_something(kind: Kind, lacking: str) -> None:
    """Some lists are of one station or location, which has to be said."""
    id_, _, mark = LISTS[kind]
    found = outcome_of(id_, "get", "/x", answer(all=list_of(mark)), kind)
    assert found == Refused(Refusal.TARGET, lacking)
