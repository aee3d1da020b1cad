"""Tests that no secret is shown or logged, however the sign-in goes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
import logging

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.const import CONF_ADVANCED, CONF_SERVER
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulator import Simulator
from tests.common import async_configure, async_poll, value_of

from .common import QUARTER, async_add, async_choose, form_of

# Its characters are spelt otherwise in an address, and by some otherwise than by others.
ODD_SECRET = "peculiar+secrecy/with=many &characters%2F~'é"
# What tells of it all the same, and of the address that it stands in.
TRACES = ("peculiar", "secrecy", "characters", "client_secret=", "/token?")


@pytest.fixture
def odd_secret(sim: Simulator) -> str:
    """Give the client a secret that an address spells otherwise."""
    sim.beenergised_cpo._tokens.client_secret = ODD_SECRET
    return ODD_SECRET


@pytest.fixture
def leaks(
    caplog: pytest.LogCaptureFixture, odd_secret: str, issued: list[str]
) -> Iterator[Callable[[str], bool]]:
    """Look out for secrets at all times; at the end none may have been logged."""
    caplog.set_level(logging.DEBUG)

    def leaks(text: str) -> bool:
        return any(part in text for part in (*TRACES, *issued))

    yield leaks
    formatter = logging.Formatter()
    logged = [formatter.format(record) for record in caplog.get_records("call")]
    assert logged
    assert not [line for line in logged if leaks(line)]


@asynccontextmanager
async def _server(answer: bytes) -> AsyncIterator[str]:
    """Run a server that answers every request with the same bytes, and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_whole_life_without_a_secret_in_the_log(
    hass: HomeAssistant,
    sim: Simulator,
    issued: list[str],
    leaks: Callable[[str], bool],
    freezer: FrozenDateTimeFactory,
) -> None:
    """Added, polled, revoked and signed in again: the log holds no secret and no token."""
    entry = await async_add(hass, sim)
    sim.beenergised_cpo.expire_access_tokens()
    await async_poll(hass, freezer, QUARTER)
    assert value_of(hass, entry, "account", "cloud") == "on"
    assert len(issued) >= 3
    sim.beenergised_cpo.faults.add("/token", status=500)
    sim.beenergised_cpo.expire_access_tokens()
    await async_poll(hass, freezer, QUARTER)
    sim.beenergised_cpo.faults.clear()
    sim.beenergised_cpo.revoke_client()
    for _ in range(2):
        await async_poll(hass, freezer, QUARTER)
    (flow,) = hass.config_entries.flow.async_progress()
    assert not leaks(repr(flow))
    sim.beenergised_cpo._tokens._revoked = False
    result = await hass.config_entries.flow.async_configure(flow["flow_id"])
    result = await async_configure(
        hass,
        result,
        {
            CONF_CLIENT_ID: sim.beenergised_cpo.client_id,
            CONF_CLIENT_SECRET: ODD_SECRET,
        },
    )
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert value_of(hass, entry, "account", "cloud") == "on"


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 500, "html": True},
        {"drop": True},
        {"truncate": True},
        {"redirect": "https://login.example/"},
        {"status": 400, "body": f'{{"error": "invalid_client: {ODD_SECRET}"}}'},
        {"status": 404},
        {"html": True},
    ],
    ids=str,
)
async def test_failing_sign_in_leaks_nothing(
    hass: HomeAssistant,
    sim: Simulator,
    leaks: Callable[[str], bool],
    fault: dict[str, object],
) -> None:
    """However the sign-in server fails, its address with the secret is not shown."""
    sim.beenergised_cpo.faults.put({"path": "*token"} | fault)
    result = await async_choose(hass)
    result = await async_configure(hass, result, form_of(sim))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"]
    assert not leaks(repr(result["description_placeholders"]))


async def test_unreachable_sign_in_leaks_nothing(
    hass: HomeAssistant, sim: Simulator, leaks: Callable[[str], bool]
) -> None:
    """An address that nobody answers at is shown without what was sent there."""
    result = await async_choose(hass)
    for server, errors in (
        ("http://127.0.0.1:1", {CONF_ADVANCED: "cannot_connect"}),
        ("https://cognito.example", {CONF_ADVANCED: "host_not_found"}),
    ):
        result = await async_configure(
            hass, result, form_of(sim, **{CONF_SERVER: server})
        )
        assert result["errors"] == errors
        assert not leaks(repr(result["description_placeholders"]))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a length\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
        b"HTTP/1.1 200 OK\r\nX: " + 100_000 * b"x" + b"\r\n\r\n",
    ],
    ids=["nothing", "no HTTP", "bad length", "bad chunk", "no gzip", "long header"],
)
async def test_server_that_is_none_leaks_nothing(
    hass: HomeAssistant,
    sim: Simulator,
    leaks: Callable[[str], bool],
    answer: bytes,
) -> None:
    """What answers without HTTP is told so, without the address that was asked."""
    async with _server(answer) as server:
        result = await async_choose(hass)
        result = await async_configure(
            hass, result, form_of(sim, **{CONF_SERVER: server})
        )
    # what a decompressor makes of nonsense depends on the decompressor
    assert result["errors"] in (
        {"base": "cannot_connect"},
        {"base": "unexpected_answer"},
    )
    assert not leaks(repr(result["description_placeholders"]))
