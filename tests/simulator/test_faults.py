"""Each injected fault as a plain HTTP client sees it."""

import asyncio
import json
import time

from aiohttp import ClientError, ClientPayloadError, ClientSession
import pytest

from simulator import Simulator

from .client import Client

pytestmark = pytest.mark.usefixtures("sim")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
async def test_status(sim: Simulator, client: Client, status: int) -> None:
    """A status comes with the documented error body, on its path only, and as often as asked."""
    fault = sim.kempower.faults.add(
        "/stations", status=status, message="Broken", times=2
    )
    for _ in range(2):
        assert await client.ask("/stations") == (status, {"errorMessage": "Broken"})
    await client.get("/locations")
    await client.get("/stations")
    assert sim.kempower.faults.struck(fault) == 2


async def test_retry_after(sim: Simulator, client: Client) -> None:
    """A Retry-After header and others can be added."""
    sim.kempower.faults.add(
        "/stations", status=429, retry_after=17, headers={"X-Why": "test"}
    )
    status, headers, _ = await client.raw("/stations")
    assert (status, headers["Retry-After"], headers["X-Why"]) == (429, "17", "test")


async def test_after_and_glob(sim: Simulator, client: Client) -> None:
    """A fault can let some requests pass first, and match many paths."""
    sim.kempower.faults.add("/chargingStations/*", status=500, after=1)
    await client.get("/chargingStations/CS00001/transactions")
    assert (await client.ask("/chargingStations/CS00001/transactions"))[0] == 500
    assert (await client.ask("/chargingStations/CS00002/transactions"))[0] == 500
    sim.kempower.faults.clear()
    await client.get("/chargingStations/CS00001/transactions")


async def test_probability(sim: Simulator, client: Client) -> None:
    """A fault can strike by chance."""
    sim.kempower.faults.add("/locations", status=503, probability=0.5)
    statuses = [(await client.ask("/locations"))[0] for _ in range(60)]
    assert {200, 503} == set(statuses)


async def test_delay(sim: Simulator, client: Client) -> None:
    """An answer can come late; the client's patience is its own."""
    sim.kempower.faults.add("/stations", delay=0.05)
    asked = time.monotonic()
    await client.get("/stations")
    # A timer may end by as much too early as the clock is coarse.
    assert time.monotonic() - asked > 0.04
    sim.kempower.faults.clear()
    sim.kempower.faults.add("/stations", delay=30)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await client.get("/stations")


async def test_truncated(sim: Simulator, client: Client) -> None:
    """A body can end before its announced length."""
    sim.kempower.faults.add("/stations", truncate=True)
    with pytest.raises(ClientPayloadError):
        await client.raw("/stations")
    assert sim.kempower.requests[-1].status == 200


async def test_html(sim: Simulator, client: Client) -> None:
    """HTML can come instead of JSON, with 200 or an error status."""
    sim.kempower.faults.add("/stations", html=True, times=1)
    status, headers, body = await client.raw("/stations")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert body.startswith(b"<!DOCTYPE html>")
    sim.kempower.faults.add("/stations", html=True, status=502, times=1)
    assert (await client.raw("/stations"))[0] == 502


async def test_body(sim: Simulator, client: Client) -> None:
    """Any text can come instead."""
    sim.kempower.faults.add(
        "/stations", body='{"stations": [', content_type="application/json"
    )
    assert (await client.raw("/stations"))[2] == b'{"stations": ['


async def test_dropped(sim: Simulator) -> None:
    """A connection can be closed without an answer; the request is on record without a status."""
    sim.kempower.faults.add("*", drop=True)
    async with Client(sim) as fresh:
        with pytest.raises(ClientError):
            await fresh.login()
    assert sim.kempower.requests[-1].status is None


async def test_edits(sim: Simulator, client: Client) -> None:
    """One item among many can be malformed: wrong type, unknown word, missing and extra fields."""
    usual = (await client.get("/stations"))["stations"]
    sim.kempower.faults.add(
        "/stations",
        stringify=["stations.0.maxPowerKw"],
        replace={
            "stations.1.status": "Melting",
            "stations.2.connectors.*.type": "Steam",
            "stations.3": 17,
            "stations.*.quantumFlux": {"value": 7},
            "stations.99.name": "nobody",
        },
        remove=["stations.4.name"],
    )
    edited = (await client.get("/stations"))["stations"]
    assert edited[0]["maxPowerKw"] == str(usual[0]["maxPowerKw"])
    assert edited[1]["status"] == "Melting"
    assert {connector["type"] for connector in edited[2]["connectors"]} == {"Steam"}
    assert edited[3] == 17
    assert "name" not in edited[4]
    assert edited[5]["quantumFlux"] == {"value": 7}
    edited[5].pop("quantumFlux")
    assert edited[5] == usual[5]


async def test_oversized(sim: Simulator, client: Client) -> None:
    """A body can be far too long; a client which hangs up does no harm."""
    sim.kempower.faults.add("/locations", pad_bytes=3_000_000, times=1)
    _, headers, body = await client.raw("/locations")
    assert "Content-Length" not in headers
    assert len(body) > 3_000_000
    assert json.loads(body)["locations"]
    sim.kempower.faults.add("/locations", pad_bytes=500_000_000, times=1)
    async with ClientSession() as session:
        headers_sent = {"Authorization": f"Bearer {client.token}"}
        async with session.get(
            client.url("/locations"), headers=headers_sent
        ) as answer:
            assert len(await answer.content.readexactly(100_000)) == 100_000
            answer.close()
    await client.get("/locations")


async def test_reset(sim: Simulator, client: Client) -> None:
    """A connection can be reset half-way through an answer."""
    sim.kempower.faults.add("/stations", truncate=True, reset=True)
    with pytest.raises(ClientError):
        await client.raw("/stations")
    sim.kempower.faults.clear()
    await client.get("/stations")


async def test_dripping(sim: Simulator, client: Client) -> None:
    """A body can come a byte a second, by a clock of the caller's."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    sim.kempower.faults.sleep = sleep
    sim.kempower.faults.add("/locations", drip=True)
    _, _, body = await client.raw("/locations")
    assert json.loads(body)["locations"]
    assert waits == [1] * len(body)


async def test_inflated(sim: Simulator, client: Client) -> None:
    """Little that is sent can become much."""
    usual = (await client.raw("/locations"))[2]
    sim.kempower.faults.add("/locations", inflate_bytes=5_000_000)
    _, headers, body = await client.raw("/locations")
    assert int(headers["Content-Length"]) < 20_000
    assert body == usual + b" " * 5_000_000


async def test_bytes_that_do_not_belong(sim: Simulator, client: Client) -> None:
    """A byte order mark can come first, and a byte that is not UTF-8 in any text."""
    sim.kempower.faults.add("/locations", bom=True, spoil=["locations.0.name"])
    _, _, body = await client.raw("/locations")
    assert body.startswith(b"\xef\xbb\xbf{")
    assert body.count(b'"name":"Sp\xffilt"') == 1


async def test_repeated(sim: Simulator, client: Client, station_id: str) -> None:
    """The first answer can come again and again."""
    sim.kempower.faults.add("/stations", repeat=True)
    before = await client.get("/stations")
    sim.world.remove_station(station_id)
    assert await client.get("/stations") == before
    sim.kempower.faults.clear()
    assert await client.get("/stations") != before


async def test_what_a_request_holds(sim: Simulator, client: Client) -> None:
    """A fault can strike by what a query holds."""
    sim.kempower.faults.add("/stations", status=500, holds="locationUid=")
    await client.get("/stations")
    assert (await client.ask("/stations?locationUid=LO1"))[0] == 500


async def test_redirect(sim: Simulator, client: Client) -> None:
    """A request can be sent elsewhere."""
    sim.kempower.faults.add("/stations", redirect="http://127.0.0.1:9/elsewhere")
    status, headers, _ = await client.raw("/stations", redirects=False)
    assert (status, headers["Location"]) == (307, "http://127.0.0.1:9/elsewhere")
    sim.kempower.faults.clear()
    sim.kempower.faults.add("/stations", redirect="/elsewhere", status=303)
    status, headers, _ = await client.raw("/stations", redirects=False)
    assert (status, headers["Location"]) == (303, "/elsewhere")


async def test_token_endpoint_can_fail_too(sim: Simulator, client: Client) -> None:
    """Faults reach every path."""
    sim.kempower.faults.add("/auth/*", status=500)
    assert (await client.login())[0] == 500
    sim.kempower.faults.clear()
    sim.kempower.faults.add("/auth/*", remove=["validUntil"], replace={"token": None})
    client.token = sim.kempower.refresh_token
    assert await client.ask("/auth/refreshAccessToken") == (200, {"token": None})


@pytest.mark.parametrize(
    "fields",
    [
        {"status": 99},
        {"status": "no"},
        {"probability": 2},
        {"delay": -1},
        {"surprise": 1},
        {"times": "x"},
    ],
)
async def test_what_is_no_fault(sim: Simulator, fields: dict[str, object]) -> None:
    """A fault which makes no sense is refused."""
    with pytest.raises(ValueError, match="not a fault"):
        sim.kempower.faults.put({"path": "*", **fields})
    assert len(sim.kempower.faults) == 0
