"""Tests of what an operator can give, by what its schema has."""

import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver.capabilities import (
    of_driver,
    of_stations,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.queries import (
    Operations,
)
from custom_components.ev_charging_cloud.clients.client import Capability

from .client import operations_of

SESSIONS = Capability.DRIVER_SESSIONS | Capability.SESSIONS
ATTEMPT = "extend type Mutation { attemptRemoteStart(input: Auth): Attempt }"
CARDS = "availableCardsForChargingProcess(connectorId: String!): [Card]"
TYPES = """
    type Log { id: ID }
    type Dear { id: ID, cost: Cost }
    type Cost { total: Float }
    type Card { id: ID }
    type Attempt { id: ID }
"""


@pytest.mark.parametrize(
    ("fields", "more", "found"),
    [
        ("x: Int", "", Capability(0)),
        ("chargelog(id: ID): Log", "", SESSIONS),
        ("chargelog(id: ID): Dear", "", SESSIONS | Capability.SESSION_COST),
        ("chargelogsPaged(limit: Int): [Log]", "", SESSIONS | Capability.HISTORY),
        (
            "chargelogsPaged: [Dear]",
            "",
            SESSIONS | Capability.HISTORY | Capability.SESSION_COST,
        ),
        ("chargelogsPaged: [Cost]", "", Capability(0)),
        ("accountDocumentsPaged: [Log]", "", Capability.INVOICES),
        (CARDS, "", Capability.REMOTE_START),
        (CARDS, ATTEMPT, Capability.REMOTE_START),
    ],
)
def test_what_concerns_the_driver(fields: str, more: str, found: Capability) -> None:
    """Sessions, their cost, the past, documents and starts, each by its own operation."""
    _, known = operations_of(f"type Query {{ {fields} }} {TYPES} {more}")
    assert of_driver(known) == found


def test_starts_need_a_command() -> None:
    """Cards without a way to start are none, and so is a way without cards."""
    query = f"type Query {{ {CARDS} }}"
    _, known = operations_of(query + TYPES, "scalar Started")
    assert of_driver(known) == Capability(0)
    _, known = operations_of(query + TYPES + ATTEMPT, "scalar Started")
    assert of_driver(known) == Capability.REMOTE_START
    _, known = operations_of("type Query { x: Int }" + TYPES + ATTEMPT)
    assert of_driver(known) == Capability(0)


def test_without_a_schema() -> None:
    """What is documented is taken for granted, and no list of stations."""
    assert of_driver(Operations(None)) == (
        SESSIONS
        | Capability.SESSION_COST
        | Capability.HISTORY
        | Capability.INVOICES
        | Capability.REMOTE_START
    )
    assert of_stations(Operations(None)) == Capability(0)


PLUG = Capability.CONNECTORS
STATUS = Capability.CONNECTOR_STATUS


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("name: String", Capability(0)),
        ("status: String", Capability.STATION_STATUS | Capability.CONNECTIVITY),
        ("status: Link", Capability.CONNECTIVITY),
        ("status: State", Capability.STATION_STATUS),
        ("status: Both", Capability.STATION_STATUS | Capability.CONNECTIVITY),
        ("connectors: [Bare]", PLUG),
        ("connectors: [Plug]", PLUG | STATUS),
        ("evses: [Free]", PLUG | STATUS),
        ("connectors: [Strong]", PLUG | Capability.CONNECTOR_MAX_POWER),
        ("evses: [Evse]", PLUG | STATUS | Capability.CONNECTOR_MAX_POWER),
        ("connectors: Relay", PLUG | STATUS),
        ("connection: Deep", PLUG | STATUS | Capability.CONNECTOR_MAX_POWER),
        # Whether a favourite can be marked, where it is told.
        ("isFavourite: Boolean", Capability.FAVOURITES),
    ],
)
def test_what_stations_give(fields: str, found: Capability) -> None:
    """By the words of an enum, and by connectors at every level where they can stand."""
    _, known = operations_of(
        f"""
        type Query {{ cpsPaged(favourites: Boolean): [Cp] }}
        type Cp {{ id: ID, {fields} }}
        enum Link {{ ONLINE NO_COMMUNICATION }} enum State {{ AVAILABLE FAULTED }}
        enum Both {{ ONLINE AVAILABLE }}
        type Bare {{ id: ID }} type Plug {{ id: ID, status: String }}
        type Free {{ id: ID, available: Boolean }}
        type Strong {{ id: ID, maxPowerKw: Float }}
        type Both2 {{ id: ID, status: String, maxPowerKw: Float }}
        type Evse {{ uid: ID, connectors: [Both2] }}
        type Relay {{ edges: [Edge] }} type Edge {{ node: Plug }}
        type Deep {{ edges: [DeepEdge] }} type DeepEdge {{ node: Evse }}
        extend type Mutation {{
            addFavourite(cpId: ID!): Boolean removeFavourite(cpId: ID!): Boolean
        }}
        """
    )
    assert of_stations(known) == found
