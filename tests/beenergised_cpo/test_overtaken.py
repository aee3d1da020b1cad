"""Tests of windows that are read while they are changed, and of times that were asked for before."""

import asyncio
from datetime import UTC, datetime, timedelta

from aiohttp import web
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
)
from custom_components.ev_charging_cloud.clients.commands import MaintenanceCommands
from custom_components.ev_charging_cloud.clients.errors import (
    RateLimitedError,
    UnavailableError,
)
from custom_components.ev_charging_cloud.clients.model import (
    Location,
    MaintenanceDraft,
    MaintenanceWindow,
)

from .tenant import FakeTenant, Json, item, look

LIST = "/maintenance_windows/"
WRITE = f"/charging_stations/s1{LIST}"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2099, 1, 1, tzinfo=UTC)
DRAFT = MaintenanceDraft(station_id="s1", start=START, end=START + HOUR)


def _window(id_: str, start: datetime = START) -> dict[str, Json]:
    return item(
        id_,
        cpId="s1",
        startDate=start.isoformat(),
        endDate=(start + HOUR).isoformat(),
    )


def _page(*windows: dict[str, Json]) -> Json:
    return {"data": windows, "meta": {"pagination": {"lastPage": True}}}


def _ids(windows: tuple[MaintenanceWindow, ...]) -> list[str]:
    return [window.id for window in windows]


@pytest.fixture
async def commands(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> MaintenanceCommands:
    """Have one window planned, and each write plan another one."""
    tenant.lists[LIST] = [_window("1")]

    def write(_: web.Request) -> Json:
        tenant.lists[LIST].append(_window("2"))
        return {}

    tenant.answers[WRITE] = write
    await client.async_get_live()
    assert client.maintenance is not None
    return client.maintenance


async def test_a_calendar_reads_what_a_command_could_not(
    tenant: FakeTenant, commands: MaintenanceCommands
) -> None:
    """Where the windows could not be read after a change, whoever asks next has them read."""
    tenant.refuse(LIST, 503)
    assert await commands.async_create(DRAFT) is None
    del tenant.answers[LIST]
    asked = tenant.asked[f"GET {LIST}"]
    for _ in range(2):
        found = await commands.async_get_windows(START, START + HOUR)
        assert _ids(found) == ["1", "2"]
        assert tenant.asked[f"GET {LIST}"] == asked + 1


async def test_a_command_reads_though_it_is_early(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    commands: MaintenanceCommands,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A list that failed again and again is asked for after a change all the same."""
    tenant.refuse(LIST, 500)
    for _ in range(4):
        freezer.tick(timedelta(minutes=12))
        await client.async_get_live()
    del tenant.answers[LIST]
    made = await commands.async_create(DRAFT)
    assert made is not None
    assert made.id == "2"


async def test_a_poll_that_a_change_overtook(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    commands: MaintenanceCommands,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What a poll read from before a change is not shown, though nothing newer could be read."""
    began, goes_on = asyncio.Event(), asyncio.Event()

    async def answer_late(_: web.Request) -> Json:
        tenant.refuse(LIST, 503)
        began.set()
        await goes_on.wait()
        return _page(_window("1"), _window("3"))

    tenant.answers[LIST] = answer_late
    freezer.tick(timedelta(minutes=12))
    poll = asyncio.create_task(client.async_get_live())
    await began.wait()
    await commands.async_create(DRAFT)
    goes_on.set()
    live = await poll
    assert _ids(live.stations[0].maintenance) == ["1"]
    del tenant.answers[LIST]
    live = await client.async_get_live()
    assert _ids(live.stations[0].maintenance) == ["1", "2"]


async def test_a_time_long_ago_is_asked_for_anew(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    commands: MaintenanceCommands,
    freezer: FrozenDateTimeFactory,
) -> None:
    """After each poll that read the windows, and after a change, whatever came of it."""
    then = datetime.now(UTC) - 100 * DAY

    async def count() -> int:
        """Return how many requests it takes to show that time twice."""
        before = tenant.asked[f"GET {LIST}"]
        for _ in range(2):
            await commands.async_get_windows(then, then + HOUR)
        return tenant.asked[f"GET {LIST}"] - before

    assert await count() == 1
    assert await count() == 0
    await client.async_get_live()
    assert await count() == 0
    freezer.tick(timedelta(minutes=12))
    await client.async_get_live()
    assert await count() == 1
    await commands.async_create(DRAFT)
    assert await count() == 1

    def refuse_once(_: web.Request) -> web.Response:
        return web.json_response({}, status=429)

    tenant.answers[WRITE] = refuse_once
    with pytest.raises(RateLimitedError):
        await commands.async_create(DRAFT)
    assert await count() == 1


async def test_a_change_while_a_time_long_ago_is_read(
    tenant: FakeTenant, commands: MaintenanceCommands
) -> None:
    """What was read while something was changed is shown once, and not kept."""
    then = datetime.now(UTC) - 100 * DAY
    began, goes_on = asyncio.Event(), asyncio.Event()

    async def answer_late(_: web.Request) -> Json:
        del tenant.answers[LIST]
        began.set()
        await goes_on.wait()
        return _page(_window("0", then))

    tenant.answers[LIST] = answer_late
    look = asyncio.create_task(commands.async_get_windows(then, then + HOUR))
    await began.wait()
    await commands.async_create(DRAFT)
    goes_on.set()
    assert _ids(await look) == ["0"]
    assert _ids(await commands.async_get_windows(then, then + HOUR)) == []


async def test_a_lost_answer_while_nothing_can_be_read(
    tenant: FakeTenant, commands: MaintenanceCommands
) -> None:
    """What cannot be looked at does not count as done, though it looks so."""
    tenant.answers[f"{WRITE}1"] = lambda _: web.Response(status=502)
    tenant.answers[WRITE] = lambda _: web.Response(status=502)
    (window,) = await commands.async_get_windows(START, START + HOUR)
    tenant.lists[LIST].clear()
    await commands.async_delete(window)
    tenant.refuse(LIST, 503)
    with pytest.raises(UnavailableError):
        await commands.async_delete(window)


async def test_no_location_may_mean_that_none_is_told(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """Only a list that has some proves that there are no others."""
    await client.async_get_slow()
    assert (await look(client)).unlisted == {Location}
    tenant.lists["/locations/"] = [item("l1")]
    await client.async_get_slow()
    assert (await look(client)).unlisted == frozenset()
