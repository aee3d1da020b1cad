"""Tests of planning maintenance: what is sent word for word, what is refused, and what counts as done."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from aiohttp import web
from freezegun.api import FrozenDateTimeFactory
from msgspec.structs import asdict, replace
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
)
from custom_components.ev_charging_cloud.clients.commands import MaintenanceCommands
from custom_components.ev_charging_cloud.clients.enums import MaintenanceRule
from custom_components.ev_charging_cloud.clients.errors import (
    MaintenanceRuleError,
    UnavailableError,
)
from custom_components.ev_charging_cloud.clients.model import (
    MaintenanceDraft,
    MaintenanceWindow,
)

from .common import API
from .tenant import FakeTenant, Json, Received, item

LIST = "/maintenance_windows/"
NOW = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)
TICK = timedelta(microseconds=1)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
START, END = NOW + DAY, NOW + DAY + 2 * HOUR
WINDOW = MaintenanceWindow(
    id="4711",
    station_id="s1",
    connector_id="c1",
    start=START,
    end=END,
    comment="Replace contactor",
)


def _listed(window: MaintenanceWindow) -> dict[str, Json]:
    """Return a window as the vendor lists it."""
    return item(
        window.id,
        cpId=window.station_id,
        connectorId=window.connector_id,
        comment=window.comment,
        startDate=window.start.isoformat(),
        endDate=window.end.isoformat(),
    )


def _draft(**changes: Any) -> MaintenanceDraft:
    """Return what the window is, or is to become."""
    told = {name: value for name, value in asdict(WINDOW).items() if name != "id"}
    return MaintenanceDraft(**told | changes)


@pytest.fixture
async def commands(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> MaintenanceCommands:
    """Have one window planned, and return what plans more."""
    freezer.move_to(NOW)
    tenant.lists[LIST] = [_listed(WINDOW)]
    await client.async_get_live()
    assert client.maintenance is not None
    tenant.received.clear()
    return client.maintenance


def _written(tenant: FakeTenant) -> list[Received]:
    return [sent for sent in tenant.received if sent.method != "GET"]


def _write(method: str, window_id: str = "", body: str = "") -> Received:
    return Received(
        method,
        f"{API}/charging_stations/s1{LIST}{window_id}",
        content_type="application/json" if body else None,
        body=body,
    )


# ---- what is sent

TIMES = '"startDate":"2026-11-25T10:20:00.000Z","endDate":"2026-11-25T12:20:00.000Z"'


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        (
            {},
            f'{{{TIMES},"comment":"Replace contactor","cpUuid":"s1","connectorUuid":"c1"}}',
        ),
        (
            {"connector_id": None},
            f'{{{TIMES},"comment":"Replace contactor","cpUuid":"s1"}}',
        ),
        (
            {
                "start": datetime(
                    2026, 12, 1, 1, 2, 3, 456789, timezone(timedelta(hours=2))
                ),
                "end": datetime(2026, 12, 1, 1, 2, 3, tzinfo=UTC),
                "comment": "",
            },
            (
                '{"startDate":"2026-11-30T23:02:03.456Z","endDate":"2026-12-01T01:02:03.000Z",'
                '"comment":"","cpUuid":"s1","connectorUuid":"c1"}'
            ),
        ),
    ],
)
async def test_what_is_planned(
    tenant: FakeTenant, commands: MaintenanceCommands, changes: Any, body: str
) -> None:
    """A window is written as the reference has it: flat, and its times in UTC."""
    assert await commands.async_create(_draft(**changes)) is None
    assert _written(tenant) == [_write("POST", body=body)]
    assert [sent.path for sent in tenant.received[1:]] == [f"{API}{LIST}"]


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({"comment": "Later"}, '{"comment":"Later"}'),
        ({"comment": ""}, '{"comment":""}'),
        ({"start": START + HOUR}, '{"startDate":"2026-11-25T11:20:00.000Z"}'),
        ({"end": END + HOUR}, '{"endDate":"2026-11-25T13:20:00.000Z"}'),
        (
            {"start": START - HOUR, "end": END - HOUR},
            '{"startDate":"2026-11-25T09:20:00.000Z","endDate":"2026-11-25T11:20:00.000Z"}',
        ),
    ],
)
async def test_what_is_changed(
    tenant: FakeTenant, commands: MaintenanceCommands, changes: Any, body: str
) -> None:
    """Only what is to be otherwise is sent, and what the vendor lists then is returned."""
    changed = replace(WINDOW, **changes)

    def carry_out(_: web.Request) -> Json:
        tenant.lists[LIST] = [_listed(changed)]
        return {}

    tenant.answers[f"/charging_stations/s1{LIST}4711"] = carry_out
    assert await commands.async_change(WINDOW, _draft(**changes)) == changed
    assert _written(tenant) == [_write("PUT", "4711", body)]


async def test_change_to_the_same(
    tenant: FakeTenant, commands: MaintenanceCommands
) -> None:
    """Nothing is sent where nothing is to be otherwise."""
    assert await commands.async_change(WINDOW, _draft()) == WINDOW
    assert tenant.received == []


async def test_what_is_deleted(
    tenant: FakeTenant, commands: MaintenanceCommands
) -> None:
    """By the path that changes it."""
    await commands.async_delete(WINDOW)
    assert _written(tenant) == [_write("DELETE", "4711")]


# ---- what is refused before anything is sent

PAST, BACKWARDS = MaintenanceRule.STARTS_IN_PAST, MaintenanceRule.ENDS_BEFORE_START
OVER = MaintenanceRule.IS_OVER


@pytest.mark.parametrize(
    ("start", "end", "rule"),
    [
        (NOW, NOW + TICK, None),
        (NOW - TICK, NOW + HOUR, PAST),
        (NOW - HOUR, NOW, PAST),
        (NOW + HOUR, NOW + HOUR, BACKWARDS),
        (NOW + HOUR, NOW + HOUR - TICK, BACKWARDS),
        (NOW - HOUR, NOW - 2 * HOUR, BACKWARDS),
    ],
)
async def test_rules_of_a_new_window(
    tenant: FakeTenant,
    commands: MaintenanceCommands,
    start: datetime,
    end: datetime,
    rule: MaintenanceRule | None,
) -> None:
    """It begins now or later, and ends after that."""
    draft = _draft(start=start, end=end)
    if rule is None:
        await commands.async_create(draft)
        assert len(_written(tenant)) == 1
        return
    with pytest.raises(MaintenanceRuleError) as raised:
        await commands.async_create(draft)
    assert (raised.value.rule, raised.value.message) == (rule, rule.value)
    assert tenant.received == []


@pytest.mark.parametrize(
    ("start", "end", "to", "rule"),
    [
        # One that runs may be made longer or shorter, and begins when it did.
        (-HOUR, HOUR, {"end": NOW + TICK}, None),
        (-HOUR, HOUR, {"end": NOW}, OVER),
        (-HOUR, HOUR, {"end": NOW - TICK}, OVER),
        (-HOUR, HOUR, {"end": NOW - HOUR}, BACKWARDS),
        (-HOUR, HOUR, {"start": NOW - TICK}, PAST),
        (-HOUR, HOUR, {"start": NOW}, None),
        # One that is over stays as it was.
        (-HOUR, TICK, {"end": NOW + HOUR}, None),
        (-HOUR, timedelta(0), {"end": NOW + HOUR}, OVER),
        (-HOUR, timedelta(0), {"comment": "x"}, OVER),
        (-2 * HOUR, -HOUR, {"comment": "x"}, OVER),
    ],
)
async def test_rules_of_a_change(
    tenant: FakeTenant,
    commands: MaintenanceCommands,
    start: timedelta,
    end: timedelta,
    to: Any,
    rule: MaintenanceRule | None,
) -> None:
    """One that runs can be changed, and one that is over cannot."""
    window = replace(WINDOW, start=NOW + start, end=NOW + end)
    draft = _draft(**{"start": window.start, "end": window.end} | to)
    if rule is None:
        await commands.async_change(window, draft)
        assert len(_written(tenant)) == 1
        return
    with pytest.raises(MaintenanceRuleError) as raised:
        await commands.async_change(window, draft)
    assert raised.value.rule is rule
    assert tenant.received == []


# ---- what counts as done where the answer got lost


@pytest.mark.parametrize(
    ("changes", "is_it"),
    [
        ({}, True),
        ({"comment": "Other words"}, True),
        ({"start": START + SECOND, "end": END - SECOND}, True),
        ({"start": START - SECOND, "end": END + SECOND}, True),
        ({"start": START + SECOND + TICK}, False),
        ({"start": START - SECOND - TICK}, False),
        ({"end": END + SECOND + TICK}, False),
        ({"end": END - SECOND - TICK}, False),
        ({"station_id": "s2"}, False),
        ({"connector_id": "c2"}, False),
        ({"connector_id": None}, False),
        ({"id": "4711"}, False),
    ],
)
async def test_what_was_planned_is_recognised(
    tenant: FakeTenant, commands: MaintenanceCommands, changes: Any, is_it: bool
) -> None:
    """A new window at the same place and time, to the second, is the one that was planned."""
    seen = replace(replace(WINDOW, id="4712"), **changes)

    def lose(_: web.Request) -> web.Response:
        others = [] if seen.id == "4711" else [_listed(WINDOW)]
        tenant.lists[LIST] = [*others, _listed(seen)]
        return web.Response(status=502)

    tenant.answers[f"/charging_stations/s1{LIST}"] = lose
    if is_it:
        assert await commands.async_create(_draft()) == seen
        return
    with pytest.raises(UnavailableError):
        await commands.async_create(_draft())


@pytest.mark.parametrize(
    ("changes", "is_it"),
    [
        ({}, True),
        ({"end": END + HOUR + SECOND}, True),
        ({"end": END + HOUR + SECOND + TICK}, False),
        ({"start": START + SECOND + TICK}, False),
        ({"comment": "Replace contactor"}, False),
        ({"id": "4712"}, False),
    ],
)
async def test_what_was_changed_is_recognised(
    tenant: FakeTenant, commands: MaintenanceCommands, changes: Any, is_it: bool
) -> None:
    """A change counts as done when all of it is there to be seen."""
    seen = replace(WINDOW, **{"comment": "Later", "end": END + HOUR} | changes)

    def lose(_: web.Request) -> web.Response:
        tenant.lists[LIST] = [_listed(seen)]
        return web.Response(status=502)

    tenant.answers[f"/charging_stations/s1{LIST}4711"] = lose
    draft = _draft(comment="Later", end=END + HOUR)
    if is_it:
        assert await commands.async_change(WINDOW, draft) == seen
        return
    with pytest.raises(UnavailableError):
        await commands.async_change(WINDOW, draft)


async def test_what_was_deleted_is_recognised(
    tenant: FakeTenant, commands: MaintenanceCommands
) -> None:
    """A deletion counts as done when the window is not listed, whatever else is."""
    other = replace(WINDOW, id="4712")

    def lose(_: web.Request) -> web.Response:
        tenant.lists[LIST] = [_listed(other)]
        return web.Response(status=502)

    tenant.answers[f"/charging_stations/s1{LIST}4711"] = lose
    tenant.answers[f"/charging_stations/s1{LIST}4712"] = lose
    await commands.async_delete(WINDOW)
    with pytest.raises(UnavailableError):
        await commands.async_delete(other)


# ---- what is shown


async def test_windows_in_order(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """The earliest first, of those at the same time the lower id, and none that is over."""
    freezer.move_to(NOW)
    planned = [
        replace(WINDOW, id="2", start=NOW - HOUR, end=NOW + TICK),
        replace(WINDOW, id="5", start=NOW + HOUR, end=NOW + 3 * HOUR),
        replace(WINDOW, id="6", start=NOW + HOUR, end=NOW + 2 * HOUR, comment=""),
        replace(WINDOW, id="1", connector_id=None),
    ]
    over = replace(WINDOW, id="0", start=NOW - HOUR, end=NOW)
    tenant.lists[LIST] = [_listed(window) for window in (*reversed(planned), over)]
    live = await client.async_get_live()
    assert live.stations[0].maintenance == tuple(planned)
    assert live.stations[1].maintenance == ()
    freezer.tick(TICK)
    live = await client.async_get_live()
    assert live.stations[0].maintenance == tuple(planned[1:])


async def test_windows_of_a_time(
    tenant: FakeTenant, client: BeenergisedCpoClient, commands: MaintenanceCommands
) -> None:
    """Those that overlap it: what only touches it does not."""
    for start, end, found in (
        (START, END, (WINDOW,)),
        (START - HOUR, START + TICK, (WINDOW,)),
        (END - TICK, END + HOUR, (WINDOW,)),
        (START + TICK, START + 2 * TICK, (WINDOW,)),
        (START - HOUR, START, ()),
        (END, END + HOUR, ()),
    ):
        assert await commands.async_get_windows(start, end) == found
    assert tenant.received == []


async def test_windows_of_a_time_long_ago(
    tenant: FakeTenant, commands: MaintenanceCommands
) -> None:
    """What began more than ninety days ago is asked for, once for each time."""
    since = NOW - 90 * DAY
    old = replace(WINDOW, id="9", start=since - 2 * HOUR, end=since - HOUR)
    tenant.lists[LIST] = [_listed(WINDOW), _listed(old)]
    assert await commands.async_get_windows(since, END) == (WINDOW,)
    assert tenant.received == []
    begin = since - 2 * HOUR
    for _ in range(2):
        assert await commands.async_get_windows(begin, END) == (old, WINDOW)
        assert await commands.async_get_windows(begin, begin + HOUR) == (old,)
        assert await commands.async_get_windows(since - TICK, since) == ()
    assert [dict(sent.query) for sent in tenant.received] == [
        {
            "page[limit]": "500",
            "page[offset]": "0",
            "filter[startDate]": start,
            "filter[endDate]": end,
        }
        for start, end in (
            ("2026-08-26T08:20:00.000Z", "2026-11-25T12:20:00.000Z"),
            ("2026-08-26T08:20:00.000Z", "2026-08-26T09:20:00.000Z"),
            ("2026-08-26T10:19:59.999Z", "2026-08-26T10:20:00.000Z"),
        )
    ]
