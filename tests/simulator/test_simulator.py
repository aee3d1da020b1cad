"""The simulator as a whole: start, stop, ports, determinism over HTTP, the command line."""

import asyncio
from asyncio.subprocess import PIPE
from datetime import timedelta
import json
from pathlib import Path
import signal
import sys
import threading

from aiohttp import ClientConnectorError, ClientError, ClientSession
import pytest

from simulator import Simulator

from .client import Client
from .conftest import START

ROOT = Path(__file__).parents[2]


async def test_same_answers(sim: Simulator, client: Client) -> None:
    """A world that was not moved on answers byte for byte the same, and so does another of the same seed."""
    path = "/chargingStations/CS00001/transactions"
    first = [
        (await client.raw(name))[2]
        for name in ("/stations", "/locations", "/vehicles", path)
    ]
    again = [
        (await client.raw(name))[2]
        for name in ("/stations", "/locations", "/vehicles", path)
    ]
    assert first == again
    async with (
        Simulator(speed=0, stations=6, start=START) as twin,
        Client(twin) as other,
    ):
        await other.login()
        assert (await other.raw("/stations"))[2] == first[0]
        assert (await other.raw(path))[2] == first[3]
    async with (
        Simulator(seed=2, speed=0, stations=6, start=START) as stranger,
        Client(stranger) as other,
    ):
        await other.login()
        assert (await other.raw("/stations"))[2] != first[0]


async def test_restart_on_the_same_ports() -> None:
    """A stopped cloud is gone, and comes back where it was with its world and its tokens."""
    sim = Simulator(speed=0, stations=2, start=START)
    await sim.start()
    urls = (sim.kempower.url, sim.beenergised_cpo.url, sim.control_url)
    async with Client(sim) as client:
        await client.login()
        station = sim.world.add_station(name="Kept").id
        await client.get("/stations")
        await sim.stop()
        with pytest.raises((ClientConnectorError, ClientError)):
            await client.get("/stations")
        sim.clock.advance(timedelta(minutes=5))
        await sim.start()
        assert urls == (sim.kempower.url, sim.beenergised_cpo.url, sim.control_url)
        stations = (await client.get("/stations"))["stations"]
        assert stations[-1]["stationId"] == station
    await sim.stop()
    await sim.stop()


async def test_nothing_is_left_behind() -> None:
    """After a stop no task, timer, thread or open connection is left, though a client kept its own and one waited."""
    loop = asyncio.get_running_loop()
    tasks, threads = asyncio.all_tasks(), threading.active_count()
    sim = Simulator(speed=0, stations=2, start=START)
    await sim.start()
    sim.kempower.faults.add("/vehicles", delay=60)
    async with Client(sim) as client:
        await client.login()
        await client.get("/stations")
        waiting = asyncio.create_task(client.ask("/vehicles"))
        await asyncio.sleep(0.05)
        async with asyncio.timeout(5):
            await sim.stop()
            with pytest.raises(ClientError):
                await waiting
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == tasks
    assert threading.active_count() == threads
    timers = [
        timer for timer in getattr(loop, "_scheduled", []) if not timer.cancelled()
    ]
    assert not [timer for timer in timers if "aiohttp" in repr(timer)]


async def test_chosen_ports() -> None:
    """Ports can be chosen by name; unknown names and foreign addresses are refused."""
    async with Simulator(stations=1) as first:
        port = int(first.kempower.address.rpartition(":")[2])
    async with Simulator(stations=1, ports={"kempower": port}) as second:
        assert second.kempower.url == f"http://127.0.0.1:{port}/api"
        with pytest.raises(OSError, match="in use"):
            await Simulator(stations=1, ports={"kempower": port}).start()
    with pytest.raises(ValueError, match="acme"):
        Simulator(ports={"acme": 1})
    with pytest.raises(ValueError, match="only"):
        Simulator(host="0.0.0.0")  # noqa: S104 - that it is refused is the point


async def test_two_thousand_stations() -> None:
    """A large world is answered whole."""
    async with (
        Simulator(speed=0, stations=2000, connectors_per_station=2, start=START) as sim,
        Client(sim) as client,
    ):
        await client.login()
        stations = (await client.get("/stations"))["stations"]
        assert len({station["stationId"] for station in stations}) == 2000
        assert sum(len(station["connectors"]) for station in stations) == 4000


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_command_line(number: signal.Signals) -> None:
    """`python -m simulator` says where it is and ends on a signal."""
    arguments = (
        "--port",
        "0",
        "--stations",
        "2",
        "--seed",
        "3",
        "--speed",
        "60",
        "--json",
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator", *arguments, cwd=ROOT, stdout=PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            told = json.loads(await process.stdout.readline())
            access = told["vendors"]["kempower"]
            assert told["vendors"]["beenergised_cpo"].keys() == {
                "server",
                "client_id",
                "client_secret",
            }
            async with ClientSession() as session:
                headers = {"Authorization": f"Bearer {access['refresh_token']}"}
                async with session.get(
                    f"{access['server']}/auth/refreshAccessToken", headers=headers
                ) as answer:
                    assert answer.status == 200
                async with session.get(f"{told['control']}/world") as answer:
                    world = await answer.json()
            assert (world["seed"], world["speed"], len(world["stations"])) == (3, 60, 2)
            process.send_signal(number)
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
