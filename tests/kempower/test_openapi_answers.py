"""Tests of lists that a file describes: where the list is in an answer, and what is asked for it."""

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
    answer,
    fields,
    file_of,
    in_path,
    in_query,
    list_of,
    outcome_of,
    read,
)


def fill(meaning: Meaning, where: Any, *name: str) -> Fill:
    """Return a place that is filled in."""
    return Fill(meaning=meaning, where=where, name=name)


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
