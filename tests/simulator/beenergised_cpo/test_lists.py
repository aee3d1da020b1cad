"""Lists and pages of the simulated CPO API, and how many requests it takes at once."""

import asyncio
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import pytest

from simulator import Simulator
from simulator.world.model import StationView
from tests.simulator import documented as doc
from tests.simulator.common import START

from . import documented as cpo_doc
from .client import API, CpoClient

OFFSET_LISTS = ("charging_stations/", "connectors/", "maintenance_windows/")


def query_of(address: str) -> dict[str, str]:
    """Return the query of an address."""
    return {name: text for name, (text,) in parse_qs(urlsplit(address).query).items()}


def ids_of(page: Any) -> list[str]:
    """Return the ids on a page."""
    return [item["id"] for item in page["data"]]


@pytest.mark.parametrize("path", OFFSET_LISTS)
async def test_documented_list(cpo: CpoClient, path: str) -> None:
    """A list has the documented envelope."""
    page = await cpo.get(path)
    doc.check(page, cpo_doc.LISTED)
    assert page["meta"].keys() == {"pagination"}
    doc.check(page["meta"]["pagination"], cpo_doc.PAGINATION)
    assert page["meta"]["pagination"] == {
        "total": len(page["data"]),
        "offset": 0,
        "limit": 100,
        "lastPage": True,
    }
    assert page["links"].keys() == {"current"}
    for item in page["data"]:
        doc.check(item, cpo_doc.ITEM)
        assert item["type"] == path.removesuffix("/")


async def test_middle_page(cpo: CpoClient) -> None:
    """The links of a page have the documented form, with their brackets percent-encoded."""
    everything = ids_of(await cpo.get("charging_stations/"))
    page = await cpo.get("charging_stations/", limit="2", offset="2")
    base = f"{cpo.cloud.url}{API}charging_stations/"
    assert ids_of(page) == everything[2:4]
    assert page["meta"]["pagination"] == {
        "total": 6,
        "offset": 2,
        "limit": 2,
        "lastPage": False,
    }
    assert page["links"] == {
        "current": f"{base}?page%5Blimit%5D=2&page%5Boffset%5D=2",
        "next": f"{base}?page%5Blimit%5D=2&page%5Boffset%5D=4",
        "prev": f"{base}?page%5Blimit%5D=2&page%5Boffset%5D=0",
    }


@pytest.mark.parametrize("path", OFFSET_LISTS)
async def test_following_next(cpo: CpoClient, path: str) -> None:
    """The next links lead through the whole list, the last page says so."""
    everything = ids_of(await cpo.get(path))
    for limit in (1, 2, 4, 500):
        pages = [page async for page in cpo.pages(f"{path}?page[limit]={limit}")]
        assert [found for page in pages for found in ids_of(page)] == everything
        last = [page["meta"]["pagination"]["lastPage"] for page in pages]
        assert last == [False] * (len(pages) - 1) + [True]
        assert len(pages) == -(-len(everything) // limit)


async def test_cap(cpo: CpoClient) -> None:
    """A larger limit is lowered without a word, and the answer tells the one that was used."""
    cpo.cloud.options.page_cap = 3
    page = await cpo.get("charging_stations/", limit="500")
    assert (len(page["data"]), page["meta"]["pagination"]["limit"]) == (3, 3)
    assert query_of(page["links"]["next"])["page[offset]"] == "3"
    cpo.cloud.options.default_limit = 2
    page = await cpo.get("charging_stations/")
    assert (len(page["data"]), page["meta"]["pagination"]["limit"]) == (2, 2)


async def test_past_the_end(cpo: CpoClient) -> None:
    """A page past the end is empty and the last."""
    page = await cpo.get("charging_stations/", limit="5", offset="50")
    assert page["data"] == []
    assert page["meta"]["pagination"]["lastPage"]
    assert page["links"].keys() == {"current", "prev"}


@pytest.mark.parametrize(
    "query", ["page[limit]=0", "page[limit]=x", "page[offset]=-1", "page[limit]=%C2%B2"]
)
async def test_bad_page(cpo: CpoClient, query: str) -> None:
    """A limit or offset that makes no sense is refused."""
    status, _ = await cpo.refused("GET", f"charging_stations/?{query}")
    assert status == 400


async def test_locations_by_cursor(cpo: CpoClient) -> None:
    """Locations are read by a cursor: no pagination, only links."""
    for _ in range(5):
        cpo.sim.world.add_location()
    cpo.cloud.options.location_page = 3
    pages = [page async for page in cpo.pages("locations/")]
    assert [len(page["data"]) for page in pages] == [3, 3, 1]
    assert [found for page in pages for found in ids_of(page)] == [
        cpo.cloud.location_uuid(place) for place in cpo.sim.world.locations
    ]
    for page in pages:
        assert page.keys() == {"data", "links"}
    base = f"{cpo.cloud.url}{API}locations/"
    assert pages[0]["links"]["current"] == base
    assert pages[0]["links"]["next"].startswith(f"{base}?page%5Bcursor%5D=")
    assert pages[1]["links"]["current"] == pages[0]["links"]["next"]
    assert pages[2]["links"].keys() == {"current"}


@pytest.mark.parametrize("cursor", ["nonsense", "2", "MC9ub3doZXJl", "", "%C3%A4"])
async def test_bad_cursor(cpo: CpoClient, cursor: str) -> None:
    """A cursor that leads nowhere is refused."""
    status, _ = await cpo.refused("GET", f"locations/?page[cursor]={cursor}")
    assert status == 400


@pytest.mark.parametrize("path", ["charging_stations/", "locations/"])
async def test_foreign_next(cpo: CpoClient, path: str) -> None:
    """The next link can lead to another server."""
    cpo.cloud.options.location_page = 1
    cpo.cloud.options.links_next_host = "https://elsewhere.example"
    links = (await cpo.get(f"{path}?page[limit]=1"))["links"]
    assert links["next"].startswith(f"https://elsewhere.example{API}{path}?page%5B")
    assert links["current"].startswith(cpo.cloud.url)


@pytest.mark.parametrize("path", ["charging_stations/", "locations/"])
@pytest.mark.parametrize(("mode", "links"), [("same_link", 1), ("fresh_links", 5)])
async def test_repeated_pages(
    cpo: CpoClient, path: str, mode: Literal["same_link", "fresh_links"], links: int
) -> None:
    """A list can go on for ever with its first page, with one next link or ever new ones."""
    cpo.cloud.options.repeat_pages = mode
    page = await cpo.get(f"{path}?page[limit]=4")
    first, seen = ids_of(page), {page["links"]["next"]}
    for number in range(1, 5):
        page = await cpo.get(page["links"]["next"])
        assert ids_of(page) == first
        seen.add(page["links"]["next"])
        if path == "charging_stations/":
            told = page["meta"]["pagination"]
            assert not told["lastPage"]
            assert told["offset"] == (4 if mode == "same_link" else 4 * number)
    assert len(seen) == links


async def test_wrong_total(cpo: CpoClient) -> None:
    """The announced total can be wrong; the pages are not."""
    cpo.cloud.options.total_skew = 7
    page = await cpo.get("charging_stations/")
    assert (page["meta"]["pagination"]["total"], len(page["data"])) == (13, 6)
    assert page["meta"]["pagination"]["lastPage"]
    cpo.cloud.options.total_skew = -70
    page = await cpo.get("charging_stations/")
    assert page["meta"]["pagination"]["total"] == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "charging_stations"),
        ("GET", "connectors"),
        ("GET", "locations"),
        ("GET", "maintenance_windows"),
        ("GET", "charging_stations/{station}"),
        ("GET", "charging_stations/{station}/"),
        ("GET", "charging_stations/{station}/maintenance_windows"),
        ("GET", "cp/{station}/connectors"),
        ("GET", "cp/{nobody}/connectors/"),
        ("GET", "connectors/{nobody}"),
        ("GET", "connectors/{connector}/"),
        ("GET", "cp/{other}/connectors/{connector}"),
        ("GET", "cp/{station}/connectors/{nobody}"),
        ("GET", "charging_stations/{nobody}/maintenance_windows/"),
        ("POST", "maintenance_windows/"),
        ("POST", "remote_commands/synchronous/{station}/get_configuration"),
        ("GET", "nothing/"),
    ],
)
async def test_not_found(cpo: CpoClient, method: str, path: str) -> None:
    """What does not exist or is not documented is not found, lists without their slash too."""
    cloud = cpo.cloud
    full = path.format(
        station=cloud.station_uuid("CS00001"),
        other=cloud.station_uuid("CS00002"),
        connector=cloud.connector_uuid("CS00001", "11"),
        nobody="0d6b3c1e-52a7-4a52-9a54-0b3f6a1f7c01",
    )
    assert (await cpo.refused(method, full))[0] == 404


@pytest.mark.parametrize("form", ["connectors/{it}", "cp/{station}/connectors/{it}"])
async def test_one_connector(cpo: CpoClient, form: str) -> None:
    """One connector is told as in the list, on both of its paths."""
    cpo.cloud.options.attributes = "rich"
    station = cpo.cloud.station_uuid("CS00002")
    listed = (await cpo.get(f"cp/{station}/connectors/"))["data"]
    assert ids_of({"data": listed}) == [
        cpo.cloud.connector_uuid("CS00002", it.spec.id)
        for it in cpo.sim.world.station("CS00002").connectors
    ]
    for item in listed:
        path = form.format(station=station.upper(), it=item["id"].upper())
        assert await cpo.get(path) == {"data": item}


async def test_stations_come_and_go(cpo: CpoClient) -> None:
    """A new station is in the lists at once, a removed one is gone."""
    new = cpo.sim.world.add_station(connectors=1).id
    cpo.sim.world.remove_station("CS00001")
    stations = ids_of(await cpo.get("charging_stations/"))
    assert cpo.cloud.station_uuid(new) in stations
    assert cpo.cloud.station_uuid("CS00001") not in stations
    connectors = ids_of(await cpo.get("connectors/"))
    assert cpo.cloud.connector_uuid(new, "11") in connectors
    assert cpo.cloud.connector_uuid("CS00001", "11") not in connectors


async def test_parallel(cpo: CpoClient) -> None:
    """So many requests may run at once; one more is refused, and the most are on record."""
    options, cloud = cpo.cloud.options, cpo.cloud
    options.latency = 1

    async def statuses(count: int) -> list[int]:
        """Ask so often at once: who is let in gets no answer before all have come."""
        come, all_here = 0, asyncio.Event()

        def arrive() -> None:
            nonlocal come
            come += 1
            if come == count:
                all_here.set()

        async def sleep(latency: float) -> None:
            arrive()
            await all_here.wait()

        async def ask() -> int:
            status, _ = await cpo.ask("GET", "charging_stations/")
            if status == 429:
                arrive()
            return status

        cloud.sleep = sleep
        return sorted(await asyncio.gather(*(ask() for _ in range(count))))

    assert await statuses(10) == [200] * 10
    assert cloud.most_parallel == 10
    assert await statuses(12) == [200] * 10 + [429] * 2
    assert cloud.most_parallel > 10
    cloud.most_parallel, options.parallel_limit = 0, 1
    assert await statuses(2) == [200, 429]
    await cpo.sign_in()
    assert await statuses(1) == [200]


async def test_sign_in_does_not_count(cpo: CpoClient) -> None:
    """Tokens are made elsewhere: however many at once, none is refused."""
    cpo.cloud.options.parallel_limit = 1
    answers = await asyncio.gather(*(cpo.token() for _ in range(5)))
    assert {status for status, _ in answers} == {200}
    assert cpo.cloud.most_parallel == 0


async def test_faults_have_the_same_shape(cpo: CpoClient) -> None:
    """An injected error has the error body of this vendor."""
    cpo.cloud.faults.add(f"{API}locations/", status=503, message="Broken")
    assert await cpo.refused("GET", "locations/") == (503, "Broken")
    await cpo.get("charging_stations/")


async def test_two_thousand_stations(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of a large tenant costs no more than what is on it, a rich one's too."""
    async with (
        Simulator(speed=0, stations=2000, connectors_per_station=2, start=START) as sim,
        CpoClient(sim) as cpo,
    ):
        await cpo.sign_in()
        sim.beenergised_cpo.options.attributes = "rich"
        looked_at: list[str] = []
        station = sim.world.station

        def look(station_id: str) -> StationView:
            looked_at.append(station_id)
            return station(station_id)

        monkeypatch.setattr(sim.world, "station", look)
        for path, offset, total, stations in (
            ("charging_stations/", "1500", 2000, 500),
            ("connectors/", "3500", 4000, 250),
        ):
            looked_at.clear()
            page = await cpo.get(path, limit="500", offset=offset)
            assert len(looked_at) == len(set(looked_at)) == stations
            assert len(set(ids_of(page))) == 500
            assert page["meta"]["pagination"]["total"] == total
