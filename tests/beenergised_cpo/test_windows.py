"""Tests of maintenance windows: odd ones, and what is read after a change, whatever came of it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
)
from custom_components.ev_charging_cloud.clients.commands import MaintenanceCommands
from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
    UnavailableError,
)
from custom_components.ev_charging_cloud.clients.model import (
    MaintenanceDraft,
    MaintenanceWindow,
)

from .tenant import FakeTenant, Json, item, page

LIST = "/maintenance_windows/"
WRITE = "/charging_stations/s1/maintenance_windows/"
START = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
END = START + timedelta(hours=2)


def _window(id_: object = "1", **changes: Json) -> dict[str, Json]:
    return item(
        id_,
        **{
            "cpId": "s1",
            "connectorId": None,
            "comment": "Replace contactor",
            "startDate": START.isoformat(),
            "endDate": END.isoformat(),
        }
        | changes,
    )


def _draft(**changes: Any) -> MaintenanceDraft:
    return MaintenanceDraft(
        **{
            "station_id": "s1",
            "start": START,
            "end": END,
            "comment": "Replace contactor",
            **changes,
        }
    )


async def _shown(client: BeenergisedCpoClient) -> list[MaintenanceWindow]:
    """Return the windows that a poll shows."""
    live = await client.async_get_live()
    return [window for station in live.stations for window in station.maintenance]


async def _commands(client: BeenergisedCpoClient) -> MaintenanceCommands:
    """Poll once, and return what plans maintenance."""
    await client.async_get_live()
    assert client.maintenance is not None
    return client.maintenance


# ---- reading


@pytest.mark.parametrize(
    ("raw", "field", "value"),
    [
        (_window(4711), "id", "4711"),
        (_window(comment=17), "comment", "17"),
        (_window(comment=None), "comment", ""),
        (_window(comment={"de": "x"}), "comment", ""),
        (_window(connectorId=""), "connector_id", None),
        (_window(connectorId=3), "connector_id", "3"),
        (_window(connectorId=[]), "connector_id", None),
        (_window(startDate=START.timestamp()), "start", START),
        (_window(startDate=START.timestamp() * 1000), "start", START),
        (_window(endDate=f"{END:%Y-%m-%dT%H:%M:%S}"), "end", END),
    ],
)
async def test_odd_window(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    raw: Json,
    field: str,
    value: object,
) -> None:
    """A window is shown with what is certain of it."""
    tenant.lists[LIST] = [raw]
    (window,) = await _shown(client)
    assert getattr(window, field) == value
    assert (window.station_id, window.end) == ("s1", END)


async def test_numbers_for_ids(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """A window is its station's and its connector's, though both ids are numbers."""
    tenant.place({"17": ["3", "4"]})
    tenant.lists[LIST] = [_window(cpId=17, connectorId=3, comment=0)]
    await client.async_get_live()
    await client.async_read_details()
    live = await client.async_get_live()
    (station,) = live.stations
    assert [window.comment for window in station.maintenance] == ["0"]
    assert {c.id: len(c.maintenance) for c in live.connectors} == {"3": 1, "4": 0}


@pytest.mark.parametrize(
    "raw",
    [
        _window(""),
        _window(cpId=None),
        _window(cpId=""),
        _window(startDate=None),
        _window(startDate="soon"),
        _window(endDate="0001-01-01T00:00:00+02:00"),
        _window(endDate="9999-12-31T23:59:59-05:00"),
        {"id": "1"},
        {"id": "1", "attributes": []},
        "x",
        None,
    ],
)
async def test_window_that_cannot_be_shown(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    raw: Json,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It costs no other window, and no station; the log names it."""
    tenant.lists[LIST] = [raw, _window("2")]
    assert [window.id for window in await _shown(client)] == ["2"]
    has_id = isinstance(raw, dict) and raw["id"] == "1"
    name = f"maintenance window {'1' if has_id else 'number 1'}"
    assert f"Skipped {name} of be.ENERGISED CPO" in caplog.text
    live = await client.async_get_live()
    assert len(live.stations) == 2
    assert not live.skipped


# ---- after a change


type Outcome = Callable[[], web.Response]


def _lost() -> web.Response:
    """Hang up instead of answering."""
    raise ConnectionResetError


def _refused(status: int) -> Outcome:
    return lambda: web.json_response({"message": "no"}, status=status)


class Writes:
    """Carries changes out, or not, and answers what a test wants."""

    def __init__(self, tenant: FakeTenant, outcome: Outcome, *, is_done: bool) -> None:
        """Take over what is written."""
        self._tenant = tenant
        self._outcome = outcome
        self._is_done = is_done
        tenant.lists[LIST] = [_window("1")]
        for path in (WRITE, f"{WRITE}1"):
            tenant.answers[path] = self._write

    def _write(self, request: web.Request) -> web.Response:
        if self._is_done:
            windows = self._tenant.lists[LIST]
            match request.method:
                case "POST":
                    windows.append(_window("2"))
                case "PUT":
                    windows[:] = [_window("1", comment="Later")]
                case "DELETE":
                    windows.clear()
        if self._outcome is _lost and request.transport is not None:
            request.transport.abort()
        return self._outcome() if self._outcome is not _lost else web.Response()


async def _create(commands: MaintenanceCommands, _: MaintenanceWindow) -> object:
    return await commands.async_create(_draft())


async def _change(commands: MaintenanceCommands, window: MaintenanceWindow) -> object:
    return await commands.async_change(window, _draft(comment="Later"))


async def _delete(commands: MaintenanceCommands, window: MaintenanceWindow) -> None:
    await commands.async_delete(window)


COMMANDS = pytest.mark.parametrize(
    ("command", "after"),
    [
        (_create, [("1", "Replace contactor"), ("2", "Replace contactor")]),
        (_change, [("1", "Later")]),
        (_delete, []),
    ],
)


async def _first(commands: MaintenanceCommands) -> MaintenanceWindow:
    (window,) = await commands.async_get_windows(START, END)
    return window


@COMMANDS
@pytest.mark.parametrize(
    "outcome", [web.Response, _lost, _refused(504), _refused(520), _refused(500)]
)
async def test_change_is_carried_out(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    command: Any,
    after: list[tuple[str, str]],
    outcome: Outcome,
) -> None:
    """What was done is seen at once and no failure, whatever was answered; sent once."""
    Writes(tenant, outcome, is_done=True)
    commands = await _commands(client)
    await command(commands, await _first(commands))
    seen = tenant.asked[f"GET {LIST}"]
    windows = await commands.async_get_windows(START, END)
    assert [(window.id, window.comment) for window in windows] == after
    assert [(w.id, w.comment) for w in await _shown(client)] == after
    # The command itself has read, and the poll need not.
    assert tenant.asked[f"GET {LIST}"] == seen == 2
    assert sum(n for path, n in tenant.asked.items() if WRITE in path) == 1


@COMMANDS
@pytest.mark.parametrize(
    ("outcome", "error"),
    [
        (_lost, UnavailableError),
        (_refused(504), UnavailableError),
        (_refused(403), NotPermittedError),
        (_refused(409), ResponseError),
        (_refused(422), ResponseError),
    ],
)
async def test_change_is_not_carried_out(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    command: Any,
    after: list[tuple[str, str]],
    outcome: Outcome,
    error: type[ClientError],
) -> None:
    """What cannot be seen to be done is a failure, and the windows are read all the same."""
    Writes(tenant, outcome, is_done=False)
    commands = await _commands(client)
    with pytest.raises(error):
        await command(commands, await _first(commands))
    assert tenant.asked[f"GET {LIST}"] == 2
    assert [window.id for window in await _shown(client)] == ["1"]
    assert sum(n for path, n in tenant.asked.items() if WRITE in path) == 1


async def test_refusal_is_no_success(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """A refusal stands, even where somebody else planned the very same meanwhile."""
    Writes(tenant, _refused(409), is_done=True)
    commands = await _commands(client)
    with pytest.raises(ResponseError):
        await commands.async_create(_draft())
    assert len(await _shown(client)) == 2


async def test_change_into_a_limit(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """A vendor that asks for a pause is not asked at once what came of it."""
    Writes(tenant, _refused(429), is_done=False)
    commands = await _commands(client)
    with pytest.raises(RateLimitedError):
        await commands.async_create(_draft())
    assert tenant.asked[f"GET {LIST}"] == 1
    await client.async_get_live()
    assert tenant.asked[f"GET {LIST}"] == 2


async def test_windows_cannot_be_read_after_a_change(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """The next poll reads what could not be seen at once."""
    Writes(tenant, web.Response, is_done=True)
    commands = await _commands(client)
    tenant.refuse(LIST, 503)
    assert await commands.async_create(_draft()) is None
    del tenant.answers[LIST]
    assert [window.id for window in await _shown(client)] == ["1", "2"]


async def test_nobody_waits_for_the_answer(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """After a change that was broken off, the next poll reads."""
    came, goes_on = asyncio.Event(), asyncio.Event()

    async def write(_: web.Request) -> Json:
        tenant.lists[LIST] = [_window("2")]
        came.set()
        await goes_on.wait()
        return {}

    tenant.answers[WRITE] = write
    commands = await _commands(client)
    task = asyncio.create_task(commands.async_create(_draft()))
    await came.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    goes_on.set()
    assert [window.id for window in await _shown(client)] == ["2"]


async def test_poll_that_began_before_a_change(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """A read that began before a change was over does not undo what was read after it."""
    Writes(tenant, _refused(500), is_done=False)
    commands = await _commands(client)
    began, goes_on = asyncio.Event(), asyncio.Event()

    async def answer_late(_: web.Request) -> Json:
        """Answer with the list as it was, once the test goes on."""
        del tenant.answers[LIST]
        before = {"data": list(tenant.lists[LIST])}
        began.set()
        await goes_on.wait()
        return {**before, "meta": {"pagination": {"lastPage": True}}}

    # After a change that cannot be followed, a poll is due.
    tenant.refuse(LIST, 503)
    with pytest.raises(UnavailableError):
        await commands.async_create(_draft())
    tenant.answers[LIST] = answer_late
    poll = asyncio.create_task(_shown(client))
    await began.wait()
    Writes(tenant, web.Response, is_done=True)
    await commands.async_create(_draft())
    goes_on.set()
    assert [window.id for window in await poll] == ["1", "2"]
    assert [window.id for window in await _shown(client)] == ["1", "2"]


async def test_older_windows_are_read_anew_after_a_change(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """A calendar's page of last year is kept until something is changed."""
    Writes(tenant, web.Response, is_done=True)
    commands = await _commands(client)
    long_ago = START - timedelta(days=365), START - timedelta(days=300)
    for _ in range(3):
        await commands.async_get_windows(*long_ago)
    assert tenant.asked[f"GET {LIST}"] == 2
    await commands.async_create(_draft())
    await commands.async_get_windows(*long_ago)
    assert tenant.asked[f"GET {LIST}"] == 4


async def test_commands_by_a_page(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """What is written is written as documented: flat, under other names than it is read."""
    tenant.answers[WRITE] = lambda request: page([], request)
    commands = await _commands(client)
    await commands.async_create(_draft(connector_id="c1"))
    assert tenant.bodies == [
        {
            "startDate": f"{START:%Y-%m-%dT%H:%M:%S}.000Z",
            "endDate": f"{END:%Y-%m-%dT%H:%M:%S}.000Z",
            "comment": "Replace contactor",
            "cpUuid": "s1",
            "connectorUuid": "c1",
        }
    ]


# ---- lists that are cut short


def _announcing(windows: list[dict[str, Json]], total: int) -> dict[str, Json]:
    """Return a page that announces more windows than ever come."""
    pagination: dict[str, Json] = {"total": total, "offset": 0, "limit": 500}
    return {"data": list(windows), "meta": {"pagination": pagination}}


async def test_list_that_is_cut_short(
    tenant: FakeTenant, client: BeenergisedCpoClient, caplog: pytest.LogCaptureFixture
) -> None:
    """It is reported as it is of other lists, and what came is used."""
    windows = [_window("1"), _window("2")]
    tenant.answers[LIST] = lambda _: _announcing(windows, 5)
    live = await client.async_get_live()
    assert len(live.stations[0].maintenance) == 2
    assert "maintenance windows" in caplog.text
    assert "3 of 5 lack" in caplog.text


async def test_deleted_from_a_list_that_is_cut_short(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """A deletion whose answer got lost is not taken for done where a list has gaps."""
    listed = [_window("1")]
    tenant.answers[LIST] = lambda _: _announcing(listed, len(listed) + lacking)
    lacking = 0
    commands = await _commands(client)
    (window,) = await commands.async_get_windows(START, END)

    def lose(_: web.Request) -> web.Response:
        listed.clear()
        return web.Response(status=502)

    tenant.answers[f"{WRITE}1"] = lose
    await commands.async_delete(window)
    listed.append(_window("1"))
    lacking = 3
    with pytest.raises(UnavailableError):
        await commands.async_delete(window)
