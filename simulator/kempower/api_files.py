"""OpenAPI files as a customer of ChargEye may have them, for the simulated ChargEye's own commands and lists.

The real files were never seen. These differ in what files differ in: names, envelopes, references, how an operation is
named; and some are no good.
"""

from collections.abc import Callable, Mapping
from typing import Literal

from simulator.world.model import Json

#: served by the façade, see options
type Dialect = Literal["alpha", "beta"]
type Body = dict[str, Json]

TEXT: Body = {"type": "string"}
NUMBER: Body = {"type": "number"}
KILOWATTS: Body = {"type": "number", "minimum": 1, "maximum": 400}
START = "/chargingStations/{stationId}/transactions/start"
STOP = "/chargingStations/{stationId}/transactions/{txId}/stop"
TRANSACTIONS = "/transactions"
DONE: Body = {"200": {"description": "Done"}}


def alpha() -> Body:
    """Return a file with ids in paths, flat bodies and an `operationId` for everything."""
    return _file(_alpha_paths())


def _alpha_paths() -> Body:
    station, connector = _in_path("stationId"), _in_path("connectorId")
    session = _in_path("txId")
    available: Body = {"type": "string", "enum": ["Operative", "Inoperative"]}
    return {
        START: {
            "post": _operation(
                "startTransaction",
                [station],
                _object({"connectorId": TEXT}, {"comment": TEXT}),
            )
        },
        STOP: {"post": _operation("stopTransaction", [station, session])},
        "/chargingStations/{stationId}/connectors/{connectorId}/availability": {
            "put": _operation(
                "changeConnectorAvailability",
                [station, connector],
                _object({"availability": available}),
            )
        },
        "/chargingStations/{stationId}/restart": {
            "post": _operation("restartChargingStation", [station])
        },
        "/chargingStations/{stationId}/powerLimit": {
            "put": _operation(
                "setChargingStationPowerLimit",
                [station],
                _object({"powerLimitKw": KILOWATTS}),
            )
        },
        "/chargingStations/{stationId}/connectors/{connectorId}/powerLimit": {
            "put": _operation(
                "setConnectorPowerLimit",
                [station, connector],
                _object({"powerLimitKw": KILOWATTS}),
            )
        },
        "/chargingStations/{stationId}/transactions/{txId}/powerLimit": {
            "put": _operation(
                "setTransactionPowerLimit",
                [station, session],
                _object({"powerLimitKw": KILOWATTS}),
            )
        },
        **_lists(),
    }


def beta() -> Body:
    """Return a file with titles only, bodies in an envelope, and references all over."""
    return _file(
        {
            "/operations/start": {
                "post": _titled("Start a Transaction", "ConnectorCommand")
            },
            "/operations/stop": {
                "post": _titled("Stop a Transaction", "SessionCommand")
            },
            "/operations/availability": {
                "patch": _titled(
                    "Change Availability of Connector", "AvailabilityCommand"
                )
            },
            "/operations/restart": {
                "post": _titled("Restart Charging Station", "RestartCommand")
            },
            "/operations/limits/station": {
                "post": _titled(
                    "Set Power Limit for a Charging Station", "StationLimitCommand"
                )
            },
            "/operations/limits/connector": {
                "post": _titled(
                    "Set Power Limit for a Connector", "ConnectorLimitCommand"
                )
            },
            "/operations/limits/transaction": {
                "post": _titled(
                    "Set Power Limit for a Transaction", "SessionLimitCommand"
                )
            },
            **_titled_lists(),
        },
        version="3.1.0",
        schemas={
            "Thing": _object({"id": TEXT}),
            "Connector": _object(
                {"station": _ref("Thing"), "connector": _ref("Thing")}
            ),
            "Limit": _object(
                {"limit": NUMBER, "unit": {"type": "string", "enum": ["W", "A"]}}
            ),
            "ConnectorCommand": _command(_ref("Connector")),
            "SessionCommand": _command(_object({"transactionId": TEXT})),
            "AvailabilityCommand": _command(
                {
                    "allOf": [
                        _ref("Connector"),
                        _object({"operative": {"type": "boolean"}}),
                    ]
                }
            ),
            "RestartCommand": _command(
                _object(
                    {
                        "stationId": TEXT,
                        "type": {"type": "string", "enum": ["Immediate", "OnIdle"]},
                    }
                )
            ),
            "StationLimitCommand": _command(
                {"allOf": [_object({"chargingStationId": TEXT}), _ref("Limit")]}
            ),
            "ConnectorLimitCommand": _command(
                {"allOf": [_ref("Connector"), _ref("Limit")]}
            ),
            "SessionLimitCommand": _command(
                {"allOf": [_object({"transactionId": TEXT}), _ref("Limit")]}
            ),
        },
    )


def half() -> Body:
    """Return a file that leaves out half: of the commands only start and stop."""
    return _file(_half_paths())


def unknown_field() -> Body:
    """Return a file whose start demands what nobody here knows; its stop is as it should be."""
    start = _operation(
        "startTransaction",
        [_in_path("stationId")],
        _object({"connectorId": TEXT, "contractReference": TEXT}),
    )
    return _file({**_half_paths(), START: {"post": start}})


def _half_paths() -> Body:
    return {path: _alpha_paths()[path] for path in (START, STOP, TRANSACTIONS)}


def hostile() -> Body:
    """Return a file that would lead elsewhere, or never end."""
    endless: Body = _object({"stationId": TEXT, "more": _ref("Endless")})
    return _file(
        {
            "//elsewhere.example/start/{stationId}/{connectorId}": {
                "post": _operation(
                    "startTransaction", [_in_path("stationId"), _in_path("connectorId")]
                )
            },
            "https://elsewhere.example/stop/{txId}": {
                "post": _operation("stopTransaction", [_in_path("txId")])
            },
            "/../../admin/{stationId}/{connectorId}": {
                "put": _operation(
                    "changeConnectorAvailability",
                    [_in_path("stationId"), _in_path("connectorId")],
                    _object({"available": {"type": "boolean"}}),
                )
            },
            "/restart/{stationId}/{secret}": {
                "post": _operation(
                    "restartChargingStation",
                    [_in_path("stationId"), _in_path("secret")],
                )
            },
            "/limits/station": {
                "put": _operation(
                    "setChargingStationPowerLimit",
                    [],
                    {"$ref": "https://elsewhere.example/schemas.json#/Limit"},
                )
            },
            "/limits/connector": {
                "put": _operation("setConnectorPowerLimit", [], _ref("Endless"))
            },
            "/limits/transaction": {
                "delete": _operation(
                    "setTransactionPowerLimit",
                    [],
                    _object({"txId": TEXT, "powerLimitKw": NUMBER}),
                )
            },
        },
        schemas={"Endless": endless},
    )


FILES: Mapping[str, Callable[[], Body]] = {
    "alpha": alpha,
    "beta": beta,
    "half": half,
    "hostile": hostile,
    "unknown_field": unknown_field,
}


def _file(paths: Body, *, version: str = "3.0.1", schemas: Body | None = None) -> Body:
    return {
        "openapi": version,
        "info": {"title": "ChargEye API", "version": "v1"},
        # whoever asks there has not understood that the account has a server of its own
        "servers": [{"url": "https://elsewhere.example/api"}],
        "security": [{"bearerAuth": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas or {},
        },
    }


def _lists() -> Body:
    """Return what lists transactions, stations and vehicles."""
    transaction = _object({"txId": TEXT}, {"stationId": TEXT, "evseId": TEXT})
    pages: list[Json] = [
        _in_query("startDate"),
        _in_query("endDate"),
        _in_query("exclusiveStartKey"),
    ]
    listed: Body = _object(
        {"transactions": {"type": "array", "items": transaction}},
        {"lastEvaluatedKey": {"type": "object"}, "summary": {"type": "object"}},
    )
    return {
        TRANSACTIONS: {"get": _reading("getTransactions2", pages, listed)},
        "/chargingStations/{stationId}/transactions": {
            "get": _reading("getTransactions", [_in_path("stationId"), *pages], listed)
        },
        "/locations/{locationUid}/stations": {
            "get": _reading(
                "getLocationStations",
                [_in_path("locationUid")],
                _list_of("stations", "stationId"),
            )
        },
        "/vehicles": {
            "get": _reading(
                "getVehicles", [_in_query("locationUid")], _list_of("vehicles", "id")
            )
        },
        "/locations/{locationUid}/schedules": {
            "get": _reading(
                "getSchedulesForLocation",
                [_in_path("locationUid")],
                _schedules("recurringSchedules", "schedules"),
            )
        },
        "/loadBalancing/powerGroups": {
            "get": _reading("listTopLevelPowerGroups", [], _groups("tree"))
        },
    }


def _titled_lists() -> Body:
    """Return lists under other paths and names; vehicles are told by location only."""
    transaction = _object({"txId": TEXT}, {"stationId": TEXT, "evseId": TEXT})
    listed: Body = _object(
        {"items": {"type": "array", "items": transaction}},
        {"lastEvaluatedKey": {"type": "object"}},
    )
    where: Body = {**_in_query("locationUid"), "required": True}
    lists: Mapping[str, tuple[str, list[Json], Body]] = {
        "/fleet/sessions/{stationId}": (
            "List Transactions for a Charging Station",
            [_in_path("stationId"), _in_query("exclusiveStartKey")],
            listed,
        ),
        "/fleet/stations/{locationUid}": (
            "List Charging Stations of a Location",
            [_in_path("locationUid")],
            _list_of("items", "stationId"),
        ),
        "/fleet/vehicles": ("List vehicles", [where], _list_of("items", "id")),
        "/fleet/plans": (
            "Get Schedules for a Location",
            [where],
            _schedules("weekly", "once"),
        ),
        "/fleet/groups": ("List top-level Power Groups", [], _groups("groups")),
    }
    return {
        path: {"get": {**_reading("", parameters, answer), "summary": title}}
        for path, (title, parameters, answer) in lists.items()
    }


def _schedules(*names: str) -> Body:
    """Return an answer with lists of schedules."""
    schedule = _object({"id": TEXT, "evId": TEXT})
    return _object({name: {"type": "array", "items": schedule} for name in names})


def _groups(name: str) -> Body:
    """Return an answer with power groups by their ids."""
    group = _object({"groupId": TEXT}, {"maxCurrentA": NUMBER})
    return _object({name: {"type": "object", "additionalProperties": group}})


def _list_of(name: str, id_: str) -> Body:
    return _object({name: {"type": "array", "items": _object({id_: TEXT})}})


def _operation(id_: str, parameters: list[Json], body: Body | None = None) -> Body:
    operation: Body = {
        "operationId": id_,
        "parameters": parameters,
        "responses": DONE,
    }
    if body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": body}},
        }
    return operation


def _titled(title: str, schema: str) -> Body:
    return {
        "summary": title,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _ref(schema)}},
        },
        "responses": DONE,
    }


def _reading(id_: str, parameters: list[Json], answer: Body) -> Body:
    return {
        "operationId": id_,
        "parameters": parameters,
        "responses": {
            "200": {
                "description": "The list",
                "content": {"application/json": {"schema": answer}},
            }
        },
    }


def _command(content: Body) -> Body:
    return _object({"command": content}, {"comment": TEXT})


def _object(required: Body, optional: Body | None = None) -> Body:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
    }


def _ref(name: str) -> Body:
    return {"$ref": f"#/components/schemas/{name}"}


def _in_path(name: str) -> Body:
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


def _in_query(name: str) -> Body:
    return {"name": name, "in": "query", "schema": TEXT}
