"""Tests of past transactions: what is asked page by page, and all that comes of it."""

from datetime import UTC, datetime, timedelta
import json
from typing import Any

import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.enums import SessionStatus
from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    NotPermittedError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.history import HistoryPage
from custom_components.ev_charging_cloud.clients.kempower.openapi import Operation
from custom_components.ev_charging_cloud.clients.model import ChargingSession

from .cloud import account
from .described import PAST, PAST_OF, STATIONS

pytestmark = pytest.mark.usefixtures("socket_enabled")
NOW = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def past(id_: str, **more: Any) -> dict[str, Any]:
    """Return a transaction that is over."""
    return {"txId": id_, "status": "Ended", "stationId": "CS1", **more}


def over(id_: str, **more: Any) -> ChargingSession:
    """Return a session that is over."""
    return ChargingSession(
        **{
            "id": id_,
            "station_id": "CS1",
            "status": SessionStatus.COMPLETED,
            **more,
        }
    )


KEY = {"stationId": "CS1", "txId": "a b"}
WRITTEN = json.dumps(KEY, separators=(",", ":"))
NEXT = f"GET {URL('/past').with_query(exclusiveStartKey=WRITTEN)}"


async def test_past_sessions() -> None:
    """Pages follow each other by the vendor's own key, as it was sent."""
    end = "2026-11-24T10:00:00Z"
    answers = {
        "GET /past": {
            "list": [
                past("3"),
                # Not over; not known to be; over by its end.
                past("2", status="Charging", endTime=end),
                past("1", status=None),
                past("0", status=None, endTime=end),
            ],
            "lastEvaluatedKey": KEY,
        },
        NEXT: {"list": [past("9")]},
    }
    async with account(answers, PAST) as (cloud, client):
        first = await client.async_read_history(None)
        assert first == HistoryPage(
            sessions=(
                over("3"),
                over("0", status=None, ended_at=datetime(2026, 11, 24, 10, tzinfo=UTC)),
            ),
            cursor=WRITTEN,
        )
        second = await client.async_read_history(first.cursor)
        assert second == HistoryPage(sessions=(over("9"),), cursor=None)
        assert cloud.lines == ["GET /past", NEXT]


@pytest.mark.parametrize(
    ("answer", "cursor"),
    [
        ({"list": [past("1")], "lastEvaluatedKey": None}, None),
        ({"list": [past("1")], "lastEvaluatedKey": {}}, None),
        ({"list": [past("1")], "lastEvaluatedKey": "x"}, '"x"'),
        ({"list": [past("1", status="Charging")], "lastEvaluatedKey": "x"}, '"x"'),
        # Half a letter is no reason to lose the page.
        (
            b'{"list": [{"txId": "1"}], "lastEvaluatedKey": "\xff"}',
            '"\N{REPLACEMENT CHARACTER}"',
        ),
        # A page without anything has none after it.
        ({"list": [], "lastEvaluatedKey": "x"}, None),
    ],
)
async def test_the_last_page(answer: Any, cursor: str | None) -> None:
    """A page is the last one where no key says where the next begins."""
    async with account({"GET /past": answer}, PAST) as (_, client):
        found = await client.async_read_history(None)
        assert found is not None
        assert found.cursor == cursor


@pytest.mark.parametrize(
    ("operation", "cursor", "asked"),
    [
        (PAST, '"k"', "GET /past?exclusiveStartKey=%22k%22"),
        (
            PAST_OF,
            '{"station":"CS1","page":"\\"k\\""}',
            "GET /past/CS1?exclusiveStartKey=%22k%22",
        ),
    ],
)
@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (
            {"list": [past("1")], "lastEvaluatedKey": "k"},
            UnexpectedAnswerError,
            "the list of transactions repeats a page",
        ),
        ({"list": None}, UnexpectedAnswerError, " answered oddly: "),
        ({}, UnexpectedAnswerError, " answered oddly: 'list'"),
        ((403, {"errorMessage": "No"}), NotPermittedError, "No"),
        (
            {"list": [{"txId": ""}]},
            UnexpectedAnswerError,
            "none of 1 transactions could be read: txId: an empty text",
        ),
    ],
)
async def test_pages_that_cannot_be_read(
    operation: Operation,
    cursor: str,
    asked: str,
    answer: Any,
    error: type[ClientError],
    message: str,
) -> None:
    """A page that is this one again, or none at all, is an error."""
    path = asked.removeprefix("GET ").partition("?")[0]
    answers = {"GET /stations": STATIONS, asked: answer}
    async with account(answers, operation) as (cloud, client):
        await client.async_get_live()
        with pytest.raises(ClientError) as caught:
            await client.async_read_history(cursor)
        assert type(caught.value) is error
        expected = f"{path}{message}" if message.startswith(" ") else message
        is_whole = not expected.endswith(": ")
        assert caught.value.message.startswith(expected)
        assert not is_whole or caught.value.message == expected
        assert asked in cloud.lines


async def test_odd_transactions(caplog: pytest.LogCaptureFixture) -> None:
    """An odd transaction costs itself."""
    told = {"list": [past("1"), {"txId": ""}, past("2", soc=200)]}
    for operation, path in ((PAST, "/past"), (PAST_OF, "/past/CS1")):
        caplog.clear()
        answers = {"GET /stations": STATIONS, f"GET {path}": told}
        async with account(answers, operation) as (_, client):
            await client.async_get_live()
            found = await client.async_read_history(None)
            assert found is not None
            assert found.sessions == (over("1"), over("2"))
            assert client.report.odd_values.keys() == {"transaction.soc"}
        assert "Skipped transaction number 2 of Kempower ChargEye" in "".join(
            caplog.messages
        )


async def test_past_station_by_station() -> None:
    """Each station's past is read to its end, in the order of their ids."""
    stations = {"stations": [{"stationId": "CS2"}, {"stationId": "CS1"}]}
    answers = {
        "GET /stations": stations,
        "GET /past/CS1": {
            "list": [past("1", stationId="other"), past("0", status="Charging")],
            "lastEvaluatedKey": "k",
        },
        "GET /past/CS1?exclusiveStartKey=%22k%22": {"list": [past("2")]},
        "GET /past/CS2": {"list": [], "lastEvaluatedKey": "x"},
    }
    async with account(answers, PAST_OF) as (cloud, client):
        assert await client.async_read_history(None) is None
        await client.async_get_live()
        pages = [await client.async_read_history(None)]
        while pages[-1] is not None and pages[-1].cursor is not None:
            pages.append(await client.async_read_history(pages[-1].cursor))
        first, second, third = (
            '{"station":"CS1","page":"\\"k\\""}',
            '{"station":"CS2","page":null}',
            None,
        )
        assert pages == [
            HistoryPage(sessions=(over("1"),), cursor=first, is_ordered=False),
            HistoryPage(sessions=(over("2"),), cursor=second, is_ordered=False),
            HistoryPage(sessions=(), cursor=third, is_ordered=False),
        ]
        assert cloud.lines[1:] == [
            "GET /past/CS1",
            "GET /past/CS1?exclusiveStartKey=%22k%22",
            "GET /past/CS2",
        ]


@pytest.mark.parametrize(
    ("cursor", "asked"),
    [
        # A station that is gone: the next one, from its beginning.
        ('{"station":"CS11","page":"\\"k\\""}', "GET /past/CS2"),
        ('{"station":"CS2"}', "GET /past/CS2"),
        ('{"station":"A","page":"k"}', "GET /past/CS1"),
        ('{"station":"CS5","page":"k"}', None),
    ],
)
async def test_a_station_that_is_gone(cursor: str, asked: str | None) -> None:
    """Reading goes on after a station that is no more listed."""
    answers = {"GET /stations": STATIONS}
    if asked:
        answers[asked] = {"list": []}
    async with account(answers, PAST_OF) as (cloud, client):
        await client.async_get_live()
        found = await client.async_read_history(cursor)
        assert cloud.lines[1:] == [asked] * bool(asked)
        if asked is None:
            assert found == HistoryPage(sessions=(), cursor=None)


async def test_all_in_one_list_first() -> None:
    """Where a file has both lists of the past, one request is better than many."""
    async with account({"GET /past": {"list": []}}, PAST_OF, PAST) as (cloud, client):
        assert await client.async_read_history(None) == HistoryPage(
            sessions=(), cursor=None
        )
        assert cloud.lines == ["GET /past"]
