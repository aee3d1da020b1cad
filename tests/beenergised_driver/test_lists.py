"""Tests of lists: pages to the end, and the running session wherever it stands."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.ev_charging_cloud.clients.search import Favourites

from .tenant import DOCUMENTED, Scripted, Tenant, client_of, failure, page, running

STATIONS = """
    extend type Query {
        cpsPaged(pagination: PaginationFilter, favourites: Boolean): CpsPaged
    }
    type CpsPaged { pagination: Pagination, data: [Cp] }
    type Cp { id: ID, name: String }
"""
BEGAN = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Return a session of the caller's."""
    async with ClientSession() as session:
        yield session


def stations(count: int) -> list[dict[str, object]]:
    """Return some stations."""
    return [{"id": f"{index}", "name": f"Station {index}"} for index in range(count)]


def logs(count: int) -> list[dict[str, Any]]:
    """Return some sessions that are over, the newest first, a day apart."""
    return [
        {
            "id": f"{index}",
            "status": "stopped",
            "dateStart": (BEGAN - timedelta(days=index)).isoformat(),
            "dateEnd": (BEGAN - timedelta(days=index, hours=-1)).isoformat(),
        }
        for index in range(count)
    ]


# ---- pages


@pytest.mark.parametrize(
    ("count", "cap", "total", "requests"),
    [
        (0, 50, False, 1),
        (7, 50, True, 1),
        # Without a total only an empty page, or a shorter one, is the last.
        (7, 50, False, 2),
        (50, 50, False, 2),
        (120, 50, False, 3),
        (120, 50, True, 3),
        (100, 50, False, 3),
        (100, 50, True, 2),
        (9, 3, False, 4),
    ],
)
async def test_pages_to_the_end(
    socket_enabled: None,
    session: ClientSession,
    count: int,
    cap: int,
    total: bool,
    requests: int,
) -> None:
    """However many a server gives at once, the list is whole."""
    content = page(stations(count), cap=cap, total=total)
    async with running(Tenant(DOCUMENTED + STATIONS, cpsPaged=content)) as tenant:
        client = client_of(tenant, session, choice=Favourites())
        live = await client.async_get_live()
        assert len(live.stations) == count
        assert not live.skipped
        assert not live.unlisted
        assert tenant.count("cpsPaged") == requests


@pytest.mark.parametrize("total", [True, False])
async def test_a_page_that_comes_again(
    socket_enabled: None, session: ClientSession, total: bool
) -> None:
    """Where offsets are not heeded the list ends with what is not new."""
    content = page(stations(60), total=total)
    async with running(Tenant(DOCUMENTED + STATIONS)) as tenant:
        tenant.content["cpsPaged"] = lambda pagination, **more: content(
            {**pagination, "offset": 0, "limit": 50}
        )
        client = client_of(tenant, session, choice=Favourites())
        live = await client.async_get_live()
        assert len(live.stations) == 50
        assert tenant.count("cpsPaged") == 2


async def test_a_page_that_fails(socket_enabled: None, session: ClientSession) -> None:
    """Half a list is none: nothing is gone because the second page was not read."""
    content = page(stations(60), cap=50)
    async with running(Tenant(DOCUMENTED + STATIONS)) as tenant:

        def read(pagination: dict[str, int], **more: object) -> object:
            if pagination["offset"]:
                raise ValueError("out of order")
            return content(pagination)

        tenant.content["cpsPaged"] = read
        client = client_of(tenant, session, choice=Favourites())
        live = await client.async_get_live()
        assert live.stations == ()
        assert live.unlisted


async def test_stations_without_content(
    socket_enabled: None, session: ClientSession
) -> None:
    """A station that comes as nothing proves none gone; those beside it are there."""
    listed = [*stations(2), None, {"id": None, "name": "Nobody"}]
    async with running(Tenant(DOCUMENTED + STATIONS, cpsPaged=page(listed))) as tenant:
        live = await client_of(tenant, session, choice=Favourites()).async_get_live()
        assert len(live.stations) == 2
        assert len(live.skipped) == 2


# ---- sessions


def shuffled(count: int) -> list[dict[str, Any]]:
    """Return sessions in no order."""
    whole = logs(count)
    return [*whole[count // 2 :], *whole[: count // 2]]


@pytest.mark.parametrize(
    ("make", "total", "each_look"),
    [
        (logs, True, 1),
        (logs, False, 1),
        (lambda count: logs(count)[::-1], True, 1),
        (lambda count: logs(count)[::-1], False, 2),
        (shuffled, True, 2),
        (shuffled, False, 2),
    ],
)
async def test_the_newest_session_in_any_order(
    socket_enabled: None,
    session: ClientSession,
    make: Callable[[int], list[dict[str, Any]]],
    total: bool,
    each_look: int,
) -> None:
    """2.9: whatever order the list has; at first all of it is looked at."""
    async with running(Tenant(chargelogsPaged=page(make(130), total=total))) as tenant:
        client = client_of(tenant, session)
        for looks in range(3):
            live = await client.async_get_live()
            assert live.driver is not None
            assert live.driver.last is not None
            assert live.driver.last.id == "0"
            assert tenant.count("chargelogsPaged") == 2 + looks * each_look


async def test_a_list_that_changes_its_order(
    socket_enabled: None, session: ClientSession
) -> None:
    """What was found out of it is found out anew."""
    async with running(Tenant(chargelogsPaged=page(logs(30)))) as tenant:
        client = client_of(tenant, session)
        for listed in (logs(30), logs(30)[::-1], shuffled(30), logs(30)):
            tenant.content["chargelogsPaged"] = page(listed)
            for _ in range(2):
                live = await client.async_get_live()
                assert live.driver is not None
                assert live.driver.last is not None
                assert live.driver.last.id == "0"


@pytest.mark.parametrize("place", [0, 3, 10, 25, 119])
async def test_a_running_session_anywhere(
    socket_enabled: None, session: ClientSession, place: int
) -> None:
    """2.9: in a list without an order it is found wherever it stands."""
    listed = shuffled(120)
    listed.insert(place, {"id": "now", "status": "started", "dateStart": None})
    async with running(Tenant(chargelogsPaged=page(listed))) as tenant:
        live = await client_of(tenant, session).async_get_live()
        assert live.driver is not None
        assert live.driver.running is not None
        assert live.driver.running.id == "now"


async def test_sessions_without_dates(
    socket_enabled: None, session: ClientSession
) -> None:
    """Nothing tells their order, so that all are looked at."""
    listed = [{"id": f"{index}", "status": "stopped"} for index in range(30)]
    listed.append({"id": "now", "status": "roaming_start"})
    async with running(Tenant(chargelogsPaged=page(listed))) as tenant:
        live = await client_of(tenant, session).async_get_live()
        assert live.driver is not None
        assert live.driver.running is not None


async def test_a_session_that_comes_twice(
    socket_enabled: None, session: ClientSession
) -> None:
    """2.10: it counts once."""
    now = {"id": "now", "status": "started", "dateStart": BEGAN.isoformat()}
    async with running(Tenant(chargelogsPaged=page([now, now, *logs(2)]))) as tenant:
        live = await client_of(tenant, session).async_get_live()
        assert live.driver is not None
        assert [log.id for log in live.driver.sessions] == ["now", "0", "1"]


GONE = {"id": "now", "status": "stopped", "dateStart": BEGAN.isoformat()}


@pytest.mark.parametrize(
    ("answer", "runs"),
    [
        ((200, {"data": {"chargelog": {**GONE, "status": "started"}}}), True),
        ((200, {"data": {"chargelog": GONE}}), False),
        ((200, {"data": {"chargelog": None}}), False),
        (failure("Charge log not found", "NOT_FOUND"), False),
        ((503, "<html>"), False),
    ],
)
async def test_a_running_session_that_leaves_the_list(
    socket_enabled: None, session: ClientSession, answer: Scripted, runs: bool
) -> None:
    """It is asked for by its id; that this fails costs nothing else."""
    now = {"id": "now", "status": "started", "dateStart": BEGAN.isoformat()}
    async with running(Tenant(chargelogsPaged=page([now, *logs(3)]))) as tenant:
        client = client_of(tenant, session)
        await client.async_get_live()
        assert tenant.count("chargelog") == 0
        tenant.content["chargelogsPaged"] = page(logs(3))
        tenant.scripted["chargelog"] = [answer]
        for _ in range(8):
            live = await client.async_get_live()
            assert live.driver is not None
            assert len(live.driver.sessions) >= 3
            assert bool(live.driver.running) is runs
        # It is given up some time, unless it is there.
        assert tenant.count("chargelog") <= (8 if runs else 10)
