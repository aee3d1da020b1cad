"""Tests of what several names together come to, and of what a tenant turns out to tell."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
)
from custom_components.ev_charging_cloud.clients.client import Capability
from custom_components.ev_charging_cloud.clients.model import Station

from .tenant import FakeTenant, Json, item, look

STATIONS, CONNECTORS = "/charging_stations/", "/connectors/"
LOCATIONS = "/locations/"
MOMENT = datetime(2025, 3, 27, 7, 36, tzinfo=UTC)
SEEN = "2025-03-27T07:36:00.000Z"
CREATE, LIKENESS = "documented for writing", "recognised"


def _all_but_one(names: list[str], value: Any, odd: Any) -> list[dict[str, Json]]:
    """Return attributes where the names from one on tell a value, and the others none, the last first."""
    return [
        {
            name: value if place == first else odd
            for place, name in reversed([*enumerate(names)])
            if place >= first
        }
        for first in range(len(names))
    ]


@pytest.mark.parametrize(
    ("names", "value", "field"),
    [
        (["modelName", "chargePointModel", "model"], "A", "model"),
        (
            ["vendorName", "chargePointVendor", "manufacturer", "vendor"],
            "A",
            "manufacturer",
        ),
        (["locationUuid", "locationId", "location"], "A", "location_id"),
        (
            ["lastContact", "lastCommunication", "lastHeartbeat", "lastSeen"],
            SEEN,
            "reported_at",
        ),
        (["maxPower", "maxPowerW", "maxPowerKw", "maxElectricPower"], 5, "max_power"),
        (["isOnline", "online", "connected"], True, "online"),
    ],
)
async def test_names_that_are_preferred(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    names: list[str],
    value: Any,
    field: str,
) -> None:
    """Of several names for the same the first of ours counts, in whatever order they come."""
    other = {"reported_at": "2024-01-01T00:00:00Z", "max_power": 1, "online": False}
    tenant.lists[STATIONS] = [
        item(number, **attributes)
        for number, attributes in enumerate(
            _all_but_one(names, value, other.get(field, "B"))
        )
    ]
    expected = {"reported_at": MOMENT}.get(field, value)
    found = [
        getattr(station, field) for station in (await client.async_get_live()).stations
    ]
    expects_kilo = [1000 if "Kw" in name else 1 for name in names]
    if field == "max_power":
        assert found == [expected * factor for factor in expects_kilo]
    else:
        assert found == [expected] * len(names)


@pytest.mark.parametrize(
    ("told", "power"),
    [
        ({"power": 1.23456}, 1.235),
        ({"powerKw": 7.1234567}, 7123.457),
        ({"powerKw": 0.001}, 1),
        ({"powerKw": 1.1}, 1100),
        ({"powerW": "-2.5"}, -2.5),
    ],
)
async def test_power_of_a_station(
    tenant: FakeTenant, client: BeenergisedCpoClient, told: Json, power: float
) -> None:
    """In W, to the thousandth, without the noise of binary fractions."""
    tenant.lists[STATIONS] = [item("s1", **told)]
    (station,) = (await client.async_get_live()).stations
    assert station.power == power


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (
            {"label": "L", "publicDisplayName": "P", "chargeBoxIdentity": "B"},
            "L",
        ),
        ({"publicDisplayName": "P", "chargeBoxIdentity": "B"}, "P"),
        ({"chargeBoxIdentity": "B"}, "B"),
        # The same name in two spellings: the first that can be read counts.
        ({"label": ["x"], "Label": "L", "LABEL": "M"}, "L"),
        ({}, "0d6b3c1e"),
    ],
)
async def test_what_a_station_is_called(
    tenant: FakeTenant, client: BeenergisedCpoClient, told: Json, name: str
) -> None:
    """By its label, by what drivers see, by what it calls itself, else by the start of its id."""
    tenant.lists[STATIONS] = [item("0d6b3c1e-52a7-4a52-9a54-0b3f6a1f7c01", **told)]
    (station,) = (await client.async_get_live()).stations
    assert station.name == name


@pytest.mark.parametrize(
    ("told", "online", "status"),
    [
        ({"status": "Offline"}, False, None),
        ({"status": "Pending"}, None, None),
        ({"status": "Operative"}, None, "operative"),
        (
            {"status": "Inoperative", "connectionStatus": "online"},
            True,
            "out_of_service",
        ),
        ({"status": "offline", "connectionStatus": "online"}, True, None),
        ({"isOnline": False, "connectionStatus": "online"}, False, None),
        ({"isOnline": True, "status": "offline"}, True, None),
        ({"isOnline": "?", "connectionStatus": "online"}, True, None),
        ({"connectionStatus": "Defective"}, None, None),
    ],
)
async def test_words_of_a_station(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    told: Json,
    online: bool | None,
    status: str | None,
) -> None:
    """One word can tell of the connection or of the station, and a yes or no goes first."""
    tenant.lists[STATIONS] = [item("s1", **told)]
    (station,) = (await client.async_get_live()).stations
    assert (station.online, station.status) == (online, status)


async def test_what_is_said_of_oddities(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """Each is counted by the vendor's own name of it, and each unknown word by its kind."""
    tenant.lists[STATIONS] = [
        item(
            "s1",
            power="much",
            geolocation={"lat": "north", "depth": 1},
            address={"city": ["Vienna"], "floor": 2},
            connectionStatus="Somehow",
            status="So so",
        ),
        item("s2", unheardOf=1),
    ]
    tenant.lists[CONNECTORS] = [
        item("c1", cpId="s1", status="Half", plugType="Hose", ratedPower={"a": 1})
    ]
    tenant.lists[LOCATIONS] = [item("l1", latitude=91, chargingStations=7, size=3)]
    await client.async_get_slow()
    await look(client)
    assert client.report.odd_values == Counter(
        dict.fromkeys(
            (
                "station.power",
                "station.address",
                "station position.lat",
                "station address.city",
                "connector.ratedPower",
                "location.latitude",
            ),
            1,
        )
    )
    assert client.report.unknown_values == Counter(
        {
            ("station connection", "Somehow"): 1,
            ("station status", "So so"): 1,
            ("connector status", "Half"): 1,
            ("connector type", "Hose"): 1,
        }
    )
    unreadable = "recognised, but of another type than expected"
    assert client.report.attributes == {
        "station": {
            "power": unreadable,
            "geolocation": CREATE,
            "address": unreadable,
            "connectionStatus": LIKENESS,
            "status": LIKENESS,
            "unheardOf": "unknown",
        },
        "station position": {"lat": unreadable, "depth": "unknown"},
        "station address": {"city": unreadable, "floor": "unknown"},
        "connector": {
            "cpId": LIKENESS,
            "status": LIKENESS,
            "plugType": LIKENESS,
            "ratedPower": unreadable,
        },
        "location": {
            "latitude": unreadable,
            "chargingStations": LIKENESS,
            "size": "unknown",
        },
    }


@pytest.mark.parametrize("nothing", [None, "", "  ", [], {}], ids=repr)
async def test_what_says_that_there_is_none(
    tenant: FakeTenant, client: BeenergisedCpoClient, nothing: Json
) -> None:
    """It is no oddity, of whatever field."""
    names = ("label", "serialnumber", "power", "isOnline", "status", "geolocation")
    tenant.lists[STATIONS] = [item("s1", **dict.fromkeys(names, nothing))]
    live = await client.async_get_live()
    assert live.stations == (Station(id="s1", name="s1"),)
    assert (client.report.odd_values, client.report.unknown_values) == ({}, {})
    unreadable = "recognised, but of another type than expected"
    assert unreadable not in client.report.attributes["station"].values()


BARE = Capability.MAINTENANCE
ALL_READ = Capability.MAINTENANCE | Capability.CONNECTORS


@pytest.mark.parametrize(
    ("told", "seen", "is_live"),
    [
        ({"label": "A", "maxPower": 5, "address": "B"}, Capability(0), False),
        ({"locationId": "l1"}, Capability.LOCATIONS, False),
        ({"isOnline": False}, Capability.CONNECTIVITY, True),
        ({"status": "Faulted"}, Capability.STATION_STATUS, True),
        ({"power": 0}, Capability.STATION_POWER, True),
        ({"lastSeen": SEEN}, Capability.STATION_LAST_SEEN, True),
        ({"firmwareVersion": "1"}, Capability.FIRMWARE, False),
        ({"chargeBoxIdentity": "B"}, Capability.OCPP_IDENTITY, False),
        ({"iccid": "1"}, Capability.SIM_CARD, False),
        ({"imsi": "1"}, Capability.SIM_CARD, False),
    ],
)
async def test_what_a_station_tells_is_a_capability(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    told: Json,
    seen: Capability,
    is_live: bool,
) -> None:
    """A tenant can what a station has told once; what changes by itself is polled by the minute."""
    assert client.capabilities == Capability(0)
    tenant.lists[STATIONS] = [item("s1", **told), item("s2")]
    for _ in range(2):
        live = await client.async_get_live()
        assert client.capabilities == BARE | seen
        assert live.is_steady is not is_live
    assert tenant.asked[f"GET {STATIONS}"] == (2 if is_live else 1)


@pytest.mark.parametrize(
    ("told", "seen", "is_live"),
    [
        ({"label": "A", "plugType": "CCS", "evseId": "E"}, Capability(0), False),
        ({"maxPower": 0}, Capability.CONNECTOR_MAX_POWER, False),
        ({"status": "Available"}, Capability.CONNECTOR_STATUS, True),
        ({"power": 0}, Capability.CONNECTOR_POWER, True),
    ],
)
async def test_what_a_connector_tells_is_a_capability(
    tenant: FakeTenant,
    session: ClientSession,
    told: Json,
    seen: Capability,
    is_live: bool,
) -> None:
    """The same holds for connectors; only those that change are read at every poll."""
    client = tenant.client(session)
    tenant.lists[CONNECTORS] = [item("c1", cpId="s1", **told)]
    live = await look(client)
    assert client.capabilities == ALL_READ | seen
    assert live.is_steady is not is_live
    assert tenant.asked[f"GET {CONNECTORS}"] == (2 if is_live else 1)
    await client.async_get_live()
    assert tenant.asked[f"GET {CONNECTORS}"] == (3 if is_live else 1)
