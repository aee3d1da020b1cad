"""Tests of which sessions are asked for at each look, and which are looked after."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession
import msgspec
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver.chargelogs import (
    Order,
    order_of,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.lists import Listing
from custom_components.ev_charging_cloud.clients.snapshot import LiveState

from .tenant import DOCUMENTED, LOST, Tenant, client_of, failure, page, running

BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
RUNNING = {
    "started": "active",
    "roaming_start": "active",
    "waiting_for_transaction": "pending",
    "roaming_waiting_for_transaction": "pending",
}


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """Return a session of the caller's."""
    async with ClientSession() as session:
        yield session


def log(id_: str, day: int, status: str = "stopped") -> dict[str, Any]:
    """Return a session that began so many days before."""
    began = BEGAN - timedelta(days=day)
    return {"id": id_, "status": status, "dateStart": began.isoformat()}


def logs(count: int) -> list[dict[str, Any]]:
    """Return some sessions that are over, the newest first."""
    return [log(f"{index}", index) for index in range(count)]


def asked(tenant: Tenant) -> list[tuple[int, int]]:
    """Return the limit and offset of each page of sessions."""
    given = [it["pagination"] for it in tenant.given("chargelogsPaged")]
    return [(it["limit"], it["offset"]) for it in given]


def ids(live: LiveState) -> list[str]:
    """Return the ids of the sessions that are told."""
    assert live.driver is not None
    return [it.id for it in live.driver.sessions]


async def test_newest_first(session: ClientSession) -> None:
    """After the first look its beginning is enough, ten sessions of it."""
    async with running(Tenant(chargelogsPaged=page(logs(130)))) as tenant:
        client = client_of(tenant, session)
        assert len(ids(await client.async_get_live())) == 130
        for _ in range(2):
            assert ids(await client.async_get_live()) == [str(it) for it in range(10)]
        assert asked(tenant) == [(100, 0), (100, 100), (10, 0), (10, 0)]


async def test_oldest_first(session: ClientSession) -> None:
    """Only of a list that is too long the end is read; it moves as the list grows."""
    listed = logs(700)[::-1]
    async with running(Tenant(chargelogsPaged=page(listed))) as tenant:
        client = client_of(tenant, session)
        first = ids(await client.async_get_live())
        assert first == [str(it) for it in range(10)]
        whole = [(100, it) for it in range(0, 500, 100)]
        assert asked(tenant) == [*whole, (20, 690)]
        tenant.content["chargelogsPaged"] = page([*listed, log("a", -1), log("b", -2)])
        assert ids(await client.async_get_live())[:3] == ["b", "a", "0"]
        assert len(ids(await client.async_get_live())) == 10
        assert asked(tenant)[6:] == [(20, 690), (20, 692)]
    async with running(Tenant(chargelogsPaged=page(listed[-30:]))) as tenant:
        client = client_of(tenant, session)
        assert len(ids(await client.async_get_live())) == 30
        assert len(ids(await client.async_get_live())) == 10
        assert asked(tenant) == [(100, 0), (20, 20)]
    async with running(Tenant(chargelogsPaged=page(listed[-6:]))) as tenant:
        client = client_of(tenant, session)
        for _ in range(2):
            assert len(ids(await client.async_get_live())) == 6
        assert asked(tenant) == [(100, 0), (20, 0)]


async def test_another_order(session: ClientSession) -> None:
    """A list that turns out to come otherwise is read from its beginning at once."""
    async with running(Tenant(chargelogsPaged=page(logs(30)))) as tenant:
        client = client_of(tenant, session)
        await client.async_get_live()
        tenant.content["chargelogsPaged"] = page(logs(40)[::-1])
        assert len(ids(await client.async_get_live())) == 40
        # A single one has no order.
        tenant.content["chargelogsPaged"] = page(logs(1))
        await client.async_get_live()
        assert ids(await client.async_get_live()) == ["0"]
        assert asked(tenant) == [(100, 0), (10, 0), (100, 0), (20, 30), (20, 0)]


async def test_sessions_that_run_are_asked_for(session: ClientSession) -> None:
    """Each status that runs by itself, or all at once, in the same request."""
    paged = "chargelogsPaged(pagination: PaginationFilter"
    words = "stopped roaming_start started waiting_for_transaction"
    words += " roaming_waiting_for_transaction"
    one = DOCUMENTED.replace(paged, f"{paged}, status: S") + f"enum S {{ {words} }}"
    many = one.replace("status: S)", "where: Where)")
    many += "input Where { pages: Int = 1, statuses: [S!] }"
    old = [log("now", 400, "started"), log("soon", 401, "waiting_for_transaction")]

    def read(
        pagination: dict[str, int],
        status: str | None = None,
        where: dict[str, list[str]] | None = None,
    ) -> object:
        wanted = where["statuses"] if where else [status]
        found = [it for it in old if it["status"] in wanted] or logs(30)
        return page(found)(pagination) if wanted != ["roaming_start"] else None

    for schema, count in ((one, 5), (many, 2)):
        async with running(Tenant(schema, chargelogsPaged=read)) as tenant:
            client = client_of(tenant, session)
            for _ in range(2):
                live = await client.async_get_live()
                assert live.driver is not None
                assert live.driver.running is not None
                assert live.driver.running.id == "now"
                assert live.driver.waiting
            assert tenant.count("chargelogsPaged") == 2 * count
            assert tenant.count("chargelog") == 0
            given = tenant.given("chargelogsPaged")[:count]
            assert given[0] == {"pagination": {"limit": 100, "offset": 0}}
            told = [it.get("status") or it["where"]["statuses"] for it in given[1:]]
            assert told == ([*RUNNING] if count == 5 else [[*RUNNING]])


# ---- sessions that leave the list


@pytest.mark.parametrize("status", [*RUNNING])
async def test_a_session_that_ran(session: ClientSession, status: str) -> None:
    """It is asked for by its id, until it is over; then it stays among the newest."""
    now = log("now", 50, status)
    async with running(Tenant(chargelogsPaged=page([now, *logs(3)]))) as tenant:
        client = client_of(tenant, session)
        await client.async_get_live()
        tenant.content["chargelogsPaged"] = page(logs(3))
        tenant.content["chargelog"] = now
        for _ in range(2):
            live = await client.async_get_live()
            assert live.driver is not None
            assert live.driver.running is not None
            assert live.driver.running.status == RUNNING[status]
        tenant.content["chargelog"] = log("now", 50)
        for _ in range(3):
            live = await client.async_get_live()
            assert ids(live) == ["0", "1", "2", "now"]
            assert live.driver is not None
            assert live.driver.running is None
        assert tenant.given("chargelog") == [{"id": "now"}] * 3
        # It may go on, and be listed again.
        tenant.content["chargelogsPaged"] = page([now, *logs(3)])
        live = await client.async_get_live()
        assert live.driver is not None
        assert live.driver.running is not None
        assert tenant.count("chargelog") == 3


@pytest.mark.parametrize(
    "answer",
    [
        failure("No such thing", "NOT_FOUND"),
        failure("Not for you", "FORBIDDEN"),
        (404, "<html>"),
        (503, "busy"),
        LOST,
        (200, {"data": {"chargelog": None}}),
        (200, {"data": {}}),
        (200, {"data": {"chargelog": {"id": None}}}),
    ],
)
async def test_a_session_that_is_gone(
    session: ClientSession, answer: tuple[int, object]
) -> None:
    """After five looks in vain it is given up; what is found again is counted anew."""
    now = log("now", 50, "started")
    async with running(Tenant(chargelogsPaged=page([now, *logs(3)]))) as tenant:
        client = client_of(tenant, session)
        await client.async_get_live()
        tenant.content["chargelogsPaged"] = page(logs(3))
        tenant.scripted["chargelog"] = [answer]
        for _ in range(4):
            assert ids(await client.async_get_live()) == ["0", "1", "2"]
        asked_for = tenant.count("chargelog")
        await client.async_get_live()
        last = tenant.count("chargelog")
        assert last > asked_for
        for _ in range(3):
            assert ids(await client.async_get_live()) == ["0", "1", "2"]
        assert tenant.count("chargelog") == last


async def test_only_some_are_looked_after(session: ClientSession) -> None:
    """The five that were seen last are asked for, and ten that ended are kept."""
    many = [log(f"r{it}", 50 + it, "started") for it in range(7)]
    async with running(Tenant(chargelogsPaged=page([*many, *logs(2)]))) as tenant:
        client = client_of(tenant, session)
        await client.async_get_live()
        tenant.content["chargelogsPaged"] = page(logs(2))
        tenant.content["chargelog"] = lambda id: {"id": id, "status": "stopped"}
        found = ids(await client.async_get_live())
        assert [it["id"] for it in tenant.given("chargelog")] == [
            f"r{it}" for it in range(2, 7)
        ]
        assert sorted(found) == ["0", "1", *(f"r{it}" for it in range(2, 7))]
        await client.async_get_live()
        assert [it["id"] for it in tenant.given("chargelog")[5:]] == ["r0", "r1"]
        for begin in (7, 12):
            more = [log(f"r{it}", 50, "started") for it in range(begin, begin + 5)]
            tenant.content["chargelogsPaged"] = page([*more, *logs(2)])
            await client.async_get_live()
            tenant.content["chargelogsPaged"] = page(logs(2))
            await client.async_get_live()
        found = ids(await client.async_get_live())
        assert sorted(found) == sorted(["0", "1", *(f"r{it}" for it in range(7, 17))])


# ---- the order of a list


@pytest.mark.parametrize(
    ("days", "total", "order"),
    [
        ([], 0, Order.NEWEST_FIRST),
        ([1], 1, Order.NEWEST_FIRST),
        ([None], 1, Order.NEWEST_FIRST),
        ([1, 2, 3], None, Order.NEWEST_FIRST),
        ([1, 1, 2], None, Order.NEWEST_FIRST),
        ([None, 1, 2], None, Order.NEWEST_FIRST),
        ([2, 2], 2, Order.NEWEST_FIRST),
        ([3, 2, 1], 3, Order.OLDEST_FIRST),
        ([3, None, 3, 1], 4, Order.OLDEST_FIRST),
        ([3, 2, 1], None, Order.ANY),
        ([1, 3, 2], 3, Order.ANY),
        ([1, None], 2, Order.ANY),
        ([None, None], 2, Order.ANY),
    ],
)
def test_the_order_of_a_list(
    days: list[int | None], total: int | None, order: Order
) -> None:
    """By the dates that are told; a list without a total cannot be read from its end."""
    items = tuple(
        msgspec.Raw(
            msgspec.json.encode(
                {"id": "x", "dateStart": None}
                if day is None
                else {"id": "x", "dateStart": (BEGAN - timedelta(days=day)).isoformat()}
            )
        )
        for day in days
    )
    assert order_of(Listing(items=items, total=total)) is order
    odd = msgspec.Raw(b'{"status": "stopped"}')
    if len(items) > 1:
        assert order_of(Listing(items=(odd, *items), total=total)) is order
