"""What be.ENERGISED for drivers adds to the control endpoint, and how the command line shows it."""

import json

import pytest

from simulator import Simulator
from simulator.__main__ import _introduce
from tests.simulator.client import Client

from .client import DriverClient

OPTIONS = "/beenergised_driver/options"
SESSIONS = "/beenergised_driver/sessions"


async def test_options(quiet: Simulator) -> None:
    """Options are shown and set; what makes no sense changes nothing."""
    options = quiet.beenergised_driver.options
    async with Client(quiet) as client:
        status, shown = await client.control("GET", OPTIONS)
        assert (status, shown["tenant"], shown["page_cap"]) == (200, "alpha", 100)
        wanted = {
            "tenant": "beta",
            "rename": {"Evse.plug": "socket"},
            "auth0_audience": "x",
            "session_lifetime": 60,
        }
        status, shown = await client.control("POST", OPTIONS, wanted)
        assert status == 200
        assert wanted.items() <= shown.items()
        assert (options.tenant, options.session_lifetime) == ("beta", 60)
        wrongs: tuple[object, ...] = (
            {"tenant": "gamma"},
            {"page_cap": 5, "nothing": 1},
            [],
        )
        for wrong in wrongs:
            status, body = await client.control("POST", OPTIONS, wrong)
            assert (status, "error" in body) == (400, True)
        assert (options.tenant, options.page_cap) == ("beta", 100)


async def test_sessions(quiet: Simulator) -> None:
    """Sessions are shown, started and stopped."""
    async with Client(quiet) as client, DriverClient(quiet) as driver:
        await driver.init()
        assert (await client.control("GET", SESSIONS)) == (200, [])
        status, body = await client.control("POST", SESSIONS, {"action": "start"})
        assert status == 200
        status, shown = await client.control("GET", SESSIONS)
        assert [it["id"] for it in shown] == [body["session"]]
        driver.pass_time(60)
        session = await driver.newest()
        assert (session["id"], session["status"]) == (body["session"], "started")
        status, _ = await client.control("POST", SESSIONS, {"action": "stop"})
        assert status == 200
        driver.pass_time(5)
        assert (await driver.newest())["status"] == "stopped"
        assert (await client.control("POST", SESSIONS, {"action": "stop"}))[0] == 400


async def test_tokens(quiet: Simulator) -> None:
    """The credentials can be changed from outside, and are shown."""
    cloud = quiet.beenergised_driver
    async with Client(quiet) as client:
        for action in cloud.token_actions():
            status, body = await client.control(
                "POST", "/beenergised_driver/tokens", {"action": action}
            )
            assert (status, body) == (200, cloud.credentials())
    assert cloud.psk.endswith("-2")


async def test_command_line(
    quiet: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """The credentials are printed with the others'."""
    _introduce(quiet, as_json=True)
    shown = json.loads(capsys.readouterr().out)["vendors"]["beenergised_driver"]
    cloud = quiet.beenergised_driver
    assert shown == {"server": cloud.url, **cloud.credentials()}
    assert {"psk", "username", "password", "client_id"} < shown.keys()
    assert "/" not in cloud.url.removeprefix("http://")
