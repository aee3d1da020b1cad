"""Tests of what is kept of a file, what is used of it, and how several parts add to each other."""

import json

from custom_components.ev_charging_cloud.clients.kempower.openapi import (
    Findings,
    Kind,
    Operation,
    Refusal,
    Refused,
)

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
    odd: object
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
