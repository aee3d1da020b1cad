"""What the simulated CPO API tells of stations, connectors and locations, in documented, sparse and rich tenants."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import pytest

from simulator import Simulator
from simulator.world.model import StopReason
from tests.simulator import documented as doc

from . import documented as cpo_doc
from .client import CpoClient, text_of

STATUSES = {
    "Available",
    "Preparing",
    "Charging",
    "SuspendedEV",
    "Finishing",
    "Reserved",
    "Unavailable",
    "Faulted",
}


async def test_documented(cpo: CpoClient) -> None:
    """Stations have the six attributes of the sample, connectors none, locations hardly any."""
    stations = await cpo.items("charging_stations/")
    for attributes in stations.values():
        doc.check(attributes, cpo_doc.STATION)
    first = stations[cpo.cloud.station_uuid("CS00001")]
    assert first["label"] == "Bay 1"
    assert first["chargeBoxIdentity"] == "CS00001"
    assert first["serialnumber"] == cpo.sim.world.station("CS00001").spec.serial
    connectors = await cpo.items("connectors/")
    assert list(connectors.values()) == [{}] * len(connectors)
    for attributes in (await cpo.items("locations/")).values():
        assert attributes.keys() == {"label"}


async def test_same_things_as_the_world(cpo: CpoClient) -> None:
    """There is a UUID for every station, connector and location of the world, the same in every world."""
    world, cloud = cpo.sim.world, cpo.cloud
    assert list(await cpo.items("charging_stations/")) == [
        cloud.station_uuid(it) for it in world.station_ids
    ]
    assert list(await cpo.items("connectors/")) == [
        cloud.connector_uuid(view.id, it.spec.id)
        for view in world.stations()
        for it in view.connectors
    ]
    assert list(await cpo.items("locations/")) == [
        cloud.location_uuid(it) for it in world.locations
    ]
    everything = [
        *await cpo.items("charging_stations/"),
        *await cpo.items("connectors/"),
    ]
    assert len({UUID(it) for it in everything}) == len(everything)
    assert cloud.station_uuid("CS00001") == "2fd615c4-4b3f-56b7-bab2-f8590a23595d"


async def test_sparse(cpo: CpoClient) -> None:
    """A sparse tenant tells hardly more than that a thing exists."""
    cpo.cloud.options.attributes = "sparse"
    for attributes in (await cpo.items("charging_stations/")).values():
        told = {name for name, value in attributes.items() if value is not None}
        assert told == {"chargeBoxIdentity"}
    for path in ("connectors/", "locations/"):
        assert not any((await cpo.items(path)).values())


@pytest.mark.parametrize("richness", ["documented", "sparse", "rich"])
async def test_parents(
    cpo: CpoClient, richness: Literal["documented", "sparse", "rich"]
) -> None:
    """A connector may name its station in an attribute or in a relationship, or not at all."""
    options, station = cpo.cloud.options, cpo.cloud.station_uuid("CS00002")
    options.attributes = richness
    path = f"cp/{station}/connectors/"
    for item in (await cpo.get(path))["data"]:
        assert "relationships" not in item
        assert "cpId" not in item["attributes"]
    options.connector_parent = "attribute"
    for item in (await cpo.get(path))["data"]:
        assert "relationships" not in item
        assert item["attributes"]["cpId"] == station
    options.connector_parent = "relationship"
    for item in (await cpo.get(path))["data"]:
        assert "cpId" not in item["attributes"]
        assert item["relationships"] == {
            "charging_station": {"data": {"type": "charging_stations", "id": station}}
        }


async def test_rich(cpo: CpoClient) -> None:
    """A rich tenant tells what it knows, in the world's numbers."""
    world, cloud = cpo.sim.world, cpo.cloud
    cloud.options.attributes = "rich"
    stations = await cpo.items("charging_stations/")
    connectors = await cpo.items("connectors/")
    locations = await cpo.items("locations/")
    for view in world.stations():
        told, place = (
            stations[cloud.station_uuid(view.id)],
            world.locations[view.location_id],
        )
        assert told["publicDisplayName"] == f"{place.name}, {view.name}"
        assert told["locationUuid"] == cloud.location_uuid(place.id)
        assert told["timeZone"] == "Europe/Helsinki"
        assert told["address"] == {
            "street": place.address,
            "city": place.city,
            "zip": place.postal_code,
            "country": "FI",
        }
        assert told["geolocation"] == {
            "latitude": place.latitude,
            "longitude": place.longitude,
        }
        assert told.keys() >= {"technicianUserId", "gridOperatorReference", "modelId"}
        assert str(UUID(told["companyUuid"])) == told["companyUuid"]
        site = locations[cloud.location_uuid(place.id)]
        assert site["label"] == place.name
        assert site["address"] == told["address"]
        for number, it in enumerate(view.connectors, 1):
            seen = connectors[cloud.connector_uuid(view.id, it.spec.id)]
            assert seen["connectorId"] == number
            assert seen["label"] == it.spec.name
            assert seen["power"] == round(it.power_w)
            assert seen["maxPower"] == it.spec.max_w
            assert seen["evseId"].endswith(f"{view.id}*{number}")
            assert seen["status"] in STATUSES
            if seen["lastStatusUpdate"] is not None:
                since = datetime.fromisoformat(seen["lastStatusUpdate"])
                assert since <= cpo.sim.clock.now()
    statuses = {it["status"] for it in connectors.values()}
    assert {"Available", "Charging", "Faulted"} <= statuses


async def test_rich_is_live(quiet: Simulator) -> None:
    """What a rich tenant tells follows the world."""
    world, cloud = quiet.world, quiet.beenergised_cpo
    cloud.options.attributes = "rich"
    path = f"connectors/{cloud.connector_uuid('CS00001', '11')}"
    async with CpoClient(quiet) as cpo:
        await cpo.sign_in()

        async def state() -> tuple[str, int, str | None]:
            told = (await cpo.get(path))["data"]["attributes"]
            return told["status"], told["power"], told["lastStatusUpdate"]

        assert (await state())[:2] == ("Available", 0)
        world.plug_in("CS00001", "11", soc=30)
        begin = text_of(quiet.clock.now())
        assert await state() == ("Preparing", 0, begin)
        quiet.clock.advance(timedelta(minutes=1))
        power = world.start_charging("CS00001", "11").power_w
        begin = text_of(quiet.clock.now())
        assert await state() == ("Charging", round(power), begin)
        quiet.clock.advance(timedelta(minutes=1))
        assert (await state())[2] == begin
        world.stop_charging("CS00001", "11")
        begin = text_of(quiet.clock.now())
        assert await state() == ("Finishing", 0, begin)
        quiet.clock.advance(timedelta(minutes=1))
        world.unplug("CS00001", "11")
        assert await state() == ("Available", 0, text_of(quiet.clock.now()))
        world.set_fault("CS00001", "11")
        assert await state() == ("Faulted", 0, None)
        world.clear_fault("CS00001", "11")
        world.set_in_service("CS00001", False)
        assert await state() == ("Unavailable", 0, None)


async def test_full_vehicle(quiet: Simulator) -> None:
    """A vehicle that stopped by itself suspends its transaction, as OCPP has it."""
    world, cloud = quiet.world, quiet.beenergised_cpo
    cloud.options.attributes = "rich"
    world.plug_in("CS00001", "11", soc=30)
    world.start_charging("CS00001", "11")
    world.stop_charging("CS00001", "11", StopReason.EV_STOPPED)
    async with CpoClient(quiet) as cpo:
        await cpo.sign_in()
        told = await cpo.items("connectors/")
    assert told[cloud.connector_uuid("CS00001", "11")]["status"] == "SuspendedEV"


async def test_silent_station(quiet: Simulator) -> None:
    """A station without a link is pending, offline and at last not communicating, after the vendor's usual times."""
    cloud, clock = quiet.beenergised_cpo, quiet.clock
    cloud.options.attributes = "rich"
    station = cloud.station_uuid("CS00001")
    async with CpoClient(quiet) as cpo:

        async def state() -> tuple[str, str]:
            await cpo.sign_in()  # the day is longer than a token's life
            told = (await cpo.items("charging_stations/"))[station]
            return told["status"], told["lastContact"]

        heard = text_of(clock.now())
        assert await state() == ("online", heard)
        quiet.world.set_offline("CS00001")
        for minutes, status in (
            (29, "online"),
            (1, "pending"),
            (30, "offline"),
            (24 * 60, "no communication"),
        ):
            clock.advance(timedelta(minutes=minutes))
            assert await state() == (status, heard)
        quiet.world.set_online("CS00001")
        assert await state() == ("online", text_of(clock.now()))
        cloud.options.pending_after = cloud.options.offline_after = 0
        quiet.world.set_offline("CS00001")
        assert (await state())[0] == "offline"
        others = (await cpo.items("charging_stations/")).values()
        assert [it["status"] for it in others] == ["offline", "online", "online"]


async def test_renamed(cpo: CpoClient) -> None:
    """Labels follow the world in every tenant that has them."""
    cpo.sim.world.rename_station("CS00001", "Gate")
    stations = await cpo.items("charging_stations/")
    assert stations[cpo.cloud.station_uuid("CS00001")]["label"] == "Gate"
