"""Tokens, filters, pages, permissions and the request log of the simulated ChargEye."""

from datetime import UTC, datetime, timedelta
import json

import pytest

from simulator import Simulator
from tests.simulator.client import Client


async def test_token_life(sim: Simulator, client: Client) -> None:
    """A JWT is good for eight simulated hours, and the same refresh token fetches the next."""
    status, body = await client.login()
    assert status == 200
    until = datetime.fromisoformat(body["validUntil"])
    assert until - sim.clock.now() == timedelta(hours=8)
    sim.clock.advance(timedelta(hours=8) - timedelta(seconds=1))
    await client.get("/locations")
    sim.clock.advance(timedelta(seconds=1))
    assert await client.ask("/locations") == (401, {"errorMessage": "Unauthorized"})
    await client.login()
    await client.get("/locations")


async def test_tokens_are_not_interchangeable(sim: Simulator, client: Client) -> None:
    """The refresh token reads nothing, and a JWT fetches no other."""
    assert (await client.login(client.token))[0] == 401
    client.token = sim.kempower.refresh_token
    assert (await client.ask("/stations"))[0] == 401
    for wrong in ("", "nonsense", "a.b.c"):
        client.token = wrong
        assert (await client.ask("/stations"))[0] == 401
        assert (await client.ask("/auth/refreshAccessToken"))[0] == 401


async def test_expire_access_tokens(sim: Simulator, client: Client) -> None:
    """All JWTs issued so far can be refused at once."""
    sim.kempower.expire_access_tokens()
    assert (await client.ask("/stations"))[0] == 401
    await client.login()
    await client.get("/stations")


async def test_refresh_token_revoked_and_renewed(
    sim: Simulator, client: Client
) -> None:
    """A revoked refresh token is refused while its last JWT lives on; a renewed one works, the old one does not."""
    old = sim.kempower.refresh_token
    sim.kempower.revoke_refresh_token()
    await client.get("/stations")
    assert (await client.login())[0] == 401
    new = sim.kempower.renew_refresh_token()
    assert new == sim.kempower.refresh_token != old
    assert (await client.login(old))[0] == 401
    assert (await client.login(new))[0] == 200


@pytest.mark.parametrize("status", [401, 403])
async def test_deny(sim: Simulator, client: Client, status: int) -> None:
    """A path can be not permitted though the token is good."""
    sim.kempower.deny("/stations", status=status)
    assert (await client.ask("/stations"))[0] == status
    await client.get("/locations")
    sim.kempower.allow("/stations")
    await client.get("/stations")


async def test_location_filter(client: Client) -> None:
    """`locationUid` leaves one location's stations; an unknown one leaves none."""
    everything = (await client.get("/stations"))["stations"]
    parts = []
    for location in (await client.get("/locations"))["locations"]:
        part = (await client.get("/stations", locationUid=location["id"]))["stations"]
        assert part
        assert {station["locationUid"] for station in part} == {location["id"]}
        parts += part
    assert parts == everything
    assert await client.get("/stations", locationUid="nowhere") == {"stations": []}


@pytest.mark.parametrize(
    "path",
    [
        "/locations/nowhere",
        "/locations/nowhere/stations",
        "/chargingStations/nothing/transactions",
        "/no/such/path",
        "/chargingStations/CS00001/start",
    ],
)
async def test_not_found(client: Client, path: str) -> None:
    """What does not exist is answered with the documented error body."""
    assert await client.ask(path) == (404, {"errorMessage": "Resource not found"})


async def test_pages(sim: Simulator, client: Client) -> None:
    """Pages lead to the end of ninety days without a gap or a duplicate, latest first, while sessions go on."""
    path = "/chargingStations/CS00002/transactions"
    expected = [session.id for session in sim.world.sessions("CS00002")]
    found: list[str] = []
    starts: list[str] = []
    query: dict[str, str] = {}
    pages = 0
    while True:
        answer = await client.get(path, **query)
        found += [item["txId"] for item in answer["transactions"]]
        starts += [item["startTime"] for item in answer["transactions"]]
        assert answer["summary"]["count"] == len(answer["transactions"])
        pages += 1
        if "lastEvaluatedKey" not in answer:
            break
        query = {"exclusiveStartKey": json.dumps(answer["lastEvaluatedKey"])}
        sim.clock.advance(timedelta(minutes=5))
    assert pages > 3
    assert found == expected
    assert starts == sorted(starts, reverse=True)
    assert sim.clock.now() - datetime.fromisoformat(starts[-1]) > timedelta(days=85)


async def test_transactions_between_dates(sim: Simulator, client: Client) -> None:
    """`startDate` and `endDate` choose by the start of a transaction."""
    since, until = datetime(2026, 9, 20, tzinfo=UTC), datetime(2026, 9, 22, tzinfo=UTC)
    answer = await client.get(
        "/chargingStations/CS00001/transactions",
        startDate=since.isoformat(),
        endDate="2026-09-22T00:00:00.000Z",
    )
    starts = [
        datetime.fromisoformat(item["startTime"]) for item in answer["transactions"]
    ]
    assert starts
    assert all(since <= start < until for start in starts)
    everything = [
        session
        for session in sim.world.sessions("CS00001")
        if since <= session.start < until
    ]
    assert len(starts) == len(everything)


@pytest.mark.parametrize(
    "query",
    [
        {"startDate": "yesterday"},
        {"endDate": "32"},
        {"exclusiveStartKey": "{}"},
        {"exclusiveStartKey": "nonsense"},
        {
            "exclusiveStartKey": '{"stationId": "CS00009", "startTime": "2026-09-22T00:00:00Z", "txId": "x"}'
        },
    ],
)
async def test_bad_query(client: Client, query: dict[str, str]) -> None:
    """Nonsense in a query gets the documented 400."""
    answer = await client.ask("/chargingStations/CS00001/transactions", **query)
    assert answer == (400, {"errorMessage": "Invalid request parameters"})


async def test_request_log(sim: Simulator, client: Client) -> None:
    """Each request is written down with the kind of its credential, never with the credential."""
    log = sim.kempower.requests
    log.clear()
    await client.get("/stations", locationUid="nowhere")
    await client.ask("/locations/x")
    await client.login()
    assert [
        (record.method, record.path, record.status, record.credential) for record in log
    ] == [
        ("GET", "/stations", 200, "access"),
        ("GET", "/locations/x", 404, "access"),
        ("GET", "/auth/refreshAccessToken", 200, "refresh"),
    ]
    assert log[0].query == {"locationUid": "nowhere"}
    assert log[0].time == sim.clock.now()
    assert len(log.matching("/locations/*")) == len(log.matching(status=404)) == 1
    assert sim.kempower.refresh_token not in repr(log)
    assert client.token not in repr(log)


async def test_only_reading(client: Client) -> None:
    """No command exists, for none is documented."""
    for method in ("post", "put", "patch", "delete"):
        headers = {"Authorization": f"Bearer {client.token}"}
        url = client.url("/stations")
        async with client.session.request(method, url, headers=headers) as answer:
            assert answer.status == 404
