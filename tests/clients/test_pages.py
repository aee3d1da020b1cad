"""Tests of lists whose pages follow ``Link`` headers, against the simulator."""

from collections.abc import AsyncIterator

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.errors import UnexpectedAnswerError
from custom_components.ev_charging_cloud.clients.ev_energy.auth import ClientCredentials
from custom_components.ev_charging_cloud.clients.ev_energy.client import EvEnergyClient
from custom_components.ev_charging_cloud.clients.transport import pages
from custom_components.ev_charging_cloud.clients.transport.http import HttpClient
from custom_components.ev_charging_cloud.clients.transport.pages import (
    REPEATED,
    read_linked,
    read_page,
)
from custom_components.ev_charging_cloud.clients.transport.tokens import TokenSource
from simulator import Simulator


@pytest.fixture
async def crowd(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Run a world with more chargers than a page has room for."""
    async with Simulator(
        stations=1, home_chargers=230, speed=0, quiet=True
    ) as simulator:
        # What they did before is made up when they are first looked at: not while the client waits.
        for charger in simulator.world.homes.charger_ids():
            simulator.world.homes.charger(charger)
        yield simulator


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Return a session outside of Home Assistant."""
    async with ClientSession() as own:
        yield own


@pytest.fixture
def client(session: ClientSession, sim: Simulator) -> EvEnergyClient:
    """Return a client of a world whose lists have one page each."""
    return _client(session, sim)


def _client(session: ClientSession, sim: Simulator) -> EvEnergyClient:
    server = URL(sim.ev_energy.address)
    credentials = ClientCredentials(
        session,
        server=server,
        client_id=sim.ev_energy.client_id,
        client_secret=sim.ev_energy.client_secret,
    )
    return EvEnergyClient(
        session,
        server=server,
        tokens=TokenSource(credentials.async_fetch),
        requests=credentials.requests,
    )


async def test_all_pages_are_read(crowd: Simulator, session: ClientSession) -> None:
    """Every charger is there once, from however many pages."""
    live = await _client(session, crowd).async_get_live()
    assert len({station.id for station in live.stations}) == 230
    assert len(live.stations) == 230
    assert len(crowd.ev_energy.requests.matching("/v2/evses")) == 3


async def test_pages_do_not_lead_elsewhere(
    sim: Simulator, client: EvEnergyClient
) -> None:
    """The first page stands, and no token goes to another server for the next one."""
    async with Simulator(stations=1, speed=0, quiet=True) as elsewhere:
        link = f'<{elsewhere.ev_energy.address}/v2/evses>; rel="next"'
        sim.ev_energy.faults.add("/v2/evses", headers={"Link": link})
        live = await client.async_get_live()
        assert not elsewhere.ev_energy.requests
    assert len(live.stations) == 2
    (skipped,) = live.skipped
    assert skipped.name == "what follows in /evses"
    assert "another server" in skipped.reason


async def test_pages_that_go_round(sim: Simulator, client: EvEnergyClient) -> None:
    """Pages that repeat themselves are read once, and are not taken for all there is."""
    link = f'<{sim.ev_energy.address}/v2/evses?page=1>; rel="next"'
    sim.ev_energy.faults.add("/v2/evses", headers={"Link": link})
    live = await client.async_get_live()
    assert len(live.stations) == 2
    assert [skipped.reason for skipped in live.skipped] == [REPEATED]
    assert not client.families.off()
    assert len(sim.ev_energy.requests.matching("/v2/evses")) == 2


@pytest.mark.parametrize(
    "link",
    [
        '<http://[::1>; rel="next"',
        '<http://host:port/v2/evses>; rel="next"',
        '<https://>; rel="next"',
    ],
)
async def test_a_link_that_is_none(
    sim: Simulator, client: EvEnergyClient, link: str
) -> None:
    """The page that was read stands; that it is all of the list is not believed."""
    sim.ev_energy.faults.add("/v2/evses", headers={"Link": link})
    live = await client.async_get_live()
    assert len(live.stations) == 2
    assert live.vehicles
    assert not live.unlisted
    assert [odd.name for odd in live.skipped] == ["what follows in /evses"]


@pytest.mark.parametrize(
    "link", ["", "<about:blank>; rel=next", "nonsense", '<?page=2>; rel="last"', "<>;"]
)
async def test_a_header_without_a_next_page(
    sim: Simulator, client: EvEnergyClient, link: str
) -> None:
    """Whatever else the header says, there is no further page."""
    sim.ev_energy.faults.add("/v2/evses", headers={"Link": link})
    live = await client.async_get_live()
    assert len(live.stations) == 2
    assert not live.skipped


async def test_what_is_said_of_pages(
    sim: Simulator, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list without end, one that goes round, and a page that is no list: each says so."""
    http = HttpClient(session, URL(sim.ev_energy.address), read_error=lambda body: None)
    page = '[{"id": "1"}, {"id": 2}, "odd", {"no": 3}]'
    more = {"Link": '</list?n=1>; rel="next"'}
    sim.ev_energy.faults.add("/list", headers=more, body=page)
    found, link = await read_page(http, "/list")
    assert len(found) == 4
    assert link is not None
    assert link.endswith("/list?n=1")
    with pytest.raises(UnexpectedAnswerError) as caught:
        await read_page(http, "/list", link=link)
    assert str(caught.value) == "/list repeats a page"
    monkeypatch.setattr(pages, "MAX_ITEMS", 4)
    assert len((await read_linked(http, "/list")).items) == 4
    monkeypatch.setattr(pages, "MAX_ITEMS", 3)
    with pytest.raises(UnexpectedAnswerError) as caught:
        await read_linked(http, "/list")
    assert str(caught.value) == "/list does not end"
    sim.ev_energy.faults.add("/odd", body='{"a": 1}')
    for asked in (read_linked(http, "/odd"), read_page(http, "/odd")):
        with pytest.raises(UnexpectedAnswerError) as caught:
            await asked
        assert str(caught.value).startswith("/odd answered oddly: ")


async def test_headers_of_every_page(sim: Simulator, session: ClientSession) -> None:
    """What a list wants to be told, each of its pages is told; the query only the first."""
    seen: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request)
        page = len(seen)
        link = {"Link": '</list?n=2>; rel="next"'} if page == 1 else {}
        return web.json_response([{"id": page}], headers=link)

    application = web.Application()
    application.router.add_get("/list", answer)
    async with TestServer(application) as server:
        http = HttpClient(session, server.make_url(""), read_error=lambda body: None)
        found = await read_linked(
            http, "/list", query=[("n", "1")], headers={"X-Version": "2"}
        )
    assert len(found.items) == 2
    assert found.missing is None
    assert [request.query_string for request in seen] == ["n=1", "n=2"]
    assert [request.headers["X-Version"] for request in seen] == ["2", "2"]
