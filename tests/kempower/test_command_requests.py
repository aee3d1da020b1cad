"""Tests of commands at the client: the whole request, what each answer means, and what is never sent."""

import json
from typing import Any

import pytest

from custom_components.ev_charging_cloud.clients.client import Capability
from custom_components.ev_charging_cloud.clients.commands import OperatorCommands
from custom_components.ev_charging_cloud.clients.enums import SessionStatus
from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    CommandRefusedError,
    NotPermittedError,
    OutOfRangeError,
    SessionOverError,
    UnavailableError,
)
from custom_components.ev_charging_cloud.clients.kempower import COMMANDS
from custom_components.ev_charging_cloud.clients.kempower.openapi import (
    Kind,
    Meaning,
    Operation,
)
from custom_components.ev_charging_cloud.clients.kempower.openapi.operation import Fill
from custom_components.ev_charging_cloud.clients.model import ChargingSession, Connector

from .cloud import REFRESH_TOKEN, account

pytestmark = pytest.mark.usefixtures("socket_enabled")


def connector(status: SessionStatus | None = SessionStatus.ACTIVE) -> Connector:
    """Return a connector with a session in some state."""
    return Connector(
        station_id="CS/1", id="11", session=ChargingSession(id="tx", status=status)
    )


def in_body(meaning: Meaning, name: str, **more: Any) -> Fill:
    """Return a field of a body."""
    return Fill(meaning=meaning, where="body", name=(name,), **more)


STATION = in_body(Meaning.STATION, "s")
CONNECTOR = in_body(Meaning.CONNECTOR, "c")
SESSION = in_body(Meaning.SESSION, "t")
LIMIT = in_body(Meaning.LIMIT, "w", least=5.0, most=50_000.0)


def commanding(kind: Kind, *fills: Fill) -> Operation:
    """Return an operation that says all of it in its body."""
    return Operation(
        kind=kind, method="PUT", path=f"/{kind}", fills=fills, has_body=bool(fills)
    )


ALL = (
    commanding(Kind.START, STATION, CONNECTOR),
    commanding(Kind.STOP, SESSION),
    commanding(Kind.AVAILABILITY, STATION, CONNECTOR, in_body(Meaning.AVAILABLE, "a")),
    commanding(Kind.RESTART, STATION, in_body(Meaning.RESTART, "r", value="Soft")),
    commanding(Kind.STATION_LIMIT, STATION, LIMIT),
    commanding(Kind.CONNECTOR_LIMIT, STATION, CONNECTOR, LIMIT),
    commanding(Kind.SESSION_LIMIT, SESSION, STATION, CONNECTOR, LIMIT),
)


async def give(commands: OperatorCommands, kind: Kind, on: Connector) -> None:
    """Give a command of some kind."""
    match kind:
        case Kind.START:
            await commands.async_start(on)
        case Kind.STOP:
            await commands.async_stop(on)
        case Kind.AVAILABILITY:
            await commands.async_set_availability(on, available=True)
        case Kind.RESTART:
            await commands.async_restart(on.station_id)
        case Kind.STATION_LIMIT:
            await commands.async_limit_station(on.station_id, 22_000)
        case Kind.CONNECTOR_LIMIT:
            await commands.async_limit_connector(on, 11_000)
        case _:
            await commands.async_limit_session(on, 3_600)


SENT: dict[Kind, dict[str, Any]] = {
    Kind.START: {"s": "CS/1", "c": "11"},
    Kind.STOP: {"t": "tx"},
    Kind.AVAILABILITY: {"s": "CS/1", "c": "11", "a": True},
    Kind.RESTART: {"s": "CS/1", "r": "Soft"},
    Kind.STATION_LIMIT: {"s": "CS/1", "w": 22_000},
    Kind.CONNECTOR_LIMIT: {"s": "CS/1", "c": "11", "w": 11_000},
    Kind.SESSION_LIMIT: {"t": "tx", "s": "CS/1", "c": "11", "w": 3_600},
}
GIVES = {
    Kind.START: Capability.OPERATOR_START,
    Kind.STOP: Capability.OPERATOR_STOP,
    Kind.AVAILABILITY: Capability.CONNECTOR_AVAILABILITY,
    Kind.RESTART: Capability.STATION_RESTART,
    Kind.STATION_LIMIT: Capability.STATION_LIMIT,
    Kind.CONNECTOR_LIMIT: Capability.CONNECTOR_LIMIT,
    Kind.SESSION_LIMIT: Capability.SESSION_LIMIT,
}


@pytest.mark.parametrize("kind", COMMANDS)
async def test_commands(kind: Kind) -> None:
    """Each command is one request, with all that it is about; no other is switched on."""
    path = f"/{kind}"
    async with (
        account({}) as (_, bare),
        account({f"PUT {path}": {}}, *ALL, commands=[kind]) as (cloud, client),
    ):
        assert client.capabilities == bare.capabilities | GIVES[kind]
        commands = client.operator
        assert commands is not None
        await give(commands, kind, connector())
        (_, (method, where, body)) = cloud.asked
        assert (method, where, json.loads(body)) == ("PUT", path, SENT[kind])
        assert cloud.types[1] == "application/json"
        assert cloud.tokens[1] == "Bearer jwt-of-a-test"
        for other in set(COMMANDS) - {kind}:
            with pytest.raises(CommandRefusedError) as caught:
                await give(commands, other, connector())
            assert caught.value.message == "this command is not switched on"
        assert len(cloud.asked) == 2
        used = client.diagnostics["operations"]
        assert used == {
            each.value: f"PUT /{each} ({'used' if each is kind else 'switched off'})"
            for each in COMMANDS
        }


async def test_commands_that_nobody_switched_on() -> None:
    """A file alone commands nothing."""
    async with account({}, *ALL) as (_, client), account({}) as (_, bare):
        assert client.operator is None
        assert client.capabilities == bare.capabilities


@pytest.mark.parametrize("available", [True, False])
async def test_out_of_service(available: bool) -> None:
    """A connector is put into service, or out of it."""
    fill = in_body(Meaning.AVAILABLE, "a", yes="on", no="off")
    operation = commanding(Kind.AVAILABILITY, fill)
    answers: dict[str, Any] = {"PUT /availability": {}}
    async with account(answers, operation, commands=COMMANDS) as (cloud, client):
        assert client.operator is not None
        await client.operator.async_set_availability(connector(), available=available)
        assert json.loads(cloud.asked[1][2]) == {"a": "on" if available else "off"}


async def test_a_command_without_a_body() -> None:
    """All may stand in the address; ids stay one part of it."""
    operation = Operation(
        kind=Kind.START,
        method="POST",
        path="/{station}/start",
        fills=(Fill(meaning=Meaning.CONNECTOR, where="query", name=("c",)),),
    )
    answers: dict[str, Any] = {"POST /CS%2F1/start?c=11": {}}
    async with account(answers, operation, commands=["start"]) as (cloud, client):
        assert client.operator is not None
        await client.operator.async_start(connector())
        assert cloud.asked[1:] == [("POST", "/CS%2F1/start?c=11", b"")]


@pytest.mark.parametrize(
    ("kind", "status", "is_sent"),
    [
        (Kind.STOP, SessionStatus.ACTIVE, True),
        (Kind.STOP, SessionStatus.PENDING, True),
        (Kind.STOP, SessionStatus.COMPLETED, False),
        (Kind.STOP, None, False),
        (Kind.SESSION_LIMIT, SessionStatus.COMPLETED, False),
        (Kind.CONNECTOR_LIMIT, SessionStatus.COMPLETED, True),
        (Kind.START, None, True),
    ],
)
async def test_a_session_that_is_over(
    kind: Kind, status: SessionStatus | None, is_sent: bool
) -> None:
    """What is about a session needs one that runs; nothing is sent without."""
    answers: dict[str, Any] = {f"PUT /{kind}": {}}
    async with account(answers, *ALL, commands=COMMANDS) as (cloud, client):
        assert client.operator is not None
        for on in (connector(status), Connector(station_id="CS/1", id="11")):
            is_there = is_sent and (on.session is not None or kind is not Kind.STOP)
            cloud.asked.clear()
            if is_there:
                await give(client.operator, kind, on)
                assert cloud.lines == [f"PUT /{kind}"]
                continue
            with pytest.raises(SessionOverError) as caught:
                await give(client.operator, kind, on)
            assert caught.value.message == "there is no session"
            assert cloud.asked == []


@pytest.mark.parametrize(
    ("watts", "message"),
    [
        (4.9, "4.9 is not between 5.0 and 50000.0"),
        (50_001, "50001 is not between 5.0 and 50000.0"),
        (5, None),
        (50_000, None),
    ],
)
async def test_a_limit_that_is_not_allowed(watts: float, message: str | None) -> None:
    """What the file does not allow is not sent."""
    answers: dict[str, Any] = {"PUT /station_limit": {}}
    async with account(answers, *ALL, commands=COMMANDS) as (cloud, client):
        assert client.operator is not None
        if message is None:
            await client.operator.async_limit_station("CS", watts)
            assert json.loads(cloud.asked[1][2]) == {"s": "CS", "w": watts}
            return
        with pytest.raises(OutOfRangeError) as caught:
            await client.operator.async_limit_station("CS", watts)
        assert caught.value.message == message
        assert caught.value.__suppress_context__
        assert cloud.asked == []


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        *(
            ({name: "Rejected"}, "Rejected")
            for name in ("response", "status", "result")
        ),
        *(
            ({"response": word}, word)
            for word in (
                *("rejected", "FAILED", "Failure", "Error", "NotSupported"),
                *("Faulted", "not-implemented", "Unknown transaction"),
                *("UNKNOWN_CHARGER", "Denied!"),
            )
        ),
        ({"response": "Accepted", "status": "Failed"}, "Failed"),
        ({"success": False}, "success is false"),
        ({"success": False, "response": "Rejected"}, "success is false"),
        ({"success": True, "result": "Error"}, "Error"),
        ({"status": f"Rejected {REFRESH_TOKEN}"}, None),
    ],
)
async def test_answers_that_refuse(answer: dict[str, Any], word: str | None) -> None:
    """A word of OCPP that refuses is believed, in whichever field it stands."""
    answers: dict[str, Any] = {"PUT /start": answer}
    async with account(answers, *ALL, commands=COMMANDS) as (cloud, client):
        assert client.operator is not None
        if word is None:
            await client.operator.async_start(connector())
            return
        with pytest.raises(CommandRefusedError) as caught:
            await client.operator.async_start(connector())
        assert caught.value.message == word
        assert cloud.lines == ["PUT /start"]


@pytest.mark.parametrize(
    "answer",
    [
        *({"response": word} for word in ("Accepted", "Scheduled", "", "Rejected1a")),
        {"response": {"status": "Rejected"}},
        {"response": None, "status": 7, "result": ["Rejected"]},
        {"answer": "Rejected"},
        {"success": True},
        {"success": None},
        {"success": 0},
        {},
        ["Rejected"],
        "Rejected",
        b"",
        b"<html>Rejected</html>",
        (202, {"status": "Accepted"}),
    ],
)
async def test_answers_that_do_not_refuse(answer: Any) -> None:
    """What says nothing of a refusal is none."""
    answers: dict[str, Any] = {"PUT /start": answer}
    async with account(answers, *ALL, commands=COMMANDS) as (cloud, client):
        assert client.operator is not None
        await client.operator.async_start(connector())
        assert cloud.lines == ["PUT /start"]


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        ((400, {"errorMessage": "No car"}), ClientError, "No car"),
        ((403, {"errorMessage": "Not you"}), NotPermittedError, "Not you"),
        ((401, {"errorMessage": "Not you"}), NotPermittedError, "Not you"),
        ((500, {"response": "Rejected"}), UnavailableError, "HTTP status 500"),
        ((503, {}), UnavailableError, "HTTP status 503"),
    ],
)
async def test_commands_that_fail(
    answer: Any, error: type[ClientError], message: str
) -> None:
    """An outage is not waited out: a command is sent once, but for a token that ended."""
    answers: dict[str, Any] = {"PUT /start": answer}
    async with account(answers, *ALL, commands=COMMANDS) as (cloud, client):
        assert client.operator is not None
        with pytest.raises(error) as caught:
            await client.operator.async_start(connector())
        assert caught.value.message == message
        assert cloud.lines == ["PUT /start"] * (2 if answer[0] == 401 else 1)
