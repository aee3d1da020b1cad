"""Tests of what a request demands: its path, its parameters and its body, and which of it is filled in."""

from typing import Any

import pytest

from custom_components.ev_charging_cloud.clients.kempower.openapi import (
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
    outcome_of,
    read,
    with_body,
)

UNCLEAR = {**TEXT, "not": {}}


def start(path: str, more: dict[str, Any]) -> Operation | Refused:
    """Return what becomes of a start with this path and what it has."""
    return outcome_of("startTransaction", "post", path, more, Kind.START)


def started(path: str, *fills: Fill, has_body: bool = False) -> Operation:
    """Return a start that is understood."""
    return Operation(
        kind=Kind.START, method="POST", path=path, fills=fills, has_body=has_body
    )


def fill(meaning: Meaning, where: Any, *name: str) -> Fill:
    """Return a place that is filled in with an id."""
    return Fill(meaning=meaning, where=where, name=name)


STATION, CONNECTOR, SESSION = Meaning.STATION, Meaning.CONNECTOR, Meaning.SESSION


# ---- paths


@pytest.mark.parametrize(
    ("path", "names", "found"),
    [
        ("/{txId}", ["txId"], "/{session}"),
        (
            "/a/{stationId}/{evseId}/b.c",
            ["evseId", "stationId"],
            "/a/{station}/{connector}/b.c",
        ),
        (
            "/stations/{id}/connectors/{uid}",
            ["id", "uid"],
            "/stations/{station}/connectors/{connector}",
        ),
        # Parameters that are not in the path are of no use, and do no harm.
        ("/a/{txId}", ["txId", "stationId", "who"], "/a/{session}"),
    ],
)
def test_ids_in_a_path(path: str, names: list[str], found: str) -> None:
    """Each id has a place of its own, under our name."""
    assert start(path, {"parameters": in_path(*names)}) == started(found)


@pytest.mark.parametrize(
    ("path", "names", "refused"),
    [
        ("/a/{txId}", [], Refused(Refusal.PARAMETER, "txId")),
        ("/a/{who}", ["who"], Refused(Refusal.PARAMETER, "who")),
        ("/a/{id}", ["id"], Refused(Refusal.PARAMETER, "id")),
        ("/{id}", ["id"], Refused(Refusal.PARAMETER, "id")),
        ("/a/{}", [""], Refused(Refusal.PARAMETER, "")),
        # Known, and not what a start is about; and what is no id.
        (
            "/a/{locationUid}",
            ["locationUid"],
            Refused(Refusal.PARAMETER, "locationUid"),
        ),
        ("/a/{limitKw}", ["limitKw"], Refused(Refusal.PARAMETER, "limitKw")),
        ("/a/x{txId}", ["txId"], Refused(Refusal.PATH)),
        ("/a/{txId}x", ["txId"], Refused(Refusal.PATH)),
        ("/a/{txId", ["txId"], Refused(Refusal.PATH)),
        ("/a/txId}", ["txId"], Refused(Refusal.PATH)),
        ("a/{txId}", ["txId"], Refused(Refusal.PATH)),
        ("{txId}", ["txId"], Refused(Refusal.PATH)),
        ("/a/{txId}/", ["txId"], Refused(Refusal.PATH)),
        ("//{txId}", ["txId"], Refused(Refusal.PATH)),
        ("/../{txId}", ["txId"], Refused(Refusal.PATH)),
        # Two places for one thing may be two things.
        ("/{txId}/{transactionId}", ["txId", "transactionId"], Refused(Refusal.PATH)),
        ("/{txId}" + "/a" * 16, ["txId"], Refused(Refusal.PATH)),
    ],
)
def test_paths_that_are_not_understood(
    path: str, names: list[str], refused: Refused
) -> None:
    """A path that leads elsewhere, or whose ids are not known, is refused for that."""
    assert start(path, {"parameters": in_path(*names)}) == refused


def test_longest_path() -> None:
    """A path has at most 500 letters, as the file has it and with our names in it."""
    refused = Refused(Refusal.PATH)
    # With our name it is three letters longer.
    more = {"parameters": in_path("txId")}
    whole = f"/{'a' * 489}/{{session}}"
    assert len(whole) == 500
    assert start(f"/{'a' * 489}/{{txId}}", more) == started(whole)
    assert start(f"/{'a' * 490}/{{txId}}", more) == refused
    # Here it is shorter; a longer one is not taken for its beginning.
    more = {"parameters": in_path("chargingStationId", "evse")}
    path = f"/{{chargingStationId}}/{{evse}}/{'a' * 472}"
    assert len(path) == 500
    whole = f"/{{station}}/{{connector}}/{'a' * 472}"
    assert start(path, more) == started(whole)
    for longer in ("a", "aa", "/a", "/../../b"):
        assert start(path + longer, more) == refused


@pytest.mark.parametrize("schema", [{"type": "integer"}, {"enum": ["a"]}, UNCLEAR])
def test_ids_that_are_no_texts(schema: dict[str, Any]) -> None:
    """A number or a word that can be chosen is no id of ChargEye's."""
    found = start("/{txId}", {"parameters": in_path("txId", **schema)})
    assert found == Refused(Refusal.PARAMETER, "txId")
    body = with_body(fields("txId", txId=schema))
    assert start("/a", body) == Refused(Refusal.FIELD, "txId")


def test_ids_without_a_schema() -> None:
    """A parameter that says nothing of its value is a text; one in JSON is one as well."""
    bare = {"name": "txId", "in": "path", "required": True}
    for more in (
        {},
        {"content": {}},
        {"content": {"application/json": {"schema": {"type": "object"}}}},
        {"schema": {"type": "string"}, "content": {"text/plain": {}}},
    ):
        assert start("/{txId}", {"parameters": [{**bare, **more}]}) == started(
            "/{session}"
        )
    other = {**bare, "content": {"text/plain": {}}}
    found = start("/{txId}", {"parameters": [other]})
    assert found == Refused(Refusal.PARAMETER, "txId")


# ---- parameters


def parameter(name: str, where: str, **more: Any) -> dict[str, Any]:
    """Return a parameter that is required."""
    return {"name": name, "in": where, "required": True, "schema": TEXT, **more}


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ([], started("/{session}")),
        ([parameter("Accept", "header")], started("/{session}")),
        ([parameter("content-type", "header")], started("/{session}")),
        ([parameter("Authorization", "header")], started("/{session}")),
        (
            [parameter("X-Key", "header")],
            Refused(Refusal.PARAMETER, "X-Key"),
        ),
        (
            [parameter("Accept", "header"), parameter("who", "query")],
            Refused(Refusal.PARAMETER, "who"),
        ),
        ([parameter("X-Key", "header", required=False)], started("/{session}")),
        ([parameter("X-Key", "header", required="true")], started("/{session}")),
        ([parameter("Accept", "query")], Refused(Refusal.PARAMETER, "Accept")),
        ([parameter("stationId", "cookie")], Refused(Refusal.PARAMETER, "stationId")),
        ([parameter("stationId", "header")], Refused(Refusal.PARAMETER, "stationId")),
        (
            [parameter("stationId", "query")],
            started("/{session}", fill(STATION, "query", "stationId")),
        ),
        # Not required, and not needed to say what is meant.
        ([in_query("stationId")], started("/{session}")),
        ([in_query("who")], started("/{session}")),
        ([in_query("who", required=True)], Refused(Refusal.PARAMETER, "who")),
        ([in_query("locationUid")], started("/{session}")),
        (
            [in_query("locationUid", required=True)],
            Refused(Refusal.PARAMETER, "locationUid"),
        ),
        (["odd"], started("/{session}")),
        ([{"required": True}], Refused(Refusal.PARAMETER, "")),
    ],
)
def test_parameters(parameters: list[Any], found: Operation | Refused) -> None:
    """What is required is filled in or refused; what is not is left alone."""
    more = {"parameters": [*in_path("txId"), *parameters]}
    assert start("/{txId}", more) == found


def test_parameters_of_a_path() -> None:
    """A path's parameters are those of each of its operations, which may replace them."""
    document = file_of(
        startTransaction=("post", "/{txId}", {"parameters": [in_query("who")]})
    )
    document["paths"]["/{txId}"]["parameters"] = [
        *in_path("txId"),
        in_query("who", required=True),
    ]
    assert read(document).found == {Kind.START: started("/{session}")}
    del document["paths"]["/{txId}"]["post"]["parameters"]
    refused = read(document).refused[Kind.START]
    assert refused == Refused(Refusal.PARAMETER, "who")


def test_parameters_by_reference() -> None:
    """A parameter may stand elsewhere in the file; one that is nowhere is refused."""
    there = {"$ref": "#/components/parameters/Tx"}
    document = file_of(startTransaction=("post", "/{txId}", {"parameters": [there]}))
    refused = read(document).refused[Kind.START]
    assert refused == Refused(Refusal.REFERENCE)
    document["components"] = {"parameters": {"Tx": in_path("txId")[0]}}
    assert read(document).found == {Kind.START: started("/{session}")}


def test_ids_in_the_query() -> None:
    """Ids may be asked for in the query; those that are required go with each other."""
    both = [in_query("stationId"), in_query("connectorId")]
    assert start("/a", {"parameters": both}) == started(
        "/a",
        fill(STATION, "query", "stationId"),
        fill(CONNECTOR, "query", "connectorId"),
    )
    assert start("/a", {"parameters": both[:1]}) == Refused(Refusal.TARGET, "connector")
    needed = [in_query("txId"), in_query("stationId", required=True)]
    assert start("/a", {"parameters": needed}) == started(
        "/a", fill(STATION, "query", "stationId"), fill(SESSION, "query", "txId")
    )


# ---- bodies


def body_of(schema: object, **more: Any) -> dict[str, Any]:
    """Return an operation that has a body."""
    return {
        "requestBody": {"content": {"application/json": {"schema": schema}}, **more}
    }


TX = fields("txId", txId=TEXT)
IN_BODY = fill(SESSION, "body", "txId")


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (body_of(TX), started("/a", IN_BODY, has_body=True)),
        (body_of(TX, required=True), started("/a", IN_BODY, has_body=True)),
        (
            body_of({"properties": {"txId": TEXT}}),
            started("/a", IN_BODY, has_body=True),
        ),
        ({"requestBody": {}}, Refused(Refusal.TARGET, "connector")),
        ({"requestBody": {"required": True}}, Refused(Refusal.BODY)),
        ({"requestBody": {"required": "true"}}, Refused(Refusal.TARGET, "connector")),
        ({"requestBody": {"content": {"text/plain": {}}}}, Refused(Refusal.BODY)),
        ({"requestBody": {"content": {"application/json": {}}}}, Refused(Refusal.BODY)),
        (body_of({"type": "array"}), Refused(Refusal.BODY)),
        (body_of(TEXT), Refused(Refusal.BODY)),
        (body_of({**TX, "not": {}}), Refused(Refusal.BODY)),
        (
            body_of({"oneOf": [TX, {"type": "null"}]}),
            started("/a", IN_BODY, has_body=True),
        ),
        (body_of(fields()), Refused(Refusal.TARGET, "connector")),
    ],
)
def test_bodies(more: dict[str, Any], found: Operation | Refused) -> None:
    """A body is an object in JSON, all of whose required fields are known."""
    assert start("/a", more) == found


def test_body_that_is_not_needed() -> None:
    """A body is sent where it has to be, or where something in it is needed."""
    ids = {"parameters": in_path("txId")}
    optional = fields(stationId=TEXT, note=TEXT)
    assert start("/{txId}", {**ids, **body_of(optional)}) == started("/{session}")
    assert start("/{txId}", {**ids, **body_of(TX)}) == started("/{session}")
    required = {**ids, **body_of(optional, required=True)}
    assert start("/{txId}", required) == started("/{session}", has_body=True)
    both = fields("stationId", stationId=TEXT, txId=TEXT)
    assert start("/a", body_of(both)) == started(
        "/a",
        fill(SESSION, "body", "txId"),
        fill(STATION, "body", "stationId"),
        has_body=True,
    )


def test_body_by_reference() -> None:
    """A body may stand elsewhere in the file."""
    there = {"requestBody": {"$ref": "#/components/requestBodies/Tx"}}
    document = file_of(startTransaction=("post", "/a", there))
    assert read(document).refused[Kind.START] == Refused(Refusal.REFERENCE)
    document["components"] = {"requestBodies": {"Tx": body_of(TX)["requestBody"]}}
    found = read(document).found
    assert found == {Kind.START: started("/a", IN_BODY, has_body=True)}


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        # A field that is required and described nowhere; the first by name is told.
        (fields("b", "a", "txId", txId=TEXT), Refused(Refusal.FIELD, "a")),
        (fields("note", note=TEXT, txId=TEXT), Refused(Refusal.FIELD, "note")),
        (fields("n", n={"type": "object"}, txId=TEXT), Refused(Refusal.FIELD, "n")),
        # What is read only is of answers.
        (
            fields("id", id={**TEXT, "readOnly": True}, txId=TEXT),
            started("/a", IN_BODY, has_body=True),
        ),
        (
            fields("txId", txId={**TEXT, "readOnly": True}),
            Refused(Refusal.TARGET, "connector"),
        ),
        # What cannot be followed costs what is not required, and nothing else.
        (
            fields(other={"$ref": "#/nowhere"}, txId=TEXT),
            started("/a", IN_BODY, has_body=True),
        ),
        (fields("o", o={"$ref": "#/nowhere"}, txId=TEXT), Refused(Refusal.REFERENCE)),
        # An object around ids, whose own name tells whose they are.
        (
            fields("transaction", transaction=fields("id", id=TEXT)),
            started("/a", fill(SESSION, "body", "transaction", "id"), has_body=True),
        ),
        (
            fields(
                "station",
                "evse",
                station=fields("uid", uid=TEXT),
                evse=fields("id", id=TEXT),
            ),
            started(
                "/a",
                fill(STATION, "body", "station", "uid"),
                fill(CONNECTOR, "body", "evse", "id"),
                has_body=True,
            ),
        ),
        (fields("id", id=TEXT), Refused(Refusal.FIELD, "id")),
        (
            fields("what", what=fields("id", id=TEXT)),
            Refused(Refusal.FIELD, "id"),
        ),
        (fields("x", x={**fields(txId=TEXT), "not": {}}), Refused(Refusal.FIELD, "x")),
        # One that is not required is left out whole, or sent whole.
        (
            fields("txId", txId=TEXT, more=fields("stationId", stationId=TEXT)),
            started("/a", IN_BODY, has_body=True),
        ),
        (
            fields(
                "txId",
                txId=TEXT,
                more=fields("stationId", "note", stationId=TEXT, note=TEXT),
            ),
            started("/a", IN_BODY, has_body=True),
        ),
        (
            fields(
                a=fields(
                    "stationId", "evse", stationId=TEXT, connectorId=TEXT, evse=TEXT
                )
            ),
            Refused(Refusal.FIELD, "evse"),
        ),
        (
            fields(
                a=fields("stationId", stationId=TEXT),
                b=fields("evse", "txId", evse=TEXT, txId=TEXT),
            ),
            started(
                "/a",
                fill(STATION, "body", "a", "stationId"),
                fill(CONNECTOR, "body", "b", "evse"),
                fill(SESSION, "body", "b", "txId"),
                has_body=True,
            ),
        ),
        (
            fields(a=fields("b", b=fields("txId", txId=TEXT), stationId=TEXT)),
            started("/a", fill(SESSION, "body", "a", "b", "txId"), has_body=True),
        ),
        (
            fields(
                a=fields(
                    "b",
                    "stationId",
                    b=fields("evse", evse=TEXT),
                    stationId=TEXT,
                    txId=TEXT,
                )
            ),
            started(
                "/a",
                fill(CONNECTOR, "body", "a", "b", "evse"),
                fill(STATION, "body", "a", "stationId"),
                has_body=True,
            ),
        ),
    ],
    ids=range(18),
)
def test_fields(schema: dict[str, Any], found: Operation | Refused) -> None:
    """Required fields are filled in or refused, others left alone."""
    assert start("/a", body_of(schema)) == found


def test_one_of_two_names() -> None:
    """What a body that is sent demands is said once, and not under another name as well."""
    schema = fields("txId", transactionId=TEXT, txId=TEXT)
    assert start("/a", body_of(schema, required=True)) == started(
        "/a", IN_BODY, has_body=True
    )


def test_deepest_field() -> None:
    """Four objects may stand around a field."""

    def nested(levels: int) -> dict[str, Any]:
        inner = TX
        for _ in range(levels):
            inner = fields("o", o=inner)
        return inner

    names = ("o",) * 4
    assert start("/a", body_of(nested(3))) == started(
        "/a", fill(SESSION, "body", *names[:3], "txId"), has_body=True
    )
    assert start("/a", body_of(nested(4))) == Refused(Refusal.FIELD, "o")


# ---- one thing under two names


@pytest.mark.parametrize(
    ("path", "names", "body", "found"),
    [
        # The station once more in the body: the same.
        (
            "/{stationId}/{connectorId}",
            ["stationId", "connectorId"],
            ["chargingStationId"],
            [fill(STATION, "body", "chargingStationId")],
        ),
        # OCPP's EVSE has connectors: the two are not the same.
        (
            "/{stationId}/{connectorId}",
            ["stationId", "connectorId"],
            ["evseId"],
            "evseId",
        ),
        (
            "/{stationId}/{evseId}",
            ["stationId", "evseId"],
            ["evse"],
            [fill(CONNECTOR, "body", "evse")],
        ),
        (
            "/{stationId}/evses/{id}",
            ["stationId", "id"],
            ["connectorId"],
            "connectorId",
        ),
        (
            "/{stationId}/connectors/{id}",
            ["stationId", "id"],
            ["connectorId"],
            [fill(CONNECTOR, "body", "connectorId")],
        ),
        ("/{txId}", ["txId"], ["evseId", "connectorId"], "connectorId"),
    ],
)
def test_names_of_one_thing(
    path: str, names: list[str], body: list[str], found: list[Fill] | str
) -> None:
    """An EVSE and a connector beside each other are not the same."""
    schema = fields(*body, **dict.fromkeys(body, TEXT))
    got = start(path, with_body(schema, parameters=in_path(*names)))
    if isinstance(found, str):
        assert got == Refused(Refusal.FIELD, found)
        return
    assert isinstance(got, Operation)
    assert got.fills == tuple(found)


@pytest.mark.parametrize(
    ("names", "refused"),
    [
        (["available", "operative"], "operative"),
        (["available", "isAvailable"], "isAvailable"),
        (["available", "AVAILABLE"], None),
    ],
)
def test_names_of_what_is_no_id(names: list[str], refused: str | None) -> None:
    """Two flags of other names may be two things."""
    schema = fields(*names, **{name: {"type": "boolean"} for name in names})
    found = outcome_of(
        "changeAvailability",
        "put",
        "/{stationId}/{evse}",
        with_body(schema, parameters=in_path("stationId", "evse")),
        Kind.AVAILABILITY,
    )
    if refused:
        assert found == Refused(Refusal.FIELD, refused)
        return
    assert isinstance(found, Operation)
    assert [each.name for each in found.fills] == [(name,) for name in names]


# ---- lists


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"requestBody": {"content": {"text/plain": {}}}}, True),
        (body_of(fields("who", who=NUMBER)), True),
        (body_of(fields(), required=True), False),
    ],
)
def test_bodies_of_lists(more: dict[str, Any], found: bool) -> None:
    """A list is asked for without a body; one that demands it is refused."""
    told = outcome_of(
        "getVehicles", "get", "/x", {**answer(all=list_of("id")), **more}, Kind.VEHICLES
    )
    assert told == (
        Operation(kind=Kind.VEHICLES, method="GET", path="/x", items="all")
        if found
        else Refused(Refusal.BODY)
    )
