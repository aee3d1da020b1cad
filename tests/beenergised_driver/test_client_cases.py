"""Tests of commands that cost money: what reaches the server is counted, whatever it says.

The operator is one of our own making: it answers as it is told to.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver import (
    BeenergisedDriverClient,
)
from custom_components.ev_charging_cloud.clients.enums import StartOutcome, StopOutcome
from custom_components.ev_charging_cloud.clients.errors import (
    AmbiguousCardError,
    ClientError,
    CommandRefusedError,
    NoCardError,
    NoConnectorIdError,
    NotSentError,
    RateLimitedError,
    StartRefusedError,
)
from custom_components.ev_charging_cloud.clients.search import Favourites

from .tenant import (
    DOCUMENTED,
    LOST,
    Scripted,
    Tenant,
    client_of,
    failure,
    page,
    running,
)

STATIONS = """
    extend type Query {
        cpsPaged(pagination: PaginationFilter, favourites: Boolean): CpsPaged
    }
    type CpsPaged { pagination: Pagination, data: [Cp] }
    type Cp { id: ID, isRoaming: Boolean, connectors: [Connector] }
"""
CONNECTOR = "type Connector { id: ID, label: String }"
OWN, FOREIGN, UNTOLD = "own-uuid", "foreign-uuid", "untold-uuid"
LIST = [
    {"id": "s1", "isRoaming": False, "connectors": [{"id": OWN, "label": "Own"}]},
    {"id": "s2", "isRoaming": True, "connectors": [{"id": FOREIGN}]},
    {"id": "s3", "isRoaming": None, "connectors": [{"id": UNTOLD}]},
]
PENDING = {"id": "a", "status": "pending"}
SESSION = {
    "id": "log-1",
    "status": "started",
    "connector": {"id": OWN},
    "dateStart": "2025-05-04T08:12:30Z",
}
OVER = {**SESSION, "status": "stopped", "dateEnd": "2025-05-04T09:12:30Z"}


class Clock:
    """Lets no time pass, and counts what would have."""

    def __init__(self) -> None:
        """Begin with no wait."""
        self.total = 0.0

    async def __call__(self, seconds: float) -> None:
        """Wait."""
        self.total += seconds
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> Clock:
    """Return what waits."""
    return Clock()


@pytest.fixture
async def tenant(socket_enabled: None) -> AsyncIterator[Tenant]:
    """Let an operator run that has stations of its own and of others."""
    tenant = Tenant(
        DOCUMENTED + STATIONS + CONNECTOR,
        cpsPaged=page(LIST),
        chargelogsPaged=page([SESSION]),
        chargelog=SESSION,
        attemptRemoteStart=PENDING,
        remoteStartAttemptStatus=PENDING,
        remoteStart={"status": "success"},
    )
    async with running(tenant):
        yield tenant


@pytest.fixture
async def client(
    tenant: Tenant, clock: Clock
) -> AsyncIterator[BeenergisedDriverClient]:
    """Return a client that has looked once."""
    async with ClientSession() as session:
        yield await looked(tenant, session, clock)


async def looked(
    tenant: Tenant, session: ClientSession, clock: Clock
) -> BeenergisedDriverClient:
    """Return a client of an operator that has looked once."""
    client = client_of(tenant, session, choice=Favourites())
    client._commands._sleep = clock
    await client.async_get_live()
    return client


def sent(tenant: Tenant) -> tuple[int, int, int]:
    """Return how many commands reached the server: both ways of starting, and stops."""
    names = ("attemptRemoteStart", "remoteStart", "remoteStop")
    first, second, third = (tenant.count(name) for name in names)
    return first, second, third


async def start(
    client: BeenergisedDriverClient, connector: str = OWN, card: str | None = None
) -> StartOutcome:
    """Start a session."""
    assert client.charging
    return await client.charging.async_start(connector, card)


async def stop(
    client: BeenergisedDriverClient, session_id: str = "log-1"
) -> StopOutcome:
    """Stop a session."""
    assert client.charging
    return await client.charging.async_stop(session_id)


# ---- 1.1: never a second command


@pytest.mark.parametrize(
    ("connector", "counted"),
    [(OWN, (1, 0, 0)), (UNTOLD, (1, 0, 0)), (FOREIGN, (0, 1, 0))],
)
async def test_an_attempt_that_is_pending_for_ever(
    tenant: Tenant,
    client: BeenergisedDriverClient,
    clock: Clock,
    connector: str,
    counted: tuple[int, int, int],
) -> None:
    """One command, and after a while a person is told that it is not confirmed."""
    assert await start(client, connector) is StartOutcome.REQUESTED
    assert sent(tenant) == counted
    assert clock.total <= 60


async def test_an_attempt_that_takes_its_time(
    tenant: Tenant, client: BeenergisedDriverClient
) -> None:
    """Pending for half a minute, then sent, then there: one start."""
    steps = iter([*["pending"] * 15, *["sending"] * 5, "waiting_for_start_transaction"])
    tenant.content["remoteStartAttemptStatus"] = lambda id: {
        "id": id,
        "status": next(steps, "charge_log_attached"),
    }
    assert await start(client) is StartOutcome.STARTED
    assert sent(tenant) == (1, 0, 0)


@pytest.mark.parametrize("status", ["", "new_word", None, "CHARGE_LOG_ATTACHED_SOON"])
async def test_an_attempt_in_other_words(
    tenant: Tenant, client: BeenergisedDriverClient, status: str | None
) -> None:
    """What no document lists is neither a start nor a refusal."""
    tenant.content["attemptRemoteStart"] = {"id": "a", "status": status}
    tenant.content["remoteStartAttemptStatus"] = {"id": "a", "status": status}
    assert await start(client) is StartOutcome.REQUESTED
    assert sent(tenant) == (1, 0, 0)


@pytest.mark.parametrize(
    "attempt", [None, {"id": None, "status": None}, {"id": "", "status": "sending"}]
)
async def test_an_attempt_that_cannot_be_followed(
    tenant: Tenant, client: BeenergisedDriverClient, attempt: object
) -> None:
    """Without its id nothing is looked at, and nothing else is sent."""
    tenant.content["attemptRemoteStart"] = attempt
    assert await start(client) is StartOutcome.REQUESTED
    assert sent(tenant) == (1, 0, 0)
    assert tenant.count("remoteStartAttemptStatus") == 0


async def test_an_operator_that_lacks_the_first_way(
    clock: Clock, socket_enabled: None
) -> None:
    """There the second one is the only one, at whatever station."""
    lacking = (DOCUMENTED + STATIONS + CONNECTOR).replace(
        "attemptRemoteStart(input: AttemptRemoteStartInput!): RemoteStartAttempt", ""
    )
    tenant = Tenant(lacking, cpsPaged=page(LIST), remoteStart={"status": "success"})
    async with running(tenant), ClientSession() as session:
        client = await looked(tenant, session, clock)
        assert await start(client) is StartOutcome.REQUESTED
        assert sent(tenant) == (0, 1, 0)


@pytest.mark.parametrize("introspection", [True, False])
async def test_a_first_way_that_goes_while_we_look(
    tenant: Tenant, client: BeenergisedDriverClient, introspection: bool
) -> None:
    """What validation refused was not carried out: the other way is no second start."""
    if not introspection:
        refused = failure("No introspection", "GRAPHQL_VALIDATION_FAILED")
        tenant.scripted["__schema"] = tenant.scripted["__type"] = [refused]
        client._asker.forgive(anew=True)
    tenant.scripted["attemptRemoteStart"] = [
        (
            400,
            {
                "errors": [
                    {
                        "message": 'Cannot query field "attemptRemoteStart" on type'
                        ' "Mutation".',
                        "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
                    }
                ]
            },
        )
    ]
    assert await start(client) is StartOutcome.REQUESTED
    first, second, _ = sent(tenant)
    assert first >= 1
    assert second == 1


# ---- 1.2, 1.3: the connector's id


@pytest.mark.parametrize(
    ("connector", "fields"),
    [
        ({"label": "One"}, "label: String"),
        ({"evseId": "AT*1"}, "evseId: String"),
        ({"number": 3}, "number: Int"),
    ],
)
async def test_a_connector_without_an_id(
    clock: Clock, socket_enabled: None, connector: Mapping[str, object], fields: str
) -> None:
    """It is shown, without a way to start there; nothing is sent for it."""
    tenant = Tenant(
        DOCUMENTED + STATIONS + f"type Connector {{ status: String {fields} }}",
        cpsPaged=page([{"id": "s", "connectors": [{**connector, "status": "free"}]}]),
    )
    async with running(tenant), ClientSession() as session:
        client = await looked(tenant, session, clock)
        live = await client.async_get_live()
        (found,) = live.connectors
        assert not found.has_own_id
        with pytest.raises(NoConnectorIdError):
            await start(client, found.id)
        assert client.charging
        with pytest.raises(NoConnectorIdError):
            await client.charging.async_get_cards(found.id)
        assert sent(tenant) == (0, 0, 0)
        assert tenant.count("availableCardsForChargingProcess") == 0


async def test_an_id_that_several_connectors_have(
    clock: Clock, socket_enabled: None
) -> None:
    """OCPI counts connectors in their EVSE: "1" is nobody's id."""
    stations = [
        {"id": station, "connectors": [{"id": "1"}, {"id": f"{station}-2"}]}
        for station in ("s1", "s2")
    ]
    tenant = Tenant(
        DOCUMENTED + STATIONS + CONNECTOR,
        cpsPaged=page(stations),
        attemptRemoteStart={"id": None},
    )
    async with running(tenant), ClientSession() as session:
        client = await looked(tenant, session, clock)
        with pytest.raises(NoConnectorIdError):
            await start(client, "1")
        assert sent(tenant) == (0, 0, 0)
        await start(client, "s1-2")
        assert sent(tenant) == (1, 0, 0)


async def test_the_uuid_and_not_the_number(clock: Clock, socket_enabled: None) -> None:
    """The documents say the uuid; a number beside it is the operator's own."""
    tenant = Tenant(
        (DOCUMENTED + STATIONS + "type Connector { id: Int, uuid: String }").replace(
            "type ChargelogConnector { id: ID, label: String }",
            "type ChargelogConnector { id: Int, uuid: ID, label: String }",
        ),
        cpsPaged=page([{"id": "s", "connectors": [{"id": 17, "uuid": OWN}]}]),
        chargelogsPaged=page([{**SESSION, "connector": {"id": 17, "uuid": OWN}}]),
        attemptRemoteStart={"id": None},
    )
    async with running(tenant), ClientSession() as session:
        client = await looked(tenant, session, clock)
        live = await client.async_get_live()
        (connector,) = live.connectors
        assert connector.id == OWN
        assert connector.session is not None
        await start(client, connector.id)
        (given,) = tenant.given("attemptRemoteStart")
        assert given["input"]["connectorId"] == OWN


# ---- 1.4, 1.5: refusals


REFUSALS: list[tuple[Scripted, str]] = [
    (failure("Unauthorized", path=["attemptRemoteStart"]), "Unauthorized"),
    (failure("No", "UNAUTHENTICATED", ["attemptRemoteStart"]), "No"),
    (failure("Token expired", path=["attemptRemoteStart"]), "Token expired"),
    (
        (200, {"data": {"attemptRemoteStart": None}, "errors": [{"message": "No!"}]}),
        "No!",
    ),
    (
        failure("Contract does not exist in this network"),
        "Contract does not exist in this network",
    ),
    (failure("Expected type connector to be active"), "Expected type"),
    (failure("Unknown argument of the station"), "Unknown argument"),
    (failure("Station offline", "INTERNAL_SERVER_ERROR"), "Station offline"),
    (failure("Not with this card", "FORBIDDEN"), "Not with this card"),
    (failure("No such plug", "BAD_USER_INPUT"), "No such plug"),
    ((400, {"errors": [{"message": "Wrong card"}]}), "Wrong card"),
]


@pytest.mark.parametrize(("answer", "words"), REFUSALS)
async def test_a_start_that_is_refused(
    tenant: Tenant, client: BeenergisedDriverClient, answer: Scripted, words: str
) -> None:
    """In the vendor's words, after one command; the next one is sent again."""
    tenant.scripted["attemptRemoteStart"] = [answer]
    for count in (1, 2):
        with pytest.raises(StartRefusedError, match=words) as caught:
            await start(client)
        assert caught.value.is_certain
        assert sent(tenant) == (count, 0, 0)
    assert tenant.count("__schema") == 1
    assert client.schema_problem is None


@pytest.mark.parametrize(("answer", "words"), REFUSALS)
async def test_a_stop_that_is_refused(
    tenant: Tenant, client: BeenergisedDriverClient, answer: Scripted, words: str
) -> None:
    """No repair says that the interface changed, and the next stop is sent."""
    tenant.scripted["remoteStop"] = [answer]
    for count in (1, 2):
        with pytest.raises(CommandRefusedError, match=words):
            await stop(client)
        assert sent(tenant) == (0, 0, count)
    assert client.schema_problem is None
    assert client.charging is not None


@pytest.mark.parametrize(
    "answer", [failure("Who are you?", "UNAUTHENTICATED"), (401, "<html>")]
)
async def test_a_token_that_was_refused_before_all_else(
    tenant: Tenant, client: BeenergisedDriverClient, answer: Scripted
) -> None:
    """Only there a command is sent again: once, with a fresh token, and never twice."""
    good = (200, {"data": {"attemptRemoteStart": {"id": None}}})
    tenant.scripted["attemptRemoteStart"] = [answer, good]
    assert await start(client) is StartOutcome.REQUESTED
    assert sent(tenant) == (2, 0, 0)
    tenant.scripted["attemptRemoteStart"] = [answer]
    with pytest.raises(StartRefusedError):
        await start(client)
    assert sent(tenant) == (4, 0, 0)


async def test_too_many_requests(
    tenant: Tenant, client: BeenergisedDriverClient
) -> None:
    """What is to slow down was not carried out, and is not repeated."""
    tenant.scripted["attemptRemoteStart"] = [failure("Slow down", "RATE_LIMITED")]
    with pytest.raises(RateLimitedError) as caught:
        await start(client)
    assert caught.value.is_certain
    assert sent(tenant) == (1, 0, 0)


# ---- 1.6: looks that fail


@pytest.mark.parametrize(
    "answer",
    [
        failure("Not for you", "FORBIDDEN"),
        failure("Oops", "INTERNAL_SERVER_ERROR"),
        failure("Charge log not found", "NOT_FOUND"),
        failure("Unknown argument", "GRAPHQL_VALIDATION_FAILED"),
        (502, "<html>"),
        (401, "<html>"),
        (429, "slow down"),
        (200, "<html>"),
        (200, {"data": {"chargelog": None}}),
        (200, {"data": {"chargelog": {"id": None, "status": ["stopped"]}}}),
        LOST,
    ],
)
async def test_a_look_blocks_no_stop(
    tenant: Tenant, client: BeenergisedDriverClient, answer: Scripted
) -> None:
    """Whatever a look at the session answers, the stop is sent."""
    tenant.scripted["chargelog"] = [answer]
    assert await stop(client) is StopOutcome.REQUESTED
    assert sent(tenant) == (0, 0, 1)


@pytest.mark.parametrize(
    "answer", [failure("Oops"), (503, "<html>"), (200, "<html>"), LOST]
)
async def test_a_look_ends_no_start(
    tenant: Tenant, client: BeenergisedDriverClient, answer: Scripted
) -> None:
    """A question about an attempt that fails is asked again."""
    good = {"data": {"remoteStartAttemptStatus": {"status": "charge_log_attached"}}}
    tenant.scripted["remoteStartAttemptStatus"] = [answer, answer, answer, (200, good)]
    assert await start(client) is StartOutcome.STARTED
    assert sent(tenant) == (1, 0, 0)


# ---- 1.7: lost answers


UNCLEAR: list[Scripted] = [
    LOST,
    (502, "<html>"),
    (504, "<html>"),
    (520, "<html>"),
    (200, "<html>"),
    failure("Internal server error", "INTERNAL_SERVER_ERROR"),
    failure("Upstream timed out", "TIMEOUT"),
]


@pytest.mark.parametrize("answer", UNCLEAR)
async def test_an_answer_that_is_lost(
    tenant: Tenant, client: BeenergisedDriverClient, answer: Scripted
) -> None:
    """Nobody knows what came of it; it was sent once all the same."""
    for name in ("attemptRemoteStart", "remoteStop"):
        tenant.scripted[name] = [answer]
    for command, counted in ((start, (1, 0, 0)), (stop, (1, 0, 1))):
        with pytest.raises(ClientError) as caught:
            await command(client)
        assert not caught.value.is_certain
        assert sent(tenant) == counted


@pytest.mark.parametrize("answer", [*UNCLEAR, failure("Oops", "SERVICE_UNAVAILABLE")])
async def test_an_answer_that_is_lost_before_the_command(
    tenant: Tenant, client: BeenergisedDriverClient, answer: Scripted
) -> None:
    """Without its cards nothing is started, and that is certain."""
    tenant.scripted["availableCardsForChargingProcess"] = [answer]
    with pytest.raises(NotSentError) as caught:
        await start(client)
    assert caught.value.is_certain
    assert sent(tenant) == (0, 0, 0)


# ---- 1.9: results that no document lists


@pytest.mark.parametrize(
    "result",
    [
        {"status": "queued", "code": "STOP_QUEUED"},
        {"status": "NOT_SUCCESSFUL"},
        {"status": "success"},
        {"status": None, "code": "0"},
        {"status": "pending", "message": "We try our best"},
        None,
    ],
)
@pytest.mark.parametrize("is_over", [True, False])
async def test_a_stop_in_other_words(
    tenant: Tenant, client: BeenergisedDriverClient, result: object, is_over: bool
) -> None:
    """It was sent; what the session says tells whether it came about."""
    looks = iter([SESSION, SESSION])
    tenant.content["chargelog"] = lambda id: next(looks, OVER if is_over else SESSION)
    tenant.content["remoteStop"] = result
    expected = StopOutcome.STOPPED if is_over else StopOutcome.REQUESTED
    assert await stop(client) is expected
    assert sent(tenant) == (0, 0, 1)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"status": "error", "code": "E17", "message": "Not running"}, "Not running"),
        ({"status": "Rejected", "code": "E17"}, "E17"),
        ({"status": "FAILED"}, "FAILED"),
    ],
)
async def test_a_plain_refusal(
    tenant: Tenant,
    client: BeenergisedDriverClient,
    result: Mapping[str, Any],
    words: str,
) -> None:
    """The words of attempts and of OCPP, exactly, are refusals."""
    tenant.content["remoteStop"] = result
    with pytest.raises(CommandRefusedError, match=words):
        await stop(client)
    assert sent(tenant) == (0, 0, 1)
    tenant.content["remoteStart"] = (
        {**result, "code": None} if "code" in result else result
    )
    with pytest.raises(StartRefusedError):
        await start(client, FOREIGN)


# ---- 1.11: cards


CARDS = [
    {"id": "c1", "tagId": "TAG-1", "number": "AT-1", "label": "Work"},
    {"id": "c2", "tagId": "TAG-2", "number": "AT-2", "label": "work"},
    {"id": "c3", "tagId": "TAG-3", "number": "c1", "label": "Home"},
    {"id": None, "tagId": None, "number": "AT-4", "label": "No tag"},
    None,
]


@pytest.mark.parametrize(
    ("card", "tag"),
    [
        (None, "TAG-1"),
        ("c2", "TAG-2"),
        (" tag-2 ", "TAG-2"),
        ("at-2", "TAG-2"),
        ("HOME", "TAG-3"),
        # An id is more than a number that looks like it.
        ("c1", "TAG-1"),
    ],
)
async def test_the_card_that_is_meant(
    tenant: Tenant, client: BeenergisedDriverClient, card: str | None, tag: str
) -> None:
    """By id and tag first, then by what is written on it."""
    tenant.content["availableCardsForChargingProcess"] = CARDS
    await start(client, card=card)
    (given,) = tenant.given("attemptRemoteStart")
    assert given["input"]["tagId"] == tag


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("", NoCardError),
        ("  ", NoCardError),
        ("somebody else's", NoCardError),
        ("No tag", NoCardError),
        ("Work", AmbiguousCardError),
    ],
)
async def test_a_card_that_is_not_clear(
    tenant: Tenant,
    client: BeenergisedDriverClient,
    card: str,
    expected: type[NoCardError],
) -> None:
    """Nobody else's pays: nothing is sent, and the cards of that name are told by id."""
    tenant.content["availableCardsForChargingProcess"] = CARDS
    with pytest.raises(NoCardError) as caught:
        await start(client, card=card)
    assert type(caught.value) is expected
    if expected is AmbiguousCardError:
        assert "c1, c2" in caught.value.message
        assert "TAG" not in caught.value.message
    assert sent(tenant) == (0, 0, 0)
