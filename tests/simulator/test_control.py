"""The control endpoint does over HTTP what tests do in the process, and says clearly what it cannot do."""

from datetime import timedelta

import pytest

from simulator import Simulator
from simulator.world.model import ConnectorStatus

from .client import Client
from .common import START


async def test_world(sim: Simulator, client: Client) -> None:
    """The summary shows every station and connector."""
    status, world = await client.control("GET", "/world")
    assert status == 200
    assert [station["id"] for station in world["stations"]] == sim.world.station_ids
    assert world["now"] == START.isoformat()
    assert {
        connector["status"]
        for station in world["stations"]
        for connector in station["connectors"]
    } >= {
        "charging",
        "available",
        "finishing",
        "faulted",
    }


async def test_clock(sim: Simulator, client: Client) -> None:
    """The clock can be moved on and given another speed."""
    status, body = await client.control("POST", "/clock", {"advance_seconds": 90})
    assert (status, body["now"]) == (200, (START + timedelta(seconds=90)).isoformat())
    await client.control("POST", "/clock", {"speed": 60})
    assert sim.clock.speed == 60


async def test_requests_and_faults(sim: Simulator, client: Client) -> None:
    """Requests can be read and forgotten, faults put in place and taken away, for all clouds or one."""
    status, body = await client.control("GET", "/requests")
    assert status == 200
    assert body["kempower"][0]["path"] == "/auth/refreshAccessToken"
    await client.control("DELETE", "/requests")
    assert sim.kempower.requests == []
    fault = {
        "vendor": "kempower",
        "path": "/stations",
        "status": 503,
        "retry_after": 3,
        "times": 1,
    }
    assert (await client.control("POST", "/faults", fault))[0] == 200
    assert (await client.control("GET", "/faults"))[1] == {"kempower": 1}
    assert (await client.ask("/stations"))[0] == 503
    await client.control(
        "POST", "/faults", {"path": "*", "replace": {"stations.0.name": "X"}}
    )
    assert (await client.get("/stations"))["stations"][0]["name"] == "X"
    assert (await client.control("DELETE", "/faults"))[0] == 200
    assert (await client.get("/stations"))["stations"][0]["name"] != "X"


async def test_connector(quiet: Simulator) -> None:
    """A connector can be driven through a session."""
    async with Client(quiet) as client:
        steps = {
            "plug_in": ConnectorStatus.PREPARING,
            "start": ConnectorStatus.CHARGING,
            "stop": ConnectorStatus.FINISHING,
            "unplug": ConnectorStatus.AVAILABLE,
            "fault": ConnectorStatus.FAULTED,
            "clear_fault": ConnectorStatus.AVAILABLE,
        }
        for action, expected in steps.items():
            status, body = await client.control(
                "POST", "/connectors/CS00001/11", {"action": action}
            )
            assert status == 200
            assert body["connectors"][0]["status"] == expected.value
            assert quiet.world.connector("CS00001", "11").status is expected


async def test_station(quiet: Simulator) -> None:
    """A station can be added, renamed, cut off, taken out of service and removed."""
    async with Client(quiet) as client:
        status, body = await client.control(
            "POST", "/stations", {"name": "Gate", "connectors": 1}
        )
        station = body["id"]
        assert (status, body["name"], len(body["connectors"])) == (200, "Gate", 1)
        path = f"/stations/{station}"
        assert not (await client.control("POST", path, {"action": "offline"}))[1][
            "online"
        ]
        assert (await client.control("POST", path, {"action": "online"}))[1]["online"]
        assert not (await client.control("POST", path, {"action": "out_of_service"}))[
            1
        ]["in_service"]
        assert (
            await client.control("POST", path, {"action": "rename", "name": "Barn"})
        )[1]["name"] == "Barn"
        assert (await client.control("POST", path, {"action": "remove"}))[0] == 200
        assert station not in quiet.world.station_ids


async def test_tokens(sim: Simulator, client: Client) -> None:
    """Tokens can be revoked, renewed and expired."""
    await client.control("POST", "/kempower/tokens", {"action": "expire_access_tokens"})
    assert (await client.ask("/stations"))[0] == 401
    await client.control("POST", "/kempower/tokens", {"action": "revoke_refresh_token"})
    assert (await client.login())[0] == 401
    _, body = await client.control(
        "POST", "/kempower/tokens", {"action": "renew_refresh_token"}
    )
    assert body == {"refresh_token": sim.kempower.refresh_token}
    assert (await client.login())[0] == 200


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/clock", {"advance_seconds": -1}, 400),
        ("/clock", {"advance_seconds": "soon"}, 400),
        ("/clock", {"advance_seconds": 1e300}, 400),
        ("/clock", {"wind": 1}, 400),
        ("/faults", {"path": "/stations", "status": "red"}, 400),
        ("/faults", ["x"], 400),
        ("/faults", {"vendor": "acme", "status": 500}, 404),
        ("/connectors/CS00001/11", {"action": "explode"}, 400),
        ("/connectors/CS00001/11", {"action": "plug_in"}, 400),
        ("/connectors/CS00001/77", {"action": "plug_in"}, 404),
        ("/stations/CS09999", {"action": "offline"}, 404),
        ("/stations/CS00001", {"action": "rename"}, 400),
        ("/stations", {"location": "nowhere"}, 404),
        ("/stations", {"connectors": 0}, 400),
        ("/kempower/tokens", {"action": "steal"}, 400),
        ("/acme/tokens", {"action": "steal"}, 404),
        ("/nothing", {}, 404),
    ],
)
async def test_bad_input(client: Client, path: str, body: object, status: int) -> None:
    """Bad input is told apart and explained."""
    answer, explanation = await client.control("POST", path, body)
    assert answer == status
    assert explanation["error"]
