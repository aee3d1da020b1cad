"""Tests of attributes that no document describes: what is certain of them is shown."""

import logging
from typing import Any

from aiohttp import web
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
)
from custom_components.ev_charging_cloud.clients.client import Capability
from custom_components.ev_charging_cloud.clients.model import Connector, Station

from .tenant import FakeTenant, item

STATIONS, CONNECTORS = "/charging_stations/", "/connectors/"


async def _station(
    tenant: FakeTenant, client: BeenergisedCpoClient, **attributes: Any
) -> Station:
    """Return a station of these attributes, which stands beside a good one."""
    tenant.lists[STATIONS] = [
        item("s1", **{"label": "Depot 1", "serialnumber": "SN1"} | attributes),
        item("s2", label="Depot 2"),
    ]
    live = await client.async_get_live()
    assert not live.skipped
    station, neighbour = live.stations
    assert neighbour.name == "Depot 2"
    assert station.serial_number == "SN1" or "serialnumber" in attributes
    return station


async def _connector(
    tenant: FakeTenant, client: BeenergisedCpoClient, **attributes: Any
) -> Connector:
    """Return a connector of these attributes."""
    tenant.lists[CONNECTORS] = [item("c1", cpId="s1", **attributes)]
    await client.async_get_live()
    await client.async_read_details()
    (connector,) = (await client.async_get_live()).connectors
    return connector


@pytest.mark.parametrize(
    ("attributes", "field", "value"),
    [
        ({"label": ""}, "name", "s1"),
        ({"label": "   "}, "name", "s1"),
        ({"label": 17}, "name", "17"),
        ({"label": ["x"], "publicDisplayName": "Public"}, "name", "Public"),
        ({"label": {}, "chargeBoxIdentity": "BOX"}, "name", "BOX"),
        ({"label": True}, "name", "s1"),
        ({"publicDisplayName": "Depot"}, "public_name", "Depot"),
        ({"label": "A", "publicDisplayName": "Depot"}, "name", "A"),
        ({"timeZone": "Europe/Vienna"}, "time_zone", "Europe/Vienna"),
        ({"timeZone": {}}, "time_zone", None),
        ({"technicianUserId": 17}, "technician", "17"),
        ({"companyUuid": "b0a4b7a6"}, "company", "b0a4b7a6"),
        ({"address": "Street 1, Town"}, "address", "Street 1, Town"),
        (
            {
                "address": {
                    "street": "Street",
                    "houseNumber": 1,
                    "zip": "9",
                    "city": "T",
                }
            },
            "address",
            "Street 1, 9 T",
        ),
        ({"address": {"unheard": "of"}}, "address", None),
        ({"address": []}, "address", None),
        ({"geolocation": {"latitude": "60.9", "lng": 25}}, "latitude", 60.9),
        ({"geolocation": {"latitude": "60.9", "lng": 25}}, "longitude", 25),
        ({"geolocation": {"latitude": 91}}, "latitude", None),
        ({"isOnline": 1}, "online", True),
        ({"isOnline": "false"}, "online", False),
        ({"isOnline": "perhaps"}, "online", None),
        ({"status": "ONLINE"}, "online", True),
        ({"status": "No Communication"}, "online", False),
        ({"status": "pending"}, "online", None),
        ({"operationalStatus": "OutOfOrder"}, "status", "faulted"),
        ({"status": 3}, "status", None),
        ({"power": "238.4"}, "power", 238.4),
        ({"powerKw": "22,0"}, "power", None),
        ({"powerKw": 22.08}, "power", 22080),
        ({"power": "Infinity"}, "power", None),
        ({"power": 1e308}, "power", None),
        ({"powerKw": 1e308}, "power", None),
        ({"power": "n/a", "currentPowerKw": 1.5}, "power", 1500),
        ({"power": True}, "power", None),
        ({"maxPower": [22]}, "max_power", None),
        ({"maxPower": -0.02}, "max_power", None),
        ({"power": -0.02}, "power", -0.02),
        ({"lastContact": "0001-01-01T00:00:00+02:00"}, "reported_at", None),
        ({"lastContact": "27.03.2025 07:36"}, "reported_at", None),
        ({"locationUuid": ""}, "location_id", None),
        ({"locationUuid": 5}, "location_id", "5"),
        ({"location": {"id": "l1"}}, "location_id", "l1"),
        ({"location": {"name": "x"}}, "location_id", None),
        ({"serialnumber": 1234}, "serial_number", "1234"),
        ({"serialnumber": {"a": 1}}, "serial_number", None),
    ],
)
async def test_odd_attribute_of_a_station(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    attributes: dict[str, Any],
    field: str,
    value: object,
) -> None:
    """A value is read where its meaning is certain; else it alone is unknown."""
    assert getattr(await _station(tenant, client, **attributes), field) == value


@pytest.mark.parametrize("moment", [1_743_060_960, "1743060960", 1_743_060_960_000])
async def test_spellings_of_a_time(
    tenant: FakeTenant, client: BeenergisedCpoClient, moment: object
) -> None:
    """Seconds and milliseconds since 1970 are the same time as its text."""
    texts = ("2025-03-27T07:36Z", "2025-03-27T09:36:00+02:00", "2025-03-27T07:36:00")
    found = [
        (await _station(tenant, client, lastContact=told)).reported_at
        for told in (moment, *texts)
    ]
    assert len(set(found)) == 1
    assert found[0] is not None


@pytest.mark.parametrize(
    ("attributes", "field", "value"),
    [
        ({"status": "charging"}, "status", "charging"),
        ({"status": "SUSPENDED_EV"}, "status", "suspended_ev"),
        ({"connectorStatus": "Suspended EVSE"}, "status", "suspended_evse"),
        ({"status": "Limit 0 A"}, "status", None),
        ({"status": None, "state": "Faulted"}, "status", "faulted"),
        ({"power": "7400"}, "power", 7400),
        ({"power": -1e12}, "power", None),
        ({"connectorId": 2}, "name", "2"),
        ({"label": " ", "connectorId": 2}, "name", "2"),
        ({"plugType": "TYPE 2"}, "type", "type2"),
        ({"plugType": 7}, "type", None),
    ],
)
async def test_odd_attribute_of_a_connector(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    attributes: dict[str, Any],
    field: str,
    value: object,
) -> None:
    """The same holds for connectors."""
    assert getattr(await _connector(tenant, client, **attributes), field) == value


@pytest.mark.parametrize(
    ("geolocation", "found"),
    [
        ({"latitude": "60.9", "longitude": 25.6}, (60.9, 25.6)),
        ({"lat": 160.9, "lng": 25.6}, (None, 25.6)),
        ({"lat": "", "lng": None}, (None, None)),
        ([], (None, None)),
        ("60.9, 25.6", (None, None)),
    ],
)
async def test_odd_place(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    geolocation: object,
    found: tuple[float | None, float | None],
) -> None:
    """A place that cannot be on Earth is unknown."""
    tenant.lists["/locations/"] = [item("l1", label="Site", geolocation=geolocation)]
    (location,) = (await client.async_get_slow()).locations.values()
    assert location.name == "Site"
    assert (location.latitude, location.longitude) == found


@pytest.mark.parametrize("attributes", [None, [], "x", 7, {}])
async def test_station_by_its_id_alone(
    tenant: FakeTenant, client: BeenergisedCpoClient, attributes: object
) -> None:
    """Only the id is needed; one that is a number is as good as a text."""
    tenant.lists[STATIONS] = [
        {"id": 17, "attributes": attributes, "relationships": attributes},
        {"id": "s2"},
    ]
    live = await client.async_get_live()
    assert [(station.id, station.name) for station in live.stations] == [
        ("17", "17"),
        ("s2", "s2"),
    ]
    assert not live.skipped


@pytest.mark.parametrize("id_", [None, "", True, [], {}])
async def test_station_without_an_id(
    tenant: FakeTenant, client: BeenergisedCpoClient, id_: object
) -> None:
    """It costs itself, and is said to be left out."""
    tenant.lists[STATIONS] = [item(id_, label="x"), item("s2", label="Depot 2")]
    live = await client.async_get_live()
    assert [station.name for station in live.stations] == ["Depot 2"]
    assert [skipped.name for skipped in live.skipped] == ["station number 1"]


async def test_odd_values_are_counted_and_named_once(
    tenant: FakeTenant, client: BeenergisedCpoClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Diagnostics count by name, and the log has one line a name, never a value."""
    caplog.set_level(logging.WARNING)
    for number in range(30):
        odd = {"power": f"about {number}", "status": f"Odd {number}"}
        # It is online, so that it is read at every poll.
        await _station(tenant, client, isOnline=True, **odd)
    assert client.report.odd_values["station.power"] == 30
    words = {word for field, word in client.report.unknown_values if "status" in field}
    assert len(words) <= 21
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2
    assert (
        "be.ENERGISED CPO sent a station.power that cannot be read"
        " (not what its name says); it is shown as unknown" in lines
    )
    assert "about" not in caplog.text
    assert client.report.attributes["station"]["power"].startswith("recognised, but")


async def test_names_without_end(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """A tenant whose attributes are ever new ones does not fill the memory."""
    for number in range(3):
        names = {f"meter{number}_{place}": place for place in range(150)}
        # It is online, so that it is read at every poll.
        await _station(tenant, client, isOnline=True, **names)
    assert tenant.asked[f"GET {STATIONS}"] == 3
    assert len(client.report.attributes["station"]) == 200


async def test_objects_with_other_names(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """Each object is read by its own names, be there ever so many kinds of objects."""
    names: list[dict[str, Any]] = [
        {"label": "A", "power": 1},
        {"power": 2, "label": "B"},
        {"powerKw": 3, "label": "C"},
        {"label": "", "publicDisplayName": "D"},
        {"label": "E", **{f"meter{place}": place for place in range(300)}},
    ]
    many = [{f"odd{number}": 0, "label": f"F{number}"} for number in range(100)]
    tenant.lists[STATIONS] = [
        item(f"s{number}", **told)
        for number, told in enumerate([*names, *many, *names, *many])
    ]
    stations = (await client.async_get_live()).stations
    found = [(station.name, station.power) for station in stations]
    others = [(f"F{number}", None) for number in range(100)]
    one_of_each = [("A", 1), ("B", 2), ("C", 3000), ("D", None), ("E", None), *others]
    assert found == one_of_each * 2


async def test_idle_poll_makes_nothing_anew(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """What comes unchanged is the very same object again; capabilities stay known."""
    tenant.place({"s1": ["c1", "c2"], "s2": ["c3"]}, status="Available", power=0)
    await client.async_get_live()
    await client.async_read_details()
    before = await client.async_get_live()
    after = await client.async_get_live()
    assert tenant.asked[f"GET {CONNECTORS}"] == 3
    for old, new in (
        *zip(before.stations, after.stations, strict=True),
        *zip(before.connectors, after.connectors, strict=True),
    ):
        assert old is new
    assert (
        Capability.CONNECTOR_STATUS | Capability.CONNECTOR_POWER in client.capabilities
    )
    tenant.lists[CONNECTORS][0]["attributes"]["status"] = "Charging"
    changed = await client.async_get_live()
    assert [
        new is not old
        for old, new in zip(after.connectors, changed.connectors, strict=True)
    ] == [True, False, False]


# ---- what comes with a token


@pytest.mark.parametrize(
    "told",
    [
        {"expires_in": "86400"},
        {"expires_in": 3600.5},
        {"expires_in": 10**30},
        {"expires_in": -1},
        {"expires_in": "soon"},
        {"expires_in": None},
        {},
        {"token_type": None, "scope": ["x"]},
    ],
)
async def test_usable_token(
    tenant: FakeTenant, client: BeenergisedCpoClient, told: dict[str, Any]
) -> None:
    """A token is used, whatever is said of its end."""
    tenant.answers["/token"] = lambda _: {"access_token": "a-token", **told}
    for _ in range(2):
        assert len((await client.async_get_live()).stations) == 2
    assert tenant.asked["POST /token"] == 1


async def test_fallback_where_a_form_is_wanted(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """Where parameters in the address are refused, they are sent as a form, elsewhere."""
    tenant.answers["/token"] = lambda _: web.json_response(
        {"error": "invalid_request"}, status=400
    )
    assert len((await client.async_get_live()).stations) == 2
    assert tenant.asked["POST /oauth2/token"] == 1
