"""The simulator as a whole: start, stop, ports, determinism over HTTP, the command line."""

import asyncio
from asyncio.subprocess import PIPE
from collections.abc import Iterable
from datetime import timedelta
import json
from pathlib import Path
import signal
import socket
import sys
import threading
from typing import override

from aiohttp import ClientConnectorError, ClientError, ClientSession, web
import pytest

from simulator import Simulator
from simulator.server.cloud import Cloud
from simulator.server.facade import Facade

from .client import Client
from .common import START

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
    fault = sim.kempower.faults.add("/vehicles", delay=60)
    async with Client(sim) as client:
        await client.login()
        await client.get("/stations")
        waiting = asyncio.create_task(client.ask("/vehicles"))
        while not sim.kempower.faults.struck(fault):  # noqa: ASYNC110 - a fault tells nobody when it strikes
            await asyncio.sleep(0)
        async with asyncio.timeout(30):
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


async def test_port_of_a_stopped_server() -> None:
    """Until it comes back nobody is given its port, and who connects is refused; afterwards it is free."""
    async with Simulator(stations=1) as sim:
        port = int(sim.kempower.address.rpartition(":")[2])
        await sim.stop()
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))
        async with ClientSession() as session:
            with pytest.raises(ClientConnectorError):
                await session.get(sim.kempower.url)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))


async def test_chosen_ports() -> None:
    """Ports can be chosen by name; unknown names and foreign addresses are refused."""
    first = Simulator(stations=1)
    await first.start()
    port = int(first.kempower.address.rpartition(":")[2])
    await first.stop()
    async with Simulator(stations=1, ports={"kempower": port}) as second:
        assert second.kempower.url == f"http://127.0.0.1:{port}/api"
        with pytest.raises(OSError, match="in use"):
            await Simulator(stations=1, ports={"kempower": port}).start()
    with pytest.raises(ValueError, match="acme"):
        Simulator(ports={"acme": 1})
    with pytest.raises(ValueError, match="only"):
        Simulator(host="0.0.0.0")  # noqa: S104 - that it is refused is the point


class AcmeCloud(Facade):
    """A vendor that nobody has heard of."""

    @override
    def routes(self) -> Iterable[web.RouteDef]:
        """Return one."""
        return [web.get("/plugs", self._plugs)]

    @override
    def control_routes(self) -> Iterable[web.RouteDef]:
        """Return one."""
        return [web.get("/motto", self._motto)]

    @override
    def error(self, status: int, message: str | None = None) -> web.Response:
        """Return no more than the status."""
        return web.Response(status=status)

    @override
    def credential(self, request: web.Request) -> str:
        """Ask for none."""
        return "nobody"

    @override
    def refusal(
        self, request: web.Request, path: str, credential: str
    ) -> web.Response | None:
        """Refuse nobody."""
        return None

    @override
    def credentials(self) -> dict[str, str]:
        """Return none."""
        return {}

    async def _plugs(self, request: web.Request) -> web.Response:
        """Show which stations there are."""
        return self.json(self.world.station_ids)

    async def _motto(self, request: web.Request) -> web.Response:
        """Say something that only this vendor says."""
        return self.json("charged")


class WithAcme(Simulator):
    """The simulator with another vendor."""

    acme = Cloud(AcmeCloud)


async def test_another_vendor() -> None:
    """A line is all that another cloud needs: it runs, is logged, can fail, is controlled and has a port of its name."""
    assert WithAcme.servers() == [*Simulator.servers(), "acme"]
    async with WithAcme(stations=2, speed=0) as sim, Client(sim) as client:
        plugs = f"{sim.acme.url}/plugs"
        async with client.session.get(plugs) as answer:
            assert await answer.json() == list(sim.world.station_ids)
        _, log = await client.control("GET", "/requests?vendor=acme")
        assert [record["path"] for record in log["acme"]] == ["/plugs"]
        assert await client.control("GET", "/acme/motto") == (200, "charged")
        fault = {"vendor": "acme", "path": "/plugs", "status": 503}
        await client.control("POST", "/faults", fault)
        async with client.session.get(plugs) as answer:
            assert answer.status == 503
        await sim.stop()
        port = int(sim.acme.address.rpartition(":")[2])
        async with WithAcme(stations=1, ports={"acme": port}) as again:
            assert again.acme.address == f"http://127.0.0.1:{port}"
    assert "acme" not in Simulator(stations=1).clouds


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
        async with asyncio.timeout(60):
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
