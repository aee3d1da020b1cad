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
    TEXT,
    fields,
    file_of,
    in_path,
    in_query,
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
    more: dict[str, Any]
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
