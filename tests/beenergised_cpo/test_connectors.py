"""Tests of connectors: which station each belongs to, and what stands in for their list."""

from datetime import UTC, datetime, timedelta
import logging

from aiohttp import ClientSession, web
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
)
from custom_components.ev_charging_cloud.clients.model import Connector
from custom_components.ev_charging_cloud.clients.snapshot import LiveState

from .tenant import FakeTenant, Json, item, look, page, places, stations_asked

OURS = "custom_components"
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
    assert places(await look(client)) == {"c1": "s1", "c2": "s1", "c3": "s2"}
    _name_stations(tenant, {"c1": "s2", "c2": "s1", "c3": "s2"}, name)
    assert places(await look(client)) == {"c1": "s2", "c2": "s1", "c3": "s2"}
    assert not stations_asked(tenant)


async def test_station_is_replaced(tenant: FakeTenant, session: ClientSession) -> None:
    """The connectors of a station that is gone are found at the one in its place."""
    memory = KeptMemory()
    client = tenant.client(session, memory=memory)
    await look(client)
    tenant.place({"s3": ["c1", "c2"], "s2": ["c3", "c4"]})
    # The new station is asked first, as it has no connectors.
    asked = stations_asked(tenant)
    fresh = tenant.client(session, memory=memory)
    assert places(await look(fresh)) == {
        "c1": "s3",
        "c2": "s3",
        "c3": "s2",
        "c4": "s2",
    }
    assert stations_asked(tenant) <= asked + 2
    assert memory.content == {"c1": "s3", "c2": "s3", "c3": "s2", "c4": "s2"}


async def test_connector_moves_to_a_station_without_any(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """A new station is asked, and what it lists follows it."""
    await look(client)
    tenant.lists["/charging_stations/"].append(item("s3"))
    _move(tenant, "c1", "s1", "s3")
    freezer.tick(timedelta(hours=1))
    assert places(await look(client))["c1"] == "s3"


async def test_connector_moves_unnoticed(
    tenant: FakeTenant, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """Where nothing contradicts what stations said, they are asked again in hours."""
    memory = KeptMemory()
    client = tenant.client(session, memory=memory)
    await look(client)
    assert (stations_asked(tenant), memory.saves) == (2, 1)
    _move(tenant, "c1", "s1", "s2")
    freezer.tick(timedelta(hours=2))
    assert places(await look(client))["c1"] == "s1"
    assert (stations_asked(tenant), memory.saves) == (2, 1)
    for _ in range(3):
        freezer.tick(timedelta(hours=1))
        await look(client)
    assert places(await client.async_get_live())["c1"] == "s2"
    assert memory.content["c1"] == "s2"
    assert memory.saves == 2


async def test_stations_are_asked_again_in_turn(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """A twelfth of them an hour at most; all of them in the course of half a day."""
    tenant.place({f"s{number}": [f"c{number}"] for number in range(30)})
    await look(client)
    before = dict(tenant.asked)
    for _ in range(14):
        asked = stations_asked(tenant)
        freezer.tick(timedelta(hours=1))
        await look(client)
        assert stations_asked(tenant) - asked <= 3
    again = [path for path in tenant.asked if tenant.asked[path] > before.get(path, 0)]
    assert sum(path.startswith("GET /cp/") for path in again) == 30


async def test_station_does_not_list_it_any_more(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """A connector that its station denies is looked for at all others at once."""
    tenant.place({f"s{number}": [f"c{number}"] for number in range(30)})
    await look(client)
    freezer.tick(DAY)
    _move(tenant, "c0", "s0", "s29")
    live = await look(client)
    assert places(live)["c0"] == "s29"


async def test_a_station_that_suddenly_lists_nothing(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """What the list of all still has stays where it was, until a station lists it."""
    await look(client)
    had = tenant.lists["/cp/s1/connectors/"]
    tenant.lists["/cp/s1/connectors/"] = []
    for _ in range(12):
        freezer.tick(timedelta(hours=2))
        live = await look(client)
        assert places(live) == {"c1": "s1", "c2": "s1", "c3": "s2", "c4": "s2"}
        assert Connector not in live.unlisted
    # Each of the two in its turn, and once both while the first is looked for.
    assert stations_asked(tenant) <= 2 + 12
    tenant.lists["/cp/s2/connectors/"] += had
    for _ in range(12):
        freezer.tick(timedelta(hours=2))
        await look(client)
    assert set(places(await look(client)).values()) == {"s2"}
    tenant.lists["/connectors/"] = tenant.lists["/connectors/"][1:]
    freezer.tick(timedelta(hours=2))
    assert "c1" not in places(await look(client))


async def test_memory_of_another_station(
    tenant: FakeTenant, session: ClientSession
) -> None:
    """What was kept of stations that are not there any more does no harm."""
    memory = KeptMemory({"c1": "gone", "c2": "s1", "c3": "gone", "c9": "s2"})
    live = await look(tenant.client(session, memory=memory))
    found = {"c1": "s1", "c2": "s1", "c3": "s2", "c4": "s2"}
    assert places(live) == found
    assert memory.content == found


async def test_station_that_a_connector_names_is_not_ours(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """A name for the station that is none of its ids is no obstacle to finding it."""
    _name_stations(tenant, {"c1": 17, "c2": "x", "c3": {"id": "s2"}, "c4": [1]}, "cpId")
    assert places(await look(client)) == {
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
    live = await look(client)
    assert "c9" not in places(live)
    assert Connector not in live.unlisted
    assert stations_asked(tenant) == 2
    freezer.tick(timedelta(hours=1))
    await look(client)
    assert stations_asked(tenant) == 2


async def test_stations_that_do_not_answer(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """While a station is silent, what it may list is not taken to be gone."""
    tenant.refuse("/cp/s2/connectors/", 404)
    live = await look(client)
    assert places(live) == {"c1": "s1", "c2": "s1"}
    assert Connector in live.unlisted
    del tenant.answers["/cp/s2/connectors/"]
    freezer.tick(timedelta(hours=1))
    live = await look(client)
    assert set(places(live)) == {"c1", "c2", "c3", "c4"}
    assert Connector not in live.unlisted
    # Once more, to find out whether all are silent.
    assert tenant.asked["GET /cp/s1/connectors/"] == 2


async def test_one_station_that_never_answers(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is no failure of the others, however long it lasts, and nobody is told of one."""
    caplog.set_level(logging.INFO, OURS)
    tenant.place({f"s{number}": [f"c{number}"] for number in range(30)})
    await look(client)
    tenant.refuse("/cp/s7/connectors/", 404)
    for _ in range(48):
        freezer.tick(timedelta(hours=1))
        live = await look(client)
        assert places(live)["c7"] == "s7"
        assert not client.families.off()
    assert not [record for record in caplog.records if record.name.startswith(OURS)]
    assert stations_asked(tenant) <= 30 + 48 * 3


async def test_no_station_answers_any_more(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """That lasts from the first failure on, until one answers."""
    await look(client)
    for station in ("s1", "s2"):
        tenant.refuse(f"/cp/{station}/connectors/", 503)
    for _ in range(8):
        freezer.tick(timedelta(hours=1))
        live = await look(client)
        assert set(places(live)) == {"c1", "c2", "c3", "c4"}
    (report,) = client.families.off()
    assert report.name == "connectors of stations"
    assert report.lasts(datetime.now(UTC))
    del tenant.answers["/cp/s2/connectors/"]
    for _ in range(2):
        # Each in its turn.
        freezer.tick(timedelta(hours=2))
        await look(client)
    assert not client.families.off()


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
    await look(client)
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
    asked = stations_asked(live_tenant)
    live = await client.async_get_live()
    assert not client.families.off()
    assert stations_asked(live_tenant) == asked


async def test_list_was_never_there(
    live_tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """An account without the right to list all is shown by what its stations tell."""
    live_tenant.refuse(LIST, 403)
    live = await look(client)
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
    await look(client)
    _move(live_tenant, "c1", "s1", "s2")
    live_tenant.lists["/cp/s1/connectors/"] = [item("c5")]
    assert places(await client.async_get_live()) == {
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
    await look(client)
    for path in (LIST, "/cp/s1/connectors/", "/cp/s2/connectors/"):
        live_tenant.refuse(path, 503)
    live = await client.async_get_live()
    assert _statuses(live)["c1"] == "available"
    freezer.tick(timedelta(minutes=20))
    live = await client.async_get_live()
    assert set(_statuses(live).values()) == {None}
    assert set(places(live)) == {"c1", "c2", "c3", "c4"}
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
    await look(client)
    for number in range(100):
        _set_status(tenant, f"s{number}", "Charging")
    asked = stations_asked(tenant)
    seen = []
    for _ in range(3):
        freezer.tick(timedelta(minutes=1))
        statuses = _statuses(await client.async_get_live())
        seen.append(list(statuses.values()).count("charging"))
        assert len(statuses) == 100
    assert seen == [40, 80, 100]
    assert stations_asked(tenant) - asked == 120


@pytest.mark.parametrize("id_", ["a/b", "50%", "what?#now", "..", "Säule 1", "x/../y"])
async def test_letters_of_an_id_stay_one_part_of_the_path(
    tenant: FakeTenant, client: BeenergisedCpoClient, id_: str
) -> None:
    """Whatever a station is called, it is asked for its connectors, and nobody else."""
    tenant.place({id_: ["c1"], "s2": ["c2"]})
    raw: list[str] = []
    path = f"/cp/{id_}/connectors/"

    def answer(request: web.Request) -> Json:
        raw.append(request.rel_url.raw_path)
        return page(tenant.lists[path], request)

    tenant.answers[path] = answer
    assert places(await look(client)) == {"c1": id_, "c2": "s2"}
    assert [where.count("/") for where in raw] == [7]
