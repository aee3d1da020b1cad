"""Tests of what a customer's file adds to stations: how they were made, and what their groups may draw."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.ev_charging_cloud.clients.client import Capability
from custom_components.ev_charging_cloud.clients.kempower.openapi import Operation
from custom_components.ev_charging_cloud.clients.model import Station, StationDetails

from .cloud import account
from .described import (
    GROUPS,
    LOCATIONS,
    MADE,
    PAST,
    PAST_OF,
    SCHEDULES,
    STATIONS,
    VEHICLES,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")
NOW = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        (MADE, Capability.FIRMWARE),
        (PAST, Capability.HISTORY | Capability.PAST_COST),
        (PAST_OF, Capability.HISTORY | Capability.PAST_COST),
        (VEHICLES, Capability(0)),
        (SCHEDULES, Capability(0)),
        (GROUPS, Capability(0)),
    ],
)
async def test_what_lists_add(operation: Operation, more: Capability) -> None:
    """A list of a file is something more that can be told."""
    async with account({}) as (_, bare), account({}, operation) as (_, client):
        assert client.capabilities == bare.capabilities | more
        assert client.operator is None
        assert client.diagnostics == {
            "operations": {operation.kind.value: f"GET {operation.path} (used)"}
        }


# ---- how stations were made


async def test_how_stations_were_made() -> None:
    """Each location's list is asked for; stations have what it tells with the next poll."""
    answers = {
        "GET /locations": LOCATIONS,
        "GET /stations": STATIONS,
        "GET /made/A": {
            "made": [
                {"stationId": "CS1", "vendorName": "Kempower", "model": "S"},
                {"stationId": "CS9", "model": "T"},
            ]
        },
        "GET /made/B": {
            "made": [
                {
                    "stationId": "CS2",
                    "firmwareVersion": "4.2",
                    "manufacturingInfo": {
                        "productName": "C",
                        "productId": "P",
                        "serialNumber": "N",
                    },
                }
            ]
        },
    }
    async with account(answers, MADE) as (cloud, client):
        before = await client.async_get_live()
        await client.async_get_slow()
        after = await client.async_get_live()
        assert cloud.lines == [
            "GET /stations",
            "GET /locations",
            "GET /made/A",
            "GET /made/B",
            "GET /stations",
        ]
        assert after.stations == (
            Station(id="CS1", manufacturer="Kempower", model="S"),
            Station(
                id="CS2",
                model="C",
                model_id="P",
                serial_number="N",
                details=StationDetails(firmware="4.2"),
            ),
            Station(id="CS3"),
            Station(id="CS4"),
        )
        assert before.stations[0] == Station(id="CS1")
        # Read again and found the same, stations are what they were.
        await client.async_get_slow()
        assert (await client.async_get_live()).stations is after.stations
        cloud.answers["GET /made/A"] = {"made": []}
        await client.async_get_slow()
        assert (await client.async_get_live()).stations[0] == Station(id="CS1")


async def test_no_location_to_ask_about() -> None:
    """Where no location is known nothing is asked by location, and nothing else is lost."""
    answers: dict[str, Any] = {
        "GET /locations": {"locations": []},
        "GET /vehicles": {"all": []},
    }
    lists = (MADE, VEHICLES, SCHEDULES)
    async with account(answers, *lists) as (cloud, client):
        await client.async_get_slow()
        assert cloud.lines == ["GET /locations", "GET /vehicles"]
        assert client.families.off() == ()


# ---- power groups


async def test_power_groups() -> None:
    """A station has what its own group may draw, the first of its path."""
    answers = {
        "GET /stations": STATIONS,
        "GET /locations": LOCATIONS,
        "GET /groups": {
            "tree": {
                "x": {"groupId": "G1", "maxCurrentA": 630.5},
                "y": {"groupId": "G2", "maxCurrentA": 0},
                "z": {"groupId": "G3"},
            }
        },
    }
    async with account(answers, GROUPS) as (cloud, client):
        await client.async_get_slow()
        found = await client.async_get_live()
        assert found.stations == (
            Station(id="CS1", group_current=630.5),
            Station(id="CS2", group_current=0),
            Station(id="CS3"),
            Station(id="CS4"),
        )
        assert cloud.lines == ["GET /locations", "GET /groups", "GET /stations"]
        await client.async_get_slow()
        assert (await client.async_get_live()).stations is found.stations
        cloud.answers["GET /groups"] = {"tree": {"": {"groupId": "G1"}}}
        await client.async_get_slow()
        assert (await client.async_get_live()).stations[:2] == (
            Station(id="CS1"),
            Station(id="CS2"),
        )
