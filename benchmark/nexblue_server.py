"""A small fake of the NexBlue API, as its client library asks it: a list of chargers, and the status of each by itself.

The first line of its output is its address. ``change N`` on its input has so many chargers charge, or stop; it is answered
with a line.
"""

import argparse
import asyncio
import base64
from collections.abc import Mapping, Sequence
import json
import sys

from aiohttp import web

IDLE, CHARGING = 0, 2
STATUS: Mapping[str, object] = {
    "protocol_version": "1.0",
    "charging_state": IDLE,
    "power": 0.0,
    "energy": 12.5,
    "lifetime_energy": 4321.5,
    "is_lock": False,
    "network_status": 1,
    "is_disable": False,
    "cable_current_limit": 32,
    "circuit_fuse": 32,
    "current_limit": 16,
    "cable_lock_mode": 0,
    "access_level": 1,
    "phase_charging": 0,
    "brightness": 80,
    "uk_reg": False,
    "current_list": [0.0, 0.0, 0.0],
    "voltage_list": [230, 231, 229],
}


class Fake:
    """So many chargers of one account."""

    def __init__(self, number: int) -> None:
        """Have chargers that do nothing."""
        self._ids = [f"NB{index:06}" for index in range(number)]
        self._charging = 0
        claims = base64.urlsafe_b64encode(b'{"sub": "benchmark"}').decode().rstrip("=")
        self._token = f"e30.{claims}.none"

    def change(self, number: int) -> None:
        """Have so many chargers charge, or those stop that do."""
        self._charging = 0 if self._charging else number

    def app(self) -> web.Application:
        """Return what answers."""
        app = web.Application()
        app.add_routes(
            [
                web.post("/openapi/account/{way}", self._sign_in),
                web.get("/openapi/chargers", self._list),
                web.get("/openapi/chargers/{id}/cmd/status", self._status),
            ]
        )
        return app

    async def _sign_in(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "access_token": self._token,
                "refresh_token": "refresh",
                "expires_in": 86_400,
            }
        )

    async def _list(self, _: web.Request) -> web.Response:
        return web.json_response(
            {"data": [{"serial_number": id_, "role": 0} for id_ in self._ids]}
        )

    async def _status(self, request: web.Request) -> web.Response:
        number = int(request.match_info["id"].removeprefix("NB"))
        if number >= self._charging:
            return web.json_response(STATUS)
        return web.json_response({**STATUS, "charging_state": CHARGING, "power": 7.2})


async def _run(number: int) -> None:
    fake = Fake(number)
    runner = web.AppRunner(fake.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    print(json.dumps(f"http://{host}:{port}"), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        fake.change(int(line.split()[1]))
        print("done", flush=True)
    await runner.cleanup()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until the input ends."""
    parser = argparse.ArgumentParser(prog="benchmark.nexblue_server")
    parser.add_argument("--chargers", type=int, default=10)
    asyncio.run(_run(parser.parse_args(arguments).chargers))


if __name__ == "__main__":
    main()
