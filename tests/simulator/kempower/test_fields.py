"""The simulated ChargEye's answers have the documented fields, types and values."""

from datetime import datetime, timedelta
import re

import pytest

from simulator import Simulator
from tests.simulator.client import Client
from tests.simulator.documented import check

from . import documented as doc, documented_transactions as tx

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
TIME_FIELDS = (
    "startTime",
    "chargingStartTime",
    "chargingEndTime",
    "endTime",
    "updateTime",
    "activeStartTime",
)


async def test_locations(client: Client) -> None:
    """Every location has the documented fields; some lack what is optional."""
    locations = (await client.get("/locations"))["locations"]
    assert len(locations) >= 2
    for location in locations:
        check(location, doc.LOCATION)
        assert (await client.get(f"/locations/{location['id']}")) == {
            "location": location
        }
    assert any(location["operator"] is None for location in locations)


async def test_stations(sim: Simulator, client: Client) -> None:
    """Stations, connectors and latest transactions have the documented fields, all day long."""
    seen: dict[str, set[str]] = {}
    for _ in range(60):
        for station in (await client.get("/stations"))["stations"]:
            check(station, doc.STATION, doc.STATION_ENUMS)
            assert station["location"].keys() == {"name", "address", "lat", "lng"}
            for connector in station["connectors"]:
                check(connector, doc.CONNECTOR, doc.CONNECTOR_ENUMS)
                seen.setdefault("connector", set()).add(connector["status"])
                seen.setdefault("type", set()).add(connector["type"])
                if (info := connector["latestTransaction"]) is None:
                    continue
                check(info, tx.TX_INFO, tx.TX_INFO_ENUMS)
                check(info["schedulePlan"], tx.SCHEDULE_PLAN)
                seen.setdefault("transaction", set()).add(info["status"])
                for name in TIME_FIELDS:
                    assert info.get(name) is None or TIME.fullmatch(info[name])
        sim.clock.advance(timedelta(minutes=7, seconds=13))
    assert {"Available", "Charging", "Occupied", "Faulted"} <= seen["connector"]
    assert {"Charging", "Ended", "PluggedInIdle"} <= seen["transaction"]
    assert seen["type"] == doc.CONNECTOR_TYPES


async def test_begins_with_something_of_everything(client: Client) -> None:
    """A small world shows every kind of state at once."""
    stations = (await client.get("/stations"))["stations"]
    connectors = [
        connector for station in stations for connector in station["connectors"]
    ]
    statuses = {connector["status"] for connector in connectors}
    assert {"Charging", "Available", "Occupied", "Faulted"} <= statuses
    unused = [
        connector for connector in connectors if connector["latestTransaction"] is None
    ]
    assert len(unused) == 1
    assert unused[0]["status"] == "Available"
    broken = [station for station in stations if station["status"] == "Faulted"]
    assert [station["onlineStatus"] for station in broken] == ["Offline"]
    assert broken[0]["currentPowerKw"] == 0


async def test_power_of_the_station_is_that_of_its_connectors(client: Client) -> None:
    """Power is given where something charges and nowhere else."""
    for station in (await client.get("/stations"))["stations"]:
        total = 0.0
        for connector in station["connectors"]:
            info = connector["latestTransaction"]
            power = (info["powerKw"] or 0) if info is not None else 0
            if connector["status"] == "Charging":
                assert power > 0
                assert power <= connector["maxPowerKwActual"]
                total += power
            else:
                assert power == 0
        assert station["currentPowerKw"] == pytest.approx(total, abs=1e-3)


async def test_alternating_current_tells_no_state_of_charge(client: Client) -> None:
    """AC sessions lack the state of charge, running DC sessions have it."""
    for station in (await client.get("/stations"))["stations"]:
        for connector in station["connectors"]:
            info = connector["latestTransaction"]
            if info is None:
                continue
            if connector["type"] in {"AC", "Type2"}:
                assert info["soc"] is None
                assert "socInitial" not in info
            elif info["status"] == "Charging":
                assert info["socInitial"] <= info["soc"] <= 100


async def test_inventory(client: Client) -> None:
    """Each location lists its own stations with model, serial number and firmware."""
    listed = []
    for location in (await client.get("/locations"))["locations"]:
        for station in (await client.get(f"/locations/{location['id']}/stations"))[
            "stations"
        ]:
            check(station, doc.INVENTORY, doc.INVENTORY_ENUMS)
            assert station["locationUid"] == location["id"]
            assert station["manufacturingInfo"]["serialNumber"]
            listed.append(station["stationId"])
    live = [
        station["stationId"] for station in (await client.get("/stations"))["stations"]
    ]
    assert listed == live


async def test_vehicles(client: Client) -> None:
    """Vehicles have the documented fields, and can be asked for by location."""
    everywhere = (await client.get("/vehicles"))["vehicles"]
    by_location = []
    for location in (await client.get("/locations"))["locations"]:
        for vehicle in (await client.get("/vehicles", locationUid=location["id"]))[
            "vehicles"
        ]:
            check(vehicle, doc.VEHICLE)
            assert vehicle["locationUid"] in (location["id"], [location["id"]])
            by_location.append(vehicle)
    assert by_location == everywhere
    assert (await client.get("/vehicles", locationUid="nowhere")) == {"vehicles": []}


async def test_transactions(sim: Simulator, client: Client) -> None:
    """Transactions of all stations have the documented fields; cards paid for some."""
    sim.kempower.options.page_size = 400
    paid = 0
    for station in sim.world.station_ids:
        answer = await client.get(f"/chargingStations/{station}/transactions")
        check(answer["summary"], tx.SUMMARY)
        for item in answer["transactions"]:
            check(item, tx.TRANSACTION, tx.TRANSACTION_ENUMS)
            check(item["schedulePlan"], tx.SCHEDULE_PLAN)
            if item["idToken"] is not None:
                assert item["idToken"]["type"] in tx.ID_TOKEN_TYPES
            if item["endTime"] is not None:
                assert item["powerKw"] is item["power"] is None
                length = datetime.fromisoformat(
                    item["endTime"]
                ) - datetime.fromisoformat(item["startTime"])
                assert item["sessionDurationMs"] == pytest.approx(
                    length.total_seconds() * 1000, abs=2
                )
            if "paymentDetails" in item:
                paid += 1
                check(item["paymentDetails"]["priceSummary"], tx.PRICE_SUMMARY)
                assert item["totalCostCents"] == pytest.approx(
                    item["chargedEnergyKwh"] * 49, abs=0.51
                )
    assert paid > 5


async def test_options(sim: Simulator, client: Client) -> None:
    """Where the documents differ, the simulator can do either."""
    options = sim.kempower.options
    options.transaction_field = "lastTransaction"
    options.naive_times = True
    connector = (await client.get("/stations"))["stations"][0]["connectors"][0]
    assert "latestTransaction" not in connector
    assert not connector["lastTransaction"]["startTime"].endswith("Z")
    options.hide_transactions = True
    connector = (await client.get("/stations"))["stations"][0]["connectors"][0]
    assert connector["lastTransaction"] is None
