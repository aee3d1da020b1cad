"""Tests of what a body demands: which of its fields are filled in, and which body is refused."""

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
    list_of,
    outcome_of,
    read,
    with_body,
)


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
