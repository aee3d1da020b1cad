"""Tests of the driver's past: all of it, in whatever order and pages it comes."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.ev_charging_cloud.clients.errors import UnexpectedAnswerError
from custom_components.ev_charging_cloud.clients.history import HistoryPage

from .tenant import DOCUMENTED, Tenant, client_of, page, running

pytestmark = pytest.mark.usefixtures("socket_enabled")

BEGAN = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Return a session of the caller's."""
    async with ClientSession() as session:
        yield session


def logs(count: int) -> list[dict[str, Any]]:
    """Return some sessions that are over, the newest first, a day apart, in Wh."""
    return [
        {
            "id": f"{index:03}",
            "status": "stopped",
            "dateStart": (BEGAN - timedelta(days=index)).isoformat(),
            "dateEnd": (BEGAN - timedelta(days=index, hours=-2)).isoformat(),
            "meterStart": 100_000 + index,
            "meterEnd": 112_000 + index,
            "energyConsumption": 12.0,
        }
        for index in range(count)
    ]


async def async_read(tenant: Tenant, session: ClientSession) -> list[HistoryPage]:
    """Return all pages; each is read by a client that knows nothing but the cursor."""
    pages: list[HistoryPage] = []
    cursor: str | None = None
    async with running(tenant):
        while not pages or cursor is not None:
            found = await client_of(tenant, session).async_read_history(cursor)
            assert found is not None
            pages.append(found)
            cursor = found.cursor
            assert len(pages) < 20
    return pages


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("cap", [50, 100])
@pytest.mark.parametrize("count", [0, 1, 50, 120, 200])
async def test_newest_first(
    session: ClientSession, count: int, cap: int, total: bool
) -> None:
    """Every session is read once, in the list's own order, whatever the pages."""
    listed = logs(count)
    tenant = Tenant(chargelogsPaged=page(listed, cap=cap, total=total))
    pages = await async_read(tenant, session)
    found = [each.id for it in pages for each in it.sessions]
    assert found == [each["id"] for each in listed]
    assert all(it.is_ordered for it in pages)


@pytest.mark.parametrize("count", [2, 50, 120, 200])
async def test_oldest_first(session: ClientSession, count: int) -> None:
    """Such a list is read from its end, so that the newest come first."""
    listed = logs(count)
    pages = await async_read(
        Tenant(chargelogsPaged=page(reversed(listed), cap=50)), session
    )
    found = [each.id for it in pages for each in it.sessions]
    assert found == [each["id"] for each in listed]


async def test_no_order(session: ClientSession) -> None:
    """Where nothing says what follows, all is to be read."""
    listed = logs(120)
    mixed = listed[::2] + listed[1::2]
    mixed[0], mixed[7] = mixed[7], mixed[0]
    pages = await async_read(Tenant(chargelogsPaged=page(mixed, cap=50)), session)
    assert not any(it.is_ordered for it in pages)
    found = [each.id for it in pages for each in it.sessions]
    assert sorted(found) == [each["id"] for each in listed]


async def test_a_list_that_does_not_turn_its_pages(session: ClientSession) -> None:
    """The same page again is the end."""
    listed = logs(30)
    always = {"pagination": None, "data": listed}
    pages = await async_read(Tenant(chargelogsPaged=always), session)
    assert len(pages) == 2


async def test_without_pages(session: ClientSession) -> None:
    """A list that has no pages is one page."""
    schema = DOCUMENTED.replace(
        "chargelogsPaged(pagination: PaginationFilter)", "chargelogsPaged"
    )
    assert schema != DOCUMENTED
    listed = logs(30)
    pages = await async_read(Tenant(schema, chargelogsPaged={"data": listed}), session)
    assert [len(it.sessions) for it in pages] == [30]


async def test_meter_and_energy(session: ClientSession) -> None:
    """The meter's readings are told where their unit is known, and what runs is not past."""
    listed = logs(2)
    listed[0] |= {"status": "started", "dateEnd": None}
    pages = await async_read(Tenant(chargelogsPaged=page(listed)), session)
    [past] = pages[0].sessions
    assert (past.id, past.energy) == ("001", 12_000)
    assert (past.meter_start, past.meter_stop) == (100_001, 112_001)


async def test_a_cursor_of_another_version(session: ClientSession) -> None:
    """What cannot be understood is said to be so."""
    async with running(Tenant()) as tenant:
        with pytest.raises(UnexpectedAnswerError):
            await client_of(tenant, session).async_read_history("page 7")
