"""Tests of which stations are asked for connectors, one by one, and of what lists leave open."""

from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession, web
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
    search,
)
from custom_components.ev_charging_cloud.clients.model import Connector, Location
from custom_components.ev_charging_cloud.clients.snapshot import LiveState, Skipped

from .tenant import FakeTenant, Json, item, look, page, places
from .test_connectors import KeptMemory

STATIONS, LIST = "/charging_stations/", "/connectors/"
HOUR = timedelta(hours=1)


def _asked(tenant: FakeTenant) -> list[str]:
    """Return the stations that were asked for their connectors since the last time."""
    asked = [
        path.removeprefix("GET /cp/").removesuffix(LIST)
        for path, number in tenant.asked.items()
        if path.startswith("GET /cp/")
        for _ in range(number)
    ]
    tenant.asked.clear()
    return asked


# ---- whom to ask


async def test_who_has_spoken_is_not_asked(
    tenant: FakeTenant, session: ClientSession
) -> None:
    """Neither a station that a connector names, nor one whose word was kept."""
    tenant.lists[LIST] = [item("c1", cpId="s1"), item("c3"), item("c4")]
    memory = KeptMemory({"c3": "s2", "c4": "s2"})
    client = tenant.client(session, memory=memory)
    assert places(await look(client)) == {"c1": "s1", "c3": "s2", "c4": "s2"}
    assert _asked(tenant) == []
    assert memory.content == {"c3": "s2", "c4": "s2"}


async def test_who_has_no_connectors_is_asked_first(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """A station that nothing is known of may have what is sought."""
    tenant.lists[LIST] = [item("c1", cpId="s1"), item("c3"), item("c4")]
    assert places(await look(client)) == {"c1": "s1", "c3": "s2", "c4": "s2"}
    assert _asked(tenant)[0] == "s2"


async def test_nobody_is_asked_for_nothing(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """An account without connectors has all of its connectors."""
    tenant.lists[LIST] = []
    live = await look(client)
    assert live.connectors == ()
    assert live.skipped == ()
    assert live.unlisted == {Location}
    assert _asked(tenant) == []


async def test_no_station_at_all(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """Where there is no station, no list of connectors is read."""
    tenant.lists[STATIONS] = []
    live = await look(client)
    assert (live.stations, live.connectors) == ((), ())
    assert tenant.asked[f"GET {LIST}"] == 0


async def test_a_silent_station_is_asked_with_another(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """The other shows whether all are silent: the one that was asked longest ago."""
    tenant.place({f"s{number}": [f"c{number}"] for number in range(5)})
    tenant.refuse("/cp/s2/connectors/", 404)
    await look(client)
    assert sorted(_asked(tenant)) == ["s0", "s1", "s2", "s3", "s4"]
    for other in ("s0", "s1", "s3", "s4", "s0"):
        freezer.tick(timedelta(minutes=10))
        await look(client)
        assert _asked(tenant) == ["s2", other]


async def test_the_longest_silent_is_asked_first(
    tenant: FakeTenant, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """Of several that are due, the one whose word is the oldest."""
    tenant.place({f"s{number}": [f"c{number}"] for number in range(4)})
    memory = KeptMemory({f"c{number}": f"s{number}" for number in range(4)})
    client = tenant.client(session, memory=memory)
    await look(client)
    assert _asked(tenant) == []
    freezer.tick(3 * HOUR)
    for number in (3, 2, 1, 0):
        await look(client)
        assert _asked(tenant) == [f"s{number}"]
    await look(client)
    assert _asked(tenant) == []


async def test_who_is_searched_first(
    tenant: FakeTenant, session: ClientSession
) -> None:
    """Where a connector's station is sought, the one that was asked longest ago."""
    ids = "abcdefghijkl"
    tenant.place({id_: [f"c{id_}"] for id_ in ids})
    memory = KeptMemory({f"c{id_}": id_ for id_ in ids})
    new = item("new")
    tenant.lists[LIST].append(new)
    tenant.lists["/cp/l/connectors/"].append(new)
    live = await look(tenant.client(session, memory=memory))
    assert places(live)["new"] == "l"
    asked = _asked(tenant)
    # Four are asked at once, and after that as many as the answer takes.
    assert asked[:4] == ["l", "k", "j", "i"]
    assert len(asked) < 12


async def test_what_is_not_in_the_list_for_once(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """A connector that could not be read is not forgotten, and no station asked for it again."""
    await look(client)
    _asked(tenant)
    good = tenant.lists[LIST]
    tenant.lists[LIST] = [{"attributes": {}}, *good[1:]]
    freezer.tick(HOUR)
    live = await look(client)
    assert places(live) == {"c2": "s1", "c3": "s2", "c4": "s2"}
    assert [skipped.name for skipped in live.skipped] == ["connector number 1"]
    tenant.lists[LIST] = good
    freezer.tick(HOUR)
    assert places(await look(client))["c1"] == "s1"
    assert _asked(tenant) == []


async def test_what_stations_told_while_there_was_no_list(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """It is known when the list is there again, and what goes with its station is not shown."""
    tenant.place({"s1": ["c1"], "s2": ["c3"]}, status="Available")
    await look(client)
    tenant.refuse(LIST, 403)
    new = item("c5", status="Available")
    tenant.lists["/cp/s2/connectors/"].append(new)
    tenant.lists[LIST].append(new)
    freezer.tick(timedelta(minutes=1))
    live = await client.async_get_live()
    assert places(live) == {"c1": "s1", "c3": "s2", "c5": "s2"}
    await client.async_read_details()
    del tenant.answers[LIST]
    _asked(tenant)
    freezer.tick(HOUR)
    live = await look(client)
    assert places(live) == {"c1": "s1", "c3": "s2", "c5": "s2"}
    assert _asked(tenant) == []
    tenant.refuse(LIST, 403)
    tenant.lists[STATIONS].pop()
    freezer.tick(timedelta(minutes=1))
    live = await client.async_get_live()
    assert places(live) == {"c1": "s1"}
    assert Connector not in live.unlisted


async def test_connector_that_came_just_now(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """Until its station is found there may be more connectors than are shown."""
    tenant.place({"s1": ["c1"], "s2": ["c3"]}, status="Available")
    assert Connector not in (await look(client)).unlisted
    new = item("c5", status="Available")
    tenant.lists["/cp/s2/connectors/"].append(new)
    tenant.lists[LIST].append(new)
    freezer.tick(timedelta(minutes=1))
    live = await client.async_get_live()
    assert places(live) == {"c1": "s1", "c3": "s2"}
    assert Connector in live.unlisted
    live = await look(client)
    assert places(live) == {"c1": "s1", "c3": "s2", "c5": "s2"}
    assert Connector not in live.unlisted


async def test_stations_that_need_not_be_asked_any_more(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """That they did not answer is no news once connectors name their stations."""
    for station in ("s1", "s2"):
        tenant.refuse(f"/cp/{station}/connectors/", 403)
    live = await look(client)
    assert live.connectors == ()
    assert [off.name for off in client.families.off()] == ["connectors of stations"]
    tenant.lists[LIST] = [item("c1", cpId="s1")]
    freezer.tick(HOUR)
    assert places(await look(client)) == {"c1": "s1"}
    assert client.families.off() == ()


async def test_a_poll_makes_no_pause(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the vendor wants one, the rest of the poll's stations is asked at the next."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(search, "sleep", sleep)
    tenant.place({"s1": ["c1"], "s2": ["c3"]}, status="Available")
    await look(client)
    tenant.refuse(LIST, 403)
    tenant.answers["/cp/s2/connectors/"] = lambda _: web.json_response(
        {}, status=429, headers={"Retry-After": "90"}
    )
    freezer.tick(timedelta(minutes=1))
    live = await client.async_get_live()
    assert places(live) == {"c1": "s1", "c3": "s2"}
    assert live.retry_after == 90
    assert pauses == []


# ---- what lists leave open


async def test_what_could_not_be_read_of_connectors(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """Odd items and gaps of each list are told, with the list that they are of."""
    tenant.lists[LIST] = [item("c1", cpId="s1"), 7]
    tenant.answers[LIST] = lambda request: page(tenant.lists[LIST], request, total=5)
    tenant.answers[STATIONS] = lambda request: page(
        tenant.lists[STATIONS], request, total=3
    )
    live = await look(client)
    assert places(live) == {"c1": "s1"}
    assert live.skipped == (
        Skipped("stations", "1 of 3 lack"),
        Skipped("connector number 2", "expected an object, got a number"),
        Skipped("connectors", "3 of 5 lack"),
    )


async def test_what_could_not_be_read_of_a_stations_connectors(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """The same where the stations' own lists stand in."""
    tenant.refuse(LIST, 403)
    path = "/cp/s1/connectors/"
    tenant.answers[path] = lambda request: page(tenant.lists[path], request, total=3)
    live = await look(client)
    assert places(live) == {"c1": "s1", "c2": "s1", "c3": "s2", "c4": "s2"}
    assert live.skipped == (Skipped("connectors", "1 of 3 lack"),)


async def test_a_whole_account(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """What a connector has of its station, and a station of its connectors and its place."""
    start = datetime(2099, 1, 1, tzinfo=UTC)
    tenant.lists[STATIONS] = [item("s1", isOnline=False), item("s2", locationId="l9")]
    tenant.lists[LIST] = [item("c1", cpId="s1"), item("c2", cpId="s1")]
    tenant.lists["/locations/"] = [
        item("l1", label="Site", stations=["s1", "s2"]),
        item("l9"),
    ]
    tenant.lists["/maintenance_windows/"] = [_window("1"), _window("2", "c1")]
    await client.async_get_slow()
    live = await look(client)
    both, one = (
        tuple(
            (window.id, window.connector_id, window.start - start)
            for window in connector.maintenance
        )
        for connector in live.connectors
    )
    assert both == (("1", None, timedelta(0)), ("2", "c1", timedelta(0)))
    assert one == both[:1]
    assert [len(station.maintenance) for station in live.stations] == [2, 0]
    assert [connector.online for connector in live.connectors] == [False, False]
    assert [station.location_id for station in live.stations] == ["l1", "l9"]
    assert live.unlisted == frozenset()
    assert live == LiveState(
        stations=live.stations,
        connectors=live.connectors,
        locations={"l1": Location(id="l1", name="Site"), "l9": Location(id="l9")},
    )


def _window(id_: str, connector_id: str | None = None) -> Json:
    return item(
        id_,
        cpId="s1",
        connectorId=connector_id,
        startDate="2099-01-01T00:00:00Z",
        endDate="2099-01-02T00:00:00Z",
    )


async def test_locations_that_cannot_be_read_any_more(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """Though all else is the same, a location that is not there proves nothing then."""
    tenant.lists["/locations/"] = [item("l1", label="Site", stations=["s1", "s2"])]
    await client.async_get_slow()
    before = await look(client)
    assert Location not in before.unlisted
    tenant.refuse("/locations/", 500)
    await client.async_get_slow()
    live = await look(client)
    assert live.locations == before.locations
    assert Location in live.unlisted
