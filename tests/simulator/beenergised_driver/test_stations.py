"""Stations of be.ENERGISED: the operator's own and the roaming network's, pages, places, cards."""

from datetime import UTC, datetime
from typing import Any

from simulator import Simulator
from simulator.beenergised_driver import roaming

from . import documented
from .client import DriverClient, text

START = datetime(2026, 10, 1, 8, tzinfo=UTC)


async def stations(
    driver: DriverClient, limit: int = 100, offset: int = 0, **wanted: object
) -> tuple[int, list[Any]]:
    """Return how many stations there are and those of a page, as the first operator writes them."""
    data = await driver.data(
        documented.ALPHA_STATIONS,
        {"pagination": {"limit": limit, "offset": offset}, "filter": wanted or None},
    )
    page = data["cpsPaged"]
    return page["pagination"]["totalCount"], page["data"]


async def cards(driver: DriverClient, connector: str) -> list[str]:
    """Return the numbers of the cards that can be used at a connector."""
    data = await driver.data(
        f"{{ availableCardsForChargingProcess(connectorId: {text(connector)}) {{ number tagId type expiryDate }} }}"
    )
    return [it["number"] for it in data["availableCardsForChargingProcess"]]


async def test_stations(driver: DriverClient) -> None:
    """The world's stations are there, then a few of others."""
    total, found = await stations(driver)
    assert (total, len(found)) == (8, 8)
    assert [it["isRoaming"] for it in found] == [False] * 3 + [True] * 5
    first = found[0]
    assert first["label"] == "Bay 1"
    assert first["address"]["street"]
    assert first["address"]["houseNumber"].isdigit()
    assert first["connectors"][0]["status"] == "AVAILABLE"
    assert first["connectors"][0]["maxPower"] == 199_500
    assert first["connectors"][0]["price"] == {
        "energyPrice": 0.52,
        "timePrice": 0,
        "sessionFee": 0.5,
        "currency": "EUR",
    }
    assert len({it["id"] for station in found for it in station["connectors"]}) == sum(
        len(station["connectors"]) for station in found
    )
    assert [it["label"] for it in found if it["isFavourite"]] == ["Bay 1", "Bay 2"]


async def test_pages(driver: DriverClient) -> None:
    """Pages go on where the one before ended; too high a limit is lowered."""
    cloud = driver.cloud
    cloud.options.roaming_stations = 250
    total, everything = await stations(driver, limit=1_000)
    assert (total, len(everything)) == (258, 100)
    ids: list[str] = []
    while len(ids) < total:
        _, page = await stations(driver, limit=1_000, offset=len(ids))
        ids += [it["id"] for it in page]
    assert len(set(ids)) == total
    assert (await stations(driver, offset=300))[1] == []
    assert len((await stations(driver, limit=2, offset=2))[1]) == 2
    cloud.options.page_cap = 7
    assert len((await stations(driver, limit=50))[1]) == 7
    data = await driver.data("{ cpsPaged { data { id } } }")
    assert len(data["cpsPaged"]["data"]) == 7
    cloud.options.page_cap = 100
    data = await driver.data("{ cpsPaged { data { id } } }")
    assert len(data["cpsPaged"]["data"]) == 10


async def test_circle(driver: DriverClient) -> None:
    """A circle takes what is inside, nearest first, over the great circle."""
    _, found = await stations(driver)
    place = found[0]["position"]
    total, near = await stations(driver, position={**place, "radius": 2_500})
    assert 3 <= total < 8
    assert near[0]["id"] == found[0]["id"]
    assert any(it["isRoaming"] for it in near)
    assert (await stations(driver, position={**place, "radius": 0}))[0] == 1
    # 0.01 degrees to the north are 1,112 m
    moved = {"latitude": place["latitude"] + 0.01, "longitude": place["longitude"]}
    ids = {
        it["id"]
        for it in (await stations(driver, position={**moved, "radius": 1_113}))[1]
    }
    assert found[0]["id"] in ids
    ids = {
        it["id"]
        for it in (await stations(driver, position={**moved, "radius": 1_111}))[1]
    }
    assert found[0]["id"] not in ids
    driver.cloud.options.tenant = "beta"
    variables = {"latitude": place["latitude"], "longitude": place["longitude"]}
    data = await driver.data(documented.BETA_STATIONS, {**variables, "radius": 2.5})
    assert data["cpsPaged"]["pagination"]["totalCount"] == total
    status, body = await driver.ask(documented.BETA_STATIONS, variables)
    assert (status, body["errors"][0]["extensions"]["code"]) == (200, "BAD_USER_INPUT")


async def test_favourites_and_search(driver: DriverClient) -> None:
    """Favourites and names can be asked for."""
    total, found = await stations(driver, favourites=True)
    assert (total, [it["label"] for it in found]) == (2, ["Bay 1", "Bay 2"])
    assert (await stations(driver, favourites=False))[0] == 8
    assert (await stations(driver, search="bay 2"))[0] == 1
    total, found = await stations(driver, search="musterdorf")
    assert (total, found[0]["isRoaming"]) == (1, True)
    assert (await stations(driver, search="nowhere"))[0] == 0
    driver.cloud.options.tenant = "beta"
    data = await driver.data(documented.BETA_STATIONS, {"onlyFavorites": True})
    assert data["cpsPaged"]["pagination"]["totalCount"] == 2


async def test_many(driver: DriverClient) -> None:
    """Ten thousand stations cost little: those of a page are made, of the others only their place is."""
    driver.cloud.options.roaming_stations = 10_000
    made = roaming._site
    made.cache_clear()
    total, found = await stations(driver, limit=50, offset=9_000)
    assert (total, len(found)) == (10_008, 50)
    place = found[7]["position"]
    total, near = await stations(driver, position={**place, "radius": 1})
    assert (total, near[0]["id"]) == (1, found[7]["id"])
    assert made.cache_info().misses == 50
    assert await cards(driver, found[7]["connectors"][0]["id"]) is not None
    driver.cloud.options.roaming_stations = 20_000
    assert (await stations(driver, limit=1))[0] == 10_008


async def test_status(driver: DriverClient) -> None:
    """Connectors are as in the world; a silent station is pending, then offline, then gone."""
    world = driver.sim.world
    station, connector = world.station_ids[0], "11"

    async def now() -> tuple[str, str]:
        first = (await stations(driver, limit=1))[1][0]
        return first["status"], first["connectors"][0]["status"]

    world.plug_in(station, connector)
    assert await now() == ("online", "OCCUPIED")
    world.start_charging(station, connector)
    assert await now() == ("online", "CHARGING")
    world.stop_charging(station, connector)
    world.unplug(station, connector)
    world.set_fault(station, connector)
    assert await now() == ("online", "FAULTED")
    world.clear_fault(station)
    world.set_in_service(station, False)
    assert await now() == ("online", "UNAVAILABLE")
    world.set_in_service(station, True)
    world.set_offline(station)
    assert await now() == ("online", "AVAILABLE")
    for seconds, expected in (
        (1_800, ("pending", "AVAILABLE")),
        (1_800, ("offline", "UNKNOWN")),
        (86_400, ("no_communication", "UNKNOWN")),
    ):
        driver.pass_time(seconds)
        await driver.init()
        assert await now() == expected
    driver.cloud.options.tenant = "beta"
    data = await driver.data(documented.BETA_STATIONS, {})
    one = data["cpsPaged"]["data"][0]
    assert (one["state"], one["evses"][0]["status"]) == ("NO_COMMUNICATION", "UNKNOWN")
    world.remove_station(station)
    assert (await driver.data("{ cpsPaged { pagination { totalCount } } }"))[
        "cpsPaged"
    ]["pagination"]["totalCount"] == 7


async def test_cards(driver: DriverClient) -> None:
    """Both cards fit the operator's own connectors, one those of others, none a dead connector."""
    world = driver.sim.world
    sites = driver.cloud.sites()
    own = sites[0].plugs[0].id
    assert await cards(driver, own) == ["AT-0001", "AT-0002"]
    assert await cards(driver, sites[-1].plugs[0].id) == ["AT-0001"]
    world.set_fault("CS00001", "11")
    assert await cards(driver, own) == []
    assert await cards(driver, sites[0].plugs[1].id) == ["AT-0001", "AT-0002"]
    world.clear_fault("CS00001")
    world.set_in_service("CS00001", False)
    assert await cards(driver, own) == []
    data = await driver.data(
        documented.CARDS.replace(
            "0b7d9a54-1f3b-4c1e-8f0e-6f5c1c6f2d11", sites[1].plugs[0].id
        )
    )
    card = data["availableCardsForChargingProcess"][0]
    assert card.keys() == {"id", "tagId", "number", "label", "expiryDate", "type"}
    assert card["tagId"] == "04A1B2C3"


async def test_past(driver: DriverClient) -> None:
    """There are about 90 days of sessions, newest first, none two at a time."""
    query = """{{ chargelogsPaged(pagination: {{limit: 100, offset: {}}}) {{ pagination {{ totalCount }}
        data {{ id status dateStart dateEnd energyConsumption rateName sessionId cost {{ total }} }} }} }}"""
    page = (await driver.data(query.format(0)))["chargelogsPaged"]
    logs = page["data"]
    assert page["pagination"]["totalCount"] == len(logs)
    assert 70 <= len(logs) <= 100
    starts = [datetime.fromisoformat(it["dateStart"]) for it in logs]
    assert starts == sorted(starts, reverse=True)
    assert 85 <= (START - starts[-1]).days <= 90
    assert {it["status"] for it in logs} == {"stopped"}
    assert all(it["cost"]["total"] > 0 and it["energyConsumption"] > 0 for it in logs)
    assert "Roaming rate" in {it["rateName"] for it in logs}
    assert len({it["id"] for it in logs}) == len(logs)
    again = (await driver.data(query.format(3)))["chargelogsPaged"]["data"]
    assert again == logs[3:]


async def test_an_empty_world() -> None:
    """A world without stations has the others' stations, and sessions there."""
    async with (
        Simulator(speed=0, stations=0, start=START) as sim,
        DriverClient(sim) as driver,
    ):
        await driver.init()
        assert (await stations(driver))[0] == 5
        assert (await driver.newest())["rateName"] == "Roaming rate"
