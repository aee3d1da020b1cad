"""Tests of a driver's account at be.ENERGISED, against the simulator."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from math import ceil
import re

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from freezegun.api import FrozenDateTimeFactory
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.beenergised_driver.client import (
    BeenergisedDriverClient,
)
from custom_components.ev_charging_cloud.clients.client import (
    Capability,
    ChargingClient,
)
from custom_components.ev_charging_cloud.clients.enums import (
    ConnectorStatus,
    SessionStatus,
)
from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    NotPermittedError,
    UnavailableError,
)
from custom_components.ev_charging_cloud.clients.model import Connector, Station
from custom_components.ev_charging_cloud.clients.reading.families import FamilyState
from custom_components.ev_charging_cloud.clients.search import (
    Around,
    Favourites,
    Listed,
)
from custom_components.ev_charging_cloud.clients.transport.tokens import (
    Token,
    TokenSource,
)
from simulator import Simulator

from .client import around, make_client

CORE = (
    Capability.SESSIONS
    | Capability.SESSION_COST
    | Capability.DRIVER_SESSIONS
    | Capability.INVOICES
    | Capability.REMOTE_START
    | Capability.HISTORY
)
WHOLE = (
    CORE
    | Capability.CONNECTORS
    | Capability.CONNECTOR_STATUS
    | Capability.CONNECTOR_MAX_POWER
    | Capability.CONNECTIVITY
)


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Return a session of the caller's."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
def client(sim: Simulator, session: ClientSession) -> BeenergisedDriverClient:
    """Return a client that shows what is near."""
    return make_client(sim, session, choice=around(sim))


def choose(sim: Simulator, tenant: str) -> None:
    """Make the simulator one operator's."""
    sim.beenergised_driver.options.tenant = "alpha" if tenant == "alpha" else "beta"


def asked(sim: Simulator, field: str) -> int:
    """Return how often something was asked for."""
    return len(sim.beenergised_driver.operations.asking(field))


def own(sim: Simulator) -> list[str]:
    """Return the connectors of the operator's own stations."""
    return [
        plug.id
        for site in sim.beenergised_driver.sites()
        if not site.roaming
        for plug in site.plugs
    ]


async def test_identity(client: BeenergisedDriverClient, sim: Simulator) -> None:
    """The account is the driver at this operator; the protocol is kept."""
    kept: ChargingClient = client
    account = await kept.async_identify()
    assert account.name == sim.beenergised_driver.username
    assert account == await kept.async_identify()
    assert sim.beenergised_driver.username not in account.id
    sim.beenergised_driver.change_password()
    with pytest.raises(AuthenticationError):
        await kept.async_identify()


@pytest.mark.parametrize("tenant", ["alpha", "beta"])
async def test_both_operators(
    sim: Simulator, client: BeenergisedDriverClient, tenant: str
) -> None:
    """Whatever they call things, both give stations with all that there is."""
    choose(sim, tenant)
    live = await client.async_get_live()
    marks = Capability.FAVOURITES if tenant == "alpha" else Capability(0)
    assert client.capabilities == WHOLE | marks
    sites = {site.id: site for site in sim.beenergised_driver.sites()}
    assert live.stations
    assert not live.skipped
    assert not live.unlisted
    for station in live.stations:
        site = sites[station.id]
        assert station.name == site.public_name
        assert (station.latitude, station.longitude) == (site.latitude, site.longitude)
        assert station.distance is not None
        assert station.distance <= 5000
        assert station.address is not None
        assert site.city in station.address
        assert station.operator == site.operator
        assert station.online is True
        assert station.is_roaming is (site.roaming if tenant == "alpha" else None)
    plugs = {plug.id: plug for site in sites.values() for plug in site.plugs}
    assert {each.station_id for each in live.connectors} == {
        s.id for s in live.stations
    }
    for connector in live.connectors:
        plug = plugs[connector.id]
        assert connector.evse_id == plug.evse_id
        assert connector.type is not None
        assert connector.max_power == pytest.approx(plug.max_w, abs=1)
        assert connector.status is not None
        if tenant == "alpha":
            assert connector.name == plug.label
            assert connector.price is not None
            assert connector.price.minor == pytest.approx(plug.tariff.per_kwh * 100)
        else:
            assert connector.price_text
    assert not client.report.unknown_values
    assert client.schema_problem is None


async def test_a_look_is_two_requests(
    sim: Simulator, client: BeenergisedDriverClient
) -> None:
    """Sessions and one page of stations; the schema is asked for once."""
    await client.async_get_live()
    before = client.requests.last_hour
    await client.async_get_live()
    assert client.requests.last_hour - before == 2
    assert asked(sim, "__schema") == 1


async def test_no_introspection(sim: Simulator, session: ClientSession) -> None:
    """The documented core, and the connectors that somebody entered."""
    sim.beenergised_driver.options.introspection = False
    entered = own(sim)[:2]
    client = make_client(sim, session, connector_ids=[*entered, entered[0]])
    session_id = sim.beenergised_driver.start_session(entered[0])
    sim.clock.advance(timedelta(minutes=3))
    live = await client.async_get_live()
    assert not client.has_schema
    assert client.capabilities == CORE | Capability.CONNECTORS
    assert [station.id for station in live.stations] == entered
    assert not any(station.connectors_identified for station in live.stations)
    assert live.stations[0].name
    first, second = live.connectors
    assert first.id == entered[0]
    assert first.station_id == entered[0]
    assert first.status is ConnectorStatus.CHARGING
    assert first.session is not None
    assert first.session.id == session_id
    assert second.status is None
    assert client.driver is not None
    assert client.driver.running is not None
    assert client.driver.running.station_id == entered[0]
    assert client.choices == frozenset()
    assert await client.async_search(Favourites()) == ()
    assert not live.unlisted


async def test_connectors_by_hand_that_are_listed_too(
    sim: Simulator, session: ClientSession
) -> None:
    """A connector of a listed station is not there twice."""
    client = make_client(
        sim, session, choice=Favourites(), connector_ids=[own(sim)[0], "elsewhere"]
    )
    live = await client.async_get_live()
    assert [each.id for each in live.connectors].count(own(sim)[0]) == 1
    assert live.stations[-1] == Station(id="elsewhere", connectors_identified=False)


async def test_choices(sim: Simulator, session: ClientSession) -> None:
    """Around a place, favourites, a list of some, found by a text."""
    near = make_client(sim, session, choice=around(sim, 20))
    everything = make_client(sim, session, choice=around(sim, 50_000))
    few, many = await near.async_get_live(), await everything.async_get_live()
    assert 0 < len(few.stations) < len(many.stations)
    found = await near.async_search(Favourites())
    assert found
    assert all(station.is_favourite for station in found)
    assert near.choices == {Around, Favourites, Listed}
    by_text = await near.async_search(Listed(text="Foreign Charge"))
    assert by_text
    assert all(station.operator == "Foreign Charge" for station in by_text)
    nearest = await near.async_search(around(sim, 50_000))
    distances = [station.distance or 0 for station in nearest]
    assert distances == sorted(distances)
    wanted = (nearest[-1].id, nearest[0].id)
    listed = make_client(
        sim, session, choice=Listed(station_ids=wanted, around=around(sim, 50_000))
    )
    live = await listed.async_get_live()
    assert {station.id for station in live.stations} == set(wanted)


async def test_what_cannot_be_chosen(sim: Simulator, session: ClientSession) -> None:
    """An operator without a search by text has none, and it is said."""
    choose(sim, "beta")
    client = make_client(sim, session, choice=Listed(text="Lahti"))
    live = await client.async_get_live()
    assert live.stations == ()
    assert live.unlisted == {Station, Connector}
    assert client.schema_problem is not None
    assert client.choices == {Around, Favourites}
    assert client.driver is not None
    assert client.driver.last is not None


@pytest.mark.parametrize("cap", [100, 40])
async def test_never_the_whole_network(
    sim: Simulator, session: ClientSession, cap: int
) -> None:
    """Some 500 stations are all that is read; that it was cut keeps nothing that is gone."""
    sim.beenergised_driver.options.roaming_stations = 1_500
    sim.beenergised_driver.options.page_cap = cap
    client = make_client(sim, session, choice=around(sim, 3_000_000))
    live = await client.async_get_live()
    pages = ceil(500 / cap)
    assert asked(sim, "cpsPaged") == pages
    assert len({station.id for station in live.stations}) == pages * cap
    assert not live.skipped


async def test_own_session_on_its_connector(
    sim: Simulator, client: BeenergisedDriverClient
) -> None:
    """A connector has the session that runs on it, and its station is the session's."""
    session_id = sim.beenergised_driver.start_session(own(sim)[0])
    sim.clock.advance(timedelta(minutes=3))
    live = await client.async_get_live()
    connector = next(each for each in live.connectors if each.id == own(sim)[0])
    assert connector.status is ConnectorStatus.CHARGING
    assert connector.session is not None
    assert connector.session.id == session_id
    assert connector.session.station_id == connector.station_id
    assert connector.session.status is SessionStatus.ACTIVE
    assert client.driver is not None
    assert client.driver.running == connector.session


@pytest.mark.parametrize("unit", ["Wh", "kWh"])
async def test_units_are_found_out(
    sim: Simulator, client: BeenergisedDriverClient, unit: str
) -> None:
    """The same energy in Wh, whatever the operator sends."""
    sim.beenergised_driver.options.energy_unit = "kWh" if unit == "kWh" else "Wh"
    await client.async_get_live()
    assert client.driver is not None
    assert client.driver.last is not None
    newest = sim.beenergised_driver.charges()[0].reading(sim.clock.now())
    assert client.driver.last.energy == pytest.approx(newest.energy_wh, abs=1)
    assert client.units["energyConsumption"] == unit


@pytest.mark.parametrize("cost_null", [True, False])
async def test_costs_that_come_later(
    sim: Simulator, client: BeenergisedDriverClient, cost_null: bool
) -> None:
    """Until the end a cost of nothing is unknown; then it is there."""
    options = sim.beenergised_driver.options
    options.cost_while_charging, options.cost_null = False, cost_null
    sim.beenergised_driver.start_session(own(sim)[0])
    sim.clock.advance(timedelta(minutes=3))
    await client.async_get_live()
    assert client.driver is not None
    assert client.driver.running is not None
    assert client.driver.running.cost is None
    sim.beenergised_driver.stop_session()
    sim.clock.advance(timedelta(minutes=1))
    await client.async_get_live()
    last = client.driver.last
    assert last is not None
    assert last.cost is not None
    assert last.net_cost is not None
    assert last.cost.minor == pytest.approx(1.2 * last.net_cost.minor, abs=1)


async def test_invoices(sim: Simulator, client: BeenergisedDriverClient) -> None:
    """Invoices are counted, credit notes are not; the newest date is kept."""
    await client.async_get_slow()
    await client.async_get_live()
    assert client.driver is not None
    documents = sim.beenergised_driver.driver.documents
    assert client.driver.invoices == sum(it.kind == "invoice" for it in documents)
    assert client.driver.latest_invoice is not None


# ---- what goes wrong


async def test_partial_data(sim: Simulator, client: BeenergisedDriverClient) -> None:
    """A field that fails costs that value, and is reported."""
    sim.beenergised_driver.options.partial_error_field = "Chargelog.cost"
    live = await client.async_get_live()
    assert client.driver is not None
    assert client.driver.last is not None
    assert client.driver.last.cost is None
    assert client.driver.last.energy is not None
    assert set(client.partial_errors) == {"chargelogsPaged.data.cost"}
    assert not live.skipped


async def test_connectors_that_cannot_be_resolved(
    sim: Simulator, client: BeenergisedDriverClient
) -> None:
    """Stations without their connectors prove no connector gone."""
    sim.beenergised_driver.options.partial_error_field = "Cp.connectors"
    live = await client.async_get_live()
    assert live.stations
    assert not live.connectors
    assert live.skipped


async def test_a_list_that_begins_with_the_oldest(
    socket_enabled: None, session: ClientSession
) -> None:
    """Whatever the order, the newest sessions are read, by one request a look."""
    asked: list[tuple[int, int]] = []
    began = datetime(2025, 1, 1, tzinfo=UTC)
    logs = [
        {
            "id": f"{index}",
            "status": "stopped",
            "dateStart": (began + timedelta(days=index)).isoformat(),
        }
        for index in range(25)
    ]

    async def answer(request: web.Request) -> web.Response:
        document = (await request.json())["query"]
        page = re.search(r"limit: (\d+), offset: (\d+)", document)
        if page is None:
            return web.json_response({"errors": [{"message": "no introspection"}]})
        limit, offset = int(page[1]), int(page[2])
        asked.append((limit, offset))
        content = {
            "pagination": {"totalCount": len(logs)},
            "data": logs[offset : offset + limit],
        }
        return web.json_response({"data": {"chargelogsPaged": content}})

    async def fetch() -> Token:
        return Token(value="t")

    app = web.Application()
    app.router.add_post("/graphql/", answer)
    async with TestServer(app) as server:
        client = BeenergisedDriverClient(
            session,
            server=URL(str(server.make_url("/"))),
            tokens=TokenSource(fetch),
            account_hint="x",
        )
        await client.async_get_live()
        assert asked == [(100, 0)]
        assert client.driver is not None
        assert client.driver.last is not None
        assert client.driver.last.id == "24"
        logs.append({"id": "new", "status": "waiting_for_transaction"})
        await client.async_get_live()
        assert asked[1:] == [(20, 15)]
        assert client.driver.running is not None
        assert client.driver.running.id == "new"


async def test_what_is_not_permitted(
    sim: Simulator, client: BeenergisedDriverClient, freezer: FrozenDateTimeFactory
) -> None:
    """One family that is denied is left alone for a while; both are an error."""
    errors = sim.beenergised_driver.options.field_errors
    errors["Query.cpsPaged"] = "FORBIDDEN"
    for _ in range(3):
        live = await client.async_get_live()
        assert live.unlisted == {Station, Connector}
        assert live.driver is not None
    [report] = client.families.off()
    assert (report.name, report.state) == ("stations", FamilyState.DENIED)
    # At once, at the next look, and then with growing waits.
    assert asked(sim, "cpsPaged") == 2
    errors["Query.chargelogsPaged"] = "FORBIDDEN"
    with pytest.raises(NotPermittedError):
        await client.async_get_live()
    assert asked(sim, "initSession") == 1
    errors.clear()
    freezer.tick(timedelta(minutes=3))
    live = await client.async_get_live()
    assert live.stations
    assert live.driver is not None
    assert client.families.off() == ()


@pytest.mark.parametrize("works_first", [True, False])
async def test_stations_that_fail(
    sim: Simulator,
    client: BeenergisedDriverClient,
    works_first: bool,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A list that fails costs neither the sessions nor what was listed before."""
    if works_first:
        assert (await client.async_get_live()).stations
    errors = sim.beenergised_driver.options.field_errors
    errors["Query.cpsPaged"] = "INTERNAL_SERVER_ERROR"
    live = await client.async_get_live()
    assert live.driver is not None
    assert live.driver.last is not None
    assert live.stations == ()
    assert live.unlisted == {Station, Connector}
    errors.clear()
    freezer.tick(timedelta(minutes=3))
    live = await client.async_get_live()
    assert live.stations
    assert not live.unlisted


async def test_sessions_that_fail(
    sim: Simulator, client: BeenergisedDriverClient, freezer: FrozenDateTimeFactory
) -> None:
    """What was told of the driver stands for a while, and is unknown after it."""
    sim.beenergised_driver.start_session(own(sim)[0])
    sim.clock.advance(timedelta(minutes=3))
    assert (await client.async_get_live()).driver
    errors = sim.beenergised_driver.options.field_errors
    errors["Query.chargelogsPaged"] = "INTERNAL_SERVER_ERROR"
    live = await client.async_get_live()
    assert live.driver is not None
    assert live.driver.running is not None
    assert live.stations
    freezer.tick(timedelta(minutes=11))
    live = await client.async_get_live()
    # Nothing would look like "charges nowhere".
    assert live.driver is None
    assert live.stations
    errors["Query.cpsPaged"] = "INTERNAL_SERVER_ERROR"
    with pytest.raises(UnavailableError):
        await client.async_get_live()


async def test_a_field_that_is_renamed_while_we_look(
    sim: Simulator, client: BeenergisedDriverClient
) -> None:
    """The schema is read anew, once, and only that value is lost."""
    await client.async_get_live()
    sim.beenergised_driver.options.rename = {
        "Cp.status": "xyzzy",
        "Chargelog.rateName": "plugh",
    }
    live = await client.async_get_live()
    assert live.stations
    assert all(station.online is None for station in live.stations)
    assert all(station.name for station in live.stations)
    assert client.driver is not None
    assert client.driver.last is not None
    assert client.driver.last.tariff is None
    assert client.driver.last.cost is not None
    assert client.schema_problem is None
    assert asked(sim, "__schema") == 2
    assert Capability.CONNECTIVITY not in client.capabilities


async def test_a_renamed_field_without_introspection(
    sim: Simulator, session: ClientSession
) -> None:
    """The refusal names what is missing: the rest is asked for."""
    sim.beenergised_driver.options.introspection = False
    sim.beenergised_driver.options.rename = {
        "Chargelog.rateName": "xyzzy",
        "ChargelogConnector.id": "plugh",
    }
    client = make_client(sim, session)
    await client.async_get_live()
    assert client.driver is not None
    assert client.driver.last is not None
    assert client.driver.last.tariff is None
    assert client.driver.last.cost is not None
    assert client.driver.last.connector_name is not None
    assert client.schema_problem is None
    before = client.requests.last_hour
    await client.async_get_live()
    assert client.requests.last_hour - before == 1


@pytest.mark.parametrize("introspection", [True, False])
async def test_sessions_that_cannot_be_listed(
    sim: Simulator, session: ClientSession, introspection: bool
) -> None:
    """A session that we began is followed by its id, until it is over."""
    sim.beenergised_driver.options.introspection = introspection
    sim.beenergised_driver.options.rename = {"Query.chargelogsPaged": "xyzzy"}
    foreign = next(
        plug.id
        for site in sim.beenergised_driver.sites()
        if site.roaming
        for plug in site.plugs
    )
    client = make_client(sim, session, choice=around(sim))
    await client.async_identify()
    await client.async_get_live()
    assert client.driver is not None
    assert client.driver.sessions == ()
    assert client.schema_problem is not None
    if not introspection:
        # Nothing tells which session a start has made.
        return
    assert client.charging
    await client.charging.async_start(foreign)
    sim.clock.advance(timedelta(minutes=1))
    await client.async_get_live()
    assert client.driver is not None
    assert client.driver.running is not None
    assert client.driver.running.connector_id == foreign


async def test_stations_that_are_no_longer_there(
    sim: Simulator, client: BeenergisedDriverClient
) -> None:
    """Without the list of stations the rest goes on; nothing proves them gone."""
    await client.async_get_live()
    sim.beenergised_driver.options.rename = {"Query.cpsPaged": "xyzzy"}
    live = await client.async_get_live()
    assert live.unlisted == {Station, Connector}
    assert client.driver is not None
    assert client.driver.last is not None
    assert client.schema_problem is not None
    before = client.requests.last_hour
    await client.async_get_live()
    assert client.requests.last_hour - before == 1
    sim.beenergised_driver.options.rename = {}
    await client.async_get_slow()
    live = await client.async_get_live()
    assert live.stations
    assert client.schema_problem is None


async def test_nothing_secret_is_told(
    sim: Simulator, client: BeenergisedDriverClient
) -> None:
    """What diagnostics show are names of fields, and no secret."""
    await client.async_get_live()
    shown = f"{client.recognition} {client.partial_errors} {client.schema_problem}"
    for secret in (
        sim.beenergised_driver.psk,
        sim.beenergised_driver.password,
        sim.beenergised_driver.username,
    ):
        assert secret not in shown
