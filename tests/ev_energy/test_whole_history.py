"""Tests of pages of the past: what is asked for, and what comes of whole answers."""

from datetime import UTC, datetime
from typing import Any

from msgspec import structs
import pytest

from custom_components.ev_charging_cloud.clients.enums import (
    SessionMode,
    SessionStatus,
    SolarMode,
)
from custom_components.ev_charging_cloud.clients.errors import UnexpectedAnswerError
from custom_components.ev_charging_cloud.clients.ev_energy import EvEnergyClient
from custom_components.ev_charging_cloud.clients.history import HistoryPage
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Interval,
    Money,
)

from .vendor import CHARGER, SESSION, Answer, Vendor, problem

SESSIONS = "GET /v2/charging_sessions?expand=sub_sessions&page_size=25"
PARTS = "GET /v2/charging_sub_sessions"
OLDER = f"{PARTS}?is_finished=true&expand=energy_usage&page_size=25"


def at(hour: int, minute: int = 0, day: int = 20) -> datetime:
    """Return a time of a day."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def usage(*intervals: tuple[str, float]) -> dict[str, Any]:
    """Return when a part's energy was delivered."""
    return {
        "currency": "GBP",
        "intervals": [
            {
                "started_at": f"2026-11-20T{start}",
                "interval_seconds": 1800,
                "total_energy_delivered_watt_hours": energy,
            }
            for start, energy in intervals
        ],
    }


def part(number: int, start: str, end: str | None, **more: Any) -> dict[str, Any]:
    """Return a part of a session."""
    return {
        "id": f"csub{number}",
        "start": f"2026-11-20T{start}",
        "end": end and f"2026-11-20T{end}",
        "mode": "SMART",
        "energy_delivered_watt_hours": 1000,
        "cost": 10,
        "currency": "GBP",
        "solar_mode_type": "OFF",
        **more,
    }


ENDED: dict[str, Any] = {
    "id": "cses1",
    "start": "2026-11-20T08:00:00+00:00",
    "end": "2026-11-20T10:00:00.5Z",
    "vehicle": "https://x/v2/vehicles/vhcl1",
    "evse": "https://x/v2/evses/evse1",
    "sub_sessions": [
        part(2, "09:15:00Z", "10:00:00Z", mode="BOOST"),
        part(1, "08:00:00Z", "09:15:00Z"),
    ],
}
EARLIER: dict[str, Any] = {
    **ENDED,
    "id": "cses0",
    "start": "2026-11-20T05:00:00Z",
    "end": "2026-11-20T06:00:00Z",
    "sub_sessions": [part(0, "05:00:00Z", "06:00:00Z")],
}
WHOLE = ChargingSession(
    id="cses1",
    status=SessionStatus.COMPLETED,
    mode=SessionMode.BOOST,
    station_id="evse1",
    connector_id="1",
    vehicle_id="vhcl1",
    started_at=at(8),
    ended_at=datetime(2026, 11, 20, 10, 0, 0, 500000, UTC),
    energy=2000,
    cost=Money(20, "GBP"),
    solar_mode=SolarMode.OFF,
)
# What the parts of these sessions are asked for by.
USAGE = (
    f"{PARTS}?start__gt=2026-11-20T04:59:59Z&start__lt=2026-11-20T10:00:01.500000Z"
    "&expand=energy_usage&page_size=100"
)


@pytest.fixture
def past(vendor: Vendor) -> Vendor:
    """Return the vendor of somebody who charged before."""
    vendor.answers |= {
        "GET /v2/charging_sessions": [SESSION, ENDED, EARLIER],
        USAGE: [
            part(
                2,
                "09:15:00Z",
                None,
                energy_usage=usage(("09:30:00Z", 500), ("09:00:00Z", 250)),
            ),
            part(
                1,
                "08:00:00Z",
                None,
                energy_usage=usage(
                    ("08:00:00Z", 400), ("09:00:00Z", 350), ("08:30:00Z", 0)
                ),
            ),
            part(0, "05:00:00Z", None, energy_usage="https://x/energy_usage"),
        ],
    }
    return vendor


async def test_the_first_page(past: Vendor, ours: EvEnergyClient) -> None:
    """What is over is told with the times in which its energy flowed, where all are known."""
    found = await ours.async_read_history(None)
    intervals = (
        Interval(at(8), at(8, 30), 400),
        # Two parts share a half-hour.
        Interval(at(9), at(9, 30), 600),
        Interval(at(9, 30), at(10), 500),
    )
    earlier = ChargingSession(
        id="cses0",
        status=SessionStatus.COMPLETED,
        mode=SessionMode.SMART,
        station_id="evse1",
        connector_id="1",
        vehicle_id="vhcl1",
        started_at=at(5),
        ended_at=at(6),
        energy=1000,
        cost=Money(10, "GBP"),
        solar_mode=SolarMode.OFF,
    )
    assert found == HistoryPage(
        sessions=(structs.replace(WHOLE, intervals=intervals), earlier),
        cursor='{"in_parts":true,"oldest":"2026-11-20T05:00:00Z"}',
    )
    assert found.is_ordered
    assert past.asked == [SESSIONS, USAGE]


async def test_pages_of_sessions(past: Vendor, ours: EvEnergyClient) -> None:
    """The vendor's link leads on, and the oldest start so far goes along."""
    past.answers[SESSIONS] = Answer(
        [ENDED], 200, {"Link": '</v2/charging_sessions?page_after=1>; rel="next"'}
    )
    address = str(past.address).rstrip("/")
    found = await ours.async_read_history(None)
    link = f"{address}/v2/charging_sessions?page_after=1"
    assert found.cursor == f'{{"link":"{link}","oldest":"2026-11-20T08:00:00Z"}}'
    past.asked.clear()
    # Nothing new there: the oldest is that of the page before.
    past.answers["GET /v2/charging_sessions?page_after=1"] = []
    found = await ours.async_read_history(found.cursor)
    assert past.asked == ["GET /v2/charging_sessions?page_after=1"]
    assert found == HistoryPage(
        sessions=(), cursor='{"in_parts":true,"oldest":"2026-11-20T08:00:00Z"}'
    )
    past.answers["GET /v2/charging_sessions?page_after=1"] = [EARLIER]
    cursor = f'{{"link":"{link}","oldest":"2026-11-20T08:00:00Z"}}'
    found = await ours.async_read_history(cursor)
    assert found.cursor == '{"in_parts":true,"oldest":"2026-11-20T05:00:00Z"}'
    # One that is newer than the page before changes nothing.
    past.answers["GET /v2/charging_sessions?page_after=1"] = [SESSION]
    found = await ours.async_read_history(cursor)
    assert found.cursor == '{"in_parts":true,"oldest":"2026-11-20T08:00:00Z"}'


async def test_what_is_older_than_sessions(past: Vendor, ours: EvEnergyClient) -> None:
    """Each part from before is a session of its own, and the vendor's link leads on."""
    address = str(past.address).rstrip("/")
    asked = f"{OLDER}&start__lt=2026-11-20T08:00:00Z"
    vehicle, evse = {"id": "vhcl9"}, "https://x/evses/evse9/"
    own = part(
        7,
        "05:00:00Z",
        "06:00:00Z",
        vehicle=vehicle,
        evse=evse,
        energy_usage=usage(("05:00:00Z", 1000)),
    )
    past.answers[asked] = Answer(
        [
            own,
            part(6, "04:00:00Z", "04:30:00Z", energy_usage=None),
            # Not over, or without an id: that is no session of the past.
            part(5, "03:00:00Z", None),
            part(4, "02:00:00Z", "02:30:00Z", id=None),
            part(3, "01:00:00Z", "01:30:00Z"),
        ],
        200,
        {"Link": '<?page_after=csub3>; rel="next"'},
    )
    cursor = '{"in_parts":true,"oldest":"2026-11-20T08:00:00Z"}'
    found = await ours.async_read_history(cursor)
    assert past.asked == [asked]
    link = f"{address}/v2/charging_sub_sessions?page_after=csub3"
    assert [it.id for it in found.sessions] == ["csub7", "csub6", "csub3"]
    assert found.sessions[0] == ChargingSession(
        id="csub7",
        status=SessionStatus.COMPLETED,
        mode=SessionMode.SMART,
        station_id="evse9",
        connector_id="1",
        vehicle_id="vhcl9",
        started_at=at(5),
        ended_at=at(6),
        energy=1000,
        cost=Money(10, "GBP"),
        solar_mode=SolarMode.OFF,
        intervals=(Interval(at(5), at(5, 30), 1000),),
    )
    assert [it.intervals for it in found.sessions[1:]] == [None, None]
    assert found.cursor == (
        f'{{"in_parts":true,"link":"{link}","oldest":"2026-11-20T08:00:00Z"}}'
    )
    past.asked.clear()
    past.answers["GET /v2/charging_sub_sessions?page_after=csub3"] = [
        part(2, "00:00:00Z", "00:30:00Z")
    ]
    found = await ours.async_read_history(found.cursor)
    assert past.asked == ["GET /v2/charging_sub_sessions?page_after=csub3"]
    assert [it.id for it in found.sessions] == ["csub2"]
    assert found.cursor is None


async def test_parts_without_any_session(vendor: Vendor, ours: EvEnergyClient) -> None:
    """Who has no session has parts only, all of them."""
    found = await ours.async_read_history(None)
    assert found == HistoryPage(sessions=(), cursor='{"in_parts":true}')
    assert vendor.asked == [SESSIONS]
    vendor.asked.clear()
    vendor.answers["GET /v2/charging_sub_sessions"] = [
        part(1, "01:00:00Z", "01:30:00Z")
    ]
    found = await ours.async_read_history(found.cursor)
    assert vendor.asked == [OLDER]
    assert found.sessions[0].started_at == at(1)
    assert found.cursor is None


async def test_an_empty_list_that_a_poll_contradicts(
    vendor: Vendor, ours: EvEnergyClient
) -> None:
    """Where a poll listed sessions, an empty first page is no page."""
    vendor.answers["GET /v2/evses"] = [CHARGER]
    vendor.answers["GET /v2/charging_sessions?expand=sub_sessions&page_size=100"] = [
        SESSION
    ]
    await ours.async_get_live()
    with pytest.raises(
        UnexpectedAnswerError, match=r"^it is not certain where the sessions begin$"
    ):
        await ours.async_read_history(None)


@pytest.mark.parametrize(
    ("start", "link", "is_refused"),
    [
        (None, None, True),
        ("soon", None, True),
        (None, '</v2/charging_sessions?page=2>; rel="next"', False),
        ("2026-11-20T08:00:00Z", None, False),
    ],
)
async def test_sessions_without_a_start(
    vendor: Vendor,
    ours: EvEnergyClient,
    start: str | None,
    link: str | None,
    is_refused: bool,
) -> None:
    """The last page has to show since when there are sessions."""
    vendor.answers["GET /v2/charging_sessions"] = Answer(
        [{**ENDED, "start": start}], 200, {"Link": link} if link else {}
    )
    if is_refused:
        with pytest.raises(UnexpectedAnswerError, match="not certain where"):
            await ours.async_read_history(None)
        return
    found = await ours.async_read_history(None)
    assert len(found.sessions) == 1


async def test_an_empty_last_page(vendor: Vendor, ours: EvEnergyClient) -> None:
    """One that no start is known before is as uncertain as a first one."""
    vendor.answers["GET /v2/charging_sessions?page=2"] = []
    cursor = f'{{"link":"{vendor.address}v2/charging_sessions?page=2"}}'
    with pytest.raises(UnexpectedAnswerError, match="not certain where"):
        await ours.async_read_history(cursor)


@pytest.mark.parametrize(
    ("changes", "parts", "known"),
    [
        ({}, {}, True),
        # Without its parts' usage, or with a part that is no object, nothing is told.
        ({}, {"energy_usage": None}, False),
        ({}, {"id": None}, False),
        ({"sub_sessions": [part(1, "08:00:00Z", None), "https://x/csub2"]}, {}, False),
        ({"sub_sessions": [part(2, "08:00:00Z", None)]}, {}, False),
        # Without a start, or an end that can be read, no part is asked for.
        ({"start": None}, {}, None),
        ({"end": "soon"}, {}, None),
    ],
)
async def test_when_the_energy_flowed(
    vendor: Vendor,
    ours: EvEnergyClient,
    changes: dict[str, Any],
    parts: dict[str, Any],
    known: bool | None,
) -> None:
    """It is told of a session all parts of which tell it."""
    only = {**ENDED, "sub_sessions": [part(1, "08:00:00Z", None)], **changes}
    link = {"Link": '</v2/charging_sessions?page=2>; rel="next"'}
    vendor.answers["GET /v2/charging_sessions"] = Answer([only], 200, link)
    vendor.answers[PARTS] = [
        part(1, "08:00:00Z", None, energy_usage=usage(("08:00:00Z", 1000)), **parts)
        if "energy_usage" not in parts
        else part(1, "08:00:00Z", None, **parts)
    ]
    (session,) = (await ours.async_read_history(None)).sessions
    assert session.intervals == ((Interval(at(8), at(8, 30), 1000),) if known else None)
    assert len(vendor.asked) == (1 if known is None else 2)


@pytest.mark.parametrize(
    ("told", "intervals"),
    [
        ([], ()),
        ([{"total_energy_delivered_watt_hours": 0}], ()),
        ([{"started_at": "0001-01-01T00:00:00Z"}], ()),
        ([{}, {"interval_seconds": 3600}], (Interval(at(8), at(9), 200),)),
        ([{"interval_seconds": 3600}, {}], (Interval(at(8), at(9), 200),)),
        (
            [{"started_at": "2026-11-20T08:30:00"}, {}],
            (Interval(at(8), at(8, 30), 100), Interval(at(8, 30), at(9), 100)),
        ),
        ([{"started_at": None}, {}], (Interval(at(8), at(8, 30), 100),)),
    ],
)
async def test_odd_intervals(
    vendor: Vendor,
    ours: EvEnergyClient,
    told: list[dict[str, Any]],
    intervals: tuple[Interval, ...],
) -> None:
    """They come in any order; those of the same start are one, and the longest end counts."""
    usual = {
        "started_at": "2026-11-20T08:00:00Z",
        "interval_seconds": 1800,
        "total_energy_delivered_watt_hours": 100,
    }
    energy_usage = {"intervals": [usual | each for each in told]}
    vendor.answers["GET /v2/charging_sessions"] = [
        {**ENDED, "sub_sessions": [part(1, "08:00:00Z", None)]}
    ]
    vendor.answers[PARTS] = [
        part(1, "08:00:00Z", "09:00:00Z", energy_usage=energy_usage)
    ]
    (session,) = (await ours.async_read_history(None)).sessions
    assert session.intervals == intervals


async def test_usage_that_cannot_be_read(past: Vendor, ours: EvEnergyClient) -> None:
    """The page is not told without it: it would be kept so."""
    past.answers[USAGE] = problem(500, "Ouch.")
    with pytest.raises(Exception, match=r"^Ouch\.$"):
        await ours.async_read_history(None)


@pytest.mark.parametrize("cursor", ["", "[]", '{"oldest": "soon"}', "page 3"])
async def test_a_place_that_nobody_knows(
    past: Vendor, ours: EvEnergyClient, cursor: str
) -> None:
    """What another version of ours wrote is refused, and nothing is asked for."""
    with pytest.raises(UnexpectedAnswerError, match=r"^no place in the history: .+"):
        await ours.async_read_history(cursor)
    assert past.asked == []
