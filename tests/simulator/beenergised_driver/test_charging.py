"""Starting and stopping through be.ENERGISED: tracked, simple, roaming, refused, twice; all by the clock."""

from datetime import timedelta
from typing import Any

import pytest

from simulator import Simulator
from simulator.world.model import ConnectorStatus, Phase
from tests.simulator.common import START

from .client import DriverClient, text

STATION, CONNECTOR = "CS00001", "11"
TAG, COMPANY_TAG = "04A1B2C3", "04D4E5F6"


def own(driver: DriverClient) -> str:
    """Return the uuid of the first connector of the world."""
    return driver.cloud.sites()[0].plugs[0].id


def roaming(driver: DriverClient, status: str = "AVAILABLE") -> str:
    """Return the uuid of a connector of another operator in a state."""
    for site in driver.cloud.sites():
        if site.roaming:
            for plug, state in driver.cloud.stations.state(site).plugs.items():
                if state == status:
                    return plug
    raise AssertionError("there is none")


def start(connector: str, tag: str = TAG) -> str:
    """Return the document of a simple start."""
    return (
        f"mutation {{ remoteStart(authorization: {{identifier: {text(tag)}, type: AUTO}}, connector: {text(connector)})"
        " { __typename status message chargelogId } }"
    )


async def simple(driver: DriverClient, connector: str, tag: str = TAG) -> str:
    """Send a simple start and return the session's id."""
    answer = (await driver.data(start(connector, tag)))["remoteStart"]
    assert (answer["__typename"], answer["status"]) == (
        "RemoteStartResponse",
        "success",
    )
    return str(answer["chargelogId"])


async def log(driver: DriverClient, session: str) -> Any:
    """Return a session by its id."""
    fields = "id status dateStart dateEnd meterStart meterEnd energyConsumption cost { total costItems { description } }"
    data = await driver.data(f"{{ chargelog(id: {text(session)}) {{ {fields} }} }}")
    return data["chargelog"]


async def test_tracked(driver: DriverClient) -> None:
    """A tracked start goes through its states, the session appears, rises, and is stopped once."""
    past = await driver.newest()
    attempt, status = await driver.attempt(own(driver))
    seen = [status]
    for _ in range(6):
        driver.pass_time(1)
        seen.append(await driver.status(attempt))
    assert seen == [
        "pending",
        "pending",
        "sending",
        "sending",
        "waiting_for_start_transaction",
        "waiting_for_start_transaction",
        "charge_log_attached",
    ]
    session = await driver.newest()
    assert session["id"] != past["id"]
    assert (session["status"], session["authId"]) == ("started", TAG)
    assert session["connector"] == {"id": own(driver), "label": "1.1"}
    assert session["dateStart"] == "2026-10-01T08:00:06Z"
    view = driver.sim.world.connector(STATION, CONNECTOR)
    assert view.status is ConnectorStatus.CHARGING
    assert view.session is not None
    assert view.session.id_token == TAG
    driver.pass_time(60)
    first = await log(driver, session["id"])
    driver.pass_time(60)
    second = await log(driver, session["id"])
    assert second["energyConsumption"] > first["energyConsumption"] > 0
    assert second["cost"]["total"] > first["cost"]["total"] > 0
    assert second["meterEnd"] - second["meterStart"] == second["energyConsumption"]
    assert second["dateEnd"] is None
    assert await driver.stop(session["id"]) == {
        "status": "success",
        "code": None,
        "message": None,
    }
    again = await driver.stop(session["id"])
    assert (again["status"], again["code"]) == ("error", "SESSION_NOT_RUNNING")
    assert again["message"]
    assert (await log(driver, session["id"]))["status"] == "started"
    driver.pass_time(2)
    stopped = await log(driver, session["id"])
    assert (stopped["status"], stopped["dateEnd"]) == ("stopped", None)
    driver.pass_time(2)
    last = await log(driver, session["id"])
    assert last["dateEnd"] == "2026-10-01T08:02:08Z"
    assert last["energyConsumption"] >= second["energyConsumption"]
    assert (await driver.stop(session["id"]))["code"] == "SESSION_NOT_RUNNING"
    driver.pass_time(3_000)
    assert await log(driver, session["id"]) == last
    assert (
        driver.sim.world.connector(STATION, CONNECTOR).status
        is ConnectorStatus.AVAILABLE
    )
    assert driver.cloud.running() == []


async def test_the_clock_may_jump(driver: DriverClient) -> None:
    """What is due happens when it is due, though nobody looked for an hour."""
    attempt, _ = await driver.attempt(own(driver))
    driver.pass_time(1_000)
    assert await driver.status(attempt) == "charge_log_attached"
    session = await driver.newest()
    assert session["dateStart"] == "2026-10-01T08:00:06Z"
    assert session["energyConsumption"] > 5_000
    await driver.stop(session["id"])
    driver.pass_time(1_000)
    assert (await driver.newest())["dateEnd"] == "2026-10-01T08:16:42Z"


async def test_simple(driver: DriverClient) -> None:
    """A simple start makes a session that waits, then runs until the battery is full."""
    session = await simple(driver, own(driver), COMPANY_TAG)
    waiting = await log(driver, session)
    assert waiting["status"] == "waiting_for_transaction"
    assert (waiting["dateStart"], waiting["meterEnd"]) == (None, None)
    assert waiting["cost"] == {"total": 0, "costItems": []}
    driver.pass_time(6)
    assert (await log(driver, session))["status"] == "started"
    assert (await driver.newest())["authId"] == COMPANY_TAG
    driver.cloud.options.session_lifetime = 10 * 86_400
    await driver.init()
    driver.pass_time(2 * 86_400)
    full = await log(driver, session)
    assert full["status"] == "stopped"
    assert full["dateEnd"] is not None


async def test_what_is_plugged_in(driver: DriverClient) -> None:
    """A start charges the vehicle whose cable is in, and what was stopped can be started again."""
    world = driver.sim.world
    waiting = world.plug_in(STATION, CONNECTOR, soc=40)
    session = await simple(driver, own(driver))
    driver.pass_time(6)
    assert (await log(driver, session))["status"] == "started"
    view = world.connector(STATION, CONNECTOR).session
    assert view is not None
    assert (view.id, view.phase) == (waiting.id, Phase.CHARGING)
    await driver.stop(session)
    driver.pass_time(10)
    assert world.connector(STATION, CONNECTOR).status is ConnectorStatus.FINISHING
    second = await simple(driver, own(driver))
    driver.pass_time(60)
    again = world.connector(STATION, CONNECTOR).session
    assert again is not None
    assert again.vehicle == view.vehicle
    assert again.soc_start > 40
    assert (await log(driver, second))["status"] == "started"
    assert (await log(driver, session))["status"] == "stopped"
    world.unplug(STATION, CONNECTOR)
    driver.pass_time(2)
    ended = await log(driver, second)
    assert (ended["status"], ended["dateEnd"] is None) == ("stopped", False)


async def test_no_vehicle(driver: DriverClient) -> None:
    """Where no vehicle comes, a start waits until somebody plugs one in; a session that waits can be given up."""
    driver.cloud.options.vehicle_arrives = False
    attempt, _ = await driver.attempt(own(driver))
    driver.pass_time(600)
    assert await driver.status(attempt) == "waiting_for_start_transaction"
    driver.sim.world.plug_in(STATION, CONNECTOR)
    driver.pass_time(1)
    assert await driver.status(attempt) == "waiting_for_start_transaction"
    driver.pass_time(1)
    assert await driver.status(attempt) == "charge_log_attached"
    assert (await driver.newest())["dateStart"] == "2026-10-01T08:10:02Z"
    second = driver.cloud.sites()[0].plugs[1].id
    session = await simple(driver, second)
    driver.pass_time(30)
    assert (await log(driver, session))["status"] == "waiting_for_transaction"
    assert (await driver.stop(session))["status"] == "success"
    assert (await driver.stop(session))["code"] == "SESSION_NOT_RUNNING"
    driver.sim.world.plug_in(STATION, "12")
    driver.pass_time(30)
    given_up = await log(driver, session)
    assert (given_up["status"], given_up["energyConsumption"]) == ("stopped", 0)
    assert given_up["cost"]["costItems"] == []


@pytest.mark.parametrize("trouble", ["fault", "out", "offline", "stranger"])
async def test_impossible(driver: DriverClient, trouble: str) -> None:
    """A tracked start fails and a simple one is refused where nothing can be started."""
    world, connector = driver.sim.world, own(driver)
    match trouble:
        case "fault":
            world.set_fault(STATION, CONNECTOR)
        case "out":
            world.set_in_service(STATION, False)
        case "offline":
            world.set_offline(STATION)
        case _:
            world.plug_in(STATION, CONNECTOR)
            world.start_charging(STATION, CONNECTOR)
    before = await driver.newest()
    attempt, status = await driver.attempt(connector)
    assert status == "pending"
    driver.pass_time(2)
    assert await driver.status(attempt) == "sending"
    driver.pass_time(2)
    assert await driver.status(attempt) == "failed"
    code = (
        "STATION_NOT_REACHABLE" if trouble == "offline" else "CONNECTOR_NOT_AVAILABLE"
    )
    assert await driver.code(start(connector)) == (200, code)
    driver.pass_time(60)
    assert (await driver.newest())["id"] == before["id"]


async def test_trouble_on_the_way(driver: DriverClient) -> None:
    """What breaks after the station has accepted leaves nothing behind."""
    attempt, _ = await driver.attempt(own(driver))
    session = await simple(driver, driver.cloud.sites()[0].plugs[1].id)
    driver.pass_time(5)
    driver.sim.world.set_fault(STATION)
    driver.pass_time(5)
    assert await driver.status(attempt) == "failed"
    assert (await log(driver, session))["status"] == "stopped"


async def test_forced(driver: DriverClient) -> None:
    """Tests can have the next start fail or get stuck, and all refused."""
    options, connector = driver.cloud.options, own(driver)
    options.next_attempt = "failed"
    attempt, _ = await driver.attempt(connector)
    driver.pass_time(10)
    assert await driver.status(attempt) == "failed"
    options.next_attempt = "stuck"
    attempt, _ = await driver.attempt(connector)
    driver.pass_time(1_000)
    assert await driver.status(attempt) == "waiting_for_start_transaction"
    options.refuse_start = "The contract is blocked"
    for query in (
        start(connector),
        f"mutation {{ attemptRemoteStart(input: {{connectorId: {text(connector)}, tagId: {text(TAG)}}}) {{ id }} }}",
    ):
        _, body = await driver.ask(query)
        assert body["errors"][0]["message"] == "The contract is blocked"
        assert body["errors"][0]["extensions"]["code"] == "REMOTE_START_REJECTED"
    options.refuse_start = None
    attempt, _ = await driver.attempt(connector)
    driver.pass_time(6)
    assert await driver.status(attempt) == "charge_log_attached"


async def test_cards_that_are_not_valid(driver: DriverClient) -> None:
    """A card that a connector does not take is refused, as is a connector that does not exist."""
    for connector, tag in (
        (own(driver), "0400000000"),
        (roaming(driver), COMPANY_TAG),
    ):
        assert await driver.code(start(connector, tag)) == (200, "FORBIDDEN")
        attempt = f"mutation {{ attemptRemoteStart(input: {{connectorId: {text(connector)}, tagId: {text(tag)}}}) {{ id }} }}"
        assert await driver.code(attempt) == (200, "BAD_USER_INPUT")
    assert await driver.code(start("nothing")) == (200, "NOT_FOUND")
    stop = 'mutation { remoteStop(transaction: "nothing") { status } }'
    assert await driver.code(stop) == (200, "NOT_FOUND")
    past = await driver.newest()
    assert (await driver.stop(past["id"]))["code"] == "SESSION_NOT_RUNNING"


async def test_roaming(driver: DriverClient) -> None:
    """At other operators' stations a tracked start stays pending for ever; a simple one charges."""
    connector = roaming(driver)
    attempt, _ = await driver.attempt(connector)
    driver.pass_time(1_000)
    assert await driver.status(attempt) == "pending"
    session = await simple(driver, connector)
    assert (await log(driver, session))["status"] == "roaming_waiting_for_transaction"
    driver.pass_time(8)
    assert (await log(driver, session))["status"] == "roaming_start"
    driver.pass_time(600)
    first = await log(driver, session)
    assert first["energyConsumption"] > 500
    assert {it["description"] for it in first["cost"]["costItems"]} == {
        "Energy",
        "Time",
        "Session fee",
    }
    assert await driver.code(start(connector)) == (200, "CONNECTOR_NOT_AVAILABLE")
    assert roaming(driver, "CHARGING") is not None
    assert (await driver.stop(session))["status"] == "success"
    assert (await driver.stop(session))["code"] == "SESSION_NOT_RUNNING"
    driver.pass_time(3)
    assert (await log(driver, session))["status"] == "stopped"
    driver.pass_time(2)
    last = await log(driver, session)
    assert last["dateEnd"] is not None
    assert last["energyConsumption"] >= first["energyConsumption"]
    assert await driver.code(start(roaming(driver, "FAULTED"))) == (
        200,
        "CONNECTOR_NOT_AVAILABLE",
    )


async def test_roaming_to_the_end(driver: DriverClient) -> None:
    """A roaming session ends by itself, when it is given up before its start, and never begins without a vehicle."""
    driver.cloud.options.session_lifetime = 86_400 * 9
    await driver.init()
    session = await simple(driver, roaming(driver))
    driver.pass_time(86_400)
    last = await log(driver, session)
    assert (last["status"], last["energyConsumption"]) == ("stopped", 40_000)
    given_up = await simple(driver, roaming(driver))
    await driver.stop(given_up)
    driver.pass_time(86_400)
    last = await log(driver, given_up)
    assert (last["status"], last["energyConsumption"]) == ("stopped", 0)
    driver.cloud.options.vehicle_arrives = False
    waiting = await simple(driver, roaming(driver))
    driver.pass_time(86_400)
    assert (await log(driver, waiting))["status"] == "roaming_waiting_for_transaction"
    await driver.stop(waiting)
    driver.pass_time(3)
    assert (await log(driver, waiting))["status"] == "stopped"


async def test_costs_and_units(driver: DriverClient) -> None:
    """Costs may come at the end only, or be null before; energy may be in kWh; texts in another language."""
    options = driver.cloud.options
    options.cost_while_charging = False
    session = await simple(driver, own(driver))
    driver.pass_time(120)
    running = await log(driver, session)
    assert running["cost"] == {"total": 0, "costItems": []}
    options.cost_null = True
    assert (await log(driver, session))["cost"] is None
    options.energy_unit = "kWh"
    in_kwh = await log(driver, session)
    assert in_kwh["energyConsumption"] == running["energyConsumption"] / 1000
    assert in_kwh["meterEnd"] == running["meterEnd"]
    await driver.stop(session)
    driver.pass_time(3)
    assert (await log(driver, session))["cost"] is None
    driver.pass_time(1)
    assert (await log(driver, session))["cost"]["total"] > 0
    query = f"{{ chargelog(id: {text(session)}) {{ cost {{ costItems {{ description }} }} }} }}"
    _, body = await driver.ask(query, headers={"accept-language": "de-AT"})
    items = body["data"]["chargelog"]["cost"]["costItems"]
    assert items[0]["description"] == "Energie"


async def test_a_lost_link(driver: DriverClient) -> None:
    """While the link is lost the last values stand, and a stop cannot be sent; a removed station ends the session."""
    world = driver.sim.world
    session = await simple(driver, own(driver))
    driver.pass_time(60)
    world.set_offline(STATION)
    seen = await log(driver, session)
    driver.pass_time(60)
    assert await log(driver, session) == seen
    assert (await driver.stop(session))["code"] == "STATION_NOT_REACHABLE"
    world.set_online(STATION)
    later = await log(driver, session)
    assert later["energyConsumption"] > seen["energyConsumption"]
    world.remove_station(STATION)
    removed = await log(driver, session)
    assert (removed["status"], removed["energyConsumption"]) == (
        "stopped",
        later["energyConsumption"],
    )


async def test_by_hand(driver: DriverClient) -> None:
    """Tests and demos can start and stop as the driver does at the station, here and over the control endpoint."""
    cloud = driver.cloud
    session = cloud.start_session()
    assert (await log(driver, session))["status"] == "started"
    assert [it.id for it in cloud.running()] == [session]
    with pytest.raises(ValueError, match="cannot be used"):
        cloud.start_session(own(driver))
    assert cloud.stop_session() == session
    with pytest.raises(ValueError, match="cannot stop"):
        cloud.stop_session(session)
    driver.pass_time(5)
    with pytest.raises(ValueError, match="no session is running"):
        cloud.stop_session()
    for wrong in ({"connector": "nothing"}, {"tag": "nothing"}):
        with pytest.raises(ValueError):
            cloud.start_session(**wrong)
    with pytest.raises(ValueError, match="not found"):
        cloud.stop_session("nothing")
    far = cloud.start_session(roaming(driver))
    assert (await log(driver, far))["status"] == "roaming_start"
    driver.sim.world.set_fault(STATION)
    assert cloud.start_session() not in {session, far}
    for station in driver.sim.world.station_ids:
        driver.sim.world.set_in_service(station, False)
    with pytest.raises(ValueError, match="no connector is free"):
        cloud.start_session()


async def test_a_busy_world(sim: Simulator) -> None:
    """Beside vehicles which come and go by themselves, a start finds a free connector and runs to its end."""
    async with DriverClient(sim) as driver:
        sim.beenergised_driver.options.session_lifetime = 86_400 * 9
        await driver.init()
        session = sim.beenergised_driver.start_session()
        await driver.stop(session)
        sim.clock.advance(timedelta(hours=6))
        last = await log(driver, session)
        assert last["status"] == "stopped"
        assert last["dateEnd"] == (START + timedelta(seconds=2)).isoformat().replace(
            "+00:00", "Z"
        )
