"""Tests of fields that are no ids: what puts a connector out of service, ways to restart, limits and their units."""

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
    fields,
    file_of,
    in_path,
    outcome,
    outcome_of,
    with_body,
)


def body_fill(meaning: Meaning, *name: str, **more: Any) -> Fill:
    """Return a field of a body."""
    return Fill(meaning=meaning, where="body", name=name, **more)


def availability(name: str, schema: dict[str, Any]) -> Operation | Refused:
    """Return what becomes of an operation that demands one field beside the connector."""
    path = "/x/{stationId}/{connectorId}"
    more = with_body(
        fields(name, **{name: schema}), parameters=in_path("stationId", "connectorId")
    )
    document = file_of(changeAvailability=("put", path, more))
    return outcome(document, Kind.AVAILABILITY)


def switch(name: str, *, yes: str | bool, no: str | bool) -> Operation:
    """Return the operation that puts a connector into service by one field."""
    return Operation(
        kind=Kind.AVAILABILITY,
        method="PUT",
        path="/x/{station}/{connector}",
        fills=(body_fill(Meaning.AVAILABLE, name, yes=yes, no=no),),
        has_body=True,
    )


@pytest.mark.parametrize(
    ("name", "yes"),
    [
        *((name, True) for name in ("available", "operative", "inService", "enabled")),
        *((name, True) for name in ("enable", "isAvailable", "is_enabled")),
        *((name, False) for name in ("unavailable", "inoperative", "outOfService")),
        *((name, False) for name in ("disabled", "disable", "isInoperative")),
    ],
)
def test_flags_of_service(name: str, yes: bool) -> None:
    """A flag says by its name whether yes is in service or out of it."""
    found = availability(name, {"type": "boolean"})
    assert found == switch(name, yes=yes, no=not yes)


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("availableIs", {"type": "boolean"}),
        ("active", {"type": "boolean"}),
        ("isis", {"type": "boolean"}),
        # One value alone says nothing; a flag of other words neither.
        ("available", {"type": "boolean", "enum": [True]}),
        ("available", TEXT),
        ("available", NUMBER),
        ("available", {"type": "array"}),
        ("available", {"type": "boolean", "not": {}}),
        ("available", {"type": ["boolean", "string"]}),
    ],
)
def test_flags_that_are_not_understood(name: str, schema: dict[str, Any]) -> None:
    """What may mean anything is refused by its name."""
    assert availability(name, schema) == Refused(Refusal.FIELD, name)


@pytest.mark.parametrize(
    ("words", "yes", "no"),
    [
        (["Operative", "Inoperative"], "Operative", "Inoperative"),
        (["OUT_OF_SERVICE", "IN_SERVICE"], "IN_SERVICE", "OUT_OF_SERVICE"),
        (["available", "unavailable", "reserved"], "available", "unavailable"),
        (["enabled", "disabled", None], "enabled", "disabled"),
        (["enable", "disable"], "enable", "disable"),
    ],
)
@pytest.mark.parametrize("more", [{}, {"type": "string"}])
def test_words_of_service(
    words: list[Any], yes: str, no: str, more: dict[str, str]
) -> None:
    """A field may hold words, whatever it is called: two are in service and out of it."""
    found = availability("state", {**more, "enum": words})
    assert found == switch("state", yes=yes, no=no)


@pytest.mark.parametrize(
    "words",
    [
        ["Operative"],
        ["Inoperative"],
        ["Operative", "Available", "Inoperative"],
        ["Operative", "Inoperative", "Disabled"],
        # Two spellings of one word, and what is no word.
        ["Operative", "operative", "Inoperative"],
        ["Operative", "Inoperative", 1],
        ["on", "off"],
        [None],
        ["Soft"],
        ["W"],
    ],
)
def test_words_that_are_not_understood(words: list[Any]) -> None:
    """Where more than one word would do, or none, nobody knows what to send."""
    found = availability("state", {"enum": words})
    assert found == Refused(Refusal.FIELD, "state")


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        (["Immediate", "OnIdle"], "OnIdle"),
        (["Hard", "Soft"], "Soft"),
        (["Immediate", "ImmediateAndResume", "on-idle"], "on-idle"),
        (["Immediate", "Soft"], "Soft"),
        (["Immediate", "Hard"], "Immediate"),
        (["Immediate", "Hard", "OnIdle", "Soft", "ImmediateAndResume"], "OnIdle"),
        (["Hard"], None),
        (["ImmediateAndResume"], None),
        (["OnIdle", "Later"], None),
        (["OnIdle", "onIdle"], None),
    ],
)
def test_ways_to_restart(words: list[str], chosen: str | None) -> None:
    """What runs is to end by itself, if that can be said."""
    schema = fields("type", type={"enum": words})
    more = with_body(schema, parameters=in_path("stationId"))
    found = outcome_of("restartStation", "post", "/x/{stationId}", more, Kind.RESTART)
    assert found == (
        Refused(Refusal.FIELD, "type")
        if chosen is None
        else Operation(
            kind=Kind.RESTART,
            method="POST",
            path="/x/{station}",
            fills=(body_fill(Meaning.RESTART, "type", value=chosen),),
            has_body=True,
        )
    )


# ---- limits and their units


def limit(schema: dict[str, Any]) -> Operation | Refused:
    """Return what becomes of a limit of a station that has this body."""
    more = with_body(schema, parameters=in_path("stationId"))
    return outcome_of(
        "setStationPowerLimit", "put", "/x/{stationId}", more, Kind.STATION_LIMIT
    )


def limited(*fills: Fill) -> Operation:
    """Return the limit of a station with these fields."""
    return Operation(
        kind=Kind.STATION_LIMIT,
        method="PUT",
        path="/x/{station}",
        fills=fills,
        has_body=True,
    )


@pytest.mark.parametrize(
    "name",
    [
        *("limit", "powerLimit", "maxPower", "maxPowerLimit", "power"),
        *("maximumPower", "limitValue", "powerLimitValue", "value"),
        *("chargingPower", "MAX_CHARGE_POWER"),
    ],
)
@pytest.mark.parametrize(
    ("unit", "per_watt"),
    [
        *(("Kilowatts", 0.001), ("Kilowatt", 0.001), ("_kw", 0.001), ("KW", 0.001)),
        *(("Watts", 1.0), ("Watt", 1.0), ("W", 1.0)),
    ],
)
def test_names_of_limits(name: str, unit: str, per_watt: float) -> None:
    """A limit is known by its name, its unit by what its name ends with."""
    whole = f"{name}{unit}"
    found = limit(fields(whole, **{whole: NUMBER}))
    assert found == limited(body_fill(Meaning.LIMIT, whole, per_watt=per_watt))


@pytest.mark.parametrize(
    ("text", "per_watt"),
    [
        *(("In kW.", 0.001), ("kilowatts", 0.001), ("Kilowatt", 0.001)),
        *(("[W]", 1.0), ("watts (W)", 1.0), ("a Watt", 1.0)),
        *(("kWh", None), ("in kW, not W", None), ("none", None), ("", None)),
    ],
)
@pytest.mark.parametrize("where", ["title", "description"])
def test_units_in_words(where: str, text: str, per_watt: float | None) -> None:
    """A unit may stand in the text beside a field: one, and no other."""
    found = limit(fields("limit", limit={**NUMBER, where: text}))
    assert found == (
        Refused(Refusal.UNIT, "limit")
        if per_watt is None
        else limited(body_fill(Meaning.LIMIT, "limit", per_watt=per_watt))
    )


@pytest.mark.parametrize(
    ("words", "sent", "per_watt"),
    [
        (["kW", "W"], "kW", 0.001),
        (["W"], "W", 1.0),
        (["A", "W"], "W", 1.0),
        (["A", "KW"], "KW", 0.001),
        (["W", "A", "kW"], "kW", 0.001),
    ],
)
def test_units_beside_a_limit(words: list[str], sent: str, per_watt: float) -> None:
    """A unit may be a field of its own, which is sent with the limit."""
    found = limit(fields("limit", "unit", limit=NUMBER, unit={"enum": words}))
    assert found == limited(
        body_fill(Meaning.LIMIT, "limit", per_watt=per_watt),
        body_fill(Meaning.UNIT, "unit", value=sent, per_watt=1 / per_watt),
    )


@pytest.mark.parametrize("words", [["A"], ["kW", "VA"], ["V"]])
def test_units_that_are_none_of_power(words: list[str]) -> None:
    """A current is no power."""
    found = limit(fields("limit", "unit", limit=NUMBER, unit={"enum": words}))
    assert found == Refused(Refusal.FIELD, "unit")


@pytest.mark.parametrize("name", ["limitA", "kW", "currentLimitW", "limitWh", "energy"])
def test_names_that_are_no_limits(name: str) -> None:
    """Only a power can be limited."""
    found = limit(fields(name, **{name: NUMBER}))
    assert found == Refused(Refusal.FIELD, name)


def test_bounds_of_a_limit() -> None:
    """What the file allows goes with the limit: least, most, and whether it is whole."""
    schema = {"type": "integer", "minimum": 1, "maximum": 400}
    assert limit(fields("limitKw", limitKw=schema)) == limited(
        body_fill(
            Meaning.LIMIT,
            "limitKw",
            per_watt=0.001,
            is_whole=True,
            least=1.0,
            most=400.0,
        )
    )
    # Of what is no limit it says nothing.
    path = "/x/{stationId}/{connectorId}"
    bounded = {**TEXT, "minimum": 1, "maximum": 2, "enum": ["Operative", "Inoperative"]}
    more = with_body(
        fields("state", state=bounded), parameters=in_path("stationId", "connectorId")
    )
    found = outcome_of("changeAvailability", "put", path, more, Kind.AVAILABILITY)
    assert found == switch("state", yes="Operative", no="Inoperative")
