"""Tests of the fleet's lists: what is asked for each, and all that comes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun import freeze_time
import pytest

from custom_components.ev_charging_cloud.clients.kempower import wire
from custom_components.ev_charging_cloud.clients.kempower.fleet import (
    Listed,
    Seen,
    vehicles_of,
)
from custom_components.ev_charging_cloud.clients.kempower.openapi import Operation
from custom_components.ev_charging_cloud.clients.model import Connector, Vehicle
from custom_components.ev_charging_cloud.clients.snapshot import LiveState

from .cloud import account
from .described import (
    GROUPS,
    LOCATIONS,
    MADE,
    SCHEDULES,
    STATIONS,
    VEHICLES,
    VEHICLES_BY_LOCATION,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")
NOW = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def charging(vehicle: str, **more: Any) -> dict[str, Any]:
    """Return a station where a vehicle charges by its plan."""
    plan = {
        "evId": vehicle,
        "plannedDepartureTime": "2026-11-24T18:00:00Z",
        "targetSoC": 77,
    }
    session = {
        "txId": "tx-1",
        "status": "Charging",
        "powerKw": 42.5,
        "soc": 61,
        "schedulePlan": plan,
    }
    connector = {
        "connectorId": "11",
        "status": "Charging",
        "latestTransaction": {**session, **more},
    }
    return {"stations": [{"stationId": "CS1", "connectors": [connector]}]}


BUS = {
    "id": "ev-1",
    "name": " Bus 1 ",
    "evModel": "Citaro",
    "fullChargeEnergykWh": 392.5,
    "maxChargePowerkW": 150.5,
    "consumption": 1200,
    "enableChargeScheduling": True,
}
FREE: dict[str, Any] = {"plugged_in": False, "charging": False}
KNOWN: dict[str, Any] = {
    "id": "ev-1",
    "is_fleet": True,
    "name": "Bus 1",
    "model": "Citaro",
    "battery_size": 392500,
    "max_power": 150500,
    "consumption": 1200,
}


def plan(arrival: str | None, departure: str | None, target: float | None) -> Any:
    """Return a schedule of the bus, by times of day."""
    day = "2026-11-24T"
    return {
        "evId": "ev-1",
        "plannedArrivalTime": arrival and day + arrival,
        "plannedDepartureTime": departure and day + departure,
        "targetSoC": target,
    }


def at(hour: int, minute: int = 0) -> datetime:
    """Return a time of this day."""
    return NOW.replace(hour=hour, minute=minute)


@pytest.mark.parametrize(
    ("told", "schedules", "stations", "vehicle"),
    [
        ({"id": "ev-1"}, [], {"stations": []}, {"id": "ev-1", "is_fleet": True}),
        (
            {"id": "ev-1", "enableChargeScheduling": False},
            [],
            {"stations": []},
            {"id": "ev-1", "is_fleet": True},
        ),
        (BUS, [], {"stations": []}, {**KNOWN, **FREE}),
        # What is zero was never set.
        (
            {**BUS, "fullChargeEnergykWh": 0, "maxChargePowerkW": 0, "consumption": 0},
            [],
            {"stations": []},
            {
                **KNOWN,
                **FREE,
                "battery_size": None,
                "max_power": None,
                "consumption": None,
            },
        ),
        # The next to come of all its plans, and what it is to have then.
        (
            BUS,
            [
                plan("10:19:59Z", "10:20:00Z", 10),
                plan("19:00:00Z", "20:00:00Z", 20),
                plan("15:00:00", "16:00:00", 30),
                plan(None, None, 40),
            ],
            {"stations": []},
            {
                **KNOWN,
                **FREE,
                "next_arrival": at(15),
                "next_departure": at(16),
                "target_state_of_charge": 30,
            },
        ),
        (
            BUS,
            [plan("10:20:00Z", "10:20:01Z", None), plan("10:20:01Z", None, 50)],
            {"stations": []},
            {
                **KNOWN,
                **FREE,
                "next_arrival": NOW + SECOND,
                "next_departure": NOW + SECOND,
            },
        ),
        # Where it charges its session says so, and what its plan does not.
        (
            BUS,
            [],
            charging("ev-1"),
            {
                **KNOWN,
                "plugged_in": True,
                "charging": True,
                "power": 42500,
                "state_of_charge": 61,
                "next_departure": at(18),
                "target_state_of_charge": 77,
            },
        ),
        (
            BUS,
            [plan(None, "16:00:00Z", 30)],
            charging("ev-1"),
            {
                **KNOWN,
                "plugged_in": True,
                "charging": True,
                "power": 42500,
                "state_of_charge": 61,
                "next_departure": at(16),
                "target_state_of_charge": 30,
            },
        ),
        (BUS, [], charging("ev-2"), {**KNOWN, **FREE}),
        (BUS, [], charging("ev-1", status="Ended"), {**KNOWN, **FREE}),
        (
            BUS,
            [],
            charging("ev-1", endTime="2026-11-24T10:00:00Z"),
            {**KNOWN, **FREE},
        ),
    ],
    ids=range(11),
)
async def test_vehicles(
    told: Any, schedules: list[Any], stations: Any, vehicle: dict[str, Any]
) -> None:
    """A vehicle is what its list, its plans and its session say together."""
    answers = {
        "GET /locations": LOCATIONS,
        "GET /stations": stations,
        "GET /vehicles": {"all": [told]},
        "GET /plans/A": {"weekly": schedules[:1], "once": schedules[1:], "never": []},
        "GET /plans/B": {"weekly": [], "once": [], "never": []},
    }
    with freeze_time(NOW):
        async with account(answers, VEHICLES, SCHEDULES) as (cloud, client):
            await client.async_get_slow()
            found = await client.async_get_live()
            assert found.vehicles == (Vehicle(**vehicle),)
            assert found.uncertain == frozenset()
            assert cloud.lines == [
                "GET /locations",
                "GET /vehicles",
                "GET /plans/A",
                "GET /plans/B",
                "GET /stations",
            ]
            assert (await client.async_get_live()).vehicles is found.vehicles


async def test_vehicles_without_plans() -> None:
    """A file that tells of vehicles only is good as well."""
    answers = {"GET /stations": {"stations": []}, "GET /vehicles": {"all": [BUS]}}
    async with account(answers, VEHICLES) as (_, client):
        await client.async_get_slow()
        found = await client.async_get_live()
        assert found.vehicles == (Vehicle(**KNOWN, **FREE),)


async def test_time_passes() -> None:
    """A departure that is over is no more the next one."""
    answers = {
        "GET /locations": {"locations": [{"id": "A"}]},
        "GET /stations": {"stations": []},
        "GET /vehicles": {"all": [BUS]},
        "GET /plans/A": {
            "weekly": [plan(None, "10:30:00Z", 50), plan(None, "11:30:00Z", 60)],
            "once": [],
            "never": [],
        },
    }
    with freeze_time(NOW) as clock:
        async with account(answers, VEHICLES, SCHEDULES) as (_, client):
            await client.async_get_slow()
            (first,) = (await client.async_get_live()).vehicles
            clock.move_to(at(10, 30))
            (second,) = (await client.async_get_live()).vehicles
    assert (first.next_departure, first.target_state_of_charge) == (at(10, 30), 50)
    assert (second.next_departure, second.target_state_of_charge) == (at(11, 30), 60)


async def test_vehicles_by_location() -> None:
    """Where a location is demanded each is asked for; a vehicle of two is there once."""
    answers = {
        "GET /locations": LOCATIONS,
        "GET /stations": {"stations": []},
        "GET /vehicles?locationUid=A": {"all": [{"id": "1"}, {"id": "2"}]},
        "GET /vehicles?locationUid=B": {"all": [{"id": "2", "name": "Two"}]},
    }
    async with account(answers, VEHICLES_BY_LOCATION) as (cloud, client):
        await client.async_get_slow()
        assert (await client.async_get_live()).vehicles == (
            Vehicle(id="1", is_fleet=True),
            Vehicle(id="2", is_fleet=True, name="Two"),
        )
        assert cloud.lines[1:3] == [
            "GET /vehicles?locationUid=A",
            "GET /vehicles?locationUid=B",
        ]


async def test_vehicles_that_may_be_more() -> None:
    """Only a list that was read, and whole, says that there are no others."""
    path = "GET /vehicles"
    answers = {"GET /stations": {"stations": []}, path: {"all": [{"id": "1"}]}}
    async with account(answers, VEHICLES) as (cloud, client):
        assert (await client.async_get_live()).uncertain == {Vehicle}
        await client.async_get_slow()
        assert (await client.async_get_live()).uncertain == frozenset()
        cloud.answers[path] = {"all": [{"id": "1"}, {"id": ""}]}
        await client.async_get_slow()
        assert (await client.async_get_live()).uncertain == {Vehicle}
        cloud.answers[path] = {"all": []}
        await client.async_get_slow()
        found = await client.async_get_live()
        assert (found.vehicles, found.uncertain) == ((), frozenset())
        cloud.answers[path] = 403, {}
        await client.async_get_slow()
        assert (await client.async_get_live()).uncertain == {Vehicle}


def test_a_connector_without_a_session() -> None:
    """Nothing is told of a vehicle by a connector that has no session."""
    listed = Listed((wire.Vehicle(id="ev-1"),), is_whole=True)
    occupied = {"ev-1": Connector(station_id="CS1", id="11", plugged_in=True)}
    assert vehicles_of(Seen(listed), occupied, NOW) == (
        Vehicle(id="ev-1", is_fleet=True),
    )
    # A list that is not known to be today's does not say that there are no others.
    assert not Seen(listed).has_all_vehicles
    assert Seen(listed, is_fresh=True).has_all_vehicles
    assert not Seen(is_fresh=True).has_all_vehicles


# ---- what becomes of a list that cannot be read

LISTS: dict[str, tuple[Operation, str, Any, Any]] = {
    "inventory": (MADE, "/made/A", {"made": [{"stationId": "CS1"}]}, "stationId"),
    "vehicles": (VEHICLES, "/vehicles", {"all": [BUS]}, "id"),
    "schedules": (
        SCHEDULES,
        "/plans/A",
        {"weekly": [plan(None, "23:00:00Z", 7)], "once": [], "never": []},
        "evId",
    ),
    "power groups": (
        GROUPS,
        "/groups",
        {"tree": {"G1": {"groupId": "G1", "maxCurrentA": 7}}},
        "groupId",
    ),
}
SINGULAR = {
    "inventory": "inventory",
    "vehicles": "vehicle",
    "schedules": "schedule",
    "power groups": "power group",
}


@pytest.mark.parametrize("name", LISTS)
async def test_lists_that_cannot_be_read(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A list costs itself, by its name; an odd item costs itself, by what it is."""
    operation, path, good, id_field = LISTS[name]
    answers = {"GET /locations": {"locations": [{"id": "A"}]}, f"GET {path}": {}}
    async with account(answers, operation) as (cloud, client):
        await client.async_get_slow()
        (off,) = client.families.off()
        assert off.name == name
        assert off.reason.startswith(f"{path} answered oddly: ")
        key = operation.items or ""
        odd = {id_field: ""}
        both = {"x": odd, **good[key]} if name == "power groups" else [odd, *good[key]]
        cloud.answers[f"GET {path}"] = {**good, key: both}
        await client.async_get_slow()
        assert client.families.off() == ()
    skipped = [line for line in caplog.messages if line.startswith("Skipped")]
    assert [line.partition(" of Kempower")[0] for line in skipped] == [
        f"Skipped {SINGULAR[name]} number 1"
    ]


def shown(name: str, found: LiveState) -> bool:
    """Tell whether what a list told is shown."""
    if name == "inventory":
        return found.stations[0].model == "S"
    if name == "vehicles":
        return bool(found.vehicles)
    if name == "schedules":
        return found.vehicles[0].target_state_of_charge == 7
    return found.stations[0].group_current == 7


@pytest.mark.parametrize("name", LISTS)
async def test_how_long_lists_are_kept(name: str) -> None:
    """What was read stands for a day where it cannot be read any more."""
    operation, path, good, _ = LISTS[name]
    if name == "inventory":
        good = {"made": [{"stationId": "CS1", "model": "S"}]}
    if name == "schedules":
        later = {**good["weekly"][0], "plannedDepartureTime": "2026-12-24T00:00:00Z"}
        good = {**good, "weekly": [later]}
    answers: dict[str, Any] = {
        "GET /locations": {"locations": [{"id": "A"}]},
        "GET /stations": STATIONS,
        "GET /vehicles": {"all": [BUS]},
        f"GET {path}": good,
    }
    operations = {VEHICLES, operation} if name == "schedules" else {operation}
    with freeze_time(NOW) as clock:
        async with account(answers, *operations) as (cloud, client):
            await client.async_get_slow()
            cloud.answers[f"GET {path}"] = 403, {}
            clock.tick(DAY - SECOND)
            await client.async_get_slow()
            assert shown(name, await client.async_get_live())
            clock.tick(SECOND)
            await client.async_get_slow()
            assert not shown(name, await client.async_get_live())
