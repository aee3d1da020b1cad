"""How the simulated ev.energy answers requests: permissions, pages, expand, limits, problems."""

from datetime import timedelta
import json

import pytest

from simulator import Simulator
from tests.simulator.client import Client
from tests.simulator.common import START
from tests.simulator.documented import check

from . import documented as doc
from .client import EvClient, link

NEEDS = {
    "/users": "user:read",
    "/evses": "evse:read",
    "/vehicles": "vehicle:read",
    "/charging_sessions": "charging_session:read",
    "/charging_sub_sessions": "charging_session:read",
    "/tariffs": "tariff:read",
    "/carbon_feeds": "carbon:read",
    "/grid_feeds": "grid:read",
    "/hem_systems": "home_energy:read",
}


@pytest.mark.parametrize(("path", "scope"), NEEDS.items())
async def test_scopes(ev: EvClient, path: str, scope: str) -> None:
    """A family without its scope is 403, at once, and the others go on."""
    ev.cloud.grant(set(NEEDS.values()) - {scope})
    for other, needed in NEEDS.items():
        status, answer, body = await ev.ask("GET", other)
        assert status == (403 if needed == scope else 200)
        if status == 403:
            assert answer.content_type == "application/problem+json"
            check(body, doc.PROBLEM)


async def test_scopes_of_commands_and_expansion(ev: EvClient) -> None:
    """Commands need a writing scope, some expansions another family's."""
    ev.cloud.grant({"vehicle:read", "charging_session:read", "user:read"})
    vehicle = (await ev.get("/vehicles"))[0]
    session = (await ev.get("/charging_sessions"))[0]
    assert (await ev.ask("PATCH", vehicle["url"], {}))[0] == 403
    assert (await ev.ask("POST", f"{session['url']}/boost_start"))[0] == 403
    for name in ("tariff", "carbon_feed", "grid_feeds", "assessment"):
        path = f"/charging_sub_sessions?expand={name}"
        assert (await ev.ask("GET", path))[0] == 403
    path = "/users/me?expand=default_location.tariff"
    assert (await ev.ask("GET", path))[0] == 403


async def test_narrow_token(ev: EvClient) -> None:
    """An application may ask for less than it may have."""
    code = await ev.code(scope="evse:read")
    _, ev.tokens = await ev.exchange(code)
    assert ev.tokens["scope"] == "evse:read"
    await ev.get("/evses")
    assert (await ev.ask("GET", "/vehicles"))[0] == 403


async def test_bad_tokens(ev: EvClient) -> None:
    """No token and a wrong token are 401; the edge may say 403 in plain text."""
    for token in ("", "nonsense", ev.tokens["refresh_token"]):
        status, answer, body = await ev.ask("GET", "/evses", token=token)
        assert status == 401
        assert answer.headers["EvEnergy-Version"] == "2"
        check(body, doc.PROBLEM)
    ev.cloud.options.edge_403 = True
    status, answer, _ = await ev.ask("GET", "/evses", token="")
    assert (status, answer.content_type) == (403, "text/plain")


@pytest.mark.parametrize(
    "path",
    [
        "/charging_sessions?page_size=7",
        "/charging_sub_sessions?page_size=30",
        "/evses?page_size=1",
        "/tariffs?page_size=1",
    ],
)
async def test_pages(ev: EvClient, path: str) -> None:
    """The Link header leads to the end and back, and nothing is met twice."""
    there: list[str] = []
    count = 0
    last = None
    following: str | None = path
    body: list[dict[str, str]] = []
    while following is not None:
        status, last, body = await ev.ask("GET", following)
        assert status == 200
        there += [it["id"] for it in body]
        count += 1
        following = link(last, "next")
    assert count > 1
    assert len(there) == len(set(there))
    back = there[-len(body) :]
    assert last is not None
    previous = link(last, "previous")
    while previous is not None:
        _, answer, body = await ev.ask("GET", previous)
        back = [it["id"] for it in body] + back
        previous = link(answer, "previous")
    assert back == there


async def test_pages_keep_the_query(ev: EvClient) -> None:
    """The address of the next page has the other parameters too."""
    _, answer, _ = await ev.ask(
        "GET", "/charging_sessions?expand=sub_sessions&page_size=1"
    )
    following = link(answer, "next")
    assert following is not None
    assert isinstance((await ev.get(following))[0]["sub_sessions"][0], dict)


async def test_logs(ev: EvClient) -> None:
    """Status logs go back in time page by page and can be bounded."""
    for thing in [*(await ev.get("/evses")), *(await ev.get("/vehicles"))]:
        times: list[str] = []
        pages = 0
        async for page in ev.pages(f"{thing['url']}/status_logs?page_size=40"):
            times += [it["sampled_at"] for it in page]
            pages += 1
            if pages == 5:
                break
        assert times == sorted(set(times), reverse=True)
        assert len(times) == 200
        bounded = await ev.get(
            f"{thing['url']}/status_logs?sampled_at__gte={times[9]}&sampled_at__lte={times[3]}"
        )
        assert [it["sampled_at"] for it in bounded] == times[3:10]


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/evses?page_size=0", 400, "pagination-parameters"),
        ("/evses?page_size=101", 400, "pagination-parameters"),
        ("/evses?page_after=evse01HQZ73TMR0000000000000000", 400, "pagination"),
        ("/evses?expand=everything", 400, None),
        ("/tariffs?page=9", 404, None),
        ("/tariffs?page=x", 400, "pagination-parameters"),
        ("/evses/evse01HQZ73TMR0000000000000000", 404, None),
        ("/vehicles/nonsense", 404, None),
        ("/users/nonsense", 404, None),
        ("/charging_sub_sessions?is_finished=perhaps", 400, None),
        ("/charging_sub_sessions?start__gt=yesterday", 400, None),
        ("/solar_arrays", 404, None),
    ],
)
async def test_problems(ev: EvClient, path: str, status: int, kind: str | None) -> None:
    """Mistakes are problems, with the documented types."""
    found, answer, body = await ev.ask("GET", path)
    assert found == status
    assert answer.content_type == "application/problem+json"
    check(body, doc.PROBLEM)
    assert body["status"] == status
    if kind is not None:
        assert f"/v2/problems/{kind}" in body["type"]
        assert body["type"].endswith("/")


async def test_headers(ev: EvClient) -> None:
    """The version is echoed, an unknown one refused, as is an answer that cannot be had; methods are known."""
    status, answer, _ = await ev.ask("GET", "/evses", headers={"EvEnergy-Version": "2"})
    assert (status, answer.headers["EvEnergy-Version"]) == (200, "2")
    assert (await ev.ask("GET", "/evses", headers={"EvEnergy-Version": "3"}))[0] == 400
    assert (await ev.ask("GET", "/evses", headers={"Accept": "text/csv"}))[0] == 406
    assert (await ev.ask("DELETE", "/evses"))[0] == 405


async def test_rate_limit(sim: Simulator, ev: EvClient) -> None:
    """A thousand requests an hour, then 429 with the wait; other users are not touched."""
    status, answer, _ = await ev.ask("GET", "/grid_feeds")
    assert answer.headers["X-RateLimit-Limit"] == "1000"
    assert answer.headers["X-RateLimit-Remaining"] == "999"
    ev.cloud.options.rate_limit = 4
    sim.clock.advance(timedelta(minutes=10))
    for left in (2, 1, 0):
        status, answer, _ = await ev.ask("GET", "/grid_feeds")
        assert (status, answer.headers["X-RateLimit-Remaining"]) == (200, str(left))
    status, answer, body = await ev.ask("GET", "/grid_feeds")
    assert status == 429
    assert answer.headers["Retry-After"] == "3000"
    assert body["type"].endswith("/v2/problems/rate-limit-exceeded/")
    await ev.sign_in()
    assert (await ev.ask("GET", "/grid_feeds"))[0] == 429
    async with EvClient(sim) as other:
        sim.ev_energy.sign_in(sim.ev_energy.user_ids[1])
        await other.sign_in()
        await other.get("/grid_feeds")
    sim.clock.advance(timedelta(seconds=3000))
    await ev.get("/grid_feeds")


async def test_filters(ev: EvClient) -> None:
    """Sub-sessions can be filtered."""
    path = "/charging_sub_sessions?page_size=100"
    everything = await ev.get(path)
    running = await ev.get(f"{path}&is_finished=false")
    assert running == [it for it in everything if it["end"] is None]
    assert len(running) == 2
    boosts = await ev.get(f"{path}&mode=BOOST")
    assert {it["mode"] for it in boosts} == {"BOOST"}
    evse = (await ev.get("/evses"))[0]
    assert {it["evse"] for it in await ev.get(f"{path}&evse_id={evse['id']}")} == {
        evse["url"]
    }
    much = await ev.get(f"{path}&energy_delivered_watt_hours__gte=30000")
    assert much
    assert all(it["energy_delivered_watt_hours"] >= 30_000 for it in much)
    start = everything[10]["start"]
    later = await ev.get(f"{path}&start__gt={start}")
    assert later == [it for it in everything if it["start"] > start]
    assert await ev.get(f"{path}&user_id=me") == everything
    other = f"{path}&user_id={ev.cloud.user_ids[1]}"
    assert await ev.get(other) == []


async def test_fifty_chargers() -> None:
    """A poll of fifty chargers and cars is a handful of requests."""
    async with (
        Simulator(speed=0, stations=0, start=START, home_chargers=50) as sim,
        EvClient(sim) as ev,
    ):
        await ev.sign_in()
        evses = await ev.get("/evses?page_size=100&expand=latest_status_log")
        vehicles = await ev.get("/vehicles?page_size=100&expand=latest_status_log")
        assert len(evses) == len(vehicles) == 50
        assert {it["integrated"] for it in vehicles} == {
            "ACTIVE",
            "INACTIVE",
            "UNINTEGRATED",
        }
        running = await ev.get(
            "/charging_sub_sessions?is_finished=false&page_size=100&expand=schedules"
        )
        assert {it["mode"] for it in running} == {"SMART", "BOOST"}


async def test_faults_and_requests(ev: EvClient) -> None:
    """Faults and the request log work as for every vendor."""
    ev.cloud.faults.add("/v2/evses", status=503, retry_after=7, times=1)
    status, answer, body = await ev.ask("GET", "/evses")
    assert (status, answer.headers["Retry-After"]) == (503, "7")
    assert answer.headers["EvEnergy-Version"] == "2"
    check(body, doc.PROBLEM)
    ev.cloud.faults.add("/v2/vehicles", replace={"0.description": "X"})
    assert (await ev.get("/vehicles"))[0]["description"] == "X"
    assert len(ev.cloud.requests.matching("/o/token/", status=200)) == 1
    assert ev.cloud.requests[-1].credential == "access"
    assert ev.tokens["access_token"] not in json.dumps(
        [record.query for record in ev.cloud.requests]
    )


async def test_control(sim: Simulator, ev: EvClient) -> None:
    """The control endpoint knows the homes and the tokens."""
    async with Client(sim) as client:
        _, homes = await client.control("GET", "/homes")
        assert [it["id"] for it in homes["chargers"]] == sim.world.homes.charger_ids()
        path = f"/chargers/{homes['chargers'][0]['id']}"
        _, charger = await client.control("POST", path, {"action": "unplug"})
        assert not charger["plugged_in"]
        for action in ("plug_in", "start", "stop", "boost_start", "boost_end"):
            status, charger = await client.control("POST", path, {"action": action})
            assert status == 200, charger
        for action in ("offline", "online", "fault", "clear_fault"):
            status, _ = await client.control("POST", path, {"action": action})
            assert status == 200
        path = f"/cars/{homes['cars'][0]['id']}"
        change: dict[str, object] = {"smart": False, "limit": 60, "link": "broken"}
        _, car = await client.control("POST", path, change)
        assert change.items() <= car.items()
        assert (await client.control("POST", path, {"limit": 20}))[0] == 400
        assert (await client.control("POST", "/cars/none", {"limit": 60}))[0] == 404
        expire = {"action": "expire_access_tokens"}
        _, access = await client.control("POST", "/ev_energy/tokens", expire)
        assert access["client_id"] == "simulated-ev-energy-client-id"
        assert (await ev.ask("GET", "/evses"))[0] == 401
