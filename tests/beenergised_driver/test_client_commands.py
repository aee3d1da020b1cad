"""Tests of starting and stopping at be.ENERGISED, against the simulator."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

from aiohttp import ClientSession
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver.client import (
    BeenergisedDriverClient,
)
from custom_components.ev_charging_cloud.clients.client import Capability
from custom_components.ev_charging_cloud.clients.enums import (
    SessionStatus,
    StartOutcome,
    StopOutcome,
)
from custom_components.ev_charging_cloud.clients.errors import (
    CommandRefusedError,
    NoCardError,
    NotSentError,
    ResponseError,
    SessionOverError,
    StartRefusedError,
    UnavailableError,
)
from custom_components.ev_charging_cloud.clients.model import Driver
from simulator import Simulator

from .client import around, make_client


class Waiting:
    """Lets the world's time go by instead of ours."""

    def __init__(self, sim: Simulator) -> None:
        """Begin with no wait."""
        self._sim = sim
        self.total = 0.0
        self.then: Callable[[], None] | None = None

    async def __call__(self, seconds: float) -> None:
        """Wait."""
        self.total += seconds
        self._sim.clock.advance(timedelta(seconds=seconds))
        if self.then:
            self.then()


@pytest.fixture
def waiting(sim: Simulator) -> Waiting:
    """Return what waits."""
    return Waiting(sim)


@pytest.fixture
async def client(
    sim: Simulator, waiting: Waiting
) -> AsyncIterator[BeenergisedDriverClient]:
    """Return a client that has looked once."""
    async with ClientSession() as session:
        client = make_client(sim, session, choice=around(sim))
        client._commands._sleep = waiting
        await client.async_get_live()
        yield client


@pytest.fixture
def free(sim: Simulator) -> str:
    """Return a free connector of the operator's own."""
    return next(
        plug.id
        for site in sim.beenergised_driver.sites()
        if not site.roaming
        for plug in site.plugs
    )


@pytest.fixture
def foreign(sim: Simulator) -> str:
    """Return a free connector of another operator."""
    return next(
        plug.id
        for site in sim.beenergised_driver.sites()
        if site.roaming
        for plug in site.plugs
    )


def asked(sim: Simulator, field: str) -> int:
    """Return how often something was asked for."""
    return len(sim.beenergised_driver.operations.asking(field))


async def look(client: BeenergisedDriverClient) -> Driver:
    """Look once more, and return what concerns the driver."""
    await client.async_get_live()
    assert client.driver
    return client.driver


async def test_cards(client: BeenergisedDriverClient, free: str) -> None:
    """The cards that may charge on a connector, with their names."""
    assert client.charging
    cards = await client.charging.async_get_cards(free)
    assert len(cards) > 1
    assert all(card.id and card.tag and card.name for card in cards)
    with pytest.raises(ResponseError, match="not found"):
        await client.charging.async_get_cards("nowhere")


async def test_a_whole_charge(
    sim: Simulator, client: BeenergisedDriverClient, free: str
) -> None:
    """Start, a session with rising energy and cost, stop, and it is the last one."""
    assert client.charging
    assert await client.charging.async_start(free) is StartOutcome.STARTED
    assert asked(sim, "remoteStart") == 0
    sim.clock.advance(timedelta(minutes=5))
    running = (await look(client)).running
    assert running is not None
    assert running.status is SessionStatus.ACTIVE
    assert running.connector_id == free
    sim.clock.advance(timedelta(minutes=5))
    later = (await look(client)).running
    assert later is not None
    assert later.energy is not None
    assert running.energy is not None
    assert later.energy > running.energy > 0
    assert later.cost is not None
    assert running.cost is not None
    assert later.cost.minor > running.cost.minor > 0
    assert await client.charging.async_stop(running.id) is StopOutcome.STOPPED
    sim.clock.advance(timedelta(minutes=1))
    driver = await look(client)
    assert driver.running is None
    assert driver.last is not None
    assert driver.last.id == running.id
    assert driver.last.ended_at is not None


@pytest.mark.parametrize("by", ["id", "tag_id", "number", "label"])
async def test_a_card_by_any_name(
    sim: Simulator, client: BeenergisedDriverClient, free: str, by: str
) -> None:
    """A card is known by id, tag, number and label."""
    assert client.charging
    card = (await client._commands._cards(free))[-1]
    name = getattr(card, by)
    await client.charging.async_start(free, f" {name.upper()} ")
    (charge,) = sim.beenergised_driver.running()
    assert charge.tag == card.tag_id


async def test_no_card(
    sim: Simulator, client: BeenergisedDriverClient, free: str
) -> None:
    """Neither a card that is unknown, nor none at all, starts anything."""
    assert client.charging
    with pytest.raises(NoCardError):
        await client.charging.async_start(free, "somebody else's")
    sim.world.set_offline(
        next(
            site.world_id
            for site in sim.beenergised_driver.sites()
            if site.plugs[0].id == free
        )
    )
    sim.clock.advance(timedelta(hours=2))
    with pytest.raises(NoCardError):
        await client.charging.async_start(free)
    assert asked(sim, "attemptRemoteStart") == 0


async def test_refusals(
    sim: Simulator, client: BeenergisedDriverClient, free: str, foreign: str
) -> None:
    """The station's refusal, and the vendor's own words."""
    assert client.charging
    sim.beenergised_driver.options.next_attempt = "failed"
    with pytest.raises(StartRefusedError, match="station"):
        await client.charging.async_start(free)
    sim.beenergised_driver.options.refuse_start = "Contract is blocked"
    for connector in (free, foreign):
        with pytest.raises(StartRefusedError, match="Contract is blocked"):
            await client.charging.async_start(connector)
    assert (await look(client)).running is None


async def test_waiting_for_the_cable(
    sim: Simulator, client: BeenergisedDriverClient, free: str, waiting: Waiting
) -> None:
    """Without a car somebody is told after half a minute, and nothing is sent again."""
    assert client.charging
    sim.beenergised_driver.options.vehicle_arrives = False
    assert await client.charging.async_start(free) is StartOutcome.WAITING_FOR_CABLE
    assert 30 <= waiting.total <= 40
    assert asked(sim, "remoteStart") == 0


async def test_a_start_at_another_operator(
    sim: Simulator, client: BeenergisedDriverClient, foreign: str, waiting: Waiting
) -> None:
    """Where a station is known to be another operator's, nothing is waited for."""
    assert client.charging
    assert await client.charging.async_start(foreign) is StartOutcome.REQUESTED
    assert waiting.total == 0
    assert asked(sim, "attemptRemoteStart") == 0
    driver = await look(client)
    assert driver.waiting
    assert driver.running is not None
    assert driver.running.status is SessionStatus.PENDING
    assert driver.sessions[0].id == driver.running.id
    sim.clock.advance(timedelta(minutes=2))
    driver = await look(client)
    assert not driver.waiting
    assert driver.running is not None
    assert driver.running.status is SessionStatus.ACTIVE


async def test_an_attempt_that_stays_pending(
    sim: Simulator, waiting: Waiting, foreign: str
) -> None:
    """Where nothing tells that a station is another operator's, nothing more is sent."""
    sim.beenergised_driver.options.tenant = "beta"
    async with ClientSession() as session:
        client = make_client(sim, session, choice=around(sim))
        client._commands._sleep = waiting
        assert client.charging
        assert await client.charging.async_start(foreign) is StartOutcome.REQUESTED
    assert waiting.total == 60
    assert asked(sim, "attemptRemoteStart") == 1
    assert asked(sim, "remoteStart") == 0


async def test_a_station_that_a_session_tells_of(
    sim: Simulator, waiting: Waiting, foreign: str
) -> None:
    """A session with a roaming status tells whose the station is."""
    sim.beenergised_driver.options.tenant = "beta"
    sim.beenergised_driver.start_session(foreign)
    sim.clock.advance(timedelta(minutes=3))
    async with ClientSession() as session:
        client = make_client(sim, session, choice=around(sim))
        client._commands._sleep = waiting
        await client.async_get_live()
        sim.beenergised_driver.stop_session()
        sim.clock.advance(timedelta(minutes=3))
        assert client.charging
        assert await client.charging.async_start(foreign) is StartOutcome.REQUESTED
    assert waiting.total == 0
    assert asked(sim, "attemptRemoteStart") == 0
    assert asked(sim, "remoteStart") == 1


async def test_a_start_whose_progress_is_not_told(
    sim: Simulator, client: BeenergisedDriverClient, free: str, waiting: Waiting
) -> None:
    """A question that fails does not end a start; some time somebody is told."""
    assert client.charging
    sim.beenergised_driver.options.field_errors = {
        "Query.remoteStartAttemptStatus": "INTERNAL_SERVER_ERROR"
    }

    def mend() -> None:
        if waiting.total > 8:
            sim.beenergised_driver.options.field_errors = {}

    waiting.then = mend
    assert await client.charging.async_start(free) is StartOutcome.STARTED


async def test_a_session_that_is_over(
    sim: Simulator, client: BeenergisedDriverClient, free: str
) -> None:
    """It is not stopped once more."""
    assert client.charging
    session_id = sim.beenergised_driver.start_session(free)
    sim.clock.advance(timedelta(minutes=1))
    assert await client.charging.async_stop(session_id) is StopOutcome.STOPPED
    with pytest.raises(SessionOverError):
        await client.charging.async_stop(session_id)
    assert asked(sim, "remoteStop") == 1


async def test_stops_that_fail(
    sim: Simulator, client: BeenergisedDriverClient, free: str
) -> None:
    """What the answer's data say against a stop is a refusal with their message."""
    assert client.charging
    session_id = sim.beenergised_driver.start_session(free)
    sim.clock.advance(timedelta(seconds=10))
    sim.beenergised_driver.stop_session(session_id)
    with pytest.raises(CommandRefusedError, match="not running"):
        await client.charging.async_stop(session_id)
    with pytest.raises(ResponseError, match="not found"):
        await client.charging.async_stop("nothing")
    sim.beenergised_driver.options.field_errors = {
        "Mutation.remoteStop": "INTERNAL_SERVER_ERROR"
    }
    with pytest.raises(CommandRefusedError, match="Could not resolve"):
        await client.charging.async_stop(session_id)
    sim.beenergised_driver.faults.add("/graphql/", status=503)
    with pytest.raises(UnavailableError) as caught:
        await client.charging.async_stop(session_id)
    assert not caught.value.is_certain
    with pytest.raises(NotSentError):
        await client.charging.async_start(free)


async def test_an_operator_without_the_command(
    sim: Simulator, client: BeenergisedDriverClient, free: str
) -> None:
    """A command that is renamed is no command; what is documented is not replaced."""
    sim.beenergised_driver.options.rename = {
        "Mutation.attemptRemoteStart": "tryStart",
        "Mutation.remoteStop": "endIt",
    }
    assert client.charging
    session_id = sim.beenergised_driver.start_session(free)
    with pytest.raises(CommandRefusedError):
        await client.charging.async_stop(session_id)
    assert sim.beenergised_driver.running()
    # The other way of starting is documented too.
    other = [plug.id for site in sim.beenergised_driver.sites() for plug in site.plugs][
        1
    ]
    assert await client.charging.async_start(other) is StartOutcome.REQUESTED
    assert asked(sim, "endIt") == 0
    assert asked(sim, "tryStart") == 0


async def test_nothing_to_start_with(sim: Simulator) -> None:
    """Without either start there are no commands at all."""
    sim.beenergised_driver.options.rename = {
        "Mutation.attemptRemoteStart": "tryStart",
        "Mutation.remoteStart": "goOn",
    }
    async with ClientSession() as session:
        client = make_client(sim, session)
        await client.async_get_live()
        assert client.charging is None
        assert Capability.REMOTE_START not in client.capabilities
