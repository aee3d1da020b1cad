"""Tests of an account without a customer's file: all that is asked for, and all that comes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun import freeze_time
import pytest

from custom_components.ev_charging_cloud.clients.client import Account, Capability
from custom_components.ev_charging_cloud.clients.enums import (
    ConnectorStatus,
    SessionStatus,
    StationStatus,
)
from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    RateLimitedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.kempower import wire
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Connector,
    Location,
    Station,
    Vehicle,
)
from custom_components.ev_charging_cloud.clients.reading.lenient import Oddity
from custom_components.ev_charging_cloud.clients.snapshot import (
    LiveState,
    Skipped,
    SlowState,
)
from custom_components.ev_charging_cloud.clients.transport import http

from .cloud import account

pytestmark = pytest.mark.usefixtures("socket_enabled")
NOW = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)

LOCATIONS = {
    "locations": [
        {"id": "site-1", "name": "Depot", "lat": 60.5, "lng": 25.5},
        {"id": "site-2", "operator": {"name": "Fleet"}},
    ]
}
STATIONS: dict[str, Any] = {
    "stations": [
        {
            "stationId": "CS1",
            "name": "Bay 1",
            "status": "Operative",
            "onlineStatus": "Online",
            "locationUid": "site-1",
            "location": {"name": "Depot", "lat": 60.5, "lng": 25.5},
            "connectors": [
                {
                    "connectorId": "11",
                    "status": "Charging",
                    "latestTransaction": {
                        "txId": "tx-1",
                        "status": "Charging",
                        "powerKw": 42.5,
                    },
                },
                {"connectorId": "12", "status": "Available"},
            ],
        },
        {"stationId": "CS2", "status": "Faulted"},
    ]
}


async def test_locations() -> None:
    """The vendor's own list of locations, in one request."""
    async with account({"GET /locations": LOCATIONS}) as (cloud, client):
        assert await client.async_get_slow() == SlowState(
            locations={
                "site-1": Location(
                    id="site-1", name="Depot", latitude=60.5, longitude=25.5
                ),
                "site-2": Location(id="site-2", operator="Fleet"),
            }
        )
        assert cloud.lines == ["GET /locations"]
        assert client.families.off() == ()


def live(**changes: Any) -> LiveState:
    """Return what the stations above tell."""
    known: dict[str, Any] = {
        "stations": (
            Station(
                id="CS1",
                name="Bay 1",
                location_id="site-1",
                status=StationStatus.OPERATIVE,
                online=True,
            ),
            Station(id="CS2", status=StationStatus.FAULTED),
        ),
        "connectors": (
            Connector(
                station_id="CS1",
                id="11",
                status=ConnectorStatus.CHARGING,
                online=True,
                plugged_in=True,
                power=42500,
                session=ChargingSession(id="tx-1", status=SessionStatus.ACTIVE),
            ),
            Connector(
                station_id="CS1",
                id="12",
                status=ConnectorStatus.AVAILABLE,
                online=True,
                plugged_in=False,
                power=0,
            ),
        ),
        "locations": {
            "site-1": Location(id="site-1", name="Depot", latitude=60.5, longitude=25.5)
        },
        "uncertain": frozenset({Vehicle}),
    }
    return LiveState(**{**known, **changes})


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        (None, "GET /stations"),
        ("", "GET /stations"),
        ("site-1", "GET /stations?locationUid=site-1"),
        ("a b&c", "GET /stations?locationUid=a+b%26c"),
    ],
)
async def test_stations(location: str | None, asked: str) -> None:
    """Stations, connectors and where they are, in one request."""
    async with account({asked: STATIONS}) as (cloud, client):
        found = await client.async_get_live(location)
        assert (found.stations, found.connectors) == (
            live().stations,
            live().connectors,
        )
        assert found == live()
        assert cloud.lines == [asked]


async def test_the_same_once_more() -> None:
    """What did not change stays the very same object, also beside what did."""
    async with account({"GET /stations": STATIONS}) as (cloud, client):
        first = await client.async_get_live()
        second = await client.async_get_live()
        for name in ("stations", "connectors", "locations", "vehicles"):
            assert getattr(second, name) is getattr(first, name), name
        changed = [STATIONS["stations"][0], {"stationId": "CS2"}]
        cloud.answers["GET /stations"] = {"stations": changed}
        third = await client.async_get_live()
        assert third.stations == (first.stations[0], Station(id="CS2"))
        assert third.stations[0] is first.stations[0]
        assert third.connectors is first.connectors
        assert third.locations is first.locations


async def test_what_is_not_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an answer that is the same byte for byte nothing is read again."""
    read = wire.STATIONS.read
    bodies: list[bytes] = []

    class Counting:
        def read(self, data: bytes, odd: list[Oddity] | None = None) -> object:
            bodies.append(data)
            return read(data, odd)

    monkeypatch.setattr(wire, "STATIONS", Counting())
    async with account({"GET /stations": STATIONS}) as (cloud, client):
        for _ in range(3):
            await client.async_get_live()
        assert len(bodies) == 1
        cloud.answers["GET /stations"] = {"stations": []}
        assert (await client.async_get_live()).stations == ()
        assert len(bodies) == 2


async def test_a_pause_of_a_poll() -> None:
    """A vendor that asks for a pause and names none is asked again with the next poll."""
    busy = 429, {"errorMessage": "busy"}
    async with account({"GET /stations": busy, "GET /locations": LOCATIONS}) as (
        cloud,
        client,
    ):
        with pytest.raises(RateLimitedError) as caught:
            await client.async_get_live()
        assert (caught.value.message, caught.value.retry_after) == ("busy", None)
        # Nothing else is asked before that.
        assert (await client.async_get_slow()).locations == {}
        assert cloud.lines == ["GET /stations"]
        cloud.answers["GET /stations"] = STATIONS
        assert await client.async_get_live() == live()


async def test_stations_of_several_locations() -> None:
    """Each location that a station names is there once."""
    told = [
        {"stationId": "a", "locationUid": "1", "location": {"name": "One"}},
        {"stationId": "b", "locationUid": "2"},
        {"stationId": "c", "locationUid": "1", "location": {"name": "Uno"}},
        {"stationId": "d", "location": {"name": "Nowhere"}},
        {"stationId": "e", "locationUid": " "},
    ]
    async with account({"GET /stations": {"stations": told}}) as (_, client):
        assert (await client.async_get_live()).locations == {
            "1": Location(id="1", name="Uno"),
            "2": Location(id="2"),
        }


async def test_what_cannot_be_read(caplog: pytest.LogCaptureFixture) -> None:
    """An odd station costs itself, an odd value itself; both are named by the vendor's words."""
    told = [
        {"stationId": "CS1", "maxPowerKw": "much"},
        {"stationId": ""},
        {"stationId": "CS2", "connectors": [{"connectorId": ""}]},
    ]
    answers = {
        "GET /stations": {"stations": told},
        "GET /locations": {"locations": [{"id": "site-1", "lat": 99}, {"id": ""}]},
    }
    async with account(answers) as (_, client):
        found = await client.async_get_live()
        assert found.stations == (Station(id="CS1"), Station(id="CS2"))
        assert found.skipped == (
            Skipped("station number 2", "stationId: an empty text"),
            Skipped("connectors of station CS2", "connectorId: an empty text"),
        )
        assert (await client.async_get_slow()).locations == {
            "site-1": Location(id="site-1")
        }
        assert client.report.odd_values.keys() >= {
            "station.maxPowerKw",
            "location.lat",
        }
    skipped = [line for line in caplog.messages if line.startswith("Skipped")]
    assert [line.partition(" of Kempower")[0] for line in skipped] == [
        "Skipped station number 2",
        "Skipped location number 2",
    ]


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        ((500, {"errorMessage": "down"}), UnavailableError, "down"),
        ({}, UnexpectedAnswerError, "/stations answered oddly: "),
        ({"stations": None}, UnexpectedAnswerError, "/stations answered oddly: "),
        (
            {"stations": [{"stationId": ""}, 7]},
            UnexpectedAnswerError,
            "none of 2 stations could be read: ",
        ),
    ],
)
async def test_stations_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch,
    answer: Any,
    error: type[ClientError],
    message: str,
) -> None:
    """Without stations there is no account."""
    monkeypatch.setattr(http, "REPEAT_AFTER", 0)
    async with account({"GET /stations": answer}) as (_, client):
        with pytest.raises(error) as caught:
            await client.async_get_live()
        assert caught.value.message.startswith(message)
        (off,) = client.families.off()
        assert (off.name, off.reason) == ("stations", caught.value.message)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((500, {"errorMessage": "down"}), "down"),
        ({}, "/locations answered oddly: "),
        ({"locations": [{"id": ""}]}, "none of 1 locations could be read: "),
    ],
)
async def test_locations_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, answer: Any, message: str
) -> None:
    """Without their list the locations are those that stations name."""
    monkeypatch.setattr(http, "REPEAT_AFTER", 0)
    async with account({"GET /locations": answer}) as (_, client):
        assert await client.async_get_slow() == SlowState(locations={})
        (off,) = client.families.off()
        assert off.name == "locations"
        assert off.reason.startswith(message)


async def test_how_long_locations_are_kept() -> None:
    """A list that cannot be read any more stands for a day."""
    path = "GET /locations"
    with freeze_time(NOW) as clock:
        async with account({path: LOCATIONS}) as (cloud, client):
            await client.async_get_slow()
            cloud.answers[path] = 403, {}
            clock.tick(timedelta(days=1) - timedelta(seconds=1))
            found = await client.async_get_slow()
            assert found.locations.keys() == {"site-1", "site-2"}
            clock.tick(timedelta(seconds=1))
            assert (await client.async_get_slow()).locations == {}


async def test_an_account_without_a_file() -> None:
    """What is public is read, and nothing can be commanded."""
    async with account({}) as (cloud, client):
        assert client.capabilities == (
            Capability.LOCATIONS
            | Capability.CONNECTORS
            | Capability.CONNECTOR_STATUS
            | Capability.CONNECTOR_POWER
            | Capability.CONNECTOR_MAX_POWER
            | Capability.SESSIONS
            | Capability.SESSION_METER
            | Capability.SESSION_POWER
            | Capability.SESSION_PLAN
            | Capability.SESSION_REASONS
            | Capability.CHARGING_TIMES
            | Capability.STATE_OF_CHARGE
            | Capability.POWER_LIMITATION
            | Capability.CONNECTIVITY
            | Capability.STATION_STATUS
            | Capability.STATION_POWER
            | Capability.STATION_CURRENT
        )
        assert client.operator is None
        assert client.diagnostics == {"operations": {}}
        assert await client.async_read_history(None) is None
        assert await client.async_read_history("x") is None
        assert await client.async_identify() == Account(
            id="a25168025593ea2d", is_named_by_vendor=False
        )
        assert cloud.asked == []
