"""Tests of connectors: which station each belongs to, and what stands in for their list."""

import asyncio
from datetime import timedelta
import logging
from typing import Any

from aiohttp import ClientSession, web
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
    search,
)
from custom_components.ev_charging_cloud.clients.model import Connector
from custom_components.ev_charging_cloud.clients.snapshot import LiveState

from .tenant import FakeTenant, Json, item, page

LIST = "/connectors/"
DAY = timedelta(days=1, minutes=1)


class KeptMemory:
    """A memory that keeps what it is told, and counts how often."""

    def __init__(self, content: dict[str, str] | None = None) -> None:
        """Begin with what was kept before."""
        self.content = content or {}
        self.saves = 0

    async def async_load(self) -> dict[str, str]:
        """Return what was kept."""
        return self.content

    async def async_save(self, content: dict[str, str]) -> None:
        """Keep this instead."""
        self.content = content
        self.saves += 1


async def _look(client: BeenergisedCpoClient) -> LiveState:
    """Read an account as it is read while it is set up: the rest in the background."""
    await client.async_get_live()
    await client.async_read_details()
    return await client.async_get_live()


def _places(live: LiveState) -> dict[str, str]:
    """Return which station each connector belongs to."""
    return {connector.id: connector.station_id for connector in live.connectors}


def _asked(tenant: FakeTenant) -> int:
    """Return how often stations were asked for their connectors."""
    return sum(
        number for path, number in tenant.asked.items() if path.startswith("GET /cp/")
    )


def _name_stations(tenant: FakeTenant, stations: dict[str, Json], name: str) -> None:
    tenant.lists[LIST] = [item(id_, **{name: value}) for id_, value in stations.items()]


def _move(tenant: FakeTenant, connector_id: str, source: str, target: str) -> None:
    """Have a station list another's connector."""
    lists = tenant.lists
    (moved,) = [
        c for c in lists[f"/cp/{source}/connectors/"] if c["id"] == connector_id
    ]
    lists[f"/cp/{source}/connectors/"].remove(moved)
    lists.setdefault(f"/cp/{target}/connectors/", []).append(moved)


# ---- connectors that move


@pytest.mark.parametrize("name", ["cpId", "chargingStationUuid", "station_id"])
async def test_connector_names_another_station(
    tenant: FakeTenant, client: BeenergisedCpoClient, name: str
) -> None:
    """A connector that names its station is there where it says, at once."""
    _name_stations(tenant, {"c1": "s1", "c2": "s1", "c3": "s2"}, name)
    assert _places(await _look(client)) == {"c1": "s1", "c2": "s1", "c3": "s2"}
    _name_stations(tenant, {"c1": "s2", "c2": "s1", "c3": "s2"}, name)
    assert _places(await _look(client)) == {"c1": "s2", "c2": "s1", "c3": "s2"}
    assert not _asked(tenant)


async def test_station_is_replaced(tenant: FakeTenant, session: ClientSession) -> None:
    """The connectors of a station that is gone are found at the one in its place."""
    memory = KeptMemory()
    client = tenant.client(session, memory=memory)
    await _look(client)
    tenant.place({"s3": ["c1", "c2"], "s2": ["c3", "c4"]})
    # The new station is asked first, as it has no connectors.
    asked = _asked(tenant)
    fresh = tenant.client(session, memory=memory)
    assert _places(await _look(fresh)) == {
        "c1": "s3",
        "c2": "s3",
        "c3": "s2",
        "c4": "s2",
    }
    assert _asked(tenant) <= asked + 2
    assert memory.content == {"c1": "s3", "c2": "s3", "c3": "s2", "c4": "s2"}


async def test_connector_moves_to_a_station_without_any(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """A new station is asked, and what it lists follows it."""
    await _look(client)
    tenant.lists["/charging_stations/"].append(item("s3"))
    _move(tenant, "c1", "s1", "s3")
    freezer.tick(timedelta(hours=1))
    assert _places(await _look(client))["c1"] == "s3"


async def test_connector_moves_unnoticed(
    tenant: FakeTenant, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """Where nothing contradicts what stations said, they are asked again in a day."""
    memory = KeptMemory()
    client = tenant.client(session, memory=memory)
    await _look(client)
    assert (_asked(tenant), memory.saves) == (2, 1)
    _move(tenant, "c1", "s1", "s2")
    freezer.tick(timedelta(hours=23))
    assert _places(await _look(client))["c1"] == "s1"
    assert (_asked(tenant), memory.saves) == (2, 1)
    for _ in range(3):
        freezer.tick(timedelta(hours=1))
        await _look(client)
    assert _places(await client.async_get_live())["c1"] == "s2"
    assert memory.content["c1"] == "s2"
    assert memory.saves == 2


async def test_station_does_not_list_it_any_more(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """A connector that its station denies is looked for at all others at once."""
    tenant.place({f"s{number}": [f"c{number}"] for number in range(30)})
    await _look(client)
    freezer.tick(DAY)
    _move(tenant, "c0", "s0", "s29")
    live = await _look(client)
    assert _places(live)["c0"] == "s29"


async def test_memory_of_another_station(
    tenant: FakeTenant, session: ClientSession
) -> None:
    """What was kept of stations that are not there any more does no harm."""
    memory = KeptMemory({"c1": "gone", "c2": "s1", "c3": "gone", "c9": "s2"})
    live = await _look(tenant.client(session, memory=memory))
    places = {"c1": "s1", "c2": "s1", "c3": "s2", "c4": "s2"}
    assert _places(live) == places
    assert memory.content == places


async def test_station_that_a_connector_names_is_not_ours(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """A name for the station that is none of its ids is no obstacle to finding it."""
    _name_stations(tenant, {"c1": 17, "c2": "x", "c3": {"id": "s2"}, "c4": [1]}, "cpId")
    assert _places(await _look(client)) == {
        "c1": "s1",
        "c2": "s1",
        "c3": "s2",
        "c4": "s2",
    }


async def test_connector_without_a_station(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """What no station lists is not shown, and not looked for again and again."""
    tenant.lists[LIST].append(item("c9"))
    live = await _look(client)
    assert "c9" not in _places(live)
    assert Connector not in live.unlisted
    assert _asked(tenant) == 2
    freezer.tick(timedelta(hours=1))
    await _look(client)
    assert _asked(tenant) == 2


async def test_stations_that_do_not_answer(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """While a station is silent, what it may list is not taken to be gone."""
    tenant.refuse("/cp/s2/connectors/", 404)
    live = await _look(client)
    assert _places(live) == {"c1": "s1", "c2": "s1"}
    assert Connector in live.unlisted
    del tenant.answers["/cp/s2/connectors/"]
    freezer.tick(timedelta(hours=1))
    live = await _look(client)
    assert set(_places(live)) == {"c1", "c2", "c3", "c4"}
    assert Connector not in live.unlisted
    assert tenant.asked["GET /cp/s1/connectors/"] == 1


# ---- the list of all may not be read


@pytest.fixture
def live_tenant(tenant: FakeTenant) -> FakeTenant:
    """Have the tenant's connectors tell a status."""
    tenant.place({"s1": ["c1", "c2"], "s2": ["c3", "c4"]}, status="Available")
    return tenant


def _set_status(tenant: FakeTenant, station_id: str, status: str) -> None:
    for connector in tenant.lists[f"/cp/{station_id}/connectors/"]:
        connector["attributes"] = {"status": status}


def _statuses(live: LiveState) -> dict[str, str | None]:
    return {connector.id: connector.status for connector in live.connectors}


@pytest.mark.parametrize("status", [403, 401, 404, 500, 520])
async def test_statuses_are_followed_by_what_can_be_read(
    live_tenant: FakeTenant,
    client: BeenergisedCpoClient,
    freezer: FrozenDateTimeFactory,
    status: int,
) -> None:
    """Without the list of all, the stations tell of their connectors at every poll."""
    await _look(client)
    live_tenant.refuse(LIST, status)
    for number in range(5):
        word = ("Charging", "Available")[number % 2]
        _set_status(live_tenant, "s2", word)
        freezer.tick(timedelta(minutes=1))
        live = await client.async_get_live()
        assert _statuses(live) == {
            "c1": "available",
            "c2": "available",
            "c3": word.lower(),
            "c4": word.lower(),
        }
        assert Connector not in live.unlisted
    assert [off.name for off in client.families.off()] == ["connectors"]
    del live_tenant.answers[LIST]
    freezer.tick(timedelta(hours=1))
    asked = _asked(live_tenant)
    live = await client.async_get_live()
    assert not client.families.off()
    assert _asked(live_tenant) == asked


async def test_list_was_never_there(
    live_tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """An account without the right to list all is shown by what its stations tell."""
    live_tenant.refuse(LIST, 403)
    live = await _look(client)
    assert set(_statuses(live).values()) == {"available"}
    (off,) = client.families.off()
    assert (off.name, off.state, off.is_optional) == ("connectors", "denied", True)
    _set_status(live_tenant, "s1", "Faulted")
    assert _statuses(await client.async_get_live())["c1"] == "faulted"


async def test_connector_comes_and_goes_without_the_list(
    live_tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """The stations tell also which connectors there are, and where."""
    live_tenant.refuse(LIST, 403)
    await _look(client)
    _move(live_tenant, "c1", "s1", "s2")
    live_tenant.lists["/cp/s1/connectors/"] = [item("c5")]
    assert _places(await client.async_get_live()) == {
        "c1": "s2",
        "c3": "s2",
        "c4": "s2",
        "c5": "s1",
    }


async def test_nothing_tells_of_connectors(
    live_tenant: FakeTenant,
    client: BeenergisedCpoClient,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A status that nobody tells any more is unknown after a while, not for ever as it was."""
    await _look(client)
    for path in (LIST, "/cp/s1/connectors/", "/cp/s2/connectors/"):
        live_tenant.refuse(path, 503)
    live = await client.async_get_live()
    assert _statuses(live)["c1"] == "available"
    freezer.tick(timedelta(minutes=20))
    live = await client.async_get_live()
    assert set(_statuses(live).values()) == {None}
    assert set(_places(live)) == {"c1", "c2", "c3", "c4"}
    assert Connector in live.unlisted
    assert len(live.stations) == 2
    assert not live.is_steady
    live_tenant.answers.clear()
    freezer.tick(timedelta(minutes=20))
    live = await client.async_get_live()
    assert set(_statuses(live).values()) == {"available"}


async def test_poll_asks_few_of_many_stations(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """A poll asks some stations, those first that were asked longest ago."""
    tenant.place({f"s{n}": [f"c{n}"] for n in range(100)}, status="Available")
    tenant.refuse(LIST, 403)
    await _look(client)
    for number in range(100):
        _set_status(tenant, f"s{number}", "Charging")
    asked = _asked(tenant)
    seen = []
    for _ in range(3):
        freezer.tick(timedelta(minutes=1))
        statuses = _statuses(await client.async_get_live())
        seen.append(list(statuses.values()).count("charging"))
        assert len(statuses) == 100
    assert seen == [40, 80, 100]
    assert _asked(tenant) - asked == 120


# ---- asking many stations


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note the pauses of searches, and make none."""
    noted: list[float] = []

    async def sleep(seconds: float) -> None:
        noted.append(seconds)

    monkeypatch.setattr(search, "sleep", sleep)
    return noted


def _limit(tenant: FakeTenant, station_id: str, *waits: str | None) -> None:
    """Have a station's list limited some times, and then served."""
    path = f"/cp/{station_id}/connectors/"
    left = list(waits)

    def answer(request: web.Request) -> Json:
        if not left:
            return page(tenant.lists[path], request)
        wait = left.pop(0)
        return web.json_response(
            {}, status=429, headers={} if wait is None else {"Retry-After": wait}
        )

    tenant.answers[path] = answer


@pytest.mark.parametrize(
    ("told", "pause"),
    [
        (None, 30),
        ("0", 30),
        ("-5", 30),
        ("nan", 30),
        ("45", 45),
        ("1e30", 3600),
        ("Fri, 01 Jan 2099 00:00:00 GMT", 3600),
        ("Fri, 01 Jan 2010 00:00:00 GMT", 30),
    ],
)
async def test_vendor_wants_a_pause(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    pauses: list[float],
    told: str | None,
    pause: float,
) -> None:
    """A search waits as long as the vendor says, from half a minute to an hour."""
    _limit(tenant, "s1", told)
    live = await _look(client)
    assert set(_places(live)) == {"c1", "c2", "c3", "c4"}
    assert pauses == [pause]


async def test_vendor_wants_ever_more_pauses(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    pauses: list[float],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A search gives up in words, and what it found so far stays."""
    caplog.set_level(logging.INFO)
    _limit(tenant, "s2", *["60"] * 50)
    live = await _look(client)
    assert pauses == [60] * 5
    assert "1 stations told their connectors; the others are asked later" in caplog.text
    assert _places(live) == {"c1": "s1", "c2": "s1"}
    assert Connector in live.unlisted
    assert client.families.limit is not None


async def test_no_station_answers(
    tenant: FakeTenant, client: BeenergisedCpoClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Where none answers, a search does not ask them all."""
    tenant.place({f"s{n}": [f"c{n}"] for n in range(100)})
    for number in range(100):
        tenant.refuse(f"/cp/s{number}/connectors/", 403)
    live = await _look(client)
    assert not live.connectors
    assert Connector in live.unlisted
    assert _asked(tenant) <= 2 * (8 + 4)
    (off,) = client.families.off()
    assert (off.name, off.state, off.reason) == (
        "connectors of stations",
        "denied",
        "not here",
    )


async def test_few_are_asked_at_once(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """No more requests run at a time than the vendor permits for its commands."""
    tenant.place({f"s{n}": [f"c{n}"] for n in range(40)})
    running = most = 0

    async def answer(request: web.Request) -> Any:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return page(tenant.lists[request.path.removeprefix("/api/cpoapi/v1")], request)

    for number in range(40):
        tenant.answers[f"/cp/s{number}/connectors/"] = answer
    live = await _look(client)
    assert len(live.connectors) == 40
    assert 2 <= most <= 10
