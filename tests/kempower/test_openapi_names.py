"""Tests of how operations, parameters and fields are named: every word that is known, and what it stands for."""

from typing import Any

import pytest

from custom_components.ev_charging_cloud.clients.kempower.openapi import (
    COMMANDS,
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
    outcome,
    outcome_of,
    read,
    with_body,
)

VERBS = ("Set", "Update", "Change")
PARTS = ("for", "of", "on", "to")


def limit_titles(thing: str) -> list[str]:
    """Return how the limit of a thing may be titled."""
    return [
        *(f"{verb} Power Limit {part} {thing}" for verb in VERBS for part in PARTS),
        *(f"{verb} {thing} Power Limit" for verb in VERBS),
        *(f"Power Limit {part} {thing}" for part in PARTS),
        f"{thing} Power Limit",
    ]


TITLES: dict[Kind, list[str]] = {
    Kind.START: ["Start Transaction"],
    Kind.STOP: ["Stop Transaction"],
    Kind.AVAILABILITY: ["Change Availability of Connector"],
    Kind.RESTART: ["Restart Charging Station"],
    Kind.STATION_LIMIT: [*limit_titles("Charging Station"), *limit_titles("Station")],
    Kind.CONNECTOR_LIMIT: limit_titles("Connector"),
    Kind.SESSION_LIMIT: limit_titles("Transaction"),
    Kind.TRANSACTIONS: ["List Transactions"],
    Kind.STATION_TRANSACTIONS: ["List Transactions for Charging Station"],
    Kind.LOCATION_STATIONS: ["List Charging Stations of Location"],
    Kind.VEHICLES: ["List Vehicles"],
    Kind.SCHEDULES: ["Get Schedules for Location"],
    Kind.POWER_GROUPS: ["List top-level Power Groups"],
}
# Beside the titles in the usual spelling of ids.
IDS: dict[Kind, list[str]] = {
    Kind.AVAILABILITY: ["changeAvailability", "changeConnectorAvailability"],
    Kind.RESTART: ["restartStation"],
    Kind.TRANSACTIONS: ["getTransactions2"],
    Kind.STATION_TRANSACTIONS: ["getTransactions"],
    Kind.LOCATION_STATIONS: ["getLocationStations"],
    Kind.VEHICLES: ["getVehicles"],
}


def id_of(title: str) -> str:
    """Return a title in camel case."""
    first, *others = title.replace("-", " ").split()
    return first.lower() + "".join(word.capitalize() for word in others)


def kinds_of(**operation: str) -> set[Kind]:
    """Return what an operation is taken for; none of them has all that it needs."""
    document = {"openapi": "3.1.0", "paths": {"/x": {"trace": operation}}}
    findings = read(document)
    assert not findings.found
    missing = Refused(Refusal.MISSING)
    return {kind for kind, told in findings.refused.items() if told != missing}


@pytest.mark.parametrize("kind", Kind)
def test_titles(kind: Kind) -> None:
    """Each operation is known by the vendor's title and by what its id would be."""
    for title in TITLES[kind]:
        assert kinds_of(summary=title) == {kind}, title
        assert kinds_of(operationId=id_of(title)) == {kind}, title
        assert kinds_of(operationId=title) == set()
        assert kinds_of(summary=f"{title} x") == set()
    for id_ in IDS.get(kind, ()):
        assert kinds_of(operationId=id_) == {kind}
        assert kinds_of(operationId=id_.lower()) == set()
        assert kinds_of(summary=id_) == set()


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("LIST: the top level   power groups!", Kind.POWER_GROUPS),
        ("Get Schedules for a Location", Kind.SCHEDULES),
        ("List charging stations of an location", Kind.LOCATION_STATIONS),
        ("A start-transaction", Kind.START),
        ("start transaction 1", None),
        ("starttransaction", None),
        ("start another transaction", None),
        # Of a very long one the first 200 letters count.
        ("Start Transaction".ljust(200) + "later", Kind.START),
        ("Start Transaction".ljust(199) + "later", None),
        ("", None),
    ],
)
def test_titles_without_case_and_articles(title: str, kind: Kind | None) -> None:
    """What is between the words of a title does not count, every word does."""
    assert kinds_of(summary=title) == ({kind} if kind else set())


def test_words_that_are_kept() -> None:
    """These words stand in options and in diagnostics, so they never change."""
    assert [kind.value for kind in Kind] == [
        *("start", "stop", "availability", "restart"),
        *("station_limit", "connector_limit", "session_limit"),
        *("transactions", "station_transactions", "location_stations"),
        *("vehicles", "schedules", "power_groups"),
    ]
    assert [meaning.value for meaning in Meaning] == [
        *("station", "connector", "session", "location"),
        *("available", "restart", "limit", "unit", "page"),
    ]
    assert [reason.value for reason in Refusal] == [
        *("missing", "several", "shared", "method", "path", "parameter"),
        *("field", "body", "unit", "target", "reference", "answer"),
    ]
    assert tuple(Kind)[:7] == COMMANDS


# ---- ids


def body_fill(meaning: Meaning, *name: str, **more: Any) -> Fill:
    """Return a field of a body."""
    return Fill(meaning=meaning, where="body", name=name, **more)


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("stationId", Meaning.STATION),
        ("station", Meaning.STATION),
        ("chargingStationId", Meaning.STATION),
        ("charging_station", Meaning.STATION),
        ("STATION-ID", Meaning.STATION),
        ("connectorId", Meaning.CONNECTOR),
        ("connector", Meaning.CONNECTOR),
        ("evseId", Meaning.CONNECTOR),
        ("EVSE", Meaning.CONNECTOR),
        ("txId", Meaning.SESSION),
        ("transactionId", Meaning.SESSION),
        ("transaction", Meaning.SESSION),
        # What is known, and not of a start.
        ("locationUid", None),
        ("exclusiveStartKey", None),
        ("locationId", None),
        ("id", None),
        ("uid", None),
        ("stations", None),
        ("tx", None),
    ],
)
def test_names_of_ids(name: str, meaning: Meaning | None) -> None:
    """An id of a start's body is known by its name, without case and what is between."""
    ids = {Meaning.STATION: "stationId", Meaning.CONNECTOR: "connectorId"}
    others = {} if meaning is Meaning.SESSION else {**ids}
    others.pop(meaning or Meaning.LIMIT, None)
    required = {**dict.fromkeys(others.values(), TEXT), name: TEXT}
    found = outcome_of(
        "startTransaction",
        "post",
        "/start",
        with_body(fields(*required, **required)),
        Kind.START,
    )
    if meaning is None:
        assert found == Refused(Refusal.FIELD, name)
        return
    assert found == Operation(
        kind=Kind.START,
        method="POST",
        path="/start",
        fills=(
            *(body_fill(other, known) for other, known in others.items()),
            body_fill(meaning, name),
        ),
        has_body=True,
    )


@pytest.mark.parametrize(
    ("under", "meaning"),
    [
        ("stations", Meaning.STATION),
        ("station", Meaning.STATION),
        ("chargingStations", Meaning.STATION),
        ("charging-station", Meaning.STATION),
        ("connectors", Meaning.CONNECTOR),
        ("Connector", Meaning.CONNECTOR),
        ("evses", Meaning.CONNECTOR),
        ("EVSE", Meaning.CONNECTOR),
        ("transactions", Meaning.SESSION),
        ("transaction", Meaning.SESSION),
        # What is known, and not of a start.
        ("locations", None),
        ("location", None),
        ("things", None),
        ("stationId", None),
    ],
)
@pytest.mark.parametrize("own", ["id", "uid", "ID"])
def test_ids_by_what_they_stand_under(
    under: str, own: str, meaning: Meaning | None
) -> None:
    """An id in a path is that of the part before it."""
    ids = {Meaning.STATION: "stationId", Meaning.CONNECTOR: "evse"}
    others = {} if meaning is Meaning.SESSION else {**ids}
    others.pop(meaning or Meaning.LIMIT, None)
    if meaning is Meaning.STATION:
        others[Meaning.CONNECTOR] = "connectorId"
    path = f"/{under}/{{{own}}}" + "".join(f"/{{{it}}}" for it in others.values())
    found = outcome_of(
        "startTransaction",
        "post",
        path,
        {"parameters": in_path(own, *others.values())},
        Kind.START,
    )
    if meaning is None:
        assert found == Refused(Refusal.PARAMETER, own)
        return
    assert found == Operation(
        kind=Kind.START,
        method="POST",
        path=f"/{under}/{{{meaning}}}" + "".join(f"/{{{it}}}" for it in others),
    )


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("locationUid", "/x/{locationUid}"),
        ("uid", "/locations/{uid}"),
        ("id", "/location/{id}"),
    ],
)
def test_names_of_a_location(name: str, path: str) -> None:
    """A location is known by its uid: its id would be a customer's own reference."""
    more = {"parameters": in_path(name), **answer(there=list_of("stationId"))}
    found = outcome_of("getLocationStations", "get", path, more, Kind.LOCATION_STATIONS)
    assert found == Operation(
        kind=Kind.LOCATION_STATIONS,
        method="GET",
        path=path.replace(name, "location"),
        items="there",
    )


@pytest.mark.parametrize("name", ["exclusiveStartKey", "EXCLUSIVE_START_KEY"])
def test_name_of_a_page(name: str) -> None:
    """A page is asked for by this one name."""
    more = {
        "parameters": [in_query(name), in_query("startDate")],
        **answer(past=list_of("txId"), lastEvaluatedKey={"type": "object"}),
    }
    found = outcome_of("getTransactions2", "get", "/x", more, Kind.TRANSACTIONS)
    assert found == Operation(
        kind=Kind.TRANSACTIONS,
        method="GET",
        path="/x",
        fills=(Fill(meaning=Meaning.PAGE, where="query", name=(name,)),),
        items="past",
        page="lastEvaluatedKey",
    )


# ---- what is no id


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
