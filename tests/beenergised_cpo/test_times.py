"""Tests of when what is read again, and how long what was read stands, to the second."""

from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
)
from custom_components.ev_charging_cloud.clients.enums import ConnectorStatus
from custom_components.ev_charging_cloud.clients.errors import UnavailableError
from custom_components.ev_charging_cloud.clients.model import (
    Connector,
    Location,
    MaintenanceWindow,
    Station,
)
from custom_components.ev_charging_cloud.clients.reading.families import (
    FamilyReport,
    FamilyState,
)
from custom_components.ev_charging_cloud.clients.snapshot import LiveState, SlowState

from .tenant import FakeTenant, item, look, stations_asked
from .test_connectors import KeptMemory

STATIONS, CONNECTORS = "/charging_stations/", "/connectors/"
LOCATIONS, WINDOWS = "/locations/", "/maintenance_windows/"
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def test_stations_are_listed_every_hour(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """A little less than an hour on they are due, not a second before."""
    for wait, is_fresh, times in (
        (timedelta(0), True, 1),
        (timedelta(0), False, 1),
        (52 * MINUTE - SECOND, False, 1),
        (SECOND, True, 2),
        (52 * MINUTE - SECOND, False, 2),
        (SECOND, True, 3),
    ):
        freezer.tick(wait)
        live = await client.async_get_live()
        assert live.is_fresh is is_fresh
        assert live.is_steady
        assert [station.id for station in live.stations] == ["s1", "s2"]
        assert tenant.asked[f"GET {STATIONS}"] == times


async def test_windows_are_listed_every_quarter_of_an_hour(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """The same holds for maintenance, after twelve minutes."""
    for wait, times in (
        (timedelta(0), 1),
        (timedelta(0), 1),
        (12 * MINUTE - SECOND, 1),
        (SECOND, 2),
        (12 * MINUTE - SECOND, 2),
        (SECOND, 3),
    ):
        freezer.tick(wait)
        await client.async_get_live()
        assert tenant.asked[f"GET {WINDOWS}"] == times
    assert tenant.asked[f"GET {STATIONS}"] == 1


async def test_stations_that_could_not_be_listed_are_due(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """After an outage the next poll lists them, however short ago they were."""
    await client.async_get_live()
    freezer.tick(12 * MINUTE)
    tenant.refuse(WINDOWS, 503)
    # Perhaps all of the cloud is away, so stations are looked at.
    live = await client.async_get_live()
    assert live.is_fresh
    assert tenant.asked[f"GET {STATIONS}"] == 2
    tenant.refuse(STATIONS, 503)
    freezer.tick(MINUTE)
    with pytest.raises(UnavailableError):
        await client.async_get_live()
    tenant.answers.clear()
    asked = tenant.asked[f"GET {STATIONS}"]
    freezer.tick(MINUTE)
    assert (await client.async_get_live()).is_fresh
    assert tenant.asked[f"GET {STATIONS}"] == asked + 1
    freezer.tick(MINUTE)
    assert not (await client.async_get_live()).is_fresh


@pytest.mark.parametrize(
    ("status", "times"), [(200, 0), (403, 0), (404, 0), (429, 0), (503, 1)]
)
async def test_windows_tell_of_an_outage(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    freezer: FrozenDateTimeFactory,
    status: int,
    times: int,
) -> None:
    """Only an outage has stations listed that are not due, and once in a poll."""
    await client.async_get_live()
    freezer.tick(12 * MINUTE)
    if status != 200:
        tenant.refuse(WINDOWS, status)
    live = await client.async_get_live()
    assert live.is_fresh is bool(times)
    assert tenant.asked[f"GET {STATIONS}"] == 1 + times
    freezer.tick(40 * MINUTE)
    if status == 503:
        freezer.tick(12 * MINUTE)
    before = tenant.asked[f"GET {STATIONS}"]
    await client.async_get_live()
    assert tenant.asked[f"GET {STATIONS}"] == before + 1


# ---- how long what was read stands


def _kept(name: str, begun: datetime) -> FamilyReport:
    """Return how it stands with a list that was read at first, and is refused just now."""
    return FamilyReport(
        name=name,
        state=FamilyState.KEPT,
        reason="not here",
        since=datetime.now(UTC),
        next_try=begun,
        is_denied=True,
        is_optional=False,
    )


def _window(start: datetime) -> MaintenanceWindow:
    return MaintenanceWindow(
        id="7", station_id="s1", start=start, end=start + HOUR, comment="Check"
    )


async def test_what_stands_for_a_day(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """Locations, connectors and windows stand for a day when they cannot be read, and then no more."""
    begun = datetime.now(UTC)
    start = (begun + 2 * DAY).replace(microsecond=0)
    window = _window(start)
    tenant.lists[STATIONS] = [item("s1", label="A")]
    tenant.lists[CONNECTORS] = [item("c1", cpId="s1", label="Left")]
    tenant.lists[LOCATIONS] = [item("l1", label="Site", stations=["s1"])]
    tenant.lists[WINDOWS] = [
        item(
            7,
            cpId="s1",
            startDate=start.isoformat(),
            endDate=(start + HOUR).isoformat(),
            comment="Check",
        )
    ]
    await client.async_get_slow()
    live = await look(client)
    location = Location(id="l1", name="Site")
    station = Station(id="s1", name="A", location_id="l1", maintenance=(window,))
    connector = Connector(station_id="s1", id="c1", name="Left", maintenance=(window,))
    assert live == LiveState(
        stations=(station,),
        connectors=(connector,),
        locations={"l1": location},
        is_steady=True,
        is_fresh=False,
    )
    for path in (CONNECTORS, LOCATIONS, WINDOWS, "/cp/s1/connectors/"):
        tenant.refuse(path, 403)
    freezer.move_to(begun + DAY - SECOND)
    assert await client.async_get_slow() == SlowState(locations={"l1": location})
    await client.async_read_details()
    live = await client.async_get_live()
    assert live == LiveState(
        stations=(station,),
        connectors=(connector,),
        locations={"l1": location},
        unlisted=frozenset({Connector, Location}),
        is_steady=True,
    )
    assert client.families.off() == tuple(
        _kept(name, begun)
        for name in ("locations", "maintenance windows", "connectors")
    )
    assert client.maintenance is not None
    freezer.move_to(begun + DAY)
    assert await client.async_get_slow() == SlowState(locations={})
    live = await client.async_get_live()
    assert live == LiveState(
        stations=(Station(id="s1", name="A"),),
        connectors=(),
        locations={},
        unlisted=frozenset({Connector, Location}),
        is_steady=True,
        is_fresh=False,
    )
    assert [
        (off.name, off.state, off.is_optional) for off in client.families.off()
    ] == [
        ("locations", "denied", False),
        ("maintenance windows", "denied", False),
        ("connectors", "denied", False),
    ]
    assert client.maintenance is None


async def test_what_was_never_permitted(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """Many accounts may not list connectors, which is no news; the others are some."""
    for path in (CONNECTORS, LOCATIONS, WINDOWS):
        tenant.refuse(path, 403)
    await client.async_get_slow()
    await look(client)
    assert [
        (off.name, off.state, off.is_denied, off.is_optional)
        for off in client.families.off()
    ] == [
        ("locations", "denied", True, False),
        ("maintenance windows", "denied", True, False),
        ("connectors", "denied", True, True),
    ]


FULL = {"status": "Charging", "power": 7400, "maxPower": 22000, "label": "Left"}
SHOWN = Connector(
    station_id="s1",
    id="c1",
    name="Left",
    status=ConnectorStatus.CHARGING,
    plugged_in=True,
    power=7400,
    max_power=22000,
)
FADED = Connector(station_id="s1", id="c1", name="Left", max_power=22000)


async def test_how_long_a_listed_status_stands(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """For a quarter of an hour; what does not change by itself stands on."""
    tenant.lists[STATIONS] = [item("s1")]
    tenant.lists[CONNECTORS] = [item("c1", cpId="s1", **FULL)]
    assert (await look(client)).connectors == (SHOWN,)
    for path in (CONNECTORS, "/cp/s1/connectors/"):
        tenant.refuse(path, 503)
    freezer.tick(15 * MINUTE)
    assert (await client.async_get_live()).connectors == (SHOWN,)
    freezer.tick(SECOND)
    assert (await client.async_get_live()).connectors == (FADED,)


async def test_how_long_a_stations_word_of_a_status_stands(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """As long, once the stations' lists cannot be followed either."""
    tenant.place({"s1": ["c1"]}, **FULL)
    tenant.refuse(CONNECTORS, 403)
    assert (await look(client)).connectors == (SHOWN,)
    tenant.refuse("/cp/s1/connectors/", 503)
    freezer.tick(15 * MINUTE)
    live = await client.async_get_live()
    assert live.connectors == (SHOWN,)
    freezer.tick(SECOND)
    live = await client.async_get_live()
    assert live.connectors == (FADED,)
    assert live.unlisted == {Location}
    freezer.tick(DAY)
    assert (await client.async_get_live()).connectors == (FADED,)


# ---- which stations are asked for their connectors


async def test_word_of_stations_without_a_list_of_all(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """Where the list of all may not be read, each station is asked once a day."""
    tenant.refuse(CONNECTORS, 403)
    await look(client)
    for wait, asked in ((DAY - SECOND, 2), (SECOND, 4), (DAY - SECOND, 4)):
        freezer.tick(wait)
        await look(client)
        assert stations_asked(tenant) == asked


@pytest.mark.parametrize(("stations", "share"), [(1, 1), (12, 1), (13, 2), (25, 3)])
async def test_a_twelfth_is_asked_again(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    freezer: FrozenDateTimeFactory,
    stations: int,
    share: int,
) -> None:
    """After three hours, where connectors do not name their station."""
    tenant.place({f"s{number}": [f"c{number}"] for number in range(stations)})
    await look(client)
    freezer.tick(3 * HOUR - SECOND)
    await look(client)
    assert stations_asked(tenant) == stations
    freezer.tick(SECOND)
    await look(client)
    assert stations_asked(tenant) == stations + share


async def test_what_was_kept_is_checked_in_turn(
    tenant: FakeTenant, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """After a restart no station is asked at once, and each in its turn within three hours."""
    tenant.place({f"s{number}": [f"c{number}"] for number in range(4)})
    memory = KeptMemory({f"c{number}": f"s{number}" for number in range(4)})
    client = tenant.client(session, memory=memory)
    begun = datetime.now(UTC)
    for minutes, number in (
        (0, None),
        (44, None),
        (45, 3),
        (46, None),
        (89, None),
        (90, 2),
        (135, 1),
        (179, None),
        (180, 0),
        (224, None),
        (225, 3),
    ):
        tenant.asked.clear()
        freezer.move_to(begun + minutes * MINUTE)
        live = await look(client)
        assert {c.id: c.station_id for c in live.connectors} == {
            "c0": "s0",
            "c1": "s1",
            "c2": "s2",
            "c3": "s3",
        }
        assert [path for path in tenant.asked if "/cp/" in path] == (
            [] if number is None else [f"GET /cp/s{number}/connectors/"]
        )
    assert memory.saves == 0
