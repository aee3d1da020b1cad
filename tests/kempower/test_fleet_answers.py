"""Tests of lists that a customer's file tells of: what is asked for each, and all that comes of it."""

from datetime import UTC, datetime, timedelta
import json
from typing import Any

from freezegun import freeze_time
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.client import Capability
from custom_components.ev_charging_cloud.clients.enums import SessionStatus
from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    NotPermittedError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.history import HistoryPage
from custom_components.ev_charging_cloud.clients.kempower.openapi import (
    Kind,
    Meaning,
    Operation,
)
from custom_components.ev_charging_cloud.clients.kempower.openapi.operation import Fill
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Station,
    StationDetails,
    Vehicle,
)

from .cloud import account

pytestmark = pytest.mark.usefixtures("socket_enabled")
NOW = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def reading(kind: Kind, path: str, items: str, *query: Any, **more: Any) -> Operation:
    """Return what reads a list."""
    fills = tuple(
        Fill(meaning=meaning, where="query", name=(name,)) for meaning, name in query
    )
    return Operation(
        kind=kind, method="GET", path=path, items=items, fills=fills, **more
    )


MADE = reading(Kind.LOCATION_STATIONS, "/made/{location}", "made")
VEHICLES = reading(Kind.VEHICLES, "/vehicles", "all")
VEHICLES_BY_LOCATION = reading(
    Kind.VEHICLES, "/vehicles", "all", (Meaning.LOCATION, "locationUid")
)
SCHEDULES = reading(
    Kind.SCHEDULES, "/plans/{location}", "weekly", more=("once", "never")
)
GROUPS = reading(Kind.POWER_GROUPS, "/groups", "tree")
PAGE = (Meaning.PAGE, "exclusiveStartKey")
PAST = reading(Kind.TRANSACTIONS, "/past", "list", PAGE, page="lastEvaluatedKey")
PAST_OF = reading(
    Kind.STATION_TRANSACTIONS, "/past/{station}", "list", PAGE, page="lastEvaluatedKey"
)
LOCATIONS = {"locations": [{"id": "A"}, {"id": "B"}]}
STATIONS = {
    "stations": [
        {"stationId": "CS1", "powerGroupParentPath": ["G1", "G2"]},
        {"stationId": "CS2", "powerGroupParentPath": ["G2"]},
        {"stationId": "CS3", "powerGroupParentPath": []},
        {"stationId": "CS4", "powerGroupParentPath": [""]},
    ]
}


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
    answers = {"GET /locations": {"locations": []}, "GET /vehicles": {"all": []}}
    lists = (MADE, VEHICLES, SCHEDULES)
    async with account(answers, *lists) as (cloud, client):
        await client.async_get_slow()
        assert cloud.lines == ["GET /locations", "GET /vehicles"]
        assert client.families.off() == ()
        assert client.families.state_of("inventory") is None


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


# ---- vehicles


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
FREE = {"plugged_in": False, "charging": False}
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
        f"Skipped {SINGULAR[name]} "
    ]


def shown(name: str, found: Any) -> bool:
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


# ---- the past


def past(id_: str, **more: Any) -> dict[str, Any]:
    """Return a transaction that is over."""
    return {"txId": id_, "status": "Ended", "stationId": "CS1", **more}


def over(id_: str, **more: Any) -> ChargingSession:
    """Return a session that is over."""
    return ChargingSession(
        **{
            "id": id_,
            "station_id": "CS1",
            "status": SessionStatus.COMPLETED,
            **more,
        }
    )


KEY = {"stationId": "CS1", "txId": "a b"}
WRITTEN = json.dumps(KEY, separators=(",", ":"))
NEXT = f"GET {URL('/past').with_query(exclusiveStartKey=WRITTEN)}"


async def test_past_sessions() -> None:
    """Pages follow each other by the vendor's own key, as it was sent."""
    end = "2026-11-24T10:00:00Z"
    answers = {
        "GET /past": {
            "list": [
                past("3"),
                # Not over; not known to be; over by its end.
                past("2", status="Charging", endTime=end),
                past("1", status=None),
                past("0", status=None, endTime=end),
            ],
            "lastEvaluatedKey": KEY,
        },
        NEXT: {"list": [past("9")]},
    }
    async with account(answers, PAST) as (cloud, client):
        first = await client.async_read_history(None)
        assert first == HistoryPage(
            sessions=(over("3"), over("0", status=None, ended_at=at(10))),
            cursor=WRITTEN,
        )
        second = await client.async_read_history(first.cursor)
        assert second == HistoryPage(sessions=(over("9"),), cursor=None)
        assert cloud.lines == ["GET /past", NEXT]


@pytest.mark.parametrize(
    ("answer", "cursor"),
    [
        ({"list": [past("1")], "lastEvaluatedKey": None}, None),
        ({"list": [past("1")], "lastEvaluatedKey": {}}, None),
        ({"list": [past("1")], "lastEvaluatedKey": "x"}, '"x"'),
        ({"list": [past("1", status="Charging")], "lastEvaluatedKey": "x"}, '"x"'),
        # A page without anything has none after it.
        ({"list": [], "lastEvaluatedKey": "x"}, None),
    ],
)
async def test_the_last_page(answer: Any, cursor: str | None) -> None:
    """A page is the last one where no key says where the next begins."""
    async with account({"GET /past": answer}, PAST) as (_, client):
        found = await client.async_read_history(None)
        assert found is not None
        assert found.cursor == cursor


@pytest.mark.parametrize(
    ("operation", "cursor", "asked"),
    [
        (PAST, '"k"', "GET /past?exclusiveStartKey=%22k%22"),
        (
            PAST_OF,
            '{"station":"CS1","page":"\\"k\\""}',
            "GET /past/CS1?exclusiveStartKey=%22k%22",
        ),
    ],
)
@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (
            {"list": [past("1")], "lastEvaluatedKey": "k"},
            UnexpectedAnswerError,
            "the list of transactions repeats a page",
        ),
        ({"list": None}, UnexpectedAnswerError, " answered oddly: "),
        ({}, UnexpectedAnswerError, " answered oddly: 'list'"),
        ((403, {"errorMessage": "No"}), NotPermittedError, "No"),
        (
            {"list": [{"txId": ""}]},
            UnexpectedAnswerError,
            "none of 1 transactions could be read: txId: an empty text",
        ),
    ],
)
async def test_pages_that_cannot_be_read(
    operation: Operation,
    cursor: str,
    asked: str,
    answer: Any,
    error: type[ClientError],
    message: str,
) -> None:
    """A page that is this one again, or none at all, is an error."""
    path = asked.removeprefix("GET ").partition("?")[0]
    answers = {"GET /stations": STATIONS, asked: answer}
    async with account(answers, operation) as (cloud, client):
        await client.async_get_live()
        with pytest.raises(ClientError) as caught:
            await client.async_read_history(cursor)
        assert type(caught.value) is error
        expected = f"{path}{message}" if message.startswith(" ") else message
        assert caught.value.message.startswith(expected)
        assert asked in cloud.lines


async def test_odd_transactions(caplog: pytest.LogCaptureFixture) -> None:
    """An odd transaction costs itself."""
    told = {"list": [past("1"), {"txId": ""}, past("2", soc=200)]}
    for operation, path in ((PAST, "/past"), (PAST_OF, "/past/CS1")):
        caplog.clear()
        answers = {"GET /stations": STATIONS, f"GET {path}": told}
        async with account(answers, operation) as (_, client):
            await client.async_get_live()
            found = await client.async_read_history(None)
            assert found is not None
            assert found.sessions == (over("1"), over("2"))
            assert client.report.odd_values.keys() == {"transaction.soc"}
        assert "Skipped transaction  of Kempower ChargEye" in "".join(caplog.messages)


async def test_past_station_by_station() -> None:
    """Each station's past is read to its end, in the order of their ids."""
    stations = {"stations": [{"stationId": "CS2"}, {"stationId": "CS1"}]}
    answers = {
        "GET /stations": stations,
        "GET /past/CS1": {
            "list": [past("1", stationId="other"), past("0", status="Charging")],
            "lastEvaluatedKey": "k",
        },
        "GET /past/CS1?exclusiveStartKey=%22k%22": {"list": [past("2")]},
        "GET /past/CS2": {"list": [], "lastEvaluatedKey": "x"},
    }
    async with account(answers, PAST_OF) as (cloud, client):
        assert await client.async_read_history(None) is None
        await client.async_get_live()
        pages = [await client.async_read_history(None)]
        while pages[-1] is not None and pages[-1].cursor is not None:
            pages.append(await client.async_read_history(pages[-1].cursor))
        first, second, third = (
            '{"station":"CS1","page":"\\"k\\""}',
            '{"station":"CS2","page":null}',
            None,
        )
        assert pages == [
            HistoryPage(sessions=(over("1"),), cursor=first, is_ordered=False),
            HistoryPage(sessions=(over("2"),), cursor=second, is_ordered=False),
            HistoryPage(sessions=(), cursor=third, is_ordered=False),
        ]
        assert cloud.lines[1:] == [
            "GET /past/CS1",
            "GET /past/CS1?exclusiveStartKey=%22k%22",
            "GET /past/CS2",
        ]


@pytest.mark.parametrize(
    ("cursor", "asked"),
    [
        # A station that is gone: the next one, from its beginning.
        ('{"station":"CS11","page":"\\"k\\""}', "GET /past/CS2"),
        ('{"station":"CS2"}', "GET /past/CS2"),
        ('{"station":"A","page":"k"}', "GET /past/CS1"),
        ('{"station":"CS5","page":"k"}', None),
    ],
)
async def test_a_station_that_is_gone(cursor: str, asked: str | None) -> None:
    """Reading goes on after a station that is no more listed."""
    answers = {"GET /stations": STATIONS}
    if asked:
        answers[asked] = {"list": []}
    async with account(answers, PAST_OF) as (cloud, client):
        await client.async_get_live()
        found = await client.async_read_history(cursor)
        assert cloud.lines[1:] == [asked] * bool(asked)
        if asked is None:
            assert found == HistoryPage(sessions=(), cursor=None)


async def test_all_in_one_list_first() -> None:
    """Where a file has both lists of the past, one request is better than many."""
    async with account({"GET /past": {"list": []}}, PAST_OF, PAST) as (cloud, client):
        assert await client.async_read_history(None) == HistoryPage(
            sessions=(), cursor=None
        )
        assert cloud.lines == ["GET /past"]
