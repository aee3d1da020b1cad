"""What tests of a customer's OpenAPI file make it of, and how they look at what comes of it."""

import json
from typing import Any

from custom_components.ev_charging_cloud.clients.kempower.openapi import (
    Findings,
    Kind,
    Operation,
    Refusal,
    Refused,
    find_operations,
)

TEXT = {"type": "string"}
NUMBER = {"type": "number"}


def read(document: object) -> Findings:
    """Return what a document brings."""
    return find_operations(json.dumps(document).encode())


def file_of(**operations: Any) -> dict[str, Any]:
    """Return a document of operations: method, path, parameters and body, by id."""
    paths: dict[str, Any] = {}
    for id_, (method, path, more) in operations.items():
        paths.setdefault(path, {})[method] = {"operationId": id_, **more}
    return {"openapi": "3.0.3", "paths": paths}


def outcome(document: dict[str, Any], kind: Kind) -> Operation | Refused:
    """Return what becomes of a kind: the operation, or why it is not used."""
    findings = read(document)
    assert findings.found.keys().isdisjoint(findings.refused)
    found = findings.found.get(kind)
    return findings.refused[kind] if found is None else found


def outcome_of(
    id_: str, method: str, path: str, more: dict[str, Any], kind: Kind
) -> Operation | Refused:
    """Return what becomes of the only operation of a file; all others are missing."""
    document = file_of(**{id_: (method, path, more)})
    findings = read(document)
    others = {k: v for k, v in findings.refused.items() if k is not kind}
    assert others == dict.fromkeys(set(Kind) - {kind}, Refused(Refusal.MISSING))
    return outcome(document, kind)


def in_path(*names: str, **schema: Any) -> list[dict[str, Any]]:
    """Return parameters of a path."""
    return [
        {"name": name, "in": "path", "required": True, "schema": schema or TEXT}
        for name in names
    ]


def in_query(name: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    """Return a parameter of the query."""
    return {
        "name": name,
        "in": "query",
        "required": required,
        "schema": schema or TEXT,
    }


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


def answer(**properties: Any) -> dict[str, Any]:
    """Return what an operation has that answers with an object."""
    content = {"application/json": {"schema": fields(**properties)}}
    return {"responses": {"200": {"content": content}}}


def list_of(mark: str) -> dict[str, Any]:
    """Return the schema of a list of things that are known by a field."""
    return {"type": "array", "items": fields(**{mark: TEXT})}
