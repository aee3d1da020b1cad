"""Tests of the driver's past as it is asked for: every page, every cursor."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
import json
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.ev_charging_cloud.clients.errors import (
    UnavailableError,
    UnexpectedAnswerError,
)

from .tenant import DOCUMENTED, Tenant, client_of, page, running

pytestmark = pytest.mark.usefixtures("socket_enabled")

type Log = dict[str, Any] | None
RELAY = DOCUMENTED.replace(
    "chargelogsPaged(pagination: PaginationFilter): ChargelogsPaged",
    "chargelogsPaged(first: Int, after: String): Relay",
) + (
    "type Relay { edges: [Edge], pageInfo: PageInfo, totalCount: Int }"
    " type Edge { node: Chargelog }"
    " type PageInfo { hasNextPage: Boolean, endCursor: String }"
)


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Return a session of the caller's."""
    async with ClientSession() as session:
        yield session


def logs(count: int) -> list[Log]:
    """Return some sessions that are over, the newest first."""
    began = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
    return [
        {
            "id": f"{index:03}",
            "status": "stopped",
            "dateStart": (began - timedelta(days=index)).isoformat(),
        }
        for index in range(count)
    ]


def forwards(offset: int, first: str | None, width: int = 50, **more: object) -> object:
    """Return where a list goes on."""
    begin = {} if first is None else {"first": first}
    return {"offset": offset, **begin, "width": width, **more}


async def async_read(
    tenant: Tenant, session: ClientSession
) -> list[tuple[list[str], object, bool]]:
    """Return the pages: ids, cursor, and whether all before it is known by then."""
    pages: list[tuple[list[str], object, bool]] = []
    cursor: str | None = None
    async with running(tenant):
        client = client_of(tenant, session)
        while not pages or cursor is not None:
            found = await client.async_read_history(cursor)
            assert found is not None
            cursor = found.cursor
            ids = [each.id for each in found.sessions]
            told = None if cursor is None else json.loads(cursor)
            pages.append((ids, told, found.is_ordered))
            assert len(pages) < 9
    return pages


def ids(start: int, end: int) -> list[str]:
    """Return the ids of some sessions."""
    return [f"{index:03}" for index in range(start, end)]


@pytest.mark.parametrize(
    ("count", "total", "asked", "pages"),
    [
        (
            120,
            True,
            [0, 50, 100],
            [
                (ids(0, 50), forwards(50, "000"), True),
                (ids(50, 100), forwards(100, "050"), True),
                (ids(100, 120), None, True),
            ],
        ),
        (
            100,
            True,
            [0, 50],
            [(ids(0, 50), forwards(50, "000"), True), (ids(50, 100), None, True)],
        ),
        (
            101,
            True,
            [0, 50, 100],
            [
                (ids(0, 50), forwards(50, "000"), True),
                (ids(50, 100), forwards(100, "050"), True),
                (ids(100, 101), None, True),
            ],
        ),
        # Without a total the last page is shorter than the first, or empty.
        (
            99,
            False,
            [0, 50],
            [(ids(0, 50), forwards(50, "000"), True), (ids(50, 99), None, True)],
        ),
        (
            100,
            False,
            [0, 50, 100],
            [
                (ids(0, 50), forwards(50, "000"), True),
                (ids(50, 100), forwards(100, "050"), True),
                ([], None, True),
            ],
        ),
        (
            1,
            False,
            [0, 1],
            [(["000"], forwards(1, "000", 1), True), ([], None, True)],
        ),
        (0, True, [0], [([], None, True)]),
        (0, False, [0], [([], None, True)]),
    ],
)
async def test_newest_first(
    session: ClientSession,
    count: int,
    total: bool,
    asked: list[int],
    pages: list[tuple[list[str], object, bool]],
) -> None:
    """Pages of a hundred at most; where each ends the next one begins."""
    tenant = Tenant(chargelogsPaged=page(logs(count), cap=50, total=total))
    assert await async_read(tenant, session) == pages
    assert tenant.given("chargelogsPaged") == [
        {"pagination": {"limit": 100, "offset": offset}} for offset in asked
    ]


@pytest.mark.parametrize(
    ("count", "asked", "pages"),
    [
        (
            120,
            [(100, 0), (50, 70), (50, 20), (20, 0)],
            [
                (ids(0, 50), {"offset": 70, "size": 50}, True),
                (ids(50, 100), {"offset": 20, "size": 50}, True),
                (ids(100, 120), None, True),
            ],
        ),
        (
            100,
            [(100, 0), (50, 50), (50, 0)],
            [
                (ids(0, 50), {"offset": 50, "size": 50}, True),
                (ids(50, 100), None, True),
            ],
        ),
        # All of it is there already, in whatever order.
        (50, [(100, 0)], [(ids(0, 50), None, False)]),
    ],
)
async def test_oldest_first(
    session: ClientSession,
    count: int,
    asked: list[tuple[int, int]],
    pages: list[tuple[list[str], object, bool]],
) -> None:
    """From the end, in steps as big as the first page."""
    listed = page(reversed(logs(count)), cap=50)
    tenant = Tenant(chargelogsPaged=listed)
    assert await async_read(tenant, session) == pages
    assert tenant.given("chargelogsPaged") == [
        {"pagination": {"limit": limit, "offset": offset}} for limit, offset in asked
    ]


async def test_no_order(session: ClientSession) -> None:
    """No page of such a list proves that what is older is known."""
    listed = logs(60)
    listed[0], listed[7], listed[3] = listed[7], listed[0], None
    pages = await async_read(
        Tenant(chargelogsPaged=page(listed, cap=50, total=False)), session
    )
    assert [(len(found), *more) for found, *more in pages] == [
        (49, forwards(50, "007", is_ordered=False), False),
        (10, None, False),
    ]


@pytest.mark.parametrize("oldest_first", [True, False])
async def test_a_connection(session: ClientSession, oldest_first: bool) -> None:
    """Where the page before it ended the next one begins; it cannot be read backwards."""
    listed = logs(5)
    if oldest_first:
        listed.reverse()

    def read(first: int, after: str | None = None) -> Mapping[str, object]:
        assert first == 100
        begin = int(after or 0)
        return {
            "edges": [{"node": it} for it in listed[begin : begin + 2]],
            "pageInfo": {"hasNextPage": begin < 4, "endCursor": f"{begin + 2}"},
            "totalCount": 5 if oldest_first else None,
        }

    tenant = Tenant(RELAY, chargelogsPaged=read)
    pages = await async_read(tenant, session)
    more = {} if not oldest_first else {"is_ordered": False}
    firsts = ["004", "002"] if oldest_first else ["000", "002"]
    assert [cursor for _, cursor, _ in pages] == [
        forwards(2, firsts[0], 2, after="2", **more),
        forwards(4, firsts[1], 2, after="4", **more),
        None,
    ]
    assert {known for *_, known in pages} == {not oldest_first}
    assert tenant.given("chargelogsPaged") == [
        {"first": 100},
        {"first": 100, "after": "2"},
        {"first": 100, "after": "4"},
    ]


async def test_the_same_page_again(session: ClientSession) -> None:
    """What begins as the page before it is the end, and is told all the same."""
    always = {"pagination": {"totalCount": 90}, "data": logs(30)}
    pages = await async_read(Tenant(chargelogsPaged=always), session)
    assert pages == [
        (ids(0, 30), forwards(30, "000", 30), True),
        (ids(0, 30), None, True),
    ]


async def test_a_list_without_pages(session: ClientSession) -> None:
    """It is asked for once, with no argument."""
    schema = DOCUMENTED.replace(
        "chargelogsPaged(pagination: PaginationFilter)", "chargelogsPaged"
    )
    listed = logs(3)[::-1]
    tenant = Tenant(
        schema, chargelogsPaged={"pagination": {"totalCount": 9}, "data": listed}
    )
    assert await async_read(tenant, session) == [(ids(0, 3), None, True)]
    assert tenant.given("chargelogsPaged") == [{}]


async def test_what_is_not_over(session: ClientSession) -> None:
    """A session that runs or waits is no past; one of another word is."""
    listed = logs(4)
    words = ("started", "roaming_waiting_for_transaction", "odd")
    for log, word in zip(listed, words, strict=False):
        assert log is not None
        log["status"] = word
    pages = await async_read(Tenant(chargelogsPaged=page(listed)), session)
    assert pages == [(["002", "003"], None, True)]


async def test_what_cannot_be_read(session: ClientSession) -> None:
    """A place that is none, a list that is none, and an outage are errors."""
    async with running(Tenant(chargelogsPaged=page(logs(3)))) as tenant:
        client = client_of(tenant, session)
        for cursor in ("page 7", "{}", '{"offset": "x"}'):
            with pytest.raises(
                UnexpectedAnswerError, match=r"^no place in the history: [A-Z]"
            ):
                await client.async_read_history(cursor)
        assert tenant.asked == []
        tenant.scripted["chargelogsPaged"] = [(503, "busy")]
        with pytest.raises(UnavailableError):
            await client.async_read_history(None)
        tenant.scripted["chargelogsPaged"] = [
            (200, {"data": {"chargelogsPaged": {"data": [{"status": "stopped"}]}}})
        ]
        with pytest.raises(
            UnexpectedAnswerError, match=r"^none of 1 sessions could be read"
        ):
            await client.async_read_history(None)
    lacking = Tenant(DOCUMENTED.replace("chargelogsPaged(", "logs("))
    async with running(lacking) as tenant:
        client = client_of(tenant, session)
        for cursor in ('{"offset":50}', '{"offset":50,"size":50}'):
            assert await client.async_read_history(cursor) is None
