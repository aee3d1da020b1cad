"""Tests of commands as they are sent and followed: each request, each wait, each refusal."""

from collections.abc import AsyncIterator

from aiohttp import ClientSession
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver import (
    BeenergisedDriverClient,
)
from custom_components.ev_charging_cloud.clients.commands import ChargingCommands
from custom_components.ev_charging_cloud.clients.enums import StartOutcome
from custom_components.ev_charging_cloud.clients.errors import (
    AmbiguousCardError,
    ClientError,
    CommandRefusedError,
    NoCardError,
    NoConnectorIdError,
    NotSentError,
    StartRefusedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.model import Card
from custom_components.ev_charging_cloud.clients.search import Favourites

from .ordering import ordering
from .tenant import DOCUMENTED, Tenant, client_of, failure, page, running
from .test_client_cases import Clock


@pytest.fixture
def clock() -> Clock:
    """Return what waits."""
    return Clock()


@pytest.fixture
async def tenant(socket_enabled: None) -> AsyncIterator[Tenant]:
    """Let an operator run with stations of its own and of others."""
    async with running(ordering()) as tenant:
        yield tenant


@pytest.fixture
async def client(
    tenant: Tenant, clock: Clock
) -> AsyncIterator[BeenergisedDriverClient]:
    """Return a client that has looked once."""
    async with ClientSession() as session:
        client = client_of(tenant, session, choice=Favourites())
        client._commands._sleep = clock
        await client.async_get_live()
        tenant.asked.clear()
        yield client


@pytest.fixture
def charging(client: BeenergisedDriverClient) -> ChargingCommands:
    """Return what starts and stops."""
    assert client.charging is not None
    return client.charging


CARDS_OF_OWN = ("availableCardsForChargingProcess", {"connectorId": "own"})
ATTEMPT = (
    "attemptRemoteStart",
    {"input": {"connectorId": "own", "tagId": "TAG-1"}},
)
LOOK = ("remoteStartAttemptStatus", {"id": "a"})


async def test_cards(tenant: Tenant, charging: ChargingCommands) -> None:
    """Those with a tag, by id and by what is written on them."""
    assert await charging.async_get_cards("own") == (
        Card(id="c1", tag="TAG-1", name="Work"),
        Card(id="TAG-2", tag="TAG-2", name="AT-2"),
        Card(id="c4", tag="TAG-4", name=None),
        Card(id="c5", tag="TAG-5", name="x"),
    )
    assert tenant.asked == [CARDS_OF_OWN]
    for answer in ([], None, [None]):
        tenant.content["availableCardsForChargingProcess"] = answer
        assert await charging.async_get_cards("own") == ()
        with pytest.raises(
            NoCardError, match=r"^no card may charge on this connector$"
        ):
            await charging.async_start("own")


@pytest.mark.parametrize(
    ("card", "error", "message"),
    [
        ("AT-1", AmbiguousCardError, "several cards have this name: c1, c5"),
        ("AT-3", NoCardError, "this card may not charge on this connector"),
        ("XX", NoCardError, "this card may not charge on this connector"),
        ("", NoCardError, "this card may not charge on this connector"),
    ],
)
async def test_a_card_that_is_not_clear(
    tenant: Tenant,
    charging: ChargingCommands,
    card: str,
    error: type[ClientError],
    message: str,
) -> None:
    """Said in words, and nothing is sent."""
    with pytest.raises(ClientError) as caught:
        await charging.async_start("own", card)
    assert (type(caught.value), caught.value.message) == (error, message)
    assert tenant.asked == [CARDS_OF_OWN]


@pytest.mark.parametrize(
    ("card", "tag"), [(" at-2 ", "TAG-2"), ("C4", "TAG-4"), ("tag-5", "TAG-5")]
)
async def test_a_card_by_name(
    tenant: Tenant, charging: ChargingCommands, card: str, tag: str
) -> None:
    """Whatever the case, and with blanks around it."""
    await charging.async_start("own", card)
    (given,) = tenant.given("attemptRemoteStart")
    assert given == {"input": {"connectorId": "own", "tagId": tag}}


async def test_a_connector_without_an_id(
    client: BeenergisedDriverClient, tenant: Tenant, charging: ChargingCommands
) -> None:
    """Nothing is asked of one whose id is ours."""
    live = await client.async_get_live()
    (nameless,) = (it for it in live.connectors if not it.has_own_id)
    tenant.asked.clear()
    for command in (charging.async_get_cards, charging.async_start):
        with pytest.raises(
            NoConnectorIdError, match=r"^the operator tells no id of this connector$"
        ):
            await command(nameless.id)
    assert tenant.asked == []


# ---- a start


@pytest.mark.parametrize(
    ("words", "outcome", "looks"),
    [
        (["charge_log_attached"], StartOutcome.STARTED, 0),
        (["pending", "sending", "charge_log_attached"], StartOutcome.STARTED, 2),
        (["pending"], StartOutcome.REQUESTED, 30),
        (["waiting_for_start_transaction"], StartOutcome.WAITING_FOR_CABLE, 15),
        (
            [*["pending"] * 5, "waiting_for_start_transaction"],
            StartOutcome.WAITING_FOR_CABLE,
            20,
        ),
        (
            [*["sending"] * 20, "waiting_for_start_transaction"],
            StartOutcome.REQUESTED,
            30,
        ),
        ([None, None, "CHARGE_LOG_ATTACHED"], StartOutcome.STARTED, 2),
        (["pending", "", "charge_log_attached"], StartOutcome.STARTED, 2),
    ],
)
async def test_a_start_that_is_followed(
    tenant: Tenant,
    clock: Clock,
    charging: ChargingCommands,
    words: list[str | None],
    outcome: StartOutcome,
    looks: int,
) -> None:
    """Every two seconds, for a minute, or half of one while it waits for a cable."""
    told = iter(words)

    def attempt(**_: object) -> object:
        return {"id": "a", "status": next(told, words[-1])}

    tenant.content["attemptRemoteStart"] = attempt
    tenant.content["remoteStartAttemptStatus"] = attempt
    assert await charging.async_start("own") is outcome
    assert tenant.asked == [CARDS_OF_OWN, ATTEMPT, *[LOOK] * looks]
    assert clock.total == 2 * looks


async def test_a_start_that_the_station_refuses(
    tenant: Tenant, clock: Clock, charging: ChargingCommands
) -> None:
    """At once or later, it is a refusal in words of ours."""
    tenant.content["remoteStartAttemptStatus"] = {"status": "FAILED"}
    for seconds in (2, 2):
        with pytest.raises(
            StartRefusedError, match=r"^the station did not accept the start$"
        ):
            await charging.async_start("own")
        assert clock.total == seconds
        tenant.content["attemptRemoteStart"] = {"id": "a", "status": "failed"}
    assert tenant.count("attemptRemoteStart") == 2


async def test_a_simple_start(
    tenant: Tenant, clock: Clock, client: BeenergisedDriverClient
) -> None:
    """At another operator's station: sent, and its session looked after by its id."""
    assert client.charging is not None
    tenant.content["remoteStart"] = {"status": "queued", "chargelogId": "log"}
    assert await client.charging.async_start("foreign") is StartOutcome.REQUESTED
    authorization = {"identifier": "TAG-1", "type": "AUTO"}
    assert tenant.asked == [
        ("availableCardsForChargingProcess", {"connectorId": "foreign"}),
        ("remoteStart", {"authorization": authorization, "connector": "foreign"}),
    ]
    assert clock.total == 0
    live = await client.async_get_live()
    assert live.driver is not None
    assert live.driver.running is not None
    assert live.driver.running.id == "log"
    assert tenant.given("chargelog") == [{"id": "log"}]


async def test_where_a_session_was_foreign(
    tenant: Tenant, client: BeenergisedDriverClient
) -> None:
    """A station that does not say whose it is is another's once a session said so."""
    assert client.charging is not None
    visited = [
        {"id": "1", "status": "roaming_start", "connector": {"id": "untold"}},
        {"id": "2", "status": "roaming_start", "connector": {"id": "own"}},
        {"id": "3", "status": "started", "connector": {"id": "elsewhere"}},
        {"id": "4", "status": "roaming_start", "connector": None},
    ]
    ways = {"untold": (1, 0), "own": (1, 0), "elsewhere": (1, 0), "foreign": (0, 1)}
    for connector, way in ways.items():
        tenant.asked.clear()
        await client.charging.async_start(connector)
        sent = tenant.count("attemptRemoteStart"), tenant.count("remoteStart")
        assert sent == way
    tenant.content["chargelogsPaged"] = page(visited)
    await client.async_get_live()
    tenant.content["chargelogsPaged"] = page([])
    await client.async_get_live()
    for connector, way in (ways | {"untold": (0, 1)}).items():
        tenant.asked.clear()
        await client.charging.async_start(connector)
        sent = tenant.count("attemptRemoteStart"), tenant.count("remoteStart")
        assert sent == way


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"status": "error", "message": "Blocked"}, "Blocked"),
        ({"status": "Rejected", "message": " "}, "Rejected"),
        ({"status": "FAILED"}, "FAILED"),
    ],
)
async def test_results_that_refuse(
    tenant: Tenant,
    charging: ChargingCommands,
    result: dict[str, str],
    message: str,
) -> None:
    """In the operator's words: its message before its code and its status."""
    tenant.content["remoteStart"] = tenant.content["remoteStop"] = result
    for command, error in (
        (charging.async_start("foreign"), StartRefusedError),
        (charging.async_stop("log"), CommandRefusedError),
    ):
        with pytest.raises(CommandRefusedError) as caught:
            await command
        assert (type(caught.value), caught.value.message) == (error, message)


async def test_a_code_that_refuses(tenant: Tenant, charging: ChargingCommands) -> None:
    """A code is said where there is no message."""
    tenant.content["remoteStop"] = {"status": "error", "code": "E17"}
    with pytest.raises(CommandRefusedError, match=r"^E17$"):
        await charging.async_stop("log")
    assert tenant.asked == [
        ("chargelog", {"id": "log"}),
        ("remoteStop", {"transaction": "log"}),
    ]


async def test_an_operator_without_commands(socket_enabled: None) -> None:
    """What was there a moment ago is not any more: that is said, and certain."""
    lacking = DOCUMENTED.replace("remoteStop(", "halt(").replace(
        "remoteStart(authorization", "begin(authorization"
    )
    lacking = lacking.replace("attemptRemoteStart(input", "attempt(input")
    async with running(Tenant(lacking)) as tenant, ClientSession() as session:
        client = client_of(tenant, session)
        await client.async_get_live()
        assert client.charging is None
        commands = client._commands
        said = r"^the operator has no such command$"
        with pytest.raises(StartRefusedError, match=said):
            await commands.async_start("own")
        with pytest.raises(CommandRefusedError, match=said):
            await commands.async_stop("log")
        with pytest.raises(CommandRefusedError, match=said):
            await commands.async_set_favourite("s1", on=True)


async def test_what_comes_before_a_start(
    tenant: Tenant, charging: ChargingCommands
) -> None:
    """What fails before anything was sent is certain, in the words of the failure."""
    name = "availableCardsForChargingProcess"
    tenant.scripted[name] = [failure("Busy", "SERVICE_UNAVAILABLE")]
    with pytest.raises(NotSentError, match=r"^Busy$") as caught:
        await charging.async_start("own")
    assert isinstance(caught.value.__cause__, UnavailableError)
    tenant.scripted[name] = [failure("No such plug", "BAD_USER_INPUT")]
    with pytest.raises(ClientError, match=r"^No such plug$") as other:
        await charging.async_start("own")
    assert not isinstance(other.value, NotSentError)


@pytest.mark.parametrize("name", ["attemptRemoteStart", "remoteStop"])
async def test_what_a_refusal_keeps(
    tenant: Tenant, charging: ChargingCommands, name: str
) -> None:
    """The message and the status of what the vendor said; an odd answer is no refusal."""
    for answer, message, status in (
        ((400, {"errors": [{"message": "Wrong card"}]}), "Wrong card", 400),
        (failure("Not today", "FORBIDDEN"), "Not today", None),
        (failure("Not now"), "Not now", 200),
    ):
        tenant.scripted[name] = [answer]
        command = (
            charging.async_stop("log")
            if name == "remoteStop"
            else charging.async_start("own")
        )
        with pytest.raises(CommandRefusedError) as caught:
            await command
        assert (caught.value.message, caught.value.status) == (message, status)
    tenant.scripted[name] = [(200, "<html>")]
    with pytest.raises(UnexpectedAnswerError):
        await (
            charging.async_stop("log")
            if name == "remoteStop"
            else charging.async_start("own")
        )
