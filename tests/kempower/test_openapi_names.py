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
    TEXT,
    answer,
    fields,
    in_path,
    in_query,
    list_of,
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
