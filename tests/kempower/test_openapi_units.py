"""Tests of limits with a unit beside them: which of both is sent, and in what the power is told."""

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

from .openapi import NUMBER, fields, in_path, in_query, outcome_of, with_body


def fill(meaning: Meaning, where: Any, *name: str, **more: Any) -> Fill:
    """Return a place that is filled in."""
    return Fill(meaning=meaning, where=where, name=name, **more)


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
